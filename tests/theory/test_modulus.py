"""The modulus of continuity of targets where it is known: inside, and mostly tight."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.errors import InputError
from theory.rigor.balls import ball, working_precision
from theory.targets.modulus import modulus_of_continuity
from theory.targets.target import Target

F = Fraction
STEPS = [F(1), F(3, 4), F(1, 3), F(1, 10), F(1, 1000), F(1, 10**6)]

KNOWN = [
    ("3", (0, 1), lambda s: 0.0),
    ("2*x-1/3", (0, 1), lambda s: 2 * s),
    ("2*x-1/3", (-1, 2), lambda s: 6 * s),
    ("x**2", (0, 1), lambda s: 2 * s - s * s),
    ("exp(x)", (0, 1), lambda s: math.e * -math.expm1(-s)),
    ("sqrt(x)", (0, 1), math.sqrt),
    ("sqrt(1-x)", (0, 1), math.sqrt),
    ("x**(1/3)", (0, 1), lambda s: s ** (1 / 3)),
    ("sqrt(x)", (0, 4), lambda s: 2 * math.sqrt(s)),
    ("-log(x)", (1, 2), math.log1p),
]


@pytest.mark.parametrize("s", STEPS, ids=str)
@pytest.mark.parametrize(("text", "domain", "known"), KNOWN)
def test_known_moduli(text, domain, known, s: Fraction) -> None:
    found = modulus_of_continuity(Target.parse(text, *domain), s)
    value = known(float(s))
    assert found.lower <= value * (1 + 1e-12)
    assert found.upper >= value * (1 - 1e-12)
    # wide windows are cut into a fixed number of pieces
    assert found.upper <= value * (1.01 if s > F(1, 2) else 1.002)
    assert found.available


@pytest.mark.parametrize(
    ("text", "domain", "s", "value"),
    [
        # monotone on the window where it matters, so attained at distance exactly s
        ("sin(2*pi*x)", (0, 1), F(1, 10), 2 * math.sin(math.pi / 10)),
        ("-sin(2*pi*x)", (-1, 1), F(1, 10), 2 * math.sin(math.pi / 5)),
        ("abs(x-1/3)", (0, 1), F(1, 10), 0.1),
        ("sqrt(abs(x-1/3))", (0, 1), F(1, 100), 0.1),
        # a full oscillation fits into the window: attained at less than s
        ("sin(2*pi*x)", (0, 1), F(3, 4), 2.0),
        ("sin(40*x)", (0, 1), F(1, 3), 2.0),
    ],
)
def test_known_moduli_of_functions_that_turn(text, domain, s, value) -> None:
    found = modulus_of_continuity(Target.parse(text, *domain), s)
    assert found.lower <= value * (1 + 1e-12)
    assert value * (1 - 1e-12) <= found.upper <= value * 1.002


@settings(max_examples=25)
@given(
    st.sampled_from(
        ["sin(9*x)*x", "abs(x-1/3)-x**2", "sqrt(abs(x-2/7))", "exp(-8*x)+x", "x**(1/5)"]
    ),
    st.fractions(F(1, 100), 1, max_denominator=200),
    st.fractions(0, 1, max_denominator=100),
    st.fractions(0, 1, max_denominator=100),
)
def test_no_difference_exceeds_the_upper_end(
    text: str, s: Fraction, u: Fraction, part: Fraction
) -> None:
    target = Target.parse(text, F(-1, 7) if "x**(" not in text else 0, 1)
    found = modulus_of_continuity(target, s, max_cells=200)
    v = min(F(1), u + part * s)
    with working_precision(100):
        difference = abs(target.unit_value(ball(v)) - target.unit_value(ball(u)))
        assert difference.lower() <= found.upper
    assert found.lower <= found.upper


@pytest.mark.parametrize("text", ["x**2", "sqrt(x)", "3"])
def test_steps_beyond_the_interval_are_its_length(text: str) -> None:
    target = Target.parse(text)
    for s in (F(2), F(10**9)):
        assert modulus_of_continuity(target, s) == modulus_of_continuity(target, F(1))


def test_upper_ends_grow_with_the_step() -> None:
    target = Target.parse("sqrt(x)")
    found = [modulus_of_continuity(target, F(1, k)) for k in (100, 50, 20, 10, 5)]
    for smaller, larger in pairwise(found):
        assert smaller.upper < larger.lower  # as sqrt does, by far more than the gaps


@pytest.mark.parametrize("s", [F(0), F(-1, 3)])
def test_steps_must_be_positive(s: Fraction) -> None:
    with pytest.raises(InputError, match=r"s: not positive: .*a step greater than 0"):
        modulus_of_continuity(Target.parse("x"), s)


@pytest.mark.parametrize(
    ("text", "place"), [("1/x", 0.0), ("log(x)", 0.0), ("tan(2*x)", math.pi / 4)]
)
def test_poles_are_refused_with_their_place(text: str, place: float) -> None:
    with pytest.raises(InputError, match="not shown to be finite and real near x = ") as caught:
        modulus_of_continuity(Target.parse(text), F(1, 10))
    assert float(str(caught.value).split("near x = ")[1].split()[0]) == pytest.approx(
        place, abs=1e-5
    )


def test_a_small_budget_is_loose_but_true() -> None:
    target = Target.parse("exp(x)")
    rough = modulus_of_continuity(target, F(1, 1000), max_cells=20)
    fine = modulus_of_continuity(target, F(1, 1000))
    value = math.e * -math.expm1(-1e-3)
    assert rough.upper > fine.upper >= value
    assert rough.lower <= value
