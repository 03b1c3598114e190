"""Upper bounds of a quadratic c + g.x + x.Q x over the cube |x_i| <= 1.

One variable after the other is removed, each by an inequality that holds for all the others:
edge    |g_i| >= 2 sum_j |Q_ij|: the slope in x_i has the sign of g_i everywhere, so x_i = sign g_i
vertex  Q_ii < 0: Q_ii x_i^2 + s x_i <= -s^2/(4 Q_ii), s = g_i + 2 sum_{j != i} Q_ij x_j
box     x_i (g_i + 2 sum_{j != i} Q_ij x_j) + Q_ii x_i^2 <= |g_i| + 2 sum_{j != i} |Q_ij| +
        max(0, Q_ii)
Near a maximum the first two lose nothing, inside the cube and on its faces.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

Vector = list[arb]
Matrix = list[list[arb]]


def largest(c: arb, g: Sequence[arb], Q: Sequence[Sequence[arb]]) -> arb:
    """An upper bound of |c + g.x + x.Q x| over the cube; Q symmetric."""
    plain = sum(map(abs, g), arb(0)) + sum((abs(q) for row in Q for q in row), arb(0))
    if not (c > 0 or c < 0):
        return abs(c) + plain
    if c > 0:
        above = _above(c, list(g), [list(row) for row in Q])
    else:
        above = _above(-c, [-x for x in g], [[-q for q in row] for row in Q])
    # the value of the sign that c does not have is at most plain - |c|
    return above.min(abs(c) + plain).max(plain - abs(c))


def _above(c: arb, g: Vector, Q: Matrix) -> arb:
    """An upper bound of c + g.x + x.Q x over the cube."""
    while g:
        found = [i for i in range(len(g)) if abs(g[i]) >= 2 * sum(map(abs, Q[i]), arb(0))]
        if found:
            c, g, Q = _edge(found[0], c, g, Q)
            continue
        found = [i for i in range(len(g)) if Q[i][i] < 0 and abs(g[i]) <= -2 * Q[i][i]]
        c, g, Q = _vertex(found[0], c, g, Q) if found else _box(c, g, Q)
    return c


def _edge(i: int, c: arb, g: Vector, Q: Matrix) -> tuple[arb, Vector, Matrix]:
    sign = 1 if g[i] > 0 else -1
    rest = [j for j in range(len(g)) if j != i]
    slopes = [g[j] + 2 * sign * Q[i][j] for j in rest]
    # where the sign of g_i is open, all Q_ij are 0 and g_i x_i <= |g_i| is all that is said
    return c + abs(g[i]) + Q[i][i], slopes, _without(i, Q)


def _vertex(i: int, c: arb, g: Vector, Q: Matrix) -> tuple[arb, Vector, Matrix]:
    rest, scale = [j for j in range(len(g)) if j != i], -1 / Q[i][i]
    slopes = [g[j] + scale * g[i] * Q[i][j] for j in rest]
    bends = [[Q[j][k] + scale * Q[i][j] * Q[i][k] for k in rest] for j in rest]
    return c + scale * g[i] * g[i] / 4, slopes, bends


def _box(c: arb, g: Vector, Q: Matrix) -> tuple[arb, Vector, Matrix]:
    off = sum((abs(q) for q in Q[0][1:]), arb(0))
    return c + abs(g[0]) + 2 * off + arb(0).max(Q[0][0]), g[1:], _without(0, Q)


def _without(i: int, Q: Matrix) -> Matrix:
    rest = [j for j in range(len(Q)) if j != i]
    return [[Q[j][k] for k in rest] for j in rest]
