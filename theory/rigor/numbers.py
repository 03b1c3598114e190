"""Exact numbers in and out: decimals and fractions are rationals, never floats.

``parse_number("0.1") == Fraction(1, 10)``; a decimal read through a float would not contain 1/10.
"""

from __future__ import annotations

import re
from fractions import Fraction

from theory.errors import InputError

MAX_DIGITS = 1000
MAX_DECIMAL_EXPONENT = 400

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>\d+\.?\d*|\.\d+)(?:[eE](?P<exponent>[+-]?\d+))?", re.ASCII
)


def parse_decimal(text: str) -> Fraction:
    """The rational value of an unsigned decimal such as ``12``, ``.5``, ``1e-2``.

    Raises ValueError for anything else, for more than 1000 digits, and for a decimal exponent
    beyond 400 in absolute value, so that no input can ask for unbounded memory.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError("not a decimal number")
    digits, exponent_text = match["digits"], match["exponent"] or "0"
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"more than {MAX_DIGITS} digits")
    if len(exponent_text) > 6 or abs(int(exponent_text)) > MAX_DECIMAL_EXPONENT:
        raise ValueError(f"a decimal exponent beyond {MAX_DECIMAL_EXPONENT}")
    whole, _, fractional = digits.partition(".")
    power = int(exponent_text) - len(fractional)
    mantissa = int((whole + fractional) or "0")
    value = Fraction(mantissa * 10**power) if power >= 0 else Fraction(mantissa, 10**-power)
    return -value if match["sign"] == "-" else value


def parse_number(text: str, *, argument: str) -> Fraction:
    """An exact rational from ``1/3``, ``0.1``, ``-2``, ``1e-2``.

    Raises InputError naming ``argument`` when ``text`` is anything else.
    """
    accepted = "a number such as 2, -0.5, 1e-2 or 1/3 is accepted"
    numerator, slash, denominator = text.strip().partition("/")
    try:
        value = parse_decimal(numerator.strip())
        if slash:
            value /= parse_decimal(denominator.strip())
    except (ValueError, ZeroDivisionError) as error:
        raise InputError(argument, text, f"cannot read ({error})", accepted) from None
    return value


def parse_positive(text: str, *, argument: str) -> Fraction:
    """As :func:`parse_number`, for values greater than 0."""
    value = parse_number(text, argument=argument)
    if value <= 0:
        raise InputError(argument, text, "not positive:", "a number greater than 0 is accepted")
    return value


def parse_interval(text: str, *, argument: str = "--domain") -> tuple[Fraction, Fraction]:
    """The interval ``a,b`` with a < b, as exact rationals."""
    parts = text.split(",")
    accepted = "two numbers a,b with a < b are accepted, such as --domain=-1,1"
    if len(parts) != 2:
        raise InputError(argument, text, f"has {len(parts)} numbers:", accepted)
    low, high = (parse_number(part, argument=argument) for part in parts)
    if low >= high:
        problem = "is empty:" if low == high else "is reversed:"
        raise InputError(argument, text, problem, accepted)
    return low, high


def exact_text(value: Fraction) -> str:
    """``p`` or ``p/q``, the form certificates use."""
    return str(value.numerator) if value.denominator == 1 else str(value)
