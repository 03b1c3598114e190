"""Least squares over a simplex of columns: the small second-order cone program of the fit.

min |t - A c| over c >= 0, sum c <= B.  Columns carry their sign, so this is the l1 ball.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def simplex_least_squares(columns: Array, target: Array, budget: float) -> Array:
    """The minimiser c (n,) for ``columns`` (m, n) and ``target`` (m,) in the Euclidean norm.

    Rows are compressed by QR, so the cone has n + 2 entries whatever m is.  The answer is always
    feasible (clipped and scaled), near optimal when the interior-point method converged; the
    caller measures its gap.  Needs clarabel (extra ``convex``).
    """
    import clarabel
    from scipy import sparse

    scale = float(np.linalg.norm(target))
    if scale == 0.0 or columns.shape[1] == 0:
        return np.zeros(columns.shape[1])
    stacked = np.column_stack([columns * (budget / scale), target / scale])
    triangle: Array = np.asarray(np.linalg.qr(stacked, mode="r"))
    reduced, aim = triangle[:, :-1], triangle[:, -1]
    rows, count = reduced.shape
    # unknowns (c/B, t): minimise t under c/B >= 0, sum c/B <= 1, |aim - reduced c/B| <= t
    above = np.zeros((count + 1, count + 1))
    above[:count, :count] = -np.eye(count)
    above[count, :count] = 1.0
    ball = np.zeros((rows + 1, count + 1))
    ball[0, count] = -1.0
    ball[1:, :count] = reduced
    constraints = sparse.csc_matrix(np.vstack([above, ball]))
    right = np.concatenate([np.zeros(count), [1.0, 0.0], aim])
    cost = np.zeros(count + 1)
    cost[count] = 1.0
    cones = [clarabel.NonnegativeConeT(count + 1), clarabel.SecondOrderConeT(rows + 1)]
    settings: Any = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-11
    quadratic = sparse.csc_matrix((count + 1, count + 1))
    solver = clarabel.DefaultSolver(quadratic, cost, constraints, right, cones, settings)
    found = np.asarray(solver.solve().x[:count], dtype=np.float64)
    if not np.isfinite(found).all():
        return np.zeros(count)
    found = np.maximum(found, 0.0)
    found /= max(1.0, float(found.sum()))
    return found * budget
