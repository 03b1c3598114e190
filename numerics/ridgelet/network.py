"""Networks of ridge units as records: g(x) = offset + slope.x + sum_j c_j sigma(a_j.x - b_j).

Hidden parameters (a, b) are frozen and lie in V = {|a_i| <= lambda, |b| <= beta}; the output
weights c alone are learned (note R; arXiv 2008.08427).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.networks import frozen_array
from theory.errors import InputError
from theory.ridgelet.activations import activation

Array = NDArray[np.float64]


@dataclass(frozen=True)
class RidgeDraw:
    """The declared draw of (a, b): a uniform on [-lam, lam], then b uniform on [-beta, beta].

    ``lam`` and ``beta`` are float64; the stream is that of :class:`numerics.draws.FrozenDraw` with
    family ``ridgelet``, a row-major, then b.
    """

    seed: int
    lam: float
    beta: float


@dataclass(frozen=True)
class RidgeNetwork:
    """g(x) = offset + slope.x + sum_j c_j sigma(a_j.x - b_j); a (n, d), b (n,), c (n,), slope (d,).

    Arrays are read-only float64.  Raises InputError for shapes that do not fit, numbers that are
    not finite, or an unknown activation.
    """

    activation: str
    a: Array
    b: Array
    c: Array
    offset: float = 0.0
    slope: Array | None = None
    draw: RidgeDraw | None = None

    def __post_init__(self) -> None:
        activation(self.activation)
        raw = np.array(self.a, dtype=np.float64, order="C")
        if raw.ndim != 2 or raw.shape[1] < 1:
            raise InputError("a", raw.shape, "has shape", "two axes (n, d) are accepted")
        a = frozen_array("a", raw.ravel()).reshape(raw.shape)
        object.__setattr__(self, "a", a)
        for name in ("b", "c"):
            object.__setattr__(self, name, frozen_array(name, getattr(self, name), len(a)))
        slope = np.zeros(a.shape[1]) if self.slope is None else self.slope
        object.__setattr__(self, "slope", frozen_array("slope", slope, a.shape[1]))
        if not np.isfinite(self.offset):
            raise InputError("offset", self.offset, "is", "a finite number is accepted")

    @property
    def width(self) -> int:
        """Number n of hidden units."""
        return int(self.a.shape[0])

    @property
    def dimension(self) -> int:
        """Number d of inputs."""
        return int(self.a.shape[1])

    @property
    def budget(self) -> float:
        """|c|_1 in float64; measured."""
        return float(np.abs(self.c).sum())

    def features(self, points: Array) -> Array:
        """sigma(a_j.x_i - b_j), shape (m, n), for ``points`` of shape (m, d)."""
        return activation(self.activation).values(points @ self.a.T - self.b)

    def __call__(self, points: Array) -> Array:
        """Float64 values at ``points`` of shape (m, d), O(m n d); measured, not certified."""
        assert self.slope is not None
        return np.asarray(self.features(points) @ self.c + points @ self.slope + self.offset)
