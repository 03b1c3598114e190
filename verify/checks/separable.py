"""d > 1, sums of polynomials times Gaussians, axis by axis: the density of |fhat|^2 over r = |xi|.

A product of two transforms is front prod_i h_i(xi_i), h_i(t) = p_i(t) e^(-A_i t^2 + q_i t), and
int theta^n dtheta = 2 prod_i Gamma((n_i+1)/2)/Gamma((|n|+d)/2) over the sphere, n_i even.  With
H_i(t) = sum_m c_(i,2m) Gamma(m+1/2) t^m from the Taylor coefficients c_i of h_i, and P_j those of
the sum over pairs of front prod_i H_i, the density is
    w(r) = (2 pi)^-d r^(d-1) sum_j 2 P_j r^(2j)/Gamma(j + d/2).
The degree 2j part of prod h_i is at most (|z|/Z)^(2j) times its bound |p|(Z) e^(A Z^2 + |q| Z),
A = max A_i, on the ball |xi| <= Z of C^d (Cauchy), which bounds what is left out of the sum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

from flint import acb, acb_poly, arb, arb_poly, arb_series, ctx

from verify.checks.spectral import Term, Terms
from verify.checks.verdicts import precision, undecided

LENGTH = 48
MOST_TERMS = 6_000


@dataclass(frozen=True)
class Pair:
    """front prod_i p_i(t) e^(-A_i t^2 + q_i t); ``size``: |p| with positive coefficients."""

    front: acb
    p: list[acb_poly]
    A: list[arb]
    q: list[acb]
    size: arb_poly
    low: arb
    high: arb
    real: arb
    whole: arb


class Separable:
    """(2 pi)^-d int |fhat|^2 as an integral over r."""

    breaks: tuple[arb, ...] = ()

    def __init__(self, found: Terms, d: int) -> None:
        self.d = d
        pi = arb.pi()
        self.area = 2 * (pi.log() * d / 2).exp() / (arb(d) / 2).gamma() / (2 * pi) ** d
        flat = [term for x in found for term in _flat(x, d)]
        self.pairs = [_pair(x, y, d) for x in flat for y in flat]
        self.sums: dict[tuple[int, int], list[arb]] = {}
        self.known: dict[tuple[str, int, int], list[arb]] = {}

    def series(self, r: arb, point: arb) -> arb_series:
        """Taylor coefficients of w over the ball r, from those at its middle."""
        count = ctx.cap
        if r.is_exact():
            return arb_series(self._at(r, count))
        middle, half = r.mid(), r.rad()
        n = LENGTH + 2 * count
        inner, disk = self._at(middle, n), 4 * half
        near, far = arb(0).max(middle - disk), middle + disk
        bound = arb(0)
        for x in self.pairs:
            grows = x.high * disk * disk - x.low * near * near + x.real * far + x.whole * disk
            bound += abs(x.front) * x.size(far) * grows.exp()
        bound *= self.area * far ** (self.d - 1)
        result = []
        for k in range(count):
            total = arb(0)
            for j in reversed(range(k, n)):
                total = total * arb(0, half) + arb.bin_uiui(j, k) * inner[j]
            # coefficients beyond n are at most bound disk^-j; quotients C(j+1, k)/C(j, k)/4 <= 1/2
            rest = 2 * arb.bin_uiui(n, k) * bound / arb(4) ** (n - k) / disk**k
            result.append(total + arb(0, rest.upper()))
        return arb_series(result)

    def tail(self, R: arb) -> arb:
        """size(r)/r^degree falls; then r^p e^(s r - A r^2) at most by its logarithmic slope."""
        total = arb(0)
        for x in self.pairs:
            p = x.size.degree() + self.d - 1
            rate = 2 * x.low * R - x.real - p / R
            if not (rate > 0 and R >= 1):
                return arb.pos_inf()
            bell = (R * (x.real - x.low * R)).exp()
            total += abs(x.front) * x.size(R) * R ** (self.d - 1) * bell / rate
        return total * self.area

    def _at(self, r: arb, count: int) -> list[arb]:
        key = (r.repr(), count, ctx.prec)
        if key not in self.known:
            self.known[key] = self._expand(r, count)
        return self.known[key]

    def _expand(self, r: arb, count: int) -> list[arb]:
        bits = ctx.prec
        step = max(1, math.ceil(4 * math.log2(max(1.0, float(r)))))
        R = arb(2) ** (arb(step) / 4)
        worst = max(float((x.high * R * R + x.whole * R).upper()) for x in self.pairs)
        inside = bits + 40 + int(2.9 * worst)
        far = max(float((4 * x.high * R * R + 2 * x.whole * R).upper()) for x in self.pairs)
        length = int((1.45 * far + inside) / 1.3) + 16
        if length > MOST_TERMS:
            raise undecided(f"{length} terms of the density are more than {MOST_TERMS}")
        with precision(inside):
            if (step, bits) not in self.sums:
                self.sums[step, bits] = self._sum(length)
            before, ctx.cap = ctx.cap, count
            try:
                square, total = arb_series([r * r, 1]), arb_series([0])
                for entry in reversed(self.sums[step, bits]):
                    total = total * square + entry
                turn, result = arb_series([0, 2 * r, 1]), arb_series([0])
                for entry in reversed(total.coeffs()):
                    result = result * turn + entry
                for _ in range(self.d - 1):
                    result = result * arb_series([r, 1])
                entries = result.coeffs()
            finally:
                ctx.cap = before
        # on |z - r| <= R/4, inside |z| <= 5R/4, with Z = 2R
        lost = arb(0)
        for x in self.pairs:
            grows = (4 * x.high * R * R + 2 * x.whole * R).exp()
            lost += abs(x.front) * x.size(2 * R) * grows
        lost *= self.area * (2 * R) ** (self.d - 1) * (arb(25) / 64) ** length * arb(64) / 39
        entries += [arb(0)] * (count - len(entries))
        return [(e + arb(0, (lost / (R / 4) ** k).upper())) * 1 for k, e in enumerate(entries)]

    def _sum(self, length: int) -> list[arb]:
        gammas = [arb.pi().sqrt()]
        for m in range(length):
            gammas.append(gammas[-1] * (m + arb("0.5")))
        total = acb_poly([])
        for x in self.pairs:
            whole = acb_poly([x.front])
            for p, A, q in zip(x.p, x.A, x.q, strict=True):
                bell = [acb(1), q]
                for n in range(1, 2 * length - 1):
                    bell.append((q * bell[n] - 2 * A * bell[n - 1]) / (n + 1))
                even = (p * acb_poly(bell)).coeffs()[: 2 * length : 2]
                part = acb_poly([c * g for c, g in zip(even, gammas, strict=False)])
                whole = acb_poly((whole * part).coeffs()[:length])
            total += whole
        factor, result = 2 / (2 * arb.pi()) ** self.d / (arb(self.d) / 2).gamma(), []
        for j, c in enumerate(total.coeffs()):
            result.append(c.real * factor)
            factor = factor / (j + arb(self.d) / 2)
        return result


def _flat(x: Term, d: int) -> list[Term]:
    """Powers of |x|^2 multiplied out."""
    result = []
    for choice in product(range(d), repeat=x.n[-1]):
        n = tuple(x.n[i] + 2 * choice.count(i) for i in range(d))
        result.append(Term(x.c, n, x.a, x.z, None, x.extra))
    return result


def _pair(x: Term, y: Term, d: int) -> Pair:
    """fhat_x times the conjugate of fhat_y."""
    front, size = x.c * y.c.conjugate(), arb_poly([1])
    polynomials: list[acb_poly] = []
    bends: list[arb] = []
    slopes: list[acb] = []
    for i in range(d):
        a, b, u, v = x.along(i), y.along(i), x.z[i], y.z[i].conjugate()
        front *= arb.pi() / (a * b).sqrt() * (u * u / (4 * a) + v * v / (4 * b)).exp()
        bends.append((1 / a + 1 / b) / 4)
        slopes.append((v / b - u / a) * acb(0, 1) / 2)
        p = _moment(x.n[i], a, acb_poly([u, acb(0, -1)]))
        p = p * _moment(y.n[i], b, acb_poly([v, acb(0, 1)]))
        polynomials.append(p)
        size = size * arb_poly([abs(c).upper() for c in p.coeffs()])
    low, high = min(bends, key=float).lower(), max(bends, key=float).upper()
    real = sum((q.real * q.real for q in slopes), arb(0)).nonnegative_part().sqrt().upper()
    whole = sum((abs(q) * abs(q) for q in slopes), arb(0)).nonnegative_part().sqrt().upper()
    return Pair(front, polynomials, bends, slopes, size, low, high, real, whole)


def _moment(n: int, a: arb, line: acb_poly) -> acb_poly:
    """m_(k+1) = (line m_k + k m_(k-1))/(2a): moments of e^(-a x^2 + line x) over its integral."""
    moments = [acb_poly([]), acb_poly([1])]
    for k in range(n):
        moments.append((line * moments[-1] + k * moments[-2]) * (1 / acb(2 * a)))
    return moments[-1]
