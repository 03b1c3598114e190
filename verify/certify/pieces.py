"""Enclosing sup|e|, e = f - g, from values of e at the nodes and bounds of f'' in between.

On a piece [l, r] of length h the network is affine, so e'' = f''.  With f'' in [m, M],
e(x) <= lin(x) + max(-m, 0)/2 (x-l)(r-x) and -e(x) <= -lin(x) + max(M, 0)/2 (x-l)(r-x), lin the line
through the end values; both maxima are closed forms.  Pieces whose bound exceeds the largest |e|
found so far by more than the gap are split, at the top of their parabola, until none is left.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from numerics.networks import Array
from theory.targets.cells import SLACK, TINY, Cells, Indices
from theory.targets.chords import ROUNDING, bounds
from verify.progress import Progress

# Positions are opaque here: float64 numbers (fast) or Python integers (exact).
Positions = NDArray[Any]

BATCH = 64
MAX_SPLITS = 4_000_000
SMALLEST_PART = 2.0**-10


class Nodes(Protocol):
    """The values of e at the nodes, and how to get more of them.

    Piece i lies between nodes i and i+1, inside one cell and one affine piece ``owner[i]`` of g.
    """

    @property
    def cells(self) -> Cells:
        """Where the pieces take their bounds of f'' from."""

    @property
    def errors(self) -> Array:
        """e at the N+1 nodes, each within ``delta``."""

    @property
    def middles(self) -> Array:
        """Floats within 2^-51 max|x| of the N mid-points."""

    @property
    def lengths(self) -> Array:
        """Upper bounds of the N lengths."""

    @property
    def cell(self) -> Indices:
        """The cell of each piece."""

    @property
    def owner(self) -> Indices:
        """The affine piece of g that each piece lies in."""

    @property
    def delta(self) -> float:
        """Bound of |e - its float| over everything evaluated so far."""

    def positions(self, index: Indices) -> Positions:
        """The nodes with these indices."""

    def evaluate(self, owner: Indices, positions: Positions) -> Array:
        """e at points of the given affine pieces of g."""

    def between(self, left: Positions, right: Positions, fraction: Array) -> Positions:
        """About left + fraction (right - left); equal to an end where there is no room."""

    def measure(self, left: Positions, right: Positions) -> tuple[Array, Array]:
        """``(middles, lengths)`` of pieces with these ends."""


@dataclass(frozen=True)
class Found:
    """``ceiling`` and ``best`` enclose sup|e| but for ``delta``; ``best`` is |e| at ``where``."""

    ceiling: float
    best: float
    where: Any
    splits: int


@dataclass
class _Pool:
    """Pieces that are not yet known to stay below the gap."""

    owner: Indices
    cell: Indices
    left: Positions
    right: Positions
    a: Array
    b: Array
    bound: Array
    fraction: Array

    def take(self, chosen: Any) -> _Pool:
        return _Pool(*(column[chosen] for column in vars(self).values()))

    def join(self, other: _Pool) -> _Pool:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return _Pool(*(np.concatenate(pair) for pair in pairs))


def refine(nodes: Nodes, gap: float, deadline: float, progress: Progress | None = None) -> Found:
    """Split pieces until ``ceiling`` <= (1 + gap/2) ``best``, the deadline or MAX_SPLITS."""
    sizes = np.abs(nodes.errors)
    first = np.array([int(sizes.argmax())])
    best, where, splits = float(sizes[first[0]]), nodes.positions(first)[0], 0
    ceiling, pool = _suspects(nodes, best * (1 + gap / 2))
    while True:
        waiting = pool.bound > best * (1 + gap / 2)
        ceiling = max(ceiling, float(pool.bound[~waiting].max(initial=0.0)))
        pool = pool.take(waiting)
        worst = float(pool.bound.max(initial=0.0))
        if progress is not None:
            excess = max(worst - best, gap * best)
            progress(gap * best if excess > 0 else 1.0, excess if excess > 0 else 1.0, "pieces")
        if not pool.bound.size or splits >= MAX_SPLITS or time.monotonic() > deadline:
            return Found(max(ceiling, worst, best), best, where, splits)
        count = min(pool.bound.size, max(BATCH, pool.bound.size // 3))
        chosen = np.zeros(pool.bound.size, dtype=bool)
        chosen[np.argpartition(-pool.bound, count - 1)[:count]] = True
        parents, pool = pool.take(chosen), pool.take(~chosen)
        points = nodes.between(parents.left, parents.right, parents.fraction)
        stuck = (points == parents.left) | (points == parents.right) | _spent(nodes, parents)
        ceiling = max(ceiling, float(parents.bound[stuck].max(initial=0.0)))
        parents, points = parents.take(~stuck), points[~stuck]
        if not points.size:
            continue
        splits += int(points.size)
        values = nodes.evaluate(parents.owner, points)
        top = int(np.abs(values).argmax())
        if abs(values[top]) > best:
            best, where = abs(float(values[top])), points[top]
        pool = pool.join(_halves(nodes, parents, points, values))


def _suspects(nodes: Nodes, threshold: float) -> tuple[float, _Pool]:
    """The pieces that may exceed ``threshold``, and a bound for all others."""
    cells, cell, h, e = nodes.cells, nodes.cell, nodes.lengths, nodes.errors
    sizes = np.abs(e)
    bend = np.minimum(cells.steepest, 1e300)[cell] * h * h / 8
    rough = cells.flat[cell] + cells.fan[cell] * h
    crude = np.maximum(sizes[:-1], sizes[1:]) + (bend + rough) * SLACK
    crude += np.where(cells.steepest > 0, TINY, 0.0)[cell]
    kept = np.flatnonzero(crude > threshold)
    crude[kept] = 0.0
    a, b = e[kept], e[kept + 1]
    bound, fraction = bounds(cells, cell[kept], nodes.middles[kept], h[kept], a, b)
    left, right = nodes.positions(kept), nodes.positions(kept + 1)
    pool = _Pool(nodes.owner[kept], cell[kept], left, right, a, b, bound, fraction)
    return float(crude.max(initial=0.0)) * (1 + ROUNDING), pool


def _spent(nodes: Nodes, parents: _Pool) -> NDArray[np.bool_]:
    """Small parts of cells without f'': both halves stay suspect, so splitting must end."""
    cells, cell = nodes.cells, parents.cell
    _, length = nodes.measure(parents.left, parents.right)
    rough = (cells.flat[cell] > 0) | (cells.fan[cell] > 0)
    return np.asarray(rough & (length < SMALLEST_PART * np.diff(cells.edges)[cell]))


def _halves(nodes: Nodes, parents: _Pool, points: Positions, values: Array) -> _Pool:
    left = np.concatenate([parents.left, points])
    right = np.concatenate([points, parents.right])
    a, b = np.concatenate([parents.a, values]), np.concatenate([values, parents.b])
    owner, cell = np.tile(parents.owner, 2), np.tile(parents.cell, 2)
    middle, length = nodes.measure(left, right)
    bound, fraction = bounds(nodes.cells, cell, middle, length, a, b)
    # a part of a piece is never worse than the piece
    bound = np.minimum(bound, np.tile(parents.bound, 2))
    return _Pool(owner, cell, left, right, a, b, bound, fraction)
