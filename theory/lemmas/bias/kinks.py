"""B7, B8: what the signs and the sizes of frozen kinks allow."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Control, Lemma, Method, Outcome, proved, refuted
from theory.lemmas.solver import Problem, absolute, decide, relu

LARGEST_UNITS = 12


def _convex(positive: bool) -> Problem:
    """c relu(w.x + b) is convex along any segment if c >= 0; u, v the arguments at its ends."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        c, u, v, t = z3.Reals("c u v t")
        hypotheses = [t >= 0, t <= 1]
        if positive:
            hypotheses.append(c >= 0)
        middle = c * relu(z3, (1 - t) * u + t * v)
        return hypotheses, middle <= (1 - t) * c * relu(z3, u) + t * c * relu(z3, v)

    return problem


def _distance(share: int) -> Problem:
    """A convex g within E of f at three points: f(x2) - chord <= ``share`` E."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        t, E, g1, g2, g3, f1, f2, f3 = z3.Reals("t E g1 g2 g3 f1 f2 f3")
        hypotheses = [t >= 0, t <= 1, g2 <= (1 - t) * g1 + t * g3]
        hypotheses += [absolute(z3, f - g) <= E for f, g in ((f1, g1), (f2, g2), (f3, g3))]
        return hypotheses, f2 - ((1 - t) * f1 + t * f3) <= share * E

    return problem


def _one_sign(share: int) -> Outcome:
    """Of 2^n sign patterns, ``share`` have one sign only."""
    for n in range(1, LARGEST_UNITS + 1):
        alike = sum(1 for signs in product((1, -1), repeat=n) if len(set(signs)) == 1)
        if Fraction(alike, 2**n) != Fraction(share, 2**n):
            return refuted(f"n = {n}: {alike} of {2**n} patterns")
    return proved(f"n <= {LARGEST_UNITS}, enumerated")


def _secants(ordered: bool) -> list[Problem]:
    """The secant slopes of one kink relu(x - t) grow from 0 to 1 over ascending intervals."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        t, a, b, c, d = z3.Reals("t a b c d")
        rise1 = relu(z3, b - t) - relu(z3, a - t)
        rise2 = relu(z3, d - t) - relu(z3, c - t)
        hypotheses = [a < b, c < d]
        if ordered:
            hypotheses.append(b <= c)
        bounded = z3.And(rise1 >= 0, rise1 <= b - a)
        # rise1/(b-a) <= rise2/(d-c)
        return hypotheses, z3.And(bounded, rise1 * (d - c) <= rise2 * (b - a))

    return [problem]


def _triangle(z3: Any) -> tuple[list[Any], Any]:
    """One more kink: the differences of slopes add up, |d + e| <= |d| + |e|."""
    total, d, e = z3.Reals("total d e")
    return [absolute(z3, d) <= total], absolute(z3, d + e) <= total + absolute(z3, e)


def _secant_error(share: int) -> Problem:
    """Secant slopes over [a, b] of f and g, |f - g| <= E, differ by at most ``share`` E/(b - a)."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        h, E, fa, fb, ga, gb = z3.Reals("h E fa fb ga gb")
        hypotheses = [h > 0, absolute(z3, fa - ga) <= E, absolute(z3, fb - gb) <= E]
        return hypotheses, absolute(z3, (fb - fa) - (gb - ga)) <= share * E

    return problem


def _conclusion(z3: Any) -> tuple[list[Any], Any]:
    """V - H E <= S gives E >= (V - S)/H."""
    V, S, H, E = z3.Reals("V S H E")
    return [H > 0, V - H * E <= S], E >= (V - S) / H


def _expected(sympy: Any, share: int) -> list[Identity]:
    """E|c w| = R^2/4 for c, w independent and uniform on [-R, R]."""
    R, x, n = sympy.symbols("R x n", positive=True)
    mean = sympy.integrate(x / R, (x, 0, R))
    return [Identity("expected budget", n * mean**2, n * R**2 / share)]


LEMMAS = (
    Lemma(
        id="B7-convex",
        name="kinks of one sign make a convex function",
        statement=(
            "If c >= 0 and 0 <= t <= 1, then c relu((1 - t) u + t v) <= (1 - t) c relu(u) + "
            "t c relu(v), u and v the arguments w.x + b at two points of any dimension."
        ),
        used_by=("B7", "B6'"),
        method=Method.Z3,
        argument="z3; sums of convex functions, and affine ones (w = 0), are convex.",
        prove=lambda _: decide(_convex(positive=True)),
        control=Control("for every c", lambda _: decide(_convex(positive=False))),
    ),
    Lemma(
        id="B7-distance",
        name="how far a function is from convex ones",
        statement=(
            "If 0 <= t <= 1, g2 <= (1 - t) g1 + t g3 and |f_i - g_i| <= E for i = 1, 2, 3, then "
            "f2 - ((1 - t) f1 + t f3) <= 2 E."
        ),
        used_by=("B7", "B6'"),
        method=Method.Z3,
        argument="z3.",
        prove=lambda _: decide(_distance(2)),
        control=Control("at most E", lambda _: decide(_distance(1))),
    ),
    Lemma(
        id="B7-probability",
        name="how often all signs agree",
        statement=(
            f"Of the 2^n patterns of n signs 2 have one sign only, n <= {LARGEST_UNITS}: a draw "
            "with independent fair signs is of that kind with probability 2^(1-n)."
        ),
        used_by=("B7",),
        method=Method.CASES,
        argument="Enumerated.",
        prove=lambda _: _one_sign(2),
        control=Control("1 pattern", lambda _: _one_sign(1)),
    ),
    Lemma(
        id="B8-secants",
        name="the slopes of one kink vary by its size",
        statement=(
            "For a < b <= c < d and any t the secant slopes of relu(x - t) over [a, b] and [c, d] "
            "lie in [0, 1] and do not decrease; so over ascending intervals their differences add "
            "up to at most 1, and for a sum of kinks s_k to at most the sum of |s_k|."
        ),
        used_by=("B8",),
        method=Method.Z3,
        argument="z3 for two intervals; a monotone sequence in [0, 1]; triangle inequality by z3.",
        prove=lambda _: decide(*_secants(ordered=True), _triangle),
        control=Control(
            "for intervals in any order", lambda _: decide(*_secants(ordered=False), _triangle)
        ),
    ),
    Lemma(
        id="B8-error",
        name="secant slopes of close functions are close",
        statement=(
            "If |f - g| <= E at both ends of an interval of length h > 0, the secant slopes differ "
            "by at most 2 E/h; and V - H E <= S with H > 0 gives E >= (V - S)/H."
        ),
        used_by=("B8",),
        method=Method.Z3,
        argument="z3, times h.",
        prove=lambda _: decide(_secant_error(2), _conclusion),
        control=Control("at most E/h", lambda _: decide(_secant_error(1), _conclusion)),
    ),
    Lemma(
        id="B8-budget",
        name="the expected budget of a draw",
        statement=(
            "For c, w independent and uniform on [-R, R], the expectation of n |c w| is n R^2/4."
        ),
        used_by=("B8",),
        method=Method.IDENTITY,
        argument="The mean of |c| is R/2; independence.",
        prove=lambda _: prove_identities(lambda sympy: _expected(sympy, 4)),
        control=Control("n R^2/3", lambda _: prove_identities(lambda sympy: _expected(sympy, 3))),
    ),
)
