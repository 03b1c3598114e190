"""Exact mode: the network in Python integers, the target in balls; only e itself is rounded.

e = f - g is formed before anything is rounded to float64, so the result is as sharp for an error of
1e-12 between values of size 1 as for any other.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from fractions import Fraction
from typing import NoReturn

import numpy as np
from flint import arb, fmpq

from numerics.networks import Array, Network
from theory.errors import InputError
from theory.rigor.balls import ball, working_precision
from theory.targets.cells import NARROWEST, UNIT, Cells, Goal, Indices, build, inner_ends
from theory.targets.target import Target
from verify.certify.affine import AffinePieces, affine_pieces
from verify.certify.pieces import Positions
from verify.progress import Progress

ORDER = 5
SAMPLES = 64
CHUNK = 1 << 16
# The bump of f'' may be uncertain by this fraction of the error: a split or two settles it.
BUMP = 1e-3
# Splits fall on multiples of this fraction of a piece.
RESOLUTION = 1 << 20
# Lengths are rounded up by this factor, and by two units for the ends of the domain.
STRETCH = 1 + 2.0**-50


class ExactNodes:
    """Values of e on integers X = 2^bits x; see :class:`verify.certify.pieces.Nodes`."""

    cells: Cells
    middles: Array
    lengths: Array
    cell: Indices
    owner: Indices

    def __init__(
        self, network: Network, target: Target, precision: int, progress: Progress | None = None
    ) -> None:
        # the edges of cells are multiples of 2^-bits
        finest = -math.frexp(NARROWEST * float(target.length))[1] + 8
        bits = max(2 * precision, finest, 0)
        self.target, self.precision, self.progress = target, precision, progress
        self.pieces: AffinePieces = affine_pieces(network, target.low, target.high, bits)
        self.bits = self.pieces.bits
        low = math.ceil(target.low * (1 << self.bits))
        high = math.floor(target.high * (1 << self.bits))
        self.nodes = [low, *self.pieces.knots, high]
        self.radius = self.largest = 0.0

    @property
    def delta(self) -> float:
        """Radius of the balls, rounding of e to float64, rounding of knots."""
        return (self.radius + self.pieces.perturbation + 4 * UNIT * self.largest) * STRETCH

    def sample(self) -> float:
        """The largest |e| at the mid-points of a few pieces: a scale, not a bound."""
        count = len(self.nodes) - 1
        some = np.unique(np.linspace(0, count - 1, min(count, SAMPLES)).astype(np.int64))
        points = [(self.nodes[j] + self.nodes[j + 1]) // 2 for j in some.tolist()]
        return float(np.abs(self._evaluate(some.tolist(), points)).max())

    def fill(self) -> None:
        """Evaluate e at every knot and at the ends of the domain."""
        knots, chunks = self.pieces.knots, []
        for start in range(0, len(knots), CHUNK):
            if self.progress is not None:
                self.progress(start, len(knots), "knots")
            stop = min(start + CHUNK, len(knots))
            chunks.append(self._evaluate(range(start, stop), knots[start:stop]))
        ends = (self._end(0, self.target.low), self._end(len(knots), self.target.high))
        self.errors = np.concatenate([[ends[0]], *chunks, [ends[1]]])

    def longest(self) -> float:
        """Upper bound of the largest distance between neighbouring knots."""
        return float(self._all_lengths(self.nodes)[1].max())

    def divide(self, cells: Cells) -> None:
        """Add the edges of ``cells`` as nodes, so that every piece lies in one cell."""
        cuts = []
        for edge in cells.edges[1:-1].tolist():
            numerator, denominator = edge.as_integer_ratio()
            cut, rest = divmod(numerator << self.bits, denominator)
            assert rest == 0, "the edges of cells are coarser than the integers"
            cuts.append(cut)
        at = [bisect_right(self.nodes, cut) for cut in cuts]
        values = self._evaluate([j - 1 for j in at], cuts)
        self.errors = np.insert(self.errors, at, values)
        pieces = np.arange(len(self.nodes) - 1)
        self.owner = np.insert(pieces, at, [j - 1 for j in at])
        # counted in integers: the float of a knot may lie beyond an edge
        self.cell = np.insert(
            np.searchsorted(at, pieces, side="right"), at, np.arange(1, len(at) + 1)
        )
        self.nodes = sorted(self.nodes + cuts)
        self.middles, self.lengths = self._all_lengths(self.nodes)
        self.cells = cells

    def positions(self, index: Indices) -> Positions:
        """The integers X of these nodes."""
        return np.array([self.nodes[i] for i in index.tolist()], dtype=object)

    def evaluate(self, owner: Indices, positions: Positions) -> Array:
        """e at integers X of the given affine pieces."""
        return self._evaluate(owner.tolist(), positions.tolist())

    def between(self, left: Positions, right: Positions, fraction: Array) -> Positions:
        """Integers X near left + fraction (right - left), of float64 numbers where possible."""
        points = []
        for start, stop, part in zip(left.tolist(), right.tolist(), fraction.tolist(), strict=True):
            exact = start + ((stop - start) * int(part * RESOLUTION) // RESOLUTION)
            numerator, denominator = (exact / (1 << self.bits)).as_integer_ratio()
            point = (numerator << self.bits) // denominator
            points.append(point if start < point < stop else exact)
        return np.array(points, dtype=object)

    def measure(self, left: Positions, right: Positions) -> tuple[Array, Array]:
        """Mid-points, and lengths rounded up."""
        lengths = self._scaled((right - left + 2).tolist()) * STRETCH
        return self._scaled(((left + right) // 2).tolist()), lengths

    def attained(self, position: int) -> tuple[float, float]:
        """A float64 point of the domain next to X, and a lower bound of |e| there."""
        first, last = inner_ends(self.target)
        near = min(max(position / (1 << self.bits), first), last)
        best = (near, 0.0)
        # where X is no float, both its neighbours are candidates
        steps = (near, math.nextafter(near, -math.inf), math.nextafter(near, math.inf))
        for x in (step for step in steps if first <= step <= last):
            numerator, denominator = x.as_integer_ratio()
            exact, rest = divmod(numerator << self.bits, denominator)
            if rest:
                continue
            piece = bisect_right(self.pieces.knots, exact)
            size = abs(float(self._evaluate([piece], [exact])[0]))
            best = max(best, (x, size), key=lambda pair: pair[1])
        return best

    def _all_lengths(self, nodes: list[int]) -> tuple[Array, Array]:
        """``measure`` for all pieces between ascending ``nodes``, from their leading 62 bits."""
        shift = max(0, max(abs(nodes[0]), abs(nodes[-1])).bit_length() - 62)
        leading = np.array([node >> shift for node in nodes], dtype=np.int64)
        # ends are rounded down by less than one unit each; 2 more are for the ends of the domain
        lengths = np.ldexp((np.diff(leading) + 4).astype(np.float64), shift - self.bits) * STRETCH
        halves = leading[:-1] / 2 + leading[1:] / 2
        return np.ldexp(halves, shift - self.bits), lengths

    def _scaled(self, values: list[int]) -> Array:
        unit = 1 << self.bits
        return np.array([value / unit for value in values], dtype=np.float64)

    def _evaluate(self, pieces: Iterable[int], points: list[int]) -> Array:
        value, slopes, heights = self.target.value, self.pieces.slopes, self.pieces.heights
        errors, radius = [], self.radius
        with working_precision(self.precision):
            # a product with a power of two takes half the time of arb((integer, exponent))
            unit, scale = arb(2) ** -self.bits, arb(2) ** -self.pieces.scale
            for j, x in zip(pieces, points, strict=True):
                e = value(arb(x) * unit) - arb(slopes[j] * x + heights[j]) * scale
                errors.append(float(e))
                rad = float(e.rad())
                if rad > radius:
                    radius = rad
        return self._checked(np.array(errors), radius, points)

    def _end(self, piece: int, x: Fraction) -> float:
        """e at an end of the domain, which need not be dyadic."""
        g = self.pieces.values(piece, x)
        with working_precision(self.precision):
            e = self.target.value(ball(x)) - arb(fmpq(g.numerator, g.denominator))
            radius = max(self.radius, float(e.rad()))
        point = math.floor(x * (1 << self.bits))
        return float(self._checked(np.array([float(e)]), radius, [point])[0])

    def _checked(self, errors: Array, radius: float, points: list[int]) -> Array:
        wrong = ~np.isfinite(errors)
        if wrong.any() or not math.isfinite(radius):
            self._refuse(points[int(wrong.argmax())])
        self.radius = radius
        self.largest = max(self.largest, float(np.abs(errors).max(initial=0.0)))
        return errors

    def _refuse(self, position: int) -> NoReturn:
        x = position / (1 << self.bits)
        with working_precision(self.precision):
            if not self.target.value(x).is_finite():
                raise self.target.not_finite(x)
        accepted = "a network whose values stay within float64 is accepted"
        raise InputError("network", f"g({x:.6g})", "beyond float64:", accepted)


def exact_nodes(
    network: Network,
    target: Target,
    gap: float,
    precision: int,
    progress: Progress | None = None,
    *,
    optional: bool = False,
) -> ExactNodes | None:
    """Nodes at knots and at the edges of cells, ready to refine.

    None if ``optional`` and a few samples show that this precision cannot reach the gap.
    """
    nodes = ExactNodes(network, target, precision, progress)
    scale = nodes.sample()
    if optional and 16 * nodes.delta > gap * scale > 0:
        return None
    nodes.fill()
    scale = max(scale, nodes.largest, nodes.delta)
    goal = Goal(ORDER, math.inf, BUMP * scale, gap * scale / 16, nodes.longest())
    nodes.divide(build(target, goal))
    return nodes
