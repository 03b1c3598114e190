"""B8: intervals whose secant slopes vary by more than all frozen kinks together can provide.

Over intervals of lengths h_i with disjoint interiors, S the sum of |C_k W_k.(to - from)|,
    error >= (sum |s_i - s_{i-1}| - S) / sum(2/h_i + 2/h_{i-1});
with kinks of one sign alone, S their sum and the sum over disjoint pairs of rising (falling)
slopes.  Gaps between intervals are allowed: the fewer short intervals, the smaller the denominator.
The best choice on a grid comes from dynamic programming for a trial error E, which maximises
numerator - E denominator, and E is raised until the maximum is 0 (Dinkelbach).  Plain floats.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from numerics.networks import Array

GRID = 257
STEPS = 60
ENOUGH = 1e-9


def steep_intervals(function: Callable[[Array], Array], budget: float, sign: int) -> Array:
    """(m, 2) intervals in [0, 1] with the largest bound found; empty where it is not positive.

    ``sign``: 0 for all kinks, 1 or -1 for the positive or negative ones, whose sum is ``budget``.
    """
    s = np.linspace(0.0, 1.0, GRID)
    f = function(s)
    rise, run = f[None, :] - f[:, None], s[None, :] - s[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        slope, blur = rise / run, 2.0 / run
    below = np.tri(GRID, dtype=bool)
    slope[below], blur[below] = 0.0, np.inf
    error, best = 0.0, np.empty((0, 2))
    for _ in range(STEPS):
        with np.errstate(invalid="ignore"):
            cost = np.where(np.isinf(blur), np.inf, max(error, 1e-300) * blur)
        chosen = _all_kinks(slope, cost) if sign == 0 else _one_sign(sign * slope, cost)
        rows = s[np.array(chosen, dtype=np.int64).reshape(-1, 2)]
        trial = bound_of(function, rows, budget, sign)
        if not trial > error * (1 + ENOUGH):
            break
        error, best = trial, rows
    return best


def bound_of(function: Callable[[Array], Array], rows: Array, budget: float, sign: int) -> float:
    """(variation - S)/denominator of B8 for intervals ``rows``, in floats; 0 for too few."""
    if len(rows) < 2:
        return 0.0
    f = function(rows)
    slope, blur = (f[:, 1] - f[:, 0]) / (rows[:, 1] - rows[:, 0]), 2 / (rows[:, 1] - rows[:, 0])
    change, both = np.diff(slope), blur[1:] + blur[:-1]
    if sign:
        change, both = sign * change[::2], both[::2]
    variation = float(change.sum() if sign else np.abs(change).sum())
    return (variation - budget) / float(both.sum())


Choice = list[tuple[int, int]]


def _one_sign(slope: Array, cost: Array) -> Choice:
    """Disjoint pairs (flat, steep) that maximise the sum of rises less the costs."""
    size = len(slope)
    # done[k]: best value of whole pairs up to k; open_[k]: the same with a flat interval waiting
    done, waiting = np.zeros(size), np.full(size, -np.inf)
    came_done: list[tuple[int, int] | None] = [None] * size
    came_waiting: list[tuple[int, int] | None] = [None] * size
    for k in range(1, size):
        flat = done[:k] - slope[:k, k] - cost[:k, k]
        steep = waiting[:k] + slope[:k, k] - cost[:k, k]
        j, i = int(flat.argmax()), int(steep.argmax())
        waiting[k], came_waiting[k] = waiting[k - 1], came_waiting[k - 1]
        if flat[j] > waiting[k]:
            waiting[k], came_waiting[k] = flat[j], (j, k)
        done[k], came_done[k] = done[k - 1], came_done[k - 1]
        if steep[i] > done[k]:
            done[k], came_done[k] = steep[i], (i, k)
    chosen: Choice = []
    place, steep_last = size - 1, True
    while (step := (came_done if steep_last else came_waiting)[place]) is not None:
        chosen.append(step)
        place, steep_last = step[0], not steep_last
    return chosen[::-1] if len(chosen) % 2 == 0 else []


def _all_kinks(slope: Array, cost: Array) -> Choice:
    """Alternating flat and steep intervals: inner ones count twice, the first and last once."""
    size = len(slope)
    gains = (slope - cost, -slope - cost)
    ready = [np.full(size, -np.inf), np.full(size, -np.inf)]
    came: list[list[tuple[int, int, bool] | None]] = [[None] * size, [None] * size]
    best, last = 0.0, None
    for k in range(1, size):
        for kind in (0, 1):
            gain, before = gains[kind][:k, k], ready[1 - kind][:k]
            first, inner, final = gain, before + 2 * gain, before + gain
            i, j, e = int(first.argmax()), int(inner.argmax()), int(final.argmax())
            if final[e] > best:
                best, last = float(final[e]), (e, k, kind)
            ready[kind][k], came[kind][k] = ready[kind][k - 1], came[kind][k - 1]
            if first[i] > ready[kind][k]:
                ready[kind][k], came[kind][k] = first[i], (i, k, True)
            if inner[j] > ready[kind][k]:
                ready[kind][k], came[kind][k] = inner[j], (j, k, False)
    if last is None:
        return []
    start, stop, kind = last
    chosen = [(start, stop)]
    while True:
        kind = 1 - kind
        step = came[kind][start]
        assert step is not None
        chosen.append(step[:2])
        if step[2]:
            return chosen[::-1]
        start = step[0]
