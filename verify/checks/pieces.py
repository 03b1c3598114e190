"""A relu network on the line as exact linear pieces.

Both forms of network are sums of units that change their line at one point.  Slopes and intercepts
of the pieces are prefix sums of integers over a common power of two, so nothing is rounded before
a piece is evaluated in balls.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate

from flint import arb

from verify.checks.verdicts import ball, undecided

# Of all integers made from one array; a few times as many are held in memory.
MAX_BITS = 2**31
Arrays = tuple[Sequence[float], Sequence[float], Sequence[float]]


@dataclass(frozen=True)
class Pieces:
    """g(x) = offset + gain 2^-scale (slopes[k] x + intercepts[k]) on the k-th piece of [low, high].

    The pieces lie between low, the breakpoints tops[k]/bottoms[k] (ascending), and high; without
    ``bottoms`` every denominator is 1.
    """

    low: Fraction
    high: Fraction
    tops: Sequence[float]
    bottoms: Sequence[float] | None
    slopes: Sequence[int]
    intercepts: Sequence[int]
    scale: int
    gain: float
    offset: float

    @property
    def count(self) -> int:
        """The number of pieces; their ends are numbered 0 (low) to count (high)."""
        return len(self.slopes)

    def ends(self, indices: Iterable[int]) -> list[arb]:
        """Enclosures of the ends with the given numbers, at the working precision."""
        return [self._end(index) for index in indices]

    def lines(self, points: Iterable[arb], indices: Iterable[int]) -> list[arb]:
        """The lines of the given pieces at the given points."""
        unit, offset = self.unit(), arb(self.offset)
        slopes, intercepts = self.slopes, self.intercepts
        return [
            offset + (x * slopes[k] + intercepts[k]) * unit
            for x, k in zip(points, indices, strict=True)
        ]

    def unit(self) -> arb:
        """gain 2^-scale."""
        return arb(self.gain) * arb((1, -self.scale))

    def _end(self, index: int) -> arb:
        if index == 0:
            return ball(self.low)
        if index == self.count:
            return ball(self.high)
        top = arb(self.tops[index - 1])
        return top if self.bottoms is None else top / arb(self.bottoms[index - 1])


def permutation_pieces(
    low: Fraction, high: Fraction, arrays: Arrays, alpha: float, gamma: float
) -> Pieces:
    """alpha + gamma sum_i p_i relu(x - t_i) + q_i relu(t_i - x), from (t, p, q), t ascending."""
    t, p, q = arrays
    places, place_scale = _integers(t)
    values, value_scale = _integers([*p, *q])
    left, right = values[: len(t)], values[len(t) :]
    # Left of t_i the unit is q_i (t_i - x), right of it p_i (x - t_i): the line turns by p_i + q_i.
    turns = list(map(int.__add__, left, right))
    lines = accumulate(turns, initial=-sum(right))
    drops = (-turn * place for turn, place in zip(turns, places, strict=True))
    intercepts = list(accumulate(drops, initial=sum(map(int.__mul__, right, places))))
    slopes = [line << place_scale for line in lines]
    scale = value_scale + place_scale
    return _clipped(Pieces(low, high, t, None, slopes, intercepts, scale, gamma, alpha))


def relu_pieces(low: Fraction, high: Fraction, arrays: Arrays, offset: float) -> Pieces:
    """offset + sum_k C_k relu(W_k x + b_k), from (W, C, b)."""
    W, C, b = arrays
    weights, weight_scale = _integers(W)
    outputs, output_scale = _integers(C)
    biases, bias_scale = _integers(b)
    # A constant unit (W = 0) is its value; a falling one (W < 0) is on from the left.
    falling = [k for k, w in enumerate(weights) if w < 0]
    constant = [k for k, w in enumerate(weights) if w == 0 and biases[k] > 0]
    slope = sum(outputs[k] * weights[k] for k in falling)
    intercept = sum(outputs[k] * biases[k] for k in falling + constant)
    # Distinct -b/w, as integers b and w, differ by at least 1/(w w'): times 2^shift they differ by
    # at least 1, so that their integer parts sort them exactly.
    shift = 2 * max(map(int.bit_length, weights))
    keys = [(-bias << shift) // w if w else 0 for w, bias in zip(weights, biases, strict=True)]
    order = sorted((k for k, w in enumerate(weights) if w), key=keys.__getitem__)
    del keys
    # Passing -b/w, a rising unit goes on and a falling one off.
    signed = [outputs[k] if weights[k] > 0 else -outputs[k] for k in order]
    turns = (c * weights[k] for c, k in zip(signed, order, strict=True))
    rises = (c * biases[k] for c, k in zip(signed, order, strict=True))
    slopes = [s << bias_scale for s in accumulate(turns, initial=slope)]
    intercepts = [s << weight_scale for s in accumulate(rises, initial=intercept)]
    scale = output_scale + weight_scale + bias_scale
    tops, bottoms = [-b[k] for k in order], [W[k] for k in order]
    return _clipped(Pieces(low, high, tops, bottoms, slopes, intercepts, scale, 1.0, offset))


def _clipped(whole: Pieces) -> Pieces:
    """The pieces that meet the interior of the domain."""

    def place(index: int) -> Fraction:
        top = Fraction(whole.tops[index])
        return top if whole.bottoms is None else top / Fraction(whole.bottoms[index])

    first = bisect_right(range(len(whole.tops)), whole.low, key=place)
    last = bisect_left(range(len(whole.tops)), whole.high, key=place)
    return replace(
        whole,
        tops=whole.tops[first:last],
        bottoms=None if whole.bottoms is None else whole.bottoms[first:last],
        slopes=whole.slopes[first : last + 1],
        intercepts=whole.intercepts[first : last + 1],
    )


def _integers(values: Sequence[float]) -> tuple[list[int], int]:
    """Integers m and a scale s >= 0 with values = m 2^-s exactly."""
    ratios = [value.as_integer_ratio() for value in values]
    # Denominators are powers of two, so the largest is a multiple of each.
    denominator = max(d for _, d in ratios)
    bits = denominator.bit_length() + max(m.bit_length() - d.bit_length() for m, d in ratios)
    if len(ratios) * bits > MAX_BITS:
        raise undecided(f"{len(ratios)} numbers of {bits} bits are too much for exact arithmetic")
    return [m * (denominator // d) for m, d in ratios], denominator.bit_length() - 1
