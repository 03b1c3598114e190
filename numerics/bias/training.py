"""Training of the biases alone: Adam or L-BFGS on p-norms that approach the sup norm.

The loss is the p-norm of the errors, p = 2 first and then growing: the sup error is what certified
figures speak of, least squares what trains.  On the line with relu units the gradient takes
O(n + N) (``line_gradient``); elsewhere torch's autograd is used.  Everything is float64.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.bias.line_gradient import Line, LineValues
from numerics.bias.module import BiasModule, matrix
from numerics.permutation.adam import Adam
from theory.errors import InputError

Array = NDArray[np.float64]
Optimiser = Literal["adam", "lbfgs"]
Progress = Callable[[float, float, str], None]

# Least squares for this part of the steps, then p grows geometrically.
WARM_UP, LARGEST_POWER = 0.4, 32.0
# Adam's step, relative to the typical movement of a unit over the data.
FIRST_RATE, LAST_RATE = 2e-2, 2e-6
BETAS, EPS = (0.9, 0.99), 1e-12
RECORDED = 200
LBFGS_STAGES, LBFGS_HISTORY = (2.0, 8.0, 32.0), 20


@dataclass(frozen=True)
class BiasHistory:
    """Per record: ``step`` (K,), root mean square and sup error of each seed, (K, S)."""

    step: NDArray[np.int64]
    rms: Array
    sup: Array


@dataclass(frozen=True)
class TrainedBiases:
    """The result of a run; all errors are at the data, measured.

    ``b`` (n,): biases of the seed with the smallest sup error, each at its best recorded step;
    ``biases`` (S, n) and ``sup_errors`` (S,) of all seeds.  ``fingerprint``: digests of the frozen
    arrays, taken before and found again after training.  ``finished`` is False after an interrupt.
    """

    b: Array
    biases: Array
    sup_errors: Array
    seeds: tuple[int, ...]
    history: BiasHistory
    seconds: float
    fingerprint: dict[str, str]
    optimiser: str
    steps: int
    finished: bool

    @property
    def algorithm(self) -> str:
        """The algorithm in words."""
        name = {"adam": "Adam", "lbfgs": "L-BFGS"}[self.optimiser]
        return f"{name} on the biases, p-norms from 2 to {LARGEST_POWER:g}, {self.steps} steps"


def train_biases(
    W: object,
    C: object,
    points: object,
    values: object,
    *,
    activation: str = "relu",
    seed: int = 0,
    seeds: Sequence[int] | None = None,
    steps: int = 8000,
    optimiser: Optimiser = "lbfgs",
    seconds: float | None = None,
    progress: Progress | None = None,
) -> TrainedBiases:
    """Biases b that bring C sigma(W x + b) close to ``values`` at ``points`` in the sup norm.

    ``W`` (n, d) or (n,), ``C`` (l, n) or (n,), ``points`` (N, d) or (N,), ``values`` (N, l) or
    (N,).  ``seeds`` (default: ``seed`` alone) each draw their own start; Adam moves them side by
    side, L-BFGS shares ``steps``, its gradients, among them.  After ``seconds`` or at a
    KeyboardInterrupt the best found so far is returned, with ``finished`` False.
    ``progress(done, total, "training")`` is called now and then.  Raises InputError.
    """
    started = time.monotonic()
    if steps < 1:
        raise InputError("steps", steps, "is", "a number from 1 is accepted")
    if optimiser not in ("adam", "lbfgs"):
        raise InputError("optimiser", optimiser, "unknown:", "adam or lbfgs is accepted")
    if activation == "step":
        raise InputError("--activation", activation, "has no gradient:", "another one is accepted")
    inputs, outputs = matrix("points", points), matrix("values", values)
    if len(inputs) != len(outputs):
        raise InputError("values", outputs.shape, "has shape", f"{len(inputs)} rows are accepted")
    chosen = (seed,) if seeds is None else tuple(seeds)
    module = BiasModule([W], C, inputs, activation=activation, seeds=chosen)
    before = module.fingerprints()
    problem = _Problem(module, inputs, outputs)
    run = _adam if optimiser == "adam" else _lbfgs
    deadline = None if seconds is None else started + seconds
    keeper = _Keeper(problem, steps, deadline, progress)
    finished = True
    try:
        run(problem, keeper, steps)
    except (KeyboardInterrupt, _OutOfTime):
        finished = False
    if module.fingerprints() != before:
        raise RuntimeError("training moved a frozen weight")
    best = int(keeper.best_sup.argmin())
    biases = keeper.best.numpy().copy()
    return TrainedBiases(
        b=biases[best],
        biases=biases,
        sup_errors=keeper.best_sup.numpy().copy(),
        seeds=module.seeds,
        history=keeper.history(),
        seconds=time.monotonic() - started,
        fingerprint=before,
        optimiser=optimiser,
        steps=keeper.done,
        finished=finished,
    )


class _OutOfTime(Exception):
    """The deadline has passed."""


class _Problem:
    """Errors of the S networks at the data, and their gradients in the biases."""

    def __init__(self, module: BiasModule, inputs: Array, outputs: Array) -> None:
        self.biases = module.biases[0].detach().clone()
        self.module = module
        fields = inputs @ module.weight(0).numpy().T
        # how far a bias has to move to carry its unit across the data
        self.reach = float(np.median(np.ptp(fields, axis=0))) or 1.0
        readout = module.readout
        assert isinstance(readout, torch.Tensor)
        plain = inputs.shape[1] == 1 and outputs.shape[1] == 1 and module.activation == "relu"
        self.line: Line | None = None
        if plain:
            order = np.argsort(inputs[:, 0], kind="stable")
            self.line = Line(module.weight(0)[:, 0].numpy(), readout[0].numpy(), inputs[order, 0])
            self.targets = torch.tensor(outputs[order, 0])
        else:
            self.points, self.targets = torch.tensor(inputs), torch.tensor(outputs)

    def errors(self, biases: torch.Tensor) -> torch.Tensor:
        """g - y, one row per seed; differentiable."""
        if self.line is not None:
            value: torch.Tensor = LineValues.apply(biases, self.line)  # type: ignore[no-untyped-call]
            return value - self.targets
        found = torch.func.functional_call(self.module, {"biases.0": biases}, (self.points,))
        assert isinstance(found, torch.Tensor)
        return (found - self.targets).flatten(1)

    def step(self, power: float) -> tuple[torch.Tensor, torch.Tensor]:
        """Errors (S, N) at the current biases and a gradient of their p-norms, up to scale."""
        if self.line is None:
            biases = self.biases.detach().requires_grad_()
            errors = self.errors(biases)
            (gradient,) = torch.autograd.grad(errors, biases, _pull(errors.detach(), power))
            return errors.detach(), gradient
        places = self.line.places(self.biases)
        errors = self.line.values(self.biases, places).sub_(self.targets)
        return errors, self.line.gradient(places, _pull(errors, power))


def _pull(errors: torch.Tensor, power: float) -> torch.Tensor:
    """d/de of the p-norm of each row, scaled so that the largest entry is 1."""
    scaled = errors / errors.abs().amax(1, keepdim=True).clamp_min(1e-300)
    return scaled if power == 2 else scaled * scaled.abs().pow_(power - 2)


class _Keeper:
    """The best biases so far, the history, the clock."""

    def __init__(
        self, problem: _Problem, steps: int, deadline: float | None, progress: Progress | None
    ) -> None:
        self.problem, self.steps = problem, steps
        self.deadline, self.progress = deadline, progress
        self.best = problem.biases.clone()
        self.best_sup = torch.full((len(self.best),), torch.inf, dtype=torch.float64)
        self.every, self.due = max(1, steps // RECORDED), 0
        self.sup, self.rms = self.best_sup.clone(), self.best_sup.clone()
        self.rows: list[tuple[int, torch.Tensor, torch.Tensor]] = []
        self.done = 0

    def see(self, step: int, biases: torch.Tensor, errors: torch.Tensor, first: int = 0) -> None:
        """Take note of the ``biases`` of the seeds from row ``first`` on and of their errors.

        Raises _OutOfTime after the deadline.
        """
        self.done = step
        rows = slice(first, first + len(biases))
        sup = errors.abs().amax(1)
        better = sup < self.best_sup[rows]
        self.best_sup[rows] = torch.where(better, sup, self.best_sup[rows])
        self.best[rows] = torch.where(better[:, None], biases, self.best[rows])
        self.sup[rows], self.rms[rows] = sup, errors.square().mean(1).sqrt()
        if step >= self.due:
            self.due += self.every
            self.rows.append((step, self.rms.clone(), self.sup.clone()))
            if self.progress is not None:
                self.progress(step, self.steps, "training")
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise _OutOfTime

    def history(self) -> BiasHistory:
        width = len(self.best)
        return BiasHistory(
            np.array([row[0] for row in self.rows], dtype=np.int64),
            np.array([row[1].tolist() for row in self.rows]).reshape(-1, width),
            np.array([row[2].tolist() for row in self.rows]).reshape(-1, width),
        )


def _adam(problem: _Problem, keeper: _Keeper, steps: int) -> None:
    adam = Adam(problem.biases, BETAS, EPS)
    for step in range(steps):
        part = step / steps
        late = max(0.0, part - WARM_UP) / (1 - WARM_UP)
        errors, gradient = problem.step(2.0 * (LARGEST_POWER / 2) ** late)
        keeper.see(step, problem.biases, errors)
        adam.step(gradient, problem.reach * FIRST_RATE * (LAST_RATE / FIRST_RATE) ** part)
    keeper.see(steps, problem.biases, problem.step(2.0)[0])


def _lbfgs(problem: _Problem, keeper: _Keeper, steps: int) -> None:
    """One p after the other; seeds one after the other, since line searches do not batch."""
    seeds = len(keeper.best)
    share = max(1, steps // (len(LBFGS_STAGES) * seeds))
    count = 0
    for row in range(seeds):
        for power in LBFGS_STAGES:
            free = problem.biases[row : row + 1].clone().requires_grad_()
            method = torch.optim.LBFGS(
                [free],
                max_iter=share,
                max_eval=share,
                history_size=LBFGS_HISTORY,
                tolerance_grad=0.0,
                tolerance_change=0.0,
                line_search_fn="strong_wolfe",
            )

            def closure(
                free: torch.Tensor = free,
                power: float = power,
                method: torch.optim.LBFGS = method,
                row: int = row,
            ) -> torch.Tensor:
                nonlocal count
                count += 1
                method.zero_grad()
                errors = problem.errors(free)
                keeper.see(count, free.detach(), errors.detach(), row)
                top = errors.detach().abs().amax().clamp_min(1e-300)
                # the logarithm of the p-norm: its scale does not vanish with the error
                loss = (errors / top).abs().pow(power).mean().log() / power + top.log()
                loss.backward()  # type: ignore[no-untyped-call]
                return loss

            method.step(closure)  # type: ignore[no-untyped-call]
            if bool(torch.isfinite(free).all()):
                problem.biases[row] = free.detach()[0]
