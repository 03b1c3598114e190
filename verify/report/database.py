"""The database of a sweep, read and never written; what is damaged in it is told apart."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from verify.report import cells
from verify.report.records import Row, Unreadable

NAME = "sweep.db"
SCHEMA_VERSION = 1
# In the order of the configuration; claims of no configuration last.
QUERY = """
SELECT key, family, request, status, verdict, reason, result, finished
FROM cells
WHERE status <> 'running'
ORDER BY (SELECT min(position) FROM members WHERE members.key = cells.key) IS NULL,
         (SELECT min(position) FROM members WHERE members.key = cells.key), key
"""
TODO = """
SELECT count(DISTINCT members.key) FROM members LEFT JOIN cells USING (key)
WHERE cells.status IS NULL OR cells.status = 'running'
"""
# What a result of an unexpected shape may raise; nothing wider, so that errors here stay visible.
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError)


@dataclass(frozen=True)
class Stored:
    """What the database says: rows, time of the newest, damage, and claims not computed yet."""

    rows: tuple[Row, ...] = ()
    newest: float | None = None
    unreadable: tuple[Unreadable, ...] = ()
    todo: int = 0


def read(folder: Path) -> Stored:
    """The cells of ``folder/sweep.db``; empty where there is no such file."""
    path = folder / NAME
    if not path.exists():
        return Stored()
    try:
        with _opened(path) as connection:
            [version] = connection.execute("PRAGMA user_version").fetchone()
            if version != SCHEMA_VERSION:
                problem = f"no database of a sweep that this version knows (version {version})"
                return Stored(unreadable=(Unreadable(path, problem),))
            [todo] = connection.execute(TODO).fetchone()
            found = connection.execute(QUERY).fetchall()
    except (sqlite3.Error, OSError) as error:
        return Stored(unreadable=(Unreadable(path, f"not a readable database: {error}"),))
    rows: list[Row] = []
    unreadable: list[Unreadable] = []
    times: list[float] = []
    for entry in found:
        try:
            rows += cells.rows(_cell(folder, entry))
            times.append(datetime.fromisoformat(str(entry[7])).timestamp())
        except MALFORMED as error:
            problem = f"cell {entry[0]}: not as expected ({type(error).__name__}: {error})"
            unreadable.append(Unreadable(path, problem))
    return Stored(tuple(rows), max(times, default=None), tuple(unreadable), todo)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write; without a running sweep it leaves no file beside either."""
    running = path.with_name(f"{NAME}-wal").exists()
    mode = "mode=ro" if running else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True, timeout=10)
    try:
        yield connection
    finally:
        connection.close()


def _cell(folder: Path, entry: Sequence[Any]) -> cells.Cell:
    key, family, request, status, verdict, reason, result, _ = entry
    failed = "FAILED" if status == "failed" else "UNDECIDED"
    return cells.Cell(
        source=f"cell {str(key)[:12]}",
        family=str(family),
        request=_object(request),
        result={} if result is None else _object(result),
        verdict=str(verdict or failed),
        reason=str(reason or ""),
        folder=folder / "cells" / _one_name(str(key)),
    )


def _object(text: Any) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise TypeError("no JSON object")
    return found


def _one_name(key: str) -> str:
    """The key as the name of one folder: a key with separators is not one of ours."""
    if Path(key).name != key or key in ("", ".", ".."):
        raise ValueError("a key that is no name of a folder")
    return key
