"""Enclosures of f, f', f'': they contain the truth, are tight, and lose what they must."""

from __future__ import annotations

import math

import pytest
from flint import acb, acb_series, arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from verify.checks.grammar import parse
from verify.checks.taylor import jets, values
from verify.checks.verdicts import Clock, Stop, precision

CLOCK = Clock(1e6)
# Expressions with their Taylor series in flint's own power series, a second implementation.
SMOOTH = {
    "x**3-2*x": lambda x: x * x * x - 2 * x,
    "sin(3*x)": lambda x: (3 * x).sin(),
    "cos(x)*x": lambda x: x.cos() * x,
    "tan(x/2)": lambda x: (x / 2).tan(),
    "exp(-x**2)": lambda x: (-x * x).exp(),
    "log(2+x)": lambda x: (2 + x).log(),
    "sqrt(2+x)": lambda x: (2 + x).sqrt(),
    "(2+x)**(3/2)": lambda x: (2 + x).sqrt() * (2 + x),
    "(2+x)**-3": lambda x: 1 / ((2 + x) * (2 + x) * (2 + x)),
    "(2+x)**(-1/2)": lambda x: 1 / (2 + x).sqrt(),
    "tanh(x)": lambda x: 1 - 2 / ((2 * x).exp() + 1),
    "1/(1+25*x**2)": lambda x: 1 / (1 + 25 * x * x),
    "abs(x+2)/(3-x)": lambda x: (x + 2) / (3 - x),
    "abs(x-2)": lambda x: 2 - x,
    "x**0+x**1+x**2": lambda x: 1 + x + x * x,
    "-(x-1)*(x+1)+pi": lambda x: acb.pi() + 1 - x * x,
}


def series(text: str, x: float) -> list[arb]:
    """f, f', f'' at x."""
    old, ctx.cap = ctx.cap, 3
    try:
        found = SMOOTH[text](acb_series([x, 1], prec=3))
        return [found[0].real, found[1].real, 2 * found[2].real]
    finally:
        ctx.cap = old


def jet(text: str, x: arb) -> tuple[arb, arb, arb]:
    return jets(parse(text), [x], CLOCK)[0]


@pytest.mark.parametrize("text", SMOOTH)
@given(centre=st.floats(-1, 1), exponent=st.integers(-30, -6), where=st.floats(-0.9, 0.9))
def test_jets_contain_the_derivatives(
    text: str, centre: float, exponent: int, where: float
) -> None:
    radius = math.ldexp(1.0, exponent)
    with precision(128):
        found = jet(text, arb(centre, radius))
        inside = centre + where * radius
        for enclosure, truth in zip(found, series(text, inside), strict=True):
            assert enclosure.overlaps(truth)
            assert enclosure.is_finite()
            # Tight: about as wide as the ball, times a constant of the function.
            assert enclosure.rad() < 1e5 * radius


@pytest.mark.parametrize("text", SMOOTH)
def test_points_have_tight_jets(text: str) -> None:
    with precision(128):
        for enclosure, truth in zip(jet(text, arb(0.3125)), series(text, 0.3125), strict=True):
            assert enclosure.overlaps(truth)
            assert enclosure.rad() < arb("1e-30")


@pytest.mark.parametrize(
    ("text", "low", "high", "known"),
    [
        ("abs(x)", -1, 1, 2),  # a kink: a Lipschitz bound is left
        ("sin(abs(x))", -1, 1, 2),
        ("sqrt(x)", 0, 1, 1),  # a root at 0: the range is left
        ("x**(3/2)", 0, 1, 2),
        ("x**(5/2)", 0, 1, 3),
        ("x**(1/3)", 0, 1, 1),
        ("1/x", -1, 1, 0),  # a pole: nothing is left
        ("tan(2*x)", 0, 1, 0),
        ("log(x)", 0, 1, 0),
        ("x**-2", -1, 1, 0),
        ("x**(-1/2)", 0, 1, 0),
        ("0*(1/x)", -1, 1, 0),
        ("abs(x)*0", -1, 1, 2),
        ("log(x)-log(x)", 0, 1, 0),
        ("sqrt(x-2)", 0, 1, 0),  # no value at all
        ("x**2", -1, 1, 3),
        ("abs(x-2)", -1, 1, 3),
    ],
)
def test_what_is_lost(text: str, low: int, high: int, known: int) -> None:
    with precision(96):
        found = jet(text, arb(low).union(arb(high)))
        assert [d.is_finite() for d in found] == [k < known for k in range(3)]


def test_a_lipschitz_bound_covers_the_kink() -> None:
    with precision(96):
        _, slope, _ = jet("3*abs(x)", arb(0, 1))
        assert slope.contains(arb(3))
        assert slope.contains(arb(-3))
        assert slope.rad() < 3.1


def test_roots_are_clipped_in_balls_only() -> None:
    with precision(96):
        [value] = values(parse("sqrt(x)"), [arb(0, 0.25)], CLOCK)
        assert value.contains(arb(0))
        assert value.contains(arb(0.5))
        assert value.rad() < 0.26
        [nothing] = values(parse("sqrt(x)"), [arb(-0.25)], CLOCK)
        assert nothing.is_nan()


def test_decimals_are_exact() -> None:
    with precision(300):
        [tenth] = values(parse("10*0.1-1"), [arb(0)], CLOCK)
        assert tenth.contains(arb(0))
        assert tenth.rad() < arb("1e-80")


def test_even_powers_around_zero_are_finite() -> None:
    # flint's own ball ** 2 is nan there
    with precision(96):
        [square] = values(parse("x**2"), [arb(0, 1)], CLOCK)
        assert square.contains(arb(1))
        assert square.is_finite()


@pytest.mark.parametrize("text", ["exp(exp(exp(exp(10+x))))", "tanh(exp(exp(exp(9+x))))"])
def test_overflow_is_not_an_answer(text: str) -> None:
    with precision(96):
        assert not any(d.is_finite() for d in jet(text, arb(0)))


def test_the_clock_stops_an_evaluation() -> None:
    with pytest.raises(Stop) as caught:
        values(parse("+".join(["sin(x)"] * 500)), [arb(0.5)] * 10_000, Clock(0.0))
    assert caught.value.outcome.status == "UNDECIDED"
