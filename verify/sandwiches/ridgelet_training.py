"""Output weights on one frozen draw: the best under the budget, by gradients, and the R7 path."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

from numerics.ridgelet.draws import box_units
from numerics.ridgelet.network import RidgeDraw, RidgeNetwork
from numerics.ridgelet.output_weights import best_output_weights, within
from numerics.ridgelet.quadrature import Array, Measure
from numerics.ridgelet.tikhonov import TikhonovPath, TikhonovPoint, tikhonov_path
from theory.ridgelet.activations import activation
from verify.progress import Progress
from verify.results import TrainedFigure
from verify.sandwiches.ridgelet_construction import Enclosed, enclosed
from verify.sandwiches.ridgelet_request import RidgeletRequest

STEPS = 1000
DECAYS = (1e-2, 1e-4, 1e-6)
CURVE = 200


@dataclass(frozen=True)
class GradientRun:
    """A gradient-trained network of the same draw: optimiser, |c|_1 and error, measured."""

    optimiser: str
    decay: float
    budget: float
    value: float
    status: str = "measured"


@dataclass(frozen=True)
class TikhonovFigure:
    """R7 on this draw: its point with |c|_1 <= B and the minimum-norm end of its path; measured."""

    value: float
    norm: float
    mass: float
    mu: float
    minimum_norm_value: float
    minimum_norm: float
    minimum_norm_mass: float
    theorem: str = "R7"
    status: str = "measured"


@dataclass(frozen=True)
class TrainedRidge:
    """The certified figure, its network, the gradient runs and the curve of the R7 path."""

    figure: TrainedFigure
    network: RidgeNetwork
    error: Enclosed
    gradient: tuple[GradientRun, ...]
    tikhonov: TikhonovFigure
    curve: tuple[tuple[float, float], ...]


def train_on_ridge_draw(
    request: RidgeletRequest,
    measure: Measure,
    values: Array,
    *,
    gradient: bool = True,
    progress: Progress | None = None,
) -> TrainedRidge:
    """The best output weights under |c|_1 <= B on the draw of ``request.seed``, certified.

    ``gradient``: also by gradient descent, with the budget and with weight decay alone, which shows
    what |c|_1 training uses when nobody asks (needs torch, left out without it).
    """
    if progress is not None:
        progress(0, 3, "output weights")
    features, draw = _features(request, measure)
    fit = best_output_weights(features, values, measure.weights, float(request.budget))
    a, b, record = draw
    c = within(fit.coefficients, request.budget)
    network = RidgeNetwork(request.activation, a, b, c, draw=record)
    error = enclosed(network, request.target, measure, values)
    path = tikhonov_path(features, values, measure.weights)
    point, end = path.at_mass(float(request.budget)), path.at(0.0)
    runs = _gradients(request, measure, values, progress) if gradient else ()
    grid = measure.norm(values - network(measure.points))
    figure = TrainedFigure(
        value=error.upper,
        lower_end=error.lower,
        status=error.status,
        algorithm=f"{fit.method} program on the draw, {fit.status}",
        grid_value=grid,
        seconds=fit.seconds,
        seeds=(request.seed,),
        grid_values=(grid,),
        geometric_mean=grid,
    )
    return TrainedRidge(figure, network, error, runs, _tikhonov(point, end), _curve(path))


def draw_error(request: RidgeletRequest, measure: Measure, values: Array) -> float:
    """The least measured error on the draw of ``request.seed`` under the budget."""
    features, _ = _features(request, measure)
    return best_output_weights(features, values, measure.weights, float(request.budget)).error


def _features(
    request: RidgeletRequest, measure: Measure
) -> tuple[Array, tuple[Array, Array, RidgeDraw]]:
    """The units of the draw on the points (m, n), and the draw."""
    draw = box_units(
        request.width,
        request.target.dimension,
        float(request.lam),
        float(request.beta),
        request.seed,
    )
    inner = measure.points @ draw[0].T - draw[1]
    return activation(request.activation).values(inner), draw


def _gradients(
    request: RidgeletRequest, measure: Measure, values: Array, progress: Progress | None
) -> tuple[GradientRun, ...]:
    if find_spec("torch") is None:
        return ()
    from numerics.ridgelet.module import Units
    from numerics.ridgelet.training import Recipe, train

    units = Units(
        request.activation, request.target.dimension, float(request.lam), float(request.beta)
    )
    found = []
    for decay in (None, *DECAYS):
        recipe = Recipe(STEPS, decay=decay or 0.0)
        result = train(
            units,
            request.width,
            measure,
            values,
            budget=request.budget if decay is None else None,
            seeds=(request.seed,),
            recipe=recipe,
            progress=progress,
        )
        name = recipe.method(decay is None)
        run = GradientRun(name, decay or 0.0, float(result.masses[0]), float(result.errors[0]))
        found.append(run)
        if result.interrupted:
            break
    return tuple(found)


def _tikhonov(point: TikhonovPoint, end: TikhonovPoint) -> TikhonovFigure:
    return TikhonovFigure(
        point.error, point.norm, point.mass, point.mu, end.error, end.norm, end.mass
    )


def _curve(path: TikhonovPath) -> tuple[tuple[float, float], ...]:
    """(|c|_1, error) along the path."""
    top = float(path.singular[0]) ** 2
    points = [path.at(mu) for mu in top * np.geomspace(1e3, 1e-26, CURVE)]
    return tuple((point.mass, point.error) for point in points)
