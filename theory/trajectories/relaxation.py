"""relu on an interval as a line with an error: the relaxation of least area.

For f in [l, u], l < 0 < u, and any slope s in [0, 1]

    s f <= relu(f) <= s f + max(-s l, (1 - s) u),

since relu(f) - s f is convex, 0 at f = 0 and largest at an end.  With m at least half the width
of that band, relu(f) = s f + m + m nu, |nu| <= 1.  s = u/(u - l) makes both ends equal, m least.
Source: note B4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from flint import arb


class Unit(Enum):
    """What is known of the sign of a field."""

    OFF = "off"
    ON = "on"
    OPEN = "open"


@dataclass(frozen=True)
class Line:
    """relu(f) = slope f + offset + offset nu, |nu| <= 1, on the interval it was made for.

    ``slope`` and ``offset`` are exact; ``offset`` is 0 unless ``unit`` is OPEN.
    """

    unit: Unit
    slope: arb
    offset: arb


def relaxation(low: arb, high: arb) -> Line:
    """The line for relu on [low, high], ends as balls; nan ends give a nan offset."""
    if high <= 0:
        return Line(Unit.OFF, arb(0), arb(0))
    if low >= 0:
        return Line(Unit.ON, arb(1), arb(0))
    ratio = high / (high - low)
    # any slope in [0, 1] is sound: a float near the best one keeps numbers short
    guess = float(ratio.mid()) if ratio.is_finite() else 0.5
    slope = arb(min(1.0, max(0.0, guess)))
    width = (-slope * low).max((1 - slope) * high)
    # an exact number: the radius of a ball would grow by |W| at every step, a symbol does not
    return Line(Unit.OPEN, slope, (width / 2).upper())
