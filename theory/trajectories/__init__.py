"""Certified trajectories: a recurrent network beside the true solution, for a box of starts (B4').

==================  ===============================================================================
``fields``          polynomial vector fields: cosine, van der Pol, Lorenz, and their variation
``models``          polynomials in the initial state with ball coefficients (Taylor models)
``taylor``          one Taylor step: a-priori enclosure (Moore), coefficients, remainder
``tube``            all solutions from a box, sample by sample (Lohner's method on Taylor models)
``relaxation``      relu of open sign as a line with an error
``reach``           all that a recurrent relu network does on affine inputs
``distance``        B4': bounds of the distance between the two at every step
==================  ===============================================================================
"""
