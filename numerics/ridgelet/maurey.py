"""Width-n networks from the measure of a fitted one: sampled (Maurey) or apportioned (note R6).

g* = sum_j c_j sigma_j with mass S = |c|_1.  ``sampled``: n units j_1, ..., j_n drawn with
probability |c_j|/S, each with weight +-S/n: the mean is g*, and with probability >= 1 - delta

    |g_n - g*| <= S R (1 + sqrt(2 ln(1/delta)))/sqrt(n),  R = max_j |sigma_j|.

``apportioned``: n |c_j|/S rounded to integers n_j that sum to n, deterministic, so that

    |g_n - g*| <= sum_j |n_j S/n - |c_j|| |sigma_j|.

Both keep sum |c_j| <= S exactly, as a sum of the stored float64 numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from numerics.draws import FrozenDraw
from numerics.ridgelet.network import RidgeNetwork
from theory.errors import InputError

Array = NDArray[np.float64]

FAMILY = "ridgelet-sample"


@dataclass(frozen=True)
class Sample:
    """A width-n network on the units of a fitted one; ``counts`` (k,) says how often each occurs.

    ``weight`` is the float64 |c| of every unit, at most S/n; ``mass`` the exact S of the fit.
    """

    network: RidgeNetwork
    counts: NDArray[np.int64]
    weight: float
    mass: Fraction


def sampled(fitted: RidgeNetwork, width: int, seed: int = 0) -> Sample:
    """n independent units with probability |c_j|/S from the stream (``ridgelet-sample``, seed).

    Raises InputError for a width below 1, a bad seed, or a network whose c vanish.
    """
    weights = _shares(fitted, width)
    edges = np.cumsum(weights)
    u = (FrozenDraw(FAMILY, seed).take(width) + 1.0) / 2.0 * edges[-1]
    last = int(np.flatnonzero(weights)[-1])
    index = np.minimum(np.searchsorted(edges, u, side="right"), last)
    return _network(fitted, np.bincount(index, minlength=len(weights)))


def apportioned(fitted: RidgeNetwork, width: int) -> Sample:
    """The n_j nearest to n |c_j|/S that sum to n (largest remainders, ties to the first)."""
    weights = _shares(fitted, width)
    exact = width * weights / weights.sum()
    counts = np.floor(exact).astype(np.int64)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: width - int(counts.sum())]] += 1
    return _network(fitted, counts)


def exact_mass(network: RidgeNetwork) -> Fraction:
    """sum |c_j| of the float64 numbers, exactly."""
    return sum((Fraction(value) for value in np.abs(network.c).tolist()), Fraction(0))


def sampling_bound(mass: float, largest: float, width: int, delta: float) -> float:
    """S R (1 + sqrt(2 ln(1/delta)))/sqrt(n) in float64, for plans and tests; measured."""
    return mass * largest * (1.0 + math.sqrt(2.0 * math.log(1.0 / delta))) / math.sqrt(width)


def _shares(fitted: RidgeNetwork, width: int) -> Array:
    if isinstance(width, bool) or not isinstance(width, int | np.integer) or width < 1:
        raise InputError("width", width, "is", "an integer >= 1 is accepted")
    weights = np.abs(fitted.c)
    if not weights.any():
        raise InputError(
            "network", "c = 0", "has nothing to sample:", "coefficients that are not 0"
        )
    return weights


def _network(fitted: RidgeNetwork, counts: NDArray[np.int64]) -> Sample:
    width, mass = int(counts.sum()), exact_mass(fitted)
    weight = float(mass / width)
    if Fraction(weight) * width > mass:
        weight = math.nextafter(weight, 0.0)
    index = np.repeat(np.arange(len(counts)), counts)
    c = np.sign(fitted.c[index]) * weight
    network = RidgeNetwork(
        fitted.activation, fitted.a[index], fitted.b[index], c, fitted.offset, fitted.slope
    )
    return Sample(network, counts, weight, mass)
