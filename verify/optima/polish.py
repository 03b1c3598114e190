"""One network: its best read-out by exchange, and what three points prove from below (note P7)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from numerics.networks import Array
from numerics.permutation.feedback import Integers
from numerics.permutation.readout import minimax
from theory.rigor.balls import ball, float_down, working_precision
from theory.targets.target import Target

PARTS = 48
ROUNDS = 9
# Peaks that are looked at more closely in a round, and points between neighbours there.
ACTIVE, MESH = 10, 3
PRECISION = 128


@dataclass(frozen=True)
class Polished:
    """``lower``: proved for every read-out (or for alpha = 0, gam = 1); alpha, gam: the best found.

    ``error``: the error of the latter on a fine grid, measured.  ``points``: where it is large.
    """

    lower: float
    error: float
    alpha: float
    gam: float
    points: tuple[float, ...] = ()


def polish(target: Target, knots: Integers, *, readout: bool) -> Polished:
    """The network with values ``knots`` d^2 at the knots, (n,); O(1) rounds of exchange."""
    cells = knots.size - 1
    x = np.linspace(0.0, 1.0, PARTS * cells + 1)
    unit, apart = 1.0 / cells**2, 0.9 / (PARTS * cells)

    def network(points: Array) -> Array:
        return np.asarray(np.interp(points, np.arange(cells + 1) / cells, knots * unit))

    f, h = unit_values(target, x), network(x)
    alpha, gam = minimax(h, f) if readout else (0.0, 1.0)
    for _ in range(ROUNDS):
        off = f - alpha - gam * h
        extra = np.setdiff1d(_closer(x, off, _peaks(x, off, apart)), x)
        if not extra.size:
            break
        order = np.argsort(np.concatenate([x, extra]), kind="stable")
        x = np.concatenate([x, extra])[order]
        f = np.concatenate([f, unit_values(target, extra)])[order]
        h = network(x)
        if readout:
            alpha, gam = minimax(h, f)
    off = f - alpha - gam * h
    active = np.concatenate([_peaks(x, off, apart), _ends(f, h, alpha, gam)])
    lower = _proved(target, knots, x[active], f[active], h[active], readout=readout)
    points = tuple(sorted(set(x[active].tolist())))
    return Polished(lower, float(np.abs(off).max()), alpha, gam, points)


def _peaks(x: Array, off: Array, apart: float) -> NDArray[np.intp]:
    """Local maxima of |off| at least ``apart`` from each other, the largest first."""
    size = np.concatenate([[-1.0], np.abs(off), [-1.0]])
    maxima = np.flatnonzero((size[1:-1] >= size[:-2]) & (size[1:-1] >= size[2:]))
    chosen: list[int] = []
    for place in maxima[np.argsort(-size[1:-1][maxima], kind="stable")].tolist():
        if all(abs(x[place] - x[other]) >= apart for other in chosen):
            chosen.append(place)
            if len(chosen) == ACTIVE:
                break
    return np.array(chosen, dtype=np.intp)


def _ends(f: Array, h: Array, alpha: float, gam: float) -> NDArray[np.intp]:
    """Where the error is largest and smallest for gam a little lower and a little higher.

    At the best gam these are the points of an optimal measure, even where |f - g| is flat.
    """
    spread, size = float(np.ptp(h)), float(np.abs(f - alpha - gam * h).max())
    step = 1e-9 * size / spread if spread > 0 else 0.0
    tilted = [f - alpha - (gam + side * step) * h for side in (-1, 1)]
    return np.array([end for off in tilted for end in (off.argmax(), off.argmin())], dtype=np.intp)


def _closer(x: Array, off: Array, peaks: NDArray[np.intp]) -> Array:
    """Points around the peaks: a finer mesh (f may have a kink), and vertices of parabolas."""
    inner = peaks[(peaks > 0) & (peaks < x.size - 1)]
    left, mid, right = x[inner - 1], x[inner], x[inner + 1]
    d1 = (off[inner] - off[inner - 1]) / (mid - left)
    d2 = (off[inner + 1] - off[inner]) / (right - mid)
    bend = (d2 - d1) / (right - left)
    with np.errstate(divide="ignore", invalid="ignore"):
        vertex = np.where(bend != 0.0, (left + mid) / 2 - d1 / (2 * bend), mid)
    parts = np.arange(1, MESH + 1) / (MESH + 1)
    below = left[:, None] + (mid - left)[:, None] * parts
    above = mid[:, None] + (right - mid)[:, None] * parts
    found = [np.clip(np.nan_to_num(vertex), left, right), below.ravel(), above.ravel()]
    return np.unique(np.concatenate(found))


def unit_values(target: Target, x: Array) -> Array:
    """F at points of the unit interval, to about the last bit; a search may use them, no proof."""
    with working_precision(64):
        return np.array([float(target.unit_value(t).mid()) for t in x.tolist()])


def _proved(
    target: Target, knots: Integers, x: Array, f: Array, h: Array, *, readout: bool
) -> float:
    """The best bound from one point (without read-out) or three, in balls; rounded down."""
    places = [Fraction(t) for t in x.tolist()]
    exact = [_height(knots, t) for t in places]
    with working_precision(PRECISION):
        if not readout:
            sizes = [
                abs(target.unit_value(t) - ball(v)) for t, v in zip(places, exact, strict=True)
            ]
            return max(0.0, *(float_down(size) for size in sizes))
        best, triple = -1.0, (0, 0, 0)
        for a, b, c in combinations(range(len(places)), 3):
            mass = abs(h[b] - h[c]) + abs(h[c] - h[a]) + abs(h[a] - h[b])
            if mass > 0:
                total = (h[b] - h[c]) * f[a] + (h[c] - h[a]) * f[b] + (h[a] - h[b]) * f[c]
                if abs(total) / mass > best:
                    best, triple = abs(total) / mass, (a, b, c)
        if best < 0:  # a constant network: the best constant
            top, bottom = places[int(f.argmax())], places[int(f.argmin())]
            return max(0.0, float_down((target.unit_value(top) - target.unit_value(bottom)) / 2))
        a, b, c = triple
        mu = (exact[b] - exact[c], exact[c] - exact[a], exact[a] - exact[b])
        total = sum(ball(m) * target.unit_value(places[k]) for m, k in zip(mu, triple, strict=True))
        size = sum(abs(m) for m in mu)
        return max(0.0, float_down(abs(total) / ball(size))) if size else 0.0


def _height(knots: Integers, t: Fraction) -> Fraction:
    """h(t) exactly."""
    cells = knots.size - 1
    k = min(int(t * cells), cells - 1)
    part = t * cells - k
    left, right = int(knots[k]), int(knots[k + 1])
    return (left + (right - left) * part) / cells**2
