"""The supremum over V in floating point: every rounding bounded, every tile an upper bound."""

from __future__ import annotations

import math
import time
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.rigor.balls import working_precision
from verify.checks import sigma as balls
from verify.checks.duals import BITS, BoxDual
from verify.checks.fields import BoxTarget
from verify.checks.grammar import parse
from verify.checks.tiles import Parameters
from verify.checks.verdicts import Clock
from verify.dual import line_supremum as fast
from verify.dual.floats import FLOATING, LARGEST, exponential
from verify.dual.search import supremum

NAMES = sorted(FLOATING)
BOXES = ((2, 2), (5, 5), (1, 3), (2, 0))


@given(st.lists(st.floats(-LARGEST, LARGEST), min_size=1, max_size=40))
def test_exponential_is_within_its_bound(values: list[float]) -> None:
    found = exponential(np.array(values))
    with working_precision(120):
        for x, y in zip(values, found.tolist(), strict=True):
            assert abs(arb(y) - arb(x).exp()) <= arb(x).exp() * arb(2) ** -50


def test_exponential_is_nearly_that_sharp() -> None:
    """Mutation: half a unit in the last place is too small a bound."""
    x = np.random.default_rng(0).uniform(-5, 5, 4000)
    with working_precision(120):
        pairs = zip(x.tolist(), exponential(x).tolist(), strict=True)
        off = [float(abs(arb(y) - arb(t).exp()) / arb(t).exp()) for t, y in pairs]
    assert max(off) > 2.0**-54
    assert max(off) < 2.0**-51


@pytest.mark.parametrize("name", NAMES)
@given(values=st.lists(st.floats(-340, 340), min_size=1, max_size=30))
def test_activations_are_within_their_errors(name: str, values: list[float]) -> None:
    entry = FLOATING[name]
    found = entry.values(np.array(values))
    with working_precision(160):
        for i, t in enumerate(values):
            series = balls.taylor(name, arb(t), 3)
            for order, factor in enumerate((1, 1, 2)):
                assert abs(arb(float(found[order][i])) - series[order] * factor) <= entry.error
            for bound, order, factor in (
                (entry.size, 0, 1),
                (entry.slope, 1, 1),
                (entry.bend, 2, 2),
                (entry.third, 3, 6),
            ):
                # balls of what is attained end a little above it
                assert abs(series[order]) * factor <= arb(bound) + arb(2) ** -150


@pytest.mark.parametrize("name", NAMES)
def test_suprema_of_derivatives_are_sharp(name: str) -> None:
    """Mutation: each divided by 1.05 is refuted."""
    entry, largest = FLOATING[name], [0.0] * 4
    with working_precision(80):
        for t in np.linspace(-4, 4, 801).tolist():
            series = balls.taylor(name, arb(t), 3)
            for order, factor in enumerate((1, 1, 2, 6)):
                largest[order] = max(largest[order], float(abs(series[order]) * factor))
    for bound, seen in zip(
        (entry.size, entry.slope, entry.bend, entry.third), largest, strict=True
    ):
        assert seen > bound / 1.05


def coefficients(seed: int, degree: int) -> list[float]:
    random = np.random.default_rng(seed)
    return (random.standard_normal(degree + 1) * 0.7 ** np.arange(degree + 1)).tolist()


def exact(c: list[float], low: Fraction, high: Fraction, name: str, a: float, b: float) -> arb:
    """F(a, b) by 80 nodes in balls at 200 bits."""
    with working_precision(200):
        total = arb(0)
        for k in range(80):
            node, weight = arb.legendre_p_root(80, k, weight=True)
            x = (arb(low.numerator) / low.denominator + arb(high.numerator) / high.denominator) / 2
            x += node * (arb((high - low).numerator) / (high - low).denominator) / 2
            phi = sum(
                (q * arb(2 * j + 1).sqrt() * node.legendre_p(j) for j, q in enumerate(c)), arb(0)
            )
            total += weight / 2 * phi * balls.value(name, a * x - b)
        return total


@settings(max_examples=15)
@pytest.mark.parametrize("name", NAMES)
@given(seed=st.integers(0, 2**32 - 1), degree=st.integers(0, 10), box=st.sampled_from(BOXES))
def test_the_sum_is_the_integral(name: str, seed: int, degree: int, box: tuple[int, int]) -> None:
    c, (low, high) = coefficients(seed, degree), (Fraction(-1, 3), Fraction(1))
    found = fast.line_sum(c, low, high, name, Fraction(box[0]), Fraction(box[1]))
    assert found is not None
    random = np.random.default_rng(seed)
    a, b = float(random.uniform(-box[0], box[0])), float(random.uniform(-box[1], box[1]))
    value = float(found.sigma.values(a * found.x - b)[0] @ found.v)
    off = abs(exact(c, low, high, name, a, b) - value)
    assert off <= found.rounding + found.remainder
    assert found.rounding + found.remainder < 1e-11 * (1 + math.sqrt(sum(x * x for x in c)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("box", BOXES)
def test_it_agrees_with_the_checker_and_is_tight(name: str, box: tuple[int, int]) -> None:
    c, lam, beta = coefficients(7, 6), Fraction(box[0]), Fraction(box[1])
    total = fast.line_sum(c, Fraction(0), Fraction(1), name, lam, beta)
    assert total is not None
    found = fast.line_supremum(
        total, name in fast.SYMMETRIC, lambda low, high: high - low <= 1e-6 * high, math.inf
    )
    assert found is not None
    assert found.reached
    assert 0 < found.high - found.low <= 1e-6 * found.high
    dual = BoxDual(BoxTarget(parse("x"), ((Fraction(0), Fraction(1)),)), 6, c)
    with working_precision(BITS):
        units = dual.units(Parameters(name, lam, beta), found.high, Clock(60))
        slow = supremum(units, lambda low, high: high - low <= 1e-3 * high, time.monotonic() + 60)
    assert slow.low <= found.high
    assert found.low <= slow.high


def test_tiles_bound_what_is_inside_and_need_their_remainder() -> None:
    """Mutation: without the third-order remainder some tile lies below a unit inside it."""
    random = np.random.default_rng(5)
    beaten = 0
    for seed in range(40):
        total = fast.line_sum(
            coefficients(seed, 5), Fraction(0), Fraction(1), "tanh", Fraction(4), Fraction(4)
        )
        assert total is not None
        a, b = random.uniform(-3, 3, 30), random.uniform(-3, 3, 30)
        _, above = fast._bounds(total, a, b, 0.5, 0.5)
        third = 2.0 / 6 * float((np.abs(total.v) * (np.abs(total.x) * 0.5 + 0.5) ** 3).sum())
        for _ in range(30):
            x, y = a + random.uniform(-0.5, 0.5, 30), b + random.uniform(-0.5, 0.5, 30)
            inside = np.abs(total.sigma.values(x[:, None] * total.x - y[:, None])[0] @ total.v)
            assert (inside <= above).all()
            beaten += int((inside > above - third).sum())
    assert beaten


@pytest.mark.parametrize("name", ["softplus", "erf", "cos", "relu"])
def test_other_activations_go_the_other_way(name: str) -> None:
    assert fast.line_sum([1.0], Fraction(0), Fraction(1), name, Fraction(1), Fraction(1)) is None


def test_a_box_beyond_its_range_goes_the_other_way() -> None:
    huge = Fraction(1000)
    assert fast.line_sum([1.0], Fraction(0), Fraction(1), "tanh", huge, huge) is None
