"""The runner: what counts as proved, which exit status follows, what happens without tools."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import Any

import pytest

from theory.lemmas import solver
from theory.lemmas.lemma import (
    Control,
    Effort,
    Lemma,
    Method,
    Outcome,
    Verdict,
    proved,
    refuted,
    together,
    undecided,
)
from theory.lemmas.registry import by_id
from verify import coq
from verify.proving import ProofResult, decided, exit_status, prove_lemmas

SAMPLE = Lemma(
    id="X-sample",
    name="a sample",
    statement="1 = 1.",
    used_by=("P1",),
    method=Method.CASES,
    argument="By looking.",
    prove=lambda _: proved("1 case"),
    control=Control("1 = 2", lambda _: refuted("1")),
)


def test_proved_with_its_control() -> None:
    (result,) = prove_lemmas([SAMPLE], Effort.QUICK)
    assert (result.status, result.evidence, result.control) == ("proved", "1 case", "1 = 2")
    assert result.seconds >= 0


@pytest.mark.parametrize(
    "control", [proved("it holds"), undecided("who knows"), Outcome(Verdict.SKIPPED, "no tool")]
)
def test_a_control_that_is_not_refuted_spoils_the_proof(control: Outcome) -> None:
    lemma = replace(SAMPLE, control=Control("1 = 2", lambda _: control))
    assert decided(lemma, Effort.QUICK).verdict is Verdict.UNDECIDED
    (result,) = prove_lemmas([lemma], Effort.QUICK)
    assert "not refuted: 1 = 2" in result.evidence
    assert exit_status([lemma], [result], named=False) == 3


def test_paper_is_never_proved() -> None:
    lemma = by_id("R5-moments")
    assert decided(lemma, Effort.QUICK) == Outcome(Verdict.PAPER, lemma.argument)


@pytest.mark.parametrize(
    ("statuses", "method", "named", "expected"),
    [
        (["proved"], Method.Z3, True, 0),
        (["refuted"], Method.Z3, False, 1),
        (["undecided"], Method.Z3, False, 3),
        (["skipped"], Method.Z3, False, 3),
        (["skipped"], Method.Z3, True, 3),
        (["proved", "skipped"], Method.Z3, True, 0),
        (["skipped", "proved"], Method.Z3, False, 0),
        (["proved", "failed"], Method.Z3, False, 1),
        (["paper"], Method.PAPER, False, 0),
        (["paper"], Method.PAPER, True, 3),
        (["skipped"], Method.COQ, False, 0),
        (["skipped"], Method.COQ, True, 3),
        (["failed"], Method.COQ, False, 1),
    ],
)
def test_exit_statuses(statuses: list[str], method: Method, named: bool, expected: int) -> None:
    lemma = replace(SAMPLE, method=method)
    results = [ProofResult(lemma.id, "any", status, 0.0, "") for status in statuses]
    assert exit_status([lemma], results, named=named) == expected


def test_without_z3_its_lemmas_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "available", lambda: False)
    lemmas = [by_id("P8-feedback"), by_id("P1-jump")]
    missing, identity = prove_lemmas(lemmas, Effort.QUICK)
    assert missing.status == "skipped"
    assert "pip install 'icebound[proofs]'" in missing.evidence
    assert identity.status == "proved"
    assert exit_status(lemmas, [missing, identity], named=False) == 3


def test_without_coqc_the_other_proof_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    lemma = by_id("P1-jump")
    by_machine, by_coq = prove_lemmas([lemma], Effort.FULL)
    assert (by_machine.status, by_coq.status) == ("proved", "skipped")
    assert "P1_jump in proofs/P1.v: not checked here" in by_coq.evidence
    assert exit_status([lemma], [by_machine, by_coq], named=True) == 0


def test_a_development_that_is_refused_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise coq.Refused("P1.v: holds Admitted")

    monkeypatch.setattr(coq, "check", refuse)
    lemma = by_id("P1-jump")
    results = prove_lemmas([lemma], Effort.FULL)
    assert [result.status for result in results] == ["proved", "failed"]
    assert "holds Admitted" in results[1].evidence
    assert exit_status([lemma], results, named=True) == 1


def test_progress_names_the_lemma() -> None:
    seen: list[tuple[float, float, str]] = []
    prove_lemmas([SAMPLE, SAMPLE], Effort.QUICK, lambda *entry: seen.append(entry))
    assert seen == [(0, 2, "proving X-sample"), (1, 2, "proving X-sample")]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("coqc") is None, reason=f"no coqc: install {coq.PACKAGES}")
def test_coq_checks_the_files_of_one_lemma_only() -> None:
    report = coq.check(lemmas=["P1-jump"])
    assert [theorem.lemma for theorem in report.theorems] == ["P1-jump"]
    assert report.seconds < 120


def test_the_first_part_that_is_not_proved_decides() -> None:
    parts = (proved("a"), undecided("b"), refuted("c"))
    assert together(*parts) == undecided("b")
    assert together(proved("a"), proved("a"), proved("b")).evidence == "a; b"


def contradiction(z3: Any) -> tuple[list[Any], Any]:
    x = z3.Real("x")
    return [x > 0, x < 0], x == 1


def test_from_a_contradiction_nothing_follows() -> None:
    outcome = solver.decide(contradiction)
    assert outcome.verdict is Verdict.UNDECIDED
    assert "no example meets the hypotheses" in outcome.evidence
