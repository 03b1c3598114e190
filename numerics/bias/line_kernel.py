"""The three formulas of ``line_gradient`` compiled: places of the knots, values, gradient.

Every knot is looked for where it would lie among equispaced points, then step by step, then by
bisection; sums run over one network at a time and stay in the cache.  Needs numba (the extra
``kernels``).
"""

from __future__ import annotations

import numpy as np

from numerics.bias.compiled import compiled

STEPS = 6


@compiled
def _after(points, t):  # type: ignore[no-untyped-def]
    """How many ascending points are at most t: searchsorted from the right."""
    size = points.size
    if not t >= points[0]:
        # nan sorts last, as in numpy
        return 0 if t < points[0] else size
    if t >= points[size - 1]:
        return size
    at = int((t - points[0]) / (points[size - 1] - points[0]) * (size - 1))
    at = min(max(at, 0), size - 2)
    for _ in range(STEPS):
        if points[at] > t:
            at -= 1
        elif points[at + 1] <= t:
            at += 1
        else:
            return at + 1
    low, high = 0, size - 1
    while high - low > 1:
        middle = (low + high) // 2
        if points[middle] <= t:
            low = middle
        else:
            high = middle
    return low + 1


@compiled
def places(points, knots, found):  # type: ignore[no-untyped-def]
    """found[s, k] = how many points are at most knots[s, k]."""
    for s in range(knots.shape[0]):
        for k in range(knots.shape[1]):
            found[s, k] = _after(points, knots[s, k])


@compiled
def values(points, biases, at, signed, turn, falling, slope0, result):  # type: ignore[no-untyped-def]
    """g at the points: result (S, N), from prefix sums of slopes and heights dropped at ``at``."""
    size = points.size
    slopes, heights = np.empty(size + 1), np.empty(size + 1)
    for s in range(biases.shape[0]):
        slopes[:] = 0.0
        heights[:] = 0.0
        height = 0.0
        for k in range(biases.shape[1]):
            place = at[s, k]
            slopes[place] += turn[k]
            heights[place] += signed[k] * biases[s, k]
            height += falling[k] * biases[s, k]
        slope = slope0
        for j in range(size):
            slope += slopes[j]
            height += heights[j]
            result[s, j] = height + slope * points[j]


@compiled
def gradient(residual, at, signed, falling, result):  # type: ignore[no-untyped-def]
    """dL/db: result (S, n) from ``residual`` (S, N) by one prefix sum."""
    size = residual.shape[1]
    sums = np.empty(size + 1)
    for s in range(residual.shape[0]):
        sums[0] = 0.0
        for j in range(size):
            sums[j + 1] = sums[j] + residual[s, j]
        total = sums[size]
        for k in range(at.shape[1]):
            result[s, k] = signed[k] * (total - sums[at[s, k]]) + falling[k] * total
