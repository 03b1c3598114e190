"""The mean of (f - g)^2 over a rectangle for relu or step units g, without meeting their kinks.

f_N, with numbers near the Legendre coefficients of f up to degree N, has |f - f_N|^2 = |f|^2 - sum
of their squares + sum of squares of what they are off; |f - g| is within that of |f_N - g|, where
|f_N - g|^2 = |f_N|^2 - 2 sum_j c_j <f_N, sigma_j> + sum_ij c_i c_j <sigma_i, sigma_j>
is known: <f_N, sigma_j> by ``half_planes``, and <sigma_i, sigma_j> as the integral of 1, or of a
product of two affine functions, over a convex polygon whose vertices are rational.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from flint import arb, arb_mat, fmpq

from verify.checks.fields import BoxTarget
from verify.checks.half_planes import Side
from verify.checks.integrals import indices, legendre_moments, square_integral
from verify.checks.ridge import Ridge
from verify.checks.verdicts import Clock, ball, precision, root

DEGREES = (12, 24, 40)
# |f - f_N| that is as good as nothing, relative to |f|
SMALL = 1e-7
# more units than this have too many pairs
MOST_UNITS = 1000
Vertex = tuple[fmpq, fmpq]
Line = tuple[fmpq, fmpq, fmpq]


def suits(target: BoxTarget, network: Ridge) -> bool:
    """relu or step units on a rectangle, not too many."""
    kinked = network.activation in ("relu", "step")
    return kinked and len(target.sides) == 2 and network.width <= MOST_UNITS


def mean_square(target: BoxTarget, network: Ridge, clock: Clock) -> arb:
    """An enclosure of the mean of (f - g)^2; not finite where f is not shown to be."""
    square = square_integral(target, clock)
    if not square.is_finite():
        return arb.nan()
    for degree in DEGREES:
        found = legendre_moments(target, degree, clock)
        known = sum((c * c for c in found.values()), arb(0))
        off = sum((c.rad() * c.rad() for c in found.values()), arb(0))
        rest = root(arb(0).max(square - known) + off)
        # f_N itself is exact: powers of y would make much of radii
        found = {alpha: c.mid() for alpha, c in found.items()}
        if rest <= SMALL * root(square):
            break
    bits = 96 + 2 * degree
    with precision(bits):
        _without_affine(found, target, network)
        total = sum((c * c for c in found.values()), arb(0))
        total += _squared(target, network, clock) - 2 * _paired(found, degree, target, network)
        near = root(arb(0).max(total))
        low = arb(0).max(near - rest)
        return (low * low).union((near + rest) * (near + rest))


def _without_affine(found: dict[tuple[int, ...], arb], target: BoxTarget, network: Ridge) -> None:
    """Coefficients of f - offset - slope.x, in place; p_1(u) = sqrt(3) u."""
    constant = arb(network.offset)
    for axis, (low, high) in enumerate(target.sides):
        slope = arb(network.slope[axis])
        constant += slope * ball((low + high) / 2)
        unit = (1, 0) if axis == 0 else (0, 1)
        found[unit] -= slope * ball((high - low) / 2) / arb(3).sqrt()
    found[0, 0] -= constant


def _paired(
    found: dict[tuple[int, ...], arb], degree: int, target: BoxTarget, network: Ridge
) -> arb:
    """sum_j c_j <f_N, sigma_j>."""
    phi = arb_mat(degree + 1, degree + 1)
    for j, k in indices(2, degree):
        phi[j, k] = found[j, k] * (arb(2 * j + 1) * (2 * k + 1)).sqrt()
    sides = (Side(phi), Side(phi.transpose()))
    centre = [(low + high) / 2 for low, high in target.sides]
    radius = [(high - low) / 2 for low, high in target.sides]
    # int phi, int u_1 phi, int u_2 phi
    moments = (phi[0, 0], phi[1, 0] / 3, phi[0, 1] / 3)
    total = arb(0)
    for a, b, c in _units(network):
        slopes = [x * r for x, r in zip(a, radius, strict=True)]
        shift = b - sum((x * m for x, m in zip(a, centre, strict=True)), Fraction(0))
        i = 0 if abs(slopes[0]) >= abs(slopes[1]) else 1
        first, second = slopes[i], slopes[1 - i]
        if first == 0:
            constant = max(-b, Fraction(0)) if network.activation == "relu" else int(b <= 0)
            total += c * ball(Fraction(constant)) * moments[0]
            continue
        lines = sides[i].lines(second / first, shift / first)
        if network.activation == "step":
            value = lines.half_plane[0]
            total += c * (value if first > 0 else moments[0] - value)
            continue
        value = lines.moment
        if first < 0:
            value -= moments[1 + i] + ball(second / first) * moments[2 - i]
            value += ball(shift / first) * moments[0]
        total += c * ball(abs(first)) * value
    return total


def _units(network: Ridge) -> list[tuple[tuple[Fraction, Fraction], Fraction, arb]]:
    return [
        (
            (Fraction(network.a[2 * j]), Fraction(network.a[2 * j + 1])),
            Fraction(network.b[j]),
            arb(network.c[j]),
        )
        for j in range(network.width)
    ]


def _squared(target: BoxTarget, network: Ridge, clock: Clock) -> arb:
    """sum_ij c_i c_j <sigma_i, sigma_j>."""
    (left, right), (low, high) = (tuple(map(_rational, side)) for side in target.sides)
    whole = [(left, low), (right, low), (right, high), (left, high)]
    area = arb((right - left) * (high - low))
    lines: list[Line] = [
        (_rational(a[0]), _rational(a[1]), _rational(b)) for a, b, _ in _units(network)
    ]
    relu, total = network.activation == "relu", arb(0)
    for i, one in enumerate(lines):
        clock.tick()
        polygon = _clipped(whole, one)
        if len(polygon) < 3:
            continue
        row = arb(0)
        for j, other in enumerate(lines[: i + 1]):
            part = _clipped(polygon, other) if j < i else polygon
            if len(part) >= 3:
                value = _product(part, one, other) if relu else _area(part)
                row += network.c[j] * (value if i == j else 2 * value)
        total += row * network.c[i]
    return total / area


def _rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def _height(line: Line, vertex: Vertex) -> fmpq:
    return line[0] * vertex[0] + line[1] * vertex[1] - line[2]


def _clipped(polygon: Sequence[Vertex], line: Line) -> Sequence[Vertex]:
    """The part of a convex polygon where a.x - b >= 0."""
    heights = [_height(line, vertex) for vertex in polygon]
    if all(height >= 0 for height in heights):
        return polygon
    if all(height <= 0 for height in heights):
        return ()
    found: list[Vertex] = []
    before, at = polygon[-1], heights[-1]
    for vertex, height in zip(polygon, heights, strict=True):
        if (at < 0 < height) or (height < 0 < at):
            share = at / (at - height)
            found.append(
                (
                    before[0] + (vertex[0] - before[0]) * share,
                    before[1] + (vertex[1] - before[1]) * share,
                )
            )
        if height >= 0:
            found.append(vertex)
        before, at = vertex, height
    return found


def _area(polygon: Sequence[Vertex]) -> arb:
    return sum(_triangles([(arb(x), arb(y)) for x, y in polygon]), arb(0))


def _triangles(points: Sequence[tuple[arb, arb]]) -> list[arb]:
    """The areas of the triangles of the fan at the first vertex."""
    x, y = points[0]
    sides = [(p - x, q - y) for p, q in points[1:]]
    return [abs(p * t - q * s) / 2 for (p, q), (s, t) in pairwise(sides)]


def _product(polygon: Sequence[Vertex], one: Line, other: Line) -> arb:
    """int p q for affine p, q: on a triangle area/12 ((sum p)(sum q) + sum p q) at its corners."""
    points = [(arb(x), arb(y)) for x, y in polygon]
    first, second = (
        [arb(a) * x + arb(b) * y - arb(c) for x, y in points] for a, b, c in (one, other)
    )
    products = [p * q for p, q in zip(first, second, strict=True)]
    total = arb(0)
    for k, area in enumerate(_triangles(points), 1):
        p = first[0] + first[k] + first[k + 1]
        q = second[0] + second[k] + second[k + 1]
        total += area * (p * q + products[0] + products[k] + products[k + 1])
    return total / 12
