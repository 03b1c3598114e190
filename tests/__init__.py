"""Tests, one folder per area; ``CONTRIBUTING.md`` tells their habits and how to run them."""
