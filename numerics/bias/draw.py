"""One frozen draw of the bias family: W then C, all entries i.i.d. uniform on [-R, R).

The stream is ``icebound-draw-1:bias:SEED``: W row-major, then C, each entry fl(R) u rounded once
(note B; arXiv 2407.00957).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from numerics.draws import FrozenDraw, check_seed
from numerics.networks import Array
from theory.errors import InputError

FAMILY = "bias"
# Products c w stay far inside the range of float64.
LARGEST_RANGE = 2.0**300
SMALLEST_RANGE = 2.0**-300


@dataclass(frozen=True)
class BiasDraw:
    """Where W and C come from: ``half_width`` is fl(R), ``seed`` an integer >= 0.

    Raises InputError for a range outside [2^-300, 2^300] or a seed that is none.
    """

    half_width: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        width = float(self.half_width)
        if not (math.isfinite(width) and SMALLEST_RANGE <= width <= LARGEST_RANGE):
            accepted = "a positive number from 2^-300 to 2^300 is accepted"
            raise InputError("weight range", self.half_width, "is", accepted)
        object.__setattr__(self, "half_width", width)
        object.__setattr__(self, "seed", check_seed(self.seed))

    def weights(self, width: int, inputs: int = 1, outputs: int = 1) -> tuple[Array, Array]:
        """W of shape (width, inputs) and C of shape (outputs, width), read-only."""
        for name, size in (("width", width), ("inputs", inputs), ("outputs", outputs)):
            if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
                raise InputError(name, size, "is", "an integer >= 1 is accepted")
        stream = FrozenDraw(FAMILY, self.seed)
        W = stream.uniform((int(width), int(inputs)), self.half_width)
        C = stream.uniform((int(outputs), int(width)), self.half_width)
        W.setflags(write=False)
        C.setflags(write=False)
        return W, C
