"""P8 with half the unit (kappa = 2): certified, with a conjecture for its prediction."""

from __future__ import annotations

import time
from fractions import Fraction

from numerics.permutation.wide_kinks import build_kinks_wide
from theory.errors import AssumptionViolated
from theory.permutation.wide_displacements import STATEMENT
from theory.rigor.balls import ball, float_up
from theory.targets.enclosures import Profile
from theory.targets.sampling import sampler
from verify.certify.sup import certify_sup
from verify.progress import Progress
from verify.results import ConstructedFigure
from verify.sandwiches.constructions import Built
from verify.sandwiches.request import PermutationRequest


def construct_wide(
    request: PermutationRequest, profile: Profile, *, progress: Progress | None = None
) -> tuple[ConstructedFigure, Built]:
    """The construction of ``build_kinks_wide`` for a request.

    Raises AssumptionViolated where it does not apply or does not succeed.
    """
    name, curvature = STATEMENT.id, profile.curvature
    if not (request.readout and request.equidistant and curvature.available):
        accepted = "a read-out, equidistant locations and a target in W^{2,inf} are accepted"
        given = f"{request.target.text} at n = {request.width}"
        raise AssumptionViolated(name, "the hypotheses of P8", given, accepted)
    started = time.perf_counter()
    domain = (request.target.low, request.target.high)
    made = build_kinks_wide(sampler(profile), request.width, domain, curvature=curvature.upper)
    seconds = time.perf_counter() - started
    error = certify_sup(made.network, request.target, progress=progress)
    bound = (Fraction(made.gam) / 2 + Fraction(curvature.upper) / 8) / (request.width - 1) ** 2
    limit = float_up(ball(bound) + ball(made.rounding))
    figure = ConstructedFigure(
        value=error.upper,
        lower_end=error.lower,
        predicted=limit,
        theorem=name,
        status="certified",
        predicted_status="conjecture",
        rounding=made.rounding,
        mode=error.mode,
        seconds_construct=seconds,
        seconds_certify=error.seconds,
    )
    return figure, Built(made, error, limit, seconds, "conjecture")
