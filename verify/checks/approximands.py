"""A ridge network as something to integrate: initial boxes, values, ranges, bounds on ellipses.

``Smooth``: analytic sigma.  ``Pieces``: relu and step on the line, exact lines between the kinks
b_j/a_j.  ``Kinked``: relu and step in more variables, analytic where no unit changes sign.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate
from operator import itemgetter
from typing import Protocol

from flint import arb

from verify.checks import sigma
from verify.checks.gauss import Box, ellipse
from verify.checks.ridge import Ridge
from verify.checks.strips import GROWING, half_width, strip_bound
from verify.checks.verdicts import ball, undecided

# Kinks sorted as exact fractions.
MOST_KINKS = 200_000
Sides = Sequence[tuple[Fraction, Fraction]]
# Which part of the network a box belongs to; only ``Pieces`` has more than one.
Tag = int


class Approximand(Protocol):
    """What the integration needs to know of g."""

    def boxes(self) -> list[tuple[Box, Tag]]:
        """The first boxes, which tile the domain up to a null set."""

    def values(self, columns: Sequence[list[arb]], tag: Tag) -> list[arb]:
        """g at points of the box."""

    def range(self, box: Box, tag: Tag) -> arb:
        """An enclosure of g on the box."""

    def strip(self, box: Box, axis: int, rho: arb, tag: Tag) -> arb:
        """|g| at most, one variable in its ellipse, the others real; nan if not holomorphic."""

    def widest(self, box: Box, axis: int) -> float:
        """Beyond this rho ``strip`` is nan; inf if there is no limit."""


def approximand(network: Ridge, sides: Sides) -> Approximand:
    """The suitable one of the three, for a box domain."""
    if half_width(network.activation) is not None:
        return Smooth(network, sides)
    return Pieces(network, sides) if network.dimension == 1 else Kinked(network, sides)


class _Units:
    """The parameters as exact balls."""

    def __init__(self, network: Ridge, sides: Sides) -> None:
        d = network.dimension
        self.name = network.activation
        self.sides = sides
        self.rows = [[arb(v) for v in network.a[i::d]] for i in range(d)]
        self.b = [arb(v) for v in network.b]
        self.c = [arb(v) for v in network.c]
        self.slope = [arb(v) for v in network.slope]
        self.offset = arb(network.offset)

    def boxes(self) -> list[tuple[Box, Tag]]:
        return [(tuple((ball(low), ball(high)) for low, high in self.sides), 0)]

    def inner(self, point: Sequence[arb]) -> list[arb]:
        """a_j.x - b_j for all j."""
        first, *rest = self.rows
        x = point[0]
        found = [a * x - b for a, b in zip(first, self.b, strict=True)]
        for row, y in zip(rest, point[1:], strict=True):
            found = [t + a * y for t, a in zip(found, row, strict=True)]
        return found

    def value(self, point: Sequence[arb]) -> arb:
        """g over the balls ``point``."""
        total = self.offset
        for s, x in zip(self.slope, point, strict=True):
            total = total + s * x
        apply: Callable[[str, arb], arb] = sigma.value
        name = self.name
        for c, t in zip(self.c, self.inner(point), strict=True):
            total = total + c * apply(name, t)
        return total

    def values(self, columns: Sequence[list[arb]], tag: Tag) -> list[arb]:
        return [self.value(point) for point in zip(*columns, strict=True)]

    def range(self, box: Box, tag: Tag) -> arb:
        return self.value([low.union(high) for low, high in box])

    def affine(self, box: Box, axis: int, rho: arb) -> arb:
        """|offset + slope.x| at most."""
        sizes = _sizes(box, axis, rho)
        return sum((abs(s) * r for s, r in zip(self.slope, sizes, strict=True)), abs(self.offset))


def _sizes(box: Box, axis: int, rho: arb) -> list[arb]:
    """|x_i| at most, per axis."""
    sizes = [low.union(high).abs_upper() for low, high in box]
    sizes[axis] = ellipse(box[axis], rho).abs_upper()
    return sizes


class Smooth(_Units):
    """Analytic sigma: |g| <= |offset + slope.x| + |c|_1 M(y) with y the largest imaginary part."""

    def __init__(self, network: Ridge, sides: Sides) -> None:
        super().__init__(network, sides)
        d = network.dimension
        self.steepest = [max(map(abs, network.a[i::d]), default=0.0) for i in range(d)]
        self.mass = sum(map(abs, self.c), arb(0)).upper()
        self.farthest = max(map(abs, network.b), default=0.0)

    def strip(self, box: Box, axis: int, rho: arb, tag: Tag) -> arb:
        low, high = box[axis]
        y = (arb(self.steepest[axis]) * (high - low) * (rho - 1 / rho) / 4).abs_upper()
        reach = None
        if self.name in GROWING:
            sizes = _sizes(box, axis, rho)
            steps = (arb(a) * r for a, r in zip(self.steepest, sizes, strict=True))
            reach = sum(steps, arb(self.farthest)).abs_upper()
        return self.affine(box, axis, rho) + self.mass * strip_bound(self.name, y, reach)

    def widest(self, box: Box, axis: int) -> float:
        width = half_width(self.name)
        assert width is not None
        low, high = box[axis]
        ratio = 2 * width / (arb(self.steepest[axis]) * (high - low))
        if not ratio.is_finite():
            return float("inf")
        # (rho - 1/rho)/2 = ratio
        return float((ratio + (ratio * ratio + 1).sqrt()).mid())


class Kinked(_Units):
    """relu and step: polynomial on a box where every a_j.x - b_j keeps its sign."""

    def strip(self, box: Box, axis: int, rho: arb, tag: Tag) -> arb:
        total = self.affine(box, axis, rho)
        low, high = box[axis]
        far = (ellipse(box[axis], rho) - (low + high) / 2).abs_upper()
        inner = self.inner([low.union(high) for low, high in box])
        for c, a, t in zip(self.c, self.rows[axis], inner, strict=True):
            if t >= 0:
                # |a.z - b| is at most its largest value for a central x_i, plus |a_i (z_i - x_i)|
                size = abs(t) + abs(a) * far if self.name == "relu" else arb(1)
                total = total + abs(c) * size.abs_upper()
            elif not t <= 0:
                return arb.nan()
        return total

    def widest(self, box: Box, axis: int) -> float:
        return float("inf")


class Pieces(_Units):
    """relu and step on the line: an exact line between two neighbouring kinks."""

    def __init__(self, network: Ridge, sides: Sides) -> None:
        super().__init__(network, sides)
        ((low, high),) = sides
        if network.width > MOST_KINKS:
            raise undecided(f"more than {MOST_KINKS} kinks are too much for exact arithmetic")
        ramp = network.activation == "relu"
        # The line left of every kink: falling units are on, constant ones if -b_j >= 0.
        turn: list[tuple[Fraction, Fraction, Fraction]] = []
        slope, height = Fraction(network.slope[0]), Fraction(network.offset)
        for a, b, c in zip(
            *(map(Fraction, v) for v in (network.a, network.b, network.c)), strict=True
        ):
            tilt, jump = (c * a, -c * b) if ramp else (Fraction(0), c)
            if a > 0:
                turn.append((b / a, tilt, jump))
                continue
            if a < 0:
                turn.append((b / a, -tilt, -jump))
            if a < 0 or b <= 0:
                slope, height = slope + tilt, height + jump
        turn.sort(key=itemgetter(0))
        kinks = [kink for kink, _, _ in turn]
        first, last = bisect_right(kinks, low), bisect_left(kinks, high)
        self.ends = [low, *kinks[first:last], high]
        slopes = list(accumulate((t for _, t, _ in turn), initial=slope))
        heights = list(accumulate((j for _, _, j in turn), initial=height))
        self.lines = list(zip(slopes[first : last + 1], heights[first : last + 1], strict=True))

    def boxes(self) -> list[tuple[Box, Tag]]:
        ends = [ball(end) for end in self.ends]
        pairs = zip(self.ends, self.ends[1:], ends, ends[1:], strict=False)
        return [(((u, v),), k) for k, (low, high, u, v) in enumerate(pairs) if low < high]

    def values(self, columns: Sequence[list[arb]], tag: Tag) -> list[arb]:
        slope, height = map(ball, self.lines[tag])
        return [slope * x + height for x in columns[0]]

    def range(self, box: Box, tag: Tag) -> arb:
        low, high = box[0]
        return self.values([[low.union(high)]], tag)[0]

    def strip(self, box: Box, axis: int, rho: arb, tag: Tag) -> arb:
        slope, height = map(ball, self.lines[tag])
        return (slope * ellipse(box[0], rho) + height).abs_upper()

    def widest(self, box: Box, axis: int) -> float:
        return float("inf")
