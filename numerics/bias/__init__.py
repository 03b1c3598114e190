"""Constructions and training of networks whose hidden biases alone are learned (notes B).

Not implemented yet.  This folder will hold the feedback construction on one frozen draw (B2) and
bias-only training.
"""
