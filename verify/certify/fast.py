"""Fast mode: network and target in vectorised floating point, with every rounding bounded.

The network's rounding is bounded in :mod:`numerics.float_pieces`, the target's by the Taylor cells
of :mod:`theory.targets.cells`; their sum is the rounding budget, computed before anything else.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from numerics.float_pieces import WORK, Extended, FloatPieces, float_pieces
from numerics.networks import Array, Network
from theory.rigor.balls import ball, float_up, working_precision
from theory.targets.cells import UNIT, Cells, Indices, inner_ends
from theory.targets.target import Target
from theory.targets.taylor import AIM, SAMPLES, good, sampled, size, taylor_cells
from verify.certify.pieces import Positions

STRETCH = 1 + 2.0**-50
PRECISION = 96


class FastNodes:
    """Values of e at float64 points; see :class:`verify.certify.pieces.Nodes`."""

    def __init__(self, target: Target, pieces: FloatPieces, cells: Cells) -> None:
        self.target, self.pieces, self.cells = target, pieces, cells
        self.largest = self.slow_error = 0.0
        fine = good(cells)
        self._poor = ~fine
        self._value_error = float(cells.value_error[fine].max(initial=0.0))
        first, last = inner_ends(target)
        # the domain may reach beyond its outermost floats by less than a step
        beyond = 4 * UNIT * max(abs(first), abs(last))
        floats = target.low == Fraction(first) and target.high == Fraction(last)
        self._sliver = 0.0 if floats else beyond
        self.nodes, self.owner, starts = pieces.cut(cells.edges[1:-1])
        self.cell = cells.locate_ascending(self.nodes[:-1])
        values = cells.value_ascending(self.nodes[:-1], self.cell)
        self.errors = np.append(self._minus(values, self.nodes[:-1], self.cell, starts[:-1]), 0.0)
        for index, end in ((0, target.low), (-1, target.high)):
            self.errors[index] = float(WORK(self._slowly(end)) - pieces.starts[index])
        self._note(self.errors)
        self.middles, self.lengths = self.measure(self.nodes[:-1], self.nodes[1:])

    @property
    def delta(self) -> float:
        """Rounding of g, of f, of e, and of the ends of the domain."""
        ends = self._sliver * self.pieces.lipschitz
        value = self._value_error + self.slow_error
        return (self.pieces.error + value + 4 * UNIT * self.largest + ends) * STRETCH

    def positions(self, index: Indices) -> Positions:
        """The nodes themselves."""
        return self.nodes[index]

    def evaluate(self, owner: Indices, positions: Positions) -> Array:
        """e at floats of the given affine pieces."""
        cell = self.cells.locate(positions)
        values = self.cells.value(positions, cell)
        return self._minus(values, positions, cell, self.pieces.values(owner, positions))

    def between(self, left: Positions, right: Positions, fraction: Array) -> Positions:
        """left + fraction (right - left), kept between the two."""
        return np.asarray(np.clip(left + fraction * (right - left), left, right))

    def measure(self, left: Positions, right: Positions) -> tuple[Array, Array]:
        """Mid-points, and lengths rounded up."""
        return (left + right) / 2, (right - left) * STRETCH + self._sliver

    def attained(self, position: float) -> tuple[float, float]:
        """The point, and |e| there."""
        piece = np.searchsorted(self.pieces.nodes[1:-1], [position], side="right")
        return float(position), abs(float(self.evaluate(piece, np.array([position]))[0]))

    def _minus(self, values: Array, x: Array, cell: Indices, g: Extended) -> Array:
        """f(x) - g, noting its size; ``values`` of f are replaced where its cells are poor."""
        if self._poor.any():
            for i in np.flatnonzero(self._poor[cell]).tolist():
                values[i] = self._slowly(float(x[i]))
        errors = np.asarray(values - g, dtype=np.float64)
        self._note(errors)
        return errors

    def _slowly(self, x: float | Fraction) -> float:
        with working_precision(PRECISION):
            value = self.target.value(ball(x))
            if not value.is_finite():
                raise self.target.not_finite(float(x))
            nearest = float(value)
            error = 2 * UNIT * abs(nearest) + float_up(value.rad())
        self.slow_error = max(self.slow_error, error)
        return nearest

    def _note(self, errors: Array) -> None:
        self.largest = max(self.largest, float(np.abs(errors).max(initial=0.0)))


def fast_nodes(network: Network, target: Target, gap: float) -> FastNodes | None:
    """Nodes at knots and at the edges of cells, ready to refine.

    None if the rounding budget is not finite, or too large for the gap by the look of a few
    samples.
    """
    first, last = inner_ends(target)
    pieces = float_pieces(network, first, last)
    if not math.isfinite(pieces.error):
        return None
    if gap < 1 and 4 * (pieces.error + AIM * UNIT * size(target)) > gap * _scale(target, pieces):
        return None
    return FastNodes(target, pieces, taylor_cells(target))


def _scale(target: Target, pieces: FloatPieces) -> float:
    """About the largest |e|: a scale, not a bound."""
    count = pieces.slopes.size
    some = np.unique(np.linspace(0, count - 1, min(count, SAMPLES)).astype(np.int64))
    x = (pieces.nodes[some] + pieces.nodes[some + 1]) / 2
    f = np.array([sampled(target, point) for point in x.tolist()])
    return float(np.abs(f - pieces.values(some, x)).max())
