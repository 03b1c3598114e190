"""Sandwiches: certified lower bound <= constructed error <= predicted error, beside training."""
