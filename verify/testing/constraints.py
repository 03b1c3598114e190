"""What a construction must not touch: constraints that hold bit by bit, or exactly.

A constraint is a call ``(network, target, width, **inputs) -> str | None``: None where it holds,
else one line that says what is broken.  Write your own as a plain function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from numerics.networks import Array, PermutationNetwork
from numerics.permutation.initial import equidistant_locations, location_initial
from numerics.ridgelet.network import RidgeNetwork
from theory.errors import InputError
from theory.targets.target import Target
from verify.testing.networks import Aim, Made

__all__ = ["Constraint", "all_of", "budget", "frozen", "permutation"]


class Constraint(Protocol):
    """None where the network respects what is frozen, else one line."""

    def __call__(self, network: Made, target: Aim, width: int, **inputs: Any) -> str | None: ...


@dataclass(frozen=True)
class _Permutation:
    locations: Callable[[Target, int], object] | None
    initial: Callable[[Target, int], object] | None
    readout: bool

    def __call__(self, network: Made, target: Aim, width: int, **inputs: Any) -> str | None:
        if not isinstance(network, PermutationNetwork) or not isinstance(target, Target):
            return f"a {type(network).__name__} is no permutation network on the line"
        if network.width != width:
            return f"{network.width} locations instead of {width}"
        ends = (target.low, target.high)
        places = equidistant_locations(ends, width)
        if self.locations is not None:
            places = np.asarray(self.locations(target, width), dtype=np.float64)
        values = location_initial(width)
        if self.initial is not None:
            values = np.asarray(self.initial(target, width), dtype=np.float64)
        return (
            _differs("locations", network.locations, places)
            or _differs("sorted initial values", _by_bits(network.initial), _by_bits(values))
            or _reused(np.concatenate([network.p, network.q]), values)
            or (None if self.readout else _alone(network))
        )


def permutation(
    *,
    locations: Callable[[Target, int], object] | None = None,
    initial: Callable[[Target, int], object] | None = None,
    readout: bool = True,
) -> Constraint:
    """(p, q) is bit by bit a permutation of the initial vector, on the frozen locations.

    By default fl(a + (b - a) i/(n - 1)) and fl(i/(n - 1)) with their negatives, as in the theorems;
    ``locations(target, width)`` (n,) and ``initial(target, width)`` (2n,) give other ones.
    ``readout`` False: alpha = 0 and gamma = 1 too.
    """
    return _Permutation(locations, initial, readout)


def _by_bits(values: Array) -> Array:
    # bits are sorted, not floats: sorting leaves the order of 0.0 and -0.0 to chance
    return np.sort(np.ascontiguousarray(values).view(np.int64)).view(np.float64)


def _differs(name: str, ours: Array, declared: Array) -> str | None:
    if ours.shape != declared.shape:
        return f"{name} have shape {ours.shape} instead of {declared.shape}"
    wrong = np.flatnonzero(ours.view(np.int64) != declared.view(np.int64))
    if not wrong.size:
        return None
    k = int(wrong[0])
    return f"{name}[{k}] is {float(ours[k])!r}, frozen at {float(declared[k])!r}"


def _reused(ours: Array, values: Array) -> str | None:
    """The first value that occurs too often, and the first that is missing."""
    counts: dict[float, int] = {}
    for value, step in [*((v, 1) for v in ours.tolist()), *((v, -1) for v in values.tolist())]:
        counts[value] = counts.get(value, 0) + step
    extra = sorted(value for value, count in counts.items() if count > 0)
    missing = sorted(value for value, count in counts.items() if count < 0)
    if extra:
        return (
            f"(p, q) is no permutation: {extra[0]!r} occurs too often, {missing[0]!r} is missing "
            f"({len(extra)} such values)"
        )
    if np.array_equal(_by_bits(ours).view(np.int64), _by_bits(values).view(np.int64)):
        return None
    return "(p, q) is no permutation: a zero has the other sign"


def _alone(network: PermutationNetwork) -> str | None:
    if (network.alpha, network.gamma) == (0.0, 1.0):
        return None
    return f"a read-out is used: alpha = {network.alpha!r}, gamma = {network.gamma!r}"


@dataclass(frozen=True)
class _Frozen:
    entries: Callable[..., Mapping[str, object]]

    def __call__(self, network: Made, target: Aim, width: int, **inputs: Any) -> str | None:
        for name, value in self.entries(target, width, **inputs).items():
            ours = getattr(network, name, None)
            if not isinstance(ours, np.ndarray):
                return f"a {type(network).__name__} has no array {name}"
            declared = np.asarray(value, dtype=np.float64).ravel()
            if problem := _differs(name, ours.ravel(), np.ascontiguousarray(declared)):
                return problem
        return None


def frozen(entries: Callable[..., Mapping[str, object]]) -> Constraint:
    """Arrays of the network that stay bit by bit what ``entries(target, width, **inputs)`` says.

    ``entries`` maps names (W, C of a relu network, a, b of a ridge network) to arrays.  Example::

        frozen(lambda target, width, draw: dict(zip("WC", draw.weights(width))))
    """
    return _Frozen(entries)


@dataclass(frozen=True)
class _Budget:
    limit: Fraction

    def __call__(self, network: Made, target: Aim, width: int, **inputs: Any) -> str | None:
        if isinstance(network, PermutationNetwork):
            return "a PermutationNetwork has no output weights of its own"
        weights = network.c if isinstance(network, RidgeNetwork) else network.C
        # exact: a sum of floats could round below the limit
        spent = sum((abs(Fraction(c)) for c in weights.tolist()), Fraction(0))
        if spent <= self.limit:
            return None
        over = float(spent - self.limit)
        return f"|c|_1 = {float(spent)!r} exceeds the budget {self.limit} by {over:.3g}"


def budget(limit: Fraction | int) -> Constraint:
    """sum_j |c_j| <= ``limit``, exactly, of a ridge or relu network; InputError below 0."""
    if limit < 0:
        raise InputError("budget", limit, "negative:", "0 or more is accepted")
    return _Budget(Fraction(limit))


@dataclass(frozen=True)
class _All:
    parts: tuple[Constraint, ...]

    def __call__(self, network: Made, target: Aim, width: int, **inputs: Any) -> str | None:
        return next((p for c in self.parts if (p := c(network, target, width, **inputs))), None)


def all_of(*constraints: Constraint) -> Constraint:
    """Every one of them; the first that is broken speaks."""
    return _All(constraints)
