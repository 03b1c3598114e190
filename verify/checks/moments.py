"""Moments of a signed measure on a box: all that a bounded analytic unit can see of it.

The measure is nu = phi dP on a box with centre c and half-widths r, P a probability measure and
x = c + r u.  P is the uniform measure, with phi in the orthonormal Legendre basis, or the empirical
measure of a data set.  Every moment of total degree <= top is enclosed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

from flint import arb, arb_mat, fmpq

from verify.checks.integrals import Index, indices
from verify.checks.verdicts import Clock

CHUNK = 512


@dataclass(frozen=True)
class Measure:
    """phi dP; ``moments[eta]`` = int phi u^eta dP for |eta| <= top, ``norm`` = |phi| in L2(P)."""

    centre: tuple[Fraction, ...]
    radius: tuple[Fraction, ...]
    norm: arb
    top: int
    moments: Mapping[Index, arb]


def double_factorial(n: int) -> int:
    """n!! for n >= -1."""
    result = 1
    for k in range(n, 1, -2):
        result *= k
    return result


def legendre_table(degree: int, top: int) -> arb_mat:
    """J[a, e] = int u^e p_a(u) du/2 over [-1, 1], p_a = sqrt(2a+1) P_a; (degree+1, top+1).

    int u^e P_a(u) du = 2 e!/((e-a)!! (e+a+1)!!) if e >= a and e - a is even, otherwise 0.
    """
    table = arb_mat(degree + 1, top + 1)
    for a in range(degree + 1):
        scale = arb(2 * a + 1).sqrt()
        for e in range(a, top + 1, 2):
            below = double_factorial(e - a) * double_factorial(e + a + 1)
            table[a, e] = scale * arb(fmpq(factorial(e), below))
    return table


def legendre_moments(
    dimension: int, degree: int, coefficients: Mapping[Index, arb], top: int, clock: Clock
) -> dict[Index, arb]:
    """Moments of sum_alpha c_alpha p_alpha against the uniform measure of the cube [-1, 1]^d."""
    table = legendre_table(degree, top)
    turned = table.transpose()
    if dimension == 1:
        row = arb_mat(1, degree + 1, [coefficients[a,] for a in range(degree + 1)]) * table
        return {(e,): row[0, e] for e in range(top + 1)}
    layers: dict[int, arb_mat] = {}
    for last in range(degree + 1 if dimension == 3 else 1):
        clock.tick()
        plane = arb_mat(degree + 1, degree + 1)
        for index, value in coefficients.items():
            if dimension == 2 or index[2] == last:
                plane[index[0], index[1]] = value
        layers[last] = turned * plane * table
    if dimension == 2:
        return {eta: layers[0][eta[0], eta[1]] for eta in indices(2, top)}
    moments = {}
    for eta in indices(3, top):
        terms = (layers[a][eta[0], eta[1]] * table[a, eta[2]] for a in range(degree + 1))
        moments[eta] = sum(terms, arb(0))
    return moments


def data_moments(
    columns: Sequence[Sequence[arb]], phi: Sequence[arb], top: int, clock: Clock
) -> dict[Index, arb]:
    """Moments of (1/m) sum_q phi_q delta(u_q); ``columns`` holds u_q axis by axis, |u_q| <= 1."""
    dimension, rows = len(columns), len(phi)
    planes = [arb_mat(top + 1, top + 1 if dimension > 1 else 1) for _ in range(top + 1)]
    for start in range(0, rows, CHUNK):
        clock.tick()
        part = slice(start, min(start + CHUNK, rows))
        size = part.stop - start
        powers = [_powers(column[part], top) for column in columns]
        weights = phi[part]
        for last in range(top + 1 if dimension == 3 else 1):
            if last:
                weights = [w * u for w, u in zip(weights, columns[2][part], strict=True)]
            if dimension == 1:
                right = arb_mat(size, 1, list(weights))
            else:
                right = arb_mat(
                    [[w * y for y in row] for w, row in zip(weights, powers[1], strict=True)]
                )
            planes[last] += arb_mat(powers[0]).transpose() * right
    if dimension == 1:
        return {(e,): planes[0][e, 0] / rows for e in range(top + 1)}
    return {
        eta: planes[eta[2] if dimension == 3 else 0][eta[0], eta[1]] / rows
        for eta in indices(dimension, top)
    }


def _powers(values: Sequence[arb], top: int) -> list[list[arb]]:
    rows = []
    for value in values:
        row = [arb(1)]
        for _ in range(top):
            row.append(row[-1] * value)
        rows.append(row)
    return rows
