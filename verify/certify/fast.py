"""Fast mode: network and target in vectorised floating point, with every rounding bounded.

The network's rounding is bounded in :mod:`verify.certify.kinks`, the target's by the Taylor cells
of :mod:`verify.certify.cells`; their sum is the rounding budget, computed before anything else.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from numerics.networks import Array, Network
from theory.rigor.balls import ball, working_precision
from theory.targets.target import Target
from verify.certify.cells import MAX_CELLS, UNIT, Cells, Goal, Indices, build, inner_ends
from verify.certify.kinks import FloatPieces, float_pieces
from verify.certify.pieces import Positions

ORDER = 12
SAMPLES = 65
# Errors of the Taylor cells, as multiples of 2^-53 times the size of f: aimed at, and accepted.
AIM, ACCEPTED = 12, 40
STRETCH = 1 + 2.0**-50
PRECISION = 96


class FastNodes:
    """Values of e at float64 points; see :class:`verify.certify.pieces.Nodes`."""

    def __init__(self, target: Target, pieces: FloatPieces, cells: Cells) -> None:
        self.target, self.pieces, self.cells = target, pieces, cells
        self.largest = self.slow_error = 0.0
        good = cells.value_error <= ACCEPTED * UNIT * _size(target)
        self._poor = ~good
        self._value_error = float(cells.value_error[good].max(initial=0.0))
        first, last = inner_ends(target)
        # the domain may reach beyond its outermost floats by less than a step
        beyond = 2 * UNIT * max(abs(first), abs(last))
        self._sliver = 0.0 if (target.low, target.high) == (first, last) else beyond
        nodes = pieces.nodes
        own = np.arange(nodes.size - 1)
        cuts = cells.edges[1:-1]
        at = np.searchsorted(nodes, cuts, side="right")
        self.owner = np.insert(own, at, at - 1)
        self.nodes = np.insert(nodes, at, cuts)
        self.cell = cells.locate(self.nodes[:-1])
        inner = self.evaluate(self.owner, self.nodes[:-1])
        self.errors = np.append(inner, 0.0)
        for index, end in ((0, target.low), (-1, target.high)):
            with working_precision(PRECISION):
                value = target.value(ball(end))
            if not value.is_finite():
                raise target.not_finite(float(end))
            g = pieces.starts[index]
            self.errors[index] = float(np.longdouble(float(value)) - g)
        self._note(self.errors)
        self.middles, self.lengths = self.measure(self.nodes[:-1], self.nodes[1:])
        self.lengths[[0, -1]] += 2 * self._sliver

    @property
    def delta(self) -> float:
        """Rounding of g, of f, of e, and of the ends of the domain."""
        ends = self._sliver * 4 * self.pieces.steepest
        value = self._value_error + self.slow_error
        return (self.pieces.error + value + 4 * UNIT * self.largest + ends) * STRETCH

    def positions(self, index: Indices) -> Positions:
        """The nodes themselves."""
        return self.nodes[index]

    def evaluate(self, owner: Indices, positions: Positions) -> Array:
        """e at floats of the given affine pieces."""
        cell = self.cells.locate(positions)
        values = self.cells.value(positions, cell)
        if self._poor.any():
            for i in np.flatnonzero(self._poor[cell]).tolist():
                values[i] = self._slowly(float(positions[i]))
        errors = np.asarray(values - self.pieces.values(owner, positions), dtype=np.float64)
        self._note(errors)
        return errors

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

    def _slowly(self, x: float) -> float:
        with working_precision(PRECISION):
            value = self.target.value(x)
        if not value.is_finite():
            raise self.target.not_finite(x)
        nearest = float(value)
        error = 2 * UNIT * abs(nearest) + float(value.rad())
        self.slow_error = max(self.slow_error, error)
        return nearest

    def _note(self, errors: Array) -> None:
        self.largest = max(self.largest, float(np.abs(errors).max(initial=0.0)))
