"""From integers to a stored network: what the constructions P3, P3', P4 and P8 share.

A construction works with the integers K and i of the coefficients K d and the locations i d,
d = 1/(n-1), in the unit coordinate t, x = a + (b-a) t, and with F(t) = f(x).  The ideal network has
exactly these coefficients and locations and the factor gam; the stored one has their float64
roundings.  The theorem bounds the ideal network's error, ``rounding`` everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from numerics.networks import Array, PermutationNetwork, frozen_array
from numerics.permutation.feedback import Integers
from numerics.permutation.initial import equidistant_locations, location_initial
from numerics.permutation.rounding import Domain, Drift, coefficients, drift, round_up
from theory.errors import AssumptionViolated, InputError

Sampler = Callable[[Array], tuple[Array, float]]
"""Unit-domain points, shape (m,), to (values, eta).

The points are correctly rounded rationals; eta must bound |values_j - F(t)| for every real t in
[0,1] that rounds to points_j, so that it covers the rounding of the points as well as that of the
values (for L-Lipschitz F the former is at most 2^-54 L).
"""

# Float64 values (F_i - F_0)/unit are off by three roundings: 3.01 * 2^-53 relative, 4 for safety.
EVALUATION = Fraction(4, 2**53)
# Units below this would leave the normal range of float64; a larger unit costs 2^-960 in the error.
SMALLEST_UNIT = Fraction(1, 2**960)
# Differences of larger values could overflow.
LARGEST_VALUE = 2.0**1000


@dataclass(frozen=True)
class Construction:
    """A network with its guarantee: sup|f - g| <= (the theorem's bound) + ``rounding``.

    ``theorem``: "P8", "P3'", "P3" or "P4"; ``variant``: "curvature", "affine" (the theorem's bound
    is then 0), "lipschitz", "modulus"; ``gam``: the network's factor gamma (b-a), rounded up (1 for
    P4), with which P8's bound is (gam/2 + M2/8)/(n-1)^2; ``rounding``: sampling, rounding of the
    stored numbers and what the former cost in gam, rounded up; ``details``: figures of the run.
    """

    theorem: str
    variant: str
    network: PermutationNetwork
    gam: float
    rounding: float
    details: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "details", MappingProxyType(dict(self.details)))


@dataclass(frozen=True)
class Samples:
    """Float64 values of F at exact rationals, each within ``eta``; shape (m,)."""

    values: Array
    eta: Fraction

    @property
    def noise(self) -> Fraction:
        """Bound of the error of values and of float64 differences from the first value."""
        return self.eta + EVALUATION * Fraction(float(np.abs(self.values - self.values[0]).max()))


def sample_at(sample: Sampler, numerators: Integers, denominator: int) -> Samples:
    """F at numerators/denominator; points outside [0,1] move to its ends."""
    points = np.clip(numerators, 0, denominator) / denominator
    values, eta = sample(points)
    if not (np.isfinite(eta) and eta >= 0):
        raise InputError("sample", eta, "claims the error bound", "a finite bound >= 0 is accepted")
    numbers = frozen_array("sample", values, points.size)
    largest = float(np.abs(numbers).max())
    if largest > LARGEST_VALUE:
        raise InputError("sample", largest, "holds", "values below 2^1000 are accepted")
    return Samples(numbers, Fraction(float(eta)))


def checked_width(theorem: str, n: int, smallest: int) -> int:
    """``n`` as an int, or ``AssumptionViolated`` below the theorem's smallest width."""
    if n < smallest:
        raise AssumptionViolated(theorem, f"n >= {smallest}", n, f"a width of at least {smallest}")
    return int(n)


def checked_constant(name: str, value: float) -> Fraction:
    """The float64 ``value`` as an exact rational; finite and >= 0."""
    if not (np.isfinite(value) and value >= 0):
        raise InputError(name, value, "is", "a finite number >= 0 is accepted")
    return Fraction(value)


def checked_domain(domain: Domain) -> Domain:
    """(a, b) as exact rationals with a < b."""
    a, b = Fraction(domain[0]), Fraction(domain[1])
    if not a < b:
        raise InputError("domain", f"{a},{b}", "is empty:", "a < b is accepted")
    return a, b


def equidistant(n: int, domain: Domain) -> Array:
    """The equidistant locations, shape (n,); InputError unless they are n distinct numbers."""
    a, b = domain
    locations = equidistant_locations(domain, n)
    if (np.diff(locations) <= 0).any():
        raise InputError(
            "domain", f"{a},{b}", f"is too narrow for {n} distinct float64 numbers:", "a wider one"
        )
    return locations


def to_float(name: str, value: Fraction, rounded: Callable[[Fraction], float] = float) -> float:
    """A finite float64 for the network's number ``name``; InputError where it overflows."""
    try:
        number = rounded(value)
    except OverflowError:
        number = np.inf
    if not np.isfinite(number):
        accepted = "a target and a domain of moderate size are accepted"
        raise InputError(name, "a number", "overflows float64 with", accepted)
    return number


def file_gamma(gam: Fraction, domain: Domain) -> tuple[float, Fraction]:
    """The smallest float64 gamma with gamma (b-a) >= ``gam``, and this product exactly."""
    length = domain[1] - domain[0]
    gamma = to_float("gamma", gam / length, round_up)
    return gamma, Fraction(gamma) * length


def moment(q: Integers) -> int:
    """sum_i i q_i exactly: the ideal h(0) = sum q_i t_i is this times d^2."""
    index = np.arange(q.size)
    # Partial sums of 1024 terms fit in 64 bits for every n below 2^26.
    return sum(np.add.reduceat(index * q, index[::1024]).tolist())


@dataclass(frozen=True)
class Assembly:
    """Integers (p, q)/d on equidistant locations, with the drift of their float64 roundings."""

    p: Integers
    q: Integers
    domain: Domain
    locations: Array
    drift: Drift

    @classmethod
    def of(cls, p: Integers, q: Integers, domain: Domain) -> Assembly:
        locations = equidistant(p.size, domain)
        return cls(p, q, domain, locations, drift(p, q, locations, domain))

    def network(self, alpha: float, gamma: float, readout: bool) -> PermutationNetwork:
        """The stored network; (p, q) is a permutation of the initial vector by construction."""
        return PermutationNetwork(
            locations=self.locations,
            p=coefficients(self.p),
            q=coefficients(self.q),
            alpha=alpha,
            gamma=gamma,
            initial=location_initial(self.p.size),
            readout=readout,
        )

    def with_readout(
        self, gamma: float, gam: Fraction, value: Fraction, units: int
    ) -> tuple[PermutationNetwork, Fraction]:
        """Network whose ideal alpha is value - gam units/(n-1)^2, and a bound of sup |g - ideal|.

        alpha is the float64 number with which the stored network, not the ideal one, has the ideal
        value at the left end of the domain.
        """
        ideal = value - gam * Fraction(units, (self.p.size - 1) ** 2)
        alpha = to_float("alpha", ideal - gam * Fraction(self.drift.start))
        off = self.drift.sup(gam, Fraction(alpha) - ideal)
        return self.network(alpha, gamma, readout=True), off
