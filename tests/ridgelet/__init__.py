"""Tests of fits, samples and errors of band-limited random networks (notes R)."""
