"""Lemmas about weights trained only by permutation (notes P).

===================  ==============================================================================
``steps``            P1: the four-location step
``constants``        P1, P2: which values are used, constants, left-overs
``readout_steps``    P3, P4: feedback over gaps, the error between two gaps
``lipschitz_kinks``  P3': kinks for Lipschitz targets, between two knots
``counting``         P6: zigzags against pieces and against lists of networks
``feedback``         P8: kinks in -2..2 keep the knots within half a unit
``realisation``      P8: every pattern of kinks is realised
``layout_counts``    P8: the bookkeeping of the layout, for all counts
``subset_sums``      P8: signs reach every small first slope
``subset_growth``    P8: subset sums grow from the first few sources of a layout
``perfect_spline``   P10: the perfect spline, and the best line to a parabola
===================  ==============================================================================
"""
