"""The spectral mass of a function: (2 pi)^-d int |fhat|^2 dxi, spread over the radius r = |xi|.

A mass says what the density w(r) is, as power series with ball coefficients, and how much lies
beyond a radius; every integral of notes R1-R3 is an integral over w.  Three sources: sums of terms
on the line, Gaussians times cosines in R^d, and |fhat| itself as an expression in k = |xi|.

    d = 1: w(r) = |fhat(r)|^2/pi (f real)
    d > 1, f = sum_j c_j exp(-a_j |x|^2 + i k_j.x): with A = sum over the pair of 1/(4a) and
    q = |k_i/(2a_i) + k_j/(2a_j)|, the integral of exp(q.xi) over directions is
    |S^(d-1)| 0F1(d/2, q^2 r^2/4)
"""

from __future__ import annotations

from typing import Protocol

from flint import acb, acb_series, arb, arb_series, ctx

from theory.ridgelet.envelopes import Envelope, envelope
from theory.ridgelet.spectral_terms import Term, TermSum, Window
from theory.rigor.balls import hull


class Mass(Protocol):
    """What an integral over the spectrum needs.

    ``breaks`` are the points where w is not analytic; ``total`` is |f|^2 where it is known by other
    means than the integral of w.
    """

    dimension: int
    breaks: tuple[arb, ...]
    total: arb | None

    def series(self, r: arb, point: arb) -> arb_series:
        """Taylor coefficients of w enclosed over the ball ``r``.

        w is the analytic function that it is near ``point``: a ball is rounded outward and may
        reach a little beyond a break.
        """
        ...

    def bound(self, r: arb) -> arb:
        """An upper bound of w over the ball ``r``, breaks or not."""
        ...

    def beyond(self, R: arb) -> Envelope | None:
        """An upper envelope of w beyond R; None where none is known yet."""
        ...


def sphere(d: int) -> arb:
    """|S^(d-1)| = 2 pi^(d/2)/Gamma(d/2)."""
    return 2 * (arb(d) / 2 * arb.pi().log()).exp() / (arb(d) / 2).gamma()


def square_modulus(value: acb_series) -> arb_series:
    """|.|^2 of a power series along a real variable."""
    parts = value.coeffs()
    real = arb_series([entry.real for entry in parts])
    imaginary = arb_series([entry.imag for entry in parts])
    return real * real + imaginary * imaginary


def quotient(x: arb_series, y: arb_series) -> arb_series:
    """x/y; not finite where y may be 0."""
    return x / y if not y[0].contains(0) else arb_series([arb.nan()] * ctx.cap)


def complex_series(value: arb_series) -> acb_series:
    """A real series as a complex one."""
    return acb_series([acb(entry) for entry in value.coeffs()])


class LineMass:
    """The mass of a sum of terms in one variable."""

    dimension = 1

    def __init__(self, target: TermSum, total: arb | None = None) -> None:
        self.terms = target.terms
        self.text = target.text
        self.total = total
        edges = [
            end
            for term in self.terms
            if term.window is not None and term.window.kind == "sinc"
            for end in (
                term.z[0].imag - abs(term.window.scale),
                term.z[0].imag + abs(term.window.scale),
            )
        ]
        self.breaks = tuple(edge for edge in edges if not edge < 0)

    def series(self, r: arb, point: arb) -> arb_series:
        xi = arb_series([r, 1])
        total = acb_series([0])
        for term in self.terms:
            total = total + transform(term, xi, point)
        return square_modulus(total) / arb.pi()

    def bound(self, r: arb) -> arb:
        before = ctx.cap
        ctx.cap = 1
        try:
            return self.series(r, r)[0].abs_upper()
        finally:
            ctx.cap = before

    def beyond(self, R: arb) -> Envelope | None:
        total = envelope(arb(0))
        for term in self.terms:
            part = term_envelope(term, R)
            if part is None:
                return None
            total = total.plus(part)
        square = total.times(total)
        return Envelope(square.C / arb.pi(), square.p, square.s, square.t)


def transform(term: Term, xi: arb_series, point: arb) -> acb_series:
    """fhat of one term along the series ``xi``, as it is near ``point``."""
    if term.window is not None:
        return _window_transform(term, term.window, xi, point)
    a = term.a
    z = acb_series([term.z[0]]) - acb(0, 1) * complex_series(xi)
    mean = z / (2 * a)
    before, moment = acb_series([0]), acb_series([1])
    for n in range(term.n[0]):
        before, moment = moment, mean * moment + before * (arb(n) / (2 * a))
    return (z * z / (4 * a)).exp() * moment * (term.c * (arb.pi() / a).sqrt())


def _window_transform(term: Term, window: Window, xi: arb_series, point: arb) -> acb_series:
    scale, width = window.scale, abs(window.scale)
    offset = xi - term.z[0].imag
    if window.kind == "sech":
        u = arb.pi() / (2 * width) * offset
        size = 2 * arb.pi() * _sech_half(u)
    elif window.kind == "sinc":
        size = _band(point - term.z[0].imag, width)
    else:
        size = sinc_series(offset / (2 * scale))
        for _ in range(window.degree):
            size = size * sinc_series(offset / (2 * scale))
    phase = (complex_series(offset) * acb(0, window.shift / scale)).exp()
    return complex_series(size) * phase * (term.c / width)


def _sech_half(u: arb_series) -> arb_series:
    """1/(e^u + e^-u), without overflow where u is far from 0; the value is within [0, 1/2]."""
    small = (-u if u[0] > 0 else u).exp()
    value = quotient(small, 1 + small * small)
    if ctx.cap == 1 and not value[0].is_finite():
        return arb_series([hull(arb(0), arb(1) / 2)])
    return value


def _band(offset: arb, width: arb) -> arb_series:
    """pi for |offset| < width, 0 beyond, their hull where that is not known."""
    start = abs(offset)
    if start < width:
        return arb_series([arb.pi()])
    return arb_series([0 if start > width else hull(arb(0), arb.pi())])


def sinc_series(u: arb_series) -> arb_series:
    """sin(u)/u along an affine series u = u_0 + u_1 t."""
    start = u[0]
    if abs(start) > 1:
        return u.sin() / u
    coefficients = _sinc_coefficients(start, ctx.cap)
    slope, power = (u[1] if u.length() > 1 else arb(0)), arb(1)
    scaled = []
    for entry in coefficients:
        scaled.append(entry * power)
        power = power * slope
    return arb_series(scaled)


def _sinc_coefficients(c: arb, count: int) -> list[arb]:
    """Taylor coefficients of sinc over the ball c, |c| <= 3: sum_j (-1)^j c^(2j)/(2j+1)! shifted.

    The terms from m = 2j on beyond ``last`` sum to at most (1 + |c|)^m/(m + 1)!, geometrically.
    """
    last = count + ctx.prec // 4 + 16
    powers = [arb(1)]
    while len(powers) <= last:
        powers.append(powers[-1] * c)
    base = 1 + abs(c).upper()
    rest = 2 * base ** (last + 1) / arb.fac_ui(last + 2)
    result = []
    for n in range(count):
        total = arb(0)
        for m in range(n + n % 2, last + 1, 2):
            choose = arb.bin_uiui(m, n) / arb.fac_ui(m + 1)
            total += (-1) ** (m // 2) * choose * powers[m - n]
        result.append(total + arb(0, rest.upper()))
    return result


def term_envelope(term: Term, R: arb) -> Envelope | None:
    """An upper envelope of |fhat| of one term beyond R >= 1; None where R is too small."""
    c = abs(term.c)
    k = term.z[0].imag
    if not 1 + abs(k) < R:
        return None
    if term.window is None:
        # |z| <= |Re z| + r + |k|, at most factor * r
        a, b = term.a, term.z[0].real
        front = c * (arb.pi() / a).sqrt() * ((b * b - k * k) / (4 * a)).exp()
        factor = (1 + (abs(b) + abs(k)) / R) / (2 * a)
        moment, before = arb(1), arb(0)
        for n in range(term.n[0]):
            # degrees below the highest are raised to it, r >= 1
            before, moment = moment, factor * moment + before * n / (2 * a)
        return envelope(front * moment, term.n[0], k / (2 * a), -1 / (4 * a))
    width = abs(term.window.scale)
    if term.window.kind == "sech":
        rate = arb.pi() / (2 * width)
        return envelope(c * 2 * arb.pi() / width * (rate * abs(k)).exp(), 0, -rate)
    if term.window.kind == "sinc":
        return envelope(arb(0)) if width + abs(k) < R else None
    power = term.window.degree + 1
    # |xi - k| >= r (1 - |k|/R)
    return envelope(c / width * (2 * width / (1 - abs(k) / R)) ** power, -power)


class RadialMass:
    """The mass of sum_j c_j exp(-a_j |x|^2 + i k_j.x) in R^d, d >= 2."""

    breaks: tuple[arb, ...] = ()
    total: arb | None = None

    def __init__(self, target: TermSum) -> None:
        d = self.dimension = target.dimension
        self.text = target.text
        pi = arb.pi()
        area = sphere(d) / (2 * pi) ** d
        self.pairs: list[tuple[arb, arb, arb, arb]] = []
        for i, x in enumerate(target.terms):
            for j, y in enumerate(target.terms[: i + 1]):
                c = (x.c * y.c.conjugate()).real * (1 if i == j else 2)
                front = c * area * ((pi / x.a) * (pi / y.a)).sqrt() ** d
                k, m = [z.imag for z in x.z], [z.imag for z in y.z]
                drift = [u / (2 * x.a) + v / (2 * y.a) for u, v in zip(k, m, strict=True)]
                square = sum((entry * entry for entry in drift), arb(0))
                q = arb(0) if square.is_zero() else square.nonnegative_part().sqrt()
                energy = sum((u * u for u in k), arb(0)) / (4 * x.a)
                energy += sum((v * v for v in m), arb(0)) / (4 * y.a)
                self.pairs.append((front, 1 / (4 * x.a) + 1 / (4 * y.a), q, energy))

    def series(self, r: arb, point: arb) -> arb_series:
        radius = arb_series([r, 1])
        total = arb_series([0])
        for front, A, q, energy in self.pairs:
            # exp(-A r^2 + q r - energy) stays a bell where exp(q r) alone would overflow
            bell = (radius * (q - A * radius) - energy).exp()
            total = total + front * bell * arb_series(angular(self.dimension, q, r, ctx.cap))
        power = arb_series([1])
        for _ in range(self.dimension - 1):
            power = power * radius
        return total * power

    def bound(self, r: arb) -> arb:
        high = r.upper()
        total = arb(0)
        for front, A, q, energy in self.pairs:
            total += abs(front) * (r * (q - A * r) - energy).exp().upper()
        return (total * high ** (self.dimension - 1)).abs_upper()

    def beyond(self, R: arb) -> Envelope | None:
        total = envelope(arb(0))
        for front, A, q, energy in self.pairs:
            C = abs(front) * (-energy).exp()
            total = total.plus(envelope(C, self.dimension - 1, q, -A))
        return total


def angular(d: int, q: arb, r: arb, count: int) -> list[arb]:
    """Taylor coefficients over the ball r > 0 of h(r) = e^(-q r) 0F1(d/2, q^2 r^2/4).

    h is a constant times int_{-1}^1 (1-t^2)^((d-3)/2) e^(-q r (1-t)) dt, completely monotone: its
    derivatives alternate in sign and decrease in modulus, so those at the two ends enclose.
    """
    if q.is_zero():
        return [arb(1)]
    if r.is_exact():
        return _angular(d, q, r, count)
    at_low, at_high = _angular(d, q, r.lower(), count), _angular(d, q, r.upper(), count)
    return [hull(x, y) for x, y in zip(at_low, at_high, strict=True)]


def _angular(d: int, q: arb, r: arb, count: int) -> list[arb]:
    """r h'' + (2 q r + d - 1) h' + (d - 1) q h = 0, solved from h(r), h'(r)."""
    decay, square = (-q * r).exp(), q * q * r * r / 4
    first = square.hypgeom_0f1(arb(d) / 2)
    second = q * q * r / d * square.hypgeom_0f1(arb(d) / 2 + 1)
    h = [decay * first, decay * (second - q * first)]
    for n in range(count - 2):
        rest = (n + 1) * (n + d - 1 + 2 * q * r) * h[n + 1] + q * (2 * n + d - 1) * h[n]
        h.append(-rest / (r * (n + 2) * (n + 1)))
    return h[:count]
