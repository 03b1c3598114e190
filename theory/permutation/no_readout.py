"""P9: the optimal rate from a permutation alone, alpha = 0 and gam = 1.

d = 1/(n-1), m = max(1, ceil(M2)): a permutation with

    |f - g| <= (m/2 + M2/8)/(n-1)^2

is looked for, and found in every case tried, for n >= max(24, 12 m, 20/(1 - |f'(1) - f'(0)|)) and
n - 1 >= 40 max(|f(0)|, |f'(0)|).

What is proved.  Values of g at the knots are integers times d^2.  *Feedback* as in P8, with unit
m d^2 from a start (Z, T) of integers near f(0)/d^2 and (f(d) - f(0))/d^2: |f(i d)/d^2 - Z_i| <= m/2
with Z'' in m {-2..2}.  A network whose value at 0 is Z d^2, whose first slope is T d and whose
kinks are those of Z errs by at most m d^2/2 at the knots and leaves the chord by M2 d^2/8 at most:
the bound.  m cannot be less than 1: for constant f = d^2/2 every knot is missed by d^2/2.

What is measured.  *Kinks*: displacements that are multiples of m stay in their residue class, where
m is one step; zero-sum blocks fill the classes, the sum S of the kinks runs in chains from the
bottom of a class to its top, which the ends of the domain absorb.  Filling is arithmetic of block
sizes and can fail (all kinks +-1 and a class of odd size); each of the m^2 starts gives other
kinks.  *Slope*: signs, a subset sum as in P8.  *Height*: sum_i i q_i = Z by exchanging the pairs of
locations with equal kinks.  For each network all three are verified in integers; that they can
always be met is measured.

Slopes that turn further.  With two chains |S| m <= 2 n is possible, with two more that start in the
classes c and m - c, the pair (c, m - c) of positive values being the kink m, 4 n: up to a turn of 4
the rate stays n^-2.  Beyond, see ``turning``.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.rigor.balls import Truth, ball
from theory.statements.enclose import Number
from theory.statements.hypotheses import at_most, bounded_curvature, integer, width_at_least
from theory.statements.statement import Direction, Hypothesis, Statement, Status

LEAST_WIDTH = 24
# The search may succeed outside the hypotheses; its network then has the same bound.
LEAST_SEARCHED = 17


def _bound() -> Any:
    import sympy

    n, m, M2 = sympy.symbols("n m M2", nonnegative=True)
    return (m / 2 + M2 / 8) / (n - 1) ** 2


def _unit(values: Mapping[str, Number]) -> Truth:
    m = integer(values["m"])
    if m is None or m < 1:
        return Truth.NO
    return at_most(values["M2"], Fraction(m))


def _tested(values: Mapping[str, Number]) -> Truth:
    n, m = integer(values["n"]), integer(values["m"])
    if n is None or m is None or n < max(1, 12 * m):
        return Truth.NO
    return at_most(values["turn"], 1 - Fraction(20, n))


def _in_reach(values: Mapping[str, Number]) -> Truth:
    n = integer(values["n"])
    if n is None:
        return Truth.NO
    outcomes = []
    for name in ("start", "slope"):
        value = values[name]
        size = 40 * value if isinstance(value, Fraction) else 40 * ball(value)
        outcomes.append(at_most(size, Fraction(n - 1)))
    if Truth.NO in outcomes:
        return Truth.NO
    return Truth.UNKNOWN if Truth.UNKNOWN in outcomes else Truth.YES


STATEMENT = Statement(
    id="P9",
    family="permutation",
    title="the optimal rate without any read-out",
    claim=(
        "For m >= max(1, M2) an integer, n >= max(24, 12 m, 20/(1 - |f'(1) - f'(0)|)) and "
        "n - 1 >= 40 max(|f(0)|, |f'(0)|) some permutation alone (alpha = 0, gamma = 1) has error "
        "at most (m/2 + M2/8)/(n-1)^2; that the search always finds one is measured, each network "
        "is certified."
    ),
    direction=Direction.UPPER,
    status=Status.CONJECTURE,
    paper="2407.01033",
    proof_sketch=(
        "P8's feedback with unit m d^2, displacements in residue classes mod m with open chains, "
        "signs for the slope, exchanges for the height; the bound is proved for what is found, "
        "existence is measured (thousands of random targets, no failure)."
    ),
    sharp_note="constants below the threshold are approached: ratio 0.999 for m = M2",
    symbols={
        "n": "number of locations",
        "m": "unit of the kinks; max(1, ceil(M2)) is best",
        "M2": "sup |f''| on the unit interval",
        "turn": "|f'(1) - f'(0)|",
        "start": "|f(0)| at the left end",
        "slope": "|f'(0)|",
    },
    hypotheses=(
        width_at_least(LEAST_WIDTH),
        bounded_curvature(),
        Hypothesis(
            "unit",
            "m >= max(1, M2) is an integer",
            ("m", "M2"),
            _unit,
            "max(1, ceil(M2)) is accepted",
        ),
        Hypothesis(
            "tested range",
            "n >= max(12 m, 20/(1 - |f'(1) - f'(0)|))",
            ("n", "m", "turn"),
            _tested,
            "a larger width, and a slope that changes by less than 1 from end to end, are accepted",
        ),
        Hypothesis(
            "reach",
            "n - 1 >= 40 max(|f(0)|, |f'(0)|)",
            ("n", "start", "slope"),
            _in_reach,
            "a larger width, or a target that starts nearer to 0, is accepted",
        ),
    ),
    build=_bound,
    proved_in="theory/permutation/no_readout.py",
    tests=("tests/permutation/test_no_readout.py", "tests/sandwich/test_no_readout.py"),
    falsified_by="tests/permutation/test_no_readout.py::test_no_failure_and_a_sharp_constant",
)
