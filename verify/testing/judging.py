"""One network against one claim, decided by enclosures: coarse ones first, finer ones if needed."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Literal

from theory.errors import InputError
from verify.testing.networks import Aim, ErrorEnclosure, Made, enclosed_error

Verdict = Literal["holds", "refuted", "undecided"]
GAPS = (1e-2, 1e-4, 1e-7, 1e-10)


def judged(network: Made, target: Aim, bound: Fraction | float) -> tuple[Verdict, ErrorEnclosure]:
    """Whether error <= ``bound``; *holds* and *refuted* are proved."""

    def decide(error: ErrorEnclosure) -> Verdict:
        if error.lower > bound:
            return "refuted"
        return "holds" if error.upper <= bound else "undecided"

    return _refined(network, target, decide)


def compared(
    network: Made, target: Aim, narrower: ErrorEnclosure, allowance: float
) -> tuple[Verdict, ErrorEnclosure]:
    """Whether error <= ``allowance`` times that of a narrower network, by its upper end.

    *refuted* is proved: the error of the network is above the allowance times any error that the
    narrower one can have.
    """
    ceiling = Fraction(allowance) * Fraction(narrower.upper)
    return judged(network, target, ceiling)


def _refined(
    network: Made, target: Aim, decide: Callable[[ErrorEnclosure], Verdict]
) -> tuple[Verdict, ErrorEnclosure]:
    for gap in GAPS:
        error = enclosed_error(network, target, gap)
        verdict = decide(error)
        if verdict != "undecided" or error.norm != "sup":
            break
    return verdict, error


def claimed_number(value: object) -> Fraction:
    """What a bound function returned, as an exact number; InputError unless finite and >= 0."""
    accepted = "a finite number >= 0 is accepted, or AssumptionViolated where nothing is claimed"
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        raise InputError("bound", value, "returned", accepted)
    if not (math.isfinite(value) and value >= 0):
        raise InputError("bound", value, "returned", accepted)
    return Fraction(value)
