"""P9-turn and P5-turn: what the slopes at both ends cost, and constructions that come close."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.permutation.dealt_kinks import build_dealt_kinks
from numerics.permutation.initial import frozen_start
from numerics.permutation.no_readout import build_no_readout
from tests.permutation.problems import UNIT, Problem, hinges, measured_error
from theory.errors import InputError
from theory.permutation.paired_turn import STATEMENT as STATEMENT_PAIRED
from theory.permutation.turning import STATEMENT, chord_turn
from theory.targets.target import Target


def turn_of(order: np.ndarray) -> Fraction:
    """Slope of the last cell minus that of the first, for a permutation of +-i d in unit terms."""
    n = order.size // 2
    d = Fraction(1, n - 1)
    values = [int(v) * d for v in order]
    places = [i * d for i in range(n)]
    g = hinges(places, values[:n], values[n:], places)
    return ((g[-1] - g[-2]) - (g[1] - g[0])) / d


@given(st.integers(4, 9), st.randoms(use_true_random=False))
def test_no_permutation_turns_further(n: int, random: object) -> None:
    order = [*range(n), *(-i for i in range(n))]
    random.shuffle(order)  # type: ignore[attr-defined]
    assert abs(turn_of(np.array(order))) <= 4 - Fraction(6, n - 1)


def test_four_minus_six_d_is_attained() -> None:
    """The four largest values on the ends, negative: no smaller constant is true."""
    n = 7
    inner = [0, 1, 2, 0, -1, -2, 3, 4, 5, 6]
    p, q = [-6, *inner[:5], -5], [-4, *inner[5:], -3]
    assert sorted([*p, *q]) == sorted([*range(7), *range(-6, 1)])
    assert turn_of(np.array([*p, *q])) == 4 - Fraction(6, n - 1)


@pytest.mark.parametrize("turn", [4.5, 6.0, 7.5])
def test_the_bound_is_below_what_is_built_and_nearly_attained(turn: float) -> None:
    for n in (4000, 4001):
        problem = Problem("square", lambda t: turn * t * t / 2, turn, turn, turn)
        built = build_no_readout(problem.sampler(), n, UNIT, curvature=turn, turn=turn)
        target = Target.parse(f"{Fraction(turn)}*x**2/2")
        lower = STATEMENT.bound_down({"n": n, "D": chord_turn(target, n)})
        error = measured_error(problem, built)
        assert lower <= error
        # Mutations: a bound larger by 1.05, or 3 in place of 4, would be refuted by this network.
        assert error < 1.05 * lower
        assert error < lower + 1 / (4 * (n - 1))


def test_chord_turn_encloses_tightly() -> None:
    found = chord_turn(Target.parse("x**2"), 11)
    assert found.contains(2 * (1 - 0.1)) or abs(float(found) - 1.8) < 1e-15
    assert float(found.rad()) < 1e-20
    with pytest.raises(InputError, match="at least 4"):
        chord_turn(Target.parse("x"), 3)


@given(
    st.lists(st.fractions(-3, 3, max_denominator=9), min_size=2, max_size=6),
    st.randoms(use_true_random=False),
)
def test_paired_values_leave_equal_slopes(values: list[Fraction], random: object) -> None:
    n = len(values)
    places = [Fraction(i + 1, n + 1) for i in range(n)]
    order = [*values, *(-v for v in values)]
    random.shuffle(order)  # type: ignore[attr-defined]
    t = [Fraction(0), places[0], places[-1], Fraction(1)]
    g = hinges([*places, Fraction(2)], [*order[:n], Fraction(0)], [*order[n:], Fraction(0)], t)
    assert (g[1] - g[0]) / (t[1] - t[0]) == (g[3] - g[2]) / (t[3] - t[2])


def test_the_paired_bound_holds_and_is_nearly_attained() -> None:
    """exp on drawn locations: the rate n^-1 is necessary, and no larger constant is true."""
    closest = np.inf
    for seed in range(6):
        locations, initial, provenance = frozen_start(1500, UNIT, placement="random", seed=seed)
        exp = Problem("exp", np.exp, np.e, np.e, np.e, 3.0)
        built = build_dealt_kinks(exp.sampler(), locations, initial, UNIT, provenance=provenance)
        a, b = float(locations[0]), float(1 - locations[-1])
        D = abs((np.e - np.exp(1 - b)) / b - (np.exp(a) - 1) / a)
        lower = STATEMENT_PAIRED.bound_down({"a": a, "b": b, "D": float(D)})
        t = np.unique(np.concatenate([np.linspace(0, 1, 5001), locations]))
        error = float(np.abs(built.network(t) - np.exp(t)).max())
        assert lower <= error * (1 + 1e-9)
        closest = min(closest, error / lower)
    assert closest < 1.5
