"""P9: a permutation alone, gam = 1 and alpha = 0, within (m/2 + M2/8)/(n-1)^2."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.networks import Array
from numerics.permutation.classes import pair_up
from numerics.permutation.construction import Construction
from numerics.permutation.no_readout import build_no_readout
from numerics.permutation.offsets import resign, settle
from tests.permutation.problems import (
    DOMAINS,
    UNIT,
    Problem,
    allowance,
    assert_within,
    hinges,
    measured_error,
    piecewise_quadratic,
)
from theory.errors import AssumptionViolated, InputError


def build(
    problem: Problem, n: int, turn: float, domain: tuple[Fraction, Fraction] = UNIT
) -> Construction:
    return build_no_readout(problem.sampler(), n, domain, curvature=problem.curvature, turn=turn)


def bound(built: Construction, curvature: float) -> float:
    square = (built.network.width - 1) ** 2
    return (built.details["m"] / 2 + curvature / 8) / square + built.details["layer"]


def threshold(curvature: float, turn: float, start: float, slope: float) -> int:
    """The smallest n for which the statement speaks."""
    m = max(1, ceil(curvature))
    return ceil(max(24, 12 * m, 20 / (1 - turn), 1 + 40 * max(abs(start), abs(slope))))


def random_problem(rng: np.random.Generator) -> tuple[Problem, int]:
    """Piecewise constant f'' that turns by less than 1, and a width from the threshold on."""
    size = float(rng.choice([0.0, 0.5, 1, 1.7, 2, 3, 4, 6, 9.5, 16, 30]))
    pattern = ([-1.0, 1.0], [-1.0, 0.0, 1.0], [-1.0, -0.5, 0.5, 1.0], None)[rng.integers(4)]
    cells = int(rng.integers(1, 13))
    bends = rng.uniform(-1, 1, cells) if pattern is None else rng.choice(pattern, cells)
    if abs(size * bends.mean()) > 0.95:
        bends = np.concatenate([bends, -bends])
    start = float(rng.choice([0.0, 0.5, 3.0])) * float(rng.uniform(-1, 1))
    slope = float(rng.uniform(-3, 3))
    problem = piecewise_quadratic((size * bends).tolist(), slope, start)
    least = threshold(problem.curvature, abs(float(size * bends.mean())), start, slope)
    return problem, least + int(rng.choice([0, 1, 2, 3, rng.integers(0, 200)]))


@given(st.integers(0, 2**32), st.sampled_from(DOMAINS), st.sampled_from([0.0, 0.0, 1e-12]))
def test_the_statement_holds(seed: int, domain: tuple[Fraction, Fraction], noise: float) -> None:
    problem, n = random_problem(np.random.default_rng(seed))
    built = build_no_readout(
        problem.sampler(noise), n, domain, curvature=problem.curvature, turn=0.5
    )
    assert built.details["m"] == max(1, ceil(problem.curvature))
    assert built.network.alpha == 0
    assert not built.network.readout
    assert_within(problem, built, bound(built, problem.curvature))


def campaign(cases: int, seed: int) -> tuple[int, float]:
    """Failures (none found, or with a larger m), and the worst ratio of error to bound."""
    rng, failures, worst = np.random.default_rng(seed), 0, 0.0
    for _ in range(cases):
        problem, n = random_problem(rng)
        try:
            built = build(problem, n, 0.5)
        except AssumptionViolated:
            failures += 1
            continue
        failures += built.details["m"] != max(1, ceil(problem.curvature))
        limit = bound(built, problem.curvature)
        error = measured_error(problem, built, 401)
        assert error <= allowance(limit, built), (problem.name, n)
        worst = max(worst, error / limit)
    return failures, worst


def test_no_failure_and_a_sharp_constant() -> None:
    failures, worst = campaign(120, 4)
    assert failures == 0
    # A bound smaller by a factor 1.05 would be refuted.
    assert worst > 1 / 1.05


@pytest.mark.nightly
def test_no_failure_in_thousands() -> None:
    failures, worst = campaign(4000, 9)
    assert failures == 0
    assert 0.99 < worst <= 1 + 1e-9


@pytest.mark.parametrize("m", [2, 3, 4, 5, 8])
@pytest.mark.parametrize("cells", [1, 2, 7])
def test_extreme_curvature_without_zeros(m: int, cells: int) -> None:
    """f'' = +-m everywhere: kinks of one size, for all residues of the width."""
    signs = [m * (-1.0) ** j for j in range(2 * cells)]
    for n in range(12 * m + 24, 12 * m + 30):
        problem = piecewise_quadratic(signs, -0.3, 0.2)
        built = build(problem, n, 0.0)
        assert built.details["m"] == m
        assert_within(problem, built, bound(built, m))


@pytest.mark.parametrize("turn", [1.5, 2.5, 3.5, 3.9, -3.9])
@pytest.mark.parametrize("power", [2, 5])
def test_turns_up_to_four_keep_the_rate(turn: float, power: int) -> None:
    curvature = abs(turn) * (power - 1)
    problem = Problem(
        "power", lambda t: turn * t**power / power - 0.3, curvature, abs(turn), abs(turn)
    )
    for n in (400, 2001):
        built = build(problem, n, abs(turn))
        assert built.variant == "curvature"
        assert built.details["m"] <= max(1, ceil(curvature)) + 2
        assert_within(problem, built, bound(built, curvature))


@pytest.mark.parametrize("turn", [4.5, 5.0, 7.0, -7.0])
def test_turns_beyond_four_are_missed_at_the_ends_only(turn: float) -> None:
    n = 1500
    problem = Problem("x^4", lambda t: turn * t**4 / 4, 3 * abs(turn), abs(turn), abs(turn))
    built = build(problem, n, abs(turn))
    assert built.variant == "boundary layer"
    assert_within(problem, built, bound(built, problem.curvature))
    necessary = (abs(turn) - 4) / (4 * (n - 1))
    assert 0.9 * necessary < measured_error(problem, built) < 1.25 * necessary


def test_exact_values_at_the_knots() -> None:
    """In rationals: the network with the exact coefficients, recomputed hinge by hinge."""
    n = 61
    problem = piecewise_quadratic([3.0, -2.5, 1.0], 0.4, -0.7)
    built = build(problem, n, 0.5)
    numerators = np.rint(np.stack([built.network.p, built.network.q]) * (n - 1)).astype(int)
    d = Fraction(1, n - 1)
    places = [i * d for i in range(n)]
    p, q = ([int(v) * d for v in side] for side in numerators)
    values = hinges(places, p, q, places)
    assert all((value / d**2).denominator == 1 for value in values)
    worst = max(
        abs(float(value) - float(problem.function(np.array([float(x)]))[0]))
        for x, value in zip(places, values, strict=True)
    )
    assert worst <= built.details["m"] / 2 * float(d**2) * (1 + 1e-9)


def test_a_false_curvature_is_named() -> None:
    with pytest.raises(AssumptionViolated, match="M2 >= sup"):
        build_no_readout(
            piecewise_quadratic([8.0, -8.0], 0.0).sampler(), 200, UNIT, curvature=2.0, turn=0.0
        )


@pytest.mark.parametrize(
    ("n", "curvature", "turn", "error", "match"),
    [
        (16, 1.0, 0.0, AssumptionViolated, "n >= 17"),
        (100, 40.0, 0.0, AssumptionViolated, "in reach of a permutation alone"),
        (100, -1.0, 0.0, InputError, "finite number >= 0"),
        (100, float("nan"), 0.0, InputError, "finite number >= 0"),
    ],
)
def test_bad_input(
    n: int, curvature: float, turn: float, error: type[Exception], match: str
) -> None:
    problem = Problem("sine", lambda t: np.sin(2 * np.pi * t), 40.0, 7.0, 4.0)
    with pytest.raises(error, match=match):
        build_no_readout(problem.sampler(), n, UNIT, curvature=curvature, turn=turn)


def test_heights_out_of_reach() -> None:
    with pytest.raises(AssumptionViolated, match="a larger width"):
        build(piecewise_quadratic([0.5], 0.0, 1e6), 60, 0.5)


def pairs_of(kinks: Array, n: int, m: int, absorbers: int, chains: int) -> None:
    made = pair_up(kinks.astype(np.int64), n, m, absorbers, chains)
    assert made is not None
    assert (made.high >= made.low).all()
    side = absorbers // 2
    assert (made.high + made.low)[side : n - side].tolist() == (m * kinks).tolist()
    values = sorted(np.concatenate([made.high, made.low]).tolist())
    assert values == sorted([*range(1 - n, n), 0])


@pytest.mark.parametrize("m", [2, 3, 6])
def test_pairs_of_random_kinks(m: int, rng: np.random.Generator) -> None:
    for _ in range(60):
        n = int(rng.integers(12 * m, 40 * m))
        kinks = rng.integers(-2, 3, n - 2).astype(float)
        while abs(kinks.sum()) > n / m / 2:
            kinks[rng.integers(n - 2)] = 0
        pairs_of(kinks, n, m, 2, 2)


def test_what_cannot_be_tiled_is_none() -> None:
    """Only +-1 in classes of odd size: neighbours exchange, one integer of each stays alone."""
    m, n = 5, 65
    kinks = np.array([1, -1] * 31 + [1])
    assert pair_up(kinks, n, m, 2, 2) is None


def test_settle_keeps_pairs_kinks_and_slope(rng: np.random.Generator) -> None:
    p, q = np.array([3, 1, -2, 4, 0, -4, 2, -1]), np.array([-3, 2, 1, -4, 0, 4, -2, -1])
    p, q = np.tile(p, 8), np.tile(q, 8)
    reachable = int((np.arange(64) * q).sum()) + 40
    moved = settle(p, q, reachable, (0, 63))
    assert moved is not None
    assert (moved[0] + moved[1]).tolist() == (p + q).tolist()
    assert sorted(zip(*moved, strict=True)) == sorted(zip(p, q, strict=True))
    assert int((np.arange(64) * moved[1]).sum()) == reachable
    assert settle(p, q, 10**9, (0, 63)) is None
    signed = resign(p, q, (0, 63), rng)
    assert int(signed[1].sum()) == int(q.sum())


@pytest.mark.slow
def test_a_hundred_thousand_in_seconds() -> None:
    import time

    problem = Problem("sine", lambda t: np.sin(2 * np.pi * t), (2 * np.pi) ** 2, 6.3, 4.0)
    started = time.perf_counter()
    built = build(problem, 10**5, 0.0)
    assert time.perf_counter() - started < 20
    assert built.rounding < 1e-3 * bound(built, problem.curvature)
