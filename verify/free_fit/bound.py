"""``fit_bound``: how close free coefficients on given knots can come to a target (note P10)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from numerics.networks import Array
from theory.rigor.balls import ball, working_precision
from theory.targets.target import Target
from verify.free_fit.nodes import Nodes
from verify.free_fit.proof import prove
from verify.free_fit.search import Profile, best_profile, stretch
from verify.knots.density import bending
from verify.progress import Progress

SEARCH_PRECISION = 96
REASON = "f is not shown to leave every broken line on these knots"


@dataclass(frozen=True)
class FitBound:
    """Every continuous g that is linear between the nodes has sup |f - g| >= ``value``.

    ``value`` is rounded down; ``points`` and ``heights``, shape (m,), prove it
    (:mod:`verify.free_fit.proof`).  ``fit``: the error of the best fit on the cells that were
    searched, measured; of the best fit at all if ``whole``.  ``reason`` says why ``value`` is 0.
    """

    value: float
    points: Array
    heights: Array
    fit: float
    whole: bool
    reason: str | None
    seconds: float


def fit_bound(target: Target, nodes: Nodes, *, progress: Progress | None = None) -> FitBound:
    """Search points and heights, and prove their bound.

    Up to 160 cells all of them are searched, else those around the strongest bend.  Raises
    InputError where f is not shown to be finite on its domain.  Source: note P10.
    """
    started = time.monotonic()
    rough = nodes.rough(target)
    first, last = stretch(bending(target).value, rough)
    if progress is not None:
        progress(0, 1, "best fit on the knots")
    cells = rough[first : last + 1]
    found = best_profile(_residual(target, cells), cells)
    value = 0.0 if found is None else prove(target, nodes, found.points, found.heights)
    best = found if found is not None and value > 0 else Profile(np.empty(0), np.empty(0), 0.0)
    for array in (best.points, best.heights):
        array.setflags(write=False)
    return FitBound(
        value=value,
        points=best.points,
        heights=best.heights,
        fit=best.error,
        whole=last - first == rough.size - 1,
        reason=None if value > 0 else REASON,
        seconds=time.monotonic() - started,
    )


def _residual(target: Target, nodes: Array) -> Callable[[Array], Array]:
    """f minus its interpolant at ``nodes``, in balls: a fine mesh would cost floats digits."""
    with working_precision(SEARCH_PRECISION):
        heights = [target.value(x) for x in nodes.tolist()]

    def residual(points: Array) -> Array:
        cell = np.clip(np.searchsorted(nodes, points, side="right") - 1, 0, nodes.size - 2)
        left, right = nodes[cell].tolist(), nodes[cell + 1].tolist()
        out = []
        with working_precision(SEARCH_PRECISION):
            for x, a, b, k in zip(points.tolist(), left, right, cell.tolist(), strict=True):
                line = heights[k] + (heights[k + 1] - heights[k]) * ((ball(x) - a) / (ball(b) - a))
                out.append(float((target.value(x) - line).mid()))
        return np.asarray(np.nan_to_num(np.array(out), posinf=0.0, neginf=0.0))

    return residual
