"""Tests of frozen weights with learned biases against the bounds of notes B."""
