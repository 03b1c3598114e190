"""R7: the Tikhonov path of a given draw is exact for the budget |c|_2 <= B.

Phi (m, n): the units of one draw on the input measure, rows scaled by the square roots of the
weights; Phi = U S V^T.  min{|f - Phi c| : |c|_2 <= B} is attained at

    c(mu) = (Phi^T Phi + mu)^-1 Phi^T f = sum_k s_k beta_k/(s_k^2 + mu) v_k,  beta_k = <u_k, f>,

with |c(mu)|_2 = B, and at the minimum-norm solution c(0) for every larger B: the error is flat.

Proof.  |f - Phi c|^2 is convex, so c is optimal in the ball iff the gradient is -mu c with mu >= 0
and mu (|c| - B) = 0.  |c(mu)| is continuous and, unless Phi^T f = 0, strictly decreasing from
|c(0)| to 0.  QED

For one unit, with s = |Phi| and beta = <f, Phi>/s, the error is
sqrt(|f|^2 - beta^2 + max(0, |beta| - s B)^2): ``STATEMENT`` carries this case as its bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.rigor.balls import Truth, ball
from theory.statements.enclose import Number
from theory.statements.hypotheses import at_most, finite_nonnegative
from theory.statements.statement import Direction, Hypothesis, Statement, Status


def _bound() -> Any:
    import sympy

    F, beta, s, B = sympy.symbols("F beta s B", nonnegative=True)
    return sympy.sqrt(F**2 - beta**2 + sympy.Max(0, beta - s * B) ** 2)


def _projection(values: Mapping[str, Number]) -> Truth:
    """beta <= F: a projection is not longer than f."""
    beta, F = values["beta"], values["F"]
    if isinstance(beta, Fraction) and isinstance(F, Fraction):
        return at_most(beta, F)
    return at_most(ball(beta), ball(F))


STATEMENT = Statement(
    id="R7",
    family="ridgelet",
    title="a given frozen draw",
    claim=(
        "For one draw and |c|_2 <= B the smallest error on the input measure is the Tikhonov path, "
        "every B from one singular value decomposition, flat beyond the minimum-norm solution; "
        "for one unit it is sqrt(F^2 - beta^2 + max(0, beta - s B)^2)."
    ),
    direction=Direction.EXACT,
    status=Status.THEOREM,
    paper="2008.08427",
    proof_sketch="Least squares in a ball: the multiplier of the constraint is the Tikhonov mu.",
    sharp=True,
    sharp_note="attained by c(mu)",
    symbols={
        "F": "norm of f",
        "beta": "|<f, unit>|/|unit|",
        "s": "norm of the unit",
        "B": "budget of |c|_2",
    },
    hypotheses=(
        finite_nonnegative(
            "B", name="budget", text="0 <= B < inf", accepted="a finite budget is accepted"
        ),
        finite_nonnegative(
            "s", name="unit", text="0 <= s < inf", accepted="a finite norm is accepted"
        ),
        finite_nonnegative(
            "beta", name="inner", text="0 <= beta", accepted="a finite number is accepted"
        ),
        Hypothesis(
            "projection",
            "beta <= F",
            ("beta", "F"),
            _projection,
            "the projection of f itself is accepted",
        ),
    ),
    build=_bound,
    proved_in="theory/ridgelet/tikhonov.py",
    tests=("tests/ridgelet/test_tikhonov.py",),
    falsified_by=(
        "tests/adversary/test_false_theorems.py::test_a_sharp_constant_cannot_be_better_by_1_05[R7]"
    ),
)
