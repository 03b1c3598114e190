"""B1: how many random frozen units match a given network by their biases alone.

The target network N1 has m0 relu units with parameters w_i in R^d, beta_i, c_i in R^l, all in
[-gamma, gamma], |h - N1| <= eps/2 on K, X1 = max over K of |x|_1; W and C have independent entries,
uniform on [-R, R], R > gamma.  Choose eta <= R - gamma with m0 eta (2 gamma X1 + gamma + eta X1) <=
eps/2 and p = (eta/R)^(d+l).  If n >= m0 ceil(ln(m0/delta)/-ln(1-p)), then with probability at least
1 - delta some b gives |h - C relu(W x + b)| <= eps on K.
Proof.  Split the units into m0 groups: disjoint rows of W and columns of C, so independent.  Group
i contains a unit within eta of (w_i, c_i) with probability at least 1 - (1-p)^(n/m0) >= 1 -
delta/m0; union bound.  That unit gets beta_i, every other one a bias below -R X1, which switches it
off on K.  A matched unit errs by at most eta ((gamma + eta) X1 + gamma) from c and gamma eta X1
from w.  QED
For masks on random biases (note B3) the bias has to match as well: p = (eta/R)^(d+l+1), and gamma
eta more error for each unit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from theory.errors import InputError
from theory.rigor.balls import ball, float_down, float_up, working_precision
from theory.statements.hypotheses import at_least_integer, between
from theory.statements.statement import Direction, Statement, Status

GUARD_BITS = 128


@dataclass(frozen=True)
class MatchingUnits:
    """The width n = m0 ceil(ln(m0/delta)/-ln(1-p)): exactly, and log10 n as lower, upper end."""

    width: int
    log10_width: tuple[float, float]


def matching_error(
    m0: int, eta: Fraction, gamma: Fraction, reach: Fraction, *, masks: bool = False
) -> Fraction:
    """m0 eta (2 gamma X1 + gamma + eta X1), X1 = ``reach``: what matching within eta costs."""
    extra = gamma if masks else Fraction(0)
    return m0 * eta * (2 * gamma * reach + gamma + eta * reach + extra)


def largest_eta(
    m0: int,
    share: Fraction,
    *,
    gamma: Fraction,
    weight_range: Fraction,
    reach: Fraction,
    masks: bool = False,
) -> Fraction:
    """About the largest eta <= R - gamma with matching error <= ``share``; a float64, rounded down.

    ``share``: the part of eps left for matching (the theorem's eps/2).  Raises InputError unless 0
    < gamma < R, m0 >= 1, share > 0.
    """
    _check_range(gamma, weight_range)
    if m0 < 1 or share <= 0:
        raise InputError("m0, eps", (m0, share), "not positive:", "m0 >= 1 and eps > 0")
    half = float(2 * gamma * reach + gamma + (gamma if masks else 0)) / 2
    rest, x = float(share / m0), float(reach)
    # the positive root of x eta^2 + 2 half eta = rest, without cancellation
    guess = rest / (half + math.sqrt(half * half + x * rest))
    eta = min(guess, float_down(weight_range - gamma))
    while matching_error(m0, Fraction(eta), gamma, reach, masks=masks) > share:
        eta = math.nextafter(eta, 0.0) * (1 - 2**-50)
    if not eta > 0:
        raise InputError("--eps", share, "too small for float64:", "a larger eps is accepted")
    return Fraction(eta)


def matching_units(
    m0: int,
    eta: Fraction,
    delta: Fraction,
    weight_range: Fraction,
    *,
    inputs: int = 1,
    outputs: int = 1,
    masks: bool = False,
) -> MatchingUnits:
    """The width of B1 for d = ``inputs``, l = ``outputs``, as an integer and as a logarithm.

    Raises InputError for delta outside (0, 1), eta outside (0, R), m0, d, l < 1.
    """
    if not 0 < delta < 1:
        accepted = "a probability between 0 and 1, both excluded, is accepted"
        raise InputError("--delta", delta, "out of range:", accepted)
    if not 0 < eta < weight_range:
        raise InputError("eta", eta, "out of range:", "0 < eta < R is accepted")
    if min(m0, inputs, outputs) < 1:
        raise InputError("m0, d, l", (m0, inputs, outputs), "not positive:", "1 or more")
    power = inputs + outputs + (1 if masks else 0)
    exact = (eta / weight_range) ** power
    bits = GUARD_BITS + exact.denominator.bit_length() - exact.numerator.bit_length()
    while True:
        with working_precision(bits):
            ratio = ball(Fraction(m0) / delta).log() / -(-ball(exact)).log1p()
            group = ratio.ceil().unique_fmpz()
            if group is not None:
                width = m0 * int(group)
                log = arb(width).log() / arb(10).log()
                return MatchingUnits(width, (float_down(log), float_up(log)))
        bits *= 2


def _check_range(gamma: Fraction, weight_range: Fraction) -> None:
    if weight_range <= 0:
        raise InputError("--weight-range", weight_range, "not positive:", "R > 0 is accepted")
    if not 0 < gamma < weight_range:
        accepted = f"0 < gamma < R = {weight_range} is accepted"
        raise InputError("--gamma", gamma, "out of range:", accepted)


def _width() -> Any:
    import sympy

    m0, delta, eta, R, d, outputs = sympy.symbols("m0 delta eta R d l", positive=True)
    p = (eta / R) ** (d + outputs)
    return m0 * sympy.ceiling(sympy.log(m0 / delta) / -sympy.log(1 - p))


STATEMENT = Statement(
    id="B1",
    family="bias",
    title="matching width",
    claim=(
        "With n >= m0 ceil(ln(m0/delta)/-ln(1-p)) frozen units, weights uniform on [-R, R], "
        "p = (eta/R)^(d+l), biases alone reproduce any relu network of m0 units with parameters in "
        "[-gamma, gamma], eta <= R - gamma, within m0 eta (2 gamma X1 + gamma + eta X1), with "
        "probability at least 1 - delta."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.00957",
    proof_sketch=(
        "Split the units into m0 groups; each holds a unit within eta of its partner; the rest off."
    ),
    sharp=False,
    sharp_note="the bound shown is a width, astronomically large; not an error",
    symbols={
        "m0": "units of the network to match",
        "delta": "probability of failure",
        "eta": "distance in parameters, at most R - gamma",
        "R": "range of the frozen weights",
        "d": "inputs",
        "l": "outputs",
    },
    hypotheses=(
        at_least_integer("m0", 1, name="units", counts="units to match"),
        at_least_integer("d", 1, name="inputs", counts="inputs"),
        at_least_integer("l", 1, name="outputs", counts="outputs"),
        between("0", "delta", "1"),
        between("0", "eta", "R"),
    ),
    build=_width,
    proved_in="theory/bias/matching.py",
    tests=("tests/bias/test_matching.py", "tests/checker/test_width.py"),
    falsified_by="tests/bias/test_matching.py::test_a_quarter_of_the_width_is_refuted",
    notebook="notebooks/02_bias_only.ipynb",
)
