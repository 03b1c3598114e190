"""P1: four locations make one step, using each of their eight values exactly once.

For b1 < b2 < b3 < b4, p = (-b1, b2, b3, -b4), q = (b4, -b3, -b2, b1), e = b1 + b4 - b2 - b3,

    s(x) = sum_i p_i relu(x - b_i) + q_i relu(b_i - x)

is 2 (b1 b4 - b2 b3) - e x left of b1 and b1^2 - b2^2 - b3^2 + b4^2 - e x right of b4: a drift -e x
and a jump J = (b4 - b1)^2 - (b3 - b2)^2 > 0.  If e = 0 the step is odd about its centre and never
decreases.  Everything here is exact; the functions accept any exact number type.

Proof.  Left of b1 only the q act, right of b4 only the p: read off both lines and subtract.  On a
gap the slope is the sum of the p to its left minus the sum of the q to its right, which gives
b2 + b3 - 2 b1, 2 (b2 - b1), b2 + b3 - 2 b1.  QED
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from theory.statements.statement import Direction, Statement, Status

Quad = tuple[Fraction, Fraction, Fraction, Fraction]


@dataclass(frozen=True)
class Line:
    """slope x + intercept."""

    slope: Fraction
    intercept: Fraction


def coefficients(b: Quad, sign: int = 1) -> tuple[Quad, Quad]:
    """(p, q) of the up-step at b; sign = -1 gives the down-step."""
    b1, b2, b3, b4 = b
    p = (-sign * b1, sign * b2, sign * b3, -sign * b4)
    q = (sign * b4, -sign * b3, -sign * b2, sign * b1)
    return p, q


def drift(b: Quad) -> Fraction:
    """e = b1 + b4 - b2 - b3: the up-step carries the line -e x everywhere."""
    b1, b2, b3, b4 = b
    return b1 + b4 - b2 - b3


def jump(b: Quad) -> Fraction:
    """J = (b4 - b1)^2 - (b3 - b2)^2, the height of the step beyond its drift."""
    b1, b2, b3, b4 = b
    return (b4 - b1) * (b4 - b1) - (b3 - b2) * (b3 - b2)


def left_line(b: Quad) -> Line:
    """The up-step left of b1."""
    b1, b2, b3, b4 = b
    return Line(-drift(b), 2 * (b1 * b4 - b2 * b3))


def right_line(b: Quad) -> Line:
    """The up-step right of b4."""
    b1, b2, b3, b4 = b
    return Line(-drift(b), b1 * b1 - b2 * b2 - b3 * b3 + b4 * b4)


def gap_slopes(b: Quad) -> tuple[Fraction, Fraction, Fraction]:
    """Slopes of the up-step on (b1, b2), (b2, b3), (b3, b4).

    With e = 0 and half-gaps R = (b4 - b1)/2, r = (b3 - b2)/2 they are 2 R, 2 (R - r), 2 R.
    """
    b1, b2, b3, _ = b
    outer = b2 + b3 - 2 * b1
    return outer, 2 * (b2 - b1), outer


def network_value(
    locations: Sequence[Fraction], p: Sequence[Fraction], q: Sequence[Fraction], x: Fraction
) -> Fraction:
    """sum_i p_i relu(x - b_i) + q_i relu(b_i - x), exactly."""
    total = Fraction(0)
    for location, right, left in zip(locations, p, q, strict=True):
        total += right * (x - location) if x > location else left * (location - x)
    return total


def _jump() -> Any:
    import sympy

    b1, b2, b3, b4 = sympy.symbols("b1 b2 b3 b4", real=True)
    return (b4 - b1) ** 2 - (b3 - b2) ** 2


STATEMENT = Statement(
    id="P1",
    family="permutation",
    title="the four-location step",
    claim=(
        "Four locations with their eight values, each used once, make a step of height "
        "(b4-b1)^2 - (b3-b2)^2 on top of the drift -(b1+b4-b2-b3) x; without drift the step is odd "
        "about its centre and never decreases."
    ),
    direction=Direction.EXACT,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch="Left of b1 only q acts, right of b4 only p: the two lines differ by J.",
    symbols={f"b{i}": f"location number {i} of the four, in increasing order" for i in range(1, 5)},
    build=_jump,
    proved_in="theory/permutation/four_location_step.py",
    tests=("tests/theory/test_steps_and_constants.py", "tests/permutation/test_quads.py"),
    falsified_by=(
        "tests/theory/test_steps_and_constants.py::test_p1_other_orders_of_the_values_are_no_step"
    ),
    notebook="notebooks/03_permutation.ipynb",
)
