"""Moderate widths by mixed-integer programs (HiGHS), as far as they go in a given time (note P7).

A binary variable says that an active coefficient has a value; every value is used once, 0 twice.
The knot heights of the network are linear in them, and so is the error on a grid, without a
read-out.  With one, c = 1/gam > 0 (a network and its negative are both permutations) makes
|c f_j - a - h_j| <= e linear, and the error e/c is found by Dinkelbach's rule: with lam the best
error so far, e - lam c < 0 is a better network, and min e - lam c >= 0 says that none is below lam.

What the solver proves is proved in floating point on a grid: the dual bound is *measured*.  The
network that comes out is certified like any other.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from numerics.networks import Array
from numerics.permutation.enumeration import complete, knot_values
from numerics.permutation.feedback import Integers
from theory.errors import Undecided
from theory.targets.target import Target
from verify.optima.network import Stored, heights, store
from verify.optima.polish import Polished, polish
from verify.optima.screen import Grid
from verify.progress import Progress

# Grid points per cell, and the share of the optimum that bisection leaves open.
PARTS = 4
CLOSE = 1e-4
TOLERANCE = 1e-7


@dataclass(frozen=True)
class Program:
    """``dual``: no permutation is better on the grid, measured; ``upper``: certified for ``best``.

    ``closed``: whether the two agree up to the grid and the solver's tolerances; ``solved``: how
    many programs were solved.
    """

    dual: float
    upper: float
    best: Stored
    closed: bool
    solved: int


@dataclass(frozen=True)
class _Outcome:
    """A program's best value, its dual bound, and the coefficients of the best network."""

    value: float
    dual: float
    active: Integers | None


class _Model:
    """The assignment, the knot heights, and the error on the grid."""

    def __init__(self, target: Target, width: int) -> None:
        self.width = width
        self.f = Grid.of(target, width, PARTS).values
        self.places = 2 * width - 2
        self.values = np.concatenate([np.arange(1 - width, 0), np.arange(width)])
        knots, cells = np.arange(width), width - 1
        effect = knot_values(width) / cells**2
        # h at the grid from each (place, value)
        grid = np.arange(cells * PARTS + 1) / PARTS
        fine = np.stack([np.interp(grid, knots, row) for row in effect])
        self.network = (fine[:, None, :] * self.values[None, :, None]).reshape(-1, grid.size).T

    def solve(self, lam: float | None, seconds: float, most: float) -> _Outcome:
        """min e without read-out (``lam`` None), else min e - lam c over 0 <= c <= ``most``."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        binary, points = self.network.shape[1], self.f.size
        extra = 1 if lam is None else 3  # e, and a, c
        cost = np.zeros(binary + extra)
        cost[binary] = 1.0
        shift = np.ones((points, 1))
        if lam is None:
            rows = [np.hstack([s * self.network, -shift]) for s in (1, -1)]
            ends = [s * self.f for s in (1, -1)]
        else:
            cost[binary + 2] = -lam
            rows = [
                np.hstack([s * self.network, -shift, s * shift, -s * self.f[:, None]])
                for s in (1, -1)
            ]
            ends = [np.zeros(points), np.zeros(points)]
        used = np.zeros((self.places + self.values.size, binary + extra))
        for place in range(self.places):
            used[place, place * self.values.size : (place + 1) * self.values.size] = 1
        for number in range(self.values.size):
            used[self.places + number, number : binary : self.values.size] = 1
        low = np.concatenate([np.ones(self.places), np.zeros(self.values.size)])
        high = np.ones(low.size)
        high[self.places + self.width - 1] = 2  # the value 0
        lower = np.concatenate([np.zeros(binary + 1), [-np.inf, 0.0][: extra - 1]])
        upper = np.concatenate([np.ones(binary), [np.inf], [np.inf, most][: extra - 1]])
        found = milp(
            cost,
            integrality=np.concatenate([np.ones(binary), np.zeros(extra)]),
            bounds=Bounds(lower, upper),
            constraints=[
                LinearConstraint(np.vstack(rows), -np.inf, np.concatenate(ends)),
                LinearConstraint(used, low, high),
            ],
            options={"time_limit": seconds, "mip_rel_gap": 1e-7},
        )
        dual = -np.inf if found.mip_dual_bound is None else float(found.mip_dual_bound)
        if found.x is None:
            return _Outcome(np.inf, dual, None)
        chosen = found.x[:binary].reshape(self.places, -1).argmax(axis=1)
        return _Outcome(float(found.fun), dual, self.values[chosen])


def milp_optimum(
    target: Target,
    width: int,
    *,
    readout: bool,
    seconds: float,
    progress: Progress | None = None,
) -> Program:
    """The best permutation that ``seconds`` of HiGHS find, and its dual bound.

    Raises Undecided where no network is found in the time.
    """
    model, deadline = _Model(target, width), time.monotonic() + seconds
    run = _with_readout if readout else _without
    return run(target, model, deadline, progress)


def _without(target: Target, model: _Model, deadline: float, progress: Progress | None) -> Program:
    if progress is not None:
        progress(0, 1, "mixed-integer program")
    outcome = model.solve(None, max(deadline - time.monotonic(), 0.1), 0.0)
    if outcome.active is None:
        raise _nothing(model)
    p, q = _pairs(outcome.active, model.width)
    best = store(target, p, q, 0.0, 1.0, readout=False)
    closed = outcome.value - outcome.dual <= CLOSE * outcome.value
    return Program(max(outcome.dual, 0.0), best.exact_upper, best, closed, 1)


def _with_readout(
    target: Target, model: _Model, deadline: float, progress: Progress | None
) -> Program:
    """Dinkelbach from above, then bisection of the dual side from below."""
    spread = float(np.ptp(model.f))
    constant = polish(target, np.zeros(model.width, dtype=np.int64), readout=True)
    best: tuple[Polished, Integers, Integers] | None = None
    grid_error, floor, solved = spread / 2, 0.0, 0
    start = time.monotonic()
    largest = 2.0 * float(np.abs(model.network).max(axis=1).sum())
    share = 0.6
    while time.monotonic() < deadline:
        span = deadline - start
        above = best is None or time.monotonic() < start + share * span
        lam = grid_error if above else (floor + grid_error) / 2
        if progress is not None:
            stage = f"error {grid_error:.4g}, dual {floor:.4g}"
            progress(time.monotonic() - start, span, stage)
        limit = max(deadline - time.monotonic(), 0.1)
        if above:
            limit = max(start + share * span - time.monotonic(), 0.1)
        # spread c/2 <= e + spread(h)/2 bounds c wherever e <= lam c; the constants have the rest
        room = max(spread / 2 - lam, 1e-3 * spread)
        outcome = model.solve(lam, limit, largest / room)
        solved += 1
        if outcome.dual >= -TOLERANCE:
            floor = max(floor, lam)
            if above or grid_error - floor <= CLOSE * grid_error:
                break
        if outcome.active is not None and outcome.value < -TOLERANCE:
            p, q = _pairs(outcome.active, model.width)
            found = polish(target, heights(p, q), readout=True)
            better = _grid_error(model, heights(p, q))
            grid_error = min(grid_error, better)
            if best is None or found.error < best[0].error:
                best = (found, p, q)
        elif outcome.dual < -TOLERANCE and above:
            share = 0.0  # no better network in this time: the rest is for the dual side
            if best is None:
                break
        if grid_error - floor <= CLOSE * max(grid_error, 1e-12):
            break
    if best is None or constant.error < best[0].error:
        raise _nothing(model)
    found, p, q = best
    stored = store(target, p, q, found.alpha, found.gam, readout=True)
    closed = grid_error - floor <= CLOSE * grid_error
    return Program(floor, stored.exact_upper, stored, closed, solved)


def _grid_error(model: _Model, knots: Integers) -> float:
    from numerics.permutation.readout import minimax

    grid = np.arange(model.f.size) / PARTS
    h: Array = np.interp(grid, np.arange(model.width), knots / (model.width - 1) ** 2)
    alpha, gam = minimax(h, model.f)
    return float(np.abs(model.f - alpha - gam * h).max())


def _pairs(active: Integers, width: int) -> tuple[Integers, Integers]:
    """(P, Q): the values that are left over go to the idle places."""
    left: list[int] = [*range(width), *(-value for value in range(width))]
    for value in active.tolist():
        left.remove(value)
    return complete(np.asarray(active, dtype=np.int8), (left[0], left[1]))


def _nothing(model: _Model) -> Undecided:
    return Undecided("--width", model.width, "no network found in the time for", "a longer limit")
