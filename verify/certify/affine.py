"""The affine pieces of a one-hidden-layer relu network, exactly, in integers of one scale.

Sorting the knots once and accumulating the kinks gives every slope and every intercept; Python's
integers do not round, so no cancellation between large weights can cost a digit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from operator import mul

import numpy as np
from flint import arb

from numerics.networks import Array, Network, PermutationNetwork, ReluNetwork
from theory.rigor.balls import float_up


@dataclass(frozen=True)
class AffinePieces:
    """g(x) = (slopes[j] X + heights[j]) / 2^scale for X = 2^bits x between knots[j-1] and knots[j].

    ``knots``: those strictly inside the domain, ascending, times 2^bits.  Knots -b/w that are not
    multiples of 2^-bits are rounded, which changes g by at most ``perturbation`` anywhere.
    """

    knots: list[int]
    slopes: list[int]
    heights: list[int]
    bits: int
    scale: int
    perturbation: float

    def values(self, piece: int, x: Fraction) -> Fraction:
        """g at ``x``, by the formula of the given piece."""
        scaled = self.slopes[piece] * x * (1 << self.bits) + self.heights[piece]
        return scaled / (1 << self.scale)


def integers(values: Iterable[float]) -> tuple[list[int], int]:
    """Exact integers and s >= 0 with values_i = integers_i / 2^s; ``values`` are finite floats."""
    mantissas, exponents = np.frexp(np.asarray(values, dtype=np.float64))
    whole = np.ldexp(mantissas, 53).astype(np.int64)
    shift = exponents.astype(np.int64) - 53
    lowest = min(0, int(shift[whole != 0].min(initial=0)))
    shift = np.where(whole == 0, 0, shift - lowest)
    return [m << s for m, s in zip(whole.tolist(), shift.tolist(), strict=True)], -lowest


@dataclass(frozen=True)
class _Units:
    """Units left_i (x - t_i) before the knot t_i, (left_i + kink_i)(x - t_i) after it; constant.

    ``rounded``: sum of the |kink_i| whose knots are not multiples of 2^-bits.
    """

    knots: list[int]
    left: list[int]
    kinks: list[int]
    bits: int
    slope_scale: int
    constant: Fraction
    rounded: int


def affine_pieces(network: Network, low: Fraction, high: Fraction, bits: int) -> AffinePieces:
    """All affine pieces of ``network`` on [low, high]; ``bits`` is raised where floats need it."""
    if isinstance(network, PermutationNetwork):
        units = _permutation_units(network, bits)
    else:
        units = _relu_units(network, bits)
    bits, knots, kinks = units.bits, units.knots, units.kinks
    shift = units.constant.denominator.bit_length() - 1 - bits - units.slope_scale
    extra = max(0, shift)
    scale = units.slope_scale + extra + bits
    floor, ceiling = math.floor(low * (1 << bits)), math.ceil(high * (1 << bits))
    starts = [
        left + kink if knot <= floor else left
        for knot, left, kink in zip(knots, units.left, kinks, strict=True)
    ]
    slope = sum(starts) << extra
    height = int(units.constant * (1 << scale)) - (sum(map(mul, starts, knots)) << extra)
    inside = [i for i, knot in enumerate(knots) if floor < knot < ceiling and kinks[i]]
    inside.sort(key=knots.__getitem__)
    ordered = [knots[i] for i in inside]
    rises = [kinks[i] << extra for i in inside]
    falls = (-rise * knot for rise, knot in zip(rises, ordered, strict=True))
    return AffinePieces(
        knots=ordered,
        slopes=list(accumulate(rises, initial=slope)),
        heights=list(accumulate(falls, initial=height)),
        bits=bits,
        scale=scale,
        perturbation=float_up(arb((units.rounded, -units.slope_scale - bits))),
    )


def _permutation_units(network: PermutationNetwork, bits: int) -> _Units:
    knots, knot_bits = integers(network.locations)
    bits, shift = max(bits, knot_bits), max(0, bits - knot_bits)
    values, scale = integers(np.concatenate([network.p, network.q]))
    p, q = values[: network.width], values[network.width :]
    (gamma,), gamma_scale = integers([network.gamma])
    return _Units(
        knots=[knot << shift for knot in knots],
        left=[-gamma * b for b in q],
        kinks=[gamma * (a + b) for a, b in zip(p, q, strict=True)],
        bits=bits,
        slope_scale=scale + gamma_scale,
        constant=Fraction(network.alpha),
        rounded=0,
    )


def _relu_units(network: ReluNetwork, bits: int) -> _Units:
    turning = network.W != 0
    W, w_scale = integers(network.W[turning])
    C, c_scale = integers(network.C[turning])
    b, b_scale = integers(network.b[turning])
    up, down = max(0, bits + w_scale - b_scale), max(0, b_scale - w_scale - bits)
    products = [c * w for c, w in zip(C, W, strict=True)]
    knots, rests = [], []
    for beta, w in zip(b, W, strict=True):
        knot, rest = divmod(-(beta << up), w << down)
        knots.append(knot)
        rests.append(rest)
    return _Units(
        knots=knots,
        left=[0 if w > 0 else s for w, s in zip(W, products, strict=True)],
        kinks=[s if w > 0 else -s for w, s in zip(W, products, strict=True)],
        bits=bits,
        slope_scale=w_scale + c_scale,
        constant=Fraction(network.offset) + _constants(network.C[~turning], network.b[~turning]),
        rounded=sum(abs(s) for s, rest in zip(products, rests, strict=True) if rest),
    )


def _constants(C: Array, b: Array) -> Fraction:
    """sum C_k relu(b_k) over the units that do not depend on x."""
    pairs = zip(C.tolist(), b.tolist(), strict=True)
    return sum((Fraction(c) * Fraction(beta) for c, beta in pairs if beta > 0), Fraction(0))
