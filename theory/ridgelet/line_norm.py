"""|f|^2 on the line for sums with B-splines, whose spectra decay too slowly to be integrated far.

Between the knots every term is analytic: panels with Taylor series, as for spectra, and the tails
of Gaussians and sech in x from explicit bounds.
"""

from __future__ import annotations

from flint import acb_series, arb, arb_series

from theory.errors import Undecided
from theory.ridgelet.spectral_mass import complex_series, quotient, square_modulus
from theory.ridgelet.spectral_terms import Term, TermSum
from theory.rigor.balls import hull

ORDER = 16
PRECISION = 96
MAX_PANELS = 20_000
TOLERANCE = 1e-13


def square_norm(target: TermSum) -> arb:
    """An enclosure of int f^2; raises Undecided where it is not tight after many panels."""
    from theory.ridgelet.response_integrals import series_length
    from theory.rigor.balls import working_precision

    with working_precision(PRECISION), series_length(ORDER + 1):
        knots = sorted(_knots(target), key=lambda x: float(x.mid()))
        X = max([abs(knot).upper() for knot in knots], default=arb(1)) + 1
        while not _tail(target, X) < 1e-20:
            X = 2 * X
            if arb(2) ** 60 < X:
                raise Undecided("--target", target.text, "has no bounded norm:", "another target")
        total = hull(arb(0), _tail(target, X).upper())
        edge = -X.mid()
        work: list[tuple[arb, arb]] = []
        for knot in knots:
            step = arb(2) ** -80 * (1 + abs(knot))
            below, above = (knot.lower() - step).mid(), (knot.upper() + step).mid()
            if below > edge:
                work.append((edge, below))
            # bounded by (sum of |c|)^2 on the sliver around a knot
            size = sum((abs(term.c) * 4 for term in target.terms), arb(0))
            total += hull(arb(0), ((above - below) * size * size).upper())
            edge = above.max(edge)
        work.append((edge, X.mid()))
        count = 0
        while work:
            low, high = work.pop()
            count += 1
            part = _panel(target, low, high)
            if part.is_finite() and float(part.rad()) < TOLERANCE:
                total += part
            elif count > MAX_PANELS:
                raise Undecided("--target", target.text, "has no tight norm:", "another target")
            else:
                middle = (low + high) / 2
                work += [(low, middle), (middle, high)]
        return total


def _knots(target: TermSum) -> list[arb]:
    found = []
    for term in target.terms:
        window = term.window
        if window is not None and window.kind == "bspline":
            half = arb(window.degree + 1) / 2
            found += [(j - half - window.shift) / window.scale for j in range(window.degree + 2)]
    return found


def _panel(target: TermSum, low: arb, high: arb) -> arb:
    middle = (low + high) / 2
    inner = _square(target, middle, middle)
    outer = _square(target, hull(low, high), middle)
    half = (high - low) / 2
    total, power = arb(0), 2 * half
    for index in range(0, ORDER, 2):
        total += inner[index] * power / (index + 1)
        power = power * half * half
    return total + outer[ORDER] * power / (ORDER + 1)


def _square(target: TermSum, x: arb, point: arb) -> arb_series:
    total = acb_series([0])
    variable = arb_series([x, 1])
    for term in target.terms:
        total = total + _value(term, variable, point)
    return square_modulus(total)


def _value(term: Term, x: arb_series, point: arb) -> acb_series:
    line = complex_series(x)
    value = (line * (acb_series([term.z[0]]) - line * term.a)).exp() * term.c
    for _ in range(term.n[0]):
        value = value * line
    window = term.window
    if window is None:
        return value
    u, start = window.scale * x + window.shift, window.scale * point + window.shift
    if window.kind == "sech":
        sign = -1 if start > 0 else 1
        small = (sign * u).exp()
        return value * complex_series(quotient(2 * small, 1 + small * small))
    return value * complex_series(spline_series(window.degree, u, start))


def spline_series(degree: int, u: arb_series, start: arb) -> arb_series:
    """sum_j (-1)^j C(m+1, j) (u + (m+1)/2 - j)_+^m/m!, the piece that holds ``start``."""
    total = arb_series([0])
    for j in range(degree + 2):
        shift = arb(degree + 1) / 2 - j
        shifted = u + shift
        if start + shift > 0:
            power = arb_series([(-1) ** j * arb.bin_uiui(degree + 1, j)])
            for _ in range(degree):
                power = power * shifted
            total = total + power
        elif not start + shift < 0:
            return arb_series([arb.nan()] * (ORDER + 1))
    return total / arb.fac_ui(degree)


def _tail(target: TermSum, X: arb) -> arb:
    """A bound of int_{|x|>X} f^2, by the triangle inequality term by term."""
    root = arb(0)
    for term in target.terms:
        c, window = abs(term.c), term.window
        if window is None:
            # x^2n e^(-2 a x^2 + 2 |b| x) beyond X: log-derivative 2n/x - 4 a x + 2 |b|
            a, b, n = term.a, abs(term.z[0].real), term.n[0]
            rate = 4 * a * X - 2 * b - 2 * n / X
            if not rate > 0:
                return arb.pos_inf()
            part = 2 * c * c * X ** (2 * n) * (-2 * a * X * X + 2 * b * X).exp() / rate
        elif window.kind == "sech":
            rate = 2 * abs(window.scale)
            part = 8 * c * c * (2 * abs(window.shift) - rate * X).exp() / rate
        else:
            part = arb(0)
        root += part.sqrt()
    return root * root
