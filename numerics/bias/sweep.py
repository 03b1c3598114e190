"""The feedback sweep of B2: from the middle outwards, every knot pays what the slope still lacks.

Values and slopes are integers times 2^-bits, so that the mismatch of every node is known exactly up
to one unit per operation; only the choice of the units is made in floating point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np

from numerics.networks import Array

EXTRA_BITS = 170


@dataclass(frozen=True)
class Fixed:
    """Numbers as integers times 2^-``bits``; conversion rounds down, by less than one unit."""

    bits: int

    def of(self, value: float | Fraction) -> int:
        """floor(value 2^bits)."""
        top, bottom = value.as_integer_ratio()
        return (top << self.bits) // bottom

    def product(self, c: float, w: float) -> int:
        """floor(c |w| 2^bits)."""
        a, b = c.as_integer_ratio()
        d, e = abs(w).as_integer_ratio()
        return (a * d << self.bits) // (b * e)

    def number(self, fixed: int) -> float:
        """The float nearest to fixed 2^-bits."""
        return fixed / (1 << self.bits)

    @classmethod
    def fine(cls, *scales: float) -> Fixed:
        """Enough bits that a unit is 2^-170 of the smallest of these positive ``scales``."""
        least = min((abs(s) for s in scales if s), default=1.0)
        return cls(EXTRA_BITS + max(0, -int(np.frexp(least)[1])))


@dataclass(frozen=True)
class Half:
    """One half of the domain as it is swept: N intervals from the middle outwards.

    ``nodes``: N+1 exact abscissae, the last an end of the domain; ``goals``: N+1 float64 node
    targets; ``tolerance``: (N,) mismatch of slope below which fewer units are preferred.
    """

    nodes: Sequence[float | Fraction]
    goals: Array
    tolerance: Array


@dataclass(frozen=True)
class Swept:
    """``taken``: units at each of the N knots; ``misses``: (N+1,) g - goal at every node, floats
    within ``slack`` of the truth for knots exactly at the nodes; ``theta``: (N,) slope mismatches.
    """

    taken: list[list[int]]
    misses: Array
    theta: Array
    slack: float

    @property
    def units(self) -> int:
        """How many units the knots hold."""
        return sum(map(len, self.taken))


class Source(Protocol):
    """What units are taken from: a pool, or a plan made before."""

    def take(self, need: float, tolerance: float, most: int = 2) -> list[int]:
        """The units for a need."""
        ...  # pragma: no cover


def sweep(
    pool: Source,
    half: Half,
    start: tuple[Fraction, Fraction],
    weights: tuple[Array, Array],
    fixed: Fixed,
    *,
    most: int = 2,
) -> Swept:
    """Carry the feedback out on ``pool``, which loses the units it gives.

    ``start``: value at the middle and outward slope of the parked units; ``weights``: (W, C).
    """
    W, C = weights
    nodes = [fixed.of(x) for x in half.nodes]
    goals = [fixed.of(y) for y in half.goals.tolist()]
    value, slope = fixed.of(start[0]), fixed.of(start[1])
    one = 1 << fixed.bits
    misses = [(value - goals[0]) / one]
    taken: list[list[int]] = []
    theta: list[float] = []
    steepest, used = abs(slope), 0
    for k, tolerance in enumerate(half.tolerance.tolist()):
        step = abs(nodes[k + 1] - nodes[k])
        wanted = ((goals[k + 1] - value) << fixed.bits) // step - slope
        units = pool.take(wanted / one, tolerance, most)
        for unit in units:
            slope += fixed.product(float(C[unit]), float(W[unit]))
        used += len(units)
        steepest = max(steepest, abs(slope))
        value += (step * slope) >> fixed.bits
        miss = value - goals[k + 1]
        misses.append(miss / one)
        theta.append(((miss << fixed.bits) // step) / one)
        taken.append(units)
    # nodes and goals are off by 1 unit, slopes by their kinks, steps by 2: all counted generously
    length = abs(nodes[-1] - nodes[0]) / one
    count = len(taken)
    slack = ((used + 2) * (length + 1) + 2 * count * (steepest / one + 2) + 4) / one
    largest = max(map(abs, misses))
    return Swept(taken, np.array(misses), np.array(theta), slack * 1.01 + 2.0**-52 * largest)
