"""P8 with half the unit: which displacements up to 3 exist, layouts, and certified networks."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.permutation.kinks import build_kinks
from numerics.permutation.wide_kinks import build_kinks_wide
from numerics.permutation.wide_realise import realise_wide
from theory.errors import AssumptionViolated, InputError
from theory.permutation.wide_displacements import most_turned, realised, unrealised
from theory.targets.enclosures import Profile
from theory.targets.sampling import sampler
from theory.targets.target import Target
from verify.certify.sup import certify_sup

EXCEPTIONS = {(-3,) * k + (3,) * (7 - k) for k in (2, 3, 4, 5)}


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_realised_displacements_against_all_permutations(n: int) -> None:
    expected = set()
    for images in itertools.permutations(range(n)):
        moves = [image - source for source, image in enumerate(images)]
        for ends in itertools.combinations(range(n), 2):
            inner = [move for source, move in enumerate(moves) if source not in ends]
            if max(map(abs, inner)) <= 3:
                expected.add(tuple(inner.count(step) for step in range(-3, 4)))
                assert abs(sum(inner)) <= most_turned(n)
    assert realised(n) == expected


@pytest.mark.parametrize("n", range(3, 11))
def test_every_multiset_that_turns_little_exists_but_for_four(n: int) -> None:
    assert set(unrealised(n)) == (EXCEPTIONS if n == 9 else set())


@pytest.mark.nightly
@pytest.mark.parametrize("n", range(11, 15))
def test_larger_widths(n: int) -> None:
    assert not list(unrealised(n))


def test_the_range_of_the_sum_is_sharp() -> None:
    """Mutation: with 2n - 3 in place of 2n - 4 the claim is false at every width."""
    for n in (5, 6, 7):
        sums = {sum(c * s for c, s in zip(counts, range(-3, 4), strict=True))
                for counts in realised(n)}  # fmt: skip
        assert max(sums) == most_turned(n) == -min(sums)


@settings(max_examples=5)
@given(data=st.data(), n=st.integers(10, 120))
def test_layouts_have_the_displacements(data: st.DataObject, n: int) -> None:
    seed = data.draw(st.integers(0, 2**20))
    kinks = np.random.default_rng(seed).integers(-3, 4, n - 2)
    found = realise_wide(kinks)
    assert found is not None
    assert np.array_equal((found.positive - found.negative)[1:-1], kinks)
    for side in (found.positive, found.negative):
        assert np.array_equal(np.sort(side), np.arange(n))


def test_a_layout_that_cannot_exist_is_not_found() -> None:
    assert realise_wide(np.full(10, 3)) is None


@pytest.mark.parametrize("text", ["sin(2*pi*x)", "exp(x)", "cos(9*x)"])
@pytest.mark.parametrize("n", [20, 81, 320])
def test_networks_keep_the_conjectured_bound_and_beat_p8(text: str, n: int) -> None:
    target = Target.parse(text)
    profile = Profile(target)
    curvature, domain = profile.curvature.upper, (target.low, target.high)
    made = build_kinks_wide(sampler(profile), n, domain, curvature=curvature)
    assert made.network.is_permutation()
    error = certify_sup(made.network, target)
    bound = (made.gam / 2 + curvature / 8) / (n - 1) ** 2 + made.rounding
    assert error.upper <= bound
    assert made.gam == pytest.approx(curvature / 2, rel=1e-6)
    older = certify_sup(
        build_kinks(sampler(profile), n, domain, curvature=curvature).network, target
    )
    assert error.upper < 0.8 * older.upper


def test_what_does_not_apply_is_named() -> None:
    domain = (Fraction(0), Fraction(1))
    sine = sampler(Profile(Target.parse("sin(2*pi*x)")))
    for n, curvature, piece in ((16, 40.0, "n >= 17"), (20_001, 40.0, "n <= 20000"),
                                (40, 0.0, "M2 > 0"), (40, 10.0, "M2 >= sup")):  # fmt: skip
        with pytest.raises(AssumptionViolated) as caught:
            build_kinks_wide(sine, n, domain, curvature=curvature)
        assert piece in str(caught.value)
        assert caught.value.theorem == "P8-wide"
    with pytest.raises(InputError):
        build_kinks_wide(sine, 40, domain, curvature=float("nan"))
    # a parabola has even kinks only: signs may lack the parity
    square = sampler(Profile(Target.parse("x**2")))
    with pytest.raises(AssumptionViolated, match="signs are found"):
        build_kinks_wide(square, 40, domain, curvature=2.0)
