"""For every statement marked sharp: what it says, and what an explicit instance attains.

Each function returns (bound, attained): the bound from the registry (or the module of the result,
where it is not one number), and an error computed without it, from the definition.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb

import numpy as np
from scipy import special

from numerics.permutation.no_readout import build_no_readout
from tests.permutation.problems import UNIT, Problem, measured_error
from tests.theory.exact import HALF, Polygon, distance, kinks, steps
from tests.theory.test_upper_bounds import Bent, modulus
from theory.permutation.counting import zigzag
from theory.permutation.perfect_spline import PerfectSpline
from theory.permutation.turning import chord_turn
from theory.ridgelet.band_limit import band_limit_lower
from theory.ridgelet.response import Response, mass_of_target
from theory.statements.registry import by_id
from theory.statements.statement import Direction
from theory.targets.target import Target

F = Fraction
Pair = tuple[float, float]


def _bound(name: str, **values: object) -> float:
    statement = by_id(name)
    if statement.direction is Direction.UPPER:
        return statement.bound_up(values)  # type: ignore[arg-type]
    return statement.bound_down(values)  # type: ignore[arg-type]


def _polygon(*points: tuple[object, object]) -> Polygon:
    return Polygon(tuple((F(x), F(y)) for x, y in points))  # type: ignore[arg-type]


def steps_lipschitz() -> Pair:
    """n mod 4 = 3 and a falling line: 5/8 of the height from f, 3/8 from the left-overs."""
    f = _polygon((0, 0), (1, -1))
    return _bound("P3", n=11, L=1), float(distance(f, steps(f, 11, F(4, 10))))


def steps_modulus() -> Pair:
    """1/2 right after the first gap, then a needle one higher, 4 cells on."""
    d, fine = F(1, 15), F(1, 1000)
    needle = [(4 * d, HALF), (4 * d + fine, 3 * HALF), (4 * d + 2 * fine, HALF)]
    f = _polygon((0, 0), (fine, HALF), *needle, (1, HALF))
    omega = modulus(f, 4 * d)
    return _bound("P3-modulus", n=16, omega=omega), float(distance(f, steps(f, 16, omega)))


def kinks_lipschitz() -> Pair:
    """A first cell of slope L leaves half a unit; a tent of height L d/2 follows."""
    d = F(1, 16)
    f = _polygon((0, 0), (d, d), (3 * d / 2, 3 * d / 2), (2 * d, d), (1, d))
    return _bound("P3'", n=17, L=1), float(distance(f, kinks(f, 17, 2 * d)[0]))


def kinks_modulus() -> Pair:
    """A step by one, and a plateau one higher inside a cell."""
    d, fine = F(1, 16), F(1, 10_000)
    top, end = F(7, 5) * d, F(8, 5) * d
    f = _polygon((0, 0), (fine, 1), (top, 1), (top + fine, 2), (end, 2), (end + fine, 1), (1, 1))
    omega = modulus(f, d)
    return _bound("P3'-modulus", n=17, omega=omega), float(distance(f, kinks(f, 17, 2 * omega)[0]))


def _bent() -> tuple[Fraction, float]:
    """Slope d/2 leaves half a unit; a cell of f'' = -1 keeps it there and bulges by d^2/8."""
    d = F(1, 21)
    f = Bent(22, d / 2, [F(0)] * 2 + [F(-1)] * 2 + [F(0)] * 38)
    return d, float(f.error(kinks(f, 22, d * d)[0]))


def curvature() -> Pair:
    d, error = _bent()
    return _bound("P8", n=22, M2=1, s0=d / 2), error


def curvature_closed() -> Pair:
    d, error = _bent()
    return _bound("P8-closed", n=22, M2=1, M1=d / 2), error


def affine() -> Pair:
    """The bound is 0, which no division makes smaller; attained all the same."""
    g, _ = kinks(lambda x: 3 * x - 1, 17, F(3, 16))
    line = _polygon((0, -1), (1, 2))
    return _bound("P8-affine", n=17, M2=0), float(distance(line, g))


def directions() -> Pair:
    """Degree 12: the forms (x + t y)^12 span all of them from 13 directions on, not before."""
    degree, count = 12, 1
    row = lambda t: [comb(degree, i) * float(t) ** i for i in range(degree + 1)]  # noqa: E731
    spots = np.cos(np.pi * (np.arange(degree + 3) + 0.5) / (degree + 3))
    while np.linalg.matrix_rank(np.array([row(t) for t in spots[:count]])) <= degree:
        count += 1
    return _bound("P8-directions", m=degree), float(count)


def lipschitz_class() -> Pair:
    """A constant half-way up the zigzag."""
    f, middle = Polygon(zigzag(7, F(1))), F(1, 14)
    return _bound("P6", n=7, L=1), float(distance(f, _polygon((0, middle), (1, middle))))


def knots_class() -> Pair:
    """The same, for one cell more than the knots allow."""
    f, middle = Polygon(zigzag(6, F(1))), F(1, 12)
    return _bound("B6-class", n=4, L=1), float(distance(f, _polygon((0, middle), (1, middle))))


def turn() -> Pair:
    """6 t^2/2 turns by 6 where a permutation turns by 4 at most; P9's network misses no more."""
    n, D = 4000, 6.0
    problem = Problem("square", lambda t: D * t * t / 2, D, D, D)
    built = build_no_readout(problem.sampler(), n, UNIT, curvature=D, turn=D)
    bound = _bound("P9-turn", n=n, D=chord_turn(Target.parse("3*x**2"), n))
    return bound, measured_error(problem, built)


def curvature_class() -> Pair:
    """g = 0 against the perfect spline."""
    f = PerfectSpline(5, F(1))
    worst = max(abs(float(f.value(x).enclosure)) for x in f.alternation)
    return _bound("P10", n=5, M2=1), worst


def parabola() -> Pair:
    """x^2/2 and its interpolant lowered by half its error, on a grid that holds the extremes."""
    n = 9
    knots, x = np.linspace(0, 1, n), np.linspace(0, 1, 2 * n - 1)
    off = x * x / 2 - np.interp(x, knots, knots**2 / 2 - 1 / (16 * (n - 1) ** 2))
    return _bound("P10-parabola", n=n, M2=1), float(np.abs(off).max())


def free_fit() -> Pair:
    """x^2 on one cell: M is a tent, D = |2 f(0) - 4 f(1/2) + 2 f(1)| = 1 and V = 8."""
    x = np.linspace(0, 1, 257)
    return _bound("P10-fit", D=1, V=8), float(np.abs(x * x - (x - 0.125)).max())


def one_triple() -> Pair:
    """Heights 0, 1, 0: the line through the chord moved half-way."""
    return _bound("B6", n=1, triples=2, D=1), max(abs(y - 0.5) for y in (0.0, 1.0, 0.0))


def _cap() -> float:
    """-x^2 and the relu unit relu(1 - x) - 7/8, whose output weight is positive."""
    x = np.linspace(0, 1, 257)
    return float(np.abs(-x * x - (np.maximum(1 - x, 0) - 0.875)).max())


def one_sign() -> Pair:
    return _bound("B6'", m=0, triples=1, D=F(1, 4)), _cap()


def convex() -> Pair:
    return _bound("B7", D=F(1, 4)), _cap()


def band_limit() -> Pair:
    """A Gaussian cut at the band is a limit of cos networks; its error by a sum over the line."""
    nodes, weights = np.polynomial.legendre.leggauss(260)
    k, w = (nodes + 1) / 2, weights / 2
    x = np.arange(-400, 400, 0.1)
    cut = np.sqrt(2 / np.pi) * np.cos(np.outer(x, k)) @ (w * np.exp(-k * k / 2))
    square = np.sum((np.exp(-x * x / 2) - cut) ** 2) * 0.1
    # Beyond 400 the cut is sqrt(2/(pi e)) sin(x)/x, whose square is 1/2 in the mean.
    square += 2 / (np.pi * np.e) / 400
    bound = band_limit_lower(mass_of_target("exp(-x**2/2)", 1), "cos", F(1))
    return float(bound.mid()), float(np.sqrt(square)) * (1 + 1e-5)


def response() -> Pair:
    """The filtered packet: m(k) = 2 pi E1(k^2/lam^2) for Gaussian units, by a trapezoidal sum."""
    k = np.linspace(1e-9, 20, 200_001)
    fhat = np.sqrt(np.pi / 2) * (np.exp(-((k - 6) ** 2) / 2) + np.exp(-((k + 6) ** 2) / 2))
    off = fhat * 0.01 / (0.01 + 2 * np.pi * special.exp1(k * k / 4))
    error = float(np.sqrt(np.sum(off**2) * (k[1] - k[0]) / np.pi))
    packet = mass_of_target("exp(-x**2/2)*cos(6*x)", 1)
    return float(Response(packet, "gaussian", F(2)).at_mu(F(1, 100)).error.mid()), error


def dual() -> Pair:
    """One row f = 2, step units that are 1 there, |c|_1 <= 1/2: phi = 1, and c = 1/2 is best."""
    return _bound("R4", inner=2, B=F(1, 2), M=1, norm=1), abs(2 - 0.5)


def one_unit() -> Pair:
    """f = (3, 4), unit (1, 0) twice as long, |c| <= 1/2: the minimum over a grid."""
    c = np.linspace(-0.5, 0.5, 101)
    return _bound("R7", F=5, beta=3, s=2, B=F(1, 2)), float(np.hypot(3 - 2 * c, 4).min())


ATTAINED: dict[str, Callable[[], Pair]] = {
    "P3": steps_lipschitz,
    "P3-modulus": steps_modulus,
    "P3'": kinks_lipschitz,
    "P3'-modulus": kinks_modulus,
    "P6": lipschitz_class,
    "P8": curvature,
    "P8-closed": curvature_closed,
    "P8-affine": affine,
    "P8-directions": directions,
    "P9-turn": turn,
    "P10": curvature_class,
    "P10-parabola": parabola,
    "P10-fit": free_fit,
    "B6": one_triple,
    "B6'": one_sign,
    "B6-class": knots_class,
    "B7": convex,
    "R1": band_limit,
    "R2": response,
    "R4": dual,
    "R7": one_unit,
}
