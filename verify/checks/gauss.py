"""Gauss-Legendre rules on boxes with a proved remainder.

For h holomorphic and |h| <= M in the Bernstein ellipse rho around [-1, 1] the rule with n nodes
errs by at most (16/3) M rho^(-2n)/(1 - rho^-2): Chebyshev coefficients are at most 2 M rho^-k, odd
degrees and those below 2n cost nothing, T_k costs at most 2/(k^2 - 1) + 2 <= 8/3.  On a box the
rules act axis by axis; weights of one axis sum to its length, so the errors of the axes add up,
each needing the ellipse in its own variable only, the others real.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from flint import acb, arb, ctx

# One box: (low, high) per axis.
Box = tuple[tuple[arb, arb], ...]


def nodes(count: int) -> list[tuple[arb, arb]]:
    """Nodes and weights on [-1, 1] at the working precision."""
    return _nodes(count, ctx.prec)


@lru_cache(maxsize=256)
def _nodes(count: int, bits: int) -> list[tuple[arb, arb]]:
    assert bits == ctx.prec
    return [arb.legendre_p_root(count, k, weight=True) for k in range(count)]


def rule(box: Box, counts: tuple[int, ...]) -> tuple[list[list[arb]], list[arb]]:
    """The tensor rule: one column of coordinates per axis, and the weights."""
    axes = []
    for (low, high), count in zip(box, counts, strict=True):
        middle, half = (low + high) / 2, (high - low) / 2
        axes.append([(middle + half * x, half * w) for x, w in nodes(count)])
    columns: list[list[arb]] = [[] for _ in box]
    weights = []
    for entries in product(*axes):
        weight = arb(1)
        for column, (x, w) in zip(columns, entries, strict=True):
            column.append(x)
            weight = weight * w
        weights.append(weight)
    return columns, weights


def volume(box: Box) -> arb:
    """Product of the side lengths."""
    result = arb(1)
    for low, high in box:
        result = result * (high - low)
    return result


def ellipse(side: tuple[arb, arb], rho: arb) -> acb:
    """A complex rectangle around the Bernstein ellipse ``rho`` of an interval."""
    low, high = side
    middle, half = (low + high) / 2, (high - low) / 2
    across, along = half * (rho - 1 / rho) / 2, half * (rho + 1 / rho) / 2
    return acb(
        (middle - along).union(middle + along),
        (-across).union(across),
    )


def remainder(bound: arb, rho: arb, count: int) -> arb:
    """The error of ``count`` nodes on one axis, per unit of length."""
    return bound * 8 / 3 * rho ** (-2 * count) / (1 - rho**-2)
