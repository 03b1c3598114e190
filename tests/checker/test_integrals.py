"""Moments and mean squares of targets on boxes, analyticity, and activations in strips."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
from flint import acb, arb
from hypothesis import given, settings
from hypothesis import strategies as st

from verify.checks.fields import BoxTarget
from verify.checks.grammar import parse
from verify.checks.holomorphic import evaluate
from verify.checks.integrals import legendre_moments, square_integral
from verify.checks.strips import half_width, strip_bound
from verify.checks.verdicts import Clock, Stop, precision

UNIT = (Fraction(0), Fraction(1))
SYMMETRIC = (Fraction(-1), Fraction(1))
NAMES = {"sin": np.sin, "cos": np.cos, "exp": np.exp, "tanh": np.tanh, "sqrt": np.sqrt}


def box(expression: str, *sides: tuple[Fraction, Fraction]) -> BoxTarget:
    return BoxTarget(parse(expression), sides or (UNIT,))


def by_floats(
    expression: str, sides: tuple[tuple[Fraction, Fraction], ...], alpha: tuple[int, ...]
) -> tuple[float, float]:
    """<f, P_alpha> and |f|^2 by Gauss-Legendre quadrature in floating point."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    grids = np.meshgrid(*([nodes] * len(sides)), indexing="ij")
    mass = np.prod(np.meshgrid(*([weights / 2] * len(sides)), indexing="ij"), axis=0)
    places = {
        f"x{i}": float((low + high) / 2) + float((high - low) / 2) * t
        for i, (t, (low, high)) in enumerate(zip(grids, sides, strict=True))
    }
    values = eval(expression, {**NAMES, "pi": math.pi, "abs": abs, "x": places["x0"], **places})
    basis = 1.0
    for t, k in zip(grids, alpha, strict=True):
        basis = basis * math.sqrt(2 * k + 1) * np.polynomial.legendre.Legendre.basis(k)(t)
    return float(np.sum(mass * values * basis)), float(np.sum(mass * values**2))


SMOOTH = [
    ("sin(16*pi*x)", (UNIT,), 40),
    ("exp(x)", ((Fraction(-1, 3), Fraction(2)),), 20),
    ("tanh(3*x)", (SYMMETRIC,), 20),
    ("sin(9*x)/(1+x**2)", (UNIT,), 25),
    ("sqrt(x+1/2)**3-x**5", (UNIT,), 12),
    ("sin(2*pi*x0)*x1", (UNIT, UNIT), 8),
    ("exp(x0*x1)-tanh(x0-2*x1)", (UNIT, SYMMETRIC), 8),
    ("cos(x0+x1*x2)", (UNIT, SYMMETRIC, UNIT), 4),
    ("1/3", (UNIT,), 3),
]


@pytest.mark.parametrize(("expression", "sides", "degree"), SMOOTH)
def test_smooth_targets_are_tight(
    expression: str, sides: tuple[tuple[Fraction, Fraction], ...], degree: int
) -> None:
    target = box(expression, *sides)
    moments = legendre_moments(target, degree, Clock(60))
    square = square_integral(target, Clock(60))
    count = math.comb(degree + len(sides), len(sides))
    assert len(moments) == count
    size = math.sqrt(float(square))
    for alpha, enclosure in moments.items():
        assert float(enclosure.rad()) <= 1e-12 * size
        if sum(alpha) % 3 == 0:
            assert abs(float(enclosure) - by_floats(expression, sides, alpha)[0]) < 1e-11 * size
    assert float(square.rad()) <= 1e-12 * float(square)
    zero = (0,) * len(sides)
    assert abs(float(square) - by_floats(expression, sides, zero)[1]) < 1e-11 * float(square)


KINKS = [
    # |x - 1/3| = mean square of (x - 1/3)^2 and so on: exact integrals
    ("abs(x-1/3)", (UNIT,), Fraction(1, 9), Fraction(5, 18)),
    ("sqrt(x)", (UNIT,), Fraction(1, 2), Fraction(2, 3)),
    ("abs(x0-1/3)*x1", (UNIT, UNIT), Fraction(1, 27), Fraction(5, 36)),
    ("x**(3/2)", (UNIT,), Fraction(1, 4), Fraction(2, 5)),
]


@pytest.mark.parametrize(("expression", "sides", "square", "mean"), KINKS)
def test_kinks_and_branch_points(
    expression: str,
    sides: tuple[tuple[Fraction, Fraction], ...],
    square: Fraction,
    mean: Fraction,
) -> None:
    target = box(expression, *sides)
    zero = (0,) * len(sides)
    with precision(200):
        first = legendre_moments(target, 6, Clock(60))[zero]
        second = square_integral(target, Clock(60))
        for found, true in ((first, mean), (second, square)):
            assert abs(found - arb(true.numerator) / true.denominator) <= found.rad() * 2
            assert (found - arb(true.numerator) / true.denominator).contains(0)
            assert float(found.rad()) < 1e-12


def test_a_kink_along_a_diagonal_is_enclosed_if_not_tight() -> None:
    target = box("abs(x0-x1)", UNIT, UNIT)
    with precision(200):
        found = square_integral(target, Clock(60), 16)
        assert (found - arb(1) / 6).contains(0)
        assert float(found.rad()) < 1e-3
        mean = legendre_moments(target, 1, Clock(60), 16)[(0, 0)]
        assert (mean - arb(1) / 3).contains(0)
        assert float(mean.rad()) < 3e-3


@pytest.mark.parametrize(
    "expression", ["log(x)", "1/(x-1/2)", "tan(2*x)", "sqrt(x-1/2)", "0*(1/x)"]
)
def test_what_is_not_finite_stays_open(expression: str) -> None:
    target = box(expression)
    assert not any(c.is_finite() for c in legendre_moments(target, 3, Clock(60)).values())
    assert not square_integral(target, Clock(60)).is_finite()


def test_the_time_budget_holds() -> None:
    with pytest.raises(Stop, match="time budget"):
        legendre_moments(box("sin(x0*x1*x2)", UNIT, UNIT, UNIT), 10, Clock(-1))


def test_accuracy_is_a_goal_that_is_met() -> None:
    for accuracy in (30, 120, 300):
        found = legendre_moments(box("exp(x)"), 10, Clock(60), accuracy)
        assert max(c.rad() for c in found.values()) < arb(2) ** (3 - accuracy)
    # far coefficients are tiny and still enclosed with their sign
    last = legendre_moments(box("exp(x)"), 30, Clock(60), 300)[(30,)]
    assert 0 < last < arb("1e-48")


@given(
    frequency=st.integers(1, 20),
    shift=st.fractions(-1, 1, max_denominator=50),
    low=st.fractions(-2, 1, max_denominator=20),
    length=st.fractions(Fraction(1, 10), 2, max_denominator=20),
)
@settings(max_examples=15)
def test_parseval_holds_for_waves(
    frequency: int, shift: Fraction, low: Fraction, length: Fraction
) -> None:
    target = box(f"sin({frequency}*x-{shift})".replace("--", "+"), (low, low + length))
    moments = legendre_moments(target, 50, Clock(60))
    rest = square_integral(target, Clock(60)) - sum(c * c for c in moments.values())
    assert rest.contains(0)
    assert abs(rest) < 1e-10


COMPLEX: list[tuple[str, acb, bool]] = [
    ("sin(x)", acb(arb(0, 1), arb(0, 1)), True),
    ("log(x)", acb(arb(2, 1), arb(0, 5)), True),
    ("log(x)", acb(arb(0.5, 1), arb(0, 1)), False),
    ("sqrt(x)", acb(arb(0, 1), arb(0, 1)), False),
    ("x**(1/3)", acb(arb(-3, 1), arb(0, 0.1)), False),
    ("x**(-2)", acb(arb(0, 1), arb(0, 1)), False),
    ("x**(-2)", acb(arb(3, 1), arb(0, 1)), True),
    ("abs(x)", acb(arb(3, 1), arb(0, 1)), True),
    ("abs(x)", acb(arb(0.1, 1), arb(0, 1)), False),
    ("tan(x)", acb(arb(1.5, 0.2), arb(0, 0.1)), False),
    ("tanh(x)", acb(arb(0, 1), arb(0, 1.6)), False),
    ("tanh(x)", acb(arb(9, 1), arb(0, 1)), True),
    ("tanh(x)", acb(arb(-9, 1), arb(0, 1)), True),
    ("1/(1+x**2)", acb(arb(0, 1), arb(0, 1.01)), False),
    ("1/(1+x**2)", acb(arb(0, 0.1), arb(0, 0.4)), True),
]


@pytest.mark.parametrize(("expression", "place", "analytic"), COMPLEX)
def test_analyticity_is_shown_or_not(expression: str, place: acb, analytic: bool) -> None:
    (found,) = evaluate(parse(expression), [[place]], Clock(10))
    assert found.is_finite() is analytic
    if analytic:
        names = {name: getattr(mp, name) for name in ("sin", "log", "tanh")} | {"abs": mp.mpc}
        for part in (-0.9, 0.0, 0.7):
            x = float(place.real.mid()) + part * float(place.real.rad())
            y = part * float(place.imag.rad())
            value = eval(expression, names | {"x": mp.mpc(x, y)})
            if expression == "abs(x)":
                value = mp.mpc(x, y)
            assert acb(found).contains(acb(float(value.real), float(value.imag)))


STRIPS: dict[str, Callable[[mp.mpc], mp.mpc]] = {
    "gaussian": lambda z: mp.exp(-z * z / 2),
    "cos": mp.cos,
    "sin": mp.sin,
    "sinc": lambda z: mp.sin(z) / z if z else mp.mpc(1),
    "tanh": mp.tanh,
    "logistic": lambda z: 1 / (1 + mp.exp(-z)),
    "softplus": lambda z: mp.log(1 + mp.exp(z)),
    "erf": lambda z: mp.erf(z / mp.sqrt(2)),
    "gelu": lambda z: z * (1 + mp.erf(z / mp.sqrt(2))) / 2,
}


@pytest.mark.parametrize("name", STRIPS)
@pytest.mark.parametrize("y", [0.0, 0.3, 1.0, 1.5, 2.5, 4.0])
def test_strip_bounds_hold_and_are_not_silly(name: str, y: float) -> None:
    width = half_width(name)
    assert width is not None
    if not arb(y) < width:
        assert not strip_bound(name, arb(y), arb(1)).is_finite()
        return
    for reach in (1.0, 6.0):
        # one-sided: what grows is bounded on all of Re z <= reach
        reals = [reach * (k / 24 - 1) for k in range(49)] + [-40.0, -12.0]
        found = max(abs(STRIPS[name](mp.mpc(u, y * s))) for u in reals for s in (0.4, 0.8, 1.0))
        bound = float(strip_bound(name, arb(y), arb(reach)))
        assert found <= bound * (1 + 1e-12)
        if reach == 6.0:
            assert bound <= 2 * float(found)


def test_strip_bounds_refuse() -> None:
    for name in ("relu", "step"):
        assert half_width(name) is None
        with pytest.raises(Stop, match="not analytic"):
            strip_bound(name, arb(1), arb(1))
    with pytest.raises(Stop, match="unbounded"):
        strip_bound("gelu", arb(1), None)
    with pytest.raises(Stop, match="none of"):
        half_width("tan")
    for y in (arb(-1), arb(1, 2), arb.nan(), arb("inf")):
        assert not strip_bound("cos", y).is_finite()
    assert not strip_bound("softplus", arb(1), arb.nan()).is_finite()
