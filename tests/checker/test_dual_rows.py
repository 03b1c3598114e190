"""Rows in three dimensions: tiles that look at every row, against brute force."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from flint import arb

from tests.checker import build
from theory.ridgelet.activations import activation
from verify.checker import check_file
from verify.checks.dual_rows import RowUnits, _cauchy, _on_line
from verify.checks.sigma import taylor
from verify.checks.tiles import Parameters
from verify.checks.verdicts import Clock, Stop, precision

NAMES = ("tanh", "logistic", "gaussian", "softplus", "erf")


def rows(m: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    points = rng.uniform(-1, 1, (m, 3))
    return points, np.sin(3 * points[:, 0]) - points[:, 1] * points[:, 2]


@pytest.mark.parametrize("name", NAMES)
def test_tiles_contain_what_the_rows_say(name: str) -> None:
    points, phi = rows(40)
    parameters = Parameters(name, Fraction(3, 2), Fraction(1))
    balls = [arb(value) for value in phi.tolist()]
    units = RowUnits(points.tolist(), balls, parameters, 0.1, Clock(600))
    rng, tiles = np.random.default_rng(8), units.tiles()
    ratios = []
    for index in rng.choice(len(tiles), 4):
        centre, halves = (np.array([float(x) for x in side]) for side in tiles[index])
        at_centre, above = units.bounds(tiles[index])
        draws = rng.uniform(-1, 1, (200, 4))
        draws[0], draws[100:] = 0.0, np.sign(draws[100:])
        seen = centre + halves * draws
        features = activation(name).values(points @ seen[:, :3].T - seen[:, 3])
        found = abs(phi @ features) / len(phi)
        assert found[0] == pytest.approx(float(at_centre.mid()), abs=1e-12)
        assert float(at_centre.rad()) < 1e-9
        assert found.max() <= float(above.upper())
        ratios.append(float(above.upper()) / found.max())
    assert min(ratios) < 2


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("order", [4, 9])
def test_the_steepest_derivative(name: str, order: int) -> None:
    with precision(64):
        line = _on_line(name, order, arb(3))
        seen = max(
            float(abs(taylor(name, arb(k) / 50, order)[order]).mid()) for k in range(-150, 151)
        )
        assert seen <= float(line.upper()) <= 1.5 * seen
        assert _cauchy(name, order, arb(3)) > seen


def certificate(value: float, **change: object) -> build.Certificate:
    points, y = rows(60)
    phi = y - 0.4 * np.tanh(points[:, 0] * 2)
    arrays = {"points": points.ravel().tolist(), "values": y.tolist(), "phi": phi.tolist()}
    shape: dict[str, object] = {
        "dimension": 3,
        "budget": "1/2",
        "box": {"lambda": "1", "beta": "1"},
    }
    return build.dual(None, value, arrays, **{**shape, **change})  # type: ignore[arg-type]


def best_value() -> float:
    points, y = rows(60)
    phi = y - 0.4 * np.tanh(points[:, 0] * 2)
    rng = np.random.default_rng(9)
    units = rng.uniform(-1, 1, (40000, 4))
    units[:20000] = np.where(rng.uniform(size=(20000, 4)) < 0.6, np.sign(units[:20000]), 0)
    seen = abs(phi @ np.tanh(points @ units[:, :3].T - units[:, 3])).max() / 60
    return float((phi @ y / 60 - seen / 2) / math.sqrt(np.mean(phi**2)))


def test_rows_from_both_sides(tmp_path: Path) -> None:
    best = best_value()
    assert best > 0.05
    below = build.write(tmp_path, certificate(best * 0.97))
    found = check_file(below, seconds=60)
    assert found.status == "PROVED", found.reason
    above = build.write(tmp_path, certificate(best * 1.001))
    assert check_file(above, seconds=60).status == "REFUTED"
    wide = certificate(best * 0.97, box={"lambda": "3", "beta": "3"})
    assert check_file(build.write(tmp_path, wide), seconds=60).status == "REFUTED"


def test_what_takes_too_long_is_said_with_an_estimate() -> None:
    points, phi = rows(500)
    balls = [arb(value) for value in phi.tolist()]
    with pytest.raises(Stop, match="tiles of 500 rows need about"):
        RowUnits(
            points.tolist(), balls, Parameters("tanh", Fraction(9), Fraction(9)), 0.1, Clock(5)
        )
