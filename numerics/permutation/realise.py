"""The realisation lemma of P8: every kink pattern in {-2..2} is a permutation's displacements.

Given k_1..k_{n-2} there are permutations P, N of 0..n-1 with P_i - N_i = k_i for 0 < i < n-1; the
two ends k_0, k_{n-1} are whatever closes the permutation.  Only the multiset of the k_i matters, so
the map N -> P is laid out on the line 0..n-1 as blocks of consecutive integers, each closed in
itself, and one open path that the two ends close; the pairs are dealt to the locations afterwards.
A layout is written as its displacements in the order of the sources 0, 1, 2, ...
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from numerics.permutation.feedback import Integers

SWAP = (1, -1)
QUAD = (2, 2, -2, -2)
UP_TRIPLE = (1, 1, -2)
DOWN_TRIPLE = (2, -1, -1)
# A lone pair (+2,-2), which two consecutive integers cannot hold, woven into another block.
LONE_ZERO = (2, 0, -2)
LONE_SWAP = (2, -1, 1, -2)
LONE_DOWN_TRIPLE = (2, -1, 2, -2, -1)
LONE_UP_TRIPLE = (1, 2, -2, 1, -2)
# Openings of the path that leave it one ahead of an untouched integer: 0>2>1>3, and 0>2>4 with the
# swap 1<>3 inside.
ODD_OPENING = (2, 2, -1)
LONE_OPENING = (2, 2, 2, -2)


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


@dataclass
class _Line:
    """Blocks laid side by side from 0; ``ends`` are the sources whose displacement is an end."""

    pieces: list[Integers] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    size: int = 0

    def add(self, block: Sequence[int], count: int = 1, ends: Sequence[int] = ()) -> None:
        self.ends += [self.size + end for end in ends]
        self.pieces.append(np.tile(np.array(block, dtype=np.int64), count))
        self.size += len(block) * count

    def add_closed_path(self, opening: Sequence[int], ones: int) -> None:
        """One path: the opening, then +1 steps, closed by one end."""
        self.add(opening)
        self.add((1,), ones)
        self.add((-len(opening) - ones,), ends=(0,))

    def add_twin_path(self, opening: Sequence[int], twos: int, ones: int, crossed: bool) -> None:
        """Paths A from the opening at x and B from x+1: +2 steps in turn, then the leader's +1s.

        Sources x..x+twos-1 move by 2, x+twos is the follower's last place, the leader runs on.
        Each closes on its own start, or on the other's if ``crossed``.
        """
        self.add(opening)
        a_start, b_start = self.size - len(opening), self.size + 1
        follower, leader = self.size + twos, self.size + twos + ones + 1
        follower_is_a = (twos % 2 == 0) != crossed
        first, second = (a_start, b_start) if follower_is_a else (b_start, a_start)
        self.add((2,), twos)
        self.add((first - follower,), ends=(0,))
        self.add((1,), ones)
        self.add((second - leader,), ends=(0,))


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
    line = _lay_out(*counts)
    source = np.arange(kinks.size + 2)
    displacement = np.concatenate(line.pieces)
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


def _lay_out(twos: int, ones: int, zeros: int, minus_ones: int, minus_twos: int) -> _Line:
    """The layout for these counts of +2, +1, 0, -1, -2 with a sum >= 0."""
    even = ones == 0 and minus_ones == 0
    swaps, pairs = min(ones, minus_ones), min(twos, minus_twos)
    quads, lone = divmod(pairs, 2)
    twos, minus_twos = twos - pairs, minus_twos - pairs
    ones, minus_ones = ones - swaps, minus_ones - swaps
    # The sum is >= 0: a surplus of -2 is matched by +1s, a surplus of -1 by +2s.
    up_triples, ones = minus_twos, ones - 2 * minus_twos
    down_triples, odd = divmod(minus_ones, 2)
    twos -= down_triples

    line = _Line()
    lone_zero = False
    if lone:
        lone = 0
        if zeros:
            zeros, lone_zero = zeros - 1, True
        elif swaps:
            swaps -= 1
            line.add(LONE_SWAP)
        elif down_triples:
            down_triples -= 1
            line.add(LONE_DOWN_TRIPLE)
        elif up_triples:
            up_triples -= 1
            line.add(LONE_UP_TRIPLE)
        else:
            lone = 1
    # Small odd P + N first, the path last: the subset sums of signs.py rely on this order.  A swap
    # before each zero, for with the zero first all of them would be multiples of 3.
    line.add(UP_TRIPLE, up_triples)
    line.add(DOWN_TRIPLE, down_triples)
    mixed = min(swaps, zeros)
    line.add((*SWAP, 0), mixed)
    line.add(SWAP, swaps - mixed)
    line.add((0,), zeros - mixed)
    line.add(LONE_ZERO, int(lone_zero))
    line.add(QUAD, quads)
    _add_path(line, twos, ones, odd=bool(odd), lone=bool(lone), even=even)
    return line


def _add_path(line: _Line, twos: int, ones: int, *, odd: bool, lone: bool, even: bool) -> None:
    """What is left: +2s, +1s, perhaps one -1 (``odd``; then ones == 0 < twos), perhaps (+2,-2)."""
    opening: tuple[int, ...] = ()
    if odd and twos == 1:
        line.add(DOWN_TRIPLE, ends=(2,))
        line.add(LONE_ZERO if lone else (0,), ends=(1 if lone else 0,))
        return
    if odd:
        opening, twos = ODD_OPENING, twos - 2
    if lone and twos >= 2:
        opening, twos, lone = opening + LONE_OPENING, twos - 2, False
    if not lone:
        line.add_twin_path(opening, twos, ones, crossed=even)
    elif even:
        # Both ends must be odd and there are no two paths to cross: ends in place of the -1s, +1.
        line.add(LONE_DOWN_TRIPLE if twos else LONE_SWAP, ends=(1, 4) if twos else (1, 2))
    else:
        line.add(QUAD if twos else LONE_ZERO, ends=(3 if twos else 1,))
        line.add_closed_path(opening, ones)


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
