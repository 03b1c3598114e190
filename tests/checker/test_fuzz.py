"""Mutated and random certificates: one of four words, never a traceback, never a false pass."""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checker import build
from verify.checker import CheckResult, check_file

WORDS = {"PROVED", "REFUTED", "UNDECIDED", "INVALID"}
NASTY = [
    *(None, True, 0, -1, 10**30, "", "x", "0", "-1", "1/3", "1*2^-1074", "1*2^1023", "9" * 400),
    *("x**2", "1/x", "sqrt(x-1/2)", "log(x)", "abs(x-1/3)", "exp(exp(9*x))", "sin(1e300*x)"),
    *([], ["0", "1"], ["1*2^-900", "1*2^900"], ["-1", "0"], {}, {"rule": "given"}),
    *({"rule": "drawn", "range": "1*2^1023"}, {"rule": "linspace"}, {"rule": "location"}),
    *({"family": "permutation", "seed": "0"}, "drawn-pairs", "permutation", "relu", "lower"),
]


def sound(result: CheckResult) -> None:
    assert result.status in WORDS
    assert "checker failed" not in result.reason, result.reason
    assert "\n" not in result.reason
    assert result.reason.isascii()
    assert result.readable


@given(st.data())
def test_mutated_certificates(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        certificate = data.draw(st.sampled_from(build.examples(Path(folder))))
        for _ in range(data.draw(st.integers(1, 3))):
            path = data.draw(st.sampled_from(build.places(certificate)[1:]))
            new = data.draw(st.sampled_from(NASTY))
            certificate = build.mutated(certificate, path, new)
            if not isinstance(certificate, dict):
                return
        sound(check_file(build.write(Path(folder), certificate), seconds=2))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON)
def test_random_json(value: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.json"
        path.write_text(json.dumps(value), encoding="utf-8")
        result = check_file(path)
        sound(result)
        assert result.status == "INVALID"


@given(JSON, st.sampled_from(["target", "network", "witness", "bound", "width", "versions"]))
def test_random_members(value: Any, key: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for certificate in build.examples(Path(folder)):
            if key in certificate and certificate[key] == value:
                continue
            try:
                path = build.write(Path(folder), certificate | {key: value})
            except UnicodeEncodeError:
                return
            result = check_file(path)
            sound(result)
            assert result.status in {"INVALID", "REFUTED"} or key in ("versions", "width")


@given(st.binary(max_size=200))
def test_random_bytes(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.json"
        path.write_bytes(content)
        sound(check_file(path))


def campaign(seed: int, rounds: int, folder: Path) -> int:
    """Random false bounds for random networks; the number that were refuted (all of them)."""
    rng = random.Random(seed)
    refuted = 0
    for _ in range(rounds):
        n = rng.randint(1, 12)
        arrays = {name: [rng.uniform(-1, 1) for _ in range(n)] for name in ("W", "C", "b")}
        exponent = rng.randint(1, 3)
        points = [rng.random() for _ in range(300)]
        seen = max(abs(x**exponent - build.network_values(arrays, 0.0, x)) for x in points)
        value = seen * (1 - 10 ** rng.uniform(-12, -1)) - 1e-13
        certificate = build.relu(f"x**{exponent}", value, arrays)
        result = check_file(build.write(folder, certificate))
        sound(result)
        assert result.status == "REFUTED", (seed, value, result)
        refuted += 1
    return refuted


def test_false_bounds_are_refuted(tmp_path: Path) -> None:
    assert campaign(1, 50, tmp_path) == 50


@pytest.mark.nightly
def test_false_bounds_are_refuted_in_full(tmp_path: Path) -> None:
    assert sum(campaign(seed, 500, tmp_path) for seed in range(10)) == 5000
