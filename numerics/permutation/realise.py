"""The realisation lemma of P8: every kink pattern in {-2..2} is a permutation's displacements.

Given k_1..k_{n-2} there are permutations P, N of 0..n-1 with P_i - N_i = k_i for 0 < i < n-1; the
two ends k_0, k_{n-1} are whatever closes the permutation.  Only the multiset of the k_i matters, so
the map N -> P is laid out on the line 0..n-1 as blocks of consecutive integers, each closed in
itself, and one open path that the two ends close; the pairs are dealt to the locations afterwards.
A layout is written as its displacements in the order of the sources 0, 1, 2, ...
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numerics.permutation.feedback import Integers
from theory.permutation.blocks import lay_out


class SelfCheckFailed(RuntimeError):
    """A construction did not pass its own verification: a bug or a false lemma, never an input."""


@dataclass(frozen=True)
class Realisation:
    """Permutations P, N of 0..n-1 in the order of the locations, both of shape (n,)."""

    positive: Integers
    negative: Integers

    def exchanged(self) -> Realisation:
        """The same pairs with those of the two end locations exchanged."""
        swap = np.arange(self.positive.size)
        swap[[0, -1]] = swap[[-1, 0]]
        return Realisation(self.positive[swap], self.negative[swap])


def realise(kinks: Integers) -> Realisation:
    """Permutations with P_i - N_i = k_i inside; O(n), verified.  Source: note P8, step 2.

    ``kinks``: integers in {-2..2}, shape (n-2,), n >= 2.  If all of them are even, both ends are
    odd (then a sum of the P_i + N_i can have either parity).  Raises ``SelfCheckFailed``.
    """
    kinks = np.asarray(kinks, dtype=np.int64)
    if kinks.size and np.abs(kinks).max() > 2:
        raise ValueError("kinks outside -2..2")
    sign = -1 if kinks.sum() < 0 else 1
    counts = [int(np.count_nonzero(sign * kinks == value)) for value in (2, 1, 0, -1, -2)]
    line = lay_out(*counts)
    source = np.arange(kinks.size + 2)
    runs = [np.tile(np.array(r.displacements, dtype=np.int64), r.count) for r in line.runs]
    displacement = np.concatenate(runs)
    inner = np.ones(source.size, dtype=bool)
    inner[line.ends] = False
    # Deal: the pairs of each displacement, in ascending order, to its locations in ascending order.
    order = np.flatnonzero(inner)
    order = order[np.argsort(displacement[inner].astype(np.int8), kind="stable")]
    dealt = np.empty_like(source)
    dealt[1 + np.argsort((sign * kinks).astype(np.int8), kind="stable")] = order
    dealt[[0, -1]] = line.ends
    start, stop = source[dealt], (source + displacement)[dealt]
    result = Realisation(stop, start) if sign > 0 else Realisation(start, stop)
    _verify(result, kinks)
    return result


def _verify(result: Realisation, kinks: Integers) -> None:
    size = kinks.size + 2
    for side in (result.positive, result.negative):
        inside = side.size == size and side.min() >= 0 and side.max() < size
        if not inside or (np.bincount(side, minlength=size) != 1).any():
            raise SelfCheckFailed("realisation: not a permutation")
    ends = (result.positive - result.negative)[[0, -1]]
    if not np.array_equal((result.positive - result.negative)[1:-1], kinks):
        raise SelfCheckFailed("realisation: a displacement differs from its kink")
    if not (kinks % 2).any() and not (ends % 2).all():
        raise SelfCheckFailed("realisation: even kinks with an even end")
