"""|f|^2 in L2(R) in x, for targets with B-splines, whose spectra decay too slowly to be integrated.

Between the knots f is analytic and integrated by Taylor's theorem, panel by panel; around a knot,
and far out, |f|^2 is bounded by a sum over the terms (the triangle inequality).
"""

from __future__ import annotations

from flint import acb, acb_series, arb, arb_series, ctx

from verify.checks.kappa import power_integral, quotient
from verify.checks.spectral import Term, Terms, lift
from verify.checks.verdicts import Clock, undecided

MAX_PANELS = 20_000
SPARE = 64


def slow(found: Terms) -> bool:
    """Whether there are B-splines, and no sinc, whose square is no easier in x."""
    kinds = {term.window[0][:7] for term in found if term.window is not None}
    return "bspline" in kinds and "sinc" not in kinds


def energy(found: Terms, room: float, clock: Clock) -> arb:
    """int f^2, to about ``room`` in the radius; Stop (UNDECIDED) where that takes too long."""
    knots = sorted((knot for term in found for knot in _knots(term)), key=lambda x: float(x.mid()))
    X = max((abs(knot).upper() for knot in knots), default=arb(1)) + 1
    while not _beyond(found, X) <= room / 4:
        clock.tick()
        X = 2 * X
        if arb(2) ** 300 < X:
            raise undecided("the target decays too slowly")
    total = arb(0).union(_beyond(found, X).upper())
    start, work = -X.mid(), []
    for knot in knots:
        sliver = arb(2) ** (16 - ctx.prec) * (1 + abs(knot))
        below, above = (knot - sliver).lower().mid(), (knot + sliver).upper().mid()
        if below > start:
            work.append((start, below))
        size = sum((_size(term, below.union(above)) for term in found), arb(0))
        total += arb(0).union(((above - below) * size * size).upper())
        start = above.max(start)
    work.append((start, X.mid()))
    limit, count = room / (SPARE * len(work)), 0
    while work:
        clock.tick()
        low, high = work.pop()
        part = power_integral(lambda x, point: _square(found, x, point), low, high)
        if part.is_finite() and float(part.rad()) <= limit:
            total += part
            continue
        count += 1
        if count > MAX_PANELS:
            raise undecided("|f|^2 is not known precisely enough")
        middle = ((low + high) / 2).mid()
        work += [(low, middle), (middle, high)]
    return total


def _knots(term: Term) -> list[arb]:
    if term.window is None or not term.window[0].startswith("bspline"):
        return []
    degree, (_, scale, shift) = int(term.window[0][7:]), term.window
    return [(arb(2 * j - degree - 1) / 2 - shift) / scale for j in range(degree + 2)]


def _square(found: Terms, x: arb, point: arb) -> arb_series:
    """Taylor coefficients of f^2 over the ball ``x``, of the piece that holds ``point``."""
    total, line = acb_series([0]), arb_series([x, 1])
    for term in found:
        value = (lift(line) * (acb_series([term.z[0]]) - lift(line) * term.a)).exp() * term.c
        for _ in range(term.n[0]):
            value = value * lift(line)
        if term.window is not None:
            name, scale, shift = term.window
            u, start = scale * line + shift, scale * point + shift
            value = value * lift(_sech(u, start) if name == "sech" else _spline(name, u, start))
        total = total + value
    real = arb_series([entry.real for entry in total.coeffs()])
    imaginary = arb_series([entry.imag for entry in total.coeffs()])
    return real * real + imaginary * imaginary


def _sech(u: arb_series, start: arb) -> arb_series:
    small = (-u if start > 0 else u).exp()
    return quotient(2 * small, 1 + small * small)


def _spline(name: str, u: arb_series, start: arb) -> arb_series:
    """sum_j (-1)^j C(m+1, j) (u + (m+1)/2 - j)_+^m/m!, the piece around ``start``."""
    degree, total = int(name[7:]), arb_series([0])
    for j in range(degree + 2):
        offset = arb(degree + 1 - 2 * j) / 2
        if start + offset > 0:
            power = arb_series([(-1) ** j * arb.bin_uiui(degree + 1, j)])
            for _ in range(degree):
                power = power * (u + offset)
            total = total + power
        elif not start + offset < 0:
            return arb_series([arb.nan()] * ctx.cap)
    return total / arb.fac_ui(degree)


def _size(term: Term, x: arb) -> arb:
    """|term| over the ball ``x``, from above; windows lie in [0, 1]."""
    z: acb = term.z[0]
    return abs(term.c) * abs(x) ** term.n[0] * (x * (z.real - term.a * x)).exp().upper()


def _beyond(found: Terms, X: arb) -> arb:
    """A bound of int f^2 over |x| > X > 1, X beyond all knots."""
    root = arb(0)
    for term in found:
        c = abs(term.c)
        if term.window is None:
            # x^2n e^(-2 a x^2 + 2 b x): its logarithm falls at this rate or faster
            a, b, n = term.a, abs(term.z[0].real), term.n[0]
            rate = 4 * a * X - 2 * b - 2 * n / X
            if not rate > 0:
                return arb.pos_inf()
            part = 2 * c * c * X ** (2 * n) * (2 * X * (b - a * X)).exp() / rate
        elif term.window[0] == "sech":
            # sech(u) <= 2 e^-|u|
            scale = abs(term.window[1])
            part = 4 * c * c * (2 * abs(term.window[2]) - 2 * scale * X).exp() / scale
        else:
            part = arb(0)
        root += part.sqrt()
    return root * root
