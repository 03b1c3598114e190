"""R4: certified dual values against fits, random networks and the known figures of the theory."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from numerics.ridgelet.network import RidgeNetwork
from theory.errors import InputError, Undecided
from theory.ridgelet.activations import ACTIVATIONS, activation
from theory.ridgelet.dual import STATEMENT
from theory.ridgelet.legendre import graded
from theory.targets.box_target import BoxTarget
from verify.checker import check_file
from verify.checks.integrals import indices
from verify.dual import DualBound, certified_dual
from verify.ridge_certificates import dual_certificate

Array = NDArray[np.float64]
NAMES = [entry.name for entry in ACTIVATIONS]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(80)
X, P = (NODES + 1) / 2, WEIGHTS / 2
DEGREE = 24
TABLE = np.column_stack([
    np.polynomial.legendre.legval(NODES, [0.0] * k + [1.0]) * math.sqrt(2 * k + 1)
    for k in range(DEGREE + 1)
])  # fmt: skip


def fitted_residual(name: str, f: Array, lam: float, budget: float, rounds: int = 400) -> Array:
    """A residual phi of an l1-constrained fit on a grid of V, by pairwise conditional gradients."""
    grid = np.linspace(-lam, lam, 61)
    a, b = (axis.ravel() for axis in np.meshgrid(grid, grid))
    columns = np.sqrt(P)[:, None] * activation(name).values(np.outer(X, a) - b)
    columns = budget * np.hstack([columns, -columns])
    target = np.sqrt(P) * f
    weights = np.zeros(columns.shape[1])
    weights[0] = 1.0
    residual = target - columns[:, 0]
    for _ in range(rounds):
        slope = columns.T @ residual
        best = int(slope.argmax())
        support = np.flatnonzero(weights)
        worst = int(support[slope[support].argmin()])
        step = columns[:, best] - columns[:, worst]
        size = float(step @ step)
        if size == 0.0 or slope[best] - slope[worst] < 1e-13:
            break
        length = min(weights[worst], float(residual @ step) / size)
        weights[best] += length
        weights[worst] -= length
        residual = residual - length * step
    return np.asarray(residual / np.sqrt(P))


def test_the_order_of_coefficients_is_one() -> None:
    for d in (1, 2, 3):
        assert [tuple(alpha) for alpha in graded(d, 6)] == indices(d, 6)


def bound(
    text: str, name: str, lam: int, budget: str, phi: Array, *, affine: bool = False
) -> DualBound:
    side = Fraction(lam)
    target = BoxTarget.parse(text)
    return certified_dual(
        target, name, side, side, Fraction(budget), phi, affine=affine, seconds=60
    )


@pytest.mark.parametrize(
    ("text", "lam", "budget", "low", "high"),
    [
        ("sin(2*pi*x)", 2, "1.148", 0.4032, 0.4036),
        ("sin(2*pi*x)", 5, "2.733", 0.0988, 0.0992),
        ("sin(4*pi*x)", 2, "0.881", 0.6478, 0.6482),
    ],
)
def test_known_figures(
    tmp_path: Path, text: str, lam: int, budget: str, low: float, high: float
) -> None:
    f = np.sin((2 if "2*" in text else 4) * np.pi * X)
    residual = fitted_residual("tanh", f, lam, float(budget), 4000)
    found = bound(text, "tanh", lam, budget, TABLE.T @ (P * residual))
    assert found.reached
    # the certified floor and the network that the fit found
    assert 0.97 * low <= found.value <= high
    assert found.value <= math.sqrt(P @ residual**2) * (1 + 1e-9)
    assert found.sup_lower <= found.sup_upper <= found.sup_lower * (1 + 1e-2)
    assert found.certificate is not None
    result = check_file(found.certificate.write(tmp_path / "lower.json"))
    assert result.status == "PROVED", result


def test_large_budgets_with_the_column_generation(tmp_path: Path) -> None:
    pytest.importorskip("clarabel")
    from verify.frontiers.dual import polynomial_dual
    from verify.frontiers.fitting import Fitter
    from verify.frontiers.request import FrontierRequest

    target, side, budget = BoxTarget.parse("sin(2*pi*x)"), Fraction(2), Fraction("23.473")
    fitter = Fitter.start(FrontierRequest(target, "tanh", side, side))
    fit = fitter.fit(budget)
    phi = polynomial_dual(fitter, fit, budget).coefficients
    found = certified_dual(target, "tanh", side, side, budget, phi, seconds=60)
    assert 0.01911 < found.value <= fit.upper < 0.01940
    assert found.certificate is not None
    assert check_file(found.certificate.write(tmp_path / "lower.json")).status == "PROVED"


@settings(max_examples=25)
@given(
    st.sampled_from(NAMES),
    st.integers(0, 2**32 - 1),
    st.integers(1, 6),
    st.sampled_from(["1/4", "1", "3"]),
    st.booleans(),
)
def test_no_network_beats_a_proved_bound(
    name: str, seed: int, width: int, budget: str, affine: bool
) -> None:
    """phi is the residual of a random network of the class; that network and others are tried."""
    rng = np.random.default_rng(seed)
    size = float(Fraction(budget))
    f = np.sin(5 * X)

    def network() -> RidgeNetwork:
        c = rng.standard_normal(width)
        c *= size * rng.uniform(0, 1) ** 0.1 / np.abs(c).sum()
        a, b = rng.uniform(-2, 2, (width, 1)), rng.uniform(-2, 2, width)
        return RidgeNetwork(name, a, b, c)

    def error(values: Array) -> float:
        residual = f - values
        if affine:
            frame = np.sqrt(P)[:, None] * TABLE[:, :2]
            residual = residual - TABLE[:, :2] @ (frame.T @ (np.sqrt(P) * residual))
        return math.sqrt(P @ residual**2)

    first = network()
    phi = TABLE.T @ (P * (f - first(X[:, None])))
    phi[0 : 2 * affine] = 0.0
    found = bound("sin(5*x)", name, 2, budget, phi, affine=affine)
    # kinks and jumps: 80 nodes measure the error of a network to a few per cent only
    slack = 1e-9 if activation(name).analytic else 0.1 * size + 1e-9
    for candidate in (first, *(network() for _ in range(20))):
        assert found.value <= error(candidate(X[:, None])) + slack
    # neither does the best network on a coarse grid for the same phi (its first-order optimum)
    assert found.value >= 0.0


@pytest.mark.parametrize("name", ["relu", "step", "tanh"])
def test_data_against_linear_programming(name: str, rng: np.random.Generator) -> None:
    """On a few rows the largest |<phi, g>| over networks is a linear program over many units."""
    x, y = np.sort(rng.uniform(-1, 1, 9)), rng.standard_normal(9)
    phi = y - y.mean()
    found = certified_dual(
        (x[:, None], y), name, Fraction(2), Fraction(1), Fraction(1, 8), phi, seconds=60
    )
    grid = np.array([(a, b) for a in np.linspace(-2, 2, 41) for b in np.linspace(-1, 1, 41)])
    columns = activation(name).values(np.outer(x, grid[:, 0]) - grid[:, 1])
    price = phi @ columns / 9
    n = len(grid)
    best = linprog(
        -np.concatenate([price, -price]), A_ub=np.ones((1, 2 * n)), b_ub=[0.125], bounds=(0, None)
    )
    assert -best.fun <= found.sup_upper / 8 * (1 + 1e-9)
    assert -best.fun >= 0.9 * found.sup_lower / 8
    expected = (phi @ y / 9 + best.fun) / math.sqrt(np.mean(phi**2))
    assert found.value <= expected + 1e-12
    assert found.value >= 0.95 * expected - 1e-3


def test_affine_parts_of_data_are_removed_exactly(tmp_path: Path) -> None:
    points = np.random.default_rng(3).uniform(-1, 1, (40, 2))
    y = np.sin(4 * points[:, 0]) * points[:, 1]
    tilted = y + 5 + points @ np.array([3.0, -2.0])
    shape = ("tanh", Fraction(1), Fraction(1), Fraction(1, 4))
    plain = certified_dual((points, y), *shape, y, affine=True)
    moved = certified_dual((points, tilted), *shape, tilted, affine=True)
    assert plain.value == pytest.approx(moved.value, rel=1e-3)
    assert plain.value > 0.1
    frame = np.column_stack([np.ones(40), points])
    distance = y - frame @ np.linalg.lstsq(frame, y, rcond=None)[0]
    assert plain.value <= math.sqrt(np.mean(distance**2))
    assert moved.certificate is not None
    assert check_file(moved.certificate.write(tmp_path / "lower.json")).status == "PROVED"


def test_a_million_rows_end_quickly() -> None:
    rng = np.random.default_rng(0)
    points, y = rng.uniform(-1, 1, (200_000, 3)), rng.standard_normal(200_000)
    with pytest.raises(Undecided, match=r"need|more than"):
        certified_dual((points, y), "tanh", Fraction(2), Fraction(2), Fraction(1), y, seconds=2)


def test_a_worthless_phi_proves_nothing() -> None:
    found = bound("sin(2*pi*x)", "tanh", 2, "1000", np.array([0.0, 1.0]))
    assert (found.value, found.certificate) == (0.0, None)
    away = bound("x**2", "tanh", 2, "1", np.array([0.0, 0.0, -1.0]))
    assert away.value == 0.0


def test_without_budget_the_distance_is_that_of_zero() -> None:
    coefficients = np.zeros(3)
    coefficients[2] = 1.0
    found = bound("x**2", "tanh", 2, "0", coefficients)
    assert found.value == pytest.approx(math.sqrt(5) / 30, rel=1e-4)


@pytest.mark.parametrize(
    ("change", "argument"),
    [
        ({"activation": "tan"}, "--activation"),
        ({"lam": Fraction(0)}, "--box"),
        ({"beta": Fraction(-1)}, "--box"),
        ({"budget": Fraction(-1)}, "--budget"),
        ({"gap": 0.0}, "gap"),
        ({"gap": 1.0}, "gap"),
        ({"phi": [0.0, math.nan]}, "phi"),
        ({"phi": [0.0, math.inf]}, "phi"),
        ({"phi": np.zeros(500)}, "phi"),
        ({"phi": []}, "phi"),
        ({"phi": [0.0, 1.0, 1.0], "affine": True}, "phi"),
        ({"subject": (np.zeros((3, 1)), np.zeros(2))}, "phi"),
        ({"subject": (np.zeros((3, 4)), np.zeros(3))}, "points"),
        ({"subject": (np.full((3, 1), np.nan), np.zeros(3))}, "points"),
        ({"subject": (np.zeros((3, 1)), np.full(3, np.inf))}, "values"),
    ],
)
def test_bad_input(change: dict[str, object], argument: str) -> None:
    good: dict[str, object] = {
        "subject": BoxTarget.parse("x"),
        "activation": "tanh",
        "lam": Fraction(1),
        "beta": Fraction(1),
        "budget": Fraction(1),
        "phi": [0.0, 0.0, 1.0],
    }
    with pytest.raises(InputError) as error:
        certified_dual(**(good | change))  # type: ignore[arg-type]
    assert error.value.argument == argument


def test_a_phi_of_zero_is_undecided() -> None:
    with pytest.raises(Undecided):
        bound("x", "tanh", 1, "1", np.zeros(3))


def test_the_certificate_says_which_class_it_speaks_of() -> None:
    target = BoxTarget.parse("x0*x1")
    found = dual_certificate(
        target, "cos", (Fraction(1, 3), 2.5), Fraction(7, 2), np.zeros(6), 0.125, affine=True
    )
    assert found.inputs["box"] == {"lambda": "1/3", "beta": "5*2^-1"}
    assert found.inputs["budget"] == "7/2"
    assert found.scalars == {"degree": "2"}
    assert "affine" in found.claim
    assert "0.125" in found.claim


def test_the_statement_evaluates() -> None:
    values = {"inner": Fraction(1), "B": Fraction(2), "M": Fraction(1, 4), "norm": Fraction(2)}
    assert STATEMENT.bound_down(values) == 0.25
