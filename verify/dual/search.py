"""sup |F| over V from below and above: branch and bound until the gap is small enough.

:func:`verify.checks.tiles.prove` decides whether a given limit holds; this finds the limit that it
can be given.  Both halve the same tiles with the same enclosures.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import count

from flint import arb

from theory.errors import Undecided
from theory.rigor.balls import float_down, float_up
from verify.checks.tiles import Forecast, Tile, Units, split

MOST_TILES = 200_000


@dataclass(frozen=True)
class Supremum:
    """``low`` <= sup |F| <= ``high``, after ``tiles`` tiles; ``reached``: the gap was reached."""

    low: float
    high: float
    tiles: int
    reached: bool


def supremum(
    units: Units, enough: Callable[[float, float], bool], end: float, *, argument: str = "--box"
) -> Supremum:
    """Enclose sup |F| until ``enough(low, high)``, or until ``end`` (time.monotonic).

    Raises Undecided where even the first tiles do not fit into the time, or where F is not shown to
    be finite.
    """
    fixed = units.fixed()
    low, high = float_down(fixed), float_up(fixed)
    weights, first = units.importance(), units.tiles()
    order = count()
    heap: list[tuple[float, int, Tile]] = []
    forecast = Forecast(len(first), end)
    for tile in first:
        low = max(low, _look(units, tile, heap, order))
        if needed := forecast.too_long():
            problem = f"{len(first)} tiles need about {needed:.3g} s more, too long for"
            raise Undecided(argument, "V", problem, "more time or a smaller box is accepted")
    heapify(heap)
    seen = len(first)
    while heap and -heap[0][0] > high:
        top = -heap[0][0]
        if enough(low, max(top, high)):
            return Supremum(low, max(top, high), seen, True)
        if time.monotonic() > end or seen > MOST_TILES:
            return Supremum(low, max(top, high), seen, False)
        for half in split(heappop(heap)[2], weights):
            low = max(low, _look(units, half, heap, order))
            seen += 1
    return Supremum(low, high, seen, enough(low, high))


def _look(
    units: Units, tile: Tile, heap: list[tuple[float, int, Tile]], order: count[int]
) -> float:
    """Put a tile on the heap; returns a lower bound of |F| at its centre."""
    at_centre, above = units.bounds(tile)
    high = float_up(above)
    if arb.is_nan(above):
        accepted = "a smaller box or another activation is accepted"
        raise Undecided("--box", "V", "F is not enclosed over", accepted)
    heappush(heap, (-high, next(order), tile))
    return float_down(at_centre)
