"""A dual function phi: its inner product with f, its norm, and what units see of it.

``units`` encloses F(a, b) = int phi(x) sigma(a.x - b) dP over V = {|a_i| <= band,
|b| <= beta}.  For a box target phi = sum_alpha c_alpha P_alpha in the orthonormal tensor Legendre
basis of the uniform probability measure, so |phi|^2 = sum c_alpha^2; for data phi is a list of
numbers, P the empirical measure.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from flint import arb, arb_mat, arb_poly, fmpq_poly

from verify.checks import dual_analytic
from verify.checks.dual_cells import CellUnits
from verify.checks.dual_line import DataUnits, PolynomialUnits
from verify.checks.dual_plane import PlaneUnits
from verify.checks.dual_rows import RowUnits
from verify.checks.fields import BoxTarget
from verify.checks.integrals import indices, legendre_moments
from verify.checks.moments import Measure, data_moments
from verify.checks.moments import legendre_moments as phi_moments
from verify.checks.strips import half_width
from verify.checks.tiles import Parameters, Units
from verify.checks.verdicts import Clock, Stop, ball, precision, refuted, root, undecided

# Largest degree of phi in 1, 2, 3 variables.
MAX_DEGREE = (0, 200, 80, 40)
BITS = 192
# for relu and step on a rectangle; Legendre recurrences lose up to 1.3 bits a step
PLANE_BITS = 64
# Orders are chosen for these fractions of the sup over V that is to be proved.
COARSE, FINE = 1e-2, 1e-9
LEAST_BUDGET = Fraction(1, 10**9)
# For estimates of work: one product of balls, generously.
SECONDS_PER_PRODUCT = 2e-8


def expected(inner: arb, norm: arb, budget: Fraction) -> float:
    """A float near <f, phi>/(B |phi|), which M/|phi| stays below if anything is to be proved.

    It sets orders of approximation and enters no bound.
    """
    ratio = abs(float((inner / (norm * ball(max(budget, LEAST_BUDGET)))).mid()))
    return max(ratio, 1e-290) if ratio < float("inf") else 1.0


@dataclass(frozen=True)
class BoxDual:
    """phi on a box, coefficients in the order of ``integrals.indices``."""

    target: BoxTarget
    degree: int
    coefficients: Sequence[float]

    @property
    def dimension(self) -> int:
        """d, the number of variables."""
        return len(self.target.sides)

    def pairing(self, affine: bool, clock: Clock) -> tuple[arb, arb]:
        """<f, phi> and |phi|; with ``affine`` Stop (REFUTED) unless phi is orthogonal to 1, x_i."""
        if affine and any(self.coefficients[: 1 + self.dimension * min(1, self.degree)]):
            raise refuted("phi is not orthogonal to affine functions")
        with precision(BITS):
            square = sum((arb(c) * arb(c) for c in self.coefficients), arb(0))
            inner = arb(0)
            found = legendre_moments(self.target, self.degree, clock)
            for index, c in zip(
                indices(self.dimension, self.degree), self.coefficients, strict=True
            ):
                inner += c * found[index]
            return inner, root(square)

    def units(self, parameters: Parameters, limit: float, clock: Clock) -> Units:
        """|F| over V; orders suit a sup near ``limit`` |phi| (see ``expected``)."""
        centre = tuple((low + high) / 2 for low, high in self.target.sides)
        radius = tuple((high - low) / 2 for low, high in self.target.sides)
        table = dict(
            zip(indices(self.dimension, self.degree), map(arb, self.coefficients), strict=True)
        )
        if half_width(parameters.activation) is None:
            if self.dimension == 2:
                bits = PLANE_BITS + 2 * self.degree
                with precision(bits):
                    plane = self._plane()
                return PlaneUnits(plane, centre, radius, parameters, bits, clock)
            if self.dimension > 2:
                raise undecided(f"{parameters.activation} on a box in more than two dimensions")
            with precision(128 + 4 * self.degree):
                return PolynomialUnits(self._monomials(), centre[0], radius[0], parameters)
        chosen = dual_analytic.plan(parameters, centre, radius, COARSE * limit, FINE * limit)
        with precision(chosen.bits):
            norm = root(sum((c * c for c in table.values()), arb(0)))
            moments = phi_moments(self.dimension, self.degree, table, chosen.top, clock)
            measure = Measure(centre, radius, norm, chosen.top, moments)
            return dual_analytic.AnalyticUnits(measure, parameters, chosen, clock)

    def _plane(self) -> arb_mat:
        """[j, k]: the coefficient of P_j(u_1) P_k(u_2), plain Legendre polynomials."""
        found = arb_mat(self.degree + 1, self.degree + 1)
        for (j, k), c in zip(indices(2, self.degree), self.coefficients, strict=True):
            found[j, k] = c * (arb(2 * j + 1) * (2 * k + 1)).sqrt()
        return found

    def _monomials(self) -> list[arb]:
        """phi(u) = sum_k c_k sqrt(2k+1) P_k(u) in powers of u."""
        total, u = arb_poly([]), fmpq_poly([0, 1])
        before, here = fmpq_poly([0]), fmpq_poly([1])
        for k, c in enumerate(self.coefficients):
            total += arb_poly(here) * (c * arb(2 * k + 1).sqrt())
            before, here = here, ((2 * k + 1) * u * here - k * before) / (k + 1)
        return total.coeffs()


@dataclass(frozen=True)
class DataDual:
    """phi at data points; ``points`` row-major, m * dimension numbers."""

    dimension: int
    points: Sequence[float]
    values: Sequence[float]
    phi: Sequence[arb]

    def pairing(self, clock: Clock) -> tuple[arb, arb]:
        """<f, phi> and |phi| for the empirical measure of the data."""
        clock.tick()
        with precision(BITS):
            inner, square = arb(0), arb(0)
            for y, value in zip(self.values, self.phi, strict=True):
                inner += value * y
                square += value * value
            return inner / len(self.phi), root(square / len(self.phi))

    def axis(self, i: int) -> Sequence[float]:
        """Coordinate i of every point."""
        return self.points[i :: self.dimension]

    def without_affine(self, clock: Clock) -> DataDual:
        """phi - alpha - beta.x, orthogonal to affine functions, alpha and beta as balls."""
        clock.tick()
        with precision(BITS):
            columns = [[arb(1)] * len(self.phi)]
            columns += [list(map(arb, self.axis(i))) for i in range(self.dimension)]
            rows = arb_mat(columns)
            right = arb_mat(len(self.phi), 1, list(self.phi))
            try:
                shift = (rows * rows.transpose()).solve(rows * right)
            except ZeroDivisionError:
                raise undecided("the data do not determine an affine function") from None
            change = (rows.transpose() * shift).entries()
            phi = [value - off for value, off in zip(self.phi, change, strict=True)]
        return DataDual(self.dimension, self.points, self.values, phi)

    def units(self, parameters: Parameters, limit: float, clock: Clock) -> Units:
        """|F| over V; orders suit a sup near ``limit`` |phi| (see ``expected``)."""
        axes = [self.axis(i) for i in range(self.dimension)]
        if half_width(parameters.activation) is None:
            with precision(BITS):
                if self.dimension == 1:
                    return DataUnits(axes[0], self.phi, parameters, clock)
                points = list(zip(*axes, strict=True))
                return CellUnits(points, self.phi, parameters)
        ends = [(Fraction(min(axis)), Fraction(max(axis))) for axis in axes]
        centre = tuple((low + high) / 2 for low, high in ends)
        # an axis without extent is given one, which keeps |u| <= 1
        radius = tuple((high - low) / 2 or Fraction(1) for low, high in ends)
        try:
            chosen = dual_analytic.plan(parameters, centre, radius, COARSE * limit, FINE * limit)
            self._affordable(chosen, clock)
        except Stop:
            return RowUnits(list(zip(*axes, strict=True)), self.phi, parameters, limit, clock)
        with precision(chosen.bits):
            columns = [
                [(x - ball(c)) / ball(r) for x in axis]
                for axis, c, r in zip(axes, centre, radius, strict=True)
            ]
            square = sum((value * value for value in self.phi), arb(0)) / len(self.phi)
            moments = data_moments(columns, self.phi, chosen.top, clock)
            measure = Measure(centre, radius, root(square), chosen.top, moments)
            return dual_analytic.AnalyticUnits(measure, parameters, chosen, clock)

    def _affordable(self, chosen: dual_analytic.Plan, clock: Clock) -> None:
        """Stop (UNDECIDED) where the moments of the data and their table cost too much."""
        d, top = self.dimension, chosen.top
        work = len(self.phi) * (comb(top + d, d) + 20 * top)
        # one look at a tile per row instead, where there are fewer rows than entries of the table
        entries = comb(chosen.order - 1 + d, d) * comb(chosen.nodes - 1 + d, d)
        needed = work * SECONDS_PER_PRODUCT
        if needed > clock.end - time.monotonic() or (d == 3 and entries > 50 * len(self.phi)):
            raise undecided(
                f"moments up to degree {top} of {len(self.phi)} rows need about {needed:.3g} s, "
                f"more than the time budget of {clock.seconds:g} s"
            )
