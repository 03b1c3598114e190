"""Prices of ridge units: where |F| is largest on V, F(a, b) = sum_q v_q sigma(a.x_q - b).

A grid of V finds the hills, a few vectorised steps climb each of them.  Analytic units climb by
Newton steps.  relu on a line is a finite problem: |F| is largest at a corner of V or where
a x_q = b meets its boundary.  step is one too: only the order of the a.x_q counts.  Everything
here is floating point: a found maximum is never a bound of the supremum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from numerics.ridgelet.quadrature import Measure
from theory.ridgelet.activations import Activation

Array = NDArray[np.float64]

STEP = 0.2
MOST_UNITS = 40_000
CACHED_ENTRIES = 12_000_000
HILLS = 24
DIRECTIONS = 64


@dataclass(frozen=True)
class Box:
    """V = {|a_i| <= lam, |b| <= beta} in d + 1 dimensions."""

    lam: float
    beta: float
    dimension: int

    @property
    def half(self) -> Array:
        """Half-widths (d + 1,): lam for every a_i, then beta."""
        return np.array([self.lam] * self.dimension + [self.beta])

    def clip(self, units: Array) -> Array:
        """``units`` (n, d + 1) moved into V."""
        half = self.half
        return np.minimum(np.maximum(units, -half), half)


@dataclass(frozen=True)
class Pricer:
    """Searches V for units that correlate with a residual; units are rows (a_1, ..., a_d, b)."""

    activation: Activation
    measure: Measure
    box: Box
    cache: dict[str, Array] = field(default_factory=dict, repr=False, compare=False)

    def features(self, units: Array) -> Array:
        """sigma(a_j.x_q - b_j), shape (m, n)."""
        return self.activation.values(self._arguments(units))

    def _arguments(self, units: Array) -> Array:
        arguments: Array = self.measure.points @ units[:, :-1].T - units[:, -1]
        return arguments

    def values(self, charge: Array, units: Array) -> Array:
        """F at ``units`` (n, d + 1) for the charges v_q, shape (n,), in bounded memory."""
        chunk = max(1, CACHED_ENTRIES // max(1, self.measure.size))
        parts = [
            charge @ self.features(units[start : start + chunk])
            for start in range(0, len(units), chunk)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def best(self, residual: Array, seeds: Array) -> tuple[Array, Array]:
        """Hills of |F| for v_q = w_q ``residual``_q: units (k, d + 1) and F there, best first.

        ``seeds`` are units to climb from beside those of the grid.
        """
        charge = self.measure.weights * residual
        if self.activation.name == "step":
            units = self._step_units(charge)
        elif self.activation.name == "relu" and self.box.dimension == 1:
            units = self._relu_line_units(charge)
        else:
            units = np.concatenate([self._hills(charge), seeds])
            climb = self._newton if self.activation.analytic else self._compass
            units = self._one_of_each_pair(climb(charge, units))
        # scaling to the sides of V may overshoot by a rounding
        units = self.box.clip(units)
        values = self.values(charge, units)
        order = np.argsort(-abs(values), kind="stable")
        return units[order], values[order]

    def sharpen(self, residual: Array, units: Array) -> Array:
        """``units`` climbed to the tops of their hills; units with kinks stay where they are."""
        if not self.activation.analytic:
            return units
        return self._newton(self.measure.weights * residual, units)

    # the grid

    @cached_property
    def _axes(self) -> list[Array]:
        """Grid lines of V, fine enough that no hill of F is missed between them."""
        reach = abs(self.measure.points).max(axis=0)
        steps = [STEP * 2 / max(1.0, float(entry)) for entry in reach] + [STEP * 2]
        if self.box.dimension == 1:
            steps = [entry / 2 for entry in steps]
        counts = [
            max(7, 2 * math.ceil(half / step) + 1)
            for half, step in zip(self.box.half, steps, strict=True)
        ]
        limit = min(MOST_UNITS, max(400, 4 * CACHED_ENTRIES // self.measure.size))
        while math.prod(counts) > limit and max(counts) > 7:
            widest = counts.index(max(counts))
            counts[widest] = max(7, counts[widest] * 9 // 10)
        return [
            np.linspace(-half, half, count)
            for half, count in zip(self.box.half, counts, strict=True)
        ]

    @cached_property
    def grid(self) -> Array:
        """All grid units, shape (n, d + 1)."""
        mesh = np.meshgrid(*self._axes, indexing="ij")
        return np.stack([entry.ravel() for entry in mesh], axis=1)

    def _grid_values(self, charge: Array) -> Array:
        units = self.grid
        if len(units) * self.measure.size > CACHED_ENTRIES:
            return self.values(charge, units)
        if "grid" not in self.cache:
            self.cache["grid"] = self.features(units)
        return charge @ self.cache["grid"]

    def _hills(self, charge: Array) -> Array:
        """Grid units that are largest among their neighbours, the HILLS highest of them."""
        from scipy.ndimage import maximum_filter

        height = abs(self._grid_values(charge)).reshape([len(axis) for axis in self._axes])
        peaks = (height >= maximum_filter(height, size=3, mode="nearest")).ravel()
        found = np.flatnonzero(peaks)
        order = np.argsort(-height.ravel()[found], kind="stable")[:HILLS]
        return self.grid[found[order]]

    @cached_property
    def _paired(self) -> bool:
        """Whether (-a, -b) is the same unit as (a, b) up to sign: sigma odd or even."""
        t = np.linspace(0.1, 3.0, 30)
        right, left = self.activation.values(t), self.activation.values(-t)
        return bool(np.allclose(right, left, atol=1e-14) or np.allclose(right, -left, atol=1e-14))

    def _one_of_each_pair(self, units: Array) -> Array:
        """The one of (a, b) and (-a, -b) on a fixed side of a plane in general position."""
        if not self._paired:
            return units
        normal = (0.6180339887498949 ** np.arange(units.shape[1])) / self.box.half
        flip = units @ normal < 0
        return np.where(flip[:, None], -units, units)

    # climbing

    def gradient(self, charge: Array, units: Array) -> Array:
        """dF/d(a, b) at ``units``, shape (n, d + 1)."""
        slopes = self.activation.derivative(self._arguments(units)) * charge[:, None]
        return np.column_stack([slopes.T @ self.measure.points, -slopes.sum(axis=0)])

    def _newton(self, charge: Array, units: Array, rounds: int = 8) -> Array:
        """Projected Newton steps uphill on |F| with a difference Hessian; never downhill."""
        if not len(units):
            return units
        sign = np.where(self.values(charge, units) < 0, -1.0, 1.0)
        height = sign * self.values(charge, units)
        half, reach = self.box.half, np.full(len(units), np.inf)
        for _ in range(rounds):
            slope = sign[:, None] * self.gradient(charge, units)
            step = self._newton_step(charge, units, sign, slope)
            length = np.linalg.norm(step / half, axis=1)
            step *= np.minimum(1.0, np.minimum(reach, 0.25) / np.maximum(length, 1e-300))[:, None]
            moved = self.box.clip(units + step)
            values = sign * self.values(charge, moved)
            better = values > height
            units = np.where(better[:, None], moved, units)
            height = np.where(better, values, height)
            reach = np.where(better, np.inf, np.minimum(reach, length) / 4)
        return units

    def _newton_step(self, charge: Array, units: Array, sign: Array, slope: Array) -> Array:
        """-H^-1 g on the free coordinates, H shifted to be negative definite."""
        count, size = units.shape
        half = self.box.half
        blocked = ((units >= half) & (slope > 0)) | ((units <= -half) & (slope < 0))
        free = ~blocked
        hessian = np.empty((count, size, size))
        delta = 1e-5
        for axis in range(size):
            shift = np.zeros(size)
            shift[axis] = delta
            rise = self.gradient(charge, units + shift) - self.gradient(charge, units - shift)
            hessian[:, :, axis] = sign[:, None] * rise / (2 * delta)
        hessian = (hessian + hessian.transpose(0, 2, 1)) / 2
        hessian *= free[:, :, None] & free[:, None, :]
        values, vectors = np.linalg.eigh(hessian)
        # flat hills (units that are constant on the domain) must not send the step to infinity
        floor = 1e-9 * abs(values).max(axis=1, keepdims=True) + 1e-100
        damped = np.maximum(abs(values), floor)
        inner = np.einsum("nij,ni->nj", vectors, slope * free) / damped
        return np.asarray(np.einsum("nij,nj->ni", vectors, inner) * free)

    def _compass(self, charge: Array, units: Array, rounds: int = 40) -> Array:
        """Pattern search uphill on |F|, for units with kinks."""
        if not len(units):
            return units
        height = abs(self.values(charge, units))
        step = np.full(len(units), 0.1)
        size = units.shape[1]
        moves = np.concatenate([np.eye(size), -np.eye(size)]) * self.box.half
        for _ in range(rounds):
            trial = self.box.clip(
                (units[:, None, :] + step[:, None, None] * moves).reshape(-1, size)
            )
            values = abs(self.values(charge, trial)).reshape(len(units), -1)
            pick = values.argmax(axis=1)
            best = values[np.arange(len(units)), pick]
            better = best > height
            moved = trial.reshape(len(units), -1, size)[np.arange(len(units)), pick]
            units = np.where(better[:, None], moved, units)
            height = np.where(better, best, height)
            step = np.where(better, step, step / 2)
        return units

    # finite problems

    def _relu_line_units(self, charge: Array) -> Array:
        """Hills of |F| on the boundary of V, where it is linear between the points a x_q = b."""
        x = np.unique(self.measure.points[:, 0])
        lam, beta = self.box.half
        corners = np.array([-1.0, 1.0])
        units = []
        for side in (-1.0, 1.0):
            b = np.concatenate([corners * beta, lam * x])
            b = np.unique(b[abs(b) <= beta])
            units.append(np.stack([np.full_like(b, side * lam), side * b], axis=1))
            with np.errstate(divide="ignore"):
                a = np.concatenate([corners * lam, beta / x])
            a = np.unique(a[abs(a) <= lam])
            units.append(np.stack([side * a, np.full_like(a, side * beta)], axis=1))
        found = []
        for edge in units:
            height = abs(self._relu_line_values(charge, edge))
            beside = np.maximum(np.append(height[1:], 0.0), np.append(0.0, height[:-1]))
            found.append(edge[height >= beside])
        return np.concatenate(found)

    def _relu_line_values(self, charge: Array, units: Array) -> Array:
        """F of relu units on a line by prefix sums, O((m + n) log m)."""
        x = self.measure.points[:, 0]
        order = np.argsort(x, kind="stable")
        mass = np.concatenate([[0.0], np.cumsum(charge[order])])
        moment = np.concatenate([[0.0], np.cumsum((charge * x)[order])])
        a, b = units[:, 0], units[:, 1]
        below = np.searchsorted(x[order], b / np.where(a == 0, 1.0, a), side="right")
        left = a * moment[below] - b * mass[below]
        whole = a * moment[-1] - b * mass[-1]
        flat = np.maximum(-b, 0.0) * mass[-1]
        return np.asarray(np.where(a > 0, whole - left, np.where(a < 0, left, flat)))

    def _step_units(self, charge: Array) -> Array:
        """Half-spaces: for each direction the highest thresholds, midway between projections."""
        units, heights = [], []
        for direction in self._directions():
            projected = self.measure.points @ direction
            order = np.argsort(projected, kind="stable")
            ranked = projected[order]
            ends = np.concatenate([[ranked[0] - 1.0], ranked, [ranked[-1] + 1.0]])
            cuts = (ends[1:] + ends[:-1]) / 2
            apart = np.concatenate([[True], np.diff(ranked) > 0, [True]])
            above = charge.sum() - np.concatenate([[0.0], np.cumsum(charge[order])])
            height = np.where(apart, abs(above), -1.0)
            beside = np.maximum(np.append(height[1:], 0.0), np.append(0.0, height[:-1]))
            peaks = np.flatnonzero((height >= beside) & apart)
            peaks = peaks[np.argsort(-height[peaks], kind="stable")[: 2 * HILLS]]
            raw = np.column_stack([np.tile(direction, (len(peaks), 1)), cuts[peaks]])
            scale = (self.box.half / np.maximum(abs(raw), 1e-300)).min(axis=1)
            units.append(raw * scale[:, None])
            heights.append(height[peaks])
        order = np.argsort(-np.concatenate(heights), kind="stable")[: 2 * HILLS]
        return np.concatenate(units)[order]

    def _directions(self) -> Array:
        """Unit vectors (n, d): both signs on the line, a fixed spread otherwise."""
        if self.box.dimension == 1:
            return np.array([[1.0], [-1.0]])
        if self.box.dimension == 2:
            angle = np.linspace(0, 2 * np.pi, 4 * DIRECTIONS, endpoint=False)
            return np.stack([np.cos(angle), np.sin(angle)], axis=1)
        drawn = np.random.default_rng(0).standard_normal((8 * DIRECTIONS, self.box.dimension))
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))
