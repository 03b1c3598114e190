"""Lower bounds of the errors of many networks at once, in floats with a proved margin (note P7).

On a grid of rational points the values h_j of a network are integers over a common denominator.
With a read-out three points a, b, c give the measure mu = (h_b - h_c, h_c - h_a, h_a - h_b), which
annihilates constants and h, so the error of alpha + gam h is at least |mu . f|/|mu|_1 for every
alpha and gam; the largest over all triples is the best fit on the grid.  mu is exact in float64,
f_j is known within eta, and |mu . f| loses a few units in the last place of |mu|_1 max|f|.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from numerics.networks import Array
from numerics.permutation.feedback import Integers
from theory.targets.target import Target

# Products and sums of three terms: below 8 roundings, each of half a unit in the last place.
ROUNDING = 8 * 2.0**-53
CHUNK = 1 << 15


@dataclass(frozen=True)
class Grid:
    """f at the points (k + r/parts) d of [0,1]: ``values`` within ``eta``, shape ((n-1) parts+1,).

    ``margin`` bounds what floats can add to a quotient |mu . f|/|mu|_1, or to |f - h|.
    """

    width: int
    parts: int
    values: Array
    eta: float

    @classmethod
    def of(cls, target: Target, width: int, parts: int) -> Grid:
        """Raises InputError where the target is not finite."""
        count = (width - 1) * parts
        values, eta = target.sample([j / count for j in range(count + 1)])
        return cls(width, parts, np.array(values), eta)

    @property
    def margin(self) -> float:
        """Larger than eta plus the rounding of a quotient."""
        return 1.001 * self.eta + 2 * ROUNDING * float(np.abs(self.values).max())

    def heights(self, knots: Integers) -> Integers:
        """h at the points in units of d^2/parts, exactly: (m, points) from H of shape (m, n)."""
        part = np.arange(self.parts)
        left, rise = knots[:, :-1, None], np.diff(knots, axis=1)[:, :, None]
        inner = self.parts * left + rise * part
        inner = inner.reshape(len(knots), (self.width - 1) * self.parts)
        return np.concatenate([inner, self.parts * knots[:, -1:]], axis=1)


def fixed_lower(grid: Grid, knots: Integers) -> Array:
    """max_j |f_j - h_j| minus a margin: a lower bound of each error without read-out; (m,)."""
    unit = 1.0 / (grid.parts * (grid.width - 1) ** 2)
    heights = grid.heights(knots) * unit
    # Two roundings in the product, one in the difference.
    slack = grid.margin + ROUNDING * np.abs(heights).max(initial=0.0)
    return np.asarray(np.abs(grid.values - heights).max(axis=1) - slack)


def free_lower(grid: Grid, knots: Integers, *, enough: float = np.inf) -> Array:
    """A lower bound of each error over all alpha and gam; (m,).

    Networks whose bound exceeds ``enough`` are not looked at further.
    """
    result = np.empty(len(knots))
    for start in range(0, len(knots), CHUNK):
        result[start : start + CHUNK] = _free(grid, knots[start : start + CHUNK], enough)
    return result


def _free(grid: Grid, knots: Integers, enough: float) -> Array:
    heights = np.asarray(grid.heights(knots).T, dtype=np.float64)
    spread = float(np.ptp(grid.values)) / 2
    # Constant networks are fitted by constants.
    constant = np.ptp(heights, axis=0) == 0
    best = np.where(constant, spread, 0.0)
    alive = np.arange(len(knots))
    f = grid.values
    for number, (a, b, c) in enumerate(combinations(range(f.size), 3)):
        ha, hb, hc = heights[a], heights[b], heights[c]
        total = np.abs((hb - hc) * f[a] + (hc - ha) * f[b] + (ha - hb) * f[c])
        mass = np.abs(hb - hc) + np.abs(hc - ha) + np.abs(ha - hb)
        np.maximum(mass, 1.0, out=mass)
        best[alive] = np.maximum(best[alive], total / mass)
        if number % 64 == 63:
            stay = best[alive] - grid.margin <= enough
            if not stay.all():
                alive, heights = alive[stay], heights[:, stay]
            if alive.size == 0:
                break
    return np.asarray(best - grid.margin)
