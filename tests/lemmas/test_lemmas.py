"""Every lemma proves, every false variant is refuted by the same method."""

from __future__ import annotations

import pytest

from tests.house.layout import ROOT
from theory.errors import InputError
from theory.lemmas.lemma import Effort, Lemma, Method, Verdict
from theory.lemmas.registry import all_lemmas, by_id
from theory.statements.registry import all_statements
from verify.proof_table import PAGE, with_table

LEMMAS = all_lemmas()
MACHINE = [lemma for lemma in LEMMAS if lemma.prove is not None]


@pytest.mark.parametrize("lemma", MACHINE, ids=lambda lemma: lemma.id)
def test_every_lemma_is_proved(lemma: Lemma) -> None:
    assert lemma.prove is not None
    outcome = lemma.prove(Effort.QUICK)
    assert outcome.verdict is Verdict.PROVED, outcome.evidence
    assert outcome.evidence


@pytest.mark.parametrize("lemma", MACHINE, ids=lambda lemma: lemma.id)
def test_every_control_is_refuted(lemma: Lemma) -> None:
    assert lemma.control is not None
    outcome = lemma.control.prove(Effort.QUICK)
    assert outcome.verdict is Verdict.REFUTED, outcome.evidence


def test_ids_are_unique_and_theorems_exist() -> None:
    ids = [lemma.id.casefold() for lemma in LEMMAS]
    assert len(set(ids)) == len(ids)
    known = {statement.id for statement in all_statements()}
    for lemma in LEMMAS:
        assert lemma.used_by, lemma.id
        assert set(lemma.used_by) <= known, lemma.id


@pytest.mark.parametrize("lemma", LEMMAS, ids=lambda lemma: lemma.id)
def test_statements_fit_into_a_coq_comment(lemma: Lemma) -> None:
    for mark in ("(*", "*)", '"', "\n", "  "):
        assert mark not in lemma.statement


@pytest.mark.parametrize("lemma", LEMMAS, ids=lambda lemma: lemma.id)
def test_records_are_complete(lemma: Lemma) -> None:
    assert lemma.statement.endswith(".")
    assert lemma.argument.strip()
    by_machine = lemma.method not in (Method.PAPER, Method.COQ)
    assert (lemma.prove is not None) == (lemma.control is not None) == by_machine


def test_lemmas_are_found_by_name() -> None:
    assert by_id(" p8-FEEDBACK ").id == "P8-feedback"
    with pytest.raises(InputError, match="did you mean 'P8-feedback'"):
        by_id("P8-feedbak")


def test_the_page_of_lemmas_is_up_to_date() -> None:
    text = (ROOT / PAGE).read_text("utf-8")
    assert text == with_table(text), "run: python -m verify.proof_table"
    for lemma in LEMMAS:
        assert text.count(f"| **{lemma.id}** ") == 1


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="markers"):
        with_table("# Proofs\n")


def test_every_note_has_lemmas() -> None:
    used = {name for lemma in MACHINE for name in lemma.used_by}
    notes = "P1 P2 P3 P3-modulus P3' P3'-modulus P4 P6 P6-counting P8 P8-closed P10 P10-parabola "
    notes += "B1 B2a B2b B4 B6 B6' B6-class B7 B8 R0 R2 R3 R4 R6 R7 R8"
    assert set(notes.split()) <= used
