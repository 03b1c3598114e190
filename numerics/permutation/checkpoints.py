"""Checkpoints of a training run: tensors, numbers and strings only, replaced atomically."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import torch

from numerics.permutation import snapshots
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
    """Writes ``state`` of the run with digest ``run``, atomically."""
    content = {"format": FORMAT, "run": run, "state": state}
    snapshots.replace(path, lambda file: torch.save(content, file))


def load(path: Path, run: str) -> dict[str, Any] | None:
    """The state saved by the run with digest ``run``, None if there is no file.

    Raises InputError for a file that is no checkpoint, or that of another run; executes no code.
    """
    if not path.exists():
        return None
    try:
        content = torch.load(path, weights_only=True)
        written = (content["format"], content["run"])
        state: dict[str, Any] = content["state"]
    except UNREADABLE:
        raise InputError("checkpoint", path, "unreadable", snapshots.ACCEPTED) from None
    if written != (FORMAT, run):
        raise InputError("checkpoint", path, "belongs to another run:", snapshots.ACCEPTED)
    return state
