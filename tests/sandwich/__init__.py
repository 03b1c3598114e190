"""Tests of results, verdicts, sandwiches, strategies, files and pictures."""
