"""Certified numbers in few digits, rounded so that what is shown is still true."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal


def shown_up(value: float | None, digits: int = 4) -> str:
    """An upper bound with ``digits`` significant digits, rounded up; a dash for None."""
    return _shown(value, digits, ROUND_CEILING)


def shown_down(value: float | None, digits: int = 4) -> str:
    """A lower bound with ``digits`` significant digits, rounded down; a dash for None."""
    return _shown(value, digits, ROUND_FLOOR)


def _shown(value: float | None, digits: int, rounding: str) -> str:
    if value is None:
        return "-"
    if math.isinf(value):
        # an end beyond the range of floats
        return "inf" if value > 0 else "-inf"
    exact = Context(prec=digits, rounding=rounding).plus(Decimal(value))
    # exact from here on: the formats below only choose a notation
    small = exact != 0 and abs(exact) < Decimal("1e-3")
    if small or abs(exact) >= Decimal("1e6"):
        mantissa, _, exponent = f"{exact:e}".partition("e")
        return f"{mantissa}e{int(exponent):+03d}"
    return f"{exact.normalize():f}"
