"""Which constructions apply to a target, what each predicts, and the best one, certified."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from numerics.permutation.construction import Construction
from numerics.permutation.dealt_alone import build_dealt_alone
from numerics.permutation.dealt_kinks import build_dealt_kinks
from numerics.permutation.initial import frozen_start
from numerics.permutation.kinks import build_kinks, build_kinks_lipschitz, build_kinks_modulus
from numerics.permutation.no_readout import build_no_readout
from numerics.permutation.pseudo_copies import build_pseudo_copies
from numerics.permutation.steps import build_steps, build_steps_modulus
from theory.errors import AssumptionViolated
from theory.permutation.bounds import AppliedBound, best_bounds
from theory.rigor.balls import ball, float_up
from theory.targets.enclosures import Profile
from theory.targets.sampling import sampler
from verify.certify.sup import SMALLEST_GAP, SupError, certify_sup
from verify.progress import Progress
from verify.results import Alternative, ConstructedFigure
from verify.sandwiches.request import PermutationRequest

TRY_ALL_BELOW = 5_000
PROVED = ("P8", "P9", "P3'", "P3", "P4")
NEEDS_EQUIDISTANT = "needs equidistant locations"


@dataclass(frozen=True)
class Built:
    """A construction with the certified error of its stored network."""

    construction: Construction
    error: SupError
    predicted: float | None
    seconds: float
    promised: str = "theorem"


def build(bound: AppliedBound, profile: Profile, width: int) -> Construction:
    """The construction behind an applicable bound."""
    sample, domain = sampler(profile), (profile.target.low, profile.target.high)
    constant = bound.constants
    match bound.theorem, bound.variant:
        case "P8", _:
            return build_kinks(sample, width, domain, curvature=constant["M2"])
        case "P9", _:
            turn = constant["turn"]
            return build_no_readout(sample, width, domain, curvature=constant["M2"], turn=turn)
        case "P3'", "lipschitz":
            return build_kinks_lipschitz(sample, width, domain, lipschitz=constant["L"])
        case "P3'", _:
            return build_kinks_modulus(sample, width, domain, modulus=constant["omega"])
        case "P3", "lipschitz":
            return build_steps(sample, width, domain, lipschitz=constant["L"])
        case "P3", _:
            return build_steps_modulus(sample, width, domain, modulus=constant["omega"])
        case "P4", _:
            return build_pseudo_copies(
                sample, width, domain, lipschitz=constant["L"], variation=constant["TV"]
            )
    raise AssertionError(f"no construction for {bound.theorem}")


def predicted(bound: AppliedBound, construction: Construction) -> float:
    """The theorem's bound for this very network, plus its rounding term; rounded up.

    For P8 the factor gam of the network enters (it grows slightly with the sampling error), for P4
    its stride, for P9 its unit and what the cells at the ends add.
    """
    details = construction.details
    stride, unit = (int(details[key]) if key in details else None for key in ("k", "m"))
    layer = details.get("layer", 0.0)
    theorem = bound.for_network(construction.gam, stride, unit, layer)
    return float_up(ball(theorem) + ball(construction.rounding))


def construct(
    request: PermutationRequest,
    profile: Profile,
    *,
    gap: float = 1e-6,
    progress: Progress | None = None,
) -> tuple[ConstructedFigure, Built | None]:
    """Try or bound every applicable construction; the smallest certified error is the figure.

    Above width 5000 only the construction with the best prediction is carried out, the others are
    listed with their bounds.  Without an applicable one the figure is None with a reason.
    """
    if not request.equidistant:
        return _dealt(request, profile, gap, progress)
    bounds, refused = best_bounds(profile, request.width, readout=request.readout)
    others = [Alternative(entry.label, None, None, entry.reason) for entry in refused]
    ordered = sorted(bounds, key=lambda entry: entry.value)
    few = request.width <= TRY_ALL_BELOW
    built: list[Built] = []
    for position, bound in enumerate(ordered):
        if built and not few:
            reason = "bounded only: a better construction was carried out"
            others.append(
                Alternative(bound.label, None, bound.value, reason, predicted_status=bound.status)
            )
            continue
        if progress is not None:
            progress(position, len(ordered), f"constructing {bound.label}")
        try:
            built.append(_carry_out(bound, profile, request.width, gap, progress))
        except AssumptionViolated as error:
            others.append(Alternative(bound.label, None, None, str(error)))
    if _worth_dealing(request, built):
        try:
            # Nothing is predicted where P9 needs a larger width, but more than steps is possible.
            built.append(_deal_out(request, profile, gap, progress))
        except AssumptionViolated as error:
            others.append(Alternative("P5", None, None, str(error)))
    if not built:
        return _nothing("no theorem applies: see the alternatives", tuple(others)), None
    best = min(built, key=lambda entry: entry.error.upper)
    tried = [
        Alternative(
            _label(entry.construction),
            entry.error.upper,
            entry.predicted,
            lower_end=entry.error.lower,
            predicted_status=entry.promised,
        )
        for entry in built
        if entry is not best
    ]
    return _figure(best, (*tried, *others)), best


def _worth_dealing(request: PermutationRequest, built: list[Built]) -> bool:
    if request.readout or request.start != "location" or request.width > TRY_ALL_BELOW:
        return False
    return all(entry.construction.theorem != "P9" for entry in built)


def _dealt(
    request: PermutationRequest, profile: Profile, gap: float, progress: Progress | None
) -> tuple[ConstructedFigure, Built | None]:
    """P5 on the drawn locations and values: certified for this draw, nothing predicted."""
    others = tuple(Alternative(name, None, None, NEEDS_EQUIDISTANT) for name in PROVED)
    try:
        built = _deal_out(request, profile, gap, progress)
    except AssumptionViolated as error:
        return _nothing(str(error), others), None
    return _figure(built, others), built


def _deal_out(
    request: PermutationRequest, profile: Profile, gap: float, progress: Progress | None
) -> Built:
    """P5, with read-out or without, on the locations and values of the request."""
    target, started = request.target, time.perf_counter()
    domain = (target.low, target.high)
    locations, initial, provenance = frozen_start(
        request.width, domain, start=request.start, placement=request.placement, seed=request.seed
    )
    build_dealt = build_dealt_kinks if request.readout else build_dealt_alone
    construction = build_dealt(sampler(profile), locations, initial, domain, provenance=provenance)
    seconds = time.perf_counter() - started
    error = certify_sup(construction.network, target, gap=gap, progress=progress)
    return Built(construction, error, None, seconds, "conjecture")


def _carry_out(
    bound: AppliedBound, profile: Profile, width: int, gap: float, progress: Progress | None
) -> Built:
    start = time.perf_counter()
    construction = build(bound, profile, width)
    seconds = time.perf_counter() - start
    error = certify_sup(construction.network, profile.target, gap=gap, progress=progress)
    limit = predicted(bound, construction)
    if error.lower <= limit < error.upper:
        # a sharp constant: the enclosure must be tighter than the distance to the bound
        error = certify_sup(construction.network, profile.target, mode="exact", gap=SMALLEST_GAP)
    return Built(construction, error, limit, seconds, bound.status)


def _label(construction: Construction) -> str:
    suffix = " (modulus)" if construction.variant == "modulus" else ""
    return construction.theorem + suffix


def _figure(best: Built, alternatives: tuple[Alternative, ...]) -> ConstructedFigure:
    return ConstructedFigure(
        value=best.error.upper,
        lower_end=best.error.lower,
        predicted=best.predicted,
        theorem=_label(best.construction),
        status="certified",
        predicted_status=best.promised,
        alternatives=alternatives,
        rounding=None if best.predicted is None else best.construction.rounding,
        mode=best.error.mode,
        seconds_construct=best.seconds,
        seconds_certify=best.error.seconds,
    )


def _nothing(reason: str, alternatives: tuple[Alternative, ...]) -> ConstructedFigure:
    empty = ConstructedFigure(None, None, None, None, "certified", alternatives=alternatives)
    return replace(empty, reason=reason)
