"""Fits, samples and Tikhonov paths of band-limited random networks (notes R).

Not implemented yet.  This folder will hold the l1-constrained fit behind the error/budget frontier
(R4), sampling of the ridgelet spectrum (R6) and the Tikhonov path of a given draw (R7).
"""
