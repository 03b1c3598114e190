"""Networks as records: frozen float64 arrays that are read as exact dyadic numbers.

``PermutationNetwork``: g(x) = alpha + gamma sum_i p_i relu(x - t_i) + q_i relu(t_i - x), where
(p, q) is a permutation of ``initial`` (note P; arXiv 2407.01033).
``ReluNetwork``: g(x) = offset + sum_k C_k relu(W_k x + b_k) (note B; arXiv 2407.00957).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from theory.errors import InputError

Array = NDArray[np.float64]
LocationRule = Literal["equidistant", "drawn", "given"]
InitialRule = Literal["location", "linspace", "drawn-pairs", "drawn", "given"]


def frozen_array(name: str, values: object, size: int | None = None) -> Array:
    """A read-only, C-ordered, finite float64 copy of ``values`` of shape (size,)."""
    try:
        array = np.array(values, dtype=np.float64, order="C")
    except (TypeError, ValueError):
        raise InputError(name, values, "not numeric:", "real numbers are accepted") from None
    if array.ndim != 1 or (size is not None and array.shape != (size,)):
        wanted = "one axis" if size is None else f"shape ({size},)"
        raise InputError(name, array.shape, "has shape", f"{wanted} is accepted")
    if not np.isfinite(array).all():
        bad = array[~np.isfinite(array)][0]
        raise InputError(name, bad, "holds", "finite numbers are accepted")
    array.setflags(write=False)
    return array


@dataclass(frozen=True)
class Provenance:
    """Where the frozen parameters come from, so that a checker can regenerate them.

    ``seed`` is None for rules without randomness; the ranges are the float64 half-widths of the
    uniform draws.
    """

    locations: LocationRule = "equidistant"
    initial: InitialRule = "location"
    seed: int | None = None
    location_range: float | None = None
    initial_range: float | None = None


@dataclass(frozen=True)
class PermutationNetwork:
    """g(x) = alpha + gamma sum_i p_i relu(x - locations_i) + q_i relu(locations_i - x).

    ``locations``, ``p``, ``q``: shape (n,), locations ascending in user coordinates; ``initial``:
    shape (2n,), the vector of which (p, q) is a permutation.
    """

    locations: Array
    p: Array
    q: Array
    alpha: float
    gamma: float
    initial: Array
    provenance: Provenance = Provenance()
    readout: bool = True

    def __post_init__(self) -> None:
        n = np.asarray(self.locations).size
        for name, size in (("locations", None), ("p", n), ("q", n), ("initial", 2 * n)):
            object.__setattr__(self, name, frozen_array(name, getattr(self, name), size))
        for name in ("alpha", "gamma"):
            value = float(getattr(self, name))
            if not np.isfinite(value):
                raise InputError(name, value, "is", "a finite number is accepted")
            object.__setattr__(self, name, value)
        if (np.diff(self.locations) < 0).any():
            raise InputError("locations", "array", "not ascending:", "sorted locations")

    @property
    def width(self) -> int:
        """Number n of locations."""
        return int(self.locations.size)

    def is_permutation(self) -> bool:
        """Whether (p, q) is exactly, bit by bit, a permutation of ``initial``."""
        # bits are sorted, not floats: sorting leaves the order of 0.0 and -0.0 to chance
        ours = np.sort(np.concatenate([self.p, self.q]).view(np.int64))
        return bool(np.array_equal(ours, np.sort(self.initial.view(np.int64))))

    def __call__(self, x: object) -> Array:
        """Float64 values at ``x`` (any shape), O((n + len x) log n); measured, not certified."""
        points = np.asarray(x, dtype=np.float64)
        slope = np.concatenate([[-self.q.sum()], self.p + self.q]).cumsum()
        start = self.q @ (self.locations - self.locations[0])
        knots = np.concatenate([[start], slope[1:-1] * np.diff(self.locations)]).cumsum()
        index = np.searchsorted(self.locations, points, side="right")
        anchor = np.maximum(index - 1, 0)
        return np.asarray(
            self.alpha
            + self.gamma * (knots[anchor] + slope[index] * (points - self.locations[anchor]))
        )


@dataclass(frozen=True)
class ReluNetwork:
    """g(x) = offset + sum_k C_k relu(W_k x + b_k); ``W``, ``C``, ``b`` of shape (n,)."""

    W: Array
    b: Array
    C: Array
    offset: float = 0.0

    def __post_init__(self) -> None:
        n = np.asarray(self.W).size
        for name in ("W", "b", "C"):
            object.__setattr__(self, name, frozen_array(name, getattr(self, name), n))
        if not np.isfinite(self.offset):
            raise InputError("offset", self.offset, "is", "a finite number is accepted")

    @property
    def width(self) -> int:
        """Number n of hidden units."""
        return int(self.W.size)

    def __call__(self, x: object) -> Array:
        """Float64 values at ``x`` of any shape, O(n len x); measured, not certified."""
        points = np.asarray(x, dtype=np.float64)
        hidden = np.maximum(np.multiply.outer(points, self.W) + self.b, 0.0)
        return np.asarray(self.offset + hidden @ self.C)


Network = PermutationNetwork | ReluNetwork
