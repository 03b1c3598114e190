"""R0: |sigma#(w)|^2 and kappa(tau) = int_{|w| >= tau} |sigma#(w)|^2 |w|^-d dw, enclosed in balls.

sigma# is the one-dimensional Fourier transform int sigma(t) exp(-i w t) dt off w = 0.  The closed
forms, with the upper incomplete Gamma function and E_d the generalised exponential integral:

    Gaussian  2 pi Gamma((1-d)/2, tau^2)         erf   4 Gamma(-(d+1)/2, tau^2)
    gelu      Gamma(-(d+3)/2, tau^2) + 2 Gamma(-(d+1)/2, tau^2) + Gamma((1-d)/2, tau^2)
    tanh      8 pi^2 sum_{j>=1} j tau^(1-d) E_d(pi j tau), and by w = 2 w' from it the logistic
              2^(d-1) kappa_tanh(d, 2 tau); softplus is the logistic in dimension d + 2
    relu      2 tau^-(d+3)/(d+3)                 step  2 tau^-(d+1)/(d+1)
    sinc      2 pi^2 (1 - tau^(1-d))/(1-d) on (0, 1] (d = 1: 2 pi^2 ln(1/tau)), 0 beyond

cos and sin have point masses at -1 and 1 instead (R1 applies, R2 does not).
Source: note R0; arXiv 2008.08427.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from flint import arb, arb_series, ctx, fmpq

from theory.errors import InputError
from theory.rigor.balls import hull, working_precision

ENTIRE = ("gaussian", "erf", "gelu")
HYPERBOLIC = ("tanh", "logistic", "softplus")
POWERS = {"relu": 4, "step": 2}
SPECTRA = (*ENTIRE, *HYPERBOLIC, *POWERS, "sinc")
LINES = ("cos", "sin")
MAX_DIMENSION = 10

# Below this the series of E_d is replaced by the Laurent series of 1/sinh^2, of radius 2.
_SWITCH = 1
# From here on E_p has a continued fraction of few terms, below the library's series is good.
_FRACTION_FROM = 4


def check_name(name: str, *, argument: str = "activation") -> None:
    """InputError for cos and sin, whose spectrum is two points, and for unknown names."""
    if name in LINES:
        problem = "has a spectrum of two points, without a kappa:"
        raise InputError(argument, name, problem, f"one of {', '.join(SPECTRA)} is accepted")
    if name not in SPECTRA:
        raise InputError(argument, name, "unknown:", f"one of {', '.join(SPECTRA)} is accepted")


def check_dimension(d: int, *, argument: str = "dimension") -> None:
    """InputError unless d is an integer from 1 to 10."""
    if not (isinstance(d, int) and 1 <= d <= MAX_DIMENSION):
        raise InputError(argument, d, "out of range:", f"1 to {MAX_DIMENSION} is accepted")


def spectrum_square(name: str, w: arb) -> arb:
    """|sigma#(w)|^2 for a ball w > 0 (the spectra are even in modulus).

    The sinc's is the constant pi^2 for w < 1, 0 for w > 1, their hull where w may be 1.
    Raises InputError for cos, sin and unknown names; not finite where w may be 0 and the row is.
    """
    check_name(name)
    if name == "sinc":
        inside, outside = arb.pi() ** 2, arb(0)
        return inside if w < 1 else outside if w > 1 else hull(inside, outside)
    return arb(_row(name, w))


def spectrum_square_series(name: str, w: arb_series) -> arb_series:
    """The same as a power series around w > 0; for the sinc as it is inside the band.

    Raises InputError for cos, sin and unknown names.
    """
    check_name(name)
    if name == "sinc":
        return arb_series([arb.pi() ** 2])
    return arb_series(_row(name, w))


def _row(name: str, w: Any) -> Any:
    """The table, for balls and series alike; quotients first, which wide balls bear better."""
    pi = arb.pi()
    if name == "gaussian":
        return 2 * pi * (-w * w).exp()
    inverse = 1 / w
    inverse = inverse * inverse
    if name in ("erf", "gelu"):
        front = 2 if name == "erf" else 1 + inverse
        return front * front * (inverse if name == "erf" else 1) * (-w * w).exp()
    if name in POWERS:
        return inverse if name == "step" else inverse * inverse
    scale = pi / 2 if name == "tanh" else pi
    # pi^2/sinh(u)^2 = 4 pi^2 e^(-2u)/(1 - e^(-2u))^2: no overflow, decreasing in u
    decay = (-2 * scale * w).exp()
    root = 1 / (1 - decay)
    value = 4 * pi * pi * decay * root * root
    return value * inverse if name == "softplus" else value


def kappa(name: str, d: int, tau: arb) -> arb:
    """An enclosure of kappa(tau), tau > 0; decreasing, so a wide ball is enclosed by its two ends.

    Raises InputError for cos, sin, unknown names and d outside 1..10.  Where tau is not shown to be
    positive the result is not finite.
    """
    check_name(name)
    check_dimension(d)
    if not (tau > 0 and tau.is_finite()):
        return arb.nan()
    if tau.is_exact():
        return _kappa(name, d, tau)
    low, high = tau.lower(), tau.upper()
    if not low > 0 or not high.is_finite():
        return arb.nan()
    return hull(_kappa(name, d, low), _kappa(name, d, high))


def _kappa(name: str, d: int, tau: arb) -> arb:
    if name in POWERS:
        power = d + POWERS[name] - 1
        return 2 / (power * tau**power)
    if name == "sinc":
        return _sinc(d, tau)
    if name in ENTIRE:
        square = tau * tau
        if name == "gaussian":
            return 2 * arb.pi() * _upper_gamma(1 - d, square)
        if name == "erf":
            return 4 * _upper_gamma(-d - 1, square)
        return (
            _upper_gamma(-d - 3, square)
            + 2 * _upper_gamma(-d - 1, square)
            + _upper_gamma(1 - d, square)
        )
    if name == "tanh":
        return _tanh(d, tau)
    if name == "softplus":
        d += 2
    return arb(2) ** (d - 1) * _tanh(d, 2 * tau)


def _upper_gamma(halves: int, x: arb) -> arb:
    """Gamma(halves/2, x) = x^s E_(1-s)(x), s = halves/2 <= 0."""
    if x > _FRACTION_FROM:
        power = x.sqrt() ** halves if halves % 2 else x ** (halves // 2)
        return power * _exponential_integral(2 - halves, x, ctx.prec)
    with working_precision(ctx.prec + 24):
        return x.gamma_upper(arb(fmpq(halves, 2)))


def _exponential_integral(halves: int, x: arb, bits: int) -> arb:
    """E_p(x), p = halves/2 > 0, x >= 3, to about ``bits`` bits by its continued fraction.

    e^x E_p(x) = 1/T_0, T_n = x + p + 2n - (n+1)(n+p)/T_(n+1), where x + n <= T_n <= x + p + 2n
    since T_n is n plus a tail of a fraction with positive coefficients.
    """
    steps = int((0.1733 * bits) ** 2 / float(x.mid())) + 4
    tail = hull(x + steps, x + arb(halves) / 2 + 2 * steps)
    for n in range(steps - 1, -1, -1):
        half = arb(halves + 2 * n) / 2
        tail = x + half + n - (n + 1) * half / tail
    return (-x).exp() / tail


def _sinc(d: int, tau: arb) -> arb:
    if tau >= 1:
        return arb(0)
    double = 2 * arb.pi() ** 2
    return -double * tau.log() if d == 1 else double * (1 - tau ** (1 - d)) / (1 - d)


def _tanh(d: int, tau: arb) -> arb:
    """kappa of tanh: the series in E_d from tau = 1 on, the Laurent series of 1/sinh^2 below."""
    if tau >= _SWITCH:
        return _tanh_series(d, tau)
    coefficients, constant = _laurent(d, ctx.prec)
    return constant - _antiderivative(d, coefficients, tau)


def _tanh_series(d: int, tau: arb) -> arb:
    """8 pi^2 sum_j j tau^(1-d) E_d(pi j tau), and E_d(x) <= e^-x/x for the terms left out."""
    pi = arb.pi()
    first = 3.1416 * float(tau.mid())
    terms = int(ctx.prec * 0.7 / first) + 2
    total = arb(0)
    for j in range(terms, 0, -1):
        # terms far down the list need few digits
        bits = max(ctx.prec - int(1.44 * first * (j - 1)), 8)
        total += j * _exponential_integral(2 * d, pi * j * tau, bits)
    decay = (-pi * tau).exp()
    rest = decay ** (terms + 1) / (pi * tau * (1 - decay))
    return 8 * pi * pi * tau ** (1 - d) * (total + hull(arb(0), rest))


@cache
def _laurent(d: int, bits: int) -> tuple[tuple[arb, ...], arb]:
    """Coefficients of pi^2/sinh(pi w/2)^2 = sum_n a_n w^(2n-2), |w| < 2, and kappa(1) + 2 A(1).

    a_n = 4 (1 - 2n) B_2n pi^(2n)/(2n)!, of modulus at most 8 (2n-1) 2^(-2n) zeta(2): the terms left
    out are enclosed with the last coefficient of the list, a ball around 0.
    """
    pi = arb.pi()
    count = bits // 2 + 8
    coefficients = [
        4 * (1 - 2 * n) * arb(fmpq.bernoulli(2 * n)) * pi ** (2 * n) / arb.fac_ui(2 * n)
        for n in range(count)
    ]
    # |sum_{n >= count} a_n w^(2n-2-d+1)/(2n-1-d)| <= bound w^(2 count-1-d) for 0 < w <= 1
    bound = 32 * (2 * count + 1) * arb(2) ** (-2 * count)
    coefficients.append(arb(0, bound.upper()))
    fixed = tuple(coefficients)
    return fixed, _tanh_series(d, arb(1)) + _antiderivative(d, fixed, arb(1))


def _antiderivative(d: int, coefficients: tuple[arb, ...], tau: arb) -> arb:
    """2 int^tau of the Laurent series over w^d, by Horner in tau^2; the logarithm apart."""
    square = tau * tau
    total = coefficients[-1]
    logarithm = arb(0)
    for n in range(len(coefficients) - 2, -1, -1):
        power = 2 * n - 1 - d
        total = total * square
        if power == 0:
            logarithm = coefficients[n] * tau.log()
        else:
            total = total + coefficients[n] / power
    return 2 * (total * tau ** (-1 - d) + logarithm)
