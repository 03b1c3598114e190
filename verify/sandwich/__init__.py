"""Sandwiches: certified lower bound <= constructed error <= predicted error, beside training.

==================  ===============================================================================
``request``         what a user asks of the permutation family, checked before work starts
``weights``         a user's own frozen vector, checked against what the theorems cover
``lower``           lower bounds: B6 for the target, P6 and P10 for its class
``constructions``   which constructions apply, and the best one, certified
``training``        LaPerm on the same class, its best network certified
``permutation``     all of them side by side, and the files they leave
==================  ===============================================================================
"""
