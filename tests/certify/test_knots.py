"""B6: the points prove what is claimed, no more; and no network gets below it."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from numerics.networks import Array, ReluNetwork
from tests.certify.oracle import interpolant
from theory.errors import InputError
from theory.rigor.balls import ball, working_precision
from theory.targets.target import Target
from verify.certify import certify_sup
from verify.knots import KnotBound, knot_bound
from verify.knots.density import bending
from verify.knots.proof import bend, prove
from verify.knots.sweep import minimax
from verify.strategies import targets

SINE = Target.parse("sin(2*pi*x)")
TARGETS = {
    "sine": SINE,
    "published": Target.parse("-sin(2*pi*x)", -1, 1),
    "kink": Target.parse("abs(x-1/3) + x**2"),
    "square root": Target.parse("sqrt(x)"),
    "flat half": Target.parse("((x-1/2)+abs(x-1/2))**2"),
    "steep": Target.parse("tanh(200*x)", -1, 1),
    "many arcs": Target.parse("sin(20*pi*x)"),
    "many scales": Target.parse("exp(-3*x)*cos(10*x)", -1, 2),
    "many kinks": Target.parse("exp(x) + abs(sin(5*x))", -2, 2),
    "thirds": Target.parse("exp(x)", Fraction(1, 3), Fraction(4, 3)),
}


def asymptotic(target: Target, n: int) -> float:
    """(integral of |f''|^(1/2))^2 / (16 n^2), by a sum over a fine grid."""
    u = (np.arange(200_000) + 0.5) / 200_000
    x = float(target.low) + float(target.length) * u
    if target.text.endswith("sin(2*pi*x)"):
        second = 4 * np.pi**2 * np.abs(np.sin(2 * np.pi * x))
    else:
        second = np.exp(x)
    return float(np.sqrt(second).mean() * float(target.length)) ** 2 / (16 * n**2)


def exact_bends(target: Target, points: Array) -> list[float]:
    """Bends by their definition, in fractions and balls of 300 bits; each off by far less."""
    sizes = []
    with working_precision(300):
        for x1, x2, x3 in points.reshape(-1, 3).tolist():
            part = (Fraction(x2) - Fraction(x1)) / (Fraction(x3) - Fraction(x1))
            a, b, c = (target.value(x) for x in (x1, x2, x3))
            sizes.append(float(abs(b - a - (c - a) * ball(part))))
    return sizes


def check(bound: KnotBound, target: Target, n: int) -> None:
    """What every bound promises: valid points, and half the smallest bend, to the last bits."""
    points = bound.points
    assert points.shape == (3 * (n + 1),)
    triples = points.reshape(-1, 3)
    assert (np.diff(triples, axis=1) > 0).all()
    assert (triples[1:, 0] >= triples[:-1, 2]).all()
    assert target.low <= Fraction(points[0])
    assert Fraction(points[-1]) <= target.high
    smallest = min(exact_bends(target, points))
    assert bound.value <= smallest / 2
    assert bound.value >= smallest / 2 * (1 - 1e-11)
    # mutation: a claim tightened by 1e-6 fails at the tightest triple
    assert smallest / 2 < bound.value * (1 + 1e-6)
    assert bound.width == n
    assert (bound.reason is None) == (bound.value > 0)


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("n", [4, 40, 320])
def test_points_prove_the_value(name: str, n: int) -> None:
    target = TARGETS[name]
    bound = knot_bound(target, n)
    check(bound, target, n)
    assert bound.balance >= 0.97


@pytest.mark.parametrize(("n", "least"), [(40, 0.92), (320, 0.985), (5000, 0.995)])
@pytest.mark.parametrize("name", ["sine", "thirds"])
def test_the_asymptotic_constant(name: str, n: int, least: float) -> None:
    ratio = knot_bound(TARGETS[name], n).value / asymptotic(TARGETS[name], n)
    assert least <= ratio <= 1.0


def test_bounds_fall_with_the_width() -> None:
    values = [knot_bound(SINE, n).value for n in (1, 2, 3, 4, 8, 16, 64, 65, 66, 128)]
    assert values == sorted(values, reverse=True)


@given(target=targets(smoothness="lipschitz"), n=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_no_fit_gets_below(target: Target, n: int, seed: int) -> None:
    """Least squares on random knots, with an affine part for free."""
    bound = knot_bound(target, n)
    if bound.value > 0:
        check(bound, target, n)
    rng = np.random.default_rng(seed)
    low, high = float(target.low), float(target.high)
    knots = np.sort(rng.uniform(low, high, n))
    x = np.linspace(low, high, 200)[1:-1]
    y = np.array([float(target.value(point)) for point in x.tolist()])
    basis = np.stack([np.ones_like(x), *(np.maximum(x - t, 0) for t in [low, *knots[1:]])], axis=1)
    fit, *_ = np.linalg.lstsq(basis, y)
    # the first of the n units has its knot at the end: an affine part and n - 1 knots
    network = ReluNetwork(np.ones(n), -np.array([low, *knots[1:]]), fit[1:], float(fit[0]))
    assert certify_sup(network, target).upper >= bound.value


@pytest.mark.parametrize("name", ["sine", "kink", "thirds", "square root"])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_best_fit_with_free_knots_stays_above_and_close(name: str, n: int) -> None:
    """All sets of n knots from a grid, the best coefficients for each by a linear program."""
    target = TARGETS[name]
    low, high = float(target.low), float(target.high)
    low = math.nextafter(low, high) if Fraction(low) < target.low else low
    bound = knot_bound(target, n)
    x = np.linspace(low, high, 81)[:-1]
    y = np.array([float(target.value(point)) for point in x.tolist()])
    best: tuple[float, ReluNetwork] | None = None
    for knots in combinations(np.linspace(low, high, 15)[1:-1], n):
        # units for the kinks, and one more for the affine part: more freedom than n units have
        starts = np.array([low, *knots])
        columns = np.maximum(x[:, None] - starts, 0)
        basis = np.concatenate([np.ones((x.size, 1)), columns, np.zeros((x.size, 1))], axis=1)
        upper, lower = basis.copy(), -basis
        upper[:, -1] = lower[:, -1] = -1
        cost = np.zeros(basis.shape[1])
        cost[-1] = 1
        found = linprog(
            cost,
            np.concatenate([upper, lower]),
            np.concatenate([y, -y]),
            bounds=[(None, None)] * basis.shape[1],
        )
        if best is None or found.fun < best[0]:
            network = ReluNetwork(np.ones(n + 1), -starts, found.x[1:-1], float(found.x[0]))
            best = (float(found.fun), network)
    assert best is not None
    error = certify_sup(best[1], target)
    assert error.upper >= bound.value
    assert error.lower <= 3 * bound.value


@pytest.mark.parametrize("text", ["sin(7*x)", "exp(x)", "abs(x-1/3)", "x**3"])
def test_minimax_is_half_the_largest_bend_of_all_triples(text: str) -> None:
    shape = bending(Target.parse(text))
    for left, right in ((0.0, 1.0), (0.1, 0.45), (0.3, 0.9)):
        size, triple = minimax(shape, left, right)
        assert left <= triple[0] < triple[1] < triple[2] <= right
        x = np.linspace(left, right, 41)
        f = shape.value(x)
        i, j, k = np.array(list(combinations(range(41), 3))).T
        every = np.abs(f[j] - f[i] - (f[k] - f[i]) * (x[j] - x[i]) / (x[k] - x[i]))
        assert every.max() <= size * (1 + 1e-9)
        assert size <= every.max() * 1.05


@pytest.mark.parametrize(
    ("text", "n"), [("x/3", 4), ("2", 40), ("abs(x-1/3)", 2), ("abs(x-1/3)", 100)]
)
def test_nothing_to_prove(text: str, n: int) -> None:
    bound = knot_bound(Target.parse(text), n)
    assert bound.value == 0.0
    assert bound.reason is not None
    assert "bend in fewer" in bound.reason
    assert bound.points.size == 3 * (n + 1)


def test_one_kink_bends_one_interval() -> None:
    """A line errs by half the bend of |x| on [-1, 1]: with no unit 1/2, with one unit 0."""
    target = Target.parse("abs(x) + x**2/1000000", -1, 1)
    assert knot_bound(target, 1).value < 1e-6
    points = np.array([-1.0, 0.0, 1.0])
    assert prove(Target.parse("abs(x)", -1, 1), points) == 0.5


def test_small_values_are_proved() -> None:
    target = Target.parse("sin(x)", Fraction(1), Fraction(10001, 10000))
    bound = knot_bound(target, 100)
    check(bound, target, 100)
    assert 0.9 < bound.value / (math.sin(1) * 1e-8 / (16 * 100**2)) < 1.0


def test_out_of_time_is_an_outcome() -> None:
    target = TARGETS["many scales"]
    hurried = knot_bound(target, 60, seconds=0.0)
    check(hurried, target, 60)
    assert 0 < hurried.value < knot_bound(target, 60).value


def test_progress_is_reported() -> None:
    seen: list[tuple[float, float, str]] = []
    knot_bound(SINE, 20, progress=lambda *step: seen.append(step))
    assert {stage for _, _, stage in seen} == {"balancing", "sweeping", "proof"}
    assert all(0 <= done <= total for done, total, _ in seen)


GOOD = np.array([0.0, 0.1, 0.3, 0.3, 0.5, 0.7, 0.7, 0.8, 1.0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({2: 0.31}, "overlap"),
        ({3: 0.29}, "overlap"),
        ({1: 0.0}, "not ascending"),
        ({1: 0.3}, "not ascending"),
        ({4: 0.71}, "not ascending"),
        ({0: -1e-300}, "outside the domain"),
        ({8: math.nextafter(1.0, 2)}, "outside the domain"),
        ({4: math.nan}, "finite numbers"),
    ],
)
def test_bad_points(change: dict[int, float], message: str) -> None:
    assert prove(SINE, GOOD) > 0
    points = GOOD.copy()
    for index, value in change.items():
        points[index] = value
    with pytest.raises(InputError, match=message):
        prove(SINE, points)


@pytest.mark.parametrize("points", [GOOD[:-1], GOOD[:0], GOOD.reshape(-1, 3)], ids=len)
def test_points_in_the_wrong_shape(points: Array) -> None:
    with pytest.raises(InputError, match="points"):
        prove(SINE, points)


def test_the_domain_is_compared_exactly() -> None:
    target = Target.parse("exp(x)", Fraction(1, 3), 1)
    assert prove(target, [math.nextafter(1 / 3, 1), 0.5, 1.0]) > 0
    with pytest.raises(InputError, match="outside the domain"):
        prove(target, [1 / 3, 0.5, 1.0])


def test_precision_rises_where_it_must() -> None:
    target = Target.parse("x + 1e-40*x**2")
    assert prove(target, [0.0, 0.5, 1.0]) == pytest.approx(1e-40 / 8, rel=1e-9)
    with working_precision(53):
        assert not bend(target, 0.0, 0.5, 1.0) > 0


@pytest.mark.parametrize("width", [0, -3, 10**8])
def test_bad_widths(width: int) -> None:
    with pytest.raises(InputError, match="--width: out of range"):
        knot_bound(SINE, width)


def test_domains_with_too_few_floats() -> None:
    target = Target.parse("exp(x)", 1, 1 + Fraction(1, 10**10))
    with pytest.raises(InputError, match="too many intervals"):
        knot_bound(target, 100_000)


@pytest.mark.parametrize("text", ["1/(x-1/3)", "log(x)"])
def test_targets_that_are_not_finite(text: str) -> None:
    with pytest.raises(InputError, match="finite and real"):
        knot_bound(Target.parse(text), 10)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sine", "many kinks", "square root"])
def test_a_million_units(name: str) -> None:
    n = 1_000_000
    bound = knot_bound(TARGETS[name], n)
    assert bound.balance >= 0.97
    some = bound.points.reshape(-1, 3)[:: n // 500].ravel()
    assert min(exact_bends(TARGETS[name], some)) >= 2 * bound.value
    if name == "sine":
        assert 0.98 <= bound.value / asymptotic(SINE, n) <= 1.0


@pytest.mark.slow
def test_a_million_units_from_both_sides() -> None:
    """Certified error of an interpolant, and the bound no network of its width can pass."""
    n = 1_000_000
    network = interpolant(SINE, np.arange(n + 1) / n)
    error = certify_sup(network, SINE)
    assert error.mode == "exact"
    assert error.gap <= 1e-6
    # the chord error of equidistant knots, pi^2/2 n^-2
    assert error.upper == pytest.approx(np.pi**2 / 2 / n**2, rel=1e-3)
    assert error.lower >= knot_bound(SINE, n).value
    rough = interpolant(SINE, np.arange(n + 1) / n, 0.02 * np.cos(np.arange(n + 1.0) / 1e4))
    quick = certify_sup(rough, SINE)
    assert quick.mode == "fast"
    assert quick.gap <= 1e-6


@pytest.mark.parametrize("text", ["1e300*x", "1e300*sin(9*x)", "1e-300*sin(9*x)"])
@pytest.mark.parametrize("width", [4, 18, 100])
def test_extreme_scales_give_a_bound_or_a_reason_without_warnings(text: str, width: int) -> None:
    found = knot_bound(Target.parse(text), width)
    assert found.value > 0 or found.reason
