"""Strategies for small networks with every accident: repeated knots, knots outside, w = 0."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from numerics.networks import Network, PermutationNetwork, ReluNetwork

SMALL = st.integers(-48, 48).map(lambda k: k / 16)
ODD = st.floats(-3, 3, allow_nan=False, allow_subnormal=False)


@st.composite
def permutations(draw: st.DrawFn, low: Fraction, high: Fraction) -> PermutationNetwork:
    """Any coefficients on sorted locations in and around [low, high]."""
    n = draw(st.integers(1, 8))
    length = float(high - low)
    places = st.one_of(
        st.integers(-4, 20).map(lambda k: float(low) + length * k / 16),
        st.sampled_from([float(low), float(high)]),
        st.floats(float(low), float(high), allow_subnormal=False),
    )
    locations = np.sort(draw(st.lists(places, min_size=n, max_size=n)))
    p, q = (np.array(draw(st.lists(SMALL | ODD, min_size=n, max_size=n))) for _ in range(2))
    return PermutationNetwork(locations, p, q, draw(SMALL), draw(SMALL), np.concatenate([p, q]))


@st.composite
def relus(draw: st.DrawFn, low: Fraction, high: Fraction) -> ReluNetwork:
    """Weights of both signs and 0, biases that put knots on the ends, inside and outside."""
    n = draw(st.integers(1, 8))
    W = np.array(draw(st.lists(st.just(0.0) | SMALL | ODD, min_size=n, max_size=n)))
    ends = st.sampled_from([float(low), float(high), float(low + high) / 2])
    b = [draw(SMALL | ODD | ends.map(lambda t, w=w: -t * w)) for w in W.tolist()]
    C = np.array(draw(st.lists(SMALL | ODD, min_size=n, max_size=n)))
    return ReluNetwork(W, np.array(b), C, draw(SMALL))


def networks(low: Fraction, high: Fraction) -> st.SearchStrategy[Network]:
    """Either kind."""
    return permutations(low, high) | relus(low, high)
