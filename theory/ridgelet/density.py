"""R5: without a budget there is no floor on a compact set, so no such number is ever printed.

If sigma is real-analytic and not a polynomial and V has interior, span{sigma(a.x - b): (a,b) in V}
is dense in C(K) for every compact K.

Proof.  Let a measure nu on K annihilate all units; F(a,b) = int sigma(a.x - b) dnu is real-analytic
and zero on an open set, so everywhere; the derivative d_a^alpha F(0,b) = sigma^(|alpha|)(-b) int
x^alpha dnu; sigma is not a polynomial, so all moments of nu vanish, and nu = 0.  QED

relu and step are not analytic, but positively homogeneous (of degree 1 and 0): if V is a
neighbourhood of 0, every (a,b) is a positive multiple of a point of V, so a band is no restriction
without a budget either.

Source: note R5; arXiv 2008.08427.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from theory.errors import AssumptionViolated, InputError
from theory.ridgelet.activations import activation
from theory.rigor.balls import Truth
from theory.statements.enclose import Number
from theory.statements.statement import Direction, Hypothesis, Statement, Status

HOMOGENEOUS = {"relu": 1, "step": 0}


def _is_one(symbol: str) -> Hypothesis:
    texts = {
        "analytic": ("sigma is real-analytic and not a polynomial", "an analytic activation"),
        "interior": ("V has interior", "a set of hidden parameters with an interior point"),
    }
    text, accepted = texts[symbol]

    def test(values: Mapping[str, Number]) -> Truth:
        return Truth.YES if values[symbol] == 1 else Truth.NO

    return Hypothesis(symbol, text, (symbol,), test, f"{accepted} is accepted")


STATEMENT = Statement(
    id="R5",
    family="ridgelet",
    title="the budget is essential",
    claim=(
        "If sigma is real-analytic, not a polynomial, and V has interior, the units are dense in "
        "C(K) for compact K: without a budget the smallest error on K is 0, for every target."
    ),
    direction=Direction.EXACT,
    status=Status.THEOREM,
    paper="2008.08427",
    proof_sketch="A measure that annihilates all units annihilates all polynomials.",
    symbols={
        "analytic": "1 where sigma is real-analytic and not a polynomial, else 0",
        "interior": "1 where V has interior, else 0",
    },
    hypotheses=(_is_one("analytic"), _is_one("interior")),
    proved_in="theory/ridgelet/density.py",
    tests=("tests/ridgelet/test_three_readings.py",),
    falsified_by=(
        "tests/ridgelet/test_three_readings.py::"
        "test_the_unrestricted_reading_is_refuted_by_a_network"
    ),
    notebook="notebooks/01_ridgelet.ipynb",
)


def why_no_floor(name: str) -> str:
    """Why units of this activation from a neighbourhood of 0 are dense in L2 of a compact set."""
    unit = activation(name)
    if unit.analytic:
        return f"{name} is real-analytic and not a polynomial: its units are dense in C(K)"
    degree = HOMOGENEOUS[unit.name]
    return f"{name} is positively homogeneous of degree {degree}: a band is no restriction"


def require_budget(
    name: str, budget: Fraction | float | None, *, theorem: str = "R5", argument: str = "--budget"
) -> Fraction:
    """The budget |c|_1 that a lower bound on a compact set speaks of.

    ``None`` or infinity asks for a bound over all output weights: for every activation known here
    the smallest error is then 0, and AssumptionViolated names ``theorem`` and the reason.  A budget
    that is negative or nan raises InputError, and so does an unknown activation.
    """
    reason = why_no_floor(name)
    if budget is None or budget == math.inf:
        hypothesis = "the output weights have a budget"
        accepted = f"{reason}, and the only bound without a budget is 0; give {argument}"
        raise AssumptionViolated(theorem, hypothesis, "no budget", accepted)
    if not budget >= 0:
        raise InputError(argument, budget, "negative:", "a budget >= 0 is accepted")
    return Fraction(budget)
