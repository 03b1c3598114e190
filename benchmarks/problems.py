"""The inputs that are timed: networks whose error is well above rounding, and a few targets."""

from __future__ import annotations

import numpy as np

from numerics.networks import Array, ReluNetwork
from theory.targets.target import Target

SINE = Target.parse("sin(2*pi*x)")
AMPLITUDE = 0.05


def near_sine(width: int) -> ReluNetwork:
    """An interpolant of sin(2 pi x) + 0.05 sin(40 x) at random knots, its units shuffled."""
    random = np.random.default_rng(0)
    knots = np.sort(random.random(width))
    values = np.sin(2 * np.pi * knots) + AMPLITUDE * np.sin(40 * knots)
    slopes = np.diff(values) / np.diff(knots)
    outputs = np.zeros(width)
    outputs[0] = slopes[0]
    outputs[1 : width - 1] = np.diff(slopes)
    order = random.permutation(width)
    return ReluNetwork(np.ones(width), -knots[order], outputs[order], offset=float(values[0]))


def uncertified(network: ReluNetwork) -> float:
    """The largest |sin(2 pi x) - g| at the knots by sort and prefix sums, nothing proved."""
    knots = -network.b / network.W
    order = np.argsort(knots)
    x = knots[order]
    slopes = np.cumsum(network.C[order] * np.abs(network.W[order]))
    values = np.cumsum(slopes[:-1] * np.diff(x)) + network.offset
    return float(np.abs(np.sin(2 * np.pi * x[1:]) - values).max())


def shuffled(width: int) -> Array:
    """Numbers to sort: what a construction is compared with."""
    return np.random.default_rng(0).random(width)
