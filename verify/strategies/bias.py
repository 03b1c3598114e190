"""Frozen draws and weights, bias vectors, networks, and targets they can meet exactly.

Valid by construction, small defaults, keyword-only bounds.  Example::

    @given(draw=frozen_draws(), width=units(), target=targets())
    def test_my_biases(draw, width, target):
        W, C = draw.weights(width)
        assert_within(my_biases(target, W, C), target, my_bound(target, W, C))
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from numerics.bias.draw import BiasDraw
from numerics.bias.network import BiasNetwork, off_biases
from numerics.networks import Array
from theory.errors import InputError
from theory.rigor.numbers import exact_text
from theory.targets.target import Target
from verify.strategies.permutation import checked_domain

__all__ = [
    "bias_networks",
    "bias_vectors",
    "frozen_draws",
    "given_weights",
    "reachable_targets",
    "units",
]

UNIT_INTERVAL = (Fraction(0), Fraction(1))
RANGES = (1.0, 0.1, 0.5, 3.0, 10.0)


def units(*, min_value: int = 1, max_value: int = 120) -> st.SearchStrategy[int]:
    """Numbers n of hidden units; raises InputError unless 1 <= min_value <= max_value.

    >>> 1 <= units(max_value=5).example() <= 5
    True
    """
    if not 1 <= min_value <= max_value:
        shown = f"{min_value}..{max_value}"
        raise InputError("units", shown, "out of range:", "1 <= min_value <= max_value")
    return st.integers(min_value, max_value)


def frozen_draws(*, max_seed: int = 1000) -> st.SearchStrategy[BiasDraw]:
    """Declared draws with ranges from 0.1 to 10; raises InputError for max_seed < 0.

    >>> [array.shape for array in frozen_draws().example().weights(3)]
    [(3, 1), (1, 3)]
    """
    if max_seed < 0:
        raise InputError("max_seed", max_seed, "negative:", "0 or more is accepted")
    return st.builds(BiasDraw, st.sampled_from(RANGES), st.integers(0, max_seed))


@st.composite
def given_weights(draw: st.DrawFn, *, max_width: int = 40) -> tuple[Array, Array]:
    """A user's W and C, (n,) each: zeros, ties, one sign, and sizes from 2^-20 to 2^20.

    >>> W, C = given_weights(max_width=3).example()
    >>> W.shape == C.shape
    True
    """
    n = draw(units(max_value=max_width))
    entry = st.builds(lambda m, e: m * 2.0**e, st.integers(-1024, 1024), st.integers(-30, 10))
    numbers = st.lists(entry | st.just(0.0) | st.just(1.0), min_size=n, max_size=n)
    return np.array(draw(numbers)), np.array(draw(numbers))


def bias_vectors(
    W: Array, *, domain: tuple[Fraction, Fraction] = UNIT_INTERVAL
) -> st.SearchStrategy[Array]:
    """Biases (n,) for weights ``W`` (n,): knots in and around the domain, or off on all of it.

    Raises InputError for a domain that is no interval.

    >>> bias_vectors(np.ones(3)).example().shape
    (3,)
    """
    first, last = checked_domain(domain)
    low, length = float(first), float(last - first)
    n = W.size
    off = off_biases(W, max(abs(low), abs(low + length)))

    def placed(places: list[int | None]) -> Array:
        at = np.array([0 if place is None else place for place in places])
        used = np.array([place is not None for place in places])
        return np.where(used, -W * (low + length * at / 64) + 0.0, off)

    return st.lists(st.none() | st.integers(-32, 96), min_size=n, max_size=n).map(placed)


@st.composite
def bias_networks(
    draw: st.DrawFn, *, max_width: int = 40, domain: tuple[Fraction, Fraction] = UNIT_INTERVAL
) -> BiasNetwork:
    """Drawn weights with biases of ``bias_vectors``.

    >>> bias_networks(max_width=3).example().draw is None
    False
    """
    origin, n = draw(frozen_draws()), draw(units(max_value=max_width))
    W, C = (array.reshape(-1) for array in origin.weights(n))
    return BiasNetwork(W, C, draw(bias_vectors(W, domain=domain)), origin)


@st.composite
def reachable_targets(draw: st.DrawFn, *, max_width: int = 8) -> tuple[Target, BiasNetwork]:
    """A target that some biases of these frozen weights meet exactly, and that network.

    >>> target, network = reachable_targets(max_width=2).example()
    >>> abs(float(target.value(0.5).mid()) - float(network(0.5))) < 1e-6
    True
    """
    network = draw(bias_networks(max_width=max_width))
    terms = []
    for w, c, b in zip(network.W.tolist(), network.C.tolist(), network.b.tolist(), strict=True):
        inside = f"({exact_text(Fraction(w))})*x+({exact_text(Fraction(b))})"
        terms.append(f"({exact_text(Fraction(c) / 2)})*(({inside})+abs({inside}))")
    return Target.parse(" + ".join(terms)), network
