"""Training by exchange search: local moves of four values, on errors smoothed less and less.

From a shuffled start, at a fixed gamma and the best alpha, the two-location rearrangements of
``exchange`` are taken while they lower the smoothed error of ``energies``, at lengths l that fall
from n to below one gap.  A long l asks for the right kinks (each move is local there), a short one
for the right values; on the plain squared error alone the same moves stop at kinks of size gamma
and an error of order gamma d.  Then the plain error, then reweighted ones that press the largest
residuals down.  The networks are permutations at every moment; nothing is rounded at the end.

gamma = max(M/kappa, floor): M the largest second difference quotient of the target at the knots,
kappa the largest kink in units of gamma d (1 in the construction of note P8; a larger kappa makes
the unit gamma d^2 finer), floor what the slopes of the target need.  Measured, no theorem.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from numerics.draws import FrozenDraw
from numerics.fingerprint import fingerprint
from numerics.networks import PermutationNetwork, Provenance, frozen_array
from numerics.permutation import readout, snapshots
from numerics.permutation.energies import Hinges
from numerics.permutation.exchange import Exchange
from numerics.permutation.initial import Domain, check_domain
from numerics.permutation.protocols import SEARCH, SearchConfig
from numerics.permutation.sampling import check_checkpoint, target_values
from numerics.permutation.trained import TrainingHistory, TrainingResult
from theory.errors import InputError

Array = NDArray[np.float64]
Progress = Callable[[int, int, str], None]

DRAWS = "permutation-search"
LARGEST_WIDTH = 2048
TEST_POINTS = 400
# Room above the smallest gamma that the slopes of the target allow.
FLOOR_ROOM = 1.2


def search(
    target: Callable[[Array], Array],
    domain: Domain,
    locations: object,
    initial: object,
    config: SearchConfig = SEARCH,
    *,
    readout: bool = True,
    provenance: Provenance | None = None,
    progress: Progress | None = None,
    checkpoint: Path | None = None,
) -> TrainingResult:
    """One network per seed of ``config`` on the same frozen data, as ``laperm.train``.

    ``target``: float64 values at points of shape (N,); ``locations`` (n,), ``initial`` (2n,).
    Without ``readout`` alpha = 0 and gamma = fl(1/(b-a)) stay frozen.  ``progress(done, total,
    message)`` counts lengths and reweightings.  With ``checkpoint`` the state is written there
    after each, and a run that was interrupted goes on from it to the bit-identical result (on one
    machine and thread count).  Raises InputError; KeyboardInterrupt passes through.
    """
    check_checkpoint(checkpoint)
    run = _Search(target, check_domain(domain), locations, initial, config, readout, provenance)
    if checkpoint is not None:
        state = snapshots.load(checkpoint, run.digest)
        if state is not None:
            run.restore(state)
    while run.done < run.total:
        run.advance()
        if checkpoint is not None:
            snapshots.save(checkpoint, run.digest, run.state())
        if progress is not None:
            progress(run.done, run.total, f"sup error {run.least.min():.3g}")
    return run.result()


class _Search:
    """The state of one run; ``advance`` takes it through one length or one reweighting."""

    def __init__(
        self,
        target: Callable[[Array], Array],
        domain: Domain,
        locations: object,
        initial: object,
        config: SearchConfig,
        with_readout: bool,
        provenance: Provenance | None,
    ) -> None:
        self.config, self.with_readout = config, with_readout
        self.locations = frozen_array("locations", locations)
        n = self.locations.size
        if not 2 <= n <= LARGEST_WIDTH:
            accepted = f"2 to {LARGEST_WIDTH} locations (the search keeps a 2n x 2n matrix)"
            raise InputError("locations", n, "is their number:", accepted)
        if (np.diff(self.locations) < 0).any():
            raise InputError("locations", "array", "not ascending:", "sorted locations")
        self.initial = frozen_array("initial", initial, 2 * n)
        self.provenance = provenance or Provenance(locations="given", initial="given")
        self.before = self._fingerprints()
        a, b = float(domain[0]), float(domain[1])
        self.start, self.size = a, b - a
        points = np.linspace(a, b, config.density * (n - 1) + 1)
        self.targets = target_values(target, points)
        self.grid = np.linspace(a, b, TEST_POINTS)
        self.test = target_values(target, self.grid)
        # In the unit coordinate, where gamma is gam and the initial values are what they are named.
        unit = (self.locations - a) / self.size
        self.hinges = Hinges(unit, (points - a) / self.size, readout=with_readout)
        knots = self.hinges.knots
        # Locations outside the domain have no value of their own: the nearest end's.
        inside = np.clip(a + self.size * knots, a, b)
        self.at_knots = target_values(target, inside)
        draws = [FrozenDraw(DRAWS, seed) for seed in config.seeds]
        order = np.stack([draw.shuffle(2 * n) for draw in draws])
        self.exchange = Exchange(self.initial, order, self._gammas())
        self.lengths = config.lengths(n)
        self.done, self.total = 0, len(self.lengths) + config.polish
        self.moves, self.seconds = 0, 0.0
        self.history: list[tuple[int, Array, Array]] = []
        seeds = len(config.seeds)
        self.least = np.full(seeds, np.inf)
        self.kept = order.copy()
        self.pressure = np.full((seeds, points.size), 1.0 / points.size)
        self.digest = _digest(
            (asdict(config), with_readout, a, b), self.initial, self.locations, self.targets
        )

    def _gammas(self) -> Array:
        if not self.with_readout:
            return np.ones(len(self.config.seeds))
        knots = np.linspace(0.0, 1.0, self.locations.size)
        f = np.interp(knots, self.hinges.points, self.targets)
        slopes = np.diff(f) / np.diff(knots)
        bend = np.abs(np.diff(slopes)).max(initial=0.0) * (knots.size - 1)
        largest, mass = np.abs(self.initial).max(), np.abs(self.initial).sum()
        # Note P8: inner kinks of symmetric values sum to at most 4 max|initial|; a slope is at most
        # half of the sum of all values.
        floor = max(abs(slopes[-1] - slopes[0]) / 4.0 / largest, 4.0 * np.abs(slopes).max() / mass)
        kappas = self.config.kappas
        chosen = np.array([kappas[s % len(kappas)] for s in range(len(self.config.seeds))])
        gammas: Array = np.maximum(bend / chosen, FLOOR_ROOM * floor)
        return np.where(gammas > 0.0, gammas, 1.0)

    def _fingerprints(self) -> dict[str, str]:
        return {"locations": fingerprint(self.locations), "initial": fingerprint(self.initial)}

    def _rows(self, count: int) -> list[NDArray[np.int64]]:
        """Orders of the locations, a function of (first seed, phase) alone, so a run can resume."""
        draw = FrozenDraw(f"{DRAWS}-{self.done}", self.config.seeds[0])
        return [draw.shuffle(self.locations.size) for _ in range(count)]

    def advance(self) -> None:
        """One length, or one reweighting, and its record."""
        started = time.perf_counter()
        if self.done < len(self.lengths):
            self._descend(self.lengths[self.done])
        else:
            self._polish()
        self.done += 1
        self._record()
        self.seconds += time.perf_counter() - started

    def _descend(self, length: float) -> None:
        energy = (
            self.hinges.smoothed(self.at_knots, length)
            if length > 0.0
            else self.hinges.fit(self.targets, self.pressure[0])
        )
        for rows in self._rows(self.config.sweeps):
            moves = self.exchange.sweep(energy, rows)
            self.moves += int(moves.sum())
            if moves.max() <= self.locations.size / 100:
                break

    def _polish(self) -> None:
        values = self.hinges.values(self.exchange.weights)
        rows = self._rows(2)
        for s, h in enumerate(values):
            alpha, gamma = self._readout(h, s)
            residual = np.abs(alpha + gamma * h - self.targets)
            if not residual.max() > 0.0:
                continue
            pressure = self.pressure[s] * (0.3 + residual / residual.max()) ** 2
            self.pressure[s] = pressure / pressure.sum()
            energy = self.hinges.fit(self.targets, self.pressure[s])
            # a view: the order of this seed alone is improved, in place
            one = Exchange(
                self.initial, self.exchange.order[s : s + 1], self.exchange.gamma[s : s + 1]
            )
            self.moves += sum(int(one.sweep(energy, order).sum()) for order in rows)

    def _readout(self, h: Array, s: int) -> tuple[float, float]:
        if not self.with_readout:
            return 0.0, float(self.exchange.gamma[s])
        return readout.minimax(h, self.targets)

    def _record(self) -> None:
        values = self.hinges.values(self.exchange.weights)
        affine = np.array([self._readout(h, s) for s, h in enumerate(values)])
        residual = np.abs(affine[:, :1] + affine[:, 1:] * values - self.targets)
        sup = residual.max(axis=1)
        self.history.append((self.moves, (residual**2).mean(axis=1), sup))
        better = sup < self.least
        self.least = np.where(better, sup, self.least)
        self.kept[better] = self.exchange.order[better]

    def network(self, s: int) -> PermutationNetwork:
        """The best network of seed number ``s`` with its minimax read-out."""
        weights, n = self.initial[self.kept[s]], self.locations.size
        if self.with_readout:
            h = self.hinges.values(weights[None])[0]
            alpha, gamma = readout.minimax(h, self.targets)
            gamma /= self.size
        else:
            alpha, gamma = 0.0, 1.0 / self.size
        return PermutationNetwork(
            locations=self.locations,
            p=weights[:n],
            q=weights[n:],
            alpha=alpha,
            gamma=gamma,
            initial=self.initial,
            provenance=self.provenance,
            readout=self.with_readout,
        )

    def result(self) -> TrainingResult:
        """The best networks of all seeds, and their history."""
        networks = tuple(self.network(s) for s in range(len(self.config.seeds)))
        steps, losses, sups = zip(*self.history, strict=True)
        return TrainingResult(
            networks=networks,
            grid_errors=np.array([np.abs(g(self.grid) - self.test).max() for g in networks]),
            history=TrainingHistory(np.array(steps), np.array(losses), np.array(sups)),
            seconds=self.seconds,
            algorithm=self._describe(),
            readout="minimax" if self.with_readout else "frozen",
            config=self.config,
            initial=self.provenance,
            fingerprints_before=self.before,
            fingerprints_after=self._fingerprints(),
        )

    def _describe(self) -> str:
        shown = ", ".join(f"{kappa:g}" for kappa in self.config.kappas)
        lengths = f"{len(self.lengths) - 1} lengths" if self.config.smoothing else "no smoothing"
        return (
            f"exchange search: {self.moves} moves of four values, {lengths}, "
            f"{self.config.polish} reweightings, kappa {shown}, best network, minimax read-out"
        )

    def state(self) -> dict[str, Array | NDArray[np.int64]]:
        """All that the next phase depends on, as arrays."""
        steps, losses, sups = zip(*self.history, strict=True)
        return {
            "counts": np.array([self.done, self.moves]),
            "seconds": np.array([self.seconds]),
            "order": self.exchange.order,
            "kept": self.kept,
            "least": self.least,
            "pressure": self.pressure,
            "steps": np.array(steps),
            "losses": np.array(losses),
            "sups": np.array(sups),
        }

    def restore(self, state: dict[str, Array]) -> None:
        """Takes up the state of an earlier run with the same digest."""
        self.done, self.moves = (int(value) for value in state["counts"])
        self.seconds = float(state["seconds"][0])
        self.exchange.order[:] = state["order"]
        self.kept[:], self.least = state["kept"], state["least"]
        self.pressure[:] = state["pressure"]
        records = zip(state["steps"].tolist(), state["losses"], state["sups"], strict=True)
        self.history = list(records)


def _digest(named: object, *arrays: Array) -> str:
    """Names a run: protocol, frozen data and target values."""
    parts = [fingerprint(array) for array in arrays]
    return hashlib.sha256(repr((named, parts)).encode()).hexdigest()
