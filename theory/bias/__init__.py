"""Statements about frozen random weights with learned biases (notes B; arXiv 2407.00957).

Not implemented yet.  This folder will hold the matching width (B1), the bias construction (B2), the
recurrent width (B4) and the lower bounds for a given draw (B6', B7, B8), one file per result.  The
knot bound B6, which speaks of every one-hidden-layer relu network, is already checked by
``verify.checks``.
"""
