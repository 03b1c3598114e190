"""A polynomial in (da, db) on a tile: what is sup of |F| if its coefficients are known.

F(a + da, b + db) = sum_{k, gamma} k!/(gamma! (k-|gamma|)!) da^gamma (-db)^(k-|gamma|) C[gamma, k],
C[gamma, k] = int phi x^gamma sigma_k(a.x - b) dP with sigma_k = sigma^(k)/k!.
Orders 0, 1, 2 are bounded as a quadratic, the others by the sum of their sizes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import factorial, prod

from flint import arb, arb_mat

from verify.checks.integrals import Index, indices
from verify.checks.quadratic import largest
from verify.checks.tiles import Point
from verify.checks.verdicts import ball

KEPT = 256


class TilePolynomials:
    """Polynomials of total degree < ``order`` in the d + 1 variables of a tile."""

    def __init__(self, dimension: int, order: int) -> None:
        self.dimension, self.order = dimension, order
        self.rows = indices(dimension, order - 1)
        self.order_of = [sum(gamma) for gamma in self.rows]
        self.row_of = {gamma: i for i, gamma in enumerate(self.rows)}
        self.weights: Callable[[Point], list[list[arb]]] = lru_cache(KEPT)(self._weights)

    def above(self, local: arb_mat, halves: Point) -> arb:
        """An upper bound over the tile of the polynomial with ``local[gamma, k]`` = C[gamma, k]."""
        scaled = [
            [local[i, k] * weight for k, weight in enumerate(row, degree)]
            for i, (row, degree) in enumerate(zip(self.weights(halves), self.order_of, strict=True))
        ]
        rest = arb(0)
        for row, degree in zip(scaled, self.order_of, strict=True):
            for value in row[max(0, 3 - degree) :]:
                rest += abs(value)
        return largest(*self._quadratic(scaled)) + rest

    def _quadratic(self, scaled: list[list[arb]]) -> tuple[arb, list[arb], list[list[arb]]]:
        """Orders 0, 1, 2 in the variables da/half_a and -db/half_b, as c, g, Q."""
        d = self.dimension
        g = [scaled[self.row_of[_unit(d, i)]][0] for i in range(d)] + [scaled[0][1]]
        Q = [[arb(0)] * (d + 1) for _ in range(d + 1)]
        Q[d][d] = scaled[0][2]
        for i in range(d):
            Q[i][d] = Q[d][i] = scaled[self.row_of[_unit(d, i)]][1] / 2
            for j in range(i + 1):
                value = scaled[self.row_of[_unit(d, i, j)]][0]
                Q[i][j] = Q[j][i] = value if i == j else value / 2
        return scaled[0][0], g, Q

    def _weights(self, halves: Point) -> list[list[arb]]:
        """sup |db|^(k-|gamma|) |da^gamma| with multinomials, from k = |gamma|."""
        *a, b = map(ball, halves)
        table = []
        for gamma, degree in zip(self.rows, self.order_of, strict=True):
            weight = prod(
                (x**g / factorial(g) for x, g in zip(a, gamma, strict=True)), start=arb(1)
            )
            row = []
            for k in range(degree, self.order):
                factor = factorial(k) // factorial(k - degree)
                row.append(weight * factor * b ** (k - degree))
            table.append(row)
        return table


def _unit(dimension: int, *axes: int) -> Index:
    """The multi-index of the product of the variables ``axes``."""
    return tuple(axes.count(i) for i in range(dimension))
