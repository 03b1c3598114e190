"""Kind ``lower-knots``: no relu network with n hidden units does better than a value on the line.

Such a network is continuous and piecewise linear with at most n knots.  Of n + 1 closed intervals
with disjoint interiors, one has no knot inside; there g is linear, and three points x1 < x2 < x3
with |f(x2) - chord of f through x1, x3 at x2| >= 2 E force an error of E at one of them.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from verify.checks import fields
from verify.checks.dyadic import arrays
from verify.checks.taylor import values
from verify.checks.verdicts import PRECISIONS, Case, Outcome, ball, precision, refuted

# Triples held as balls at a time.
CHUNK = 2048


def check(case: Case) -> Outcome:
    """Every relu network with ``width`` hidden units has |f - g|_inf >= bound.value."""
    claimed = fields.claimed(case, "lower", "target", "norm", "width")
    n = fields.width(case.certificate["width"])
    target = fields.target(case)
    witness, _ = fields.witness(case, ())
    (points,) = arrays(case, witness, {"points": 3 * (n + 1)})
    _ordered(points, target)
    open_triples: Sequence[int] = range(n + 1)
    for bits in PRECISIONS:
        with precision(bits):
            open_triples = _undecided(case, target, points, ball(claimed), open_triples)
        if not open_triples:
            return Outcome("PROVED", f"{n + 1} triples, {bits} bits")
    return Outcome("UNDECIDED", f"{len(open_triples)} triples undecided at {bits} bits")


def _ordered(points: array[float], target: fields.Target) -> None:
    """x1 < x2 < x3 <= next x1 throughout, all in the domain; floats compare exactly."""
    for index in range(1, len(points)):
        before, here = points[index - 1], points[index]
        if here < before or (here == before and index % 3):
            raise refuted(f"triple {(index - 1) // 3} is not ascending or overlaps the next one")
    if Fraction(points[0]) < target.low or Fraction(points[-1]) > target.high:
        raise refuted("a point lies outside the domain")


def _undecided(
    case: Case, target: fields.Target, points: array[float], claimed: arb, candidates: Sequence[int]
) -> list[int]:
    """Those triples whose inequality is not decided; stops at one that certainly fails."""
    left = []
    for start in range(0, len(candidates), CHUNK):
        triples = candidates[start : start + CHUNK]
        # Triples that touch share the point, which is then evaluated once.
        numbers = sorted({x for k in triples for x in points[3 * k : 3 * k + 3]})
        balls = [arb(x) for x in numbers]
        heights = values(target.expression, balls, case.clock)
        at = dict(zip(numbers, zip(balls, heights, strict=True), strict=True))
        for k in triples:
            (x1, f1), (x2, f2), (x3, f3) = (at[x] for x in points[3 * k : 3 * k + 3])
            # |f(x2) - chord| >= 2 E, multiplied by x3 - x1 > 0
            gap = abs((f2 - f1) * (x3 - x2) + (f2 - f3) * (x2 - x1))
            needed = 2 * claimed * (x3 - x1)
            if gap >= needed:
                continue
            if gap < needed:
                raise refuted(f"triple {k} does not rise far enough above or below its chord")
            left.append(k)
    return left
