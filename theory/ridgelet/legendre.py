"""Legendre coefficients of a target on a box, enclosed: the distances of f to polynomials.

Coordinates t in [-1, 1]^d, uniform probability measure, P_alpha the orthonormal tensor Legendre
basis (P_k = sqrt(2k+1) times the Legendre polynomial), alpha graded by total degree.

On a cell of half-width h in one variable, f is within E = 2 (h/2)^(m+1) sup|f^(m+1)/(m+1)!| of a
polynomial of degree m (interpolation at Chebyshev nodes), which n Gauss-Legendre nodes integrate
exactly against P_k if m + k <= 2n - 1; so the rule errs by at most (1 + 1) E sup|P_k| <= 2 E
sqrt(2k+1) in the mean.  The Taylor coefficients come from jets over the cell.  Tensor rules are
done axis by axis.  Cells that stay too rough (kinks) contribute their mid-value exactly, and what
is left, |e| <= r, changes no coefficient by more than sqrt(sum volume r^2).
(The checker gets the same numbers from complex ellipses instead of derivatives.)
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import count, product

from flint import arb, arb_mat, ctx

from theory.errors import InputError
from theory.rigor.balls import ball, working_precision
from theory.targets.box_target import BoxTarget
from theory.targets.evaluate import JetFunction, compile_jet
from theory.targets.jets import Jet, constant, identity

Index = tuple[int, ...]
# Cells examined, by dimension.
MOST_CELLS = (0, 1500, 250, 100)
DEEPEST = Fraction(1, 2**80)


@dataclass(frozen=True)
class Expansion:
    """<f, P_alpha> for |alpha| <= degree, and the mean square of f."""

    degree: int
    coefficients: dict[Index, arb]
    square: arb

    @cached_property
    def energies(self) -> list[arb]:
        """sum of the squared coefficients of each total degree, as enclosures >= 0."""
        found = [arb(0)] * (self.degree + 1)
        for alpha, value in self.coefficients.items():
            found[sum(alpha)] += abs(value) * abs(value)
        return found

    def distance(self, degree: int) -> arb:
        """A lower bound of the L2 distance of f to the polynomials of total degree <= ``degree``.

        The better of the square roots of sum_{degree < k <= self.degree} and |f|^2 - sum_{k <=
        degree}; the first has no cancellation.
        """
        return self.best_distance(degree)[0]

    @cached_property
    def rest(self) -> arb:
        """An upper bound of the L2 distance to the polynomials of degree ``self.degree``."""
        square = self.square - sum(self.energies, arb(0))
        return square.nonnegative_part().sqrt().upper()

    def best_distance(self, degree: int) -> tuple[arb, int]:
        """The distance, and the last degree used: ``degree`` itself stands for |f|^2 - sum."""
        energies = [energy.lower() for energy in self.energies]
        tail = sum(energies[degree + 1 :], arb(0)).lower()
        rest = (self.square - sum(self.energies[: degree + 1], arb(0))).lower()
        if rest.is_finite() and rest > tail * (1 + 2.0**-40):
            return rest.sqrt().lower(), degree
        if not (tail.is_finite() and tail > 0):
            return arb(0), degree
        return tail.sqrt().lower(), self.degree


def expand(target: BoxTarget, degree: int, *, accuracy: int = 112) -> Expansion:
    """The expansion of f up to ``degree``; radii aim at 2^-accuracy of the size of f.

    Raises InputError where f is not shown to be finite.
    """
    # The three-term recurrence over balls loses up to log2(1 + sqrt 2) bits a step.
    with working_precision(max(ctx.prec, accuracy + 64 + 4 * degree // 3)):
        work = _Work(target, degree, accuracy)
        indices = list(graded(target.dimension, degree))
        sums = dict.fromkeys(indices, arb(0, work.spread))
        square = arb(0)
        for cell in work.cells:
            parts, mean = work.rule(cell) if cell.smooth else work.constant(cell)
            square += mean
            for alpha, part in parts.items():
                sums[alpha] += part
        return Expansion(degree, sums, square)


@dataclass(frozen=True)
class _Cell:
    """Centre and half-widths in t, exact; ``errors`` bounds E of each axis of a smooth cell."""

    centre: tuple[Fraction, ...]
    half: tuple[Fraction, ...]
    value: arb
    errors: tuple[arb, ...]
    smooth: bool

    @property
    def volume(self) -> arb:
        return ball(math.prod(self.half, start=Fraction(1)))


class _Work:
    def __init__(self, target: BoxTarget, degree: int, accuracy: int) -> None:
        self.target, self.degree, self.dimension = target, degree, target.dimension
        self.order = max(12, min(40, accuracy // 3))
        self.middle = [ball((low + high) / 2) for low, high in target.domain]
        self.scale = [ball((high - low) / 2) for low, high in target.domain]
        self.jet: JetFunction = compile_jet(target.expression, target.domain, self.order)
        ticks = [Fraction(k, 7) for k in (-6, -3, -1, 2, 5)]
        sampled = [
            abs(target.value(self._point([ball(t) for t in place])))
            for place in product(ticks, repeat=self.dimension)
        ]
        top = max((s.upper() for s in sampled if s.is_finite()), key=float, default=arb(1))
        self.goal = (top if top > 0 else arb(1)) * arb(2) ** -accuracy
        self.cells, self.spread = self._cells()

    def _point(self, t: Sequence[arb]) -> list[arb]:
        return [m + s * u for m, s, u in zip(self.middle, self.scale, t, strict=True)]

    def _cells(self) -> tuple[list[_Cell], arb]:
        done: list[_Cell] = []
        heap: list[tuple[float, int, _Cell]] = []
        order = count()

        def sort(cell: _Cell) -> None:
            if cell.smooth:
                done.append(cell)
            else:
                # of those that are not finite the latest: depth first, to settle them soon
                heapq.heappush(heap, (-_approximate(_open(cell)), -next(order), cell))

        sort(self._examine((Fraction(0),) * self.dimension, (Fraction(1),) * self.dimension))
        for used in range(MOST_CELLS[self.dimension]):
            if not heap or (used % 8 == 0 and _spread(heap) <= self.goal):
                break
            cell = heap[0][2]
            axis = self._axis_to_halve(cell)
            if cell.half[axis] < DEEPEST:
                break
            heapq.heappop(heap)
            half = tuple(h / 2 if i == axis else h for i, h in enumerate(cell.half))
            for side in (-1, 1):
                step = side * half[axis]
                sort(
                    self._examine(
                        tuple(c + step if i == axis else c for i, c in enumerate(cell.centre)), half
                    )
                )
        spread = _spread(heap)
        if not spread.is_finite():
            raise InputError(
                "--target",
                self.target.text,
                "not shown to be finite and real on the whole domain:",
                "a function that is finite and real on the whole domain is accepted",
            )
        return done + [entry[2] for entry in heap], spread

    def _axis_to_halve(self, cell: _Cell) -> int:
        rough = [i for i, error in enumerate(cell.errors) if not error <= self.goal]
        return max(rough, key=lambda i: cell.half[i])

    def _examine(self, centre: tuple[Fraction, ...], half: tuple[Fraction, ...]) -> _Cell:
        reals = self._point([arb(ball(c), ball(h)) for c, h in zip(centre, half, strict=True)])
        errors = []
        for i in range(self.dimension):
            jet = self.jet([self._coordinate(x, j == i) for j, x in enumerate(reals)])
            if len(jet) <= self.order or not jet[-1].is_finite():
                errors.append(arb("inf"))
                continue
            half_step = self.scale[i] * ball(half[i] / 2)
            errors.append(2 * half_step**self.order * jet[-1].abs_upper())
        value = self.target.value(reals)
        smooth = all(error <= self.goal for error in errors)
        return _Cell(centre, half, value, tuple(errors), smooth)

    def _coordinate(self, x: arb, moving: bool) -> Jet:
        return identity(x, self.order) if moving else constant(x, self.order)

    def rule(self, cell: _Cell) -> tuple[dict[Index, arb], arb]:
        """Coefficients and mean square over a smooth cell."""
        # f is close to degree order - 1; f^2 needs twice that
        nodes = max((self.order + self.degree + 1) // 2, self.order)
        tables, columns, weights = [], [], []
        for c, h, m, s in zip(cell.centre, cell.half, self.middle, self.scale, strict=True):
            places = [(ball(c) + ball(h) * u, ball(h) * w / 2) for u, w in _gauss(nodes, ctx.prec)]
            rows = [[w * p for p in orthonormal(t, self.degree)] for t, w in places]
            tables.append(arb_mat(rows).transpose())
            columns.append([m + s * t for t, _ in places])
            weights.append([w for _, w in places])
        heights = [self.target.value(point) for point in product(*columns)]
        sums = _contract(tables, heights, self.degree)
        open_ = 2 * sum(cell.errors, arb(0)) * cell.volume
        for alpha in sums:
            norm = math.prod(2 * k + 1 for k in alpha)
            sums[alpha] += arb(0, (open_ * arb(norm).sqrt()).upper())
        products = (math.prod(entry, start=arb(1)) for entry in product(*weights))
        mean = sum((w * v * v for w, v in zip(products, heights, strict=True)), arb(0))
        # f = p + e: the rule is exact for p^2; |f^2 - p^2| <= e (2 |f| + e)
        size = 2 * cell.value.abs_upper() + sum(cell.errors, arb(0))
        return sums, mean + arb(0, (open_ * size).upper())

    def constant(self, cell: _Cell) -> tuple[dict[Index, arb], arb]:
        """Coefficients of the mid-value, and the mean square, over a rough cell."""
        vectors = []
        for c, h in zip(cell.centre, cell.half, strict=True):
            # int P_k = (P_{k+1} - P_{k-1})/(2k+1) for plain Legendre polynomials
            low, high = (_plain(ball(end), self.degree + 1) for end in (c - h, c + h))
            jump = [b - a for a, b in zip(low, high, strict=True)]
            steps = [jump[k + 1] - jump[k - 1] for k in range(1, self.degree + 1)]
            means = [v / (2 * arb(2 * k + 1).sqrt()) for k, v in enumerate(steps, 1)]
            vectors.append([ball(h), *means])
        height = cell.value.mid()
        sums = {
            alpha: math.prod((vectors[i][k] for i, k in enumerate(alpha)), start=height)
            for alpha in graded(self.dimension, self.degree)
        }
        return sums, cell.value * cell.value * cell.volume


def _open(cell: _Cell) -> arb:
    return cell.volume * cell.value.rad() * cell.value.rad()


def _spread(heap: list[tuple[float, int, _Cell]]) -> arb:
    total = sum((_open(entry[2]) for entry in heap), arb(0))
    return total.sqrt().upper()


def _contract(tables: Sequence[arb_mat], heights: list[arb], degree: int) -> dict[Index, arb]:
    """sum over the nodes of f times rows of the tables, for |alpha| <= degree."""
    across = tables[0].ncols()
    first = tables[0] * arb_mat(across, len(heights) // across, heights)
    if len(tables) == 1:
        return {(k,): first[k, 0] for k in range(degree + 1)}
    found = {}
    for k in range(degree + 1):
        row = [first[k, j] for j in range(first.ncols())]
        for rest, value in _contract(tables[1:], row, degree - k).items():
            found[(k, *rest)] = value
    return found


def graded(dimension: int, degree: int) -> Iterator[Index]:
    """All alpha with |alpha| <= degree, in graded lexicographic order."""
    for total in range(degree + 1):
        yield from _exactly(dimension, total)


def _exactly(dimension: int, total: int) -> Iterator[Index]:
    if dimension == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in _exactly(dimension - 1, total - first))


def _plain(t: arb, degree: int) -> list[arb]:
    found = [arb(1), t]
    for k in range(1, degree):
        found.append(((2 * k + 1) * t * found[k] - k * found[k - 1]) / (k + 1))
    return found[: degree + 1]


def orthonormal(t: arb, degree: int) -> list[arb]:
    """P_0, ..., P_degree at t in [-1, 1]."""
    roots = _roots(degree, ctx.prec)
    return [root * value for root, value in zip(roots, _plain(t, degree), strict=True)]


@lru_cache(maxsize=8)
def _roots(degree: int, bits: int) -> list[arb]:
    return [arb(2 * k + 1).sqrt() for k in range(degree + 1)]


@lru_cache(maxsize=32)
def _gauss(nodes: int, bits: int) -> list[tuple[arb, arb]]:
    """Nodes and weights of Gauss-Legendre quadrature on [-1, 1]; ``bits`` is the key."""
    return [arb.legendre_p_root(nodes, k, weight=True) for k in range(nodes)]


def _approximate(x: arb) -> float:
    return float(x.mid()) if x.is_finite() else math.inf
