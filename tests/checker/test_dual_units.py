"""What a dual function sees of units: enclosures against quadrature, rows and brute force."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from theory.ridgelet.activations import ACTIVATIONS, activation
from verify.checks.duals import BoxDual, DataDual
from verify.checks.fields import BoxTarget
from verify.checks.grammar import parse
from verify.checks.integrals import indices
from verify.checks.moments import legendre_moments
from verify.checks.quadratic import largest
from verify.checks.tiles import Parameters, Units
from verify.checks.verdicts import Clock, precision
from verify.dual.search import supremum

Array = NDArray[np.float64]
NAMES = [entry.name for entry in ACTIVATIONS]
ANALYTIC = [entry.name for entry in ACTIVATIONS if entry.analytic]


def legendre(k: int, t: Array) -> Array:
    return np.polynomial.legendre.legval(t, [0.0] * k + [1.0]) * math.sqrt(2 * k + 1)


def cube_rule(d: int, n: int = 48) -> tuple[Array, Array]:
    """Gauss-Legendre nodes (m, d) in [-1, 1]^d, weights of sum 1."""
    t, w = np.polynomial.legendre.leggauss(n)
    nodes = np.array(list(itertools.product(t, repeat=d)))
    weights = np.array([math.prod(p) for p in itertools.product(w / 2, repeat=d)])
    return nodes, weights


def phi_at(coefficients: Sequence[float], degree: int, nodes: Array) -> Array:
    d = nodes.shape[1]
    total = np.zeros(len(nodes))
    for alpha, c in zip(indices(d, degree), coefficients, strict=True):
        total += c * math.prod(legendre(k, nodes[:, i]) for i, k in enumerate(alpha))
    return total


class Problem:
    """F(a, b) for random phi on a box with unequal sides, by quadrature and by the checker."""

    def __init__(self, rng: np.random.Generator, d: int, degree: int) -> None:
        self.d, self.degree = d, degree
        count = len(indices(d, degree))
        self.coefficients = rng.standard_normal(count).tolist()
        self.sides = [(Fraction(-1, 3), Fraction(1)), (Fraction(1, 2), Fraction(5, 4))][:d]
        nodes, self.weights = cube_rule(d, 40 if d == 2 else 200)
        self.phi = phi_at(self.coefficients, degree, nodes)
        low = np.array([float(a) for a, _ in self.sides])
        high = np.array([float(b) for _, b in self.sides])
        self.points = (low + high) / 2 + (high - low) / 2 * nodes
        self.dual = BoxDual(BoxTarget(parse("x"), tuple(self.sides)), degree, self.coefficients)

    def value(self, name: str, units: Array) -> Array:
        """F at rows (a, b)."""
        features = activation(name).values(self.points @ units[:, :-1].T - units[:, -1])
        return np.asarray((self.weights * self.phi) @ features)


def assert_encloses(
    units: Units, bits: int, value: object, rng: np.random.Generator, d: int, most: float
) -> None:
    """Every tile's bounds against F at its centre and at random points of it."""
    tiles = units.tiles()
    picked = [tiles[i] for i in rng.permutation(len(tiles))[:40]]
    for centre, halves in picked:
        c, h = (np.array([float(x) for x in row]) for row in (centre, halves))
        rows = np.vstack([c, c + h * rng.uniform(-1, 1, (30, d + 1))])
        found = np.abs(value(rows))  # type: ignore[operator]
        with precision(bits):
            at_centre, above = units.bounds((centre, halves))
        assert abs(float(at_centre.mid()) - found[0]) < 1e-9
        assert float(at_centre.rad()) < 1e-9
        assert float(above.upper()) >= found.max() - 1e-9
        # tight: the bound exceeds the sampled maximum by less than the tile's own variation
        assert float(above.upper()) <= found[0] + most


@pytest.mark.parametrize("name", ANALYTIC)
def test_tiles_contain_the_function_on_the_line(name: str, rng: np.random.Generator) -> None:
    problem = Problem(rng, 1, 9)
    parameters = Parameters(name, Fraction(3), Fraction(2))
    units = problem.dual.units(parameters, 1e-4, Clock(60))
    assert_encloses(units, 96, lambda rows: problem.value(name, rows), rng, 1, 6.0)


@pytest.mark.parametrize("name", ["tanh", "gaussian", "gelu"])
def test_tiles_contain_the_function_in_the_plane(name: str, rng: np.random.Generator) -> None:
    problem = Problem(rng, 2, 5)
    parameters = Parameters(name, Fraction(3, 2), Fraction(1))
    units = problem.dual.units(parameters, 1e-2, Clock(60))
    assert_encloses(units, 96, lambda rows: problem.value(name, rows), rng, 2, 6.0)


@pytest.mark.parametrize("name", ["relu", "step"])
@pytest.mark.parametrize("beta", [Fraction(1, 2), Fraction(4)])
def test_kinked_units_on_the_line(name: str, beta: Fraction, rng: np.random.Generator) -> None:
    problem = Problem(rng, 1, 9)
    parameters = Parameters(name, Fraction(3), beta)
    units = problem.dual.units(parameters, 1e-2, Clock(60))
    with precision(128):
        sup = supremum(units, lambda low, high: high - low <= 1e-4 * high, time.monotonic() + 20)
    assert sup.reached
    assert sup.low <= sup.high <= sup.low * (1 + 2e-4)
    a, b = np.meshgrid(np.linspace(-3, 3, 121), np.linspace(-float(beta), float(beta), 121))
    grid = np.column_stack([a.ravel(), b.ravel()])
    # 200 nodes integrate a jump to about 1/200
    error = 0.05 if name == "step" else 1e-3
    found = np.abs(problem.value(name, grid)).max()
    assert sup.low - error <= found * 1.01
    assert found <= sup.high + error


@pytest.mark.parametrize("name", ["tanh", "sinc", "softplus"])
def test_data_tiles(name: str, rng: np.random.Generator) -> None:
    points, phi = rng.uniform(-1, 2, (30, 2)), rng.standard_normal(30)
    dual = data_dual(points, phi)
    units = dual.units(Parameters(name, Fraction(1), Fraction(2)), 1e-3, Clock(60))

    def value(rows: Array) -> Array:
        return np.asarray(phi @ activation(name).values(points @ rows[:, :-1].T - rows[:, -1]) / 30)

    assert_encloses(units, 96, value, rng, 2, 3.0)


def data_dual(points: Array, phi: Array) -> DataDual:
    values = [0.0] * len(phi)
    return DataDual(points.shape[1], points.ravel().tolist(), values, [arb(x) for x in phi])


@pytest.mark.parametrize("name", ["relu", "step"])
@pytest.mark.parametrize("d", [1, 2])
def test_kinked_units_on_data(name: str, d: int, rng: np.random.Generator) -> None:
    points, phi = np.round(rng.uniform(-1, 2, (25, d)), 1), rng.standard_normal(25)
    parameters = Parameters(name, Fraction(2), Fraction(1))
    units = data_dual(points, phi).units(parameters, 1e-3, Clock(60))
    sides = rng.uniform(-1, 1, (20_000, d + 1)) * np.array([2.0] * d + [1.0])
    features = activation(name).values(points @ sides[:, :-1].T - sides[:, -1])
    found = np.abs(phi @ features).max() / 25
    with precision(96):
        fixed, tiles = units.fixed(), units.tiles()
        top = max([float(fixed.upper()), *(float(units.bounds(t)[1].upper()) for t in tiles)])
    assert found <= top + 1e-12
    if d == 1:
        # exactly, where a unit attains it; ties at a data point count both ways
        assert tiles == []
        exact = kinked_oracle(name, points[:, 0], phi)
        assert float(fixed.mid()) == pytest.approx(exact, rel=1e-12)
        assert found <= exact * (1 + 1e-12)


def kinked_oracle(name: str, x: Array, phi: Array) -> float:
    """max |F| over |a| <= 2, |b| <= 1 by brute force over rays through data points and corners."""
    best = 0.0
    for theta in np.unique(x):
        for sign in (-1.0, 1.0):
            if name == "step":
                for inside in (sign * (x - theta) > 0, sign * (x - theta) >= 0):
                    best = max(best, abs(phi[inside].sum()))
                continue
            a = sign * min(2.0, 1.0 / abs(theta) if theta else 2.0)
            best = max(best, abs(phi @ np.maximum(a * (x - theta), 0.0)))
    if name == "relu":
        for a, b in itertools.product((-2.0, 2.0), (-1.0, 1.0)):
            best = max(best, abs(phi @ np.maximum(a * x - b, 0.0)))
    return best / len(x)


def test_moments_against_quadrature(rng: np.random.Generator) -> None:
    for d in (1, 2, 3):
        coefficients = rng.standard_normal(len(indices(d, 3)))
        nodes, weights = cube_rule(d, 8)
        density = weights * phi_at(coefficients.tolist(), 3, nodes)
        table = dict(zip(indices(d, 3), map(arb, coefficients.tolist()), strict=True))
        with precision(96):
            moments = legendre_moments(d, 3, table, 6, Clock(10))
        assert set(moments) >= set(indices(d, 6))
        for eta in indices(d, 6):
            expected = float(density @ np.prod(nodes ** np.array(eta), axis=1))
            assert float(moments[eta].mid()) == pytest.approx(expected, abs=1e-12)
            assert moments[eta].rad() < 1e-20


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_quadratics_are_bounded_over_the_cube(seed: int, n: int) -> None:
    """Against random points; and exactly where a concave quadratic peaks inside."""
    rng = np.random.default_rng(seed)
    half = rng.standard_normal((n, n))
    Q = (half + half.T) * rng.choice([0.01, 0.3, 3.0]) - rng.choice([0.0, 1.0, 5.0]) * np.eye(n)
    c, g = float(rng.standard_normal()), rng.standard_normal(n) * rng.choice([0.0, 0.1, 1.0, 5.0])
    found = largest(arb(c), [arb(x) for x in g.tolist()], [list(map(arb, r)) for r in Q.tolist()])
    points = np.vstack(
        [rng.uniform(-1, 1, (400, n)), np.array(list(itertools.product((-1, 0, 1), repeat=n)))]
    )
    values = np.abs(c + points @ g + np.einsum("pi,ij,pj->p", points, Q, points))
    assert float(found.upper()) >= values.max() * (1 - 1e-12)
    assert float(found.upper()) <= abs(c) + np.abs(g).sum() + np.abs(Q).sum() + 1e-12


def test_quadratics_lose_nothing_at_a_peak_or_on_a_face() -> None:
    # 10 - (x - 1/4)^2 - (y + x/2)^2, peak 10 inside; with 5 z more, on the face z = 1
    Q = [[-1.25, -0.5], [-0.5, -1.0]]
    rows = [list(map(arb, row)) for row in Q]
    inside = largest(arb(10) - arb(1) / 16, [arb("0.5"), arb(0)], rows)
    assert abs(inside - 10) < 1e-12
    tilted = [[*row, arb(0)] for row in rows] + [[arb(0), arb(0), arb("0.5")]]
    face = largest(arb(-10) + arb(1) / 16, [arb("-0.5"), arb(0), arb(-5)],
                   [[-q for q in row] for row in tilted])  # fmt: skip
    assert abs(face - 15.5) < 1e-12
    assert not largest(arb.nan(), [arb(1)], [[arb(1)]]).is_finite()
