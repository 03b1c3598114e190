"""Full-batch least squares of permutation networks in O(n) per step: the Gram matrix of hats.

A sum of hinges is linear between its knots k_0 <= ... <= k_{n+1} (the locations and two ends), so
its values v at the knots say all, and on any finite set of points

    (1/N) sum_j (alpha + gamma h(x_j) - y_j)^2
        = gamma^2 v.Mv + 2 beta gamma m.v + beta^2 - 2 gamma F.v + var(y),  beta = alpha - mean(y)

with the Gram matrix M of the hat functions (tridiagonal), m = M 1, and F_i the mean of
(y - mean(y)) hat_i.  Coefficients to knot values, and the adjoint, are two prefix sums each; the
points never appear in the training loop.  The Gram matrix of the hinges would cost O(n^2).
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
        # Views are made once: in the loop a slice costs as much as a sum.
        slopes, tails = _buffer(networks, n + 1), _buffer(networks, n + 1)
        rises, sums = _buffer(networks, n + 2), _buffer(networks, n + 2)
        self._slopes, self._first, self._rest = slopes, slopes[:, 0], slopes[:, 1:]
        self._tails, self._passed, self._all = tails, tails[:, :-1], tails[:, -1:]
        self._rises, self._start, self._steps = rises, rises[:, 0], rises[:, 1:]
        self._sums, self._before, self._whole = sums, sums[:, :-1], sums[:, -1:]
        self._values, self._ends = _buffer(networks, n + 2), _buffer(networks)

    def gram(self, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Diagonal (n+2,) and off-diagonal (n+1,) of M; means (n+2,) of ``targets`` times hat_i."""
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
        p, q = weights[:, : self.width], weights[:, self.width :]
        torch.add(p, q, out=self._rest)
        torch.sum(q, dim=1, out=self._ends)
        torch.neg(self._ends, out=self._first)
        torch.cumsum(self._slopes, dim=1, out=self._tails)
        torch.mul(self._tails, self._gaps, out=self._steps)
        self._start.copy_(torch.mv(q, self._reach, out=self._ends))
        return torch.cumsum(self._rises, dim=1, out=self._values)

    def adjoint(self, gradient: torch.Tensor, out: torch.Tensor) -> None:
        """The gradient (S, n+2) in the knot values as a gradient ``out`` (S, 2n) in (p, q)."""
        p, q = out[:, : self.width], out[:, self.width :]
        torch.cumsum(gradient, dim=1, out=self._sums)
        torch.sub(self._whole, self._before, out=self._slopes)
        self._slopes.mul_(self._gaps)
        torch.cumsum(self._slopes, dim=1, out=self._tails)
        torch.sub(self._all, self._passed, out=p)
        torch.mul(self._whole, self._reach, out=q)
        q.sub_(self._passed)

    def values(self, weights: torch.Tensor) -> torch.Tensor:
        """h at the points, shape (S, N)."""
        knots = self.knot_values(weights)
        left = knots[:, self._cells]
        return left + self._shares * (knots[:, self._cells + 1] - left)


class FullBatch:
    """Mean squared error of S networks on ``points`` (N,) with ``targets`` (N,), and its gradient.

    ``gradient`` fills ``weight_gradient`` (S, 2n) and ``affine_gradient`` (S, 2); where it solves
    for the read-out it keeps |gamma| >= ``least_gamma``.
    """

    def __init__(self, hats: Hats, targets: Array, networks: int, least_gamma: float = 0.0) -> None:
        values = torch.tensor(targets)
        self.hats, self._least_gamma = hats, least_gamma
        self._diagonal, self._off, moments = hats.gram(values)
        self._mass = self._diagonal.clone()
        self._mass[1:] += self._off
        self._mass[:-1] += self._off
        self._mean, self._variance = float(values.mean()), float(values.var(correction=0))
        # With centred targets the covariance of y and h is one product, and loses no digits.
        self._moments = moments - self._mean * self._mass
        size = hats.width + 2
        self._product, self._scratch = _buffer(networks, size), _buffer(networks, size)
        self._right, self._left = self._product[:, 1:], self._product[:, :-1]
        self.weight_gradient = _buffer(networks, 2 * hats.width)
        self.affine_gradient = _buffer(networks, 2)

    def loss(self, weights: torch.Tensor, affine: torch.Tensor) -> torch.Tensor:
        """Mean squared error, shape (S,)."""
        mean, square, cross = self._statistics(weights)
        shift, gamma = affine[:, 0] - self._mean, affine[:, 1]
        return gamma * (gamma * square + 2.0 * (shift * mean - cross)) + shift**2 + self._variance

    def least_squares(self, weights: torch.Tensor) -> torch.Tensor:
        """The read-out (alpha, gamma) of least mean squared error, shape (S, 2)."""
        return torch.stack(self._solve(*self._statistics(weights), 0.0), dim=1)

    def gradient(self, weights: torch.Tensor, affine: torch.Tensor, *, solve: bool) -> None:
        """Gradients at ``affine`` (S, 2); ``solve`` first moves it to the best read-out allowed.

        The gradient of the error minimised over the read-out is the gradient at the minimiser.
        """
        mean, square, cross = self._statistics(weights)
        if solve:
            torch.stack(self._solve(mean, square, cross, self._least_gamma), dim=1, out=affine)
        shift, gamma = affine[:, :1] - self._mean, affine[:, 1:]
        torch.mul(self._product, gamma, out=self._scratch)
        self._scratch.addcmul_(self._mass, shift).sub_(self._moments).mul_(gamma).mul_(2.0)
        self.hats.adjoint(self._scratch, self.weight_gradient)
        if not solve:
            shift, gamma = shift[:, 0], gamma[:, 0]
            self.affine_gradient[:, 0] = 2.0 * (shift + gamma * mean)
            self.affine_gradient[:, 1] = 2.0 * (gamma * square + shift * mean - cross)

    def _statistics(self, weights: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Means over the points of h, h^2 and (y - mean y) h, each (S,); Mv stays in the buffer."""
        values = self.hats.knot_values(weights)
        torch.mul(values, self._diagonal, out=self._product)
        self._right.addcmul_(values[:, :-1], self._off)
        self._left.addcmul_(values[:, 1:], self._off)
        torch.mul(values, self._product, out=self._scratch)
        # Thin matrix products would wake the threads of the BLAS for each of them; these do not.
        mean, cross = torch.mv(values, self._mass), torch.mv(values, self._moments)
        return mean, self._scratch.sum(dim=1), cross

    def _solve(
        self, mean: torch.Tensor, square: torch.Tensor, cross: torch.Tensor, least: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        variance = torch.addcmul(square, mean, mean, value=-1.0)
        # A constant h leaves gamma free: 0.
        gamma = torch.where(variance > 0.0, cross / variance, 0.0)
        if least > 0.0:
            gamma = torch.copysign(gamma.abs().clamp_(min=least), gamma)
        return self._mean - gamma * mean, gamma


def _buffer(*shape: int) -> torch.Tensor:
    return torch.empty(shape, dtype=torch.float64)
