"""Statements about weights trained only by permutation (notes P; arXiv 2407.01033).

One file per result: what is claimed, the proof in the docstring, the statement as data.

========================  =========================================================================
``four_location_step``    P1: four locations make a step
``constants``             P2: quads that are constants, and the disposal of left-over weights
``steps``                 P3: steps with read-out, 4 L/(n-1)
``kinks_lipschitz``       P3': kinks with read-out, 1.5 L/(n-1)
``pseudo_copies``         P4: steps without read-out
``counting``              P6: lower bounds for the Lipschitz class, by zigzags and by counting
``curvature_optimal``     P8: the optimal rate, (5/8) M2/(n-1)^2
``wide_displacements``    P8 with half the unit: displacements up to 3, as far as they exist
``curvature_lower``       P10: the matching lower bounds
``free_fit``              P10 for a given target: the best free coefficients on the same knots
``perfect_spline``        the extremal function of P10, exactly
``exact_optima``          P7: the optimum over all permutations of a small width
``blocks``                the layout behind P8's realisation lemma
``ridge_sums``            P8 in several dimensions, and the directions that polynomials need
``paired_turn``           P5-turn: paired values leave equal slopes at both ends
``random_locations``      P5: random locations
``no_readout``            P9: the optimal rate without any read-out
``turning``               P9-turn: without read-out a slope turns by at most 4
``bounds``                which of them apply to a target at a width, and what they give
``width``                 the smallest width that guarantees a wanted error
========================  =========================================================================
"""
