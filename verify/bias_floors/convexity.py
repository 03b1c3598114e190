"""B7: the distance from f to the convex functions, by one triple.

If all C_k with W_k != 0 have one sign, g is convex (concave) along every line, whatever the biases;
among convex functions the best error on [0, 1] is half the largest f(s2) - chord, which the lower
convex hull of the graph shows.
"""

from __future__ import annotations

import numpy as np

from numerics.networks import Array

GRID = 4097
ZOOMS = 4


def hull(s: Array, f: Array) -> list[int]:
    """Indices of the lower convex hull of the points (s_i, f_i), s ascending."""
    kept: list[int] = []
    xs, ys = s.tolist(), f.tolist()
    for index, (x, y) in enumerate(zip(xs, ys, strict=True)):
        while len(kept) > 1:
            a, b = kept[-2], kept[-1]
            if (ys[b] - ys[a]) * (x - xs[b]) < (y - ys[b]) * (xs[b] - xs[a]):
                break
            kept.pop()
        kept.append(index)
    return kept


def largest_excess(s: Array, f: Array) -> tuple[float, tuple[int, int, int]]:
    """max over i < j < k of f_j - chord, and the triple; the chord is an edge of the hull."""
    kept = np.array(hull(s, f))
    above = f - np.interp(s, s[kept], f[kept])
    middle = int(above.argmax())
    right = int(np.searchsorted(kept, middle, side="right"))
    if above[middle] <= 0 or right >= len(kept):
        return 0.0, (0, 1, len(s) - 1)
    return float(above[middle]), (int(kept[right - 1]), middle, int(kept[right]))
