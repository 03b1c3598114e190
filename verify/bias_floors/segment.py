"""A target and the kinks of frozen units along a segment of the domain.

On x(s) = from + s (to - from), s in [0, 1], a network C relu(W x + b) is continuous and piecewise
linear; unit k bends it at one place at most, by C_k |W_k.(to - from)|, wherever its bias puts it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import arb

from numerics.networks import Array, frozen_array
from theory.errors import InputError
from theory.rigor.balls import working_precision
from theory.targets.box_target import BoxTarget
from theory.targets.cells import Cells, inner_ends
from theory.targets.target import Target
from theory.targets.taylor import taylor_cells

SAMPLES = 2049


@dataclass(frozen=True)
class Segment:
    """The target from ``start`` to ``end``, both (d,) float64 points of the domain."""

    target: Target | BoxTarget
    start: Array
    end: Array

    def value(self, s: float) -> arb:
        """f at x(s), at the working precision."""
        point = [arb(a) + arb(s) * (arb(b) - a) for a, b in zip(self.start, self.end, strict=True)]
        return self.target.value(point[0] if isinstance(self.target, Target) else point)  # type: ignore[arg-type]

    @cached_property
    def _cells(self) -> Cells | None:
        return taylor_cells(self.target) if isinstance(self.target, Target) else None

    def sample(self, s: Array) -> Array:
        """f at x(s) in float64, for finders: in a box interpolated between ``SAMPLES`` points.

        Raises InputError where f is not finite.
        """
        if self._cells is None:
            return np.asarray(np.interp(s, *self._samples))
        x = (self.start[0] + s * (self.end[0] - self.start[0])).ravel()
        line = np.clip(x, self.start[0], self.end[0])
        return np.asarray(self._cells.value(line, self._cells.locate(line))).reshape(s.shape)

    @cached_property
    def _samples(self) -> tuple[Array, Array]:
        assert isinstance(self.target, BoxTarget)
        s = np.linspace(0.0, 1.0, SAMPLES)
        return s, self.target.sample(self.start + s[:, None] * (self.end - self.start))

    def mirrored(self, sign: int) -> Callable[[Array], Array]:
        """sign f(x(s)) as a function of s."""

        def values(s: Array) -> Array:
            return sign * self.sample(s)

        return values

    def proved(self, points: Array, bits: int) -> list[tuple[arb, arb]]:
        """(s, f(x(s))) as balls at ``bits`` bits."""
        with working_precision(bits):
            return [(arb(s), self.value(s)) for s in points.tolist()]


def whole(target: Target) -> Segment:
    """The interval of a target in one variable, between its outermost floats."""
    first, last = inner_ends(target)
    return Segment(target, np.array([first]), np.array([last]))


def weights_of(W: object, C: object, dimension: int) -> tuple[Array, Array]:
    """W as (n, d) and C as (n,), finite float64; raises InputError for other shapes.

    W may be (n,) for d = 1, C may be (1, n).
    """
    outputs = frozen_array("C", np.ravel(np.asarray(C)) if np.ndim(C) == 2 and len(C) == 1 else C)  # type: ignore[arg-type]
    matrix = np.asarray(W, dtype=np.float64)
    matrix = matrix[:, None] if matrix.ndim == 1 and dimension == 1 else matrix
    if matrix.shape != (outputs.size, dimension) or not outputs.size:
        accepted = f"({outputs.size}, {dimension}) is accepted"
        raise InputError("W", matrix.shape, "has shape", accepted)
    flat = frozen_array("W", matrix.ravel())
    return flat.reshape(matrix.shape), outputs
