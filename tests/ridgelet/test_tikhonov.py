"""R7: the Tikhonov path of a draw, against constrained solvers and against its own optimality."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from numerics.ridgelet.draws import box_units
from numerics.ridgelet.quadrature import box_measure
from numerics.ridgelet.tikhonov import TikhonovPath, tikhonov_path
from theory.errors import InputError
from theory.ridgelet.tikhonov import STATEMENT


def problem(width: int, lam: float = 3.0, seed: int = 0) -> tuple[np.ndarray, ...]:
    measure = box_measure([(0.0, 1.0)])
    a, b, _ = box_units(width, 1, lam, lam, seed)
    features = np.tanh(measure.points @ a.T - b)
    return features, np.sin(2 * np.pi * measure.points[:, 0]), measure.weights


def weighted_error(parts: tuple[np.ndarray, ...], c: np.ndarray) -> float:
    features, values, weights = parts
    return float(np.sqrt(weights @ (values - features @ c) ** 2))


@pytest.mark.parametrize("budget", [0.05, 0.7, 3.0])
def test_against_a_general_solver(budget: float) -> None:
    parts = problem(4)
    point = tikhonov_path(*parts).at_budget(budget)
    found = minimize(
        lambda c: weighted_error(parts, c) ** 2,
        np.full(4, budget / 10),
        constraints=[{"type": "ineq", "fun": lambda c: budget**2 - c @ c}],
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert point.error <= np.sqrt(found.fun) + 1e-9
    assert point.error == pytest.approx(np.sqrt(found.fun), rel=1e-5)
    assert np.linalg.norm(point.coefficients) == pytest.approx(budget, rel=1e-9)


def test_against_a_cone_solver() -> None:
    cvxpy = pytest.importorskip("cvxpy")
    features, values, weights = parts = problem(30)
    root = np.sqrt(weights)
    for budget in (0.3, 2.0):
        c = cvxpy.Variable(30)
        residual = root * values - (root[:, None] * features) @ c
        program = cvxpy.Problem(cvxpy.Minimize(cvxpy.norm(residual)), [cvxpy.norm(c) <= budget])
        program.solve(solver="CLARABEL")
        assert tikhonov_path(*parts).at_budget(budget).error == pytest.approx(
            program.value, rel=1e-5
        )


@settings(max_examples=15)
@given(st.integers(1, 60), st.integers(0, 5), st.floats(1e-3, 1e3))
def test_every_point_is_feasible_and_what_it_says(width: int, seed: int, budget: float) -> None:
    parts = problem(width, seed=seed)
    path = tikhonov_path(*parts)
    point = path.at_budget(budget)
    assert point.norm <= budget * (1 + 1e-9)
    assert point.norm == pytest.approx(np.linalg.norm(point.coefficients), rel=1e-9)
    assert point.mass == pytest.approx(np.abs(point.coefficients).sum())
    # sigma is at most 1, so rounding of Phi c is at most 1e-15 |c|_1
    actual = weighted_error(parts, point.coefficients)
    assert actual == pytest.approx(point.error, rel=1e-8, abs=1e-13 * (1 + point.mass))
    # no random feasible direction does better
    rng = np.random.default_rng(seed)
    for _ in range(10):
        other = point.coefficients + rng.normal(size=width) * budget / 10
        other *= min(1.0, budget / np.linalg.norm(other))
        assert weighted_error(parts, other) >= point.error - 1e-12 * (1 + point.mass)


def test_the_path_falls_and_is_flat_beyond_the_minimum_norm_solution() -> None:
    path = tikhonov_path(*problem(6))
    budgets = [0.0, *np.geomspace(1e-2, path.largest_norm, 30)]
    errors = [point.error for point in path.curve(budgets)]
    assert all(after < before for before, after in pairwise(errors))
    assert errors[0] == pytest.approx(path.error_at_zero)
    assert path.at_budget(2 * path.largest_norm).error == path.least_error
    assert path.at_budget(2 * path.largest_norm).flat
    assert not path.at_budget(path.largest_norm / 2).flat
    assert path.at(0.0).norm == pytest.approx(path.largest_norm)


def test_a_mass_budget_is_kept() -> None:
    path = tikhonov_path(*problem(50))
    for mass in (1.0, 20.0):
        point = path.at_mass(mass)
        assert point.mass <= mass
        assert point.mass > 0.99 * mass
    assert path.at_mass(1e9).flat


def test_the_statement_is_the_case_of_one_unit() -> None:
    features, values, weights = parts = problem(1)
    unit = float(np.sqrt(weights @ features[:, 0] ** 2))
    inner = abs(float(weights @ (features[:, 0] * values))) / unit
    size = float(np.sqrt(weights @ values**2))
    for budget in (0.1, 0.2, 5.0):
        known = {"F": size, "beta": inner, "s": unit, "B": budget}
        expected = float(STATEMENT.evaluate(known).mid())
        assert tikhonov_path(*parts).at_budget(budget).error == pytest.approx(expected, rel=1e-9)
        half = known | {"B": budget / 2}
        assert float(STATEMENT.evaluate(half).mid()) >= expected


def test_weights_count() -> None:
    features, values, _ = problem(3)
    half = np.where(np.arange(len(values)) % 2, 1.0, 0.0)
    kept = features[1::2], values[1::2], np.full(len(values) // 2, 1.0)
    left = tikhonov_path(features, values, half).at_budget(0.5)
    assert left.error == pytest.approx(tikhonov_path(*kept).at_budget(0.5).error)


BAD = [
    (lambda path: path.at_budget(-1.0), "budget"),
    (lambda path: path.at_budget(float("nan")), "budget"),
    (lambda path: path.at(-1.0), "mu"),
    (lambda path: path.at_mass(0.0), "mass"),
    (lambda path: tikhonov_path(np.ones((3, 2)), np.ones(4)), "features"),
    (lambda path: tikhonov_path(np.zeros((3, 2)), np.ones(3)), "features"),
    (lambda path: tikhonov_path(np.full((3, 2), np.nan), np.ones(3)), "features"),
    (lambda path: tikhonov_path(np.ones((3, 2)), np.ones(3), -np.ones(3)), "weights"),
]


@pytest.mark.parametrize("row", range(len(BAD)))
def test_bad_input(row: int) -> None:
    act, argument = BAD[row]
    path: TikhonovPath = tikhonov_path(*problem(2))
    with pytest.raises(InputError) as caught:
        act(path)
    assert caught.value.argument == argument
