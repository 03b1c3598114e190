"""Kind ``lower-spline``: no coefficients on given knots do better than a value on the line.

A network whose units bend at t_1, ..., t_n only is continuous and linear between neighbouring
nodes: the ends of the domain and the knots inside it.  Let M be continuous and linear between
neighbours of z_0 < z_1 < ... (nodes and the points of the witness), 0 at every node and 0 outside.
With mu_k the jump of M' at z_k, sum mu_k g(z_k) = 0 for every such g: summing by parts twice moves
the jumps of M' onto g, whose own jumps sit where M = 0.  So |f - g| >= |sum mu_k f(z_k)| / sum
|mu_k| somewhere.  Any heights of M at the points give a true bound; good ones were searched for.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import arb

from verify.checks import fields
from verify.checks.draws import frozen
from verify.checks.dyadic import arrays
from verify.checks.taylor import values
from verify.checks.verdicts import PRECISIONS, Case, Outcome, ball, invalid, precision, refuted

# What the witness holds at most; the windows in use have a few hundred points.
MAX_POINTS = 100_000


def check(case: Case) -> Outcome:
    """Every continuous g that is linear between the nodes has |f - g|_inf >= bound.value."""
    claimed = fields.claimed(case, "lower", "target", "norm", "width", "locations")
    n = fields.width(case.certificate["width"])
    target = fields.target(case)
    witness, _ = fields.witness(case, ())
    count = _count(witness)
    given = case.certificate["locations"] == {"rule": "given"}
    sizes = {"points": count, "heights": count} | ({"locations": n} if given else {})
    points, heights, *places = arrays(case, witness, sizes)
    knots = places[0] if given else _declared(case, n, target)
    case.clock.tick()
    if any(map(float.__gt__, knots, knots[1:])):
        raise refuted("the locations are not ascending")
    spots, sizes_there = _profile(target, knots, points, heights)
    for bits in PRECISIONS:
        with precision(bits):
            decided = _decide(case, target, spots, sizes_there, ball(claimed))
        if decided:
            return Outcome("PROVED", f"{len(spots)} places, {bits} bits")
    return Outcome("UNDECIDED", f"the sum is too close to the bound at {bits} bits")


def _count(witness: dict[str, Any]) -> int:
    """The number of points, as the witness declares it; ``arrays`` checks it."""
    count: object
    try:
        if "file" in witness:
            count = witness["file"]["layout"][0][1]
        else:
            count = len(witness["arrays"]["points"])
    except (KeyError, IndexError, TypeError):
        raise invalid("the witness does not hold points") from None
    if type(count) is not int or not 1 <= count <= MAX_POINTS:
        raise invalid(f"the number of points is not from 1 to {MAX_POINTS}")
    return count


def _declared(case: Case, n: int, target: fields.Target) -> Sequence[float]:
    """The locations of the declared rule."""
    rule = {"locations": case.certificate["locations"], "initial": {"rule": "given"}, "draw": None}
    if case.certificate["locations"] != {"rule": "equidistant"}:
        raise invalid("locations.rule is neither equidistant nor given")
    try:
        knots, _ = frozen(rule, n, target.low, target.high)
    except OverflowError:
        raise invalid("a location leaves the float64 range") from None
    assert knots is not None
    return knots


def _profile(
    target: fields.Target, knots: Sequence[float], points: array[float], heights: array[float]
) -> tuple[list[Fraction], list[float]]:
    """z_k and M(z_k) over the stretch that holds the points; Stop if they are out of place."""
    if any(map(float.__ge__, points, points[1:])):
        raise refuted("the points are not ascending")
    if not (target.low < Fraction(points[0]) and Fraction(points[-1]) < target.high):
        raise refuted("a point is not inside the domain")
    first = bisect_left(knots, points[0])
    last = bisect_right(knots, points[-1])
    inside = [Fraction(t) for t in dict.fromkeys(knots[first:last])]
    before = Fraction(knots[first - 1]) if first else target.low
    after = Fraction(knots[last]) if last < len(knots) else target.high
    nodes = [max(before, target.low), *inside, min(after, target.high)]
    height = dict.fromkeys(nodes, 0.0)
    for place, size in zip(map(Fraction, points), heights, strict=True):
        if place in height:
            raise refuted("a point lies on a node")
        height[place] = size
    spots = sorted(height)
    return spots, [height[spot] for spot in spots]


def _decide(
    case: Case, target: fields.Target, spots: list[Fraction], heights: list[float], claimed: arb
) -> bool:
    """Whether |sum mu f| >= claimed sum |mu|; stops where it is certainly not."""
    places = [ball(spot) for spot in spots]
    found = values(target.expression, places, case.clock)
    total, mass, before = arb(0), arb(0), arb(0)
    for k, value in enumerate(found):
        after = arb(0)
        if k + 1 < len(spots):
            after = (arb(heights[k + 1]) - heights[k]) / (places[k + 1] - places[k])
        jump = after - before
        total, mass, before = total + jump * value, mass + abs(jump), after
    if mass == 0:
        raise refuted("the heights are all 0")
    needed = claimed * mass
    # Without a positive mass nothing would be proved.
    if mass > 0 and abs(total) >= needed:
        return True
    if abs(total) < needed:
        raise refuted("the sum over the points is too small")
    return False
