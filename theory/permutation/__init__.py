"""Statements about weights trained only by permutation (notes P; arXiv 2407.01033).

One file per result.
"""
