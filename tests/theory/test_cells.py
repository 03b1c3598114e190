"""Taylor cells: the claimed errors hold, are small, and do not survive being shrunk."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InputError
from theory.rigor.balls import ball, interval, working_precision
from theory.targets.cells import UNIT, Cells, Goal, build, inner_ends
from theory.targets.target import Target
from theory.targets.taylor import taylor_cells
from verify.strategies import targets

TARGETS = [
    Target.parse("sin(2*pi*x)"),
    Target.parse("exp(-3*x)*cos(10*x)", -1, 2),
    Target.parse("tanh(200*x)", Fraction(-1, 3), 1),
    Target.parse("sqrt(x)"),
    Target.parse("abs(x-1/3) + x**2"),
    Target.parse("x**(5/2)"),
    Target.parse("sqrt(abs(x-1/3))", -1, 1),
]
COARSE = Goal(5, math.inf, 1e-4, 1e-6, 0.1)


def places(cells: Cells, count: int, rng: np.random.Generator) -> np.ndarray:
    """Points of every cell: both edges and some inside."""
    left, right = cells.edges[:-1, None], cells.edges[1:, None]
    inside = left + (right - left) * rng.random((left.size, count))
    return np.clip(np.concatenate([left, right, inside], axis=1), left, right)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.text)
@pytest.mark.parametrize("goal", [COARSE, None], ids=["coarse", "fine"])
def test_values_are_within_their_errors(
    target: Target, goal: Goal | None, rng: np.random.Generator
) -> None:
    cells = taylor_cells(target) if goal is None else build(target, goal)
    x = places(cells, 6, rng)
    cell = np.broadcast_to(np.arange(len(x))[:, None], x.shape)
    values = cells.value(x.ravel(), cell.ravel()).reshape(x.shape)
    worst = 0.0
    with working_precision(200):
        for row, column in np.ndindex(*x.shape):
            error = abs(target.value(float(x[row, column])) - float(values[row, column]))
            assert error <= cells.value_error[row]
            if cells.value_error[row] > 0:
                worst = max(worst, float(error.upper()) / cells.value_error[row])
    # mutation: an error bound a hundred times smaller is refuted somewhere
    assert worst > 0.01


@pytest.mark.parametrize("target", TARGETS[:4] + TARGETS[5:6], ids=lambda target: target.text)
def test_second_derivatives_lie_in_their_range(target: Target, rng: np.random.Generator) -> None:
    cells = build(target, COARSE)
    smooth = (cells.flat == 0) & (cells.fan == 0)
    assert smooth.any()
    for index in np.flatnonzero(smooth).tolist():
        left, right = cells.edges[index], cells.edges[index + 1]
        a, b = np.sort(left + (right - left) * rng.random(2))
        where = np.array([index])
        low, high = cells.curvature_range(np.array([(a + b) / 2]), np.array([b - a]), where)
        for x in np.linspace(a, b, 5).tolist():
            with working_precision(200):
                exact = 2 * target.jet(arb(x), 2)[2]
                assert low[0] <= exact <= high[0]
                assert abs(exact) <= cells.steepest[index]
    # narrow: the range of a tiny piece is a small part of the whole cell's variation
    middle = cells.centres[smooth]
    low, high = cells.curvature_range(middle, np.zeros_like(middle), np.flatnonzero(smooth))
    assert (high - low <= 2.1 * cells.curvature_error[smooth] * 1.01 + 1e-12 * np.abs(high)).all()


@given(target=targets(smoothness="continuous"), seed=st.integers(0, 2**32 - 1))
def test_chords_in_rough_cells(target: Target, seed: int) -> None:
    """f stays within flat + fan h of its chords where f'' is missing."""
    cells = build(target, COARSE)
    rng = np.random.default_rng(seed)
    for index in np.flatnonzero((cells.flat > 0) | (cells.fan > 0)).tolist()[:20]:
        left, right = cells.edges[index], cells.edges[index + 1]
        a, x, b = np.sort(left + (right - left) * rng.random(3)).tolist()
        if not a < x < b:
            continue
        with working_precision(128):
            fa, fx, fb = (target.value(t) for t in (a, x, b))
            chord = fa + (fb - fa) * (arb(x) - a) / (arb(b) - a)
            assert abs(fx - chord).lower() <= cells.flat[index] + cells.fan[index] * (b - a)


@pytest.mark.parametrize("target", TARGETS[:4], ids=lambda target: target.text)
def test_fine_cells_are_good_to_the_last_bits(target: Target) -> None:
    cells = taylor_cells(target)
    size = max(abs(float(target.value(x))) for x in np.linspace(*inner_ends(target), 65).tolist())
    assert cells.value_error.max() <= 20 * UNIT * size
    assert cells is taylor_cells(target)


def test_edges_cover_the_domain_in_dyadics_of_few_bits() -> None:
    target = Target.parse("sqrt(x-1/3)", Fraction(1, 3), 2)
    cells = taylor_cells(target)
    assert (np.diff(cells.edges) > 0).all()
    assert Fraction(cells.edges[0]) >= target.low > Fraction(np.nextafter(cells.edges[0], 0))
    assert cells.edges[-1] == 2
    finest = np.diff(cells.edges).min()
    for edge in cells.edges[1:-1].tolist():
        assert Fraction(edge).denominator <= 16 / finest
    # the first cell reaches to the exact end, which no float is
    with working_precision(128):
        over = target.value(interval(ball(target.low), ball(cells.edges[1])))
        assert cells.flat[0] * 1.01 >= float(2 * over.rad()) > 0


def test_a_pole_is_followed_to_the_end_at_once() -> None:
    calls = []

    class Counting(Target):
        def jet(self, x: arb, order: int) -> tuple[arb, ...]:
            calls.append(x)
            return super().jet(x, order)

    target = Counting("1/(x-1/3)", Fraction(0), Fraction(1))
    with pytest.raises(InputError, match=r"finite and real near x = 0\.333333"):
        build(target, COARSE)
    assert len(calls) < 1000


def test_a_limit_on_cells_leaves_valid_ones(rng: np.random.Generator) -> None:
    target = Target.parse("sin(2000*x)")
    cells = build(target, Goal(5, 1e-15, 1e-15, 1e-15), max_cells=64)
    assert 64 <= cells.centres.size <= 66
    x = np.sort(rng.random(200))
    cell = cells.locate(x)
    off = np.abs(np.sin(2000 * x) - cells.value(x, cell))
    assert (off <= cells.value_error[cell] + 1e-12).all()


def test_goals_make_cells_finer() -> None:
    target = TARGETS[1]
    counts = [
        build(target, Goal(5, math.inf, bump, 1e-9, longest)).centres.size
        for bump, longest in ((1e-3, 1.0), (1e-6, 1.0), (1e-6, 0.01))
    ]
    assert counts[0] < counts[1]
    assert counts[2] < counts[1]
