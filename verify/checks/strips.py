"""Bounds of analytic activations in a strip: |sigma(z)| <= M(y) for |Im z| <= y.

Write z = u + i v, |v| <= y.  E = erfi(y/sqrt 2), Phi the normal distribution function.

========  =========  ===============================================================================
name      half-width bound M(y), and why
========  =========  ===============================================================================
gaussian  infinite   e^(y^2/2); |e^(-z^2/2)| = e^((v^2-u^2)/2)
cos, sin  infinite   cosh y; |cos z|^2 = cosh^2 v - sin^2 u, |sin z|^2 = cosh^2 v - cos^2 u
sinc      infinite   sinh(y)/y; sin(z)/z is the mean of e^(izt) over -1 <= t <= 1
tanh      pi/2       max(1, tan y); |tanh z|^2 = (sinh^2 u + sin^2 v)/(sinh^2 u + cos^2 v), a
                     quotient that moves monotonically from tan^2 v to 1 as |u| grows
logistic  pi         1 if y <= pi/2, else 1/sin y; |1 + e^-z|^2 = 1 + 2 s cos v + s^2 with s = e^-u:
                     at least 1 where cos v >= 0, else at least its minimum over s, sin^2 v
erf       infinite   erf(p) + e^(-p^2) E with p = 1/(sqrt(pi) E) (1 if E = 0): the path from u to
                     u + i v gives |erf(z/sqrt 2)| <= erf(q) + e^(-q^2) E, q = |u|/sqrt 2, and p is
                     where that is largest
softplus  pi         sqrt(L^2 + y^2), L = max(log(1 + e^reach), -log sin y [only if y > pi/2]):
                     log(1 + e^z) has imaginary part arg(1 + e^z), between 0 and v, and real part
                     log|1 + e^z| <= log(1 + e^u), which is at least 0 or log sin |v| as above
gelu      infinite   max(sqrt(reach^2 + y^2) Phi(reach), S/2) + S E/2 with S = sup |z| e^(-u^2/2) =
                     e^((y^2-1)/2) if y < 1, else y: |Phi(z)| <= Phi(u) + e^(-u^2/2) E/2 by the same
                     path, and Phi(u) <= e^(-u^2/2)/2 for u <= 0
relu,     none       not analytic
step
========  =========  ===============================================================================

softplus and gelu grow to the right only: their bounds hold for all Re z <= reach, reach >= 0, the
others for all real parts.  Both satisfy sigma(z) = z + sigma(-z), so that with Re z >= -reach the
same bound holds for sigma(z) - z: up to an affine function, a shift costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb

from verify.checks.verdicts import invalid, quote

# Infinite half-width: an entire function.
ENTIRE = arb("inf")
GROWING = frozenset({"softplus", "gelu"})
NOT_ANALYTIC = frozenset({"relu", "step"})
HALF_WIDTHS: dict[str, Callable[[], arb]] = {
    **dict.fromkeys(("gaussian", "cos", "sin", "sinc", "erf", "gelu"), lambda: ENTIRE),
    "tanh": lambda: arb.pi() / 2,
    "logistic": arb.pi,
    "softplus": arb.pi,
}


def half_width(name: str) -> arb | None:
    """The strip |Im z| < half_width in which sigma is analytic; None if it is not analytic.

    Raises Stop (INVALID) for a name that is no activation.
    """
    if name in NOT_ANALYTIC:
        return None
    if name not in HALF_WIDTHS:
        known = ", ".join(sorted({*HALF_WIDTHS, *NOT_ANALYTIC}))
        raise invalid(f"activation is none of {known}: {quote(name)}")
    return HALF_WIDTHS[name]()


def strip_bound(name: str, y: arb, reach: arb | None = None) -> arb:
    """An enclosure of M(y) as above: |sigma(z)| <= M for |Im z| <= y and |Re z| <= reach.

    ``reach`` None stands for the whole real line.  Not finite where y is not shown to lie in
    [0, half_width).  Raises Stop (INVALID) for an activation that is not analytic, and for one that
    grows where ``reach`` is None.
    """
    width = half_width(name)
    if width is None:
        raise invalid(f"activation is not analytic: {quote(name)}")
    if reach is None and name in GROWING:
        raise invalid(f"activation is unbounded on the line: {quote(name)}")
    if not (y >= 0 and y < width) or not (reach is None or reach >= 0):
        return arb.nan()
    # M increases with y and reach, so their upper ends serve; what is not finite stays so.
    return BOUNDS[name](y.upper(), arb(0) if reach is None else reach.upper())


def _erfi(y: arb) -> arb:
    return (y / arb(2).sqrt()).erfi()


def _gaussian(y: arb, reach: arb) -> arb:
    return (y * y / 2).exp()


def _sinc(y: arb, reach: arb) -> arb:
    # Near 0: sinh(y)/y <= 1 + y^2/6 cosh y, without 0/0.
    return y.sinh() / y if y > 0.5 else 1 + y * y / 6 * y.cosh()


def _tanh(y: arb, reach: arb) -> arb:
    return arb(1).max(y.tan()) if y < arb.pi() / 2 else arb.nan()


def _logistic(y: arb, reach: arb) -> arb:
    if y <= arb.pi() / 2:
        return arb(1)
    return 1 / y.sin() if y < arb.pi() else arb.nan()


def _erf(y: arb, reach: arb) -> arb:
    climb = _erfi(y).upper()
    if not climb > 0:
        return arb(1) if climb == 0 else arb.nan()
    peak = 1 / (arb.pi().sqrt() * climb)
    return peak.erf() + climb * (-peak * peak).exp()


def _softplus(y: arb, reach: arb) -> arb:
    size = (1 + reach.exp()).log()
    if not y <= arb.pi() / 2:
        if not y < arb.pi():
            return arb.nan()
        size = size.max(-y.sin().log())
    return (size * size + y * y).sqrt()


def _gelu(y: arb, reach: arb) -> arb:
    share = (1 + (reach / arb(2).sqrt()).erf()) / 2
    far = ((y * y - 1) / 2).exp() if y < 1 else y
    right = (reach * reach + y * y).sqrt() * share
    return right.max(far / 2) + far * _erfi(y) / 2


BOUNDS: dict[str, Callable[[arb, arb], arb]] = {
    "gaussian": _gaussian,
    "cos": lambda y, reach: y.cosh(),
    "sin": lambda y, reach: y.cosh(),
    "sinc": _sinc,
    "tanh": _tanh,
    "logistic": _logistic,
    "erf": _erf,
    "softplus": _softplus,
    "gelu": _gelu,
}
