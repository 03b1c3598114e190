"""P6, P10 and B6: no piecewise-linear function beats them, and a larger constant is false."""

from __future__ import annotations

import bisect
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.theory.exact import Polygon, best_fit, distance, spread
from theory.bias.knots import chord_distance
from theory.errors import InputError
from theory.permutation.counting import zigzag
from theory.permutation.perfect_spline import ROOT, PerfectSpline, Surd
from theory.rigor.balls import float_down, float_up, working_precision
from theory.statements.registry import by_id

F = Fraction


def bound(name: str, **values: Fraction | int) -> Fraction:
    return Fraction(by_id(name).bound_down(values))


@st.composite
def free_polygons(draw: st.DrawFn, pieces: int, scale: Fraction) -> Polygon:
    """Any continuous function with this many linear pieces, knots where it likes."""
    count = pieces - 1
    inner = draw(
        st.lists(
            st.integers(1, 999).map(lambda k: F(k, 1000)),
            min_size=count,
            max_size=count,
            unique=True,
        )
    )
    places = [F(0), *sorted(inner), F(1)]
    heights = st.integers(-30, 30).map(lambda k: scale * k / 20)
    return Polygon(tuple((x, draw(heights)) for x in places))


# P6 ------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(data=st.data(), n=st.integers(2, 9))
def test_p6_zigzag_resists_every_polygon(data: st.DataObject, n: int) -> None:
    f = Polygon(zigzag(n, F(1)))
    g = data.draw(free_polygons(n - 1, F(1, n)))
    assert distance(f, g) >= bound("P6", n=n, L=1)


@pytest.mark.parametrize("n", [2, 3, 8, 13])
def test_p6_best_fit_on_the_knots_is_the_bound(n: int) -> None:
    f = Polygon(zigzag(n, F(3)))
    points = sorted({*f.breaks, *(F(i, n - 1) for i in range(n))})
    best = best_fit([i / (n - 1) for i in range(n)], list(map(float, points)), [
        float(f(x)) for x in points
    ])  # fmt: skip
    assert best == pytest.approx(float(bound("P6", n=n, L=3)), rel=1e-9)


@pytest.mark.parametrize("n", [2, 7, 40])
def test_p6_is_attained_so_a_larger_constant_is_false(n: int) -> None:
    f = Polygon(zigzag(n, F(1)))
    assert f.lipschitz == 1
    flat = Polygon(((F(0), F(1, 2 * n)), (F(1), F(1, 2 * n))))
    assert distance(f, flat) == F(1, 2 * n)
    assert distance(f, flat) < 1 / (F(19, 10) * n)  # the mutation L/(1.9 n)
    assert bound("P6", n=n, L=1) <= distance(f, flat)


@pytest.mark.parametrize("n", [2, 7, 40])
def test_p6_needs_n_cells(n: int) -> None:
    """The zigzag with n - 1 cells, amplitude L/(2(n-1)), is one network on n knots."""
    f = Polygon(zigzag(n - 1, F(1)))
    assert distance(f, spread([f(F(i, n - 1)) for i in range(n)])) == 0


def test_p6_zigzag_needs_a_cell() -> None:
    with pytest.raises(InputError, match="at least 1 cell"):
        zigzag(0, F(1))


# P10 -----------------------------------------------------------------------------------------

SURDS = st.builds(Surd, *[st.fractions(-5, 5, max_denominator=20)] * 2)


@given(SURDS, SURDS)
def test_surds_are_exact(x: Surd, y: Surd) -> None:
    with working_precision(200):
        for made, expected in (
            (x + y, x.enclosure + y.enclosure),
            (x - y, x.enclosure - y.enclosure),
            (x * y, x.enclosure * y.enclosure),
            (x.scaled(F(2, 3)), x.enclosure * 2 / 3),
        ):
            assert made.enclosure.overlaps(expected)
            assert float(expected.rad()) < 1e-50
        sign = x.enclosure
        assert x.sign == (1 if sign > 0 else -1 if sign < 0 else 0)
        assert (x < y) == bool(x.enclosure < y.enclosure)
        assert (x <= y) == (x == y or x < y)


def test_surds_close_to_zero_have_the_right_sign() -> None:
    # convergents of sqrt 2, where floats see 0
    p, q = 1, 1
    for _ in range(60):
        p, q = p + 2 * q, p + q
        assert Surd(F(p), F(-q)).sign == (1 if p * p > 2 * q * q else -1)
    assert Surd(F(0), F(0)).sign == 0


@pytest.mark.parametrize("n", [2, 3, 4, 7, 12])
def test_p10_the_perfect_spline_alternates(n: int) -> None:
    f = PerfectSpline(n, F(3))
    points = f.alternation
    assert len(points) == n + 1
    assert all(a < b for a, b in pairwise(points))
    assert points[-2] + f.spacing * ROOT.scaled(F(1, 2)) == Surd(F(1))  # the last arc closes
    for i, x in enumerate(points):
        assert f.value(x) == f.amplitude.scaled(-1 if i % 2 == 0 else 1)


@pytest.mark.parametrize("n", [3, 4, 7])
def test_p10_the_perfect_spline_is_smooth_with_curvature_m2(n: int) -> None:
    f, step = PerfectSpline(n, F(3)), Surd(F(1, 1000))
    assert len(f.switches) == n - 2
    for switch in f.switches:
        assert f.value(switch).sign == 0
        # differences of second order on each side are +-M2 step^2, and the first ones agree
        left = f.value(switch - step)
        right = f.value(switch + step)
        assert (left + right).sign == 0  # odd about a switch: value, slope continuous
        second = f.value(switch - step.scaled(2)) - left.scaled(2)
        assert second in {Surd(F(3, 10**6)), Surd(F(-3, 10**6))}


@pytest.mark.parametrize("n", [2, 3, 8, 12])
def test_p10_best_fit_on_the_knots_and_the_mutation(n: int) -> None:
    """The best coefficients reach A = M2 h^2/8 and no less; with 1/7 instead of 1/8, refuted."""
    f = PerfectSpline(n, F(1))
    claimed = by_id("P10").evaluate({"n": n, "M2": 1})
    assert f.amplitude.enclosure.overlaps(claimed)
    grid = sorted({float(x.enclosure) for x in f.alternation} | {i / 60 for i in range(61)})
    values = [float(f.value(Surd(F(x))).enclosure) for x in grid]
    best = best_fit([i / (n - 1) for i in range(n)], grid, values)
    assert best == pytest.approx(float(claimed), rel=1e-7)
    assert best < float(claimed) * 8 / 7 * 0.99


@pytest.mark.parametrize("n", [2, 5, 30])
def test_p10_is_attained_by_zero(n: int) -> None:
    f = PerfectSpline(n, F(2))
    for i in range(101):
        assert f.value(Surd(F(i, 100))) <= f.amplitude
        assert f.amplitude.scaled(-1) <= f.value(Surd(F(i, 100)))
    low, high = float_down(f.amplitude.enclosure), float_up(f.amplitude.enclosure)
    assert float(bound("P10", n=n, M2=2)) <= high
    assert float(bound("P10", n=n, M2=2)) * 8 / 7 > low  # 1/7 lies above what g = 0 reaches


@settings(max_examples=60)
@given(data=st.data(), n=st.integers(2, 8))
def test_p10_resists_every_polygon(data: st.DataObject, n: int) -> None:
    f = PerfectSpline(n, F(1))
    g = data.draw(free_polygons(n - 1, F(1, 8 * n * n)))
    with working_precision(120):
        error = arb(0)
        for x in f.alternation:
            place = F(float(x.enclosure))
            i = min(bisect.bisect_right(g.breaks, place), len(g.points) - 1)
            (x0, y0), (x1, y1) = g.points[i - 1 : i + 1]
            line = arb(y0.numerator) / y0.denominator + (
                x.enclosure - arb(x0.numerator) / x0.denominator
            ) * (arb((y1 - y0).numerator) / (y1 - y0).denominator) / (
                arb((x1 - x0).numerator) / (x1 - x0).denominator
            )
            error = error.max(abs(f.value(x).enclosure - line))
        assert error.upper() >= by_id("P10").bound_down({"n": n, "M2": 1})


@pytest.mark.parametrize("n", [2, 3, 17])
def test_p10_parabola_is_attained_so_a_larger_constant_is_false(n: int) -> None:
    """x^2/2 and its interpolant lowered by half the chord error: exactly 1/(16 (n-1)^2)."""
    d = F(1, n - 1)
    drop = d * d / 16
    errors = [-drop, d * d / 8 - drop]  # f - g at a knot from below, at mid-cell from above
    assert max(map(abs, errors)) == F(1, 16 * (n - 1) ** 2)
    claimed = bound("P10-parabola", n=n, M2=1)
    assert claimed <= max(errors) < F(1, 15 * (n - 1) ** 2)
    xs = [i / (8 * (n - 1)) for i in range(8 * (n - 1) + 1)]
    best = best_fit([i / (n - 1) for i in range(n)], xs, [x * x / 2 for x in xs])
    assert best == pytest.approx(float(claimed), rel=1e-7)


@settings(max_examples=60)
@given(data=st.data(), n=st.integers(2, 8))
def test_p10_parabola_resists_every_polygon(data: st.DataObject, n: int) -> None:
    g = data.draw(free_polygons(n - 1, F(1, 2)))
    worst = F(0)
    for (x0, y0), (x1, y1) in pairwise(g.points):
        middle = (x0 + x1) / 2
        ends = (x0 * x0 / 2 - y0, x1 * x1 / 2 - y1, middle * middle / 2 - (y0 + y1) / 2)
        worst = max(worst, *map(abs, ends))
    assert worst >= bound("P10-parabola", n=n, M2=1)


@pytest.mark.parametrize("n", [2, 17, 22, 1000])
def test_p10_against_p8(n: int) -> None:
    """5/8 over the class bound is 5 ((n-2+sqrt 2)/(n-1))^2: a little over 5, not within it."""
    factor = F(5, 8) / (n - 1) ** 2 / bound("P10", n=n, M2=1)
    assert 5 < factor < 5 * (F(n) / (n - 1)) ** 2
    if n >= 22:
        assert factor < F(521, 100)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((1, F(1)), "at least 2"), ((3, F(0)), "M2 > 0"), ((3, F(-1)), "M2 > 0")],
)
def test_perfect_spline_refuses(arguments: tuple[int, Fraction], message: str) -> None:
    with pytest.raises(InputError, match=message):
        PerfectSpline(*arguments)


@pytest.mark.parametrize("x", [F(-1, 100), F(101, 100)])
def test_perfect_spline_stays_on_its_domain(x: Fraction) -> None:
    with pytest.raises(InputError, match="0 <= x <= 1"):
        PerfectSpline(4, F(1)).value(Surd(x))


# B6 ------------------------------------------------------------------------------------------


@st.composite
def networks(draw: st.DrawFn, units: int) -> Polygon:
    """sum_k C_k relu(W_k x + b_k) + offset on [0, 1]: at most ``units`` knots."""
    small = st.fractions(-3, 3, max_denominator=12)
    hidden = [(draw(small), draw(small), draw(small)) for _ in range(units)]
    offset = draw(small)
    places = {F(0), F(1)}
    places |= {-b / w for w, b, _ in hidden if w and 0 < -b / w < 1}
    return Polygon(
        tuple(
            (x, offset + sum((c * max(w * x + b, F(0)) for w, b, c in hidden), F(0)))
            for x in sorted(places)
        )
    )


@settings(max_examples=80)
@given(data=st.data(), n=st.integers(1, 5))
def test_b6_no_network_beats_its_triples(data: st.DataObject, n: int) -> None:
    g = data.draw(networks(n))
    values = st.fractions(-2, 2, max_denominator=10)
    count = 2 * (n + 1)
    points = tuple((F(i, count), data.draw(values)) for i in range(count + 1))
    triples = [points[i : i + 3] for i in range(0, count, 2)]
    D = min(chord_distance(*triple) for triple in triples)
    error = max(abs(y - g(x)) for x, y in points)
    assert error >= bound("B6", n=n, triples=n + 1, D=D)


def test_b6_one_triple_less_is_not_enough() -> None:
    """n triples: a network with n knots at their middles has error 0."""
    n = 3
    points = tuple((F(i, 2 * n), F(i % 2)) for i in range(2 * n + 1))
    triples = [points[i : i + 3] for i in range(0, 2 * n, 2)]
    assert min(chord_distance(*triple) for triple in triples) == 1
    # knots at the middles only: through the middles, flat over the shared ends is impossible, so
    # the values at the ends follow; with free values the triples cannot force an error
    middles = (F(1), F(0), F(1))
    g = Polygon(
        ((F(0), F(0)), *((F(2 * i + 1, 2 * n), y) for i, y in enumerate(middles)), (F(1), F(0)))
    )
    touched = tuple((x, g(x)) for x, _ in points)
    assert min(chord_distance(*touched[i : i + 3]) for i in range(0, 2 * n, 2)) > 0
    assert max(abs(y - g(x)) for x, y in touched) == 0


def test_b6_constant_is_attained_so_a_larger_one_is_false() -> None:
    triple = ((F(0), F(0)), (F(1, 3), F(1)), (F(1), F(0)))
    D = chord_distance(*triple)
    assert D == 1
    line = Polygon(((F(0), D / 2), (F(1), D / 2)))
    error = max(abs(y - line(x)) for x, y in triple)
    assert error == D / 2 == bound("B6", n=1, triples=2, D=D)
    assert error < D / F(19, 10)


@settings(max_examples=40)
@given(data=st.data(), n=st.integers(1, 6))
def test_b6_class_zigzag_resists_every_network(data: st.DataObject, n: int) -> None:
    f = Polygon(zigzag(n + 2, F(1)))
    assert distance(f, data.draw(networks(n))) >= bound("B6-class", n=n, L=1)


@pytest.mark.parametrize("n", [1, 4, 20])
def test_b6_class_is_attained_and_needs_n_plus_2_cells(n: int) -> None:
    f = Polygon(zigzag(n + 2, F(1)))
    middle = F(1, 2 * (n + 2))
    assert distance(f, Polygon(((F(0), middle), (F(1), middle)))) == middle
    assert bound("B6-class", n=n, L=1) <= middle < F(1, 2 * (n + 2)) * F(20, 19)
    # n + 1 cells have n knots: one network is exact
    assert len(zigzag(n + 1, F(1))) - 2 == n


@pytest.mark.parametrize("xs", [(0, 0, 1), (1, F(1, 2), 0), (0, 1, 1)])
def test_b6_triples_must_increase(xs: tuple[Fraction, ...]) -> None:
    with pytest.raises(InputError, match="x1 < x2 < x3"):
        chord_distance(*((F(x), F(0)) for x in xs))


def test_lower_bounds_are_rounded_down() -> None:
    for name, values in (("P6", {"n": 3, "L": 1}), ("B6-class", {"n": 1, "L": 1})):
        expected = F(1, 6)
        found = bound(name, **values)
        assert found < expected
        assert found == F(float(np.nextafter(float(expected), 0))) or expected - found < F(1, 2**54)
