"""The realisation and subset lemmas of P8."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.permutation import realise as module
from numerics.permutation.feedback import Integers
from numerics.permutation.realise import Realisation, SelfCheckFailed, realise
from numerics.permutation.signs import assign, reachable
from theory.permutation import blocks


def check(kinks: list[int]) -> None:
    """The lemma, checked without the code's own check."""
    pairs = realise(np.array(kinks, dtype=np.int64))
    positive, negative = pairs.positive.tolist(), pairs.negative.tolist()
    everything = list(range(len(kinks) + 2))
    assert sorted(positive) == everything
    assert sorted(negative) == everything
    shifts = [a - b for a, b in zip(positive, negative, strict=True)]
    assert shifts[1:-1] == kinks
    if all(k % 2 == 0 for k in kinks):
        assert shifts[0] % 2
        assert shifts[-1] % 2


@pytest.mark.parametrize("n", range(2, 10))
def test_every_multiset(n: int) -> None:
    for kinks in combinations_with_replacement(range(-2, 3), n - 2):
        check(list(kinks))


@pytest.mark.slow
@pytest.mark.parametrize("n", range(10, 15))
def test_every_multiset_of_larger_widths(n: int) -> None:
    for kinks in combinations_with_replacement(range(-2, 3), n - 2):
        check(list(kinks))


def random_kinks(rng: np.random.Generator, size: int) -> Integers:
    """Rare and missing values on purpose: the lemma's special cases are about single leftovers."""
    weights = rng.random(5) ** rng.choice([1, 4, 12]) * (rng.random(5) < 0.6)
    weights = weights if weights.sum() else np.eye(5)[rng.integers(5)]
    kinks = rng.choice(np.arange(-2, 3), size, p=weights / weights.sum())
    kinks[rng.integers(size, size=rng.integers(0, 4))] = rng.integers(-2, 3)
    return np.asarray(kinks, dtype=np.int64)


def test_thousands_of_random_patterns() -> None:
    rng = np.random.default_rng(20240731)
    for _ in range(3000):
        check(random_kinks(rng, int(rng.integers(1, 150))).tolist())


@given(st.lists(st.integers(-2, 2), max_size=80))
def test_any_pattern(kinks: list[int]) -> None:
    check(kinks)


def test_kinks_outside_the_alphabet_are_rejected() -> None:
    with pytest.raises(ValueError, match="outside"):
        realise(np.array([0, 3, 0]))


def test_a_wrong_block_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "QUAD", (2, 1, -2, -2))
    with pytest.raises(SelfCheckFailed):
        realise(np.array([2, -2, 2, -2]))


def test_a_wrong_deal_is_caught() -> None:
    pairs = realise(np.array([1, -1, 0]))
    with pytest.raises(SelfCheckFailed, match="displacement"):
        module._verify(pairs, np.array([1, 0, -1]))


def check_signs(pairs: Realisation, slope: int) -> None:
    p, q = assign(pairs, slope)
    everything = np.arange(p.size)
    assert sorted([*p, *q]) == sorted([*everything, *-everything])
    assert np.array_equal((p + q)[1:-1], (pairs.positive - pairs.negative)[1:-1])
    assert p[0] - q[1:].sum() == slope


@pytest.mark.parametrize("n", [17, 18])
def test_every_slope_is_reached_at_small_width(n: int) -> None:
    """A tenth of all kink patterns (all of them were tried once), and every T."""
    patterns = list(combinations_with_replacement(range(-2, 3), n - 2))
    for kinks in patterns[:: 10 if n == 17 else 40]:
        pairs = realise(np.array(kinks))
        for slope in range(-reachable(n), reachable(n) + 1):
            assign(pairs, slope)  # verifies p_0 - sum q = T itself


def test_slopes_at_random_and_at_the_limits() -> None:
    rng = np.random.default_rng(7)
    for _ in range(250):
        n = int(rng.integers(17, 600))
        pairs, limit = realise(random_kinks(rng, n - 2)), reachable(n)
        inside = rng.integers(-limit, limit + 1, 2).tolist()
        for slope in (limit, -limit, 0, int(rng.integers(-n, n)) % limit, *inside):
            check_signs(pairs, slope)


@settings(max_examples=60)
@given(st.data(), st.integers(17, 90))
def test_any_reachable_slope(data: st.DataObject, n: int) -> None:
    kinks = data.draw(st.lists(st.integers(-2, 2), min_size=n - 2, max_size=n - 2))
    slope = data.draw(st.integers(-reachable(n), reachable(n)))
    check_signs(realise(np.array(kinks)), slope)


def test_a_slope_out_of_reach_is_refused() -> None:
    n = 40
    with pytest.raises(SelfCheckFailed, match="no subset"):
        assign(realise(np.zeros(n - 2, dtype=np.int64)), n * (n - 1))


def test_the_left_value_stays_small() -> None:
    """sum i q_i / n^2 is alpha/gam: it must not grow with n, or alpha's rounding spoils P8."""
    rng = np.random.default_rng(3)
    for _ in range(6):
        n = int(rng.integers(5000, 40000))
        slope = int(rng.integers(-n, n))
        _, q = assign(realise(random_kinks(rng, n - 2)), slope)
        assert abs(int(q @ np.arange(n))) < 20 * n**2
