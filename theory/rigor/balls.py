"""Ball arithmetic over python-flint: comparison in three values, and directed ways out.

A ball ``arb`` is an enclosure: a real number is known to lie in it.  Two traps shape this module.
``x < y`` and ``x >= y`` of overlapping balls are both False, so comparisons here return
:class:`Truth`; and ``float(ball.upper())`` may round below the true value, so ``float_up`` and
``float_down`` are the only ways from balls to floats.
"""

from __future__ import annotations

import math
import numbers
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from fractions import Fraction
from typing import TypeVar

from flint import arb, ctx, fmpq, fmpz

T = TypeVar("T")
Real = arb | Fraction | int | float

PRECISIONS = (64, 128, 256, 512, 1024)
# Rationals on their way to a float are enclosed this tightly, so that only the float rounds.
ENTRY_PRECISION = 128


class Truth(Enum):
    """Outcome of a comparison of enclosures; only YES and NO are proofs."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("compare a Truth with YES, NO or UNKNOWN; it has no truth value")


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Set flint's process-global precision within a block, and restore it."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def ball(value: Real) -> arb:
    """An enclosure of ``value``; floats and integers are exact, rationals correctly enclosed.

    Raises ValueError for nan and infinities, TypeError for what ``float`` would round in silence
    (text, decimals, extended floats).
    """
    if isinstance(value, arb):
        return value
    if isinstance(value, float):
        return arb(exact_float(value))
    if isinstance(value, numbers.Rational):
        if value.denominator == 1:
            return arb(int(value))
        return arb(fmpq(int(value.numerator), int(value.denominator)))
    if isinstance(value, (fmpq, fmpz)):
        return arb(value)
    return arb(exact_float(value))


def exact_float(value: object) -> float:
    """``value`` as a Python float without rounding; float16/32/64 of numpy and torch are widened.

    Raises TypeError for any other type and ValueError for nan and infinities.
    """
    if not isinstance(value, float):
        kind = str(getattr(value, "dtype", type(value).__name__)).removeprefix("torch.")
        if kind not in ("float16", "bfloat16", "float32", "float64"):
            raise TypeError(f"no exact float: {kind}")
    number = float(value)  # type: ignore[arg-type]
    if not math.isfinite(number):
        raise ValueError(f"not finite: {number}")
    return number


def dyadic(value: float) -> tuple[int, int]:
    """The exact ``(m, e)`` with value = m 2^e and m odd (or (0, 0)); ``value`` must be finite.

    numpy and torch scalars are widened exactly first; TypeError for what would be rounded.
    """
    numerator, denominator = exact_float(value).as_integer_ratio()
    if numerator == 0:
        return 0, 0
    twos = (numerator & -numerator).bit_length() - 1
    return numerator >> twos, twos - (denominator.bit_length() - 1)


def dyadic_text(value: float) -> str:
    """``m*2^e``, the exact form of a float in a certificate."""
    mantissa, exponent = dyadic(value)
    return f"{mantissa}*2^{exponent}"


def ball_parts(value: arb) -> tuple[int, int, int, int]:
    """Exact integers (mid mantissa, mid exponent, radius mantissa, radius exponent).

    ``arb`` objects do not pickle; these integers do, and :func:`ball_from_parts` restores them.
    """
    if not value.is_finite():
        raise ValueError(f"not finite: {value}")
    mid_man, mid_exp = value.mid().man_exp()
    rad_man, rad_exp = value.rad().man_exp()
    return int(mid_man), int(mid_exp), int(rad_man), int(rad_exp)


def ball_from_parts(parts: tuple[int, int, int, int]) -> arb:
    """A ball that contains the one written by :func:`ball_parts`, with the same mid-point.

    The radius may grow by about 2^-28 of itself, since flint rounds it up when it is set.
    """
    mid_man, mid_exp, rad_man, rad_exp = parts
    # arb(mid, rad) keeps mid exactly only up to the working precision
    with working_precision(max(ctx.prec, mid_man.bit_length() + 2)):
        return arb((fmpz(mid_man), fmpz(mid_exp)), (fmpz(rad_man), fmpz(rad_exp)))


def _rounded(value: arb, direction: float) -> float:
    """The float nearest to an end of ``value``, then one step in ``direction`` where needed."""
    if not value.is_finite():
        return direction
    end = value.upper() if direction > 0 else value.lower()
    with working_precision(53):
        candidate = float(+end.mid())
    if not math.isfinite(candidate):
        outward = (candidate > 0) == (direction > 0)
        return direction if outward else math.copysign(sys.float_info.max, candidate)
    # float() of an end at high precision may be off by one step either way: compare exactly
    with working_precision(4096):
        exact = end.mid()
        while (arb(candidate) < exact) if direction > 0 else (arb(candidate) > exact):
            candidate = math.nextafter(candidate, direction)
    return candidate


def float_up(value: Real) -> float:
    """A float that is certainly >= ``value`` (inf if the enclosure is not finite)."""
    with working_precision(max(ctx.prec, ENTRY_PRECISION)):
        return _rounded(ball(value), math.inf)


def float_down(value: Real) -> float:
    """A float that is certainly <= ``value`` (-inf if the enclosure is not finite)."""
    with working_precision(max(ctx.prec, ENTRY_PRECISION)):
        return _rounded(ball(value), -math.inf)


def less(x: Real, y: Real) -> Truth:
    """Whether x < y, in three values; nan and infinite enclosures are UNKNOWN."""
    left, right = ball(x), ball(y)
    if not (left.is_finite() and right.is_finite()):
        return Truth.UNKNOWN
    if left < right:
        return Truth.YES
    return Truth.NO if left >= right else Truth.UNKNOWN


def less_equal(x: Real, y: Real) -> Truth:
    """Whether x <= y, in three values; nan and infinite enclosures are UNKNOWN."""
    left, right = ball(x), ball(y)
    if not (left.is_finite() and right.is_finite()):
        return Truth.UNKNOWN
    if left <= right:
        return Truth.YES
    return Truth.NO if left > right else Truth.UNKNOWN


def certainly(truth: Truth) -> bool:
    """True only for a proved statement."""
    return truth is Truth.YES


def hull(x: arb, y: arb) -> arb:
    """The smallest ball that contains both; not finite if either is not."""
    return x.union(y)


def interval(low: Real, high: Real) -> arb:
    """A ball that contains [low, high] (a little more, by the rounding of its radius)."""
    return hull(ball(low), ball(high))


def climb(
    evaluate: Callable[[], T],
    accept: Callable[[T], bool],
    precisions: tuple[int, ...] = PRECISIONS,
) -> tuple[T, bool]:
    """Evaluate at rising precision until ``accept``; returns the last value and whether it passed.

    Not reaching the goal is an outcome (False), never an exception.
    """
    result: T | None = None
    for bits in precisions:
        with working_precision(bits):
            result = evaluate()
            if accept(result):
                return result, True
    assert result is not None
    return result, False
