"""A user's own frozen weights: the vector and the locations that a construction may use."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from numerics.permutation.initial import frozen_start
from theory.errors import AssumptionViolated, InputError
from theory.targets.target import Target
from verify.network_files import read_arrays

THEOREMS = "P3, P3', P4 and P8"


def width_of_weights(path: Path, target: Target, *, argument: str = "--weights") -> int:
    """The width n of frozen ``locations`` (n,) and ``initial`` (2n,) that the theorems cover.

    The constructions are proved for equidistant locations on the target's domain and the vector
    ±b_i, bit by bit; anything else raises AssumptionViolated naming the first difference.  Raises
    InputError for a file that cannot be read or lacks an array.
    """
    arrays = read_arrays(path, argument=argument)
    missing = [name for name in ("locations", "initial") if name not in arrays]
    if missing:
        found = ", ".join(sorted(arrays)) or "nothing"
        raise InputError(argument, found, "holds", "arrays locations (n,) and initial (2n,)")
    locations, initial = (np.sort(arrays[name].reshape(-1)) for name in ("locations", "initial"))
    n = locations.size
    if n < 2 or initial.size != 2 * n:
        shapes = f"locations {n}, initial {initial.size}"
        raise InputError(argument, shapes, "has sizes", "n >= 2 locations and 2n values")
    expected, vector, _ = frozen_start(n, (target.low, target.high))
    for name, ours, theirs in (
        ("equidistant locations", locations, expected),
        ("the values ±b_i", initial, np.sort(vector)),
    ):
        differ = np.flatnonzero(ours != theirs)
        if differ.size:
            first = int(differ[0])
            value = f"entry {first} in ascending order: {ours[first]!r}"
            accepted = f"{float(theirs[first])!r} is needed there"
            raise AssumptionViolated(THEOREMS, f"({name})", value, accepted)
    return n
