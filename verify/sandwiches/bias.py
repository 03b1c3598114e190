"""The bias sandwich: lower bounds, construction and training on one frozen draw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from theory.bias.matching_target import matching_width
from theory.errors import AssumptionViolated, InputError
from verify import certificates, pictures
from verify.bias_certificates import bias_certificate
from verify.bias_floors.floors import Floor, given_weights_floor
from verify.knots.bound import KnotBound
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
from verify.sandwiches.bias_constructions import BuiltBias, construct_biases
from verify.sandwiches.bias_request import BiasRequest
from verify.sandwiches.bias_training import TrainedBias, require_torch, train_on_draw, write_history
from verify.sandwiches.bias_weights import write_bias_network
from verify.sandwiches.lower import class_lower, target_lower

# B1 is asked for a width that succeeds with probability 1 - DELTA.
DELTA = Fraction(1, 20)


@dataclass(frozen=True)
class BiasSandwich:
    """All figures for one claim on one draw.

    ``floors``: every lower bound of the given weights beside B6; ``matching_log10_width``: the
    width that B1 asks for at the constructed accuracy, as an enclosure of its logarithm.
    """

    request: BiasRequest
    lower: LowerFigure
    floors: tuple[Floor, ...]
    class_lower: ClassLower
    constructed: ConstructedFigure
    built: BuiltBias
    trained: TrainedFigure | None
    matching_log10_width: tuple[float, float] | None
    verdict: Verdict
    picture: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def training_gap(self) -> float | None:
        """Trained error over constructed error: the price of the algorithm."""
        if self.trained is None or not self.constructed.value:
            return None
        return self.trained.value / self.constructed.value

    def as_json(self) -> dict[str, Any]:
        """The JSON object of ``icebound sandwich bias``."""
        request, made = self.request, self.built.construction
        target = request.target
        document = {
            "family": "bias",
            "target": target.text,
            "domain": [float(target.low), float(target.high)],
            "domain_exact": [target.low, target.high],
            "width": request.width,
            "weight_range": request.weight_range,
            "seed": request.seed,
            "lower": self.lower,
            "floors": [
                {"theorem": floor.theorem, "kinks": floor.kinks, "value": floor.value}
                for floor in self.floors
            ],
            "class_lower": self.class_lower,
            "constructed": self.constructed,
            "intervals": made.left.intervals + made.right.intervals,
            "units_off": made.off,
            "units_parked": made.parked,
            "trained": self.trained,
            "training_gap": self.training_gap,
            "matching_log10_width": self.matching_log10_width,
            "verdict": self.verdict,
            "picture": self.picture,
        }
        result: dict[str, Any] = as_json(document)
        return result

    def _repr_html_(self) -> str:
        from verify.html_tables import sandwich_html

        return sandwich_html(
            f"{self.request.target.text}, width {self.request.width}", self, self.trained
        )


def sandwich_bias(
    request: BiasRequest,
    *,
    train: bool = True,
    out: Path | None = None,
    progress: Progress | None = None,
) -> BiasSandwich:
    """Lower bounds (B6, B6', B7, B8), the construction B2, biases trained on the same draw.

    With ``out`` the certificates, networks, history and picture are written there.  Raises
    InputError for a target that is not finite on its domain, or training without torch.
    """
    if train:
        require_torch()
    profile = request.profile()
    lower, knots = target_lower(profile, request.width, progress=progress)
    floors = given_weights_floor(request.target, *request.weights, progress=progress)
    sharpest = max(floors, key=lambda floor: floor.value)
    if sharpest.value > lower.value:
        lower = LowerFigure(sharpest.value, sharpest.theorem, sharpest.status)
    constructed, built = construct_biases(request, profile, progress=progress)
    trained = train_on_draw(request, progress=progress) if train else None
    width, note = matching(request, constructed)
    figure = None if trained is None else trained.figure
    result = BiasSandwich(
        request=request,
        lower=lower,
        floors=floors,
        class_lower=class_lower(profile, request.width, equidistant=False),
        constructed=constructed,
        built=built,
        trained=figure,
        matching_log10_width=width,
        verdict=judge(lower, constructed, figure),
        notes=() if note is None else (note,),
    )
    return result if out is None else _write(result, knots, sharpest, trained, out)


def matching(
    request: BiasRequest, constructed: ConstructedFigure
) -> tuple[tuple[float, float] | None, str | None]:
    """log10 of the width that B1 asks for at the constructed accuracy; or why there is none."""
    error = constructed.value
    if not error or not 0 < error < 1:
        return None, "no matching width: B1 is stated for an error between 0 and 1"
    try:
        found = matching_width(request.target, Fraction(error), DELTA, request.weight_range)
    except (AssumptionViolated, InputError) as failure:
        return None, f"no matching width: {failure}"
    return found.log10_width, None


def write_construction(
    figure: ConstructedFigure, built: BuiltBias, request: BiasRequest, out: Path
) -> ConstructedFigure:
    """``upper.json`` and ``network.npz`` of a construction; the figure with its certificate."""
    network = built.construction.network
    certificate = bias_certificate(network, request.target, built.error.upper)
    path = certificate.write(out / "upper.json")
    write_bias_network(out / "network.npz", network)
    return replace(figure, certificate=path)


def write_floor(floor: Floor, out: Path) -> Path | None:
    """``lower-given.json``: what no biases achieve with these weights; None without a value."""
    if floor.certificate is None or floor.value <= 0:
        return None
    return floor.certificate.write(out / "lower-given.json")


def _write(
    result: BiasSandwich,
    knots: KnotBound,
    sharpest: Floor,
    trained: TrainedBias | None,
    out: Path,
) -> BiasSandwich:
    """Write every file of the sandwich into ``out``; returns the record with their paths."""
    target, width = result.request.target, result.request.width
    paths: dict[str, Path | None] = {}
    if knots.value > 0:
        certificate = certificates.knots_certificate(target, width, knots.value, knots.points)
        paths["B6"] = certificate.write(out / "lower-knots.json")
    paths[sharpest.theorem] = write_floor(sharpest, out)
    lower = replace(result.lower, certificate=paths.get(result.lower.theorem))
    figure = write_construction(result.constructed, result.built, result.request, out)
    result = replace(result, lower=lower, constructed=figure)
    if trained is not None:
        certificate = bias_certificate(trained.network, target, trained.figure.value)
        path = certificate.write(out / "trained.json")
        write_bias_network(out / "trained.npz", trained.network)
        write_history(out / "trained-history.csv", trained.result)
        result = replace(result, trained=replace(trained.figure, certificate=path))
    return draw(result, trained, out)


def draw(result: BiasSandwich, trained: TrainedBias | None, out: Path) -> BiasSandwich:
    """``sandwich.png``, or a note where matplotlib is not installed."""
    if not pictures.available():
        note = "no picture: matplotlib is not installed (extra 'plots')"
        return replace(result, notes=(*result.notes, note))
    value = result.constructed.value
    curves = []
    if value is not None:
        label = f"constructed (B2), error {value:.3g}"
        curves.append(
            pictures.Curve("constructed", result.built.construction.network, value, label)
        )
    if trained is not None:
        label = f"trained (biases only), error {trained.figure.value:.3g}"
        curves.append(pictures.Curve("trained", trained.network, trained.figure.value, label))
    figure = pictures.target_and_networks(result.request.target, curves, result.lower.value)
    return replace(result, picture=pictures.save(figure, out / "sandwich.png"))
