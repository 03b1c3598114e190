"""``knot_bound``: the error below which no relu network of a given width can go (note B6)."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from numerics.networks import Array
from theory.errors import InputError
from theory.targets.cells import inner_ends
from theory.targets.target import Target
from verify.knots.balance import ROOM, balanced
from verify.knots.density import Bending, bending
from verify.knots.proof import prove
from verify.knots.sweep import swept
from verify.progress import Progress

MAX_WIDTH = 10_000_000
# Up to this width the best triples are found one interval after the other.
SWEEP_WIDTH = 64
# Beyond that only if the vectorised search did not settle.
LONG_SWEEP = 512
REASON = "f is shown to bend in fewer intervals than width + 1 (affine, or affine in pieces)"


@dataclass(frozen=True)
class KnotBound:
    """Every relu network with ``width`` hidden units has sup |f - g| >= ``value``, rounded down.

    ``points``: shape (3 (width + 1),), triples x1 < x2 < x3 in order, float64 inside the domain;
    ``value`` is half the smallest |f(x2) - chord(x2)| over the triples, proved in balls.
    ``balance``: smallest against median bend, measured.  ``reason`` says why ``value`` is 0.
    """

    value: float
    points: Array
    width: int
    balance: float
    reason: str | None
    seconds: float


def knot_bound(
    target: Target,
    width: int,
    *,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> KnotBound:
    """Find triples in width+1 intervals with disjoint interiors, and prove their bound.

    ``seconds`` limits the search, not the proof; ``progress(done, total, stage)`` is called now and
    then.  Raises InputError for a width outside 1..10^7 and where f is not shown to be finite.
    Source: note B6.
    """
    started = time.monotonic()
    deadline = math.inf if seconds is None else started + seconds
    if not 1 <= width <= MAX_WIDTH:
        raise InputError("--width", width, "out of range:", f"1 to {MAX_WIDTH} is accepted")
    shape = bending(target)
    _check_room(target, width)
    triples, smallest, settled = balanced(shape, width, deadline, progress)
    if width <= SWEEP_WIDTH or (width <= LONG_SWEEP and not settled):
        triples, smallest = swept(shape, triples, smallest, deadline, progress)
    usual = _usual(shape, triples)
    points = triples.ravel()
    points.setflags(write=False)
    value = prove(target, points, progress)
    return KnotBound(
        value=value,
        points=points,
        width=width,
        balance=smallest / usual if usual > 0 else 0.0,
        reason=None if value > 0 else REASON,
        seconds=time.monotonic() - started,
    )


def _check_room(target: Target, width: int) -> None:
    """Refuse domains with too few floats for the points."""
    first, last = inner_ends(target)
    if (last - first) / (width + 1) <= ROOM * math.ulp(max(abs(first), abs(last))):
        accepted = "a smaller width, or a domain with more float64 numbers, is accepted"
        raise InputError("--width", width, "too many intervals for this domain:", accepted)


def _usual(shape: Bending, triples: Array) -> float:
    """The median bend of the triples."""
    f = shape.value(triples)
    part = (triples[:, 1] - triples[:, 0]) / (triples[:, 2] - triples[:, 0])
    return float(np.median(np.abs(f[:, 1] - f[:, 0] - part * (f[:, 2] - f[:, 0]))))
