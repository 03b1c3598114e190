"""A certified modulus of continuity om(s) = sup { |F(u) - F(v)| : |u - v| <= s } on [0, 1].

For u in a cell and v within s of it, |F(u) - F(v)| is at most the range of F over the widened
cell, and at most s times the largest slope there.  Cells with the largest bound are split until
the bound meets an attained difference, or a cell is small against s.
"""

from __future__ import annotations

import heapq
import math
from fractions import Fraction

from flint import arb

from theory.errors import InputError
from theory.rigor.balls import ball, float_down, float_up, interval, working_precision
from theory.targets.enclosures import PRECISION, Cell, Enclosure
from theory.targets.target import Target

MAX_CELLS = 800
PIECES = 8
MAX_PIECES = 32
# Coarse cells may lack a bound; this many more are split before a target counts as not finite.
MAX_UNBOUNDED = 4_000


def modulus_of_continuity(
    target: Target, s: Fraction, *, relative_gap: float = 1e-4, max_cells: int = MAX_CELLS
) -> Enclosure:
    """Enclosure of om(s) for s > 0; om(s) = om(1) for s > 1.  Raises InputError for s <= 0."""
    if s <= 0:
        raise InputError("s", s, "not positive:", "a step greater than 0 is accepted")
    with working_precision(PRECISION):
        step = min(Fraction(s), Fraction(1))
        heap: list[tuple[float, int, Cell]] = []
        lower, where, pushed = 0.0, 0.0, 0
        waiting = [Cell(i, 2) for i in range(4)]
        while True:
            for cell in waiting:
                bound, attained = _bounds(target, cell, step)
                pushed += 1
                heapq.heappush(heap, (-bound, -pushed, cell))
                if attained > lower:
                    lower, where = attained, float(target.point(cell.middle))
            worst, _, cell = heap[0]
            met = -worst < math.inf and -worst - lower <= relative_gap * -worst
            if met or (pushed > max_cells and -worst < math.inf):
                break
            deep = cell.depth >= 60 + math.ceil(-math.log2(step))
            if -worst == math.inf and (deep or pushed > max_cells + MAX_UNBOUNDED):
                raise target.not_finite(float(target.point(cell.middle)))
            if deep:
                break
            heapq.heappop(heap)
            waiting = list(cell.halves())
        return Enclosure(lower, -heap[0][0], where)


def _oscillation(target: Target, left: arb, right: arb, pieces: int) -> arb:
    """An upper bound of max F - min F over [left, right], by mean-value forms on sub-intervals."""
    high, low = arb.neg_inf(), arb.pos_inf()
    for piece in range(pieces):
        start, stop = (left + (right - left) * (piece + i) / pieces for i in (0, 1))
        cell = interval(start, stop)
        jet = target.unit_jet(cell, 1)
        value = jet[0]
        if len(jet) > 1 and jet[1].is_finite():
            mean_value = target.unit_value(cell.mid()) + jet[1] * (cell - cell.mid())
            value = mean_value if mean_value.rad() < value.rad() else value
        if not value.is_finite():
            return arb.pos_inf()
        high, low = high.max(value.upper()), low.min(value.lower())
    return (high - low).upper()


def _bounds(target: Target, cell: Cell, step: Fraction) -> tuple[float, float]:
    """An upper bound of |F(u) - F(v)| over u in the cell, u <= v <= u + step, and a lower one."""
    left, right = cell.ends
    end = (right + ball(step)).min(arb(1))
    # a window much wider than its cell needs more pieces for its range to sharpen with the cell
    pieces = min(PIECES + 4 * max(0, cell.depth - 4), MAX_PIECES)
    upper = _oscillation(target, left, end, pieces)
    slope = target.unit_jet(interval(left, end), 1)[1:]
    if slope and slope[0].is_finite():
        bound = (abs(slope[0]) * ball(step)).upper()
        upper = bound if not upper.is_finite() else upper.min(bound)
    return float_up(upper), _attained(target, cell.middle, step)


def _attained(target: Target, start: arb, step: Fraction) -> float:
    """A lower bound: the largest difference of values at a few points of [start, start + s]."""
    reach = (start + ball(step)).min(arb(1)) - start
    values = [target.unit_value(start + reach * k / PIECES) for k in range(PIECES + 1)]
    if not all(value.is_finite() for value in values):
        return 0.0
    high, low = arb.neg_inf(), arb.pos_inf()
    for value in values:
        high, low = high.max(value.lower()), low.min(value.upper())
    return max(0.0, float_down(high - low))
