"""Exchange search: the four values at two locations, rearranged in the best of 24 ways.

Slots i (p_i) and n+i (q_i) of location i, j and n+j of location j hold four values; a rearrangement
changes the coefficients by D on these slots, sum D = 0, and the error E (energies.py) by exactly
    gamma^2 (2 r.D + D.KD),   r = Kw - c/gamma,
a rank-two update: O(1) for each of the 24 (n-1) candidates of a location.  The 24 arrangements
hold every exchange of two slots of i and j, the exchange of p_i and q_i (which bends nothing), and
the exchange of whole pairs (p_i, q_i) and (p_j, q_j), which moves a kink and nothing else.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from numerics.permutation.energies import Energy

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

# Without the first, which changes nothing.
ARRANGEMENTS = np.array(list(permutations(range(4))))[1:]
# A change has to lower the mean error per location by this much of it: rounding is no progress.
SMALLEST_GAIN = 1e-9


class Exchange:
    """S orders of the same 2n values, improved side by side; ``order`` (S, 2n), in place.

    ``values`` (2n,): the frozen vector; coefficients are ``values[order]``; ``gamma`` (S,), != 0.
    """

    def __init__(self, values: Array, order: Integers, gamma: Array) -> None:
        self.values, self.order, self.gamma = values, order, gamma
        self.width = values.size // 2

    @property
    def weights(self) -> Array:
        """The coefficients (p, q), shape (S, 2n): a permutation of ``values`` by construction."""
        return np.asarray(self.values[self.order])

    def changes(self, energy: Energy, location: int) -> Array:
        """E after minus E before, over gamma^2, of every rearrangement: (S, 23, n), 0 at i = j."""
        weights = self.weights
        slopes = self._slopes(energy, weights)
        return _changes(energy.gram, weights, slopes, location)

    def sweep(self, energy: Energy, locations: Integers) -> Integers:
        """Takes the best rearrangement of each location in turn, if it lowers E; moves made, (S,).

        E never increases.
        """
        n, count = self.width, len(self.order)
        weights = self.weights
        slopes = self._slopes(energy, weights)
        enough = SMALLEST_GAIN * np.abs(energy.value(weights, self.gamma)) / self.gamma**2 / n
        moves = np.zeros(count, dtype=np.int64)
        rows = np.arange(count)
        for i in locations.tolist():
            changes = _changes(energy.gram, weights, slopes, i).reshape(count, -1)
            best = changes.argmin(axis=1)
            for s in np.flatnonzero(changes[rows, best] < -enough).tolist():
                way, j = divmod(int(best[s]), n)
                slots = np.array([i, n + i, j, n + j])
                chosen = slots[ARRANGEMENTS[way]]
                slopes[s] += (weights[s, chosen] - weights[s, slots]) @ energy.gram[slots]
                weights[s, slots] = weights[s, chosen]
                self.order[s, slots] = self.order[s, chosen]
                moves[s] += 1
        return moves

    def _slopes(self, energy: Energy, weights: Array) -> Array:
        return np.asarray(weights @ energy.gram - energy.moments / self.gamma[:, None])


def _changes(gram: Array, weights: Array, slopes: Array, i: int) -> Array:
    """The quadratic in the changes of three slots; the fourth is minus their sum."""
    n = weights.shape[1] // 2
    diagonal = gram.diagonal()
    k03, k13 = gram[i, n:], gram[n + i, n:]
    k23, k33 = gram.diagonal(n), diagonal[n:]
    a00 = gram[i, i] - 2.0 * k03 + k33
    a11 = gram[n + i, n + i] - 2.0 * k13 + k33
    a22 = diagonal[:n] - 2.0 * k23 + k33
    a01 = 2.0 * (gram[i, n + i] - k03 - k13 + k33)
    a02 = 2.0 * (gram[i, :n] - k03 - k23 + k33)
    a12 = 2.0 * (gram[n + i, :n] - k13 - k23 + k33)
    last = slopes[:, n:]
    held = np.empty((len(weights), 4, n))
    held[:, 0], held[:, 1] = weights[:, i, None], weights[:, n + i, None]
    held[:, 2], held[:, 3] = weights[:, :n], weights[:, n:]
    d0, d1, d2 = (held[:, ARRANGEMENTS[:, slot]] - held[:, None, slot] for slot in range(3))
    total = a01 * d1
    total += a02 * d2
    total += a00 * d0
    total += 2.0 * (slopes[:, i, None] - last)[:, None]
    total *= d0
    part = a12 * d2
    part += a11 * d1
    part += 2.0 * (slopes[:, n + i, None] - last)[:, None]
    part *= d1
    total += part
    np.multiply(a22, d2, out=part)
    part += 2.0 * (slopes[:, :n] - last)[:, None]
    part *= d2
    total += part
    total[:, :, i] = 0.0
    return np.asarray(total)
