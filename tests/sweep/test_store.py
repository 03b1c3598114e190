"""The database: whole claims or none, a documented schema, no other database touched."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.house.layout import ROOT
from tests.sweep.grids import widths
from theory.errors import InputError
from verify.sweep import store as module
from verify.sweep.cells import Outcome
from verify.sweep.store import COLUMNS, SCHEMA_VERSION, Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sweep.db"


def test_a_claim_and_back(path: Path) -> None:
    config = widths(4, 6)
    keys = [claim.key("v") for claim in config.claims]
    with Store(path) as store:
        assert not store.holds(config)
        store.begin_sweep(config, "v", keys)
        assert store.begin(keys[0], "permutation", config.claims[0].text, "v") == 1
        assert store.begin(keys[0], "permutation", config.claims[0].text, "v") == 2
        outcome = Outcome(
            keys[0], "done", "PROVED", None, 1.5, {"lower": 0.1}, {"lower": 0.1}, "a", "b", "h", 7
        )
        store.finish(outcome, ["cells/x/upper.json"])
    with Store(path) as store:
        assert store.holds(config)
        assert not store.holds(widths(4, 7))
        [record] = store.records(reversed(keys))
        assert record.request["width"] == 4
        assert (record.status, record.verdict, record.seconds) == ("done", "PROVED", 1.5)
        assert (record.result, record.figures) == ({"lower": 0.1}, {"lower": 0.1})
        assert record.certificates == ("cells/x/upper.json",)
        assert (record.version, record.host, record.pid, record.attempts) == ("v", "h", 7, 2)
        assert store.statuses() == {keys[0]: "done"}


def half(store: Store, stop: BaseException | None) -> None:
    """A transaction that does not come to its end."""
    with store.transaction():
        store._connection.execute("DELETE FROM members")
        if stop is not None:
            store._connection.execute("DELETE FROM cells")
            raise stop
        store._connection.execute("UPDATE cells SET status = 'perhaps'")


def test_a_stopped_transaction_leaves_nothing(path: Path) -> None:
    config = widths(4, 5)
    key = config.claims[0].key("v")
    with Store(path) as store:
        store.begin(key, "permutation", config.claims[0].text, "v")
        store.begin_sweep(config, "v", [key])
        with pytest.raises(sqlite3.IntegrityError):
            half(store, None)
        with pytest.raises(KeyboardInterrupt):
            half(store, KeyboardInterrupt())
        assert store.statuses() == {key: "running"}
        [count] = store._connection.execute("SELECT count(*) FROM members").fetchone()
        assert count == 1


def test_what_was_never_begun_cannot_finish(path: Path) -> None:
    with Store(path) as store, pytest.raises(LookupError):
        store.finish(Outcome("k", "done", None, None), [])


def test_no_nan_enters(path: Path) -> None:
    config = widths(4, 4)
    key = config.claims[0].key("v")
    with Store(path) as store:
        store.begin(key, "permutation", config.claims[0].text, "v")
        with pytest.raises(ValueError, match="JSON"):
            store.finish(Outcome(key, "done", None, None, result={"x": float("nan")}), [])
        assert store.statuses() == {key: "running"}


@pytest.mark.parametrize("kind", ["text", "tables", "later"])
def test_other_databases_are_left_alone(path: Path, kind: str) -> None:
    if kind == "text":
        path.write_text("not a database " * 100)
    else:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE mine (x)" if kind == "tables" else "PRAGMA user_version=99")
        other.close()
    before = path.read_bytes()
    with pytest.raises(InputError, match="--out") as caught:
        Store(path)
    assert "sweep.db" in str(caught.value)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_the_schema_is_documented(path: Path) -> None:
    text = (ROOT / "docs/sweep.md").read_text(encoding="utf-8")
    with Store(path) as store:
        rows = store._connection.execute(
            "SELECT m.name, p.name FROM sqlite_schema m, pragma_table_info(m.name) p "
            "WHERE m.type = 'table'"
        ).fetchall()
        [version] = store._connection.execute("PRAGMA user_version").fetchone()
    assert version == SCHEMA_VERSION
    assert {name for table, name in rows if table == "cells"} == set(COLUMNS)
    for table, name in rows:
        section = text.split(f"### `{table}`")[1].split("###")[0]
        assert f"| `{name}` |" in section, (table, name)
    assert f"user_version = {SCHEMA_VERSION}" in text
    assert module.NAME in text
