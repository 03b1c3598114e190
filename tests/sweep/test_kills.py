"""Kills at random moments: no finished claim is lost, and at most those in flight are repeated."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from tests.house.layout import ROOT
from tests.sweep.driver import VERSION
from tests.sweep.grids import text, widths
from tests.sweep.work import LOG
from verify.sweep.store import Store

WORKERS = 2


@dataclass
class Trial:
    """A sweep in a folder, its drivers killed again and again."""

    folder: Path
    claims: int
    rng: np.random.Generator
    first: int = 4
    finished: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        """One line, width and pid, for every start of a claim."""
        return self.folder / "log"

    def start(self, *, quiet: bool = False) -> subprocess.Popen[bytes]:
        """A driver, in a session of its own."""
        config = self.folder / "grid.toml"
        config.write_text(text(self.first, self.first + self.claims - 1))
        return subprocess.Popen(
            [sys.executable, "-m", "tests.sweep.driver", config, self.folder / "out", "local",
             str(WORKERS)],
            cwd=ROOT, env={**os.environ, LOG: str(self.log)}, start_new_session=True,
            stderr=subprocess.DEVNULL if quiet else None,
        )  # fmt: skip

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def kill_driver(self) -> None:
        """Once it has begun, a random moment later."""
        driver = self.start()
        before = len(self.lines())
        while driver.poll() is None and len(self.lines()) == before:
            time.sleep(0.01)
        time.sleep(self.rng.uniform(0, 0.5))
        driver.kill()
        driver.wait(30)

    def kill_worker(self, driver: subprocess.Popen[bytes]) -> None:
        """The process that began a claim last, a random moment later."""
        before = len(self.lines())
        while driver.poll() is None and len(self.lines()) == before:
            time.sleep(0.01)
        time.sleep(self.rng.uniform(0, 0.2))
        if driver.poll() is None:
            pid = int(self.lines()[-1].split()[1])
            if os.path.exists(f"/proc/{pid}") and os.getsid(pid) == driver.pid:
                os.kill(pid, signal.SIGKILL)

    def observe(self) -> None:
        """What had finished before is there, untouched, with its files."""
        path = self.folder / "out/sweep.db"
        if not path.exists():
            return
        with sqlite3.connect(path) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            rows = dict(
                database.execute("SELECT key, finished FROM cells WHERE status = 'done'").fetchall()
            )
        database.close()
        assert self.finished.items() <= rows.items()
        for key in rows:
            assert (self.folder / "out/cells" / key / "upper.json").read_text() == key
        self.finished = rows

    def end(self, kills: int) -> None:
        """Everything is done, and little was done twice."""
        self.observe()
        keys = [
            claim.key(VERSION) for claim in widths(self.first, self.first + self.claims - 1).claims
        ]
        with Store(self.folder / "out/sweep.db") as store:
            records = list(store.records(keys))
        assert [record.status for record in records] == ["done"] * self.claims
        assert sum(record.attempts for record in records) <= self.claims + kills * WORKERS
        starts = Counter(line.split()[0] for line in self.lines())
        assert len(starts) == self.claims
        assert starts.total() <= self.claims + kills * WORKERS
        assert not list((self.folder / "out/cells").glob(".part-*"))


def campaign(folder: Path, rng: np.random.Generator, claims: int, kills: int) -> None:
    trial = Trial(folder, claims, rng)
    for _ in range(kills):
        trial.kill_driver()
        trial.observe()
    driver = trial.start()
    assert driver.wait(300) == 0
    trial.end(kills)


def test_drivers_are_killed(tmp_path: Path, rng: np.random.Generator) -> None:
    campaign(tmp_path, rng, claims=40, kills=4)


@pytest.mark.nightly
def test_fifty_drivers_are_killed(tmp_path: Path, rng: np.random.Generator) -> None:
    campaign(tmp_path, rng, claims=600, kills=50)


@pytest.mark.parametrize("kills", [2, pytest.param(50, marks=pytest.mark.nightly)])
def test_workers_are_killed(tmp_path: Path, rng: np.random.Generator, kills: int) -> None:
    trial = Trial(tmp_path, 10 + 8 * kills, rng)
    driver = trial.start()
    for _ in range(kills):
        trial.kill_worker(driver)
    # the driver survives its workers; a claim that lost two of them in a row counts as failed
    assert driver.wait(300) in (0, 3)
    again = Store(tmp_path / "out/sweep.db")
    failed = [key for key, status in again.statuses().items() if status == "failed"]
    again.close()
    assert len(failed) <= kills // 2
    if not failed:
        trial.end(kills)


def test_workers_end_with_their_driver(tmp_path: Path, rng: np.random.Generator) -> None:
    """Even those that would compute for another hour."""
    trial = Trial(tmp_path, 3, rng, first=2999)
    trial.kill_driver()
    pids = {int(line.split()[1]) for line in trial.lines() if line.startswith("3000 ")}
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(alive(pid) for pid in pids):
        time.sleep(0.05)
    assert pids
    assert not any(alive(pid) for pid in pids)


def alive(pid: int) -> bool:
    """Whether the process runs; one that nobody waited for is dead."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def test_an_interrupt_reaches_the_driver_only(tmp_path: Path, rng: np.random.Generator) -> None:
    """Ctrl-C goes to the whole group: workers ignore it, the driver stores what has finished."""
    trial = Trial(tmp_path, 200, rng)
    driver = trial.start(quiet=True)
    begun(trial, 5)
    for pid in {int(line.split()[1]) for line in trial.lines()}:
        os.kill(pid, signal.SIGINT)
    begun(trial, 15)
    os.killpg(driver.pid, signal.SIGINT)
    # the test's driver lets KeyboardInterrupt through, the command makes it 130
    assert driver.wait(30) in (130, -signal.SIGINT)
    trial.observe()
    assert len(trial.finished) >= 10
    # no worker died of it, so none was replaced
    assert len({line.split()[1] for line in trial.lines()}) == WORKERS


def begun(trial: Trial, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(trial.lines()) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)
