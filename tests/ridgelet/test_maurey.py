"""R6 for a fitted measure: sampled and apportioned networks, and the bound at 1 - delta."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.ridgelet.maurey import apportioned, exact_mass, sampled, sampling_bound
from numerics.ridgelet.network import RidgeNetwork
from numerics.ridgelet.quadrature import box_measure
from tests.statistical import refutes_at_most
from theory.errors import InputError
from theory.ridgelet.activations import ACTIVATIONS, activation
from theory.ridgelet.maurey import STATEMENT, sampling_error, unit_norm_bound

MEASURE = box_measure([(0.0, 1.0)], 4)


def fitted(rng: np.random.Generator, units: int = 7, name: str = "tanh") -> RidgeNetwork:
    a, b = rng.uniform(-3, 3, (units, 1)), rng.uniform(-3, 3, units)
    return RidgeNetwork(name, a, b, rng.normal(size=units), 0.5, np.array([0.25]))


def distance(left: RidgeNetwork, right: RidgeNetwork) -> float:
    return MEASURE.norm(left(MEASURE.points) - right(MEASURE.points))


def largest_unit(network: RidgeNetwork) -> float:
    return max(MEASURE.norm(column) for column in network.features(MEASURE.points).T)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 300), st.integers(1, 12))
def test_structure_and_exact_budget(seed: int, width: int, units: int) -> None:
    network = fitted(np.random.default_rng(seed), units)
    for sample in (sampled(network, width, seed), apportioned(network, width)):
        new = sample.network
        assert new.width == width == int(sample.counts.sum())
        assert exact_mass(new) <= exact_mass(network) == sample.mass
        assert float(exact_mass(new)) == pytest.approx(float(sample.mass), rel=1e-14)
        assert new.offset == network.offset
        # every unit is one of the fitted ones, with its sign
        known = {(a, b, np.sign(c)) for a, b, c in zip(network.a[:, 0], network.b, network.c,
                                                       strict=True)}  # fmt: skip
        assert {(a, b, np.sign(c)) for a, b, c in zip(new.a[:, 0], new.b, new.c,
                                                      strict=True)} <= known  # fmt: skip


def test_the_bound_holds_as_often_as_it_says_and_half_of_it_does_not() -> None:
    # two opposite units of norm 1: g* = 0, and |g_n| is S times the mean of n signs
    network = RidgeNetwork("step", [[1.0], [1.0]], [-1.0, -1.0], [1.0, -1.0])
    width, delta, trials = 64, 0.01, 2000
    samples = [sampled(network, width, seed) for seed in range(trials)]
    errors = np.array([abs(int(s.counts[0] - s.counts[1])) * s.weight for s in samples])
    assert distance(samples[0].network, network) == pytest.approx(errors[0])
    limit = sampling_bound(2.0, 1.0, width, delta)
    assert not refutes_at_most(int(np.sum(errors > limit)), trials, delta)
    # half of the bound fails several times as often as delta allows
    assert refutes_at_most(int(np.sum(errors > limit / 2)), trials, delta)
    smooth = fitted(np.random.default_rng(3))
    bound = sampling_bound(float(exact_mass(smooth)), largest_unit(smooth), 50, delta)
    found = [distance(sampled(smooth, 50, seed).network, smooth) for seed in range(200)]
    assert not refutes_at_most(int(np.sum(np.array(found) > bound)), 200, delta)
    assert max(found) > 0.1 * bound


def test_the_sampling_error_falls_like_the_root_of_the_width() -> None:
    network = fitted(np.random.default_rng(5))
    means = [
        np.sqrt(
            np.mean([distance(sampled(network, n, s).network, network) ** 2 for s in range(80)])
        )
        for n in (25, 400)
    ]
    assert 3.0 < means[0] / means[1] < 5.4


def test_apportioning_beats_sampling_and_has_its_own_bound() -> None:
    network = fitted(np.random.default_rng(8))
    norms = np.array([MEASURE.norm(column) for column in network.features(MEASURE.points).T])
    for width in (10, 100, 1000):
        sample = apportioned(network, width)
        mass = float(sample.mass)
        gaps = np.abs(sample.counts * mass / width - np.abs(network.c))
        assert (gaps <= mass / width * (1 + 1e-12)).all()
        error = distance(sample.network, network)
        assert error <= float(gaps @ norms) + 1e-12
        assert error < np.mean([distance(sampled(network, width, s).network, network)
                                for s in range(20)])  # fmt: skip


def test_samples_are_reproducible_and_differ_between_seeds() -> None:
    network = fitted(np.random.default_rng(1))
    first, again, other = (sampled(network, 40, seed) for seed in (0, 0, 1))
    assert np.array_equal(first.network.a, again.network.a)
    assert not np.array_equal(first.counts, other.counts)
    # a unit with c = 0 is never drawn
    silent = RidgeNetwork("tanh", [[1.0], [2.0]], [0.0, 0.0], [1.0, 0.0])
    assert sampled(silent, 50, 2).counts.tolist() == [50, 0]


@pytest.mark.parametrize("name", [entry.name for entry in ACTIVATIONS])
def test_unit_norms_over_the_box_are_bounded(name: str, rng: np.random.Generator) -> None:
    lam, beta = Fraction(3), Fraction(2)
    bound = unit_norm_bound(name, lam, beta, ((Fraction(-1), Fraction(1)),))
    points = 2 * MEASURE.points - 1
    a, b = rng.uniform(-3, 3, (500, 1)), rng.uniform(-2, 2, 500)
    # the corners are where the growing ones are largest
    a[:4, 0], b[:4] = [3, -3, 3, -3], [-2, -2, 2, 2]
    values = activation(name).values(points @ a.T - b)
    norms = np.sqrt(MEASURE.weights @ values**2)
    assert norms.max() <= float(bound.upper())
    assert norms.max() > 0.4 * float(bound.upper())


def test_the_ball_agrees_with_the_statement_and_with_floats() -> None:
    delta = Fraction(1, 20)
    found = sampling_error(arb(3), arb(1) / 2, 200, delta)
    stated = STATEMENT.evaluate({"n": 200, "S": 3, "R": Fraction(1, 2), "delta": delta})
    assert found.overlaps(stated)
    assert float(found.mid()) == pytest.approx(sampling_bound(3.0, 0.5, 200, 0.05), rel=1e-12)
    assert float(found.rad()) < 1e-12


def test_bad_input() -> None:
    network = fitted(np.random.default_rng(0))
    silent = RidgeNetwork("tanh", [[1.0]], [0.0], [0.0])
    rows = [
        (lambda: sampled(network, 0), "width"),
        (lambda: apportioned(network, True), "width"),
        (lambda: sampled(network, 5, -1), "seed"),
        (lambda: sampled(silent, 5), "network"),
        (lambda: sampling_error(arb(1), arb(1), 0, Fraction(1, 2)), "width"),
        (lambda: sampling_error(arb(1), arb(1), 5, Fraction(1)), "--delta"),
        (lambda: unit_norm_bound("tanh", Fraction(0), Fraction(1), ((0, 1),)), "--box"),
        (lambda: unit_norm_bound("swish", Fraction(1), Fraction(1), ((0, 1),)), "--activation"),
    ]
    for act, argument in rows:
        with pytest.raises(InputError) as caught:
            act()
        assert caught.value.argument == argument
