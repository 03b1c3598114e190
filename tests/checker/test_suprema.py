"""Bounds on one piece: never below the truth, for every choice of numbers inside the balls."""

from __future__ import annotations

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from verify.checks.suprema import _peak
from verify.checks.verdicts import precision

REAL = st.floats(-4, 4).map(lambda x: round(x, 3))
RADIUS = st.sampled_from([0.0, 0.0, 1e-9, 0.5, 2.0])


def truth(left: float, right: float, bend: float, square: float) -> float:
    """max over t in [0, 1] of left (1 - t) + right t + c t (1 - t), by the clipped vertex."""
    c = max(bend, 0.0) * square
    t = 0.5 if c == 0 else min(1.0, max(0.0, 0.5 + (right - left) / (2 * c)))
    return max(left, right, left * (1 - t) + right * t + c * t * (1 - t))


@given(REAL, REAL, REAL, REAL.map(abs))
def test_points(left: float, right: float, bend: float, square: float) -> None:
    with precision(96):
        bound = _peak(arb(left), arb(right), arb(bend), arb(square))
        exact = truth(left, right, bend, square)
        assert bound >= arb(exact) - arb("1e-12")
        # Exact if the vertex is inside, and where there is none.
        assert bound <= arb(exact) + arb("1e-12")


@given(REAL, REAL, REAL, REAL.map(abs), RADIUS, RADIUS, RADIUS, st.tuples(*[st.floats(-1, 1)] * 3))
def test_balls(
    left: float,
    right: float,
    bend: float,
    square: float,
    left_radius: float,
    right_radius: float,
    square_radius: float,
    where: tuple[float, float, float],
) -> None:
    with precision(96):
        balls = arb(left, left_radius), arb(right, right_radius), arb(square, square_radius)
        bound = _peak(balls[0], balls[1], arb(bend), balls[2])
        inside = truth(
            left + where[0] * left_radius,
            right + where[1] * right_radius,
            bend,
            max(0.0, square + where[2] * square_radius),
        )
        assert bound.is_finite()
        assert bound.upper() >= arb(inside) - arb("1e-12")


@pytest.mark.parametrize("square", [arb(0), arb(0, 1), arb(0, 1e-30)])
def test_a_step_that_may_be_nothing(square: arb) -> None:
    with precision(96):
        bound = _peak(arb(1), arb(1), arb(8), square)
        assert bound.is_finite()
        assert bound.upper() >= 1 + 8 * square.upper() / 4
