"""Kind ``lower-given``: with these given W and C no biases bring the network closer than a value.

On a segment x(s) = from + s (to - from) of the box, g(x) = sum_k C_k relu(W_k.x + b_k) + constant
is piecewise linear; unit k bends it at one place at most, by C_k |W_k.(to - from)|.
B6', B7: with m negative C_k, one of m + 1 intervals with disjoint interiors holds no concave kink;
g is convex there, so three points with f(s2) - chord >= 2 E force an error of E.  Mirrored for
positive ones.
B8: over intervals of lengths h_i with disjoint interiors the secant slopes of g vary by at most the
sum S of all |kinks|, or rise (fall) over disjoint pairs by the positive (negative) ones; each
secant slope of f is within 2 E/h_i of that of g.  So (variation - S)/sum(2/h_i + 2/h_j) <= E.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from flint import arb

from verify.checks import fields
from verify.checks.dyadic import arrays, rational
from verify.checks.grammar import Expression
from verify.checks.taylor import values
from verify.checks.verdicts import (
    PRECISIONS,
    Case,
    Outcome,
    ball,
    invalid,
    precision,
    quote,
    refuted,
)

# Points for each interval that a theorem speaks of.
POINTS = {"B6'": 3, "B7": 3, "B8": 2}
# The sign of the kinks that run out; 0 for both together.
KINKS = {"positive": 1, "negative": -1, "all": 0}
Point = tuple[arb, arb]


def check(case: Case) -> Outcome:
    """Every b has sup |f - g| >= bound.value over the box."""
    claimed = fields.claimed(case, "lower", "target", "norm", "width", "theorem", "kinks")
    n = fields.width(case.certificate["width"])
    target = fields.box_target(case)
    size, sign = _known(case, "theorem", POINTS), _known(case, "kinks", KINKS)
    if size == 3 and sign == 0:
        raise invalid("triples need kinks 'positive' or 'negative'")
    d = len(target.sides)
    witness, scalars = fields.witness(case, ("count",))
    count = fields.width(_integer(scalars["count"]))
    if size == 2 and (count < 2 or (sign and count % 2)):
        raise invalid("B8 needs two intervals or more, and pairs of them for kinks of one sign")
    sizes = {"W": n * d, "C": n, "from": d, "to": d, "points": size * count}
    W, C, start, end, points = arrays(case, witness, sizes)
    for corner in (start, end):
        for x, (low, high) in zip(corner, target.sides, strict=True):
            if not low <= Fraction(x) <= high:
                raise refuted("the segment leaves the domain")
    _ordered(points, size)
    rows = (W[k * d : k * d + d] for k in range(n))
    units = [(row, c) for row, c in zip(rows, C, strict=True) if c and any(row)]
    units = [(row, c) for row, c in units if sign == 0 or (c > 0) == (sign > 0)]
    if size == 3 and count <= len(units):
        raise refuted(f"{len(units)} kinks of that sign need {len(units) + 1} triples")
    line = _restricted(target.expression, start, end)
    for bits in PRECISIONS:
        with precision(bits):
            case.clock.tick()
            balls = [arb(s) for s in points]
            heights = values(line, balls, case.clock)
            graph = list(zip(balls, heights, strict=True))
            if size == 3:
                gaps = _excess(graph, sign, ball(claimed))
            else:
                steps = [arb(y) - arb(x) for x, y in zip(start, end, strict=True)]
                gaps = iter([_overrun(graph, sign, ball(claimed), _budget(units, steps))])
            sure = True
            for index, gap in enumerate(gaps):
                if gap < 0:
                    raise refuted(f"the inequality fails (interval {index})")
                sure = sure and bool(gap >= 0)
        if sure:
            return Outcome("PROVED", f"{len(units)} kinks, {count} intervals, {bits} bits")
    return Outcome("UNDECIDED", f"undecided at {bits} bits")


def _known(case: Case, key: str, meaning: dict[str, int]) -> int:
    name = case.certificate[key]
    if not isinstance(name, str) or name not in meaning:
        raise invalid(f"{key} is none of {', '.join(meaning)}: {quote(name)}")
    return meaning[name]


def _integer(text: object) -> int:
    exact = rational(text, "count")
    if exact.denominator != 1:
        raise invalid(f"count is not an integer: {quote(text)}")
    return exact.numerator


def _ordered(points: array[float], size: int) -> None:
    """Intervals of ``size`` ascending points in [0, 1], each beginning where the last one ended."""
    for index, (before, here) in enumerate(pairwise(points), start=1):
        if here < before or (here == before and index % size):
            raise refuted(f"interval {(index - 1) // size} is not ascending or overlaps the next")
    if points[0] < 0.0 or points[-1] > 1.0:
        raise refuted("a point lies outside the segment")


def _restricted(expression: Expression, start: Sequence[float], end: Sequence[float]) -> Expression:
    """f(start + s (end - start)) as a program in s."""
    zero, program = Fraction(0), []
    for name, argument in expression:
        if name != "variable":
            program.append((name, argument))
            continue
        axis = int(argument)
        first = Fraction(start[axis])
        program += [("number", first), ("number", Fraction(end[axis]) - first)]
        program += [("variable", zero), ("mul", zero), ("add", zero)]
    return tuple(program)


def _excess(graph: list[Point], sign: int, claimed: arb) -> Iterator[arb]:
    """(how far f2 leaves its chord away from the missing kinks, less 2 E), times x3 - x1 > 0."""
    for (x1, f1), (x2, f2), (x3, f3) in zip(graph[::3], graph[1::3], graph[2::3], strict=True):
        above = (f2 - f1) * (x3 - x2) + (f2 - f3) * (x2 - x1)
        yield -sign * above - 2 * claimed * (x3 - x1)


def _budget(units: list[tuple[array[float], float]], steps: list[arb]) -> arb:
    """S = sum of |C_k W_k.(to - from)| over the units that count."""
    total = arb(0)
    for row, c in units:
        along = arb(0)
        for w, step in zip(row, steps, strict=True):
            along += arb(w) * step
        total += abs(along) * abs(c)
    return total


def _overrun(graph: list[Point], sign: int, claimed: arb, budget: arb) -> arb:
    """Variation of the secant slopes - S - E sum(2/h_i + 2/h_j)."""
    secants = []
    for (x1, f1), (x2, f2) in zip(graph[::2], graph[1::2], strict=True):
        secants.append(((f2 - f1) / (x2 - x1), 2 / (x2 - x1)))
    pairs = pairwise(secants) if sign == 0 else zip(secants[::2], secants[1::2], strict=True)
    total = -budget
    for (before, blur), (after, other) in pairs:
        change = after - before
        total += (abs(change) if sign == 0 else sign * change) - claimed * (blur + other)
    return total
