"""P9-turn: without read-out a slope turns by at most 4 - 6 d, and the construction attains it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.permutation.no_readout import build_no_readout
from tests.permutation.problems import UNIT, Problem, hinges, measured_error
from theory.errors import InputError
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
