"""Lower bounds beside a permutation network: for the target, and for its class."""

from __future__ import annotations

import time
from fractions import Fraction

from numerics.permutation.initial import equidistant_locations, frozen_start
from theory.permutation.bounds import class_lower_bound
from theory.permutation.free_fit import STATEMENT as FREE_FIT
from theory.permutation.turning import STATEMENT as TURN
from theory.rigor.balls import ball, float_down, working_precision
from theory.targets.enclosures import PRECISION, Profile
from verify.free_fit.bound import FitBound, fit_bound
from verify.free_fit.nodes import Nodes, equidistant_nodes, given_nodes
from verify.knots.bound import KnotBound, knot_bound
from verify.progress import Progress
from verify.results import ClassLower, LowerFigure
from verify.sandwiches.request import PermutationRequest


def target_lower(
    profile: Profile, width: int, *, progress: Progress | None = None
) -> tuple[LowerFigure, KnotBound]:
    """B6: no relu network with ``width`` hidden units on the line is closer to this target."""
    start = time.perf_counter()
    bound = knot_bound(profile.target, width, progress=progress)
    seconds = time.perf_counter() - start
    figure = LowerFigure(bound.value, "B6", "certified", seconds=seconds, reason=bound.reason)
    return figure, bound


def knots_lower(
    request: PermutationRequest, *, progress: Progress | None = None
) -> tuple[LowerFigure, FitBound, Nodes]:
    """P10 for this target: no coefficients at all on the same locations are closer to it."""
    target = request.target
    if request.equidistant:
        nodes = equidistant_nodes(target, request.width)
    else:
        ends = (target.low, target.high)
        options = {"start": request.start, "placement": request.placement}
        places, _, _ = frozen_start(request.width, ends, seed=request.seed, **options)  # type: ignore[arg-type]
        nodes = given_nodes(target, places)
    bound = fit_bound(target, nodes, progress=progress)
    figure = LowerFigure(
        bound.value, FREE_FIT.id, "certified", seconds=bound.seconds, reason=bound.reason
    )
    return figure, bound, nodes


def turn_lower(request: PermutationRequest) -> LowerFigure | None:
    """P9-turn for exactly the stored numbers of a permutation without read-out; None if 0 or less.

    The rounded locations, values and gamma enter, as in the certificate ``lower-turn``.
    """
    target, n = request.target, request.width
    if request.readout or not request.equidistant or request.start != "location":
        return None
    started = time.perf_counter()
    places = equidistant_locations((target.low, target.high), n)
    ends = [
        max(target.low, min(target.high, Fraction(float(places[i])))) for i in (0, 1, n - 2, n - 1)
    ]
    left, right = ends[1] - ends[0], ends[3] - ends[2]
    if min(left, right) <= 0:
        return None
    gamma = Fraction(float(1 / (target.high - target.low)))
    turn = gamma * sum(Fraction((n - 1 - k) / (n - 1)) for k in range(4))
    with working_precision(PRECISION + 4 * n.bit_length()):
        f0, f1, f2, f3 = (target.value(ball(end)) for end in ends)
        chords = abs((f3 - f2) / ball(right) - (f1 - f0) / ball(left))
        value = float_down((chords - ball(turn)) / ball(2 / left + 2 / right))
    if not value > 0:
        return None
    seconds = time.perf_counter() - started
    return LowerFigure(value, TURN.id, "certified", seconds=seconds)


def class_lower(profile: Profile, width: int, *, equidistant: bool) -> ClassLower:
    """The worst case over the target's class: P10 if f'' is bounded, else P6 (Lipschitz).

    For locations that are not equidistant only the class form of B6 is available.
    """
    found = class_lower_bound(profile, width, equidistant=equidistant)
    return ClassLower(found.value, found.theorem, reason=found.reason)
