"""B6: an interval without a knot, and three points that no line comes close to."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from theory.lemmas.lemma import Control, Lemma, Method
from theory.lemmas.solver import Problem, absolute, decide, exact


def _three_points(share: Fraction) -> Problem:
    """f_i = g(x_i) + e_i with g affine, |e_i| <= E: f leaves its chord by at most share E."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        x1, x2, x3, slope, height, E = z3.Reals("x1 x2 x3 slope height E")
        e1, e2, e3 = z3.Reals("e1 e2 e3")
        f1, f2, f3 = (slope * x + height + e for x, e in ((x1, e1), (x2, e2), (x3, e3)))
        hypotheses = [x1 < x2, x2 < x3, *(absolute(z3, e) <= E for e in (e1, e2, e3))]
        # |f2 - chord| <= share E, times x3 - x1 > 0
        off = f2 * (x3 - x1) - ((x3 - x2) * f1 + (x2 - x1) * f3)
        bound = exact(z3, share) * E * (x3 - x1)
        return hypotheses, absolute(z3, off) <= bound

    return problem


def _disjoint(z3: Any) -> tuple[list[Any], Any]:
    """A knot lies inside one of two neighbours at most."""
    a, b, c, d, t = z3.Reals("a b c d t")
    inside = z3.And(a < t, t < b, c < t, t < d)
    return [a < b, b <= c, c < d], z3.Not(inside)


def _counting(spare: int) -> list[Problem]:
    """j + 1 intervals with a knot inside hold at least j + 1 knots, by induction on j.

    ``spare`` = 0: n knots, n + 1 intervals; 1: one more knot, the control.
    """

    def start(z3: Any) -> tuple[list[Any], Any]:
        count, sum_so_far = z3.Ints("count sum")
        return [count >= 1, sum_so_far == count], sum_so_far >= 1

    def step(z3: Any) -> tuple[list[Any], Any]:
        j, sum_so_far, count = z3.Ints("j sum count")
        hypotheses = [j >= 0, sum_so_far >= j + 1, count >= 1]
        return hypotheses, sum_so_far + count >= j + 2

    def end(z3: Any) -> tuple[list[Any], Any]:
        n, total = z3.Ints("n total")
        return [n >= 0, total <= n + spare], z3.Not(total >= n + 1)

    return [start, step, end]


LEMMAS = (
    Lemma(
        id="B6-three-points",
        name="three-point alternation",
        statement=(
            "If x1 < x2 < x3, g is affine and |f(x_i) - g(x_i)| <= E for i = 1, 2, 3, then "
            "|f(x2) - ((x3 - x2) f(x1) + (x2 - x1) f(x3))/(x3 - x1)| <= 2 E."
        ),
        used_by=("B6", "B6'", "B7", "P10-parabola"),
        method=Method.Z3,
        argument="z3, with both sides times x3 - x1.",
        prove=lambda _: decide(_three_points(Fraction(2))),
        control=Control("at most (19/10) E", lambda _: decide(_three_points(Fraction(19, 10)))),
    ),
    Lemma(
        id="B6-pigeonhole",
        name="one interval holds no knot",
        statement=(
            "If I_0, ..., I_n are n + 1 intervals, a_j < b_j, with b_j <= a_(j+1), and t_1, ..., "
            "t_n are n real numbers, then some I_j has no t_i with a_j < t_i < b_j."
        ),
        used_by=("B6", "B6'"),
        method=Method.Z3,
        argument=(
            "A knot lies inside one interval at most; j + 1 intervals with a knot inside hold "
            "j + 1 knots, by induction: each step by z3."
        ),
        prove=lambda _: decide(_disjoint, *_counting(0)),
        control=Control("n + 1 knots", lambda _: decide(_disjoint, *_counting(1))),
    ),
)
