"""Integrals of a target over its box against the uniform probability measure.

Coordinates are t in [-1, 1]^d; P_alpha is the tensor Legendre basis, orthonormal for that measure:
P_k = sqrt(2k+1) times the Legendre polynomial.  The box is bisected into cells of two sorts.

*Analytic* cells.  Let F be analytic and at most M in the Bernstein ellipse rho of one variable.  It
is within 2 M rho^-m/(rho-1) of a polynomial of degree m = 2n - 1, for which n Gauss-Legendre nodes
are exact, so that with weights of sum 1 the rule errs by at most 4 M rho^(-2n)/(1 - 1/rho).  Here
F = f P_alpha or f^2; |P_k| <= sqrt(2k+1) R^k where |z - 1| + |z + 1| <= R + 1/R, and sqrt(2k+1) on
the reals.  A tensor rule is done axis by axis: its errors add up, and in each axis only that
variable need be complex.  ``holomorphic`` proves analyticity and bounds f over a rectangle around
the ellipse.

*Crude* cells, for kinks and other ends of analyticity: f = f0 + e with |e| <= r on the cell.  Their
f0 is integrated exactly; e changes a moment by at most sqrt(sum volume r^2) (Cauchy-Schwarz).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import count, product

from flint import acb, arb, arb_mat, ctx

from verify.checks import gauss
from verify.checks.fields import BoxTarget
from verify.checks.holomorphic import Number, evaluate
from verify.checks.verdicts import Clock, ball, precision

Index = tuple[int, ...]
RADII = tuple(Fraction(*r) for r in ((5, 4), (3, 2), (2, 1), (3, 1), (4, 1), (6, 1), (10, 1)))
# Cells examined, by dimension; beyond, what is left open stays crude.
MOST_CELLS = (0, 1500, 1200, 400)
DEEPEST = Fraction(1, 2**80)
ACCURACY = 56


@dataclass(frozen=True)
class _Axis:
    """One variable of an analytic cell: 4 sup|F|/(1 - 1/rho) for F = f or f^2, rho and R."""

    size: arb
    rho: Fraction
    growth: arb

    def nodes(self, degree: int, bits: float) -> int:
        """The n with size R^degree rho^(-2n) about 2^-bits; a heuristic, the error is enclosed."""
        have = _log2(self.size) + degree * _log2(self.growth)
        return max(1, math.ceil((have + bits) / (2 * math.log2(self.rho))))


@dataclass(frozen=True)
class _Cell:
    """Centre and half-widths in t, dyadic; ``axes`` None for a crude cell."""

    centre: tuple[Fraction, ...]
    half: tuple[Fraction, ...]
    value: arb
    axes: tuple[_Axis, ...] | None

    @property
    def volume(self) -> Fraction:
        return math.prod(self.half, start=Fraction(1))


def legendre_moments(
    target: BoxTarget, degree: int, clock: Clock, accuracy: int = ACCURACY
) -> dict[Index, arb]:
    """Enclosures of <f, P_alpha> for all alpha of total degree at most ``degree``, f real.

    The radius aims at 2^-accuracy times the size of f and is larger where f is not smooth; it is
    not finite where f is not shown to be finite.
    """
    dimension = len(target.sides)
    # The three-term recurrence over balls loses up to log2(1 + sqrt 2) bits a step.
    with precision(max(ctx.prec, accuracy + 64 + 4 * degree // 3)):
        work = _Work(target, degree, 1, clock, accuracy)
        alphas = indices(dimension, degree)
        if not work.spread.is_finite():
            return dict.fromkeys(alphas, arb.nan())
        sums = dict.fromkeys(alphas, arb(0, work.spread))
        for cell in work.cells:
            clock.tick()
            parts = work.rule(cell) if cell.axes else work.constant(cell)
            for alpha, part in parts.items():
                sums[alpha] += part
        return sums


def square_integral(target: BoxTarget, clock: Clock, accuracy: int = ACCURACY) -> arb:
    """An enclosure of the integral of f^2, with the same goal relative to the size of f^2."""
    with precision(max(ctx.prec, accuracy + 64)):
        work = _Work(target, 0, 2, clock, accuracy)
        if not work.spread.is_finite():
            return arb.nan()
        zero = (0,) * len(target.sides)
        total = arb(0)
        for cell in work.cells:
            clock.tick()
            square = cell.value * cell.value
            total += work.rule(cell)[zero] if cell.axes else square * ball(cell.volume)
        return total


class _Work:
    """The cells of one integration of f^power P_alpha, |alpha| <= degree."""

    def __init__(
        self, target: BoxTarget, degree: int, power: int, clock: Clock, accuracy: int
    ) -> None:
        self.target, self.degree, self.power, self.clock = target, degree, power, clock
        self.dimension = len(target.sides)
        self.middle = [ball((low + high) / 2) for low, high in target.sides]
        self.scale = [ball((high - low) / 2) for low, high in target.sides]
        cap = 16 + accuracy // 2 if self.dimension == 1 else 8 + accuracy // 3
        self.most_nodes = cap + 3 * degree // 5
        height = _log2(self._sampled()) * power
        self.bits = accuracy - height + self.dimension * math.log2(2 * degree + 1) / 2
        self.cells, self.spread = self._cells(arb(2) ** math.floor(height - accuracy - 2))
        if self.spread > 0 and self.spread.is_finite():
            self.bits = min(self.bits, 8 - _log2(self.spread))

    def _sampled(self) -> arb:
        """The largest |f| at a few points: only the goal depends on it."""
        ticks = [Fraction(k, 7) for k in (-6, -3, -1, 2, 5)]
        columns = [
            [m + s * ball(point[i]) for point in product(ticks, repeat=self.dimension)]
            for i, (m, s) in enumerate(zip(self.middle, self.scale, strict=True))
        ]
        sizes = [abs(v) for v in self.reals(columns) if v.is_finite()]
        top = max((size.upper() for size in sizes), key=float, default=arb(1))
        return top if top > 0 else arb(1)

    def values(self, columns: Sequence[Sequence[Number]]) -> list[Number]:
        return evaluate(self.target.expression, columns, self.clock)

    def reals(self, columns: Sequence[Sequence[arb]]) -> list[arb]:
        return [value for value in self.values(columns) if isinstance(value, arb)]

    def _cells(self, goal: arb) -> tuple[list[_Cell], arb]:
        """Cells that cover the box, and the bound of what the crude ones leave open."""
        done: list[_Cell] = []
        order = count()
        whole = self._examine((Fraction(0),) * self.dimension, (Fraction(1),) * self.dimension)
        heap: list[tuple[float, int, _Cell, int]] = []

        def sort(cell: _Cell, axis: int) -> None:
            if cell.axes is not None:
                done.append(cell)
            else:
                # of those that are not finite the latest: depth first, to settle them soon
                heapq.heappush(heap, (-_approximate(self._open(cell)), -next(order), cell, axis))

        sort(*whole)
        for used in range(MOST_CELLS[self.dimension]):
            if not heap or (used % 8 == 0 and self._spread(heap) <= goal):
                break
            _, _, cell, axis = heap[0]
            if cell.half[axis] < DEEPEST:
                break
            heapq.heappop(heap)
            half = tuple(h / 2 if i == axis else h for i, h in enumerate(cell.half))
            for side in (-1, 1):
                shift = side * half[axis]
                centre = tuple(c + shift if i == axis else c for i, c in enumerate(cell.centre))
                sort(*self._examine(centre, half))
        return done + [entry[2] for entry in heap], self._spread(heap)

    def _open(self, cell: _Cell) -> arb:
        """volume r^2 for moments, volume times the radius of f^2 for squares."""
        if self.power == 2:
            return ball(cell.volume) * (cell.value * cell.value).rad()
        return ball(cell.volume) * cell.value.rad() * cell.value.rad()

    def _spread(self, heap: list[tuple[float, int, _Cell, int]]) -> arb:
        total = sum((self._open(entry[2]) for entry in heap), arb(0))
        return (total.sqrt() if self.power == 1 else total).upper()

    def _examine(
        self, centre: tuple[Fraction, ...], half: tuple[Fraction, ...]
    ) -> tuple[_Cell, int]:
        """The cell, and the axis to bisect if it is crude."""
        reals = [
            m + s * arb(ball(c), ball(h))
            for m, s, c, h in zip(self.middle, self.scale, centre, half, strict=True)
        ]
        axes = [self._axis(i, reals, centre[i], half[i]) for i in range(self.dimension)]
        failing = [i for i, axis in enumerate(axes) if axis is None]
        value = self.reals([[x] for x in reals])[0]
        if failing:
            return _Cell(centre, half, value, None), max(failing, key=lambda i: half[i])
        return _Cell(centre, half, value, tuple(axis for axis in axes if axis)), 0

    def _axis(self, i: int, reals: Sequence[arb], c: Fraction, h: Fraction) -> _Axis | None:
        """The ellipse in axis i that needs the fewest nodes, None if all need too many."""
        boxes = []
        for rho in RADII:
            along, across = h * (rho + 1 / rho) / 2, h * (rho - 1 / rho) / 2
            x = self.middle[i] + self.scale[i] * arb(ball(c), ball(along))
            boxes.append((acb(x, self.scale[i] * arb(0, ball(across))), along, across))
        columns: list[Sequence[Number]] = [[x] * len(RADII) for x in reals]
        columns[i] = [entry[0] for entry in boxes]
        best: tuple[int, _Axis] | None = None
        for value, rho, (_, along, across) in zip(self.values(columns), RADII, boxes, strict=True):
            size = value.abs_upper()
            if not size.is_finite():
                break
            # The largest |z - 1| + |z + 1| over the rectangle, a convex function, is at a corner.
            corner = acb(ball(abs(c) + along), ball(across))
            focal = (abs(corner - 1) + abs(corner + 1)) / 2
            growth = focal + (focal * focal - 1).nonnegative_part().sqrt()
            if self.power == 2:
                size = size * size
            axis = _Axis(4 * size / (1 - 1 / ball(rho)), rho, growth)
            nodes = axis.nodes(self.degree, self.bits)
            if best is None or nodes < best[0]:
                best = nodes, axis
        return best[1] if best and best[0] <= self.most_nodes else None

    def rule(self, cell: _Cell) -> dict[Index, arb]:
        """Moments over an analytic cell."""
        assert cell.axes is not None
        tables, columns, errors = [], [], []
        for i, (axis, c, h) in enumerate(zip(cell.axes, cell.centre, cell.half, strict=True)):
            nodes = axis.nodes(self.degree, self.bits)
            places = [(ball(c) + ball(h) * u, ball(h) * w / 2) for u, w in gauss.nodes(nodes)]
            rows = [[w * p for p in _legendre(t, self.degree)] for t, w in places]
            tables.append(arb_mat(rows).transpose())
            columns.append([self.middle[i] + self.scale[i] * t for t, _ in places])
            # rho^(-2n) times volume, for each k the factor R^k
            error = axis.size * ball(axis.rho) ** (-2 * nodes) * ball(cell.volume)
            errors.append([error * axis.growth**k for k in range(self.degree + 1)])
        points = list(product(*columns))
        found = self.reals([list(column) for column in zip(*points, strict=True)])
        heights = [v * v for v in found] if self.power == 2 else found
        sums = _contract(tables, heights, self.degree)
        for alpha in sums:
            steep = sum((errors[i][k] for i, k in enumerate(alpha)), arb(0))
            norm = math.prod(2 * k + 1 for k in alpha)
            sums[alpha] += arb(0, (steep * arb(norm).sqrt()).upper())
        return sums

    def constant(self, cell: _Cell) -> dict[Index, arb]:
        """Moments of the mid-point of f over a crude cell."""
        vectors = []
        for c, h in zip(cell.centre, cell.half, strict=True):
            # int P_k = (P_{k+1} - P_{k-1})/(2k+1) for plain Legendre polynomials
            low, high = (_plain(ball(end), self.degree + 1) for end in (c - h, c + h))
            jump = [b - a for a, b in zip(low, high, strict=True)]
            jump = [ball(2 * h), *((jump[k + 1] - jump[k - 1]) for k in range(1, len(jump) - 1))]
            vectors.append([v / (2 * arb(2 * k + 1).sqrt()) for k, v in enumerate(jump)])
            vectors[-1][0] = ball(h)
        height = cell.value.mid()
        return {
            alpha: math.prod((vectors[i][k] for i, k in enumerate(alpha)), start=height)
            for alpha in indices(self.dimension, self.degree)
        }


def _contract(tables: Sequence[arb_mat], heights: list[arb], degree: int) -> dict[Index, arb]:
    """sum over nodes of f times the rows of the tables, for |alpha| <= degree."""
    sizes = [table.ncols() for table in tables]
    first = tables[0] * arb_mat(sizes[0], len(heights) // sizes[0], heights)
    if len(sizes) == 1:
        return {(k,): first[k, 0] for k in range(degree + 1)}
    result = {}
    for k in range(degree + 1):
        row = [first[k, j] for j in range(first.ncols())]
        inner = _contract(tables[1:], row, degree - k) if k < degree else None
        if inner is None:
            inner = _contract([_top(table) for table in tables[1:]], row, 0)
        result.update({(k, *alpha): value for alpha, value in inner.items()})
    return result


def _top(table: arb_mat) -> arb_mat:
    return arb_mat(1, table.ncols(), [table[0, j] for j in range(table.ncols())])


def indices(dimension: int, degree: int) -> list[Index]:
    """All multi-indices of total degree <= ``degree``: by degree, then in lexicographic order."""
    return [alpha for total in range(degree + 1) for alpha in _exactly(dimension, total)]


def _exactly(dimension: int, total: int) -> Iterator[Index]:
    if dimension == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in _exactly(dimension - 1, total - first))


def _plain(t: arb, degree: int) -> list[arb]:
    """Legendre polynomials at t, by their recurrence."""
    found = [arb(1), t]
    for k in range(1, degree):
        found.append(((2 * k + 1) * t * found[k] - k * found[k - 1]) / (k + 1))
    return found[: degree + 1]


def _legendre(t: arb, degree: int) -> list[arb]:
    roots = _square_roots(degree, ctx.prec)
    return [root * p for root, p in zip(roots, _plain(t, degree), strict=True)]


@lru_cache(maxsize=8)
def _square_roots(degree: int, bits: int) -> list[arb]:
    return [arb(2 * k + 1).sqrt() for k in range(degree + 1)]


def _log2(x: arb) -> float:
    """About log2 of a positive number, without overflow."""
    return _approximate(x.log()) / math.log(2) if x > 0 else -1e6


def _approximate(x: arb) -> float:
    return float(x.mid()) if x.is_finite() else math.inf
