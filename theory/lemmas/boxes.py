"""Inequalities for transcendental functions by branch and bound over balls.

f(x) < limit on [low, high]: an interval is done where the enclosure of f lies below the limit, else
halved.  A mid-point where f certainly exceeds the limit refutes the claim.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import arb

from theory.lemmas.lemma import Outcome, proved, refuted, undecided
from theory.rigor.balls import Truth, ball, interval, less, working_precision

PRECISION = 96
MOST_BOXES = 20_000

Function = Callable[[arb], arb]


def prove_below(
    function: Function, limit: Callable[[], arb], low: Fraction, high: Fraction
) -> Outcome:
    """PROVED if f < ``limit()`` on [low, high]; REFUTED with a point; UNDECIDED after 20000 boxes.

    ``function`` takes a ball and encloses f over it.
    """
    waiting = [(low, high)]
    boxes = 0
    with working_precision(PRECISION):
        bound = limit()
        while waiting:
            boxes += 1
            if boxes > MOST_BOXES:
                return undecided(f"{MOST_BOXES} boxes do not decide it")
            left, right = waiting.pop()
            if less(function(interval(left, right)), bound) is Truth.YES:
                continue
            middle = (left + right) / 2
            if less(function(ball(middle)), bound) is Truth.NO:
                return refuted(f"fails at {middle}")
            waiting += [(middle, right), (left, middle)]
    return proved(f"{boxes} box" + ("es" if boxes > 1 else ""))
