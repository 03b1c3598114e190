"""B2a: what the kinks at a knot do, and the error between two knots."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Control, Lemma, Method
from theory.lemmas.solver import Problem, absolute, decide, exact


def _mismatch(sympy: Any, sign: int) -> list[Identity]:
    g, s, y, h, theta = sympy.symbols("g s y h theta", positive=True)
    kink = (y - g) / h - s + sign * theta
    return [Identity("value at the next knot", g + h * (s + kink), y + h * theta)]


def _interpolation(share: Fraction) -> Problem:
    """|(1-t) e0 + t e1| <= share max(|e0|, |e1|)."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        e0, e1, t, most = z3.Reals("e0 e1 t most")
        hypotheses = [
            t >= 0,
            t <= 1,
            absolute(z3, e0) <= most,
            absolute(z3, e1) <= most,
        ]
        bound = exact(z3, share) * most
        return hypotheses, absolute(z3, (1 - t) * e0 + t * e1) <= bound

    return problem


def _chord_formula(sympy: Any, shift: int) -> list[Identity]:
    """chord - f = int K f'' with K(x,t) = t (h-x)/h for t < x, x (h-t)/h for t > x.

    Both integrands have the antiderivatives below, for any f; put in the ends.
    """
    t, x, h = sympy.symbols("t x h", positive=True)
    f = sympy.Function("f")
    low, high = t * (h - x) / h, x * (h - t) / h
    left = t * (h - x) / h * f(t).diff(t) - (h - x) / h * f(t)
    right = x * (h - t) / h * f(t).diff(t) + x / h * f(t)
    ends = (left.subs(t, x) - left.subs(t, 0)) + (right.subs(t, h) - right.subs(t, x))
    chord = (1 - x / h) * f(0) + (x / h) * f(h)
    mass = sympy.integrate(low, (t, 0, x)) + sympy.integrate(high, (t, x, h))
    return [
        Identity("left antiderivative", left.diff(t), low * f(t).diff(t, 2)),
        Identity("right antiderivative", right.diff(t), high * f(t).diff(t, 2)),
        Identity("ends", ends.doit(), chord - f(x)),
        Identity("mass of the kernel", mass, x * (h - x) / 2),
        Identity("its largest value", h**2 / 8 - x * (h - x) / 2, (h - (2 + shift) * x) ** 2 / 8),
    ]


LEMMAS = (
    Lemma(
        id="B2a-mismatch",
        name="a knot forgets what happened before",
        statement=(
            "If g is affine on [x, x + h], h > 0, with the slope s + D there, and "
            "D = (y - g(x))/h - s + theta, then g(x + h) = y + h theta."
        ),
        used_by=("B2a", "B2b", "B2-outputs"),
        method=Method.IDENTITY,
        argument="g(x) + h (s + D), expanded.",
        prove=lambda _: prove_identities(lambda sympy: _mismatch(sympy, 1)),
        control=Control(
            "g(x + h) = y - h theta", lambda _: prove_identities(lambda sympy: _mismatch(sympy, -1))
        ),
    ),
    Lemma(
        id="B2a-interpolation",
        name="between two knots the errors of the knots are averaged",
        statement=("If |e0| <= m, |e1| <= m and 0 <= t <= 1, then |(1 - t) e0 + t e1| <= m."),
        used_by=("B2a", "P8"),
        method=Method.Z3,
        argument="z3.",
        prove=lambda _: decide(_interpolation(Fraction(1))),
        control=Control("(99/100) m", lambda _: decide(_interpolation(Fraction(99, 100)))),
    ),
    Lemma(
        id="chord",
        name="the error of the chord",
        statement=(
            "If f' is absolutely continuous on [0, h] and |f''| <= M2, then the chord "
            "(1 - x/h) f(0) + (x/h) f(h) differs from f(x) by the integral of K f'' with a kernel "
            "K >= 0 of mass x (h - x)/2 <= h^2/8: by at most M2 h^2/8."
        ),
        used_by=("B2a", "P8", "P9", "B1"),
        method=Method.IDENTITY,
        argument=(
            "K(x, t) = t (h - x)/h for t <= x, x (h - t)/h for t >= x; both halves of K f'' have "
            "antiderivatives, whose ends give the chord; h^2/8 - x (h - x)/2 = (h - 2 x)^2/8."
        ),
        prove=lambda _: prove_identities(lambda sympy: _chord_formula(sympy, 0)),
        control=Control(
            "h^2/8 - x (h - x)/2 = (h - 3 x)^2/8",
            lambda _: prove_identities(lambda sympy: _chord_formula(sympy, 1)),
        ),
    ),
)
