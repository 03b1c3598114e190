"""Quadratic errors of a permutation network as forms in its 2n coefficients.

Between its knots k_0 < ... < k_{m-1} (the locations and the ends of the domain) h is linear, so its
values v = Phi w at the knots say all.  Two errors of alpha + gamma h, both quadratic in v:

*fit*: sum_j u_j (alpha + gamma h(x_j) - y_j)^2, weighted points;

*smoothed* at the length l (in units of d = (k_{m-1} - k_0)/(m-1)), with e = alpha + gamma v - y at
the knots, sigma its slopes and kappa the jumps of the slopes:
    (1/m) [ sum e_i^2 + c l^2 d sum (k_{i+1} - k_i) sigma_i^2 + l^4 d^2 sum kappa_i^2 ],
a Sobolev norm that sees wavelengths below l through their kinks and only longer ones as they are.

With the best alpha (or alpha = 0, frozen) each is E(w) = constant - 2 gamma c.w + gamma^2 w.Kw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[np.float64]

# Weight of the slopes in the smoothed error; the square of (1 + l^2 D'D) would have 2.
SLOPE_WEIGHT = 6.0


@dataclass(frozen=True)
class Energy:
    """E(w) = constant - 2 gamma c.w + gamma^2 w.Kw: ``gram`` K (2n, 2n), ``moments`` c (2n,)."""

    gram: Array
    moments: Array
    constant: float

    def value(self, weights: Array, gamma: Array) -> Array:
        """E for coefficients of shape (S, 2n) and gamma (S,)."""
        square = np.einsum("si,si->s", weights @ self.gram, weights)
        return np.asarray(
            self.constant - 2.0 * gamma * (weights @ self.moments) + gamma**2 * square
        )


class Hinges:
    """The 2n hinges relu(x - t_i), relu(t_i - x) at the knots: t and the ends of the points.

    ``locations`` (n,) ascending, ``points`` (N,) ascending: where targets are known.
    ``readout``: whether alpha is free.
    """

    def __init__(self, locations: Array, points: Array, *, readout: bool) -> None:
        self.locations, self.points, self.readout = locations, points, readout
        self.knots = np.unique(np.concatenate([points[[0, -1]], locations]))
        offsets = self.knots[:, None] - locations
        self.features = np.maximum(np.concatenate([offsets, -offsets], axis=1), 0.0)
        cells = np.clip(
            np.searchsorted(self.knots, points, side="right") - 1, 0, self.knots.size - 2
        )
        gaps = np.diff(self.knots)
        shares = (points - self.knots[cells]) / gaps[cells]
        rows = np.arange(points.size)
        self.hats = sparse.csr_array(
            (
                np.concatenate([1.0 - shares, shares]),
                (np.concatenate([rows, rows]), np.concatenate([cells, cells + 1])),
            ),
            shape=(points.size, self.knots.size),
        )
        self._slopes, self._jumps = _differences(gaps)
        self._gaps = gaps

    def values(self, weights: Array) -> Array:
        """h at the points, (S, N), for coefficients (S, 2n)."""
        return np.asarray((self.hats @ (weights @ self.features.T).T).T)

    def fit(self, targets: Array, weights: Array) -> Energy:
        """The weighted squared error at the points; ``targets``, ``weights`` of shape (N,)."""
        weighted = self.hats.T * weights
        moments = weighted @ targets
        return self._energy(weighted @ self.hats, moments, float(targets @ (weights * targets)))

    def smoothed(self, values: Array, length: float) -> Energy:
        """The Sobolev error at ``length``; ``values`` (m,): the target at the knots."""
        knots = self.knots.size
        unit = (self.knots[-1] - self.knots[0]) / (knots - 1)
        first = SLOPE_WEIGHT * length**2 * unit
        form = sparse.eye_array(knots, format="csr")
        form = form + self._slopes.T @ (sparse.diags_array(first * self._gaps) @ self._slopes)
        form = (form + (length**4 * unit**2) * (self._jumps.T @ self._jumps)) / knots
        moments = form @ values
        return self._energy(form, moments, float(values @ moments))

    def _energy(self, form: sparse.csr_array, moments: Array, constant: float) -> Energy:
        gram = self._adjoint(form @ self.features)
        pulled = self._adjoint(moments[:, None])[:, 0]
        if not self.readout:
            return Energy(_symmetric(gram), pulled, constant)
        # the best alpha takes the constants out of everything
        mass = form @ np.ones(self.knots.size)
        total, lean = float(mass.sum()), float(moments.sum())
        shadow = self._adjoint(mass[:, None])[:, 0]
        gram -= np.outer(shadow, shadow / total)
        return Energy(
            _symmetric(gram), pulled - shadow * (lean / total), constant - lean**2 / total
        )

    def _adjoint(self, values: Array) -> Array:
        """features' @ values for ``values`` of shape (m, k), by running sums: O(n k)."""
        at = np.searchsorted(self.knots, self.locations)
        plain, moment = np.cumsum(values, axis=0), np.cumsum(self.knots[:, None] * values, axis=0)
        places = self.locations[:, None]
        right = (moment[-1] - moment[at]) - places * (plain[-1] - plain[at])
        return np.concatenate([right, places * plain[at] - moment[at]])


def _differences(gaps: Array) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Slopes in the cells (m-1, m) and their jumps at the inner knots (m-2, m)."""
    cells = gaps.size
    steps = sparse.diags_array([-1.0 / gaps, 1.0 / gaps], offsets=[0, 1], shape=(cells, cells + 1))
    ones = np.ones(max(cells - 1, 0))
    jumps = sparse.diags_array([-ones, ones], offsets=[0, 1], shape=(max(cells - 1, 0), cells))
    return sparse.csr_array(steps), sparse.csr_array(jumps @ steps)


def _symmetric(gram: Array) -> Array:
    return np.asarray((gram + gram.T) / 2.0)
