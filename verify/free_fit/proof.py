"""What points and heights prove about every network with given knots (note P10).

M is continuous, linear between neighbouring places (nodes and points), 0 at the nodes and outside;
the jumps mu_k of M' annihilate every continuous g that is linear between the nodes, so some place
has |f - g| >= |sum mu_k f| / sum |mu_k|.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import arb

from numerics.networks import Array, frozen_array
from theory.errors import InputError
from theory.rigor.balls import ball, float_down, working_precision
from theory.targets.target import Target
from verify.free_fit.nodes import Nodes

PRECISIONS = (128, 256, 512)
BLUR = 1e-12


def prove(target: Target, nodes: Nodes, points: object, heights: object) -> float:
    """A lower bound of sup |f - g| over all such g, rounded down; 0 where nothing is proved.

    ``points``, ``heights``: shape (m,), the points ascending, inside the domain, none of them a
    node.  Raises InputError for points out of place and where f is not finite at one of them.
    """
    x, y = frozen_array("points", points), frozen_array("heights", heights)
    if x.size != y.size or x.size == 0:
        accepted = f"as many heights as points ({x.size}), at least one, are accepted"
        raise InputError("heights", y.size, "are", accepted)
    places, sizes = _places(nodes, x, y)
    for bits in PRECISIONS:
        with working_precision(bits):
            total, mass = _sums(target, places, sizes)
            if not mass > 0:
                return 0.0
            bound = abs(total) / mass
            if bound.rad() < BLUR * bound.abs_lower():
                break
    return max(0.0, float_down(bound.abs_lower()))


def _places(nodes: Nodes, points: Array, heights: Array) -> tuple[list[Fraction], list[float]]:
    """The places of the stretch that holds the points, and M there."""
    accepted = "ascending points inside the domain and off the knots are accepted"
    exact = [Fraction(x) for x in points.tolist()]
    if (np.diff(points) <= 0).any() or not (nodes.low < exact[0] and exact[-1] < nodes.high):
        raise InputError("points", points.tolist()[:4], "are out of place:", accepted)
    first = int(np.searchsorted(nodes.inner, points[0]))
    last = int(np.searchsorted(nodes.inner, points[-1], side="right"))
    inside = [Fraction(t) for t in nodes.inner[first:last].tolist()]
    start = Fraction(float(nodes.inner[first - 1])) if first else nodes.low
    stop = Fraction(float(nodes.inner[last])) if last < nodes.inner.size else nodes.high
    height = dict.fromkeys([start, *inside, stop], 0.0)
    for place, size in zip(exact, heights.tolist(), strict=True):
        if place in height:
            raise InputError("points", float(place), "is a knot:", accepted)
        height[place] = size
    places = sorted(height)
    return places, [height[place] for place in places]


def _sums(target: Target, places: list[Fraction], heights: list[float]) -> tuple[arb, arb]:
    """sum mu_k f(z_k) and sum |mu_k| at the working precision."""
    total, mass, before = arb(0), arb(0), arb(0)
    last = len(places) - 1
    for k, place in enumerate(places):
        after = arb(0)
        if k < last:
            after = (arb(heights[k + 1]) - heights[k]) / ball(places[k + 1] - place)
        value = target.value(place)
        if not value.is_finite():
            raise target.not_finite(float(place))
        total, mass = total + (after - before) * value, mass + abs(after - before)
        before = after
    return total, mass
