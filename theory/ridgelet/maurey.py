"""R6 for a fitted measure: n units sampled from it, and norms of units over all of V.

g* = sum_j c_j sigma_j, S = |c|_1, n i.i.d. indices with probability |c_j|/S, each unit with weight
sign(c_j) S/n.  In any L2 in which |sigma_j| <= R for all j, with probability at least 1 - delta

    |g_n - g*| <= S R (1 + sqrt(2 ln(1/delta)))/sqrt(n).

Proof.  The units are independent with mean g*/n and norm at most S R/n, so that
E|g_n - g*|^2 <= (S R)^2/n and E|g_n - g*| <= S R/sqrt(n).  Another value of one index moves
|g_n - g*| by at most 2 S R/n; the bounded differences inequality gives the second term.  QED

Over V = {|a_i| <= lam, |b| <= beta} and a box with X = max |x|_1: |a.x - b| <= T = lam X + beta, so
R <= sup over |t| <= T of |sigma|.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import arb

from theory.errors import InputError
from theory.ridgelet.activations import activation as named
from theory.rigor.balls import Truth, ball
from theory.statements.enclose import Number
from theory.statements.hypotheses import at_least_integer, finite_nonnegative
from theory.statements.statement import Direction, Hypothesis, Statement, Status
from theory.targets.box_target import Interval

# Attained in the limit or at 0 by every bounded activation.
ONE = frozenset({"gaussian", "logistic", "step", "cos", "sin", "sinc"})


def sampling_error(mass: arb, largest: arb, width: int, delta: Fraction) -> arb:
    """S R (1 + sqrt(2 ln(1/delta)))/sqrt(n), at the working precision.

    Raises InputError for a width below 1 or delta outside (0, 1).
    """
    if width < 1:
        raise InputError("width", width, "is", "an integer >= 1 is accepted")
    if not 0 < delta < 1:
        raise InputError("--delta", delta, "is", "a number between 0 and 1 is accepted")
    return mass * largest * (1 + (-2 * ball(delta).log()).sqrt()) / arb(width).sqrt()


def unit_norm_bound(
    activation: str, lam: Fraction, beta: Fraction, domain: tuple[Interval, ...]
) -> arb:
    """An upper bound of |sigma(a.x - b)|_L2 over V, uniform probability on the box ``domain``.

    Raises InputError for an unknown activation or a side of V that is not positive.
    """
    named(activation)
    for name, side in (("LAMBDA", lam), ("BETA", beta)):
        if not side > 0:
            raise InputError("--box", side, f"has a {name} that is", "positive numbers")
    farthest = sum((max(abs(low), abs(high)) for low, high in domain), Fraction(0))
    reach = ball(lam * farthest + beta)
    if activation in ONE:
        return arb(1)
    if activation == "tanh":
        return reach.tanh()
    if activation == "erf":
        return (reach / arb(2).sqrt()).erf()
    if activation == "softplus":
        return (1 + reach.exp()).log()
    # relu and gelu: |sigma(t)| <= |t|
    return reach


def _bound() -> Any:
    import sympy

    n, S, R, delta = sympy.symbols("n S R delta", positive=True)
    return S * R * (1 + sympy.sqrt(2 * sympy.log(1 / delta))) / sympy.sqrt(n)


def _probability(values: Mapping[str, Number]) -> Truth:
    delta = values["delta"]
    if isinstance(delta, Fraction):
        return Truth.YES if 0 < delta < 1 else Truth.NO
    if delta > 0 and delta < 1:
        return Truth.YES
    return Truth.NO if delta <= 0 or delta >= 1 else Truth.UNKNOWN


STATEMENT = Statement(
    id="R6-fit",
    family="ridgelet",
    title="sampling a fitted measure",
    claim=(
        "n units sampled from a fitted network g* of mass S = |c|_1, with norms at most R, are "
        "within S R (1 + sqrt(2 ln(1/delta)))/sqrt(n) of g* in L2, with probability at least 1 - "
        "delta, and keep |c|_1 <= S."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2008.08427",
    proof_sketch="Variance of a mean of n independent units, and bounded differences.",
    sharp=None,
    symbols={
        "n": "width",
        "S": "mass |c|_1 of the fitted network",
        "R": "largest L2 norm of its units",
        "delta": "probability of failure",
    },
    hypotheses=(
        at_least_integer("n", 1, name="width", counts="units"),
        finite_nonnegative(
            "S", name="mass", text="0 <= S < inf", accepted="a finite mass is accepted"
        ),
        finite_nonnegative(
            "R", name="norm", text="0 <= R < inf", accepted="a finite norm is accepted"
        ),
        Hypothesis(
            "probability",
            "0 < delta < 1",
            ("delta",),
            _probability,
            "a number between 0 and 1 is accepted",
        ),
    ),
    build=_bound,
    proved_in="theory/ridgelet/maurey.py",
    tests=("tests/ridgelet/test_maurey.py",),
    falsified_by=(
        "tests/ridgelet/test_maurey.py::"
        "test_the_bound_holds_as_often_as_it_says_and_half_of_it_does_not"
    ),
)
