"""Certificates that are drawn are proved, spoiled ones are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from verify import strategies
from verify.certificates import document_text, sealed
from verify.checker import CheckResult, check_file
from verify.checks import KINDS
from verify.strategies.mutations import CHANGES, Mutant

Document = dict[str, Any]
KEPT = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)


def checked(folder: Path, document: Document) -> CheckResult:
    path = folder / "certificate.json"
    path.write_text(document_text(document), "utf-8")
    return check_file(path)


@pytest.mark.parametrize("kind", KINDS)
def test_drawn_certificates_are_proved(kind: str, tmp_path: Path) -> None:
    @settings(max_examples=6, suppress_health_check=KEPT)
    @given(document=strategies.certificates(kinds=[kind]))
    def proved(document: Document) -> None:
        result = checked(tmp_path, document)
        assert (result.kind, result.status) == (kind, "PROVED"), result.reason
        assert result.seconds < 5
        assert len(document_text(document)) < 20_000

    proved()


@settings(suppress_health_check=KEPT)
@given(mutant=strategies.mutated_certificates())
def test_spoiled_certificates_are_refused(mutant: Mutant, tmp_path: Path) -> None:
    result = checked(tmp_path, mutant.document)
    assert result.status in ("REFUTED", "INVALID", "UNDECIDED"), (mutant.change, result)
    assert "the checker failed" not in result.reason
    # what is left after the hash is not the reason, except where it is the change
    stale = mutant.change == "stale hash"
    assert (sealed(mutant.document) != mutant.document) == stale
    if stale:
        assert "not the hash" in result.reason


@pytest.mark.slow
@settings(max_examples=3000, suppress_health_check=KEPT)
@given(mutant=strategies.mutated_certificates())
def test_spoiled_certificates_are_refused_at_length(mutant: Mutant, tmp_path: Path) -> None:
    assert checked(tmp_path, mutant.document).status != "PROVED", mutant.change


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_every_change_is_refused(change: Any, tmp_path: Path) -> None:
    @settings(max_examples=4, suppress_health_check=KEPT)
    @given(document=strategies.certificates(kinds=["upper"]), data=st.data())
    def refused(document: Document, data: st.DataObject) -> None:
        assert change.applies(document)
        change.spoil(document, data.draw)
        spoiled = document if change.name == "stale hash" else sealed(document)
        assert checked(tmp_path, spoiled).status != "PROVED"

    refused()


def test_a_checker_that_forgets_the_bound_is_caught(tmp_path: Path) -> None:
    """A planted hole: whoever checks everything but the bound proves one of the mutants."""

    def careless(document: Document) -> bool:
        relaxed = dict(document)
        if isinstance(document.get("bound"), dict):
            relaxed["bound"] = {"direction": "lower", "value": "1/1000000"}
        return checked(tmp_path, sealed(relaxed)).status == "PROVED"

    found = find(
        strategies.mutated_certificates(kinds=["counting"]),
        lambda mutant: careless(mutant.document),
        settings=settings(database=None, suppress_health_check=list(HealthCheck)),
    )
    assert careless(found.document)
    assert len(json.dumps(found.document)) < 700
