"""The a-priori bound of |g_file - g_ideal| against exact rational arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from numerics.networks import Array, PermutationNetwork
from numerics.permutation import construction, rounding
from numerics.permutation.feedback import Integers
from numerics.permutation.kinks import build_kinks
from numerics.permutation.pseudo_copies import build_pseudo_copies
from numerics.permutation.rounding import Domain, drift, round_up
from numerics.permutation.steps import build_steps
from tests.permutation.problems import DOMAINS, SMOOTH, UNIT, hinges, piecewise_quadratic

OFFSET = (Fraction(1000), Fraction(1001))
IRRATIONAL = (Fraction("-0.7853981633974483"), Fraction("1e-30"))
TINY = (Fraction("1e-310"), Fraction("3e-308"))
HUGE = (Fraction(-(10**300)), Fraction(10**299))


def exact_difference(
    network: PermutationNetwork, p: Integers, q: Integers, domain: Domain, ideal_gam: Fraction
) -> list[Fraction]:
    """(g_file - alpha) - ideal_gam h_ideal at every kink of either in [0,1]."""
    a, b = domain
    n = network.width
    ideal = [Fraction(i, n - 1) for i in range(n)]
    stored = [(Fraction(float(x)) - a) / (b - a) for x in network.locations]
    before = [x for x in stored if x < 0]
    t = sorted({*before, *(x for x in stored if x <= 1), *ideal})
    skip = len(before)
    file_p, file_q = ([Fraction(float(x)) for x in side] for side in (network.p, network.q))
    pure_p, pure_q = ([Fraction(int(k), n - 1) for k in side] for side in (p, q))
    gam = Fraction(network.gamma) * (b - a)
    ours, pure = hinges(stored, file_p, file_q, t), hinges(ideal, pure_p, pure_q, t)
    return [gam * x - ideal_gam * y for x, y in zip(ours, pure, strict=True)][skip:]


def integers(network: PermutationNetwork) -> tuple[Integers, Integers]:
    n = network.width
    sides = tuple(np.rint(side * (n - 1)).astype(np.int64) for side in (network.p, network.q))
    return sides[0], sides[1]


@pytest.mark.parametrize("domain", [*DOMAINS, OFFSET, IRRATIONAL, TINY, HUGE], ids=range(8))
@pytest.mark.parametrize("n", [17, 30, 101, 300])
def test_dominates_the_exact_difference(n: int, domain: Domain) -> None:
    """Random signs and permutations: both ends hold and are at most 4 times too large."""
    rng = np.random.default_rng(n)
    positive, negative, minus = rng.permutation(n), rng.permutation(n), rng.random(n) < 0.5
    p, q = np.where(minus, -negative, positive), np.where(minus, positive, -negative)
    locations = construction.equidistant(n, domain)
    coefficients = rounding.coefficients(p), rounding.coefficients(q)
    network = PermutationNetwork(
        locations, *coefficients, 0.0, 1.0, construction.location_initial(n)
    )
    assert network.is_permutation()
    length = domain[1] - domain[0]
    difference = [x / length for x in exact_difference(network, p, q, domain, length)]
    bound = drift(p, q, locations, domain)
    assert Fraction(bound.lower) <= min(difference)
    assert max(difference) <= Fraction(bound.upper)
    sup = max(abs(x) for x in difference)
    assert sup <= bound.sup(Fraction(1)) <= 4 * sup + Fraction(1, 10**24)  # 0 on dyadic grids
    assert abs(difference[0] - Fraction(bound.start)) <= sup / 10**6 + Fraction(1, 10**25)


@pytest.mark.parametrize("domain", [*DOMAINS, OFFSET], ids=str)
@pytest.mark.parametrize("n", [21, 120])
def test_of_whole_constructions(n: int, domain: Domain) -> None:
    """The read-out's rounding included: |g_file - g_ideal| with the ideal start F(0)."""
    for problem in SMOOTH[:2]:
        built = build_kinks(problem.sampler(), n, domain, curvature=problem.curvature)
        gam = Fraction(built.network.gamma) * (domain[1] - domain[0])
        p, q = integers(built.network)
        start = Fraction(float(problem.function(np.array([0.0]))[0]))
        left = gam * Fraction(int(q @ np.arange(n)), (n - 1) ** 2)
        shift = Fraction(built.network.alpha) + left - start
        off = [shift + x for x in exact_difference(built.network, p, q, domain, gam)]
        claimed = Fraction(built.details["stored_against_ideal"])
        sup = max(abs(x) for x in off)
        assert sup <= claimed <= 4 * sup
        # The stored network is right at x = a, up to alpha's last place.
        assert abs(off[0]) <= Fraction(float(np.spacing(abs(built.network.alpha))))
        assert built.rounding >= built.details["stored_against_ideal"] + problem.eta
        assert built.gam == round_up(gam)


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_without_read_out(domain: Domain) -> None:
    """P4's ideal has gam = 1, the stored network gamma = fl(1/(b-a))."""
    problem = piecewise_quadratic([0.02, -0.01], 0.01, 0.1)
    built = build_pseudo_copies(
        problem.sampler(), 203, domain, lipschitz=problem.lipschitz, variation=problem.variation
    )
    p, q = integers(built.network)
    off = exact_difference(built.network, p, q, domain, Fraction(1))
    assert built.network.alpha == 0
    assert built.network.gamma == float(1 / (domain[1] - domain[0]))
    assert max(abs(x) for x in off) <= Fraction(built.details["stored_against_ideal"])


@pytest.mark.parametrize("forgotten", ["_division_residual", "_location_errors"])
def test_mutations_are_refuted(forgotten: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgetting the coefficients or the locations gives a bound that the exact value exceeds."""
    n, domain = 300, (Fraction(0), Fraction(1, 3))
    built = build_kinks(SMOOTH[0].sampler(), n, domain, curvature=SMOOTH[0].curvature)
    p, q = integers(built.network)
    gam = Fraction(built.network.gamma) * (domain[1] - domain[0])
    exact = max(abs(x) for x in exact_difference(built.network, p, q, domain, gam))
    assert drift(p, q, built.network.locations, domain).sup(gam) >= exact
    nothing = {"_division_residual": np.zeros(n), "_location_errors": (np.zeros(n), 0.0)}[forgotten]
    monkeypatch.setattr(rounding, forgotten, lambda *_: nothing)
    assert drift(p, q, built.network.locations, domain).sup(gam) < exact


def test_dyadic_grids_have_no_rounding() -> None:
    built = build_steps(SMOOTH[0].sampler(), 129, UNIT, lipschitz=SMOOTH[0].lipschitz)
    p, q = integers(built.network)
    assert drift(p, q, built.network.locations, UNIT).sup(Fraction(1)) < 1e-26


def test_signed_sums_are_far_below_sums_of_sizes() -> None:
    n = 100_000
    built = build_kinks(SMOOTH[0].sampler(), n, UNIT, curvature=SMOOTH[0].curvature)
    sizes = built.gam * n * 2.0**-55
    assert built.details["stored_against_ideal"] < sizes / 1000
    assert built.rounding < 1e-3 * built.gam / n**2


def test_crowded_locations_are_charged_in_full() -> None:
    """Location errors beyond half a gap: the hull argument does not apply, the bound still does."""
    n, domain = 20, (Fraction(0), Fraction(1))
    rng = np.random.default_rng(1)
    p, q = rng.permutation(n), -rng.permutation(n)
    locations: Array = np.sort(construction.equidistant(n, domain) + rng.uniform(0, 0.2, n))
    network = PermutationNetwork(
        locations, rounding.coefficients(p), rounding.coefficients(q), 0, 1, np.zeros(2 * n)
    )
    difference = exact_difference(network, p, q, domain, Fraction(1))
    bound = drift(p, q, locations, domain)
    assert bound.lower <= min(difference)
    assert max(difference) <= bound.upper


@pytest.mark.parametrize("numerator", [1, 10**40 + 1, -(10**40) - 1, 0])
def test_round_up(numerator: int) -> None:
    value = Fraction(numerator, 3)
    assert value <= Fraction(round_up(value))
    assert Fraction(round_up(value)) - value <= abs(value) / 2**52
