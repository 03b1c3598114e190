"""The driver of a sweep: what is left to do, handed out, stored, tried again.

Only the driver writes the database and names folders.  A claim is computed in a folder of its own
attempt, which gets its final name just before the claim is stored; whatever kills driver or worker
costs at most the claims in flight.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import IO

from theory.errors import InputError
from verify.files import output_folder, write_bytes
from verify.progress import Progress
from verify.sweep.cells import Outcome, Task
from verify.sweep.config import Claim, SweepConfig
from verify.sweep.fingerprint import fingerprint
from verify.sweep.pool import Backend, Lost
from verify.sweep.store import NAME, Record, Store

ATTEMPTS = 2
TICK = 0.5
CELLS = "cells"
PARTIAL = ".part-"


@dataclass(frozen=True)
class SweepResult:
    """All claims of the configuration in its order; ``kept`` were there before."""

    config: SweepConfig
    out: Path
    version: str
    records: tuple[Record, ...]
    kept: int
    seconds: float

    @property
    def total(self) -> int:
        """Number of claims."""
        return len(self.config.claims)

    @cached_property
    def statuses(self) -> Counter[str]:
        """How many are done and how many failed."""
        return Counter(record.status for record in self.records)

    @cached_property
    def verdicts(self) -> Counter[str]:
        """How many have which verdict."""
        return Counter(record.verdict for record in self.records if record.verdict is not None)

    @property
    def exit_status(self) -> int:
        """1 if any claim is refuted, else 3 if any failed or is undecided, else 0."""
        if self.verdicts["REFUTED"]:
            return 1
        open_ = self.verdicts["UNDECIDED"] + self.verdicts["BUDGET_EXHAUSTED"]
        return 3 if open_ or self.statuses["failed"] else 0


def sweep(
    config: SweepConfig,
    out: Path,
    backend: Callable[[], Backend],
    *,
    resume: bool = False,
    retry_failed: bool = False,
    version: str | None = None,
    progress: Progress | None = None,
) -> SweepResult:
    """Compute every claim that ``out`` does not hold yet.

    ``backend`` is made only if something is left to do.  ``version`` (default: the fingerprint of
    the source, which workers then compare with their own) enters every key.  Raises InputError
    where ``out`` is in use, or holds this sweep and ``resume`` is False.
    """
    clock = time.perf_counter()
    folder = output_folder(out)
    with _locked(folder), Store(folder / NAME) as store:
        if store.holds(config) and not resume:
            accepted = "add --resume to go on with it, or name another folder"
            raise InputError("--out", out, "already holds this sweep:", accepted)
        known = fingerprint() if version is None else version
        keys = {claim.key(known): claim for claim in config.claims}
        store.begin_sweep(config, known, list(keys))
        _clear(folder)
        found = store.statuses()
        over = {"done"} if retry_failed else {"done", "failed"}
        left = {key: claim for key, claim in keys.items() if found.get(key) not in over}
        if left:
            checked = fingerprint() if version is None else None
            driver = _Driver(store, folder, known, checked, left, len(keys), progress)
            driver.run(backend())
        records = tuple(store.records(keys))
        kept = len(keys) - len(left)
    return SweepResult(config, out, known, records, kept, time.perf_counter() - clock)


class _Driver:
    """One run over the claims that are left."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        version: str,
        checked: str | None,
        left: dict[str, Claim],
        total: int,
        progress: Progress | None,
    ) -> None:
        self.store, self.folder, self.version, self.checked = store, folder, version, checked
        self.left, self.total, self.progress = left, total, progress
        self.queue = deque(left)
        self.tries: Counter[str] = Counter()
        self.running: dict[str, Path] = {}
        self.over = self.failed = 0
        self.start = time.perf_counter()

    def run(self, backend: Backend) -> None:
        """Until nothing is left; whatever stops it, what has finished is stored."""
        try:
            while self.queue or self.running:
                while self.queue and backend.free() > 0:
                    self.hand_out(backend, self.queue.popleft())
                self.report()
                for event in backend.wait(TICK):
                    self.take(event)
            self.report()
        except KeyboardInterrupt:
            with contextlib.suppress(KeyboardInterrupt):
                for event in backend.wait(0):
                    if isinstance(event, Outcome):
                        self.take(event)
            raise
        finally:
            backend.close()
            _clear(self.folder)

    def hand_out(self, backend: Backend, key: str) -> None:
        """Note the attempt, then hand over the claim with a folder of its own."""
        claim = self.left[key]
        count = self.store.begin(key, claim.family, claim.text, self.version)
        folder = self.folder / CELLS / f"{PARTIAL}{key}-{count}"
        shared = str(folder.resolve()) if backend.shares_folders else None
        request = {**claim.request, **claim.where}
        self.tries[key] += 1
        self.running[key] = folder
        backend.submit(Task(key, claim.family, request, self.checked, shared))

    def take(self, event: Outcome | Lost) -> None:
        """Store an outcome; a lost claim is tried once more, then it has failed."""
        folder = self.running.pop(event.key)
        if isinstance(event, Lost):
            shutil.rmtree(folder, ignore_errors=True)
            if self.tries[event.key] < ATTEMPTS:
                self.queue.append(event.key)
                return
            event = Outcome(event.key, "failed", None, f"{event.reason}, {ATTEMPTS} times")
        names = self.place(event, folder)
        self.store.finish(replace(event, files=()), names)
        self.over += 1
        self.failed += event.status == "failed"

    def place(self, outcome: Outcome, folder: Path) -> list[str]:
        """Give the files their final folder; the certificates among them, relative to the sweep."""
        if outcome.files:
            folder.mkdir(parents=True, exist_ok=True)
            for name, content in outcome.files:
                write_bytes(folder / Path(name).name, content)
        if not folder.is_dir():
            return []
        final = self.folder / CELLS / outcome.key
        if final.exists():
            shutil.rmtree(final)
        folder.replace(final)
        return [f"{CELLS}/{outcome.key}/{path.name}" for path in sorted(final.glob("*.json"))]

    def report(self) -> None:
        """Done, failed and rate; the console adds what remains."""
        if self.progress is not None:
            before = self.total - len(self.left)
            rate = self.over / max(time.perf_counter() - self.start, 1e-9)
            done = before + self.over - self.failed
            message = f"{done} of {self.total} done, {self.failed} failed, {rate:.2g}/s"
            self.progress(before + self.over, self.total, message)


def _clear(folder: Path) -> None:
    """Remove what unfinished attempts left behind."""
    for path in (folder / CELLS).glob(f"{PARTIAL}*"):
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One driver per folder; the lock goes with its process, however that ends."""
    with (folder / "sweep.lock").open("a") as stream:
        if not _lock(stream):
            accepted = "wait until it has ended, or name another folder"
            raise InputError("--out", folder, "is in use by another sweep:", accepted)
        yield


def _lock(stream: IO[str]) -> bool:
    if os.name != "posix":
        return True
    import fcntl

    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
