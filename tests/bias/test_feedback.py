"""B2a: chord deviations and the error of an interval, enclosed and sharp."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from theory.bias.feedback import (
    STATEMENT,
    Deviation,
    chord_deviation,
    interval_error,
    node_error_bound,
)
from theory.bias.residual import residual_target
from theory.targets.target import Target

SMOOTH = ["sin(3*x)", "x**3-x", "exp(-x**2)", "1/(1+4*x**2)", "x", "2"]
ROUGH = ["abs(x-1/3)", "abs(sin(7*x))", "sqrt(abs(x-1/2))", "x+abs(x-1/7)*abs(x-2/3)"]
places = st.integers(0, 40).map(lambda k: Fraction(k, 41))
lengths = st.integers(1, 20).map(lambda k: Fraction(k, 600))


def measured(target: Target, left: Fraction, right: Fraction) -> tuple[float, float]:
    """Extremes of chord - f on a grid: inside the truth."""
    grid = [left + (right - left) * Fraction(i, 64) for i in range(65)]
    f = np.array([float(target.value(x).mid()) for x in grid])
    chord = np.linspace(f[0], f[-1], 65)
    return float((chord - f).min()), float((chord - f).max())


@given(st.sampled_from(SMOOTH + ROUGH), places, lengths)
def test_chord_deviation_contains_the_truth(text: str, left: Fraction, length: Fraction) -> None:
    target = Target.parse(text)
    found = chord_deviation(target, left, min(left + length, Fraction(1)), 1e-9)
    assert found is not None
    low, high = measured(target, left, min(left + length, Fraction(1)))
    assert float(found.low) <= low + 1e-15
    assert float(found.high) >= high - 1e-15
    assert float(found.low) <= 0.0 <= float(found.high)


@pytest.mark.parametrize("text", SMOOTH)
def test_smooth_deviations_are_sharp(text: str) -> None:
    target = Target.parse(text)
    found = chord_deviation(target, Fraction(1, 4), Fraction(1, 4) + Fraction(1, 500), 1e-9)
    assert found is not None
    assert found.parabola
    low, high = measured(target, Fraction(1, 4), Fraction(1, 4) + Fraction(1, 500))
    assert float(found.high - found.low) <= 1.05 * (high - low) + 1e-15


@pytest.mark.parametrize("text", ROUGH)
def test_rough_deviations_are_sharp_enough(text: str) -> None:
    target = Target.parse(text)
    found = chord_deviation(target, Fraction(0), Fraction(1), 1e-4)
    assert found is not None
    low, high = measured(target, Fraction(0), Fraction(1))
    # the grid itself misses a kink by a few hundredths of the slope
    assert float(found.high) <= high + 0.06
    assert float(found.low) >= low - 0.06


def test_nothing_is_said_of_what_is_not_continuous() -> None:
    assert chord_deviation(Target.parse("1/x", 1, 2), Fraction(-1), Fraction(1), 1e-3) is None


ends = st.integers(-40, 40).map(lambda k: k / 8)


@given(ends, ends, ends, st.floats(0, 1))
def test_the_peak_is_the_maximum_of_the_parabola(
    left: float, right: float, size: float, share: float
) -> None:
    low, high = (min(size, 0.0), max(size, 0.0))
    bound = node_error_bound(Deviation(arb(low), arb(high), True), (left, right))
    s = np.linspace(0, 1, 4001)
    line = (1 - s) * left + s * right
    worst = max((line + 4 * s * (1 - s) * d * share).max() for d in (high,))
    worst = max(worst, -(line + 4 * s * (1 - s) * low * share).min())
    assert worst <= float(bound) + 1e-12
    exact = max((line + 4 * s * (1 - s) * high).max(), -(line + 4 * s * (1 - s) * low).min())
    assert float(bound) <= exact + 1e-4 * (1 + abs(size) + abs(left) + abs(right))
    loose = node_error_bound(Deviation(arb(low), arb(high), False), (left, right))
    assert float(bound) <= float(loose) + 1e-12


@given(st.sampled_from(SMOOTH + ROUGH), places, lengths, ends, ends)
def test_the_error_of_an_interval_is_enclosed(
    text: str, left: Fraction, length: Fraction, first: float, second: float
) -> None:
    """For g affine and off by ``first``, ``second``: containment on a grid, and sharpness."""
    target, right = Target.parse(text), min(left + 8 * length, Fraction(1))
    found = interval_error(target, left, right, (first, second), 1e-3)
    assert found is not None
    points = [left + (right - left) * Fraction(i, 128) for i in range(129)]
    f = np.array([float(target.value(x).mid()) for x in points])
    worst = np.abs(np.linspace(f[0] + first, f[-1] + second, 129) - f).max()
    assert worst <= float(found) + 1e-12
    # between grid points f moves by up to 7/128 of a 12th, sqrt by a little more
    assert float(found) <= 1.011 * worst + 1e-3 + 0.06


def test_errors_and_chords_that_cancel_are_seen() -> None:
    """g = 0 against a whole wave: the bound by parts is 2, the truth 1."""
    wave = Target.parse("sin(2*pi*x)")
    found = interval_error(wave, Fraction(1, 4), Fraction(3, 4), (-1.0, 1.0), 1e-3)
    assert found is not None
    assert 1 <= float(found) <= 1.02
    deviation = chord_deviation(wave, Fraction(0), Fraction(1), 1e-3)
    assert deviation is not None
    assert float(node_error_bound(deviation, (0.0, 0.0))) >= 0.99
    nowhere = interval_error(Target.parse("1/x", 1, 2), Fraction(-1), Fraction(1), (0.0, 0.0), 0.1)
    assert nowhere is None


def test_the_statement_and_its_mutation() -> None:
    """x^2/2 on one interval with both nodes off by h theta attains the sum, so no less is true."""
    h, theta = Fraction(1, 8), Fraction(1, 16)
    values = {"M2": 1, "h": h, "delta0": h * theta, "theta": theta}
    bound = STATEMENT.bound_up(values)
    attained = h**2 / 8 + h * theta
    assert bound == pytest.approx(float(attained), rel=1e-12)
    without_theta = STATEMENT.bound_up(values | {"theta": 0, "delta0": 0})
    assert without_theta < float(attained)


@given(st.sampled_from(SMOOTH), places)
def test_residual_networks_have_the_target_less_x(text: str, x: Fraction) -> None:
    target = Target.parse(text)
    less = residual_target(target)
    assert (less.low, less.high) == (target.low, target.high)
    difference = less.value(x) + x.numerator / arb(x.denominator) - target.value(x)
    assert difference.contains(0)
    assert difference.rad() < 1e-12
