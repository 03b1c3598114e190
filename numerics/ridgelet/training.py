"""Gradient training of output weights on frozen draws, under |c|_1 <= B or with weight decay.

Full batch, on the weighted mean square over the points of the input measure.  ``projected`` is
gradient descent with momentum and restarts, each step projected onto the ball |c|_1 <= B; ``adam``
is what practitioners run, with weight decay or with the same projection after each step (its fixed
points are then not the optimum).  The attained |c|_1 is part of the result: how much budget
training actually uses is the question behind note R4.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.ridgelet.module import RandomFeatureNetwork, Units, project_rows
from numerics.ridgelet.network import RidgeNetwork
from numerics.ridgelet.output_weights import within
from numerics.ridgelet.quadrature import Measure
from theory.errors import InputError

Array = NDArray[np.float64]
Progress = Callable[[float, float, str], None]

Optimiser = Literal["projected", "adam"]

REPORT = 100
# beyond this the Frobenius norm stands for the largest singular value
MOST_GRAM = 2048


@dataclass(frozen=True)
class Recipe:
    """``steps`` full-batch steps of ``projected`` (with a budget) or ``adam``; None chooses.

    ``rate`` is Adam's, decaying to ``rate``/100 along a cosine; ``decay`` adds decay |c|_2^2/2 to
    half the mean square; ``single``: float32.
    """

    steps: int = 2000
    optimiser: Optimiser | None = None
    rate: float = 0.05
    decay: float = 0.0
    single: bool = False

    def method(self, budgeted: bool) -> Optimiser:
        """The optimiser that runs, for training with or without a budget."""
        return self.optimiser or ("projected" if budgeted else "adam")

    def __post_init__(self) -> None:
        for name, valid in (
            ("steps", self.steps >= 1),
            ("rate", self.rate > 0),
            ("decay", self.decay >= 0),
        ):
            if not valid:
                accepted = "steps >= 1, rate > 0 and decay >= 0 are accepted"
                raise InputError(name, getattr(self, name), "out of range:", accepted)


@dataclass(frozen=True)
class RidgeTraining:
    """What became of S runs: networks, errors (S,) and |c|_1 (S,), measured.

    ``history`` (k, S) holds the errors every ``REPORT`` steps; ``interrupted`` after Ctrl-C, with
    the best weights so far.  ``fingerprints``: the frozen parameters, the same before and after.
    """

    networks: tuple[RidgeNetwork, ...]
    errors: Array
    masses: Array
    history: Array
    seeds: tuple[int, ...]
    fingerprints: dict[str, str]
    interrupted: bool
    seconds: float

    @property
    def best(self) -> int:
        """The index of the smallest error."""
        return int(np.argmin(self.errors))


def train(
    units: Units,
    width: int,
    measure: Measure,
    values: Array,
    *,
    budget: Fraction | None = None,
    seeds: Sequence[int] = (0,),
    recipe: Recipe | None = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> RidgeTraining:
    """Train one network per seed on ``values`` (m,) at the points of ``measure``.

    With ``budget`` the exact sum of the stored |c_j| is at most B.  ``progress(done, total,
    stage)`` is called every few steps; KeyboardInterrupt ends the training, not the program.
    Raises InputError; RuntimeError if training touched a frozen parameter.
    """
    if budget is not None and not budget > 0:
        raise InputError("budget", budget, "is", "a positive number is accepted")
    if values.shape != measure.weights.shape:
        accepted = f"one value per point, {measure.size}, is accepted"
        raise InputError("values", values.shape, "has shape", accepted)
    recipe = recipe or Recipe()
    start = time.perf_counter()
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        dtype = torch.float32 if recipe.single else torch.float64
        model = RandomFeatureNetwork(units, width, seeds, dtype=dtype)
        frozen = model.fingerprints()
        history, interrupted = _descend(model, measure, values, budget, recipe, progress)
        if model.fingerprints() != frozen:
            raise RuntimeError("a frozen parameter changed during training")
    finally:
        torch.set_num_threads(before)
    networks = [_closed(model.network(index), budget) for index in range(len(model.seeds))]
    errors = [measure.norm(values - network(measure.points)) for network in networks]
    return RidgeTraining(
        tuple(networks),
        np.array(errors),
        np.array([network.budget for network in networks]),
        history,
        model.seeds,
        frozen,
        interrupted,
        time.perf_counter() - start,
    )


def _descend(
    model: RandomFeatureNetwork,
    measure: Measure,
    values: Array,
    budget: Fraction | None,
    recipe: Recipe,
    progress: Progress | None,
) -> tuple[Array, bool]:
    dtype = model.c.dtype
    with torch.no_grad():
        root = torch.tensor(np.sqrt(measure.weights)).to(dtype)
        columns = model.features(torch.tensor(measure.points)) * root[:, None]
    aim = torch.tensor(values).to(dtype) * root
    limit = None if budget is None else float(budget)
    if recipe.method(limit is not None) == "adam":
        advance = _adam(model, recipe, limit)
    else:
        advance = _projected(model, columns, recipe.decay, limit)
    best = model.c.detach().clone()
    least = torch.full((len(model.seeds),), torch.inf, dtype=dtype)
    history: list[Array] = []
    interrupted = False
    try:
        for step in range(recipe.steps + 1):
            model.c.grad = None
            residual = torch.einsum("smn,sn->sm", columns, model.c) - aim
            square = (residual * residual).sum(dim=1)
            loss = square / 2 + recipe.decay / 2 * (model.c * model.c).sum(dim=1)
            with torch.no_grad():
                better = loss < least
                least = torch.where(better, loss, least)
                best = torch.where(better[:, None], model.c, best)
            if step % REPORT == 0:
                history.append(square.detach().sqrt().to(torch.float64).numpy())
                if progress is not None:
                    error = float(square.detach().min().sqrt())
                    progress(step, recipe.steps, f"training, error {error:.3g}")
            if step == recipe.steps:
                break
            loss.sum().backward()  # type: ignore[no-untyped-call]
            advance()
    except KeyboardInterrupt:
        interrupted = True
    with torch.no_grad():
        model.c.copy_(best)
    return np.array(history), interrupted


def _adam(model: RandomFeatureNetwork, recipe: Recipe, limit: float | None) -> Callable[[], None]:
    """One step of Adam with a cosine schedule, then the projection."""
    optimiser = torch.optim.Adam([model.c], lr=recipe.rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
        optimiser, recipe.steps, eta_min=recipe.rate / 100
    )

    def advance() -> None:
        optimiser.step()
        schedule.step()
        if limit is not None:
            with torch.no_grad():
                model.c.copy_(project_rows(model.c, limit))

    return advance


def _projected(
    model: RandomFeatureNetwork, columns: torch.Tensor, decay: float, limit: float | None
) -> Callable[[], None]:
    """One step of accelerated projected gradient descent, restarted per network.

    ``model.c`` holds the extrapolated points, which lie in the ball after their own projection.
    """
    with torch.no_grad():
        steepness = _largest_square(columns).clamp(min=1e-30) + decay
    last = model.c.detach().clone()
    speed = torch.ones_like(steepness)

    def advance() -> None:
        nonlocal last, speed
        with torch.no_grad():
            assert model.c.grad is not None
            new = model.c - model.c.grad / steepness
            if limit is not None:
                new = project_rows(new, limit)
            turned = ((model.c - new) * (new - last)).sum(dim=1, keepdim=True) > 0
            speed = torch.where(turned, torch.ones_like(speed), speed)
            faster = (1 + (1 + 4 * speed * speed).sqrt()) / 2
            point = new + (speed - 1) / faster * (new - last)
            model.c.copy_(point if limit is None else project_rows(point, limit))
            last, speed = new, faster

    return advance


def _largest_square(columns: torch.Tensor) -> torch.Tensor:
    """The largest squared singular value of each matrix (S, m, n), or a bound of it: (S, 1)."""
    rows, width = columns.shape[1:]
    if min(rows, width) > MOST_GRAM:
        return (columns * columns).sum(dim=(1, 2))[:, None]
    wide = columns if rows <= width else columns.transpose(1, 2)
    squares: torch.Tensor = torch.linalg.eigvalsh(wide @ wide.transpose(1, 2))
    return squares[:, -1:]


def _closed(network: RidgeNetwork, budget: Fraction | None) -> RidgeNetwork:
    if budget is None:
        return network
    c = within(network.c, budget)
    return RidgeNetwork(network.activation, network.a, network.b, c, draw=network.draw)
