"""Frozen recurrent networks whose biases alone are chosen, and the matching argument carried out.

r_t = -alpha r_{t-1} + beta relu(W r_{t-1} + B x_{t-1} + b), y_t = C r_t, x of shape (T, dx).
Source: note B4; arXiv 2407.00957.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.draws import FrozenDraw
from theory.errors import InputError

Array = NDArray[np.float64]
FAMILY = "recurrent"


@dataclass(frozen=True)
class RecurrentNetwork:
    """W (n, n), B (n, dx), C (l, n), b (n,), start r_0 (n,), and the two scalars."""

    W: Array
    B: Array
    C: Array
    b: Array
    start: Array
    alpha: float
    beta: float

    def __post_init__(self) -> None:
        n = len(self.b)
        shapes = (self.W.shape, self.B.shape[:1], self.C.shape[1:], self.start.shape)
        if shapes != ((n, n), (n,), (n,), (n,)):
            accepted = "(n, n), (n, dx), (l, n), (n,) for W, B, C, start are accepted"
            raise InputError("W, B, C, start", shapes, "have shapes", accepted)

    @property
    def width(self) -> int:
        """Number n of units."""
        return len(self.b)

    def run(self, inputs: Array) -> tuple[Array, Array]:
        """States r_1 .. r_T (T, n) and outputs y_1 .. y_T (T, l) for ``inputs`` (T, dx)."""
        states = np.empty((len(inputs), self.width))
        r = self.start
        for t, x in enumerate(inputs):
            field = self.W @ r + self.B @ x + self.b
            r = -self.alpha * r + self.beta * np.maximum(field, 0.0)
            states[t] = r
        return states, states @ self.C.T


def frozen_weights(
    width: int, inputs: int, outputs: int, weight_range: float, seed: int
) -> tuple[Array, Array, Array]:
    """W (n, n), B (n, dx), C (l, n) from the stream (``recurrent``, seed), row-major, in turn."""
    stream = FrozenDraw(FAMILY, seed)
    return (
        stream.uniform((width, width), weight_range),
        stream.uniform((width, inputs), weight_range),
        stream.uniform((outputs, width), weight_range),
    )


def matching_block(
    small: RecurrentNetwork, weights: tuple[Array, Array, Array], eta: float
) -> int | None:
    """The first of the n/m0 blocks whose entries are all within ``eta`` of ``small``, or None."""
    W, B, C = weights
    m0 = small.width
    for first in range(0, len(W) - m0 + 1, m0):
        part = slice(first, first + m0)
        off = (W[part, part] - small.W, B[part] - small.B, C[:, part] - small.C)
        if all(np.abs(entry).max() <= eta for entry in off):
            return first
    return None


def matched_network(
    small: RecurrentNetwork,
    weights: tuple[Array, Array, Array],
    first: int,
    off_bias: float,
) -> RecurrentNetwork:
    """The frozen network with the biases of the proof: b* in the block, ``off_bias`` elsewhere.

    ``off_bias`` must lie below -R (m0 (rmax + rho_T) + xmax) for the others to stay at 0.
    """
    W, B, C = weights
    part = slice(first, first + small.width)
    b, start = np.full(len(W), off_bias), np.zeros(len(W))
    b[part], start[part] = small.b, small.start
    return RecurrentNetwork(W, B, C, b, start, small.alpha, small.beta)
