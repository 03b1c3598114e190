"""Tests of the permutation constructions against the bounds of notes P."""
