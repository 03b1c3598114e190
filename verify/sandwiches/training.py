"""The trained network of a sandwich, LaPerm or search on the same class, its best one certified."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from numerics.networks import Array, PermutationNetwork
from numerics.permutation.initial import frozen_start
from theory.errors import InputError
from theory.targets.target import Target
from verify.certify.sup import certify_sup
from verify.files import write_text
from verify.progress import Progress
from verify.results import TrainedFigure
from verify.sandwiches.request import PermutationRequest

if TYPE_CHECKING:
    from numerics.permutation.trained import TrainingResult

Protocol = Literal["quick", "published", "search"]
PROTOCOLS: tuple[Protocol, ...] = ("quick", "published", "search")


@dataclass(frozen=True)
class Trained:
    """The figure, the best network, and the history of the run."""

    figure: TrainedFigure
    network: PermutationNetwork
    result: TrainingResult


def floats(target: Target) -> Callable[[Array], Array]:
    """f at float64 points in user coordinates, each value correct to about one rounding."""

    def evaluate(points: Array) -> Array:
        return np.array([float(target.value(x).mid()) for x in points.tolist()])

    return evaluate


def require_torch(protocol: Protocol) -> None:
    """InputError when torch is needed and not installed; to be asked before any long work."""
    if protocol != "search" and find_spec("torch") is None:
        accepted = "install the extra 'train', or use --protocol search or --no-train"
        raise InputError("--protocol", protocol, "needs torch:", accepted)


def train_network(
    request: PermutationRequest,
    protocol: Protocol,
    *,
    seeds: int | None = None,
    progress: Progress | None = None,
    checkpoint: Path | None = None,
) -> Trained:
    """LaPerm or search with ``protocol``; seeds ``request.seed``, ``request.seed`` + 1, ...

    Raises InputError when torch is needed and not installed.
    """
    require_torch(protocol)
    target = request.target
    domain = (target.low, target.high)
    locations, initial, provenance = frozen_start(
        request.width,
        domain,
        start=request.start,
        placement=request.placement,
        seed=request.seed,
    )
    train, preset = _trainer(protocol)
    count = len(preset.seeds) if seeds is None else seeds
    config = replace(preset, seeds=tuple(range(request.seed, request.seed + count)))
    result = train(
        floats(target),
        domain,
        locations,
        initial,
        config,
        readout=request.readout,
        provenance=provenance,
        progress=progress,
        checkpoint=checkpoint,
    )
    return Trained(certified_figure(result, target), result.network, result)


def _trainer(protocol: Protocol) -> tuple[Callable[..., TrainingResult], Any]:
    """The training function of a protocol, and its configuration."""
    from numerics.permutation.protocols import PUBLISHED, QUICK, SEARCH

    if protocol == "search":
        from numerics.permutation.search import search

        return search, SEARCH
    from numerics.permutation.laperm import train

    return train, QUICK if protocol == "quick" else PUBLISHED


def certified_figure(result: TrainingResult, target: Target) -> TrainedFigure:
    """The best network of a run, its error enclosed like every other."""
    error = certify_sup(result.network, target)
    return TrainedFigure(
        value=error.upper,
        lower_end=error.lower,
        status="certified",
        algorithm=result.algorithm,
        grid_value=float(result.grid_errors.min()),
        seconds=result.seconds,
        seeds=result.config.seeds,
        grid_values=tuple(float(entry) for entry in result.grid_errors),
        geometric_mean=result.geometric_mean,
    )


def write_history(path: Path, result: TrainingResult) -> Path:
    """The history as CSV: step, then loss and sup error per seed; atomically."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    seeds = result.config.seeds
    writer.writerow(
        ["step", *(f"loss_seed_{seed}" for seed in seeds), *(f"sup_seed_{seed}" for seed in seeds)]
    )
    history = result.history
    for step, loss, sup in zip(history.step, history.loss, history.sup, strict=True):
        writer.writerow([int(step), *loss.tolist(), *sup.tolist()])
    write_text(path, text.getvalue())
    return path
