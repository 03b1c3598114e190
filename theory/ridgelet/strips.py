"""R8: how large an analytic activation is in the strip |Im z| <= y, up to affine functions.

``bound(name, y, span)`` is M with |sigma(z - b) - p_b(z)| <= M for every real b, |Im z| <= y and
|Re z| <= span, p_b affine; p_b = 0 but for softplus and gelu, which grow.  Those satisfy sigma(z) =
z + sigma(-z): for b >= 0 only Re(z - b) <= span occurs, for b < 0 the affine z - b is taken off and
the same values occur again.  So b may be free for every analytic activation.

M: Gaussian e^(y^2/2); cos, sin cosh y; sinc sinh(y)/y; tanh max(1, tan y), y < pi/2; logistic 1 for
y <= pi/2, else 1/sin y, y < pi; with E = erfi(y/sqrt 2): erf(t/sqrt 2) erf(p) + e^(-p^2) E, p =
1/(sqrt(pi) E); softplus |max(log(1 + e^span), -log sin y if y > pi/2) + i y|, y < pi; gelu
max(|span + i y| Phi(span), S/2) + S E/2, S = e^((y^2-1)/2) if y < 1, else y.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import acb, arb

from theory.errors import AssumptionViolated
from theory.ridgelet.activations import ACTIVATIONS, activation
from theory.rigor.balls import ball

# Half-width of the strip in multiples of pi; None: entire.
_WIDTHS: dict[str, Fraction | None] = {
    "tanh": Fraction(1, 2),
    "logistic": Fraction(1),
    "softplus": Fraction(1),
    **dict.fromkeys(("gaussian", "erf", "gelu", "cos", "sin", "sinc")),
}
# Activations whose bound holds up to affine functions only, so that R8 needs N >= 1.
UP_TO_AFFINE = frozenset({"softplus", "gelu"})


def half_width(name: str) -> arb:
    """The largest y0 with sigma analytic in |Im z| < y0, infinite for entire functions.

    Raises InputError for an unknown name and AssumptionViolated for relu and step.
    """
    if not activation(name).analytic:
        accepted = ", ".join(entry.name for entry in ACTIVATIONS if entry.analytic)
        raise AssumptionViolated(
            "R8", "(sigma analytic in a strip around the line)", name, f"{accepted} are accepted"
        )
    share = _WIDTHS[name]
    return arb("inf") if share is None else ball(share) * arb.pi()


def bound(name: str, y: arb, span: arb) -> arb:
    """An enclosure of M; not finite unless 0 <= y < half_width is certain.

    Raises as :func:`half_width`.
    """
    if not (y >= 0 and y < half_width(name)):
        return arb.nan()
    return _BOUNDS[name](y.upper(), span.upper())


def _sinc(y: arb, span: arb) -> arb:
    # the mean of e^(i z t) over |t| <= 1; near 0 without 0/0
    return y.sinh() / y if y > arb(1) / 2 else (y * y / 6 * y.cosh()) + 1


def _logistic(y: arb, span: arb) -> arb:
    return arb(1) if y <= arb.pi() / 2 else 1 / y.sin()


def _erf(y: arb, span: arb) -> arb:
    rise = (y / arb(2).sqrt()).erfi()
    if not rise > 0:
        return arb(1)
    peak = 1 / (arb.pi().sqrt() * rise)
    return peak.erf() + (-peak * peak).exp() * rise


def _softplus(y: arb, span: arb) -> arb:
    log = span.exp().log1p()
    return abs(acb(log if y <= arb.pi() / 2 else log.max(-y.sin().log()), y))


def _gelu(y: arb, span: arb) -> arb:
    root = arb(2).sqrt()
    share = (1 + (span / root).erf()) / 2
    left = ((y * y - 1) / 2).exp() if y < 1 else y
    return (abs(acb(span, y)) * share).max(left / 2) + left * (y / root).erfi() / 2


_BOUNDS: dict[str, Callable[[arb, arb], arb]] = {
    "gaussian": lambda y, span: (y * y / 2).exp(),
    "tanh": lambda y, span: y.tan().max(arb(1)),
    "logistic": _logistic,
    "softplus": _softplus,
    "erf": _erf,
    "gelu": _gelu,
    "cos": lambda y, span: y.cosh(),
    "sin": lambda y, span: y.cosh(),
    "sinc": _sinc,
}
