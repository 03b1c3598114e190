"""Frozen weights of the bias family in files: read with care, written whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from numerics.bias.network import BiasNetwork
from numerics.networks import Array
from theory.errors import InputError
from verify.files import atomic_path
from verify.network_files import read_arrays


def read_weights(path: Path, *, argument: str = "--weights") -> tuple[Array, Array]:
    """``W`` (n,1) or (n,) and ``C`` (1,n) or (n,) of the file, as vectors of shape (n,).

    Raises InputError for a file that cannot be read, lacks an array, or has other shapes.
    """
    arrays = read_arrays(path, argument=argument)
    if missing := [name for name in ("W", "C") if name not in arrays]:
        found = ", ".join(sorted(arrays)) or "nothing"
        wanted = f"arrays W (n,1) and C (1,n) are accepted ({missing[0]} is missing)"
        raise InputError(argument, found, "holds", wanted)
    W, C = arrays["W"], arrays["C"]
    if W.size == 0 or not (W.ndim == 1 or (W.ndim == 2 and W.shape[1] == 1)):
        raise InputError(argument, f"W {W.shape}", "has shape", "(n,1) or (n,) is accepted")
    if not (C.ndim == 1 or (C.ndim == 2 and C.shape[0] == 1)) or C.size != W.size:
        n = W.size
        raise InputError(argument, f"C {C.shape}", "has shape", f"(1,{n}) or ({n},) is accepted")
    return W.reshape(-1), C.reshape(-1)


def write_bias_network(path: Path, network: BiasNetwork) -> Path:
    """``W`` (n,1), ``C`` (1,n), ``b`` (n) as float64 ``.npz``, atomically; returns ``path``."""
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        np.savez(
            stream,
            allow_pickle=False,
            W=network.W.reshape(-1, 1),
            C=network.C.reshape(1, -1),
            b=network.b,
        )
    return path
