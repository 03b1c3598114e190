"""P8, step 3, for every n: subset sums of P_i + N_i grow from the first few sources of a layout.

w = 2 p + delta at the source p.  Let ``FEW`` sources that are no ends come first.  If their subset
sums fill [L, T - L], T their sum, the next weight extends this to [L, T + w - L] as long as
w <= T - 2 L + 1, which holds ever after, because weights grow by 2 and T quadratically.  If all
those weights are even, the same holds for even sums, and odd weights are added in pairs; for an odd
sum one odd weight a is put in and another one, b, left out.

Every layout begins like one of :func:`beginnings`, which follows the order of
:func:`theory.permutation.blocks.lay_out`: one woven block at most; up-triples or down-triples;
swaps with zeros; swaps or zeros; a woven zero; quads; a path or a closing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from theory.lemmas.lemma import Outcome, proved, refuted
from theory.lemmas.solver import Problem
from theory.permutation.blocks import (
    DOWN_TRIPLE,
    FIXED,
    LONE_DOWN_TRIPLE,
    LONE_SWAP,
    LONE_UP_TRIPLE,
    LONE_ZERO,
    ODD_OPENING,
    OPENINGS,
    QUAD,
    SWAP,
    UP_TRIPLE,
    Displacements,
)

FEW = 14
Weights = tuple[int, ...]
# How far a layout is: the next source, and the weights of the sources so far that are no ends.
Start = tuple[int, Weights]
Ends = tuple[int, ...]
# Endings of a line: blocks with the places of their ends.
CLOSINGS: tuple[tuple[tuple[Displacements, Ends], ...], ...] = (
    ((LONE_DOWN_TRIPLE, (1, 4)),),
    ((LONE_SWAP, (1, 2)),),
    ((DOWN_TRIPLE, (2,)), (LONE_ZERO, (1,))),
    ((DOWN_TRIPLE, (2,)), (FIXED, (0,))),
)


def beginnings(mixed: Displacements = (*SWAP, 0)) -> set[Weights]:
    """The first ``FEW`` weights, without those of ends, of all layouts with that many of them."""
    lone = (LONE_SWAP, LONE_DOWN_TRIPLE, LONE_UP_TRIPLE)
    starts = {(0, ()), *(_laid((0, ()), block) for block in lone)}
    starts = _repeated(starts, UP_TRIPLE) | _repeated(starts, DOWN_TRIPLE)
    starts = _repeated(starts, mixed)
    starts = _repeated(starts, SWAP) | _repeated(starts, FIXED)
    starts |= {_laid(start, LONE_ZERO) for start in starts}
    starts = _repeated(starts, QUAD)
    found: set[Weights] = set()
    for start in starts:
        found |= _tails(start)
    return {weights[:FEW] for weights in found if len(weights) >= FEW}


def _laid(start: Start, block: Displacements, ends: Ends = ()) -> Start:
    source, weights = start
    inner = tuple(
        2 * (source + place) + step for place, step in enumerate(block) if place not in ends
    )
    return source + len(block), weights + inner


def _repeated(starts: Iterable[Start], block: Displacements) -> set[Start]:
    """Any number of copies of ``block``, until there are enough weights."""
    found: set[Start] = set()
    for start in starts:
        here = start
        found.add(here)
        while len(here[1]) < FEW:
            here = _laid(here, block)
            found.add(here)
    return found


def _tails(start: Start) -> set[Weights]:
    """Every path and closing after ``start``."""
    found: set[Weights] = set()
    if len(start[1]) >= FEW:
        return {start[1]}
    for opening in OPENINGS:
        for twos in _repeated([_laid(start, opening)], (2,)):
            # the follower's end, then the +1 steps of the leader
            found |= {weights for _, weights in _repeated([_laid(twos, (0,), (0,))], (1,))}
    for block, ends in ((QUAD, (3,)), (LONE_ZERO, (1,))):
        for opening in ((), ODD_OPENING):
            opened = _laid(_laid(start, block, ends), opening)
            found |= {weights for _, weights in _repeated([opened], (1,))}
    for closing in CLOSINGS:
        here = start
        for last, places in closing:
            here = _laid(here, last, places)
        found.add(here[1])
    return found


def filled(weights: Weights) -> tuple[int, int]:
    """(L, step): the sums of subsets are all integers, or all even ones, in [L, T - L]."""
    sums, total = 1, sum(weights)
    for weight in weights:
        sums |= sums << weight
    step = 1 if any(weight % 2 for weight in weights) else 2
    missing = [s for s in range(0, total // 2 + 1, step) if not sums >> s & 1]
    return (missing[-1] + step if missing else 0), step


def check_beginnings(mixed: Displacements = (*SWAP, 0)) -> Outcome:
    """Where growth starts: j = FEW in the claims below, L at most 40, and 12 for even sums."""
    found = beginnings(mixed)
    for weights in found:
        low, step = filled(weights)
        room = sum(weights) - 2 * low + step
        needed, most = (2 * FEW + 6, 40) if step == 1 else (6 * FEW + 24, 12)
        if room < needed or low > most:
            return refuted(f"weights {weights}: sums are complete from {low} on only")
    return proved(f"{len(found)} beginnings")


def growth(bonus: int) -> list[Problem]:
    """The induction over the sources and its end; the reach is n(n-7)/2 - 9 + ``bonus``.

    j: sources so far that are no ends, at least FEW; 2 j - 2 <= w <= 2 j + 6 as at most two ends
    lie before.  room: T - 2 L + step of all weights so far, the size that a step may have.
    """
    return [_merge(1), _merge(2), _all, _even, _ends, _reach(bonus)]


def _merge(step: int) -> Problem:
    """[L, R] filled in steps, w <= R - L + step: [L, R + w] is filled with w."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        low, high, w, x = z3.Ints("L R w x")
        hypotheses = [low <= high, w >= 0, w <= high - low + step, x >= low, x <= high + w]
        hypotheses += [(value - low) % step == 0 for value in (high, x)]
        hypotheses.append(w % step == 0)
        return hypotheses, z3.Or(x <= high, z3.And(x - w >= low, x - w <= high))

    return problem


def _all(z3: Any) -> tuple[list[Any], Any]:
    """Both parities: the next weight fits, and so will the one after it."""
    j, room, w = z3.Ints("j room w")
    hypotheses = [j >= FEW, room >= 2 * j + 6, w >= 2 * j - 2, w <= 2 * j + 6]
    return hypotheses, z3.And(w <= room, room + w >= 2 * (j + 1) + 6)


def _even(z3: Any) -> tuple[list[Any], Any]:
    """Even sums: an even weight fits with two odd ones missing, a pair with its first missing."""
    j, room, w, a, b = z3.Ints("j room w a b")
    hypotheses = [j >= FEW, room >= 6 * j + 24, w >= 2 * j - 2, w <= 2 * j + 6]
    hypotheses += [value >= 0 for value in (a, b)] + [value <= 2 * j + 6 for value in (a, b)]
    claims = [w <= room - a - b, a + w <= room - a, room + w >= 6 * (j + 1) + 24]
    return hypotheses, z3.And(*claims)


def _ends(z3: Any) -> tuple[list[Any], Any]:
    """Weights of ends are at most 2 n - 2: they fit, one by one, or paired with an odd weight."""
    n, all_room, even_room, w, v, a, b = z3.Ints("n all_room even_room w v a b")
    hypotheses = [n >= FEW + 2, all_room >= 2 * (n - 2) + 6, even_room >= 6 * (n - 2) + 24]
    for value in (w, v, a, b):
        hypotheses += [value >= 0, value <= 2 * n - 2]
    claims = [w <= all_room, w <= even_room - a - b, a + w <= even_room - a, v + w <= even_room]
    return hypotheses, z3.And(*claims)


def _reach(bonus: int) -> Problem:
    """W = n(n-1)/2 + k_0 + T lies in [L, n(n-1) - L] and, if odd, in [a + L, n(n-1) - b - L]."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        n, k0, twice, low, a, b = z3.Ints("n k0 twice L a b")
        # twice stands for 2 T, so that n(n-1)/2 needs no division
        reach = n * (n - 7) - 18 + 2 * bonus
        W = n * (n - 1) + 2 * k0 + twice
        hypotheses = [n >= FEW + 3, k0 >= 1 - n, k0 <= n - 1, twice <= reach, -twice <= reach]
        hypotheses += [low >= 0, *(x >= 0 for x in (a, b)), *(x <= 2 * n - 2 for x in (a, b))]
        everything = z3.And(2 * low <= W, 2 * n * (n - 1) - 2 * low >= W)
        odd = z3.And(2 * (a + low) <= W, 2 * (n * (n - 1) - b - low) >= W)
        claims = z3.And(z3.Implies(low <= 40, everything), z3.Implies(low <= 12, odd))
        return hypotheses, claims

    return problem
