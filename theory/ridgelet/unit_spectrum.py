"""The Fourier transform sigma# of every activation off w = 0, in complex balls (note R0).

Convention: sigma#(w) = int sigma(t) exp(-i w t) dt.  ``growth`` is q in |sigma(t)| <= C(1+|t|)^q,
so that |sigma#(w)| <= C |w|^(-q-1) near 0; ``parity`` is 0 where sigma# is real and even off 0, 1
where it is imaginary and odd.  Point masses at w = 0 (logistic, relu, step, softplus, gelu) and
their derivatives never meet a dual function that vanishes there to order k > d + q.
Source: note R0; arXiv 2008.08427.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import acb, arb

from theory.errors import InputError
from theory.ridgelet.activations import activation


@dataclass(frozen=True)
class SpectralClass:
    """What decides which dual functions are admissible: growth q and parity of sigma#."""

    growth: int
    parity: int


_CLASSES = {
    "gaussian": SpectralClass(-1, 0),
    "sinc": SpectralClass(-1, 0),
    "tanh": SpectralClass(0, 1),
    "logistic": SpectralClass(0, 1),
    "erf": SpectralClass(0, 1),
    "step": SpectralClass(0, 1),
    "cos": SpectralClass(0, 0),
    "sin": SpectralClass(0, 1),
    "softplus": SpectralClass(1, 0),
    "gelu": SpectralClass(1, 0),
    "relu": SpectralClass(1, 0),
}


def spectral_class(name: str) -> SpectralClass:
    """Growth and parity of the activation; raises InputError for an unknown name."""
    return _CLASSES[activation(name).name]


def sinh_ratio(w: acb, rate: arb) -> acb:
    """w/sinh(rate w), regular at 0; not finite over a pole w = i pi n/rate."""
    return 1 / (acb(rate) * (acb(0, rate) * w).sinc())


def _half(w: acb) -> acb:
    return (-w * w / 2).exp()


_FORMULAS: dict[str, Callable[[acb], acb]] = {
    "gaussian": lambda w: acb(2 * arb.pi()).sqrt() * _half(w),
    "tanh": lambda w: acb(0, -arb.pi()) * sinh_ratio(w, arb.pi() / 2) / w,
    "logistic": lambda w: acb(0, -arb.pi()) * sinh_ratio(w, arb.pi()) / w,
    "softplus": lambda w: -acb(arb.pi()) * sinh_ratio(w, arb.pi()) / (w * w),
    "erf": lambda w: acb(0, -2) * _half(w) / w,
    "gelu": lambda w: -(1 + w * w) * _half(w) / (w * w),
    "relu": lambda w: -1 / (w * w),
    "step": lambda w: acb(0, -1) / w,
}


def spectrum(name: str, w: acb) -> acb:
    """sigma#(w), analytic off w = 0 and meromorphic; not finite where a ball holds a pole.

    Raises InputError for cos and sin (point masses at -1 and 1) and for sinc, whose spectrum pi on
    [-1, 1] is no analytic function.
    """
    formula = _FORMULAS.get(activation(name).name)
    if formula is None:
        accepted = f"one of {', '.join(_FORMULAS)} is accepted"
        raise InputError("activation", name, "has no analytic spectrum:", accepted)
    return formula(w)
