"""The driver: nothing twice, failures recorded, lost processes replaced, Ctrl-C keeps the rest."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sweep.grids import widths
from tests.sweep.work import answered, deadly, echo, forked, slow
from theory.errors import AssumptionViolated, InputError, Undecided
from verify.sweep.cells import Outcome, Task, relative, run_cell
from verify.sweep.config import SweepConfig
from verify.sweep.engine import SweepResult, sweep
from verify.sweep.families import FAMILIES, Answer, Family
from verify.sweep.fingerprint import counts, digest, fingerprint
from verify.sweep.pool import Backend, Event, Lost, Pool


class Here:
    """Computes claims in this process; counts them, and may be interrupted after some."""

    shares_folders = True

    def __init__(self, work: Callable[[Task], Outcome] = echo, most: int | None = None) -> None:
        self.work, self.most = work, most
        self.events: list[Event] = []
        self.done: list[str] = []
        self.closed = False

    def free(self) -> int:
        return 3 - len(self.events)

    def submit(self, task: Task) -> None:
        self.done.append(task.key)
        self.events.append(self.work(task))

    def wait(self, seconds: float) -> list[Event]:
        if self.most is not None and len(self.done) > self.most and seconds:
            raise KeyboardInterrupt
        events, self.events = self.events, []
        return events

    def close(self) -> None:
        self.closed = True


def run(
    config: SweepConfig, out: Path, backend: Backend, *, resume: bool = False,
    retry_failed: bool = False, version: str = "v",
) -> SweepResult:  # fmt: skip
    return sweep(
        config, out, lambda: backend, resume=resume, retry_failed=retry_failed, version=version
    )


def test_every_claim_once_in_order_with_its_files(tmp_path: Path) -> None:
    backend = Here()
    seen: list[tuple[float, float, str]] = []
    config = widths(4, 12)
    result = sweep(config, tmp_path, lambda: backend, version="v",
                   progress=lambda *report: seen.append(report))  # fmt: skip
    assert [record.request["width"] for record in result.records] == list(range(4, 13))
    assert sorted(backend.done) == sorted(claim.key("v") for claim in config.claims)
    assert backend.closed
    for record in result.records:
        [path] = record.certificates
        assert (tmp_path / path).read_text() == record.key
    assert sorted(path.name for path in (tmp_path / "cells").iterdir()) == sorted(backend.done)
    assert (result.total, result.kept, result.exit_status) == (9, 0, 0)
    assert seen[-1][:2] == (9, 9)
    assert "9 of 9 done, 0 failed" in seen[-1][2]


def test_the_same_sweep_needs_resume_and_computes_nothing_again(tmp_path: Path) -> None:
    run(widths(4, 9), tmp_path, Here())
    with pytest.raises(InputError, match="--resume"):
        run(widths(4, 9), tmp_path, Here())
    again = Here()
    result = run(widths(4, 9), tmp_path, again, resume=True)
    assert (again.done, result.kept) == ([], 6)
    # another sweep that shares claims takes them over
    wider = Here()
    assert run(widths(4, 12), tmp_path, wider).kept == 6
    assert len(wider.done) == 3


def test_another_version_computes_everything_again(tmp_path: Path) -> None:
    run(widths(4, 6), tmp_path, Here())
    changed = Here()
    result = run(widths(4, 6), tmp_path, changed, resume=True, version="w")
    assert (len(changed.done), result.kept) == (3, 0)
    assert {record.version for record in result.records} == {"w"}


def test_an_interrupt_keeps_what_has_finished(tmp_path: Path) -> None:
    backend = Here(most=4)
    with pytest.raises(KeyboardInterrupt):
        run(widths(4, 20), tmp_path, backend)
    assert backend.closed
    assert not list((tmp_path / "cells").glob(".part-*"))
    rest = Here()
    result = run(widths(4, 20), tmp_path, rest, resume=True)
    assert result.kept >= 4
    assert len(rest.done) == 17 - result.kept
    assert not set(rest.done) & set(backend.done[: result.kept])


def test_a_lost_claim_is_tried_once_more(tmp_path: Path) -> None:
    tries: dict[object, int] = {}

    class Losing(Here):
        def submit(self, task: Task) -> None:
            width = task.request["width"]
            tries[width] = tries.get(width, 0) + 1
            if width == 5 or (width == 6 and tries[width] == 1):
                self.events.append(Lost(task.key, "its process was killed (SIGKILL)"))
            else:
                super().submit(task)

    result = run(widths(4, 8), tmp_path, Losing())
    assert tries == {4: 1, 5: 2, 6: 2, 7: 1, 8: 1}
    by_width = {record.request["width"]: record for record in result.records}
    assert by_width[5].status == "failed"
    assert "killed (SIGKILL), 2 times" in str(by_width[5].reason)
    assert by_width[6].status == "done"
    assert by_width[6].attempts == 2
    assert result.exit_status == 3
    # a failed claim is kept, unless it is to be tried again
    assert run(widths(4, 8), tmp_path, Here(), resume=True).statuses["failed"] == 1
    again = Here()
    result = run(widths(4, 8), tmp_path, again, resume=True, retry_failed=True)
    assert (len(again.done), result.exit_status) == (1, 0)


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        (("PROVED", "CONSISTENT"), 0),
        (("PROVED", "UNDECIDED"), 3),
        (("BUDGET_EXHAUSTED", "PROVED"), 3),
        (("UNDECIDED", "REFUTED"), 1),
    ],
)
def test_exit_statuses(tmp_path: Path, verdicts: tuple[str, str], status: int) -> None:
    words = iter(verdicts)
    result = run(widths(4, 5), tmp_path, Here(lambda task: answered(task, verdict=next(words))))
    assert result.exit_status == status


def test_two_drivers_do_not_share_a_folder(tmp_path: Path) -> None:
    def nested(task: Task) -> Outcome:
        with pytest.raises(InputError, match="in use"):
            run(widths(4, 5), tmp_path, Here(), resume=True)
        return answered(task)

    assert run(widths(4, 4), tmp_path, Here(nested)).statuses["done"] == 1


FAILURES = [
    (AssumptionViolated("P4", "(no stride k)", "n = 4", "a larger width"), "failed",
     "ASSUMPTION_VIOLATED", "no stride k"),
    (InputError("--target", "1/x", "is not finite:", "finite"), "failed", None, "not finite"),
    (Undecided("--target", "x", "is undecided at", "more time"), "done", "UNDECIDED", "undecided"),
    (ZeroDivisionError("by\nzero"), "failed", None, "ZeroDivisionError: by zero"),
    (MemoryError(), "failed", None, "MemoryError"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "status", "verdict", "said"), FAILURES)
def test_failures_become_outcomes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: str,
    verdict: str | None,
    said: str,
) -> None:
    def fails(*_: object) -> Answer:
        raise error

    family = FAMILIES["bias"]
    broken = Family("bias", family.keys, family.normal, fails)
    monkeypatch.setitem(FAMILIES, "bias", broken)
    outcome = run_cell(Task("k", "bias", {}, None, str(tmp_path / "cell")))
    assert (outcome.status, outcome.verdict) == (status, verdict)
    assert said in str(outcome.reason)


def test_what_is_not_finite_is_stored_as_null(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def infinite(*_: object) -> Answer:
        return Answer(
            "PROVED", {"points": [{"error": [0.5, math.inf]}]}, {"gap": math.nan}, "\udcff"
        )

    family = FAMILIES["permutation"]
    broken = Family("permutation", family.keys, family.normal, infinite)
    monkeypatch.setitem(FAMILIES, "permutation", broken)
    [record] = run(widths(4, 4), tmp_path, Here(run_cell)).records
    assert record.result == {"points": [{"error": [0.5, None]}]}
    assert record.figures == {"gap": None}
    assert record.reason == "?"


def test_a_worker_of_another_version_says_so(tmp_path: Path) -> None:
    outcome = run_cell(Task("k", "bias", {}, "another", str(tmp_path)))
    assert outcome.status == "failed"
    assert "another version" in str(outcome.reason)


def test_paths_in_results_are_those_of_the_cell(tmp_path: Path) -> None:
    found = {"certificate": str(tmp_path / "cell/upper.json"), "others": ["cells", 1, None]}
    expected = {"certificate": "upper.json", "others": ["cells", 1, None]}
    assert relative(found, tmp_path / "cell") == expected


def test_the_fingerprint_sees_source_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1")
    first = digest({"theory": tmp_path})
    (tmp_path / "notes.md").write_text("changed")
    assert digest({"theory": tmp_path}) == first
    (tmp_path / "a.py").write_text("x = 2")
    second = digest({"theory": tmp_path})
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert len({first, second, digest({"theory": tmp_path})}) == 3
    assert counts("theory/errors.py")
    assert counts("verify/data/permutation_training.json")
    assert counts("verify/sweep/cells.py")
    assert not counts("verify/sweep/engine.py")
    assert not counts("verify/cli/sweep.py")
    assert len(fingerprint()) == 64


def test_processes_die_and_the_rest_goes_on(tmp_path: Path) -> None:
    result = run(widths(4, 11), tmp_path, Pool(deadly, 2))
    by_width = {record.request["width"]: record for record in result.records}
    assert {width for width, record in by_width.items() if record.status == "failed"} == {5}
    assert "killed (SIGKILL), 2 times" in str(by_width[5].reason)
    # the neighbours of a claim that kills its process are not touched
    assert {width: record.attempts for width, record in by_width.items() if record.attempts > 1} \
        == {5: 2, 6: 2}  # fmt: skip
    assert result.exit_status == 1


def test_a_claim_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    start = time.monotonic()
    result = run(widths(4, 6), tmp_path, Pool(slow, 2, timeout=4))
    assert time.monotonic() - start < 60
    by_width = {record.request["width"]: record for record in result.records}
    assert (by_width[5].status, by_width[5].verdict) == ("failed", "BUDGET_EXHAUSTED")
    assert by_width[4].status == by_width[6].status == "done"
    assert result.exit_status == 3


def test_processes_have_one_thread_for_each_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    result = run(widths(4, 4), tmp_path, Pool(forked, 1))
    assert result.records[0].figures["threads"] == "1"
    assert result.records[0].result == {"width": 4}


def test_a_real_claim_of_every_family(tmp_path: Path) -> None:
    """The figures of a cell are those of its result; no pictures; every certificate is proved."""
    from verify.checker import check_file
    from verify.sweep.config import parse_config

    body = """
        [[claims]]
        family = "permutation"
        target = "exp(x)"
        width = 20
        train = false
        [[claims]]
        family = "bias"
        target = "exp(x)"
        width = 50
        train = false
        [[claims]]
        family = "ridgelet"
        target = "sin(2*pi*x)"
        activation = "tanh"
        lambda = 4
        beta = 4
        budget = 1
        width = 20
        train = false
        [[claims]]
        family = "frontier"
        target = "sin(2*pi*x)"
        activation = "tanh"
        lambda = 4
        beta = 4
        budget = 1
        [[claims]]
        family = "response"
        target = "exp(-x**2/2)"
        activation = "gaussian"
        band = 2
        mu = 0.1
        [[claims]]
        family = "budget"
        target = "sin(8*pi*x)"
        activation = "tanh"
        band = 2
        eps = [0.1, 5]
    """
    config = parse_config(body, Path("grid.toml"))
    result = run(config, tmp_path, Here(run_cell))
    assert result.exit_status == 0, [record.reason for record in result.records]
    found = {record.family: record for record in result.records if record.certificates}
    assert set(found) == set(FAMILIES)
    for record in found.values():
        assert record.verdict == "PROVED"
        statuses = {check_file(tmp_path / path).status for path in record.certificates}
        assert statuses == {"PROVED"}, record.family
        assert not list((tmp_path / "cells" / record.key).glob("*.png"))
        assert "matplotlib" not in json.dumps(record.result)
        names = set(record.figures)
        assert not names & {key.name for key in FAMILIES[record.family].keys}
    for family in ("permutation", "bias", "ridgelet"):
        figures, whole = found[family].figures, found[family].result
        assert whole is not None
        assert figures["lower"] == whole["lower"]["value"] <= figures["constructed"]
        assert whole["constructed"]["certificate"] == "upper.json"
    assert found["frontier"].figures["lower"] <= found["frontier"].figures["upper"]
    assert found["response"].figures["error_low"] <= found["response"].figures["error_high"]
    assert found["budget"].figures["log10_budget"] > 3
    # an accuracy that the zero network has: nothing follows, which is no failure
    trivial = result.records[-1]
    assert (trivial.verdict, trivial.certificates) == ("CONSISTENT", ())
    assert trivial.reason
