"""Ridge networks as ``.npz``: a (n, d), b, c (n,), slope (d,), offset, activation; no pickles."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from numerics.ridgelet.network import RidgeNetwork
from verify.files import atomic_path


def write_ridge_network(path: Path, network: RidgeNetwork) -> Path:
    """Write ``network``, atomically; returns ``path``."""
    assert network.slope is not None
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        np.savez(
            stream,
            allow_pickle=False,
            a=network.a,
            b=network.b,
            c=network.c,
            slope=network.slope,
            offset=np.asarray(float(network.offset)),
            activation=np.asarray(network.activation),
        )
    return path


def read_ridge_network(path: Path) -> RidgeNetwork:
    """The network that :func:`write_ridge_network` wrote."""
    with np.load(path, allow_pickle=False) as found:
        return RidgeNetwork(
            str(found["activation"]),
            found["a"],
            found["b"],
            found["c"],
            float(found["offset"]),
            found["slope"],
        )
