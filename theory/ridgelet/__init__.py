"""Statements about band-limited random networks (notes R; arXiv 2008.08427).

Not implemented yet.  This folder will hold reconstruction (R0), the hard band limit (R1), the
frequency response (R2), the l1 bounds on the line (R3), dual certificates (R4), the density theorem
(R5), sampling (R6), the Tikhonov path (R7) and the closed-form limit (R8), one file per result.
"""
