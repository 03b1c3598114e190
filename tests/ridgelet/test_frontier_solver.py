"""The fit behind the frontier: known figures, a second solver, weak duality, and its parts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import nnls

from numerics.ridgelet.cone import simplex_least_squares
from numerics.ridgelet.frontier import FrontierFit, FrontierProblem, FrontierSolver
from numerics.ridgelet.polish import centres, merge, polish
from numerics.ridgelet.pricing import Box, Pricer
from numerics.ridgelet.quadrature import (
    MOST_ROWS,
    Array,
    box_measure,
    compressed,
    data_measure,
    legendre_table,
)
from theory.ridgelet.activations import ACTIVATIONS, activation
from theory.ridgelet.legendre import graded

pytest.importorskip("clarabel")


def sine(frequency: float, lam: float, name: str = "tanh", **more: bool) -> FrontierProblem:
    measure = box_measure([(0.0, 1.0)], 2 if activation(name).analytic else 8)
    values = np.sin(frequency * np.pi * measure.points[:, 0])
    return FrontierProblem(name, lam, lam, measure, values, **more)


# frequency of sin(k pi x), lambda = beta, budget, an interval that holds the least error
KNOWN = [
    (2, 2.0, 1.148, 0.40335, 0.40345),
    (2, 2.0, 20.360, 0.0596, 0.0598),
    (2, 2.0, 23.473, 0.01911, 0.01940),
    (2, 5.0, 2.733, 0.09900, 0.09915),
    (2, 5.0, 4.092, 0.00245, 0.00270),
    (4, 2.0, 0.881, 0.64795, 0.64805),
]


@pytest.mark.parametrize(("frequency", "lam", "budget", "low", "high"), KNOWN)
def test_known_figures(frequency: int, lam: float, budget: float, low: float, high: float) -> None:
    fit = FrontierSolver(sine(frequency, lam)).fit(budget)
    assert fit.status == "converged"
    assert low <= fit.lower <= fit.upper <= high
    assert fit.gap <= 1e-4
    assert fit.network.budget <= budget * (1 + 1e-12)
    assert fit.network.width <= 6
    assert abs(fit.network.a).max() <= lam
    assert abs(fit.network.b).max() <= lam


def grid_optimum(problem: FrontierProblem, budget: float, lines: int) -> float:
    """The least error over a fixed grid of V by active-set least squares; no cones, no pricing.

    The row of ones forces the sum of the coefficients; 1/weight bounds what it gives away.
    """
    a, b = np.meshgrid(
        np.linspace(-problem.lam, problem.lam, lines),
        np.linspace(-problem.beta, problem.beta, lines),
    )
    t = problem.measure.points @ a.reshape(1, -1) - b.ravel()
    features = activation(problem.activation).values(t)
    root = np.sqrt(problem.measure.weights)[:, None]
    columns = np.hstack([features, -features]) * root
    weight = 1e3
    stacked = np.vstack([columns, np.full((1, columns.shape[1]), weight)])
    aim = np.append(problem.values * root[:, 0], weight * budget)
    found, _ = nnls(stacked, aim, maxiter=20 * len(aim))
    assert found.sum() <= budget * (1 + 1e-4)
    return float(np.linalg.norm(problem.values * root[:, 0] - columns @ found))


@pytest.mark.parametrize(
    ("name", "budget"), [("tanh", 1.148), ("tanh", 12.0), ("gaussian", 3.0), ("cos", 1.0)]
)
def test_a_second_solver_agrees(name: str, budget: float) -> None:
    problem = sine(2, 2.0, name)
    fit = FrontierSolver(problem).fit(budget)
    other = grid_optimum(problem, budget, 33)
    # a grid is a smaller class: never better, and here not much worse
    assert fit.lower <= other * (1 + 1e-3)
    assert other <= fit.upper * (1 + 5e-3)


@pytest.mark.parametrize("name", [entry.name for entry in ACTIVATIONS])
@pytest.mark.parametrize("affine", [False, True])
def test_every_activation_converges(name: str, affine: bool) -> None:
    problem = sine(2, 2.0, name, affine=affine)
    solver = FrontierSolver(problem)
    for budget in (0.3, 1.5):
        fit = solver.fit(budget)
        assert fit.status == "converged"
        assert 0 < fit.lower <= fit.upper < solver.norm
        assert fit.gap <= 1e-4


def refutes(fit: FrontierFit, problem: FrontierProblem, budget: float, lower: float) -> bool:
    """Whether the fitted network itself is below a claimed lower bound."""
    residual = problem.values - fit.network(problem.measure.points)
    return fit.network.budget <= budget * (1 + 1e-12) and problem.measure.norm(residual) < lower


def test_no_network_beats_the_lower_value_and_a_larger_value_is_refuted(
    rng: np.random.Generator,
) -> None:
    problem, budget = sine(2, 2.0), 5.0
    fit = FrontierSolver(problem).fit(budget)
    assert not refutes(fit, problem, budget, fit.lower)
    assert refutes(fit, problem, budget, fit.lower * 1.001)
    points, measure = problem.measure.points, problem.measure
    for _ in range(200):
        count = int(rng.integers(1, 12))
        units = rng.uniform(-2, 2, (count, 2))
        c = rng.standard_normal(count)
        c *= budget / abs(c).sum()
        values = np.tanh(points @ units[:, :1].T - units[:, 1]) @ c
        assert measure.norm(problem.values - values) >= fit.lower


def test_the_dual_is_a_residual_with_the_value_it_says() -> None:
    problem, budget = sine(2, 2.0, affine=True), 6.0
    solver = FrontierSolver(problem)
    fit = solver.fit(budget)
    measure = problem.measure
    assert measure.norm(problem.values - fit.proof(measure.points) - fit.dual) <= 1e-9
    assert abs(measure.inner(fit.dual, np.ones(measure.size))) <= 1e-12
    assert abs(measure.inner(fit.dual, measure.points[:, 0])) <= 1e-12
    assert solver.dual_value(fit.dual, budget) == pytest.approx(fit.lower, rel=1e-6)
    assert solver.dual_value(np.zeros(measure.size), budget) == 0.0
    # a rough look at all of V finds nothing larger than M
    grid = np.stack(np.meshgrid(*[np.linspace(-2, 2, 81)] * 2), axis=-1).reshape(-1, 2)
    charge = measure.weights * fit.dual
    assert abs(solver.pricer.values(charge, grid)).max() <= fit.supremum * (1 + 1e-9)


def test_the_error_falls_with_the_budget_and_is_convex() -> None:
    solver = FrontierSolver(sine(2, 2.0))
    budgets = np.array([0.5, 1.0, 2.0, 4.0, 8.0, 16.0])
    errors = np.array([solver.fit(float(budget)).upper for budget in budgets])
    assert (np.diff(errors) < 0).all()
    slopes = np.diff(errors) / np.diff(budgets)
    assert (np.diff(slopes) >= -1e-4).all()


def test_two_dimensions() -> None:
    measure = box_measure([(0.0, 1.0)] * 2)
    x = measure.points
    values = np.sin(2 * np.pi * x[:, 0]) * np.cos(np.pi * x[:, 1])
    fit = FrontierSolver(FrontierProblem("tanh", 2.0, 2.0, measure, values)).fit(20.0)
    assert fit.status == "converged"
    assert 0.10334 <= fit.lower <= fit.upper <= 0.10336
    assert fit.network.width <= 12


def test_a_ridge_unit_is_found_again() -> None:
    """f in the class at its own budget: error 0; with half of it: half of |f|."""
    measure = box_measure([(-1.0, 1.0)])
    values = 1.5 * np.tanh(1.3 * measure.points[:, 0] - 0.4)
    solver = FrontierSolver(FrontierProblem("tanh", 2.0, 2.0, measure, values))
    fit = solver.fit(1.5)
    assert fit.upper <= 2e-6 * solver.norm
    assert fit.lower == 0.0 or fit.status != "floor"


@given(seed=st.integers(0, 2**32), budget=st.floats(0.01, 100.0))
def test_the_cone_program_is_feasible_and_optimal(seed: int, budget: float) -> None:
    rng = np.random.default_rng(seed)
    columns, target = rng.standard_normal((7, 4)), rng.standard_normal(7)
    found = simplex_least_squares(columns, target, budget)
    assert (found >= 0).all()
    assert found.sum() <= budget * (1 + 1e-12)
    # a second solver: the sum is a heavy row, what is not spent is a column of its own
    weight = 1e4
    slack = np.zeros((7, 1))
    heavy = np.vstack([np.hstack([columns, slack]), np.full((1, 5), weight / budget)])
    other, _ = nnls(heavy, np.append(target, weight))
    error = np.linalg.norm(target - columns @ found)
    assert error == pytest.approx(np.linalg.norm(target - columns @ other[:4]), rel=1e-5)


def test_the_cone_program_at_its_edges() -> None:
    columns = np.eye(3)
    assert simplex_least_squares(columns, np.zeros(3), 1.0).tolist() == [0, 0, 0]
    assert simplex_least_squares(columns[:, :0], np.ones(3), 1.0).size == 0
    twice = np.column_stack([columns[:, 0], columns[:, 0]])
    assert simplex_least_squares(twice, columns[:, 0], 0.5).sum() == pytest.approx(0.5)


@pytest.mark.parametrize("name", ["relu", "step"])
def test_prices_of_finite_problems(name: str, rng: np.random.Generator) -> None:
    points = rng.uniform(-1, 1.5, (40, 1))
    charge = rng.standard_normal(40)
    box = Box(1.5, 0.7, 1)
    pricer = Pricer(activation(name), data_measure(points), box)
    units, values = pricer.best(charge * 40, np.zeros((0, 2)))
    assert (abs(units) <= box.half * (1 + 1e-12)).all()
    assert np.allclose(values, pricer.values(charge, units), atol=1e-12)
    lines = [np.linspace(-half, half, 201) for half in box.half]
    grid = np.stack(np.meshgrid(*lines), axis=-1).reshape(-1, 2)
    best = abs(pricer.values(charge, grid)).max()
    assert best <= abs(values[0]) * (1 + 1e-12)
    assert abs(values[0]) <= best * (1 + (1e-2 if name == "relu" else 1e-12)) + 1e-12


def test_newton_climbs_to_a_flat_place(rng: np.random.Generator) -> None:
    measure = box_measure([(0.0, 1.0)])
    pricer = Pricer(activation("tanh"), measure, Box(3.0, 3.0, 1))
    residual = np.sin(7 * measure.points[:, 0]) + 0.2 * rng.standard_normal()
    units, values = pricer.best(residual, np.zeros((0, 2)))
    slope = pricer.gradient(measure.weights * residual, units[:1])[0] * np.sign(values[0])
    for position, side, rise in zip(units[0], pricer.box.half, slope, strict=True):
        inside = abs(position) < side
        assert abs(rise) <= 1e-8 if inside else rise * position >= -1e-10


def test_merging_keeps_mass_and_sides_apart() -> None:
    units = np.array([[1.0, 0.0], [1.01, 0.0], [1.0, 0.01], [-1.0, 0.0]])
    signs, mass = np.array([1.0, 1.0, -1.0, 1.0]), np.array([3.0, 1.0, 1.0, 2.0])
    groups = merge(units, signs, mass, np.array([2.0, 2.0]), 0.1)
    assert sorted(sorted(group.tolist()) for group in groups) == [[0, 1], [2], [3]]
    assert np.allclose(centres(units, mass, groups)[0], [1.0025, 0.0])


def test_polishing_never_hurts(rng: np.random.Generator) -> None:
    measure = box_measure([(0.0, 1.0)])
    pricer = Pricer(activation("tanh"), measure, Box(2.0, 2.0, 1))
    target = np.sin(5 * measure.points[:, 0]) * np.sqrt(measure.weights)
    units = rng.uniform(-2, 2, (4, 2))
    signed = rng.standard_normal(4)
    budget = float(abs(signed).sum())

    def error(moved: Array, weights: Array) -> float:
        rest = target - np.sqrt(measure.weights) * (pricer.features(moved) @ weights)
        return float(np.linalg.norm(rest))

    moved, weights = polish(pricer, target, None, units, signed, budget)
    assert error(moved, weights) < error(units, signed)
    assert abs(weights).sum() <= budget * (1 + 1e-12)
    assert abs(moved).max() <= 2.0
    assert polish(pricer, 0 * target, None, units[:0], signed[:0], 1.0)[0].size == 0


def test_quadrature_is_exact_for_polynomials() -> None:
    measure = box_measure([(-1.0, 2.0), (0.0, 0.5)], 2)
    x, y = measure.points.T
    assert measure.weights.sum() == pytest.approx(1.0, abs=1e-13)
    # means of x^4 over [-1, 2] and y^3 over [0, 1/2]
    assert measure.inner(x**4, y**3) == pytest.approx((33 / 15) * (0.5**4 / 4 / 0.5), rel=1e-12)


def test_the_legendre_basis_is_orthonormal() -> None:
    sides = [(-1.0, 2.0), (0.0, 0.5)]
    measure = box_measure(sides)
    table = legendre_table(measure.points, sides, list(graded(2, 6)))
    gram = table.T @ (table * measure.weights[:, None])
    assert abs(gram - np.eye(gram.shape[0])).max() <= 1e-12


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_compressed_data_keep_their_moments(dimension: int, rng: np.random.Generator) -> None:
    rows = 60_000
    points = rng.uniform(-1, 1, (rows, dimension)) ** 3
    values = np.sin(3 * points.sum(axis=1)) + 0.1 * rng.standard_normal(rows)
    measure, means = compressed(points, values)
    assert measure.size <= MOST_ROWS + 300 < rows
    assert measure.weights.sum() == pytest.approx(1.0)
    assert np.allclose(measure.weights @ measure.points, points.mean(axis=0), atol=1e-12)
    second = (measure.points * measure.weights[:, None]).T @ measure.points
    assert np.allclose(second, points.T @ points / rows, atol=1e-12)
    cross = (means * measure.weights) @ measure.points
    assert np.allclose(cross, values @ points / rows, atol=1e-12)
    unit = np.tanh(points @ np.full(dimension, 1.3) - 0.2)
    small = np.tanh(measure.points @ np.full(dimension, 1.3) - 0.2)
    assert measure.inner(small, means) == pytest.approx(float(np.mean(unit * values)), abs=2e-3)


def test_few_rows_and_many_inputs_are_taken_as_they_are(rng: np.random.Generator) -> None:
    points, values = rng.standard_normal((50, 2)), rng.standard_normal(50)
    measure, same = compressed(points, values)
    assert np.array_equal(measure.points, points)
    assert np.array_equal(same, values)
    wide, tall = rng.standard_normal((MOST_ROWS + 5, 5)), rng.standard_normal(MOST_ROWS + 5)
    measure, _ = compressed(wide, tall)
    assert measure.size == MOST_ROWS
    assert math.isclose(measure.weights.sum(), 1.0)
