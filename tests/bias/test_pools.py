"""Pools of free kinks: what is taken is what was there, once, and pairs are as good as promised."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.bias.pools import CANDIDATES, GREEDY, Pool

kinks = st.lists(st.integers(-64, 64).map(lambda k: k / 64), min_size=0, max_size=30)
needs = st.integers(-300, 300).map(lambda k: k / 100)


def pool(sizes: list[float]) -> Pool:
    return Pool(np.array(sizes, dtype=np.float64), np.arange(len(sizes)))


@given(kinks, st.lists(needs, max_size=12), st.sampled_from([2, 3]))
def test_every_unit_is_taken_at_most_once(
    sizes: list[float], wanted: list[float], most: int
) -> None:
    free = pool(sizes)
    assert len(free) == sum(size != 0 for size in sizes)
    taken: list[int] = []
    for need in wanted:
        taken += free.take(need, 1e-9, most)
        assert (np.diff(free.sizes) >= 0).all()
        assert [sizes[unit] for unit in free.units.tolist()] == free.sizes.tolist()
    assert len(set(taken)) == len(taken)
    assert all(sizes[unit] != 0 for unit in taken)
    assert sorted(taken + free.units.tolist()) == [k for k, size in enumerate(sizes) if size]


@given(kinks, needs)
def test_the_pair_is_the_best_of_all(sizes: list[float], need: float) -> None:
    free = pool(sizes)
    assert len(free) <= CANDIDATES
    found = free.pair(need)
    live = free.sizes.tolist()
    if len(live) < 2:
        assert found is None
        return
    assert found is not None
    missing, i, j = found
    best = min(abs(a + b - need) for a, b in itertools.combinations(live, 2))
    assert i < j
    assert missing == pytest.approx(abs(live[i] + live[j] - need), abs=1e-12)
    assert missing == pytest.approx(best, abs=1e-12)


@given(kinks, needs)
def test_three_units_are_never_worse_on_small_pools(sizes: list[float], need: float) -> None:
    free = pool(sizes)
    found = free.triple(need)
    live = free.sizes.tolist()
    if len(live) < 3:
        assert found is None
        return
    assert found is not None
    missing, *chosen = found
    assert chosen == sorted(set(chosen))
    assert missing == pytest.approx(abs(sum(live[k] for k in chosen) - need), abs=1e-12)


@given(kinks, needs)
def test_what_is_missing_afterwards_is_no_worse_than_nothing(
    sizes: list[float], need: float
) -> None:
    free = pool(sizes)
    left = need - sum(sizes[unit] for unit in free.take(need, 0.0))
    assert abs(left) <= abs(need) + 1e-12
    if abs(left) > 1e-9 and left * need > 0:
        # nothing of that sign would still be taken greedily
        assert abs(left) <= GREEDY * free.largest(need) + 1e-12 or free.largest(need) == 0.0


def test_greedy_takes_the_largest_first_and_stops() -> None:
    free = pool([0.1, 0.5, 1.0, -1.0])
    assert free.take(2.2, 10.0) == [2, 1, 0]
    assert free.take(-0.5, 10.0) == []
    assert free.take(-0.7, 10.0) == [3]
    assert len(free) == 0
    assert free.take(5.0, 0.0) == []


def test_fewer_units_within_the_tolerance() -> None:
    sizes = [0.31, 0.2, 0.1, 1.0]
    assert pool(sizes).take(0.3, 0.02) == [0]
    assert sorted(pool(sizes).take(0.3, 0.001)) == [1, 2]
    assert pool(sizes).take(0.001, 0.02) == []


def test_among_good_pairs_the_largest_kinks_go_first() -> None:
    free = pool([0.9, -0.8, 0.3, -0.2, 0.25])
    assert sorted(free.take(0.101, 0.01)) == [0, 1]


def test_a_copy_is_independent() -> None:
    free = pool([0.5, 0.25])
    other = free.copy()
    other.take(0.75, 0.0)
    assert (len(other), len(free)) == (0, 2)


def test_large_pools_search_spread_candidates() -> None:
    rng = np.random.default_rng(5)
    sizes = rng.uniform(-1, 1, 4000) * rng.uniform(0, 1, 4000)
    free = pool(sizes.tolist())
    found = free.pair(0.0123)
    assert found is not None
    assert found[0] < 1e-5


def test_three_units_miss_far_less_than_two() -> None:
    rng = np.random.default_rng(7)
    free = pool((rng.uniform(-1, 1, 300) * rng.uniform(0, 1, 300)).tolist())
    wanted = rng.uniform(-0.3, 0.3, 60)
    pairs = [free.pair(need) for need in wanted.tolist()]
    triples = [free.triple(need) for need in wanted.tolist()]
    two = np.median([found[0] for found in pairs if found])
    three = np.median([found[0] for found in triples if found])
    assert three < two / 4
