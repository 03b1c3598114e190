"""How a target bends: the measure |f''|^(1/2) dx that spaces the knots of good approximations.

Everything here is plain floating point: it proposes points, and what they show is proved elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numerics.networks import Array
from theory.targets.cells import Cells, inner_ends
from theory.targets.target import Target
from theory.targets.taylor import taylor_cells

PER_CELL = 32
SMALLEST_GRID = 4096
NOISE = 2.0**-49


@dataclass(frozen=True)
class Bending:
    """``grid``: ascending floats of the domain; ``mass``: integral of |f''|^(1/2) up to there.

    Bends up to ``noise`` are nothing but rounding.
    """

    cells: Cells
    grid: Array
    mass: Array
    noise: float

    def value(self, x: Array) -> Array:
        """f at ``x`` of any shape, to about the last bit."""
        flat = x.ravel()
        return self.cells.value(flat, self.cells.locate(flat)).reshape(x.shape)

    def at_mass(self, mass: Array) -> Array:
        """Points up to which the measure is ``mass``; no point of a stretch without bend."""
        return np.asarray(np.interp(mass, self.mass, self.grid))


def bending(target: Target) -> Bending:
    """The measure of ``target`` on a grid that is fine wherever f is wild."""
    cells = taylor_cells(target)
    first, last = inner_ends(target)
    parts = np.linspace(0.0, 1.0, PER_CELL, endpoint=False)
    inside = cells.edges[:-1, None] + np.diff(cells.edges)[:, None] * parts
    even = np.linspace(first, last, SMALLEST_GRID)
    grid = np.unique(np.concatenate([inside.ravel(), even, [first, last]]))
    middle, step = (grid[:-1] + grid[1:]) / 2, np.diff(grid)
    cell = cells.locate(middle)
    low, high = cells.curvature_range(middle, np.zeros_like(step), cell)
    bend = np.clip(np.abs(low + high) / 2, 0.0, 1e300)
    rough = cells.flat[cell] + cells.fan[cell] * step
    mass = np.sqrt(bend) * step + np.sqrt(8 * rough)
    size = np.abs(cells.value(middle, cell)).max()
    total = np.concatenate([[0.0], np.cumsum(mass)])
    return Bending(cells, grid, total, noise=float(NOISE * size))
