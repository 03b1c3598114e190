"""P1, P2: four locations as a step or a constant, and the disposal of what is left over.

Four locations b1 < b2 < b3 < b4 with b1 + b4 = b2 + b3 carry J/2, J = (b4-b1)^2 - (b3-b2)^2, times
a sign on their left and a sign on their right: p = right (-b1, b2, b3, -b4) and
    q = right (b4, -b3, -b2, b1)   for a step (left = -right),
    q = -p                         for a constant (left = right),
each using every one of +-b1..+-b4 once.  Source: note P1, P2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numerics.permutation.feedback import Integers

CORNERS = np.array([-1, 1, 1, -1])


@dataclass(frozen=True)
class Leftover:
    """The l = n mod 4 smallest locations: an offset at t = 0 and one for t >= 2 d, in units d^2."""

    p: Integers
    q: Integers
    at_zero: int
    beyond: int


LEFTOVERS = tuple(
    Leftover(np.array(p, dtype=np.int64), np.array(q, dtype=np.int64), at_zero, beyond)
    for p, q, at_zero, beyond in (
        ([], [], 0, 0),
        ([0], [0], 0, 0),
        ([1, -1], [0, 0], 0, 1),  # d min(t, d)
        ([1, -1, 0], [0, 2, -2], -2, 1),  # -2 d^2 at 0, -d^2 at d, d^2 from 2d on
    )
)


def quads(places: Integers, left: Integers, right: Integers) -> tuple[Integers, Integers]:
    """(p, q)/d, (m, 4) each, of quads at the locations ``places`` (m, 4) with signs (m,)."""
    p = right[:, None] * CORNERS * places
    steps = -right[:, None] * CORNERS * places[:, ::-1]
    return p, np.where((left == right)[:, None], -p, steps)


def constant_signs(count: int, total: int) -> Integers:
    """``count`` signs with the sum ``total`` (same parity, not larger), alternating at first."""
    surplus = np.full(abs(total), 1 if total > 0 else -1)
    rest = 1 - 2 * (np.arange(count - abs(total)) % 2)
    return np.concatenate([rest, surplus])
