"""Results about permutations that are listed with their honest status but not implemented yet.

P5: random locations.  P9: the optimal rate without any read-out.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.rigor.balls import Truth
from theory.statements.enclose import Number
from theory.statements.hypotheses import at_most, bounded_curvature, integer, width_at_least
from theory.statements.statement import Direction, Hypothesis, Statement, Status


def _no_readout_bound() -> Any:
    import sympy

    n, M2 = sympy.symbols("n M2", nonnegative=True)
    return (sympy.ceiling(M2) / 2 + M2 / 8) / (n - 1) ** 2


def _tested(values: Mapping[str, Number]) -> Truth:
    n = integer(values["n"])
    if n is None or n < 1:
        return Truth.NO
    outcomes = (
        at_most(values["M2"], Fraction(n // 12)),
        at_most(values["turn"], 1 - Fraction(20, n)),
    )
    if Truth.NO in outcomes:
        return Truth.NO
    return Truth.UNKNOWN if Truth.UNKNOWN in outcomes else Truth.YES


RANDOM_LOCATIONS = Statement(
    id="P5",
    family="permutation",
    title="random locations",
    claim=(
        "On n locations drawn at random, kinks dealt to the nearest pairs of values and a damped "
        "feedback reach an error of order n^-2 log^2 n (rate conjectured; each network certified)."
    ),
    direction=Direction.UPPER,
    status=Status.CONJECTURE,
    paper="2407.01033",
    proof_sketch="None for the rate: an algorithm, whose result is certified after the fact.",
    symbols={"n": "number of locations"},
    implemented=False,
)

NO_READOUT = Statement(
    id="P9",
    family="permutation",
    title="the optimal rate without any read-out",
    claim=(
        "For |f'(1) - f'(0)| <= 1 and n large, displacements in multiples of m = ceil(M2) give a "
        "permutation alone (alpha = 0, gamma = 1) with error at most (m/2 + M2/8)/(n-1)^2; each "
        "network is certified, that one is always found is measured."
    ),
    direction=Direction.UPPER,
    status=Status.CERTIFIED,
    paper="2407.01033",
    proof_sketch=(
        "P8's feedback in residue classes mod m; solvability of the offset equation is measured, "
        "not proved (3,254 cases, no failure)."
    ),
    symbols={
        "n": "number of locations, large enough",
        "M2": "sup |f''| on the unit interval",
        "turn": "|f'(1) - f'(0)|",
    },
    hypotheses=(
        width_at_least(17),
        bounded_curvature(),
        Hypothesis(
            "tested range",
            "n >= max(12 ceil(M2), 20/(1 - |f'(1) - f'(0)|))",
            ("n", "M2", "turn"),
            _tested,
            "a larger width, and a slope that changes by less than 1 from end to end, are accepted",
        ),
    ),
    build=_no_readout_bound,
    implemented=False,
)
