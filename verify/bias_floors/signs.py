"""B6': triples with disjoint interiors, in each f above its chord, more of them than kinks go down.

Few triples: a sweep from left to right that ends each interval as early as possible, which gives
the most intervals of a wanted excess.  Many: intervals of equal int |f''|^(1/2) over the stretches
where f bends down, their ends moved until the excesses agree.  Plain floating point.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from numerics.networks import Array
from verify.bias_floors.convexity import GRID, largest_excess

Function = Callable[[Array], Array]

# Up to this many triples the sweep is affordable.
SWEEP = 48
HALVINGS, THIN = 18, 2
PER_TRIPLE, LARGEST_GRID = 16, 2_000_000
ROUNDS = 12
# Kinks of at most this part of max|f| are rounding.
NOISE = 2.0**-46


def excess_triples(function: Function, count: int) -> Array:
    """(count, 3) ascending s in [0, 1], rows disjoint but for ends; empty where none are found.

    The smallest f(s2) - chord over the rows is about as large as can be.
    """
    s = np.linspace(0.0, 1.0, GRID)
    f = function(s)
    high, triple = largest_excess(s, f)
    if high <= NOISE * np.abs(f).max():
        return np.empty((0, 3))
    if count == 1:
        return s[list(triple)][None, :]
    best = _spread(function, count)
    if count > SWEEP:
        return best
    low = smallest_excess(function, best)
    low = max(low, high / (4 * count) ** 3)
    s, f = s[::THIN], f[::THIN]
    for _ in range(HALVINGS):
        wanted = math.sqrt(low * high)
        rows = sweep(s, f, wanted, count)
        if len(rows) == count:
            best, low = s[np.array(rows)], wanted
        else:
            high = wanted
        if high <= low * 1.002:
            break
    return best


def smallest_excess(function: Function, triples: Array) -> float:
    """min over the rows of f(s2) - chord; 0 without rows."""
    if not len(triples):
        return 0.0
    f = function(triples)
    part = (triples[:, 1] - triples[:, 0]) / (triples[:, 2] - triples[:, 0])
    return float((f[:, 1] - f[:, 0] - part * (f[:, 2] - f[:, 0])).min())


def sweep(s: Array, f: Array, wanted: float, count: int) -> list[tuple[int, int, int]]:
    """At most ``count`` index triples from left to right, each as short as the excess allows.

    The lower hull of the points since the last triple grows by one point at a time; an excess that
    is new lies over its newest edge.
    """
    rows: list[tuple[int, int, int]] = []
    xs, ys = s.tolist(), f.tolist()
    kept = [0]
    for index in range(1, len(xs)):
        x, y = xs[index], ys[index]
        while len(kept) > 1:
            a, b = kept[-2], kept[-1]
            if (ys[b] - ys[a]) * (x - xs[b]) < (y - ys[b]) * (xs[b] - xs[a]):
                break
            kept.pop()
        a = kept[-1]
        kept.append(index)
        if index - a < 2:
            continue
        inner = slice(a + 1, index)
        above = f[inner] - ys[a] - (s[inner] - xs[a]) * ((y - ys[a]) / (x - xs[a]))
        top = int(above.argmax())
        if above[top] >= wanted:
            rows.append((a, a + 1 + top, index))
            if len(rows) == count:
                break
            kept = [index]
    return rows


def _spread(function: Function, count: int) -> Array:
    """Equal shares of int |f''|^(1/2) over the concave stretches, then balanced."""
    size = min(max(GRID, PER_TRIPLE * count), LARGEST_GRID)
    s = np.linspace(0.0, 1.0, size)
    f = function(s)
    turn = np.zeros(size)
    turn[1:-1] = f[2:] - 2 * f[1:-1] + f[:-2]
    noise = NOISE * np.abs(f).max()
    down = np.where(turn < -noise, -turn, 0.0)
    # a stretch: consecutive grid points where f does not turn up, with the cells on both sides
    on = np.concatenate([[False], turn <= noise, [False]])
    starts, stops = np.flatnonzero(on[1:] & ~on[:-1]), np.flatnonzero(on[:-1] & ~on[1:])
    mass = np.concatenate([[0.0], np.cumsum(np.sqrt(down))])
    share = mass[stops] - mass[starts]
    if not mass[-1] > 0:
        return np.empty((0, 3))
    # the largest measure per triple that still makes enough of them
    low, high = 0.0, float(share.sum())
    for _ in range(60):
        middle = (low + high) / 2
        if np.floor(share / middle).sum() >= count:
            low = middle
        else:
            high = middle
    if low <= 0:
        return np.empty((0, 3))
    pieces = np.floor(share / low).astype(np.int64)
    pieces[int(pieces.argmax())] -= pieces.sum() - count
    groups = []
    for start, stop, number in zip(starts, stops, pieces, strict=True):
        if number < 1:
            continue
        left, right = float(s[max(int(start) - 1, 0)]), float(s[min(int(stop), size - 1)])
        inner = mass[start : stop + 1] - mass[start]
        places = np.clip((np.arange(start, stop + 1) - 0.5) / (size - 1), left, right)
        groups.append(_balanced(function, left, right, places, inner, int(number)))
    return np.concatenate(groups)


def _balanced(
    function: Function, left: float, right: float, places: Array, mass: Array, number: int
) -> Array:
    """``number`` triples that fill a concave stretch, with about equal excesses."""
    share = np.linspace(0.0, mass[-1], number + 1)
    best, kept = -1.0, np.empty((0, 3))
    for _ in range(ROUNDS):
        ends = np.interp(share, mass, places)
        ends[0], ends[-1] = left, right
        if (np.diff(ends) <= 0).any():
            break
        triples = np.stack([ends[:-1], (ends[:-1] + ends[1:]) / 2, ends[1:]], axis=1)
        _centre(function, triples)
        f = function(triples)
        part = (triples[:, 1] - triples[:, 0]) / (triples[:, 2] - triples[:, 0])
        excess = f[:, 1] - f[:, 0] - part * (f[:, 2] - f[:, 0])
        if excess.min() > best:
            best, kept = float(excess.min()), triples
        if not excess.min() > 0 or number == 1:
            break
        step = np.diff(share) * np.clip((np.median(excess) / excess) ** 0.5, 0.5, 2.0)
        share = np.concatenate([[0.0], np.cumsum(step)]) * (mass[-1] / step.sum())
    return kept


def _centre(function: Function, triples: Array) -> None:
    """Move each middle point to about where f is highest above the chord."""
    left, width = triples[:, 0], triples[:, 2] - triples[:, 0]
    low, rise = function(left), function(triples[:, 2]) - function(left)

    def above(t: Array) -> Array:
        return np.asarray(function(left + t * width) - low - t * rise)

    middle, reach = np.full(len(triples), 0.5), 0.25
    for _ in range(3):
        options = np.stack([middle - reach, middle, middle + reach])
        heights = np.stack([above(option) for option in options])
        middle = np.take_along_axis(options, heights.argmax(0)[None], 0)[0]
        reach /= 2
    triples[:, 1] = left + middle * width
