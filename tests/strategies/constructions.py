"""Constructions with a known verdict: right ones, and plausible mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from numerics.bias.draw import BiasDraw
from numerics.bias.network import BiasNetwork, off_biases
from numerics.networks import PermutationNetwork
from numerics.permutation.construction import Construction
from numerics.permutation.kinks import build_kinks_lipschitz
from numerics.ridgelet.network import RidgeNetwork
from theory.errors import AssumptionViolated
from theory.targets.box_target import BoxTarget
from theory.targets.enclosures import Profile
from theory.targets.target import Target
from verify.sandwiches.constructions import sampler


def interpolant(target: Target, width: int, *, points: int | None = None) -> Mapping[str, Any]:
    """The relu network through f at ``points`` equidistant points, width + 1 by default."""
    low, high, cells = float(target.low), float(target.high), (points or width + 1) - 1
    x = np.array([low + (high - low) * k / cells for k in range(width + 1)])
    f = np.array([float(target.value(Fraction(point)).mid()) for point in x.tolist()])
    slopes = np.diff(f) / np.diff(x)
    kinks = np.concatenate([slopes[:1], np.diff(slopes)])
    return {"W": np.ones(width), "b": -x[:-1], "C": kinks, "offset": f[0]}


def one_point_too_many(target: Target, width: int) -> Mapping[str, Any]:
    """linspace counts points, not cells: with n + 2 of them the last cell is not reached."""
    return interpolant(target, width, points=width + 2)


def chord_bound(profile: Profile, width: int, *, denominator: int = 8) -> float:
    """M2/(8 n^2); a larger denominator makes it false."""
    return profile.curvature.upper / (denominator * width * width)


def lipschitz(target: Target, width: int) -> Construction:
    """P3'."""
    profile = Profile(target)
    ends = (target.low, target.high)
    return build_kinks_lipschitz(sampler(profile), width, ends, lipschitz=profile.slope.upper)


def lipschitz_bound(profile: Profile, width: int) -> float:
    if width < 17:
        raise AssumptionViolated("P3'", "n >= 17", width, "a width of at least 17")
    return 1.5 * profile.slope.upper / (width - 1) * (1 + 1e-12)


def reused(target: Target, width: int) -> PermutationNetwork:
    """P3' with one value used twice."""
    network = lipschitz(target, width).network
    q = network.q.copy()
    q[1] = q[0]
    return replace(network, q=q)


def shifted_locations(target: Target, width: int) -> PermutationNetwork:
    """Locations i/n instead of i/(n - 1)."""
    network = lipschitz(target, width).network
    low, length = float(target.low), float(target.length)
    return replace(network, locations=low + length * np.arange(width) / width)


def own_values(target: Target, width: int) -> PermutationNetwork:
    """A permutation, but of values other than the frozen ones."""
    network = lipschitz(target, width).network
    half = {name: getattr(network, name) / 2 for name in ("p", "q", "initial")}
    return replace(network, gamma=2 * network.gamma, **half)


def switched_off(target: Target, width: int, draw: BiasDraw) -> BiasNetwork:
    """Frozen weights, all units off: within sup|f|."""
    W, C = (array.reshape(-1) for array in draw.weights(width))
    reach = max(abs(float(target.low)), abs(float(target.high)))
    return BiasNetwork(W, C, off_biases(W, reach), draw)


def drawn(target: Target, width: int, draw: BiasDraw) -> dict[str, np.ndarray]:
    return dict(zip("WC", draw.weights(width), strict=True))


def constant_ridge(target: BoxTarget, width: int, *, weight: float = 0.0) -> RidgeNetwork:
    """One tanh unit that is constant: within sup|f| + |c| in L2."""
    d = target.dimension
    return RidgeNetwork("tanh", np.zeros((1, d)), np.zeros(1), np.array([weight]))
