"""Polynomials in eps on [-1, 1]^d with ball coefficients, cut at a degree D (Taylor models).

A model stands for every function eps -> sum_k a_k eps^k with a_k in its balls.  Products beyond
degree D are bounded by the absolute values of their coefficients, since |eps^k| <= 1, and widen the
ball of the constant.  With D = 1 these are affine forms.
Source: K. Makino, M. Berz, Reliable Computing 1999; note B4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product

from flint import arb


@dataclass(frozen=True)
class Monomials:
    """Exponents of degree <= D in d variables, by degree, and which products are kept."""

    exponents: tuple[tuple[int, ...], ...]
    products: tuple[tuple[int, int, int], ...]
    degrees: tuple[int, ...]

    @property
    def count(self) -> int:
        """Number M of monomials."""
        return len(self.exponents)


@cache
def monomials(variables: int, degree: int) -> Monomials:
    """Those of ``variables`` d >= 1 up to ``degree`` D >= 1: first 1, then eps_1 .. eps_d."""
    found = [k for k in product(range(degree + 1), repeat=variables) if sum(k) <= degree]
    found.sort(key=lambda k: (sum(k), tuple(-e for e in k)))
    index = {k: i for i, k in enumerate(found)}
    kept = []
    for (i, a), (j, b) in product(enumerate(found), repeat=2):
        total = tuple(x + y for x, y in zip(a, b, strict=True))
        if total in index:
            kept.append((i, j, index[total]))
    return Monomials(tuple(found), tuple(kept), tuple(map(sum, found)))


class Model:
    """sum_k a_k eps^k over ``basis``, ``values`` a (M,)."""

    def __init__(self, basis: Monomials, values: Sequence[arb]) -> None:
        self.basis = basis
        self.values = list(values)

    @cached_property
    def sizes(self) -> list[arb]:
        """Per degree: the sum of |a_k|."""
        found = [arb(0)] * (self.basis.degrees[-1] + 1)
        for value, degree in zip(self.values, self.basis.degrees, strict=True):
            found[degree] += value.abs_upper()
        return found

    def __add__(self, other: Model | arb) -> Model:
        if isinstance(other, Model):
            sums = [a + b for a, b in zip(self.values, other.values, strict=True)]
            return Model(self.basis, sums)
        return Model(self.basis, [self.values[0] + other, *self.values[1:]])

    __radd__ = __add__

    def __mul__(self, other: Model | arb) -> Model:
        if not isinstance(other, Model):
            return Model(self.basis, [value * other for value in self.values])
        left, right = self.values, other.values
        out = [arb(0)] * self.basis.count
        for i, j, k in self.basis.products:
            out[k] += left[i] * right[j]
        most, beyond = self.basis.degrees[-1], arb(0)
        for degree in range(1, most + 1):
            high = sum(other.sizes[most + 1 - degree :], arb(0))
            beyond += self.sizes[degree] * high
        out[0] += arb(0, 1) * beyond
        return Model(self.basis, out)

    __rmul__ = __mul__

    def __truediv__(self, other: int) -> Model:
        return Model(self.basis, [value / other for value in self.values])

    def hull(self) -> arb:
        """A ball around all values on [-1, 1]^d."""
        return self.values[0] + arb(0, 1) * sum(self.sizes[1:], arb(0))
