"""Every kind of certificate: true ones are proved, altered ones are refused."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.adversary.campaign import SLOW, all_families, campaign
from tests.adversary.malformed import MALFORMED
from tests.adversary.mutants import judge
from tests.checker import build
from verify.checker import check_file
from verify.checks import KINDS


def test_what_is_mutated_is_true_before(tmp_path: Path) -> None:
    found = all_families(tmp_path)
    assert {family.kind for family in found} == set(KINDS)
    for family in found:
        result = check_file(build.write(tmp_path, family.true))
        assert result.status == "PROVED", (family.name, result)


def test_a_seeded_sample_is_refused(tmp_path: Path) -> None:
    verdicts = campaign(20, 2500, tmp_path)
    assert len(verdicts) >= 2500
    assert [v for v in verdicts if v.wrong] == []
    # Every way to be malformed came up, and every way to lie but those of the slow kinds.
    seen = {(v.family, v.mutation) for v in verdicts}
    assert {f"malformed: {name}" for name in MALFORMED} <= {mutation for _, mutation in seen}
    lies = {(f.name, lie) for f in all_families(tmp_path) for lie in f.lies}
    missed = {family for family, _ in lies - seen}
    assert missed <= set(SLOW)


def test_each_lie_of_the_slow_kinds_is_refused(tmp_path: Path) -> None:

    for family in all_families(tmp_path):
        if family.name in SLOW:
            for label, lie in family.lies.items():
                path = build.write(tmp_path, lie(random.Random(label)))
                verdict = judge(family.name, label, path)
                assert (verdict.status, verdict.wrong) == ("REFUTED", ""), verdict


def test_the_engine_notices_what_is_not_refused(tmp_path: Path) -> None:
    # A slack bound is true: were it counted as a mutant, the campaign would say so.
    true = all_families(tmp_path)[0].true
    verdict = judge("upper/relu", "slack", build.write(tmp_path, true))
    assert verdict.status == "PROVED"
    assert "PROVED" in verdict.wrong


@pytest.mark.nightly
def test_a_hundred_thousand_mutants_are_refused(tmp_path: Path) -> None:
    verdicts = campaign(7, 100_000, tmp_path)
    assert len(verdicts) >= 100_000
    assert [v for v in verdicts if v.wrong] == []
