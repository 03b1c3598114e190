"""Constructions and training of permutation networks (notes P; arXiv 2407.01033).

==================  ===============================================================================
``initial``         locations and the 2n values that are permuted
``feedback``        a smooth target as a string of small integer kinks (P8, step 1)
``realise``         permutations with prescribed displacements (P8, step 2)
``signs``           which side each value goes to, for a prescribed slope (P8, step 3)
``quads``           four-location steps, flats and the disposal of unused values (P1, P2)
``construction``    from integers to a stored network: what the constructions share
``kinks``           the kink constructions with read-out (P8, P3')
``dealt_kinks``       any locations and values, kinks dealt to the closest pairs (P5)
``dealt_alone``       the same without read-out
``dealing``           its steps: closest pairs, signs, an order by feedback
``no_readout``        the kink construction without read-out (P9)
``classes``           its displacements: multiples of m, in residue classes, with open chains
``offsets``           its height at the left end, by exchanging pairs of equal kinks
``wide_kinks``      P8 with half the unit: kinks up to 3
``wide_realise``    permutations with displacements up to 3, by an integer flow
``steps``           the step construction with read-out (P3)
``pseudo_copies``   the step construction without read-out (P4)
``enumeration``       every network of a small width, as integers (P7)
``rounding``        what float64 rounding can add to a predicted error
``readout``         the best alpha and gamma for a fixed network, in closed form
``hats``            least squares over all data in O(n), for training
``module``          the network as a torch module
``batches``         mini-batch gradients by hand and in place
``adam``            Adam on one tensor, without allocation
``protocols``       training protocols as records
``laperm``          training by synchronised permutation (LaPerm)
``checkpoints``     interrupted training, resumed to the bit
``trained``         what a training run returns
``sampling``        values of a target at points
``coverage``        what the locations alone allow: free least squares on the same knots
``energies``        quadratic errors at the points, and smoothed ones at the knots
``exchange``        the best rearrangement of four values, by exact differences
``search``          training by exchange search, from long lengths to short ones
``planar``          the same on a square: directions, their span, and its floor
``snapshots``       an interrupted search, resumed to the bit
==================  ===============================================================================

Only LaPerm imports torch: ``hats``, ``module``, ``batches``, ``adam``, ``laperm``, ``checkpoints``.
"""
