"""``given_weights_floor``: what no choice of biases can achieve with these frozen W and C."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from flint import arb

from numerics.networks import Array
from theory.rigor.balls import float_down, working_precision
from theory.rigor.numbers import exact_text
from theory.targets.box_target import BoxTarget
from theory.targets.target import Target
from verify.bias_floors.budget import steep_intervals
from verify.bias_floors.segment import Segment, weights_of, whole
from verify.bias_floors.signs import excess_triples
from verify.certificates import Certificate
from verify.display import shown_down
from verify.progress import Progress

Kinks = Literal["positive", "negative", "all"]
SIGNS: dict[Kinks, int] = {"positive": 1, "negative": -1, "all": 0}
PRECISION = 192
# Segments of a domain in several variables, beside its diagonals and axes.
RANDOM_SEGMENTS, SEGMENT_SEED = 8, 0
LONGEST = 200_000


@dataclass(frozen=True)
class Floor:
    """Every b has sup |f - C relu(W x + b)| >= ``value`` over the domain; proved, rounded down.

    ``theorem``: B6', B7 or B8; ``kinks``: those that run out, ``count`` how many there are;
    ``points``: s in [0, 1] on the segment from ``start`` to ``end``, three per interval for B6' and
    B7, two for B8.  ``value`` 0 has a ``reason`` and no certificate.
    """

    theorem: str
    kinks: Kinks
    value: float
    count: int
    points: Array
    start: Array
    end: Array
    status: str = "certified"
    reason: str | None = None
    certificate: Certificate | None = None


def given_weights_floor(
    target: Target | BoxTarget, W: object, C: object, *, progress: Progress | None = None
) -> tuple[Floor, ...]:
    """All floors for frozen ``W`` (n, d) or (n,) and ``C`` (n,) or (1, n), the largest first.

    B6' (B7 where all signs agree) and B8, each for positive and negative kinks, B8 for all together
    as well.  For d = 1 the whole domain; in a box the best of its diagonals, axes and a few random
    segments.  ``progress(done, total, stage)``.  Raises InputError for bad shapes and where f is
    not finite.
    """
    dimension = target.dimension if isinstance(target, BoxTarget) else 1
    matrix, outputs = weights_of(W, C, dimension)
    segments = [whole(target)] if isinstance(target, Target) else _segments(target)
    found: dict[tuple[str, Kinks], Floor] = {}
    for index, segment in enumerate(segments):
        if progress is not None:
            progress(index, len(segments), "floors")
        for floor in _along(segment, matrix, outputs):
            key = (floor.theorem, floor.kinks)
            if key not in found or floor.value > found[key].value:
                found[key] = floor
    floors = [_certified(target, floor, matrix, outputs) for floor in found.values()]
    return tuple(sorted(floors, key=lambda floor: -floor.value))


def prove_triples(segment: Segment, points: Array, sign: int) -> float:
    """Half the smallest f(s2) - chord (chord - f for positive kinks), rounded down, at least 0."""
    graph = segment.proved(points, PRECISION)
    with working_precision(PRECISION):
        smallest = arb.pos_inf()
        for (x1, f1), (x2, f2), (x3, f3) in zip(graph[::3], graph[1::3], graph[2::3], strict=True):
            above = ((f2 - f1) * (x3 - x2) + (f2 - f3) * (x2 - x1)) / (x3 - x1)
            smallest = smallest.min(-sign * above)
        value = float_down(smallest / 2)
    return value if 0 < value < np.inf else 0.0


def prove_budget(segment: Segment, points: Array, sign: int, budget: arb) -> float:
    """(variation of the secant slopes - ``budget``)/sum(2/h_i + 2/h_j), rounded down."""
    graph = segment.proved(points, PRECISION)
    with working_precision(PRECISION):
        secants = [
            ((f2 - f1) / (x2 - x1), 2 / (x2 - x1))
            for (x1, f1), (x2, f2) in zip(graph[::2], graph[1::2], strict=True)
        ]
        firsts, seconds = (secants[::2], secants[1::2]) if sign else (secants[:-1], secants[1:])
        variation, blur = -budget, arb(0)
        for (before, one), (after, other) in zip(firsts, seconds, strict=True):
            change = after - before
            variation += sign * change if sign else abs(change)
            blur += one + other
        value = float_down(variation / blur)
    return value if 0 < value < np.inf else 0.0


def kink_budget(matrix: Array, outputs: Array, segment: Segment) -> arb:
    """S = sum |C_k W_k.(to - from)| over the given units, an enclosure."""
    with working_precision(PRECISION):
        steps = [arb(y) - arb(x) for x, y in zip(segment.start, segment.end, strict=True)]
        total = arb(0)
        for row, c in zip(matrix.tolist(), outputs.tolist(), strict=True):
            along = sum((arb(w) * step for w, step in zip(row, steps, strict=True)), arb(0))
            total += abs(along) * abs(c)
        return total


def _along(segment: Segment, matrix: Array, outputs: Array) -> list[Floor]:
    floors = []
    bent = matrix.any(axis=1) & (outputs != 0)
    ends = (segment.start, segment.end)
    for kinks, sign in SIGNS.items():
        chosen = bent & ((sign == 0) | (np.sign(outputs) == sign))
        count = int(chosen.sum())
        if sign:
            name = "B6'" if count else "B7"
            points, value = np.empty(0), 0.0
            if count < LONGEST:
                points = excess_triples(segment.mirrored(-sign), count + 1).ravel()
                value = prove_triples(segment, points, sign) if points.size else 0.0
            reason = None if value > 0 else f"f bends too little against {count + 1} triples"
            floors.append(Floor(name, kinks, value, count, points, *ends, reason=reason))
        budget = kink_budget(matrix[chosen], outputs[chosen], segment)
        points = steep_intervals(segment.sample, float(budget.mid()), sign).ravel()
        value = prove_budget(segment, points, sign, budget) if points.size else 0.0
        reason = None if value > 0 else "the kinks suffice for the variation of f'"
        floors.append(Floor("B8", kinks, value, count, points, *ends, reason=reason))
    return floors


def _segments(target: BoxTarget) -> list[Segment]:
    """Diagonals and axes of the box, and a few random segments from face to face."""
    low = np.array(
        [np.nextafter(float(a), np.inf) if float(a) < a else float(a) for a, _ in target.domain]
    )
    high = np.array(
        [np.nextafter(float(b), -np.inf) if float(b) > b else float(b) for _, b in target.domain]
    )
    d = target.dimension
    middle, found = (low + high) / 2, []
    for corner in range(2 ** (d - 1)):
        flip = np.array([(corner >> axis) & 1 for axis in range(d)], dtype=bool)
        found.append(Segment(target, np.where(flip, high, low), np.where(flip, low, high)))
    for axis in range(d):
        start, end = middle.copy(), middle.copy()
        start[axis], end[axis] = low[axis], high[axis]
        found.append(Segment(target, start, end))
    rng = np.random.default_rng(SEGMENT_SEED)
    for _ in range(RANDOM_SEGMENTS):
        start, end = low + (high - low) * rng.random((2, d))
        axis = int(rng.integers(d))
        start[axis], end[axis] = low[axis], high[axis]
        found.append(Segment(target, np.clip(start, low, high), np.clip(end, low, high)))
    return found


def _certified(target: Target | BoxTarget, floor: Floor, matrix: Array, outputs: Array) -> Floor:
    """The same floor with its certificate; a floor of 0 has none."""
    if floor.value <= 0:
        return floor
    sides = target.domain if isinstance(target, BoxTarget) else ((target.low, target.high),)
    n = outputs.size
    claim = (
        f"With the given {n} x {matrix.shape[1]} matrix W and output weights C, the network "
        f"C relu(W x + b) is at least {shown_down(floor.value, 6)} away from {target.text} in the "
        f"sup norm, whatever the biases b ({floor.theorem}, {floor.count} {floor.kinks} kinks)."
    )
    per = 2 if floor.theorem == "B8" else 3
    domain = [exact_text(end) for side in sides for end in side]
    inputs = {
        "target": {"expression": target.text, "domain": domain},
        "norm": "sup",
        "width": n,
        "theorem": floor.theorem,
        "kinks": floor.kinks,
    }
    arrays = {
        "W": matrix.ravel(),
        "C": outputs,
        "from": floor.start,
        "to": floor.end,
        "points": floor.points,
    }
    scalars = {"count": str(floor.points.size // per)}
    certificate = Certificate("lower-given", claim, "lower", floor.value, inputs, scalars, arrays)
    return Floor(
        floor.theorem,
        floor.kinks,
        floor.value,
        floor.count,
        floor.points,
        floor.start,
        floor.end,
        certificate=certificate,
    )
