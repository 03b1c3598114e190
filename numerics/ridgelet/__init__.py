"""Fits, samples and Tikhonov paths of band-limited random networks (notes R).

=====================  ============================================================================
``draws``              frozen draws of hidden parameters, in a box or a ball
``output_weights``     the best output weights of a draw under an l1 budget
``budget_use``         the |c|_1 that the usual ways to train use when nobody limits it
``tikhonov``           the path of a draw under an l2 budget (R7)
``module``             the trainable network: frozen units, learned output weights (torch)
``training``           gradient training of it, many seeds at once (torch)
``maurey``             width-n networks from the measure of a fitted one (R6)
``network``            networks of ridge units as records
``frontier``           the best error under an l1 budget, by column generation (R4)
``quadrature``         input measures as weighted points
``pricing``            where a unit correlates most with a residual
``cone``               least squares over a simplex of columns
``polish``             few units for the same error
``spectrum_sampling``  networks sampled from the ridgelet spectrum (R6)
=====================  ============================================================================
"""
