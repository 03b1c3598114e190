"""Statements about band-limited random networks (notes R; arXiv 2008.08427).

============  =====================================================================================
``outlook``   R0-R8: reconstruction, frequency response, dual certificates; not implemented yet
============  =====================================================================================
"""
