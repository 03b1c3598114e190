"""P9-turn: without read-out a slope cannot turn by more than 4.

d = 1/(n-1), coefficients a permutation of +-i d, alpha = 0, gam = 1.  With

    D = |(f(1) - f(1-d)) - (f(d) - f(0))|/d,

every such network has |f - g|_inf >= (D - 4 + 6 d) d/4, and D >= |f'(1) - f'(0)| - M2 d.

Proof.  g is linear on the first and on the last cell, and its slope changes between them by the sum
of the inner kinks.  All 2n coefficients sum to 0, so that is minus p_0 + q_0 + p_{n-1} + q_{n-1}:
four of the values +-i d, each positive one occurring once, so at most 1 + (1-d) + (1-2d) + (1-3d) =
4 - 6 d in size.  If |f - g| <= e at 0, d, 1-d and 1 then D <= 4 - 6 d + 4 e/d.  QED

The constant is sharp to first order: the construction with a boundary layer (P9) reaches
(|f'(1) - f'(0)| - 4) d/4 + O(d^2).  So a turn of more than 4 costs the rate n^-1, a turn of up to 4
nothing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from theory.errors import InputError
from theory.rigor.balls import ball, working_precision
from theory.statements.hypotheses import finite_nonnegative, width_at_least
from theory.statements.statement import Direction, Statement, Status
from theory.targets.enclosures import PRECISION
from theory.targets.target import Target

LEAST_WIDTH = 4


def chord_turn(target: Target, width: int) -> arb:
    """An enclosure of D, the change of slope between the first and the last chord of f.

    Unit coordinates; ``width`` >= 4, else InputError.
    """
    if width < LEAST_WIDTH:
        raise InputError("width", width, "too small:", f"at least {LEAST_WIDTH} is accepted")
    with working_precision(PRECISION + 4 * width.bit_length()):
        d = Fraction(1, width - 1)
        first, second, third, last = (target.unit_value(ball(u)) for u in (0, d, 1 - d, 1))
        return abs((last - third) - (second - first)) * (width - 1)


def _bound() -> Any:
    import sympy

    n, D = sympy.symbols("n D", nonnegative=True)
    return (D - 4 + 6 / (n - 1)) / (4 * (n - 1))


STATEMENT = Statement(
    id="P9-turn",
    family="permutation",
    title="without read-out a slope turns by at most 4",
    claim=(
        "On n equidistant locations every permutation alone (alpha = 0, gamma = 1) is at least "
        "(D - 4 + 6 d) d/4 away from f in the sup norm, d = 1/(n-1), D = "
        "|(f(1) - f(1-d)) - (f(d) - f(0))|/d >= |f'(1) - f'(0)| - M2 d."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch=(
        "The inner kinks sum to minus four end coefficients, at most 4 - 6 d; g is linear on both "
        "end cells, whose four ends it can miss by the error."
    ),
    sharp=True,
    sharp_note="to first order in d, by the boundary layer of P9",
    symbols={"n": "number of locations", "D": "change of slope from the first to the last chord"},
    hypotheses=(
        width_at_least(LEAST_WIDTH),
        finite_nonnegative(
            "D", name="turn", text="0 <= D < inf", accepted="a finite target is accepted"
        ),
    ),
    build=_bound,
    proved_in="theory/permutation/turning.py",
    tests=("tests/permutation/test_turning.py", "tests/checker/test_lower_turn.py"),
    falsified_by=(
        "tests/adversary/test_false_theorems.py::"
        "test_a_sharp_constant_cannot_be_better_by_1_05[P9-turn]"
    ),
)
