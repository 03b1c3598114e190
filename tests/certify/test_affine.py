"""Affine pieces: exact ones are exact, those in floating point stay within their bound."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import float_pieces as kinks
from numerics.float_pieces import FloatPieces, float_pieces
from numerics.networks import Network, ReluNetwork
from tests.certify.networks import networks
from tests.certify.oracle import exact_values, given_network
from verify.certify.affine import affine_pieces, integers
from verify.strategies import domains

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(NUMBERS, min_size=1, max_size=12))
def test_integers_are_exact(values: list[float]) -> None:
    whole, scale = integers(values)
    assert scale >= 0
    assert [Fraction(v) for v in values] == [Fraction(m, 1 << scale) for m in whole]


@given(data=st.data())
def test_exact_pieces(data: st.DataObject) -> None:
    low, high = data.draw(domains())
    network = data.draw(networks(low, high))
    g, pieces = exact_values(network), affine_pieces(network, low, high, 160)
    unit = 1 << pieces.bits
    knots = [Fraction(knot, unit) for knot in pieces.knots]
    assert knots == sorted(knots)
    assert len(pieces.slopes) == len(pieces.heights) == len(knots) + 1
    edges = [low, *knots, high]
    for j in range(len(edges) - 1):
        for part in (Fraction(0), Fraction(1, 3), Fraction(1)):
            x = edges[j] + (edges[j + 1] - edges[j]) * part
            # a knot may be rounded by 2^-160: nothing else is
            assert abs(pieces.values(j, x) - g(x)) <= Fraction(pieces.perturbation)
    assert pieces.perturbation <= 1e-40


def test_knots_that_are_dyadic_are_not_rounded() -> None:
    exact = ReluNetwork([2.0, -4.0], [-1.0, 1.0], [1.0, 3.0])
    assert affine_pieces(exact, Fraction(0), Fraction(1), 64).perturbation == 0
    third = ReluNetwork([3.0], [-1.0], [1.0])
    assert 0 < affine_pieces(third, Fraction(0), Fraction(1), 64).perturbation <= 3 * 2.0**-64


def test_repeated_and_silent_knots() -> None:
    t = np.array([-1.0, 0.0, 0.25, 0.25, 0.5, 1.0, 2.0])
    p, q = np.arange(7.0), np.array([1.0, 2.0, 3.0, 4.0, -4.0, 5.0, 6.0])
    pieces = affine_pieces(given_network(t, p, q), Fraction(0), Fraction(1), 8)
    # p + q = 0 at 0.5: no kink, no knot; the ends and what lies beyond them are no knots either
    assert [knot / (1 << pieces.bits) for knot in pieces.knots] == [0.25, 0.25]


def float_error(network: Network, low: float, high: float) -> tuple[FloatPieces, Fraction]:
    """Pieces in floating point, and the largest error of their values."""
    pieces, g = float_pieces(network, low, high), exact_values(network)
    worst = Fraction(0)
    for j in range(len(pieces.nodes) - 1):
        left, right = pieces.nodes[j], pieces.nodes[j + 1]
        for x in (left, (left + right) / 2, right):
            value = pieces.values(np.array([j]), np.array([x]))[0]
            # a long double is the sum of two floats
            exact = Fraction(float(value)) + Fraction(float(value - float(value)))
            worst = max(worst, abs(exact - g(Fraction(float(x)))))
    return pieces, worst


@pytest.mark.parametrize("extended", [True, False])
@given(data=st.data())
def test_floating_pieces_stay_within_their_bound(data: st.DataObject, extended: bool) -> None:
    low, high = data.draw(domains())
    network = data.draw(networks(low, high))
    with pytest.MonkeyPatch.context() as patch:
        if not extended:
            # machines whose long double has no 64-bit mantissa
            patch.setattr(kinks, "WORK", np.float64)
            patch.setattr(kinks, "WORK_UNIT", 2.0**-53)
        pieces, worst = float_error(network, float(low), float(high))
    assert worst <= pieces.error
    assert (np.diff(pieces.nodes) >= 0).all()
    assert extended or pieces.slopes.dtype == np.float64


@pytest.mark.parametrize("n", [10, 100])
def test_the_bound_of_rounding_is_not_idle(n: int, rng: np.random.Generator) -> None:
    """Under cancellation the error comes within a few thousand of the bound: a mutation is seen."""
    t = np.sort(rng.random(n))
    weights = 1e9 * rng.standard_normal(n)
    permutation = given_network(t, weights, -weights + rng.random(n))
    relu = ReluNetwork(weights, -weights * t, rng.standard_normal(n))
    for network in (permutation, relu):
        pieces, worst = float_error(network, 0.0, 1.0)
        assert worst <= pieces.error
        assert worst > Fraction(pieces.error) / (300 * n)


def test_weights_that_overflow_have_no_bound() -> None:
    network = ReluNetwork([1.7e308, 1.0], [1.7e308, 0.0], [1.7e308, 1.0])
    assert not float_pieces(network, 0.0, 1.0).error < 1e300
