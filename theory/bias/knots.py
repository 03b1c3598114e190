"""B6: no relu network of width n on the line does better, whatever was trained and how.

A one-hidden-layer relu network with n units is continuous and piecewise linear with at most n
knots.
*Triples.*  n + 1 closed intervals with disjoint interiors, in each x1 < x2 < x3 with |f(x2) -
chord(x2)| >= 2 E, chord the line through (x1, f(x1)) and (x3, f(x3)): every such network has error
>= E.
Proof.  One interval has no knot inside, g is linear there.  With |f - g| <= E' at the three points,
chord - g at x2 is a mean of errors, at most E', so |f(x2) - chord(x2)| <= 2 E'.  QED
*Class.*  n knots make n + 1 pieces, so the zigzag with n + 2 cells and slopes +-L has error at
least L/(2(n+2)) (sign changes as in P6).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.errors import InputError
from theory.rigor.balls import Truth
from theory.statements.enclose import Number
from theory.statements.hypotheses import (
    at_least_integer,
    finite_nonnegative,
    integer,
    lipschitz,
)
from theory.statements.statement import Direction, Hypothesis, Statement, Status

Point = tuple[Fraction, Fraction]


def chord_distance(first: Point, middle: Point, last: Point) -> Fraction:
    """|f(x2) - chord(x2)| for points (x, f(x)) with x1 < x2 < x3: any line errs by half of it.

    Raises InputError unless the abscissae increase.
    """
    (x1, y1), (x2, y2), (x3, y3) = first, middle, last
    if not x1 < x2 < x3:
        raise InputError("triple", (x1, x2, x3), "not increasing:", "x1 < x2 < x3 is accepted")
    return abs(y2 - (y1 * (x3 - x2) + y3 * (x2 - x1)) / (x3 - x1))


def _enough(values: Mapping[str, Number]) -> Truth:
    n, triples = integer(values["n"]), integer(values["triples"])
    return Truth.YES if n is not None and triples is not None and triples > n else Truth.NO


def _triples_bound() -> Any:
    import sympy

    return sympy.Symbol("D", nonnegative=True) / 2


def _class_bound() -> Any:
    import sympy

    n, L = sympy.symbols("n L", nonnegative=True)
    return L / (2 * (n + 2))


_UNITS = at_least_integer("n", 1, name="width", counts="hidden units")

STATEMENT = Statement(
    id="B6",
    family="bias",
    title="no relu network of this width does better on this target",
    claim=(
        "If n + 1 intervals with disjoint interiors each hold three points where f leaves its "
        "chord by at least D, every one-hidden-layer relu network with n units on the line has "
        "error at least D/2."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2407.00957",
    proof_sketch="One interval holds no knot; a line misses one of its three points by D/2.",
    sharp=True,
    sharp_note="for one triple: the line through the chord, moved half-way, attains it",
    symbols={
        "n": "number of hidden units",
        "triples": "number of triples with interior-disjoint intervals",
        "D": "smallest |f(x2) - chord(x2)| over the triples",
    },
    hypotheses=(
        _UNITS,
        Hypothesis(
            "triples", "triples >= n + 1", ("n", "triples"), _enough, "n + 1 triples are accepted"
        ),
        finite_nonnegative(
            "D", name="distance", text="0 <= D < inf", accepted="a finite distance is accepted"
        ),
    ),
    build=_triples_bound,
    proved_in="theory/bias/knots.py",
    tests=("tests/theory/test_lower_bounds.py", "tests/certify/test_knots.py"),
    falsified_by=(
        "tests/adversary/test_false_theorems.py::test_a_sharp_constant_cannot_be_better_by_1_05[B6]"
    ),
    notebook="notebooks/03_permutation.ipynb",
)

CLASS_STATEMENT = Statement(
    id="B6-class",
    family="bias",
    title="Lipschitz class, any relu network of this width",
    claim=(
        "Some L-Lipschitz f on an interval of length 1, the zigzag with n + 2 cells, has error at "
        "least L/(2(n+2)) for every one-hidden-layer relu network with n units."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2407.00957",
    proof_sketch="n + 2 sign changes do not fit on n + 1 linear pieces.",
    sharp=True,
    sharp_note="for this zigzag: a constant attains it",
    symbols={"n": "number of hidden units", "L": "Lipschitz constant of the class"},
    hypotheses=(_UNITS, lipschitz()),
    build=_class_bound,
    proved_in="theory/bias/knots.py",
    tests=("tests/theory/test_lower_bounds.py", "tests/certify/test_knots.py"),
    falsified_by=(
        "tests/adversary/test_false_theorems.py::"
        "test_a_sharp_constant_cannot_be_better_by_1_05[B6-class]"
    ),
)
