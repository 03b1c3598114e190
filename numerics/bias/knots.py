"""Where to put the knots: density |f''|^(1/2), forced knots where f' jumps, balanced node targets.

A chord of length h misses f by f'' h^2/8; shifting the nodes by -f'' h^2/16 halves that, and equal
errors everywhere mean knots with density |f''|^(1/2) (note B2, arXiv 2407.00957).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from numerics.networks import Array
from theory.rigor.balls import float_up, interval, working_precision
from theory.targets.target import Target

PRECISION = 96
LEAST_SAMPLES, MOST_SAMPLES = 1024, 8192
MOST_KINKS = 256
KINK_DEPTH = 50
# No interval is longer than it would be with this fraction of the mean density.
FLOOR = 0.03
LEVELLINGS = 4


@dataclass(frozen=True)
class Shape:
    """f on m equal cells: ``points``, ``f`` (m+1,) at their ends, ``root`` (m+1,) |f''|^(1/2),
    ``mass`` (m+1,) its integral up to each, ``slopes`` (m,) the secant slopes, ``kinks`` where f'
    jumps, ascending.
    """

    target: Target
    points: Array
    f: Array
    root: Array
    mass: Array
    slopes: Array
    kinks: tuple[float, ...]

    def at(self, mass: Array) -> Array:
        """Points up to which the integral is ``mass``."""
        return np.asarray(np.interp(mass, self.mass, self.points))

    def below(self, x: float) -> float:
        """The integral up to x."""
        return float(np.interp(x, self.points, self.mass))

    def turning(self, low: float, high: float) -> tuple[float, float]:
        """The rise and the fall of f' over [low, high], from secant slopes."""
        inner = self.points[1:-1]
        steps = np.diff(self.slopes)[(inner > low) & (inner < high)]
        noise = 64 * np.finfo(float).eps * float(np.abs(self.f).max()) / (inner[1] - inner[0])
        steps = np.where(np.abs(steps) > noise, steps, 0.0)
        return float(steps[steps > 0].sum()), float(-steps[steps < 0].sum()) + 0.0


def values(target: Target, points: Sequence[float | Fraction]) -> tuple[Array, float]:
    """f at exact points and a bound of the error of every value; InputError where not finite."""
    found, eta = [], arb(0)
    with working_precision(PRECISION):
        for x in points:
            enclosure = target.value(x)
            if not enclosure.is_finite():
                raise target.not_finite(float(x))
            value = float(enclosure.mid())
            found.append(value)
            error = (enclosure - arb(value)).abs_upper()
            eta = error if error > eta else eta
        return np.array(found), float_up(eta)


def find_kinks(target: Target) -> tuple[float, ...]:
    """Floats next to the inner points where f'' is not shown to exist, by bisection; at most 256.

    Where enclosures are merely wide, not f rough, bisection ends early and nothing is reported.
    """
    found: list[float] = []
    with working_precision(PRECISION):
        waiting: list[tuple[Fraction, Fraction, int]] = []
        step = target.length / 64
        waiting = [
            (target.low + i * step, target.low + (i + 1) * step, 0) for i in range(63, -1, -1)
        ]
        visited = 0
        while waiting and visited < 40_000 and len(found) < MOST_KINKS:
            low, high, depth = waiting.pop()
            visited += 1
            jet = target.jet(interval(low, high), 2)
            if len(jet) == 3 and jet[2].is_finite():
                continue
            if depth >= KINK_DEPTH:
                near = float((low + high) / 2)
                if not found or near - found[-1] > float(target.length) * 1e-9:
                    found.append(near)
                continue
            middle = (low + high) / 2
            waiting += [(middle, high, depth + 1), (low, middle, depth + 1)]
    edge = float(target.length) * 1e-9
    first, last = float(target.low) + edge, float(target.high) - edge
    return tuple(x for x in found if first < x < last)


def shape(target: Target, width: int) -> Shape:
    """Density and slopes of the target, sampled on a grid that grows with the width."""
    count = min(max(2 * width, LEAST_SAMPLES), MOST_SAMPLES)
    exact = [target.low + target.length * Fraction(i, count) for i in range(count + 1)]
    f, _ = values(target, exact)
    step = float(target.length) / count
    slopes = np.diff(f) / step
    curvature = np.abs(np.diff(slopes)) / step
    kinks = find_kinks(target)
    points = np.array([float(x) for x in exact])
    for kink in kinks:
        # the jump of f' is met by a knot at the kink, not by a crowd of knots around it
        near = np.abs(points[1:-1] - kink) < 1.5 * step
        curvature[near] = 0.0
    root = np.sqrt(curvature)
    root = np.concatenate([root[:1], root, root[-1:]])
    cells = (root[1:] + root[:-1]) / 2 * step
    noise = 16 * np.finfo(float).eps * float(np.abs(f).max(initial=0.0)) / step**2
    total = float(cells.sum())
    if total * total <= 4 * noise * float(target.length) ** 2:
        root, cells = np.ones(count + 1), np.full(count, step)
        total = float(cells.sum())
    cells = np.maximum(cells, FLOOR * total / count)
    mass = np.concatenate([[0.0], cells.cumsum()])
    return Shape(target, points, f, root, mass, slopes, kinks)


def mesh(form: Shape, low: float, high: float, count: int) -> Array:
    """At most ``count`` intervals from ``low`` to ``high``, plus one for each kink between."""
    inner = [x for x in form.kinks if low < x < high]
    ends = [low, *inner, high]
    masses = [form.below(x) for x in ends]
    total = masses[-1] - masses[0]
    pieces = []
    for left, right, start, stop in zip(ends, ends[1:], masses, masses[1:], strict=False):
        share = max(1, round(count * (stop - start) / total)) if total > 0 else 1
        cuts = form.at(np.linspace(start, stop, share + 1)[1:-1])
        pieces.append(_levelled(form, np.concatenate([[left], cuts, [right]]))[:-1])
    nodes = np.unique(np.concatenate([*pieces, [high]]))
    # neighbours so close that the float64 bias could not tell them apart are merged
    least = 2.0**-40 * max(abs(low), abs(high), high - low)
    keep = np.concatenate([[True], np.diff(nodes) > least])
    keep[-1] = True
    nodes = nodes[keep]
    if nodes.size > 2 and nodes[-1] - nodes[-2] <= least:
        nodes = np.delete(nodes, -2)
    return nodes


def _levelled(form: Shape, nodes: Array) -> Array:
    """The same number of nodes, moved until the largest |f''| h^2 of the intervals are alike.

    Equal integrals of |f''|^(1/2) leave intervals around a zero of f'' too long by half.
    """
    if nodes.size < 3:
        return nodes
    floor = FLOOR * float(form.mass[-1]) / float(form.points[-1] - form.points[0])
    for _ in range(LEVELLINGS):
        root = np.interp(nodes, form.points, form.root)
        largest = np.maximum(np.maximum(root[1:], root[:-1]), floor)
        mass = np.concatenate([[0.0], (largest * np.diff(nodes)).cumsum()])
        inner = np.interp(np.linspace(0.0, mass[-1], nodes.size)[1:-1], mass, nodes)
        nodes = np.concatenate([nodes[:1], inner, nodes[-1:]])
    return nodes


def balanced(nodes: Array, f: Array, kinks: Sequence[float]) -> Array:
    """Node targets f - f'' h^2/16, f'' from second differences, h^2 the mean of both sides.

    Ends take the shift of their neighbour; nodes at kinks that of the milder side.
    """
    n = nodes.size
    if n < 3:
        return f.copy()
    h = np.diff(nodes)
    second = 2 * np.diff(np.diff(f) / h) / (h[1:] + h[:-1])
    bend = np.concatenate([second[:1], second, second[-1:]])
    rough = np.isin(nodes, np.array(kinks, dtype=np.float64))
    for j in np.flatnonzero(rough).tolist():
        sides = [bend[i] for i in (j - 1, j + 1) if 0 <= i < n and not rough[i]]
        bend[j] = min(sides, key=abs, default=0.0)
    square = np.concatenate([h[:1], h]) ** 2, np.concatenate([h, h[-1:]]) ** 2
    return np.asarray(f - bend * (square[0] + square[1]) / 32)


def middle(form: Shape, share: float) -> float:
    """A point of few bits inside the domain, about ``share`` of the mass to its left."""
    low, high = float(form.points[0]), float(form.points[-1])
    wanted = float(form.at(np.array([share * form.mass[-1]]))[0])
    wanted = min(max(wanted, low + (high - low) / 16), high - (high - low) / 16)
    quantum = math.ldexp(1.0, math.frexp(high - low)[1] - 12)
    near = round(wanted / quantum) * quantum
    return near if low < near < high else wanted
