"""Lower bounds beside a permutation network: B6 for the target, P6 and P10 for its class."""

from __future__ import annotations

import time

from theory.permutation.bounds import class_lower_bound
from theory.targets.enclosures import Profile
from verify.knots.bound import KnotBound, knot_bound
from verify.progress import Progress
from verify.results import ClassLower, LowerFigure


def target_lower(
    profile: Profile, width: int, *, progress: Progress | None = None
) -> tuple[LowerFigure, KnotBound]:
    """B6: no relu network with ``width`` hidden units on the line is closer to this target."""
    start = time.perf_counter()
    bound = knot_bound(profile.target, width, progress=progress)
    seconds = time.perf_counter() - start
    figure = LowerFigure(bound.value, "B6", "certified", seconds=seconds, reason=bound.reason)
    return figure, bound


def class_lower(profile: Profile, width: int, *, equidistant: bool) -> ClassLower:
    """The worst case over the target's class: P10 if f'' is bounded, else P6 (Lipschitz).

    For locations that are not equidistant only the class form of B6 is available.
    """
    found = class_lower_bound(profile, width, equidistant=equidistant)
    return ClassLower(found.value, found.theorem, reason=found.reason)
