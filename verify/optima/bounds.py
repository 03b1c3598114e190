"""What stands beside an optimum: lower bounds below it and constructions above it (note P7)."""

from __future__ import annotations

from dataclasses import dataclass

from theory.permutation.free_fit import STATEMENT as FREE_FIT
from verify.free_fit.bound import fit_bound
from verify.free_fit.nodes import equidistant_nodes
from verify.optima.request import OptimumRequest
from verify.progress import Progress
from verify.results import ConstructedFigure, LowerFigure
from verify.sandwiches.constructions import construct
from verify.sandwiches.lower import target_lower
from verify.sandwiches.request import SMALLEST_WIDTH, PermutationRequest


@dataclass(frozen=True)
class Beside:
    """``lowers``: B6 and the free fit on the same knots; ``constructed``: the best construction."""

    lowers: tuple[LowerFigure, ...]
    constructed: ConstructedFigure | None


def beside(request: OptimumRequest, *, progress: Progress | None = None) -> Beside:
    """The certified figures for the same target and width; sup norm only, else nothing."""
    if request.norm != "sup":
        return Beside((), None)
    profile = request.profile()
    any_knots, _ = target_lower(profile, request.width, progress=progress)
    fit = fit_bound(request.target, equidistant_nodes(request.target, request.width))
    same_knots = LowerFigure(fit.value, FREE_FIT.id, "certified", reason=fit.reason)
    made = None
    if request.width >= SMALLEST_WIDTH:
        wanted = PermutationRequest(request.target, request.width, readout=request.readout)
        found = construct(wanted, profile)[0]
        made = found if found.value is not None else None
    return Beside((any_knots, same_knots), made)
