"""The ridgelet transform of a Gaussian wave packet, in closed form and in balls.

f(x) = exp(-|x|^2/(2 s^2)) cos(k0.x), rho_k the k-th derivative of the standard normal density:

    R[f;rho_k](a,b) = (2 pi)^(d/2) s^d exp(-s^2 |k0|^2/2) v^(-(k+1)/2) Re[He_k(z) exp(-z^2/2)]
                      / sqrt(2 pi),      v = 1 + s^2 |a|^2,  z = (b - i s^2 a.k0)/sqrt(v).

Proof.  int exp(-|x|^2/(2s^2) + i k0.x) phi(a.x - b) dx is a Gaussian convolution, a normal density
in b with complex mean and variance v; k derivatives in b give the Hermite polynomial He_k.
Source: note R0; arXiv 2008.08427.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import acb, arb
from numpy.typing import NDArray

from theory.errors import InputError
from theory.rigor.balls import ball

Array = NDArray[np.float64]


@dataclass(frozen=True)
class WavePacket:
    """f(x) = exp(-|x|^2/(2 s^2)) cos(k0.x) on R^d; ``scale`` s > 0, ``frequency`` k0 (d entries).

    Raises InputError for a scale that is not positive or a frequency without entries.
    """

    scale: Fraction
    frequency: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        if self.scale <= 0:
            raise InputError("scale", self.scale, "not positive:", "a scale > 0 is accepted")
        if not self.frequency:
            raise InputError("frequency", "()", "has no entries:", "one entry per input")

    @property
    def dimension(self) -> int:
        """Number d of inputs."""
        return len(self.frequency)

    @property
    def frequency_square(self) -> Fraction:
        """|k0|^2."""
        return sum((k * k for k in self.frequency), Fraction(0))

    def value(self, x: tuple[arb, ...]) -> arb:
        """f(x) as a ball; ``x`` has d entries."""
        square = sum((t * t for t in x), arb(0))
        phase = sum((ball(k) * t for k, t in zip(self.frequency, x, strict=True)), arb(0))
        return (-square / (2 * ball(self.scale) ** 2)).exp() * phase.cos()

    def values(self, points: Array) -> Array:
        """f in float64 at ``points`` of shape (m, d); measured."""
        phase = points @ np.array([float(k) for k in self.frequency])
        square = np.square(points).sum(axis=1)
        return np.asarray(np.exp(-square / (2 * float(self.scale) ** 2)) * np.cos(phase))

    def fourier(self, xi: tuple[arb, ...]) -> arb:
        """fhat(xi) = int f(x) exp(-i xi.x) dx, real; ``xi`` has d entries."""
        s2, d = ball(self.scale) ** 2, self.dimension
        two = arb(0)
        for sign in (-1, 1):
            square = arb(0)
            for t, k in zip(xi, self.frequency, strict=True):
                square += (t - sign * ball(k)) ** 2
            two += (-s2 * square / 2).exp()
        return (2 * arb.pi() * s2) ** (arb(d) / 2) * two / 2

    def norm_square(self) -> arb:
        """|f|^2 in L2(R^d) = (sqrt(pi) s)^d (1 + exp(-s^2 |k0|^2))/2."""
        s = ball(self.scale)
        fade = (-(s**2) * ball(self.frequency_square)).exp()
        return (arb.pi().sqrt() * s) ** self.dimension * (1 + fade) / 2


def hermite(order: int, z: acb) -> acb:
    """He_k(z), the probabilists' Hermite polynomial, by its three-term recurrence."""
    below, here = acb(0), acb(1)
    for j in range(order):
        below, here = here, z * here - j * below
    return here


def ridgelet_transform(packet: WavePacket, order: int, a: tuple[arb, ...], b: arb) -> arb:
    """R[f; rho_k](a, b) as a ball; ``a`` has d entries."""
    _natural(order)
    return _packet_transform(packet, order, tuple(acb(t) for t in a), acb(b)).real


def complex_transform(packet: WavePacket, order: int, a: acb, b: acb, *, variance: int = 1) -> acb:
    """The analytic continuation of R[f; rho_k] in (a, b), d = 1, for quadrature.

    ``variance`` is that of the normal density whose k-th derivative stands for rho_k: 2 is the
    transform convolved in b with a standard normal density.  Not finite where the ball of v meets
    the cut of the square root.
    """
    if packet.dimension != 1:
        raise InputError("dimension", packet.dimension, "not 1:", "d = 1 is accepted")
    return _packet_transform(packet, order, (a,), b, variance)


def _packet_transform(
    packet: WavePacket, k: int, a: tuple[acb, ...], b: acb, variance: int = 1
) -> acb:
    s2, d = ball(packet.scale) ** 2, packet.dimension
    v = acb(variance)
    shift = acb(0)
    for t, frequency in zip(a, packet.frequency, strict=True):
        v += s2 * t * t
        shift += s2 * ball(frequency) * t
    root = v.sqrt(analytic=True)
    fade = (-s2 * ball(packet.frequency_square) / 2).exp()
    total = acb(0)
    # the real part on the line is the mean over z and its conjugate, which is analytic in (a, b)
    for sign in (-1, 1):
        z = (b + acb(0, sign) * shift) / root
        total += hermite(k, z) * (-z * z / 2).exp()
    scale = (2 * arb.pi()) ** (arb(d - 1) / 2) * ball(packet.scale) ** d * fade / 2
    return scale * total / root ** (k + 1)


def transform_bound(packet: WavePacket, order: int) -> arb:
    """C with |R[f; rho_k](a, b)| <= C (1 + s^2 |a|^2)^(-(k+1)/2) for all real (a, b).

    With y = s |k0| >= |Im z|: |exp(-z^2/2)| <= exp(y^2/2 - u^2/2), u = Re z, and |He_k(z)| is at
    most the sum of |h_j| (|u| + y)^j; sup u^i exp(-u^2/2) = (i/e)^(i/2) bounds it term by term.
    """
    _natural(order)
    s, d = ball(packet.scale), packet.dimension
    y = s * ball(packet.frequency_square).sqrt()
    total = arb(0)
    for j, size in enumerate(_hermite_sizes(order)):
        for i in range(j + 1) if size else ():
            peak = arb(1) if i == 0 else (arb(i) / arb(1).exp()) ** (arb(i) / 2)
            total += size * math.comb(j, i) * y ** (j - i) * peak
    # exp(-s^2|k0|^2/2) and exp(y^2/2) cancel
    return (2 * arb.pi()) ** (arb(d - 1) / 2) * s**d * total


def values(packet: WavePacket, order: int, a: Array, b: Array) -> Array:
    """R[f; rho_k] in float64, elementwise; ``a`` (..., d), ``b`` (...); measured."""
    s2, d = float(packet.scale) ** 2, packet.dimension
    v = 1 + s2 * np.square(a).sum(axis=-1)
    k0 = np.array([float(k) for k in packet.frequency])
    z = (b - 1j * s2 * (a @ k0)) / np.sqrt(v)
    below, here = np.zeros_like(z), np.ones_like(z)
    for j in range(order):
        below, here = here, z * here - j * below
    # exp(-s^2|k0|^2/2) goes into the exponent: alone it may underflow where exp(-z^2/2) is huge
    wave = (here * np.exp(-z * z / 2 - s2 * float(packet.frequency_square) / 2)).real
    scale = (2 * math.pi) ** ((d - 1) / 2) * float(packet.scale) ** d
    return np.asarray(scale * wave * v ** (-(order + 1) / 2), dtype=np.float64)


def _hermite_sizes(order: int) -> list[int]:
    """|h_j| of He_k = sum h_j z^j."""
    below, here = [0], [1]
    for j in range(order):
        padded = [*below, *[0] * (len(here) + 1 - len(below))]
        below, here = here, [up + j * low for up, low in zip([0, *here], padded, strict=True)]
    return here


def _natural(order: int) -> None:
    if order < 0:
        raise InputError("order", order, "negative:", "an order k >= 0 is accepted")
