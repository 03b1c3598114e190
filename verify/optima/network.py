"""Integers (P, Q) and a read-out as a stored network, with its certified error (note P7)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numerics.networks import PermutationNetwork
from numerics.permutation.construction import Assembly, file_gamma, moment, to_float
from numerics.permutation.feedback import Integers
from theory.rigor.balls import ball, float_up
from theory.targets.target import Target
from verify.certify.sup import SupError, certify_sup


@dataclass(frozen=True)
class Stored:
    """A network of float64 numbers, its certified error, and ``off``: sup of stored minus exact."""

    network: PermutationNetwork
    error: SupError
    off: float

    @property
    def exact_upper(self) -> float:
        """A bound of the error of the network with the exact values i/(n-1); rounded up."""
        return float_up(ball(self.error.upper) + ball(self.off))


def store(
    target: Target, p: Integers, q: Integers, alpha: float, gam: float, *, readout: bool
) -> Stored:
    """The network alpha + gam h in the unit coordinate, in the user's coordinates and certified.

    Without ``readout`` alpha = 0 and gam = 1.
    """
    domain = (target.low, target.high)
    assembly = Assembly.of(p, q, domain)
    square = (p.size - 1) ** 2
    if readout:
        gamma, scale = file_gamma(Fraction(gam), domain)
        units = moment(q)
        start = Fraction(alpha) + scale * Fraction(units, square)
        network, off = assembly.with_readout(gamma, scale, start, units)
    else:
        gamma = to_float("gamma", 1 / target.length)
        scale = Fraction(gamma) * target.length
        network = assembly.network(0.0, gamma, readout=False)
        largest = Fraction(int(np.abs(heights(p, q)).max()), square)
        off = assembly.drift.sup(scale) + abs(scale - 1) * largest
    return Stored(network, certify_sup(network, target, gap=1e-9), float_up(ball(off)))


def heights(p: Integers, q: Integers) -> Integers:
    """H_j = sum_{i<j} P_i (j-i) + sum_{i>j} Q_i (i-j), shape (n,)."""
    apart = np.arange(p.size)[None, :] - np.arange(p.size)[:, None]
    return np.asarray(p @ np.maximum(apart, 0) + q @ np.maximum(-apart, 0))
