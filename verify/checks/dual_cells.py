"""relu and step units on data in several dimensions: bounds over cells of hidden parameters.

Both are homogeneous, so the boundary of V shows every value (relu: the largest ones).  In a cell
with centre (a0, b0), t_q = a0.x_q - b0 changes by e with |e| <= e_q = half_a.|x_q| + half_b, and
relu  |relu(t + e) - relu(t) - e [t > 0]| <= max(0, e_q - |t|), <= e_q without the indicator
step  is constant where |t| > e_q, and otherwise anything between 0 and 1.
The work is that of looking at every data point in every cell: small data sets only.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from verify.checks.tiles import Bounds, Parameters, Tile, cut, grid
from verify.checks.verdicts import ball, precision

CELLS = 4
BITS = 64


class CellUnits:
    """``points`` row by row, phi at each; F = (1/m) sum_q phi_q sigma(a.x_q - b)."""

    def __init__(
        self, points: Sequence[Sequence[float]], phi: Sequence[arb], parameters: Parameters
    ) -> None:
        self.dimension = len(points[0])
        self.rows = [
            ([arb(x) for x in point], [arb(abs(x)) for x in point], value / len(points))
            for point, value in zip(points, phi, strict=True)
        ]
        self.parameters = parameters
        self.relu = parameters.activation == "relu"

    def fixed(self) -> arb:
        """No unit is looked at outside the tiles."""
        return arb(0)

    def tiles(self) -> list[Tile]:
        """Every face of V, in cells."""
        band, beta = self.parameters.band, self.parameters.beta
        sides = [(-band, band)] * self.dimension + [(-beta, beta)]
        found = []
        for axis in range(len(sides)):
            for end in sides[axis]:
                pieces = [cut(low, high, max(high - low, band) / CELLS) for low, high in sides]
                pieces[axis] = [(end, Fraction(0))]
                found += grid(pieces)
        return found

    def importance(self) -> list[Fraction]:
        """The mean size of the data along each axis."""
        sizes = [sum(float(row[1][i].mid()) for row in self.rows) for i in range(self.dimension)]
        return [Fraction(size / len(self.rows)) for size in sizes] + [Fraction(1)]

    def bounds(self, tile: Tile) -> Bounds:
        """An enclosure of |F| at the centre of a cell, and an upper bound of |F| over it."""
        with precision(BITS):
            return self._relu(tile) if self.relu else self._step(tile)

    def _local(self, tile: Tile) -> list[tuple[arb, arb, list[arb], arb]]:
        """t_q, e_q, x_q and v_q at a cell."""
        (*a, b), (*a_half, b_half) = tile
        slopes, shift = [ball(x) for x in a], ball(b)
        reaches, reach = [ball(x) for x in a_half], ball(b_half)
        found = []
        for x, size, value in self.rows:
            t, e = -shift, reach
            for slope, half, coordinate, length in zip(slopes, reaches, x, size, strict=True):
                t += slope * coordinate
                e += half * length
            found.append((t, e, x, value))
        return found

    def _relu(self, tile: Tile) -> Bounds:
        value, off, total = arb(0), arb(0), arb(0)
        slopes = [arb(0)] * self.dimension
        zero = arb(0)
        for t, e, x, v in self._local(tile):
            if t > 0:
                value += v * t
                total += v
                for i, coordinate in enumerate(x):
                    slopes[i] += v * coordinate
                off += abs(v) * zero.max(e - t)
            elif t <= 0:
                off += abs(v) * zero.max(e + t)
            else:
                value += v * zero.max(t)
                off += abs(v) * e
        *a_half, b_half = map(ball, tile[1])
        reach = b_half * abs(total)
        for half, slope in zip(a_half, slopes, strict=True):
            reach += half * abs(slope)
        return abs(value), abs(value) + reach + off

    def _step(self, tile: Tile) -> Bounds:
        value, open_above, open_centre = arb(0), arb(0), arb(0)
        for t, e, _, v in self._local(tile):
            if t > 0:
                value += v
            elif not t < 0:
                open_centre += abs(v)
            if not abs(t) > e:
                open_above += abs(v)
        return abs(value) + open_centre * arb(0, 1), abs(value) + open_above
