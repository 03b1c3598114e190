"""Checkpoints of a training run: tensors, numbers and strings only, replaced atomically."""

from __future__ import annotations

import os
import pickle
import tempfile
from pathlib import Path
from typing import Any

import torch

from theory.errors import InputError

FORMAT = "icebound-laperm-1"
# What torch's reader and the look-ups after it raise for torn and foreign files.
UNREADABLE = (
    pickle.UnpicklingError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


def save(path: Path, run: str, state: dict[str, Any]) -> None:
    """Writes ``state`` of the run with digest ``run`` to a temporary file, then renames it.

    A run that is killed at any moment leaves the old checkpoint or the new one, never half of one.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            torch.save({"format": FORMAT, "run": run, "state": state}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(path: Path, run: str) -> dict[str, Any] | None:
    """The state saved by the run with digest ``run``, None if there is no file.

    Raises InputError for a file that is no checkpoint, or that of another run; executes no code.
    """
    if not path.exists():
        return None
    accepted = "a checkpoint of this run, or no file"
    try:
        content = torch.load(path, weights_only=True)
        written = (content["format"], content["run"])
        state: dict[str, Any] = content["state"]
    except UNREADABLE:
        raise InputError("checkpoint", path, "unreadable", accepted) from None
    if written != (FORMAT, run):
        raise InputError("checkpoint", path, "belongs to another run:", accepted)
    return state
