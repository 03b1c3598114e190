"""The best output weights of one frozen draw under |c|_1 <= B, with a duality gap.

min |f - Phi c| over |c|_1 <= B for features Phi (m, n), rows weighted.  Few weights are not 0 at
the optimum, so a small cone program on active columns is enlarged by the columns that correlate
most with the residual r, until weak duality, |f - Phi c'| >= (<f, r> - B max_j |<Phi_j, r>|)/|r|
for every feasible c', closes the gap.  Without clarabel: accelerated projected gradient with the
same stopping rule.  Floating point: measured.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from theory.errors import InputError

Array = NDArray[np.float64]
Method = Literal["cone", "gradient"]

GAP = 1e-5
ROUNDS = 60
# rounds without progress, after which rounding noise of the cone program is all there is
PATIENCE = 4
BATCH = 24
STEPS = 20_000
CHECK = 50


@dataclass(frozen=True)
class OutputFit:
    """c (n,) with sum |c_j| <= B; lower <= best error of this draw <= error, both measured.

    ``status``: ``converged`` or ``stalled``.
    """

    coefficients: Array
    error: float
    lower: float
    rounds: int
    method: Method
    status: str
    seconds: float


def best_output_weights(
    features: Array,
    values: Array,
    weights: Array,
    budget: float,
    *,
    gap: float = GAP,
    method: Method | None = None,
) -> OutputFit:
    """The minimiser for ``features`` (m, n), ``values`` (m,), ``weights`` (m,) and ``budget`` > 0.

    ``method``: ``cone`` (needs clarabel; the default where it is installed) or ``gradient``.
    Raises InputError for a budget that is not positive or shapes that do not fit.
    """
    if not (math.isfinite(budget) and budget > 0):
        raise InputError("budget", budget, "is", "a positive finite number is accepted")
    if features.ndim != 2 or {features.shape[0]} != {len(values), len(weights)}:
        shapes = f"{features.shape}, {np.shape(values)}, {np.shape(weights)}"
        raise InputError("features", shapes, "has shapes", "(m, n), (m,), (m,) are accepted")
    chosen = method or ("cone" if find_spec("clarabel") else "gradient")
    start = time.perf_counter()
    root = np.sqrt(weights)
    problem = _Problem(root[:, None] * features, root * values, float(budget))
    solve = _by_cones if chosen == "cone" else _by_gradients
    c, rounds = solve(problem, gap)
    error, lower = problem.ends(c)
    status = "converged" if lower >= (1 - gap) * error or error <= 1e-12 else "stalled"
    seconds = time.perf_counter() - start
    return OutputFit(c, error, max(0.0, lower), rounds, chosen, status, seconds)


@dataclass(frozen=True)
class _Problem:
    """min |aim - matrix c| over |c|_1 <= budget."""

    matrix: Array
    aim: Array
    budget: float

    def ends(self, c: Array) -> tuple[float, float]:
        """The error of c and the lower bound that its residual proves."""
        residual = self.aim - self.matrix @ c
        error = float(np.linalg.norm(residual))
        if error == 0.0:
            return 0.0, 0.0
        steepest = float(np.abs(self.matrix.T @ residual).max())
        return error, (float(self.aim @ residual) - self.budget * steepest) / error


def _by_cones(problem: _Problem, gap: float) -> tuple[Array, int]:
    from numerics.ridgelet.cone import simplex_least_squares

    count = problem.matrix.shape[1]
    c = best = np.zeros(count)
    least = math.inf
    active = np.zeros(count, dtype=bool)
    rounds = idle = 0
    while rounds < ROUNDS and idle < PATIENCE:
        rounds += 1
        residual = problem.aim - problem.matrix @ c
        slopes = np.abs(problem.matrix.T @ residual)
        fresh = np.argsort(np.where(active, -1.0, slopes))[::-1][:BATCH]
        # keep what carries weight, add what the residual asks for
        active &= np.abs(c) > 1e-9 * problem.budget
        active[fresh] = True
        columns = problem.matrix[:, active]
        both = simplex_least_squares(np.hstack([columns, -columns]), problem.aim, problem.budget)
        size = columns.shape[1]
        c = np.zeros(count)
        c[active] = both[:size] - both[size:]
        error, lower = problem.ends(c)
        idle = 0 if error < least * (1 - 1e-10) else idle + 1
        if error < least:
            best, least = c, error
        if lower >= (1 - gap) * error or error <= 1e-12:
            break
    return best, rounds


def _by_gradients(problem: _Problem, gap: float) -> tuple[Array, int]:
    """FISTA with restarts on |aim - matrix c|^2/2."""
    c = point = np.zeros(problem.matrix.shape[1])
    speed = 1.0
    step = 1.0 / max(float(np.linalg.norm(problem.matrix, 2)) ** 2, 1e-300)
    rounds = 0
    for rounds in range(1, STEPS + 1):
        slope = problem.matrix.T @ (problem.matrix @ point - problem.aim)
        following = project(point - step * slope, problem.budget)
        faster = (1 + math.sqrt(1 + 4 * speed * speed)) / 2
        if float((point - following) @ (following - c)) > 0:
            speed, faster = 1.0, 1.0
        point = following + (speed - 1) / faster * (following - c)
        c, speed = following, faster
        if rounds % CHECK == 0:
            error, lower = problem.ends(c)
            if lower >= (1 - gap) * error or error <= 1e-12:
                break
    return c, rounds


def project(c: Array, budget: float) -> Array:
    """The nearest point of the ball |c|_1 <= ``budget``, for c (n,)."""
    size = np.abs(c)
    if size.sum() <= budget:
        return c
    ordered = np.sort(size)[::-1]
    excess = np.cumsum(ordered) - budget
    last = int(np.flatnonzero(ordered * np.arange(1, len(c) + 1) > excess)[-1])
    return np.asarray(np.sign(c) * np.maximum(size - excess[last] / (last + 1), 0.0))


def within(c: Array, budget: Fraction) -> Array:
    """``c`` scaled down, if at all, until the exact sum of the float64 |c_j| is <= ``budget``."""
    c = np.array(c, dtype=np.float64)
    while True:
        total = sum((Fraction(value) for value in np.abs(c).tolist()), Fraction(0))
        if total <= budget:
            return c
        c *= min(float(budget / total), 1.0) * (1.0 - 2.0**-52)
