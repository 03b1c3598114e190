"""sup, L, M2 and TV of targets with known values: inside, tight, honest where there is none."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.errors import InputError
from theory.rigor.balls import ball, working_precision
from theory.targets.enclosures import (
    Cell,
    Enclosure,
    Profile,
    derivative_over,
    sup_derivative,
    total_variation,
)
from theory.targets.target import Target

F = Fraction
PI = math.pi
E = math.e

KNOWN = [
    # text, domain, sup, L, M2, TV in unit coordinates
    ("3", (0, 1), 3, 0, 0, 0),
    ("2*x-1/3", (0, 1), 5 / 3, 2, 0, 2),
    ("2*x-1/3", (-1, 2), 11 / 3, 6, 0, 6),
    ("x**2", (0, 1), 1, 2, 2, 1),
    ("x**2", (-1, 1), 1, 4, 8, 2),
    ("x*(1-x)", (0, 1), 1 / 4, 1, 2, 1 / 2),
    ("exp(x)", (0, 1), E, E, E, E - 1),
    ("sin(2*pi*x)", (0, 1), 1, 2 * PI, 4 * PI**2, 4),
    ("-sin(2*pi*x)", (-1, 1), 1, 4 * PI, 16 * PI**2, 8),
    # TV: from -1 up to the maximum 1/sqrt 5, down to -1/sqrt 5, up to 1
    ("(5*x**3-3*x)/2", (-1, 1), 1, 12, 60, 2 + 4 / 5**0.5),
    ("abs(x-1/3)", (0, 1), 2 / 3, 1, None, 1),
    ("abs(x)", (-1, 1), 1, 2, None, 2),
    ("abs(x)", (0, 1), 1, 1, 0, 1),
    ("x**(3/2)", (0, 1), 1, 3 / 2, None, 1),
    ("x**(5/2)", (0, 1), 1, 5 / 2, 15 / 4, 1),
    ("1/(1+25*x**2)", (-1, 1), 1, 2 * 15 * 3**0.5 / 8, 200, 25 / 13),
    ("log(x)", (1, 2), math.log(2), 1, 1, math.log(2)),
    # sup |tanh''| = 4/(3 sqrt 3)
    ("tanh(20*x)", (-1, 1), math.tanh(20), 40, 6400 / 27**0.5, 2 * math.tanh(20)),
    ("sqrt(x)", (1, 4), 2, 3 / 2, 9 / 4, 1),
    ("sqrt(x)", (0, 1), 1, None, None, None),
    ("sqrt(1-x)", (0, 1), 1, None, None, None),
]


def tight(found: Enclosure, value: float, relative: float) -> None:
    """lower <= value <= upper up to the rounding of ``value`` itself, and not much between."""
    slack = 1e-14 * (1 + abs(value))
    assert found.lower <= value + slack
    assert found.upper >= value - slack
    assert found.upper - found.lower <= relative * value + 1e-13


@pytest.mark.parametrize(("text", "domain", "sup", "L", "M2", "TV"), KNOWN)
def test_known_figures(text, domain, sup, L, M2, TV) -> None:
    profile = Profile(Target.parse(text, *domain))
    tight(profile.sup, sup, 2e-6)
    for found, value, relative in (
        (profile.slope, L, 2e-7),
        (profile.curvature, M2, 2e-7),
        (profile.variation, TV, 2e-6),
    ):
        if value is None:
            assert not found.available
            assert found.upper == math.inf
            assert "is not shown to be bounded near x = " in str(found.reason)
        else:
            assert found.available
            assert found.reason is None
            tight(found, value, relative)


@pytest.mark.parametrize("row", [row for row in KNOWN if row[3]], ids=str)
def test_a_smaller_claim_would_be_false(row) -> None:
    """The enclosures tell the true value from one that is 1e-5 smaller."""
    profile = Profile(Target.parse(row[0], *row[1]))
    for found, value in ((profile.slope, row[3]), (profile.curvature, row[4])):
        if value:
            assert found.lower > value * (1 - 1e-5)
            assert found.upper < value * (1 + 1e-5)


PLACES = [
    ("abs(x-1/3)", (0, 1), 2, "f''", 1 / 3),
    ("abs(x-1/3)", (-1, 3), 2, "f''", 1 / 3),
    ("x+abs(sin(3*x)-1/2)", (0, F(1, 2)), 2, "f''", math.asin(0.5) / 3),
    ("sqrt(x)", (0, 1), 1, "f'", 0),
    ("sqrt(1-x)", (0, 1), 1, "f'", 1),
    ("sqrt(abs(x-2/7))", (0, 1), 1, "f'", 2 / 7),
    ("x**(3/2)", (0, 1), 2, "f''", 0),
    ("abs(x-1/3)", (0, 1), 3, "derivative 3 of f", 1 / 3),
]


@pytest.mark.parametrize(("text", "domain", "order", "name", "place"), PLACES)
def test_what_is_missing_is_named_with_its_place(text, domain, order, name, place) -> None:
    found = sup_derivative(Target.parse(text, *domain), order)
    assert not found.available
    assert str(found.reason).startswith(f"{name} is not shown to be bounded near x = ")
    assert found.where == pytest.approx(place, abs=1e-9)
    assert float(str(found.reason).split("= ")[1]) == pytest.approx(place, abs=1e-5)


POLES = [
    ("1/x", (-1, 1), 0),
    ("1/(x-1/3)", (0, 1), 1 / 3),
    ("log(x)", (0, 1), 0),
    ("log(x-1/2)", (0, 1), None),
    ("tan(2*x)", (0, 1), PI / 4),
    ("sqrt(x-1/2)", (0, 1), None),
    ("x**-2", (-1, 2), 0),
    ("x**(-1/2)", (0, 1), 0),
    ("1/(sin(x)-1/2)", (0, 1), PI / 6),
]


@pytest.mark.parametrize(("text", "domain", "place"), POLES)
def test_poles_and_domains_are_refused_with_their_place(text, domain, place) -> None:
    target = Target.parse(text, *domain)
    for order in range(3):
        with pytest.raises(InputError, match="not shown to be finite and real near x = ") as caught:
            sup_derivative(target, order)
        assert caught.value.argument == "--target"
        shown = float(str(caught.value).split("near x = ")[1].split()[0])
        if place is None:
            assert shown <= 0.5
        else:
            assert shown == pytest.approx(place, abs=1e-5)
    with pytest.raises(InputError):
        total_variation(target)


@st.composite
def cubics(draw: st.DrawFn) -> tuple[Target, list[Fraction]]:
    small = st.fractions(-3, 3, max_denominator=6)
    c = [draw(small) for _ in range(4)]
    low = draw(small)
    high = low + draw(st.fractions(F(1, 6), 3, max_denominator=6))
    text = "+".join(f"({coefficient})*x**{k}" for k, coefficient in enumerate(c))
    return Target.parse(text, low, high), c


@settings(max_examples=40)
@given(cubics(), st.fractions(0, 1, max_denominator=40))
def test_random_cubics(cubic: tuple[Target, list[Fraction]], u: Fraction) -> None:
    target, (_, c1, c2, c3) = cubic
    profile, h = Profile(target), target.length
    x = target.low + h * u
    slope, bend = abs(c1 + 2 * c2 * x + 3 * c3 * x * x) * h, abs(2 * c2 + 6 * c3 * x) * h * h
    assert slope <= F(profile.slope.upper)
    assert bend <= F(profile.curvature.upper)
    # M2 of a cubic is attained at an end
    ends = [abs(2 * c2 + 6 * c3 * end) * h * h for end in (target.low, target.high)]
    assert F(profile.curvature.lower) <= max(ends) <= F(profile.curvature.upper)
    assert F(profile.curvature.upper) <= max(ends) * F(1 + 2e-7) + F(1, 10**20)
    with working_precision(100):
        travelled = abs(target.unit_value(ball(u)) - target.unit_value(0))
        travelled += abs(target.unit_value(1) - target.unit_value(ball(u)))
        assert travelled.lower() <= profile.variation.upper
    assert profile.variation.upper <= profile.slope.upper * (1 + 1e-6) + 1e-12


@settings(max_examples=30)
@given(st.integers(0, 6), st.data())
def test_derivatives_over_cells_contain_their_points(depth: int, data: st.DataObject) -> None:
    cell = Cell(data.draw(st.integers(0, 2**depth - 1)), depth)
    u = (cell.index + data.draw(st.fractions(0, 1, max_denominator=8))) * F(1, 2**depth)
    target = Target.parse("exp(sin(7*x))*x", F(-1), 1)
    with working_precision(80):
        for order in range(3):
            over = derivative_over(target, cell, order)
            at = target.unit_jet(ball(u), order)[order] * math.factorial(order)
            assert over is not None
            assert over.contains(at.mid())


def test_derivative_over_says_none_where_there_is_none() -> None:
    target = Target.parse("abs(x-1/3)")
    assert derivative_over(target, Cell(0, 0), 2) is None
    slope = derivative_over(target, Cell(0, 0), 1)
    assert slope is not None
    assert slope.contains(-1)
    assert slope.contains(1)
    assert derivative_over(target, Cell(0, 3), 2) == 0
    over_pole = derivative_over(Target.parse("1/x", -1, 1), Cell(0, 0), 1)
    assert over_pole is not None
    assert not over_pole.is_finite()


def test_cells_are_exact() -> None:
    cell = Cell(5, 3)
    assert [float(end) for end in cell.ends] == [0.625, 0.75]
    assert cell.middle == arb(0.6875)
    assert list(cell.halves()) == [Cell(10, 4), Cell(11, 4)]
    for end in cell.ends:
        assert cell.range.contains(end)
    assert float(cell.range.rad()) <= 0.0625 * (1 + 1e-8)


def test_a_small_budget_is_loose_but_true() -> None:
    target = Target.parse("sin(40*x)*x")
    rough, fine = sup_derivative(target, 2, max_cells=8), sup_derivative(target, 2)
    assert rough.lower <= fine.lower <= fine.upper <= rough.upper < math.inf
    assert rough.upper > fine.upper * 1.01


def test_profile_ends() -> None:
    left, right = Profile(Target.parse("x**3", F(-1), F(1, 2))).ends
    assert left.contains(-1)
    assert right.contains(ball(F(1, 8)).mid())
    assert float(left.rad()) < 1e-20
