"""Tests of targets, ball arithmetic and statements."""
