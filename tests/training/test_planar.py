"""Ridge features of the square: the span of m directions and permuted training against it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from numerics.permutation.exchange import Exchange
from numerics.permutation.planar import Planar, _fit, _knot_values, free_error, search_planar
from numerics.permutation.protocols import SEARCH
from theory.errors import InputError

Array = NDArray[np.float64]


def wave(x: Array) -> Array:
    return np.asarray(-np.sin(np.pi * x[:, 0] * x[:, 1]))


def test_features_are_the_hinges(rng: np.random.Generator) -> None:
    """hats times knot values is the network, hinge by hinge."""
    planar = Planar(3, 5, side=9)
    weights = rng.normal(size=30)
    direct = np.zeros(81)
    for k in range(3):
        s = (planar.points @ planar.axes[:, k] / planar.reach[k] + 1.0) / 2.0
        for i, b in enumerate(np.linspace(0.0, 1.0, 5)):
            direct += weights[5 * k + i] * np.maximum(s - b, 0.0)
            direct += weights[15 + 5 * k + i] * np.maximum(b - s, 0.0)
    found = planar.hats(planar.points) @ _knot_values(planar, weights)
    assert found == pytest.approx(direct, abs=1e-12)


def test_energy_is_the_squared_error(rng: np.random.Generator) -> None:
    planar = Planar(3, 5, side=9)
    hats, y = planar.hats(planar.points), wave(planar.points)
    energy = _fit(planar, hats, y)
    exchange = Exchange(rng.normal(size=30), rng.permutation(30)[None], np.array([0.3]))
    residual = 0.3 * hats @ _knot_values(planar, exchange.weights[0]) - y
    assert energy.value(exchange.weights, exchange.gamma)[0] == pytest.approx(residual.var())


def test_floor_of_the_span() -> None:
    """Four lines stop at 0.11 however many units; eight do not.  A sum of ridges is no trouble."""
    four, wider = free_error(wave, 4, 20), free_error(wave, 4, 40)
    assert four > wider > 0.95 * four > 0.1
    assert free_error(wave, 8, 40) < 0.01

    def ridges(x: Array) -> Array:
        return np.asarray(np.sin(np.pi * x[:, 0]) + np.cos(x[:, 1] - x[:, 0]))

    assert free_error(ridges, 4, 40) < 0.01


def test_training_permutes_and_reaches_the_span() -> None:
    config = replace(SEARCH, cycles=1, seeds=(1,))
    result = search_planar(wave, 4, 12, config)
    assert (np.sort(result.order) == np.arange(96)).all()
    assert result.error < 1.3 * result.free_error
    # against the same start with the best read-out: the order was learned
    start = search_planar(wave, 4, 12, replace(config, smoothing=False, sweeps=1))
    assert result.error < start.error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 10), "integers >= 1"),
        ((4, 2), "integers >= 3"),
        ((True, 10), "integers >= 1"),
        ((300, 300), "at most 2048 locations"),
    ],
)
def test_bad_sizes(arguments: tuple[int, int], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Planar(*arguments)


def test_bad_input() -> None:
    with pytest.raises(InputError, match=r"a number in \(0, 2\]"):
        search_planar(wave, 4, 5, fill=0.0)
    with pytest.raises(InputError, match="finite numbers"):
        search_planar(lambda x: np.full(len(x), np.inf), 4, 5)
