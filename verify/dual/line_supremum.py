"""sup |F| over V on the line, fast: F(a, b) = int phi(x) sigma(a x - b) dP as a sum in float64.

F is a Gauss-Legendre sum with a proved remainder; on a tile with centre (a, b) and half-widths
(h_a, h_b) it is enclosed by its second-order Taylor polynomial there and the remainder
sup|sigma'''|/6 sum |v_q| (|x_q| h_a + h_b)^3, all roundings bounded.  Tiles are halved many at a
time.  It shares no code with the checker, whose Taylor tiles in balls must find the same.

The quadrature: on [-1, 1] the sum with n nodes of a function that is at most M0 in the Bernstein
ellipse rho is off by at most 4 M0 rho^(-2n)/(1 - 1/rho) for the uniform probability measure.
Source: note R4.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from theory.ridgelet.strips import bound as strip_bound
from theory.rigor.balls import ball, float_up, working_precision
from verify.dual.floats import FLOATING, LARGEST, UNIT, Array, Floating
from verify.dual.search import Supremum

BITS = 128
MOST_NODES = 256
BATCH, MOST_TILES = 4096, 400_000
FIRST = 8
# Odd or even: (a, b) -> (-a, -b) changes at most the sign of F.
SYMMETRIC = frozenset({"tanh", "gaussian"})
SLACK = 1.0 + 2.0**-40
RHOS = (1.2, 1.4, 1.7, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0)


@dataclass(frozen=True)
class Sum:
    """F(a, b) = sum_q v_q sigma(a x_q - b) up to ``remainder``, |a| <= band, |b| <= beta."""

    x: Array
    v: Array
    remainder: float
    sigma: Floating
    band: float
    beta: float

    @property
    def rounding(self) -> float:
        """Bound of the error of a computed sum over sigma or a derivative, powers of x aside.

        Arguments a x - b are off by 3 u (band |x| + beta), which sigma and its derivatives multiply
        by at most max(1, sup|sigma'''|); the sum itself by (Q + 2) u.
        """
        mass = float(np.abs(self.v).sum())
        reach = self.band * float(np.abs(self.x).max()) + self.beta
        shift = 3 * UNIT * reach * max(1.0, self.sigma.third)
        return mass * (self.sigma.error + shift + (self.x.size + 4) * UNIT * 2) * SLACK


def line_sum(
    coefficients: Sequence[float],
    low: Fraction,
    high: Fraction,
    activation: str,
    band: Fraction,
    beta: Fraction,
) -> Sum | None:
    """The sum for phi = sum_k c_k sqrt(2k+1) P_k on [low, high]; None where this way is not open.

    It is not for activations without a floating form, nor where the strip of analyticity is too
    narrow for ``MOST_NODES`` nodes.
    """
    sigma = FLOATING.get(activation)
    radius, centre = (high - low) / 2, (low + high) / 2
    reach = float(band) * float(max(abs(low), abs(high))) + float(beta)
    if sigma is None or 2 * reach > LARGEST:
        return None
    with working_precision(BITS):
        choice = _quadrature(coefficients, activation, ball(band) * ball(radius))
        if choice is None:
            return None
        count, remainder = choice
        x, v, moved = [], [], arb(0)
        for k in range(count):
            node, weight = arb.legendre_p_root(count, k, weight=True)
            place = ball(centre) + ball(radius) * node
            value = weight / 2 * _phi(coefficients, node)
            x.append(float(place.mid()))
            v.append(float(value.mid()))
            # a node off by delta moves the argument by band delta
            moved += abs(value - v[-1]) * sigma.size
            moved += abs(value) * sigma.slope * ball(band) * abs(place - x[-1])
        return Sum(
            x=np.array(x),
            v=np.array(v),
            remainder=float_up(remainder + moved),
            sigma=sigma,
            band=float_up(ball(band)),
            beta=float_up(ball(beta)),
        )


def _phi(coefficients: Sequence[float], u: arb) -> arb:
    before, here, total = arb(0), arb(1), arb(0)
    for k, c in enumerate(coefficients):
        total += c * arb(2 * k + 1).sqrt() * here
        before, here = here, ((2 * k + 1) * u * here - k * before) / (k + 1)
    return total


def _quadrature(
    coefficients: Sequence[float], activation: str, spread: arb
) -> tuple[int, arb] | None:
    """Nodes and remainder: |P_k| <= rho^k in the ellipse, sigma at most its strip bound there."""
    best: tuple[int, arb] | None = None
    size = sum((abs(arb(c)) for c in coefficients), arb(0))
    for number in RHOS:
        rho = arb(number)
        height = spread * (rho - 1 / rho) / 2
        sigma = strip_bound(activation, height, spread)
        if not sigma.is_finite():
            break
        phi = sum(
            (abs(arb(c)) * arb(2 * k + 1).sqrt() * rho**k for k, c in enumerate(coefficients)),
            arb(0),
        )
        scale = 4 * phi * sigma / (1 - 1 / rho)
        wanted = math.log(float((scale / size).mid())) + 38.0
        count = max(2, math.ceil(wanted / (2 * math.log(number))))
        if count <= MOST_NODES and (best is None or count < best[0]):
            best = (count, scale * rho ** (-2 * count))
    return best


def line_supremum(
    found: Sum, symmetric: bool, enough: Callable[[float, float], bool], end: float
) -> Supremum | None:
    """sup |F| over V until ``enough(low, high)``; None if rounding or the number of tiles is in the
    way.  ``symmetric``: sigma is odd or even, so that a >= 0 suffices.  The box is that of the
    floats above band and beta.
    """
    parts = FIRST if symmetric else 2 * FIRST
    width_a = found.band / FIRST
    a = np.asarray((np.arange(parts) + 0.5) * width_a - (0.0 if symmetric else found.band))
    count = 2 * FIRST if found.beta else 1
    b = np.asarray(((np.arange(count) + 0.5) * (2 / count) - 1.0) * found.beta)
    a, b = np.repeat(a, b.size), np.tile(b, a.size)
    # tiles overlap by the rounding of their centres
    half_a, half_b = width_a / 2 * SLACK, found.beta / FIRST / 2 * SLACK + UNIT * found.beta
    low, done, seen = 0.0, 0.0, 0
    while True:
        at, above = _bounds(found, a, b, half_a, half_b)
        seen += a.size
        low = max(low, float(at.max()))
        high = max(done, float(above.max()))
        if enough(low, high):
            return Supremum(low, high, seen, True)
        open_ = above > max(low, done)
        # what is already close enough to the best is not halved again
        settled = np.array([enough(low, value) for value in above[open_].tolist()], dtype=bool)
        rest = np.flatnonzero(open_)
        if settled.any():
            done = max(done, float(above[rest[settled]].max()))
        rest = rest[~settled]
        if not rest.size:
            return Supremum(low, max(done, low), seen, enough(low, max(done, low)))
        if seen > MOST_TILES or rest.size > BATCH or time.monotonic() > end:
            return None
        half_a, half_b = half_a / 2 * SLACK, half_b / 2 * SLACK
        if half_a < 2.0**-40 * found.band:
            return None
        a, b = _quarters(a[rest], b[rest], half_a, half_b)


def _quarters(a: Array, b: Array, half_a: float, half_b: float) -> tuple[Array, Array]:
    """The centres of the quarters of tiles; of their halves where b has no extent."""
    signs = ((-1, -1), (-1, 1), (1, -1), (1, 1)) if half_b else ((-1, 0), (1, 0))
    return (
        np.concatenate([a + s * half_a for s, _ in signs]),
        np.concatenate([b + s * half_b for _, s in signs]),
    )


def _bounds(found: Sum, a: Array, b: Array, half_a: float, half_b: float) -> tuple[Array, Array]:
    """Lower bounds of |F| at the centres (inside V), upper bounds over the tiles."""
    x, v, sigma = found.x, found.v, found.sigma
    y, slope, bend = sigma.values(a[:, None] * x - b[:, None])
    value, g, h = y @ v, slope @ np.stack([v * x, v], 1), bend @ np.stack([v * x * x, v * x, v], 1)
    size = np.abs(x) * half_a + half_b
    third = sigma.third / 6 * float((np.abs(v) * size**3).sum())
    reach = float(size.max())
    rounding = found.rounding * (1 + reach + reach * reach) + found.remainder
    quadratic = (
        np.abs(h[:, 0]) * half_a**2
        + 2 * np.abs(h[:, 1]) * half_a * half_b
        + np.abs(h[:, 2]) * half_b**2
    ) / 2
    above = np.abs(value) + np.abs(g[:, 0]) * half_a + np.abs(g[:, 1]) * half_b + quadratic
    inside = (np.abs(a) <= found.band * (1 - 2.0**-50)) & (np.abs(b) <= found.beta)
    at = np.where(inside, np.maximum(np.abs(value) - rounding, 0.0) * (1 - 2.0**-50), 0.0)
    return at, (above + third + rounding) * SLACK
