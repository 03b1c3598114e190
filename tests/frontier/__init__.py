"""Tests of the certified frontier: requests, points, curves, what is kept, and data sets."""
