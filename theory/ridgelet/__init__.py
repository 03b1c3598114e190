"""Statements about band-limited random networks (notes R; arXiv 2008.08427).

============================  ======================================================================
``activations``               the catalogue of activations: what the theorems need to know of them
``activation_values``         their values and derivatives in float64
``unit_spectrum``             their Fourier transforms off 0, in complex balls; growth and parity
``reconstruction_statement``  R0: Fourier slice and reconstruction
``admissibility``             R0: the constants ((sigma, rho_k)) and which orders k are admissible
``transform``                 R0: the ridgelet transform of a Gaussian wave packet, in closed form
``reconstruction``            R0 carried out: the integral network with an enclosed error
``density``                   R5: without a budget there is no floor on a compact set; the guard
``dual``                      R4: what a dual function proves about every network of a class
``sampling``                  R6: n units from the ridgelet spectrum, at probability 1 - delta
``multiplier``                R6: what truncating the spectrum to a band does, exactly
``readings``                  three readings of 'bounded weights cannot approximate', side by side
``degree``                    R8: a network of a band and a budget is nearly a polynomial
``degree_statement``          R8 as data
``strips``                    R8: bounds of analytic activations in strips, up to affine functions
``legendre``                  R8: Legendre coefficients of a target, its distance to polynomials
``alternation``               R8: the uniform distance to polynomials, from points of a line
``maurey``                    R6: n units from a fitted measure, and norms of units over V
``tikhonov``                  R7 as data: the path of a given draw
``spectra``   |sigma#|^2 and kappa of every activation, enclosed
``spectral_grammar``  the grammar of targets and spectra of the frequency response
``spectral_terms``  targets with a Fourier transform, as sums of terms
``spectral_mass``  how the energy of a target is spread over |xi|
``separable_mass``  the same where it is not radial: polynomials times Gaussians, axis by axis
``spectrum_mass``  the same from |fhat| as an expression in k = |xi|
``envelopes``  explicit tails of spectra
``line_norm``  |f| in x where a spectrum decays slowly
``response_integrals``  R2: error, budget and dual integrals, by panels
``cube``  R2 on a cube of weights, for products of functions of one variable
``cube_factors``  R2: such a product read off an expression
``response``  R2: smallest error against budget, exactly
``band_limit``  R1: what lies beyond the band is out of reach
``line_budget``  R3: finite networks on the line under an l1 budget
============================  ======================================================================
"""
