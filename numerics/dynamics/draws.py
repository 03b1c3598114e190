"""Normal draws from the SHAKE-256 stream, and the frozen matrices of a recurrent network.

A normal is the quantile of a uniform: with the next entry u in [-1, 1) of ``numerics.draws``,
z = sqrt(2) erfinv(u + 2^-53), u + 2^-53 the middle of the cell of u, so that +-1 never occurs and
one entry of the stream makes one normal, in order.  The uniforms are bit-exact everywhere; erfinv
is a function of SciPy, correct to a few units in the last place, so equal fingerprints are promised
for equal SciPy versions and equal draws to 1e-14 for all.  Source: note B4; arXiv 2407.00957.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.draws import FrozenDraw, Shape
from numerics.fingerprint import fingerprints
from theory.errors import InputError

Array = NDArray[np.float64]
FAMILY = "recurrent-normal"
START_SCALE = 0.1


def normals(draw: FrozenDraw, shape: Shape) -> Array:
    """The next entries as independent standard normals, row-major in ``shape``."""
    from scipy.special import erfinv

    # the sum is rounded where |u| > 1/2 and may reach 1 for the last cell: hence the clip
    u = np.clip(draw.take(shape) + 2.0**-53, -1.0 + 2.0**-53, 1.0 - 2.0**-53)
    return np.asarray(math.sqrt(2.0) * erfinv(u), dtype=np.float64)


@dataclass(frozen=True)
class FrozenMatrices:
    """W (n, n) ~ N(0, gain^2/n), B (n, dx) ~ N(0, s^2), C (l, n) ~ N(0, 1/n), b (n,) to start from.

    Drawn in this order from the stream (``recurrent-normal``, seed); s is the input scale, the
    biases start from N(0, 1/100), so that most units switch along the first orbits.
    """

    W: Array
    B: Array
    C: Array
    b: Array

    def fingerprint(self) -> dict[str, str]:
        """sha256 of W, B and C."""
        return fingerprints({"W": self.W, "B": self.B, "C": self.C})


def check_width(width: object, *, argument: str = "--width") -> int:
    """``width`` as an int from 2; raises InputError."""
    if isinstance(width, bool) or not isinstance(width, int | np.integer) or width < 2:
        raise InputError(argument, width, "not a width:", "an integer from 2 is accepted")
    return int(width)


def check_gain(gain: object, *, argument: str = "--gain") -> float:
    """``gain`` as a positive finite float; raises InputError."""
    try:
        value = float(gain)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise InputError(argument, gain, "not a gain:", "a positive finite number is accepted")
    return value


def frozen_matrices(
    width: int,
    gain: float,
    seed: int,
    *,
    inputs: int = 1,
    outputs: int = 1,
    input_scale: float = 1.0,
) -> FrozenMatrices:
    """The draw of ``seed``; raises InputError for a width below 2 or a gain that is not > 0."""
    n, g = check_width(width), check_gain(gain)
    stream = FrozenDraw(FAMILY, seed)
    W = normals(stream, (n, n)) * (g / math.sqrt(n))
    B = normals(stream, (n, inputs)) * input_scale
    C = normals(stream, (outputs, n)) / math.sqrt(n)
    return FrozenMatrices(W, B, C, START_SCALE * normals(stream, n))
