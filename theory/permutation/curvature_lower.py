"""P10: the matching lower bounds for targets of bounded curvature.

Any piecewise-linear g with n - 1 pieces, so any coefficients on n equidistant locations:

    sup over |f''| <= M2 of |f - g|  >=  M2/(8 (n - 2 + sqrt 2)^2),
    f = M2 x^2/2:             |f - g|  >=  M2/(16 (n-1)^2).

Proof.  The perfect spline (:mod:`theory.permutation.perfect_spline`) alternates at n + 1 points
with amplitude M2 h^2/8.  A g closer than that has its n sign changes too, and two of the zeros lie
on one linear piece, which then vanishes between them: impossible.  For the parabola, some piece has
length l >= 1/(n-1), where the best line errs by M2 l^2/16.  QED

P8's 5/8 is above the first bound by the factor 5 ((n - 2 + sqrt 2)/(n-1))^2, a little over 5.
"""

from __future__ import annotations

from typing import Any

from theory.statements.hypotheses import bounded_curvature, width_at_least
from theory.statements.statement import Direction, Statement, Status


def _class_bound() -> Any:
    import sympy

    n, M2 = sympy.symbols("n M2", nonnegative=True)
    return M2 / (8 * (n - 2 + sympy.sqrt(2)) ** 2)


def _parabola_bound() -> Any:
    import sympy

    n, M2 = sympy.symbols("n M2", nonnegative=True)
    return M2 / (16 * (n - 1) ** 2)


_SYMBOLS = {"n": "number of locations", "M2": "bound of |f''| on the unit interval"}

STATEMENT = Statement(
    id="P10",
    family="permutation",
    title="curvature class, any coefficients on n equidistant knots",
    claim=(
        "Some f with |f''| <= M2, a perfect spline, has error at least M2/(8 (n-2+sqrt 2)^2) for "
        "every piecewise-linear g with n - 1 pieces, whatever its coefficients and knots."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch="n + 1 alternating extrema: n sign changes do not fit on n - 1 linear pieces.",
    sharp=True,
    sharp_note="for this spline: g = 0 attains it",
    symbols=_SYMBOLS,
    hypotheses=(width_at_least(2), bounded_curvature()),
    build=_class_bound,
    proved_in="theory/permutation/curvature_lower.py",
    tests=("tests/theory/test_lower_bounds.py",),
    falsified_by=(
        "tests/adversary/test_false_theorems.py::"
        "test_a_sharp_constant_cannot_be_better_by_1_05[P10]"
    ),
    notebook="notebooks/03_permutation.ipynb",
)

PARABOLA_STATEMENT = Statement(
    id="P10-parabola",
    family="permutation",
    title="the parabola, any coefficients on n equidistant knots",
    claim=(
        "f = M2 x^2/2 has error at least M2/(16 (n-1)^2) for every piecewise-linear g with n - 1 "
        "pieces, whatever its coefficients and knots."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch="A piece of length l >= 1/(n-1): the best line errs by M2 l^2/16.",
    sharp=True,
    sharp_note="attained by the interpolant at equidistant knots, lowered by half its error",
    symbols=_SYMBOLS,
    hypotheses=(width_at_least(2), bounded_curvature()),
    build=_parabola_bound,
    proved_in="theory/permutation/curvature_lower.py",
    tests=("tests/theory/test_lower_bounds.py",),
    falsified_by=(
        "tests/adversary/test_false_theorems.py::"
        "test_a_sharp_constant_cannot_be_better_by_1_05[P10-parabola]"
    ),
)
