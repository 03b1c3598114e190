"""Targets: functions given as expressions in a closed grammar on a box with rational ends.

==================  ===============================================================================
``grammar``         text to expression tree; everything outside the grammar is refused
``signs``           signs that the shape of an expression decides exactly
``jets``            truncated Taylor arithmetic on balls
``evaluate``        expression tree to functions of balls and of jets
``target``          an expression together with its domain
``box_target``      an expression in several variables on a box
``enclosures``      sup|F|, L, M1, M2 and TV on the unit interval
``cells``           Taylor forms of f and f'' on adaptive cells, for many points at once
``taylor``          those cells to about the last bit of float64, kept for each target
``chords``          how far a target can be from chords, from the errors at their ends
``sampling``        values of F at many points, all within one proved error
``modulus``         the modulus of continuity om(s)
``catalogue``       named targets with what is known about them
==================  ===============================================================================
"""
