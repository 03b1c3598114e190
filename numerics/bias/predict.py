"""The bound B2a promises for a swept construction, before the network is ever evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from flint import arb
from numpy.typing import NDArray

from numerics.bias.sweep import Half, Swept
from numerics.networks import Array
from theory.bias.feedback import chord_deviation, interval_error, node_error_bound
from theory.rigor.balls import ball, float_up, working_precision
from theory.targets.target import Target

PRECISION = 96
UNIT = 2.0**-53
# Products of a few roundings and of underflow.
SLACK = 1.0 + 2.0**-40
TINY = 2.0**-1000
# The bound is quoted this much larger, so that float64 enclosures of a sharp one lie below it.
ROOM = 1.0 + 2.0**-36
# Where f is rough, bisection stops at this fraction of the node errors.
COARSE = 1e-2
# Above what is seen by more than this, a bound is worth a second look; so many get one.
LOOSE, MOST_LOOKS = 0.1, 64


@dataclass(frozen=True)
class Chosen:
    """A swept half: its plan, f at the nodes each within ``eta``, estimated error ``level``."""

    half: Half
    swept: Swept
    f: Array
    eta: float
    level: float


@dataclass(frozen=True)
class Prediction:
    """``value`` >= sup|f - g| for the stored network; rounded up; inf if f is not enclosed.

    ``theta``: largest |theta_k|; ``longest``: longest interval; ``rounding``: part of ``value``
    that covers float64 biases, sampling and fixed-point sums.
    """

    value: float
    theta: float
    longest: float
    rounding: float


def predict(
    target: Target,
    halves: Sequence[Chosen],
    weights: tuple[Array, Array],
    knots: tuple[NDArray[np.int64], Array],
) -> Prediction:
    """B2a for both halves plus rounding; ``knots``: the units that turn and their nodes."""
    rounding = _rounding(weights, knots)
    worst, extra = arb(0), 0.0
    theta = longest = 0.0
    with working_precision(PRECISION):
        for part in halves:
            slack = part.eta + part.swept.slack
            extra = max(extra, slack)
            worst = worst.max(_half(target, part) + ball(slack))
            theta = max(theta, float(np.abs(part.swept.theta).max(initial=0.0)))
            nodes = part.half.nodes
            steps = [abs(float(y) - float(x)) for x, y in pairwise(nodes)]
            longest = max(longest, *steps)
        value = float_up((worst + ball(rounding)) * ROOM) if worst.is_finite() else np.inf
    return Prediction(float(value), theta, longest, rounding + extra)


def _half(target: Target, part: Chosen) -> arb:
    nodes = [Fraction(x) for x in part.half.nodes]
    errors = [
        ball(miss) + ball(goal) - ball(f)
        for miss, goal, f in zip(
            part.swept.misses.tolist(), part.half.goals.tolist(), part.f.tolist(), strict=True
        )
    ]
    scale = float(np.abs(part.half.goals - part.f + part.swept.misses).max())
    bounds = []
    for k in range(len(nodes) - 1):
        left, right = sorted(nodes[k : k + 2])
        deviation = chord_deviation(target, left, right, COARSE * scale)
        if deviation is None:
            return arb.pos_inf()
        bounds.append(node_error_bound(deviation, (errors[k], errors[k + 1])))
    # errors of nodes and chords may cancel: the worst intervals are looked at once more
    worst = arb(0)
    order = sorted(range(len(bounds)), key=lambda k: -float(bounds[k]))
    for place, k in enumerate(order):
        if bounds[k] <= worst:
            break
        if place == MOST_LOOKS:
            return worst.max(bounds[k])
        ends = sorted(zip(nodes[k : k + 2], errors[k : k + 2], strict=True), key=_place)
        better = _once_more(target, ends, float(bounds[k]), COARSE * scale)
        worst = worst.max(bounds[k] if better is None else bounds[k].min(better))
    return worst


def _place(end: tuple[Fraction, arb]) -> Fraction:
    return end[0]


def _once_more(
    target: Target, ends: Sequence[tuple[Fraction, arb]], bound: float, coarse: float
) -> arb | None:
    """g - f itself enclosed where ``bound`` is far above what is seen in the middle; else None."""
    (left, at_left), (right, at_right) = ends
    centre = (left + right) / 2
    chord = (target.value(left) + target.value(right) + at_left + at_right) / 2
    here = abs(chord - target.value(centre))
    seen = float(here.max(abs(at_left)).max(abs(at_right)).mid())
    if bound <= (1 + LOOSE) * seen + coarse:
        return None
    return interval_error(target, left, right, (at_left, at_right), coarse)


def _rounding(weights: tuple[Array, Array], knots: tuple[NDArray[np.int64], Array]) -> float:
    """sum |c| |b + w x| over the units that turn, b = fl(-w x): at most 2^-53 |c w x| each."""
    W, C = weights
    index, at = knots
    sizes = np.abs(C[index]) * (np.abs(W[index] * at) * UNIT + TINY)
    return float(sizes.sum()) * SLACK * (1.0 + index.size * UNIT)
