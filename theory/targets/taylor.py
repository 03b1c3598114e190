"""Taylor cells that give a target to about the last bit of float64, made once for each target."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from theory.rigor.balls import working_precision
from theory.targets.cells import UNIT, Cells, Goal, build, inner_ends
from theory.targets.target import Target

ORDER = 12
SAMPLES = 65
# Errors of the cells, as multiples of 2^-53 times the size of f: aimed at, and accepted.
AIM, ACCEPTED = 12, 40
PRECISION = 96


@lru_cache(maxsize=16)
def taylor_cells(target: Target) -> Cells:
    """The cells; those that missed the goal are valid, only wider in their bounds."""
    scale = size(target)
    # without a longest piece, the uncertainty of f'' follows from that of f
    goal = Goal(ORDER, AIM * UNIT * scale, math.inf, 4 * UNIT * scale, longest=0.0)
    return build(target, goal)


def good(cells: Cells) -> NDArray[np.bool_]:
    """Which cells give f to about the last bit of float64."""
    return np.asarray(cells.value_error <= ACCEPTED * UNIT * size(cells.target))


def all_good(cells: Cells) -> bool:
    """Whether every cell gives f to about the last bit of float64."""
    return bool(good(cells).all())


@lru_cache(maxsize=16)
def size(target: Target) -> float:
    """About max |f|: a scale, not a bound.  InputError where f is not finite."""
    # multiples of the golden ratio: no period of f hides behind an even grid
    first, last = inner_ends(target)
    places = (np.arange(SAMPLES) * (math.sqrt(5) - 1) / 2) % 1
    return max(abs(sampled(target, x)) for x in (first + places * (last - first)).tolist())


def sampled(target: Target, x: float) -> float:
    """A float near f(x).  InputError where f is not finite."""
    with working_precision(PRECISION):
        value = target.value(x)
    if not value.is_finite():
        raise target.not_finite(x)
    return float(value)
