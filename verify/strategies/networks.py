"""Relu networks with free parameters, and recurrent networks.

Valid by construction, small defaults, keyword-only bounds.  Example::

    @given(network=relu_networks(), target=targets())
    def test_my_certifier(network, target):
        assert my_error(network, target) >= certify_sup(network, target).lower
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from numerics.bias.recurrent import RecurrentNetwork
from numerics.networks import Array, ReluNetwork
from theory.errors import InputError
from verify.strategies.permutation import checked_domain

__all__ = ["recurrent_networks", "relu_networks"]

UNIT_INTERVAL = (Fraction(0), Fraction(1))
# Entries are multiples of 1/16 in [-4, 4]: exact floats that print short.
ENTRY = st.integers(-64, 64).map(lambda k: k / 16)


def _vector(size: int) -> st.SearchStrategy[Array]:
    return st.lists(ENTRY, min_size=size, max_size=size).map(np.array)


def check_sizes(name: str, low: int, high: int) -> None:
    """InputError unless 1 <= low <= high."""
    if not 1 <= low <= high:
        raise InputError(name, f"{low}..{high}", "out of range:", "1 <= minimum <= maximum")


def relu_networks(
    *,
    min_width: int = 1,
    max_width: int = 12,
    domain: tuple[Fraction, Fraction] = UNIT_INTERVAL,
) -> st.SearchStrategy[ReluNetwork]:
    """g(x) = offset + sum_k C_k relu(W_k x + b_k) with knots in and around ``domain``.

    Units that coincide, that face either way, that are 0 and that are constant (W_k = 0) occur.
    Raises InputError unless 1 <= min_width <= max_width, and for an empty domain.

    >>> relu_networks(max_width=3).example().width <= 3
    True
    """
    check_sizes("width", min_width, max_width)
    first, last = checked_domain(domain)
    low, length = float(first), float(last - first)

    def built(rows: list[tuple[float, float, int]], offset: float) -> ReluNetwork:
        W, C, place = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
        b = np.where(W == 0, C, -W * (low + length * place / 32))
        return ReluNetwork(W, b + 0.0, C, offset)

    row = st.tuples(ENTRY, ENTRY, st.integers(-8, 40))
    return st.builds(built, st.lists(row, min_size=min_width, max_size=max_width), ENTRY)


@st.composite
def recurrent_networks(
    draw: st.DrawFn,
    *,
    min_width: int = 1,
    max_width: int = 5,
    inputs: int = 1,
    outputs: int = 1,
) -> RecurrentNetwork:
    """r_t = -alpha r_{t-1} + beta relu(W r_{t-1} + B x_{t-1} + b), y_t = C r_t.

    0 <= alpha < 1, 0 < beta <= 1, and rows of W whose absolute sum is at most 1: states stay
    bounded by the inputs.  Raises InputError for sizes below 1.

    >>> recurrent_networks(max_width=2).example().run(np.ones((5, 1)))[1].shape
    (5, 1)
    """
    for name, low, high in (
        ("width", min_width, max_width),
        ("inputs", inputs, inputs),
        ("outputs", outputs, outputs),
    ):
        check_sizes(name, low, high)
    n = draw(st.integers(min_width, max_width))
    # entries of at most 4, so 4 n bounds every row; a power of two keeps them exact
    scale = 2.0 ** -(2 + (n - 1).bit_length())
    return RecurrentNetwork(
        W=draw(_vector(n * n)).reshape(n, n) * scale,
        B=draw(_vector(n * inputs)).reshape(n, inputs) / 4,
        C=draw(_vector(outputs * n)).reshape(outputs, n) / 4,
        b=draw(_vector(n)) / 4,
        start=draw(_vector(n)) / 4,
        alpha=draw(st.integers(0, 7)) / 8,
        beta=draw(st.integers(1, 8)) / 8,
    )
