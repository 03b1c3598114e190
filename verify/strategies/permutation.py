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
from theory.targets.enclosures import Profile
from theory.targets.target import Target

__all__ = [
    "domains",
    "kink_sequences",
    "permutation_networks",
    "permutations",
    "profiles",
    "targets",
    "widths",
]

Smoothness = Literal["smooth", "lipschitz", "continuous"]
# 2 first, and the factor is drawn first by every piece: a counterexample to a rate shrinks to the
# parabola, the simplest target that bends.
EXPONENTS = st.sampled_from((2, 1, 0, 3, 4, 5))
LEVELS: tuple[Smoothness, ...] = ("smooth", "lipschitz", "continuous")


def _rationals(low: int, high: int) -> st.SearchStrategy[Fraction]:
    """Fractions k/12 in [low, high]: they shrink to small integers and print short."""
    numbers = [Fraction(k, 12) for k in range(12 * low, 12 * high + 1)]
    # 0, 1, -1, 2, ...: what is found first in this list is what a counterexample shrinks to
    numbers.sort(key=lambda number: (number.denominator, abs(number), number < 0))
    return st.sampled_from(numbers)


def _lengths(largest: int) -> st.SearchStrategy[Fraction]:
    """Fractions k/12 in (0, largest], 1 first."""
    numbers = [Fraction(k, 12) for k in range(1, 12 * largest + 1)]
    return st.sampled_from(sorted(numbers, key=lambda number: (number.denominator, number)))


def domains(
    *, max_magnitude: int = 4, max_length: int = 4
) -> st.SearchStrategy[tuple[Fraction, Fraction]]:
    """Intervals (a, b) of exact rationals, 1/12 <= b - a <= ``max_length``; they shrink to (0, 1).

    Raises InputError for bounds below 1.

    >>> low, high = domains(max_length=2).example()
    >>> 0 < high - low <= 2
    True
    """
    for name, value in (("max_magnitude", max_magnitude), ("max_length", max_length)):
        if value < 1:
            raise InputError(name, value, "too small:", "1 or more is accepted")
    lows = _rationals(-max_magnitude, max_magnitude)
    lengths = _lengths(max_length)
    return st.tuples(lows, lengths).map(lambda pair: (pair[0], pair[0] + pair[1]))


def widths(*, min_value: int = 17, max_value: int = 200) -> st.SearchStrategy[int]:
    """Numbers n of locations; the default minimum is that of P8.

    Raises InputError unless 4 <= min_value <= max_value.

    >>> 17 <= widths(max_value=30).example() <= 30
    True
    """
    if not 4 <= min_value <= max_value:
        shown = f"{min_value}..{max_value}"
        raise InputError("widths", shown, "out of range:", "4 <= min_value <= max_value")
    return st.integers(min_value, max_value)


def _scaled(factor: Fraction, body: str) -> str:
    if factor == 1:
        return body
    return f"{factor}*{body}" if factor >= 0 else f"({factor})*{body}"


def _shifted(shift: Fraction, rate: int = 1) -> str:
    variable = "x" if rate == 1 else f"{rate}*x"
    return variable if shift == 0 else f"{variable}{'-' if shift > 0 else '+'}{abs(shift)}"


def _power(factor: Fraction, exponent: int) -> str:
    if exponent == 0 or factor == 0:
        return f"{factor}" if factor >= 0 else f"({factor})"
    return _scaled(factor, "x" if exponent == 1 else f"x**{exponent}")


def _wave(factor: Fraction, name: str, shift: Fraction, rate: int) -> str:
    return _scaled(factor, f"{name}({_shifted(shift, rate)})")


def _about(factor: Fraction, pattern: str, shift: Fraction) -> str:
    return _scaled(factor, pattern.format(_shifted(shift)))


def _terms(smoothness: Smoothness) -> st.SearchStrategy[str]:
    small, shift = _rationals(-3, 3), _rationals(-4, 4)
    rate = st.integers(1, 8)
    patterns = [
        st.builds(_power, small, EXPONENTS),
        st.builds(_wave, small, st.sampled_from(["sin", "cos", "tanh"]), shift, rate),
        st.builds(_about, small, st.just("exp(-({})**2)"), shift),
        st.builds(lambda c, k: f"{_scaled(c, '1')}/(1+{k}*x**2)", small, rate),
    ]
    if smoothness != "smooth":
        patterns.append(st.builds(_about, small, st.just("abs({})"), shift))
    if smoothness == "continuous":
        patterns.append(st.builds(_about, small, st.just("sqrt(abs({}))"), shift))
    return st.one_of(patterns)


def checked_domain(domain: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    """``domain``, or InputError where it is empty."""
    if not domain[0] < domain[1]:
        shown = f"{domain[0]}, {domain[1]}"
        raise InputError("domain", shown, "is empty:", "two ends, the lower first, are accepted")
    return domain


def targets(
    *,
    smoothness: Smoothness = "smooth",
    domain: tuple[Fraction, Fraction] | None = None,
    max_terms: int = 3,
) -> st.SearchStrategy[Target]:
    """Targets that are finite on their domain: sums of up to ``max_terms`` elementary pieces.

    ``smooth`` has a bounded second derivative (P8 applies), ``lipschitz`` may have kinks,
    ``continuous`` may have square roots.  Raises InputError for other words, ``max_terms`` below 1
    and an empty domain.

    >>> targets(domain=(Fraction(0), Fraction(1)), max_terms=1).example().length
    Fraction(1, 1)
    """
    if smoothness not in LEVELS:
        accepted = f"{', '.join(LEVELS)} are accepted"
        raise InputError("smoothness", smoothness, "unknown:", accepted)
    if max_terms < 1:
        raise InputError("max_terms", max_terms, "too small:", "1 or more is accepted")
    ends = domains() if domain is None else st.just(checked_domain(domain))
    terms = st.lists(_terms(smoothness), min_size=1, max_size=max_terms).map(" + ".join)
    return st.builds(lambda text, ab: Target.parse(text, *ab), terms, ends)


def profiles(
    *,
    smoothness: Smoothness = "smooth",
    domain: tuple[Fraction, Fraction] | None = None,
    max_terms: int = 3,
) -> st.SearchStrategy[Profile]:
    """Targets of :func:`targets` with their certified constants: sup|F|, L = M1, M2, TV of F.

    F(u) = f(a + (b - a) u); each constant is an :class:`~theory.targets.enclosures.Enclosure`,
    computed when first asked for.  ``smooth``: all are available.  ``lipschitz``: all but M2.
    ``continuous``: sup|F|.  Raises InputError as :func:`targets` does.

    >>> profile = profiles(max_terms=1).example()
    >>> 0 <= profile.curvature.lower <= profile.curvature.upper < float("inf")
    True
    """
    return targets(smoothness=smoothness, domain=domain, max_terms=max_terms).map(Profile)


def permutations(*, min_size: int = 2, max_size: int = 40) -> st.SearchStrategy[NDArray[np.int64]]:
    """Permutations of 0..m-1 as index arrays (m,); they shrink to the identity.

    Raises InputError unless 1 <= min_size <= max_size.

    >>> sorted(permutations(min_size=3, max_size=3).example().tolist())
    [0, 1, 2]
    """
    if not 1 <= min_size <= max_size:
        shown = f"{min_size}..{max_size}"
        raise InputError("sizes", shown, "out of range:", "1 <= min_size <= max_size")
    sizes = st.integers(min_size, max_size)
    return sizes.flatmap(lambda m: st.permutations(range(m))).map(
        lambda order: np.array(order, dtype=np.int64)
    )


def kink_sequences(
    *, min_size: int = 0, max_size: int = 40
) -> st.SearchStrategy[NDArray[np.int64]]:
    """Sequences k_i in {-2..2}: what the realisation lemma of P8 must realise, whatever they are.

    Raises InputError unless 0 <= min_size <= max_size.

    >>> kink_sequences(min_size=3, max_size=3).example().size
    3
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
    """Networks whose coefficients are a random permutation of the vector of the theorems.

    ``readout`` False: alpha = 0 and the factor 1/(b - a) of the unit interval.  Raises InputError
    unless 4 <= min_width <= max_width.

    >>> permutation_networks(max_width=8).example().is_permutation()
    True
    """
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
