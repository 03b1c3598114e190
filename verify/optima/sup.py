"""The optimum in the sup norm over all permutations of a small width, enclosed (note P7).

Networks are screened in stages, on finer and finer grids; one whose lower bound exceeds the best
error found is left behind, and its bound kept.  The lower end of the result is the smallest bound
of all networks, so a wrong guess of the best error costs sharpness, never truth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.networks import Array
from numerics.permutation.enumeration import Batch, batches, complete, left_outs
from numerics.permutation.feedback import Integers
from theory.targets.target import Target
from verify.optima.network import Stored, store
from verify.optima.polish import Polished, polish
from verify.optima.screen import Grid, fixed_lower, free_lower
from verify.progress import Progress

Rows = NDArray[np.intp]

STAGES = (1, 2, 4, 8)
LAST = 16
# Networks polished in the end; the others keep the bound of the last grid.
POLISHED = 400
# Best guesses tried in each batch.
GUESSES = 4


@dataclass(frozen=True)
class SupOptimum:
    """``lower`` <= the smallest error over all permutations <= ``upper``, both proved.

    ``best`` is a network that attains ``upper``; ``functions``: networks looked at, different up to
    the read-out within a batch; ``finalists``: how many were left for ball arithmetic.
    """

    lower: float
    upper: float
    best: Stored
    p: Integers
    q: Integers
    functions: int
    finalists: int


@dataclass(frozen=True)
class _Finalist:
    lower: float
    knots: Integers
    p: Integers
    q: Integers


class _Search:
    """The state of one run: the best error so far, what was left behind, and who is left."""

    def __init__(self, target: Target, width: int, readout: bool) -> None:
        self.target, self.readout = target, readout
        self.grids = [Grid.of(target, width, parts) for parts in (*STAGES, LAST)]
        self.best = float("inf")
        self.behind = float("inf")
        self.functions = 0
        self.finalists: list[_Finalist] = []

    def bounds(self, grid: Grid, knots: Integers) -> Array:
        if self.readout:
            return free_lower(grid, knots, enough=self.best)
        return fixed_lower(grid, knots)

    def take(self, batch: Batch) -> None:
        """Screen one batch; what survives joins the finalists."""
        self.functions += len(batch.heights)
        rows: Rows = np.arange(len(batch.heights))
        bounds = np.full(rows.size, -np.inf)
        for grid in self.grids[:-1]:
            bounds = np.maximum(bounds, self.bounds(grid, batch.heights[rows]))
            if grid.parts <= 2:
                for row in rows[np.argsort(bounds, kind="stable")[:GUESSES]]:
                    self.guess(batch.heights[row])
            rows, bounds = self.pruned(rows, bounds)
            if not rows.size:
                return
        for row, bound in zip(rows.tolist(), bounds.tolist(), strict=True):
            p, q = complete(batch.active[row], batch.left_out)
            self.finalists.append(_Finalist(bound, batch.heights[row], p, q))

    def guess(self, knots: Integers) -> None:
        self.best = min(self.best, polish(self.target, knots, readout=self.readout).error)

    def pruned(self, rows: Rows, bounds: Array) -> tuple[Rows, Array]:
        gone = bounds > self.best
        if gone.any():
            self.behind = min(self.behind, float(bounds[gone].min()))
        return rows[~gone], bounds[~gone]

    def last(self) -> tuple[float, _Finalist, Polished, int]:
        """Finer screening, then balls: the lower end, and the best network with its read-out."""
        knots = np.array([entry.knots for entry in self.finalists])
        bounds = np.array([entry.lower for entry in self.finalists])
        everyone: Rows = np.arange(len(knots))
        rows, bounds = self.pruned(everyone, bounds)
        bounds = np.maximum(bounds, self.bounds(self.grids[-1], knots[rows]))
        rows, bounds = self.pruned(rows, bounds)
        order = np.argsort(bounds, kind="stable")
        results = []
        for place in order[:POLISHED].tolist():
            entry = self.finalists[int(rows[place])]
            found = polish(self.target, entry.knots, readout=self.readout)
            results.append((found.error, place, entry, found))
        ends = [max(float(bounds[place]), found.lower) for _, place, _, found in results]
        rest = bounds[order[POLISHED:]]
        lower = min([self.behind, *ends, *rest.tolist()])
        _, _, entry, found = min(results, key=lambda result: result[:2])
        return max(lower, 0.0), entry, found, len(results)


def sup_optimum(
    target: Target,
    width: int,
    *,
    readout: bool,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> SupOptimum:
    """Every permutation of +-i/(n-1) on n equidistant locations, n <= 6; sup norm.

    ``stop`` is asked between batches and ends the run with InterruptedError.  Raises InputError for
    a width out of reach and a target that is not finite.  Source: note P7.
    """
    search = _Search(target, width, readout)
    total = len(left_outs(width, readout=readout))
    for done, batch in enumerate(batches(width, readout=readout)):
        if progress is not None:
            progress(done, total, f"{search.functions} functions, best {search.best:.4g}")
        if stop is not None and stop():
            raise InterruptedError
        search.take(batch)
    lower, entry, found, count = search.last()
    stored = store(target, entry.p, entry.q, found.alpha, found.gam, readout=readout)
    upper = stored.exact_upper
    return SupOptimum(min(lower, upper), upper, stored, entry.p, entry.q, search.functions, count)
