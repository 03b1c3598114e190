"""P4: the smallest stride, its hypotheses, and the construction written down exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.theory.exact import HALF, Polygon, assemble, clipped, distance, spread
from theory.errors import AssumptionViolated, InputError
from theory.permutation.pseudo_copies import smallest_k
from theory.statements.registry import by_id

STATEMENT = by_id("P4")


def feasible(n: int, k: int, L: Fraction, travel: Fraction) -> bool:
    """The hypothesis in the words of the note."""
    d = Fraction(1, n - 1)
    supply = 8 * k * k * d * d * (n // (4 * k)) * (k - 1)
    return 4 * k <= n and 2 * k * k * d >= L and supply >= travel + 16 * k * k * d * d


@given(
    n=st.integers(8, 400),
    L=st.fractions(0, 12, max_denominator=9),
    TV=st.fractions(0, 12, max_denominator=9),
    ends=st.fractions(0, 4, max_denominator=9),
)
def test_smallest_k_by_brute_force(n: int, L: Fraction, TV: Fraction, ends: Fraction) -> None:
    expected = [k for k in range(1, n // 4 + 1) if feasible(n, k, L, TV + ends)]
    assert smallest_k(n, L, TV, ends) == (expected[0] if expected else None)


@given(n=st.integers(8, 300), k=st.integers(2, 60), L=st.fractions(0, 5), TV=st.fractions(0, 5))
def test_statement_and_note_have_the_same_hypotheses(
    n: int, k: int, L: Fraction, TV: Fraction
) -> None:
    values = {"n": n, "k": k, "L": L, "TV": TV, "ends": Fraction(1, 3)}
    if feasible(n, k, L, TV + Fraction(1, 3)):
        d = Fraction(1, n - 1)
        exact = 8 * k * k * d * d + 4 * L * k * d + 7 * d * d
        assert exact <= STATEMENT.bound_up(values) <= exact * (1 + Fraction(1, 2**50))
    else:
        with pytest.raises(AssumptionViolated):
            STATEMENT.evaluate(values)


def test_smallest_k_edges_are_exact() -> None:
    L = Fraction(2 * 49, 299)
    assert smallest_k(300, L, Fraction(0), Fraction(0)) == 7
    assert smallest_k(300, L + Fraction(1, 10**40), Fraction(0), Fraction(0)) == 8


def test_smallest_k_is_quick_for_large_widths() -> None:
    k = smallest_k(10**8, Fraction(6), Fraction(4), Fraction(1))
    assert k is not None
    assert feasible(10**8, k, Fraction(6), Fraction(5))
    assert not feasible(10**8, k - 1, Fraction(6), Fraction(5))


def test_smallest_k_says_when_there_is_none() -> None:
    assert smallest_k(7, Fraction(0), Fraction(0), Fraction(0)) is None
    assert smallest_k(40, Fraction(6), Fraction(4), Fraction(0)) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, 0, 0, 0), "at least 2 locations"),
        ((9, -1, 0, 0), "figures >= 0"),
        ((9, 0, -1, 0), "figures >= 0"),
        ((9, 0, 0, -1), "figures >= 0"),
    ],
)
def test_smallest_k_refuses(arguments: tuple[int, ...], message: str) -> None:
    n, *figures = arguments
    with pytest.raises(InputError, match=message):
        smallest_k(n, *map(Fraction, figures))


def network(f: Polygon, n: int, k: int) -> Polygon:
    """P4's permutation, exactly: feedback over blocks, idle quads as constants of either sign."""
    d = Fraction(1, n - 1)
    J = 8 * (k * d) ** 2
    blocks, spare = divmod(n, 4 * k)
    gaps = [(spare - HALF + 4 * k * q) * d for q in range(blocks + 1)]
    level, taken = f(gaps[0]), []
    for gap in gaps[1:]:
        taken.append(clipped((f(gap) - level) / J, k))
        level += taken[-1] * J
    idle = blocks * k - sum(map(abs, taken))
    # left signs: steps carry -step, idle quads s with sum s J/2 + sum(-step) J/2 = f(gap 0)
    wanted = 2 * f(gaps[0]) / J + sum(taken)
    plus = min(range(idle + 1), key=lambda count: abs(2 * count - idle - wanted))
    signs = [1] * plus + [-1] * (idle - plus)
    quads = []
    for q, step in enumerate(taken):
        for j in range(k):
            first = spare + 4 * k * q + j
            sign = (step > 0) - (step < 0)
            left, right = (-sign, sign) if j < abs(step) else (signs.pop(),) * 2
            quads.append((range(first, first + 4 * k, k), left, right))
    for i, first in enumerate(range(n % 4, spare - 3, 4)):
        quads.append((range(first, first + 4), *((1 - 2 * (i % 2),) * 2)))
    weights = assemble(n, quads)
    assert weights.is_permutation()
    return spread(weights.values())


@st.composite
def gentle_polygons(draw: st.DrawFn) -> Polygon:
    heights = [draw(st.fractions(-1, 1, max_denominator=20)) / 4 for _ in range(6)]
    offset = draw(st.fractions(-1, 1, max_denominator=8))
    return Polygon(tuple((Fraction(i, 5), offset + y) for i, y in enumerate(heights)))


@settings(max_examples=25)
@given(f=gentle_polygons(), n=st.integers(40, 110))
def test_p4_holds(f: Polygon, n: int) -> None:
    ends = abs(f(Fraction(0)) + f(Fraction(1)))
    k = smallest_k(n, f.lipschitz, f.variation, ends)
    assume(k is not None)
    values = {"n": n, "k": k, "L": f.lipschitz, "TV": f.variation, "ends": ends}
    assert distance(f, network(f, n, k)) <= STATEMENT.bound_up(values)


def test_p4_without_its_middle_term_is_false() -> None:
    """8 k^2 d^2 + 7 d^2 alone is refuted: a block of 4 k locations cannot follow a steep f."""
    n = 96
    f = Polygon(((Fraction(0), Fraction(0)), (Fraction(9, 20), Fraction(0)),
                 (Fraction(1, 2), Fraction(1, 8)), (Fraction(11, 20), Fraction(0)),
                 (Fraction(1), Fraction(0))))  # fmt: skip
    k = smallest_k(n, f.lipschitz, f.variation, Fraction(0))
    assert k is not None
    error = distance(f, network(f, n, k))
    d = Fraction(1, n - 1)
    values = {"n": n, "k": k, "L": f.lipschitz, "TV": f.variation, "ends": 0}
    assert error <= STATEMENT.bound_up(values)
    assert error > 4 * k * k * d * d + 7 * d * d  # half the first term and no middle one
