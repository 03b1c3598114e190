"""Integrals of a polynomial over half-planes of a square: what relu and step units see of it.

In the notation of ``dual_plane``, G(m, s) = int phi sigma(u_1 + m u_2 - s) dP and its derivatives
are integrals over y of K_2, K_1, K_0 at tau = s - m y; between the y where the line crosses the
ends tau = +-1 the integrands are polynomials, and Gauss's rule is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from flint import arb, arb_mat, arb_poly

from verify.checks import gauss
from verify.checks.verdicts import ball


@dataclass(frozen=True)
class Lines:
    """G and its derivatives at (m, s), as integrals over y: (1/2) int y^j K_i(s - m y, y) dy.

    ``moment`` K_2, j = 0; ``half_plane`` K_1, j = 0, 1; ``density`` K_0, j = 0, 1, 2.
    """

    moment: arb
    half_plane: tuple[arb, arb]
    density: tuple[arb, arb, arb]


class Side:
    """One choice of the first axis: phi and its integrals."""

    def __init__(self, phi: arb_mat) -> None:
        self.degree = phi.nrows() - 1
        half = phi * arb("0.5")
        once = _integrated(half)
        # K_2, K_1, K_0: rows are Legendre polynomials of tau, columns of y
        self.kernels = (_integrated(once), once, half)
        self.count = (self.degree + 4) // 2
        self.lower = self._affine()
        self.full = self._rule(Fraction(-1), Fraction(1))
        self.lines = lru_cache(64)(self._lines)

    def _affine(self) -> tuple[arb_poly, arb_poly, arb_poly, arb_poly]:
        """Antiderivatives in y of m_0/2, y m_0/2, y^2 m_0/2 and m_1/2: what K_2 = m_1 - tau m_0 and
        K_1 = m_0 need below tau = -1, m_0 = (1/2) int phi du_1, m_1 = (1/2) int u_1 phi du_1.
        """
        m0, m1 = arb_poly([]), arb_poly([])
        half = self.kernels[2]
        for k, p in enumerate(_plain_polynomials(self.degree)):
            m0 += p * (2 * half[0, k])
            if self.degree:
                m1 += p * (2 * half[1, k] / 3)
        y, share = arb_poly([0, 1]), arb_poly([arb("0.5")])
        found = [share * m0, share * m0 * y, share * m0 * y * y, share * m1]
        return tuple(p.integral() for p in found)  # type: ignore[return-value]

    def _rule(self, low: Fraction, high: Fraction) -> _Rule:
        """Gauss's rule on [low, high] and the three kernels as polynomials of tau at its nodes."""
        middle, reach = ball((low + high) / 2), ball((high - low) / 2)
        nodes = gauss.nodes(self.count)
        y = [middle + reach * u for u, _ in nodes]
        # the factor 1/2 of dP in y
        weights = [reach * w / 2 for _, w in nodes]
        table = arb_mat([_legendre(t, self.degree) for t in y]).transpose()
        rows = tuple((kernel * table).transpose().tolist() for kernel in self.kernels)
        return _Rule(y, weights, rows)

    def _lines(self, m: Fraction, s: Fraction) -> Lines:
        low, high, below = _crossings(m, s)
        moment = arb(0)
        half_plane, density = [arb(0)] * 2, [arb(0)] * 3
        if low < high:
            rule = self.full if low == -1 and high == 1 else self._rule(low, high)
            slope, shift = ball(m), ball(s)
            for y, w, k2, k1, k0 in zip(rule.y, rule.weights, *rule.rows, strict=True):
                basis = _legendre(shift - slope * y, self.degree + 2)
                moment += w * _dot(k2, basis)
                part = w * _dot(k1, basis)
                half_plane[0] += part
                half_plane[1] += part * y
                part = w * _dot(k0, basis)
                density[0] += part
                part *= y
                density[1] += part
                density[2] += part * y
        if below is not None:
            start, end = map(ball, below)
            m0, ym0, _, m1 = (p(end) - p(start) for p in self.lower)
            moment += m1 - ball(s) * m0 + ball(m) * ym0
            half_plane[0] += m0
            half_plane[1] += ym0
        return Lines(moment, (half_plane[0], half_plane[1]), (density[0], density[1], density[2]))


@dataclass(frozen=True)
class _Rule:
    """Nodes, weights and, per kernel, its Legendre coefficients in tau at every node."""

    y: list[arb]
    weights: list[arb]
    rows: tuple[list[list[arb]], ...]


def _integrated(kernel: arb_mat) -> arb_mat:
    """int_tau^1 of sum_l k_l P_l: P_0 becomes P_0 - P_1, P_l becomes (P_(l-1) - P_(l+1))/(2l+1)."""
    rows, columns = kernel.nrows(), kernel.ncols()
    result = arb_mat(rows + 1, columns)
    for k in range(columns):
        for j in range(rows):
            share = kernel[j, k] / (2 * j + 1)
            result[max(0, j - 1), k] += share
            result[j + 1, k] -= share
    return result


def _crossings(
    m: Fraction, s: Fraction
) -> tuple[Fraction, Fraction, tuple[Fraction, Fraction] | None]:
    """The y in [-1, 1] with |s - m y| <= 1, and those with s - m y < -1, None if there are none."""
    one = Fraction(1)
    if m == 0:
        if abs(s) <= 1:
            return -one, one, None
        return one, one, (-one, one) if s < -1 else None
    ends = sorted(((s - 1) / m, (s + 1) / m))
    low, high = (min(max(end, -one), one) for end in ends)
    below = (high, one) if m > 0 else (-one, low)
    return low, high, below if below[0] < below[1] else None


def _legendre(t: arb, degree: int) -> list[arb]:
    """P_0, ..., P_degree at t."""
    found = [arb(1), t]
    for k in range(1, degree):
        found.append(((2 * k + 1) * t * found[k] - k * found[k - 1]) / (k + 1))
    return found[: degree + 1]


def _plain_polynomials(degree: int) -> list[arb_poly]:
    """P_0, ..., P_degree in powers of y."""
    found = [arb_poly([1]), arb_poly([0, 1])]
    for k in range(1, degree):
        following = (2 * k + 1) * arb_poly([0, 1]) * found[k] - k * found[k - 1]
        found.append(following * (arb(1) / (k + 1)))
    return found[: degree + 1]


def _dot(left: Sequence[arb], right: Sequence[arb]) -> arb:
    return sum((x * y for x, y in zip(left, right, strict=False)), arb(0))
