"""Integer feedback: levels are rounded so that the increments stay inside the alphabet (P3, P8).

Both loops take the float64 levels a_i = (F_i - F_0)/unit as exact numbers and return integers Z_i
with |a_i - Z_i| <= 1/2.  Rounding every level to the nearest integer is the loop, vectorised: it
can leave the alphabet only where two levels are tied between integers, and from the first such
place on the sequential recursion with its clip takes over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.networks import Array

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Kinks:
    """Interior kinks k_i in {-2..2}, shape (n-2,); first rise T = Z_1; residual max|a_i - Z_i|."""

    kinks: Integers
    first: int
    residual: float


@dataclass(frozen=True)
class Steps:
    """Steps Z_{q+1} - Z_q in {-limit..limit}, shape (m,); residual = max|a_q - Z_q|, q >= 1."""

    steps: Integers
    residual: float


def toward_zero(value: float) -> int:
    """The nearest integer, ties toward 0."""
    size = int(np.ceil(abs(value) - 0.5))
    return size if value > 0 else -size


def feedback_kinks(levels: Array, limit: int = 2) -> Kinks:
    """P8, step 1: E_{i+1} = y - k_i, y = 2 E_i - E_{i-1} + x_i, |k_i| <= limit.

    ``levels``: a_0 = 0, a_1, ..., a_{n-1} in units of gam d^2, |a_i| < 2^52, n >= 2.  If all second
    differences x_i of the levels are at most ``limit`` - 1 in size then the residual is at most
    1/2; otherwise the residual tells.
    """
    heights = np.rint(levels).astype(np.int64)
    kinks = np.diff(heights, 2)
    outside = np.flatnonzero(np.abs(kinks) > limit)
    if outside.size:
        at = int(outside[0])
        before, here = int(heights[at]), int(heights[at + 1])
        for i, level in enumerate(levels[at + 2 :].tolist(), start=at + 2):
            ahead = 2 * here - before
            ahead += max(-limit, min(limit, toward_zero(level - ahead)))
            heights[i] = ahead
            before, here = here, ahead
        kinks = np.diff(heights, 2)
    residual = float(np.abs(levels - heights).max())
    return Kinks(kinks, int(heights[1]), residual)


def feedback_steps(levels: Array, start: float = 0.0, limit: int = 1) -> Steps:
    """P3, P4: Z_{q+1} = Z_q + clip(round(a_{q+1} - Z_q), -limit, limit), Z_0 = ``start``.

    ``levels``: shape (m+1,); ``start`` is a multiple of 1/2.  If |a_0 - Z_0| <= 1/2 and levels
    differ by at most ``limit`` then the residual is at most 1/2; otherwise the residual tells.
    """
    heights = np.rint(levels - start) + start
    heights[0] = start
    steps = np.diff(heights)
    outside = np.flatnonzero(np.abs(steps) > limit)
    if outside.size:
        at = int(outside[0])
        here = float(heights[at])
        for q, level in enumerate(levels[at + 1 :].tolist(), start=at + 1):
            here += max(-limit, min(limit, toward_zero(level - here)))
            heights[q] = here
        steps = np.diff(heights)
    residual = float(np.abs(levels - heights)[1:].max(initial=0.0))
    return Steps(steps.astype(np.int64), residual)
