"""What truncating the ridgelet spectrum to the band |a| <= lam does: an exact Fourier multiplier.

f_V = S[1_V R[f; rho_k]]/((sigma, rho_k)), V = {|a| <= lam} x R, has the Fourier transform
h(|xi|/lam) fhat(xi), with h(t) the part of the admissibility integral over |w| >= t, divided by the
whole.  With Q(s, x) = Gamma(s, x)/Gamma(s): relu Q((k-d-1)/2, t^2/2), step Q((k-d)/2, t^2/2),
Gaussian Q((k-d+1)/2, t^2), erf Q((k-d)/2, t^2).  For relu and k = d+3, h = exp(-t^2/2): f_V is f
convolved with N(0, I/lam^2); relu needs k even, so this case exists in odd dimensions only.

Proof.  Frequencies xi = w a with |a| <= lam are those with |w| >= |xi|/lam (R0).
Source: note R6; arXiv 2008.08427.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from theory.errors import InputError
from theory.ridgelet.admissibility import admissibility, partial_constant
from theory.ridgelet.transform import WavePacket
from theory.rigor.balls import ball

CELLS = 512
# Beyond this many standard deviations of the spectrum less than 1e-60 of the energy is left.
SPECTRAL_REACH = 12


def truncation_multiplier(name: str, order: int, dimension: int, t: arb) -> arb:
    """h(t) in [0, 1], t = |xi|/lam; h(0) = 1 and h falls in t.

    Raises AssumptionViolated for an order that is not admissible, InputError for t < 0 or not
    finite.
    """
    whole = admissibility(name, order, dimension)
    return partial_constant(name, order, dimension, t) / whole


def spectral_tail(packet: WavePacket, radius: arb) -> arb:
    """(2 pi)^-1 int_{|xi| > r} |fhat|^2 dxi for a wave packet in d = 1; |f|^2 at r = 0."""
    if packet.dimension != 1:
        raise InputError("dimension", packet.dimension, "not 1:", "d = 1 is accepted")
    s, k = ball(packet.scale), ball(packet.frequency[0])
    cross = 2 * (-s * s * k * k).exp() * (s * radius).erfc()
    lines = (s * (radius - k)).erfc() + (s * (radius + k)).erfc()
    return arb.pi().sqrt() * s * (lines + cross) / 4


def truncation_error(
    packet: WavePacket, name: str, order: int, lam: Fraction, cells: int = CELLS
) -> arb:
    """|f - f_V| in L2(R) for the band |a| <= lam, as a ball; d = 1.

    The square is int (1 - h(r/lam))^2 dF(r), F the energy up to the frequency r: 1 - h grows with
    r, so that values at the two ends of each of ``cells`` cells bound it; the radius is of order
    |f|^2/cells.  Raises as :func:`truncation_multiplier`, and InputError for lam <= 0 or d != 1.
    """
    if lam <= 0:
        raise InputError("lam", lam, "not positive:", "a band > 0 is accepted")
    s, frequency = ball(packet.scale), ball(packet.frequency[0])
    reach = (abs(frequency) + SPECTRAL_REACH / s).upper()

    def loss(radius: arb) -> arb:
        return (1 - truncation_multiplier(name, order, 1, radius / ball(lam))) ** 2

    low = high = arb(0)
    beyond, at = spectral_tail(packet, arb(0)), arb(0)
    for j in range(1, cells + 1):
        following = (reach * j / cells).mid()
        beyond_next, at_next = spectral_tail(packet, following), loss(following)
        energy = beyond - beyond_next
        low, high = low + energy * at, high + energy * at_next
        beyond, at = beyond_next, at_next
    low, high = low + beyond * at, high + beyond
    return root_of_square(low.union(high))


def root_of_square(square: arb) -> arb:
    """sqrt of a ball known to hold a square: what lies below 0 is cut off."""
    return square.lower().max(arb(0)).sqrt().union(square.upper().sqrt())
