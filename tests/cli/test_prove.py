"""``icebound prove``: JSON, table, exit statuses, bad input."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from theory.lemmas import solver
from theory.lemmas.permutation import steps
from theory.lemmas.registry import all_lemmas


@pytest.fixture
def without_coq(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)


def test_named_lemmas_as_json(icebound: Callable[..., Run]) -> None:
    run = icebound("prove", "P3-flat-quad", "r3-MONOTONE", "P3-flat-quad", "--json")
    assert run.status == 0
    rows = run.document["results"]
    assert [(row["lemma"], row["method"], row["status"]) for row in rows] == [
        ("P3-flat-quad", "z3", "proved"),
        ("R3-monotone", "identity", "proved"),
    ]
    assert set(rows[0]) == {"lemma", "method", "status", "seconds", "evidence", "control"}
    assert rows[0]["control"] == "the bound 0.99 H"
    assert all(isinstance(row["seconds"], float) for row in rows)


def test_all_lemmas_as_a_table(icebound: Callable[..., Run]) -> None:
    run = icebound("prove")
    assert run.status == 0, run.err
    for lemma in all_lemmas():
        assert f" {lemma.id} " in run.out
    closing = run.out.strip().splitlines()[-1]
    assert " proved, " in closing
    assert " paper" in closing
    assert not any(word in closing for word in ("refuted", "failed", "undecided"))


def test_paper_by_name_is_not_a_proof(icebound: Callable[..., Run]) -> None:
    run = icebound("prove", "R5-moments", "--json")
    assert run.status == 3
    assert run.document["results"][0]["status"] == "paper"


def test_a_coq_lemma_without_coqc(icebound: Callable[..., Run], without_coq: None) -> None:
    run = icebound("prove", "P6-orderings")
    assert run.status == 3
    assert "skipped: not checked here: coqc: not found" in run.err


def test_without_z3(icebound: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "available", lambda: False)
    run = icebound("prove", "P3-flat-quad")
    assert run.status == 3
    assert "icebound: note: skipped: needs z3: pip install 'icebound[proofs]'" in run.err


def test_a_false_lemma_is_refuted(
    icebound: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "_jump_is_positive", lambda: steps.refuted("J = -1"))
    run = icebound("prove", "P1-jump", "--json")
    assert run.status == 1
    assert run.document["results"][0]["status"] == "refuted"
    assert run.document["results"][0]["control"] is None


@pytest.mark.parametrize("name", ["P8-feedbak", "p8_feedback"])
def test_an_unknown_lemma(
    icebound: Callable[..., Run], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = icebound("prove", "P1-jump", name)
    assert run.status == 2
    assert run.last_error.startswith(f"icebound: error: LEMMA: unknown: {name!r}; did you mean")
    assert "'P8-feedback'" in run.last_error
    assert run.out == ""
    error = icebound("prove", name, "--json").document["error"]
    assert (error["kind"], error["argument"], error["value"]) == ("input", "LEMMA", name)
