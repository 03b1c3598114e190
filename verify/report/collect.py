"""A folder as rows: the database of a sweep where there is one, and certificates anywhere below.

A damaged file or database is a line of the page, never the end of it.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from theory.errors import InputError
from verify.progress import Progress
from verify.report import database, loose
from verify.report.records import Collection, Row, Unreadable

MOST_FILES = 100_000
ACCEPTED = "a folder that --out of a sweep or of single commands has filled is accepted"


def collect(folder: Path, *, progress: Progress | None = None) -> Collection:
    """Everything ``folder`` holds.

    Raises InputError where it does not exist, is no folder, or holds neither results nor damaged
    ones.
    """
    _require_folder(folder)
    stored = database.read(folder)
    rows, newest, unreadable = list(stored.rows), stored.newest, list(stored.unreadable)
    claimed = {path for row in rows for path in row.certificates}
    sheets: list[loose.Sheet] = []
    versions: set[tuple[str, str]] = set()
    paths = list(_json_files(folder))
    for position, path in enumerate(paths):
        if progress is not None:
            progress(position, len(paths), path.name)
        sheet = _sheet(path, unreadable)
        if sheet is None:
            continue
        versions.update(sheet.document["versions"].items())
        with contextlib.suppress(OSError):
            newest = max(newest or 0.0, path.stat().st_mtime)
        if path not in claimed:
            sheets.append(sheet)
    rows += loose.rows(sheets, folder)
    if not (rows or unreadable or stored.todo):
        raise InputError("DIR", folder, "holds no results:", ACCEPTED)
    damaged = {entry.path for entry in unreadable}
    return Collection(
        folder=folder,
        rows=tuple(_noted(row, damaged) for row in rows),
        unreadable=tuple(unreadable),
        versions=tuple(sorted(versions)),
        newest=newest,
        sweep=(folder / database.NAME).exists(),
        todo=stored.todo,
    )


def _noted(row: Row, damaged: set[Path]) -> Row:
    """The row, with a word on certificates of its own that cannot be read."""
    names = ", ".join(path.name for path in row.certificates if path in damaged)
    return replace(row, reason=f"{row.reason}; unreadable: {names}".lstrip("; ")) if names else row


def _require_folder(folder: Path) -> None:
    try:
        problem = None if folder.is_dir() else "is not a folder:"
        if problem and not folder.exists():
            problem = "does not exist:"
        if problem is None:
            os.listdir(folder)
    except (OSError, ValueError) as error:
        problem = f"cannot be read ({(getattr(error, 'strerror', '') or str(error)).lower()}):"
    if problem is not None:
        raise InputError("DIR", folder, problem, ACCEPTED)


def _json_files(folder: Path) -> Iterator[Path]:
    """Files that end in ``.json``, sorted, symbolic links to folders not followed."""
    found = 0
    for where, names, files in os.walk(folder, followlinks=False):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(".json") and not name.startswith("."):
                found += 1
                if found > MOST_FILES:
                    accepted = f"at most {MOST_FILES} are accepted"
                    raise InputError("DIR", folder, "holds too many files:", accepted)
                yield Path(where) / name


def _sheet(path: Path, unreadable: list[Unreadable]) -> loose.Sheet | None:
    """The certificate in ``path``; None for other JSON, and for a damaged file, which is noted."""
    from verify.checker import SCHEMA, read_certificate
    from verify.checks.dyadic import read_file
    from verify.checks.verdicts import Limits, Stop

    try:
        content = read_file(path, Limits().json_bytes, follow=True)
        if b'"icebound.certificate/' not in content and _is_json(content):
            return None
        document = read_certificate(content)
        if document["schema"] != SCHEMA:
            return None
        sheet = loose.Sheet(path, document)
        # everything that a row is made of, so that one hostile file spoils no other
        loose.rows([sheet], path.parent)
        return sheet
    except Stop as stop:
        unreadable.append(Unreadable(path, stop.outcome.reason))
    except OSError as error:
        unreadable.append(Unreadable(path, error.strerror or "cannot be read"))
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError):
        unreadable.append(Unreadable(path, "a certificate that lacks what its kind demands"))
    return None


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True
