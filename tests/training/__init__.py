"""Tests of training: what stays frozen, what a run records."""
