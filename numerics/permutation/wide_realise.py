"""Displacements in {-3..3} as permutations, by a flow through the states of a line (note P8).

Sources are gone through from left to right; a state says which of the images around the source are
taken, and a step is a displacement, or an end whose image is found later.  How often each step is
taken is an integer flow with prescribed numbers of each displacement; a flow that is connected is
an Eulerian path, and that is the layout.  The program favours short blocks that close, which all
meet in one state.  At most two images may stay open: |sum k_i| <= 2n - 4 is necessary.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import numpy as np

from numerics.permutation.feedback import Integers
from numerics.permutation.realise import Realisation, SelfCheckFailed

WIDEST = 3
# Programs solved until the flow is connected.
CUTS = 25
# Taken images s-3..s+3 of the source s, and how many ends and holes there were so far.
State = tuple[int, int, int]
Step = tuple[State, State, int | None]


@cache
def steps() -> tuple[Step, ...]:
    """Every step (from, to, displacement; None for an end) between states inside a long line."""
    start = ((1 << WIDEST) - 1, 0, 0)
    found, waiting, seen = [], [start], {start}
    while waiting:
        state = waiting.pop()
        taken, ends, holes = state
        choices: list[tuple[int, int, int | None]] = []
        if ends < 2:
            choices.append((taken, ends + 1, None))
        for step in range(-WIDEST, WIDEST + 1):
            bit = 1 << (step + WIDEST)
            if not taken & bit:
                choices.append((taken | bit, ends, step))
        for mask, more, step in choices:
            left_open = holes + (0 if mask & 1 else 1)
            if left_open > 2:
                continue
            after = (mask >> 1, more, left_open)
            found.append((state, after, step))
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return tuple(found)


def realise_wide(kinks: Integers, seconds: float = 20.0) -> Realisation | None:
    """Permutations P, N with P_i - N_i = k_i inside, or None if no flow is found.

    ``kinks``: integers in {-3..3}, shape (n-2,).  The images n..n+2 do not exist: the flow ends in
    the states in which they are free and everything before is taken but for two holes.
    Raises ``SelfCheckFailed`` if the path does not verify.
    """
    kinks = np.asarray(kinks, dtype=np.int64)
    path = _path(np.bincount(kinks + WIDEST, minlength=2 * WIDEST + 1), seconds)
    if path is None:
        return None
    n = kinks.size + 2
    source = np.arange(n)
    inner = np.array([step is not None for step in path])
    moved = np.array([0 if step is None else step for step in path])
    image = source + moved
    image[~inner] = np.setdiff1d(source, image[inner])
    dealt = np.empty(n, dtype=np.int64)
    order = np.flatnonzero(inner)[np.argsort(moved[inner], kind="stable")]
    dealt[1 + np.argsort(kinks, kind="stable")] = order
    dealt[[0, -1]] = np.flatnonzero(~inner)
    result = Realisation(image[dealt], source[dealt])
    sides = (result.positive, result.negative)
    whole = all(np.array_equal(np.sort(side), source) for side in sides)
    if not whole or not np.array_equal((result.positive - result.negative)[1:-1], kinks):
        raise SelfCheckFailed("realisation: displacements -3..3 do not close")
    return result


def _path(counts: Integers, seconds: float) -> list[int | None] | None:
    """Displacements in the order of the sources (None for an end), each as often as asked."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    edges = steps()
    states = sorted({state for edge in edges for state in edge[:2]})
    number = {state: place for place, state in enumerate(states)}
    start = number[((1 << WIDEST) - 1, 0, 0)]
    # Over the line's end nothing hangs: of s-3..s-1, two are open at most, as holes of the ends.
    finals = [
        number[state]
        for state in states
        if state[1] == 2
        and state[0] >> WIDEST == 0
        and state[2] + WIDEST - bin(state[0]).count("1") == 2
    ]
    size = len(edges)
    rows, columns, entries = [], [], []
    for place, (before, after, step) in enumerate(edges):
        for state, sign in ((before, -1), (after, 1)):
            rows.append(number[state])
            columns.append(place)
            entries.append(sign)
        if step is not None:
            rows.append(len(states) + step + WIDEST)
            columns.append(place)
            entries.append(1)
    for place, state in enumerate(finals):
        rows.append(state)
        columns.append(size + place)
        entries.append(-1)
    rows += [len(states) + len(counts)] * len(finals)
    columns += range(size, size + len(finals))
    entries += [1] * len(finals)
    shape = (len(states) + len(counts) + 1, size + len(finals))
    matrix = coo_array((entries, (rows, columns)), shape=shape).tocsc()
    wanted = np.zeros(shape[0])
    wanted[start] = -1
    wanted[len(states) : -1] = counts
    wanted[-1] = 1
    # Short blocks that close before the ends come: they all meet in one state.
    hub = ((1 << WIDEST) - 1, 0, 0)
    cost = np.zeros(shape[1])
    cost[:size] = [-1.0 if after == hub else 0.0 for _, after, _step in edges]
    limits = [LinearConstraint(matrix, wanted, wanted)]
    for _ in range(CUTS):
        found = milp(
            cost,
            integrality=np.ones(shape[1]),
            bounds=Bounds(0, np.inf),
            constraints=limits,
            options={"time_limit": seconds, "mip_rel_gap": 0.05},
        )
        if found.x is None:
            return None
        uses = np.rint(found.x[:size]).astype(int)
        walk = _euler(edges, uses, states[start], int(counts.sum()) + 2)
        if walk is not None:
            return walk
        # Cycles apart from the walk: each must be entered if it is used.
        for island in _islands(edges, uses, states[start]):
            row = np.zeros(shape[1])
            for place, (before, after, _step) in enumerate(edges):
                if before in island:
                    row[place] = -1.0 / counts.sum() if after in island else 1.0
            limits.append(LinearConstraint(row[None, :], 0.0, np.inf))
    return None


def _islands(edges: tuple[Step, ...], uses: Integers, start: State) -> list[set[State]]:
    """The connected parts of the used edges that do not hold the start."""
    group: dict[State, set[State]] = {}
    for (before, after, _), count in zip(edges, uses.tolist(), strict=True):
        if count:
            joined = group.get(before, {before}) | group.get(after, {after})
            for state in joined:
                group[state] = joined
    parts = {id(part): part for part in group.values() if start not in part}
    return list(parts.values())


def _euler(
    edges: tuple[Step, ...], uses: Integers, start: State, length: int
) -> list[int | None] | None:
    """One walk from the start that uses every edge as often as it says (Hierholzer), or None."""
    leaving: dict[State, list[tuple[State, int | None]]] = defaultdict(list)
    for (before, after, step), count in zip(edges, uses.tolist(), strict=True):
        leaving[before] += [(after, step)] * count
    stack: list[tuple[State, int | None]] = [(start, None)]
    walk: list[int | None] = []
    while stack:
        state, step = stack[-1]
        if leaving[state]:
            stack.append(leaving[state].pop())
        else:
            stack.pop()
            if stack:
                walk.append(step)
    walk.reverse()
    return walk if len(walk) == length else None
