"""Slow truths: networks as fractions, and sup|f - g| by a first-order branch and bound in balls.

Nothing here shares a line with the certifier: values of g are direct sums, errors are enclosed by
the mean-value form on every affine piece.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import numpy as np
from flint import arb

from numerics.networks import Array, Network, PermutationNetwork, ReluNetwork
from theory.rigor.balls import ball, interval, working_precision
from theory.targets.target import Target

Exact = Callable[[Fraction], Fraction]


def relu(x: Fraction) -> Fraction:
    return max(x, Fraction(0))


def exact_values(network: Network) -> Exact:
    """g at fractions, by direct summation."""
    if isinstance(network, PermutationNetwork):
        t, p, q = ([Fraction(v) for v in a] for a in (network.locations, network.p, network.q))
        alpha, gamma = Fraction(network.alpha), Fraction(network.gamma)
        return lambda x: (
            alpha
            + gamma * sum(p[i] * relu(x - t[i]) + q[i] * relu(t[i] - x) for i in range(len(t)))
        )
    W, b, C = ([Fraction(v) for v in a] for a in (network.W, network.b, network.C))
    offset = Fraction(network.offset)
    return lambda x: offset + sum(C[k] * relu(W[k] * x + b[k]) for k in range(len(W)))


def exact_knots(network: Network, low: Fraction, high: Fraction) -> list[Fraction]:
    """The ends and the knots between them, ascending, without repetition."""
    if isinstance(network, PermutationNetwork):
        knots = [Fraction(t) for t in network.locations]
    else:
        pairs = zip(network.W, network.b, strict=True)
        knots = [-Fraction(b) / Fraction(w) for w, b in pairs if w]
    return sorted({low, high, *(t for t in knots if low < t < high)})


def sup_error(
    network: Network, target: Target, relative: float = 1e-3, limit: int = 40_000
) -> tuple[float, float]:
    """(lower, upper) of sup|f - g|; raises AssertionError if it takes too long."""
    g = exact_values(network)
    heap: list[tuple[float, int, Fraction, Fraction, Fraction]] = []
    lower, pushed = 0.0, 0
    with working_precision(128):

        def push(left: Fraction, right: Fraction, slope: Fraction) -> None:
            nonlocal lower, pushed
            middle = (left + right) / 2
            height = ball(g(middle))
            at = target.value(ball(middle)) - height
            cell = interval(left, right)
            jet = target.jet(cell, 1)
            spread = arb(0, 1) * ball((right - left) / 2)
            if len(jet) > 1 and jet[1].is_finite():
                over = at + (jet[1] - ball(slope)) * spread
            else:
                over = jet[0] - height - ball(slope) * spread
            bound = float(abs(over).upper()) if over.is_finite() else math.inf
            lower = max(lower, float(at.abs_lower()) * (1 - 1e-15))
            pushed += 1
            heapq.heappush(heap, (-bound * (1 + 1e-15), pushed, left, right, slope))

        for left, right in pairwise(exact_knots(network, target.low, target.high)):
            push(left, right, (g(right) - g(left)) / (right - left))
        while True:
            upper = -heap[0][0]
            if upper - lower <= relative * upper or upper < 1e-25:
                return lower, upper
            assert pushed < limit, f"oracle: [{lower}, {upper}] after {pushed} cells"
            _, _, left, right, slope = heapq.heappop(heap)
            push(left, (left + right) / 2, slope)
            push((left + right) / 2, right, slope)


def error_at(network: Network, target: Target, x: float) -> arb:
    """|f - g| at a float, in balls of 200 bits."""
    with working_precision(200):
        return abs(target.value(x) - ball(exact_values(network)(Fraction(x))))


def given_network(locations: Array, p: Array, q: Array, alpha: float = 0.0) -> PermutationNetwork:
    """A network of the permutation family with these very coefficients."""
    return PermutationNetwork(locations, p, q, alpha, 1.0, np.concatenate([p, q]))


def interpolant(target: Target, knots: Array, noise: Array | float = 0.0) -> ReluNetwork:
    """The relu network that interpolates f (plus noise) at ascending floats, the first an end."""
    with working_precision(64):
        y = np.array([float(target.value(float(x))) for x in knots]) + noise
    slopes = np.diff(y) / np.diff(knots)
    kinks = np.concatenate([slopes[:1], np.diff(slopes)])
    return ReluNetwork(np.ones(kinks.size), -knots[:-1], kinks, float(y[0]))
