"""The feedback sweep of B2 for very many units, compiled; the same rule as ``sweep`` and ``pools``.

A half of a million units has a quarter of a million knots, each of which must find one unit or two
whose kinks add up to what the slope still lacks.  Units stay where they are in the sorted order;
taken ones are skipped by links to the next live one (path halving), so a knot costs a few dozen
steps.  Positive kinks are offered in turn from the largest down, round and round, so that the pool
thins out evenly and finds partners to the end.  Needs numba (the extra ``kernels``); what it finds
is evaluated afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.bias.compiled import compiled
from numerics.bias.pools import GREEDY
from numerics.networks import Array

Indices = NDArray[np.int64]

# So many first members of a pair are tried for the tolerance, then for LOOSE times the tolerance.
FEW, MANY, LOOSE = 96, 1024, 4.0


@dataclass(frozen=True)
class WideSweep:
    """Units at the knots of one half: ``knot``, ``unit`` (m,), positions in the sorted pool;
    ``miss``: (N+1,) estimated g - goal at the nodes.
    """

    knot: Indices
    unit: Indices
    miss: Array


def sweep_wide(
    kinks: Array, steps: Array, goals: Array, tolerance: Array, value: float, slope: float
) -> WideSweep:
    """Feedback from the middle outwards, as ``numerics.bias.sweep``, in float64.

    ``kinks``: (n,) ascending; ``steps``, ``tolerance``: (N,); ``goals``: (N+1,); ``value``,
    ``slope``: of the parked units at the middle, the slope outwards.
    """
    knot, unit, count, miss = _wind(kinks, steps, goals, tolerance, value, slope, GREEDY)
    return WideSweep(knot[:count], unit[:count], miss)


@compiled
def _up(links, i):  # type: ignore[no-untyped-def]
    """The first live place from i on."""
    while links[i] != i:
        links[i] = links[links[i]]
        i = links[i]
    return i


@compiled
def _place(kinks, wanted):  # type: ignore[no-untyped-def]
    """The first place 1..n+1 whose kink is at least ``wanted``."""
    low, high = 1, kinks.size + 1
    while low < high:
        middle = (low + high) // 2
        if kinks[middle - 1] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _search(kinks, above, below, resume, zero, need, tolerance):  # type: ignore[no-untyped-def]
    """The best pair (miss, i, j) with a positive kink i, and where to go on next time.

    The search goes round all positive kinks from the largest down and stops at the first pair
    within the tolerance; after ``FEW`` candidates at one within ``LOOSE`` times as much.
    """
    n = kinks.size
    best, first, second = np.inf, 0, 0
    i = _up(below, min(resume, n))
    at = 0
    for tried in range(MANY):
        if i < zero:
            i, at = _up(below, n), 0
            if i < zero:
                break
        wanted = need - kinks[i - 1]
        if at == 0:
            at = _place(kinks, wanted)
        while at <= n and kinks[at - 1] < wanted:
            at += 1
        right, left = _up(above, at), _up(below, at - 1)
        if right == i:
            right = _up(above, i + 1)
        if left == i:
            left = _up(below, i - 1)
        for j in (right, left):
            if 1 <= j <= n:
                miss = abs(kinks[j - 1] - wanted)
                if miss < best:
                    best, first, second = miss, i, j
        i = _up(below, i - 1)
        if best <= tolerance or (tried >= FEW and best <= LOOSE * tolerance):
            break
    return best, first, second, i


@compiled
def _wind(kinks, steps, goals, tolerances, value, slope, greedy):  # type: ignore[no-untyped-def]
    n, knots = kinks.size, steps.size
    above, below = np.arange(n + 2), np.arange(n + 2)
    knot, unit = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    misses = np.empty(knots + 1)
    misses[0] = value - goals[0]
    taken, live = 0, n
    value_rest = slope_rest = 0.0
    # place of the least kink that is not negative; where the search for pairs goes on
    zero, resume = _place(kinks, 0.0), n
    for k in range(knots):
        step = steps[k]
        need = ((goals[k + 1] - value) - value_rest) / step - slope - slope_rest
        before = taken
        # single large kinks while the need is large
        while live > 0:
            end = _up(below, n) if need > 0 else _up(above, 1)
            largest = kinks[end - 1] if need > 0 else -kinks[end - 1]
            if largest <= 0 or abs(need) <= greedy * largest:
                break
            knot[taken], unit[taken] = k, end - 1
            taken, live = taken + 1, live - 1
            above[end], below[end] = end + 1, end - 1
            need -= kinks[end - 1]
        tolerance = tolerances[k]
        if abs(need) > tolerance and live > 0:
            best, first, second = abs(need), 0, 0
            at = _place(kinks, need)
            for j in (_up(above, at), _up(below, at - 1)):
                if 1 <= j <= n and abs(kinks[j - 1] - need) < best:
                    best, first, second = abs(kinks[j - 1] - need), j, 0
            if best > tolerance and live > 1:
                miss, i, j, resume = _search(kinks, above, below, resume, zero, need, tolerance)
                if miss < best:
                    best, first, second = miss, i, j
            for end in (first, second):
                if end > 0:
                    knot[taken], unit[taken] = k, end - 1
                    taken, live = taken + 1, live - 1
                    above[end], below[end] = end + 1, end - 1
        # compensated sums of slope and value
        for index in range(before, taken):
            term = kinks[unit[index]]
            total = slope + term
            other = total - slope
            slope_rest += (slope - (total - other)) + (term - other)
            slope = total
        term = step * (slope + slope_rest)
        total = value + term
        other = total - value
        value_rest += (value - (total - other)) + (term - other)
        value = total
        misses[k + 1] = (value - goals[k + 1]) + value_rest
    return knot, unit, taken, misses
