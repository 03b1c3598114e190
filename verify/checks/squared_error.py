"""int (f - g)^2 over a box, or its mean over data, for a target f and a ridge network g.

A box on which f - g is holomorphic in a large enough Bernstein ellipse of each variable gets a
Gauss-Legendre rule with a proved remainder; any other one the range of (f - g)^2, and it is
bisected, the worst first, until the sum of all enclosures is good enough.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush

from flint import arb

from verify.checks import plane_error
from verify.checks.approximands import Approximand, Tag, _Units, approximand
from verify.checks.fields import BoxTarget
from verify.checks.gauss import Box, ellipse, remainder, rule, volume
from verify.checks.holomorphic import Number, evaluate
from verify.checks.ridge import Ridge
from verify.checks.verdicts import Clock

RHOS = (1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0, 16.0, 30.0)
# Nodes per axis beyond which a box is rather bisected.
MOST_NODES = {1: 48, 2: 36, 3: 20}
# Boxes looked at before giving up.
MOST_BOXES = {1: 40_000, 2: 20_000, 3: 8_000}
# Units evaluated between two looks at the clock.
BLOCK = 500_000
# A mean known to this relative radius is not looked at box by box.
NARROW = 1e-2


@dataclass(frozen=True)
class Enclosure:
    """The mean of (f - g)^2, whether its accuracy was reached, and the work it took."""

    mean: arb
    complete: bool
    boxes: int
    nodes: int


def on_box(
    target: BoxTarget,
    network: Ridge,
    tolerance: arb,
    clock: Clock,
    done: Callable[[arb], bool] = lambda mean: False,
    most: int | None = None,
) -> Enclosure:
    """The mean of (f - g)^2 over the box, to about ``tolerance`` or until ``done``.

    Not reaching it within ``most`` boxes is an outcome: the enclosure is valid, only wide.
    relu and step on a rectangle take another way where f is near a polynomial (``plane_error``).
    """
    if plane_error.suits(target, network):
        mean = plane_error.mean_square(target, network, clock)
        if mean.rad() <= NARROW * abs(mean):
            return Enclosure(mean, False, 0, 0)
    return _Search(target, network, tolerance, clock).run(done, most)


def on_data(
    points: Sequence[float], values: Sequence[float], network: Ridge, clock: Clock
) -> Enclosure:
    """The mean of (y_i - g(x_i))^2 over the rows, at the working precision."""
    d, rows = network.dimension, len(values)
    units = _Units(network, ())
    total = arb(0)
    step = max(1, BLOCK // network.width)
    for start in range(0, rows, step):
        clock.tick()
        for k in range(start, min(start + step, rows)):
            point = [arb(x) for x in points[k * d : (k + 1) * d]]
            error = arb(values[k]) - units.value(point)
            total = total + _square(error)
    return Enclosure(total / rows, True, rows, rows)


def _square(value: arb) -> arb:
    """value^2, never below 0."""
    if value.rad() == 0 or value > 0 or value < 0:
        return value * value
    if not value.is_finite():
        return arb.nan()
    top = value.abs_upper()
    return arb(0).union((top * top).upper())


class _Search:
    """One integration at the working precision."""

    def __init__(self, target: BoxTarget, network: Ridge, tolerance: arb, clock: Clock) -> None:
        self.function = target.expression
        self.g: Approximand = approximand(network, target.sides)
        self.dimension = len(target.sides)
        self.tolerance = tolerance
        self.clock = clock
        self.settled = arb(0)
        self.loose: list[tuple[float, int, Box, Tag, arb]] = []
        self.boxes = self.nodes = 0
        self.step = max(1, BLOCK // network.width)
        whole = Fraction(1)
        for low, high in target.sides:
            whole *= high - low
        self.whole = arb(whole.numerator) / arb(whole.denominator)

    def run(self, done: Callable[[arb], bool], most: int | None) -> Enclosure:
        limit = MOST_BOXES[self.dimension] if most is None else most
        for box, tag in self.g.boxes():
            self.add(box, tag)
        limit += self.boxes
        while True:
            rest = arb(0)
            for entry in self.loose:
                rest = rest + entry[-1]
            mean = (self.settled + rest) / self.whole
            small = bool(rest.is_finite() and 2 * rest.rad() <= self.tolerance * self.whole)
            if small or done(mean) or self.boxes > limit:
                return Enclosure(mean, small, self.boxes, self.nodes)
            heapify(self.loose)
            for _ in range(1 + len(self.loose) // 4):
                _, _, box, tag, _ = heappop(self.loose)
                for half in _halves(box):
                    self.add(half, tag)

    def add(self, box: Box, tag: Tag) -> None:
        """Settle the box by a Gauss-Legendre rule, or keep it for bisection."""
        self.clock.tick()
        self.boxes += 1
        settled = self.gauss(box, tag)
        if settled is not None:
            self.settled = self.settled + settled
            return
        columns = [[low.union(high)] for low, high in box]
        error = self.target(columns)[0] - self.g.range(box, tag)
        found = _square(error) * volume(box)
        size = float(found.rad()) if found.is_finite() else math.inf
        heappush(self.loose, (-size, self.boxes, box, tag, found))

    def target(self, columns: Sequence[Sequence[arb]]) -> list[arb]:
        """f over real balls."""
        found = evaluate(self.function, columns, self.clock)
        return [value if isinstance(value, arb) else value.real for value in found]

    def gauss(self, box: Box, tag: Tag) -> arb | None:
        """The integral over the box with its remainder; None where that costs too much."""
        counts, error = [], arb(0)
        for axis in range(self.dimension):
            best = self.choose(box, axis, tag)
            if best is None:
                return None
            counts.append(best[0])
            error = error + best[1]
        columns, weights = rule(box, tuple(counts))
        targets = self.target(columns)
        total = arb(0)
        for start in range(0, len(weights), self.step):
            self.clock.tick()
            part = slice(start, start + self.step)
            approximations = self.g.values([column[part] for column in columns], tag)
            for w, f, g in zip(weights[part], targets[part], approximations, strict=True):
                e = f - g
                total = total + w * e * e
        self.nodes += len(weights)
        return total + volume(box) * error * arb(0, 1) if total.is_finite() else None

    def choose(self, box: Box, axis: int, tag: Tag) -> tuple[int, arb] | None:
        """The smallest number of nodes on an axis that meets the tolerance, and its remainder."""
        best: tuple[int, arb] | None = None
        most = MOST_NODES[self.dimension]
        goal = self.tolerance / (4 * self.dimension)
        widest = self.g.widest(box, axis)
        tried = [r for r in RHOS if r < widest]
        tried += [1 + (widest - 1) * share for share in (0.6, 0.85, 0.95) if widest < RHOS[-1]]
        for size in sorted(tried):
            rho = arb(size)
            columns: list[list[Number]] = [[low.union(high)] for low, high in box]
            columns[axis] = [ellipse(box[axis], rho)]
            f = evaluate(self.function, columns, self.clock)[0]
            if not f.is_finite():
                break
            g = self.g.strip(box, axis, rho, tag)
            if not g.is_finite():
                break
            bound = (f.abs_upper() + g) * (f.abs_upper() + g)
            ratio = float((remainder(bound, rho, 0) / goal).log().upper())
            if not ratio < 1e6:
                continue
            count = max(2, math.ceil(ratio / (2 * math.log(size))))
            if count <= most and (best is None or count < best[0]):
                best = count, remainder(bound, rho, count)
        return best


def _halves(box: Box) -> tuple[Box, Box]:
    """The box cut across its longest side."""
    lengths = [float((high - low).mid()) for low, high in box]
    axis = lengths.index(max(lengths))
    low, high = box[axis]
    middle = (low + high) / 2
    # an exact middle, so that no sliver is counted twice or left out
    middle = middle.mid()
    left, right = list(box), list(box)
    left[axis], right[axis] = (low, middle), (middle, high)
    return tuple(left), tuple(right)
