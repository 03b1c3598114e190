"""Files that appear whole or not at all: written to a temporary name, then renamed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from theory.errors import InputError


@contextlib.contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` that replaces it when the block ends without an error.

    The suffix is kept, so that writers which look at it (pictures, npz) do the right thing.
    """
    handle, name = tempfile.mkstemp(prefix=".partial-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        # mkstemp files are private; give the result the usual permissions
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` atomically."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, content: str) -> None:
    """Write ``content`` to ``path`` atomically as UTF-8."""
    write_bytes(path, content.encode("utf-8"))


def output_folder(path: Path, *, argument: str = "--out") -> Path:
    """Create ``path`` if needed and make sure that files can be written there, before long work.

    Raises InputError when it is not a folder or cannot be written.
    """
    accepted = "a folder that can be created and written is accepted"
    try:
        path.mkdir(parents=True, exist_ok=True)
        with atomic_path(path / "probe") as temporary:
            temporary.write_bytes(b"")
        (path / "probe").unlink()
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise InputError(argument, path, f"cannot be used ({reason}):", accepted) from None
    return path


def shown(path: Path) -> str:
    """``path`` relative to the current folder (absolute only where there is no such path)."""
    try:
        return os.path.relpath(path)
    except ValueError:
        return str(path)
