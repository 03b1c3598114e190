"""One claim, computed in a folder of its own; every failure becomes an outcome with a reason."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from theory.errors import AssumptionViolated, IceboundError, Undecided
from verify.sweep.figures import Figure
from verify.sweep.fingerprint import fingerprint
from verify.sweep.keys import Value

Status = Literal["done", "failed"]


@dataclass(frozen=True)
class Task:
    """What a worker is handed: the claim, its key, and the version of the code it is keyed by.

    ``folder`` is where files go (None: the files travel back in the outcome); ``version`` None
    leaves the version unchecked.
    """

    key: str
    family: str
    request: Mapping[str, Value]
    version: str | None
    folder: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What comes back: ``done`` with a verdict, or ``failed`` with a reason.

    ``result`` is the JSON object of the family's command, its paths relative to the cell's folder;
    ``files`` are names and contents where there was no folder in common.
    """

    key: str
    status: Status
    verdict: str | None
    reason: str | None
    seconds: float = 0.0
    result: dict[str, Any] | None = None
    figures: dict[str, Figure] = field(default_factory=dict)
    started: str = ""
    finished: str = ""
    host: str = ""
    pid: int = 0
    files: tuple[tuple[str, bytes], ...] = ()


def now() -> str:
    """The time as ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def run_cell(task: Task) -> Outcome:
    """Compute the claim with its files in ``task.folder``; never raises for a failing claim."""
    from verify.results import as_json
    from verify.sweep.families import FAMILIES, NO_PICTURE

    assert task.folder is not None
    started, clock = now(), time.perf_counter()
    result: dict[str, Any] | None = None
    figures: dict[str, Figure] = {}
    status: Status = "done"
    verdict: str | None = None
    reason: str | None = None
    try:
        if task.version is not None and task.version != fingerprint():
            raise RuntimeError("this worker runs another version of the code")
        folder = Path(task.folder)
        folder.mkdir(parents=True, exist_ok=True)
        with _without_pictures():
            answer = FAMILIES[task.family].answer(task.request, folder)
        verdict, reason, figures = answer.verdict, answer.reason, as_json(answer.figures)
        result = relative(as_json(answer.result), folder)
        if result is not None and "notes" in result:
            result["notes"] = [n for n in result["notes"] if not n.startswith(NO_PICTURE)]
    except Undecided as error:
        verdict, reason = "UNDECIDED", str(error)
    except AssumptionViolated as error:
        status, verdict, reason = "failed", "ASSUMPTION_VIOLATED", str(error)
    except IceboundError as error:
        status, reason = "failed", str(error)
    except Exception as error:
        detail = " ".join(str(error).split())[:300]
        status, reason = "failed", f"{type(error).__name__}: {detail}"
    return Outcome(
        key=task.key,
        status=status,
        verdict=verdict,
        reason=reason,
        seconds=time.perf_counter() - clock,
        result=result,
        figures=figures,
        started=started,
        finished=now(),
        host=socket.gethostname(),
        pid=os.getpid(),
    )


def relative(result: Any, folder: Path) -> Any:
    """``result`` with every path below ``folder`` made relative to it."""
    from verify.files import shown

    prefixes = tuple(f"{start}{os.sep}" for start in {shown(folder), str(folder)})

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: walk(entry) for name, entry in value.items()}
        if isinstance(value, list):
            return [walk(entry) for entry in value]
        if isinstance(value, str):
            for prefix in prefixes:
                if value.startswith(prefix):
                    return value.removeprefix(prefix)
        return value

    return walk(result)


@contextlib.contextmanager
def _without_pictures() -> Iterator[None]:
    """A sweep draws no pictures: they would take most of the time of a small claim."""
    from verify import pictures

    usual = pictures.available
    setattr(pictures, "available", lambda: False)  # noqa: B010 (a function of a module)
    try:
        yield
    finally:
        setattr(pictures, "available", usual)  # noqa: B010
