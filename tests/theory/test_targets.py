"""Targets: the grammar's accept and reject table, exact values, samples, the unit interval."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InputError
from theory.rigor.balls import ball, float_up, working_precision
from theory.targets.catalogue import EXAMPLES
from theory.targets.grammar import (
    FUNCTIONS,
    Binary,
    Call,
    Negative,
    Number,
    Pi,
    Power,
    Variable,
    parse,
    variables,
)
from theory.targets.signs import affine_range, nonnegative, without_kinks
from theory.targets.target import Target

F = Fraction
BOX = ((F(-1), F(2)),)

ACCEPTED = [
    # text, x, value: Python's precedence
    ("x", "3", "3"),
    ("x0", "3", "3"),
    ("-x**2", "3", "-9"),
    ("(-x)**2", "3", "9"),
    ("2**3**2", "0", "512"),
    ("2**-1", "0", "1/2"),
    ("-2**-x**0", "3", None),
    ("2*-x", "3", "-6"),
    ("--x", "3", "3"),
    ("+-+x", "3", "-3"),
    ("1-2-3", "0", "-4"),
    ("8/2/2", "0", "2"),
    ("2/3*3", "0", "2"),
    ("1-2*3+4", "0", "-1"),
    ("x**2**-1", "4", "2"),
    ("x**(1/2)", "9", "3"),
    ("x**(2*3-4)", "5", "25"),
    ("x**-(1+1)", "2", "1/4"),
    ("x**0.5", "16", "4"),
    ("x**+2", "5", "25"),
    ("0.1", "0", "1/10"),
    (".5", "0", "1/2"),
    ("5.", "0", "5"),
    ("1e-2", "0", "1/100"),
    ("1E2", "0", "100"),
    ("\tx + 1 ", "1", "2"),
    ("sqrt(x)", "9/4", "3/2"),
    ("abs(x-3)", "1", "2"),
    ("exp(0)+cos(0)+log(1)+sin(0)+tan(0)+tanh(0)", "0", "2"),
    ("sin (pi/2)", "0", "1"),
    ("((((x))))", "7", "7"),
    ("1" * 1000, "0", "1" * 1000),
    ("x**1000", "1", "1"),
    ("1e400*1e-400", "0", "1"),
]


@pytest.mark.parametrize(("text", "x", "value"), [row for row in ACCEPTED if row[2] is not None])
def test_accepted_expressions_have_pythons_value(text: str, x: str, value: str) -> None:
    with working_precision(200):
        found = Target.parse(text, -100, 100).value(F(x))
        assert (found - ball(F(value))).contains(0)
        assert float(found.rad()) <= 1e-50 * (
            1 + abs(float(F(value)) if len(value) < 99 else 1e900)
        )


REJECTED = [
    ("", "is empty"),
    ("   ", "is empty"),
    ("2x", "cannot continue after token 1 with 'x'"),
    ("x x", "cannot continue"),
    ("x^2", "unknown character '^'"),
    ("x,1", "unknown character ','"),
    ("x=1", "unknown character '='"),
    ("x[0]", "unknown character '['"),
    ("x;import os", "unknown character ';'"),
    ("__import__('os')", "unknown character"),
    ("x.real", "unknown character '.'"),
    ("\u00d7", "unknown character"),
    ("\u0661", "unknown character"),
    ("x\n+1", "unknown character"),
    ("1_000", "cannot continue"),
    ("1..2", "cannot continue"),
    ("1e", "cannot continue"),
    ("0x10", "cannot continue"),
    ("y", "unknown name 'y'"),
    ("sine(x)", "did you mean 'sin'"),
    ("sqr(x)", "did you mean 'sqrt'"),
    ("eval(x)", "unknown name 'eval'"),
    ("lambda", "unknown name 'lambda'"),
    ("x007", "unknown name 'x007'"),
    ("x64", "unknown name 'x64'"),
    ("x_0", "unknown name"),
    ("sin", "lacks parentheses after the function 'sin'"),
    ("sin x", "lacks parentheses"),
    ("sin()", "unexpected ')'"),
    ("(x", "open parenthesis"),
    ("x)", "cannot continue"),
    ("()", "unexpected ')'"),
    ("x+", "ends too early"),
    ("*x", "unexpected '*'"),
    ("x**", "ends too early"),
    ("x***2", "unexpected '*'"),
    ("x//2", "unexpected '/'"),
    ("x**x", "exponent that is not a number"),
    ("x**pi", "exponent that is not a number"),
    ("x**sin(1)", "exponent that is not a number"),
    ("x**(1/0)", "divides by zero in an exponent"),
    ("x**(0**-1)", "irrational exponent"),
    ("x**2**0.5", "irrational exponent"),
    ("x**1001", "exponent '1001'"),
    ("x**(1/1001)", "exponent '1/1001'"),
    ("x**2**2**2**2", "exponent"),
    ("2**2**2**2**2**2", "exponent"),
    ("x**9**99", "has the exponent '2951"),
    ("x**9**999**9", "exponent"),
    ("x**(9**999*9**999*9**999)", "too large an exponent"),
    ("1e401", "a decimal exponent beyond 400"),
    ("1" * 1001, "more than 1000 digits"),
    ("(" * 101 + "x" + ")" * 101, "nested deeper than 100 levels"),
    ("-" * 101 + "x", "nested deeper than 100 levels"),
    ("sin(" * 101 + "x" + ")" * 101, "nested deeper than 100 levels"),
    ("x+" * 2001 + "x", "more than 4000 operations"),
    ("x" + " " * 10_000, "longer than 10000 characters"),
]


@pytest.mark.parametrize(("text", "message"), REJECTED, ids=lambda value: value[:20])
def test_rejected_expressions_are_one_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text)
    shown = str(caught.value)
    assert message in shown
    assert shown.startswith("--target: ")
    assert "\n" not in shown
    assert len(shown) < 400


def outcome(text: str) -> str:
    """ "" for an accepted text, else the message; anything but InputError escapes."""
    try:
        assert variables(parse(text)) <= set(range(64))
    except InputError as error:
        return str(error)
    return ""


@given(st.text(alphabet="x01.e+-*/()psincoabqrtlgh ^,y", max_size=30) | st.text(max_size=30))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    assert "\n" not in outcome(text)


@pytest.mark.parametrize("operator", ["+", "*", "-", "/"])
@pytest.mark.parametrize("terms", [900, 1900])
def test_long_sums_within_the_limits_are_evaluated(operator: str, terms: int) -> None:
    text = operator.join(["x"] * terms)
    expected = {"+": terms, "*": 1, "-": 2 - terms, "/": 1}[operator]
    target = Target.parse(text, 0, 1)
    assert target.value(1).contains(expected)
    assert len(target.jet(arb(1), 1)) == 2


def test_trees_have_the_written_shape() -> None:
    assert parse("-x**2") == Negative(Power(Variable(0), F(2)))
    assert parse("x1-x-pi") == Binary("-", Binary("-", Variable(1), Variable(0)), Pi())
    assert parse("x**2**-1") == Power(Variable(0), F(1, 2))
    assert parse("sin(0.1)") == Call("sin", Number(F(1, 10)))
    assert variables(parse("x3*x + sin(x12)**2 - pi")) == {0, 3, 12}


@pytest.mark.parametrize(
    ("text", "low", "high", "message"),
    [
        ("x", 1, 1, "--domain: is empty or reversed: '1,1'"),
        ("x", 1, F(1, 3), "--domain: is empty or reversed: '1,1/3'"),
        ("x1", 0, 1, "--target: uses 'x1'; one variable"),
        ("x+x2+x5", 0, 1, "--target: uses 'x2'; one variable"),
    ],
)
def test_bad_targets(text: str, low: Fraction, high: Fraction, message: str) -> None:
    with pytest.raises(InputError) as caught:
        Target.parse(text, low, high)
    assert message in str(caught.value)


@pytest.mark.parametrize("order", [-1, 17])
def test_orders_out_of_range(order: int) -> None:
    with pytest.raises(InputError, match="0 to 16 is accepted"):
        Target.parse("x").jet(arb(0), order)


def test_the_unit_interval_scales_derivatives() -> None:
    """F(u) = f(a + (b - a) u): F^(j) = (b - a)^j f^(j)."""
    target = Target.parse("x**3", F(-1), F(1, 2))
    assert target.length == F(3, 2)
    with working_precision(200):
        u = ball(F(1, 3))
        jet = target.unit_jet(u, 3)
        x, h = F(-1, 2), F(3, 2)
        for computed, value in zip(jet, [x**3, 3 * x**2 * h, 3 * x * h**2, h**3], strict=True):
            assert (computed - ball(value)).contains(0)
            assert float(computed.rad()) < 1e-50
        assert target.unit_value(u).overlaps(jet[0])
        assert target.point(u).overlaps(ball(F(-1, 2)))


@given(n=st.integers(2, 300))
def test_samples_are_within_their_error(n: int) -> None:
    """eta covers the rounding of the value and of the point i/(n-1) itself."""
    target = Target.parse("exp(3*x)*sin(5*x)", F(-1), F(2, 3))
    points = [i / (n - 1) for i in range(n)]
    values, eta = target.sample(points)
    assert 0 < eta < 1e-13
    with working_precision(200):
        for i in {0, 1, n // 2, n - 2, n - 1}:
            exact = target.unit_value(ball(F(i, n - 1)))
            assert abs(exact - ball(values[i])) <= ball(eta)


def test_samples_at_the_ends_are_exact_points() -> None:
    values, eta = Target.parse("sqrt(x*(1-x))").sample([0.0, 1.0])
    assert (values, eta) == ([0.0, 0.0], 0.0)
    assert Target.parse("x", F(1, 3), 1).sample([0.0])[1] <= 2.0**-54


@pytest.mark.parametrize(
    ("text", "point", "shown"), [("1/x", 0.0, "x = 0"), ("log(x-1/2)", 0.25, "x = 0.25")]
)
def test_samples_name_the_place_of_a_pole(text: str, point: float, shown: str) -> None:
    with pytest.raises(InputError, match="not shown to be finite and real near ") as caught:
        Target.parse(text).sample([1.0, point])
    assert shown in str(caught.value)


def test_signs_of_affine_pieces_are_exact() -> None:
    assert affine_range(parse("1-x"), BOX) == (-1, 2)
    assert affine_range(parse("(2*x-1)/3+0.1"), BOX) == (F(-9, 10), F(11, 10))
    assert affine_range(parse("x*x"), BOX) is None
    assert affine_range(parse("x+pi"), BOX) is None
    for text, known in [
        ("x", False), ("x+1", True), ("2-x", True), ("x**2", True), ("-x**2", False),
        ("sqrt(x+1)*exp(x)", True), ("(x+1)**(1/3)", True), ("abs(x)-1", False), ("pi", True),
        ("sin(x)", False), ("(x+1)/(2-x)", True), ("x+1+1e-300*(x-2)", False),
    ]:  # fmt: skip
        assert nonnegative(parse(text), BOX) == known, text


def test_kinks_outside_the_domain_are_removed() -> None:
    assert without_kinks(parse("abs(x+1)"), BOX) == parse("x+1")
    assert without_kinks(parse("sin(abs(x-2))**2"), BOX) == parse("sin(-(x-2))**2")
    assert without_kinks(parse("abs(x)"), BOX) == parse("abs(x)")
    assert Target.parse("abs(x)", 0, 1).expression == parse("x")
    assert len(Target.parse("abs(x)", 0, 1).jet(arb(0, 0.1), 3)) == 4


def test_square_roots_at_the_edge_of_the_domain_are_real() -> None:
    target = Target.parse("sqrt(1-x)", F(-1, 3), 1)
    spilled = target.unit_value(arb(1, 2.0**-60))
    assert spilled.is_finite()
    assert spilled.contains(0)
    assert not Target.parse("sqrt(x-1)", 0, 2).unit_value(arb(0)).is_finite()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_catalogue_targets_agree_with_floats(example) -> None:
    target = example.target
    names = {name: getattr(np, name) for name in FUNCTIONS}
    for u in np.linspace(0, 1, 7):
        x = float(target.low) + float(target.length) * u
        plain = eval(example.expression, {**names, "pi": math.pi, "x": x})
        assert float_up(target.value(x)) == pytest.approx(plain, rel=1e-12, abs=1e-12)
