"""Few units for the same error: neighbours merged, then all of (a, b, c) moved together.

The best measure on V is a handful of atoms; column generation leaves a cloud around each.  A cloud
is replaced by its centre of mass and the whole network is polished by a constrained descent.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from numerics.ridgelet.pricing import Pricer

Array = NDArray[np.float64]

MOST_ATOMS = 40


def merge(units: Array, signs: Array, mass: Array, half: Array, radius: float) -> list[Array]:
    """Groups (index arrays) of units of one sign within ``radius`` of a heavy one, scaled by V."""
    left = np.argsort(-mass, kind="stable")
    groups = []
    while len(left):
        head = left[0]
        distance = abs((units[left] - units[head]) / half).max(axis=1)
        near = (signs[left] == signs[head]) & (distance <= radius)
        groups.append(left[near])
        left = left[~near]
    return groups


def centres(units: Array, mass: Array, groups: list[Array]) -> Array:
    """Centres of mass of the groups, shape (number of groups, d + 1)."""
    rows = [mass[group] @ units[group] / mass[group].sum() for group in groups]
    return np.array(rows).reshape(len(groups), units.shape[1])


def polish(
    pricer: Pricer,
    target: Array,
    frame: Array | None,
    units: Array,
    signed: Array,
    budget: float,
    rounds: int = 150,
) -> tuple[Array, Array]:
    """A local minimum over units in V and weights of fixed sign, sum|c| <= ``budget``.

    ``target`` (m,) is f times the root of the weights, orthogonal to ``frame`` (m, k) if there is
    an affine part.  Returns the units (n, d + 1) and signed weights (n,); never a worse network
    than the given one.
    """
    from scipy.optimize import LinearConstraint, minimize

    root = np.sqrt(pricer.measure.weights)
    half, signs = pricer.box.half, np.where(signed < 0, -1.0, 1.0)
    count, size = units.shape

    def residual(moved: Array, weights: Array) -> Array:
        rest = target - _orthogonal(frame, root * (pricer.features(moved) @ weights))
        return np.asarray(rest)

    start_error = float(np.linalg.norm(residual(units, signed)))
    if start_error == 0.0 or count == 0:
        return units, signed

    def objective(flat: Array) -> tuple[float, Array]:
        moved = flat[: count * size].reshape(count, size) * half
        weights = flat[count * size :] * signs * budget
        rest = residual(moved, weights) / start_error
        charge = rest * root
        slope = pricer.gradient(charge, moved) * weights[:, None] * half
        gain = (charge @ pricer.features(moved)) * signs * budget
        return 0.5 * float(rest @ rest), -np.concatenate([slope.ravel(), gain]) / start_error

    flat = np.concatenate([(units / half).ravel(), abs(signed) / budget])
    bounds = [(-1.0, 1.0)] * (count * size) + [(0.0, 1.0)] * count
    row = np.concatenate([np.zeros(count * size), np.ones(count)])
    answer = minimize(
        objective,
        flat,
        jac=True,
        method="SLSQP",
        bounds=bounds,
        constraints=LinearConstraint(row[None, :], -np.inf, 1.0),
        options={"maxiter": rounds, "ftol": 1e-13},
    )
    if not np.isfinite(answer.x).all():
        return units, signed
    moved = pricer.box.clip(answer.x[: count * size].reshape(count, size) * half)
    mass = np.maximum(answer.x[count * size :], 0.0)
    mass = mass / max(1.0, float(mass.sum()))
    weights = mass * signs * budget
    if np.linalg.norm(residual(moved, weights)) > start_error:
        return units, signed
    return moved, weights


def _orthogonal(frame: Array | None, vector: Array) -> Array:
    return vector if frame is None else np.asarray(vector - frame @ (frame.T @ vector))
