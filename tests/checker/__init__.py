"""Tests of the independent checker: true certificates pass, mutated ones are refused."""
