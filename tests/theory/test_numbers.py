"""Numbers in and out: exact rationals, and one line for everything else."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import IceboundError, InputError
from theory.rigor.numbers import (
    exact_text,
    parse_decimal,
    parse_interval,
    parse_number,
    parse_positive,
)

F = Fraction


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", F(0)),
        ("2", F(2)),
        ("-2", F(-2)),
        ("+2", F(2)),
        ("0.1", F(1, 10)),
        (".5", F(1, 2)),
        ("5.", F(5)),
        ("1e-2", F(1, 100)),
        ("1E+2", F(100)),
        ("-2.5e3", F(-2500)),
        ("1/3", F(1, 3)),
        ("-1/3", F(-1, 3)),
        ("0.1/0.3", F(1, 3)),
        (" 1 / 3 ", F(1, 3)),
        ("1e400", F(10**400)),
        ("1e-400", F(1, 10**400)),
        ("0." + "0" * 997 + "1", F(1, 10**998)),
    ],
)
def test_numbers_are_exact(text: str, value: Fraction) -> None:
    assert parse_number(text, argument="--eps") == value


BAD = [
    ("", "not a decimal number"),
    (" ", "not a decimal number"),
    (".", "not a decimal number"),
    ("e5", "not a decimal number"),
    ("1e", "not a decimal number"),
    ("1e1.5", "not a decimal number"),
    ("0x10", "not a decimal number"),
    ("1_000", "not a decimal number"),
    ("1,5", "not a decimal number"),
    ("--1", "not a decimal number"),
    ("- 1", "not a decimal number"),
    ("1/3/5", "not a decimal number"),
    ("/3", "not a decimal number"),
    ("1/", "not a decimal number"),
    ("nan", "not a decimal number"),
    ("inf", "not a decimal number"),
    ("pi", "not a decimal number"),
    ("\u0661", "not a decimal number"),
    ("1/0", "cannot read"),
    ("0/0.0", "cannot read"),
    ("1e401", "a decimal exponent beyond 400"),
    ("1e-401", "a decimal exponent beyond 400"),
    ("1e" + "9" * 1000, "a decimal exponent beyond 400"),
    ("1" * 1001, "more than 1000 digits"),
    ("1" * 1_000_000, "more than 1000 digits"),
]


@pytest.mark.parametrize(("text", "problem"), BAD, ids=lambda value: value[:12])
def test_bad_numbers_are_one_line(text: str, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_number(text, argument="--eps")
    message = str(caught.value)
    assert message.startswith("--eps: cannot read (")
    assert problem in message
    assert message.endswith("a number such as 2, -0.5, 1e-2 or 1/3 is accepted")
    assert "\n" not in message
    assert len(message) < 300
    assert isinstance(caught.value, IceboundError)
    assert (caught.value.kind, caught.value.exit_status) == ("input", 2)


@pytest.mark.parametrize("text", ["0", "-1", "-1e-400", "0/7"])
def test_not_positive(text: str) -> None:
    with pytest.raises(InputError, match=r"--width: not positive: .*greater than 0 is accepted"):
        parse_positive(text, argument="--width")
    assert parse_positive("1e-400", argument="--width") == F(1, 10**400)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1", "has 1 numbers"),
        ("0,1,2", "has 3 numbers"),
        ("1,1", "is empty"),
        ("1/2,0.5", "is empty"),
        ("1,-1", "is reversed"),
        ("a,1", "cannot read"),
        ("0;1", "has 1 numbers"),
        (",", "cannot read"),
    ],
)
def test_bad_intervals(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        parse_interval(text)
    assert caught.value.argument == "--domain"


def test_intervals_are_exact() -> None:
    assert parse_interval("-1, 1/3") == (F(-1), F(1, 3))


@given(st.fractions())
def test_exact_text_is_read_back(value: Fraction) -> None:
    assert parse_number(exact_text(value), argument="x") == value
    assert ("/" in exact_text(value)) == (value.denominator != 1)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8))
def test_decimals_agree_with_a_second_opinion(value: object) -> None:
    assert parse_decimal(str(value)) == F(str(value))


def test_errors_shorten_what_they_show() -> None:
    with pytest.raises(InputError) as caught:
        parse_number("x" * 10_000, argument="--eps")
    assert len(caught.value.value) == 80
    assert caught.value.value.endswith("…")
