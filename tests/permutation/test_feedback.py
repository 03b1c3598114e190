"""The integer feedback: alphabet, residual, and the sequential way out of ties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.permutation.feedback import feedback_kinks, feedback_steps, toward_zero

shifts = st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]) | st.floats(-1, 1, width=32)


@given(st.lists(shifts, min_size=1, max_size=200), shifts)
def test_kinks_follow_any_curvature_up_to_one(bends: list[float], slope: float) -> None:
    steps = np.concatenate([[slope], slope + np.cumsum(bends)])
    levels = np.concatenate([[0.0], np.cumsum(steps)])
    levels = np.round(levels * 2**20) / 2**20  # exact second differences, ties included
    if np.abs(np.diff(levels, 2)).max() > 1:
        return
    wound = feedback_kinks(levels)
    assert np.abs(wound.kinks).max() <= 2
    assert wound.residual <= 0.5
    heights = np.concatenate([[0], wound.first + np.concatenate([[0], wound.kinks.cumsum()])])
    assert np.abs(levels - heights.cumsum()).max() == wound.residual


def test_kinks_fall_back_to_the_recursion() -> None:
    """A level a hair beyond the reach of +-2 is clipped, and the residual tells."""
    levels = np.array([0, 0.75, 1.5 + 1e-9, 2.5 - 1e-9, 4.5 + 7e-9, 6.5, 8.5])
    assert np.abs(np.diff(np.rint(levels), 2)).max() == 3
    wound = feedback_kinks(levels)
    assert wound.kinks.tolist() == [0, -1, 2, 0, 0]
    assert 0.5 < wound.residual < 0.5 + 1e-8


def test_kinks_report_a_curvature_beyond_reach() -> None:
    assert feedback_kinks(np.array([0.0, 0, 0, 9, 18, 27])).residual > 0.5


@given(st.lists(shifts, min_size=1, max_size=200))
def test_steps_follow_any_levels_up_to_one_apart(moves: list[float]) -> None:
    levels = np.concatenate([[0.0], np.round(np.cumsum(moves) * 2**20) / 2**20])
    if np.abs(np.diff(levels)).max() > 1:
        return
    wound = feedback_steps(levels)
    assert np.abs(wound.steps).max() <= 1
    assert wound.residual <= 0.5
    assert np.abs(levels[1:] - wound.steps.cumsum()).max() == wound.residual


def test_tied_steps_fall_back_to_the_recursion() -> None:
    wound = feedback_steps(np.array([0.0, 0.5, 1.5, 2.5]))
    assert wound.steps.tolist() == [0, 1, 1]
    assert wound.residual == 0.5


def test_steps_of_several_and_half_starts() -> None:
    wound = feedback_steps(np.array([0.6, 3.4, 0.5, 0.5]), 0.5, 3)
    assert wound.steps.tolist() == [3, -3, 0]
    assert wound.residual == pytest.approx(0.1)
    assert feedback_steps(np.array([0.0, 5.0]), limit=2).steps.tolist() == [2]


@pytest.mark.parametrize(
    ("value", "nearest"), [(0.5, 0), (-0.5, 0), (1.5, 1), (-2.5, -2), (0.75, 1)]
)
def test_ties_go_toward_zero(value: float, nearest: int) -> None:
    assert toward_zero(value) == nearest
