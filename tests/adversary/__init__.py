"""What must be refused: altered certificates, false theorems, hostile files, wrong enclosures.

==================  ===============================================================================
``mutants``         a family: a true certificate and ways to make it false; the judge of a mutant
``families``        families of networks in the sup norm, and what all families share
``families_lower``  of lower bounds and widths
``families_norms``  of L2 norms, duals, spectra, recurrent networks
``families_plane``  in two dimensions, with kinks
``malformed``       what no reader may accept, made from any certificate
``campaign``        mutants of all families by the hundred thousand, and their table
``hostile``         certificates made to cost as much as possible
``sharp``           for every sharp statement an instance that attains it
``expressions``     random expressions and integrals with their values by mpmath
==================  ===============================================================================
"""
