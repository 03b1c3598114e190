"""The optimum in L2 over all permutations of a small width, in closed form and enclosed (note P7).

On [0,1] with m = n-1 cells, h = d^2 H, A = sum H_k^2 + H_k H_{k+1} + H_{k+1}^2 and B = sum H_k +
H_{k+1} are integers; |h|^2 = d^4 A/(3m), var h = d^4 V/(12 m^2), V = 4 m A - 3 B^2.  With a
read-out the squared error is var f - cov(f,h)^2/var h, without it |f|^2 - 2 <f,h> + |h|^2.  The
integrals of f are balls, everything else is exact or bounded, and so is the smallest value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from numerics.networks import Array
from numerics.permutation.enumeration import batches, left_outs
from numerics.permutation.feedback import Integers
from theory.rigor.balls import ball, float_down, float_up, working_precision
from theory.targets.target import Target
from verify.optima.moments import Moments, moments
from verify.optima.network import Stored, store
from verify.progress import Progress

PRECISION = 128
ULP = 2.0**-53


@dataclass(frozen=True)
class L2Optimum:
    """``lower`` <= the smallest L2 error over all permutations <= ``upper``, both proved."""

    lower: float
    upper: float
    best: Stored
    p: Integers
    q: Integers
    functions: int


@dataclass(frozen=True)
class _Weights:
    """Float forms of the integrals: ``hats`` within ``slack`` each, ``energy`` a lower bound."""

    hats: Array
    slack: float
    energy: float


def l2_optimum(
    target: Target,
    width: int,
    *,
    readout: bool,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> L2Optimum:
    """Every permutation on n <= 6 equidistant locations; L2 of the uniform probability measure.

    ``stop`` is asked between batches and ends the run with InterruptedError.  Raises InputError for
    a width out of reach.  Source: note P7.
    """
    integrals = moments(target, width)
    weights = _weights(integrals, width, readout)
    total = len(left_outs(width, readout=readout))
    lowest, functions = float("inf"), 0
    best: tuple[Integers, Integers, Integers] | None = None
    for done, batch in enumerate(batches(width, readout=readout)):
        if progress is not None:
            progress(done, total, f"{functions} functions")
        if stop is not None and stop():
            raise InterruptedError
        functions += len(batch.heights)
        squares = _squares(weights, batch.heights, readout)
        row = int(squares.argmin())
        if squares[row] < lowest:
            lowest = float(squares[row])
            best = (batch.heights[row], *batch.coefficients(row))
    assert best is not None
    knots, p, q = best
    upper, alpha, gam = _exactly(integrals, knots, readout)
    stored = store(target, p, q, alpha, gam, readout=readout)
    with working_precision(PRECISION):
        lower = float_down(ball(max(lowest, 0.0)).sqrt())
    return L2Optimum(min(lower, upper), upper, stored, p, q, functions)


def _weights(integrals: Moments, width: int, readout: bool) -> _Weights:
    """Integrals against the hats, of F or of F minus its mean."""
    cells = width - 1
    with working_precision(PRECISION):
        mean = integrals.mean if readout else arb(0)
        shares = [Fraction(1 if 0 < j < cells else 2, 1) for j in range(width)]
        balls = [
            hat - mean / ball(cells * share)
            for hat, share in zip(integrals.hats, shares, strict=True)
        ]
        energy = integrals.square - mean * mean
        middles = [float(entry.mid()) for entry in balls]
        slack = max(float_up(abs(e - arb(m))) for e, m in zip(balls, middles, strict=True))
        return _Weights(np.array(middles), slack, float_down(energy))


def _forms(knots: Integers) -> tuple[Integers, Integers]:
    """(A, V) of each row."""
    left, right = knots[:, :-1], knots[:, 1:]
    square = (left * left + left * right + right * right).sum(axis=1)
    total = (left + right).sum(axis=1)
    return square, 4 * left.shape[1] * square - 3 * total * total


def _squares(weights: _Weights, knots: Integers, readout: bool) -> Array:
    """Lower bounds of the squared errors, one per row."""
    n = knots.shape[1]
    cells = n - 1
    square, spread = _forms(knots)
    inner = (knots * weights.hats).sum(axis=1)
    # n products and n - 1 sums, each of relative size ULP, and the weights themselves.
    size = np.abs(knots).max(axis=1, initial=1)
    slip = n * size * (weights.slack + (2 * n + 2) * ULP * float(np.abs(weights.hats).max()))
    if readout:
        gain = 12.0 * cells**2 * (np.abs(inner) + slip) ** 2 / np.maximum(spread, 1)
        gain = np.where(spread > 0, gain * (1 + 16 * ULP), 0.0)
        return np.asarray(weights.energy - gain - 4 * ULP * (abs(weights.energy) + gain))
    unit = 1.0 / cells**2
    cross, own = 2 * unit * inner, unit**2 * square / (3 * cells)
    blur = 2 * unit * slip + 16 * ULP * (abs(weights.energy) + np.abs(cross) + own)
    return np.asarray(weights.energy - cross + own - blur)


def _exactly(integrals: Moments, knots: Integers, readout: bool) -> tuple[float, float, float]:
    """The error of one network in balls, rounded up, and its best read-out (unit coordinate)."""
    cells = knots.size - 1
    rows = knots[None, :]
    square, spread = (int(form[0]) for form in _forms(rows))
    heights = [int(entry) for entry in knots]
    unit = Fraction(1, cells**2)
    with working_precision(PRECISION):
        inner = sum((h * hat for h, hat in zip(heights, integrals.hats, strict=True)), arb(0))
        mean_h = Fraction(sum(heights[:-1]) + sum(heights[1:]), 2 * cells)
        alpha, gam = arb(0), arb(1)
        if readout:
            cov = inner - integrals.mean * ball(mean_h)
            gam = cov * ball(12 * cells**2) / (spread * ball(unit)) if spread else arb(0)
            gam = arb(gam.mid())
            alpha = integrals.mean - gam * ball(unit * mean_h)
            alpha = arb(alpha.mid())
        # |f - alpha - gam h|^2 for exactly these numbers
        own = ball(unit**2 * Fraction(square, 3 * cells))
        error = integrals.square - 2 * (alpha * integrals.mean + gam * inner * ball(unit))
        error = error + alpha * alpha + 2 * alpha * gam * ball(unit * mean_h) + gam * gam * own
        upper = float_up(arb(error.abs_upper()).sqrt())
        return upper, float(alpha.mid()), float(gam.mid())
