"""relu and step units on the line: |F(a, b)|, F = int phi(x) sigma(a x - b) dP, over all of V.

Both are homogeneous: with a != 0 and theta = b/a, F is |a| (relu) or 1 (step) times a function of
theta and the sign of a, where |a| can be as large as min(band, beta/|theta|).

*Uniform measure*, phi a polynomial in u, x = c + r u, tau = (theta - c)/r.  For |tau| <= 1:
relu  |a| r Psi(tau) if a < 0, |a| r (Psi(tau) - tau m0 + m1) if a > 0; Psi'' = phi/2, and both
      Psi and Psi' vanish at -1
step  A(tau) if a < 0, m0 - A(tau) if a > 0; A' = phi/2, A(-1) = 0.
Elsewhere a unit of relu vanishes on the box or is affine there, F = a int x phi - b m0: on that
convex part of V the maximum is at a corner of V or on a ray |tau| = 1.

*Data*.  F for relu is linear in (a, b) between the lines a x_q = b, so |F| is largest at corners of
V and where these lines leave V; F for step is a sum over the x_q on one side of a threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise, product

from flint import arb, arb_poly, ctx

from verify.checks.tiles import Bounds, Parameters, Tile
from verify.checks.verdicts import Clock, ball, precision

CELLS = 32


def corners(parameters: Parameters) -> Iterable[tuple[Fraction, Fraction]]:
    """The four corners (a, b) of V on the line."""
    return product((-parameters.band, parameters.band), (-parameters.beta, parameters.beta))


def scale(parameters: Parameters, theta: Fraction) -> Fraction:
    """The largest |a| with (a, a theta) in V."""
    if parameters.beta >= parameters.band * abs(theta):
        return parameters.band
    return parameters.beta / abs(theta)


class PolynomialUnits:
    """phi = sum_k c_k u^k against the uniform measure of the interval with centre c, radius r."""

    def __init__(
        self, phi: Sequence[arb], centre: Fraction, radius: Fraction, parameters: Parameters
    ) -> None:
        self.centre, self.radius, self.parameters = centre, radius, parameters
        self.relu = parameters.activation == "relu"
        # powers of u cancel: bounds are computed at the precision of the coefficients
        self.bits = ctx.prec
        density = arb_poly([value / 2 for value in phi])
        first = density.integral()
        below = first - first(arb(-1))
        self.m0 = below(arb(1))
        # int u phi du/2
        moment = (density * arb_poly([0, 1])).integral()
        m1 = moment(arb(1)) - moment(arb(-1))
        self.x_moment = ball(centre) * self.m0 + ball(radius) * m1
        if self.relu:
            second = below.integral()
            left = second - second(arb(-1))
            self.sides = (left, left - arb_poly([-m1, self.m0]))
        else:
            self.sides = (below, self.m0 - below)

    def fixed(self) -> arb:
        """Units that are affine on the box: step with a = 0, relu at corners of V."""
        if not self.relu:
            return abs(self.m0)
        low, high = self.centre - self.radius, self.centre + self.radius
        found = arb(0)
        for a, b in corners(self.parameters):
            if b <= min(a * low, a * high):
                found = found.max(abs(ball(a) * self.x_moment - ball(b) * self.m0))
        return found

    def tiles(self) -> list[Tile]:
        """tau in [-1, 1], cut where beta = band |theta| and into cells."""
        parameters, cuts = self.parameters, {Fraction(-1), Fraction(1)}
        if self.relu:
            turn = parameters.beta / parameters.band
            found = ((theta - self.centre) / self.radius for theta in (-turn, turn))
            cuts |= {tau for tau in found if abs(tau) <= 1}
        ends = sorted(cuts)
        cells: list[Tile] = [((tau,), (Fraction(0),)) for tau in ends]
        for low, high in pairwise(ends):
            half = (high - low) / (2 * CELLS)
            cells += [((low + half * (2 * k + 1),), (half,)) for k in range(CELLS)]
        return cells

    def importance(self) -> list[Fraction]:
        """One axis."""
        return [Fraction(1)]

    def bounds(self, tile: Tile) -> Bounds:
        """Both signs of a, with the largest |a|; from the Taylor polynomial at the centre."""
        with precision(self.bits):
            return self._bounds(tile)

    def _bounds(self, tile: Tile) -> Bounds:
        (tau,), (half,) = tile
        at_centre, above = arb(0), arb(0)
        for side in self.sides:
            local = side(arb_poly([ball(tau), ball(half)])).coeffs() or [arb(0)]
            low, high = self._relu(tau, half, local) if self.relu else (abs(local[0]), _size(local))
            at_centre, above = at_centre.max(low), above.max(high)
        return at_centre, above

    def _relu(self, tau: Fraction, half: Fraction, q: list[arb]) -> Bounds:
        """|a| r |q(s)|, |s| <= 1; beta/|theta| varies with s where it is below the band.

        There q/theta = q0/theta0 + (q - q0 theta/theta0)/theta with theta = theta0 + r h s.
        """
        theta, spread = self.centre + self.radius * tau, self.radius * half
        at_centre = ball(scale(self.parameters, theta) * self.radius) * abs(q[0])
        nearest = abs(theta) - spread
        band, beta = self.parameters.band, self.parameters.beta
        if nearest <= 0 or beta >= band * nearest:
            # beta/|theta| reaches the band in this cell, so the band bounds |a|
            return at_centre, ball(band * self.radius) * _size(q)
        change = q[1:] or [arb(0)]
        change[0] -= q[0] * ball(spread / theta)
        rise = sum((abs(value) for value in change), arb(0)) / ball(nearest)
        return at_centre, ball(beta * self.radius) * (abs(q[0]) / ball(abs(theta)) + rise)


def _size(q: list[arb]) -> arb:
    return sum((abs(value) for value in q), arb(0))


class DataUnits:
    """phi at data points on the line: finitely many units hold the maximum."""

    def __init__(
        self, x: Sequence[float], phi: Sequence[arb], parameters: Parameters, clock: Clock
    ) -> None:
        order = sorted(range(len(x)), key=x.__getitem__)
        self.x, self.phi = [x[q] for q in order], [phi[q] for q in order]
        self.parameters, self.clock = parameters, clock

    def fixed(self) -> arb:
        """The maximum of |F| over V."""
        found = self._relu() if self.parameters.activation == "relu" else self._step()
        return found / len(self.x)

    def tiles(self) -> list[Tile]:
        """Nothing is left."""
        return []

    def importance(self) -> list[Fraction]:
        """No tiles."""
        return []

    def bounds(self, tile: Tile) -> Bounds:
        """No tiles."""
        raise NotImplementedError

    def _step(self) -> arb:
        """Sums over the points on one side of a threshold; equal points stay together."""
        total, below, found = sum(self.phi, arb(0)), arb(0), arb(0)
        for q, value in enumerate(self.phi):
            if q % 4096 == 0:
                self.clock.tick()
            if q and self.x[q] != self.x[q - 1]:
                found = found.max(abs(below)).max(abs(total - below))
            below += value
        return found.max(abs(total))

    def _relu(self) -> arb:
        """sum phi_q (x_q - theta) above, sum phi_q (theta - x_q) below theta = every x_k."""
        total = sum(self.phi, arb(0))
        first = sum((value * x for value, x in zip(self.phi, self.x, strict=True)), arb(0))
        below, below_first, found = arb(0), arb(0), arb(0)
        for q, (x, value) in enumerate(zip(self.x, self.phi, strict=True)):
            if q % 4096 == 0:
                self.clock.tick()
            left = below * x - below_first
            right = (first - below_first) - (total - below) * x
            most = ball(scale(self.parameters, Fraction(x)))
            found = found.max(most * abs(left)).max(most * abs(right))
            below += value
            below_first += value * x
        for a, b in corners(self.parameters):
            found = found.max(abs(self._unit(a, b)))
        return found

    def _unit(self, a: Fraction, b: Fraction) -> arb:
        """sum_q phi_q relu(a x_q - b)."""
        slope, shift, zero = ball(a), ball(b), arb(0)
        terms = zip(self.phi, self.x, strict=True)
        return sum((value * zero.max(slope * x - shift) for value, x in terms), arb(0))
