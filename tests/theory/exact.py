"""Exact reference objects: piecewise-linear functions over Fractions, and the constructions of the
notes written down a second time, slowly and without floating point.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from scipy.optimize import linprog

from theory.permutation.constants import constant_coefficients, leftover_coefficients
from theory.permutation.four_location_step import coefficients, network_value

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Polygon:
    """The continuous function through ``points``, constant beyond its ends."""

    points: tuple[tuple[Fraction, Fraction], ...]

    def __call__(self, x: Fraction) -> Fraction:
        i = bisect.bisect_right(self.points, x, key=lambda point: point[0])
        if i in (0, len(self.points)):
            return self.points[max(i - 1, 0)][1]
        (x0, y0), (x1, y1) = self.points[i - 1 : i + 1]
        return y0 + (y1 - y0) * (x - x0) / (x1 - x0)

    @property
    def breaks(self) -> tuple[Fraction, ...]:
        return tuple(x for x, _ in self.points)

    @property
    def lipschitz(self) -> Fraction:
        pairs = pairwise(self.points)
        return max(
            (abs((y1 - y0) / (x1 - x0)) for (x0, y0), (x1, y1) in pairs), default=Fraction(0)
        )

    @property
    def variation(self) -> Fraction:
        values = [y for _, y in self.points]
        return sum((abs(b - a) for a, b in pairwise(values)), Fraction(0))


def distance(f: Polygon, g: Polygon) -> Fraction:
    """sup over [0, 1] of |f - g|, attained at a break of one of them."""
    places = {x for x in (*f.breaks, *g.breaks) if 0 <= x <= 1} | {Fraction(0), Fraction(1)}
    return max(abs(f(x) - g(x)) for x in places)


def spread(values: Sequence[Fraction]) -> Polygon:
    """The polygon with these values at i/(n-1)."""
    return Polygon(tuple((Fraction(i, len(values) - 1), y) for i, y in enumerate(values)))


def toward_zero(value: Fraction) -> int:
    """The nearest integer, ties toward 0."""
    size = -((HALF - abs(value)) // 1)
    return int(size if value > 0 else -size)


def clipped(value: Fraction, limit: int) -> int:
    return max(-limit, min(limit, toward_zero(value)))


@dataclass(frozen=True)
class Weights:
    """Coefficients p, q on the locations i/(n-1): a permutation of +-i/(n-1), twice 0."""

    p: tuple[Fraction, ...]
    q: tuple[Fraction, ...]

    def is_permutation(self) -> bool:
        n = len(self.p)
        initial = [s * Fraction(i, n - 1) for i in range(n) for s in (1, -1)]
        return sorted((*self.p, *self.q)) == sorted(initial)

    def values(self) -> list[Fraction]:
        n = len(self.p)
        b = [Fraction(i, n - 1) for i in range(n)]
        return [network_value(b, self.p, self.q, x) for x in b]


def assemble(n: int, quads: Sequence[tuple[Sequence[int], int, int]]) -> Weights:
    """Weights from quads (indices, sign left, sign right), left-overs at the smallest locations."""
    d = Fraction(1, n - 1)
    p, q = ([Fraction(0)] * n for _ in range(2))
    count = n % 4
    p[:count], q[:count] = leftover_coefficients(count, d)
    for indices, left, right in quads:
        b = tuple(i * d for i in indices)
        made = constant_coefficients(b, right) if left == right else coefficients(b, right)
        for i, right_value, left_value in zip(indices, *made, strict=True):
            p[i], q[i] = right_value, left_value
    return Weights(tuple(p), tuple(q))


def steps(f: Callable[[Fraction], Fraction], n: int, height: Fraction) -> Polygon:
    """P3: quads of consecutive locations, jump ``height``; the network itself, exactly."""
    d, first = Fraction(1, n - 1), n % 4
    level = f((first - HALF) * d)
    start, quads, spare = level, [], 1
    for i in range(first, n, 4):
        step = clipped((f((i + 4 - HALF) * d) - level) / height, 1) if height else 0
        level += step * height
        spare = spare if step else -spare
        quads.append((range(i, i + 4), -step or spare, step or spare))
    weights = assemble(n, quads)
    assert weights.is_permutation()
    values = weights.values()
    gam = height / (8 * d * d)
    # the network is constant up to the first quad, left-overs apart
    alpha = start - gam * values[first]
    return spread([alpha + gam * value for value in values])


def kinks(f: Callable[[Fraction], Fraction], n: int, unit: Fraction) -> tuple[Polygon, list[int]]:
    """P8 and P3': knot values by feedback in ``unit`` = gam d^2, with the integer kinks."""
    d = Fraction(1, n - 1)
    samples = [(f(i * d) - f(Fraction(0))) / unit for i in range(n)]
    errors = [Fraction(0), samples[1] - toward_zero(samples[1])]
    found = []
    for i in range(1, n - 1):
        y = 2 * errors[i] - errors[i - 1] + samples[i + 1] - 2 * samples[i] + samples[i - 1]
        kink = clipped(y, 2)
        found.append(kink)
        errors.append(y - kink)
    values = [f(i * d) - unit * error for i, error in enumerate(errors)]
    return spread(values), found


def best_fit(knots: Sequence[float], points: Sequence[float], values: Sequence[float]) -> float:
    """The smallest max |f - g| over ``points`` for g piecewise linear with these knots (float)."""
    scale = float(np.abs(values).max())  # the solver's tolerances are absolute
    goal = np.asarray(values) / scale
    hats = np.stack([np.interp(points, knots, row) for row in np.eye(len(knots))], axis=1)
    ones = np.ones((len(points), 1))
    solved = linprog(
        [0.0] * len(knots) + [1.0],
        A_ub=np.block([[hats, -ones], [-hats, -ones]]),
        b_ub=np.concatenate([goal, -goal]),
        bounds=[(None, None)] * len(knots) + [(0, None)],
    )
    assert solved.success
    return float(solved.fun) * scale
