"""P8 in several dimensions, for sums of ridge functions, and which directions a polynomial needs.

f(x) = sum_i g_i(a_i . x) on a box; g_i is a target on the range I_i of a_i . x, an interval with
exact ends.  One network per direction, with n locations on I_i, errs by the sum of their errors.

*P8-ridge.*  |f - g|_inf <= (G/2 + K/8)/(n-1)^2, G and K the sums of gam_i and M2_i of P8 (g_i on
the unit interval).  Proof: the triangle inequality.

*P8-directions.*  Polynomials of degree m in the plane are sums of ridge functions along any m + 1
pairwise non-parallel directions, and along no m directions are all of them.  Proof.  In degree k
the forms (x + t_j y)^k, j = 0..k, have the coefficients binom(k, i) t_j^i: a Vandermonde matrix, so
they are a basis; a direction (0, 1) counts as t = infinity.  Conversely let c_1, ..., c_m be
orthogonal to the directions; D = prod (c_i . grad) kills every sum of ridge functions along them
(as distributions, so every uniform limit too), but D f is a constant != 0 for some form f of degree
m, since D is not 0.  QED

Here the decomposition is computed in rationals, along (1, 0), (1, 1), (1, -1), (1, 2), ..., and
expanded again: that it is exact is verified for every polynomial.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

from theory.errors import InputError
from theory.statements.hypotheses import at_least_integer, finite_nonnegative, width_at_least
from theory.statements.statement import Direction, Statement, Status
from theory.targets.grammar import (
    Binary,
    Expression,
    Negative,
    Number,
    Power,
    Variable,
    parse,
)

Polynomial = Mapping[tuple[int, int], Fraction]
MAX_DEGREE = 24


@dataclass(frozen=True)
class RidgePolynomial:
    """z -> sum_k coefficients[k] z^k along z = direction . x."""

    direction: tuple[Fraction, Fraction]
    coefficients: tuple[Fraction, ...]

    @property
    def text(self) -> str:
        """The polynomial in x, in the grammar of targets."""
        terms = [
            f"({value})*x**{k}" if k else f"({value})"
            for k, value in enumerate(self.coefficients)
            if value
        ]
        return "+".join(terms) or "0"


def polynomial(text: str, *, argument: str = "--target") -> dict[tuple[int, int], Fraction]:
    """Coefficients by exponents (i, j) of x0^i x1^j; InputError if it is no rational polynomial."""
    return {key: value for key, value in _expanded(parse(text), text, argument).items() if value}


def directions(count: int) -> tuple[tuple[Fraction, Fraction], ...]:
    """(1, 0), (1, 1), (1, -1), (1, 2), (1, -2), ...: pairwise non-parallel."""
    slopes = [0, *(sign * k for k in range(1, count + 1) for sign in (1, -1))][:count]
    return tuple((Fraction(1), Fraction(slope)) for slope in slopes)


def decompose(
    coefficients: Polynomial, along: Sequence[tuple[Fraction, Fraction]] | None = None
) -> tuple[RidgePolynomial, ...]:
    """A sum of ridge polynomials equal to the polynomial, verified; those that vanish are left out.

    ``along``: at least degree + 1 pairwise non-parallel directions (the first k + 1 serve degree
    k); by default ``directions``.  Raises InputError for too few or parallel ones.
    Source: P8-directions.
    """
    degree = max((i + j for i, j in coefficients), default=0)
    chosen = tuple(along) if along is not None else directions(degree + 1)
    if len(chosen) <= degree:
        accepted = f"{degree + 1} pairwise non-parallel directions are accepted"
        raise InputError("directions", len(chosen), f"too few for degree {degree}:", accepted)
    parts = [[Fraction(0)] * (degree + 1) for _ in chosen]
    for k in range(degree + 1):
        wanted = [coefficients.get((k - i, i), Fraction(0)) for i in range(k + 1)]
        matrix = [
            [comb(k, i) * a ** (k - i) * b**i for a, b in chosen[: k + 1]] for i in range(k + 1)
        ]
        for part, weight in zip(parts, _solve(matrix, wanted), strict=False):
            part[k] = weight
    found = tuple(
        RidgePolynomial(direction, tuple(part))
        for direction, part in zip(chosen, parts, strict=True)
        if any(part)
    )
    if expanded(found) != {key: value for key, value in coefficients.items() if value}:
        raise AssertionError("ridge decomposition: the sum differs from the polynomial")
    return found


def expanded(ridges: Sequence[RidgePolynomial]) -> dict[tuple[int, int], Fraction]:
    """The polynomial that ridge polynomials sum to: the certificate of a decomposition."""
    total: dict[tuple[int, int], Fraction] = {}
    for ridge in ridges:
        a, b = ridge.direction
        for k, weight in enumerate(ridge.coefficients):
            for i in range(k + 1):
                key = (k - i, i)
                total[key] = total.get(key, Fraction(0)) + weight * comb(k, i) * a ** (k - i) * b**i
    return {key: value for key, value in total.items() if value}


def _solve(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """Gauss elimination in rationals; InputError for a singular matrix (parallel directions)."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for column in range(size):
        pivot = next((r for r in range(column, size) if rows[r][column]), None)
        if pivot is None:
            accepted = "pairwise non-parallel directions other than 0 are accepted"
            raise InputError("directions", "two of them", "are parallel:", accepted)
        rows[column], rows[pivot] = rows[pivot], rows[column]
        lead = rows[column][column]
        rows[column] = [entry / lead for entry in rows[column]]
        for r in range(size):
            if r != column and rows[r][column]:
                factor = rows[r][column]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[column], strict=True)]
    return [row[-1] for row in rows]


def _expanded(expression: Expression, text: str, argument: str) -> dict[tuple[int, int], Fraction]:
    match expression:
        case Number(value):
            return {(0, 0): value}
        case Variable(index) if index < 2:
            return {(1, 0) if index == 0 else (0, 1): Fraction(1)}
        case Negative(operand):
            return _scaled(_expanded(operand, text, argument), Fraction(-1))
        case Power(base, exponent) if exponent.denominator == 1 and 0 <= exponent <= MAX_DEGREE:
            power = {(0, 0): Fraction(1)}
            inner = _expanded(base, text, argument)
            for _ in range(int(exponent)):
                power = _product(power, inner, text, argument)
            return power
        case Binary(operator, left, right):
            one, two = (_expanded(side, text, argument) for side in (left, right))
            if operator == "*":
                return _product(one, two, text, argument)
            if operator == "/" and set(two) == {(0, 0)} and two[0, 0]:
                return _scaled(one, 1 / two[0, 0])
            if operator in "+-":
                sign = Fraction(1 if operator == "+" else -1)
                return {
                    key: one.get(key, Fraction(0)) + sign * two.get(key, Fraction(0))
                    for key in {*one, *two}
                }
    accepted = f"polynomials in x0 and x1 with rational coefficients, degree <= {MAX_DEGREE}"
    raise InputError(argument, text, "is not one of the", accepted)


def _scaled(one: Polynomial, factor: Fraction) -> dict[tuple[int, int], Fraction]:
    return {key: factor * value for key, value in one.items()}


def _product(
    one: Polynomial, two: Polynomial, text: str, argument: str
) -> dict[tuple[int, int], Fraction]:
    total: dict[tuple[int, int], Fraction] = {}
    for (i, j), x in one.items():
        for (k, m), y in two.items():
            if i + j + k + m > MAX_DEGREE:
                accepted = f"a degree of at most {MAX_DEGREE} is accepted"
                raise InputError(argument, text, "has too high a degree:", accepted)
            total[i + k, j + m] = total.get((i + k, j + m), Fraction(0)) + x * y
    return total


def _sum_bound() -> Any:
    import sympy

    n, G, K = sympy.symbols("n G K", nonnegative=True)
    return (G / 2 + K / 8) / (n - 1) ** 2


def _directions_needed() -> Any:
    import sympy

    return sympy.Symbol("m", nonnegative=True) + 1


_TESTS = ("tests/permutation/test_ridge_sums.py",)
_PROOF = "theory/permutation/ridge_sums.py"

STATEMENT = Statement(
    id="P8-ridge",
    family="permutation",
    title="sums of ridge functions, with read-out",
    claim=(
        "For f = sum g_i(a_i . x) on a box, one permutation network of P8 per direction, with "
        "n >= 17 locations on the range of a_i . x, gives a sum within (G/2 + K/8)/(n-1)^2 of f, "
        "G = sum gam_i, K = sum M2_i."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch="P8 for every g_i on the unit interval, and the triangle inequality.",
    symbols={
        "n": "number of locations per direction",
        "G": "sum of the factors gam_i of P8",
        "K": "sum of sup |g_i''| on the unit interval",
    },
    hypotheses=(
        width_at_least(17),
        finite_nonnegative(
            "G", name="factors", text="0 <= G < inf", accepted="factors >= 0 are accepted"
        ),
        finite_nonnegative(
            "K",
            name="curvature",
            text="0 <= K < inf",
            accepted="ridge functions with bounded g_i'' are accepted",
        ),
    ),
    build=_sum_bound,
    proved_in=_PROOF,
    tests=_TESTS,
    falsified_by="tests/permutation/test_ridge_sums.py::test_half_the_summed_bound_is_refuted",
)

DIRECTIONS_STATEMENT = Statement(
    id="P8-directions",
    family="permutation",
    title="directions that bivariate polynomials need",
    claim=(
        "Every polynomial of degree m in two variables is a sum of ridge polynomials along any "
        "m + 1 pairwise non-parallel directions; along m directions some polynomial of degree m "
        "is not even a uniform limit of sums of ridge functions on a box."
    ),
    direction=Direction.EXACT,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch="A Vandermonde matrix in each degree; a differential operator that kills ridges.",
    sharp=True,
    sharp_note="the bound shown is the number of directions",
    symbols={"m": "degree of the polynomial"},
    hypotheses=(at_least_integer("m", 1, name="degree", counts="as degree"),),
    build=_directions_needed,
    proved_in=_PROOF,
    tests=_TESTS,
    falsified_by=(
        "tests/adversary/test_false_theorems.py::"
        "test_a_sharp_constant_cannot_be_better_by_1_05[P8-directions]"
    ),
)
