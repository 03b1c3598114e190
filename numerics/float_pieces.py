"""A network in floating point: knots, slopes and values with a proved bound of their rounding.

g(x) = height + slope (x - first) + sum_i kink_i relu(x - t_i) on the domain.  All sums are taken in
numpy's long double where that has a 64-bit mantissa, else in float64; u is its unit roundoff.

The bound.  A cumulative sum s_k = fl(s_{k-1} + x_k) is off by at most u sum |s_j| (each addition
errs by at most u times its computed result); a sum along a binary tree of depth d by at most
d u (1 + d u) sum |x|.  With kinks off by 3u |kink_i|, slopes S_j are off by eS = (tree) + 3u sum
|kink| + u sum |S|; with increments S_j (t_{j+1} - t_j) off by 3u of themselves, the values G_j are
off by eG = (tree) + (b - a) eS + 3u sum |increment| + u sum |G|.  Rounding a knot -b/w to float64
moves g by at most |kink| |t| 2^-53 = 2^-53 |c b|, summed over the units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.networks import Array, Network, PermutationNetwork, ReluNetwork
from theory.targets.cells import SLACK, TINY, UNIT

Extended = NDArray[Any]

# x86 long doubles carry 64 bits; elsewhere long double may be emulated, or no better than double.
_EXTENDED = np.finfo(np.longdouble).nmant == 63
WORK: type[np.floating[Any]] = np.longdouble if _EXTENDED else np.float64
WORK_UNIT = 2.0**-64 if _EXTENDED else 2.0**-53


@dataclass(frozen=True)
class Kinks:
    """The units of a network on [first, last], in long double.

    ``knots``: (k,) float64 inside, ascending; ``kinks``: (k,); ``slope``, ``height``: g' to the
    right of ``first`` and g(first); the errors bound |computed - exact|, ``moved`` what rounding
    the knots does to g, ``total`` = sum |kink| over all units, ``inside`` over those here;
    ``shifts``: (k,) what g falls by at each knot for its rounding, if that is not in ``moved``.
    """

    knots: Array
    kinks: Extended
    slope: Any
    height: Any
    slope_error: float
    height_error: float
    moved: float
    total: float
    inside: float
    shifts: Extended | None = None


@dataclass(frozen=True)
class FloatPieces:
    """Piece j starts at nodes[j] with value starts[j] and slope slopes[j]; g is within ``error``.

    ``nodes``: (k+2,) the knots and the two ends; ``lipschitz`` bounds |g'| just outside them too.
    """

    nodes: Array
    slopes: Extended
    starts: Extended
    error: float
    lipschitz: float

    def values(self, piece: NDArray[np.int64], x: Array) -> Extended:
        """g at floats ``x`` of the given pieces."""
        step = x.astype(WORK) - self.nodes[piece]
        return np.asarray(self.starts[piece] + self.slopes[piece] * step)

    def cut(self, places: Array) -> tuple[Array, NDArray[np.int64], Extended]:
        """With ascending ``places`` as nodes too: nodes, the piece each part lies in, values."""
        at = np.searchsorted(self.nodes, places, side="right")
        owner = np.insert(np.arange(self.nodes.size - 1), at, at - 1)
        starts = np.insert(self.starts, at, self.values(at - 1, places))
        return np.insert(self.nodes, at, places), owner, starts


def float_pieces(
    network: Network, first: float, last: float, *, careful: bool = False
) -> FloatPieces:
    """Slopes and values of all affine pieces of g on [first, last], two floats.

    ``careful``: follow what rounding the knots -b/w does to g, instead of bounding it by the sum of
    2^-53 |c b|; it takes a little longer and matters for very many units.
    """
    with np.errstate(all="ignore"):
        if isinstance(network, PermutationNetwork):
            units = _permutation(network, first, last)
        else:
            units = _relu(network, first, last, careful and WORK_UNIT < UNIT)
        nodes = np.concatenate([[first], units.knots, [last]])
        slopes = np.cumsum(np.concatenate([[units.slope], units.kinks]))
        steepness, steepest = _sizes(slopes)
        slope_error = units.slope_error + WORK_UNIT * (3 * units.inside + steepness)
        increments = np.diff(nodes.astype(WORK))
        increments *= slopes
        starts = np.cumsum(np.concatenate([[units.height], increments]))
        if units.shifts is not None:
            starts[1:-1] -= np.cumsum(units.shifts)
            starts[-1] = starts[-2] + increments[-1]
        (heights, highest), (steps, _) = _sizes(starts), _sizes(increments)
        # the last term covers values between the knots
        error = (
            units.height_error
            + (last - first) * slope_error
            + WORK_UNIT * (3 * steps + heights)
            + WORK_UNIT * (4 * highest + 4 * steepest * (last - first))
        )
    if units.shifts is not None:
        # their cumulative sum, what ``heights`` lacks of the sums before it, and the subtraction
        fallen = _sizes(units.shifts)[0]
        error += WORK_UNIT * (2 * (2 + nodes.size) * fallen + 2 * (highest + fallen))
    error = error * SLACK + units.moved if math.isfinite(error) else math.inf
    return FloatPieces(nodes, slopes, starts, error, (steepest + units.total) * SLACK)


def _permutation(network: PermutationNetwork, first: float, last: float) -> Kinks:
    t, alpha, gamma = network.locations, WORK(network.alpha), WORK(network.gamma)
    kinks = network.p.astype(WORK)
    kinks += network.q
    kinks *= gamma
    slopes = np.where(t <= first, network.p, -network.q)
    terms = WORK(first) - t
    terms *= slopes
    slope, slope_error = _sum(slopes.astype(WORK), 0)
    height, height_error = _sum(terms, 2)
    size = abs(float(gamma))
    inside = slice(*np.searchsorted(t, [np.nextafter(first, np.inf), last]))
    return Kinks(
        knots=t[inside],
        kinks=kinks[inside],
        slope=gamma * slope,
        height=alpha + gamma * height,
        slope_error=size * (slope_error + WORK_UNIT * abs(float(slope))) * SLACK,
        height_error=(
            size * (height_error + 3 * WORK_UNIT * abs(float(height)))
            + 3 * WORK_UNIT * abs(float(alpha))
        )
        * SLACK,
        moved=0.0,
        total=_sizes(kinks)[0],
        inside=_sizes(kinks[inside])[0],
    )


def _relu(network: ReluNetwork, first: float, last: float, careful: bool) -> Kinks:
    W, b, C = network.W, network.b, network.C
    t = -b / W
    up, down = W > 0, W < 0
    t[~(up | down)] = math.inf
    # a unit without slope counts as active or not for good
    active = np.flatnonzero(np.where(up, t <= first, np.where(down, t > first, b > 0)))
    weights, outer = W[active].astype(WORK), C[active].astype(WORK)
    terms = weights * first
    terms += b[active]
    terms *= outer
    weights *= outer
    slope, slope_error = _sum(weights, 1)
    height, height_error = _sum(np.append(terms, WORK(network.offset)), 0)
    rough = _sizes(C[active] * (np.abs(W[active] * first) + np.abs(b[active])))[0]
    rough += TINY if outer.any() else 0.0
    between = (t > first) & (t < last)
    if between.all():
        order = np.argsort(t)
    else:
        some = np.flatnonzero(between)
        order = some[np.argsort(t[some])]
    kinks = C[order].astype(WORK)
    kinks *= np.abs(W[order])
    # products of float64 may underflow
    total = _sizes(C * W)[0] + (TINY if C.any() else 0.0)
    rounded = _sizes(C * b)[0]
    moved, shifts = rounded * UNIT * SLACK + TINY * (1 + total), None
    if careful:
        shifts, moved = _shifts(network, t, order)
        moved += _near_ends(network, t, ~between & np.isfinite(t), (first, last))
        moved = moved * SLACK + 8 * WORK_UNIT * rounded * SLACK + TINY * (1 + total)
    return Kinks(
        knots=t[order],
        kinks=kinks,
        slope=slope,
        height=height,
        slope_error=slope_error,
        height_error=height_error + 4 * WORK_UNIT * rough * SLACK,
        moved=moved if math.isfinite(moved) else math.inf,
        total=total,
        inside=_sizes(kinks)[0],
        shifts=shifts,
    )


def _shifts(network: ReluNetwork, t: Array, order: NDArray[np.int64]) -> tuple[Extended, float]:
    """By how much g falls at each knot because it was rounded; and a bound in between.

    With -b/w = t + delta a kink k contributes k relu(x - t) - k delta to the right of both, and in
    between lies within |k delta| of that.  k delta = -sign(w) c (b + w t), whose three roundings
    are 2^-64 |c b| each.  Two such intervals can only overlap where their knots are at most twice
    the largest |delta| apart, so the bound is the largest sum over runs of such neighbours.
    """
    W, C, b = network.W[order], network.C[order], network.b[order]
    knots = t[order]
    rest = W.astype(WORK)
    rest *= knots
    rest += b
    rest *= C
    shifts = np.where(W > 0, -rest, rest)
    reach = float(np.abs(knots).max(initial=0.0)) * 4 * UNIT
    run = np.cumsum(np.diff(knots, prepend=knots[:1]) > 2 * reach)
    return shifts, float(np.bincount(run, np.abs(shifts.astype(np.float64))).max(initial=0.0))


def _near_ends(
    network: ReluNetwork, t: Array, outside: NDArray[np.bool_], ends: tuple[float, float]
) -> float:
    """The same bound for units whose rounded knot is outside, if the exact one may be inside."""
    reach = max(abs(ends[0]), abs(ends[1])) * 4 * UNIT
    near = (np.abs(t - ends[0]) <= reach) | (np.abs(t - ends[1]) <= reach)
    some = np.flatnonzero(outside & near)
    rest = network.W[some].astype(WORK) * t[some] + network.b[some]
    return _sizes(rest * network.C[some])[0]


def _sizes(values: Extended) -> tuple[float, float]:
    """sum |x| and max |x|, to be used with SLACK (their own rounding is relative)."""
    sizes = np.abs(values.astype(np.float64, copy=False))
    return float(sizes.sum()), float(sizes.max(initial=0.0))


def _sum(values: Extended, roundings: int) -> tuple[Any, float]:
    """The sum along a binary tree, and a bound of its error; terms are off by ``roundings`` u."""
    if not values.size:
        return WORK(0), 0.0
    size, depth = _sizes(values)[0], 0
    while values.size > 1:
        half = (values.size + 1) // 2
        # the middle one of an odd number waits for the next level
        short = values.size - half
        pairs = values[:half].copy()
        pairs[:short] += values[half:]
        values = pairs
        depth += 1
    return values[0], (depth + roundings + 1) * WORK_UNIT * size * SLACK
