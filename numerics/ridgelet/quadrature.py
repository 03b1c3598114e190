"""Input measures as weighted points: the uniform probability on a box, or data, compressed.

Fits and prices are sums over these points; what they stand for is enclosed elsewhere.  The uniform
measure uses a tensor Gauss-Legendre rule on equal panels.  Millions of data rows are replaced by
few points per cell of a grid with the same moments up to order 2, so that an integral of a smooth
unit changes by the cube of the cell size only (note R4).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Gauss-Legendre points per panel and axis; 24 integrate every smooth integrand met here
PANEL_POINTS = 24
CUBE_POINTS = 16
MOST_POINTS = {1: 1536, 2: 6400, 3: 4096}
LATTICE_POINTS = 2**13
# the root of t^3 = t + 1, which is for two dimensions what the golden ratio is for one
PLASTIC = 1.324717957244746
CELLS = {1: 2048, 2: 32, 3: 9}
MOST_ROWS = 4096


@dataclass(frozen=True)
class Measure:
    """Points (m, d) with weights (m,) that sum to 1."""

    points: Array
    weights: Array

    @property
    def dimension(self) -> int:
        """Number d of inputs."""
        return int(self.points.shape[1])

    @property
    def size(self) -> int:
        """Number m of points."""
        return int(self.points.shape[0])

    def norm(self, values: Array) -> float:
        """The L2 norm of ``values`` (m,)."""
        return math.sqrt(float(self.weights @ (values * values)))

    def inner(self, left: Array, right: Array) -> float:
        """The L2 inner product of two functions given by values (m,)."""
        return float(self.weights @ (left * right))


def box_measure(sides: Sequence[tuple[float, float]], panels: int = 1) -> Measure:
    """The tensor Gauss-Legendre rule of the uniform probability on the box, ``panels`` per axis.

    Integrates tensor polynomials of degree 2 PANEL_POINTS - 1 exactly up to rounding.
    """
    per_panel = PANEL_POINTS if len(sides) < 3 else CUBE_POINTS
    nodes, weights = np.polynomial.legendre.leggauss(per_panel)
    unit = ((np.arange(panels)[:, None] + (nodes + 1) / 2) / panels).ravel()
    mass = np.tile(weights / (2 * panels), panels)
    axes = [low + (high - low) * unit for low, high in sides]
    grids = np.meshgrid(*axes, indexing="ij")
    points = np.stack([grid.ravel() for grid in grids], axis=1)
    total = mass
    for _ in sides[1:]:
        total = np.multiply.outer(total, mass)
    return Measure(np.ascontiguousarray(points), np.ascontiguousarray(total.ravel()))


def lattice_measure(sides: Sequence[tuple[float, float]]) -> Measure:
    """LATTICE_POINTS points of a Kronecker lattice on a rectangle, of equal weights.

    For units that jump: products of Gauss-Legendre rules have few lines of points, and a step
    between two of them is free there; a lattice turned by golden ratios has none in any direction.
    """
    turns = np.array([1 / PLASTIC, 1 / PLASTIC**2])
    unit = (0.5 + np.arange(LATTICE_POINTS)[:, None] * turns) % 1.0
    low, high = np.array(sides, dtype=np.float64).T
    return Measure(low + (high - low) * unit, np.full(LATTICE_POINTS, 1.0 / LATTICE_POINTS))


def most_panels(dimension: int) -> int:
    """The largest number of panels per axis that keeps a fit quick."""
    per_panel = PANEL_POINTS if dimension < 3 else CUBE_POINTS
    return int(MOST_POINTS[dimension] ** (1 / dimension) + 1e-9) // per_panel


def data_measure(points: Array) -> Measure:
    """The empirical measure of ``points`` (m, d): weight 1/m each."""
    return Measure(points, np.full(len(points), 1.0 / len(points)))


def compressed(points: Array, values: Array) -> tuple[Measure, Array]:
    """A small measure that stands for many rows, and values on its points.

    Up to MOST_ROWS rows are kept as they are.  Beyond that and for d <= 3 the rows of each cell of
    a grid become 2 d points with the same mass, mean, covariance, and regression of the values on
    the place; for d > 3 a fixed random sample of MOST_ROWS rows is taken.
    """
    rows, dimension = points.shape
    if rows <= MOST_ROWS:
        return data_measure(points), values
    if dimension > 3:
        chosen = np.sort(np.random.default_rng(0).permutation(rows)[:MOST_ROWS])
        return data_measure(points[chosen]), values[chosen]
    _, cell = np.unique(_cells(points), return_inverse=True)
    count = np.bincount(cell).astype(np.float64)

    def mean(column: Array) -> Array:
        return np.asarray(np.bincount(cell, weights=column) / count)

    centre = np.stack([mean(column) for column in points.T], axis=1)
    height = mean(values)
    offset, rest = points - centre[cell], values - height[cell]
    covariance = np.empty((len(count), dimension, dimension))
    cross = np.empty((len(count), dimension))
    for i, left in enumerate(offset.T):
        cross[:, i] = mean(left * rest)
        for j, right in enumerate(offset.T[: i + 1]):
            covariance[:, i, j] = covariance[:, j, i] = mean(left * right)
    size, axes = np.linalg.eigh(covariance)
    size = np.maximum(size, 0.0)
    along = np.einsum("nij,ni->nj", axes, cross)
    slope = np.divide(along, size, out=np.zeros_like(along), where=size > 1e-14 * size.max())
    steps = np.sqrt(dimension * size)
    places, heights = [], []
    for axis in range(dimension):
        shift = steps[:, axis, None] * axes[:, :, axis]
        rise = steps[:, axis] * slope[:, axis]
        places += [centre + shift, centre - shift]
        heights += [height + rise, height - rise]
    weights = np.tile(count / (2 * dimension * rows), 2 * dimension)
    return Measure(np.concatenate(places), weights), np.concatenate(heights)


def _cells(points: Array) -> NDArray[np.int64]:
    """The number of the grid cell of each row, CELLS per axis."""
    per_axis = CELLS[points.shape[1]]
    index = np.zeros(len(points), dtype=np.int64)
    for column in points.T:
        low, high = column.min(), column.max()
        scale = per_axis / (high - low) if high > low else 0.0
        index *= per_axis
        index += np.minimum(((column - low) * scale).astype(np.int64), per_axis - 1)
    return index


def legendre_table(
    points: Array, sides: Sequence[tuple[float, float]], exponents: Sequence[tuple[int, ...]]
) -> Array:
    """P_alpha at ``points``, shape (m, number of exponents), orthonormal in the box's probability.

    P_alpha(x) = prod_i sqrt(2 alpha_i + 1) L_{alpha_i}(t_i), t_i in [-1, 1] the scaled coordinate.
    """
    degree = max(max(alpha) for alpha in exponents)
    table = np.ones((len(points), len(exponents)))
    scale = np.sqrt(2 * np.arange(degree + 1) + 1)
    for axis, (low, high) in enumerate(sides):
        unit = (2 * points[:, axis] - (low + high)) / (high - low)
        values = np.polynomial.legendre.legvander(unit, degree) * scale
        table *= values[:, [alpha[axis] for alpha in exponents]]
    return table
