"""The same claims on a Dask scheduler with two worker processes on loopback."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.layout import ROOT
from tests.sweep.grids import text
from tests.sweep.work import LOG, answered
from theory.errors import InputError
from verify.sweep.cells import Outcome, Task
from verify.sweep.cluster import Cluster, run_remote
from verify.sweep.store import Store

pytest.importorskip("distributed", reason="distributed is not installed (extra 'sweeps')")

SECONDS = 60


@dataclass(frozen=True)
class Dask:
    """A running scheduler and its workers."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]
    log: Path


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    with cluster(tmp_path_factory.mktemp("dask"), workers=2) as running:
        yield running


@contextlib.contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Dask]:
    """A scheduler on a free port of loopback and its workers, one process each."""
    contact, log = folder / "scheduler.json", folder / "log"
    environment = {**os.environ, LOG: str(log), "PYTHONWARNINGS": "ignore"}
    loopback = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(contact))
    processes: list[subprocess.Popen[bytes]] = []

    def start(module: str, *options: str) -> None:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *loopback, *options]
        errors = (folder / f"{len(processes)}.txt").open("wb")
        processes.append(
            subprocess.Popen(command, cwd=ROOT, env=environment, stdout=errors, stderr=errors)
        )
        errors.close()

    start("dask_scheduler", "--port", "0")
    try:
        wait_for(contact.exists, folder)
        for _ in range(workers):
            start("dask_worker", "--no-nanny", "--nthreads", "1", "--local-directory", str(folder))
        address = json.loads(contact.read_text())["address"]
        yield Dask(address, processes[0], processes[1:], log)
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait(30)


def wait_for(condition: object, folder: Path) -> None:
    assert callable(condition)
    deadline = time.monotonic() + SECONDS
    while not condition():
        said = "".join(path.read_text() for path in folder.glob("*.txt"))
        assert time.monotonic() < deadline, said
        time.sleep(0.05)


def test_the_command_on_a_cluster(dask: Dask, tmp_path: Path) -> None:
    config = tmp_path / "grid.toml"
    config.write_text(
        '[[claims]]\nfamily = "budget"\ntarget = "sin(8*pi*x)"\nactivation = "tanh"\nband = [1, 2]'
        '\neps = [0.1, 0.01]\n[[claims]]\nfamily = "permutation"\ntarget = "exp(x)"\nwidth = 20\n'
        'train = false\n[[claims]]\nfamily = "permutation"\ntarget = "log(x)"\nwidth = 20\n'
    )
    result = subprocess.run(
        [sys.executable, "-m", "verify", "sweep", config, "--out", tmp_path / "out",
         "--scheduler", dask.address, "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=SECONDS * 2,
    )  # fmt: skip
    document = json.loads(result.stdout)
    assert result.returncode == 3, (result.stdout, result.stderr)
    assert (document["total"], document["done"], document["failed"]) == (6, 5, 1)
    assert "finite and real" in document["results"][5]["reason"]
    pids = set()
    with Store(tmp_path / "out/sweep.db") as store:
        for record in store.records(entry["key"] for entry in document["results"][:5]):
            assert record.certificates
            assert all((tmp_path / "out" / path).is_file() for path in record.certificates)
            pids.add(record.pid)
    # computed by the workers, not by the driver
    assert pids <= {worker.pid for worker in dask.workers}


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verify.sweep.cluster.CONNECT_SECONDS", 1)
    with pytest.raises(InputError, match="does not answer"):
        Cluster("tcp://127.0.0.1:9")
    with pytest.raises(InputError, match="does not answer"):
        Cluster("nowhere://")


def test_files_come_back_from_a_temporary_folder() -> None:
    folders = []

    def work(task: Task) -> Outcome:
        folders.append(task.folder)
        return answered(task)

    outcome = run_remote(Task("k", "permutation", {"width": 4}, None), work)
    assert outcome.files == (("upper.json", b"k"),)
    assert not Path(str(folders[0])).exists()


def test_a_worker_is_killed(dask: Dask, tmp_path: Path) -> None:
    """Last, because it leaves the cluster with one worker."""
    config = tmp_path / "grid.toml"
    config.write_text(text(4, 33))
    driver = subprocess.Popen(
        [sys.executable, "-m", "tests.sweep.driver", config, tmp_path / "out", dask.address, "0"],
        cwd=ROOT,
    )
    wait_for(lambda: dask.log.exists() and len(dask.log.read_text().splitlines()) > 4, tmp_path)
    dask.workers[0].send_signal(signal.SIGKILL)
    assert driver.wait(SECONDS) == 0
    lines = dask.log.read_text().splitlines()
    assert 30 <= len(lines) <= 32
    with Store(tmp_path / "out/sweep.db") as store:
        assert list(store.statuses().values()) == ["done"] * 30
    for folder in (tmp_path / "out/cells").iterdir():
        assert (folder / "upper.json").read_text() == folder.name


def test_the_scheduler_goes_away(tmp_path: Path) -> None:
    """One line, status 3, and --resume goes on: here with a process of this machine."""
    config, out = tmp_path / "grid.toml", tmp_path / "out"
    config.write_text(text(4, 63))
    command = [sys.executable, "-m", "tests.sweep.driver", config, out]
    with cluster(tmp_path, workers=1) as dask:
        driver = subprocess.Popen([*command, dask.address, "0"], cwd=ROOT, stderr=subprocess.PIPE)
        wait_for(lambda: dask.log.exists() and len(dask.log.read_text().splitlines()) > 4, tmp_path)
        dask.scheduler.kill()
        _, errors = driver.communicate(timeout=SECONDS)
        assert driver.returncode == 1
        assert b"SchedulerLost: --scheduler: has gone away" in errors
        before = len(dask.log.read_text().splitlines())
    subprocess.run(
        [*command, "local", "1"], cwd=ROOT, env={**os.environ, LOG: str(dask.log)}, check=True,
        timeout=SECONDS,
    )  # fmt: skip
    assert len(dask.log.read_text().splitlines()) <= 60 + 1
    assert before >= 4
    with Store(out / "sweep.db") as store:
        assert list(store.statuses().values()) == ["done"] * 60
