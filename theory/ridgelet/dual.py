"""R4: the residual is the proof.

mu a finite positive measure of inputs, f and all units sigma(a.x - b), (a, b) in V, in L2(mu).  For
every phi != 0 in L2(mu), every width, every draw in V and every |c|_1 <= B

    |f - g| >= (<f, phi> - B M)/|phi|,    M = sup over V of |int phi(x) sigma(a.x - b) dmu|.

Proof.  |f - g| |phi| >= <f - g, phi> = <f, phi> - sum_j c_j <unit_j, phi> >= <f, phi> - |c|_1 M
(Cauchy-Schwarz, then Hoelder).  An affine part of g adds nothing if phi is orthogonal to affine
functions.  QED

Tight: let g* be the best element of the closed convex hull of the functions +-B unit, the limits
of networks with |c|_1 <= B.  Its residual phi = f - g* satisfies <g, phi> <= <g*, phi> for all g in
the hull (projection on a convex set), and the sup of the left side is B M, so B M = <g*, phi> and
the bound is <f - g*, phi>/|phi| = |f - g*|.  Moreover dE/dB = -M/|phi|: the error is a convex
function of the budget, and its slope is read off the certificate.
"""

from __future__ import annotations

from typing import Any

from theory.rigor.balls import ball, less
from theory.statements.hypotheses import finite_nonnegative
from theory.statements.statement import Direction, Hypothesis, Statement, Status


def _bound() -> Any:
    import sympy

    inner, B, M, norm = sympy.symbols("inner B M norm", real=True)
    return (inner - B * M) / norm


STATEMENT = Statement(
    id="R4",
    family="ridgelet",
    title="dual certificates",
    claim=(
        "For every phi != 0, every width, every draw in V and every |c|_1 <= B the error in L2 of "
        "the input measure is at least (<f, phi> - B M(phi))/|phi|, M(phi) the largest "
        "|<phi, unit>| over V; with the residual of the best network as phi this is its error."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2008.08427",
    proof_sketch="Pair f - g with phi; for the best phi, project on the hull of all networks.",
    sharp=True,
    sharp_note="attained in the limit by the best network of the same class",
    symbols={
        "inner": "<f, phi>, in L2 of the input measure",
        "B": "bound of the l1 norm of the output weights",
        "M": "sup over V of |<phi, unit>|",
        "norm": "|phi|",
    },
    hypotheses=(
        finite_nonnegative(
            "B",
            name="budget",
            text="|c|_1 <= B",
            accepted="a finite budget of at least 0 is accepted",
        ),
        finite_nonnegative(
            "M",
            name="units",
            text="units are bounded in L2 over V",
            accepted="a finite supremum of |<phi, unit>| over V is accepted",
        ),
        Hypothesis(
            "dual",
            "phi != 0",
            ("norm",),
            lambda values: less(ball(0), ball(values["norm"])),
            "a phi of positive norm is accepted",
        ),
    ),
    build=_bound,
    proved_in="theory/ridgelet/dual.py",
    tests=("tests/ridgelet/test_dual.py", "tests/checker/test_lower_dual.py"),
    falsified_by=(
        "tests/adversary/test_false_theorems.py::test_a_sharp_constant_cannot_be_better_by_1_05[R4]"
    ),
    notebook="notebooks/01_ridgelet.ipynb",
)
