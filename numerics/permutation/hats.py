"""Full-batch least squares of permutation networks in O(n) per step: the Gram matrix of hats.

A sum of hinges is linear between its knots k_0 <= ... <= k_{n+1} (the locations and two ends), so
its values v at the knots say all, and on any finite set of points

    (1/N) sum_j (alpha + gamma h(x_j) - y_j)^2
        = gamma^2 v.Mv + 2 alpha gamma m.v + alpha^2 - 2 gamma F.v - 2 alpha mean(y) + mean(y^2)

with the Gram matrix M of the hat functions (tridiagonal), m = M 1 and F_i = mean of y hat_i.
Coefficients to knot values, and the adjoint, are two prefix sums each; the points never appear in
the training loop.  The Gram matrix of the 2n hinges themselves would cost O(n^2).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Hats:
    """The hat functions over ``locations`` (n,) that reach all ``points`` (N,).

    ``knot_values``: (S, 2n) coefficients to (S, n+2) values of h at the knots; ``adjoint``: the
    gradient in the knot values to the gradient in the coefficients.  Both write into buffers that
    the next call overwrites.
    """

    def __init__(self, locations: Array, points: Array, networks: int) -> None:
        n = locations.size
        low, high = min(locations[0], points.min()), max(locations[-1], points.max())
        knots = np.concatenate([[low], locations, [high]])
        cells = np.clip(np.searchsorted(knots, points, side="right") - 1, 0, n)
        gaps = np.diff(knots)
        # Only a cell that is a point has no width, and it has only that point: its left end.
        shares = (points - knots[cells]) / np.where(gaps > 0, gaps, 1.0)[cells]
        self.width = n
        self._cells, self._shares = torch.tensor(cells), torch.tensor(shares)
        self._gaps, self._reach = torch.tensor(gaps), torch.tensor(locations - low)
        self._slopes = torch.empty(networks, n + 1, dtype=torch.float64)
        self._rises = torch.empty(networks, n + 2, dtype=torch.float64)
        self._values = torch.empty(networks, n + 2, dtype=torch.float64)
        self._tails = torch.empty(networks, n + 1, dtype=torch.float64)
        self._sums = torch.empty(networks, n + 2, dtype=torch.float64)
        self._start = torch.empty(networks, dtype=torch.float64)

    def gram(self, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Diagonal (n+2,) and off-diagonal (n+1,) of M, and F (n+2,), for ``targets`` (N,)."""
        count, size = self._cells.numel(), self.width + 2
        right, left = self._shares, 1.0 - self._shares
        diagonal, moments = torch.zeros(2, size, dtype=torch.float64)
        off = torch.zeros(size - 1, dtype=torch.float64)
        diagonal.index_add_(0, self._cells, left * left)
        diagonal.index_add_(0, self._cells + 1, right * right)
        off.index_add_(0, self._cells, left * right)
        moments.index_add_(0, self._cells, left * targets)
        moments.index_add_(0, self._cells + 1, right * targets)
        return diagonal / count, off / count, moments / count

    def knot_values(self, weights: torch.Tensor) -> torch.Tensor:
        """h(k_0) = sum q_i (t_i - k_0); the slope in cell j is sum_{i<j} (p_i + q_i) - sum q."""
        n = self.width
        p, q = weights[:, :n], weights[:, n:]
        torch.add(p, q, out=self._slopes[:, 1:])
        torch.sum(q, dim=1, out=self._start)
        torch.neg(self._start, out=self._slopes[:, 0])
        torch.cumsum(self._slopes, dim=1, out=self._tails)
        torch.mul(self._tails, self._gaps, out=self._rises[:, 1:])
        torch.mv(q, self._reach, out=self._start)
        self._rises[:, 0] = self._start
        return torch.cumsum(self._rises, dim=1, out=self._values)

    def adjoint(self, gradient: torch.Tensor, out: torch.Tensor) -> None:
        """The gradient (S, n+2) in the knot values as a gradient ``out`` (S, 2n) in (p, q)."""
        n = self.width
        torch.cumsum(gradient, dim=1, out=self._sums)
        whole = self._sums[:, -1:]
        torch.sub(whole, self._sums[:, :-1], out=self._slopes)
        self._slopes.mul_(self._gaps)
        torch.cumsum(self._slopes, dim=1, out=self._tails)
        torch.sub(self._tails[:, -1:], self._tails[:, :-1], out=out[:, :n])
        torch.mul(whole, self._reach, out=out[:, n:])
        out[:, n:].sub_(self._tails[:, :-1])

    def values(self, weights: torch.Tensor) -> torch.Tensor:
        """h at the points, shape (S, N)."""
        knots = self.knot_values(weights)
        left = knots[:, self._cells]
        return left + self._shares * (knots[:, self._cells + 1] - left)


class FullBatch:
    """Mean squared error of S networks on ``points`` (N,) with ``targets`` (N,), and its gradient.

    ``gradient`` fills ``weight_gradient`` (S, 2n) and ``affine_gradient`` (S, 2).
    """

    def __init__(self, hats: Hats, targets: Array, networks: int) -> None:
        values = torch.tensor(targets)
        self.hats = hats
        self._diagonal, self._off, self._moments = hats.gram(values)
        self._mass = self._diagonal.clone()
        self._mass[1:] += self._off
        self._mass[:-1] += self._off
        self._mean, self._square = float(values.mean()), float(values.square().mean())
        size = hats.width + 2
        self._product = torch.empty(networks, size, dtype=torch.float64)
        self._scratch = torch.empty(networks, size, dtype=torch.float64)
        self.weight_gradient = torch.empty(networks, 2 * hats.width, dtype=torch.float64)
        self.affine_gradient = torch.empty(networks, 2, dtype=torch.float64)

    def loss(self, weights: torch.Tensor, affine: torch.Tensor) -> torch.Tensor:
        """Mean squared error, shape (S,)."""
        mean, square, cross = self._statistics(weights)
        alpha, gamma = affine.unbind(dim=1)
        return (
            gamma * (gamma * square + 2.0 * alpha * mean - 2.0 * cross)
            + alpha * (alpha - 2.0 * self._mean)
            + self._square
        )

    def least_squares(self, weights: torch.Tensor) -> torch.Tensor:
        """The read-out (alpha, gamma) of least mean squared error, shape (S, 2)."""
        mean, square, cross = self._statistics(weights)
        return self._solve(mean, square, cross)

    def gradient(self, weights: torch.Tensor, affine: torch.Tensor, *, solve: bool) -> None:
        """Gradients at ``affine`` (S, 2); ``solve`` first moves it to the least-squares read-out.

        The gradient of the error minimised over the read-out is the gradient at the minimiser.
        """
        mean, square, cross = self._statistics(weights)
        if solve:
            affine.copy_(self._solve(mean, square, cross))
        alpha, gamma = affine[:, :1], affine[:, 1:]
        torch.mul(self._product, gamma, out=self._scratch)
        self._scratch.addcmul_(self._mass, alpha).sub_(self._moments).mul_(2.0 * gamma)
        self.hats.adjoint(self._scratch, self.weight_gradient)
        if not solve:
            alpha, gamma = affine.unbind(dim=1)
            self.affine_gradient[:, 0] = 2.0 * (alpha + gamma * mean - self._mean)
            self.affine_gradient[:, 1] = 2.0 * (gamma * square + alpha * mean - cross)

    def _statistics(self, weights: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Means over the points of h, h^2 and y h, each (S,); leaves Mv in the buffer."""
        values = self.hats.knot_values(weights)
        torch.mul(values, self._diagonal, out=self._product)
        self._product[:, 1:].addcmul_(values[:, :-1], self._off)
        self._product[:, :-1].addcmul_(values[:, 1:], self._off)
        square = torch.linalg.vecdot(values, self._product)
        return values @ self._mass, square, values @ self._moments

    def _solve(self, mean: torch.Tensor, square: torch.Tensor, cross: torch.Tensor) -> torch.Tensor:
        variance = square - mean * mean
        # A constant h leaves gamma free: 0.
        gamma = torch.where(variance > 0.0, (cross - mean * self._mean) / variance, 0.0)
        return torch.stack([self._mean - gamma * mean, gamma], dim=1)
