"""Tests of the house itself: import layers, light imports, the layout, the built wheel."""
