"""B3: a hard mask on hidden units is a special vector of biases.

On |x|_1 <= X1 a unit with row w and bias b is off wherever b <= -|w|_inf X1.  So masking unit k of
C relu(W x + b) equals lowering b_k to that value, exactly: what masks can do, biases can, and what
biases cannot do, masks cannot.  Masks on random biases match a target by B1 with p =
(eta/R)^(d+l+1), since the bias has to match too, and gamma eta more error for each unit
(``theory.bias.matching``, ``masks=True``).  Moving knots (B2) is not available to masks.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from theory.errors import InputError
from theory.statements.statement import Direction, Statement, Status

Array = NDArray[np.float64]


def mask_as_biases(W: Array, b: Array, mask: NDArray[np.bool_], reach: float) -> Array:
    """Biases that do what ``mask`` (True: kept) does, for every x with |x|_1 <= ``reach``.

    ``W`` (n, d), ``b`` and ``mask`` (n,).  Kept biases are returned bit by bit; a masked one is
    lowered to at most -|w|_inf reach, rounded down, so that w.x + b <= 0 exactly.  Raises
    InputError for other shapes, or a reach that is not a finite number >= 0.
    """
    if W.ndim != 2 or b.shape != (len(W),) or mask.shape != b.shape:
        accepted = f"b and mask of shape ({len(W)},) are accepted"
        raise InputError("W, b, mask", (W.shape, b.shape, mask.shape), "have shapes", accepted)
    if not (math.isfinite(reach) and reach >= 0):
        raise InputError("reach", reach, "is", "a finite number >= 0 is accepted")
    # the product is rounded to nearest: one step down covers it, and 0 stays 0
    size = np.abs(W).max(axis=1)
    off = -np.where((size > 0) & (reach > 0), np.nextafter(size * reach, np.inf), 0.0) + 0.0
    return np.where(mask, b, np.minimum(b, off))


STATEMENT = Statement(
    id="B3",
    family="bias",
    title="masks are special biases",
    claim=(
        "A hard 0/1 mask is a bias vector, so upper bounds for masks hold for biases and lower "
        "bounds for biases hold for masks."
    ),
    direction=Direction.EXACT,
    status=Status.THEOREM,
    paper="2407.00957",
    proof_sketch="A masked unit is one whose bias switches it off on the domain.",
    proved_in="theory/bias/masks.py",
    tests=("tests/bias/test_masks.py",),
    falsified_by="tests/bias/test_masks.py::test_a_bias_too_high_is_no_mask",
    notebook="notebooks/02_bias_only.ipynb",
)
