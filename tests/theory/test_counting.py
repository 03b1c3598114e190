"""P6 by counting, and P7's number of functions: integers, enumerations and logarithms agree."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from theory.errors import InputError
from theory.permutation import counting
from theory.permutation.counting import counting_bound, counting_number
from theory.statements.registry import by_id


@pytest.mark.parametrize("readout", [False, True])
def test_numbers_agree_with_factorials_up_to_300(readout: bool) -> None:
    orderings = 1  # (2n)!/2 without read-out, twice that with
    for n in range(2, 301):
        orderings = math.factorial(2 * n) // (1 if readout else 2)
        number = counting_number(n, readout=readout)
        assert 2 ** (number - 1) <= orderings < 2**number  # N - 1 would not do
    assert orderings > 2**4000


@pytest.mark.parametrize("n", [2, 3, 17, 300, 1999, 2000, 2001, 2048, 3000])
@pytest.mark.parametrize("readout", [False, True])
def test_the_logarithm_gives_the_same_integer(
    n: int, readout: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = math.factorial(2 * n).bit_length() - (not readout)
    assert counting_number(n, readout=readout) == expected
    monkeypatch.setattr(counting, "LARGEST_FACTORIAL", 0)
    assert counting_number(n, readout=readout) == expected


@pytest.mark.parametrize("n", [10**4, 10**6, 10**8])
def test_large_widths_agree_with_a_second_opinion(n: int) -> None:
    with mpmath.workdps(60):
        logarithm = mpmath.loggamma(2 * n + 1) / mpmath.log(2)
        assert counting_number(n, readout=True) == int(mpmath.floor(logarithm)) + 1
        assert counting_number(n, readout=False) == int(mpmath.floor(logarithm))


@pytest.mark.parametrize("n", [2, 17, 400, 10**8])
def test_the_statement_evaluates_to_the_same_number(n: int) -> None:
    for name, readout in (("P6-counting", False), ("P6-counting-readout", True)):
        value, number = counting_bound(n, Fraction(7, 3), readout=readout)
        assert value == by_id(name).bound_down({"n": n, "L": Fraction(7, 3)})
        exact = Fraction(7, 3) / (number * (2 if readout else 1))
        assert value <= exact < Fraction(value) * (1 + Fraction(1, 2**50))
        assert value < by_id("P6").bound_down({"n": n, "L": Fraction(7, 3)}) * (4 if n < 9 else 1)


def orderings(n: int) -> np.ndarray:
    """All (p, q) on i/(n-1) as integers times d, shape (count, 2n); 0 occurs twice."""
    initial = [s * i for i in range(n) for s in (1, -1)]
    return np.array(sorted(set(itertools.permutations(initial))))


def evaluate(coefficients: np.ndarray, n: int, places: np.ndarray) -> np.ndarray:
    """g at integers ``places`` / (m (n-1)) in units of d^2/m, for locations m i."""
    m = (places.size - 1) // (n - 1)
    right = np.maximum(places[None, :] - m * np.arange(n)[:, None], 0)
    left = np.maximum(m * np.arange(n)[:, None] - places[None, :], 0)
    return coefficients[:, :n] @ right + coefficients[:, n:] @ left


@pytest.mark.parametrize("n", [2, 3, 4])
def test_p7_number_of_orderings_and_of_functions(n: int) -> None:
    found = orderings(n)
    assert len(found) == math.factorial(2 * n) // 2
    values = evaluate(found, n, np.arange(n))  # piecewise linear: knot values say everything
    idle = np.sort(found[:, [n - 1, n]], axis=1)  # p_{n-1} and q_0
    classes = np.unique(
        np.concatenate([idle, np.delete(found, [n - 1, n], axis=1)], axis=1), axis=0
    )
    limit = by_id("P7").evaluate({"n": n})
    assert len(classes) == limit
    assert len(np.unique(values, axis=0)) <= limit


def test_p7_a_quarter_of_the_factorial_is_too_few() -> None:
    """(2n)!/4 alone forgets the vectors with q_0 = p_{n-1} = 0: at n = 2 there are 7 functions."""
    values = evaluate(orderings(2), 2, np.arange(2))
    assert len(np.unique(values, axis=0)) == 7 > math.factorial(4) // 4


@pytest.mark.parametrize(("n", "slope"), [(2, 1), (2, 5), (3, 1), (3, 4)])
def test_some_zigzag_defeats_every_ordering(n: int, slope: int) -> None:
    """All 2^N zigzags against all (2n)!/2 networks, at the N + 1 nodes, in exact integers."""
    N = counting_number(n, readout=False)
    places = (n - 1) * np.arange(N + 1)  # node j at x = j/N; locations at N i, step d = N units
    right = np.maximum(places[None, :] - N * np.arange(n)[:, None], 0)
    left = np.maximum(N * np.arange(n)[:, None] - places[None, :], 0)
    found = orderings(n)
    # g(x) in units 1/(N (n-1)^2)
    values = np.unique(found[:, :n] @ right + found[:, n:] @ left, axis=0)
    signs = np.array(list(itertools.product((-1, 1), repeat=N)))
    zigzags = np.concatenate([np.zeros((2**N, 1), dtype=int), signs.cumsum(axis=1)], axis=1)
    zigzags *= slope * (n - 1) ** 2
    nearest = [np.abs(values - f).max(axis=1).min() for f in zigzags]
    worst = Fraction(int(max(nearest)), N * (n - 1) ** 2)
    assert worst >= Fraction(counting_bound(n, Fraction(slope), readout=False)[0])


def test_fewer_cells_can_all_be_met() -> None:
    """N = 1 for n = 2 is false: both straight zigzags of slope 1 are networks."""
    values = evaluate(orderings(2), 2, np.arange(2))
    rows = {tuple(row) for row in values.tolist()}
    assert {(0, 1), (0, -1)} <= rows


@pytest.mark.parametrize("n", [-1, 0, 1])
def test_small_widths_are_refused(n: int) -> None:
    with pytest.raises(InputError, match="at least 2 locations"):
        counting_number(n, readout=True)


def test_negative_slopes_are_refused() -> None:
    with pytest.raises(InputError, match="L >= 0"):
        counting_bound(3, Fraction(-1), readout=True)
