"""Every permutation network of a small width, as integers (note P7).

On [0,1], in units of d = 1/(n-1) for coefficients and d^2 for values, the network of the integers
(P, Q) has the values H_j = sum_{i<j} P_i (j-i) + sum_{i>j} Q_i (i-j) at the knots.  Q_0 and P_{n-1}
do not act, so the functions are the arrangements of 2n - 2 of the values 0, 0, +-1, ..., +-(n-1):
two are left out, and the two zeros are alike.  With a read-out H and -H are one function up to
alpha and gam, and so are H and c H + const.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations
from math import factorial

import numpy as np
from numpy.typing import NDArray

from numerics.permutation.feedback import Integers
from theory.errors import InputError

SMALLEST, LARGEST = 2, 6
Arrangements = NDArray[np.int8]


@dataclass(frozen=True)
class Batch:
    """Networks that lack the values ``left_out``.

    ``active``: (m, 2n-2), P_0..P_{n-2} then Q_1..Q_{n-1}; ``heights``: H, (m, n).  With a read-out
    one network of each class c H + const is kept.
    """

    left_out: tuple[int, int]
    active: Arrangements
    heights: Integers

    def coefficients(self, row: int) -> tuple[Integers, Integers]:
        """(P, Q) of one row, with the two idle values in the two idle places."""
        return complete(self.active[row], self.left_out)


def complete(active: Arrangements, left_out: tuple[int, int]) -> tuple[Integers, Integers]:
    """(P, Q), each (n,), from the active places and the two values that do not act."""
    half = active.size // 2
    p = np.concatenate([active[:half], [left_out[0]]]).astype(np.int64)
    q = np.concatenate([[left_out[1]], active[half:]]).astype(np.int64)
    return p, q


def batches(width: int, *, readout: bool) -> Iterator[Batch]:
    """All networks of ``width`` = n locations; raises InputError outside 2..6.

    Without a read-out the functions of all batches together are every function, each once per
    batch; with it one of each pair H, -H is left out where whole batches mirror each other.
    """
    if isinstance(width, bool) or not SMALLEST <= width <= LARGEST:
        accepted = f"{SMALLEST} to {LARGEST} is accepted by enumeration"
        raise InputError("--width", width, "out of range:", accepted)
    table = _orders(2 * width - 2)
    matrix = knot_values(width)
    for left_out in left_outs(width, readout=readout):
        values = _values(width)
        for value in left_out:
            values.remove(value)
        active = np.array(values, dtype=np.int8)[table]
        zeros = [place for place, value in enumerate(values) if value == 0]
        if len(zeros) == 2:
            active = active[_before(table, zeros[0], zeros[1])]
        # Products of small integers: exact in float32.
        heights = (active.astype(np.float32) @ matrix.astype(np.float32)).astype(np.int64)
        kept = _distinct(heights, readout=readout)
        yield Batch(left_out, active[kept], heights[kept])


def left_outs(width: int, *, readout: bool) -> list[tuple[int, int]]:
    """The pairs of values that do not act; with a read-out one of each pair of mirror images."""
    pairs = sorted(set(combinations(sorted(_values(width)), 2)))
    if not readout:
        return pairs
    return [pair for pair in pairs if pair <= (-pair[1], -pair[0])]


def arrangements(width: int) -> int:
    """(2n)!/4 + (2n-2)!/2, the number of arrangements that ``batches`` goes through."""
    return factorial(2 * width) // 4 + factorial(2 * width - 2) // 2


def _values(width: int) -> list[int]:
    return [*range(width), *(-value for value in range(width))]


def _orders(size: int) -> NDArray[np.int8]:
    """All orders of 0..size-1, (size!, size)."""
    if size <= 8:
        return np.array(list(permutations(range(size))), dtype=np.int8)
    shorter = _orders(size - 1)
    result = np.empty((size, len(shorter), size), dtype=np.int8)
    for first in range(size):
        result[first, :, 0] = first
        result[first, :, 1:] = shorter + (shorter >= first)
    return result.reshape(-1, size)


def knot_values(width: int) -> Integers:
    """The matrix from active places to knot values, (2n-2, n)."""
    knots = np.arange(width)
    right = np.maximum(knots[None, :] - knots[:-1, None], 0)
    left = np.maximum(knots[1:, None] - knots[None, :], 0)
    return np.concatenate([right, left])


def _before(table: NDArray[np.int8], first: int, second: int) -> NDArray[np.bool_]:
    """Rows in which the value number ``first`` stands before ``second``."""
    return np.asarray((table == first).argmax(axis=1) < (table == second).argmax(axis=1))


def _distinct(heights: Integers, *, readout: bool) -> NDArray[np.intp]:
    """Rows that differ as functions, or up to c H + const with a read-out; the first of each."""
    forms = heights - heights[:, :1] if readout else heights
    if readout:
        divisor = np.maximum(np.gcd.reduce(forms, axis=1), 1)
        first = (forms != 0).argmax(axis=1)
        sign = np.where(forms[np.arange(len(forms)), first] < 0, -1, 1)
        forms = forms * (sign // 1)[:, None] // divisor[:, None]
    low = forms.min()
    base = int(forms.max() - low) + 1
    assert base ** forms.shape[1] < 2**63
    key = np.zeros(len(forms), dtype=np.int64)
    for column in (forms - low).T:
        key = key * base + column
    return np.unique(key, return_index=True)[1]
