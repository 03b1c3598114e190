"""Values of a relu network on the line and their gradient in the biases, in O(n + N) after sorting.

g(x) = sum_k c_k relu(w_k x + b_k) at N sorted points.  A unit with w > 0 is on from the first point
beyond its knot t = -b/w, one with w < 0 before it, so slopes and intercepts are prefix sums over
the points of (c w, c b) dropped at the knots; and with r = dL/dg the gradient is

    dL/db_k = c_k * (sum of r over the points where unit k is on),

a difference of two entries of one prefix sum.  Nothing of size n N is ever made.
A knot that falls on a point counts the point as before it.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import torch

from numerics.networks import frozen_array
from theory.errors import InputError


class Line:
    """Frozen weights w, c (n,) and ascending points x (N,), for any number S of bias vectors.

    ``compiled``: with the kernels of ``line_kernel``; by default where numba is installed.  Raises
    InputError for weights of different lengths or points that do not ascend.
    """

    def __init__(
        self, weights: object, outputs: object, points: object, *, compiled: bool | None = None
    ) -> None:
        w = frozen_array("W", weights)
        c = frozen_array("C", outputs, w.size)
        x = frozen_array("points", points)
        if not x.size or (np.diff(x) < 0).any():
            raise InputError("points", "array", "not ascending:", "sorted points, at least one")
        self.weights, self.outputs = torch.tensor(w), torch.tensor(c)
        self.points = torch.tensor(x)
        # a falling unit is on before its knot: the total, less what a rising one would be
        self._signed = torch.where(self.weights < 0, -self.outputs, self.outputs)
        self._falling = torch.where(self.weights < 0, self.outputs, 0.0)
        self._turn_signed = self._signed * self.weights
        self._fixed_slope = (self._falling * self.weights).sum()
        self._constant = self.weights == 0
        self._some_constant = bool(self._constant.any())
        self._inverse = -1.0 / torch.where(self._constant, 1.0, self.weights)
        self._compiled = find_spec("numba") is not None if compiled is None else compiled

    @property
    def width(self) -> int:
        """n."""
        return int(self.weights.numel())

    def places(self, biases: torch.Tensor) -> torch.Tensor:
        """How many points lie before the knot of each unit: (S, n) integers in 0..N."""
        knots = biases.detach() * self._inverse
        if self._compiled:
            from numerics.bias import line_kernel

            found = torch.empty(knots.shape, dtype=torch.int64)
            line_kernel.places(self.points.numpy(), knots.numpy(), found.numpy())
        else:
            found = torch.searchsorted(self.points, knots, right=True)
        if self._some_constant:
            on = torch.where(biases > 0, 0, self.points.numel())
            found = torch.where(self._constant, on, found)
        return found

    def values(self, biases: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        """g at the points: (S, N) for ``biases`` (S, n) and their ``places``."""
        if self._compiled:
            return self._compiled_values(biases.detach(), places)
        size = self.points.numel() + 1
        slopes = torch.zeros((biases.shape[0], size), dtype=torch.float64)
        rises = torch.zeros_like(slopes)
        slopes.scatter_add_(1, places, self._turn_signed.expand_as(biases))
        rises.scatter_add_(1, places, self._signed * biases)
        slope = slopes.cumsum_(1)[:, :-1] + self._fixed_slope
        intercept = rises.cumsum_(1)[:, :-1] + (biases @ self._falling)[:, None]
        return torch.addcmul(intercept, slope, self.points)

    def _compiled_values(self, biases: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        from numerics.bias import line_kernel

        result = torch.empty((biases.shape[0], self.points.numel()), dtype=torch.float64)
        line_kernel.values(
            self.points.numpy(),
            biases.numpy(),
            places.numpy(),
            self._signed.numpy(),
            self._turn_signed.numpy(),
            self._falling.numpy(),
            float(self._fixed_slope),
            result.numpy(),
        )
        return result

    def gradient(self, places: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        """dL/db: (S, n) for ``residual`` = dL/dg of shape (S, N)."""
        if self._compiled:
            from numerics.bias import line_kernel

            result = torch.empty(places.shape, dtype=torch.float64)
            line_kernel.gradient(
                residual.detach().contiguous().numpy(),
                places.numpy(),
                self._signed.numpy(),
                self._falling.numpy(),
                result.numpy(),
            )
            return result
        sums = torch.zeros((residual.shape[0], residual.shape[1] + 1), dtype=torch.float64)
        torch.cumsum(residual, 1, out=sums[:, 1:])
        before = sums.gather(1, places)
        # rising: c (total - before); falling: c before
        return self._signed * (sums[:, -1:] - before) + self._falling * sums[:, -1:]


class LineValues(torch.autograd.Function):
    """``LineValues.apply(biases, line)``: g at the points of ``line``, differentiable in b."""

    @staticmethod
    def forward(ctx: Any, *given: object) -> torch.Tensor:
        """(S, N) for ``biases`` (S, n)."""
        biases, line = given
        assert isinstance(biases, torch.Tensor)
        assert isinstance(line, Line)
        places = line.places(biases)
        ctx.save_for_backward(places)
        ctx.line = line
        return line.values(biases, places)

    @staticmethod
    def backward(ctx: Any, residual: torch.Tensor) -> tuple[torch.Tensor, None]:
        """dL/db from dL/dg."""
        (places,) = ctx.saved_tensors
        return ctx.line.gradient(places, residual), None
