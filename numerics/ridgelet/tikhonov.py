"""The Tikhonov path of one draw: min |f - Phi c| over |c|_2 <= B, every B from one SVD (R7).

Phi (m, n) holds the units on the input measure, rows scaled by the square roots of the weights.
With Phi = U S V^T, u_k the columns of U, beta_k = <u_k, f>:

    c(mu) = sum_k s_k beta_k/(s_k^2 + mu) v_k,  |c|^2 = sum s_k^2 beta_k^2/(s_k^2 + mu)^2,
    |f - Phi c|^2 = |f|^2 - sum beta_k^2 + sum (mu/(s_k^2 + mu))^2 beta_k^2.

|c(mu)| falls in mu, so B fixes mu > 0; beyond the minimum-norm solution (mu = 0) the error is
flat.  Singular values below ``RANK`` times the largest one are rounding noise and left out: a
budget that would need them is not used up.  Floating point: measured.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from theory.errors import InputError

Array = NDArray[np.float64]

RANK = 1e-14
STEPS = 200


@dataclass(frozen=True)
class TikhonovPoint:
    """c(mu) (n,) with |c|_2 (``norm``), |c|_1 (``mass``) and the error |f - Phi c|; measured.

    ``flat``: the budget exceeds the minimum-norm solution, which is what ``coefficients`` are.
    """

    mu: float
    coefficients: Array
    norm: float
    mass: float
    error: float
    flat: bool


@dataclass(frozen=True)
class TikhonovPath:
    """One decomposition: ``singular`` (k,) descending, ``beta`` (k,), ``right`` (k, n)."""

    singular: Array
    beta: Array
    right: Array
    outside: float

    @property
    def largest_norm(self) -> float:
        """|c|_2 of the minimum-norm solution, beyond which a larger budget changes nothing."""
        return float(np.linalg.norm(self.beta / self.singular))

    @property
    def least_error(self) -> float:
        """The error of the minimum-norm solution."""
        return self.outside

    def norm(self, mu: float) -> float:
        """|c(mu)|_2."""
        s = self.singular
        return float(np.linalg.norm(s * self.beta / (s * s + mu)))

    def error(self, mu: float) -> float:
        """|f - Phi c(mu)|."""
        left = mu / (self.singular**2 + mu) * self.beta if mu > 0 else np.zeros(1)
        return math.hypot(self.outside, float(np.linalg.norm(left)))

    def at(self, mu: float) -> TikhonovPoint:
        """The point with multiplier ``mu`` >= 0; raises InputError otherwise."""
        if not (math.isfinite(mu) and mu >= 0):
            raise InputError("mu", mu, "is", "a finite number >= 0 is accepted")
        s = self.singular
        c = (s * self.beta / (s * s + mu)) @ self.right
        size, mass = float(np.linalg.norm(c)), float(np.abs(c).sum())
        return TikhonovPoint(mu, c, size, mass, self.error(mu), mu == 0.0)

    def at_budget(self, budget: float) -> TikhonovPoint:
        """The smallest error with |c|_2 <= ``budget`` >= 0; raises InputError otherwise."""
        if not budget >= 0 or math.isinf(budget):
            raise InputError("budget", budget, "is", "a finite number >= 0 is accepted")
        if budget >= self.largest_norm:
            return self.at(0.0)
        if budget == 0.0:
            empty = np.zeros(self.right.shape[1])
            return TikhonovPoint(math.inf, empty, 0.0, 0.0, self.error_at_zero, False)
        # |c(mu)| <= |S beta|/mu, and below mu = s_min^2 nothing is left to gain
        high = math.log(float(np.linalg.norm(self.singular * self.beta)) / budget)
        low = high - 1.0
        while self.norm(math.exp(low)) < budget:
            low -= 2.0 * (high - low)
            if low < -1400:
                return self.at(0.0)
        for _ in range(STEPS):
            middle = (low + high) / 2
            if self.norm(math.exp(middle)) > budget:
                low = middle
            else:
                high = middle
        return self.at(math.exp(high))

    def at_mass(self, mass: float) -> TikhonovPoint:
        """The point of the path with |c|_1 <= ``mass`` and the smallest mu found by bisection.

        |c(mu)|_1 need not be monotone: the point is feasible, not optimal for |c|_1.
        """
        if not mass > 0 or math.isinf(mass):
            raise InputError("mass", mass, "is", "a positive finite number is accepted")
        whole = self.at(0.0)
        if whole.mass <= mass:
            return whole
        top = float(self.singular[0]) ** 2
        high = math.log(top)
        while self.at(math.exp(high)).mass > mass:
            high += 2.0
        low = math.log(top) - 90.0
        for _ in range(100):
            middle = (low + high) / 2
            if self.at(math.exp(middle)).mass > mass:
                low = middle
            else:
                high = middle
        return self.at(math.exp(high))

    def curve(self, budgets: Sequence[float]) -> list[TikhonovPoint]:
        """:meth:`at_budget` for each of ``budgets``."""
        return [self.at_budget(budget) for budget in budgets]

    @property
    def error_at_zero(self) -> float:
        """The error of c = 0: the norm of f."""
        return math.hypot(self.outside, float(np.linalg.norm(self.beta)))


def tikhonov_path(features: Array, values: Array, weights: Array | None = None) -> TikhonovPath:
    """The path for ``features`` (m, n), ``values`` (m,) and ``weights`` (m,) >= 0.

    Without weights every row counts 1/m.  Raises InputError for shapes that do not fit, negative
    weights, numbers that are not finite, or features that all vanish.
    """
    features = np.asarray(features, dtype=np.float64)
    values = np.asarray(values, dtype=np.float64)
    if features.ndim != 2 or values.shape != features.shape[:1] or not features.size:
        shapes = f"{features.shape} and {values.shape}"
        raise InputError("features", shapes, "has shapes", "(m, n) and (m,) are accepted")
    rows = len(values)
    weights = np.full(rows, 1.0 / rows) if weights is None else np.asarray(weights, np.float64)
    if weights.shape != values.shape or not (weights >= 0).all():
        problem = "has a negative entry or shape"
        raise InputError("weights", weights.shape, problem, f"{rows} numbers >= 0 are accepted")
    if not (np.isfinite(features).all() and np.isfinite(values).all()):
        raise InputError("features", "nan or inf", "holds", "finite numbers are accepted")
    root = np.sqrt(weights)
    left, singular, right = np.linalg.svd(root[:, None] * features, full_matrices=False)
    if not singular[0] > 0:
        raise InputError("features", "0", "vanish:", "at least one unit that is not 0")
    keep = singular > RANK * singular[0]
    left, singular, right = left[:, keep], singular[keep], right[keep]
    aim = root * values
    beta = left.T @ aim
    # projecting twice keeps the part outside the range accurate where it is tiny
    rest = aim - left @ beta
    rest -= left @ (left.T @ rest)
    return TikhonovPath(singular, beta, right, float(np.linalg.norm(rest)))
