"""Kinks of several outputs: free units as vectors in R^l, and how a needed vector is met from them.

A need D is met by single units that bring it nearer while it is long, then by nothing, one unit,
``together`` or ``together`` + 1 units, the fewest within a tolerance: sums of all but the last one
or two are drawn at random, and these are looked up in a k-d tree of units or of pairs, so that
CANDIDATES n, then CANDIDATES PAIRS sums compete in R^l (note B2, several outputs;
arXiv 2407.00957).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.networks import Array

CANDIDATES, PAIRS = 512, 32_768
GREEDY = 0.6
# Neighbours looked at beyond those that the sum itself may hold.
SPARE = 3
# A tree is built anew when this part of its units is gone.
STALE = 0.1


@dataclass(frozen=True)
class _Planted:
    """A k-d tree of sums of ``tuples`` (m, size) of units, ``live`` of which there were."""

    tree: Any
    tuples: NDArray[np.int64]
    live: int


class VectorPool:
    """Live units and their kinks ``vectors`` (m, l)."""

    def __init__(self, vectors: Array, units: NDArray[np.int64], *, together: int) -> None:
        live = (vectors != 0.0).any(axis=1)
        self._vectors = np.ascontiguousarray(vectors[live])
        self._units = units[live].copy()
        self._together = together
        self._live = np.ones(self._units.size, dtype=bool)
        self._random = np.random.default_rng(0)
        self._reach = float(np.linalg.norm(self._vectors, axis=1).max(initial=0.0))
        self._trees: dict[int, _Planted] = {}

    def copy(self) -> VectorPool:
        """An independent copy of the live part."""
        live = self._live
        return VectorPool(self._vectors[live], self._units[live], together=self._together)

    def __len__(self) -> int:
        return int(self._live.sum())

    @property
    def units(self) -> NDArray[np.int64]:
        """The live units."""
        found: NDArray[np.int64] = self._units[self._live]
        return found

    @property
    def vectors(self) -> Array:
        """Their kinks, (m, l)."""
        return self._vectors[self._live]

    def drop(self, units: NDArray[np.int64]) -> None:
        """Take ``units`` out, those of them that are here."""
        self._live &= ~np.isin(self._units, units)

    def take(self, need: Array, tolerance: float) -> list[int]:
        """Remove and return the units that meet ``need`` (l,), the fewest within ``tolerance``."""
        need, taken = need.copy(), []
        while np.linalg.norm(need) > max(tolerance, GREEDY * self._reach):
            found = self._nearest(need)
            if found is None or found[0] >= np.linalg.norm(need):
                break
            need -= self._vectors[found[1]]
            taken.append(self._remove(found[1]))
        options: list[tuple[float, tuple[int, ...]]] = [(float(np.linalg.norm(need)), ())]
        if options[0][0] > tolerance and (single := self._nearest(need)) is not None:
            options.append((single[0], (single[1],)))
        for size in (1, 2):
            if min(options)[0] > tolerance and (several := self._several(need, size)) is not None:
                options.append(several)
        _, chosen = min(options, key=lambda option: option[0])
        return taken + [self._remove(index) for index in chosen]

    def _remove(self, index: int) -> int:
        self._live[index] = False
        return int(self._units[index])

    def _nearest(self, need: Array) -> tuple[float, int] | None:
        live = np.flatnonzero(self._live)
        if live.size == 0:
            return None
        missing = np.linalg.norm(self._vectors[live] - need, axis=1)
        best = int(missing.argmin())
        return float(missing[best]), int(live[best])

    def _several(self, need: Array, size: int) -> tuple[float, tuple[int, ...]] | None:
        """The best sum of ``together`` - 1 units and a tuple of ``size`` from the tree."""
        live = np.flatnonzero(self._live)
        if live.size < self._together - 1 + size:
            return None
        if size not in self._trees or live.size < (1 - STALE) * self._trees[size].live:
            self._trees[size] = self._plant(live, size)
        planted = self._trees[size]
        count = (min(CANDIDATES, live.size ** (self._together - 1)), self._together - 1)
        first = live[self._random.integers(live.size, size=count)]
        if self._together == 2 and live.size <= CANDIDATES:
            first = live[:, None]
        wanted = need - self._vectors[first].sum(axis=1)
        k = min(len(planted.tuples), self._together + SPARE)
        missing, at = planted.tree.query(wanted, k=range(1, k + 1))
        partners = planted.tuples[at]
        usable: NDArray[np.bool_] = np.asarray(self._live[partners].all(axis=2))
        for unit in first.T:
            usable &= (partners != unit[:, None, None]).all(axis=2)
        ordered = np.sort(first, axis=1)
        usable &= np.asarray((np.diff(ordered, axis=1) > 0).all(axis=1))[:, None]
        missing = np.where(usable, missing, np.inf)
        row, column = divmod(int(missing.argmin()), missing.shape[1])
        if not np.isfinite(missing[row, column]):
            return None
        chosen = (*first[row].tolist(), *partners[row, column].tolist())
        return float(missing[row, column]), chosen

    def _plant(self, live: NDArray[np.int64], size: int) -> _Planted:
        """A k-d tree of the live units, or of sums of random pairs of them."""
        from scipy.spatial import cKDTree

        tuples = live[:, None]
        if size == 2 and live.size**2 <= 2 * PAIRS:
            tuples = live[np.array(np.triu_indices(live.size, 1)).T]
        elif size == 2:
            tuples = live[self._random.integers(live.size, size=(PAIRS, 2))]
            tuples = tuples[tuples[:, 0] != tuples[:, 1]]
        return _Planted(cKDTree(self._vectors[tuples].sum(axis=1)), tuples, live.size)
