"""B2 for very many units: certified below its prediction, on frozen weights, whatever the pool."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.bias import wide
from numerics.bias.construction import build_biases
from numerics.bias.draw import BiasDraw
from numerics.bias.wide_sweep import sweep_wide
from numerics.float_pieces import float_pieces
from numerics.networks import Array, ReluNetwork
from tests.certify.oracle import exact_values
from theory.targets.target import Target
from verify.certify.sup import certify_sup

WIDTH = 20_000
CASES = (
    ("sin(2*pi*x)+0.3", 0, 1),
    ("exp(x)", -1, 1),
    ("cos(3*x)-x/2", Fraction(1, 3), Fraction(7, 3)),
)


def draw(width: int, seed: int = 0) -> tuple[Array, Array, BiasDraw]:
    source = BiasDraw(1.0, seed)
    W, C = source.weights(width)
    return W[:, 0], C[0], source


@pytest.mark.parametrize(("text", "low", "high"), CASES)
def test_certified_between_nothing_lost_and_the_prediction(
    text: str, low: Fraction, high: Fraction
) -> None:
    target = Target.parse(text, low, high)
    W, C, source = draw(WIDTH)
    assert wide.applies(target, WIDTH)
    made = wide.build_wide(target, W, C, source)
    assert made is not None
    assert made.followed
    error = certify_sup(made.network.relu(), target)
    assert error.upper <= made.prediction.value
    # sharp: hardly more than what is there
    assert error.lower >= made.prediction.value / 2
    assert made.prediction.rounding < 1e-3 * made.prediction.value
    assert np.array_equal(made.network.W, W)
    assert np.array_equal(made.network.C, C)
    assert made.off + made.parked + made.left.units + made.right.units == WIDTH
    assert made.network.off(float(low), float(high)).sum() >= made.off


def test_a_bound_from_chords_alone_is_refuted() -> None:
    """Mutation: what the errors at the knots add, left away."""
    target = Target.parse("sin(2*pi*x)+0.3")
    W, C, source = draw(WIDTH)
    made = wide.build_wide(target, W, C, source)
    assert made is not None
    # balanced nodes leave half a chord error in the middle: M2 h^2/16 with |f''|^(1/2) spacing
    intervals = made.left.intervals + made.right.intervals
    chords = float(4 * np.sqrt(4 * np.pi**2) / 2 / np.pi) ** 2 / (16 * intervals**2)
    error = certify_sup(made.network.relu(), target)
    assert error.lower > chords


def test_it_is_what_the_construction_returns_where_it_applies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = Target.parse("sin(2*pi*x)+0.3")
    W, C, source = draw(WIDTH)
    made = build_biases(target, W, C, draw=source)
    direct = wide.build_wide(target, W, C, source)
    assert direct is not None
    assert np.array_equal(made.network.b, direct.network.b)
    monkeypatch.setattr(wide, "find_spec", lambda _: None)
    assert not wide.applies(target, WIDTH)


@pytest.mark.parametrize("text", ["abs(x-1/3)", "sqrt(x)", "x*abs(x-1/2)"])
def test_rough_targets_take_the_other_way(text: str) -> None:
    assert not wide.applies(Target.parse(text), WIDTH)


def test_few_units_take_the_other_way() -> None:
    assert not wide.applies(Target.parse("x**2"), WIDTH - 1)


def followed(kinks: Array, knot: Array, unit: Array, steps: Array, slope: float) -> list[Fraction]:
    """The exact values at the nodes, from 0 on."""
    value, rise, found = Fraction(0), Fraction(slope), [Fraction(0)]
    for k, step in enumerate(steps.tolist()):
        rise += sum((Fraction(float(kinks[u])) for u in unit[knot == k]), Fraction(0))
        value += Fraction(step) * rise
        found.append(value)
    return found


@given(
    count=st.integers(0, 40),
    knots=st.integers(1, 12),
    seed=st.integers(0, 2**32 - 1),
    signs=st.sampled_from([(-1.0, 1.0), (0.0, 1.0), (-1.0, 0.0)]),
)
def test_any_pool_is_swept(count: int, knots: int, seed: int, signs: tuple[float, float]) -> None:
    random = np.random.default_rng(seed)
    kinks = np.sort(random.uniform(*signs, count))
    steps = random.uniform(0.5, 1.5, knots) / knots
    goals = np.concatenate([[0.0], random.standard_normal(knots)])
    slope = float(random.standard_normal())
    swept = sweep_wide(kinks, steps, goals, np.full(knots, 1e-3), 0.0, slope)
    # each unit once, knots in order, and misses as they are
    assert len(set(swept.unit.tolist())) == swept.unit.size <= count
    assert (np.diff(swept.knot) >= 0).all()
    exact = followed(kinks, swept.knot, swept.unit, steps, slope)
    for miss, value, goal in zip(swept.miss.tolist(), exact, goals.tolist(), strict=True):
        assert abs(Fraction(miss) - (value - Fraction(goal))) < Fraction(1, 10**12)


def test_a_rich_pool_meets_every_need() -> None:
    random = np.random.default_rng(1)
    kinks = np.sort(random.uniform(-1, 1, 40_000) * random.random(40_000))
    steps = np.full(8000, 1 / 8000)
    goals = np.sin(3 * np.concatenate([[0.0], steps.cumsum()]))
    tolerance = np.full(8000, 2e-5)
    swept = sweep_wide(kinks, steps, goals, tolerance, 0.0, 3.0)
    theta = np.abs(swept.miss[1:]) / steps
    assert (theta <= 4 * tolerance).mean() > 0.999
    assert swept.unit.size <= 2.1 * steps.size


@given(seed=st.integers(0, 2**32 - 1), width=st.integers(1, 40))
def test_careful_pieces_stay_within_a_smaller_bound(seed: int, width: int) -> None:
    random = np.random.default_rng(seed)
    W, C = random.uniform(-1, 1, width), random.uniform(-1, 1, width)
    # several units at each knot, some just outside the ends
    places = random.choice([0.0, 1 / 3, 0.7, 1.0, *random.random(4).tolist()], width)
    network = ReluNetwork(W, -W * places, C)
    plain, careful = float_pieces(network, 0.0, 1.0), float_pieces(network, 0.0, 1.0, careful=True)
    g = exact_values(network)
    x = np.concatenate([random.random(20), plain.nodes])
    piece = np.searchsorted(careful.nodes[1:-1], x, side="right")
    for point, value in zip(x.tolist(), careful.values(piece, x), strict=True):
        top, bottom = value.as_integer_ratio()
        assert abs(Fraction(int(top), int(bottom)) - g(Fraction(point))) <= careful.error
    assert careful.error <= 2 * plain.error


def test_careful_pieces_are_much_sharper_for_many_units() -> None:
    random = np.random.default_rng(3)
    W, C = random.uniform(-1, 1, 50_000), random.uniform(-1, 1, 50_000)
    network = ReluNetwork(W, -W * random.random(50_000), C)
    plain, careful = (float_pieces(network, 0.0, 1.0, careful=way) for way in (False, True))
    assert careful.error < plain.error / 4
