"""Tests of verify.strategies and verify.testing, as users meet them."""
