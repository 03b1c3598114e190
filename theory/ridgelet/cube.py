"""R2 on a cube: V = {|a|_inf <= lam} x R, for targets that are products f(x) = prod_i f_i(x_i).

The multiplier is m(xi) = (2 pi)^(d-1) kappa(|xi|_inf/lam): xi = w a, so |a|_inf <= lam says
|w| >= |xi|_inf/lam, and nothing else of R2's proof changes.  Only the energy by r = |xi|_inf is
needed, and for a product that is elementary: with w_i the density of |fhat_i|^2 over |xi_i| and
C_i(r) = int_0^r w_i,

    w(r) = d/dr prod_i C_i(r) = sum_i w_i(r) prod_{j != i} C_j(r).

Not for targets whose energy in the cube is no product; sums of products are left out, and so is
``sinc``, whose spectrum has an edge.  Source: note R2; arXiv 2008.08427.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction

from flint import arb, arb_series, ctx

from theory.errors import InputError, Undecided
from theory.ridgelet.envelopes import Envelope, envelope
from theory.ridgelet.response import Response, mass_of_target, square_norm
from theory.ridgelet.spectral_mass import Mass
from theory.rigor.balls import hull

DIMENSIONS = (2, 3)
# relative to |f_i|^2: the enclosures of C_i are this tight
TIGHT = 2.0**-60
MOST_PANELS = 20_000
FIRST_STEP = 0.25


def cube_response(
    factors: Sequence[str], activation: str, band: Fraction, *, argument: str = "factors"
) -> Response:
    """The response of f(x) = prod_i f_i(x_i), each factor a target in x, under |a|_inf <= band.

    d = 2 or 3 factors.  Errors are L2(R^d) norms, budgets L2 norms of a density.  Raises InputError
    for factors without a response, with an edge in their spectrum, or a number of them.
    """
    return Response(CubeMass(factors, argument=argument), activation, band)


class CubeMass:
    """The density w of (2 pi)^-d |fhat|^2 over r = |xi|_inf for a product of functions of x."""

    breaks: tuple[arb, ...] = ()
    total: arb | None = None

    def __init__(self, factors: Sequence[str], *, argument: str = "factors") -> None:
        if len(factors) not in DIMENSIONS:
            raise InputError(argument, len(factors), "has a number of:", "2 or 3 are accepted")
        self.dimension = len(factors)
        self.text = " * ".join(f"({text})(x{axis})" for axis, text in enumerate(factors))
        self.axes = [_Axis(text, argument) for text in factors]
        if any(axis.mass.total is not None for axis in self.axes):
            self.total = arb(1)
            for axis in self.axes:
                self.total = self.total * axis.square

    def series(self, r: arb, point: arb) -> arb_series:
        """Taylor coefficients of w over the ball ``r``."""
        densities = [axis.mass.series(r, point) for axis in self.axes]
        sums = [
            density.integral() + arb_series([axis.within(r)])
            for axis, density in zip(self.axes, densities, strict=True)
        ]
        total = arb_series([0])
        for i, density in enumerate(densities):
            for j, value in enumerate(sums):
                density = density * value if i != j else density
            total = total + density
        return total

    def bound(self, r: arb) -> arb:
        """An upper bound of w over the ball ``r``."""
        total, reach = arb(0), r.abs_upper()
        bounds = [axis.mass.bound(r) for axis in self.axes]
        for i, bound in enumerate(bounds):
            for j, axis in enumerate(self.axes):
                bound = bound * axis.within(reach).upper() if i != j else bound
            total += bound
        return total

    def beyond(self, R: arb) -> Envelope | None:
        """An upper envelope of w beyond R."""
        total = envelope(arb(0))
        for i, axis in enumerate(self.axes):
            part = axis.mass.beyond(R)
            if part is None:
                return None
            size = arb(1)
            for j, other in enumerate(self.axes):
                size = size * other.square.upper() if i != j else size
            total = total.plus(Envelope(part.C * size, part.p, part.s, part.t))
        return total


class _Axis:
    """One factor: its mass, its energy |f_i|^2, and the energy within r, kept at knots."""

    def __init__(self, text: str, argument: str) -> None:
        self.mass: Mass = mass_of_target(text, 1, argument=argument)
        if self.mass.breaks:
            raise InputError(argument, text, "has a spectrum with an edge:", "no sinc is accepted")
        self.square = square_norm(self.mass)
        self.knots: list[arb] = [arb(0)]
        self.sums: list[arb] = [arb(0)]

    def within(self, r: arb) -> arb:
        """int_0^r w_i over the ball ``r``: it rises with r."""
        if r.is_exact():
            return self._to(r)
        low, high = r.lower(), r.upper()
        return hull(self._to(low if low > 0 else arb(0)), self._to(high))

    def _to(self, r: arb) -> arb:
        place = bisect_right(self.knots, r) - 1
        start, total = self.knots[place], self.sums[place]
        work, count = [(start, r)] if start < r else [], 0
        limit = TIGHT * float(self.square.mid())
        while work:
            low, high = work.pop()
            part = self._panel(low, high)
            count += 1
            fits = part.is_finite() and float(part.rad()) <= limit
            if not fits:
                if count > MOST_PANELS:
                    raise Undecided("factors", "a spectrum", "is not enclosed:", "a smoother one")
                middle = ((low + high) / 2).mid()
                # the left half comes first, so that the sum at its end is a knot
                work += [(middle, high), (low, middle)]
                continue
            total = total + part
            if high - low > FIRST_STEP / 64 and high not in self.knots:
                place = bisect_right(self.knots, high)
                self.knots.insert(place, high)
                self.sums.insert(place, total)
        most = self.square.upper()
        return hull(total.lower().min(most), total.upper().min(most))

    def _panel(self, low: arb, high: arb) -> arb:
        order = (ctx.cap - 1) & ~1
        if order < 2:
            # only a bound is asked for
            return hull(arb(0), (self.mass.bound(hull(low, high)) * (high - low)).upper())
        middle, half = (low + high) / 2, (high - low) / 2
        inner = self.mass.series(middle, middle)
        outer = self.mass.series(hull(low, high), middle)
        total, power = arb(0), 2 * half
        for index in range(0, order, 2):
            total += inner[index] * power / (index + 1)
            power = power * half * half
        return total + outer[order] * power / (order + 1)
