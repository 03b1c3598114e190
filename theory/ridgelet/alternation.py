"""Lower bounds of the uniform distance to polynomials of degree N, from N + 2 points of a line.

The divided difference over distinct points, sum w_i f(x_i) with w_i = 1/prod_{j != i}(x_i - x_j),
annihilates polynomials of degree <= N, so that dist_inf(f, P_N) >= |sum w_i f(x_i)|/sum |w_i|
(de la Vallee-Poussin).  The points are found by exchange in floating point, the quotient is
enclosed.  On a box the line runs along an axis through the point where f varies most.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from flint import arb
from numpy.typing import NDArray

from theory.rigor.balls import working_precision
from theory.targets.box_target import BoxTarget

Array = NDArray[np.float64]
EXCHANGES = 12
GRID = 1501
LINES = 5
Alternation = tuple[tuple[float, ...], tuple[float, ...], arb]


@lru_cache(maxsize=512)
def alternate(target: BoxTarget, degree: int, axis: int) -> Alternation | None:
    """The base point of the line, N + 2 ascending points along it, and the bound.

    None where the floats do not yield distinct points.
    """
    base = _base(target, axis)
    grid, values = _line(target, axis, base)
    low, high = grid[0], grid[-1]
    # extrema of the Chebyshev polynomial of degree N + 1
    nodes = (low + high) / 2 + (high - low) / 2 * np.cos(
        np.pi * np.arange(degree + 1, -1, -1) / (degree + 1)
    )
    chosen = np.unique(np.abs(grid[None, :] - nodes[:, None]).argmin(axis=1))
    if len(chosen) != degree + 2:
        return None
    best: tuple[float, Array] = (-1.0, grid[chosen])
    for _ in range(EXCHANGES):
        level, error = _levelled(grid, values, chosen)
        if not math.isfinite(level):
            break
        if abs(level) > best[0]:
            best = abs(level), grid[chosen]
        exchanged = _extrema(error, degree + 2)
        if exchanged is None or np.array_equal(exchanged, chosen):
            break
        chosen = exchanged
    points = tuple(best[1].tolist())
    return base, points, quotient(target, axis, base, points)


def quotient(
    target: BoxTarget, axis: int, base: tuple[float, ...], points: tuple[float, ...]
) -> arb:
    """A lower bound of |sum w_i f(x_i)|/sum |w_i|, 0 if nothing is shown."""
    with working_precision(256 + 8 * len(points)):
        xs = [arb(x) for x in points]
        total, size = arb(0), arb(0)
        for i, x in enumerate(xs):
            weight = 1 / math.prod((x - y for j, y in enumerate(xs) if j != i), start=arb(1))
            place = [x if k == axis else arb(b) for k, b in enumerate(base)]
            total += weight * target.value(place)
            size += abs(weight)
        found = abs(total / size).lower()
        return found if found.is_finite() and found > 0 else arb(0)


@lru_cache(maxsize=16)
def _base(target: BoxTarget, axis: int) -> tuple[float, ...]:
    """Of a few points the one on whose line f varies most."""
    ends = [(float(low), float(high)) for low, high in target.domain]
    shares = [(k + 0.5) / LINES for k in range(LINES)]
    # float() of a rational may fall outside the box; inner points do not
    candidates = [tuple(low + s * (high - low) for low, high in ends) for s in shares]
    if target.dimension > 1:
        candidates += [
            tuple(
                low + (s if k % 2 else 1 - s) * (high - low) for k, (low, high) in enumerate(ends)
            )
            for s in shares
        ]
    spreads = [float(np.std(_line(target, axis, c, 41)[1])) for c in candidates]
    return candidates[spreads.index(max(spreads))]


@lru_cache(maxsize=16)
def _line(
    target: BoxTarget, axis: int, base: tuple[float, ...], count: int = GRID
) -> tuple[Array, Array]:
    low, high = target.domain[axis]
    a, b = float(low), float(high)
    # floats inside the exact ends
    a = a if a >= low else math.nextafter(a, math.inf)
    b = b if b <= high else math.nextafter(b, -math.inf)
    grid = np.unique(
        np.clip((a + b) / 2 - (b - a) / 2 * np.cos(np.pi * np.linspace(0, 1, count)), a, b)
    )
    points = np.tile(np.array(base), (len(grid), 1))
    points[:, axis] = grid
    return grid, target.sample(points)


def _levelled(grid: Array, values: Array, chosen: NDArray[np.intp]) -> tuple[float, Array]:
    """The error with equal alternating size at the chosen points, and that size."""
    x, f = grid[chosen], values[chosen]
    scale = 4.0 / (grid[-1] - grid[0])
    differences = (x[:, None] - x[None, :]) * scale
    np.fill_diagonal(differences, 1.0)
    logs = -np.log(abs(differences)).sum(axis=1)
    weights = np.exp(logs - logs.max()) * (-1.0) ** np.arange(len(x))
    level = float(weights @ f / abs(weights).sum())
    smooth = f - level * (-1.0) ** np.arange(len(x))
    # barycentric interpolation of degree N through all but one of the points
    keep = slice(0, len(x) - 1)
    inner = weights[keep] * (x[keep] - x[-1])
    gaps = grid[:, None] - x[None, keep]
    hit = gaps == 0
    gaps[hit] = 1.0
    terms = inner / gaps
    with np.errstate(divide="ignore", invalid="ignore"):
        fitted = terms @ smooth[keep] / terms.sum(axis=1)
    rows, places = np.nonzero(hit)
    fitted[rows] = smooth[keep][places]
    return level, values - fitted


def _extrema(error: Array, count: int) -> NDArray[np.intp] | None:
    """One extremum of every run of equal sign; ``count`` neighbouring ones, the largest."""
    if not np.isfinite(error).all():
        return None
    cuts = np.nonzero(np.diff(np.sign(error)) != 0)[0] + 1
    runs = np.split(np.arange(len(error)), cuts)
    peaks = np.array([run[np.abs(error[run]).argmax()] for run in runs])
    if len(peaks) < count:
        return None
    while len(peaks) > count:
        ends = np.abs(error[peaks[[0, -1]]])
        peaks = peaks[1:] if ends[0] < ends[1] else peaks[:-1]
    return peaks
