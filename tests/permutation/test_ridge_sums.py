"""Sums of ridge functions: exact decompositions, and networks whose errors add up."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.errors import InputError
from theory.permutation.ridge_sums import (
    RidgePolynomial,
    decompose,
    directions,
    expanded,
    polynomial,
)
from verify.sandwiches.ridge_sums import construct_sum, parse_ridge, ridges_of_polynomial

UNIT = ((Fraction(0), Fraction(1)),) * 2
WIDE = ((Fraction(-1), Fraction(2)), (Fraction(0), Fraction(1, 3)))

exponents = st.tuples(st.integers(0, 4), st.integers(0, 4))
polynomials = st.dictionaries(exponents, st.fractions(-9, 9, max_denominator=7), max_size=8)


@settings(max_examples=30)
@given(polynomials)
def test_decompositions_are_exact(coefficients: dict[tuple[int, int], Fraction]) -> None:
    found = decompose(coefficients)
    assert expanded(found) == {key: value for key, value in coefficients.items() if value}
    degree = max((i + j for i, j in coefficients), default=0)
    assert len(found) <= degree + 1
    text = "+".join(f"({v})*x0**{i}*x1**{j}" for (i, j), v in coefficients.items()) or "0"
    assert polynomial(text) == {key: value for key, value in coefficients.items() if value}


@settings(max_examples=20)
@given(polynomials.filter(lambda p: any(p.values())))
def test_a_changed_coefficient_is_not_exact(coefficients: dict[tuple[int, int], Fraction]) -> None:
    """The certificate of exactness refuses a mutated decomposition."""
    found = decompose(coefficients)
    first = found[0]
    changed = (first.coefficients[0] + Fraction(1, 10**9), *first.coefficients[1:])
    mutated = (RidgePolynomial(first.direction, changed), *found[1:])
    assert expanded(mutated) != expanded(found)


def test_the_product() -> None:
    found = decompose(polynomial("x0*x1"))
    assert [(ridge.direction, ridge.coefficients[2]) for ridge in found] == [
        ((1, 1), Fraction(1, 4)),
        ((1, -1), Fraction(-1, 4)),
    ]


@pytest.mark.parametrize("degree", [1, 2, 3, 5, 8])
def test_degree_plus_one_directions_are_needed(degree: int) -> None:
    """The forms (x + t y)^m along m directions have rank m < m + 1; along m + 1 rank m + 1."""
    for count, full in ((degree, False), (degree + 1, True)):
        rows = [
            [
                expanded([_power(direction, degree)]).get((degree - i, i), 0)
                for i in range(degree + 1)
            ]
            for direction in directions(count)
        ]
        rank = np.linalg.matrix_rank(np.array(rows, dtype=float))
        assert rank == count
        assert (rank == degree + 1) == full
    # What every combination along m directions misses: the operator that kills them all.
    killer = np.poly1d([1.0])
    for a, b in directions(degree):
        killer *= np.poly1d([float(-b), float(a)])
    for direction in directions(degree):
        form = [
            float(expanded([_power(direction, degree)]).get((degree - i, i), 0))
            for i in range(degree + 1)
        ]
        factorials = [_factorial(degree - i) * _factorial(i) for i in range(degree + 1)]
        applied = sum(
            c * f * k for c, f, k in zip(form, factorials, _padded(killer, degree), strict=True)
        )
        assert abs(applied) < 1e-6 * _factorial(degree) * max(map(abs, form))


def _power(direction: tuple[Fraction, Fraction], degree: int) -> RidgePolynomial:
    return RidgePolynomial(direction, (*[Fraction(0)] * degree, Fraction(1)))


def _factorial(k: int) -> float:
    return float(np.prod(np.arange(1, k + 1), initial=1))


def _padded(killer: np.poly1d, degree: int) -> list[float]:
    """Coefficients of d_x^(m-i) d_y^i: prod (-b d_x + a d_y), highest power of d_x first."""
    return [float(c) for c in np.pad(killer.coeffs, (degree + 1 - len(killer.coeffs), 0))]


@pytest.mark.parametrize(
    ("coefficients", "along", "match"),
    [
        ({(2, 0): Fraction(1)}, directions(2), "too few for degree 2"),
        ({(1, 1): Fraction(1)}, ((Fraction(1), Fraction(1)),) * 3, "are parallel"),
    ],
)
def test_bad_directions(coefficients: object, along: object, match: str) -> None:
    with pytest.raises(InputError, match=match):
        decompose(coefficients, along)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["sin(x0)", "x2", "pi*x0", "x0**(1/2)", "1/x1", "x0**25", "x0/0"])
def test_what_is_no_polynomial(text: str) -> None:
    with pytest.raises(InputError):
        polynomial(text)


def grid_error(function: Callable[..., np.ndarray], found: object, box: object) -> float:
    axes = [np.linspace(float(low), float(high), 81) for low, high in box]  # type: ignore[attr-defined]
    x, y = np.meshgrid(*axes)
    total = np.zeros_like(x)
    for term in found.terms:  # type: ignore[attr-defined]
        a, b = (float(entry) for entry in term.ridge.direction)
        total += term.built.construction.network(a * x + b * y)
    return float(np.abs(total - function(x, y)).max())


@pytest.mark.parametrize("box", [UNIT, WIDE])
def test_errors_add_up(box: tuple[tuple[Fraction, Fraction], ...]) -> None:
    text = "x0*x1-x0**2*x1/3+2*x1**3+1/7"
    found = construct_sum(ridges_of_polynomial(text, box), 120, box)
    assert len(found.terms) <= 4
    measured = grid_error(lambda x, y: x * y - x**2 * y / 3 + 2 * y**3 + 1 / 7, found, box)
    assert measured <= found.value <= (found.predicted or 0.0)
    # The sum of the errors is not vacuous, and half of it would be refuted.
    assert found.value < 5 * measured
    assert found.value < 0.02


def test_half_the_summed_bound_is_refuted() -> None:
    """Where the ridges do not interfere the sum is attained: one direction."""
    ridges = [parse_ridge("1,1:sin(3*x)", UNIT)]
    found = construct_sum(ridges, 60, UNIT)
    measured = grid_error(lambda x, y: np.sin(3 * (x + y)), found, UNIT)
    assert found.value / 2 < measured <= found.value


def test_nothing_given() -> None:
    with pytest.raises(InputError, match="at least one"):
        construct_sum([], 60, UNIT)
