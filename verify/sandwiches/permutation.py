"""The permutation sandwich: lower bound, construction and training for one target and width."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from theory.permutation.counting import counting_bound
from theory.targets.enclosures import Profile
from verify import certificates, pictures
from verify.knots.bound import KnotBound
from verify.network_files import write_network
from verify.progress import Progress
from verify.reference import Published, published
from verify.results import (
    ClassLower,
    ConstructedFigure,
    LowerFigure,
    TrainedFigure,
    Verdict,
    as_json,
    judge,
)
from verify.sandwiches.constructions import Built, construct
from verify.sandwiches.lower import class_lower, target_lower
from verify.sandwiches.request import PermutationRequest
from verify.sandwiches.training import (
    Protocol,
    Trained,
    require_torch,
    train_network,
    write_history,
)


@dataclass(frozen=True)
class Sandwich:
    """All figures for one claim, with the objects that prove them."""

    request: PermutationRequest
    lower: LowerFigure
    class_lower: ClassLower
    constructed: ConstructedFigure
    trained: TrainedFigure | None
    published: Published | None
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
        """The JSON object of ``icebound sandwich permutation``."""
        target = self.request.target
        document = {
            "family": "permutation",
            "target": target.text,
            "domain": [float(target.low), float(target.high)],
            "domain_exact": [target.low, target.high],
            "width": self.request.width,
            "seed": self.request.seed,
            "readout": self.request.readout,
            "locations": "equidistant" if self.request.equidistant else "random",
            "init": self.request.start,
            "lower": self.lower,
            "class_lower": self.class_lower,
            "constructed": self.constructed,
            "trained": self.trained,
            "training_gap": self.training_gap,
            "published": self.published and dict(self.published.series),
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


def sandwich(
    request: PermutationRequest,
    *,
    protocol: Protocol | None = "quick",
    out: Path | None = None,
    progress: Progress | None = None,
) -> Sandwich:
    """Lower bound (B6), best construction, trained network (``protocol`` None: no training).

    With ``out`` the certificates, networks, history and picture are written there.  Raises
    InputError for a target that is not finite on its domain.
    """
    if protocol is not None:
        require_torch(protocol)
    profile = request.profile()
    lower, knots = target_lower(profile, request.width, progress=progress)
    worst = class_lower(profile, request.width, equidistant=request.equidistant)
    constructed, built = construct(request, profile, progress=progress)
    trained = None
    if protocol is not None:
        checkpoint = None if out is None else out / "training.checkpoint"
        trained = train_network(request, protocol, progress=progress, checkpoint=checkpoint)
    result = Sandwich(
        request=request,
        lower=lower,
        class_lower=worst,
        constructed=constructed,
        trained=None if trained is None else trained.figure,
        published=published(request.target, request.width),
        verdict=judge(lower, constructed, None if trained is None else trained.figure),
    )
    return result if out is None else _write(result, profile, knots, built, trained, out)


def _write(
    result: Sandwich,
    profile: Profile,
    knots: KnotBound,
    built: Built | None,
    trained: Trained | None,
    out: Path,
) -> Sandwich:
    """Write every file of the sandwich into ``out``; returns the record with their paths."""
    target, width = result.request.target, result.request.width
    if knots.value > 0:
        certificate = certificates.knots_certificate(target, width, knots.value, knots.points)
        path = certificate.write(out / "lower-knots.json")
        result = replace(result, lower=replace(result.lower, certificate=path))
    write_counting(profile, result.request, out)
    if built is not None and result.constructed.value is not None:
        figure = write_construction(result.constructed, built, result.request, out)
        result = replace(result, constructed=figure)
    if trained is not None:
        network = trained.network
        path = certificates.upper_certificate(network, target, trained.figure.value).write(
            out / "trained.json"
        )
        write_network(out / "trained.npz", network)
        write_history(out / "trained-history.csv", trained.result)
        (out / "training.checkpoint").unlink(missing_ok=True)
        result = replace(result, trained=replace(trained.figure, certificate=path))
    return draw(result, built, trained, out)


def write_construction(
    figure: ConstructedFigure, built: Built, request: PermutationRequest, out: Path
) -> ConstructedFigure:
    """``upper.json`` and ``network.npz`` of a construction; the figure with its certificate."""
    network = built.construction.network
    certificate = certificates.upper_certificate(network, request.target, built.error.upper)
    path = certificate.write(out / "upper.json")
    write_network(out / "network.npz", network)
    return replace(figure, certificate=path)


def write_counting(profile: Profile, request: PermutationRequest, out: Path) -> Path | None:
    """``counting.json`` (P6) for the target's Lipschitz constant, where it has one.

    The count is that of the vector of the theorems, in which 0 occurs twice; none for others.
    """
    ours = request.equidistant and request.start == "location"
    if not ours or not profile.slope.available or profile.slope.lower <= 0:
        return None
    lipschitz = Fraction(profile.slope.lower)
    bound, exponent = counting_bound(request.width, lipschitz, readout=request.readout)
    certificate = certificates.counting_certificate(
        request.width, lipschitz, exponent, bound, readout=request.readout
    )
    return certificate.write(out / "counting.json")


def draw(result: Sandwich, built: Built | None, trained: Trained | None, out: Path) -> Sandwich:
    """``sandwich.png``, or a note where matplotlib is not installed."""
    if not pictures.available():
        note = "no picture: matplotlib is not installed (extra 'plots')"
        return replace(result, notes=(*result.notes, note))
    curves = []
    if built is not None and result.constructed.value is not None:
        label = f"constructed ({result.constructed.theorem}), error {result.constructed.value:.3g}"
        network = built.construction.network
        curves.append(pictures.Curve("constructed", network, result.constructed.value, label))
    if trained is not None:
        label = f"trained (LaPerm), error {trained.figure.value:.3g}"
        curves.append(pictures.Curve("trained", trained.network, trained.figure.value, label))
    figure = pictures.target_and_networks(result.request.target, curves, result.lower.value)
    path = pictures.save(figure, out / "sandwich.png")
    return replace(result, picture=path)
