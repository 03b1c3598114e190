"""Units parked outside the domain: an affine function with the right value at the middle.

A unit whose knot lies outside the domain on its inactive side is affine on all of it: c w x + c b.
Parking several gives about the slope of f at the middle, one more gives the exact value (B2a: "the
value is exact with one unit parked").
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from numerics.bias.pools import GREEDY, Pool
from numerics.networks import Array

Facing = int
RIGHT, LEFT = 1, -1
# The unit that fixes the value is at most this part of the largest kink: large ones are worth more.
VALUE_KINK = 0.25


@dataclass
class Parking:
    """Parked units with their stored biases, and the exact affine function they add up to."""

    W: Array
    C: Array
    low: Fraction
    high: Fraction
    biases: dict[int, float] = field(default_factory=dict)
    slope: Fraction = Fraction(0)
    offset: Fraction = Fraction(0)

    def at(self, x: Fraction) -> Fraction:
        """The affine function at x."""
        return self.offset + self.slope * x

    def end(self, unit: int) -> Fraction:
        """The end of the domain at which the unit would switch off."""
        return self.low if self.W[unit] > 0 else self.high

    def park(self, unit: int, bias: float) -> None:
        """Park ``unit`` with the smallest float bias >= ``bias`` that keeps it on everywhere."""
        w, c = Fraction(float(self.W[unit])), Fraction(float(self.C[unit]))
        bias += 0.0
        while w * self.end(unit) + Fraction(bias) < 0:
            bias = math.nextafter(bias, math.inf)
        self.biases[unit] = bias
        self.slope += c * w
        self.offset += c * Fraction(bias)

    def at_edge(self, unit: int) -> None:
        """Park ``unit`` with its knot at the end of the domain."""
        self.park(unit, float(-Fraction(float(self.W[unit])) * self.end(unit)))


def park(
    parking: Parking,
    pools: Mapping[Facing, Pool],
    middle: Fraction,
    wanted: tuple[float, float],
    turning: Mapping[Facing, tuple[float, float]],
) -> None:
    """Park units so that the value at ``middle`` is wanted[0] and the slope about wanted[1].

    ``turning``: rise and fall of f' in each half: what the pools must keep for their knots.
    """
    _slope(parking, pools, wanted[1], turning)
    _value(parking, pools, middle, Fraction(wanted[0]))


def _surplus(pool: Pool, sign: float, kept: tuple[float, float]) -> float:
    sizes = pool.sizes
    mass = float(np.abs(sizes[sizes * sign > 0]).sum())
    return mass - (kept[0] if sign > 0 else kept[1])


def _slope(
    parking: Parking,
    pools: Mapping[Facing, Pool],
    wanted: float,
    turning: Mapping[Facing, tuple[float, float]],
) -> None:
    # a right-facing unit adds its kink to the slope, a left-facing one subtracts it
    sign = 1.0 if wanted >= float(parking.slope) else -1.0
    surplus = {
        facing: _surplus(pools[facing], sign * facing, turning[facing]) for facing in (RIGHT, LEFT)
    }
    while True:
        need = wanted - float(parking.slope)
        best = None
        for facing in (RIGHT, LEFT):
            largest = pools[facing].largest(sign * facing)
            worth = largest > 0 and need * sign > GREEDY * largest
            if worth and (best is None or surplus[facing] > surplus[best]):
                best = facing
        if best is None:
            break
        pool = pools[best]
        index = len(pool) - 1 if sign * best > 0 else 0
        surplus[best] -= abs(float(pool.sizes[index]))
        parking.at_edge(pool.remove(index))
    need = wanted - float(parking.slope)
    options = []
    for facing in (RIGHT, LEFT):
        if len(pools[facing]):
            index = pools[facing].nearest(need * facing)
            left = abs(float(pools[facing].sizes[index]) * facing - need)
            options.append((left, facing, index))
    if options and min(options)[0] < abs(need):
        _, facing, index = min(options)
        parking.at_edge(pools[facing].remove(index))


def _value(
    parking: Parking, pools: Mapping[Facing, Pool], middle: Fraction, wanted: Fraction
) -> None:
    lacks = wanted - parking.at(middle)
    if lacks == 0:
        return
    if (found := _fits(pools, parking, middle, float(lacks))) is None:
        # push the value away with one unit at the edge, then come back with another
        for facing in (RIGHT, LEFT):
            pool = pools[facing]
            away = -1.0 if lacks > 0 else 1.0
            sizes = pool.sizes
            index = pool.nearest(away * VALUE_KINK * pool.largest(away)) if len(pool) else -1
            if index < 0 or sizes[index] * away <= 0:
                continue
            parking.at_edge(pool.remove(index))
            lacks = wanted - parking.at(middle)
            found = _fits(pools, parking, middle, float(lacks))
            if found is not None:
                break
    if found is None:
        return
    facing, index = found
    unit = pools[facing].remove(index)
    w, c = Fraction(float(parking.W[unit])), Fraction(float(parking.C[unit]))
    try:
        bias = float(lacks / c - w * middle)
    except OverflowError:
        return
    if math.isfinite(bias):
        parking.park(unit, bias)


def _fits(
    pools: Mapping[Facing, Pool], parking: Parking, middle: Fraction, lacks: float
) -> tuple[Facing, int] | None:
    """A unit of the sign of ``lacks`` that can be parked to contribute it, the largest sensible."""
    best: tuple[float, Facing, int] | None = None
    for facing in (RIGHT, LEFT):
        pool = pools[facing]
        reach = float(middle - parking.low if facing == RIGHT else parking.high - middle)
        limit = min(abs(lacks) / reach * (1 - 2.0**-40), VALUE_KINK * pool.largest(lacks))
        sizes = pool.sizes
        if lacks > 0:
            index = int(np.searchsorted(sizes, limit, side="right")) - 1
        else:
            index = int(np.searchsorted(sizes, -limit, side="left"))
        if not 0 <= index < len(pool) or sizes[index] * lacks <= 0 or abs(sizes[index]) > limit:
            continue
        size = abs(float(sizes[index]))
        if best is None or size > best[0]:
            best = (size, facing, index)
    return None if best is None else (best[1], best[2])
