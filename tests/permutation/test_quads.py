"""P1 and P2 as identities between exact rationals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from numerics.permutation.quads import LEFTOVERS, constant_signs, quads


def exact(places: list[int], p: list[int], q: list[int], t: Fraction) -> Fraction:
    """sum p relu(t - b) + q relu(b - t), with d = 1."""
    terms = zip(places, p, q, strict=True)
    return sum((t - b) * (u if t > b else -v) for b, u, v in terms) + Fraction(0)


def one_quad(places: list[int], left: int, right: int) -> tuple[list[int], list[int]]:
    p, q = quads(np.array([places]), np.array([left]), np.array([right]))
    return p[0].tolist(), q[0].tolist()


@pytest.mark.parametrize(("left", "right"), [(-1, 1), (1, -1), (1, 1), (-1, -1)])
@pytest.mark.parametrize(
    ("start", "gap", "inner"), [(0, 1, 1), (3, 1, 1), (2, 5, 5), (7, 2, 3), (0, 4, 1)]
)
def test_a_quad_is_a_sign_on_either_side(
    left: int, right: int, start: int, gap: int, inner: int
) -> None:
    places = [start, start + gap, start + gap + inner, start + 2 * gap + inner]
    p, q = one_quad(places, left, right)
    jump = (places[3] - places[0]) ** 2 - (places[2] - places[1]) ** 2
    assert sorted(p + q) == sorted(places + [-b for b in places])
    assert sum(p) == sum(q) == 0
    for beyond in (Fraction(0), Fraction(1, 3), Fraction(11)):
        assert exact(places, p, q, places[0] - beyond) == Fraction(left * jump, 2)
        assert exact(places, p, q, places[3] + beyond) == Fraction(right * jump, 2)
    centre = Fraction(places[0] + places[3], 2)
    grid = [centre + Fraction(k, 6) for k in range(-6 * (places[3] - places[0]), 1)]
    for t in grid:
        here, mirrored = exact(places, p, q, t), exact(places, p, q, 2 * centre - t)
        assert mirrored == (here if left == right else -here)
    if left != right:
        values = [right * exact(places, p, q, t) for t in grid]
        assert values == sorted(values)


def test_consecutive_places_jump_by_eight() -> None:
    p, q = one_quad([5, 6, 7, 8], -1, 1)
    assert exact([5, 6, 7, 8], p, q, Fraction(9)) - exact([5, 6, 7, 8], p, q, Fraction(0)) == 8


@pytest.mark.parametrize("rest", range(4))
def test_leftovers(rest: int) -> None:
    leftover, places = LEFTOVERS[rest], list(range(rest))
    p, q = leftover.p.tolist(), leftover.q.tolist()
    assert sorted(p + q) == sorted(places + [-b for b in places])
    assert sum(p) == sum(q) == 0
    assert exact(places, p, q, Fraction(0)) == leftover.at_zero
    for t in (Fraction(2), Fraction(7, 3), Fraction(50)):
        assert exact(places, p, q, t) == leftover.beyond


@pytest.mark.parametrize("n", range(4, 24))
def test_every_width_can_be_disposed_of(n: int) -> None:
    """All weights used exactly once, for every residue of n mod 4, and nothing but a constant."""
    rest, count = n % 4, n // 4
    signs = constant_signs(count, count % 2)
    p, q = quads(rest + np.arange(4 * count).reshape(count, 4), signs, signs)
    whole_p = LEFTOVERS[rest].p.tolist() + p.ravel().tolist()
    whole_q = LEFTOVERS[rest].q.tolist() + q.ravel().tolist()
    places = list(range(n))
    assert sorted(whole_p + whole_q) == sorted(places + [-b for b in places])
    values = {exact(places, whole_p, whole_q, Fraction(2) + Fraction(k, 3)) for k in range(3 * n)}
    assert values == {Fraction(4 * int(signs.sum()) + LEFTOVERS[rest].beyond)}


@pytest.mark.parametrize(("count", "total"), [(0, 0), (5, 5), (5, -3), (8, 0), (9, -9), (6, 2)])
def test_constant_signs(count: int, total: int) -> None:
    signs = constant_signs(count, total)
    assert signs.size == count
    assert signs.sum() == total
    assert (np.abs(signs) == 1).all()
