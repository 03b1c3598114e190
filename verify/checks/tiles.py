"""Branch and bound: sup |F| over a union of boxes stays below a limit.

A tile is a box, centre and half-widths exact.  Whoever knows F gives, per tile, an enclosure of
|F| at the centre and an upper bound over the tile; tiles whose bound exceeds the limit are halved.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count, product
from math import prod
from typing import Protocol

from flint import arb

from verify.checks.verdicts import Clock, refuted, undecided

Point = tuple[Fraction, ...]
Tile = tuple[Point, Point]
# |F| at the centre, and an upper bound of |F| over the tile.
Bounds = tuple[arb, arb]
MAX_HALVINGS = 60
MAX_TILES = 2_000_000
# Share of the time after which an estimate of the whole is trusted.
TRIAL = 0.1


@dataclass(frozen=True)
class Parameters:
    """V = {|a_i| <= band, |b| <= beta} and the activation; band > 0, beta >= 0."""

    activation: str
    band: Fraction
    beta: Fraction


class Units(Protocol):
    """|F| over V: the maximum over finitely many units, and tiles that cover all the others."""

    def fixed(self) -> arb:
        """An enclosure of the maximum of |F| over finitely many units of V."""

    def tiles(self) -> list[Tile]:
        """Tiles that cover what is left of V."""

    def bounds(self, tile: Tile) -> Bounds:
        """An enclosure of |F| at the centre, and an upper bound of |F| over the tile."""

    def importance(self) -> list[Fraction]:
        """What a half-width contributes to the width of a bound, per axis; a heuristic."""


def cut(low: Fraction, high: Fraction, step: Fraction) -> list[tuple[Fraction, Fraction]]:
    """[low, high] in pieces of length ``step``, the last one shorter: centres and half-widths."""
    whole = max(0, int((high - low) / step)) if high > low else 0
    if whole > MAX_TILES:
        raise undecided(f"more than {MAX_TILES} tiles")
    pieces = [(low + step * (2 * k + 1) / 2, step / 2) for k in range(whole)]
    begin = low + whole * step
    if begin < high or not whole:
        pieces.append(((begin + high) / 2, (high - begin) / 2))
    return pieces


def grid(axes: Sequence[Sequence[tuple[Fraction, Fraction]]]) -> list[Tile]:
    """All boxes with one piece per axis."""
    if prod(map(len, axes)) > MAX_TILES:
        raise undecided(f"{prod(map(len, axes)):.3g} tiles are too many")
    return [
        (tuple(piece[0] for piece in box), tuple(piece[1] for piece in box))
        for box in product(*axes)
    ]


def split(tile: Tile, weights: Sequence[Fraction]) -> tuple[Tile, Tile]:
    """The two halves of a tile, cut where half-width times weight is largest."""
    centre, halves = tile
    axis = max(range(len(halves)), key=lambda i: halves[i] * weights[i])
    half = halves[axis] / 2
    smaller = (*halves[:axis], half, *halves[axis + 1 :])
    left, right = (
        (*centre[:axis], centre[axis] + sign * half, *centre[axis + 1 :]) for sign in (-1, 1)
    )
    return (left, smaller), (right, smaller)


class Forecast:
    """Whether ``count`` steps will end in time, from the later half of those already made.

    The first ones fill the caches, so nothing is foretold before TRIAL of the time has gone.
    """

    def __init__(self, count: int, end: float) -> None:
        self.count, self.end = count, end
        self.times = [time.monotonic()]

    def too_long(self) -> float:
        """To be called after each step: the seconds still needed if they do not fit, else 0."""
        self.times.append(now := time.monotonic())
        steps = len(self.times) - 1
        recent = (now - self.times[steps // 2]) / (steps - steps // 2)
        needed = recent * (self.count - steps)
        tried = now - self.times[0] > TRIAL * (self.end - self.times[0])
        return needed if tried and now + needed > self.end else 0.0


def prove(units: Units, limit: arb, clock: Clock) -> int:
    """|F| <= limit on V; returns the number of tiles looked at.

    The tile with the largest bound is halved first, so that a violation is met soon.  Raises Stop:
    REFUTED for a unit where |F| certainly exceeds the limit, UNDECIDED when the time is spent, when
    a first look shows that it will not suffice, or when halving does not help.
    """
    fixed = units.fixed()
    if fixed > limit:
        raise refuted("a unit is closer to phi than the bound allows")
    if not fixed <= limit:
        raise undecided("whether a unit is too close to phi is not decided at this precision")
    weights, first = units.importance(), units.tiles()
    seen, order = 0, count()
    # bound, order of insertion, halvings, tile
    heap: list[tuple[float, int, int, Tile]] = []

    def look(tile: Tile, depth: int) -> None:
        at_centre, above = units.bounds(tile)
        if above <= limit:
            return
        if at_centre > limit:
            where = ", ".join(f"{float(x):.6g}" for x in tile[0])
            raise refuted(f"the unit near ({where}) is closer to phi than the bound allows")
        if depth >= MAX_HALVINGS or above.is_nan():
            raise undecided("no finite bound of a unit, or no progress in halving tiles")
        heappush(heap, (-float(above.mid()), next(order), depth, tile))

    forecast = Forecast(len(first), clock.end)
    for tile in first:
        look(tile, 0)
        seen += 1
        if needed := forecast.too_long():
            raise undecided(
                f"{len(first)} tiles or more need another {needed:.3g} s, more than is left of the "
                f"time budget of {clock.seconds:g} s"
            )
    while heap:
        _, _, depth, tile = heappop(heap)
        if time.monotonic() > clock.end:
            raise undecided(
                f"the time budget of {clock.seconds:g} s is spent after {seen} tiles, "
                f"{len(heap) + 1} are open"
            )
        for half in split(tile, weights):
            look(half, depth + 1)
            seen += 1
    return seen
