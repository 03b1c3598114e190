"""Stand-ins for the computation of a claim, importable by worker processes."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from pathlib import Path

from verify.sweep.cells import Outcome, Task, now

LOG = "ICEBOUND_TEST_LOG"


def answered(task: Task, status: str = "done", verdict: str = "PROVED") -> Outcome:
    """An outcome with one certificate, whose content says which claim it belongs to."""
    assert task.folder is not None
    folder = Path(task.folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "upper.json").write_text(task.key)
    figures = {"lower": 0.25, "constructed": 0.5, "folder": task.folder}
    return Outcome(
        task.key, "done", verdict, None, 0.01, {"width": task.request["width"]}, figures,
        now(), now(), "host", os.getpid(),
    )  # fmt: skip


def echo(task: Task) -> Outcome:
    """At once."""
    return answered(task)


def logged(task: Task) -> Outcome:
    """Milliseconds, the same for the same claim, or an hour at width 3000; starts are logged."""
    line = f"{task.request['width']} {os.getpid()}\n".encode()
    handle = os.open(os.environ[LOG], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, line)
    os.close(handle)
    if task.request["width"] == 3000:
        time.sleep(3600)
    time.sleep(0.02 + hashlib.sha256(task.key.encode()).digest()[0] / 256 * 0.08)
    return answered(task)


def deadly(task: Task) -> Outcome:
    """Width 5 kills its process, width 6 on the first try only; width 7 is refuted, 8 undecided."""
    width = task.request["width"]
    assert task.folder is not None
    # the folder above may be shared by claims that run at the same time
    mark = Path(task.folder).parent / f"tried-{width}"
    if width == 5 or (width == 6 and not mark.exists()):
        mark.touch(exist_ok=True)
        os.kill(os.getpid(), signal.SIGKILL)
    return answered(task, verdict={7: "REFUTED", 8: "UNDECIDED"}.get(int(str(width)), "PROVED"))


def slow(task: Task) -> Outcome:
    """Width 5 takes an hour."""
    if task.request["width"] == 5:
        time.sleep(3600)
    return answered(task)


def forked(task: Task) -> Outcome:
    """What the process sees: its threads per library."""
    outcome = answered(task)
    outcome.figures["threads"] = os.environ.get("OMP_NUM_THREADS")
    return outcome
