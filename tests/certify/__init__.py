"""Tests of the certifier against exact oracles."""
