"""Lemmas about band-limited random networks (notes R).

=============  ====================================================================================
``duals``      R4: weak duality, and why the best dual function is a residual
=============  ====================================================================================
"""
