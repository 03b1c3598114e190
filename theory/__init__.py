"""Mathematics without machine learning: targets, ball arithmetic and what each theorem promises.

Knows neither torch nor hypothesis and imports nothing of ``numerics`` or ``verify``.

==================  ===============================================================================
``errors``          failures a user sees as one line
``rigor``           balls, exact numbers, dyadics: arithmetic that a certificate may rest on
``targets``         expressions in x: grammar, values, jets, enclosures of sup norms
``statements``      one record per result: hypotheses, both sides, where it comes from
``lemmas``          the steps of the proofs, each proved by machine or listed as paper
``permutation``     weights trained only by permutation (notes P; arXiv 2407.01033)
``bias``            frozen random weights, learned biases (notes B; arXiv 2407.00957)
``ridgelet``        band-limited random networks (notes R; arXiv 2008.08427)
``trajectories``    recurrent networks beside the true solution (note B4; arXiv 2407.00957)
==================  ===============================================================================

Packages import nothing by themselves: take a name from the module that defines it, as in
``from theory.targets.target import Target``.
"""
