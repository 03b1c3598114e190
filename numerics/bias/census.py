"""What learned biases do: how many units they switch off, and where they put the knots.

On the line a unit with w != 0 has its knot at -b/w: inside the domain it bends the network, outside
it is off, or affine on the whole domain.  Knots are compared with the density |f''|^(1/2) of the
best piecewise linear approximation.  Measured; source: note B2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.networks import frozen_array
from theory.errors import InputError

Array = NDArray[np.float64]

SAMPLES = 4097


@dataclass(frozen=True)
class Census:
    """Shares of n units on a domain; they add up to 1.

    ``off``: switched off on the whole domain, as a mask does; ``affine``: on everywhere;
    ``bending``: with their knot inside.  ``knots``: positions of the latter, ascending;
    ``kink_budget_used``: sum |c w| over bending units / over all.
    """

    off: float
    affine: float
    bending: float
    knots: Array
    kink_budget_used: float


def census(W: object, b: object, C: object, low: float, high: float) -> Census:
    """The census of C relu(W x + b) on [low, high]; ``W``, ``b``, ``C`` of shape (n,)."""
    w = frozen_array("W", np.ravel(np.asarray(W, dtype=np.float64)))
    b_, c = frozen_array("b", b, w.size), frozen_array("C", np.ravel(np.asarray(C)), w.size)
    if not low < high:
        raise InputError("domain", (low, high), "is empty or reversed:", "low < high is accepted")
    ends = np.stack([w * low + b_, w * high + b_])
    off = (ends <= 0).all(axis=0)
    affine = (ends >= 0).all(axis=0) & ~off
    bending = ~(off | affine)
    kinks = np.abs(c * w)
    total = float(kinks.sum())
    return Census(
        off=float(off.mean()),
        affine=float(affine.mean()),
        bending=float(bending.mean()),
        knots=np.sort(-b_[bending] / w[bending]),
        kink_budget_used=float(kinks[bending].sum()) / total if total > 0 else 0.0,
    )


def units_off(units: Array) -> float:
    """The share of units, columns of ``units`` (N, n), that are off at every point: any d."""
    if units.ndim != 2 or not units.size:
        raise InputError("units", units.shape, "has shape", "(N, n) is accepted")
    return float((units <= 0).all(axis=0).mean())


def density_distance(
    knots: Array, function: Callable[[Array], Array], low: float, high: float
) -> float:
    """Kolmogorov distance of the knots from the density |f''|^(1/2), in [0, 1].

    1 without knots.  f'' by central differences on a grid; 0 for an affine f has no density, then
    the knots are compared with the uniform one.
    """
    if not knots.size:
        return 1.0
    x = np.linspace(low, high, SAMPLES)
    f = function(x)
    mass = np.zeros(SAMPLES)
    mass[1:-1] = np.sqrt(np.abs(f[2:] - 2 * f[1:-1] + f[:-2]))
    if not mass.sum() > 0:
        mass[:] = 1.0
    share = np.cumsum(mass) / mass.sum()
    expected = np.interp(np.sort(knots), x, share)
    count = knots.size
    steps = np.arange(count + 1) / count
    return float(max(np.abs(expected - steps[:-1]).max(), np.abs(expected - steps[1:]).max()))
