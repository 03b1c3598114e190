"""The band-limited sandwich: what no network beats, a sampled one, and one trained on a draw (R4).

Everything lives in the plane (|c|_1, error): the lower bound holds for every network of the class
with |c|_1 <= B, of any width; the sampled and the trained network have width n and |c|_1 <= B.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from verify.frontiers.fitting import Fitter, inside_box, within_budget
from verify.frontiers.points import frontier_point
from verify.frontiers.results import FrontierPoint
from verify.progress import Progress
from verify.results import (
    ClassLower,
    ConstructedFigure,
    LowerFigure,
    TrainedFigure,
    Verdict,
    as_json,
    judge,
)
from verify.ridge_certificates import upper_l2_certificate
from verify.ridge_error import require_finite
from verify.sandwiches.band_sweep import BandSweep
from verify.sandwiches.ridgelet_construction import (
    SAMPLED,
    Attempt,
    BuiltRidge,
    construct_ridge,
    enclosed,
)
from verify.sandwiches.ridgelet_network_file import write_ridge_network
from verify.sandwiches.ridgelet_request import RidgeletRequest
from verify.sandwiches.ridgelet_training import (
    GradientRun,
    TikhonovFigure,
    TrainedRidge,
    train_on_ridge_draw,
)

NAME = "frontier"


@dataclass(frozen=True)
class RidgeletSandwich:
    """All figures for one claim; ``fit`` is the frontier's point at this budget."""

    request: RidgeletRequest
    lower: LowerFigure
    class_lower: ClassLower
    fit: FrontierPoint
    built: BuiltRidge
    trained: TrainedRidge | None
    verdict: Verdict
    constructed: ConstructedFigure
    trained_figure: TrainedFigure | None
    sweep: BandSweep | None = None
    picture: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The samples that were drawn, with their seeds."""
        return self.built.attempts

    @property
    def tikhonov(self) -> TikhonovFigure | None:
        """R7 for the draw; None without training."""
        return None if self.trained is None else self.trained.tikhonov

    @property
    def gradient(self) -> tuple[GradientRun, ...]:
        """Gradient-trained networks of the same draw."""
        return () if self.trained is None else self.trained.gradient

    def as_json(self) -> dict[str, Any]:
        """The JSON object of ``icebound sandwich ridgelet``."""
        request = self.request
        ends = [end for side in request.target.domain for end in side]
        document = {
            "family": "ridgelet",
            "target": request.target.text,
            "dimension": request.target.dimension,
            "domain": [float(end) for end in ends],
            "domain_exact": ends,
            "norm": "L2",
            "width": request.width,
            "seed": request.seed,
            "activation": request.activation,
            "box": {"lambda": request.lam, "beta": request.beta},
            "budget": request.budget,
            "delta": request.delta,
            "lower": self.lower,
            "class_lower": self.class_lower,
            "constructed": self._constructed(),
            "attempts": self.attempts,
            "fit": {"value": self.fit.upper, "width": self.fit.width, "gap": self.fit.gap,
                    "status": self.fit.upper_status,
                    "certificate": self.fit.certificate_upper},
            "trained": self.trained_figure,
            "gradient": self.gradient,
            "tikhonov": self.tikhonov,
            "verdict": self.verdict,
            "picture": self.picture,
            "notes": self.notes,
        }  # fmt: skip
        result: dict[str, Any] = as_json(document)
        if self.sweep is not None:
            result["sweep"] = self.sweep.entries()
            result["sweep_picture"] = as_json(self.sweep.picture)
        return result

    def _constructed(self) -> dict[str, Any]:
        """The figure; ``probability`` is the chance with which each ``predicted`` holds."""
        entry: dict[str, Any] = as_json(self.constructed)
        for part in (entry, *entry["alternatives"]):
            sampled = part["theorem"] == SAMPLED
            sure = 1.0 if part["predicted"] is not None else None
            part["probability"] = float(1 - self.request.delta) if sampled and sure else sure
        return entry

    def _repr_html_(self) -> str:
        from verify.html_tables import sandwich_html

        return sandwich_html(
            f"{self.request.target.text}, width {self.request.width}, L2", self, self.trained_figure
        )


def sandwich_ridgelet(
    request: RidgeletRequest,
    *,
    train: bool = True,
    out: Path | None = None,
    progress: Progress | None = None,
) -> RidgeletSandwich:
    """R4 below, a network sampled from the fitted measure (R6) and a trained one above.

    With ``out`` the certificates, networks and the picture are written there.  Raises InputError
    for a target that is not finite on its domain, or where the cone solver is missing.
    """
    if progress is not None:
        progress(0, 3, "fitting")
    require_finite(request.target)
    fitter = Fitter.start(request.frontier())
    point = frontier_point(fitter, request.budget, out=out, name=NAME)
    if out is not None:
        point = _renamed(point, out)
    lower = lower_figure(point)
    measure, values = fitter.measure, fitter.solver.problem.values
    fit = within_budget(fitter.fit(request.budget).network, request.budget)
    fitted = inside_box(fit, request.lam, request.beta)
    fitted_error = enclosed(fitted, request.target, measure, values)
    built = construct_ridge(request, fitted, fitted_error, measure, values, progress=progress)
    trained = None
    if train:
        trained = train_on_ridge_draw(request, measure, values, progress=progress)
    figure = None if trained is None else trained.figure
    result = RidgeletSandwich(
        request=request,
        lower=lower,
        class_lower=ClassLower(point.closed_form, "R8", reason=point.closed_form_reason),
        fit=point,
        built=built,
        trained=trained,
        verdict=verdict(lower, built.figure, figure),
        constructed=built.figure,
        trained_figure=figure,
    )
    return result if out is None else _write(result, out)


def lower_figure(point: FrontierPoint) -> LowerFigure:
    """R4's bound, or R8's where that one is larger (a budget no fit reaches)."""
    closed = point.closed_form or 0.0
    if closed > point.lower or (point.lower_status != "certified" and closed > 0):
        return LowerFigure(closed, "R8", "theorem", seconds=point.seconds)
    reason = point.reason if point.lower_status != "certified" or point.lower == 0 else None
    return LowerFigure(
        point.lower, "R4", point.lower_status, point.certificate, point.seconds, reason
    )


def verdict(
    lower: LowerFigure, constructed: ConstructedFigure, trained: TrainedFigure | None
) -> Verdict:
    """:func:`judge`, in which measured figures never contradict a bound."""
    if lower.status not in ("certified", "theorem"):
        lower = replace(lower, value=0.0)
    if constructed.status != "certified":
        constructed = replace(constructed, value=None, lower_end=None)
    if trained is not None and trained.status != "certified":
        trained = None
    return judge(lower, constructed, trained)


def _renamed(point: FrontierPoint, out: Path) -> FrontierPoint:
    """The fit's certificates under the names of a sandwich."""
    paths: list[Path | None] = []
    pairs = ((point.certificate, "lower-dual.json"), (point.certificate_upper, "fit.json"))
    for path, name in pairs:
        if path is None:
            (out / name).unlink(missing_ok=True)
            paths.append(None)
        else:
            paths.append(path.replace(out / name))
    return replace(point, certificate=paths[0], certificate_upper=paths[1])


def _write(result: RidgeletSandwich, out: Path) -> RidgeletSandwich:
    """The remaining files of the sandwich; returns the record with their paths."""
    request, built, trained = result.request, result.built, result.trained
    box = (request.lam, request.beta)
    result = replace(result, lower=_degree_certificate(result, out / "lower-degree.json"))
    if built.network is not None and built.figure.value is not None:
        write_ridge_network(out / "network.npz", built.network)
        if built.figure.status == "certified":
            path = upper_l2_certificate(
                built.network, request.target, built.figure.value, box, request.budget
            ).write(out / "upper.json")
            result = replace(result, constructed=replace(result.constructed, certificate=path))
    if trained is not None:
        write_ridge_network(out / "trained.npz", trained.network)
        if trained.figure.status == "certified":
            path = upper_l2_certificate(
                trained.network, request.target, trained.figure.value, box, request.budget
            ).write(out / "trained.json")
            figure = replace(trained.figure, certificate=path)
            result = replace(result, trained_figure=figure)
    from verify import pictures

    if not pictures.available():
        note = "no picture: matplotlib is not installed (extra 'plots')"
        return replace(result, notes=(*result.notes, note))
    from verify.ridge_pictures import budget_plane

    return replace(result, picture=pictures.save(budget_plane(result), out / "sandwich.png"))


def _degree_certificate(result: RidgeletSandwich, path: Path) -> LowerFigure:
    """The lower figure; where it is R8's, with its certificate at ``path``."""
    lower, request = result.lower, result.request
    if lower.theorem != "R8":
        path.unlink(missing_ok=True)
        return lower
    from theory.ridgelet.degree import closed_form_lower
    from verify.degree_certificates import degree_certificate

    found = closed_form_lower(
        request.target, request.activation, request.lam, request.beta, request.budget
    )
    assert found.witness is not None
    made = degree_certificate(
        request.target,
        request.activation,
        request.lam,
        request.budget,
        found.value,
        found.witness,
        beta=request.beta,
    )
    return replace(lower, certificate=made.write(path))
