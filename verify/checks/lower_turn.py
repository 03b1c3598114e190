"""Kind ``lower-turn``: no permutation without read-out follows a slope that turns this much.

The network is linear on its first and on its last cell; between them its slope changes by the sum
of the inner kinks.  All coefficients sum to 0, so that is minus the four of the outer locations: at
most gamma times the sum of the four largest of the frozen values.  If |f - g| <= e at both ends of
both cells, the chords of f turn by at most that plus 2 e/(first cell) + 2 e/(last cell).
Everything is taken as it is stored: locations fl(a + (b-a) i/(n-1)), values fl(i/(n-1)) and their
negatives, gamma = fl(1/(b-a)).
"""

from __future__ import annotations

from fractions import Fraction

from verify.checks import fields
from verify.checks.taylor import values
from verify.checks.verdicts import PRECISIONS, Case, Outcome, ball, invalid, precision, refuted

LEAST_WIDTH = 4


def check(case: Case) -> Outcome:
    """Every such network of ``width`` locations has |f - g|_inf >= bound.value."""
    claimed = fields.claimed(case, "lower", "target", "norm", "width")
    n = fields.width(case.certificate["width"], least=LEAST_WIDTH)
    target = fields.target(case)
    witness, _ = fields.witness(case, ())
    if witness.get("arrays") != {}:
        raise invalid("witness.arrays is not empty")
    low, high = target.low, target.high
    try:
        places = [_rounded(low + (high - low) * Fraction(i, n - 1)) for i in (0, 1, n - 2, n - 1)]
        gamma = _rounded(1 / (high - low))
    except OverflowError:
        raise invalid("a number derived from the domain leaves the float64 range") from None
    # Rounding may move an end out of the domain, where f says nothing.
    first, second, third, last = (max(low, min(high, place)) for place in places)
    if not (first < second and third < last):
        raise invalid("the domain has no room for distinct locations")
    turn = gamma * sum(_rounded(Fraction(n - 1 - k, n - 1)) for k in range(4))
    left, right = second - first, last - third
    for bits in PRECISIONS:
        with precision(bits):
            points = [ball(place) for place in (first, second, third, last)]
            f0, f1, f2, f3 = values(target.expression, points, case.clock)
            chords = abs((f3 - f2) / ball(right) - (f1 - f0) / ball(left))
            needed = ball(turn + claimed * (2 / left + 2 / right))
            if chords >= needed:
                return Outcome("PROVED", f"chords of both end cells, {bits} bits")
            if chords < needed:
                raise refuted("the chords of both end cells do not turn so far")
    return Outcome("UNDECIDED", f"the turn of the chords is undecided at {bits} bits")


def _rounded(value: Fraction) -> Fraction:
    """fl(value), exactly: division of integers rounds correctly."""
    return Fraction(value.numerator / value.denominator)
