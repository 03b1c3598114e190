"""B4: the width, its chain, and the matching argument on actual draws against searched inputs."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from numerics.bias.recurrent import (
    RecurrentNetwork,
    frozen_weights,
    matched_network,
    matching_block,
)
from tests.statistical import refutes_at_least
from theory.bias.recurrent import (
    RecurrentTask,
    blocks,
    largest_eta,
    log10_width,
    off_bias,
    propagation,
    recurrent_width,
)
from theory.errors import InputError

LEAK, GAIN = 0.25, 0.75


def task(**changes: Any) -> RecurrentTask:
    values: dict[str, Any] = {
        "units": 1, "inputs": 1, "outputs": 1, "steps": 12, "weight_range": Fraction(1),
        "gamma": Fraction(1, 4), "alpha": Fraction(LEAK), "beta": Fraction(GAIN),
        "rmax": Fraction(1), "xmax": Fraction(1),
    }  # fmt: skip
    return RecurrentTask(**(values | changes))


def small_network(units: int, rng: np.random.Generator) -> RecurrentNetwork:
    draw = rng.uniform(-0.25, 0.25, (units, units + 3))
    W, B, b, C = draw[:, :units], draw[:, [units]], draw[:, units + 1], draw[:, [units + 2]].T
    return RecurrentNetwork(W, B, C, b, np.zeros(units), LEAK, GAIN)


def direct(t: RecurrentTask, eta: Fraction) -> Fraction:
    """The summed error in rationals, by the closed form of the recursion instead of its steps."""
    inner = t.units * (t.gamma + eta)
    A, q = abs(t.alpha) + abs(t.beta) * inner, abs(t.beta) * eta * (t.units * t.rmax + t.xmax)
    total = Fraction(0)
    for k in range(1, t.steps + 1):
        rho = q * k if A == 1 else q * (A**k - 1) / (A - 1)
        total += inner * rho + eta * t.units * t.rmax
    return total


@pytest.mark.parametrize("units", [1, 2, 5])
@pytest.mark.parametrize("alpha", [Fraction(1, 4), Fraction(-3, 2)])
def test_the_recursion_is_the_closed_form(units: int, alpha: Fraction) -> None:
    t, eta = task(units=units, alpha=alpha), Fraction(1, 64)
    found, exact = propagation(t, eta).total, direct(t, eta)
    assert abs(found - float(exact)) < 1e-12 * float(exact) + 1e-12
    assert float(found.rad()) < 1e-60


def test_growth_one_is_no_special_case() -> None:
    # A = 1/4 + 3/4 (1/2 + 1/2) = 1
    t = task(gamma=Fraction(1, 2))
    found = propagation(t, Fraction(1, 2))
    assert float(found.growth.mid()) == 1.0
    assert float(found.drift.mid()) == pytest.approx(12 * 0.75 * 0.5 * 2)


@pytest.mark.parametrize("steps", [1, 12, 400])
def test_eta_fits_and_is_nearly_the_largest(steps: int) -> None:
    t, share = task(steps=steps, alpha=Fraction(1), beta=Fraction(2)), Fraction(1, 100)
    eta = largest_eta(t, share)
    assert 0 < eta <= t.weight_range - t.gamma
    assert direct(t, eta) <= share
    assert direct(t, eta * Fraction(1001, 1000)) > share


def test_a_generous_error_leaves_all_the_room() -> None:
    t = task()
    assert largest_eta(t, Fraction(10**6)) == t.weight_range - t.gamma


@pytest.mark.parametrize("eta", [Fraction(1, 2), Fraction(1, 8), Fraction(1, 10**4)])
def test_the_two_routes_to_the_width_agree(eta: Fraction) -> None:
    t, delta = task(), Fraction(1, 20)
    p = (eta / t.weight_range) ** t.matched
    direct_count = math.ceil(math.log(20) / -math.log1p(-float(p)))
    assert blocks(t, eta, delta) == pytest.approx(direct_count, rel=1e-9)
    low, high = log10_width(t, eta, delta)
    assert low <= math.log10(direct_count) <= high + 1e-12
    assert high - low < 1e-6


def test_a_width_beyond_all_floats_is_a_tight_logarithm() -> None:
    t = task(units=10, steps=1000, alpha=Fraction(2))
    found = recurrent_width(t, Fraction(1, 100), Fraction(1, 20))
    low, high = found.log10_width
    assert low > 10_000
    assert high - low < 1e-9 * high
    log_eta = math.log10(found.eta.numerator) - math.log10(found.eta.denominator)
    expected = -t.matched * log_eta + math.log10(math.log(20)) + 1
    assert low == pytest.approx(expected, rel=1e-9)
    assert any("ceil" in line for line in found.explain)


def test_simulated_success_is_at_least_promised() -> None:
    """400 seeded draws of the width for delta = 1/10 do not refute it, but a fourth of it."""
    rng = np.random.default_rng(7)
    t, eta, delta = task(), Fraction(1, 2), Fraction(1, 10)
    small = small_network(1, rng)
    count = blocks(t, eta, delta)
    assert count is not None
    width = t.units * count
    wins = {
        n: sum(
            matching_block(small, frozen_weights(n, 1, 1, 1.0, seed), float(eta)) is not None
            for seed in range(400)
        )
        for n in (width, width // 4)
    }
    assert not refutes_at_least(wins[width], 400, 0.9)
    assert refutes_at_least(wins[width // 4], 400, 0.9)


def hardest(
    small: RecurrentNetwork, large: RecurrentNetwork, steps: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Inputs in [-1, 1] that a coordinate search found to separate the two networks most."""

    def gap(inputs: np.ndarray) -> float:
        return float(np.abs(small.run(inputs)[1] - large.run(inputs)[1]).sum(axis=0).max())

    starts = [*(np.full((steps, 1), v) for v in (-1.0, 1.0)), rng.uniform(-1, 1, (steps, 1))]
    best = max(starts, key=gap)
    for _ in range(2):
        for step in range(steps):
            for value in (-1.0, 0.0, 1.0):
                trial = best.copy()
                trial[step] = value
                best = max(best, trial, key=gap)
    return best, np.abs(small.run(best)[1] - large.run(best)[1]).max(axis=1)


@pytest.mark.parametrize("units", [1, 2])
def test_the_whole_theorem_on_actual_draws(units: int) -> None:
    """The promised width, the biases of the proof, searched inputs: eps/2 and delta are kept."""
    rng = np.random.default_rng(11 + units)
    steps, delta = 4, Fraction(1, 2)
    t = task(units=units, steps=steps, weight_range=Fraction(1, 2), gamma=Fraction(1, 4))
    small = small_network(units, rng)
    eps = {1: Fraction(3), 2: Fraction(16)}[units]
    found = recurrent_width(t, eps, delta)
    count = blocks(t, found.eta, delta)
    assert count is not None
    width, draws = units * count, 40
    assert width < 700
    won, errors = 0, []
    for seed in range(draws):
        weights = frozen_weights(width, 1, 1, 0.5, seed)
        first = matching_block(small, weights, float(found.eta))
        if first is None:
            continue
        won += 1
        large = matched_network(small, weights, first, found.off_bias)
        inputs, _ = hardest(small, large, steps, rng)
        states, outputs = large.run(inputs)
        assert np.abs(small.run(inputs)[0]).max() <= t.rmax
        assert not np.delete(states, range(first, first + units), axis=1).any()
        errors.append(float(np.abs(small.run(inputs)[1] - outputs).sum(axis=0).max()))
    assert max(errors) <= eps / 2
    assert not refutes_at_least(won, draws, float(1 - delta))
    # searched inputs do find errors: a hundredth of eps/2 is refuted
    assert max(errors) > eps / 200


def test_units_outside_the_block_need_their_bias() -> None:
    """The largest weights and states the theorem allows: its bias holds, 1 percent less fails."""
    one = np.ones((1, 1))
    gamma, eta = 0.25, 0.25
    small = RecurrentNetwork(gamma * one, gamma * one, gamma * one, np.array([gamma]), np.zeros(1),
                             0.0, 1.0)  # fmt: skip
    W = np.array([[gamma + eta, 0.5], [0.5, 0.5]])
    weights = (W, 0.5 * np.ones((2, 1)), 0.5 * np.ones((1, 2)))
    inputs = np.ones((40, 1))
    rmax = Fraction(float(small.run(inputs)[0].max()))
    t = task(alpha=Fraction(0), beta=Fraction(1), weight_range=Fraction(1, 2), steps=40, rmax=rmax)
    bias = off_bias(t, propagation(t, Fraction(eta)))
    moved = [
        matched_network(small, weights, 0, bias * part).run(inputs)[0][:, 1].max()
        for part in (1.0, 0.99)
    ]
    assert moved[0] == 0.0
    assert moved[1] > 0.0


@pytest.mark.parametrize("units", [1, 2])
def test_the_error_stays_below_the_recursion_on_actual_draws(units: int) -> None:
    rng = np.random.default_rng(3)
    eta, checked = 0.6 if units == 2 else 0.4, 0
    steps = 12
    for seed in range(60):
        small = small_network(units, rng)
        weights = frozen_weights(60, 1, 1, 1.0, seed)
        first = matching_block(small, weights, eta)
        if first is None:
            continue
        large = matched_network(small, weights, first, off_bias=-1e6)
        inputs, errors = hardest(small, large, steps, rng)
        states, _ = large.run(inputs)
        outside = np.delete(states, range(first, first + units), axis=1)
        assert not outside.any(), "units off the block moved"
        rmax = Fraction(float(np.abs(small.run(inputs)[0]).max(initial=0.0)))
        t = task(units=units, steps=steps, rmax=rmax)
        bound = propagation(t, Fraction(eta))
        assert errors[-1] <= float(bound.last.upper()) + 1e-12
        assert errors.sum() <= float(bound.total.upper()) + 1e-12
        checked += 1
    assert checked >= 5


def test_a_recursion_without_the_drift_of_the_weights_is_refuted() -> None:
    """All entries eta off in the worst direction: q alone, without growth, is exceeded."""
    one = np.ones((1, 1))
    small = RecurrentNetwork(0.25 * one, 0.25 * one, 0.25 * one, np.zeros(1), np.zeros(1), -0.5, 1)
    eta, steps = 0.25, 12
    off = tuple(entry + eta for entry in (small.W, small.B, small.C))
    large = matched_network(small, off, 0, off_bias=-1e6)
    inputs = np.ones((steps, 1))
    states = small.run(inputs)[0]
    t = task(steps=steps, alpha=Fraction(-1, 2), beta=Fraction(1), rmax=Fraction(states.max()))
    bound = propagation(t, Fraction(eta))
    error = float(np.abs(small.run(inputs)[1] - large.run(inputs)[1])[-1, 0])
    assert error <= float(bound.last.upper())
    # the recursion without A, and with A but without its m0 eta, are both too small
    inner, push = 0.5, float(bound.push.mid())
    still = inner * push + eta * float(t.rmax)
    assert error > still
    growth = 0.5 + 0.25
    tame = inner * push * (growth**steps - 1) / (growth - 1) + eta * float(t.rmax)
    assert error > tame


@pytest.mark.parametrize(
    ("change", "argument"),
    [
        ({"units": 0}, "--units"),
        ({"inputs": 0}, "--inputs"),
        ({"outputs": 0}, "--outputs"),
        ({"steps": 0}, "--steps"),
        ({"steps": 10**6}, "--steps"),
        ({"gamma": Fraction(1)}, "--gamma"),
        ({"gamma": Fraction(0)}, "--gamma"),
        ({"rmax": Fraction(-1)}, "--rmax"),
        ({"xmax": Fraction(-1)}, "--xmax"),
    ],
)
def test_bad_tasks_are_refused(change: dict[str, Any], argument: str) -> None:
    with pytest.raises(InputError) as caught:
        task(**change)
    assert caught.value.argument == argument


@pytest.mark.parametrize(
    ("eps", "delta", "argument"),
    [
        (Fraction(0), Fraction(1, 2), "--eps"),
        (Fraction(-1), Fraction(1, 2), "--eps"),
        (Fraction(1), Fraction(0), "--delta"),
        (Fraction(1), Fraction(1), "--delta"),
    ],
)
def test_bad_accuracies_are_refused(eps: Fraction, delta: Fraction, argument: str) -> None:
    with pytest.raises(InputError) as caught:
        recurrent_width(task(), eps, delta)
    assert caught.value.argument == argument
