"""relu and step on a rectangle: what they see of a polynomial, and the error of their networks."""

from __future__ import annotations

import itertools
import math
from array import array
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from tests.checker import build
from tests.checker.test_dual_units import phi_at
from verify.checker import check_file
from verify.checks import plane_error
from verify.checks.duals import BoxDual
from verify.checks.fields import BoxTarget
from verify.checks.grammar import parse
from verify.checks.integrals import indices
from verify.checks.ridge import Ridge
from verify.checks.tiles import Parameters
from verify.checks.verdicts import Clock, precision
from verify.dual.search import supremum

SIDES = ((Fraction(-1), Fraction(2)), (Fraction(1), Fraction(2)))
GRID = 300


def grid(sides: tuple[tuple[Fraction, Fraction], ...]) -> tuple[np.ndarray, np.ndarray]:
    """Midpoints of a grid, and the same in [-1, 1]^2."""
    t = (np.arange(GRID) + 0.5) / GRID * 2 - 1
    unit = np.array(list(itertools.product(t, repeat=2)))
    low, high = np.array(sides, dtype=float).T
    return (low + high) / 2 + (high - low) / 2 * unit, unit


def values(name: str, t: np.ndarray) -> np.ndarray:
    return np.maximum(t, 0.0) if name == "relu" else (t >= 0).astype(float)


@pytest.mark.parametrize("name", ["relu", "step"])
@pytest.mark.parametrize("beta", ["2", "1/2"])
def test_tiles_contain_what_quadrature_sees(name: str, beta: str) -> None:
    rng = np.random.default_rng(3)
    coefficients = rng.standard_normal(len(indices(2, 5))).tolist()
    dual = BoxDual(BoxTarget(parse("x0"), SIDES), 5, coefficients)
    lam, most = 3.0, float(Fraction(beta))
    units = dual.units(Parameters(name, Fraction(3), Fraction(beta)), 1.0, Clock(60))
    points, unit = grid(SIDES)
    phi = phi_at(coefficients, 5, unit)
    centre, radius = np.array([0.5, 1.5]), np.array([1.5, 0.5])
    tiles = units.tiles()
    for index in rng.choice(len(tiles), 20, replace=False):
        (axis, m, s), (_, half_m, half_s) = tiles[index]
        at_centre, above = units.bounds(tiles[index])
        i = int(axis)
        for trial in range(5):
            shift = np.zeros(2) if trial == 0 else rng.uniform(-1, 1, 2)
            slope = float(m) + shift[0] * float(half_m)
            place = float(s) + shift[1] * float(half_s)
            a = np.zeros(2)
            a[i], a[1 - i] = 1 / radius[i], slope / radius[1 - i]
            b = place + a @ centre
            largest = min(lam / abs(a).max(), most / max(abs(b), 1e-12))
            t = largest * (points @ a - b)
            seen = max(abs(np.mean(phi * values(name, side))) for side in (t, -t))
            assert seen <= float(above.upper()) + 2e-3
            if trial == 0:
                assert seen == pytest.approx(float(at_centre.mid()), abs=2e-3)
                assert float(at_centre.rad()) < 1e-12


@pytest.mark.parametrize("name", ["relu", "step"])
def test_the_supremum_is_tight(name: str) -> None:
    """No unit of V, however it is drawn, exceeds it, and one comes close."""
    rng = np.random.default_rng(4)
    coefficients = [0.0] * len(indices(2, 4))
    coefficients[4:10] = rng.standard_normal(6).tolist()
    dual = BoxDual(BoxTarget(parse("x0"), SIDES), 4, coefficients)
    units = dual.units(Parameters(name, Fraction(2), Fraction(3)), 1.0, Clock(60))
    found = supremum(units, lambda low, high: high <= 1.03 * low, Clock(30).end)
    assert found.reached
    nodes, _ = grid(SIDES)
    sample = nodes.reshape(GRID, GRID, 2)[2::5, 2::5].reshape(-1, 2)
    unit = grid(SIDES)[1].reshape(GRID, GRID, 2)[2::5, 2::5].reshape(-1, 2)
    phi = phi_at(coefficients, 4, unit)
    a, b = rng.uniform(-2, 2, (6000, 2)), rng.uniform(-3, 3, 6000)
    a[:3000, 0] = np.sign(a[:3000, 0]) * 2
    seen = abs(phi @ values(name, sample @ a.T - b)).max() / len(phi)
    assert seen <= found.high * 1.01
    assert found.high <= 1.1 * seen


def test_units_that_are_affine_on_the_rectangle() -> None:
    """phi = 1 + x0-like: the best relu unit has its kink outside."""
    dual = BoxDual(BoxTarget(parse("x0"), SIDES), 1, [1.0, 0.0, 0.5])
    units = dual.units(Parameters("relu", Fraction(1), Fraction(7)), 1.0, Clock(60))
    found = supremum(units, lambda low, high: high <= 1.0001 * low, Clock(30).end)
    # a = (1, 1), b = -7: int phi (x0 + x1 + 7) = 1/2 + 3/2 + 7 + (1/2) (3/2)/sqrt 3
    assert found.high == pytest.approx(9 + 0.75 / math.sqrt(3), rel=2e-4)


def network(name: str, width: int) -> Ridge:
    rng = np.random.default_rng(width)
    a, b = rng.uniform(-3, 3, (width, 2)), rng.uniform(-2, 2, width)
    a[0] = 0.0
    c = rng.standard_normal(width) / width
    parts = (array("d", np.ascontiguousarray(v).ravel().tobytes()) for v in (a, b, c))
    return Ridge(name, 2, *parts, array("d", [0.3, -0.2]), 0.1)


@pytest.mark.parametrize("name", ["relu", "step"])
def test_the_mean_square_of_a_network(name: str) -> None:
    """Against a fine grid; the enclosure is far narrower than the grid is good."""
    g = network(name, 40)
    target = BoxTarget(parse("sin(3*x0)*cos(2*x1)"), SIDES)
    with precision(96):
        found = plane_error.mean_square(target, g, Clock(60))
    points, _ = grid(SIDES)
    a, b, c = np.array(g.a).reshape(-1, 2), np.array(g.b), np.array(g.c)
    approximation = values(name, points @ a.T - b) @ c + points @ np.array([0.3, -0.2]) + 0.1
    error = np.sin(3 * points[:, 0]) * np.cos(2 * points[:, 1]) - approximation
    assert float(found.mid()) == pytest.approx(np.mean(error**2), rel=1e-3)
    assert float(found.rad()) < 1e-6 * float(found.mid())


def test_a_target_with_a_kink_is_enclosed_too() -> None:
    sides = ((Fraction(0), Fraction(1)),) * 2
    g = network("relu", 5)
    with precision(96):
        target = BoxTarget(parse("abs(x0 - 1/3) + x1"), sides)
        found = plane_error.mean_square(target, g, Clock(60))
    points, _ = grid(sides)
    a, b, c = np.array(g.a).reshape(-1, 2), np.array(g.b), np.array(g.c)
    approximation = values("relu", points @ a.T - b) @ c + points @ np.array([0.3, -0.2]) + 0.1
    mean = np.mean((abs(points[:, 0] - 1 / 3) + points[:, 1] - approximation) ** 2)
    assert float(found.mid()) == pytest.approx(mean, rel=1e-2)
    assert float(found.rad()) < 1e-2 * mean


# phi = P_20 + P_11/2 + P_02 against x0^2 + x0 x1 on the unit square
SQUARE = {"domain": ["0", "1", "0", "1"], "degree": 2, "budget": "1/8"}
COEFFICIENTS = [0.0, 0.0, 0.0, 1.0, 0.5, 0.25]


def certificate(name: str, value: float, **change: object) -> build.Certificate:
    shape = {**SQUARE, "box": {"lambda": "2", "beta": "2"}, "activation": name, **change}
    arrays = {"coefficients": shape.pop("coefficients", COEFFICIENTS)}
    target = str(shape.pop("target", "x0**2 + x0*x1"))
    return build.dual(target, value, arrays, **shape)  # type: ignore[arg-type]


@lru_cache
def best_value(name: str) -> float:
    """(<f, phi> - B M)/|phi| with M over many units of V, by quadrature."""
    sides = ((Fraction(0), Fraction(1)),) * 2
    points, unit = grid(sides)
    phi = phi_at(COEFFICIENTS, 2, unit)
    inner = np.mean(phi * (points[:, 0] ** 2 + points[:, 0] * points[:, 1]))
    coarse = phi.reshape(GRID, GRID)[1::3, 1::3].ravel()
    sample = points.reshape(GRID, GRID, 2)[1::3, 1::3].reshape(-1, 2)
    most = 0.0
    slopes = np.linspace(-1, 1, 21)
    for slope, swap, sign in itertools.product(slopes, (False, True), (-2.0, 2.0)):
        a = sign * np.array([slope, 1.0] if swap else [1.0, slope])
        t = (sample @ a)[:, None] - np.linspace(-2, 2, 41)
        most = max(most, abs(coarse @ values(name, t)).max() / len(coarse))
    return float((inner - most / 8) / math.sqrt(np.sum(np.square(COEFFICIENTS))))


@pytest.mark.parametrize("name", ["relu", "step"])
def test_certificates_from_both_sides(tmp_path: Path, name: str) -> None:
    best = best_value(name)
    assert best > 0.01
    for value, status in ((best * 0.98, "PROVED"), (best * 1.02, "REFUTED")):
        path = build.write(tmp_path, certificate(name, value))
        assert check_file(path, seconds=60).status == status


@pytest.mark.parametrize(
    "change",
    [
        {"coefficients": [0.0, 0.0, 0.0, -1.0, -0.5, -0.25]},
        {"coefficients": [0.0, 0.0, 0.0, 1.0, 0.5, -1.0]},
        {"coefficients": [0.0] * 6},
        {"budget": "1"},
        {"target": "x1**2 - x0*x1"},
        {"affine": True, "coefficients": [1e-300, 0.0, 0.0, 1.0, 0.5, 0.25]},
    ],
)
def test_false_certificates(tmp_path: Path, change: dict[str, object]) -> None:
    value = best_value("relu") * 0.98
    path = build.write(tmp_path, certificate("relu", value, **change))
    assert check_file(path, seconds=60).status == "REFUTED"


def test_a_wider_box_of_parameters_refutes(tmp_path: Path) -> None:
    value = best_value("relu") * 0.98
    wide = certificate("relu", value, box={"lambda": "30", "beta": "30"})
    assert check_file(build.write(tmp_path, wide), seconds=60).status == "REFUTED"


def test_what_is_left_open(tmp_path: Path) -> None:
    thin = certificate("step", 0.01, box={"lambda": "2", "beta": "0"})
    assert check_file(build.write(tmp_path, thin)).status == "UNDECIDED"
