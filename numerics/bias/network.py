"""A network whose hidden biases alone are learned: g(x) = C relu(W x + b), W and C frozen.

On the line a unit contributes s relu(x - t) if w > 0 and s relu(t - x) if w < 0, with the frozen
kink s = c |w| and the free knot t = -b/w (note B2; arXiv 2407.00957).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.bias.draw import BiasDraw
from numerics.networks import Array, ReluNetwork, frozen_array
from theory.errors import InputError

# An unused unit gets the bias -|w| max|x| (1 + 2^-40) at least, which no rounding brings back.
MARGIN = 1.0 + 2.0**-40
LEAST_BIAS = 2.0**-900


@dataclass(frozen=True)
class BiasNetwork:
    """g(x) = sum_k C_k relu(W_k x + b_k) in user coordinates; ``W``, ``C``, ``b`` of shape (n,).

    ``draw``: where W and C come from, None for a user's own weights.  Raises InputError for other
    shapes and for numbers that are not finite.
    """

    W: Array
    C: Array
    b: Array
    draw: BiasDraw | None = None

    def __post_init__(self) -> None:
        n = np.asarray(self.W).size
        if n == 0:
            raise InputError("W", 0, "has width", "one hidden unit or more is accepted")
        for name in ("W", "C", "b"):
            object.__setattr__(self, name, frozen_array(name, getattr(self, name), n))

    @property
    def width(self) -> int:
        """Number n of hidden units."""
        return int(self.W.size)

    def relu(self) -> ReluNetwork:
        """The same function as a :class:`ReluNetwork`."""
        return ReluNetwork(self.W, self.b, self.C)

    def __call__(self, x: object) -> Array:
        """Float64 values at ``x`` of any shape, O((n + len x) log n); measured, not certified."""
        points = np.asarray(x, dtype=np.float64)
        turns = self.W != 0.0
        W, C, b = self.W[turns], self.C[turns], self.b[turns]
        rest = float(self.C[~turns] @ np.maximum(self.b[~turns], 0.0))
        with np.errstate(over="ignore"):
            knots = -b / W
        order = np.argsort(knots, kind="stable")
        W, C, b, knots = W[order], C[order], b[order], knots[order]
        falling, sign = W < 0.0, np.sign(W)
        slopes = np.concatenate([[(C * W)[falling].sum()], sign * C * W]).cumsum()
        heights = np.concatenate([[rest + (C * b)[falling].sum()], sign * C * b]).cumsum()
        piece = np.searchsorted(knots, points, side="right")
        return np.asarray(slopes[piece] * points + heights[piece])

    def frozen_sha256(self) -> str:
        """sha256 of the bytes of W, then C (little-endian float64): the name of given weights."""
        return weights_sha256(self.W, self.C)

    def off(self, low: float, high: float) -> NDArray[np.bool_]:
        """Units that are 0 on all of [low, high], by float64 arithmetic: shape (n,)."""
        largest = np.maximum(self.W * low, self.W * high) + self.b
        return np.asarray(largest <= 0.0)


def weights_sha256(W: Array, C: Array) -> str:
    """sha256 of W then C as little-endian float64."""
    digest = hashlib.sha256(np.ascontiguousarray(W, dtype="<f8").tobytes())
    digest.update(np.ascontiguousarray(C, dtype="<f8").tobytes())
    return digest.hexdigest()


def off_biases(W: Array, reach: float) -> Array:
    """Biases strictly below -|w| reach: a unit with one of them is 0 wherever |x| <= reach."""
    return np.asarray(-np.maximum(np.abs(W) * reach * MARGIN, LEAST_BIAS))
