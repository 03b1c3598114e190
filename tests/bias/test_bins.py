"""B2b: bins of kink sizes; the lemma holds for draws that meet it, and false versions fail."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.bias.draw import BiasDraw
from theory.bias.bins import STATEMENT, DrawBins, describe, draw_bins, intervals, occupancy
from theory.errors import AssumptionViolated, InputError

GRID = [Fraction(k, 7) for k in range(1, 20)]


@given(st.integers(1, 60), st.integers(0, 9), st.sampled_from(GRID), st.sampled_from(GRID))
def test_the_number_of_intervals_is_the_largest_allowed(
    bins: int, least: int, width: Fraction, curvature: Fraction
) -> None:
    def allowed(count: int) -> bool:
        reserve = -((-curvature / (count * width)) // 1) + 3
        return 3 * count <= least * (bins - reserve - 1)

    found = intervals(bins, least, width, curvature)
    # beyond P J/3 nothing is allowed, whatever Lb
    best = max((n for n in range(1, least * bins // 3 + 2) if allowed(n)), default=0)
    assert found == best


@given(st.lists(st.integers(-99, 99).map(lambda k: k / 50), max_size=40), st.integers(1, 12))
def test_every_kink_is_in_one_bin_at_most(kinks: list[float], bins: int) -> None:
    positive, negative = occupancy(kinks, bins, 0.1)
    assert len(positive) == len(negative) == bins
    certain = [k for k in kinks if abs(k) < 0.1 * bins and not float(10 * abs(k)).is_integer()]
    assert sum(positive) == sum(k > 0 for k in certain)
    assert sum(negative) == sum(k < 0 for k in certain)


def play(kinks: np.ndarray, found: DrawBins, rng: np.random.Generator, curvature: float) -> float:
    """The lemma's own strategy against adversarial needs; the largest |theta|, inf if stuck."""
    G, J = float(found.width), found.bins
    top, h = G * J, 1 / found.count
    bins: dict[tuple[int, int], list[float]] = {}
    for s in kinks:
        place = int(abs(s) / G)
        if place < J:
            bins.setdefault((int(np.sign(s)), place), []).append(float(s))
    theta, before, worst = 0.0, 0.0, 0.0
    for k in range(found.count):
        bend = rng.choice([-1.0, 1.0]) * curvature * h
        need = bend - 2 * theta + before if k else float(found.first) * rng.uniform(-1, 1)
        for j in range(J):
            if not bins.get((1, j)):
                continue
            s = bins[1, j][0]
            partner = (-1, int((s - need) / G))
            if 0 <= s - need < top and bins.get(partner):
                got = s + bins[partner][0]
                break
        else:
            return np.inf
        bins[1, j].pop(0)
        bins[partner].pop(0)
        theta, before = got - need, theta
        worst = max(worst, abs(theta))
    return worst


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_lemma_holds_on_real_draws(seed: int) -> None:
    W, C = (array.reshape(-1) for array in BiasDraw(1.0, seed).weights(4000))
    kinks = (C * np.abs(W))[W > 0]
    curvature = 2.0
    found = draw_bins(kinks.tolist(), Fraction(1), Fraction(2))
    assert found.reason is None
    assert found.count >= 40
    rng = np.random.default_rng(seed)
    assert max(play(kinks, found, rng, curvature) for _ in range(5)) < float(found.width)
    assert found.bound == Fraction(2) / (8 * found.count**2) + found.width / found.count


def test_far_more_intervals_than_the_lemma_allows_get_stuck() -> None:
    W, C = (array.reshape(-1) for array in BiasDraw(1.0, 0).weights(2000))
    kinks = (C * np.abs(W))[W > 0]
    found = draw_bins(kinks.tolist(), Fraction(1), Fraction(2))
    false = replace(found, count=30 * found.count)
    rng = np.random.default_rng(1)
    outcomes = [play(kinks, false, rng, 2.0) for _ in range(5)]
    assert max(outcomes) == np.inf


def test_a_short_bin_is_named() -> None:
    W, C = (array.reshape(-1) for array in BiasDraw(1.0, 0).weights(60))
    found = draw_bins((C * np.abs(W))[W > 0].tolist(), Fraction(1), Fraction(40))
    assert found.count == 0
    assert found.reason is not None
    assert describe(found) == found.reason
    assert "kinks: too few for this f''" in found.reason
    one_sign = draw_bins([k / 999 for k in range(1, 999)], Fraction(1), Fraction(0))
    assert one_sign.reason is not None
    assert "holds 0 negative kinks" in one_sign.reason


def test_the_statement_demands_its_hypothesis() -> None:
    values = {"M2": Fraction(1, 3), "h": Fraction(1, 10), "G": Fraction(1, 50), "J": 20, "P": 3}
    bound = STATEMENT.bound_up(values)
    assert bound == pytest.approx(1 / 2400 + 1 / 500, rel=1e-12)
    for wrong in ({"P": 1}, {"J": 8}, {"M2": 200}, {"h": Fraction(1, 40)}):
        with pytest.raises(AssumptionViolated, match="N <= P"):
            STATEMENT.evaluate(values | wrong)


def test_bad_input() -> None:
    for scale, curvature in ((Fraction(0), Fraction(1)), (Fraction(1), Fraction(-1))):
        with pytest.raises(InputError):
            draw_bins([0.1], scale, curvature)


def test_two_to_one_and_no_more() -> None:
    """The step of the proof that a careless reader doubts: three sizes, one partner bin."""
    width = Fraction(1)
    for cuts in itertools.product(range(4), repeat=3):
        sizes = [Fraction(j) + Fraction(cut, 4) for j, cut in enumerate(cuts)]
        for shift in [Fraction(k, 8) for k in range(-16, 17)]:
            places = [(size - shift) // width for size in sizes]
            assert max(places.count(place) for place in places) <= 2
