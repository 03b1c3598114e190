"""The units of one facing that are still free, sorted by kink, and how a need is met from them.

A need D is met by greedy single units while |D| exceeds 0.6 of the largest kink of its sign, then
by nothing, one unit, a pair or three units, the fewest that come within a tolerance (note B2,
arXiv 2407.00957).  A pair is searched over all live partners of ``CANDIDATES`` live units spread
over the pool, over all pairs where the pool is smaller: O(CANDIDATES log n) per need, and a removal
moves at most n numbers, so a sweep over n units costs O(n CANDIDATES log n) and n^2/16 moves of
eight bytes, which is less up to n of about 10^6.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from numerics.networks import Array

CANDIDATES = 192
GREEDY = 0.6
# Three units are searched over this many first units, each with all pairs of as many candidates.
TRIPLE_CANDIDATES = 64


class Pool:
    """Live units with their signed kinks, ascending; ``sizes`` and ``units`` of equal length."""

    def __init__(self, kinks: Array, units: NDArray[np.int64]) -> None:
        live = kinks != 0.0
        order = np.argsort(kinks[live], kind="stable")
        self._sizes: Array = np.ascontiguousarray(kinks[live][order])
        self._units: NDArray[np.int64] = np.ascontiguousarray(units[live][order])
        self._count = int(self._sizes.size)

    @classmethod
    def empty(cls) -> Pool:
        """A pool without units."""
        return cls(np.zeros(0), np.zeros(0, dtype=np.int64))

    def copy(self) -> Pool:
        """An independent copy of the live part."""
        return Pool(self.sizes, self.units)

    def __len__(self) -> int:
        return self._count

    @property
    def sizes(self) -> Array:
        """The live kinks, ascending; a view."""
        return self._sizes[: self._count]

    @property
    def units(self) -> NDArray[np.int64]:
        """Their units; a view."""
        return self._units[: self._count]

    def largest(self, sign: float) -> float:
        """The largest |kink| of this sign, 0 if there is none."""
        if self._count == 0:
            return 0.0
        end = float(self._sizes[self._count - 1]) if sign > 0 else -float(self._sizes[0])
        return max(end, 0.0)

    def remove(self, index: int) -> int:
        """Take the unit at ``index`` of the sorted order; returns its number."""
        unit = int(self._units[index])
        last = self._count
        self._sizes[index : last - 1] = self._sizes[index + 1 : last]
        self._units[index : last - 1] = self._units[index + 1 : last]
        self._count = last - 1
        return unit

    def nearest(self, value: float) -> int:
        """The index of the live kink nearest to ``value``; the pool must not be empty."""
        sizes = self.sizes
        right = int(np.searchsorted(sizes, value))
        if right == 0:
            return 0
        if right == sizes.size:
            return right - 1
        return right if sizes[right] - value < value - sizes[right - 1] else right - 1

    def greedy(self, need: float) -> int | None:
        """The largest kink towards ``need`` while |need| > 0.6 of it, as an index; else None."""
        largest = self.largest(need)
        if largest == 0.0 or abs(need) <= GREEDY * largest:
            return None
        return self._count - 1 if need > 0 else 0

    def pair(self, need: float, tolerance: float = 0.0) -> tuple[float, int, int] | None:
        """(|kink_i + kink_j - need|, i, j), i < j, the best over the candidates i and all j.

        Of several pairs within ``tolerance`` the one with the largest kinks: they are rare, and
        small ones find partners for longer.
        """
        if self._count < 2:
            return None
        first = _spread(self._count, CANDIDATES)
        missing, j = self._partners(first, need)
        best = int(missing.argmin())
        if missing[best] <= tolerance:
            sizes = np.abs(self.sizes)
            rank = np.where(missing <= tolerance, sizes[first] + sizes[j], -1.0)
            best = int(rank.argmax())
        i, k = int(first[best]), int(j[best])
        return float(missing[best]), min(i, k), max(i, k)

    def _partners(self, first: NDArray[np.int64], need: float) -> tuple[Array, NDArray[np.int64]]:
        """For each i of ``first`` the best j != i and what is missing then."""
        sizes, last = self.sizes, self._count - 1
        wanted = need - sizes[first]
        right = np.searchsorted(sizes, wanted)
        above = np.minimum(right + (right == first), last)
        left = right - 1
        below = np.maximum(left - (left == first), 0)
        over, under = np.abs(sizes[above] - wanted), np.abs(sizes[below] - wanted)
        over[above == first] = np.inf
        under[below == first] = np.inf
        return np.minimum(over, under), np.where(over < under, above, below)

    def triple(self, need: float) -> tuple[float, int, int, int] | None:
        """(|sum of three kinks - need|, i, j, k), ascending, over spread candidates."""
        if self._count < 3:
            return None
        sizes = self.sizes
        first = _spread(self._count, TRIPLE_CANDIDATES)
        i, j = (index.ravel() for index in np.meshgrid(first, first, indexing="ij"))
        keep = i < j
        i, j = i[keep], j[keep]
        wanted = need - sizes[i] - sizes[j]
        right = np.searchsorted(sizes, wanted)
        best: tuple[float, int, int, int] | None = None
        for shift in (-1, 0):
            k = np.clip(right + shift, 0, self._count - 1)
            missing = np.abs(sizes[k] - wanted)
            missing[(k == i) | (k == j)] = np.inf
            at = int(missing.argmin())
            if np.isfinite(missing[at]) and (best is None or missing[at] < best[0]):
                x, y, z = sorted((int(i[at]), int(j[at]), int(k[at])))
                best = (float(missing[at]), x, y, z)
        return best

    def take(self, need: float, tolerance: float, most: int = 2) -> list[int]:
        """Remove and return the units that meet ``need``: greedy ones, then at most ``most``."""
        taken: list[int] = []
        while (index := self.greedy(need)) is not None:
            need -= float(self.sizes[index])
            taken.append(self.remove(index))
        if abs(need) <= tolerance or self._count == 0:
            return taken
        options: list[tuple[float, tuple[int, ...]]] = [(abs(need), ())]
        single = self.nearest(need)
        options.append((abs(float(self.sizes[single]) - need), (single,)))
        if options[-1][0] > tolerance and (pair := self.pair(need, tolerance)) is not None:
            options.append((pair[0], pair[1:]))
            if most >= 3 and (triple := self.triple(need)) is not None:
                options.append((triple[0], triple[1:]))
        _, chosen = min(options, key=lambda option: option[0])
        taken.extend(self.remove(index) for index in reversed(chosen))
        return taken


def _spread(count: int, most: int) -> NDArray[np.int64]:
    """Indices of at most ``most`` members spread evenly over 0..count-1."""
    if count <= most:
        return np.arange(count)
    return np.linspace(0, count - 1, most).astype(np.int64)
