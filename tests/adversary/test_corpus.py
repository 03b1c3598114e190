"""Inputs that fuzzing found worth keeping: replayed without atheris, each ends in a verdict."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from fuzz.mutator import alter_certificate, alter_expression
from fuzz.seeds import seeds
from fuzz.store import stored
from fuzz.targets import TARGETS, Find, _outcome
from verify.checks.verdicts import Outcome

WORDS = {"READ", "PROVED", "REFUTED", "UNDECIDED", "INVALID"}


@pytest.mark.parametrize("target", TARGETS)
def test_the_stored_corpus_is_harmless(target: str, tmp_path: Path) -> None:
    inputs = [*seeds(target, tmp_path), *stored(target)]
    assert len(stored(target)) >= 10
    found = {TARGETS[target](data, tmp_path) for data in inputs}
    assert found <= WORDS
    # The corpus reaches acceptance and refusal, not the first error only.
    assert {"INVALID"} < found


@pytest.mark.parametrize("target", TARGETS)
def test_altered_inputs_are_harmless(target: str, tmp_path: Path) -> None:
    """The mutator of the fuzzer without its guidance."""
    rng = random.Random(target)
    inputs = [*seeds(target, tmp_path), *stored(target)]
    is_text = target in ("expression", "spectrum")

    def bytewise(data: bytes, limit: int) -> bytes:
        cut = rng.randint(0, len(data))
        return (data[:cut] + bytes([rng.randrange(256)]) + data[cut + 1 :])[:limit]

    for _ in range(60 if target == "check" else 250):
        alter = alter_expression if is_text else alter_certificate
        data = alter(rng.choice(inputs), 16384, rng.getrandbits(32), bytewise)
        assert TARGETS[target](data, tmp_path) in WORDS, data


def test_a_find_would_be_one() -> None:
    for reason in ("two\nlines", "\u2603", "x" * 2000):
        with pytest.raises(Find):
            _outcome(lambda reason=reason: Outcome("REFUTED", reason))  # type: ignore[misc]
    with pytest.raises(ZeroDivisionError):
        _outcome(lambda: 1 // 0)


def test_altered_certificates_are_mostly_json(tmp_path: Path) -> None:
    data = seeds("check", tmp_path)[0]
    whole = 0
    for seed in range(100):
        altered = alter_certificate(data, 16384, seed, lambda content, limit: content[: limit // 2])
        try:
            whole += json.loads(altered) != json.loads(data)
        except ValueError:
            continue
    assert whole > 60
