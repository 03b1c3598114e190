"""Float64 values of a target at points, or one clear refusal; where a run may keep its state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from numerics.networks import frozen_array
from theory.errors import InputError

Array = NDArray[np.float64]


def target_values(target: Callable[[Array], Array], points: Array) -> Array:
    """``target`` at ``points`` of shape (N,) or (N, d): finite, shape (N,).  Raises InputError."""
    try:
        values = target(points)
    except ArithmeticError as error:
        accepted = "a function on the domain"
        raise InputError("target", error, "cannot be evaluated:", accepted) from None
    return frozen_array("target", values, len(points))


def check_checkpoint(path: Path | None) -> None:
    """Raises InputError unless ``path`` is None or lies in an existing folder."""
    if path is not None and not path.parent.is_dir():
        raise InputError("checkpoint", path, "in no folder:", "a path in an existing folder")
