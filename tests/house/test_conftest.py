"""What tests/conftest.py promises: leaks of flint's state fail, failures show their seed."""

from __future__ import annotations

import pytest
from hypothesis import settings

from tests.house.layout import ROOT

pytest_plugins = ["pytester"]

LEAKS = """
import flint
from hypothesis import settings

def test_precision():
    flint.ctx.prec = 200

def test_length():
    flint.ctx.cap = 3

def test_kept():
    with flint.ctx.workprec(200):
        pass

def test_profile():
    assert settings().max_examples == 50
"""
SEEDS = """
drawn = []

def test_first(rng):
    drawn.append(rng.random())

def test_second(rng):
    assert rng.random() == drawn[0]
"""


def run(pytester: pytest.Pytester, code: str, *arguments: str) -> pytest.RunResult:
    pytester.makeconftest((ROOT / "tests/conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(code)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


def test_leaks_fail_and_profiles_load(pytester: pytest.Pytester) -> None:
    result = run(pytester, LEAKS, "--hypothesis-profile=ci")
    result.assert_outcomes(passed=4, errors=2)
    result.stdout.fnmatch_lines_random(
        [
            "E *flint.ctx (prec, cap) left at (200, 10), was (53, 10)",
            "E *flint.ctx (prec, cap) left at (53, 3), was (53, 10)",
        ]
    )


def test_seeds_differ_and_are_shown(pytester: pytest.Pytester) -> None:
    result = run(pytester, SEEDS)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["rng seed: *--seed=*"])


def test_a_seed_can_be_given(pytester: pytest.Pytester) -> None:
    run(pytester, SEEDS, "--seed=7").assert_outcomes(passed=2)


@pytest.mark.parametrize(("profile", "examples"), [("dev", 100), ("ci", 50), ("nightly", 2000)])
def test_profiles(profile: str, examples: int) -> None:
    chosen = settings.get_profile(profile)
    assert chosen.max_examples == examples
    assert chosen.deadline is None
    assert chosen.derandomize == (profile == "ci")
