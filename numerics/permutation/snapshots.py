"""Snapshots of a run as arrays (npz), replaced atomically; nothing in them is ever executed."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from theory.errors import InputError

FORMAT = "icebound-search-1"
ACCEPTED = "a checkpoint of this run, or no file"


def replace(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """``write`` into a temporary file beside ``path``, then rename it.

    A run that is killed at any moment leaves the old file or the new one, never half of one.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def save(path: Path, run: str, state: Mapping[str, NDArray[Any]]) -> None:
    """Writes ``state`` of the run with digest ``run``."""
    named = np.array([FORMAT, run])
    replace(path, lambda file: np.savez(file, allow_pickle=False, **{"run": named, **state}))


def load(path: Path, run: str) -> dict[str, NDArray[Any]] | None:
    """The state saved by the run with digest ``run``, None if there is no file.

    Raises InputError for a file that is no snapshot, or that of another run.
    """
    if not path.exists():
        return None
    try:
        # from memory: a torn archive would leave the file open
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as content:
            state = {name: content[name] for name in content.files}
        written = state.pop("run").tolist()
    except (AttributeError, EOFError, LookupError, OSError, ValueError, zipfile.BadZipFile):
        raise InputError("checkpoint", path, "unreadable", ACCEPTED) from None
    if written != [FORMAT, run]:
        raise InputError("checkpoint", path, "belongs to another run:", ACCEPTED)
    return state
