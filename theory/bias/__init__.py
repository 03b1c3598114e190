"""Statements about frozen random weights with learned biases (notes B; arXiv 2407.00957).

============  =====================================================================================
``knots``     B6: no relu network of this width does better, by triples; its class form
``outlook``   B1-B5, B6', B7, B8: matching widths and bounds for a given draw, not implemented yet
============  =====================================================================================

``verify.checks`` re-derives B6 from its points without any of this.
"""
