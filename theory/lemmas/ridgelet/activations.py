"""R4: bounds of activations that enclosures of the dual norm rest on."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from theory.lemmas.boxes import prove_below
from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Control, Lemma, Method, Outcome, together
from theory.lemmas.solver import Problem, absolute, decide, exact, relu


def _relu_remainder(offset: Fraction) -> Problem:
    """|relu(t+e) - relu(t) - e 1[t > 0]| <= max(0, |e| - |t|) - ``offset`` |e|."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        t, e = z3.Reals("t e")
        rest = relu(z3, t + e) - relu(z3, t) - z3.If(t > 0, e, 0)
        room = relu(z3, absolute(z3, e) - absolute(z3, t))
        bound = room - exact(z3, offset) * absolute(z3, e)
        return [], absolute(z3, rest) <= bound

    return problem


def _saturating(sympy: Any, share: int) -> list[Identity]:
    """tanh'' = -2 u (1 - u^2) and logistic'' = s (1 - s)(1 - 2 s) in u = tanh t, s = logistic t.

    16/27 - (2 u (1 - u^2))^2 = (4/27) (3 v - 1)^2 (4 - 3 v), v = u^2 <= 1; the logistic function is
    s = (1 + u)/2 at half the argument, so that s (1 - s)(1 - 2 s) = -u (1 - u^2)/4.
    """
    t, u, v = sympy.symbols("t u v", real=True)
    tanh = sympy.tanh(t)
    second = tanh.diff(t, 2)
    logistic = 1 / (1 + sympy.exp(-t))
    s = (1 + u) / 2
    return [
        Identity("tanh''", second, -2 * tanh * (1 - tanh**2)),
        Identity("logistic''", logistic.diff(t, 2), logistic * (1 - logistic) * (1 - 2 * logistic)),
        Identity("logistic'' in u", s * (1 - s) * (1 - 2 * s), -u * (1 - u**2) / 4),
        Identity(
            "square",
            sympy.Rational(16, share) - 4 * v * (1 - v) ** 2,
            sympy.Rational(4, 27) * (3 * v - 1) ** 2 * (4 - 3 * v),
        ),
    ]


def _bells(sympy: Any) -> list[Identity]:
    """Second derivatives of the Gaussian, erf(t/sqrt 2) and gelu, and where that of erf peaks."""
    t = sympy.Symbol("t", real=True)
    bell = sympy.exp(-(t**2) / 2)
    root = sympy.sqrt(2 / sympy.pi)
    erf = sympy.erf(t / sympy.sqrt(2))
    gelu = t * (1 + erf) / 2
    return [
        Identity("gaussian''", bell.diff(t, 2), (t**2 - 1) * bell),
        Identity("erf''", erf.diff(t, 2), -root * t * bell),
        Identity("gelu''", gelu.diff(t, 2), root * (2 - t**2) * bell / 2),
        Identity("peak of t e^(-t^2/2)", (t * bell).diff(t), (1 - t**2) * bell),
    ]


def _bell_bounds(factor: Fraction) -> Outcome:
    """|t^2 - 1| e^(-t^2/2) < factor on [1/8, 8] (below 1/8: 1 - t^2 <= 1); |2 - t^2| e^.. < 2."""

    def gaussian(t: arb) -> arb:
        return abs(t * t - 1) * (-t * t / 2).exp()

    def gelu(t: arb) -> arb:
        return abs(2 - t * t) * (-t * t / 2).exp()

    low, high = Fraction(1, 8), Fraction(8)
    return together(
        prove_below(gaussian, lambda: arb(factor.numerator) / factor.denominator, low, high),
        prove_below(gelu, lambda: arb(2), low, high),
    )


def _sinc_slope(limit: Fraction) -> Outcome:
    """|(t cos t - sin t)/t^2| < limit on [1/2, 8]; below 1/2 it is at most t/3, beyond 2/t."""

    def slope(t: arb) -> arb:
        return abs(t * t.cos() - t.sin()) / (t * t)

    bound = (limit.numerator, limit.denominator)
    return prove_below(slope, lambda: arb(bound[0]) / bound[1], Fraction(1, 2), Fraction(8))


def _sinc_tail(z3: Any) -> tuple[list[Any], Any]:
    """|t c - s| <= 2 t for |c|, |s| <= 1, t >= 1: at most 2/t, and 2/8 < 0.4362 beyond 8."""
    t, c, s = z3.Reals("t c s")
    hypotheses = [t >= 8, c <= 1, c >= -1, s <= 1, s >= -1]
    # |t c - s| < 0.4362 t^2
    return hypotheses, absolute(z3, t * c - s) < z3.Q(4362, 10_000) * t * t


LEMMAS = (
    Lemma(
        id="R4-relu-remainder",
        name="how far relu is from its tangent",
        statement=(
            "For all real t and e, |relu(t + e) - relu(t) - e 1[t > 0]| <= max(0, |e| - |t|)."
        ),
        used_by=("R4",),
        method=Method.Z3,
        argument="z3.",
        prove=lambda _: decide(_relu_remainder(Fraction(0))),
        control=Control(
            "at most max(0, |e| - |t|) - |e|/100",
            lambda _: decide(_relu_remainder(Fraction(1, 100))),
        ),
    ),
    Lemma(
        id="R4-curvature-saturating",
        name="the curvature of tanh and of the logistic function",
        statement=(
            "|tanh''| <= 4/(3 sqrt 3) and |logistic''| <= 1/(6 sqrt 3) on the line, both attained."
        ),
        used_by=("R4",),
        method=Method.IDENTITY,
        argument=(
            "With u = tanh t and v = u^2 <= 1: 16/27 - (2 u (1 - u^2))^2 = "
            "(4/27)(3 v - 1)^2 (4 - 3 v) >= 0, 0 at v = 1/3; logistic'' is -u (1 - u^2)/4 with "
            "u = tanh(t/2)."
        ),
        prove=lambda _: prove_identities(lambda sympy: _saturating(sympy, 27)),
        control=Control(
            "16/28 for 16/27", lambda _: prove_identities(lambda sympy: _saturating(sympy, 28))
        ),
    ),
    Lemma(
        id="R4-curvature-bells",
        name="the curvature of the Gaussian, erf and gelu",
        statement=(
            "|t^2 - 1| e^(-t^2/2) < 1 and |2 - t^2| e^(-t^2/2) < 2 for 1/8 <= |t| <= 8; these are "
            "the second derivatives of the Gaussian and, times 1/sqrt(2 pi), of gelu; that of "
            "erf(t/sqrt 2) is -sqrt(2/pi) t e^(-t^2/2), largest at |t| = 1."
        ),
        used_by=("R4",),
        method=Method.BOXES,
        argument=(
            "Derivatives by sympy; branch and bound. For |t| < 1/8 both factors are at most 1 "
            "(2 and 1); beyond 8 t^2 e^(-t^2/2) falls and is below 10^-12."
        ),
        prove=lambda _: together(prove_identities(_bells), _bell_bounds(Fraction(1))),
        control=Control("|t^2 - 1| e^(-t^2/2) < 9/10", lambda _: _bell_bounds(Fraction(9, 10))),
    ),
    Lemma(
        id="R4-slope-sinc",
        name="the slope of sinc",
        statement=(
            "|sinc'(t)| = |t cos t - sin t|/t^2 < 0.4362 for every t with |t| >= 1/2; below 1/2 "
            "it is at most |t|/3."
        ),
        used_by=("R4",),
        method=Method.BOXES,
        argument=(
            "Branch and bound on [1/2, 8]; beyond 8 by |cos|, |sin| <= 1 (z3); near 0 the "
            "alternating series t/3 - t^3/30 + ..."
        ),
        prove=lambda _: together(_sinc_slope(Fraction(4362, 10_000)), decide(_sinc_tail)),
        control=Control("|sinc'| < 0.4361", lambda _: _sinc_slope(Fraction(4361, 10_000))),
    ),
)
