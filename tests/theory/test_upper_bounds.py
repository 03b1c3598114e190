"""P3, P3' and P8: the constructions, written down exactly, meet their bounds and attain them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.theory.exact import HALF, Polygon, distance, kinks, spread, steps
from theory.errors import InputError
from theory.permutation import curvature_optimal, kinks_lipschitz
from theory.permutation import steps as steps_module
from theory.statements.registry import by_id

ULP = Fraction(1, 2**50)


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    """Continuous piecewise-linear targets with breaks off the grid."""
    inner = draw(st.lists(st.fractions(0, 1, max_denominator=60), max_size=8, unique=True))
    places = sorted({Fraction(0), Fraction(1), *inner})
    values = [draw(st.fractions(-2, 2, max_denominator=12)) for _ in places]
    return Polygon(tuple(zip(places, values, strict=True)))


def modulus(f: Polygon, s: Fraction) -> Fraction:
    """om(s) of a polygon exactly: at the optimum |u - v| = s or both are breaks, one always is."""
    places = {x for b in f.breaks for x in (b, b - s, b + s) if 0 <= x <= 1}
    points = sorted(places)
    return max(abs(f(u) - f(v)) for u in points for v in points if abs(u - v) <= s)


def bound(name: str, **values: Fraction | int) -> Fraction:
    """The statement's bound; a float rounded up, so exact comparisons get one ulp of slack."""
    return Fraction(by_id(name).bound_up(values))


# P3 ------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(f=polygons(), n=st.integers(4, 27))
def test_p3_holds(f: Polygon, n: int) -> None:
    L = f.lipschitz
    assert distance(f, steps(f, n, 4 * L / (n - 1))) <= bound("P3", n=n, L=L)


@settings(max_examples=40)
@given(f=polygons(), n=st.integers(4, 19))
def test_p3_modulus_form_holds(f: Polygon, n: int) -> None:
    omega = modulus(f, min(Fraction(4, n - 1), Fraction(1)))
    assert distance(f, steps(f, n, omega)) <= bound("P3-modulus", n=n, omega=omega)


def test_p3_constant_is_attained_at_the_left_edge() -> None:
    """n mod 4 = 3 and f falling: 0.625 H from f, 0.375 H from the left-overs."""
    f = Polygon(((Fraction(0), Fraction(0)), (Fraction(1), Fraction(-1))))
    error = distance(f, steps(f, 11, Fraction(4, 10)))
    assert error == Fraction(4, 10)
    assert error <= bound("P3", n=11, L=1)
    assert error > Fraction(399, 400) * bound("P3", n=11, L=1)  # no smaller constant


def test_p3_modulus_constant_is_attained_by_a_spike_over_a_flat_quad() -> None:
    n, d, fine = 16, Fraction(1, 15), Fraction(1, 1000)
    # 0, then 1/2 right after the first gap, up to 3/2 between the next two gaps, 4 d further on
    rise, spike = Fraction(0), 4 * d
    points = [(rise, 0), (rise + fine, HALF), (spike, HALF), (spike + fine, 3 * HALF)]
    points += [(spike + 2 * fine, HALF), (Fraction(1), HALF)]
    f = Polygon(tuple((Fraction(x), Fraction(y)) for x, y in points))
    omega = modulus(f, 4 * d)
    assert omega == 1
    error = distance(f, steps(f, n, omega))
    assert error == Fraction(3, 2)
    assert error <= bound("P3-modulus", n=n, omega=omega)
    assert error > Fraction(399, 400) * bound("P3-modulus", n=n, omega=omega)


def test_p3_smaller_steps_fail() -> None:
    """H = 4 L d is needed: with 0.8 of it a steep target runs away from the feedback."""
    f = Polygon(((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))))
    assert distance(f, steps(f, 40, Fraction(4, 39))) <= bound("P3", n=40, L=1)
    assert distance(f, steps(f, 40, Fraction(8, 10) * Fraction(4, 39))) > bound("P3", n=40, L=1)


def test_p3_read_out_makes_a_quad_jump_by_the_height() -> None:
    gam = steps_module.read_out(9, Fraction(3, 7))
    assert gam * 8 * Fraction(1, 8) ** 2 == Fraction(3, 7)


# P3' -----------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(f=polygons(), n=st.integers(17, 40))
def test_p3p_holds_in_both_forms(f: Polygon, n: int) -> None:
    L, d = f.lipschitz, Fraction(1, n - 1)
    for name, half, values in (
        ("P3'", L * d, {"L": L}),
        ("P3'-modulus", modulus(f, d), {"omega": modulus(f, d)}),
    ):
        unit = kinks_lipschitz.read_out(n, half) * d * d
        assert unit == 2 * half
        if half == 0:
            continue
        g, found = kinks(f, n, unit)
        assert all(abs(kink) <= 2 for kink in found)
        assert distance(f, g) <= bound(name, n=n, **values)


def test_p3p_constant_is_attained_by_a_tent() -> None:
    """A first cell of slope L leaves E = 1/2; a tent of height L d/2 follows: 1.5 L d."""
    n, d = 17, Fraction(1, 16)
    values = ((0, 0), (d, d), (3 * d / 2, 3 * d / 2), (2 * d, d), (1, d))
    f = Polygon(tuple((Fraction(x), Fraction(y)) for x, y in values))
    assert f.lipschitz == 1
    g, found = kinks(f, n, 2 * d)
    assert not any(found)
    assert distance(f, g) == Fraction(3, 2) * d == bound("P3'", n=n, L=1)
    assert distance(f, g) > Fraction(149, 100) * d  # the mutation 1.49 is refuted


def test_p3p_modulus_constant_is_attained_by_a_plateau_on_a_step() -> None:
    n, d, fine = 17, Fraction(1, 16), Fraction(1, 10_000)
    top = Fraction(7, 5) * d
    points = ((0, 0), (fine, 1), (top, 1), (top + fine, 2), (top + d / 5, 2))
    points += ((top + d / 5 + fine, 1), (1, 1))
    f = Polygon(tuple((Fraction(x), Fraction(y)) for x, y in points))
    assert modulus(f, d) == 1
    g, _ = kinks(f, n, Fraction(2))
    assert distance(f, g) == 2 == bound("P3'-modulus", n=n, omega=1)


@given(f=polygons(), t=st.fractions(0, 1, max_denominator=50), n=st.integers(2, 30))
def test_a_function_leaves_its_chord_by_at_most_its_modulus(
    f: Polygon, t: Fraction, n: int
) -> None:
    d = Fraction(1, n - 1)
    chord = (1 - t) * f(Fraction(0)) + t * f(d)
    assert abs(f(t * d) - chord) <= modulus(f, d)


# P8 ------------------------------------------------------------------------------------------


@st.composite
def curvatures(draw: st.DrawFn, n: int) -> list[Fraction]:
    """f'' on half cells, in units of M2 = 1."""
    return draw(
        st.lists(st.fractions(-1, 1, max_denominator=4), min_size=2 * n - 2, max_size=2 * n - 2)
    )


class Bent:
    """f with f(0) = 0, f'(0) given and f'' constant on half cells; exact values."""

    def __init__(self, n: int, slope: Fraction, bends: list[Fraction]) -> None:
        self.step = Fraction(1, 2 * (n - 1))
        self.pieces = [(Fraction(0), slope)]
        for bend in bends:
            value, slope = self.pieces[-1]
            value += slope * self.step + bend * self.step**2 / 2
            self.pieces.append((value, slope + bend * self.step))
        self.bends = [*bends, Fraction(0)]

    def __call__(self, x: Fraction) -> Fraction:
        i = int(x / self.step)
        t = x - i * self.step
        value, slope = self.pieces[i]
        return value + slope * t + self.bends[i] * t * t / 2

    def error(self, g: Polygon) -> Fraction:
        """max |f - g| over ends and stationary points of every half cell."""
        places = []
        for i, (_, slope) in enumerate(self.pieces[:-1]):
            x = i * self.step
            places.append(x)
            rise = (g(x + self.step) - g(x)) / self.step - slope
            if self.bends[i] and 0 < rise / self.bends[i] < self.step:
                places.append(x + rise / self.bends[i])
        return max(abs(self(x) - g(x)) for x in (*places, Fraction(1)))


@settings(max_examples=40)
@given(data=st.data(), n=st.integers(17, 30), slope=st.fractions(-40, 40, max_denominator=8))
def test_p8_feedback_meets_the_bound(data: st.DataObject, n: int, slope: Fraction) -> None:
    d = Fraction(1, n - 1)
    f = Bent(n, slope, data.draw(curvatures(n)))
    s0 = abs(f(d)) / d
    gam = curvature_optimal.read_out(n, Fraction(1), s0)
    g, found = kinks(f, n, gam * d * d)
    assert all(abs(kink) <= 2 for kink in found)
    # the slope on the first cell is gam d T with T within reach of the signs
    slope_units = g(d) / (gam * d * d)
    assert slope_units.denominator == 1
    assert abs(slope_units) <= Fraction(n * (n - 9), 2) - 58
    assert f.error(g) <= bound("P8", n=n, M2=1, s0=s0)


def test_p8_constant_is_attained_exactly() -> None:
    """Slope d/2 leaves E = 1/2 at d; a cell of f'' = -1 keeps it there and bulges by d^2/8."""
    n, d = 22, Fraction(1, 21)
    f = Bent(n, d / 2, [Fraction(0)] * 2 + [Fraction(-1)] * 2 + [Fraction(0)] * 38)
    gam = curvature_optimal.read_out(n, Fraction(1), d / 2)
    assert gam == 1
    g, _ = kinks(f, n, d * d)
    assert f.error(g) == Fraction(5, 8) * d * d
    closed = {"n": n, "M2": 1, "M1": d / 2}
    assert f.error(g) <= Fraction(by_id("P8-closed").bound_up(closed)) <= f.error(g) * (1 + ULP)


def test_p8_a_smaller_unit_breaks_the_alphabet() -> None:
    """gam = 0.4 M2: f'' = 1 needs kinks beyond 2, and the feedback runs away."""
    n, d = 22, Fraction(1, 21)
    f = Bent(n, Fraction(0), [Fraction(1)] * 42)
    good, _ = kinks(f, n, d * d)
    assert f.error(good) <= Fraction(5, 8) * d * d
    small, _ = kinks(f, n, Fraction(4, 10) * d * d)
    assert f.error(small) > Fraction(5, 8) * d * d


@given(n=st.integers(17, 3000), curvature=st.fractions(0, 10), slope=st.fractions(0, 100))
def test_p8_unit_and_bound_are_two_sides_of_one_formula(
    n: int, curvature: Fraction, slope: Fraction
) -> None:
    gam = curvature_optimal.read_out(n, curvature, slope)
    expected = (gam / 2 + curvature / 8) / (n - 1) ** 2
    found = bound("P8", n=n, M2=curvature, s0=slope)
    assert expected <= found <= expected * (1 + ULP) + Fraction(1, 2**1000)
    # enough signs for the slope: tau + 1/2 rounds to at most n(n-9)/2 - 58
    if gam:
        assert slope * (n - 1) / gam <= Fraction(n * (n - 9), 2) - 59


@pytest.mark.parametrize("n", [17, 21, 22, 23, 50, 1000])
def test_p8_closed_form_follows_from_its_hypothesis(n: int) -> None:
    """gam = M2 at M1/M2 = (n-14)/2 for n >= 22; below 22 it fails there: the 22 is needed."""
    steepest = Fraction(n - 14, 2)
    fits = curvature_optimal.read_out(n, Fraction(1), steepest) == 1
    assert fits == (n >= 22)


def test_p8_closed_form_needs_the_width_it_asks_for() -> None:
    """(5/8) M2/(n-1)^2 for every n >= 17 is false: f = s x + x^2/2 with s = 10^4, n = 17.

    Every kink is a multiple of gam d^2 in g(b_i) - line; a slope near s needs a large gam, so a
    kink that is not 0 is far too large, and without kinks the error is that of a line, 1/16.
    """
    n, s = 17, 10**4
    d = Fraction(1, n - 1)
    claimed = Fraction(5, 8) * d * d
    # |slope on (0, d)| <= gam d (1 + ... + (n-1)) and it is at least s - 2 claimed/d
    gam = (s - 2 * claimed / d) / (d * Fraction(n * (n - 1), 2))
    smallest_kink = gam * d
    # second differences: a kink k changes g by k d where f changes by d^2
    with_kink = (smallest_kink * d - d * d) / 4
    assert min(with_kink, Fraction(1, 16)) > claimed
    # while the general form of P8 stays true: it is above what this argument forces
    assert bound("P8", n=n, M2=1, s0=s + 1) >= Fraction(1, 16)


def test_p8_affine_targets_are_exact() -> None:
    assert bound("P8-affine", n=17, M2=0) == 0
    g, found = kinks(lambda x: 3 * x - 1, 17, Fraction(3, 16))
    assert not any(found)
    assert g == spread([3 * x - 1 for x, _ in g.points])


@pytest.mark.parametrize("width", [0, 16])
def test_p8_unit_refuses_small_widths(width: int) -> None:
    with pytest.raises(InputError, match="at least 17"):
        curvature_optimal.read_out(width, Fraction(1), Fraction(0))


def test_bounds_shrink_with_the_width() -> None:
    for name, values in (
        ("P3", {"L": 1}), ("P3'", {"L": 1}), ("P8", {"M2": 1, "s0": 40}),
    ):  # fmt: skip
        found = [bound(name, n=n, **values) for n in range(17, 80)]
        assert all(later < sooner for sooner, later in pairwise(found))
