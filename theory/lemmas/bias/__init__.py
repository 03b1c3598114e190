"""Lemmas about frozen random weights with learned biases (notes B).

==================  ===============================================================================
``feedback``        B2a: what the kinks at a knot do, and the error between two knots
``knots``           B6: an interval without a knot, three points no line comes close to
==================  ===============================================================================
"""
