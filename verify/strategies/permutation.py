"""Targets, domains, widths, and the networks of the permutation family.

Every strategy is valid by construction (nothing is filtered), has small defaults, and takes
keyword-only bounds.  Example::

    @given(target=targets(), width=widths())
    def test_my_construction(target, width):
        assert_within(my_construction(target, width), target, my_bound(target, width))
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from numerics.networks import PermutationNetwork
from numerics.permutation.initial import frozen_start
from theory.errors import InputError
from theory.targets.target import Target

__all__ = [
    "domains",
    "kink_sequences",
    "permutation_networks",
    "targets",
    "widths",
]

Smoothness = Literal["smooth", "lipschitz", "continuous"]
LEVELS: tuple[Smoothness, ...] = ("smooth", "lipschitz", "continuous")


def _rationals(low: int, high: int) -> st.SearchStrategy[Fraction]:
    """Fractions k/12 in [low, high]: they shrink to integers and print short."""
    return st.integers(12 * low, 12 * high).map(lambda k: Fraction(k, 12))


def domains(
    *, max_magnitude: int = 4, max_length: int = 4
) -> st.SearchStrategy[tuple[Fraction, Fraction]]:
    """Intervals (a, b) of exact rationals, 1/12 <= b - a <= ``max_length``.

    Raises InputError for bounds below 1.
    """
    for name, value in (("max_magnitude", max_magnitude), ("max_length", max_length)):
        if value < 1:
            raise InputError(name, value, "too small:", "1 or more is accepted")
    lows = _rationals(-max_magnitude, max_magnitude)
    lengths = st.integers(1, 12 * max_length).map(lambda k: Fraction(k, 12))
    return st.tuples(lows, lengths).map(lambda pair: (pair[0], pair[0] + pair[1]))


def widths(*, min_value: int = 17, max_value: int = 200) -> st.SearchStrategy[int]:
    """Numbers n of locations; the default minimum is that of P8.

    Raises InputError unless 4 <= min_value <= max_value.
    """
    if not 4 <= min_value <= max_value:
        shown = f"{min_value}..{max_value}"
        raise InputError("widths", shown, "out of range:", "4 <= min_value <= max_value")
    return st.integers(min_value, max_value)


def _terms(smoothness: Smoothness) -> st.SearchStrategy[str]:
    small, shift = _rationals(-3, 3), _rationals(-4, 4)
    rate = st.integers(1, 8)
    patterns = [
        st.builds("({c})*x**{m}".format, c=small, m=st.integers(0, 5)),
        st.builds("({c})*sin({k}*x+({d}))".format, c=small, k=rate, d=shift),
        st.builds("({c})*cos({k}*x)".format, c=small, k=rate),
        st.builds("({c})*tanh({k}*x+({d}))".format, c=small, k=rate, d=shift),
        st.builds("({c})*exp(-({d}-x)**2)".format, c=small, d=shift),
        st.builds("({c})/(1+{k}*x**2)".format, c=small, k=rate),
    ]
    if smoothness != "smooth":
        patterns.append(st.builds("({c})*abs(x-({d}))".format, c=small, d=shift))
    if smoothness == "continuous":
        patterns.append(st.builds("({c})*sqrt(abs(x-({d})))".format, c=small, d=shift))
    return st.one_of(patterns)


@st.composite
def targets(
    draw: st.DrawFn,
    *,
    smoothness: Smoothness = "smooth",
    domain: tuple[Fraction, Fraction] | None = None,
    max_terms: int = 3,
) -> Target:
    """Targets that are finite on their domain: sums of up to ``max_terms`` elementary pieces.

    ``smooth`` has a bounded second derivative (P8 applies), ``lipschitz`` may have kinks,
    ``continuous`` may have square roots.  Raises InputError for other words.
    """
    if smoothness not in LEVELS:
        raise InputError("smoothness", smoothness, "unknown:", f"{', '.join(LEVELS)}")
    if max_terms < 1:
        raise InputError("max_terms", max_terms, "too small:", "1 or more is accepted")
    low, high = draw(domains()) if domain is None else domain
    terms = draw(st.lists(_terms(smoothness), min_size=1, max_size=max_terms))
    text = " + ".join(terms)
    return Target.parse(text, low, high)


def kink_sequences(
    *, min_size: int = 0, max_size: int = 40
) -> st.SearchStrategy[NDArray[np.int64]]:
    """Sequences k_i in {-2..2}: what the realisation lemma of P8 must realise, whatever they are.

    Raises InputError unless 0 <= min_size <= max_size.
    """
    if not 0 <= min_size <= max_size:
        raise InputError("sizes", f"{min_size}..{max_size}", "out of range:", "0 <= min <= max")
    return st.lists(st.integers(-2, 2), min_size=min_size, max_size=max_size).map(
        lambda entries: np.array(entries, dtype=np.int64)
    )


@st.composite
def permutation_networks(
    draw: st.DrawFn,
    *,
    min_width: int = 4,
    max_width: int = 40,
    domain: tuple[Fraction, Fraction] | None = None,
    readout: bool = True,
) -> PermutationNetwork:
    """Networks whose coefficients are a random permutation of the vector of the theorems."""
    width = draw(widths(min_value=min_width, max_value=max_width))
    low, high = draw(domains()) if domain is None else domain
    locations, initial, provenance = frozen_start(width, (low, high))
    order = np.array(draw(st.permutations(range(2 * width))))
    numbers = st.integers(-64, 64).map(lambda k: k / 16)
    values = initial[order]
    return PermutationNetwork(
        locations=locations,
        p=values[:width],
        q=values[width:],
        alpha=draw(numbers) if readout else 0.0,
        gamma=draw(numbers) if readout else float(1 / (high - low)),
        initial=initial,
        provenance=provenance,
        readout=readout,
    )
