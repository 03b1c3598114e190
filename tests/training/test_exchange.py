"""Exchange moves: exact differences, exact permutations, energies that never rise."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from numerics.permutation.energies import Energy, Hinges
from numerics.permutation.exchange import ARRANGEMENTS, Exchange
from numerics.permutation.initial import frozen_start, location_initial

Array = NDArray[np.float64]


def case(rng: np.random.Generator, n: int, readout: bool) -> tuple[Hinges, Exchange, Array]:
    """Random locations in [0, 1], shuffled values, two orders; f at the points."""
    locations = np.sort(rng.uniform(0.0, 1.0, n))
    points = np.linspace(0.0, 1.0, 4 * n + 1)
    hinges = Hinges(locations, points, readout=readout)
    order = np.stack([rng.permutation(2 * n) for _ in range(2)])
    exchange = Exchange(location_initial(n), order, np.array([3.0, -0.7]))
    return hinges, exchange, np.sin(3.0 * points)


def energies(hinges: Hinges, targets: Array) -> list[Energy]:
    weights = np.linspace(0.5, 2.0, targets.size)
    at_knots = np.sin(3.0 * hinges.knots)
    return [
        hinges.fit(targets, weights),
        *(hinges.smoothed(at_knots, ell) for ell in (0.5, 5.0)),
    ]


@pytest.mark.parametrize("readout", [True, False])
def test_fit_is_the_squared_error(rng: np.random.Generator, readout: bool) -> None:
    """Against the network evaluated at the points, with the best alpha or none."""
    hinges, exchange, targets = case(rng, 7, readout)
    weights = np.linspace(0.5, 2.0, targets.size)
    value = hinges.fit(targets, weights).value(exchange.weights, exchange.gamma)
    places = hinges.locations
    features = np.maximum(
        np.concatenate([hinges.points - places[:, None], places[:, None] - hinges.points]), 0.0
    )
    residual = exchange.gamma[:, None] * (exchange.weights @ features) - targets
    if readout:
        residual -= (residual @ weights / weights.sum())[:, None]
    assert value == pytest.approx((residual**2) @ weights, rel=1e-9)
    assert hinges.values(exchange.weights) == pytest.approx(exchange.weights @ features)


@pytest.mark.parametrize("readout", [True, False])
def test_smoothed_is_the_sobolev_norm(rng: np.random.Generator, readout: bool) -> None:
    """Values, slopes and jumps of slopes of the error at the knots, summed by hand."""
    hinges, exchange, _ = case(rng, 6, readout)
    y, ell = np.sin(3.0 * hinges.knots), 2.5
    value = hinges.smoothed(y, ell).value(exchange.weights, exchange.gamma)
    error = exchange.gamma[:, None] * (exchange.weights @ hinges.features.T) - y
    gaps, m = np.diff(hinges.knots), y.size
    unit = 1.0 / (m - 1)
    slopes = np.diff(error) / gaps
    if readout:
        error -= error.mean(axis=1, keepdims=True)
    wanted = (error**2).sum(axis=1) + 6.0 * ell**2 * unit * (slopes**2) @ gaps
    wanted += ell**4 * unit**2 * (np.diff(slopes) ** 2).sum(axis=1)
    assert value == pytest.approx(wanted / m, rel=1e-9)


@pytest.mark.parametrize("readout", [True, False])
def test_changes_equal_recomputed_energies(rng: np.random.Generator, readout: bool) -> None:
    """Every one of the 23 (n-1) rank-two updates, against E before and after."""
    n = 6
    hinges, exchange, targets = case(rng, n, readout)
    for energy in energies(hinges, targets):
        before = energy.value(exchange.weights, exchange.gamma)
        i = int(rng.integers(n))
        changes = exchange.changes(energy, i)
        assert changes.shape == (2, len(ARRANGEMENTS), n)
        assert not changes[:, :, i].any()
        for way, arrangement in enumerate(ARRANGEMENTS):
            for j in set(range(n)) - {i}:
                slots = np.array([i, n + i, j, n + j])
                moved = exchange.order.copy()
                moved[:, slots] = moved[:, slots[arrangement]]
                after = energy.value(exchange.values[moved], exchange.gamma)
                exact = (after - before) / exchange.gamma**2
                scale = np.abs(before).max() + np.abs(after).max()
                assert changes[:, way, j] == pytest.approx(exact, abs=1e-10 * scale)


@pytest.mark.parametrize("readout", [True, False])
def test_sweeps_lower_the_energy_and_keep_a_permutation(
    rng: np.random.Generator, readout: bool
) -> None:
    hinges, exchange, targets = case(rng, 12, readout)
    for energy in energies(hinges, targets):
        values = [energy.value(exchange.weights, exchange.gamma)]
        total = 0
        while True:
            moves = exchange.sweep(energy, rng.permutation(12))
            values.append(energy.value(exchange.weights, exchange.gamma))
            total += int(moves.sum())
            assert (np.sort(exchange.order, axis=1) == np.arange(24)).all()
            assert (values[-1] <= values[-2] * (1 + 1e-12)).all()
            assert ((values[-1] < values[-2]) == (moves > 0)).all()
            if not moves.any():
                break
        # at the end no rearrangement helps: a local minimum of the whole neighbourhood
        slack = 1e-6 * np.abs(values[-1]) / exchange.gamma**2
        for i in range(12):
            assert (exchange.changes(energy, i).min(axis=(1, 2)) >= -slack).all()
    assert total > 0


def test_a_wrong_difference_would_be_seen(rng: np.random.Generator) -> None:
    """Mutation: a Gram matrix with one wrong entry no longer predicts the recomputed error."""
    hinges, exchange, targets = case(rng, 5, True)
    right = hinges.fit(targets, np.ones(targets.size))
    gram = right.gram.copy()
    gram[0, 1] *= 1.01
    wrong = exchange.changes(Energy(gram, right.moments, right.constant), 0)
    assert np.abs(wrong - exchange.changes(right, 0)).max() > 1e-6


def test_drawn_values_too(rng: np.random.Generator) -> None:
    """Unpaired values and locations beyond the domain: still permutations, still descending."""
    locations, initial, _ = frozen_start(10, start="xavier", seed=3)
    points = np.linspace(0.0, 1.0, 41)
    hinges = Hinges(locations, points, readout=True)
    assert hinges.knots[0] == min(locations[0], 0.0)
    exchange = Exchange(initial, rng.permutation(20)[None], np.array([1.0]))
    energy = hinges.fit(np.sin(points), np.ones(41))
    before = energy.value(exchange.weights, exchange.gamma)
    exchange.sweep(energy, np.arange(10))
    assert energy.value(exchange.weights, exchange.gamma) < before
