"""One network against one claim, decided by enclosures: coarse ones first, finer ones if needed."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Literal

from theory.errors import InputError
from verify.testing.networks import Aim, ErrorEnclosure, Made, enclosed_error

Verdict = Literal["holds", "refuted", "undecided"]
GAPS = (1e-2, 1e-4, 1e-7, 1e-10)


def judged(network: Made, target: Aim, bound: Fraction | float) -> tuple[Verdict, ErrorEnclosure]:
    """Whether error <= ``bound``; *holds* and *refuted* are proved."""
    for gap in GAPS:
        error = enclosed_error(network, target, gap)
        if error.lower > bound:
            return "refuted", error
        if error.upper <= bound:
            return "holds", error
        if error.norm != "sup":
            break
    return "undecided", error


def claimed_number(value: object) -> Fraction:
    """What a bound function returned, as an exact number; InputError unless finite and >= 0."""
    accepted = "a finite number >= 0 is accepted, or AssumptionViolated where nothing is claimed"
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        raise InputError("bound", value, "returned", accepted)
    if not (math.isfinite(value) and value >= 0):
        raise InputError("bound", value, "returned", accepted)
    return Fraction(value)
