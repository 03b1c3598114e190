"""The bookkeeping of the layout of P8 in linear integer arithmetic, for all counts at once.

The cases of :func:`theory.permutation.blocks.lay_out` written as formulas: how often each block is
laid, which opening and which path follow.  z3 then shows that no number is negative and that the
displacements add up, for any counts.
"""

from __future__ import annotations

from typing import Any

from theory.lemmas.solver import Problem
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
    Displacements,
)

VALUES = (2, 1, 0, -1, -2)


def layout_counts(extra: int) -> list[Problem]:
    """The claims; ``extra`` quads too many in the control."""

    def accounts(z3: Any) -> tuple[list[Any], Any]:
        hypotheses, asked, laid, least = _model(z3, extra)
        sums = [
            sum(number * block.count(value) for block, number in laid) == asked[value]
            for value in VALUES
        ]
        one_kind = z3.Or(least[3] + least[2] == 0, least[4] + least[1] == 0)
        return hypotheses, z3.And(*sums, *(number >= 0 for number in least), one_kind)

    return [accounts, _odd_ends]


def _model(z3: Any, extra: int) -> tuple[Any, Any, Any, Any]:
    """(hypotheses, counts asked for, [(displacements, how often)], numbers that must be >= 0)."""
    t, o, z, m1, m2 = asked = z3.Ints("twos ones zeros minus_ones minus_twos")
    quads, lone, down, odd = z3.Ints("quads lone down odd")
    swaps, pairs = z3.If(o <= m1, o, m1), z3.If(t <= m2, t, m2)
    hypotheses = [number >= 0 for number in asked]
    hypotheses += [
        2 * t + o - m1 - 2 * m2 >= 0,
        pairs == 2 * quads + lone,
        z3.Or(lone == 0, lone == 1),
        m1 - swaps == 2 * down + odd,
        z3.Or(odd == 0, odd == 1),
    ]
    up = m2 - pairs
    ones = o - swaps - 2 * up
    twos = t - pairs - down

    def number(condition: Any) -> Any:
        return z3.If(condition, 1, 0)

    # A lone pair goes with a zero, a swap, a down-triple or an up-triple, in this order.
    is_lone, is_odd = lone == 1, odd == 1
    with_zero = z3.And(is_lone, z > 0)
    with_swap = z3.And(is_lone, z == 0, swaps > 0)
    with_down = z3.And(is_lone, z == 0, swaps == 0, down > 0)
    with_up = z3.And(is_lone, z == 0, swaps == 0, down == 0, up > 0)
    still = z3.And(is_lone, z == 0, swaps == 0, down == 0, up == 0)
    even = z3.And(o == 0, m1 == 0)
    # Without a second +2 the -1 that is odd closes a down-triple with an end in its last place.
    short = z3.And(is_odd, twos == 1)
    opens = z3.And(is_odd, twos >= 2)
    left = z3.If(opens, twos - 2, twos)
    weaves = z3.And(still, z3.Not(short), left >= 2)
    left = z3.If(weaves, left - 2, left)
    stuck = z3.And(still, z3.Not(short), z3.Not(weaves))
    twin = z3.And(z3.Not(short), z3.Not(stuck))
    closes, single = z3.And(stuck, even), z3.And(stuck, z3.Not(even))
    laid: list[tuple[Displacements, Any]] = [
        (LONE_SWAP, number(with_swap)),
        (LONE_DOWN_TRIPLE, number(with_down)),
        (LONE_UP_TRIPLE, number(with_up)),
        (UP_TRIPLE, up - number(with_up)),
        (DOWN_TRIPLE, down - number(with_down)),
        (SWAP, swaps - number(with_swap)),
        (FIXED, z - number(with_zero)),
        (LONE_ZERO, number(with_zero)),
        (QUAD, quads + extra),
        (_less(DOWN_TRIPLE, 2), number(short)),
        (_less(LONE_ZERO, 1), number(z3.And(short, still))),
        (ODD_OPENING, number(opens)),
        (LONE_OPENING, number(weaves)),
        ((2,), z3.If(twin, left, 0)),
        ((1,), z3.If(z3.Or(twin, single), ones, 0)),
        (_less(LONE_DOWN_TRIPLE, 1, 4), number(z3.And(closes, left == 1))),
        (_less(LONE_SWAP, 1, 2), number(z3.And(closes, left == 0))),
        (_less(QUAD, 3), number(z3.And(single, left == 1))),
        (_less(LONE_ZERO, 1), number(z3.And(single, left == 0))),
    ]
    return hypotheses, dict(zip(VALUES, asked, strict=True)), laid, [how for _, how in laid]


def _less(block: Displacements, *ends: int) -> Displacements:
    """The displacements of a block without those of its ends."""
    return tuple(step for place, step in enumerate(block) if place not in ends)


def _odd_ends(z3: Any) -> tuple[list[Any], Any]:
    """Twin paths crossed: both ends move by an odd number if t +2 steps, and no +1, are taken.

    The opening has even length o (0 or 4); A starts at 0, B at o + 1.
    """
    o, t, half = z3.Ints("o t half")
    follower_is_a = t % 2 == 1
    first = z3.If(follower_is_a, 0, o + 1) - (o + t)
    second = z3.If(follower_is_a, o + 1, 0) - (o + t + 1)
    return [o == 2 * half, o >= 0, t >= 0], z3.And(first % 2 == 1, second % 2 == 1)
