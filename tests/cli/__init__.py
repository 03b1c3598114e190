"""Tests of the command line: output, exit status, error lines, files."""
