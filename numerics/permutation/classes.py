"""Permutations whose displacements are multiples of m, with open chains for a slope (P9).

A displacement that is a multiple of m stays in its residue class mod m, where m is one step: every
class is a line of its own, tiled by the zero-sum blocks of P8.  What is left, a sum S of rising
steps, runs in *chains* from the bottom of a class to its top: a chain leaves the positive copy of
its first integer and the negative copy of its last one unpaired, and the locations at the ends of
the domain, the *absorbers*, take these, two each.  With A absorbers and C chains there are C - A
*links*: the bottoms c and m - c of two chains, both positive, are the pair of a kink +m.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from numerics.permutation.feedback import Integers
from numerics.permutation.realise import SelfCheckFailed
from theory.permutation.blocks import (
    DOWN_TRIPLE,
    FIXED,
    LONE_DOWN_TRIPLE,
    LONE_OPENING,
    LONE_SWAP,
    LONE_UP_TRIPLE,
    LONE_ZERO,
    ODD_OPENING,
    QUAD,
    SWAP,
    UP_TRIPLE,
)

Block = tuple[int, ...]
Run = tuple[Block, int]

STEP: Block = (1,)
# x > x+2 over an integer that stays.
HOP: Block = (2, 0)


@dataclass(frozen=True)
class Pairs:
    """Values (high_i, low_i), integers of shape (n,) in the order of the locations, high >= low.

    The kink of location i is their sum.  ``absorbers`` are the locations whose kink is what the
    tiling left.
    """

    high: Integers
    low: Integers
    absorbers: tuple[int, ...]


@dataclass
class _Stock:
    """Zero-sum blocks and what a chain is made of; ``steps`` of +1, ``twos`` of +2 are left."""

    zeros: int
    swaps: int
    quads: int
    ups: int
    downs: int
    steps: int
    twos: int
    odd: list[Block] = field(default_factory=list)
    pieces: list[Run] = field(default_factory=list)

    def blocks(self) -> list[Run]:
        """All zero-sum blocks as runs."""
        runs = [(QUAD, self.quads), (UP_TRIPLE, self.ups), (DOWN_TRIPLE, self.downs)]
        return [(block, 1) for block in self.odd] + [
            *runs,
            (SWAP, self.swaps),
            (FIXED, self.zeros),
        ]


def pair_up(kinks: Integers, n: int, m: int, absorbers: int, chains: int) -> Pairs | None:
    """Pairs with high_i + low_i = m kinks_j at the j-th location that is no absorber, or None.

    ``kinks``: integers in {-2..2}, shape (n - absorbers,), m >= 2.  ``absorbers``: an even number
    A of locations, half of them at each end; ``chains``: C, A <= C <= 2A (for A > 2 even).  None
    where this tiling does not fit: other kinks, more chains or another m may.  O(n), verified.
    Source: note P9.
    """
    side, links = absorbers // 2, chains - absorbers
    classes = _chain_classes(m, links, 2 * absorbers - chains)
    if classes is None or n < 2 * m:
        return None
    sign = -1 if kinks.sum() < 0 else 1
    counts = [int(np.count_nonzero(sign * kinks == value)) for value in (2, 1, 0, -1, -2)]
    stock = _take_stock(counts, links)
    sizes = [(n - c + m - 1) // m for c in range(m)]
    if stock is None:
        return None
    runs = _fill_chains(stock, [sizes[c] - 1 for c in classes], outer=4 if side > 1 else 0)
    if runs is None:
        return None
    lengths = [sum(sum(block) * count for block, count in chain) for chain in runs]
    room = list(sizes)
    for c, length in zip(classes, lengths, strict=True):
        room[c] -= length + 1
    filled = _fill(room, stock.blocks())
    if filled is None:
        return None

    sources, moves = [], []
    for c in range(m):
        chain = list(runs[classes.index(c)]) if c in classes else []
        tail = [(FIXED, 1)] if c in classes else []  # the chain's last integer, left out below
        line = [np.tile(np.array(b, dtype=np.int64), k) for b, k in (*chain, *tail, *filled[c])]
        move, source = np.concatenate(line), c + m * np.arange(sizes[c])
        if c in classes:
            last = lengths[classes.index(c)]
            move, source = np.delete(move, last), np.delete(source, last)
        moves.append(move)
        sources.append(source)
    source, move = np.concatenate(sources), np.concatenate(moves)
    bottoms = np.array(classes[: 2 * links]).reshape(-1, 2)
    high = np.concatenate([source + m * move, bottoms.max(axis=1)])
    low = np.concatenate([-source, bottoms.min(axis=1)])
    ends = [-(c + m * length) for c, length in zip(classes, lengths, strict=True)]
    special = _absorbed(ends, classes[2 * links :], side)
    return _deal(high, low, special, sign, m, kinks)


def _chain_classes(m: int, links: int, single: int) -> list[int] | None:
    """Classes c, m-c of linked chains in turn, then ``single`` others, an even one first.

    Two classes of opposite parity meet in an absorber: with m even this is what makes the sum of
    all high - low values odd or even as needed.
    """
    if links > (m - 1) // 2:
        return None
    linked = [entry for c in range(1, links + 1) for entry in (c, m - c)]
    others = [c for c in range(m) if c not in linked][:single]
    return linked + others if len(others) == single else None


def _take_stock(counts: Sequence[int], links: int) -> _Stock | None:
    """Zero-sum blocks as in P8; each link uses a +1, freed from a swap where there is none."""
    twos, ones, zeros, minus_ones, minus_twos = counts
    if ones < links:
        return None
    ones -= links
    swaps, couples = min(ones, minus_ones), min(twos, minus_twos)
    quads, lone = divmod(couples, 2)
    twos, minus_twos = twos - couples, minus_twos - couples
    ones, minus_ones = ones - swaps, minus_ones - swaps
    ups, ones = minus_twos, ones - 2 * minus_twos
    downs, odd = divmod(minus_ones, 2)
    twos -= downs
    if ones < 0 or twos < 0:  # the links took what a sum >= 0 guaranteed
        return None
    stock = _Stock(zeros, swaps, quads, ups, downs, ones, twos)
    if odd and stock.twos >= 2:
        stock.twos -= 2
        stock.pieces.append((ODD_OPENING, 1))
    elif odd:
        if not (stock.twos and stock.swaps):
            return None
        stock.swaps, stock.twos, stock.downs = stock.swaps - 1, stock.twos - 1, stock.downs + 1
        stock.steps += 1
    if lone and not _weave(stock):
        return None
    return stock if _spend_twos(stock) else None


def _weave(stock: _Stock) -> bool:
    """A lone (+2, -2) into another block."""
    if stock.zeros:
        stock.zeros -= 1
        stock.odd.append(LONE_ZERO)
    elif stock.swaps:
        stock.swaps -= 1
        stock.odd.append(LONE_SWAP)
    elif stock.downs:
        stock.downs -= 1
        stock.odd.append(LONE_DOWN_TRIPLE)
    elif stock.ups:
        stock.ups -= 1
        stock.odd.append(LONE_UP_TRIPLE)
    elif stock.twos >= 2:
        stock.twos -= 2
        stock.pieces.append((LONE_OPENING, 1))
    else:
        return False
    return True


def _spend_twos(stock: _Stock) -> bool:
    """The +2 left for the chains: over zeros, with -1s of swaps or triples, over (+2,-2)."""
    hops = min(stock.twos, stock.zeros)
    stock.twos, stock.zeros = stock.twos - hops, stock.zeros - hops
    zigs = min(stock.twos // 2, stock.swaps)
    stock.twos, stock.swaps, stock.steps = (
        stock.twos - 2 * zigs,
        stock.swaps - zigs,
        stock.steps + zigs,
    )
    broken = min(stock.twos // 3, stock.downs)  # 3 twos and (2,-1,-1) are two zigs
    stock.twos, stock.downs, zigs = stock.twos - 3 * broken, stock.downs - broken, zigs + 2 * broken
    spans = min(stock.twos // 4, stock.quads)  # 4 twos and a quad are two spans
    stock.twos, stock.quads = stock.twos - 4 * spans, stock.quads - spans
    while stock.twos and stock.swaps >= 2:
        stock.twos, stock.swaps = stock.twos - 1, stock.swaps - 2
        stock.downs, stock.steps = stock.downs + 1, stock.steps + 2
    stock.pieces += [(LONE_OPENING, 2 * spans), (ODD_OPENING, zigs), (HOP, hops)]
    return stock.twos == 0


def _fill_chains(stock: _Stock, capacity: list[int], outer: int) -> list[list[Run]] | None:
    """The pieces, large ones first, in chains of at most these lengths; None if they do not fit.

    With ``outer`` the first so many chains are filled completely before the others, which share
    the rest evenly, so that both ends of the domain absorb the same; the linked ones come first.
    """
    runs = [(block, count) for block, count in (*stock.pieces, (STEP, stock.steps)) if count]
    total = sum(sum(block) * count for block, count in runs)
    limits = list(capacity)
    if outer:
        rest = total - sum(capacity[:outer])
        inner = len(capacity) - outer
        if rest < 0:
            return None
        shares = [(rest + j) // inner for j in range(inner)]
        limits = [*capacity[:outer], *shares]
    if any(limit > room for limit, room in zip(limits, capacity, strict=True)):
        return None
    chains: list[list[Run]] = []
    for limit in limits:
        chain: list[Run] = []
        for index, (block, count) in enumerate(runs):
            used = min(count, limit // sum(block))
            if used:
                chain.append((block, used))
                runs[index], limit = (block, count - used), limit - used * sum(block)
        chains.append(chain)
    return chains if not any(count for _, count in runs) else None


def _fill(room: list[int], blocks: list[Run]) -> list[list[Run]] | None:
    """Blocks that fill every class exactly, or None.

    An odd class takes one odd block; the others go in by size, odd ones two at a time.
    """
    stock = {block: count for block, count in blocks if count}
    if sum(len(block) * count for block, count in stock.items()) != sum(room):
        return None
    filled: list[list[Run]] = [[] for _ in room]
    room = list(room)
    singles = sorted((block for block in stock if len(block) % 2), key=len, reverse=True)
    for c, size in enumerate(room):
        if size % 2:
            fits = [block for block in singles if stock[block] and len(block) <= size]
            if not fits:
                return None
            stock[fits[0]] -= 1
            filled[c].append((fits[0], 1))
            room[c] -= len(fits[0])
    units: list[tuple[list[Block], int]] = []
    spare: Block | None = None
    for block in singles:
        twice, single = divmod(stock[block], 2)
        if spare is not None and single:
            units.append(([spare, block], 1))
            spare, single = None, 0
        units.append(([block, block], twice))
        spare = block if single else spare
    units += [([block], count) for block, count in stock.items() if len(block) % 2 == 0]
    units.sort(key=lambda unit: -sum(map(len, unit[0])))
    for parts, count in units:
        size, left = sum(map(len, parts)), count
        for c in range(len(room)) if left else ():
            used = min(left, room[c] // size)
            if used:
                filled[c].extend((part, used) for part in parts)
                left, room[c] = left - used, room[c] - used * size
            if not left:
                break
        if left:
            return None
    return filled


def _absorbed(ends: list[int], bottoms: list[int], side: int) -> list[tuple[int, int]]:
    """(high, low) of the absorbers from left to right: tops of chains, and bottoms not linked."""
    if side == 1:
        if len(bottoms) == 2:  # crossed: classes 0 and 1
            return [(bottoms[1], ends[0]), (bottoms[0], ends[1])]
        if len(bottoms) == 1:
            return [_ordered(ends[0], ends[2]), (bottoms[0], ends[1])]
        return [_ordered(ends[0], ends[2]), _ordered(ends[1], ends[3])]
    outer = [_ordered(ends[0], ends[2]), _ordered(ends[1], ends[3])]
    left = _ordered(ends[4], bottoms[1] if bottoms else ends[6])
    right = _ordered(ends[5], bottoms[0] if bottoms else ends[7])
    return [outer[0], left, right, outer[1]]


def _ordered(x: int, y: int) -> tuple[int, int]:
    return max(x, y), min(x, y)


def _deal(
    high: Integers,
    low: Integers,
    special: list[tuple[int, int]],
    sign: int,
    m: int,
    kinks: Integers,
) -> Pairs:
    """The pairs of each displacement to its locations, in a fixed disorder."""
    side, n = len(special) // 2, kinks.size + len(special)
    ends = np.array(special)
    if sign < 0:
        high, low, ends = -low, -high, -ends[:, ::-1]
    shuffle = np.random.default_rng(n).permutation(high.size)
    high, low = high[shuffle], low[shuffle]
    order = np.argsort(high + low, kind="stable")
    places = side + np.argsort(kinks, kind="stable")
    absorbers = (*range(side), *range(n - side, n))
    dealt = np.empty((2, n), dtype=np.int64)
    dealt[:, places] = high[order], low[order]
    dealt[:, absorbers] = ends.T
    expected = np.arange(1 - n, n)
    values = np.sort(dealt.ravel())
    if not np.array_equal(values, np.sort(np.append(expected, 0))):
        raise SelfCheckFailed("classes: not a permutation of the values")
    if not np.array_equal(dealt.sum(axis=0)[side : n - side], m * kinks):
        raise SelfCheckFailed("classes: a pair differs from its kink")
    return Pairs(dealt[0], dealt[1], absorbers)
