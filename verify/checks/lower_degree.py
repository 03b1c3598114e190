"""Kind ``lower-degree``: a network with a band limit and a budget is nearly a polynomial.

g = sum_j c_j sigma(a_j.x - b_j), any width, |a_ji| <= band for all i, |c|_1 <= budget, on a box
with half-widths r.  With s = a.(x - centre) a unit is sigma(s - b'), |s| <= S = band sum(r).  For
y0 in the strip where sigma is analytic and rho - 1/rho = 2 y0/S, the ellipse of foci -S, S and
semi-axes S (rho + 1/rho)/2 = sqrt(S^2 + y0^2) and y0 lies in that strip; M bounds sigma there, for
every b', up to an affine function for softplus and gelu (``strips``).  The Chebyshev coefficients
of a function bounded by M in it are at most 2 M rho^-k, so a unit is within 2 M rho^-N/(rho-1) of a
polynomial of degree N (N >= 1 where an affine function was taken off), and
    |f - g| >= dist(f, polynomials of total degree <= N) - 2 budget M rho^-N/(rho-1).
A bound ``beta`` of |b| may be declared; nothing depends on it.

The distance.  Norm L2 of the uniform probability measure: sqrt of sum <f, P_alpha>^2 over N <
|alpha| <= top, or, if top = N, of |f|^2 less the sum over |alpha| <= N.  Norm sup: not less than
that; or, along a line parallel to an axis, |sum w_i f(x_i)|/sum |w_i| at N + 2 of its points with
w_i = 1/prod_{j != i} (x_i - x_j), the weights of the divided difference of order N + 1.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from math import prod
from typing import Any

from flint import arb

from verify.checks import fields
from verify.checks.dyadic import arrays, rational
from verify.checks.fields import BoxTarget
from verify.checks.holomorphic import evaluate
from verify.checks.integrals import legendre_moments, square_integral
from verify.checks.strips import GROWING, half_width, strip_bound
from verify.checks.verdicts import Case, Outcome, ball, invalid, precision, quote, refuted

# Largest degrees, by dimension.
MOST_DEGREE = (0, 600, 60, 24)
# Working precision and the accuracy asked of integrals, in bits.
ATTEMPTS = ((96, 56), (192, 110), (384, 240), (768, 500))


def check(case: Case) -> Outcome:
    """Every such network has |f - g| >= bound.value."""
    norm = "sup" if case.certificate.get("norm") == "sup" else "L2"
    keys = ("target", "norm", "activation", "band", "beta", "budget")
    claimed = fields.claimed(case, "lower", *keys, norm=norm)
    target = fields.box_target(case)
    excess, degree = _excess(case, target)
    distance = _distance(case, target, norm, degree)
    for bits, accuracy in ATTEMPTS:
        with precision(bits):
            provable = distance(accuracy) - excess()
            if ball(claimed) <= provable:
                return Outcome("PROVED", f"degree {degree}, {bits} bits")
            if ball(claimed) > provable:
                raise refuted(f"degree {degree} gives less: {provable.str(10, radius=False)}")
    return Outcome("UNDECIDED", f"degree {degree}: the distance is not known well enough")


def _excess(case: Case, target: BoxTarget) -> tuple[Callable[[], arb], int]:
    """2 budget M rho^-N/(rho - 1), and N."""
    stated = case.certificate
    name = stated["activation"]
    if not isinstance(name, str) or half_width(name) is None:
        raise invalid(f"activation is not analytic: {quote(name)}")
    band, budget = rational(stated["band"], "band"), rational(stated["budget"], "budget")
    if band <= 0 or budget < 0:
        raise invalid("band is not positive or budget is negative")
    if stated["beta"] is not None and rational(stated["beta"], "beta") <= 0:
        raise invalid("beta is neither null nor positive")
    scalars = _scalars(case)
    degree = _integer(scalars["N"], "N", MOST_DEGREE[len(target.sides)])
    if name in GROWING and degree == 0:
        raise refuted("N = 0 does not suffice for an activation that grows")
    height = rational(scalars["y0"], "y0")
    if height <= 0:
        raise invalid("y0 is not positive")
    span = band * sum(((high - low) / 2 for low, high in target.sides), Fraction(0))

    def evaluate_excess() -> arb:
        y, reach = ball(height), ball(span)
        width = half_width(name)
        if width is None or y >= width:
            raise refuted("y0 lies beyond the strip in which the activation is analytic")
        rho = y / reach + (1 + y * y / (reach * reach)).sqrt()
        size = strip_bound(name, y, (reach * reach + y * y).sqrt())
        return 2 * ball(budget) * size / ((rho - 1) * rho**degree)

    return evaluate_excess, degree


def _scalars(case: Case) -> dict[str, Any]:
    """The scalars of the witness: N, y0 and either ``top`` or ``axis``."""
    found = case.certificate["witness"]
    stated = found.get("scalars") if isinstance(found, dict) else None
    last = "axis" if isinstance(stated, dict) and "axis" in stated else "top"
    return fields.witness(case, ("N", "y0", last))[1]


def _integer(value: object, where: str, most: int) -> int:
    number = rational(value, where)
    if number.denominator != 1 or not 0 <= number <= most:
        raise invalid(f"{where} is not an integer from 0 to {most}: {quote(value)}")
    return int(number)


def _distance(case: Case, target: BoxTarget, norm: str, degree: int) -> Callable[[int], arb]:
    """The distance to polynomials of degree N in the norm, as a function of the accuracy."""
    scalars = _scalars(case)
    witness, _ = fields.witness(case, scalars)
    if "axis" in scalars:
        if norm != "sup":
            raise invalid("points prove a distance in the sup norm only")
        axis = _integer(scalars["axis"], "axis", len(target.sides) - 1)
        return _line(case, target, degree, axis, witness)
    if witness.get("arrays") != {}:
        raise invalid("witness.arrays is not empty")
    top = _integer(scalars["top"], "top", MOST_DEGREE[len(target.sides)])
    if top < degree:
        raise invalid("top is less than N")

    def distance(accuracy: int) -> arb:
        found = legendre_moments(target, top, case.clock, accuracy)
        squares = {alpha: c * c for alpha, c in found.items()}
        if top > degree:
            square = sum((s for alpha, s in squares.items() if sum(alpha) > degree), arb(0))
        else:
            square = square_integral(target, case.clock, accuracy) - sum(squares.values(), arb(0))
        # The true number is >= 0, whatever the ball says.
        return square.nonnegative_part().sqrt() if square.is_finite() else arb.nan()

    return distance


def _line(
    case: Case, target: BoxTarget, degree: int, axis: int, witness: dict[str, Any]
) -> Callable[[int], arb]:
    dimension = len(target.sides)
    sizes = {"base": dimension, "points": degree + 2}
    base, points = arrays(case, witness, sizes)
    if any(before >= after for before, after in pairwise(points)):
        raise refuted("the points are not ascending")
    ends = [(p, p) for p in base]
    ends[axis] = (points[0], points[-1])
    for (first, last), (low, high) in zip(ends, target.sides, strict=True):
        if Fraction(first) < low or Fraction(last) > high:
            raise refuted("a point lies outside the domain")

    def distance(accuracy: int) -> arb:
        # The weights alternate in sign and differ by many powers of two.
        with precision(accuracy + 64 + 8 * len(points)):
            xs = [arb(x) for x in points]
            columns = [xs if k == axis else [arb(b)] * len(xs) for k, b in enumerate(base)]
            values = evaluate(target.expression, columns, case.clock)
            total, size = arb(0), arb(0)
            for i, value in enumerate(v for v in values if isinstance(v, arb)):
                gaps = (xs[i] - x for j, x in enumerate(xs) if j != i)
                weight = 1 / prod(gaps, start=arb(1))
                total += weight * value
                size += abs(weight)
            return abs(total / size)

    return distance
