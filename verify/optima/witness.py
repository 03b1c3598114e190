"""Points and triples with which a checker can go through every permutation itself (note P7)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from numerics.networks import Array
from numerics.permutation.enumeration import batches
from numerics.permutation.feedback import Integers
from theory.targets.target import Target
from verify.optima.polish import polish, unit_values

LARGEST_WIDTH = 5
PARTS = 8
# What the claim gives away, so that rounding in the search cannot matter.
ROOM = 1e-7


@dataclass(frozen=True)
class Witness:
    """``bound`` for every permutation; ``points`` in [0,1], ``triples`` of their numbers, flat."""

    bound: float
    points: Array
    triples: Array


def witness(target: Target, width: int, lower: float, *, readout: bool) -> Witness:
    """A witness for nearly ``lower``, for widths up to 5: the lower end of ``sup_optimum``."""
    bound = lower * (1 - ROOM)
    knots = np.concatenate([batch.heights for batch in batches(width, readout=readout)])
    knots = np.unique(knots - knots[:, :1] if readout else knots, axis=0)
    count = (width - 1) * PARTS
    x = np.arange(count + 1) / count
    triples: list[tuple[float, float, float]] = []
    if not readout:
        extra: list[float] = []
        off = np.abs(unit_values(target, x) - _at(knots, x)).max(axis=1)
        for row in np.flatnonzero(off < bound * (1 + ROOM / 2)):
            extra += polish(target, knots[row], readout=False).points
        points = np.unique(np.concatenate([x, extra]))
        return Witness(bound, points, np.empty(0))
    f = unit_values(target, x)
    left = np.arange(len(knots))
    heights = _at(knots, x)
    left = left[np.ptp(heights, axis=1) > 0]
    grid = list(combinations(range(x.size), 3))
    while left.size:
        # The triple that shows the bound for the first network left, and whom else it serves.
        found = _best(grid, f, heights[left[0]])
        if _shown(found, f, heights[left[:1]])[0] < bound * (1 + ROOM / 2):
            closer = np.array(polish(target, knots[left[0]], readout=True).points)
            fine, own = unit_values(target, closer), _at(knots[left[:1]], closer)[0]
            a, b, c = _best(list(combinations(range(closer.size), 3)), fine, own)
            chosen = np.array([a, b, c])
            triples.append(tuple(closer[chosen].tolist()))
            left = left[1:]
            continue
        triples.append(tuple(x[list(found)].tolist()))
        served = _shown(found, f, heights[left]) >= bound * (1 + ROOM / 2)
        left = left[~served]
    points = np.unique(np.concatenate([x, np.array(triples).ravel()]))
    numbers = np.searchsorted(points, np.array(triples).reshape(-1)).astype(np.float64)
    return Witness(bound, points, numbers)


def _at(knots: Integers, x: Array) -> Array:
    """h at the points, (m, points)."""
    cells = knots.shape[1] - 1
    spots = np.arange(cells + 1) / cells
    basis = np.stack([np.interp(x, spots, row) for row in np.eye(cells + 1)])
    return np.asarray(knots @ basis / cells**2)


def _shown(triple: tuple[int, int, int], f: Array, h: Array) -> Array:
    """|mu . f|/|mu|_1 of one triple for each network."""
    a, b, c = triple
    mu = np.stack([h[:, b] - h[:, c], h[:, c] - h[:, a], h[:, a] - h[:, b]])
    mass = np.abs(mu).sum(axis=0)
    total = np.abs(mu[0] * f[a] + mu[1] * f[b] + mu[2] * f[c])
    return np.where(mass > 1e-12, total / np.where(mass > 1e-12, mass, 1.0), 0.0)


def _best(grid: list[tuple[int, int, int]], f: Array, h: Array) -> tuple[int, int, int]:
    """The triple that shows most for one network."""
    a, b, c = np.array(grid).T
    mu = np.stack([h[b] - h[c], h[c] - h[a], h[a] - h[b]])
    mass = np.abs(mu).sum(axis=0)
    total = np.abs(mu[0] * f[a] + mu[1] * f[b] + mu[2] * f[c])
    best = int(np.where(mass > 1e-12, total / np.where(mass > 1e-12, mass, 1.0), 0.0).argmax())
    return grid[best]
