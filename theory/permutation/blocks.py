"""The layout behind the realisation lemma of P8: any displacements in -2..2, closed by two ends.

A layout is a map of the sources 0, 1, ..., n-1 onto themselves, written as displacements in the
order of the sources: blocks of consecutive integers, each closed in itself, and one path or pair of
paths that the two ends close.  The ends may move by any amount; every other source moves by -2, -1,
0, 1 or 2, each as often as asked for.
*Paths.*  A goes from x on (after an opening that leaves it one ahead of an untouched integer), B
from the integer after; both move by +2 in turn, then the leader by +1; each closes on its own
start, or on the other's: then both ends are odd where all other displacements are even.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Displacements = tuple[int, ...]

FIXED: Displacements = (0,)
SWAP: Displacements = (1, -1)
QUAD: Displacements = (2, 2, -2, -2)
UP_TRIPLE: Displacements = (1, 1, -2)
DOWN_TRIPLE: Displacements = (2, -1, -1)
# A lone pair (+2,-2), which two consecutive integers cannot hold, woven into another block.
LONE_ZERO: Displacements = (2, 0, -2)
LONE_SWAP: Displacements = (2, -1, 1, -2)
LONE_DOWN_TRIPLE: Displacements = (2, -1, 2, -2, -1)
LONE_UP_TRIPLE: Displacements = (1, 2, -2, 1, -2)
BLOCKS = (
    FIXED,
    SWAP,
    QUAD,
    UP_TRIPLE,
    DOWN_TRIPLE,
    LONE_ZERO,
    LONE_SWAP,
    LONE_DOWN_TRIPLE,
    LONE_UP_TRIPLE,
)
# Openings of the path: 0>2>1>3, and 0>2>4 with the swap 1<>3 inside.
ODD_OPENING: Displacements = (2, 2, -1)
LONE_OPENING: Displacements = (2, 2, 2, -2)
OPENINGS = ((), ODD_OPENING, LONE_OPENING, (*ODD_OPENING, *LONE_OPENING))


@dataclass(frozen=True)
class Run:
    """``count`` copies of ``displacements``, side by side."""

    displacements: Displacements
    count: int = 1


@dataclass
class Line:
    """Runs laid side by side from 0; ``ends`` are the sources whose displacement is an end."""

    runs: list[Run] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    size: int = 0

    def add(self, block: Displacements, count: int = 1, ends: Sequence[int] = ()) -> None:
        """``count`` copies of a block; ``ends`` are places in the first of them."""
        self.ends += [self.size + end for end in ends]
        self.runs.append(Run(block, count))
        self.size += len(block) * count

    def add_closed_path(self, opening: Displacements, ones: int) -> None:
        """One path: the opening, then +1 steps, closed by one end."""
        self.add(opening)
        self.add((1,), ones)
        self.add((-len(opening) - ones,), ends=(0,))

    def add_twin_path(self, opening: Displacements, twos: int, ones: int, crossed: bool) -> None:
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


def lay_out(twos: int, ones: int, zeros: int, minus_ones: int, minus_twos: int) -> Line:
    """The layout for these counts of +2, +1, 0, -1, -2 with a sum >= 0.  Source: note P8, step 2.

    If all displacements are even (no +1, no -1), both ends are odd.
    """
    even = ones == 0 and minus_ones == 0
    swaps, pairs = min(ones, minus_ones), min(twos, minus_twos)
    quads, lone = divmod(pairs, 2)
    twos, minus_twos = twos - pairs, minus_twos - pairs
    ones, minus_ones = ones - swaps, minus_ones - swaps
    # The sum is >= 0: a surplus of -2 is matched by +1s, a surplus of -1 by +2s.
    up_triples, ones = minus_twos, ones - 2 * minus_twos
    down_triples, odd = divmod(minus_ones, 2)
    twos -= down_triples

    line = Line()
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
    # Small odd P + N first, the path last: the subset sums of the slopes rely on this order.  A
    # swap before each zero, for with the zero first all of them would be multiples of 3.
    line.add(UP_TRIPLE, up_triples)
    line.add(DOWN_TRIPLE, down_triples)
    mixed = min(swaps, zeros)
    line.add((*SWAP, 0), mixed)
    line.add(SWAP, swaps - mixed)
    line.add(FIXED, zeros - mixed)
    line.add(LONE_ZERO, int(lone_zero))
    line.add(QUAD, quads)
    _add_path(line, twos, ones, odd=bool(odd), lone=bool(lone), even=even)
    return line


def _add_path(line: Line, twos: int, ones: int, *, odd: bool, lone: bool, even: bool) -> None:
    """What is left: +2s, +1s, perhaps one -1 (``odd``; then ones == 0 < twos), perhaps (+2,-2)."""
    opening: Displacements = ()
    if odd and twos == 1:
        line.add(DOWN_TRIPLE, ends=(2,))
        line.add(LONE_ZERO if lone else FIXED, ends=(1 if lone else 0,))
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
