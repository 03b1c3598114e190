"""Mini-batch gradients of permutation networks, by hand and in place.

With h = H w on a batch of B rows of the feature matrix and r = alpha + gamma h - y, the mean of
r^2 has the gradients (2 gamma/B) H' r in w, (2/B) sum r in alpha and (2/B) r.h in gamma.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.draws import FrozenDraw

ORDER = "permutation-batches"


class Batches:
    """Batches of ``size`` rows for S networks; each seed runs through its own shuffled epochs.

    ``features`` (N, 2n), ``targets`` (N,), N a multiple of ``size``.  ``gradient`` fills
    ``weight_gradient`` (S, 2n) and ``affine_gradient`` (S, 2).
    """

    def __init__(
        self,
        features: torch.Tensor,
        targets: NDArray[np.float64],
        size: int,
        seeds: tuple[int, ...],
    ) -> None:
        self._features, self._targets = features, torch.tensor(targets)
        self._seeds, self._size = seeds, size
        self.count = len(targets) // size
        networks, columns = len(seeds), features.shape[1]
        new = torch.empty(0, dtype=torch.float64).new_empty
        self._rows = new(networks * size, columns)
        self._hidden, self._residual = new(networks, size, 1), new(networks, size)
        self._product = new(networks, size)
        self.weight_gradient = new(networks, columns)
        self.affine_gradient = new(networks, 2)

    def shuffle(self, epoch: int) -> None:
        """Deals the rows of ``epoch``: a function of (seed, epoch) alone, so a run can resume."""
        rows = np.stack(
            [
                FrozenDraw(f"{ORDER}-{epoch}", seed).shuffle(len(self._targets))
                for seed in self._seeds
            ]
        )
        dealt = rows.reshape(len(self._seeds), self.count, self._size).transpose(1, 0, 2)
        self._order = torch.tensor(np.ascontiguousarray(dealt))
        self._labels = self._targets[self._order]
        self._order = self._order.reshape(self.count, -1)

    def gradient(self, batch: int, weights: torch.Tensor, affine: torch.Tensor) -> None:
        """Gradients on batch ``batch`` of the epoch that was dealt last."""
        torch.index_select(self._features, 0, self._order[batch], out=self._rows)
        rows = self._rows.view(*self._residual.shape, -1)
        torch.bmm(rows, weights[:, :, None], out=self._hidden)
        hidden, residual, gamma = self._hidden[:, :, 0], self._residual, affine[:, 1:]
        torch.addcmul(affine[:, :1], gamma, hidden, out=residual)
        residual.sub_(self._labels[batch]).mul_(2.0 / self._size)
        torch.sum(residual, dim=1, out=self.affine_gradient[:, 0])
        torch.mul(residual, hidden, out=self._product)
        torch.sum(self._product, dim=1, out=self.affine_gradient[:, 1])
        residual.mul_(gamma)
        torch.bmm(residual[:, None, :], rows, out=self.weight_gradient[:, None, :])
