"""Taylor forms of a target on adaptive cells: f and f'' at many points, with proved errors.

Each cell [l, r] with centre c carries a polynomial with float64 coefficients, and an error that
covers the Taylor remainder, the rounding of the coefficients and the rounding of Horner's rule.
Where f'' is not shown to exist the cell says how far f can be from its chords instead.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from flint import arb
from numpy.typing import NDArray

from theory.errors import InputError
from theory.rigor.balls import ball, float_up, interval, working_precision
from theory.targets.target import Target

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

UNIT = 2.0**-53
# Absorbs products of roundings and underflow in bounds that are themselves computed in float64.
SLACK = 1.001
TINY = 1e-300
PRECISION = 96
MAX_CELLS = 4096
MAX_END = 1e100
# Numbers of a block fit in the second-level cache, with room for a temporary.
BLOCK = 1 << 14
# No cell is narrower than this fraction of the domain: its ends stay dyadics of few bits.
NARROWEST = 2.0**-124


@dataclass(frozen=True)
class Goal:
    """When a cell is good enough.

    ``value``: error of the polynomial for f; ``bump``: what the uncertainty of f'' adds to the
    distance from a chord of length at most ``longest``; ``rough``: that distance itself where f''
    is missing.
    """

    order: int
    value: float
    bump: float
    rough: float
    longest: float = math.inf


@dataclass(frozen=True)
class Cells:
    """Cells between consecutive ``edges``; column j of every array belongs to cell j of m.

    ``edges``: (m+1,) float64, the outer two the outermost floats inside the domain; the outer cells
    reach to the exact ends.  ``taylor``: (order+1, m) coefficients of f in (x - c) * ``zoom``, a
    power of two that keeps the variable within 1; ``curvature``: (order-1, m) those of f'' (0 where
    it is missing); ``drift``, ``steepest``: sup|f'''|, sup|f''| over the cell; ``flat + fan * h``
    bounds the distance of f from a chord of length h where f'' is missing, and is 0 elsewhere.
    """

    target: Target
    edges: Array
    centres: Array
    zoom: Array
    taylor: Array
    value_error: Array
    curvature: Array
    curvature_error: Array
    drift: Array
    steepest: Array
    flat: Array
    fan: Array

    def locate(self, x: Array) -> Indices:
        """The cell of each float; a point on an edge belongs to the cell on its right."""
        return np.asarray(np.searchsorted(self.edges[1:-1], x, side="right"), dtype=np.int64)

    def value(self, x: Array, cell: Indices) -> Array:
        """f at floats ``x`` of the given cells, each within ``value_error[cell]``."""
        return self._horner(self.taylor, x, cell)

    def locate_ascending(self, x: Array) -> Indices:
        """The same for ascending ``x``, without a search for each."""
        stops = np.searchsorted(x, self.edges[1:-1], side="left")
        counts = np.diff(stops, prepend=0, append=x.size)
        return np.repeat(np.arange(counts.size, dtype=np.int64), counts)

    def value_ascending(self, x: Array, cell: Indices) -> Array:
        """``value`` for ascending ``x``: the same numbers, cell by cell and within the cache."""
        result = np.empty_like(x)
        bounds = np.searchsorted(cell, np.arange(self.centres.size + 1))
        for index, (start, stop) in enumerate(pairwise(bounds.tolist())):
            centre, zoom = self.centres[index], self.zoom[index]
            coefficients = self.taylor[:, index]
            for begin in range(start, stop, BLOCK):
                part = slice(begin, min(begin + BLOCK, stop))
                step = (x[part] - centre) * zoom
                values = result[part]
                values[:] = coefficients[-1]
                for coefficient in coefficients[-2::-1]:
                    values *= step
                    values += coefficient
        return result

    def curvature_range(self, middle: Array, h: Array, cell: Indices) -> tuple[Array, Array]:
        """Lower and upper bounds of f'' over pieces of length at most h inside the given cells.

        ``middle`` holds float approximations of the mid-points, off by at most 2^-51 max|x|.
        """
        middle = np.clip(middle, self.edges[cell], self.edges[cell + 1])
        pad = max(abs(self.edges[0]), abs(self.edges[-1])) * 4 * UNIT
        reach = self.drift[cell] * (h / 2 + pad) + self.curvature_error[cell]
        value = self._horner(self.curvature, middle, cell)
        reach = reach * SLACK + 4 * UNIT * np.abs(value)
        return value - reach, value + reach

    def _horner(self, coefficients: Array, x: Array, cell: Indices) -> Array:
        step = (x - self.centres.take(cell)) * self.zoom.take(cell)
        result: Array = coefficients[-1].take(cell)
        for row in coefficients[-2::-1]:
            result *= step
            result += row.take(cell)
        return result


def inner_ends(target: Target) -> tuple[float, float]:
    """The outermost floats inside the domain; raises InputError where there are not two."""
    low, high = target.low, target.high
    if max(abs(low), abs(high)) <= MAX_END:
        first, last = float(low), float(high)
        first = first if Fraction(first) >= low else math.nextafter(first, math.inf)
        last = last if Fraction(last) <= high else math.nextafter(last, -math.inf)
        if first < last:
            return first, last
    accepted = f"ends up to {MAX_END:g} with two float64 numbers between them are accepted"
    raise InputError("--domain", f"{float(low)},{float(high)}", "is beyond float64:", accepted)


@dataclass(frozen=True)
class _Cell:
    left: float
    right: float
    centre: float
    zoom: float
    taylor: list[float]
    value_error: float
    curvature: list[float]
    curvature_error: float
    drift: float
    steepest: float
    flat: float
    fan: float

    def meets(self, goal: Goal) -> bool:
        width = self.right - self.left
        if self.flat or self.fan:
            return self.flat + self.fan * width <= goal.rough
        bump = self.curvature_error * min(width, goal.longest) ** 2 / 8
        return self.value_error <= goal.value and bump <= goal.bump


def build(target: Target, goal: Goal, max_cells: int = MAX_CELLS) -> Cells:
    """Split the domain until every cell meets ``goal``, or ``max_cells`` are reached.

    Cells that missed the goal are valid, only wider in their bounds.  Raises InputError where f is
    not shown to be finite.
    """
    first, last = inner_ends(target)
    with working_precision(PRECISION):
        ends = {first: ball(target.low), last: ball(target.high)}
        waiting = deque(_quarters(first, last))
        done: list[_Cell] = []
        while waiting:
            left, right = waiting.popleft()
            left_ball, right_ball = (ends.get(end, arb(end)) for end in (left, right))
            cell = _enclose(target, left, right, (left_ball, right_ball), goal.order)
            full = len(done) + len(waiting) >= max_cells
            if cell is not None and (full or cell.meets(goal)):
                done.append(cell)
                continue
            middle = _dyadic_between(left, right)
            if middle is not None and right - left > NARROWEST * (last - first):
                halves = [(left, middle), (middle, right)]
                # a place where f may not be finite is followed at once, to the end
                if cell is None:
                    waiting.extendleft(halves)
                else:
                    waiting.extend(halves)
            elif cell is not None:
                done.append(cell)
            else:
                raise target.not_finite(left + (right - left) / 2)
    return _columns(target, sorted(done, key=lambda cell: cell.left))


def _quarters(first: float, last: float) -> Iterator[tuple[float, float]]:
    cuts = [first, last]
    for _ in range(2):
        between = [_dyadic_between(a, b) for a, b in pairwise(cuts)]
        cuts = sorted({*cuts, *(cut for cut in between if cut is not None)})
    return pairwise(cuts)


def _dyadic_between(left: float, right: float) -> float | None:
    """A float near the middle with few bits, or None if there is none strictly inside."""
    quantum = math.ldexp(1.0, math.frexp(right - left)[1] - 3)
    middle = round((left + (right - left) / 2) / quantum) * quantum
    return middle if left < middle < right else None


def _enclose(
    target: Target, left: float, right: float, ends: tuple[arb, arb], order: int
) -> _Cell | None:
    """The Taylor form on one cell; None where f is not shown to be finite."""
    over = target.jet(interval(*ends), order)
    centre = left + (right - left) / 2
    at = target.jet(arb(centre), order - 1)
    if not over[0].is_finite():
        return None
    smooth = min(_finite(over) - 1, _finite(at))
    radius = float_up((ends[1] - centre).max(centre - ends[0]))
    exponent = math.frexp(radius)[1]
    reach, unit = math.ldexp(radius, -exponent), arb(2) ** exponent
    balls = [*at[:smooth], over[smooth]]
    taylor, value_error = _rounded([a * unit**j for j, a in enumerate(balls)], reach)
    second = [(j + 1) * (j + 2) * a * unit**j for j, a in enumerate(balls[2:])]
    curvature, curvature_error = _rounded(second, reach)
    return _Cell(
        left=left,
        right=right,
        centre=centre,
        zoom=math.ldexp(1.0, -exponent),
        taylor=taylor + [0.0] * (order + 1 - len(taylor)),
        value_error=value_error,
        curvature=curvature + [0.0] * (order - 1 - len(curvature)),
        curvature_error=curvature_error,
        # with f'' enclosed as a whole (smooth == 2) its own error covers the cell
        drift=float_up(6 * abs(over[3])) if smooth > 2 else 0.0,
        steepest=float_up(2 * abs(over[2])) if smooth > 1 else 0.0,
        flat=float_up(2 * over[0].rad()) if smooth == 0 else 0.0,
        # slopes in [s1, s2]: f is within (s2 - s1) h/4 of a chord of length h
        fan=float_up(over[1].rad() / 2) if smooth == 1 else 0.0,
    )


def _finite(jet: tuple[arb, ...]) -> int:
    """How many leading coefficients are finite."""
    return next((j for j, entry in enumerate(jet) if not entry.is_finite()), len(jet))


def _rounded(balls: list[arb], reach: float) -> tuple[list[float], float]:
    """Float coefficients, and the error of Horner's rule with them for any |s| <= reach <= 1.

    Horner's rule commits at most u(R_0 + 2 sum_{j>=1} R_j s^j), R_j = sum_{i>=j} |a_i| s^(i-j), and
    the rounding of x - c adds u sum j |a_j| s^j; second-order terms are in SLACK.
    """
    coefficients = [float(entry.mid()) for entry in balls]
    spread, power = arb(0), arb(1)
    for entry, coefficient in zip(balls, coefficients, strict=True):
        spread += abs(entry - coefficient) * power
        power *= reach
    tail = rounding = 0.0
    for j in range(len(coefficients) - 1, -1, -1):
        size = abs(coefficients[j])
        tail = size + reach * tail
        rounding = j * size + (2 * tail if j else tail) + reach * rounding
    return coefficients, (float_up(spread) + UNIT * rounding) * SLACK + (TINY if rounding else 0.0)


def _columns(target: Target, cells: list[_Cell]) -> Cells:
    def column(name: str) -> Array:
        return np.array([getattr(cell, name) for cell in cells], dtype=np.float64)

    return Cells(
        target=target,
        edges=np.array([cells[0].left, *(cell.right for cell in cells)]),
        centres=column("centre"),
        zoom=column("zoom"),
        taylor=np.ascontiguousarray(column("taylor").T),
        value_error=column("value_error"),
        curvature=np.ascontiguousarray(column("curvature").T),
        curvature_error=column("curvature_error"),
        drift=column("drift"),
        steepest=column("steepest"),
        flat=column("flat"),
        fan=column("fan"),
    )
