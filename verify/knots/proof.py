"""What a list of triples proves about every relu network of a given width (note B6)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import arb

from numerics.networks import Array, frozen_array
from theory.errors import InputError
from theory.rigor.balls import float_down, working_precision
from theory.targets.target import Target
from verify.progress import Progress

PRECISIONS = (128, 256)
# Balls may widen the smallest bend by this fraction before the precision is raised.
BLUR = 1e-12
CHUNK = 1 << 15


def check_triples(target: Target, points: object) -> Array:
    """``points`` as a (n+1, 3) array: x1 < x2 < x3 in each row, rows in order, all in the domain.

    Neighbouring rows may share an end point.  Everything is compared exactly.  Raises InputError.
    """
    array = frozen_array("points", points)
    accepted = "ascending triples inside the domain, with disjoint interiors, are accepted"
    if array.size == 0 or array.size % 3:
        raise InputError("points", array.size, "are not whole triples:", accepted)
    triples = array.reshape(-1, 3)
    if not (np.diff(triples, axis=1) > 0).all():
        row = int((~(np.diff(triples, axis=1) > 0)).any(axis=1).argmax())
        raise InputError("points", triples[row].tolist(), "not ascending:", accepted)
    if (triples[1:, 0] < triples[:-1, 2]).any():
        row = int((triples[1:, 0] < triples[:-1, 2]).argmax())
        raise InputError("points", triples[row : row + 2].tolist(), "overlap:", accepted)
    ends = (float(array[0]), float(array[-1]))
    if Fraction(ends[0]) < target.low or Fraction(ends[1]) > target.high:
        raise InputError("points", ends, "outside the domain:", accepted)
    return triples


def bend(target: Target, x1: float, x2: float, x3: float) -> arb:
    """|f(x2) - chord(x2)|, the chord through x1 and x3, at the working precision."""
    first, middle, end = (target.value(x) for x in (x1, x2, x3))
    return _bend((x1, x2, x3), (first, middle, end))


def _bend(points: tuple[float, float, float], values: tuple[arb, arb, arb]) -> arb:
    left, right = arb(points[1]) - points[0], arb(points[2]) - points[1]
    return abs(values[1] - (values[0] * right + values[2] * left) / (left + right))


def prove(target: Target, points: object, progress: Progress | None = None) -> float:
    """A lower bound of |f - g| over the domain for every relu network g with n hidden units.

    ``points``: 3(n+1) floats as :func:`check_triples` wants them; the bound is half the smallest
    bend, rounded down, and 0 where nothing is proved.  Raises InputError for bad points and where f
    is not finite.  Source: note B6.
    """
    triples = check_triples(target, points)
    smallest = arb(0)
    for bits in PRECISIONS:
        with working_precision(bits):
            smallest = _smallest_bend(target, triples, progress)
            if smallest.rad() < BLUR * smallest.abs_lower():
                break
    with working_precision(max(PRECISIONS)):
        return max(0.0, float_down(smallest.abs_lower() / 2))


def _smallest_bend(target: Target, triples: Array, progress: Progress | None) -> arb:
    """The enclosure of the bend whose lower end is the smallest."""
    smallest, floor = arb(0), arb.pos_inf()
    value = target.value
    shared, end = float("nan"), arb(0)
    for start in range(0, len(triples), CHUNK):
        if progress is not None:
            progress(start, len(triples), "proof")
        for x1, x2, x3 in triples[start : start + CHUNK].tolist():
            # neighbouring triples mostly share an end point
            first = end if x1 == shared else value(x1)
            middle, end, shared = value(x2), value(x3), x3
            size = _bend((x1, x2, x3), (first, middle, end))
            low = size.abs_lower()
            if not low >= floor:
                smallest, floor = size, low
                if not size.is_finite():
                    raise target.not_finite(x2)
    return smallest
