"""Frontier, supremum over V and frequency response."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import mpmath
import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.goals import Goal, once, record, seconds
from theory.ridgelet.response import Response, mass_of_target
from verify.api import frontier
from verify.dual.line_supremum import SYMMETRIC, line_sum, line_supremum
from verify.dual.search import Supremum

BUDGETS = tuple(Fraction(k, 2) for k in range(1, 21))
GAP = 1e-6
MU = Fraction(1, 10_000)


def _point(target: str, budgets: list[str], domain: str = "0,1") -> float:
    curve = frontier(target, domain=domain, activation="tanh", box=(2, 2), budgets=budgets)
    return max(1 - point.lower / point.upper for point in curve.points if point.upper)


@pytest.mark.parametrize("budget", ["1.148", "20.36", "23.473"])
def test_frontier_point(benchmark: BenchmarkFixture, budget: str) -> None:
    goal = Goal(f"frontier point, d = 1, budget {budget}", "seconds at a gap of 1e-2", 1.0, "s")
    assert once(benchmark, lambda: _point("sin(2*pi*x)", [budget])) <= 1e-2
    record(benchmark, goal, min(seconds(lambda: _point("sin(2*pi*x)", [budget])) for _ in range(3)))


def test_curve_of_twenty_budgets(benchmark: BenchmarkFixture) -> None:
    goal = Goal("frontier, d = 1, 20 budgets", "seconds at a gap of 1e-2", 8.0, "s")
    budgets = [str(float(b)) for b in BUDGETS]

    def curve() -> None:
        assert _point("sin(2*pi*x)", budgets) <= 1e-2

    once(benchmark, curve)
    record(benchmark, goal, seconds(curve))


def test_frontier_in_two_dimensions(benchmark: BenchmarkFixture) -> None:
    goal = Goal("frontier point, d = 2", "seconds at a gap of 1e-2", 60.0, "s")

    def point() -> None:
        assert _point("sin(2*pi*x0)*cos(pi*x1)", ["10"]) <= 1e-2

    once(benchmark, point)
    record(benchmark, goal, seconds(point))


@pytest.mark.parametrize("activation", ["gaussian", "logistic", "tanh"])
def test_supremum_over_hidden_parameters(benchmark: BenchmarkFixture, activation: str) -> None:
    goal = Goal(f"sup over V, d = 1, {activation}", "milliseconds at a gap of 1e-6", 20.0, "ms")
    phi = (np.random.default_rng(0).standard_normal(13) * 0.7 ** np.arange(13)).tolist()
    box, band = (Fraction(0), Fraction(1)), (Fraction(2), Fraction(2))

    def supremum() -> Supremum:
        total = line_sum(phi, *box, activation, *band)
        assert total is not None
        symmetric = activation in SYMMETRIC
        found = line_supremum(total, symmetric, lambda low, high: high - low <= GAP * high, inf)
        assert found is not None
        assert found.reached
        return found

    once(benchmark, supremum)
    record(benchmark, goal, min(seconds(supremum) for _ in range(9)) * 1e3)


@pytest.mark.parametrize("activation", ["gaussian", "tanh", "relu"])
def test_response(benchmark: BenchmarkFixture, activation: str) -> None:
    goal = Goal(f"response, one point, {activation}", "milliseconds at 1e-8", 50.0, "ms")
    response = Response(mass_of_target("exp(-x**2/2)*cos(6*x)", 1), activation, Fraction(2))
    point = once(benchmark, lambda: response.at_mu(MU))
    assert float(point.error.rad() / point.error.mid()) < 1e-8
    assert float(point.budget.rad() / point.budget.mid()) < 1e-8
    ours = min(seconds(lambda: response.at_mu(MU)) for _ in range(5))
    record(benchmark, goal, ours * 1e3)


def test_response_against_mpmath(benchmark: BenchmarkFixture) -> None:
    """The same two integrals by mpmath's adaptive quadrature at ten digits."""
    goal = Goal("response against mpmath", "times faster at equal digits", 20.0, least=True)
    response = Response(mass_of_target("exp(-x**2/2)*cos(6*x)", 1), "tanh", Fraction(2))

    def kappa(tau: mpmath.mpf) -> mpmath.mpf:
        # d = 1, tanh: 8 pi^2 sum_j j E_1(pi j tau)
        term = lambda j: j * mpmath.e1(mpmath.pi * j * tau)  # noqa: E731
        return 8 * mpmath.pi**2 * mpmath.nsum(term, [1, mpmath.inf])

    def spectrum(xi: mpmath.mpf) -> mpmath.mpf:
        up, down = mpmath.exp(-((xi - 6) ** 2) / 2), mpmath.exp(-((xi + 6) ** 2) / 2)
        return mpmath.pi / 2 * (up + down) ** 2

    def error() -> mpmath.mpf:
        with mpmath.workdps(12):
            mu = mpmath.mpf(1) / 10_000

            def integrand(xi: mpmath.mpf) -> mpmath.mpf:
                return spectrum(xi) * (mu / (mu + kappa(xi / 2))) ** 2

            total = mpmath.quad(integrand, [0.25, 2, 4, 5, 6, 7, 8, 10, 14])
            return mpmath.sqrt(total / mpmath.pi)

    point = once(benchmark, lambda: response.at_mu(MU))
    theirs = seconds(lambda: error())
    assert abs(float(error()) - float(point.error.mid())) < 1e-6 * float(point.error.mid())
    ours = min(seconds(lambda: response.at_mu(MU)) for _ in range(5))
    record(benchmark, goal, theirs / ours, mpmath=theirs, ours=ours)
