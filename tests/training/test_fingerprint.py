"""Fingerprints: equal for equal content, different for any change of a bit, dtype or shape."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
import torch

from numerics.fingerprint import fingerprint, fingerprints
from theory.errors import InputError

VALUES = np.arange(6, dtype=np.float64).reshape(2, 3) / 7


def test_definition() -> None:
    assert fingerprint(VALUES) == hashlib.sha256(b"f8:2,3:" + VALUES.tobytes()).hexdigest()


@pytest.mark.parametrize(
    "same",
    [
        VALUES.astype(">f8"),
        np.asfortranarray(VALUES),
        np.repeat(VALUES, 2, axis=1)[:, ::2],
        torch.tensor(VALUES),
        torch.tensor(VALUES.T.copy()).T,
        torch.nn.Parameter(torch.tensor(VALUES)),
        VALUES.tolist(),
    ],
)
def test_independent_of_storage(same: object) -> None:
    assert fingerprint(same) == fingerprint(VALUES)


def test_any_change_shows() -> None:
    bit = VALUES.copy()
    bit[0, 1] = np.nextafter(bit[0, 1], 1)
    zero = VALUES.copy()
    zero[0, 0] = -0.0
    others = [
        bit,
        zero,
        VALUES.T,
        VALUES.ravel(),
        VALUES.astype(np.float32),
        VALUES.view(np.int64),
        np.array(1.0),
        np.array([1.0]),
        np.zeros((0, 3)),
        np.zeros((3, 0)),
    ]
    assert len({fingerprint(array) for array in [VALUES, *others]}) == len(others) + 1


def test_mapping() -> None:
    assert fingerprints({"W": VALUES}) == {"W": fingerprint(VALUES)}


@pytest.mark.parametrize(
    "bad", ["text", None, [[1.0], [1.0, 2.0]], {"a": 1}, torch.zeros(2, dtype=torch.bfloat16)]
)
def test_bad_arguments(bad: object) -> None:
    with pytest.raises(InputError):
        fingerprint(bad)
