"""Rigorous enclosures of sup|F|, L = M1 = sup|F'|, M2 = sup|F''| and TV on the unit interval.

Branch and bound over dyadic cells: on each cell the derivative is enclosed both directly and by
its mean-value form, and the cell with the largest upper bound is split next.  Where a derivative
does not exist (kink of abs, sqrt at 0) the answer says so, with the place, instead of a number.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flint import arb

from theory.errors import Undecided
from theory.rigor.balls import ball, float_down, float_up, working_precision
from theory.targets.target import Target

MAX_CELLS = 20_000
MAX_DEPTH = 60
PRECISION = 80
RELATIVE_GAP = 1e-7


@dataclass(frozen=True)
class Enclosure:
    """lower <= quantity <= upper; ``upper`` is inf with a ``reason`` when no bound is available.

    ``where`` is a point of the domain (user coordinates): of the maximum, or of the trouble.
    """

    lower: float
    upper: float
    where: float
    reason: str | None = None

    @property
    def available(self) -> bool:
        """Whether a finite upper bound was proved."""
        return math.isfinite(self.upper)


@dataclass(frozen=True)
class Cell:
    """The dyadic cell [index, index + 1] 2^-depth of the unit interval."""

    index: int
    depth: int

    @property
    def middle(self) -> arb:
        """The exact mid-point."""
        return arb(2 * self.index + 1) * arb(2) ** (-self.depth - 1)

    @property
    def range(self) -> arb:
        """A ball around the cell."""
        return arb(self.middle, arb(2) ** (-self.depth - 1))

    @property
    def ends(self) -> tuple[arb, arb]:
        """The exact end points."""
        scale = arb(2) ** -self.depth
        return arb(self.index) * scale, arb(self.index + 1) * scale

    def halves(self) -> Iterator[Cell]:
        """The two halves."""
        yield Cell(2 * self.index, self.depth + 1)
        yield Cell(2 * self.index + 1, self.depth + 1)


def derivative_over(target: Target, cell: Cell, order: int) -> arb | None:
    """An enclosure of F^(order) over the cell, or None where it is not shown to exist.

    The ball may be non-finite when the cell is too coarse; the caller splits it then.
    """
    jet = target.unit_jet(cell.range, order + 1)
    if not jet[0].is_finite():
        return arb.nan()
    if len(jet) <= order:
        return None
    factorial = math.factorial(order)
    direct = jet[order] * factorial
    if len(jet) == order + 1:
        return direct
    centre = target.unit_jet(cell.middle, order)
    if len(centre) <= order:
        return direct
    half_width = arb(2) ** (-cell.depth - 1)
    slope = jet[order + 1] * (factorial * (order + 1))
    mean_value = centre[order] * factorial + slope * arb(0, half_width)
    if not mean_value.is_finite():
        return direct
    return mean_value if not direct.is_finite() or mean_value.rad() < direct.rad() else direct


def sup_derivative(
    target: Target, order: int, *, relative_gap: float = RELATIVE_GAP, max_cells: int = MAX_CELLS
) -> Enclosure:
    """Enclosure of sup |F^(order)| over [0, 1]; order 0 encloses sup |F|.

    Raises InputError where F itself is not finite.  Stops at ``relative_gap`` or ``max_cells``;
    what is returned is rigorous either way.
    """
    with working_precision(PRECISION):
        return _Search(target, order, relative_gap, max_cells).run()


class _Search:
    """Best-first branch and bound for one supremum."""

    def __init__(self, target: Target, order: int, gap: float, max_cells: int) -> None:
        self.target, self.order, self.gap, self.max_cells = target, order, gap, max_cells
        self.lower, self.where = arb(0), 0.5
        self.heap: list[tuple[float, int, Cell]] = []
        self.pushed = 0

    def run(self) -> Enclosure:
        for index in range(4):
            self.push(Cell(index, 2))
        while True:
            bound, _, cell = self.heap[0]
            worst = -bound
            if worst == math.inf and cell.depth >= MAX_DEPTH:
                return self.unavailable(cell)
            if worst == math.inf and self.pushed > self.max_cells:
                return self.unavailable(cell)
            floor = float_down(self.lower)
            met = worst < math.inf and worst - floor <= self.gap * worst
            if met or self.pushed > self.max_cells:
                return Enclosure(floor, worst, self.user(self.where))
            heapq.heappop(self.heap)
            for half in cell.halves():
                self.push(half)

    def push(self, cell: Cell) -> None:
        enclosure = derivative_over(self.target, cell, self.order)
        usable = enclosure is not None and enclosure.is_finite()
        bound = float_up(abs(enclosure)) if enclosure is not None and usable else math.inf
        # ties: the smaller cell first, so that one bad place is followed to the depth limit
        self.pushed += 1
        heapq.heappush(self.heap, (-bound, -self.pushed, cell))
        jet = self.target.unit_jet(cell.middle, self.order)
        if len(jet) > self.order and jet[self.order].is_finite():
            value = (jet[self.order] * math.factorial(self.order)).abs_lower()
            if value > self.lower:
                self.lower, self.where = value, float(cell.middle)

    def unavailable(self, cell: Cell) -> Enclosure:
        # trouble in the first or last cell is trouble at the end of the domain
        last = cell.index == 2**cell.depth - 1
        where = self.user(0.0 if cell.index == 0 else 1.0 if last else float(cell.middle))
        if not self.target.unit_value(cell.range).is_finite():
            raise self.target.not_finite(where)
        name = {1: "f'", 2: "f''"}.get(self.order, f"derivative {self.order} of f")
        reason = f"{name} is not shown to be bounded near x = {where:.6g}"
        return Enclosure(float_down(self.lower), math.inf, where, reason)

    def user(self, u: float) -> float:
        return float(self.target.point(u))


def total_variation(target: Target, *, relative_gap: float = 1e-6) -> Enclosure:
    """Enclosure of the total variation of F on [0, 1] (needs a bounded derivative).

    On cells where F' keeps its sign the variation is |F(r) - F(l)| exactly; the others, around
    the turning points, contribute at most width * sup|F'| and are split until they are small.
    """
    with working_precision(PRECISION):
        slope = sup_derivative(target, 1)
        if not slope.available:
            return Enclosure(0.0, math.inf, slope.where, slope.reason)
        total, waiting, done = arb(0), [Cell(i, 2) for i in range(4)], 0
        floor = arb(0)
        tiny = 2.0 ** -(40 if relative_gap <= 1e-9 else 26)
        while waiting:
            cell = waiting.pop()
            enclosure = derivative_over(target, cell, 1)
            done += 1
            left, right = (target.unit_value(end) for end in cell.ends)
            rise = abs(right - left)
            if enclosure is not None and enclosure.is_finite():
                if enclosure >= 0 or enclosure <= 0:
                    total, floor = total + rise, floor + rise
                    continue
                bound = abs(enclosure) * arb(2) ** -cell.depth
                if bound < tiny * (1 + slope.upper) or done > MAX_CELLS:
                    total, floor = total + bound.upper(), floor + rise.lower()
                    continue
            elif cell.depth >= MAX_DEPTH or done > MAX_CELLS:
                raise Undecided("--target", target.text, "no variation bound for", "a smoother f")
            waiting.extend(cell.halves())
        return Enclosure(max(0.0, float_down(floor)), float_up(total), float(target.low))


@dataclass(frozen=True)
class Profile:
    """What the theorems need to know of a target, each figure computed once when first asked.

    All in unit coordinates: F(u) = f(a + (b - a) u).
    """

    target: Target

    @cached_property
    def sup(self) -> Enclosure:
        """sup |F|."""
        return sup_derivative(self.target, 0, relative_gap=1e-6)

    @cached_property
    def slope(self) -> Enclosure:
        """L = M1 = sup |F'| (generalised derivative at kinks)."""
        return sup_derivative(self.target, 1)

    @cached_property
    def curvature(self) -> Enclosure:
        """M2 = sup |F''|; not available where f' jumps."""
        return sup_derivative(self.target, 2)

    @cached_property
    def variation(self) -> Enclosure:
        """TV of F."""
        return total_variation(self.target)

    @cached_property
    def ends(self) -> tuple[arb, arb]:
        """Enclosures of F(0) and F(1)."""
        with working_precision(PRECISION):
            return self.target.unit_value(ball(0)), self.target.unit_value(ball(1))
