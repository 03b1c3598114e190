"""Charts: figures land where the axes say, and nothing is drawn that is not there."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.pages import Node, parse
from verify.report.chart import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Axis,
    Chart,
    Point,
    Scale,
    Series,
    tick_text,
)
from verify.report.figures import figures, response_example
from verify.report.records import Mark, Row

POSITIVE = st.floats(min_value=1e-300, max_value=1e300)
FINITE = st.floats(min_value=-1e12, max_value=1e12)


def chart(*series: Series, x: bool = True, y: bool = True) -> Chart:
    return Chart("a title", "a description", Axis("x", x), Axis("y", y), series)


def drawn(made: Chart) -> Node:
    svg = made.svg("c")
    assert svg is not None
    return parse(svg).children[0]


def series(*points: tuple[float, float], **changes: object) -> Series:
    made = tuple(Point(x, y) for x, y in points)
    return Series("s", "s-lower", made, **changes)  # type: ignore[arg-type]


@given(st.lists(POSITIVE, min_size=1, max_size=8))
def test_logarithmic_scales(values: list[float]) -> None:
    check(Scale.over(values, True, 0.0, 100.0), values)


@given(st.lists(FINITE, min_size=1, max_size=8))
def test_linear_scales(values: list[float]) -> None:
    check(Scale.over(values, False, 0.0, 100.0), values)


def check(scale: Scale, values: list[float]) -> None:
    """Inside, in order, and with ticks that are inside too."""
    places = [scale.place(value) for value in sorted(values)]
    assert all(-1e-6 <= place <= 100 + 1e-6 for place in places)
    assert places == sorted(places)
    ticks = scale.ticks()
    assert len(ticks) <= 12
    assert ticks == sorted(ticks)
    assert all(-1e-3 <= scale.place(tick) <= 100 + 1e-3 for tick in ticks)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1e-4, 1.0, [1e-4, 1e-3, 1e-2, 1e-1, 1.0]),
        (2.0, 9.0, [2.0, 5.0]),
        (1e-9, 1e9, [1e-9, 1e-6, 1e-3, 1.0, 1e3, 1e6, 1e9]),
    ],
)
def test_ticks(low: float, high: float, expected: list[float]) -> None:
    assert Scale.over([low, high], True, 0.0, 1.0).ticks() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.001, "0.001"), (1e-4, "10\u207b\u2074"), (2e-5, "2\u00b710\u207b\u2075"), (0.0, "0"),
     (2000.0, "2000"), (1e5, "10\u2075"), (-0.5, "-0.5")],
)  # fmt: skip
def test_tick_texts(value: float, text: str) -> None:
    assert tick_text(value) == text


def test_marks_stand_where_the_axes_say() -> None:
    made = drawn(chart(series((10.0, 1e-4), (1000.0, 1.0), (100.0, 1e-2))))
    marks = [m for m in made.all("circle") if m.all("title")]
    places = [(float(m.get("cx")), float(m.get("cy"))) for m in marks]
    assert [x for x, _ in places] == pytest.approx(
        [LEFT + (RIGHT - LEFT) * part for part in (0.06 / 1.12, 0.5, 1.06 / 1.12)], abs=0.1
    )
    assert [y for _, y in places] == pytest.approx(
        [BOTTOM + (TOP - BOTTOM) * part for part in (0.06 / 1.12, 0.5, 1.06 / 1.12)], abs=0.1
    )


def test_what_no_axis_has_a_place_for_is_left_out() -> None:
    made = drawn(chart(series((10.0, 0.0), (10.0, math.inf), (10.0, math.nan), (10.0, 0.5))))
    assert len([m for m in made.all("circle") if m.all("title")]) == 1
    assert chart(series((10.0, 0.0))).svg("c") is None
    assert chart().svg("c") is None


def test_several_figures_at_one_place_have_no_line() -> None:
    once = drawn(chart(series((1.0, 1.0), (2.0, 2.0))))
    twice = drawn(chart(series((1.0, 1.0), (1.0, 3.0), (2.0, 2.0))))
    # one line in the legend, one in the picture
    assert (len(once.all("polyline")), len(twice.all("polyline"))) == (2, 1)
    upright = drawn(chart(series((1.0, 1.0), (1.0, 2.0), path=True, shape="none")))
    assert len(upright.all("polyline")) == 2


def test_measured_figures_are_open() -> None:
    points = (Point(1.0, 1.0, True), Point(2.0, 1.0, False))
    made = drawn(chart(Series("s", "s-lower", points, "square")))
    classes = [m.get("class") for m in made.all("polygon") if m.all("title")]
    assert classes == ["mark", "mark open"]


def test_one_figure_makes_no_chart_and_bands_join_claims() -> None:
    def row(band: float, setting: str) -> Row:
        marks = {"lower": Mark(0.1 / band), "constructed": Mark(0.2 / band)}
        return Row("s", "ridgelet", "sandwich", "x", "[0, 1]", "L2", setting, 9, 2.0, band,
                   marks=marks)  # fmt: skip

    lonely = Row("s", "permutation", "sandwich", "x", width=9, marks={"lower": Mark(0.1)})
    assert figures([lonely]) == ([], 0)
    found, omitted = figures([row(1.0, "tanh, |a_i| <= 1, |b| <= 2"),
                              row(2.0, "tanh, |a_i| <= 2, |b| <= 2")])  # fmt: skip
    assert omitted == 0
    [across] = [f for f in found if f.chart.x.label.startswith("band")]
    assert [len(entry.points) for entry in across.chart.series] == [2, 2]
    assert "tanh, |b| <= 2, |c|_1 <= 2" in across.chart.title


def test_the_example_obeys_the_law() -> None:
    """R2: error falls as the budget grows; the filter falls from 1 to 0 along frequencies."""
    law, band_filter = (figure.chart for figure in response_example())
    points = sorted((p.x, p.y) for p in law.series[0].points)
    errors = [error for _, error in points]
    assert len(points) > 15
    assert errors == sorted(errors, reverse=True)
    # the norm of exp(-x^2/2) in L2(R) is pi^(1/4)
    assert errors[0] == pytest.approx(math.pi**0.25, rel=0.01)
    for entry in band_filter.series[:3]:
        gains = [p.y for p in entry.points]
        assert gains == sorted(gains, reverse=True)
        assert 0 <= gains[-1] < gains[0] <= 1
    assert re.search(r"passes one half at \|xi\| = \d", band_filter.description)
