"""Three readings of 'random weights in a bounded domain cannot approximate', side by side.

Target f = exp(-x^2/(2s^2)) cos(k x), Gaussian units, hidden weights |a| <= lam, norm L2(R).

(a) *Unrestricted*, for every choice of output weights: false.  An explicit network of shifted
    units, all with a = lam, comes closer to f than the truncated spectrum of (b).
(b) *Truncated spectrum*, gamma = 1_V R[f; rho_k]: true and exact, |f - f_V|^2 is the integral of
    |fhat|^2 (1 - h)^2 (R6), a property of one particular gamma.
(c) *With a budget*: true.  Every network with |c|_1 <= B errs by at least sup_T (|f_{|xi|>T}| - B
    s(T)), s(T)^2 = sqrt(pi) erfc(T/lam)/lam for T >= 0.6 lam (R3), whatever its width.  The network
    of (a) spends a budget large enough to satisfy it.  For densities on V with L2 norm B the
    smallest error is known exactly (R2); that law does not bind finite networks.

Source: notes R2, R3, R5, R6; arXiv 2008.08427.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import acb, arb, arb_mat

from theory.errors import InputError
from theory.ridgelet.admissibility import smallest_order
from theory.ridgelet.multiplier import root_of_square, spectral_tail, truncation_error
from theory.ridgelet.transform import WavePacket
from theory.rigor.balls import Truth, ball, float_down, float_up, less, working_precision

if TYPE_CHECKING:
    from theory.ridgelet.response import Point

SOLVE_PRECISION = 256
LARGEST_UNITS = 200
THRESHOLDS = 64
# sup over a <= lam of erfc(T/a)/a is at a = lam once T >= 0.53160 lam (lemma R3-gaussian)
LEAST_RATIO = Fraction(3, 5)


@dataclass(frozen=True)
class Budgeted:
    """No network with |c|_1 <= ``budget`` and |a| <= lam errs by less than ``floor``."""

    budget: Fraction
    floor: float


@dataclass(frozen=True)
class ThreeReadings:
    """The three readings for one target; errors in L2(R).

    ``a``, ``b``, ``c`` are the exact float64 parameters of the network sum c_j exp(-(a_j x -
    b_j)^2/2) of reading (a), ``network_error`` encloses its error and ``network_budget`` its
    |c|_1; ``truncated_error`` is (b) with the dual order ``order``; ``budgeted`` is (c) for finite
    networks and ``law`` its form for densities, the pairs (B(mu), E(mu)).
    """

    packet: WavePacket
    lam: Fraction
    order: int
    norm: arb
    a: tuple[float, ...]
    b: tuple[float, ...]
    c: tuple[float, ...]
    network_error: arb
    network_budget: arb
    truncated_error: arb
    budgeted: tuple[Budgeted, ...]
    law: tuple[Point, ...]

    @property
    def unrestricted_refuted(self) -> Truth:
        """Whether the network in the band certainly beats the truncated spectrum."""
        return less(self.network_error, self.truncated_error)


def three_readings(
    packet: WavePacket,
    lam: Fraction,
    units: int,
    budgets: tuple[Fraction, ...] = (),
    mus: tuple[Fraction, ...] = (),
) -> ThreeReadings:
    """The three readings for a wave packet in d = 1; ``budgets`` and ``mus`` choose rows of (c).

    The units sit at shifts x = b/lam, equally spaced over the packet (one unit sits at 0); their
    output weights solve the normal equations in balls and are then rounded to float64.  Raises
    InputError for d != 1, a band that is no positive float64, or a number of units not in 1..200.
    """
    if packet.dimension != 1:
        raise InputError("dimension", packet.dimension, "not 1:", "d = 1 is accepted")
    if lam <= 0 or Fraction(float(lam)) != lam:
        raise InputError("lam", lam, "no positive float64:", "a band such as 2 is accepted")
    if not 1 <= units <= LARGEST_UNITS:
        raise InputError("units", units, "out of range:", f"1 to {LARGEST_UNITS} are accepted")
    order = smallest_order("gaussian", 1)
    b = _shifts(packet, lam, units)
    with working_precision(SOLVE_PRECISION):
        c = _output_weights(packet, lam, b)
        error, budget = _network_error(packet, lam, b, c), sum((abs(ball(w)) for w in c), arb(0))
        truncated = truncation_error(packet, "gaussian", order, lam)
        floors = tuple(Budgeted(B, line_floor(packet, lam, ball(B))) for B in budgets)
        norm = packet.norm_square().sqrt()
    a = (float(lam),) * units
    law = _law(packet, lam, mus)
    return ThreeReadings(packet, lam, order, norm, a, b, c, error, budget, truncated, floors, law)


def _law(packet: WavePacket, lam: Fraction, mus: tuple[Fraction, ...]) -> tuple[Point, ...]:
    """The pairs (B(mu), E(mu)) of R2."""
    if not mus:
        return ()
    from theory.ridgelet.response import Response, mass_of_target

    s, k = packet.scale, packet.frequency[0]
    text = f"exp(-x**2/({2 * s * s}))*cos(({k})*x)"
    response = Response(mass_of_target(text, 1), "gaussian", lam)
    return tuple(response.at_mu(mu) for mu in mus)


def line_floor(packet: WavePacket, lam: Fraction, budget: arb) -> float:
    """max_T (|f_{|xi|>T}| - B s(T)), rounded down: the floor of R3 for Gaussian units, at least 0.

    |f - g|_L2(R) >= the value for every network with |a_j| <= lam and |c|_1 <= B.
    """
    s = ball(packet.scale)
    top = abs(ball(packet.frequency[0])) + 4 / s
    best = 0.0
    for j in range(THRESHOLDS + 1):
        T = (ball(LEAST_RATIO * lam) + top * j / THRESHOLDS).upper()
        unit = (arb.pi().sqrt() * (T / ball(lam)).erfc() / ball(lam)).sqrt()
        best = max(best, float_down(spectral_tail(packet, T).sqrt() - budget * unit))
    return best


def _shifts(packet: WavePacket, lam: Fraction, units: int) -> tuple[float, ...]:
    """b_j = lam x_j for equally spaced x_j in [-5 s, 5 s], symmetric about 0."""
    if units == 1:
        return (0.0,)
    reach = float(5 * packet.scale * lam)
    return tuple(reach * (2 * j - units + 1) / (units - 1) for j in range(units))


def _pairing(packet: WavePacket, lam: Fraction, b: float) -> arb:
    """<f, exp(-(lam x - b)^2/2)> = sqrt(2 pi/P) Re exp((lam b + i k)^2/(2P) - b^2/2)."""
    P = 1 / ball(packet.scale) ** 2 + ball(lam) ** 2
    wave = acb(ball(lam) * ball(b), ball(packet.frequency[0]))
    return (2 * arb.pi() / P).sqrt() * (wave * wave / (2 * P) - ball(b) ** 2 / 2).exp().real


def _overlap(lam: Fraction, left: float, right: float) -> arb:
    """int exp(-(lam x - b)^2/2 - (lam x - b')^2/2) dx = sqrt(pi) exp(-(b-b')^2/4)/lam."""
    return arb.pi().sqrt() * (-((ball(left) - ball(right)) ** 2) / 4).exp() / ball(lam)


def _output_weights(packet: WavePacket, lam: Fraction, b: tuple[float, ...]) -> tuple[float, ...]:
    n = len(b)
    gram = arb_mat(n, n, [_overlap(lam, left, right) for left in b for right in b])
    target = arb_mat(n, 1, [_pairing(packet, lam, shift) for shift in b])
    solution = gram.solve(target)
    return tuple(float_up(solution[j, 0].mid()) for j in range(n))


def _network_error(
    packet: WavePacket, lam: Fraction, b: tuple[float, ...], c: tuple[float, ...]
) -> arb:
    """|f - g|_L2(R) from |f|^2 - 2 <f, g> + |g|^2, all in closed form."""
    weights = [ball(w) for w in c]
    square = packet.norm_square()
    for left, w in zip(b, weights, strict=True):
        square -= 2 * w * _pairing(packet, lam, left)
        for right, v in zip(b, weights, strict=True):
            square += w * v * _overlap(lam, left, right)
    return root_of_square(square)
