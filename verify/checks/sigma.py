"""Activations over balls: sigma(t), its Taylor coefficients sigma^(k)(t)/k!, sigma(z).

Taylor coefficients follow from the differential equation of each activation, one coefficient after
the other; every step is a ball operation, so each coefficient is enclosed for all t in the ball.
Over a ball that is not small the enclosures are wide, not wrong.

========  ==============================================================================
name      sigma(t), and the recurrence
========  ==============================================================================
gaussian  exp(-t^2/2): y' = -t y
tanh      y' = 1 - y^2
logistic  1/(1 + exp(-t)): y' = y - y^2
softplus  log(1 + exp(t)): y' = logistic
erf       erf(t/sqrt 2): y' = sqrt(2/pi) gaussian
gelu      t (1 + erf(t/sqrt 2))/2: a product
cos, sin  derivatives in turn
sinc      sin(t)/t, 1 at 0: t y = sin t away from 0, the power series near 0
relu      max(t, 0); no Taylor coefficients
step      1 for t >= 0, else 0; [0, 1] where the ball meets 0; no Taylor coefficients
========  ==============================================================================
"""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, arb, ctx

from verify.checks.verdicts import invalid, quote

# sin(t)/t is summed as a power series for |t| up to this.
NEAR = 2


def value(name: str, t: arb) -> arb:
    """An enclosure of sigma over the ball ``t``; Stop (INVALID) for a name that is unknown."""
    if name not in VALUES:
        raise invalid(f"activation is none of {', '.join(VALUES)}: {quote(name)}")
    return VALUES[name](t)


def taylor(name: str, t: arb, order: int) -> list[arb]:
    """Enclosures over the ball ``t`` of sigma^(k)(t)/k! for k = 0, ..., ``order``.

    Stop (INVALID) for an activation that is not analytic.
    """
    if name not in SERIES:
        raise invalid(f"activation has no Taylor coefficients: {quote(name)}")
    return SERIES[name](t, order)


def complex_value(name: str, z: acb) -> acb:
    """An enclosure of the analytic continuation of sigma over the rectangle ``z``.

    Not finite where analyticity is not established; Stop (INVALID) for relu and step.
    """
    if name not in CONTINUATIONS:
        raise invalid(f"activation is not analytic: {quote(name)}")
    return CONTINUATIONS[name](z)


def _gaussian_value(t: arb) -> arb:
    size = abs(t)
    return (-size * size / 2).exp()


def _step_value(t: arb) -> arb:
    if t >= 0:
        return arb(1)
    if t < 0:
        return arb(0)
    return arb.nan() if t.is_nan() else arb(0).union(arb(1))


VALUES: dict[str, Callable[[arb], arb]] = {
    "gaussian": _gaussian_value,
    "tanh": arb.tanh,
    "logistic": lambda t: 1 / (1 + (-t).exp()),
    "softplus": lambda t: t.exp().log1p(),
    "erf": lambda t: (t / arb(2).sqrt()).erf(),
    "gelu": lambda t: t * (1 + (t / arb(2).sqrt()).erf()) / 2,
    "cos": arb.cos,
    "sin": arb.sin,
    # flint's sinc(nan) is [-1, 1]
    "sinc": lambda t: t if t.is_nan() else t.sinc(),
    "relu": lambda t: arb(0).max(t),
    "step": _step_value,
}


def _square(y: list[arb]) -> arb:
    """The next coefficient of y^2, from y_0, ..., y_k: sum_i y_i y_(k-i)."""
    k = len(y) - 1
    half = sum((y[i] * y[k - i] for i in range((k + 1) // 2)), arb(0))
    return 2 * half + (y[k // 2] * y[k // 2] if k % 2 == 0 else 0)


def _gaussian(t: arb, order: int) -> list[arb]:
    y = [_gaussian_value(t)]
    for k in range(order):
        y.append(-(t * y[k] + (y[k - 1] if k else 0)) / (k + 1))
    return y


def _tanh(t: arb, order: int) -> list[arb]:
    y = [t.tanh()]
    for k in range(order):
        y.append(((0 if k else 1) - _square(y)) / (k + 1))
    return y


def _logistic(t: arb, order: int) -> list[arb]:
    y = [VALUES["logistic"](t)]
    for k in range(order):
        y.append((y[k] - _square(y)) / (k + 1))
    return y


def _softplus(t: arb, order: int) -> list[arb]:
    slopes = _logistic(t, order)
    return [VALUES["softplus"](t), *(slopes[k] / (k + 1) for k in range(order))]


def _erf(t: arb, order: int) -> list[arb]:
    slopes, scale = _gaussian(t, order), (2 / arb.pi()).sqrt()
    return [VALUES["erf"](t), *(scale * slopes[k] / (k + 1) for k in range(order))]


def _gelu(t: arb, order: int) -> list[arb]:
    doubled = _erf(t, order)
    doubled[0] += 1
    return [(t * doubled[k] + (doubled[k - 1] if k else 0)) / 2 for k in range(order + 1)]


def _wave(t: arb, order: int, turn: int) -> list[arb]:
    sine, cosine = t.sin_cos()
    cycle = (sine, cosine, -sine, -cosine)
    y, factorial = [], arb(1)
    for k in range(order + 1):
        factorial *= max(k, 1)
        y.append(cycle[(k + turn) % 4] / factorial)
    return y


def _sinc(t: arb, order: int) -> list[arb]:
    sine = _wave(t, order, 0)
    if abs(t) > NEAR:
        y = [sine[0] / t]
        for k in range(1, order + 1):
            y.append((sine[k] - y[k - 1]) / t)
        return y
    return [VALUES["sinc"](t), *(_sinc_near(t, k) for k in range(1, order + 1))]


def _sinc_near(t: arb, k: int) -> arb:
    """sum_n (-1)^n C(2n, k) t^(2n-k)/(2n+1)! over 2n >= k.

    Successive terms have the quotient t^2 (2n+1)/((2n+3) (2n+1-k) (2n+2-k)) in absolute value,
    below t^2/((2n+1-k)(2n+2-k)): once that is at most 1/2, the terms from there on sum to at most
    twice the first of them.
    """
    n = (k + 1) // 2
    sign = -1 if n % 2 else 1
    # C(2n, k)/(2n+1)! = 1/(k! (2n-k)! (2n+1))
    term = sign * (t if 2 * n > k else arb(1)) / (arb(k).fac() * (2 * n + 1))
    total, square = arb(0), t * t
    while True:
        m = 2 * n - k
        small = abs(square) / ((m + 1) * (m + 2)) <= arb("0.5")
        if small and abs(term) < arb(2) ** -(ctx.prec + 10):
            return total + 2 * abs(term).upper() * arb(0, 1)
        if not term.is_finite() or m > 10 * ctx.prec:
            return arb.nan()
        total += term
        term = -term * square * (2 * n + 1) / ((2 * n + 3) * (m + 1) * (m + 2))
        n += 1


SERIES: dict[str, Callable[[arb, int], list[arb]]] = {
    "gaussian": _gaussian,
    "tanh": _tanh,
    "logistic": _logistic,
    "softplus": _softplus,
    "erf": _erf,
    "gelu": _gelu,
    "cos": lambda t, order: _wave(t, order, 1),
    "sin": lambda t, order: _wave(t, order, 0),
    "sinc": _sinc,
}


def _inside(z: acb, formula: Callable[[acb], acb], half_width: arb) -> acb:
    """``formula`` where |Im z| < ``half_width``, nan elsewhere."""
    return formula(z) if abs(z.imag) < half_width else acb(arb.nan(), arb.nan())


CONTINUATIONS: dict[str, Callable[[acb], acb]] = {
    "gaussian": lambda z: (-z * z / 2).exp(),
    "tanh": lambda z: _inside(z, acb.tanh, arb.pi() / 2),
    "logistic": lambda z: _inside(z, lambda w: 1 / (1 + (-w).exp()), arb.pi()),
    # |Im z| < pi keeps 1 + e^z off the cut of the logarithm
    "softplus": lambda z: _inside(z, lambda w: (1 + w.exp()).log(), arb.pi()),
    "erf": lambda z: (z / arb(2).sqrt()).erf(),
    "gelu": lambda z: z * (1 + (z / arb(2).sqrt()).erf()) / 2,
    "cos": acb.cos,
    "sin": acb.sin,
    "sinc": acb.sinc,
}
