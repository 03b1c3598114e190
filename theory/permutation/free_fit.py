"""P10 for a given target: what free coefficients on the same knots cannot do.

A permutation network bends at its locations only, so between neighbouring nodes (the ends of the
domain and the locations inside it) it is linear, whatever its 2n coefficients and its read-out.
Let M be continuous and linear between finitely many places, 0 at every node and 0 outside the
domain, and mu_k the jump of M' at the place z_k.  For continuous g that is linear between nodes

    sum_k mu_k g(z_k) = integral of M'' g = integral of M g'' = sum over nodes t of M(t) g'[t] = 0,

so max_k |f(z_k) - g(z_k)| >= |sum_k mu_k f(z_k)| / sum_k |mu_k|.  QED

Any M gives a true bound; by linear programming duality the best M on finitely many places gives the
error of the best fit there.  A tent over one cell is the two-sided bend of B6; for f'' continuous
the bound is close to max |f''| d^2/16 on a fine mesh, which the interpolant, lowered by half its
error, attains.  It bounds every network on these knots, so constructed error over this bound is
what the constraint (only the order is free) can cost at most.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.rigor.balls import Truth, ball, less
from theory.statements.enclose import Number
from theory.statements.hypotheses import finite_nonnegative
from theory.statements.statement import Direction, Hypothesis, Statement, Status


def _bound() -> Any:
    import sympy

    total, mass = sympy.symbols("D V", nonnegative=True)
    return total / mass


def _positive(values: Mapping[str, Number]) -> Truth:
    return less(Fraction(0), ball(values["V"]))


STATEMENT = Statement(
    id="P10-fit",
    family="permutation",
    title="this target, any coefficients on these knots",
    claim=(
        "If M is linear between places z_k and 0 at the ends of the domain, at the knots and "
        "outside, with jumps mu_k of M' at z_k, every continuous g that bends at the knots only "
        "has error at least |sum mu_k f(z_k)|/sum |mu_k|."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch="Summed by parts twice, the jumps of M' meet those of g' where M = 0.",
    sharp=True,
    sharp_note="the best M on enough places attains the error of the best free fit (duality)",
    symbols={"D": "|sum mu_k f(z_k)|", "V": "sum |mu_k|, the variation of M'"},
    hypotheses=(
        finite_nonnegative(
            "D", name="sum", text="0 <= D < inf", accepted="a finite number is accepted"
        ),
        Hypothesis("variation", "V > 0", ("V",), _positive, "a profile other than 0 is accepted"),
    ),
    build=_bound,
    proved_in="theory/permutation/free_fit.py",
    tests=("tests/certify/test_free_fit.py", "tests/checker/test_lower_spline.py"),
    falsified_by=(
        "tests/adversary/test_false_theorems.py::"
        "test_a_sharp_constant_cannot_be_better_by_1_05[P10-fit]"
    ),
    notebook=None,
)
