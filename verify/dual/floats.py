"""Activations and two derivatives in vectorised float64, with a proved bound of every rounding.

Only additions, products, divisions and scalings by powers of two are used, each correctly rounded
(IEEE 754), u = 2^-53.

exp.  x = k log 2 + r with k = rint(x/log 2), |r| <= 0.3466 + 2^-30.  log 2 is split into a head of
33 bits, so that k times it is exact for |k| < 2^20, as is x minus that (both are multiples of the
last place of x, and less than 1/2 apart), and a tail whose product errs by 2u k 2^-33; r is off by
2^-53 at most.  The Taylor polynomial of degree 14 errs by |r|^15/15! e^|r| < 2^-60; Horner's rule
with coefficients 1/j! by at most u (1 + 2 |r| e^|r|) < 3 u relative to 1 or more, coefficients by
u |r|^2.  Together |computed - e^x| <= 2^-50 e^x wherever |x| <= 690.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Three = tuple[Array, Array, Array]

UNIT = 2.0**-53
LARGEST = 690.0
HEAD = float.fromhex("0x1.62e42feep-1")
TAIL = float.fromhex("0x1.a39ef35793c76p-33")
DEGREE = 14
COEFFICIENTS = [1.0 / factorial(j) for j in range(DEGREE + 1)]


@dataclass(frozen=True)
class Floating:
    """``values``: t -> (sigma, sigma', sigma''), each off by at most ``error`` for |t| <= 340;
    ``slope``, ``bend``, ``third`` bound |sigma'|, |sigma''|, |sigma'''|; ``size`` bounds |sigma|.
    """

    values: Callable[[Array], Three]
    error: float
    size: float
    slope: float
    bend: float
    third: float


def exponential(x: Array) -> Array:
    """e^x within 2^-50 of itself, |x| <= 690."""
    k = np.rint(x * (1 / math.log(2)))
    r = (x - k * HEAD) - k * TAIL
    result = np.full_like(r, COEFFICIENTS[-1])
    for coefficient in COEFFICIENTS[-2::-1]:
        result *= r
        result += coefficient
    return np.ldexp(result, k.astype(np.int64))


def _tanh(t: Array) -> Three:
    """y = 1 - 2/(e^(2|t|) + 1) with the sign of t, 1 - y^2, -2 y (1 - y^2).

    The quotient is off by 11 units of 2^-53 relative to at most 1, y by 12, 1 - y^2 by 26, the last
    by 2 (12 + 26) + 4 = 80.
    """
    y = np.copysign(1.0 - 2.0 / (exponential(2.0 * np.abs(t)) + 1.0), t)
    slope = 1.0 - y * y
    return y, slope, -2.0 * y * slope


def _logistic(t: Array) -> Three:
    """y = q or 1 - q, q (1 - q), q (1 - q) (1 - 2 y), q = 1/(1 + e^|t|); fewer units than tanh."""
    q = 1.0 / (1.0 + exponential(np.abs(t)))
    y = np.where(t >= 0, 1.0 - q, q)
    slope = q * (1.0 - q)
    return y, slope, slope * (1.0 - 2.0 * y)


def _gaussian(t: Array) -> Three:
    """y = e^(-t^2/2), -t y, (t^2 - 1) y.

    With s = t^2/2 off by u s, y is off by (8 + s) u y and s y <= 1/e, so by 9 units; |t| y and
    |t^2 - 1| y are at most 1, |t| s y and t^2 s y at most 2, so the others by fewer than 40.
    """
    square = t * t
    # beyond this y is below 2^-500 and 0 is as good
    y = np.where(square < 1400.0, exponential(np.maximum(square * -0.5, -LARGEST)), 0.0)
    return y, -t * y, (square - 1.0) * y


FLOATING = {
    "tanh": Floating(_tanh, 80 * UNIT, 1.0, 1.0, 0.77, 2.0),
    "logistic": Floating(_logistic, 80 * UNIT, 1.0, 0.25, 0.0963, 0.125),
    "gaussian": Floating(_gaussian, 80 * UNIT, 1.0, 0.61, 1.0, 1.381),
}
