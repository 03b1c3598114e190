"""A chart with two axes as inline SVG: no fonts, scripts or libraries, colours from the page.

Shapes tell series apart without colour; a filled mark is certified or a theorem, an open one
measured.  Every mark has a tooltip, and the chart as a whole a title and a description.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from verify.report.markup import Markup, element

WIDTH, LEFT, RIGHT, TOP, PLOT = 424.0, 72.0, 416.0, 10.0, 250.0
BOTTOM, LEGEND, STEP = TOP + PLOT, TOP + PLOT + 62.0, 19.0
SUPERSCRIPTS = str.maketrans(
    "-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
)
MOST_TICKS = 7
Shape = Literal["down", "up", "circle", "square", "dash", "none"]


@dataclass(frozen=True)
class Point:
    """A figure at ``x``; ``known`` (certified or a theorem) fills the mark."""

    x: float
    y: float
    known: bool = True
    note: str = ""


@dataclass(frozen=True)
class Series:
    """Points of one meaning: ``style`` is a class of the style sheet (s-lower, s-trained, ...).

    ``path`` joins the points in the order in which they are given, whatever it is.
    """

    name: str
    style: str
    points: tuple[Point, ...]
    shape: Shape = "circle"
    line: bool = True
    path: bool = False


@dataclass(frozen=True)
class Axis:
    """One axis: its label, and whether it is logarithmic."""

    label: str
    log: bool = True


@dataclass(frozen=True)
class Chart:
    """What a reader sees; ``title`` and ``description`` say it in words."""

    title: str
    description: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]

    @property
    def drawable(self) -> tuple[Series, ...]:
        """The series, less the points that a logarithmic axis has no place for."""
        kept = []
        for entry in self.series:
            points = tuple(p for p in entry.points if _fits(p.x, self.x) and _fits(p.y, self.y))
            if points:
                kept.append(replace(entry, points=points))
        return tuple(kept)

    def svg(self, name: str) -> Markup | None:
        """The drawing, with ids that begin with ``name``; None where nothing can be drawn."""
        series = self.drawable
        if not series:
            return None
        across = Scale.over([p.x for s in series for p in s.points], self.x.log, LEFT, RIGHT)
        upward = Scale.over([p.y for s in series for p in s.points], self.y.log, BOTTOM, TOP)
        height = LEGEND + STEP * (len(series) - 1) + 12
        return element(
            "svg",
            element("title", self.title, id=f"{name}-title"),
            element("desc", self.description, id=f"{name}-desc"),
            _grid(across, upward),
            [_drawn(entry, across, upward) for entry in series],
            _text((LEFT + RIGHT) / 2, BOTTOM + 38, self.x.label, "middle"),
            _upright(11, (TOP + BOTTOM) / 2, self.y.label),
            [_legend(entry, LEGEND + STEP * index) for index, entry in enumerate(series)],
            viewBox=f"0 0 {_n(WIDTH)} {_n(height)}",
            role="img",
            aria_labelledby=f"{name}-title {name}-desc",
            class_="chart",
        )


def _fits(value: float, axis: Axis) -> bool:
    return math.isfinite(value) and (value > 0 or not axis.log)


@dataclass(frozen=True)
class Scale:
    """From figures to places on the page, with ticks."""

    low: float
    high: float
    log: bool
    start: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], log: bool, start: float, end: float) -> Scale:
        """A scale that shows all ``values`` with a little room at both ends."""
        placed = [math.log10(value) if log else value for value in values]
        low, high = min(placed), max(placed)
        room = 0.06 * (high - low)
        if high - low <= 1e-9 * max(abs(low), abs(high)):
            room = 0.5 if log else max(0.5 * abs(high), 1e-300)
        return cls(low - room, high + room, log, start, end)

    def place(self, value: float) -> float:
        """Where ``value`` belongs."""
        placed = math.log10(value) if self.log else value
        return self.start + (self.end - self.start) * (placed - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        """Round figures inside the scale, at most seven or so."""
        if not self.log:
            return _steps(self.low, self.high)
        first, last = max(math.ceil(self.low), -307), min(math.floor(self.high), 308)
        decades = [10.0**k for k in range(first, last + 1)]
        if len(decades) > MOST_TICKS:
            skip = math.ceil(len(decades) / MOST_TICKS)
            return [10.0**k for k in range(first, last + 1) if k % skip == 0]
        if len(decades) >= 3:
            return decades
        inside = [
            leading * 10.0**k
            for k in range(first - 1, last + 1)
            for leading in (1, 2, 5)
            if -307 <= k <= 307 and self.low <= math.log10(leading) + k <= self.high
        ]
        if len(inside) >= 2 or not -300 < self.low < self.high < 300:
            return inside
        return _steps(10.0**self.low, 10.0**self.high)


def _steps(low: float, high: float) -> list[float]:
    rough = (high - low) / 4
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * scale for factor in (1, 2, 5, 10) if factor * scale >= rough)
    places = range(math.ceil(low / step), math.floor(high / step) + 1)
    return [float(f"{k * step:.12g}") for k in places]


def tick_text(value: float) -> str:
    """A tick as people write it: 0.01, 2000, 10 to the power -5."""
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:.6g}"
    mantissa, _, exponent = f"{value:.3e}".partition("e")
    power = "10" + str(int(exponent)).translate(SUPERSCRIPTS)
    leading = mantissa.rstrip("0").rstrip(".")
    return power if leading == "1" else f"{leading}\u00b7{power}"


def _grid(across: Scale, upward: Scale) -> Markup:
    lines: list[Markup] = []
    for value in across.ticks():
        x = across.place(value)
        lines.append(_line(x, TOP, x, BOTTOM, "grid"))
        lines.append(_text(x, BOTTOM + 17, tick_text(value), "middle"))
    for value in upward.ticks():
        y = upward.place(value)
        lines.append(_line(LEFT, y, RIGHT, y, "grid"))
        lines.append(_text(LEFT - 6, y + 4, tick_text(value), "end"))
    lines.append(_line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis"))
    lines.append(_line(LEFT, TOP, LEFT, BOTTOM, "axis"))
    return element("g", lines)


def _drawn(series: Series, across: Scale, upward: Scale) -> Markup:
    points = list(series.points)
    if not series.path:
        points.sort(key=lambda point: (point.x, point.y))
    places = [(across.place(point.x), upward.place(point.y)) for point in points]
    parts: list[Markup] = []
    # several figures at one place (seeds, read-outs) have no order that a line could follow
    orderly = series.path or len({point.x for point in points}) == len(points)
    if series.line and orderly and len(points) > 1:
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in places)
        parts.append(element("polyline", points=path, class_="line"))
    for point, (x, y) in zip(points, places, strict=True):
        if series.shape != "none":
            title = element("title", f"{series.name}: {point.note or f'{point.y:.4g}'}")
            parts.append(_mark(series.shape, x, y, point.known, title))
    return element("g", parts, class_=series.style)


def _mark(shape: Shape, x: float, y: float, known: bool, *content: Markup) -> Markup:
    kind = "mark" if known else "mark open"
    if shape == "circle":
        return element("circle", *content, cx=_n(x), cy=_n(y), r="4.5", class_=kind)
    corners = {
        "down": ((-5.0, -4.0), (5.0, -4.0), (0.0, 5.0)),
        "up": ((-5.0, 4.0), (5.0, 4.0), (0.0, -5.0)),
        "square": ((-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)),
        "dash": ((-7.0, -0.5), (7.0, -0.5), (7.0, 0.5), (-7.0, 0.5)),
        "none": (),
    }[shape]
    path = " ".join(f"{_n(x + dx)},{_n(y + dy)}" for dx, dy in corners)
    return element("polygon", *content, points=path, class_=kind)


def _legend(series: Series, y: float) -> Markup:
    parts = []
    if series.line:
        parts.append(element("polyline", points=f"{_n(LEFT)},{_n(y)} {_n(LEFT + 24)},{_n(y)}",
                             class_="line"))  # fmt: skip
    if series.shape != "none":
        parts.append(_mark(series.shape, LEFT + 12, y, all(p.known for p in series.points)))
    return element("g", parts, _text(LEFT + 32, y + 4, series.name, "start"), class_=series.style)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return element("line", x1=_n(x1), y1=_n(y1), x2=_n(x2), y2=_n(y2), class_=kind)


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return element("text", text, x=_n(x), y=_n(y), text_anchor=anchor)


def _upright(x: float, y: float, text: str) -> Markup:
    turned = f"rotate(-90 {_n(x)} {_n(y)})"
    return element("text", text, x=_n(x), y=_n(y), text_anchor="middle", transform=turned)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
