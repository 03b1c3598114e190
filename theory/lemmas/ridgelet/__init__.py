"""Lemmas about band-limited random networks (notes R).

===============  ==================================================================================
``kappa``        R0: the rows of kappa
``multiplier``   R0, R2: constants of reconstruction, the multiplier of S S*, the Tikhonov path
``line_budget``  R3: the energy of one unit beyond a frequency
``duals``        R4: weak duality, and why the best dual function is a residual
``activations``  R4: slopes, curvatures and the remainder of relu
``sampling``     R6, R7: variance, density, smoothing, one unit under a budget
``strips``       R8: activations in a strip, Bernstein ellipses, the budget inverted
===============  ==================================================================================
"""
