"""R4: weak duality, step by step; and why the best dual function is a residual."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from theory.lemmas.lemma import Control, Lemma, Method
from theory.lemmas.solver import Problem, absolute, decide, exact


def _cauchy_schwarz(factor: Fraction) -> Problem:
    """<r, phi>^2 <= factor |r|^2 |phi|^2 from |r - t phi|^2 >= 0 at one t."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        rr, rp, pp, t = z3.Reals("rr rp pp t")
        hypotheses = [rr >= 0, pp > 0, t * pp == rp, rr - 2 * t * rp + t * t * pp >= 0]
        return hypotheses, rp * rp <= exact(z3, factor) * rr * pp

    return problem


def _holder(z3: Any) -> tuple[list[Any], Any]:
    """One more unit: the sum of c_j a_j stays at most M times the sum of |c_j|."""
    pairing, mass, c, a, M = z3.Reals("pairing mass c a M")
    hypotheses = [M >= 0, mass >= 0, pairing <= M * mass, absolute(z3, a) <= M]
    return hypotheses, pairing + c * a <= M * (mass + absolute(z3, c))


def _conclusion(z3: Any) -> tuple[list[Any], Any]:
    """<r, phi> = <f, phi> - pairing <= |r| |phi|, pairing <= M mass, mass <= B."""
    f_phi, pairing, mass, M, B, r, phi = z3.Reals("f_phi pairing mass M B r phi")
    hypotheses = [
        M >= 0,
        mass <= B,
        pairing <= M * mass,
        r >= 0,
        phi >= 0,
        f_phi - pairing <= r * phi,
    ]
    return hypotheses, r * phi >= f_phi - B * M


def _projection(share: Fraction) -> Problem:
    """|phi - t v|^2 >= |phi|^2 for all t in (0, 1] gives <phi, v> <= 0; v = g - g*.

    One t is enough: min(1, a/b) for a = <phi, v> > 0, b = |v|^2.
    """

    def problem(z3: Any) -> tuple[list[Any], Any]:
        a, b, t = z3.Reals("a b t")
        size = exact(z3, share) * a
        hypotheses = [
            b > 0,
            z3.Implies(a > 0, t == z3.If(size < b, size / b, 1)),
            z3.Implies(a <= 0, t == 1),
            -2 * t * a + t * t * b >= 0,
        ]
        return hypotheses, a <= 0

    return problem


LEMMAS = (
    Lemma(
        id="R4-weak-duality",
        name="weak duality",
        statement=(
            "In a real inner product space let M >= 0 and r = f - (c_1 u_1 + ... + c_N u_N) with "
            "|<u_j, phi>| <= M for every j and |c_1| + ... + |c_N| <= B. Then "
            "|r| |phi| >= <f, phi> - B M."
        ),
        used_by=("R4",),
        method=Method.Z3,
        argument=(
            "Cauchy-Schwarz from |r - t phi|^2 >= 0 at t = <r, phi>/|phi|^2; c_1 a_1 + ... + "
            "c_N a_N <= M (|c_1| + ... + |c_N|) by induction on N; then one inequality."
        ),
        prove=lambda _: decide(_cauchy_schwarz(Fraction(1)), _holder, _conclusion),
        control=Control(
            "|r| |phi| at most 9/10 of the pairing",
            lambda _: decide(_cauchy_schwarz(Fraction(9, 10)), _holder, _conclusion),
        ),
    ),
    Lemma(
        id="R4-projection",
        name="the residual of the best network is an optimal dual function",
        statement=(
            "In a real inner product space, if v is not 0 and |phi - t v| >= |phi| for every t in "
            "(0, 1], then <phi, v> <= 0."
        ),
        used_by=("R4",),
        method=Method.Z3,
        argument="z3 at t = min(1, <phi, v>/|v|^2).",
        prove=lambda _: decide(_projection(Fraction(1))),
        control=Control(
            "from t = min(1, 2 <phi, v>/|v|^2) alone", lambda _: decide(_projection(Fraction(2)))
        ),
    ),
)
