"""How far a target can be from a chord whose two end errors are known, for many chords at once.

On a piece [l, r] of length h let g be affine and e = f - g, so e'' = f''.  With f'' in [m, M],
e(x) <= lin(x) + max(-m, 0)/2 (x-l)(r-x) and -e(x) <= -lin(x) + max(M, 0)/2 (x-l)(r-x), lin the line
through the end values; both maxima are closed forms.
"""

from __future__ import annotations

import numpy as np

from theory.targets.cells import TINY, Array, Cells, Indices

# Covers the handful of roundings in the closed forms, relative to the sizes that enter them.
ROUNDING = 2.0**-50
# Splits stay away from the ends of a piece, so that both halves lose curvature.
MARGIN = 0.125


def crest(a: Array, b: Array, c: Array) -> tuple[Array, Array]:
    """max over t in [0,1] of a + (b - a) t + 4 c t (1 - t), c >= 0, and t there (1/2 at an end)."""
    rise = b - a
    inside = np.abs(rise) < 4 * c
    height = np.where(inside, c, 1.0)
    ratio = rise / height
    top = np.where(inside, (a + b) / 2 + c + rise * ratio / 16, np.maximum(a, b))
    return top, np.where(inside, 0.5 + ratio / 8, 0.5)


def bounds(
    cells: Cells, cell: Indices, middle: Array, h: Array, a: Array, b: Array
) -> tuple[Array, Array]:
    """Upper bounds of |e| over pieces with end values a, b, and where to split them."""
    low, high = cells.curvature_range(middle, h, cell)
    # an infinite bound times a length of 0 would be nan
    hump = np.clip(-low, 0.0, 1e300) * h * h / 8
    dip = np.clip(high, 0.0, 1e300) * h * h / 8
    above, split_above = crest(a, b, hump)
    below, split_below = crest(-a, -b, dip)
    rough = cells.flat[cell] + cells.fan[cell] * h
    rounding = ROUNDING * (np.abs(a) + np.abs(b) + hump + dip + rough)
    tiny = np.where(rounding > 0, TINY, 0.0)
    fraction = np.where(above >= below, split_above, split_below)
    return np.maximum(above, below) + rough + rounding + tiny, np.clip(fraction, MARGIN, 1 - MARGIN)
