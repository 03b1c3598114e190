"""Every lemma proves, every false variant is refuted by the same method."""

from __future__ import annotations

import pytest

from theory.errors import InputError
from theory.lemmas.lemma import Effort, Lemma, Method, Verdict
from theory.lemmas.registry import all_lemmas, by_id
from theory.statements.registry import all_statements

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
