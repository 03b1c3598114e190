"""The best read-out alpha + gamma h of a fixed network, in closed form on a finite grid.

Least squares: gamma = cov(h, y)/var(h), alpha = mean(y) - gamma mean(h).
Minimax: the half-range E(gamma) = (max(y - gamma h) - min(y - gamma h))/2 is convex and piecewise
linear; its minimum is where the tangents of a shrinking bracket meet.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def least_squares(h: Array, y: Array) -> tuple[float, float]:
    """(alpha, gamma) of least sum (alpha + gamma h_j - y_j)^2; gamma = 0 for a constant h."""
    centred = h - h.mean()
    variance = float(centred @ centred)
    gamma = float(centred @ (y - y.mean())) / variance if variance > 0.0 else 0.0
    return float(y.mean() - gamma * h.mean()), gamma


def minimax(h: Array, y: Array) -> tuple[float, float]:
    """(alpha, gamma) of least max |alpha + gamma h_j - y_j| to rounding; gamma = 0 for constants.

    Kelley's cutting planes: each round adds a tangent that the model lacked, so the finitely many
    pieces of E end it.
    """
    spread, rise = float(np.ptp(h)), float(np.ptp(y))
    best = _tangent(h, y, 0.0)
    if spread > 0.0 and rise > 0.0:
        # Beyond 2 rise/spread the hinges outweigh y, so E falls on the left and rises on the right.
        left, right = (_tangent(h, y, gamma) for gamma in (-3 * rise / spread, 3 * rise / spread))
        while True:
            ahead = (left.value - right.value + right.slope * (right.gamma - left.gamma)) / (
                right.slope - left.slope
            )
            gamma, model = left.gamma + ahead, left.value + left.slope * ahead
            if not left.gamma < gamma < right.gamma:
                break
            middle = _tangent(h, y, gamma)
            best = min(best, middle)
            if middle.slope == 0.0 or middle.value <= model + 1e-15 * rise:
                break
            left, right = (middle, right) if middle.slope < 0.0 else (left, middle)
    residual = y - best.gamma * h
    return float(residual.max() + residual.min()) / 2.0, best.gamma


class _Tangent(NamedTuple):
    """E(gamma) and a slope of E there; ordered by value."""

    value: float
    gamma: float
    slope: float


def _tangent(h: Array, y: Array, gamma: float) -> _Tangent:
    residual = y - gamma * h
    top, bottom = int(residual.argmax()), int(residual.argmin())
    value = (residual[top] - residual[bottom]) / 2.0
    return _Tangent(float(value), gamma, float(h[bottom] - h[top]) / 2.0)
