"""P1 and P2: the identities for symbolic locations, and the same functions on exact numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InputError
from theory.permutation import constants, four_location_step
from theory.permutation.constants import (
    constant_coefficients,
    constant_line,
    leftover_coefficients,
    leftover_values,
)
from theory.permutation.four_location_step import (
    coefficients,
    drift,
    gap_slopes,
    jump,
    left_line,
    network_value,
    right_line,
)

B = sympy.symbols("b1:5", real=True)
X = sympy.Symbol("x", real=True)
C, R, r, D = sympy.symbols("c R r d", positive=True)
CENTRED = (C - R, C - r, C + r, C + R)


def zero(expression: sympy.Expr) -> bool:
    return bool(sympy.expand(expression) == 0)


def region(b, p, q, right_of: int) -> sympy.Expr:
    """The sum for x between b[right_of - 1] and b[right_of], with every relu resolved."""
    acting = [p[i] * (X - b[i]) for i in range(right_of)]
    return sum(acting + [q[i] * (b[i] - X) for i in range(right_of, len(b))])


@pytest.mark.parametrize("sign", [1, -1])
def test_p1_uses_each_value_once(sign: int) -> None:
    p, q = coefficients(B, sign)
    assert sorted(map(str, (*p, *q))) == sorted(map(str, (*B, *(-b for b in B))))


def test_p1_lines_on_either_side() -> None:
    p, q = coefficients(B)
    left, right = left_line(B), right_line(B)
    assert zero(region(B, p, q, 0) - (left.slope * X + left.intercept))
    assert zero(region(B, p, q, 4) - (right.slope * X + right.intercept))
    assert zero(left.slope + drift(B))
    assert zero(right.slope + drift(B))
    assert zero(right.intercept - left.intercept - jump(B))
    assert zero(four_location_step.STATEMENT.expression - jump(sympy.symbols("b1:5", real=True)))


def test_p1_slopes_on_the_gaps() -> None:
    p, q = coefficients(B)
    for gap, slope in enumerate(gap_slopes(B), start=1):
        assert zero(sympy.diff(region(B, p, q, gap), X) - slope)


def test_p1_without_drift_the_step_is_odd_and_never_falls() -> None:
    assert drift(CENTRED) == 0
    assert zero(jump(CENTRED) - 4 * (R**2 - r**2))
    assert zero(left_line(CENTRED).intercept + jump(CENTRED) / 2)
    assert zero(right_line(CENTRED).intercept - jump(CENTRED) / 2)
    outer, inner, again = gap_slopes(CENTRED)
    assert zero(outer - 2 * R)
    assert zero(inner - 2 * (R - r))
    assert zero(again - outer)
    p, q = coefficients(CENTRED)
    for gap in range(5):
        mirrored = region(CENTRED, p, q, 4 - gap).subs(X, 2 * C - X)
        assert zero(region(CENTRED, p, q, gap) + mirrored)


def test_p1_consecutive_and_strided_locations_jump_by_8_k2_d2() -> None:
    k = sympy.Symbol("k", positive=True)
    strided = tuple(C + i * k * D for i in range(4))
    assert zero(drift(strided))
    assert zero(jump(strided) - 8 * k**2 * D**2)


def test_p1_negating_gives_the_down_step() -> None:
    (p, q), (down_p, down_q) = coefficients(B), coefficients(B, -1)
    for gap in range(5):
        assert zero(region(B, p, q, gap) + region(B, down_p, down_q, gap))


@pytest.mark.parametrize("swap", [(0, 1), (1, 2), (0, 3)])
def test_p1_other_orders_of_the_values_are_no_step(swap: tuple[int, int]) -> None:
    p, q = map(list, coefficients(B))
    i, j = swap
    p[i], p[j] = p[j], p[i]
    assert not zero(region(B, p, q, 4) - region(B, p, q, 0) - jump(B))


@given(st.lists(st.fractions(-3, 3, max_denominator=30), min_size=4, max_size=4, unique=True))
def test_p1_jumps_up_for_every_increasing_quad(locations: list[Fraction]) -> None:
    b = tuple(sorted(locations))
    assert jump(b) > 0
    p, q = coefficients(b)
    for x in (b[0] - 1, *b, b[3] + 1, (b[1] + b[2]) / 2):
        beyond = left_line(b) if x <= b[0] else right_line(b)
        if x <= b[0] or x >= b[3]:
            assert network_value(b, p, q, x) == beyond.slope * x + beyond.intercept
    value = [network_value(b, p, q, x) for x in b]
    for i, slope in enumerate(gap_slopes(b)):
        assert value[i + 1] - value[i] == slope * (b[i + 1] - b[i])


@pytest.mark.parametrize("sign", [1, -1])
def test_p2_a_constant_quad_is_one_line(sign: int) -> None:
    p, q = constant_coefficients(B, sign)
    line = constant_line(B, sign)
    assert sorted(map(str, (*p, *q))) == sorted(map(str, (*B, *(-b for b in B))))
    for gap in range(5):
        assert zero(region(B, p, q, gap) - (line.slope * X + line.intercept))
    flat = constant_line(CENTRED, sign)
    assert flat.slope == 0
    assert zero(flat.intercept - sign * jump(CENTRED) / 2)


def test_p2_statement_is_the_constant_of_a_driftless_quad() -> None:
    names = dict(zip(B, CENTRED, strict=True))
    assert zero(constants.STATEMENT.expression.subs(names) - constant_line(CENTRED, 1).intercept)


@pytest.mark.parametrize("left", [-1, 1])
@pytest.mark.parametrize("right", [-1, 1])
def test_p2_every_pair_of_signs(left: int, right: int) -> None:
    make = constant_coefficients if left == right else coefficients
    p, q = make(CENTRED, right)
    half = jump(CENTRED) / 2
    assert zero(region(CENTRED, p, q, 0) - left * half)
    assert zero(region(CENTRED, p, q, 4) - right * half)


@pytest.mark.parametrize("count", range(4))
def test_p2_leftovers(count: int) -> None:
    p, q = leftover_coefficients(count, D)
    b = tuple(i * D for i in range(count))
    assert sorted(map(str, (*p, *q))) == sorted(map(str, (*b, *(-x for x in b))))
    assert sum(p) == sum(q) == 0
    values = leftover_values(count, D)
    for i in range(count):
        assert zero(region(b, p, q, i).subs(X, i * D) - values[i])
    assert zero(region(b, p, q, count) - values[-1])  # constant from the last location on


def test_p2_leftovers_between_their_locations() -> None:
    p, q = leftover_coefficients(2, D)
    assert zero(region((0, D), p, q, 1) - D * X)
    p, q = leftover_coefficients(3, Fraction(1, 9))
    b = [Fraction(i, 9) for i in range(3)]
    halves = [network_value(b, p, q, Fraction(2 * i + 1, 18)) * 81 for i in range(3)]
    assert halves == [Fraction(-3, 2), 0, 1]


@pytest.mark.parametrize("count", [-1, 4])
def test_p2_more_leftovers_are_refused(count: int) -> None:
    for function in (leftover_coefficients, leftover_values):
        with pytest.raises(InputError, match="0 to 3 left-over locations"):
            function(count, Fraction(1, 9))
