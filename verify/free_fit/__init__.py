"""The best fit with free coefficients on given knots, from below (note P10).

==========  =======================================================================================
``nodes``   the places where such a network may bend
``search``  points and heights that make a good bound: linear programs on stretches of cells
``proof``   what points and heights prove, in balls
``bound``   the certified bound for a target and its knots
==========  =======================================================================================
"""
