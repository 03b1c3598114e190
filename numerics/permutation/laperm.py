"""LaPerm: training a network by permuting its initial weights (Qiu and Suda, NeurIPS 2020).

Free steps of Adam on the coefficients; every ``period`` epochs they are replaced by the initial
values arranged in their rank order, while Adam keeps its moments.  The last step is such a
synchronisation, so the result is exactly a permutation; then the two numbers of the read-out are
fitted in closed form.  Measured evidence, no theorem: how far it stays above the constructions
of notes P8 and P9 at the same n is the price of the algorithm, not of the constraint.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.draws import FrozenDraw
from numerics.fingerprint import fingerprint
from numerics.networks import Provenance
from numerics.permutation import checkpoints, readout
from numerics.permutation.adam import Adam
from numerics.permutation.batches import Batches
from numerics.permutation.hats import FullBatch, Hats
from numerics.permutation.initial import Domain, check_domain
from numerics.permutation.module import PermutedHinges
from numerics.permutation.protocols import PUBLISHED, QUICK, LaPermConfig
from numerics.permutation.sampling import check_checkpoint, target_values
from numerics.permutation.trained import ReadoutLabel, TrainingHistory, TrainingResult

__all__ = ["PUBLISHED", "QUICK", "LaPermConfig", "TrainingResult", "train", "training_points"]

Array = NDArray[np.float64]
Progress = Callable[[int, int, str], None]


def train(
    target: Callable[[Array], Array],
    domain: Domain,
    locations: object,
    initial: object,
    config: LaPermConfig = QUICK,
    *,
    readout: bool = True,
    provenance: Provenance | None = None,
    progress: Progress | None = None,
    checkpoint: Path | None = None,
    checkpoint_seconds: float = 10.0,
) -> TrainingResult:
    """Trains one network per seed of ``config`` on the same frozen data, all seeds at once.

    ``target``: float64 values at points of shape (N,); ``locations`` (n,), ``initial`` (2n,).
    Without ``readout`` alpha = 0 and gamma = fl(1/(b-a)) stay frozen.  ``progress(done, total,
    message)`` counts epochs and is called after each synchronisation.  With ``checkpoint`` the
    state is written there at most every ``checkpoint_seconds`` and at the end, and a run that was
    interrupted goes on from it to the bit-identical result (on one machine and thread count).
    Raises InputError; KeyboardInterrupt passes through, the last checkpoint stays.
    """
    check_checkpoint(checkpoint)
    run = _Run(target, check_domain(domain), locations, initial, config, readout, provenance)
    if checkpoint is not None:
        state = checkpoints.load(checkpoint, run.digest)
        if state is not None:
            run.restore(state)
    saved = time.monotonic()
    with torch.no_grad():
        while run.epoch < config.epochs:
            run.advance()
            if checkpoint is not None and (
                run.epoch == config.epochs or time.monotonic() - saved >= checkpoint_seconds
            ):
                checkpoints.save(checkpoint, run.digest, run.state())
                saved = time.monotonic()
            if progress is not None:
                progress(run.epoch, config.epochs, f"sup error {min(run.history[-1][2]):.3g}")
        return run.result()


def training_points(domain: Domain, width: int, config: LaPermConfig) -> Array:
    """The training points of a protocol for ``width`` locations, shape (N,), user coordinates."""
    a, b = (float(end) for end in domain)
    count = config.points_for(width)
    if config.placement == "equispaced":
        return np.linspace(a, b, count)
    unit = FrozenDraw("permutation-points", config.points_seed).take(count)
    return np.asarray(np.clip((a + b) / 2.0 + (b - a) / 2.0 * unit, a, b))


class _Run:
    """The state of one training run; ``advance`` takes it to the next synchronisation."""

    def __init__(
        self,
        target: Callable[[Array], Array],
        domain: Domain,
        locations: object,
        initial: object,
        config: LaPermConfig,
        readout: bool,
        provenance: Provenance | None,
    ) -> None:
        self.config = config
        scale = config.gamma if readout else float(1 / (domain[1] - domain[0]))
        self.module = PermutedHinges(
            locations,
            initial,
            config.seeds,
            arrangement=config.arrangement,
            readout=readout,
            scale=scale,
            provenance=provenance,
        )
        self.before = self.module.fingerprints()
        networks, places = len(config.seeds), self.module.locations.numpy()
        points = training_points(domain, places.size, config)
        grid = np.linspace(float(domain[0]), float(domain[1]), config.test_points)
        self.targets, self.test = target_values(target, points), target_values(target, grid)
        self.hats, self.test_hats = Hats(places, points, networks), Hats(places, grid, networks)
        self.full = FullBatch(self.hats, self.targets, networks, self._least_gamma(points))
        self.batches = None
        if config.batch is not None:
            features = self.module.features(torch.tensor(points))
            self.batches = Batches(features, self.targets, config.batch, config.seeds)
        self.weights, self.affine = self.module.free.data, self.module.affine.data
        self.adams = [Adam(self.weights, config.betas, config.eps)]
        self.solve = readout and config.readout == "solve"
        if readout and not self.solve:
            self.adams.append(Adam(self.affine, config.betas, config.eps))
        self.rate = config.rate
        if config.rate_unit == "initial":
            self.rate *= float(self.module.initial.abs().max())
        self.epoch, self.seconds = 0, 0.0
        self.history: list[tuple[int, list[float], list[float]]] = []
        self.least = torch.full((networks,), torch.inf, dtype=torch.float64)
        self.kept, self.kept_affine = self.module.order.clone(), self.affine.clone()
        self.digest = _digest(config, readout, self.before, points, self.targets, self.test)

    def _least_gamma(self, points: Array) -> float:
        """Interior kinks of a permuted symmetric vector sum to at most 4 max|initial| (note P8), so
        a smaller gamma cannot follow the slope from end to end, yet least squares drifts there."""
        if self.config.slope_share == 0.0:
            return 0.0
        slopes = np.diff(self.targets) / np.diff(points)
        largest = float(self.module.initial.abs().max())
        return self.config.slope_share * abs(float(slopes[-1] - slopes[0])) / max(largest, 1e-300)

    def advance(self) -> None:
        """The free steps up to the next synchronisation, the synchronisation, the record."""
        started = time.perf_counter()
        stop = min(self.config.epochs, self.epoch + self.config.period)
        objective = self.full if self.batches is None else self.batches
        gradients = (objective.weight_gradient, objective.affine_gradient)
        updates = list(zip(self.adams, gradients, strict=False))
        for epoch in range(self.epoch, stop):
            rate = self.rate * self.config.decay**epoch
            if self.batches is not None:
                self.batches.shuffle(epoch)
            for batch in range(self.config.steps_per_epoch):
                if self.batches is None:
                    self.full.gradient(self.weights, self.affine, solve=self.solve)
                else:
                    self.batches.gradient(batch, self.weights, self.affine)
                for adam, gradient in updates:
                    adam.step(gradient, rate)
        self.module.synchronise()
        self.epoch = stop
        self._record()
        self.seconds += time.perf_counter() - started

    def _record(self) -> None:
        if self.solve:
            self.affine.copy_(self.full.least_squares(self.weights))
        sup = _sup(self.test_hats, self.weights, self.affine, self.test)
        loss = self.full.loss(self.weights, self.affine)
        self.history.append((self.adams[0].steps, loss.tolist(), sup.tolist()))
        if self.config.select == "last":
            return
        affine = self.full.least_squares(self.weights) if self.module.readout else self.affine
        reached = _sup(self.hats, self.weights, affine, self.targets)
        better = reached < self.least
        self.least = torch.where(better, reached, self.least)
        self.kept[better] = self.module.order[better]
        self.kept_affine[better] = self.affine[better]

    def result(self) -> TrainingResult:
        """Fits the read-outs and reports; the optimiser's state is left as it is."""
        started = time.perf_counter()
        if self.config.select == "best":
            self.module.order.copy_(self.kept)
            self.affine.copy_(self.kept_affine)
        label = self._refit()
        weights = self.module.coefficients
        steps, losses, sups = zip(*self.history, strict=True)
        return TrainingResult(
            networks=tuple(self.module.network(s) for s in range(len(self.config.seeds))),
            grid_errors=_sup(self.test_hats, weights, self.affine, self.test).numpy(),
            history=TrainingHistory(np.array(steps), np.array(losses), np.array(sups)),
            seconds=self.seconds + time.perf_counter() - started,
            algorithm=_describe(self.config, len(self.targets), label),
            readout=label,
            config=self.config,
            initial=self.module.provenance,
            fingerprints_before=self.before,
            fingerprints_after=self.module.fingerprints(),
        )

    def _refit(self) -> ReadoutLabel:
        if not self.module.readout:
            return "frozen"
        if self.config.refit == "none":
            return "solved" if self.solve else "trained"
        fit = readout.minimax if self.config.refit == "minimax" else readout.least_squares
        hinges = self.hats.values(self.module.coefficients).numpy()
        self.affine.copy_(torch.tensor([fit(h, self.targets) for h in hinges]))
        return self.config.refit

    def state(self) -> dict[str, Any]:
        """All that the next step depends on, as tensors and numbers."""
        return {
            "epoch": self.epoch,
            "seconds": self.seconds,
            "order": self.module.order,
            "free": self.weights,
            "affine": self.affine,
            "adams": [(adam.steps, adam.mean, adam.square) for adam in self.adams],
            "history": self.history,
            "least": self.least,
            "kept": (self.kept, self.kept_affine),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Takes up the state of an earlier run with the same digest."""
        self.epoch, self.seconds = state["epoch"], state["seconds"]
        self.module.order.copy_(state["order"])
        self.weights.copy_(state["free"])
        self.affine.copy_(state["affine"])
        for adam, (steps, mean, square) in zip(self.adams, state["adams"], strict=True):
            adam.steps = steps
            adam.mean.copy_(mean)
            adam.square.copy_(square)
        self.history = list(state["history"])
        self.least = state["least"]
        self.kept, self.kept_affine = state["kept"]


def _sup(hats: Hats, weights: torch.Tensor, affine: torch.Tensor, targets: Array) -> torch.Tensor:
    """max |alpha + gamma h - y| over the points of ``hats``, shape (S,)."""
    residual = affine[:, :1] + affine[:, 1:] * hats.values(weights) - torch.tensor(targets)
    return residual.abs().amax(dim=1)


def _digest(config: LaPermConfig, *parts: object) -> str:
    """Names a run: protocol, frozen data, points and target values."""
    named = [fingerprint(part) if isinstance(part, np.ndarray) else part for part in parts]
    return hashlib.sha256(repr((asdict(config), named)).encode()).hexdigest()


def _describe(config: LaPermConfig, points: int, label: ReadoutLabel) -> str:
    batch = "full batch" if config.batch is None else f"batches of {config.batch}"
    kept = "last" if config.select == "last" else "best synchronised"
    return (
        f"LaPerm: Adam, {batch}, {config.epochs} epochs of {points} points, rate "
        f"{config.rate:g} x {config.decay:.6g} per epoch, synchronised every {config.period} "
        f"epochs, {kept} network, {label} read-out"
    )
