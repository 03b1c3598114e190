"""The permutation sandwich: lower bound, construction and training for one target and width."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from theory.permutation.counting import counting_bound
from theory.permutation.free_fit import STATEMENT as FREE_FIT_STATEMENT
from theory.permutation.turning import STATEMENT as TURN_STATEMENT
from theory.rigor.balls import ball, float_up
from theory.targets.enclosures import Profile
from verify import certificates, pictures
from verify.free_fit.bound import FitBound
from verify.free_fit.nodes import Nodes
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
from verify.sandwiches.lower import class_lower, knots_lower, target_lower, turn_lower
from verify.sandwiches.request import PermutationRequest
from verify.sandwiches.training import (
    Protocol,
    Trained,
    require_torch,
    train_network,
    write_history,
)

FREE_FIT = FREE_FIT_STATEMENT.id
TURN = TURN_STATEMENT.id


@dataclass(frozen=True)
class Sandwich:
    """All figures for one claim, with the objects that prove them.

    ``lower`` is the larger of B6 (any relu network of this width) and P10 (any coefficients on
    these locations), ``other_lower`` the smaller.  Where f turns further than a permutation without
    read-out can follow, ``lower`` is P9-turn if that is larger, ``other_lower`` P10.
    """

    request: PermutationRequest
    lower: LowerFigure
    other_lower: LowerFigure
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

    @property
    def constraint_price(self) -> float | None:
        """Constructed error over the certified error of any free coefficients; rounded up.

        What the constraint costs at most: only the order of the weights is free.
        """
        fits = [entry for entry in (self.lower, self.other_lower) if entry.theorem == FREE_FIT]
        if self.constructed.value is None or not fits or not fits[0].value:
            return None
        return float_up(ball(self.constructed.value) / fits[0].value)

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
            "other_lower": self.other_lower,
            "constraint_price": self.constraint_price,
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
    """Lower bound (B6, P10), best construction, trained network (``protocol`` None: no training).

    With ``out`` the certificates, networks, history and picture are written there.  Raises
    InputError for a target that is not finite on its domain.
    """
    if protocol is not None:
        require_torch(protocol)
    profile = request.profile()
    any_knots, knots = target_lower(profile, request.width, progress=progress)
    same_knots, fit, nodes = knots_lower(request, progress=progress)
    lower, other = any_knots, same_knots
    if same_knots.value > any_knots.value:
        lower, other = same_knots, any_knots
    turning = turn_lower(request)
    if turning is not None and turning.value > lower.value:
        lower, other = turning, same_knots
    worst = class_lower(profile, request.width, equidistant=request.equidistant)
    constructed, built = construct(request, profile, progress=progress)
    trained = None
    if protocol is not None:
        checkpoint = None if out is None else out / "training.checkpoint"
        trained = train_network(request, protocol, progress=progress, checkpoint=checkpoint)
    result = Sandwich(
        request=request,
        lower=lower,
        other_lower=other,
        class_lower=worst,
        constructed=constructed,
        trained=None if trained is None else trained.figure,
        published=published(request.target, request.width),
        verdict=judge(lower, constructed, None if trained is None else trained.figure),
    )
    if out is None:
        return result
    result = _write_lower(result, knots, fit, nodes, out)
    return _write(result, profile, built, trained, out)


def _write_lower(
    result: Sandwich, knots: KnotBound, fit: FitBound, nodes: Nodes, out: Path
) -> Sandwich:
    """``lower-knots.json`` (B6) and ``lower-spline.json`` (P10), each where it says something."""
    target = result.request.target
    paths = {}
    if knots.value > 0:
        certificate = certificates.knots_certificate(
            target, result.request.width, knots.value, knots.points
        )
        paths["B6"] = certificate.write(out / "lower-knots.json")
    if fit.value > 0:
        certificate = certificates.spline_certificate(
            target,
            nodes.locations,
            fit.value,
            fit.points,
            fit.heights,
            equidistant=nodes.equidistant,
        )
        paths[FREE_FIT] = certificate.write(out / "lower-spline.json")
    if result.lower.theorem == TURN:
        certificate = certificates.turn_certificate(
            target, result.request.width, result.lower.value
        )
        paths[TURN] = certificate.write(out / "lower-turn.json")
    lower, other = (
        replace(figure, certificate=paths.get(figure.theorem))
        for figure in (result.lower, result.other_lower)
    )
    return replace(result, lower=lower, other_lower=other)


def _write(
    result: Sandwich,
    profile: Profile,
    built: Built | None,
    trained: Trained | None,
    out: Path,
) -> Sandwich:
    """Write every file of the sandwich into ``out``; returns the record with their paths."""
    target = result.request.target
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
        algorithm = trained.figure.algorithm.partition(":")[0]
        label = f"trained ({algorithm}), error {trained.figure.value:.3g}"
        curves.append(pictures.Curve("trained", trained.network, trained.figure.value, label))
    figure = pictures.target_and_networks(result.request.target, curves, result.lower.value)
    path = pictures.save(figure, out / "sandwich.png")
    return replace(result, picture=path)
