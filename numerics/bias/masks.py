"""The best hard mask on frozen units with frozen biases, at given points: how far masks can go.

min over z in {0,1}^n of max_i |y_i - sum_k z_k u_ik|, u_ik = C_k relu(W_k.x_i + b_k): by trying all
masks, or as a mixed-integer linear program (HiGHS).  Measured; source: note B3.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from numerics.networks import frozen_array
from theory.errors import InputError

Array = NDArray[np.float64]
Method = Literal["exhaustive", "milp"]

LARGEST_EXHAUSTIVE = 20
CHUNK_BITS = 12


@dataclass(frozen=True)
class BestMask:
    """``mask`` (n,), True where a unit is kept; ``error`` its largest error at the points.

    ``floor``: no mask has a smaller error, up to rounding and the solver's tolerance; equal to
    ``error`` where the search was completed (``optimal``).
    """

    mask: NDArray[np.bool_]
    error: float
    floor: float
    optimal: bool
    method: Method
    seconds: float


def unit_values(W: Array, b: Array, C: Array, points: Array) -> Array:
    """u_ik = C_k relu(W_k.x_i + b_k), shape (N, n), for W (n, d), C (n,), points (N, d)."""
    if W.ndim != 2 or points.ndim != 2 or W.shape[1] != points.shape[1]:
        shapes = (W.shape, points.shape)
        raise InputError("W, points", shapes, "have shapes", "(n, d) and (N, d) are accepted")
    if b.shape != (len(W),) or C.shape != b.shape:
        accepted = f"({len(W)},) is accepted"
        raise InputError("b, C", (b.shape, C.shape), "have shapes", accepted)
    return np.asarray(np.maximum(points @ W.T + b, 0.0) * C)


def best_mask(
    units: Array, values: object, *, method: Method | None = None, seconds: float = 60.0
) -> BestMask:
    """The mask of ``units`` (N, n) closest to ``values`` (N,) in the sup norm at the points.

    Exhaustive up to ``LARGEST_EXHAUSTIVE`` units, else a mixed-integer program within ``seconds``.
    Raises InputError for other shapes, an unknown method, or too many units to try all masks.
    """
    started = time.monotonic()
    if units.ndim != 2 or not units.size:
        raise InputError("units", units.shape, "has shape", "(N, n) is accepted")
    wanted = frozen_array("values", values, len(units))
    small = units.shape[1] <= LARGEST_EXHAUSTIVE
    method = method or ("exhaustive" if small else "milp")
    if method == "exhaustive":
        if not small:
            accepted = f"at most {LARGEST_EXHAUSTIVE} units, or milp, are accepted"
            raise InputError("units", units.shape[1], "too many masks to try:", accepted)
        mask, error = _exhaustive(units, wanted)
        return BestMask(mask, error, error, True, method, time.monotonic() - started)
    if method != "milp":
        raise InputError("method", method, "unknown:", "exhaustive or milp is accepted")
    mask, error, floor, optimal = _program(units, wanted, seconds)
    return BestMask(mask, error, floor, optimal, method, time.monotonic() - started)


def _bits(count: int) -> Array:
    """All masks of ``count`` units, one per row."""
    return ((np.arange(2**count)[:, None] >> np.arange(count)) & 1).astype(np.float64)


def _exhaustive(units: Array, values: Array) -> tuple[NDArray[np.bool_], float]:
    """Masks of the first units in one block, of the others one after the other."""
    n = units.shape[1]
    head = min(n, CHUNK_BITS)
    front = _bits(head)
    block = front @ units[:, :head].T - values
    best, winner = np.inf, (0, 0)
    tails = _bits(n - head)
    for index, tail in enumerate(tails):
        errors = np.abs(block + units[:, head:] @ tail).max(axis=1)
        row = int(errors.argmin())
        if errors[row] < best:
            best, winner = float(errors[row]), (row, index)
    return np.concatenate([front[winner[0]], tails[winner[1]]]).astype(bool), best


def _program(
    units: Array, values: Array, seconds: float
) -> tuple[NDArray[np.bool_], float, float, bool]:
    """min t with -t <= y - U z <= t, z binary."""
    from scipy import optimize

    rows, n = units.shape
    ones = np.ones((rows, 1))
    matrix = np.block([[units, -ones], [-units, -ones]])
    found = optimize.milp(
        np.append(np.zeros(n), 1.0),
        constraints=optimize.LinearConstraint(matrix, -np.inf, np.append(values, -values)),
        integrality=np.append(np.ones(n), 0.0),
        bounds=optimize.Bounds(np.zeros(n + 1), np.append(np.ones(n), np.inf)),
        options={"time_limit": seconds},
    )
    mask = np.zeros(n, dtype=bool) if found.x is None else found.x[:n] > 0.5
    error = float(np.abs(units @ mask - values).max())
    bound = found.mip_dual_bound
    floor = min(error, float(bound)) if bound is not None and np.isfinite(bound) else 0.0
    return mask, error, floor, bool(found.status == 0)
