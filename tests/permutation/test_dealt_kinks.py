"""P5: any locations, any values: never breaks down, and comes close to free coefficients."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.networks import Array, Provenance
from numerics.permutation.construction import Construction
from numerics.permutation.dealt_alone import build_dealt_alone
from numerics.permutation.dealt_kinks import build_dealt_kinks
from numerics.permutation.initial import frozen_start
from tests.permutation.problems import SMOOTH, UNIT, Problem, zigzag
from theory.errors import AssumptionViolated, InputError

SINE = SMOOTH[0]


def build(
    problem: Problem, n: int, seed: int, start: str = "location", domain: object = UNIT
) -> Construction:
    locations, initial, provenance = frozen_start(
        n,
        domain,
        start=start,
        placement="random",
        seed=seed,  # type: ignore[arg-type]
    )
    return build_dealt_kinks(
        problem.sampler(),
        locations,
        initial,
        domain,
        provenance=provenance,  # type: ignore[arg-type]
    )


def error(problem: Problem, built: Construction) -> float:
    t = np.linspace(0, 1, 20_001)
    t = np.unique(np.concatenate([t, built.network.locations]))
    return float(np.abs(built.network(t) - problem.function(t)).max())


@pytest.mark.parametrize(
    ("n", "known"), [(160, 5.4e-3), (320, 2.1e-3), (640, 8.3e-4), (1280, 1.8e-4), (2560, 4.5e-5)]
)
def test_errors_of_the_sine(n: int, known: float) -> None:
    """Geometric mean over three draws against what was known; and the largest gap is the limit."""
    found = [error(SINE, build(SINE, n, seed)) for seed in range(3)]
    assert float(np.exp(np.mean(np.log(found)))) < 1.3 * known


def test_the_rate_beats_the_first_order() -> None:
    small, large = (
        np.mean([np.log(error(SINE, build(SINE, n, s))) for s in range(4)]) for n in (200, 3200)
    )
    assert (large - small) / np.log(16) < -1.5


def test_close_to_the_interpolant() -> None:
    """What free coefficients give on the same knots: no more than three times worse."""
    for seed in range(4):
        built = build(SINE, 500, seed)
        knots = np.concatenate([[0.0], built.network.locations, [1.0]])
        t = np.linspace(0, 1, 20_001)
        free = np.abs(np.interp(t, knots, SINE.function(knots)) - SINE.function(t)).max()
        assert error(SINE, built) < 3 * free


@settings(max_examples=40)
@given(
    st.sampled_from([*SMOOTH, zigzag([1.0, -1.0, 1.0]), zigzag([0.0, 0.0, 5.0])]),
    st.integers(2, 120),
    st.integers(0, 50),
    st.sampled_from(["location", "published-pairwise", "unpaired", "he"]),
)
def test_no_draw_and_no_target_breaks_it(problem: Problem, n: int, seed: int, start: str) -> None:
    built = build(problem, n, seed, start)
    assert built.network.is_permutation()
    t = np.linspace(0, 1, 4001)
    constant = float(np.ptp(problem.function(t))) / 2
    assert error(problem, built) <= constant * (1 + 2e-2) + 1e-9 * problem.scale


def test_affine_and_constant_targets() -> None:
    line = Problem("line", lambda t: 3 * t - 1, 0.0, 3.0, 3.0)
    assert error(line, build(line, 40, 1)) < 1e-12
    flat = Problem("flat", lambda t: 0 * t + 0.25, 0.0, 0.0, 0.0)
    built = build(flat, 40, 1)
    assert built.network.gamma == 0
    assert error(flat, built) == 0


def test_domains_scale() -> None:
    domain = (Fraction(-1), Fraction(1))
    built = build(SINE, 300, 3, domain=domain)
    t = np.linspace(0, 1, 4001)
    assert np.abs(built.network(2 * t - 1) - SINE.function(t)).max() < 0.005


@pytest.mark.parametrize(
    ("locations", "initial", "match"),
    [
        (np.array([0.5]), np.array([0.5, -0.5]), "n >= 2 locations"),
        (np.array([0.2, 0.5]), np.array([0.5, -0.5]), "2n values"),
    ],
)
def test_bad_shapes(locations: Array, initial: Array, match: str) -> None:
    with pytest.raises(InputError, match=match):
        build_dealt_kinks(SINE.sampler(), locations, initial, UNIT, provenance=Provenance())


@pytest.mark.parametrize("locations", [[0.2, 0.2, 0.7], [-0.5, 0.3, 1.5]])
def test_equal_or_outer_locations_leave_the_constant(locations: list[float]) -> None:
    places = np.array(locations)
    values = np.concatenate([places, -places])
    given_rule = Provenance(locations="given", initial="given")
    built = build_dealt_kinks(SINE.sampler(), places, values, UNIT, provenance=given_rule)
    assert built.network.gamma == 0
    assert built.network.is_permutation()


@pytest.mark.parametrize("placement", ["equidistant", "random"])
def test_without_readout(placement: str) -> None:
    locations, initial, provenance = frozen_start(320, UNIT, placement=placement, seed=2)  # type: ignore[arg-type]
    built = build_dealt_alone(SINE.sampler(), locations, initial, UNIT, provenance=provenance)
    network = built.network
    assert (network.alpha, network.gamma, network.readout) == (0.0, 1.0, False)
    assert network.is_permutation()
    assert error(SINE, built) < 0.01
    assert abs(error(SINE, built) - built.details["measured"]) < 1e-4


def test_without_readout_there_is_no_constant_to_fall_back_to() -> None:
    places = np.array([0.2, 0.2, 0.7])
    values = np.concatenate([places, -places])
    with pytest.raises(AssumptionViolated, match="distinct locations"):
        build_dealt_alone(SINE.sampler(), places, values, UNIT, provenance=Provenance())
