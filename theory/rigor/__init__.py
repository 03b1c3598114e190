"""Rigorous arithmetic: the only way into the ball world and out of it.

==================  ===============================================================================
``balls``           enclosures over python-flint; comparison in three values; directed rounding
``numbers``         decimals and fractions in and out as exact rationals
==================  ===============================================================================
"""
