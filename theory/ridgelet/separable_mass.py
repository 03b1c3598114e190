"""The spectral mass of sums of polynomials times Gaussians in R^d, axis by axis (d >= 2).

For a pair of terms conj(fhat_y) fhat_x = prod_i h_i(xi_i), h_i = p_i exp(-A_i t^2 + q_i t), an
entire function h_i = sum_n c_in t^n, and the sphere's moments are products too:
    int theta^n dtheta = 2 prod_i Gamma((n_i+1)/2)/Gamma((|n|+d)/2) for even n_i, otherwise 0.
So the density over r = |xi| is a power series whose coefficients are one product of series in one
variable:
    w(r) = (2 pi)^-d r^(d-1) sum_j 2 P_j/Gamma(j + d/2) r^(2j),
    sum_j P_j t^j = sum over pairs of prod_i sum_m c_(i,2m) Gamma(m + 1/2) t^m.
It is summed with as many digits as cancel; the terms left out by Cauchy's inequality on |z| = 2R,
where |h_1 ... h_d| <= |p| exp(A_max |z|^2 + |q| |z|) with the coefficients of p made positive.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from flint import acb, acb_poly, arb, arb_poly, arb_series, ctx

from theory.errors import Undecided
from theory.ridgelet.envelopes import Envelope, envelope
from theory.ridgelet.spectral_mass import sphere
from theory.ridgelet.spectral_terms import Term, TermSum
from theory.rigor.balls import float_up, working_precision

SPARE_BITS = 40
# Taylor coefficients at the middle of a ball, and the radius of the disk in half-widths
MOST_COEFFICIENTS, DISK = 48, 4
MOST_SERIES = 6_000
LOG2E = 1.4427


@dataclass(frozen=True)
class _Pair:
    """front prod_i p_i(t) exp(-A_i t^2 + q_i t); ``size`` bounds |prod p_i| in |xi|."""

    front: acb
    polynomials: tuple[acb_poly, ...]
    A: tuple[arb, ...]
    q: tuple[acb, ...]
    size: arb_poly

    @property
    def least(self) -> arb:
        return min(self.A, key=float).lower()

    @property
    def most(self) -> arb:
        return max(self.A, key=float).upper()

    @property
    def real_drift(self) -> arb:
        """|Re q|, which bounds Re(q.theta)."""
        return sum((x.real * x.real for x in self.q), arb(0)).nonnegative_part().sqrt()

    @property
    def drift(self) -> arb:
        """A bound of |q.theta|."""
        return sum((abs(x) * abs(x) for x in self.q), arb(0)).nonnegative_part().sqrt()


class SeparableMass:
    """w(r) of sum_j c_j x^n exp(-sum_i a_ji x_i^2 + z_j.x) in R^d, d >= 2."""

    breaks: tuple[arb, ...] = ()
    total: arb | None = None

    def __init__(self, target: TermSum) -> None:
        self.dimension, self.text = target.dimension, target.text
        self.area = sphere(self.dimension) / (2 * arb.pi()) ** self.dimension
        simple = [part for term in target.terms for part in _expanded(term)]
        self.pairs = [_pair(x, y) for x in simple for y in simple]
        self._sums: dict[tuple[int, int], arb_poly] = {}
        self._known: dict[tuple[str, int, int], list[arb]] = {}

    def series(self, r: arb, point: arb) -> arb_series:
        """Taylor coefficients of w over the ball r > 0."""
        count = ctx.cap
        if r.is_exact():
            return arb_series(self._taylor(r, count))
        middle, half = r.mid(), r.rad()
        length = max(MOST_COEFFICIENTS, 2 * count + 2)
        inner = self._taylor(middle, length)
        disk = DISK * half
        most = self._on_disk(middle, disk)
        step = arb(0, half)
        found = []
        for k in range(count):
            total = arb(0)
            for n in range(length - 1, k - 1, -1):
                total = total * step + arb.bin_uiui(n, k) * inner[n]
            # sum_{n >= length} C(n, k) most disk^-n half^(n-k), quotients at most 1/2
            share = arb(1) / arb(DISK) ** (length - k)
            rest = 2 * arb.bin_uiui(length, k) * most * share / disk**k
            found.append(total + arb(0, rest.upper()))
        return arb_series(found)

    def bound(self, r: arb) -> arb:
        """An upper bound of w over the ball ``r``."""
        high, total = r.upper(), arb(0)
        for pair in self.pairs:
            bell = (r * (pair.real_drift - pair.least * r)).exp().upper()
            total += abs(pair.front) * pair.size(high) * bell
        return (self.area * total * high ** (self.dimension - 1)).abs_upper()

    def beyond(self, R: arb) -> Envelope | None:
        """C r^p exp(s r + t r^2) per pair: size(r)/r^degree falls."""
        total = envelope(arb(0))
        for pair in self.pairs:
            degree = pair.size.degree()
            C = self.area * abs(pair.front) * pair.size(R) / R**degree
            part = envelope(
                C.upper(), degree + self.dimension - 1, pair.real_drift.upper(), -pair.least
            )
            total = total.plus(part)
        return total

    def _on_disk(self, middle: arb, radius: arb) -> arb:
        """A bound of |w(z)| for complex |z - middle| <= radius."""
        near, far = arb(0).max(middle - radius), middle + radius
        total = arb(0)
        for pair in self.pairs:
            growth = pair.most * radius * radius - pair.least * near * near
            drift = pair.real_drift * far + pair.drift * radius
            total += abs(pair.front) * pair.size(far) * (growth + drift).exp()
        return (self.area * total * far ** (self.dimension - 1)).upper()

    def _taylor(self, r: arb, count: int) -> list[arb]:
        """Taylor coefficients of w at the exact r."""
        key = (r.repr(), count, ctx.prec)
        if key not in self._known:
            self._known[key] = self._summed(r, count)
        return self._known[key]

    def _summed(self, r: arb, count: int) -> list[arb]:
        bits, scale = ctx.prec, max(1, math.ceil(math.log2(max(float(r), 1.0)) * 4))
        R = arb(2) ** (arb(scale) / 4)
        inside = self._bits(R, bits)
        with working_precision(inside):
            before = ctx.cap
            ctx.cap = count
            try:
                whole = self._sum(scale, R, bits)
                # first in u = z^2 - r^2, then u = 2 r s + s^2
                square, inner = arb_series([r * r, 1]), arb_series([0])
                for coefficient in reversed(whole.coeffs()):
                    inner = inner * square + coefficient
                step, total = arb_series([0, 2 * r, 1]), arb_series([0])
                for coefficient in reversed(inner.coeffs()):
                    total = total * step + coefficient
                for _ in range(self.dimension - 1):
                    total = total * arb_series([r, 1])
                coefficients = total.coeffs()
            finally:
                ctx.cap = before
        error = self._left_out(R, bits)
        full = coefficients + [arb(0)] * (count - len(coefficients))
        # on |z - r| <= R/4 the terms left out are at most ``error``
        return [(c + arb(0, (error / (R / 4) ** k).upper())) * 1 for k, c in enumerate(full)]

    def _bits(self, R: arb, bits: int) -> int:
        worst = max(float_up(p.most * R * R + p.drift * R) for p in self.pairs)
        return bits + SPARE_BITS + int(2 * LOG2E * worst)

    def _length(self, R: arb, bits: int) -> int:
        worst = max(float_up(4 * p.most * R * R + 2 * p.drift * R) for p in self.pairs)
        length = int((LOG2E * worst + self._bits(R, bits)) / 1.3) + 16
        if length > MOST_SERIES:
            accepted = "widths that differ less, or a smaller frequency, are accepted"
            raise Undecided("--target", self.text, f"needs {length} terms of a series:", accepted)
        return length

    def _left_out(self, R: arb, bits: int) -> arb:
        """A bound of the terms of w left out, for complex |z| <= 5 R/4, by their bound on 2 R."""
        share = (arb(5) / 8) ** (2 * self._length(R, bits))
        total = arb(0)
        for pair in self.pairs:
            growth = (4 * pair.most * R * R + 2 * pair.drift * R).exp()
            total += abs(pair.front) * pair.size(2 * R) * growth
        volume = self.area * (2 * R) ** (self.dimension - 1)
        return (volume * total * share / (1 - arb(25) / 64)).upper()

    def _sum(self, scale: int, R: arb, bits: int) -> arb_poly:
        """The coefficients 2 P_j (2 pi)^-d/Gamma(j + d/2)."""
        key = (scale, bits)
        if key not in self._sums:
            length, d = self._length(R, bits), self.dimension
            gammas = [arb.pi().sqrt()]
            for m in range(length):
                gammas.append(gammas[-1] * (2 * m + 1) / 2)
            total = acb_poly([])
            for pair in self.pairs:
                whole = acb_poly([pair.front])
                for p, A, q in zip(pair.polynomials, pair.A, pair.q, strict=True):
                    entries = _entire(p, A, q, 2 * length)[::2]
                    part = [c * gamma for c, gamma in zip(entries, gammas, strict=False)]
                    whole = acb_poly((whole * acb_poly(part)).coeffs()[:length])
                total = total + whole
            front, found = 2 / (2 * arb.pi()) ** d, []
            inverse = 1 / (arb(d) / 2).gamma()
            for j, c in enumerate(total.coeffs()):
                found.append(c.real * inverse * front)
                inverse = inverse / (arb(d) / 2 + j)
            self._sums[key] = arb_poly(found)
        return self._sums[key]


def _entire(p: acb_poly, A: arb, q: acb, count: int) -> list[acb]:
    """The first Taylor coefficients of p(t) exp(-A t^2 + q t)."""
    bell = [acb(1), q]
    for n in range(1, count - 1):
        bell.append((q * bell[n] - 2 * A * bell[n - 1]) / (n + 1))
    found = (acb_poly(bell) * p).coeffs()[:count]
    return found + [acb(0)] * (count - len(found))


def _expanded(term: Term) -> Iterator[Term]:
    """|x|^2 factors multiplied out."""
    *plain, radial = term.n
    d = len(plain)
    for choice in product(range(d), repeat=radial):
        n = [plain[i] + 2 * choice.count(i) for i in range(d)]
        yield Term(term.c, (*n, 0), term.a, term.z, None, term.extra)


def _pair(x: Term, y: Term) -> _Pair:
    """conj(fhat_y) fhat_x along real xi."""
    front = x.c * y.c.conjugate()
    polynomials, quadratic, linear = [], [], []
    size = arb_poly([1])
    for i in range(len(x.z)):
        a, b = x.along(i), y.along(i)
        u, v = x.z[i], y.z[i].conjugate()
        front = front * (arb.pi() / a).sqrt() * (arb.pi() / b).sqrt()
        front = front * (u * u / (4 * a) + v * v / (4 * b)).exp()
        quadratic.append(1 / (4 * a) + 1 / (4 * b))
        linear.append(acb(0, -1) * u / (2 * a) + acb(0, 1) * v / (2 * b))
        p = _moment(x.n[i], a, u, acb(0, -1)) * _moment(y.n[i], b, v, acb(0, 1))
        polynomials.append(p)
        size = size * arb_poly([abs(c).upper() for c in p.coeffs()])
    return _Pair(front, tuple(polynomials), tuple(quadratic), tuple(linear), size)


def _moment(n: int, a: arb, z: acb, turn: acb) -> acb_poly:
    """int x^n exp(-a x^2 + (z + turn t) x) dx as a polynomial in t, but for n = 0's value."""
    line = acb_poly([z, turn])
    before, here = acb_poly([]), acb_poly([1])
    for k in range(n):
        before, here = here, (line * here + k * before) * (1 / (2 * acb(a)))
    return here
