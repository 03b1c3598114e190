"""Checkpoints of a run: those of ``numerics.permutation.checkpoints``, told apart by their digest.

Written atomically, read without executing code.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numerics.permutation import checkpoints
from theory.errors import InputError

save = checkpoints.save


def load(path: Path, run: str) -> dict[str, Any] | None:
    """The state saved by the run with digest ``run``, None if there is no file.

    Raises InputError for a file that is no checkpoint, or that of another run.
    """
    try:
        return checkpoints.load(path, run)
    except (IndexError, ValueError, AttributeError):
        # what torch's reader raises for some torn files, beside errors of its own
        raise InputError(
            "checkpoint", path, "unreadable", "a checkpoint of this run, or no file"
        ) from None
