"""B2: the constructed biases meet the predicted bound, and only biases are chosen."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.bias.construction import build_biases
from numerics.bias.draw import BiasDraw
from numerics.bias.network import BiasNetwork, off_biases
from numerics.bias.reports import BiasConstruction
from numerics.draws import FrozenDraw
from numerics.networks import Array
from theory.bias.residual import residual_target
from theory.errors import InputError
from theory.targets.enclosures import Profile
from theory.targets.target import Target
from verify.certify.sup import SMALLEST_GAP, SupError, certify_sup
from verify.knots.bound import knot_bound
from verify.strategies import (
    bias_networks,
    frozen_draws,
    given_weights,
    reachable_targets,
    targets,
    units,
)

SINE = Target.parse("sin(2*pi*x)+0.3")


def built(target: Target, width: int, draw: BiasDraw) -> BiasConstruction:
    W, C = draw.weights(width)
    return build_biases(target, W[:, 0], C[0], draw=draw)


def certified(target: Target, made: BiasConstruction) -> SupError:
    """The error, enclosed tightly enough to tell it from a sharp prediction."""
    error = certify_sup(made.network.relu(), target)
    if error.lower <= made.prediction.value < error.upper:
        error = certify_sup(made.network.relu(), target, mode="exact", gap=SMALLEST_GAP)
    return error


def check(target: Target, made: BiasConstruction, W: Array, C: Array) -> float:
    """The certified error is at most the prediction, weights are frozen, the others off."""
    network = made.network
    assert network.W.tobytes() == W.tobytes()
    assert network.C.tobytes() == C.tobytes()
    error = certified(target, made)
    assert error.upper <= made.prediction.value
    off = 0
    for w, b in zip(network.W.tolist(), network.b.tolist(), strict=True):
        ends = (Fraction(w) * x + Fraction(b) for x in (target.low, target.high))
        off += max(ends) < 0
    assert off >= made.off
    turning = made.left.units + made.right.units
    assert made.off + made.parked + turning == network.width
    return error.upper


@settings(max_examples=10)
@given(targets(smoothness="smooth"), units(), frozen_draws())
def test_the_prediction_holds_for_smooth_targets(
    target: Target, width: int, draw: BiasDraw
) -> None:
    W, C = draw.weights(width)
    check(target, built(target, width, draw), W[:, 0], C[0])


@settings(max_examples=8)
@given(targets(smoothness="continuous"), units(), frozen_draws())
def test_the_prediction_holds_for_rough_targets(target: Target, width: int, draw: BiasDraw) -> None:
    W, C = draw.weights(width)
    check(target, built(target, width, draw), W[:, 0], C[0])


@settings(max_examples=12)
@given(targets(smoothness="smooth"), given_weights())
def test_the_prediction_holds_for_any_weights(target: Target, weights: tuple[Array, Array]) -> None:
    check(target, build_biases(target, *weights), *weights)


@settings(max_examples=5)
@given(reachable_targets(max_width=2))
def test_b6_stays_below_what_some_biases_reach(pair: tuple[Target, BiasNetwork]) -> None:
    target, network = pair
    assert certify_sup(network.relu(), target, seconds=0.3).upper <= 1e-12
    assert knot_bound(target, network.width, seconds=0.3).value <= 1e-12
    made = build_biases(target, network.W, network.C, draw=network.draw)
    check(target, made, network.W, network.C)


@pytest.mark.parametrize(
    ("width", "limit"),
    [(400, 3e-4), (800, 5e-5), (1600, 8e-6), pytest.param(6400, 5e-7, marks=pytest.mark.slow)],
)
def test_the_rate(width: int, limit: float) -> None:
    """Quadratic in the width, at most 30 times what any network of this width can do."""
    for seed in (0, 1):
        made = built(SINE, width, BiasDraw(1.0, seed))
        error = certified(SINE, made)
        assert made.shortage is None
        assert error.upper <= made.prediction.value <= limit
        assert made.prediction.value <= 2.5 * error.upper
    floor = knot_bound(SINE, width).value
    assert floor <= error.upper <= 30 * floor


def test_a_target_with_a_kink_and_one_with_a_root() -> None:
    for text, limit in (("abs(x-1/3)", 1e-5), ("sqrt(x)", 5e-3), ("abs(sin(7*x))", 1e-4)):
        target = Target.parse(text)
        made = built(target, 1200, BiasDraw(1.0, 3))
        error = certified(target, made)
        assert error.upper <= made.prediction.value <= limit


def test_other_domains_and_residual_targets() -> None:
    for target in (
        Target.parse("exp(-x**2)", -3, Fraction(7, 3)),
        Target.parse("sin(x)/x", 100, 101),
        residual_target(Target.parse("x**2/2+sin(3*x)/5")),
    ):
        made = built(target, 600, BiasDraw(1.0, 1))
        error = certified(target, made)
        assert error.upper <= made.prediction.value <= 1e-4


def test_a_draw_without_enough_kink_says_so() -> None:
    made = built(Target.parse("sin(100*x)"), 400, BiasDraw(1.0, 0))
    assert made.shortage is not None
    assert "kink" in made.shortage
    assert made.part < 1
    error = certify_sup(made.network.relu(), Target.parse("sin(100*x)"))
    # still no worse than a constant
    assert error.upper <= 1.01


def test_three_units_per_knot_are_covered_by_the_prediction() -> None:
    W, C = (array.reshape(-1) for array in BiasDraw(1.0, 0).weights(400))
    made = build_biases(SINE, W, C, units_per_knot=3)
    assert certified(SINE, made).upper <= made.prediction.value <= 1e-3


@pytest.mark.parametrize(("text", "gain"), [("x**2", 1.7), ("exp(x)", 2), ("sin(3*x)", 1)])
def test_three_units_help_where_pairs_run_short_and_never_hurt(text: str, gain: float) -> None:
    target, draw = Target.parse(text), BiasDraw(1.0, 0)
    W, C = (array.reshape(-1) for array in draw.weights(800))
    pairs = build_biases(target, W, C, units_per_knot=2)
    made = build_biases(target, W, C)
    assert certified(target, made).upper <= made.prediction.value
    assert gain * made.prediction.value <= pairs.prediction.value


@given(targets(smoothness="lipschitz", max_terms=2), st.integers(1, 6), frozen_draws())
@settings(max_examples=10)
def test_weights_that_cannot_follow_do_no_worse_than_nothing(
    target: Target, width: int, draw: BiasDraw
) -> None:
    made = built(target, width, replace(draw, half_width=draw.half_width / 64))
    error = certified(target, made)
    assert error.upper <= made.prediction.value
    # all units off leave sup |f|; the bound is looked at again beyond a tenth
    assert made.prediction.value <= 1.12 * Profile(target).sup.upper + 1e-9


def test_without_theta_the_bound_is_false() -> None:
    """B2a needs its second term: the chords alone do not bound the error of a coarse draw."""
    made = built(Target.parse("x"), 30, BiasDraw(1.0, 0))
    error = certify_sup(made.network.relu(), Target.parse("x"))
    assert made.prediction.theta > 0
    # for an affine target the chords are exact: what remains is theta and rounding
    assert error.lower > made.prediction.rounding
    assert error.upper <= made.prediction.value


def test_a_tighter_prediction_is_refuted() -> None:
    target = Target.parse("x")
    made = built(target, 30, BiasDraw(1.0, 0))
    error = certify_sup(made.network.relu(), target, mode="exact", gap=SMALLEST_GAP)
    assert error.lower > made.prediction.value * (1 - 1e-6)


@given(frozen_draws(), units(max_value=20))
def test_the_draw_is_the_declared_stream(draw: BiasDraw, width: int) -> None:
    W, C = draw.weights(width)
    stream = FrozenDraw("bias", draw.seed).take(2 * width) * draw.half_width
    assert np.concatenate([W.ravel(), C.ravel()]).tobytes() == stream.tobytes()
    assert (W.shape, C.shape) == ((width, 1), (1, width))
    with pytest.raises(ValueError, match="read-only"):
        W[0] = 1.0


@given(bias_networks(), st.integers(0, 64))
def test_values_agree_with_the_plain_formula(network: BiasNetwork, place: int) -> None:
    x = np.array([place / 64])
    scale = float(np.abs(network.C) @ (np.abs(network.W) + np.abs(network.b)))
    assert abs(network(x) - network.relu()(x)) <= 1e-13 * (1 + scale)


@given(given_weights(), st.sampled_from([0.3, 1.0, 1e6]))
def test_off_biases_are_off_in_exact_arithmetic(weights: tuple[Array, Array], reach: float) -> None:
    W, C = weights
    biases = off_biases(W, reach)
    for w, b in zip(W.tolist(), biases.tolist(), strict=True):
        assert Fraction(b) < -abs(Fraction(w)) * Fraction(reach)
    assert BiasNetwork(W, C, biases).off(-reach, reach).all()


def test_construction_is_reproducible() -> None:
    first, second = (built(SINE, 300, BiasDraw(1.0, 5)) for _ in range(2))
    assert first.network.b.tobytes() == second.network.b.tobytes()
    assert first.prediction == second.prediction
    assert (first.left, first.right) == (second.left, second.right)


@pytest.mark.parametrize(
    ("W", "C", "piece"),
    [
        ([], [], "width"),
        ([1.0, np.nan], [1.0, 1.0], "finite"),
        ([1.0, 2.0], [1.0], "shape"),
        ([[1.0, 2.0]], [1.0, 2.0], "shape"),
        (["a"], [1.0], "numeric"),
    ],
)
def test_bad_weights(W: object, C: object, piece: str) -> None:
    with pytest.raises(InputError, match=piece):
        build_biases(SINE, W, C)  # type: ignore[arg-type]


@pytest.mark.parametrize("half_width", [0.0, -1.0, np.inf, np.nan, 2.0**400])
def test_bad_ranges(half_width: float) -> None:
    with pytest.raises(InputError, match="weight range"):
        BiasDraw(half_width)


def test_bad_seeds_and_widths() -> None:
    for seed in (-1, 0.5, True):
        with pytest.raises(InputError, match="seed"):
            BiasDraw(1.0, seed)  # type: ignore[arg-type]
    for width in (0, -3, 1.5):
        with pytest.raises(InputError, match="width"):
            BiasDraw().weights(width)  # type: ignore[arg-type]
