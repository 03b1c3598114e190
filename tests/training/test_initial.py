"""Locations and initial vectors, entry by entry against exact rational arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.draws import FrozenDraw
from numerics.networks import Provenance
from numerics.permutation.initial import (
    Domain,
    Placement,
    Start,
    correctly_rounded_sqrt,
    frozen_start,
)
from theory.errors import InputError

STARTS: tuple[Start, ...] = get_args(Start)
UNIT = (Fraction(0), Fraction(1))
SKEW = (Fraction(-7, 3), Fraction(1, 9))


def nearest(value: Fraction, entry: float) -> bool:
    """Whether ``entry`` is a float64 nearest to ``value``: no neighbour is closer."""
    distance = abs(Fraction(entry) - value)
    sides = (math.nextafter(entry, -math.inf), math.nextafter(entry, math.inf))
    return all(distance <= abs(Fraction(side) - value) for side in sides)


@st.composite
def domains(draw: st.DrawFn) -> Domain:
    a = draw(st.fractions(-1000, 1000, max_denominator=10**6))
    return a, a + draw(st.fractions(Fraction(1, 10**6), 1000, max_denominator=10**6))


@given(domains(), st.integers(2, 60))
def test_equidistant_locations_are_correctly_rounded(domain: Domain, n: int) -> None:
    locations, initial, provenance = frozen_start(n, domain)
    a, b = domain
    for i, entry in enumerate(locations.tolist()):
        assert nearest(a + (b - a) * Fraction(i, n - 1), entry)
    assert initial[:n].tolist() == [i / (n - 1) for i in range(n)]
    assert provenance == Provenance("equidistant", "location")


@given(domains(), st.integers(2, 40), st.integers(0, 10**9))
def test_drawn_locations_are_correctly_rounded(domain: Domain, n: int, seed: int) -> None:
    locations, initial, provenance = frozen_start(n, domain, placement="random", seed=seed)
    a, b = domain
    unit = sorted(FrozenDraw("permutation", seed).take(n).tolist())
    for v, entry, value in zip(unit, locations.tolist(), initial.tolist(), strict=False):
        assert nearest((a + b) / 2 + (b - a) / 2 * Fraction(v), entry)
        # Unit-domain values of drawn locations are exact, not rounded.
        assert Fraction(value) == (Fraction(v) + 1) / 2
    assert provenance == Provenance("drawn", "location", seed, 1.0)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("placement", get_args(Placement))
@pytest.mark.parametrize("n", [2, 3, 12, 41])
def test_shapes_order_and_zeros(start: Start, placement: Placement, n: int) -> None:
    locations, initial, provenance = frozen_start(n, SKEW, start=start, placement=placement, seed=2)
    assert locations.shape == (n,)
    assert initial.shape == (2 * n,)
    assert (np.diff(locations) > 0).all()
    for array in (locations, initial):
        assert not np.signbit(array[array == 0.0]).any()
    assert (provenance.seed is None) == (
        placement == "equidistant" and start in ("location", "published-equidistant")
    )


def test_location_vector() -> None:
    initial = frozen_start(5, UNIT)[1]
    assert initial.tolist() == [0.0, 0.25, 0.5, 0.75, 1.0, 0.0, -0.25, -0.5, -0.75, -1.0]


def test_published_equidistant_vector() -> None:
    locations, initial, provenance = frozen_start(2, SKEW, start="published-equidistant")
    assert initial.tolist() == [-1.0, -1 / 3, 1 / 3, 1.0]
    assert provenance == Provenance("equidistant", "linspace")
    assert locations.tolist() == [-7 / 3, 1 / 9]


def test_locations_are_read_before_coefficients() -> None:
    n, seed = 7, 11
    stream = FrozenDraw("permutation", seed).take(3 * n)
    _, pairs, provenance = frozen_start(n, UNIT, start="published-pairwise", seed=seed)
    assert pairs.tolist() == [*stream[n : 2 * n], *-stream[n : 2 * n]]
    assert provenance == Provenance("drawn", "drawn-pairs", seed, 1.0, 1.0)
    single = frozen_start(n, UNIT, start="unpaired", seed=seed)[1]
    assert single.tolist() == stream[n:].tolist()
    # On given locations nothing is read for them.
    fixed = frozen_start(n, UNIT, start="unpaired", placement="equidistant", seed=seed)[1]
    assert fixed.tolist() == stream[: 2 * n].tolist()


@pytest.mark.parametrize(
    ("start", "square"), [("xavier", Fraction(12, 31)), ("he", Fraction(1, 5))]
)
def test_drawn_ranges(start: Start, square: Fraction) -> None:
    n, seed = 30, 4
    locations, initial, provenance = frozen_start(n, UNIT, start=start, seed=seed)
    width = correctly_rounded_sqrt(square)
    assert (provenance.location_range, provenance.initial_range) == (width, width)
    stream = FrozenDraw("permutation", seed)
    unit = np.sort(stream.uniform(n, width))
    assert all(nearest((1 + Fraction(v)) / 2, t) for v, t in zip(unit, locations, strict=True))
    assert initial.tolist() == stream.uniform(2 * n, width).tolist()


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_square_roots_are_correctly_rounded(p: int, q: int) -> None:
    root = correctly_rounded_sqrt(Fraction(p, q))
    low = (Fraction(root) + Fraction(math.nextafter(root, 0.0))) / 2
    high = (Fraction(root) + Fraction(math.nextafter(root, math.inf))) / 2
    assert low**2 <= Fraction(p, q) <= high**2


def test_square_root_rounds_once() -> None:
    """math.sqrt of a rounded quotient is not enough: the two differ for some widths."""
    widths = range(2, 2000)
    assert any(
        correctly_rounded_sqrt(Fraction(12, n + 1)) != math.sqrt(12 / (n + 1)) for n in widths
    )


def test_wide_domains() -> None:
    locations = frozen_start(3, (Fraction(0), Fraction(10**400 + 1, 10**400)))[0]
    assert locations.tolist() == [0.0, 0.5, 1.0]
    tiny = frozen_start(3, (Fraction(-1, 10**400), Fraction(1)))[0]
    assert math.copysign(1.0, tiny[0]) == 1.0


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"width": 1}, "width"),
        ({"width": True}, "width"),
        ({"width": 5.0}, "width"),
        ({"start": "glorot"}, "init"),
        ({"placement": "uniform"}, "locations"),
        ({"seed": -1}, "seed"),
        ({"domain": (Fraction(1), Fraction(1))}, "domain"),
        ({"domain": (Fraction(1), Fraction(0))}, "domain"),
        ({"domain": (Fraction(0), Fraction(10**400))}, "domain"),
        ({"domain": (0.0, float("nan"))}, "domain"),
        ({"domain": (0, 1, 2)}, "domain"),
        ({"domain": "ab"}, "domain"),
    ],
)
def test_bad_arguments(arguments: dict[str, object], argument: str) -> None:
    with pytest.raises(InputError) as caught:
        frozen_start(**{"width": 4, "domain": UNIT, **arguments})  # type: ignore[arg-type]
    assert caught.value.argument == argument
