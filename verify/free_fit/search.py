"""Where the best fit on given knots fails most: linear programs on stretches of cells (note P10).

On a stretch with nodes tau_0..tau_m the fit is a broken line with free heights there.  Its smallest
error over finitely many points is a linear program; the places where that fit errs most are added
and the program is solved again, until nothing is gained.  The multipliers are a measure that
annihilates broken lines; integrated twice they are the profile M of the proof.  Everything here is
floating point: it proposes points and heights, and what they show is proved elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.networks import Array

# Points per cell: to find the cells that bend most, to start a program, to look for larger errors.
LOOK, START, FINE = 9, 5, 33
# A stretch holds at most this many cells.
STRETCH = 160
ROUNDS = 8
GAIN = 1e-7


@dataclass(frozen=True)
class Profile:
    """``points``: (m,) off the nodes, ``heights``: M there; ``error`` of the best fit, measured."""

    points: Array
    heights: Array
    error: float


def stretch(value: Callable[[Array], Array], rough: Array) -> tuple[int, int]:
    """Cells [first, last) to search: all where they are few, else those around the strongest bend.

    ``rough``: all nodes, (m+1,).  The bend of a cell is the largest distance of f from its chord.
    """
    cells = rough.size - 1
    if cells <= STRETCH:
        return 0, cells
    bends = np.zeros(cells)
    left, width = rough[:-1], np.diff(rough)
    ends = value(rough)
    for part in np.linspace(0.0, 1.0, LOOK)[1:-1]:
        chord = (1 - part) * ends[:-1] + part * ends[1:]
        np.maximum(bends, np.abs(value(left + part * width) - chord), out=bends)
    top = int(bends.argmax())
    first = min(max(top - STRETCH // 2, 0), cells - STRETCH)
    return first, first + STRETCH


def best_profile(residual: Callable[[Array], Array], nodes: Array) -> Profile | None:
    """The profile of the best fit on one stretch; None where f is a broken line to rounding.

    ``nodes``: (m+1,) ascending; ``residual``: f minus its interpolant at the nodes, or f.
    """
    cells = nodes.size - 1
    width = np.diff(nodes)

    def at(parts: Array) -> Array:
        return np.asarray(nodes[:-1, None] + width[:, None] * parts).ravel()

    inner = (1 - np.cos(np.pi * np.arange(1, START + 1) / (START + 1))) / 2
    points = np.concatenate([nodes, at(inner)])
    values = residual(points)
    scale = float(np.abs(values).max())
    if scale == 0.0:
        return None
    fine = at(np.linspace(0.0, 1.0, FINE, endpoint=False))
    fine_values = residual(fine) / scale
    values = values / scale
    error, heights, weights = _program(nodes, points, values)
    for _ in range(ROUNDS):
        off = np.abs(fine_values - np.interp(fine, nodes, heights)).reshape(cells, FINE)
        peaks = off.argmax(axis=1)
        added = off[np.arange(cells), peaks] > error * (1 + GAIN)
        if not added.any():
            break
        extra, extra_values = _sharpened(
            residual, scale, fine.reshape(cells, FINE)[added], peaks[added], nodes, heights
        )
        points = np.concatenate([points, extra])
        values = np.concatenate([values, extra_values])
        before = error
        error, heights, weights = _program(nodes, points, values)
        if error <= before * (1 + GAIN):
            break
    return _integrated(nodes, points, weights, error * scale)


def _sharpened(
    residual: Callable[[Array], Array],
    scale: float,
    grid: Array,
    peaks: NDArray[np.intp],
    nodes: Array,
    heights: Array,
) -> tuple[Array, Array]:
    """Points near the largest errors: the vertex of the parabola through three grid points."""
    rows = np.arange(peaks.size)
    middle = np.clip(peaks, 1, grid.shape[1] - 2)
    three = np.stack([grid[rows, middle + shift] for shift in (-1, 0, 1)])
    off = residual(three.ravel()).reshape(three.shape) / scale - np.interp(three, nodes, heights)
    bend = off[0] - 2 * off[1] + off[2]
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = np.where(bend != 0.0, (off[0] - off[2]) / (2 * bend), 0.0)
    vertex = three[1] + np.clip(shift, -1.0, 1.0) * (three[2] - three[1])
    extra = np.unique(np.concatenate([vertex, grid[rows, peaks]]))
    return extra, residual(extra) / scale


def _program(nodes: Array, points: Array, values: Array) -> tuple[float, Array, Array]:
    """min E over heights v: |values_j - line_v(points_j)| <= E; E, v and signed multipliers."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_array, hstack, vstack

    cell = np.clip(np.searchsorted(nodes, points, side="right") - 1, 0, nodes.size - 2)
    part = (points - nodes[cell]) / (nodes[cell + 1] - nodes[cell])
    rows = np.arange(points.size)
    shape = (points.size, nodes.size)
    entries = np.concatenate([1 - part, part])
    where = (np.concatenate([rows, rows]), np.concatenate([cell, cell + 1]))
    lines = coo_array((entries, where), shape=shape)
    ones = coo_array(np.ones((points.size, 1)))
    matrix = vstack([hstack([lines, -ones]), hstack([-lines, -ones])]).tocsc()
    cost = np.zeros(nodes.size + 1)
    cost[-1] = 1.0
    found = linprog(
        cost,
        A_ub=matrix,
        b_ub=np.concatenate([values, -values]),
        bounds=[(None, None)] * nodes.size + [(0, None)],
        method="highs-ds",
    )
    if found.x is None:
        return 0.0, np.zeros(nodes.size), np.zeros(points.size)
    upper, lower = -found.ineqlin.marginals.reshape(2, points.size)
    return float(found.x[-1]), np.asarray(found.x[:-1]), np.asarray(lower - upper)


def _integrated(nodes: Array, points: Array, weights: Array, error: float) -> Profile | None:
    """The multipliers integrated twice, at the points off the nodes that carry any."""
    order = np.argsort(points, kind="stable")
    places, weights = points[order], weights[order]
    slopes = np.cumsum(weights)[:-1]
    profile = np.concatenate([[0.0], np.cumsum(slopes * np.diff(places))])
    used = (np.abs(weights) > 1e-12) & ~np.isin(places, nodes)
    kept, first = np.unique(places[used], return_index=True)
    heights = profile[used][first]
    size = float(np.abs(heights).max(initial=0.0))
    if size == 0.0:
        return None
    return Profile(kept, heights / size, error)
