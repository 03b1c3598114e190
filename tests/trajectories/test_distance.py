"""Bounds of the distance: every simulated start obeys them, and the lower ones are attained."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from numerics.dynamics.systems import SYSTEMS, integrate
from tests.trajectories.networks import network, simulated, weights
from theory.errors import InputError
from theory.trajectories.distance import Task, cell_bounds, cells
from theory.trajectories.fields import field
from theory.trajectories.reach import Weights
from theory.trajectories.tube import Box

# what DOP853 and the float network may be off
FLOATS = 1e-8


def task(name: str, **changes: object) -> Task:
    subject = SYSTEMS[name]
    base = Task(field(name), Fraction(repr(subject.step)), Fraction(repr(subject.scale)), 1, 6, 12)
    return replace(base, **changes)  # type: ignore[arg-type]


def box(name: str, half: Fraction) -> Box:
    middle = {"cosine": (1, 0), "vanderpol": (2, 0), "lorenz": (1, 2, 20)}[name]
    return tuple((value - half, value + half) for value in middle)


@pytest.mark.parametrize(
    ("name", "mode", "delay"),
    [
        ("cosine", "free", 1),
        ("vanderpol", "free", 1),
        ("vanderpol", "zero", 1),
        ("vanderpol", "free", 3),
        ("lorenz", "driven", 5),
    ],
)
def test_every_start_obeys_and_the_lower_ends_are_attained(
    name: str, mode: str, delay: int, rng: np.random.Generator
) -> None:
    found, half = network(6, 2), Fraction(1, 200)
    asked = task(name, driven=mode == "driven", feedback=mode != "zero", delay=delay)
    sides = box(name, half)
    bounds = cell_bounds(asked, weights(found), sides)
    assert bounds.stopped is None
    assert len(bounds.steps) == asked.steps
    d = len(sides)
    corners = [np.array(signs) for signs in product((-1.0, 1.0), repeat=d)]
    worst = np.zeros(asked.steps)
    middle = np.array([float((low + high) / 2) for low, high in sides])
    for eps in (*corners, *rng.uniform(-1, 1, size=(4, d))):
        path = integrate(
            SYSTEMS[name], middle + float(half) * eps, asked.samples, rtol=1e-11, atol=1e-12
        )
        truth = path[:, 0] / SYSTEMS[name].scale
        errors = simulated(found, truth, warm=6, steps=12, delay=delay, mode=mode)
        worst = np.maximum(worst, np.abs(errors))
        for t, bound in enumerate(bounds.steps):
            x = truth[6 + t + delay]
            assert abs(errors[t]) <= bound.upper + FLOATS
            assert bound.truth[0] - FLOATS <= x <= bound.truth[1] + FLOATS
            assert bound.output[0] - FLOATS <= x + errors[t] <= bound.output[1] + FLOATS
    # the corners are among the starts, so the largest error seen is at least the lower end
    assert all(seen >= s.lower - FLOATS for seen, s in zip(worst, bounds.steps, strict=True))
    # and the bounds are tight: no wider than what a box of this size does
    assert all(s.upper - s.lower < 0.02 for s in bounds.steps)


def test_a_thin_box_has_thin_bounds_and_false_ones_fail() -> None:
    found = network(6, 3)
    bounds = cell_bounds(task("vanderpol"), weights(found), box("vanderpol", Fraction(1, 10**9)))
    path = integrate(SYSTEMS["vanderpol"], np.array([2.0, 0.0]), 20, rtol=1e-12, atol=1e-13)
    truth = path[:, 0] / SYSTEMS["vanderpol"].scale
    errors = np.abs(simulated(found, truth, warm=6, steps=12, delay=1, mode="free"))
    for seen, bound in zip(errors, bounds.steps, strict=True):
        assert bound.upper - bound.lower < 1e-7
        assert abs(seen - bound.upper) < 1e-7
    # the mutation: for another scale or another bias the same bounds are false
    wrong = task("vanderpol", scale=Fraction(14418, 10000))
    moved = cell_bounds(wrong, weights(found), box("vanderpol", Fraction(1, 10**9)))
    assert any(
        a.upper < b.lower or b.upper < a.lower
        for a, b in zip(bounds.steps, moved.steps, strict=True)
    )


def test_what_is_in_common_cancels() -> None:
    """y_t = x_{t-1} + 2: the distance varies by |x_t - x_{t-1}| over the box, not by both bands."""
    echo = Weights([[0.0]], [1.0], [1.0], [2.0], [0.0], 0.0, 1.0)
    bounds = cell_bounds(task("cosine", driven=True), echo, box("cosine", Fraction(1, 20)))
    for bound in bounds.steps:
        apart = max(bound.output[1] - bound.truth[0], bound.truth[1] - bound.output[0])
        assert bound.upper < apart - 0.1
        assert bound.upper - bound.lower < 1e-9


def test_cells_cover_the_box() -> None:
    sides = box("vanderpol", Fraction(1, 10))
    parts = list(cells(sides, (3, 2)))
    assert len(parts) == 6
    assert {part[0] for part in parts} == {
        (Fraction(19, 10), Fraction(59, 30)), (Fraction(59, 30), Fraction(61, 30)),
        (Fraction(61, 30), Fraction(21, 10)),
    }  # fmt: skip
    assert sum((b - a) * (d - c) for (a, b), (c, d) in parts) == Fraction(1, 25)
    with pytest.raises(InputError, match="--split"):
        list(cells(sides, (3,)))


def test_a_blow_up_names_its_step() -> None:
    # r doubles at every step, whatever goes in
    found = replace(network(2, 0), W=4 * np.eye(2), b=np.ones(2))
    bounds = cell_bounds(task("cosine", steps=40), weights(found), box("cosine", Fraction(1, 10)))
    assert bounds.stopped is not None
    assert bounds.reason == "the enclosure blows up"
    assert len(bounds.steps) == max(0, bounds.stopped - 1)
    # a solution that cannot be enclosed is another reason
    wide = cell_bounds(task("vanderpol", steps=60), weights(network(2, 0)),
                       box("vanderpol", Fraction(2)))  # fmt: skip
    assert wide.stopped is not None
    assert "enclosed up to time" in wide.reason


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"steps": 0}, "--steps"),
        ({"warm": -1}, "--warm"),
        ({"delay": 0}, "delay"),
        ({"delay": 7}, "--warm"),
        ({"scale": Fraction(0)}, "scale"),
        ({"step": Fraction(-1)}, "time_step"),
    ],
)
def test_bad_tasks(change: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        task("cosine", **change)
