"""The data: closed forms, balances of energy, and a second solver."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import cumulative_simpson

from numerics.draws import FrozenDraw
from numerics.dynamics.systems import SYSTEMS, Array, integrate, system, trajectories
from theory.errors import InputError


def started(name: str) -> Array:
    return SYSTEMS[name].starts(1, FrozenDraw("dynamics-test", 0))[0]


def test_the_cosine_is_a_cosine() -> None:
    subject = SYSTEMS["cosine"]
    start = started("cosine")
    phase = np.arctan2(-start[1], start[0])
    found = integrate(subject, start, 1000)
    time = np.arange(1000) * subject.step
    assert np.abs(found[:, 0] - np.cos(time + phase)).max() < 1e-8
    assert np.abs((found**2).sum(axis=1) - 1.0).max() < 1e-8
    assert np.abs(found[:, 0] - np.cos(1.001 * time + phase)).max() > 1e-3


def test_van_der_pol_balances_its_energy() -> None:
    """d(x^2 + v^2)/2 = (1 - x^2) v^2 dt, and the known limit cycle."""
    subject = SYSTEMS["vanderpol"]
    found = integrate(subject, started("vanderpol"), 4000)
    x, v = found.T
    energy = (x**2 + v**2) / 2
    work = cumulative_simpson((1 - x**2) * v**2, dx=subject.step, initial=0)
    assert np.abs(energy - energy[0] - work).max() < 0.05
    late = slice(2000, None)
    assert np.abs(x[late]).max() == pytest.approx(2.00862, abs=2e-3)
    up = np.flatnonzero((x[:-1] < 0) & (x[1:] >= 0))
    cross = up - x[up] / (x[up + 1] - x[up])
    assert np.diff(cross[5:]).mean() == pytest.approx(subject.period, rel=1e-3)
    assert np.diff(cross[5:]).mean() * subject.step == pytest.approx(6.6633, abs=2e-3)
    cycle = x[up[-11] : up[-1]]
    assert cycle.std() == pytest.approx(subject.scale, rel=0.01)


@pytest.mark.parametrize(("name", "samples"), [("vanderpol", 400), ("lorenz", 400)])
def test_a_second_solver_agrees(name: str, samples: int) -> None:
    subject, start = SYSTEMS[name], started(name)
    first = integrate(subject, start, samples)
    second = integrate(subject, start, samples, method="LSODA", rtol=1e-11, atol=1e-13)
    assert np.abs(first - second).max() < 1e-5
    coarse = integrate(subject, start, samples, rtol=1e-3, atol=1e-3)
    assert np.abs(first - coarse).max() > 1e-4


def test_lorenz_is_lorenz() -> None:
    subject = SYSTEMS["lorenz"]
    rest = (8 / 3 * 27) ** 0.5
    for sign in (1, -1):
        assert np.abs(subject.field(0.0, np.array([sign * rest, sign * rest, 27.0]))).max() < 1e-13
    z = np.array([1.0, -2.0, 20.0])
    step = 1e-6 * np.eye(3)
    trace = sum((subject.field(0, z + e) - subject.field(0, z - e))[i] for i, e in enumerate(step))
    assert trace / 2e-6 == pytest.approx(-(10 + 1 + 8 / 3), rel=1e-6)
    found = trajectories(subject, "test", 2, 300)
    assert found.shape == (2, 300)
    assert np.abs(found * subject.scale).max() < 25
    assert found.std() > 0.3


def test_parts_start_differently_and_repeat() -> None:
    one, other = (trajectories(SYSTEMS["cosine"], part, 2, 5) for part in ("train", "test"))
    assert not np.intersect1d(one, other).size
    assert np.array_equal(one, trajectories(SYSTEMS["cosine"], "train", 2, 5))


def test_unknown_systems_and_short_runs() -> None:
    with pytest.raises(InputError, match="did you mean 'lorenz'"):
        system("lorentz")
    with pytest.raises(InputError, match="SYSTEM"):
        system("")
    with pytest.raises(InputError, match="samples"):
        integrate(SYSTEMS["cosine"], np.array([1.0, 0.0]), 1)
