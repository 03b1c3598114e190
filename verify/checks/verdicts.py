"""The four statuses, the budgets, and how a check stops early.

A check *returns* an Outcome, so that nothing is proved by falling off the end of a function; where
it cannot go on it raises Stop, built by one of ``invalid``, ``refuted`` and ``undecided``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, Literal

from flint import arb, ctx, fmpq

Status = Literal["PROVED", "REFUTED", "UNDECIDED", "INVALID"]

# Working precisions in bits, tried in this order until a comparison of balls is decided.
PRECISIONS = (96, 128, 192, 256, 512, 1024, 2048, 4096)


@dataclass(frozen=True)
class Limits:
    """What a hostile file may cost: bytes read, and numbers held in memory."""

    json_bytes: int = 8 * 2**20
    side_bytes: int = 64 * 2**20
    inline_numbers: int = 4096


@dataclass(frozen=True)
class Outcome:
    """A verdict and the reason for it, in one line."""

    status: Status
    reason: str


class Stop(Exception):
    """A verdict reached deep inside a check."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(reason)
        self.outcome = Outcome(status, reason)


# The file is no well-formed certificate; it says something false; precision or time do not suffice.
invalid = partial(Stop, "INVALID")
refuted = partial(Stop, "REFUTED")
undecided = partial(Stop, "UNDECIDED")


class Clock:
    """A time budget; ``tick`` is called wherever a check spends time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.end = time.monotonic() + seconds

    def tick(self) -> None:
        """Raise Stop (UNDECIDED) once the budget is spent."""
        if time.monotonic() > self.end:
            raise undecided(f"the time budget of {self.seconds:g} s is spent")


@dataclass(frozen=True)
class Case:
    """A certificate whose schema, kind and hash are in order, and what a check may use."""

    certificate: dict[str, Any]
    folder: Path
    clock: Clock
    limits: Limits


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Ball arithmetic at ``bits`` bits inside, the caller's precision again outside."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def ball(value: Fraction) -> arb:
    """An enclosure of a rational number."""
    return arb(fmpq(value.numerator, value.denominator))


def root(square: arb) -> arb:
    """The square root of an enclosure of a number that is not negative."""
    return square.nonnegative_part().sqrt()


def quote(value: object, limit: int = 60) -> str:
    """What a file says, made safe to print: ASCII, one line, not long."""
    text = ascii(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."
