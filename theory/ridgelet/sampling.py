"""R6: a random network of n units from the ridgelet spectrum, with its error in L2(K).

f_V = S[1_V gamma_f], gamma_f = R[f;rho]/((sigma,rho)).  Draw (a_j,b_j) i.i.d. from p on V and set
c_j = gamma_f(a_j,b_j)/(n p(a_j,b_j)).  Then g_n has mean f_V and

    E|g_n - f_V|^2 = (1/n) ( int_V gamma_f^2 |sigma_(a,b)|^2/p - |f_V|^2 ).

With p = |gamma_f| |sigma_(a,b)|/Gamma, Gamma = int_V |gamma_f| |sigma_(a,b)|, with probability at
least 1 - delta

    |g_n - f_V| <= sqrt((Gamma^2 - |f_V|^2)/n) + Gamma sqrt(2 ln(1/delta)/n).

Proof.  g_n is a mean of n independent terms of mean f_V: variances add.  With the best p every term
has norm Gamma exactly, so replacing one changes |g_n - f_V| by at most 2 Gamma/n; bounded
differences give the second term, Jensen the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.rigor.balls import Truth, ball, less
from theory.statements.enclose import Number
from theory.statements.hypotheses import at_least_integer, at_most
from theory.statements.statement import Direction, Hypothesis, Statement, Status


def _bound() -> Any:
    import sympy

    Gamma, F, n, delta = sympy.symbols("Gamma F n delta", nonnegative=True)
    spread = sympy.sqrt((Gamma**2 - F**2) / n)
    return spread + Gamma * sympy.sqrt(2 * sympy.log(1 / delta) / n)


def _mean_below(values: Mapping[str, Number]) -> Truth:
    if at_most(Fraction(0), values["F"]) is not Truth.YES:
        return at_most(Fraction(0), values["F"])
    return at_most(values["F"], values["Gamma"])


def _probability(values: Mapping[str, Number]) -> Truth:
    delta = ball(values["delta"])
    inside = (less(0, delta), less(delta, 1))
    if Truth.NO in inside:
        return Truth.NO
    return Truth.UNKNOWN if Truth.UNKNOWN in inside else Truth.YES


STATEMENT = Statement(
    id="R6",
    family="ridgelet",
    title="sampling the ridgelet spectrum",
    claim=(
        "n units drawn from p ~ |gamma_f| |sigma_(a,b)| on V, with c = gamma_f/(n p), are within "
        "sqrt((Gamma^2-|f_V|^2)/n) + Gamma sqrt(2 ln(1/delta)/n) of the truncated target f_V in "
        "L2(K), with probability at least 1 - delta; f_V differs from f by the multiplier "
        "h(|xi|/lam), known exactly for every activation."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2008.08427",
    proof_sketch="Variances of independent terms add; bounded differences give the deviation.",
    sharp=False,
    symbols={
        "Gamma": "int over V of |gamma_f(a,b)| |sigma_(a,b)|_L2(K)",
        "F": "|f_V| in L2(K)",
        "n": "number of sampled units",
        "delta": "probability of failure",
    },
    hypotheses=(
        at_least_integer("n", 1, name="width", counts="units"),
        Hypothesis(
            "probability",
            "0 < delta < 1",
            ("delta",),
            _probability,
            "a probability between 0 and 1 is accepted",
        ),
        Hypothesis(
            "mean",
            "0 <= |f_V| <= Gamma",
            ("F", "Gamma"),
            _mean_below,
            "a norm of at most Gamma is accepted, by the triangle inequality",
        ),
    ),
    build=_bound,
    proved_in="theory/ridgelet/sampling.py",
    tests=("tests/ridgelet/test_sampling.py",),
    falsified_by="tests/ridgelet/test_sampling.py::test_half_of_the_bound_is_refuted",
    notebook="notebooks/01_ridgelet.ipynb",
)
