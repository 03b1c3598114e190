"""Processes on this machine: one claim at a time each, and the death of one costs one claim.

Workers are spawned with one thread per numerical library.  They end when their driver does, however
it ends, and they leave Ctrl-C to it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Protocol

from verify.sweep.cells import Outcome, Task, now

Work = Callable[[Task], Outcome]
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclass(frozen=True)
class Lost:
    """A claim whose worker ended before it did."""

    key: str
    reason: str


Event = Outcome | Lost


class Backend(Protocol):
    """Where claims are computed."""

    shares_folders: bool

    def free(self) -> int:
        """How many more claims it takes now."""

    def submit(self, task: Task) -> None:
        """Hand over a claim; only while something is free."""

    def wait(self, seconds: float) -> list[Event]:
        """What has happened, after at most about ``seconds``."""

    def close(self) -> None:
        """End everything that is still running."""


class _Worker:
    """A process and its pipe; ``task`` is what it computes."""

    def __init__(self, work: Work) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, work), daemon=True)
        with _environment(), _interrupts_blocked():
            self.process.start()
        theirs.close()
        self.task: Task | None = None
        self.since = 0.0

    def end(self) -> None:
        """Kill the process, if it still lives, and forget it."""
        self.process.kill()
        self.process.join()
        self.connection.close()


class Pool:
    """``count`` processes; a claim that runs longer than ``timeout`` seconds is given up."""

    shares_folders = True

    def __init__(self, work: Work, count: int, timeout: float | None = None) -> None:
        self._work, self._count, self._timeout = work, count, timeout
        self._workers: list[_Worker] = []

    def free(self) -> int:
        """Idle processes, and those that may still be started."""
        return self._count - sum(worker.task is not None for worker in self._workers)

    def submit(self, task: Task) -> None:
        """Hand the claim to an idle process, or to a new one."""
        for worker in [worker for worker in self._workers if worker.task is None]:
            if self._hand(worker, task):
                return
        worker = _Worker(self._work)
        self._workers.append(worker)
        self._hand(worker, task)

    def _hand(self, worker: _Worker, task: Task) -> bool:
        """False where the process has died while it was idle: nothing is lost then."""
        try:
            worker.connection.send(task)
        except OSError:
            if worker.process.is_alive() or worker.task is not None:
                raise
            self._drop(worker)
            return False
        worker.task, worker.since = task, time.monotonic()
        return True

    def wait(self, seconds: float) -> list[Event]:
        """Finished and lost claims; processes that ended are forgotten."""
        busy = [worker for worker in self._workers if worker.task is not None]
        ready = set(wait([worker.connection for worker in busy], seconds))
        events = [self._event(worker) for worker in busy if worker.connection in ready]
        return events + self._overdue()

    def _event(self, worker: _Worker) -> Event:
        task = worker.task
        assert task is not None
        try:
            outcome: Outcome = worker.connection.recv()
        except (EOFError, OSError):
            worker.process.join(5)
            code = worker.process.exitcode
            self._drop(worker)
            return Lost(task.key, _epitaph(code))
        worker.task = None
        return outcome

    def _overdue(self) -> list[Event]:
        if self._timeout is None:
            return []
        limit = time.monotonic() - self._timeout
        events: list[Event] = []
        for worker in [w for w in self._workers if w.task is not None and w.since < limit]:
            assert worker.task is not None
            reason = f"ran longer than {self._timeout:g} s"
            key = worker.task.key
            events.append(
                Outcome(key, "failed", "BUDGET_EXHAUSTED", reason, self._timeout, finished=now())
            )
            self._drop(worker)
        return events

    def _drop(self, worker: _Worker) -> None:
        worker.end()
        self._workers.remove(worker)

    def close(self) -> None:
        """Kill every process."""
        for worker in list(self._workers):
            self._drop(worker)


def _epitaph(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return f"its process was killed ({signal.Signals(-code).name})"
    return f"its process ended (exit status {code})"


def _serve(connection: Connection, work: Work) -> None:
    """The life of a worker: one task after the other until the driver is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_driver, daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            task = connection.recv()
            connection.send(replace(work(task), key=task.key))


def _end_with_driver() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


@contextlib.contextmanager
def _environment() -> Iterator[None]:
    """One thread per numerical library in processes started here."""
    usual = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in usual.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Processes started here never see Ctrl-C: the driver does, and ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # starting a process may start the tracker, which unblocks the signal on its way
    resource_tracker.ensure_running()
    usual = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, usual)
