"""n+1 intervals in which f bends equally, found by moving all of their ends at once."""

from __future__ import annotations

import time

import numpy as np

from numerics.networks import Array
from verify.knots.density import Bending
from verify.progress import Progress

# Good enough: smallest against median bend.
BALANCED = 0.999
# Rounds without a better smallest bend before giving up.
PATIENCE = 8
FEWEST_ROUNDS, MAX_ROUNDS, WORK = 20, 60, 10_000_000
# A first few rounds with exactly n+1 intervals.
PURE_ROUNDS = 10
# Steps of the search for the largest deviation; from MANY intervals on, kinks are rare.
LONG_SEARCH, SHORT_SEARCH, MANY = 5, 2, 50_000
STEEPEST = 8.0
# Floats that an interval must hold, so that the points in it differ.
ROOM = 128


def bends(shape: Bending, ends: Array, search: int) -> tuple[Array, Array]:
    """max |f - chord| over the intervals between consecutive ``ends``, and where it is taken."""
    left, width = ends[:-1], np.diff(ends)
    values = shape.value(ends)
    low, rise = values[:-1], np.diff(values)

    def deviation(t: Array) -> Array:
        return np.asarray(np.abs(shape.value(left + t * width) - low - t * rise))

    middle, reach = np.full(left.size, 0.5), 0.25
    here = deviation(middle)
    for _ in range(search):
        below, above = deviation(middle - reach), deviation(middle + reach)
        # the top of the parabola through the three, if it has one between them
        bow = 2 * here - below - above
        shift = np.where(bow > 0, (above - below) / np.where(bow > 0, 2 * bow, 1.0), 0.0)
        shift = np.where(above > np.maximum(here, below), 1.0, np.clip(shift, -1.0, 1.0))
        shift = np.where(below > np.maximum(here, above), -1.0, shift)
        trial = middle + shift * reach
        there = deviation(trial)
        better = there > here
        middle, here = np.where(better, trial, middle), np.where(better, there, here)
        reach /= 2
    return here, middle


def balanced(
    shape: Bending, width: int, deadline: float, progress: Progress | None = None
) -> tuple[Array, float, bool]:
    """Triples (n+1, 3) whose smallest bend is about as large as can be, that bend, and success.

    The bend of an interval goes as the square of its share of the measure, so shares are rescaled
    by bend^(-1/2) until the bends agree.  An interval around an inflection can resist; then a few
    intervals more are made, and those with the smallest bends left out: no success, but close.
    """
    wanted = width + 1
    share = np.linspace(0.0, shape.mass[-1], wanted + 1)
    best, stalled, settled = 0.0, 0, False
    triples = _triples(np.linspace(shape.grid[0], shape.grid[-1], wanted + 1), np.full(wanted, 0.5))
    rounds = max(FEWEST_ROUNDS, min(MAX_ROUNDS, WORK // wanted))
    for done in range(rounds):
        share, ends = _apart(shape, share)
        bend, where = bends(shape, ends, LONG_SEARCH if wanted < MANY else SHORT_SEARCH)
        order = np.argsort(bend)
        usual, smallest = float(np.median(bend)), 0.0
        if bend.size >= wanted:
            smallest = float(bend[order[-wanted]])
        stalled = 0 if smallest > best * 1.0001 or done < PURE_ROUNDS else stalled + 1
        if smallest > best:
            best, triples = smallest, _triples(ends, where)[np.sort(order[-wanted:])]
        if progress is not None:
            progress(done, rounds, "balancing")
        settled = bend.size == wanted and smallest >= BALANCED * usual - shape.noise > 0
        if settled or stalled > PATIENCE or time.monotonic() > deadline:
            break
        # with N intervals for the n+1 wanted, bends go as 1/N^2
        extra = np.arange(max(1, min(bend.size, wanted // 4)) if done >= PURE_ROUNDS else 1)
        gain = bend[order[extra]] / (wanted + extra) ** 2.0
        count = wanted + int(gain.argmax())
        weight = np.sqrt(bend)
        # an interval with a kink shrinks in several steps, or it would fall apart
        weight = np.minimum(weight, STEEPEST * np.median(weight))
        total = np.concatenate([[0.0], np.cumsum(weight)])
        share = np.interp(np.linspace(0.0, total[-1], count + 1), total, share)
    return triples, best, settled


def _apart(shape: Bending, share: Array) -> tuple[Array, Array]:
    """The shares and their points, without those too close for three floats in between."""
    ends = shape.at_mass(share)
    ends[0], ends[-1] = shape.grid[0], shape.grid[-1]
    far = np.diff(ends) > ROOM * np.spacing(np.maximum(np.abs(ends[:-1]), np.abs(ends[1:])))
    kept = np.concatenate([[True], far[:-1] & far[1:], [True]])
    return share[kept], ends[kept]


def _triples(ends: Array, where: Array) -> Array:
    """The ends of every interval with the point between them."""
    return np.stack([ends[:-1], ends[:-1] + where * np.diff(ends), ends[1:]], axis=1)
