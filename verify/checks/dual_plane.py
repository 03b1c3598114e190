"""relu and step units on a rectangle: |F(a, b)|, F = int phi(x) sigma(a.x - b) dP, over all of V.

Both are homogeneous.  With u in [-1, 1]^2, x = c + r u, and the axis where |a_i| is largest called
the first, a unit is t r_1 sigma(+-(u_1 + m u_2 - s)) for relu, and sigma(+-(...)) for step, with
|m| <= r_2/r_1, theta = c_1 + m c_2 r_1/r_2 + r_1 s and t <= min(band, beta/|theta|).  With
p(tau, y) = phi at u = (tau, y),
G(m, s)    = int phi sigma(u_1 + m u_2 - s) dP = (1/2) int K(s - m y, y) dy over [-1, 1], where
relu         K = K_2: zero for tau >= 1, affine in tau for tau <= -1, a polynomial between
step         K = K_1
K_0 = p/2 in the rectangle and 0 outside, K_1 = int_tau K_0, K_2 = int_tau K_1
-dG/ds     = the same of the next lower K,   dG/dm = the same with y K.
Integrands are polynomials between the y where s - m y = +-1: Gauss's rule is exact there.

Over a tile |tau - tau_0| <= e(y), so that int y^j K_0 dy changes by at most int |y|^j D(y) dy, with
D = e sup |dp/dtau|/2, and, where the line may cross an end of the rectangle, D = sup |p|/2 besides.
That encloses the second derivatives of G for relu and the first ones for step (mean values of them,
in Taylor's formula with the remainder as an integral).  Suprema of |p| come from a table of cells.

A unit that is affine on the rectangle: F is linear on that polytope of (a, b), largest in absolute
value at corners of V or at the end of the tiles, |s| = 1 + |m|.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from flint import arb, arb_mat

from verify.checks.half_planes import Lines, Side
from verify.checks.plane_sizes import PlaneSizes
from verify.checks.quadratic import largest
from verify.checks.tiles import Bounds, Parameters, Tile, cut, grid
from verify.checks.verdicts import Clock, ball, precision, undecided

PIECES = 8
# a side this much longer than the other is left alone
MOST_ASPECT = 1000


class PlaneUnits:
    """phi = sum c_jk P_j(u_1) P_k(u_2), P_k the plain Legendre polynomials: ``coefficients[j, k]``.

    The caller keeps the precision of the coefficients.
    """

    def __init__(
        self,
        coefficients: arb_mat,
        centre: Sequence[Fraction],
        radius: Sequence[Fraction],
        parameters: Parameters,
        bits: int,
        clock: Clock,
    ) -> None:
        if max(radius) > MOST_ASPECT * min(radius):
            raise undecided(f"a rectangle with a side {MOST_ASPECT} times the other")
        if parameters.activation == "step" and parameters.beta == 0:
            raise undecided("step units without a threshold on a rectangle")
        self.parameters, self.bits = parameters, bits
        self.relu = parameters.activation == "relu"
        self.centre, self.radius = tuple(centre), tuple(radius)
        with precision(bits):
            self.sizes = PlaneSizes.of(coefficients, clock)
            self.sides = (Side(coefficients), Side(coefficients.transpose()))
            # int phi, int u_1 phi, int u_2 phi
            self.total = coefficients[0, 0]
            degree = coefficients.nrows() - 1
            self.first = (
                coefficients[1, 0] / 3 if degree else arb(0),
                coefficients[0, 1] / 3 if degree else arb(0),
            )

    def fixed(self) -> arb:
        """Units that are affine on the rectangle: step with a = 0, relu at corners of V."""
        with precision(self.bits):
            if not self.relu:
                return abs(self.total)
            band, beta = self.parameters.band, self.parameters.beta
            found = arb(0)
            for *a, b in product((-band, band), (-band, band), (-beta, beta)):
                least = sum(
                    (
                        x * c - abs(x) * r
                        for x, c, r in zip(a, self.centre, self.radius, strict=True)
                    ),
                    Fraction(0),
                )
                if b <= least:
                    value = (sum((x * c for x, c in zip(a, self.centre, strict=True)), -b), *a)
                    found = found.max(abs(self._affine(value)))
            return found

    def _affine(self, unit: tuple[Fraction, ...]) -> arb:
        """int phi (h + a.(x - c)) dP for ``unit`` (h, a_1, a_2)."""
        height, *a = unit
        value = ball(height) * self.total
        for x, r, moment in zip(a, self.radius, self.first, strict=True):
            value += ball(x * r) * moment
        return value

    def tiles(self) -> list[Tile]:
        """(axis, m, s) with |m| <= r_2/r_1 and |s| <= 1 + |m|, both signs of the unit in each."""
        found: list[Tile] = []
        for axis in (0, 1):
            slope = self.radius[1 - axis] / self.radius[axis]
            rows = cut(-slope, slope, slope / PIECES)
            columns = cut(-1 - slope, 1 + slope, Fraction(1, PIECES))
            for (_, m, s), halves in grid([[(Fraction(axis), Fraction(0))], rows, columns]):
                if abs(s) - halves[2] <= 1 + abs(m) + halves[1]:
                    found.append(((Fraction(axis), m, s), halves))
        return found

    def importance(self) -> list[Fraction]:
        """m is multiplied by |y|, of mean 1/2 or so."""
        return [Fraction(1), Fraction(2, 3), Fraction(1)]

    def bounds(self, tile: Tile) -> Bounds:
        """Both signs of the unit, with the largest |a|; a Taylor polynomial at the centre."""
        with precision(self.bits):
            (axis, m, s), (_, half_m, half_s) = tile
            side = self.sides[int(axis)]
            lines = side.lines(m, s)
            spread = self.sizes.spread(int(axis), m, s, half_m, half_s)
            return self._relu(tile, lines, spread) if self.relu else self._step(tile, lines, spread)

    def _opposite(self, axis: int, m: Fraction, s: Fraction) -> tuple[arb, arb, arb]:
        """int phi (u_1 + m u_2 - s) dP with its derivatives in m and s: relu(t) - relu(-t) = t."""
        one, two = self.first[axis], self.first[1 - axis]
        return one + ball(m) * two - ball(s) * self.total, two, -self.total

    def _step(self, tile: Tile, lines: Lines, spread: Sequence[arb]) -> Bounds:
        _, half_m, half_s = map(ball, tile[1])
        slopes = [lines.density[1] * half_m, -lines.density[0] * half_s]
        rest = spread[1] * half_m + spread[0] * half_s
        reach = abs(slopes[0]) + abs(slopes[1]) + rest
        value = lines.half_plane[0]
        # the unit of the other sign: the rest of the rectangle, with the opposite slopes
        at_centre = abs(value).max(abs(self.total - value))
        return at_centre, at_centre + reach

    def _relu(self, tile: Tile, lines: Lines, spread: Sequence[arb]) -> Bounds:
        (axis, m, s), (_, half_m, half_s) = tile
        hm, hs = ball(half_m), ball(half_s)
        density = lines.density
        bends = [
            [density[2] * hm * hm / 2, -density[1] * hm * hs / 2],
            [-density[1] * hm * hs / 2, density[0] * hs * hs / 2],
        ]
        rest = (spread[2] * hm * hm + 2 * spread[1] * hm * hs + spread[0] * hs * hs) / 2
        whole = lines.moment
        other = self._opposite(int(axis), m, s)
        at_centre, above = arb(0), arb(0)
        slopes = (lines.half_plane[1], -lines.half_plane[0])
        for value, g in (
            (whole, [slopes[0] * hm, slopes[1] * hs]),
            (whole - other[0], [(slopes[0] - other[1]) * hm, (slopes[1] - other[2]) * hs]),
        ):
            low, high = self._scaled(tile, value, g, bends, rest)
            at_centre, above = at_centre.max(low), above.max(high)
        return at_centre, above

    def _scaled(
        self, tile: Tile, value: arb, g: list[arb], bends: list[list[arb]], rest: arb
    ) -> Bounds:
        """r_1 min(band, beta/|theta|) |G|; beta/|theta| varies where it is below the band.

        There G/theta = G_0/theta_0 + (G - G_0 theta/theta_0)/theta, whose numerator is 0 at the
        centre; with K = min |theta| both signs of it are covered by |G_0/theta_0| and
        |K G_0/theta_0 +- (G - G_0 theta/theta_0)|/K.
        """
        (axis, m, s), (_, half_m, half_s) = tile
        i, band, beta = int(axis), self.parameters.band, self.parameters.beta
        r, tilt = self.radius[i], self.centre[1 - i] * self.radius[i] / self.radius[1 - i]
        theta = self.centre[i] + m * tilt + r * s
        spread = abs(tilt) * half_m + r * half_s
        largest_scale = band if beta >= band * abs(theta) else beta / abs(theta)
        at_centre = ball(largest_scale * r) * abs(value)
        nearest = abs(theta) - spread
        if nearest <= 0 or beta >= band * nearest:
            return at_centre, ball(band * r) * (largest(value, g, bends) + rest)
        ratio, sign = value / ball(theta), 1 if theta > 0 else -1
        shifted = [
            sign * (g[0] - ratio * ball(tilt * half_m)),
            sign * (g[1] - ratio * ball(r * half_s)),
        ]
        turned = [[sign * entry for entry in row] for row in bends]
        near = ball(nearest)
        high = abs(ratio).max((largest(near * ratio, shifted, turned) + rest) / near)
        return at_centre, ball(beta * r) * high
