"""Frozen draws of hidden parameters (a, b): uniform in the box V, or a in a Euclidean ball.

``box_units``: a uniform on [-lam, lam]^d, row-major, then b on [-beta, beta], from the stream
(``ridgelet``, seed); a checker regenerates every bit.  ``ball_units``: |a|_2 <= lam instead, by
rejection from the stream (``ridgelet-ball``, seed).  Notes R; arXiv 2008.08427.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from numerics.draws import FrozenDraw
from numerics.ridgelet.network import RidgeDraw
from theory.errors import InputError

Array = NDArray[np.float64]

FAMILY = "ridgelet"
BALL_FAMILY = "ridgelet-ball"
# the ball fills less than this share of the cube beyond these dimensions: rejection is hopeless
MOST_DIMENSIONS = 12


def box_units(
    width: int, dimension: int, lam: float, beta: float, seed: int = 0
) -> tuple[Array, Array, RidgeDraw]:
    """a (n, d), b (n,) uniform in V = {|a_i| <= lam, |b| <= beta}, and the record of the draw.

    Raises InputError for a size below 1, a side that is not positive, or a bad seed.
    """
    _sizes(width, dimension)
    stream = FrozenDraw(FAMILY, seed)
    a = stream.uniform((width, dimension), lam)
    b = stream.uniform(width, beta)
    return a, b, RidgeDraw(stream.seed, float(lam), float(beta))


def ball_units(
    width: int, dimension: int, lam: float, beta: float, seed: int = 0
) -> tuple[Array, Array]:
    """a (n, d) uniform in {|a|_2 <= lam}, b (n,) uniform on [-beta, beta].

    Points of the cube are read in order and those in the ball kept, then come the b.  Raises
    InputError as :func:`box_units`, and for d > 12.
    """
    _sizes(width, dimension)
    if dimension > MOST_DIMENSIONS:
        accepted = f"at most {MOST_DIMENSIONS} is accepted"
        raise InputError("dimension", dimension, "too large for rejection:", accepted)
    stream = FrozenDraw(BALL_FAMILY, seed)
    found: list[Array] = []
    count = 0
    while count < width:
        u = stream.take((width, dimension))
        found.append(u[np.sum(u * u, axis=1) <= 1.0])
        count += len(found[-1])
    kept = np.concatenate(found)
    half = float(lam)
    if not (np.isfinite(half) and half > 0):
        raise InputError("lam", lam, "is", "a positive finite number is accepted")
    return half * kept[:width], stream.uniform(width, beta)


def _sizes(width: int, dimension: int) -> None:
    for name, size in (("width", width), ("dimension", dimension)):
        if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
            raise InputError(name, size, "is", "an integer >= 1 is accepted")
