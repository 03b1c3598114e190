"""How far the stored network can be from the ideal one: a rigorous bound in O(n) float64.

In the unit coordinate t, x = a + (b-a) t, the stored network is alpha + gam h_file(t), where
gam = gamma_file (b-a) and
    h(t) = sum_i p_i relu(t - t_i) + q_i relu(t_i - t).
The ideal h has p_i = K_i/(n-1) and t_i = i/(n-1) exactly; in the file both are rounded.  With
r_i = K_i - p_i (n-1) and eps_i the error of the location t_i, h_file - h_ideal = A + B:

A (coefficients) is piecewise linear with the ideal knots, so its extrema are at the knots:
    A(j/(n-1)) = -R_j/(n-1)^2,
    R_0 = sum_i i r_i(q), R_{j+1} = R_j + sum_{i<=j} r_i(p) - sum_{i>j} r_i(q).
B (locations) is constant between the knots, with the value B_j after knot j,
    B_{-1} = sum_i q_i eps_i, B_j = B_{j-1} - (p_j + q_j) eps_j,
and between t_j and t_j + eps_j it is a convex combination of B_{j-1} and B_j: with
t = t_j + theta eps_j the term of knot j is either -theta p eps + (1-theta) q eps (eps > 0) or
-(1-theta) p eps + theta q eps (eps < 0).  This needs |eps| < d/2, so that only one knot is on the
move; otherwise every knot is charged max(|p|,|q|)|eps| on top.

The signed prefix sums are what makes this small: the errors of a million coefficients cancel like a
random walk, and a sum of their sizes would be larger than the approximation error of P8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import numpy as np

from numerics.networks import Array
from numerics.permutation.feedback import Integers

UNIT_ROUNDOFF = 2.0**-53
BLOCK = 1 << 14
Domain = tuple[Fraction, Fraction]
Number = TypeVar("Number", Array, float)


@dataclass(frozen=True)
class Drift:
    """lower <= h_file - h_ideal <= upper on [0,1]; ``start`` is close to its value at t = 0."""

    lower: float
    upper: float
    start: float

    def sup(self, gam: Fraction, shift: Fraction = Fraction(0)) -> Fraction:
        """Bound of sup |shift + gam (h_file - h_ideal)| over [0,1]."""
        ends = (gam * Fraction(self.lower), gam * Fraction(self.upper))
        return max(abs(shift + end) for end in ends)


def coefficients(numerators: Integers) -> Array:
    """fl(K/(n-1)) for integers K of shape (n,), correctly rounded, 0.0 for 0."""
    quotient: Array = numerators / (numerators.size - 1)
    return quotient


def drift(p: Integers, q: Integers, locations: Array, domain: Domain) -> Drift:
    """Enclosure of h_file - h_ideal for the network with p_i = fl(p[i]/(n-1)), q_i likewise.

    ``p``, ``q``: integers of size < 2^26, shape (n,), n >= 2; ``locations``: (n,), in the user's
    coordinates.
    """
    size = p.size
    # Every float below comes from its inputs by at most 2n + 8 roundings, each of relative size
    # UNIT_ROUNDOFF, so it is within slip times the sum of the magnitudes that enter it: for a sum
    # of m terms in any order the factor is gamma_m = m u/(1 - m u) < 1.01 m u, and the factor 2 in
    # slip covers the roundings of the magnitudes themselves.
    slip = 2.02 * (2 * size + 8) * UNIT_ROUNDOFF
    p_file, q_file = coefficients(p), coefficients(q)

    residual_p, residual_q = _division_residual(p, p_file), _division_residual(q, q_file)
    index = np.arange(size, dtype=np.float64)
    slopes = np.empty(size)
    slopes[0] = (index * residual_q).sum()  # R_0; the slopes proper follow
    slopes[1] = residual_p[0] - residual_q[1:].sum()
    slopes[2:] = (residual_p + residual_q)[1:-1]
    slopes[1:] = slopes[1:].cumsum()
    knots = slopes.cumsum()
    mass = float(np.abs(residual_p).sum() + np.abs(residual_q).sum())
    # R_0 and each of n-1 slopes are within slip * (n mass, mass); summing them slips once more.
    knot_error = slip * (2 * size * mass + float(np.abs(slopes).sum()))
    by_coefficients = -knots / (size - 1) ** 2

    moves, move_error = _location_errors(locations, domain)
    after = np.empty(size + 1)
    after[0] = (q_file * moves).sum()
    after[1:] = -(p_file + q_file) * moves
    charge = np.abs(p_file) + np.abs(q_file)
    shifted_mass = float((charge * np.abs(moves)).sum())
    by_locations = after.cumsum()
    move = float(np.abs(moves).max()) + move_error
    error = knot_error / (size - 1) ** 2 + slip * shifted_mass + move_error * float(charge.sum())
    # Between a knot and its stored place A has moved by at most its slope times the move.
    error += move * mass / (size - 1)
    if move >= 0.49 / (size - 1):
        error += move * float(charge.sum())

    left, right = by_coefficients + by_locations[:-1], by_coefficients + by_locations[1:]
    lower = float(min(left.min(), right.min()))
    upper = float(max(left.max(), right.max()))
    error = 1.01 * error + 8 * UNIT_ROUNDOFF * max(
        float(np.abs(by_coefficients).max()), float(np.abs(by_locations).max())
    )
    start = float(left[0] if moves[0] > 0 else right[0])
    return Drift(_down(lower - error), _up(upper + error), start)


def _division_residual(numerators: Integers, quotients: Array) -> Array:
    """K - fl(K/(n-1)) (n-1), exactly: the residual of a division is a float64, like every step."""
    divisor, rests = float(numerators.size - 1), np.empty(numerators.size)
    for part in _blocks(numerators.size):
        high, low = _two_product(quotients[part], divisor)
        rests[part] = (numerators[part] - high) - low
    return rests


def _location_errors(locations: Array, domain: Domain) -> tuple[Array, float]:
    """eps_i = (locations_i - a)/(b-a) - i/(n-1), and a bound of the error of these floats.

    The float64 numbers are correct to a few units in their last place and an absolute error.
    """
    a, b = domain
    size = locations.size
    # A power of two takes the domain to size 1, where no product underflows; it is exact but for
    # locations below 2^-1022 times the size of the domain, an absolute error of 2^-1074.
    largest = max(abs(a), abs(b))
    exponent = largest.numerator.bit_length() - largest.denominator.bit_length()
    scale = Fraction(2) ** -exponent
    a_high, a_low = _split(a * scale)
    step_high, step_low = _split((b - a) * scale / (size - 1))
    length = float((b - a) * scale)
    moves = np.empty(size)
    for part in _blocks(size):
        stored = np.ldexp(locations[part], -exponent)
        index = np.arange(part.start, part.stop, dtype=np.float64)
        high, low = _two_product(index, step_high)
        # stored - a - i step = (stored - (a_high + high)) - (low + a_low + i step_low): the first
        # difference is exact as a sum of two floats, the others are of size 2^-53 and lose 2^-106.
        total, total_low = _two_sum(high, a_high)
        gap, gap_low = _two_sum(stored, -total)
        rest = ((low + a_low) + index * step_low) + (total_low - gap_low)
        moves[part] = (gap - rest) / length
    # Sizes are at most 4 (the scaled domain lies in [-2,2], its length is at most 4), so each of
    # the dozen terms of size <= 2^-50 in ``rest`` loses at most 2^-103.
    return moves, 2.0**-99 / length


def _blocks(size: int) -> Iterator[slice]:
    """Slices of 2^14 numbers, whose temporaries stay in the cache."""
    for start in range(0, size, BLOCK):
        yield slice(start, min(start + BLOCK, size))


def _two_sum(x: Array, y: Array | float) -> tuple[Array, Array]:
    """(s, e) with s = fl(x + y) and s + e = x + y exactly (Knuth)."""
    total = x + y
    other = total - x
    return total, (x - (total - other)) + (y - other)


def _two_product(x: Array, y: float) -> tuple[Array, Array]:
    """(s, e) with s = fl(x y) and s + e = x y exactly (Dekker), without overflow or underflow."""
    product = x * y
    x_high, x_low = _halves(x)
    y_high, y_low = _halves(y)
    error = x_low * y_low - (((product - x_high * y_high) - x_low * y_high) - x_high * y_low)
    return product, error


def _halves(x: Number) -> tuple[Number, Number]:
    """x = high + low with 26 bits each (Veltkamp)."""
    shifted = 134217729.0 * x  # 2^27 + 1
    high = shifted - (shifted - x)
    return high, x - high


def _split(value: Fraction) -> tuple[float, float]:
    """Two floats whose sum is ``value`` up to 2^-106 of its size."""
    high = float(value)
    return high, float(value - Fraction(high))


def _up(value: float) -> float:
    return float(np.nextafter(value, np.inf))


def _down(value: float) -> float:
    return float(np.nextafter(value, -np.inf))


def round_up(value: Fraction) -> float:
    """The smallest float64 that is at least ``value``."""
    nearest = float(value)
    return nearest if Fraction(nearest) >= value else _up(nearest)
