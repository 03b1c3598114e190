"""Deciding sup |f - g| <= value for a target f and a piecewise linear g.

On a piece [l, r] of length h the error e = f - g satisfies, for some xi in the piece,
    e(x) = chord of e at x - f''(xi)/2 (x - l)(r - x),
so that an enclosure of f'' and the errors at both ends bound |e|.  Where f has no second derivative
a Lipschitz bound of e, or the range of f itself, serves instead.  A piece that does not meet the
claim is bisected; a single point where |e| certainly exceeds it refutes the claim.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from verify.checks.fields import Target
from verify.checks.pieces import Pieces
from verify.checks.taylor import Jet, jets, values
from verify.checks.verdicts import PRECISIONS, Clock, Outcome, ball, precision, refuted

# Pieces held as balls at a time.
CHUNK = 2048
# Enclosures of f'' made for the first look at all pieces; neighbours share one.
GROUPS = 4096
# Bisections of one piece in a row.
DEPTH = 100
# A gap between bound and claim that is less than this multiple of the rounding errors at the ends
# asks for more precision rather than for smaller pieces.
NOISE = 8


@dataclass(frozen=True)
class _Part:
    """A part [left, right] of a piece, with the errors at its ends."""

    piece: int
    left: arb
    right: arb
    left_error: arb
    right_error: arb
    depth: int


def decide(target: Target, pieces: Pieces, claimed: Fraction, clock: Clock) -> Outcome:
    """PROVED or UNDECIDED; raises Stop when the claim is refuted or the time is spent."""
    unsettled: Sequence[int] = range(pieces.count)
    for bits in PRECISIONS:
        with precision(bits):
            unsettled = _Search(target, pieces, ball(claimed), clock).unsettled(unsettled)
        if not unsettled:
            return Outcome("PROVED", f"{pieces.count} linear pieces, {bits} bits")
    return Outcome("UNDECIDED", f"{len(unsettled)} linear pieces undecided at {bits} bits")


class _Search:
    """One pass at one precision."""

    def __init__(self, target: Target, pieces: Pieces, claimed: arb, clock: Clock) -> None:
        self.function = target.expression
        self.pieces = pieces
        self.claimed = claimed
        self.clock = clock

    def unsettled(self, candidates: Sequence[int]) -> list[int]:
        """Those of the ascending ``candidates`` on which the claim is not proved."""
        size = -(-len(candidates) // GROUPS)
        chunk = size * max(1, CHUNK // size)
        left: set[int] = set()
        for start in range(0, len(candidates), chunk):
            left |= self.chunk(candidates[start : start + chunk], size)
        return sorted(left)

    def chunk(self, indices: Sequence[int], size: int) -> set[int]:
        """A first look at some pieces, ``size`` of which share one enclosure of f''."""
        numbers = sorted({*indices, *(k + 1 for k in indices)})
        points = self.pieces.ends(numbers)
        # Adjacent lines meet at an end, so either of them may be evaluated there.
        last = self.pieces.count - 1
        errors = self.errors(points, [min(k, last) for k in numbers])
        at = dict(zip(numbers, zip(points, errors, strict=True), strict=True))
        groups = [indices[k : k + size] for k in range(0, len(indices), size)]
        hulls = [at[group[0]][0].union(at[group[-1] + 1][0]) for group in groups]
        curvatures = [jet[2].abs_upper() / 8 for jet in jets(self.function, hulls, self.clock)]
        parts = []
        for group, curvature in zip(groups, curvatures, strict=True):
            for piece in group:
                (left, left_error), (right, right_error) = at[piece], at[piece + 1]
                step = right - left
                # |e| <= max(|e(l)|, |e(r)|) + sup |f''| h^2 / 8
                room = self.claimed - curvature * step * step
                if not (abs(left_error) <= room and abs(right_error) <= room):
                    parts.append(_Part(piece, left, right, left_error, right_error, 0))
        return self.refine(parts)

    def refine(self, parts: list[_Part]) -> set[int]:
        """Bisect until every part is proved or given up; the pieces of those given up."""
        stack = [p for p in parts if (p.left_error + p.right_error).is_finite()]
        given_up = {p.piece for p in parts} - {p.piece for p in stack}
        while stack:
            batch = stack[-CHUNK:]
            del stack[-CHUNK:]
            hulls = [part.left.union(part.right) for part in batch]
            enclosures = jets(self.function, hulls, self.clock)
            halve = []
            for part, hull, jet in zip(batch, hulls, enclosures, strict=True):
                bound = self.bound(part, hull, jet)
                if bound <= self.claimed:
                    continue
                noise = NOISE * (part.left_error.rad() + part.right_error.rad())
                exhausted = bound.is_finite() and not noise < bound - self.claimed
                if exhausted or part.depth >= DEPTH or part.piece in given_up:
                    given_up.add(part.piece)
                else:
                    halve.append(part)
            middles = [(part.left + part.right) / 2 for part in halve]
            errors = self.errors(middles, [part.piece for part in halve])
            for part, middle, error in zip(halve, middles, errors, strict=True):
                if error.is_finite():
                    k, depth = part.piece, part.depth + 1
                    stack.append(_Part(k, part.left, middle, part.left_error, error, depth))
                    stack.append(_Part(k, middle, part.right, error, part.right_error, depth))
                else:
                    given_up.add(part.piece)
        return given_up

    def errors(self, points: list[arb], indices: Sequence[int]) -> list[arb]:
        """e at points of the domain; stops where the claim fails."""
        targets = values(self.function, points, self.clock)
        found = list(map(operator.sub, targets, self.pieces.lines(points, indices)))
        for point, error in zip(points, found, strict=True):
            if abs(error) > self.claimed:
                raise refuted(f"|f - g| exceeds it at x = {point.mid().str(10, radius=False)}")
        return found

    def bound(self, part: _Part, hull: arb, jet: Jet) -> arb:
        """An upper bound of |e| on a part, not finite if there is none."""
        value, first, second = jet
        step = part.right - part.left
        if second.is_finite():
            square = step * step / 2
            above = _peak(part.left_error, part.right_error, -second.lower(), square)
            below = _peak(-part.left_error, -part.right_error, second.upper(), square)
            return above.max(below)
        if first.is_finite():
            # With slopes at most L: e(x) <= min(e(l) + L (x - l), e(r) + L (r - x)), whose maximum
            # is at most (e(l) + e(r) + L h) / 2; the same for -e.
            steepness = (first - self.pieces.unit() * self.pieces.slopes[part.piece]).abs_upper()
            return (abs(part.left_error + part.right_error) + steepness * step) / 2
        return (value - self.pieces.lines([hull], [part.piece])[0]).abs_upper()


def _peak(left: arb, right: arb, bend: arb, square: arb) -> arb:
    """Maximum over t in [0, 1] of left (1 - t) + right t + c t (1 - t), c = max(bend, 0) square.

    The vertex formula is a bound for every c > 0 and exact if the vertex lies inside.
    """
    top = left.max(right)
    if bend <= 0:
        return top
    height = bend * square
    tilt = abs(right - left)
    if tilt >= height:
        return top
    vertex = (left + right) / 2 + height / 4 + tilt * tilt / (4 * height)
    return vertex if vertex.is_finite() else top + height / 4
