"""Lower bounds beside a permutation network: B6, P10 for the target, P6, P10 for its class."""

from __future__ import annotations

import time

from numerics.permutation.initial import frozen_start
from theory.permutation.bounds import class_lower_bound
from theory.permutation.free_fit import STATEMENT as FREE_FIT
from theory.targets.enclosures import Profile
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


def class_lower(profile: Profile, width: int, *, equidistant: bool) -> ClassLower:
    """The worst case over the target's class: P10 if f'' is bounded, else P6 (Lipschitz).

    For locations that are not equidistant only the class form of B6 is available.
    """
    found = class_lower_bound(profile, width, equidistant=equidistant)
    return ClassLower(found.value, found.theorem, reason=found.reason)
