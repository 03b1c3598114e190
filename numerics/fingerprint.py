"""Fingerprints of frozen parameters: sha256 of dtype, shape and bytes.

Taken before and after training; equal digests say that not one bit of a frozen array has moved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from theory.errors import InputError


def fingerprint(values: object) -> str:
    """Hex sha256 of ``"dtype:shape:"`` + the little-endian C-order bytes of ``values``.

    A numpy array, anything numpy reads as a numeric array, or a torch tensor; the digest does not
    depend on which, on strides, or on the machine's byte order.  Raises InputError for object or
    text arrays and for tensor types numpy lacks.
    """
    try:
        # Duck-typed, so that hashing an array never imports torch.
        if hasattr(values, "detach"):
            values = values.detach().cpu().resolve_conj().resolve_neg().numpy()
        array = np.asarray(values)
    except (TypeError, ValueError) as error:
        raise InputError("values", error, "not an array:", "arrays or tensors") from None
    if array.dtype.kind not in "biufc":
        raise InputError("values", array.dtype, "has dtype", "numeric arrays are hashed")
    array = np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")
    shape = ",".join(map(str, array.shape))
    digest = hashlib.sha256(f"{array.dtype.kind}{array.dtype.itemsize}:{shape}:".encode("ascii"))
    digest.update(array.tobytes())
    return digest.hexdigest()


def fingerprints(arrays: Mapping[str, object]) -> dict[str, str]:
    """The fingerprint of every array, by name."""
    return {name: fingerprint(values) for name, values in arrays.items()}
