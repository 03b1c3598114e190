"""P5-turn: paired values leave a network with the same slope at both ends, whatever its order.

Locations t_1 < ... < t_n inside [0, 1], coefficients a permutation of values c_k and -c_k, any
read-out.  With a = t_1, b = 1 - t_n and

    D = |(f(1) - f(1-b))/b - (f(a) - f(0))/a|,

every such network has |f - g|_inf >= D/(2/a + 2/b), and D >= |f'(1) - f'(0)| - M2 max(a, b).

Proof.  Left of t_1 the slope is -gamma sum q, right of t_n gamma sum p, and sum p + sum q = 0:
the same slope.  If |f - g| <= e at 0, a, 1-b and 1 then D <= 2 e/a + 2 e/b.  QED

For drawn locations a and b are of size 1/n, so a target with f'(0) != f'(1) costs the rate n^-1 on
almost every draw; P5's n^-2 (up to logarithms) is for targets with equal slopes at both ends.
Equidistant locations are no such case: two of their four end coefficients do not act.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.rigor.balls import Truth
from theory.statements.enclose import Number
from theory.statements.hypotheses import at_most, between, finite_nonnegative, plus
from theory.statements.statement import Direction, Hypothesis, Statement, Status


def _bound() -> Any:
    import sympy

    a, b, D = sympy.symbols("a b D", nonnegative=True)
    return D / (2 / a + 2 / b)


def _apart(values: Mapping[str, Number]) -> Truth:
    return at_most(plus(values["a"], values["b"]), Fraction(1))


STATEMENT = Statement(
    id="P5-turn",
    family="permutation",
    title="paired values: equal slopes at both ends",
    claim=(
        "If all locations lie in [a, 1-b] and the coefficients are a permutation of values and "
        "their negatives, every network with any read-out is at least D/(2/a + 2/b) away from f "
        "in the sup norm, D = |(f(1) - f(1-b))/b - (f(a) - f(0))/a|."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch="sum p + sum q = 0, so the slopes left and right of all locations are equal.",
    symbols={
        "a": "first location",
        "b": "1 minus the last location",
        "D": "difference of the slopes of f's chords over [0, a] and [1-b, 1]",
    },
    hypotheses=(
        between("0", "a", "1"),
        between("0", "b", "1"),
        Hypothesis("order", "a + b <= 1", ("a", "b"), _apart, "a <= 1 - b is accepted"),
        finite_nonnegative(
            "D", name="turn", text="0 <= D < inf", accepted="a finite target is accepted"
        ),
    ),
    build=_bound,
    proved_in="theory/permutation/paired_turn.py",
    tests=("tests/permutation/test_turning.py",),
    falsified_by=(
        "tests/permutation/test_turning.py::test_the_paired_bound_holds_and_is_nearly_attained"
    ),
)
