"""Biases trained on the draw of a sandwich, and the certified error of the result."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from numerics.bias.knots import values
from numerics.bias.network import BiasNetwork
from theory.errors import InputError
from verify.certify.sup import certify_sup
from verify.files import write_text
from verify.progress import Progress
from verify.results import TrainedFigure
from verify.sandwiches.bias_request import BiasRequest

if TYPE_CHECKING:
    from numerics.bias.training import TrainedBiases

# Points of the training grid: a few for every unit.
LEAST_POINTS, MOST_POINTS, POINTS_PER_UNIT = 400, 20_000, 4
SEEDS = 1
# A run is cut off after this time; it says so in its algorithm.
SECONDS = 30.0


@dataclass(frozen=True)
class TrainedBias:
    """The figure, the network, and the history of the run."""

    figure: TrainedFigure
    network: BiasNetwork
    result: TrainedBiases


def require_torch(
    argument: str = "training", accepted: str = "install the extra 'train', or use --no-train"
) -> None:
    """InputError when torch is not installed; to be asked before any long work."""
    if find_spec("torch") is None:
        raise InputError(argument, "torch", "is not installed:", accepted)


def train_on_draw(
    request: BiasRequest, *, seconds: float = SECONDS, progress: Progress | None = None
) -> TrainedBias:
    """Bias-only training on the request's frozen weights, from seeds ``request.seed``, ...

    The data are f on an equidistant grid with both ends.  Raises InputError without torch.
    """
    require_torch()
    from numerics.bias.training import train_biases

    target = request.target
    count = min(max(POINTS_PER_UNIT * request.width, LEAST_POINTS), MOST_POINTS)
    exact = [target.low + target.length * Fraction(i, count) for i in range(count + 1)]
    points = np.array([float(x) for x in exact])
    f, _ = values(target, exact)
    W, C = request.weights
    result = train_biases(
        W,
        C,
        points,
        f,
        seeds=range(request.seed, request.seed + SEEDS),
        seconds=seconds,
        progress=progress,
    )
    network = BiasNetwork(W, C, result.b, request.draw)
    error = certify_sup(network.relu(), target)
    sups = tuple(float(entry) for entry in result.sup_errors)
    figure = TrainedFigure(
        value=error.upper,
        lower_end=error.lower,
        status="certified",
        algorithm=result.algorithm,
        grid_value=min(sups),
        seconds=result.seconds,
        seeds=result.seeds,
        grid_values=sups,
        geometric_mean=float(np.exp(np.mean(np.log(np.maximum(sups, 1e-300))))),
    )
    return TrainedBias(figure, network, result)


def write_history(path: Path, result: TrainedBiases) -> Path:
    """The history as CSV: step, then root mean square and sup error per seed; atomically."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    seeds = result.seeds
    writer.writerow(
        ["step", *(f"rms_seed_{seed}" for seed in seeds), *(f"sup_seed_{seed}" for seed in seeds)]
    )
    history = result.history
    for step, rms, sup in zip(history.step, history.rms, history.sup, strict=True):
        writer.writerow([int(step), *rms.tolist(), *sup.tolist()])
    write_text(path, text.getvalue())
    return path
