"""P8, step 1 and the read-out: kinks in -2..2 keep the knots within half a unit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Control, Lemma, Method
from theory.lemmas.solver import Problem, absolute, decide, exact


def _nearest(z3: Any, k: Any, y: Any) -> list[Any]:
    """k is the integer nearest to y, and of two the one nearer to 0."""
    half = z3.Q(1, 2)
    return [
        absolute(z3, y - k) <= half,
        z3.Implies(y - k == half, y >= 0),
        z3.Implies(y - k == -half, y <= 0),
    ]


def _feedback(bend: Fraction) -> Problem:
    def problem(z3: Any) -> tuple[list[Any], Any]:
        before, here, x = z3.Reals("E0 E1 x")
        k = z3.Int("k")
        half = z3.Q(1, 2)
        y = 2 * here - before + x
        hypotheses = [
            absolute(z3, before) <= half,
            absolute(z3, here) <= half,
            absolute(z3, x) <= exact(z3, bend),
            *_nearest(z3, k, y),
        ]
        bounded = absolute(z3, y) <= z3.Q(5, 2)
        return hypotheses, z3.And(bounded, k <= 2, k >= -2, absolute(z3, y - k) <= half)

    return problem


def _levels(bend: Fraction) -> list[Problem]:
    """The induction: |a_0 - Z_0|, |a_1 - Z_1| <= 1/2, and so on with the k of P8-feedback."""

    def start(z3: Any) -> tuple[list[Any], Any]:
        a1, z1 = z3.Real("a1"), z3.Int("Z1")
        return [*_nearest(z3, z1, a1)], absolute(z3, a1 - z1) <= z3.Q(1, 2)

    def step(z3: Any) -> tuple[list[Any], Any]:
        a0, a1, a2 = z3.Reals("a0 a1 a2")
        z0, z1, k = z3.Ints("Z0 Z1 k")
        half = z3.Q(1, 2)
        x = a2 - 2 * a1 + a0
        hypotheses = [
            absolute(z3, a0 - z0) <= half,
            absolute(z3, a1 - z1) <= half,
            absolute(z3, x) <= exact(z3, bend),
            *_nearest(z3, k, 2 * (a1 - z1) - (a0 - z0) + x),
        ]
        ahead = absolute(z3, a2 - (2 * z1 - z0 + k)) <= half
        return hypotheses, z3.And(k <= 2, k >= -2, ahead)

    return [start, step]


def _recursion(sympy: Any, factor: int) -> list[Identity]:
    """Second differences of a_i = Z_i + E_i: x = k + (E2 - 2 E1 + E0)."""
    a0, a1, a2, z0, z1, z2 = sympy.symbols("a0 a1 a2 z0 z1 z2", real=True)
    x, k = a2 - 2 * a1 + a0, z2 - 2 * z1 + z0
    y = factor * (a1 - z1) - (a0 - z0) + x
    return [Identity("E2 = y - k", a2 - z2, y - k)]


def _reach(shift: int) -> list[Problem]:
    """gam >= 2 s0 (n-1)/(n(n-9) - 118) makes |T| <= n(n-9)/2 - ``shift`` for T nearest to tau."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        n, T = z3.Ints("n T")
        # rest is n(n-9)/2 - 59, an integer because n(n-9) is even; tau = s0 (n-1)/gam
        rest = z3.Int("rest")
        tau, gam, slope = z3.Reals("tau gam slope")
        hypotheses = [
            n >= 17,
            rest >= 9,
            gam > 0,
            slope >= 0,
            gam * rest >= slope,
            absolute(z3, tau) * gam == slope,
            absolute(z3, tau - T) <= z3.Q(1, 2),
        ]
        return hypotheses, absolute(z3, T) <= rest + 59 - shift

    return [problem]


def _closed(least: int) -> Problem:
    """(n-14)(n-1) <= n(n-9) - 118 for n >= ``least``."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        n = z3.Real("n")
        return [n >= least], (n - 14) * (n - 1) <= n * (n - 9) - 118

    return problem


LEMMAS = (
    Lemma(
        id="P8-feedback",
        name="the knots stay within half a unit, with kinks in -2..2",
        statement=(
            "If |E0| <= 1/2, |E1| <= 1/2 and |x| <= 1 then y = 2 E1 - E0 + x has |y| <= 5/2, and "
            "the integer k nearest to y, ties toward 0, has |k| <= 2 and |y - k| <= 1/2."
        ),
        used_by=("P8", "P8-closed", "P9", "P3'"),
        method=Method.Z3,
        argument="z3 over reals and one integer.",
        prove=lambda _: decide(_feedback(Fraction(1))),
        control=Control("|x| <= 11/10", lambda _: decide(_feedback(Fraction(11, 10)))),
    ),
    Lemma(
        id="P8-levels",
        name="integers with small second differences follow any curved levels",
        statement=(
            "If a_0 = 0 and |a_(i+2) - 2 a_(i+1) + a_i| <= 1 for all i, then there are integers "
            "k_i with |k_i| <= 2 such that the integers Z_0 = 0, Z_1 nearest to a_1, Z_(i+2) = "
            "2 Z_(i+1) - Z_i + k_i satisfy |a_i - Z_i| <= 1/2 for all i."
        ),
        used_by=("P8", "P8-closed", "P3'"),
        method=Method.Z3,
        argument="Induction on i: its start, and P8-recursion with P8-feedback as the step, by z3.",
        prove=lambda _: decide(*_levels(Fraction(1))),
        control=Control(
            "second differences up to 11/10", lambda _: decide(*_levels(Fraction(11, 10)))
        ),
    ),
    Lemma(
        id="P8-recursion",
        name="the recursion of the knot errors",
        statement=(
            "For levels a_i and integers Z_i with E_i = a_i - Z_i, x = a_2 - 2 a_1 + a_0 and "
            "k = Z_2 - 2 Z_1 + Z_0: E_2 = 2 E_1 - E_0 + x - k."
        ),
        used_by=("P8", "P9", "P3'"),
        method=Method.IDENTITY,
        argument="Expanded.",
        prove=lambda _: prove_identities(lambda sympy: _recursion(sympy, 2)),
        control=Control(
            "E_2 = 3 E_1 - E_0 + x - k",
            lambda _: prove_identities(lambda sympy: _recursion(sympy, 3)),
        ),
    ),
    Lemma(
        id="P8-reach",
        name="the first slope is within reach of the signs",
        statement=(
            "Let n >= 17, s = s0 (n-1) >= 0, gam > 0 and gam (n(n-9)/2 - 59) >= s, |tau| = s/gam "
            "and T an integer with |tau - T| <= 1/2: then |T| <= n(n-9)/2 - 59."
        ),
        used_by=("P8",),
        method=Method.Z3,
        argument="z3; n(n-9)/2 is an integer, at least 68, and enters as one variable.",
        prove=lambda _: decide(*_reach(59)),
        control=Control("|T| <= n(n-9)/2 - 60", lambda _: decide(*_reach(60))),
    ),
    Lemma(
        id="P8-closed",
        name="when the curvature alone sets the read-out",
        statement="For n >= 22, (n - 14)(n - 1) <= n(n - 9) - 118.",
        used_by=("P8-closed",),
        method=Method.Z3,
        argument="z3 over the reals.",
        prove=lambda _: decide(_closed(22)),
        control=Control("for n >= 21", lambda _: decide(_closed(21))),
    ),
)
