"""Many values of a target at once: as rigorous as one ball after the other."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InputError
from theory.rigor.balls import ball, working_precision
from theory.targets.enclosures import Profile
from theory.targets.sampling import sampler
from theory.targets.target import Target
from theory.targets.taylor import taylor_cells

TARGETS = ("sin(2*pi*x)", "exp(x)*cos(7*x)", "x**3-2*x", "1/(1+25*x**2)", "log(x+3)", "tanh(5*x)")
DOMAINS = ((0, 1), (-1, 1), (Fraction(1, 3), Fraction(10, 7)), (-2, Fraction(-1, 10)))


def off(target: Target, u: Fraction, value: float) -> arb:
    """|value - F(u)|, enclosed at 200 bits."""
    with working_precision(200):
        return abs(target.unit_value(ball(u)) - arb(value))


@pytest.mark.parametrize("text", TARGETS)
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_value_is_within_its_bound(
    text: str, domain: tuple[Fraction, Fraction], rng: np.random.Generator
) -> None:
    target = Target.parse(text, *domain)
    n = 5000
    values, eta = sampler(Profile(target), many=1)(np.arange(n) / (n - 1))
    scale = float(np.abs(values).max()) + float(Profile(target).slope.upper)
    assert eta < 60 * 2.0**-53 * scale * max(1, *map(abs, domain))
    for i in [0, n - 1, *rng.integers(1, n - 1, 60).tolist()]:
        # the exact rational is what the constructions mean by the point
        assert off(target, Fraction(i, n - 1), float(values[i])) <= eta


@given(text=st.sampled_from(TARGETS), seed=st.integers(0, 2**32 - 1))
def test_points_need_not_ascend(text: str, seed: int) -> None:
    target = Target.parse(text, -1, 1)
    points = np.random.default_rng(seed).random(50)
    shuffled, eta = sampler(Profile(target), many=1)(points)
    order = np.argsort(points)
    ascending, again = sampler(Profile(target), many=1)(points[order])
    assert eta == again
    assert np.array_equal(shuffled[order], ascending)
    slow, slow_eta = target.sample(points.tolist())
    assert (np.abs(shuffled - slow) <= eta + slow_eta).all()


def test_a_smaller_bound_is_refuted() -> None:
    """Mutation: without the slope's share, points that were rounded are off by more."""
    target = Target.parse("sin(2000*x)")
    n = 20_001
    values, _ = sampler(Profile(target), many=1)(np.arange(n) / (n - 1))
    small = float(taylor_cells(target).value_error.max())
    wrong = [
        i for i in range(1, n, 97) if off(target, Fraction(i, n - 1), float(values[i])) > small
    ]
    assert wrong


def test_kinks_and_rough_targets_take_the_slow_way() -> None:
    for text in ("abs(x-1/3)", "sqrt(x)"):
        target = Target.parse(text)
        points = np.arange(40) / 39
        values, eta = sampler(Profile(target), many=1)(points)
        slow, slow_eta = target.sample(points.tolist())
        assert (np.abs(values - slow) <= eta + slow_eta).all()
        assert eta < 1e-7


def test_a_pole_is_one_line() -> None:
    with pytest.raises(InputError, match="not shown to be finite"):
        sampler(Profile(Target.parse("1/(x-1/2)")), many=1)(np.linspace(0, 1, 11))


@given(seed=st.integers(0, 2**32 - 1), text=st.sampled_from(TARGETS))
def test_the_sweep_over_cells_gives_the_same_numbers(seed: int, text: str) -> None:
    cells = taylor_cells(Target.parse(text, -1, 1))
    random = np.random.default_rng(seed)
    x = np.sort(np.concatenate([random.uniform(-1, 1, 300), cells.edges]))
    cell = cells.locate(x)
    assert np.array_equal(cells.locate_ascending(x), cell)
    assert np.array_equal(cells.value_ascending(x, cell), cells.value(x, cell))
