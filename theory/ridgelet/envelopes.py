"""Explicit tails: envelopes C r^p exp(s r + t r^2) of spectra beyond some r >= 1, and their tails.

An upper envelope bounds |e(r)| from above, a lower one e(r) from below by a positive number, both
for every r >= R >= 1, so that exponents may be compared one by one (r^p <= r^q for p <= q).
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from theory.errors import InputError
from theory.ridgelet.spectra import ENTIRE, HYPERBOLIC, POWERS


@dataclass(frozen=True)
class Envelope:
    """C r^p exp(s r + t r^2), C >= 0, for all r >= R."""

    C: arb
    p: arb
    s: arb
    t: arb

    def times(self, other: Envelope) -> Envelope:
        """The envelope of a product (two upper, or two lower ones)."""
        return Envelope(self.C * other.C, self.p + other.p, self.s + other.s, self.t + other.t)

    def inverse(self) -> Envelope:
        """Upper to lower and back: the envelope of 1/e."""
        return Envelope(1 / self.C, -self.p, -self.s, -self.t)

    def power(self, exponent: arb) -> Envelope:
        """The envelope of e^exponent, exponent >= 0."""
        C = arb(0) if self.C.is_zero() else (exponent * self.C.log()).exp()
        return Envelope(C, exponent * self.p, exponent * self.s, exponent * self.t)

    def plus(self, other: Envelope) -> Envelope:
        """An upper envelope of a sum of upper ones: that of the one that decays less."""
        if self.C.is_zero() or other.C.is_zero():
            return other if self.C.is_zero() else self
        shape: list[arb] = []
        gaps: list[list[arb]] = [[], []]
        leader: int | None = None
        for pair in ((self.t, other.t), (self.s, other.s), (self.p, other.p)):
            if leader is None and (pair[0] < pair[1] or pair[1] < pair[0]):
                leader = 0 if pair[1] < pair[0] else 1
            # exponents that cannot be told apart are replaced by the larger
            top = pair[0].max(pair[1]) if leader is None else pair[leader]
            shape.append(top)
            for index in (0, 1):
                tied = leader is None or index == leader
                gaps[index].append(arb(0) if tied else pair[index] - top)
        C = self.C * _supremum(*gaps[0]) + other.C * _supremum(*gaps[1])
        t, s, p = shape
        return Envelope(C, p, s, t)

    def at(self, r: arb) -> arb:
        """C r^p exp(s r + t r^2)."""
        return self.C * (self.p * r.log() + self.s * r + self.t * r * r).exp()

    def tail(self, R: arb) -> arb:
        """An upper bound of the integral over [R, inf); not finite where none is shown.

        With the logarithmic derivative p/r + s + 2 t r <= -g < 0 beyond R it is e(R)/g; pure
        powers are integrated.
        """
        if self.C.is_zero():
            return arb(0)
        if self.t.is_zero() and self.s.is_zero():
            gap = -self.p - 1
            return self.C * ((self.p + 1) * R.log()).exp() / gap if gap > 0 else arb.pos_inf()
        rate = -(self.p.max(arb(0)) / R + self.s + 2 * self.t * R)
        return self.at(R) / rate if rate > 0 and self.t <= 0 else arb.pos_inf()


def _supremum(c: arb, b: arb, a: arb) -> arb:
    """A bound over r >= 1 of r^a exp(b r + c r^2), the first of c, b, a that is not 0 negative.

    With c < 0 half of the square takes the linear part, half the power.
    """
    rise = a.max(arb(0))
    if c < 0:
        linear = b.max(arb(0))
        return (linear * linear / (-2 * c)).exp() * _peak(rise / 2, -c / 2)
    return _peak(rise, -b) if b < 0 else arb(1)


def _peak(power: arb, rate: arb) -> arb:
    """sup over u >= 0 of u^power exp(-rate u), and 1 for the power 0."""
    if power.is_zero():
        return arb(1)
    return (power * (power / (arb.const_e() * rate)).log()).exp() if power > 0 else arb.pos_inf()


def envelope(C: arb, p: arb | int = 0, s: arb | int = 0, t: arb | int = 0) -> Envelope:
    """The envelope with these constants."""
    return Envelope(C, arb(p), arb(s), arb(t))


def inverse_kappa(name: str, d: int, R: arb) -> Envelope:
    """An upper envelope of 1/kappa(tau), tau >= R; from E_p(x) >= e^-x/(x + p).

    Raises InputError for activations whose kappa vanishes beyond a point.
    """
    pi = arb.pi()
    if name in POWERS:
        power = d + POWERS[name] - 1
        return envelope(arb(power) / 2, power)
    if name in ENTIRE:
        # Gamma(-(q-1)/2, x) = x^(-(q-1)/2) E_((q+1)/2)(x) at x = tau^2
        q, factor = {"gaussian": (d, 2 * pi), "erf": (d + 2, arb(4)), "gelu": (d, arb(1))}[name]
        return envelope((1 + (arb(q) + 1) / (2 * R * R)) / factor, q + 1, 0, 1)
    if name in HYPERBOLIC:
        # the first term of the series; 2 tau in dimension d for the logistic, d + 2 for softplus
        scale = 1 if name == "tanh" else 2
        q = d + 2 if name == "softplus" else d
        factor = 8 * pi * pi * (1 if name == "tanh" else arb(2) ** (q - 1) * arb(scale) ** (1 - q))
        return envelope(pi * scale * (1 + q / (pi * scale * R)) / factor, q, pi * scale)
    raise InputError("activation", name, "has a kappa without a lower envelope:", "another one")
