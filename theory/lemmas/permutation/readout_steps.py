"""P3, P4: feedback over the gaps between quads, and the error of a step between two gaps."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from theory.lemmas.lemma import Control, Lemma, Method
from theory.lemmas.solver import Problem, absolute, decide, exact, relu


def _between(z3: Any) -> tuple[list[Any], Any, Any]:
    """f at 0, x = d u and 4 d with Lipschitz constant H/(4 d).

    u stands for x/d, so that relu(x - d/2) is d relu(u - 1/2) and d cancels.
    """
    H, u, G, f0, f4, fx = z3.Reals("H u G f0 f4 fx")
    hypotheses = [
        H >= 0,
        u >= 0,
        u <= 4,
        absolute(z3, fx - f0) <= H * u / 4,
        absolute(z3, fx - f4) <= H * (4 - u) / 4,
        absolute(z3, f0 - G) <= H / 2,
    ]
    return hypotheses, (H, u, G), (f0, f4, fx)


def _step_value(z3: Any, H: Any, u: Any, G: Any) -> Any:
    half = Fraction(1, 2)
    kinks = ((3, half), (-1, 3 * half), (1, 5 * half), (-3, 7 * half))
    return G + H * sum(c * relu(z3, u - exact(z3, at)) for c, at in kinks) / 8


def _up_step(bound: Fraction) -> Problem:
    def problem(z3: Any) -> tuple[list[Any], Any]:
        hypotheses, (H, u, G), (_, f4, fx) = _between(z3)
        hypotheses += [f4 - G >= H / 2, f4 - G <= 3 * H / 2]
        error = absolute(z3, fx - _step_value(z3, H, u, G))
        return hypotheses, error <= exact(z3, bound) * H

    return problem


def _flat(bound: Fraction) -> Problem:
    def problem(z3: Any) -> tuple[list[Any], Any]:
        hypotheses, (H, _, G), (_, f4, fx) = _between(z3)
        hypotheses += [absolute(z3, f4 - G) <= H / 2]
        return hypotheses, absolute(z3, fx - G) <= exact(z3, bound) * H

    return problem


def _feedback(reach: Fraction, limit: int | None) -> Problem:
    """One step of the loop, in units of H; f moves by at most ``reach`` limit.

    ``limit`` None: any integer >= 1.
    """

    def problem(z3: Any) -> tuple[list[Any], Any]:
        G, f0, f1 = z3.Reals("G f0 f1")
        k, most = z3.Ints("k K")
        step = z3.If(k > most, most, z3.If(k < -most, -most, k))
        hypotheses = [
            most >= 1 if limit is None else most == limit,
            absolute(z3, f0 - G) <= z3.Q(1, 2),
            absolute(z3, f1 - f0) <= exact(z3, reach) * most,
            # k is a nearest integer of f1 - G, whichever if there are two
            absolute(z3, f1 - G - k) <= z3.Q(1, 2),
        ]
        return hypotheses, absolute(z3, f1 - G - step) <= z3.Q(1, 2)

    return problem


def _stride(z3: Any) -> tuple[list[Any], Any]:
    """4 L k d <= k (8 k^2 d^2) if L <= 2 k^2 d: a block can follow."""
    L, k, d = z3.Reals("L k d")
    return [d > 0, k >= 1, L >= 0, 2 * k * k * d >= L], 4 * L * k * d <= k * (8 * k * k * d * d)


def _modulus(bound: Fraction, *, flat: bool) -> Problem:
    """Between two gaps f moves by at most H from its value at either; g is monotone or flat."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        H, G, f0, f4, fx, g = z3.Reals("H G f0 f4 fx g")
        hypotheses = [
            H >= 0,
            absolute(z3, f0 - G) <= H / 2,
            absolute(z3, fx - f0) <= H,
            absolute(z3, fx - f4) <= H,
        ]
        if flat:
            hypotheses += [absolute(z3, f4 - G) <= H / 2, g == G]
        else:
            hypotheses += [absolute(z3, f4 - G - H) <= H / 2, g >= G, g <= G + H]
        return hypotheses, absolute(z3, fx - g) <= exact(z3, bound) * H

    return problem


def _left_edge(bound: Fraction) -> Problem:
    """The left-overs of P2 in front of the first gap, l = 2 and 3; gam d^2 = H/8."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        H, u, f, ft = z3.Reals("H u f ft")
        three = z3.Bool("three")
        gap = z3.If(three, z3.Q(5, 2), z3.Q(3, 2))
        second = z3.If(u <= 1, u, 1)
        third = z3.If(u <= 1, u - 2, z3.If(u <= 2, 2 * u - 3, 1))
        # g(x) = f(t) + gam (left-overs at x - left-overs from the last one on)
        g = ft + H * (z3.If(three, third, second) - 1) / 8
        hypotheses = [H >= 0, u >= 0, u <= gap, absolute(z3, f - ft) <= H * (gap - u) / 4]
        return hypotheses, absolute(z3, f - g) <= exact(z3, bound) * H

    return problem


_CONES = "|fx - f0| <= H x/(4 d) and |fx - f4| <= H (4 d - x)/(4 d)"

LEMMAS = (
    Lemma(
        id="P3-feedback",
        name="the levels of the steps follow the target",
        statement=(
            "If H > 0, |f0 - G| <= H/2, |f1 - f0| <= H and k is an integer nearest to (f1 - G)/H, "
            "then |f1 - (G + H clip(k, -1, 1))| <= H/2."
        ),
        used_by=("P3", "P3-modulus"),
        method=Method.Z3,
        argument="z3 over reals and an integer, in units of H.",
        prove=lambda _: decide(_feedback(Fraction(1), 1)),
        control=Control("|f1 - f0| <= 11 H/10", lambda _: decide(_feedback(Fraction(11, 10), 1))),
    ),
    Lemma(
        id="P3-up-step",
        name="the error on an up-step",
        statement=(
            "Let H >= 0, d > 0, 0 <= x <= 4 d and g(x) = G + (3 H relu(x - d/2) - "
            "H relu(x - 3 d/2) + H relu(x - 5 d/2) - 3 H relu(x - 7 d/2))/(8 d). If "
            f"|f0 - G| <= H/2, H/2 <= f4 - G <= 3 H/2, {_CONES}, then |fx - g(x)| <= (5/8) H."
        ),
        used_by=("P3",),
        method=Method.Z3,
        argument="z3 with u = x/d; f lies between the two cones through the gaps.",
        prove=lambda _: decide(_up_step(Fraction(5, 8))),
        control=Control("the bound 0.62 H", lambda _: decide(_up_step(Fraction(62, 100)))),
    ),
    Lemma(
        id="P3-flat-quad",
        name="the error on a flat quad",
        statement=(
            "Let H >= 0, d > 0 and 0 <= x <= 4 d. If |f0 - G| <= H/2, |f4 - G| <= H/2, "
            f"{_CONES}, then |fx - G| <= H."
        ),
        used_by=("P3",),
        method=Method.Z3,
        argument="z3 with u = x/d; f lies between the two cones through the gaps.",
        prove=lambda _: decide(_flat(Fraction(1))),
        control=Control("the bound 0.99 H", lambda _: decide(_flat(Fraction(99, 100)))),
    ),
    Lemma(
        id="P3-left-edge",
        name="the error left of the first quad",
        statement=(
            "Let H >= 0, d > 0, gam = H/(8 d^2), t = 3 d/2 or 5 d/2 the first gap behind two or "
            "three left-over locations, v the function of P2-leftovers, f Lipschitz with constant "
            "H/(4 d) and g = f(t) + gam (v - d^2) on [0, t]: then |f - g| <= H there."
        ),
        used_by=("P3",),
        method=Method.Z3,
        argument="z3 with u = x/d for both counts.",
        prove=lambda _: decide(_left_edge(Fraction(1))),
        control=Control("the bound 0.99 H", lambda _: decide(_left_edge(Fraction(99, 100)))),
    ),
    Lemma(
        id="P3-modulus",
        name="the error between two gaps for a modulus of continuity",
        statement=(
            "If |f0 - G| <= H/2, |fx - f0| <= H and |fx - f4| <= H, and either G <= g <= G + H and "
            "|f4 - G - H| <= H/2 or g = G and |f4 - G| <= H/2, then |fx - g| <= (3/2) H."
        ),
        used_by=("P3-modulus",),
        method=Method.Z3,
        argument="z3, up-step and flat quad; a down-step is an up-step of -f.",
        prove=lambda _: decide(*(_modulus(Fraction(3, 2), flat=flat) for flat in (False, True))),
        control=Control(
            "the bound 1.49 H",
            lambda _: decide(*(_modulus(Fraction(149, 100), flat=flat) for flat in (False, True))),
        ),
    ),
    Lemma(
        id="P4-feedback",
        name="the levels of a block follow the target",
        statement=(
            "If H > 0, K >= 1 is an integer, |f0 - G| <= H/2, |f1 - f0| <= K H and k is an integer "
            "nearest to (f1 - G)/H, then |f1 - (G + H clip(k, -K, K))| <= H/2; and "
            "4 L k d <= k (8 k^2 d^2) if L <= 2 k^2 d, so that a block of 4 k locations follows."
        ),
        used_by=("P4",),
        method=Method.Z3,
        argument="z3 over reals and integers, in units of H, for every K.",
        prove=lambda _: decide(_feedback(Fraction(1), None), _stride),
        control=Control(
            "|f1 - f0| <= 11 K H/10", lambda _: decide(_feedback(Fraction(11, 10), None), _stride)
        ),
    ),
)
