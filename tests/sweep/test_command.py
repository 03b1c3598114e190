"""``icebound sweep``: JSON, tables, exports, exit statuses, and one line for every bad input."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run, icebound
from tests.house.layout import ROOT

__all__ = ["icebound"]

BUDGETS = (
    '[[claims]]\nfamily = "budget"\ntarget = "sin(8*pi*x)"\nactivation = "tanh"\nband = 2\n'
    "eps = [0.1, 0.01]\n"
)
LOG = '[[claims]]\nfamily = "permutation"\ntarget = "log(x)"\nwidth = 20\ntrain = false\n'
FIELDS = {
    "name", "config", "out", "database", "version", "total", "done", "failed", "kept", "seconds",
    "verdicts", "tables", "results",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "grid.toml").write_text(BUDGETS)
    return tmp_path


def test_json_tables_and_resume(icebound: Callable[..., Run], folder: Path) -> None:
    run = icebound("sweep", "grid.toml", "--workers", "1", "--export", "b.csv", "--json")
    assert run.status == 0, run.err
    document = run.document
    assert set(document) == FIELDS
    assert (document["total"], document["done"], document["failed"]) == (2, 2, 0)
    assert (document["kept"], document["verdicts"]) == (0, {"PROVED": 2})
    assert document["out"] == "sweep-grid"
    first = document["results"][0]
    assert first["request"]["eps"] == "1/10"
    assert 3 < first["figures"]["log10_budget"] < 6
    [path] = first["certificates"]
    assert icebound("check", folder / "sweep-grid" / path).status == 0
    for name in ("b.csv", "sweep-grid/sweep.csv"):
        with (folder / name).open() as stream:
            rows = list(csv.DictReader(stream))
        assert [row["eps"] for row in rows] == ["0.1", "0.01"]
        assert float(rows[0]["log10_budget"]) == first["figures"]["log10_budget"]
        assert rows[0]["key"] == first["key"]

    refused = icebound("sweep", "grid.toml", "--workers", "1")
    assert refused.status == 2
    assert "--resume" in refused.last_error
    again = icebound("sweep", "grid.toml", "--resume")
    assert again.status == 0
    assert "2 PROVED" in again.out
    assert "sweep-grid/sweep.db" in again.out


def test_parquet(icebound: Callable[..., Run], folder: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    (folder / "grid.toml").write_text(BUDGETS + LOG)
    run = icebound("sweep", "grid.toml", "--workers", "1", "--export", "t.parquet", "--json")
    # log(x) is not finite at 0: that claim fails, the others stand
    assert run.status == 3
    assert (run.document["done"], run.document["failed"]) == (2, 1)
    rows = parquet.read_table(folder / "t.parquet").to_pylist()
    assert [row["status"] for row in rows] == ["done", "done", "failed"]
    assert [row["band"] for row in rows] == [2.0, 2.0, None]
    assert [row["width"] for row in rows] == [None, None, 20]
    assert "finite and real" in rows[2]["reason"]
    read = icebound("sweep", "grid.toml", "--resume")
    assert read.status == 3
    assert "finite and real" in read.err


def test_an_interrupted_command_says_130(folder: Path) -> None:
    (folder / "many.toml").write_text(BUDGETS + "domain = ['0,1', '0,2']\nbeta = {from=1, to=200}")
    command = subprocess.Popen(
        [sys.executable, "-m", "verify", "sweep", folder / "many.toml", "--out", folder / "out",
         "--workers", "1", "--json"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while len(list((folder / "out/cells").glob("[!.]*"))) < 3:
        assert time.monotonic() < deadline
        assert command.poll() is None
        time.sleep(0.02)
    os.killpg(command.pid, signal.SIGINT)
    out, err = command.communicate(timeout=30)
    assert command.returncode == 130, err
    assert out == ""
    assert err.splitlines()[-1].startswith("icebound: error: interrupted")
    assert "Traceback" not in err
    with sqlite3.connect(folder / "out/sweep.db") as database:
        [count] = database.execute("SELECT count(*) FROM cells WHERE status = 'done'").fetchone()
    database.close()
    assert count >= 3


ROWS = [
    (("no.toml",), "CONFIG", "no such file"),
    ((".",), "CONFIG", "cannot be read"),
    ((), "config", "is required"),
    (("grid.toml", "--workers", "0"), "--workers", "from 1"),
    (("grid.toml", "--workers", "two"), "--workers", "not an integer"),
    (("grid.toml", "--workers", "2", "--scheduler", "tcp://x"), "--workers", "leave it out"),
    (("grid.toml", "--export", "t.xlsx"), "--export", ".csv or .parquet"),
    (("grid.toml", "--export", "no/t.csv"), "--export", "no folder"),
    (("grid.toml", "--out", "/dev/null/x"), "--out", "cannot be used"),
    (("bad.toml",), "bad.toml: claims[1]", "did you mean 'width'"),
]


@pytest.mark.parametrize(("arguments", "named", "said"), ROWS)
def test_bad_input_is_one_line(
    icebound: Callable[..., Run],
    folder: Path,
    arguments: tuple[str, ...],
    named: str,
    said: str,
) -> None:
    (folder / "bad.toml").write_text('[[claims]]\nfamily = "bias"\ntarget = "x"\nwidht = 3\n')
    before = sorted(folder.iterdir())
    run = icebound("sweep", *arguments)
    assert run.status == 2
    assert run.out == ""
    assert run.last_error.startswith(f"icebound: error: {named}"), run.last_error
    assert said in run.last_error
    assert sorted(folder.iterdir()) == before
    assert named in icebound("sweep", *arguments, "--json").document["error"]["argument"]


@pytest.mark.slow
def test_the_quick_example(tmp_path: Path) -> None:
    """Every claim of every family is proved, and so is every certificate."""
    begun = time.monotonic()
    result = subprocess.run(
        [sys.executable, "-m", "verify", "sweep", "examples/quick.toml", "--json", "--out",
         tmp_path / "out"],
        cwd=ROOT, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert time.monotonic() - begun < 300
    document = json.loads(result.stdout)
    assert document["verdicts"] == {"PROVED": document["total"]}
    certificates = [path for entry in document["results"] for path in entry["certificates"]]
    assert len(certificates) >= document["total"]
    checked = subprocess.run(
        [sys.executable, "-m", "verify", "check", *certificates, "--json"],
        cwd=tmp_path / "out", capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert checked.returncode == 0
    statuses = {entry["status"] for entry in json.loads(checked.stdout)["results"]}
    assert statuses == {"PROVED"}
