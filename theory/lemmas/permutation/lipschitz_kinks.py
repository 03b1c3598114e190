"""P3': kinks for Lipschitz targets, between two knots."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from theory.lemmas.lemma import Control, Lemma, Method
from theory.lemmas.solver import Problem, absolute, decide, exact


def _bend(share: int) -> Problem:
    """|f0 - 2 f1 + f2| <= ``share`` L d for a Lipschitz f."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        f0, f1, f2, Ld = z3.Reals("f0 f1 f2 Ld")
        hypotheses = [absolute(z3, f1 - f0) <= Ld, absolute(z3, f2 - f1) <= Ld]
        return hypotheses, absolute(z3, f0 - 2 * f1 + f2) <= share * Ld

    return problem


def _between(bound: Fraction) -> Problem:
    """At x = x_0 + t d: f lies in two cones, g is the line through values within L d of f."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        f0, f1, fx, g0, g1, Ld, t = z3.Reals("f0 f1 fx g0 g1 Ld t")
        hypotheses = [
            t >= 0,
            t <= 1,
            Ld >= 0,
            absolute(z3, fx - f0) <= Ld * t,
            absolute(z3, fx - f1) <= Ld * (1 - t),
            absolute(z3, g0 - f0) <= Ld,
            absolute(z3, g1 - f1) <= Ld,
        ]
        error = absolute(z3, fx - ((1 - t) * g0 + t * g1))
        return hypotheses, error <= exact(z3, bound) * Ld

    return problem


def _modulus(bound: Fraction) -> Problem:
    """The same with f within om of f0 and f1, knots within om: om the modulus at d."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        f0, f1, fx, g0, g1, om, t = z3.Reals("f0 f1 fx g0 g1 om t")
        near = [(fx, f0), (fx, f1), (g0, f0), (g1, f1)]
        hypotheses = [t >= 0, t <= 1, *(absolute(z3, u - v) <= om for u, v in near)]
        error = absolute(z3, fx - ((1 - t) * g0 + t * g1))
        return hypotheses, error <= exact(z3, bound) * om

    return problem


LEMMAS = (
    Lemma(
        id="P3p-bend",
        name="second differences of a Lipschitz function",
        statement=(
            "If |f1 - f0| <= L d and |f2 - f1| <= L d, then |f0 - 2 f1 + f2| <= 2 L d, one unit "
            "u = gam d^2 of the feedback for gam = 2 L/d."
        ),
        used_by=("P3'",),
        method=Method.Z3,
        argument="z3.",
        prove=lambda _: decide(_bend(2)),
        control=Control("at most L d", lambda _: decide(_bend(1))),
    ),
    Lemma(
        id="P3p-between",
        name="the error between two knots, Lipschitz targets",
        statement=(
            "If 0 <= t <= 1, |fx - f0| <= L d t, |fx - f1| <= L d (1 - t), |g0 - f0| <= L d and "
            "|g1 - f1| <= L d, then |fx - ((1 - t) g0 + t g1)| <= (3/2) L d."
        ),
        used_by=("P3'",),
        method=Method.Z3,
        argument="z3; knots err by at most half a unit, u/2 = L d (P8-levels).",
        prove=lambda _: decide(_between(Fraction(3, 2))),
        control=Control("(149/100) L d", lambda _: decide(_between(Fraction(149, 100)))),
    ),
    Lemma(
        id="P3p-modulus",
        name="the error between two knots for a modulus of continuity",
        statement=(
            "If 0 <= t <= 1 and |fx - f0|, |fx - f1|, |g0 - f0|, |g1 - f1| <= om, then "
            "|fx - ((1 - t) g0 + t g1)| <= 2 om."
        ),
        used_by=("P3'-modulus",),
        method=Method.Z3,
        argument="z3; second differences are at most 2 om = u, so knots err by at most u/2 = om.",
        prove=lambda _: decide(_modulus(Fraction(2))),
        control=Control("(199/100) om", lambda _: decide(_modulus(Fraction(199, 100)))),
    ),
)
