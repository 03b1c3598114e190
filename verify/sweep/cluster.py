"""A Dask cluster: the same claims on other processes or machines; results come back to the driver.

A worker computes one claim at a time, however many threads it has: the precision of ball arithmetic
belongs to the process.  Files travel back with the outcome; the driver writes them.
"""

from __future__ import annotations

import contextlib
import queue
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from theory.errors import IceboundError, InputError
from verify.sweep.cells import Outcome, Task, now, run_cell
from verify.sweep.fingerprint import fingerprint
from verify.sweep.pool import Event, Lost, Work

CONNECT_SECONDS = 15
_ONE_AT_A_TIME = threading.Lock()


class SchedulerLost(IceboundError):
    """The scheduler went away; what has finished is stored."""

    kind = "scheduler_lost"
    exit_status = 3


def run_remote(task: Task, work: Work = run_cell) -> Outcome:
    """``work`` in a temporary folder of this machine; the files come back in the outcome."""
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="icebound-") as folder:
        outcome = work(replace(task, folder=folder))
        paths = sorted(path for path in Path(folder).iterdir() if path.is_file())
        return replace(outcome, files=tuple((path.name, path.read_bytes()) for path in paths))


class Cluster:
    """The workers of the scheduler at ``address``; as many claims at a time as there are workers.

    Raises InputError where distributed is not installed, nobody answers at ``address``, or a worker
    runs another version of the code.
    """

    shares_folders = False

    def __init__(self, address: str, work: Work = run_cell, *, checked: bool = True) -> None:
        if find_spec("distributed") is None:
            accepted = "install the extra 'sweeps', or leave --scheduler out"
            raise InputError("--scheduler", address, "needs distributed:", accepted)
        # untyped packages, so handled as Any
        connect: Any = import_module("distributed").Client
        self._address, self._work = address, work
        accepted = "the address of a running Dask scheduler, such as tcp://10.0.0.1:8786"
        try:
            self._client = connect(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            reason = " ".join(str(error).split())[:120] or type(error).__name__
            raise InputError("--scheduler", address, f"does not answer ({reason}):", accepted) \
                from None  # fmt: skip
        if checked:
            self._same_version()
        self._running: dict[str, Any] = {}
        self._over: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._count = 0

    def _same_version(self) -> None:
        for worker, found in self._client.run(fingerprint).items():
            if found != fingerprint():
                self._client.close()
                problem = "has a worker with another version of icebound:"
                raise InputError("--scheduler", worker, problem, "install the same on all")

    def free(self) -> int:
        """One claim for every worker; at least one, so that work waits for workers to come."""
        with self._reachable():
            return max(1, len(self._client.nthreads())) - len(self._running)

    def submit(self, task: Task) -> None:
        """Hand the claim to the scheduler under a name of its own."""
        self._count += 1
        name = f"icebound-{task.key[:16]}-{self._count}"
        with self._reachable():
            future = self._client.submit(run_remote, task, self._work, key=name, pure=False)
        self._running[task.key] = future
        future.add_done_callback(_teller(self._over, task.key))

    def wait(self, seconds: float) -> list[Event]:
        """Finished and lost claims; raises SchedulerLost when the scheduler is gone."""
        keys = []
        with contextlib.suppress(queue.Empty):
            keys.append(self._over.get(timeout=seconds) if seconds else self._over.get_nowait())
            while True:
                keys.append(self._over.get_nowait())
        with self._reachable():
            if self._client.status != "running":
                raise OSError(self._client.status)
        return [self._event(key, self._running.pop(key)) for key in keys if key in self._running]

    @contextlib.contextmanager
    def _reachable(self) -> Iterator[None]:
        """SchedulerLost instead of what a connection says that has broken."""
        try:
            yield
        except (OSError, TimeoutError):
            accepted = "what has finished is kept; --resume goes on"
            raise SchedulerLost("--scheduler", self._address, "has gone away:", accepted) from None

    def _event(self, key: str, future: Any) -> Event:
        if future.status == "finished":
            try:
                outcome: Outcome = future.result()
            except OSError as error:
                return Lost(key, f"its result did not come back ({type(error).__name__})")
            return outcome
        if future.status == "error":
            failure = future.exception()
            detail = " ".join(str(failure).split())[:300]
            reason = f"{type(failure).__name__}: {detail}"
            return Outcome(key, "failed", None, reason, finished=now())
        return Lost(key, f"the cluster dropped it ({future.status})")

    def close(self) -> None:
        """Cancel what is still running and leave the scheduler as it was."""
        with contextlib.suppress(Exception):
            self._client.cancel(list(self._running.values()), force=True)
        with contextlib.suppress(Exception):
            self._client.close(timeout=5)


def _teller(over: queue.SimpleQueue[str], key: str) -> Callable[[object], None]:
    def tell(_: object) -> None:
        over.put(key)

    return tell
