"""Tests of recurrent networks on dynamical systems."""
