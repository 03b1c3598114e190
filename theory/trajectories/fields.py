"""Polynomial vector fields z' = f(z) with rational coefficients, and the systems networks learn.

cosine      x' = y, y' = -x
vanderpol   x' = y, y' = mu (1 - x^2) y - x                                  mu = 1
lorenz      x' = sigma (y - x), y' = x (rho - w) - y, w' = x y - beta w      10, 28, 8/3

A field is data, so that it can be differentiated, and evaluated over balls and Taylor models.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod

from flint import arb

from theory.errors import InputError
from theory.rigor.balls import ball, working_precision

COEFFICIENT_BITS = 256

# coefficient and exponents (one per coordinate) of a monomial
Monomial = tuple[Fraction, tuple[int, ...]]


@dataclass(frozen=True)
class PolynomialField:
    """f_i(z) = sum over the monomials of component i; every exponent vector has length d.

    Raises InputError where the lengths do not fit or an exponent is negative.
    """

    name: str
    components: tuple[tuple[Monomial, ...], ...]

    def __post_init__(self) -> None:
        d = len(self.components)
        for component in self.components:
            for _, powers in component:
                if len(powers) != d or min(powers) < 0:
                    raise InputError("field", powers, "has exponents", f"{d} integers from 0")
        if not d:
            raise InputError("field", "()", "is empty:", "one component or more is accepted")

    @property
    def dimension(self) -> int:
        """Number d of coordinates."""
        return len(self.components)

    @cached_property
    def factored(self) -> tuple[tuple[tuple[arb, tuple[int, ...]], ...], ...]:
        """Per component: coefficient (a ball of 256 bits) and the coordinates it multiplies."""
        with working_precision(COEFFICIENT_BITS):
            return tuple(
                tuple(
                    (ball(c), tuple(i for i, power in enumerate(powers) for _ in range(power)))
                    for c, powers in component
                )
                for component in self.components
            )

    @cached_property
    def products(self) -> tuple[tuple[int, ...], ...]:
        """Every product of two or more coordinates that is met, shorter ones first."""
        found = {
            factors[:length]
            for component in self.factored
            for _, factors in component
            for length in range(2, len(factors) + 1)
        }
        return tuple(sorted(found, key=lambda factors: (len(factors), factors)))

    def evaluate(self, z: Sequence[arb]) -> list[arb]:
        """f(z), (d,), over balls."""
        values = []
        for component in self.factored:
            total = arb(0)
            for weight, factors in component:
                total += prod((z[i] for i in factors), start=weight)
            values.append(total)
        return values

    @cached_property
    def with_variation(self) -> PolynomialField:
        """The field of (z, V), V' = Df(z) V, V (d, d) row-major: d + d^2 coordinates."""
        d = self.dimension
        rest = (0,) * (d * d)
        extended = [tuple((c, powers + rest) for c, powers in row) for row in self.components]
        for row in self.components:
            for column in range(d):
                found: list[Monomial] = []
                for coefficient, powers in row:
                    for k, power in enumerate(powers):
                        if power:
                            lower = tuple(p - (j == k) for j, p in enumerate(powers))
                            direction = tuple(int(j == k * d + column) for j in range(d * d))
                            found.append((coefficient * power, lower + direction))
                extended.append(tuple(found))
        return PolynomialField(f"{self.name} with variation", tuple(extended))


def _field(name: str, *components: dict[tuple[int, ...], Fraction | int]) -> PolynomialField:
    rows = (
        tuple((Fraction(coefficient), powers) for powers, coefficient in component.items())
        for component in components
    )
    return PolynomialField(name, tuple(rows))


def cosine() -> PolynomialField:
    """x'' = -x."""
    return _field("cosine", {(0, 1): 1}, {(1, 0): -1})


def vanderpol(mu: Fraction = Fraction(1)) -> PolynomialField:
    """x'' = mu (1 - x^2) x' - x."""
    return _field("vanderpol", {(0, 1): 1}, {(0, 1): mu, (2, 1): -mu, (1, 0): -1})


def lorenz(
    sigma: Fraction = Fraction(10), rho: Fraction = Fraction(28), beta: Fraction = Fraction(8, 3)
) -> PolynomialField:
    """x' = sigma (y - x), y' = x (rho - w) - y, w' = x y - beta w."""
    return _field(
        "lorenz",
        {(1, 0, 0): -sigma, (0, 1, 0): sigma},
        {(1, 0, 0): rho, (1, 0, 1): -1, (0, 1, 0): -1},
        {(1, 1, 0): 1, (0, 0, 1): -beta},
    )


# name: the field, and its parameters by the names certificates use
FIELDS = {
    "cosine": (cosine(), {}),
    "vanderpol": (vanderpol(), {"mu": Fraction(1)}),
    "lorenz": (
        lorenz(),
        {"sigma": Fraction(10), "rho": Fraction(28), "beta": Fraction(8, 3)},
    ),
}


def field(name: str, *, argument: str = "--system") -> PolynomialField:
    """The field of this name; raises InputError with the nearest known name."""
    if name in FIELDS:
        return FIELDS[name][0]
    near = difflib.get_close_matches(name, FIELDS, n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise InputError(argument, name, "unknown:", f"{', '.join(FIELDS)} are accepted{hint}")
