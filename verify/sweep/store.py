"""The database of a sweep, ``sweep.db``: SQLite, written by the driver only.

One transaction per claim: a claim is in the database with all it has, or it is still to do.  The
schema is described in docs/sweep.md; ``SCHEMA_VERSION`` is SQLite's ``user_version``.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from theory.errors import InputError
from verify.sweep.cells import Outcome, now
from verify.sweep.config import SCHEMA, SweepConfig

NAME = "sweep.db"
SCHEMA_VERSION = 1
TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE sweeps (
    config   TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    file     TEXT NOT NULL,
    version  TEXT NOT NULL,
    total    INTEGER NOT NULL,
    started  TEXT NOT NULL
) STRICT;
CREATE TABLE cells (
    key          TEXT PRIMARY KEY,
    family       TEXT NOT NULL,
    request      TEXT NOT NULL,
    status       TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed')),
    verdict      TEXT,
    reason       TEXT,
    seconds      REAL,
    result       TEXT,
    figures      TEXT,
    certificates TEXT,
    version      TEXT NOT NULL,
    started      TEXT,
    finished     TEXT,
    host         TEXT,
    pid          INTEGER,
    attempts     INTEGER NOT NULL
) STRICT;
CREATE TABLE members (
    config   TEXT NOT NULL REFERENCES sweeps (config),
    position INTEGER NOT NULL,
    key      TEXT NOT NULL,
    PRIMARY KEY (config, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX cells_by_family ON cells (family, status);
"""
COLUMNS = (
    "key", "family", "request", "status", "verdict", "reason", "seconds", "result", "figures",
    "certificates", "version", "started", "finished", "host", "pid", "attempts",
)  # fmt: skip
PAGE = 500


@dataclass(frozen=True)
class Record:
    """A row of ``cells``, its JSON read."""

    key: str
    family: str
    request: dict[str, Any]
    status: str
    verdict: str | None
    reason: str | None
    seconds: float | None
    result: dict[str, Any] | None
    figures: dict[str, Any]
    certificates: tuple[str, ...]
    version: str
    started: str | None
    finished: str | None
    host: str | None
    pid: int | None
    attempts: int

    def entry(self) -> dict[str, Any]:
        """The short record of ``icebound sweep --json``."""
        return {
            "key": self.key,
            "family": self.family,
            "status": self.status,
            "verdict": self.verdict,
            "reason": self.reason,
            "seconds": self.seconds,
            "request": self.request,
            "figures": self.figures,
            "certificates": list(self.certificates),
        }


class Store:
    """An open database; to be closed, or used as a context manager."""

    def __init__(self, path: Path) -> None:
        """Open or create ``path``; raises InputError where it is something else."""
        self.path = path
        accepted = "a folder without sweep.db, or one of an earlier sweep, is accepted"
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
            self._create(accepted)
            # not before it is known to be ours: the mode stays with the file
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.DatabaseError as error:
            raise InputError("--out", path, f"cannot be used ({error}):", accepted) from None

    def _create(self, accepted: str) -> None:
        with self.transaction():
            [found] = self._connection.execute("PRAGMA user_version").fetchone()
            if found == SCHEMA_VERSION:
                return
            [tables] = self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            if found != 0 or tables != 0:
                problem = f"holds a database of another kind (version {found}):"
                raise InputError("--out", self.path, problem, accepted)
            for statement in TABLES.split(";"):
                self._connection.execute(statement)
            self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            self._connection.executemany(
                "INSERT INTO about VALUES (?, ?)", (("schema", SCHEMA), ("created", now()))
            )

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; nothing is left to write."""
        self._connection.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements of the block, or none of them."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def holds(self, config: SweepConfig) -> bool:
        """Whether the sweep was begun here before."""
        found = self._connection.execute(
            "SELECT 1 FROM sweeps WHERE config = ?", (config.identity,)
        ).fetchone()
        return found is not None

    def begin_sweep(self, config: SweepConfig, version: str, keys: Sequence[str]) -> None:
        """Note the sweep and its cells; a former list of the same sweep is replaced."""
        identity = config.identity
        row = (identity, config.name, str(config.path), version, len(keys), now())
        with self.transaction():
            self._connection.execute("DELETE FROM members WHERE config = ?", (identity,))
            self._connection.execute("INSERT OR REPLACE INTO sweeps VALUES (?, ?, ?, ?, ?, ?)", row)
            self._connection.executemany(
                "INSERT INTO members VALUES (?, ?, ?)",
                ((identity, place, key) for place, key in enumerate(keys)),
            )

    def statuses(self) -> dict[str, str]:
        """Status by key, of all cells."""
        return dict(self._connection.execute("SELECT key, status FROM cells"))

    def begin(self, key: str, family: str, request: str, version: str) -> int:
        """Note that a cell is being computed; returns how often it has been begun."""
        with self.transaction():
            self._connection.execute(
                "INSERT INTO cells (key, family, request, status, version, started, attempts) "
                "VALUES (?, ?, ?, 'running', ?, ?, 1) ON CONFLICT (key) DO UPDATE SET "
                "status = 'running', started = excluded.started, attempts = attempts + 1",
                (key, family, request, version, now()),
            )
            [count] = self._connection.execute(
                "SELECT attempts FROM cells WHERE key = ?", (key,)
            ).fetchone()
        return int(count)

    def finish(self, outcome: Outcome, certificates: Sequence[str]) -> None:
        """Store all of an outcome in one transaction."""
        values = (
            outcome.status,
            outcome.verdict,
            _text(outcome.reason),
            outcome.seconds,
            None if outcome.result is None else _json(outcome.result),
            _json(outcome.figures),
            _json(list(certificates)),
            outcome.started or now(),
            outcome.finished or now(),
            outcome.host,
            outcome.pid,
            outcome.key,
        )
        with self.transaction():
            changed = self._connection.execute(
                "UPDATE cells SET status = ?, verdict = ?, reason = ?, seconds = ?, result = ?, "
                "figures = ?, certificates = ?, started = ?, finished = ?, host = ?, pid = ? "
                "WHERE key = ?",
                values,
            ).rowcount
            if changed != 1:
                raise LookupError(f"no cell {outcome.key} was begun")

    def records(self, keys: Iterable[str]) -> Iterator[Record]:
        """The cells of ``keys`` that were begun, in their order."""
        wanted = list(keys)
        for first in range(0, len(wanted), PAGE):
            page = wanted[first : first + PAGE]
            marks = ", ".join("?" * len(page))
            rows = self._connection.execute(
                f"SELECT {', '.join(COLUMNS)} FROM cells WHERE key IN ({marks})", page
            )
            found = {row[0]: _record(row) for row in rows}
            yield from (found[key] for key in page if key in found)


def _text(reason: str | None) -> str | None:
    """A reason as SQLite takes it: names of files may hold bytes that are no text."""
    return None if reason is None else reason.encode("utf-8", "replace").decode("utf-8")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _record(row: Sequence[Any]) -> Record:
    values = dict(zip(COLUMNS, row, strict=True))
    for name, empty in (("request", {}), ("result", None), ("figures", {})):
        values[name] = empty if values[name] is None else json.loads(values[name])
    values["certificates"] = tuple(json.loads(values["certificates"] or "[]"))
    return Record(**values)
