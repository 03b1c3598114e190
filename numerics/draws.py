"""Frozen draws: entry = fl(R) u, u = (k >> 11) 2^-52 - 1 in [-1, 1), k from SHAKE-256.

The stream is SHAKE-256 of the ASCII text ``icebound-draw-1:FAMILY:SEED``, read as little-endian
64-bit integers k.  Every u is a dyadic of 53 bits, exact in float64, and fl(R) u is rounded once,
so hashlib and integer arithmetic regenerate every entry bit by bit: no generator of numpy or torch,
whose streams may change between versions, is part of a claim.
"""

from __future__ import annotations

import hashlib
import math
import re

import numpy as np
from numpy.typing import NDArray

from theory.errors import InputError

Array = NDArray[np.float64]
Shape = int | tuple[int, ...]

PREFIX = "icebound-draw-1"
_WORD = 8
_FIRST = 1 << 12


class FrozenDraw:
    """Sequential reader of the stream of (``family``, ``seed``); ``position`` entries are read.

    ``family``: letters, digits, hyphens; ``seed``: an integer >= 0.  Raises InputError otherwise.
    """

    def __init__(self, family: str, seed: int = 0) -> None:
        if not isinstance(family, str) or not re.fullmatch(r"[A-Za-z0-9-]+", family):
            raise InputError("family", family, "not a name:", "letters, digits and hyphens")
        self.family = family
        self.seed = check_seed(seed)
        self.position = 0
        self._stream = hashlib.shake_256(f"{PREFIX}:{family}:{self.seed}".encode("ascii"))
        self._words: NDArray[np.uint64] = np.empty(0, dtype="<u8")

    def take(self, shape: Shape) -> Array:
        """The next entries u in [-1, 1), row-major in ``shape``."""
        shape = _checked(shape)
        stop = self.position + math.prod(shape)
        if stop > self._words.size:
            # An extendable output is squeezed from its start each time: doubling keeps that linear.
            size = max(stop, 2 * self._words.size, _FIRST if self._words.size else 0)
            self._words = np.frombuffer(self._stream.digest(_WORD * size), dtype="<u8")
        words = self._words[self.position : stop]
        self.position = stop
        return ((words >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1.0).reshape(shape)

    def uniform(self, shape: Shape, half_width: float) -> Array:
        """The next entries fl(R) u in [-R, R), R = ``half_width`` > 0, rounded to float64 once."""
        width = float(half_width)
        if not (math.isfinite(width) and width > 0):
            raise InputError("half_width", half_width, "is", "a positive finite number is accepted")
        return width * self.take(shape)

    def shuffle(self, size: int) -> NDArray[np.int64]:
        """A uniform order of 0..size-1: the stable argsort of the next ``size`` entries."""
        return np.argsort(self.take(size), kind="stable")


def check_seed(seed: object) -> int:
    """``seed`` as an int >= 0; raises InputError (a float or a bool is a likely slip)."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise InputError("seed", seed, "not a seed:", "integers >= 0 are accepted")
    return int(seed)


def _checked(shape: object) -> tuple[int, ...]:
    sizes = shape if isinstance(shape, tuple) else (shape,)
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 0:
            raise InputError("shape", shape, "not a shape:", "an integer >= 0, or a tuple of them")
    return tuple(int(size) for size in sizes)
