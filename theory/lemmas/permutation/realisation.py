"""P8, step 2: every pattern of kinks in -2..2 is the displacement of two permutations.

Three ways, each on its own: blocks and paths are permutations (finite, and z3 for all lengths); the
bookkeeping of the layout is right for all counts (z3, from a description of its cases); and the
layout itself, run on every multiset of small size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from theory.lemmas.lemma import (
    Control,
    Effort,
    Lemma,
    Method,
    Outcome,
    proved,
    refuted,
    together,
)
from theory.lemmas.permutation.layout_counts import layout_counts
from theory.lemmas.solver import Problem, decide
from theory.permutation.blocks import (
    BLOCKS,
    LONE_DOWN_TRIPLE,
    LONE_SWAP,
    OPENINGS,
    QUAD,
    Displacements,
    Line,
    lay_out,
)

QUICK_WIDTH, FULL_WIDTH = 12, 22
Counts = tuple[int, int, int, int, int]


def displacements(line: Line) -> list[int]:
    """The displacement of every source, in order."""
    return [step for run in line.runs for step in run.displacements * run.count]


def multisets(size: int) -> Iterator[Counts]:
    """All counts of +2, +1, 0, -1, -2 that add up to ``size`` and have a sum >= 0."""
    for twos in range(size + 1):
        for ones in range(size + 1 - twos):
            for zeros in range(size + 1 - twos - ones):
                for minus_ones in range(size + 1 - twos - ones - zeros):
                    minus_twos = size - twos - ones - zeros - minus_ones
                    if 2 * twos + ones >= minus_ones + 2 * minus_twos:
                        yield twos, ones, zeros, minus_ones, minus_twos


def _blocks(blocks: Iterable[Displacements]) -> Outcome:
    for block in blocks:
        images = sorted(source + step for source, step in enumerate(block))
        if images != list(range(len(block))):
            return refuted(f"{block} maps 0..{len(block) - 1} to {images}")
    return proved(f"{len(BLOCKS)} blocks")


def _path_map(z3: Any, opening: Displacements, source: Any, sizes: Any, crossed: bool) -> Any:
    """The image of a source of the twin path, as a formula in ``sizes`` = (twos, ones)."""
    twos, ones = sizes
    start = len(opening)
    first, second = (start + 1, 0) if crossed else (0, start + 1)
    image = z3.If(source <= start + twos + ones, source + 1, second)
    image = z3.If(source == start + twos, first, image)
    image = z3.If(source < start + twos, source + 2, image)
    for place, step in enumerate(opening):
        image = z3.If(source == place, place + step, image)
    return image


def _paths(lowest: int) -> Iterator[Problem]:
    """Every twin path is one to one into its sources, so onto them; the closed path likewise.

    ``lowest``: the smallest image that is allowed, 0, and 1 in the control.
    """
    for opening in OPENINGS:
        for crossed in (False, True):
            yield _twin_path(opening, crossed, lowest)
        yield _closed_path(opening)


def _twin_path(opening: Displacements, crossed: bool, lowest: int) -> Problem:
    def problem(z3: Any) -> tuple[list[Any], Any]:
        i, j, twos, ones = z3.Ints("i j twos ones")
        size = len(opening) + twos + ones + 2

        def image(source: Any) -> Any:
            return _path_map(z3, opening, source, (twos, ones), crossed)

        hypotheses = [twos >= 0, ones >= 0, i >= 0, i < j, j < size]
        inside = [z3.And(image(source) >= lowest, image(source) < size) for source in (i, j)]
        return hypotheses, z3.And(image(i) != image(j), *inside)

    return problem


def _closed_path(opening: Displacements) -> Problem:
    def problem(z3: Any) -> tuple[list[Any], Any]:
        i, j, ones = z3.Ints("i j ones")
        size = len(opening) + ones + 1

        def image(source: Any) -> Any:
            found = z3.If(source == size - 1, 0, source + 1)
            for place, step in enumerate(opening):
                found = z3.If(source == place, place + step, found)
            return found

        hypotheses = [ones >= 0, i >= 0, i < j, j < size]
        inside = z3.And(image(i) >= 0, image(i) < size, image(j) >= 0, image(j) < size)
        return hypotheses, z3.And(inside, image(i) != image(j))

    return problem


def _odd_closings() -> Outcome:
    """The two endings that close a lone (+2, -2) among even displacements have odd ends."""
    for block, ends in ((LONE_DOWN_TRIPLE, (1, 4)), (LONE_SWAP, (1, 2))):
        inner = [step for place, step in enumerate(block) if place not in ends]
        if any(step % 2 for step in inner) or not all(block[end] % 2 for end in ends):
            return refuted(f"{block} with the ends {ends}")
    return proved("2 closings")


def _realised(counts: Counts, displaced: Callable[[Line], list[int]]) -> str | None:
    """What is wrong with the layout for ``counts``; None if nothing."""
    line = lay_out(*counts)
    steps = displaced(line)
    size = sum(counts) + 2
    if sorted(source + step for source, step in enumerate(steps)) != list(range(size)):
        return "not a permutation"
    if len(set(line.ends)) != 2:
        return f"ends {line.ends}"
    inner = [step for source, step in enumerate(steps) if source not in line.ends]
    if tuple(inner.count(value) for value in (2, 1, 0, -1, -2)) != counts:
        return f"displacements {inner}"
    if not any(step % 2 for step in inner) and not all(steps[end] % 2 for end in line.ends):
        return "even displacements with an even end"
    return None


def _realisation(effort: Effort, displaced: Callable[[Line], list[int]]) -> Outcome:
    last = FULL_WIDTH if effort is Effort.FULL else QUICK_WIDTH
    found = 0
    for size in range(last - 1):
        for counts in multisets(size):
            found += 1
            wrong = _realised(counts, displaced)
            if wrong is not None:
                return refuted(f"counts {counts} of +2, +1, 0, -1, -2: {wrong}")
    return proved(f"{found} multisets, n <= {last}")


def _without_quads(line: Line) -> list[int]:
    """The control: the quad (2, 2, -2, -2) replaced by (2, -2, 2, -2)."""
    swapped = (2, -2, 2, -2)
    return [
        step
        for run in line.runs
        for step in (swapped if run.displacements == QUAD else run.displacements) * run.count
    ]


_BLOCK_TEXT = ", ".join(f"({', '.join(map(str, block))})" for block in BLOCKS)
_USERS = ("P8", "P8-closed", "P3'")

LEMMAS = (
    Lemma(
        id="P8-blocks",
        name="each block is a permutation",
        statement=(
            "For each of the blocks delta = " + _BLOCK_TEXT + ", the map i -> i + delta_i is a "
            "permutation of 0, ..., m - 1, m the length of delta."
        ),
        used_by=_USERS,
        method=Method.CASES,
        argument="Each block, sorted.",
        prove=lambda _: _blocks(BLOCKS),
        control=Control("the block (2, -2, 2, -2)", lambda _: _blocks([(2, -2, 2, -2)])),
    ),
    Lemma(
        id="P8-paths",
        name="paths of any length are permutations",
        statement=(
            "For every opening delta of length o = 0, 3, 4 or 7, t >= 0 and u >= 0 the map of "
            "0, ..., o + t + u + 1 that is i + delta_i for i < o, i + 2 for o <= i < o + t, i + 1 "
            "for o + t < i <= o + t + u, and sends o + t and o + t + u + 1 to 0 and o + 1 in "
            "either order, is a permutation; so is that of 0, ..., o + u with i + delta_i for "
            "i < o, i + 1 for o <= i < o + u, and o + u to 0."
        ),
        used_by=_USERS,
        method=Method.Z3,
        argument="z3 looks for two sources with one image, or an image outside, over all t and u.",
        prove=lambda _: decide(*_paths(0)),
        control=Control("no source goes to 0", lambda _: decide(*_paths(1))),
    ),
    Lemma(
        id="P8-layout",
        name="the layout has the displacements asked for, whatever their numbers",
        statement=(
            "For all counts of +2, +1, 0, -1, -2 with a sum >= 0, blocks, openings and paths "
            "chosen as in the layout hold every displacement as often as asked for and two ends; "
            "no number of blocks is negative, up-triples and down-triples never meet; if no +1 and "
            "no -1 is asked for, both ends are odd."
        ),
        used_by=_USERS,
        method=Method.Z3,
        argument=("Linear arithmetic over all counts at once, all cases of the layout together."),
        prove=lambda _: decide(*layout_counts(0)),
        control=Control("one quad more than the layout takes", lambda _: decide(*layout_counts(1))),
    ),
    Lemma(
        id="P8-realisation",
        name="every pattern of kinks is realised",
        statement=(
            "For all integers k_1, ..., k_(n-2) in {-2, ..., 2}, n >= 2, there are permutations P, "
            "N of 0, ..., n - 1 with P_i - N_i = k_i for 0 < i < n - 1; if all these k_i are even, "
            "P_0 - N_0 and P_(n-1) - N_(n-1) can be chosen odd."
        ),
        used_by=_USERS,
        method=Method.Z3,
        argument=(
            "The layout with these counts (if their sum is negative, with P and N exchanged): its "
            "pieces are permutations (P8-blocks, P8-paths) and hold what is asked for (P8-layout); "
            "sources and images are dealt to the locations by displacement."
        ),
        prove=lambda _: together(
            _blocks(BLOCKS), decide(*_paths(0), *layout_counts(0)), _odd_closings()
        ),
        control=Control("one quad more than the layout takes", lambda _: decide(*layout_counts(1))),
    ),
    Lemma(
        id="P8-multisets",
        name="every pattern of kinks is realised, small widths",
        statement=(
            "For every multiset of n - 2 displacements in {-2, ..., 2}, "
            f"n <= {QUICK_WIDTH} (with --full {FULL_WIDTH}), there are permutations P, N of "
            "0, ..., n - 1 with these displacements P_i - N_i but for two i; if all of them are "
            "even, the other two can be odd."
        ),
        used_by=_USERS,
        method=Method.CASES,
        argument=(
            "The layout itself, run on every multiset with a sum >= 0 (else exchange P and N)."
        ),
        prove=lambda effort: _realisation(effort, displacements),
        control=Control(
            "with (2, -2, 2, -2) for the quad",
            lambda effort: _realisation(effort, _without_quads),
        ),
    ),
)
