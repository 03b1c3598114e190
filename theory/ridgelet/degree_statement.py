"""R8 as data; stated and proved in :mod:`theory.ridgelet.degree`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.rigor.balls import Truth, ball, less
from theory.statements.enclose import Number
from theory.statements.hypotheses import at_least_integer, finite_nonnegative
from theory.statements.statement import Direction, Hypothesis, Statement, Status


def _bound() -> Any:
    import sympy

    dist, B, M, rho, N = sympy.symbols("dist B M rho N", nonnegative=True)
    return dist - 2 * B * M / (rho**N * (rho - 1))


def _ellipse(values: Mapping[str, Number]) -> Truth:
    rho = values["rho"]
    if isinstance(rho, Fraction):
        return Truth.YES if rho > 1 else Truth.NO
    return less(ball(1), rho)


STATEMENT = Statement(
    id="R8",
    family="ridgelet",
    title="the band limit on a compact set, in closed form",
    claim=(
        "For sigma analytic and at most M in the strip that the Bernstein ellipse rho needs, "
        "|a_i| <= lam and |c|_1 <= B, the error is at least the distance of f to polynomials of "
        "degree N minus 2 B M rho^-N/(rho-1), for every N, in L2 and in the sup norm."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2008.08427",
    proof_sketch="A unit is a polynomial of degree N up to 2 M rho^-N/(rho-1).",
    symbols={
        "dist": "distance of f to the polynomials of total degree N",
        "B": "bound of the l1 norm of the output weights",
        "M": "bound of |sigma| in the strip |Im| <= y0, up to affine functions",
        "rho": "rho - 1/rho = 2 y0/S, S = lam times the sum of the half-widths of the box",
        "N": "degree",
    },
    hypotheses=(
        at_least_integer("N", 0, name="degree", counts="degrees"),
        finite_nonnegative(
            "B",
            name="budget",
            text="|c|_1 <= B",
            accepted="a finite budget of at least 0 is accepted",
        ),
        finite_nonnegative(
            "M",
            name="strip",
            text="|sigma| <= M in the strip |Im| <= y0",
            accepted="an activation that is analytic in the strip is accepted",
        ),
        Hypothesis("ellipse", "rho > 1", ("rho",), _ellipse, "y0 > 0 is accepted"),
    ),
    build=_bound,
    proved_in="theory/ridgelet/degree.py",
    tests=("tests/ridgelet/test_degree.py", "tests/checker/test_lower_degree.py"),
    falsified_by=(
        "tests/ridgelet/test_degree.py::test_without_the_factor_two_the_bound_would_be_false"
    ),
    notebook="notebooks/01_ridgelet.ipynb",
)
