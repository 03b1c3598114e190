"""Jets against derivatives by another program: inside the balls, and the balls are small."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import mpmath
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.rigor.balls import ball, working_precision
from theory.targets import jets
from theory.targets.evaluate import compile_jet, compile_value
from theory.targets.grammar import (
    Binary,
    Call,
    Expression,
    Negative,
    Number,
    Pi,
    Power,
    Variable,
    parse,
)

F = Fraction
BOX = ((F(-2), F(2)),)
ORDER = 4
Function = Callable[[mpmath.mpf], mpmath.mpf]


def second_opinion(expression: Expression) -> Function:
    """The expression in mpmath: a program that shares nothing with the jets."""
    match expression:
        case Number(value):
            return lambda x: mpmath.mpf(value.numerator) / value.denominator
        case Pi():
            return lambda x: +mpmath.pi
        case Variable(_):
            return lambda x: x
        case Negative(operand):
            inner = second_opinion(operand)
            return lambda x: -inner(x)
        case Binary(symbol, left, right):
            f, g = second_opinion(left), second_opinion(right)
            return {
                "+": lambda x: f(x) + g(x),
                "-": lambda x: f(x) - g(x),
                "*": lambda x: f(x) * g(x),
                "/": lambda x: f(x) / g(x),
            }[symbol]
        case Power(base, exponent):
            inner = second_opinion(base)
            power = mpmath.mpf(exponent.numerator) / exponent.denominator
            if exponent.denominator == 1:
                return lambda x: inner(x) ** exponent.numerator
            return lambda x: inner(x) ** power
        case Call(function, argument):
            inner = second_opinion(argument)
            outer = abs if function == "abs" else getattr(mpmath, function)
            return lambda x: outer(inner(x))
    raise AssertionError(expression)


def texts() -> st.SearchStrategy[str]:
    """Expressions that are finite and real on [-2, 2], every function of the grammar among them."""
    rational = st.fractions(-2, 2, max_denominator=6).map(lambda q: f"({q})")
    leaves = st.one_of(st.just("x"), st.just("x"), rational, st.just("pi"))

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        one = [
            "sin({})", "cos({})", "tanh({})", "exp(sin({}))", "log(3+cos({}))", "tan(sin({}))",
            "sqrt(2+sin({}))", "(2+cos({}))**(-3/2)", "(1+({})**2)**(1/3)", "1/(1+({})**2)",
            "abs({})", "-({})", "({})**2", "({})**3", "({})**0",
        ]  # fmt: skip
        unary = st.builds(lambda pattern, f: pattern.format(f), st.sampled_from(one), inner)
        binary = st.builds("({}){}({})".format, inner, st.sampled_from("+-*"), inner)
        return st.one_of(unary, unary, binary)

    return st.recursive(leaves, grow, max_leaves=4)


POINTS = st.fractions(-2, 2, max_denominator=64)


def close(enclosure: arb, value: mpmath.mpf, slack: str) -> bool:
    truth = arb(mpmath.nstr(value, 50))
    return bool(abs(enclosure - truth) <= arb(slack) * (1 + abs(truth)))


@settings(max_examples=150)
@given(texts(), POINTS)
def test_taylor_coefficients_agree_with_numerical_derivatives(text: str, point: Fraction) -> None:
    expression = parse(text)
    with working_precision(260), mpmath.workdps(60):
        jet = compile_jet(expression, BOX, ORDER)((jets.identity(ball(point), ORDER),))
        value = compile_value(expression, BOX)((ball(point),))
        assert value.overlaps(jet[0])
        size = float(max(abs(c).upper() for c in jet)) if all(c.is_finite() for c in jet) else 1.0
        if len(jet) <= ORDER:  # at a kink: the value, and a range of slopes
            assert "abs" in text
            expected = second_opinion(expression)(mpmath.mpf(point.numerator) / point.denominator)
            assert close(jet[0], expected, "1e-45")
            return
        function = second_opinion(expression)
        where = mpmath.mpf(point.numerator) / point.denominator
        for computed, expected in zip(jet, mpmath.taylor(function, where, ORDER), strict=True):
            assert close(computed, expected, "1e-20")
            assert float(computed.rad()) <= 1e-60 * (1 + size) ** 4


@settings(max_examples=150)
@given(texts(), POINTS, st.integers(1, 12), st.data())
def test_a_jet_over_a_cell_contains_the_jets_of_its_points(
    text: str, middle: Fraction, depth: int, data: st.DataObject
) -> None:
    expression, radius = parse(text), F(1, 2**depth)
    inside = middle + radius * data.draw(st.fractions(-1, 1, max_denominator=16))
    with working_precision(150):
        run = compile_jet(expression, BOX, 2)
        cell = run((jets.identity(arb(ball(middle), ball(radius)), 2),))
        point = run((jets.identity(ball(inside), 2),))
        assert len(cell) <= len(point) or "abs" in text
        for wide, narrow in zip(cell, point, strict=False):
            assert not wide.is_finite() or wide.contains(narrow.mid())


@pytest.mark.parametrize(
    "text", ["sin(3*x)", "exp(x)*cos(x)", "tanh(2*x)", "1/(2+x)", "(3+x)**(1/2)"]
)
def test_enclosures_over_cells_shrink_with_the_cell(text: str) -> None:
    """First-order convergence: a tenth of the cell gives about a tenth of the radius."""
    run = compile_jet(parse(text), BOX, 2)
    with working_precision(100):
        radii = [float(run((jets.identity(arb(0.3, 10.0**-k), 2),))[2].rad()) for k in range(2, 8)]
    for coarse, fine in pairwise(radii):
        assert 0.05 * coarse < fine < 0.2 * coarse


KNOWN = [
    ("x**3", "1/2", ["1/8", "3/4", "3/2", "1", "0"]),
    ("1/x", "1/2", ["2", "-4", "8", "-16", "32"]),
    ("x**-2", "1/2", ["4", "-16", "48", "-128", "320"]),
    ("(x-1/2)**2", "1/2", ["0", "0", "1", "0", "0"]),
    ("(x-1/2)**3", "1/2", ["0", "0", "0", "1", "0"]),
    ("abs(x)", "-1/2", ["1/2", "-1", "0", "0", "0"]),
    ("sqrt(x)", "1/4", ["1/2", "1", "-1", "2", "-5"]),
    ("x**(3/2)", "1/4", ["1/8", "3/4", "3/4", "-1/2", "3/4"]),
    ("sin(x)/cos(x)-tan(x)", "1/2", ["0"] * 5),
    ("tanh(x)-(exp(2*x)-1)/(exp(2*x)+1)", "1/2", ["0"] * 5),
    ("log(exp(x))", "1/2", ["1/2", "1", "0", "0", "0"]),
    ("0**0 + 0*x", "1/2", ["1", "0", "0", "0", "0"]),
]


@pytest.mark.parametrize(("text", "point", "expected"), KNOWN)
def test_known_taylor_coefficients(text: str, point: str, expected: list[str]) -> None:
    with working_precision(200):
        jet = compile_jet(parse(text), BOX, ORDER)((jets.identity(ball(F(point)), ORDER),))
        assert len(jet) == len(expected)
        for computed, value in zip(jet, expected, strict=True):
            assert (computed - ball(F(value))).contains(0)
            assert float(computed.rad()) < 1e-50


def run(text: str, cell: arb, order: int = 2, low: int = -2) -> jets.Jet:
    return compile_jet(parse(text), ((F(low), F(2)),), order)((jets.identity(cell, order),))


def test_abs_over_its_kink_keeps_value_and_generalised_derivative() -> None:
    value, slope = run("abs(x)", arb(0, 0.25))
    assert value.contains(0)
    assert value.contains(0.25)
    assert slope.contains(-1)
    assert slope.contains(1)
    assert float(slope.rad()) < 1.001
    # chains and products stay short: no second derivative is claimed
    for text in ("sin(abs(x))", "abs(x)*x", "abs(x)**2", "x+abs(x)", "abs(abs(x)-1/8)"):
        jet = run(text, arb(0, 0.25), 4)
        assert len(jet) == 2
        assert jet[1].is_finite()


@pytest.mark.parametrize(
    ("text", "kept"),
    [("sqrt(x)", 1), ("x**(3/2)", 2), ("x**(5/2)", 3), ("x**(1/3)", 1), ("x**(7/3)", 3)],
)
def test_roots_at_zero_lose_the_derivatives_above_the_exponent(text: str, kept: int) -> None:
    for cell in (arb(0), arb(0.125, 0.125)):
        jet = run(text, cell, 4, low=0)
        assert len(jet) == kept
        assert all(coefficient.is_finite() for coefficient in jet)
    top = run(text, arb(0.125, 0.125), 4, low=0)[0]
    assert top.contains(0)
    assert top.contains(ball(0.25) ** ball(parse(text).exponent if "**" in text else F(1, 2)))


@pytest.mark.parametrize(
    "text",
    ["1/x", "log(x)", "log(-1-x**2)", "tan(x+pi/2)", "x**-1", "x**(-1/2)", "sqrt(x)", "x**(1/3)",
     "sqrt(-1-x**2)", "1/(x*x)", "1/(x-x)", "1/abs(x)", "0*log(x)"],
)  # fmt: skip
def test_what_may_be_undefined_is_not_finite(text: str) -> None:
    jet = run(text, arb(0, 0.125))
    assert not jet[0].is_finite()


@pytest.mark.parametrize("radius", [0.0, 2.0**-40, 0.5])
@pytest.mark.parametrize("exponent", range(7))
def test_trap_2_powers_of_balls_around_zero(exponent: int, radius: float) -> None:
    power = jets.ball_power(arb(0, radius), exponent)
    assert power.is_finite()
    assert power.contains(0**exponent)
    assert power.contains(arb(radius) ** exponent)
    assert power.contains(arb(-radius) ** exponent)
    assert float(power.rad()) <= 1.001 * radius**exponent
    if exponent % 2 == 0 and exponent:
        assert power.lower() >= -1e-8 * radius**exponent  # even powers are not negative


def test_trap_2_the_plain_power_of_such_a_ball() -> None:
    """Why ball_power exists: whatever arb ** makes of it, the jet stays finite and inside."""
    jet = run("x**2", arb(0, 1))
    assert jet[0].is_finite()
    assert jet[0].contains(1)
    assert jet[1].contains(2)
    assert jet[1].contains(-2)


def test_tanh_of_a_wide_ball_stays_within_its_range() -> None:
    wide = jets.ball_tanh(arb(0, 500))
    assert wide.is_finite()
    assert wide.overlaps(arb(1))
    assert wide.overlaps(arb(-1))
    assert abs(wide) < 1.01
    part = jets.ball_tanh(arb(1, arb(1) / 2))
    assert part.contains(arb(0.5).tanh())
    assert part.contains(arb(1.5).tanh())
    assert part.rad() < 0.25
    assert not jets.ball_tanh(arb.nan()).is_finite()
