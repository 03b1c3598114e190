"""P6: zigzags that no network of few pieces, and no list of few networks, can follow."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import permutations
from typing import Any

from theory.lemmas.lemma import (
    Control,
    Lemma,
    Method,
    Outcome,
    proved,
    refuted,
    together,
)
from theory.lemmas.solver import Problem, absolute, decide, exact

LARGEST_WIDTH = 2_000


def _separation(factor: Fraction) -> Problem:
    """No y is closer than ``factor`` L/N to both v + L/N and v - L/N, v the value before a cell."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        v, y, step = z3.Reals("v y step")
        near = exact(z3, factor) * step
        both = [absolute(z3, y - (v + step)) < near, absolute(z3, y - (v - step)) < near]
        return [step > 0], z3.Not(z3.And(*both))

    return problem


def _two_zeros(second: bool) -> Problem:
    """An affine function with zeros u < w is 0 between; ``second`` False leaves w out."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        slope, height, u, v, w = z3.Reals("slope height u v w")
        hypotheses = [slope * u + height == 0, u <= v, v <= w, u < w]
        if second:
            hypotheses.append(slope * w + height == 0)
        return hypotheses, slope * v + height == 0

    return problem


def _orderings() -> Outcome:
    """The orderings of 0, d, ..., (n-1) d and their negatives that differ: (2n)!/2."""
    for n in (2, 3, 4):
        values = [*range(n), *(-i for i in range(n))]
        if len(set(permutations(values))) != math.factorial(2 * n) // 2:
            return refuted(f"n = {n}: not (2n)!/2 different orderings")
    return proved("orderings enumerated for n = 2, 3, 4")


def _cells(extra: int) -> Outcome:
    """2^N > (2n)!/2 >= 2^(N-1) for N = floor(log2((2n)!/2)) + ``extra``."""
    networks = 1
    for n in range(2, LARGEST_WIDTH + 1):
        networks *= 12 if n == 2 else 2 * n * (2 * n - 1)
        cells = networks.bit_length() - 1 + extra
        if not 1 << cells > networks >= 1 << (cells - 1):
            return refuted(f"n = {n}: 2^{cells} zigzags, {networks} orderings")
    return proved(f"n = 2..{LARGEST_WIDTH}, in integers")


LEMMAS = (
    Lemma(
        id="P6-two-zeros",
        name="an affine piece with two zeros vanishes between them",
        statement=(
            "An affine function that is 0 at u and at w > u is 0 at every v in [u, w]; so n zeros "
            "with a place of another sign between any two of them do not fit on n - 1 affine "
            "pieces."
        ),
        used_by=("P6", "P10", "B6-class"),
        method=Method.Z3,
        argument="z3 for one piece; two of n zeros share one of n - 1 pieces (pigeonhole).",
        prove=lambda _: decide(_two_zeros(second=True)),
        control=Control("one zero is enough", lambda _: decide(_two_zeros(second=False))),
    ),
    Lemma(
        id="P6-counting",
        name="fewer functions than zigzags",
        statement=(
            "Let L > 0 and 2^N > K >= 1. For K functions on [0, 1] there is a zigzag with slopes "
            "+-L on N cells of length 1/N, 0 at 0, that is at least L/N away from each of them at "
            "some end of a cell."
        ),
        used_by=("P6-counting", "P6-counting-readout"),
        method=Method.Z3,
        argument=(
            "Two zigzags first part in one cell, 2 L/N apart at its end, and z3 finds no value "
            "closer than L/N to both: a function serves one of the 2^N > K zigzags at most."
        ),
        prove=lambda _: decide(_separation(Fraction(1))),
        control=Control(
            "at least (11/10) L/N away", lambda _: decide(_separation(Fraction(11, 10)))
        ),
    ),
    Lemma(
        id="P6-orderings",
        name="how many orderings there are",
        statement=(
            "For every n >= 1 the vector (0, d, ..., (n-1) d, -0, -d, ..., -(n-1) d) has at most "
            "(2n)!/2 different orderings."
        ),
        used_by=("P6-counting",),
        method=Method.COQ,
        argument="Exchanging the two zeros pairs the (2n)! orderings of 2n labels.",
    ),
    Lemma(
        id="P6-permutations",
        name="a zigzag that no permutation follows",
        statement=(
            "Let n >= 2, L > 0 and N = floor(log2((2n)!/2)) + 1. Some zigzag with slopes +-L on N "
            "cells of length 1/N, 0 at 0, is at least L/N away, at some end of a cell, from every "
            "network without read-out on n equidistant locations whose coefficients are an "
            "ordering of the values +-i/(n-1), i < n."
        ),
        used_by=("P6-counting",),
        method=Method.COQ,
        argument="P6-counting with K = (2n)!/2 from P6-orderings.",
    ),
    Lemma(
        id="P6-cells",
        name="as many cells as the orderings ask for",
        statement=(
            "The vector (0, d, ..., (n-1) d, -0, -d, ..., -(n-1) d) has (2n)!/2 different "
            "orderings for n = 2, 3, 4, and N = floor(log2((2n)!/2)) + 1 is the smallest N with "
            f"2^N > (2n)!/2 for 2 <= n <= {LARGEST_WIDTH}."
        ),
        used_by=("P6-counting",),
        method=Method.CASES,
        argument="Enumerated, and in integers.",
        prove=lambda _: together(_orderings(), _cells(1)),
        control=Control("floor(log2((2n)!/2)) cells", lambda _: _cells(0)),
    ),
)
