"""Lemmas about frozen random weights with learned biases (notes B).

==================  ===============================================================================
``matching``        B1: the error of a matched unit, and how many units find a match
``feedback``        B2a: what the kinks at a knot do, and the error between two knots
``bins``            B2b: the bin lemma in steps, and the density of kink sizes
``recurrent``       B4: the recursion of the error of a matched block
``knots``           B6: an interval without a knot, three points no line comes close to
``kinks``           B7, B8: what the signs and the sizes of frozen kinks allow
==================  ===============================================================================
"""
