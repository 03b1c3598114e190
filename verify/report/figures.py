"""Which charts a page shows: the sandwich pictures of every family, and the frequency response."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from verify.report.chart import Axis, Chart, Point, Series, Shape
from verify.report.records import Family, Row

MOST_CHARTS = 40
NAMES: dict[str, tuple[str, Shape]] = {
    "lower": ("lower bound", "down"),
    "constructed": ("constructed", "circle"),
    "trained": ("trained", "up"),
    "published": ("published training", "square"),
    "predicted": ("predicted by a theorem", "dash"),
}
KNOWN = ("certified", "theorem")
# The example of a page without responses: f = exp(-x^2/2), gaussian units, band 1.
EXAMPLE = ("exp(-x**2/2)", "gaussian", Fraction(1))
REGULARISATIONS = (1e-3, 1e-1, 10.0)


@dataclass(frozen=True)
class Figure:
    """A chart and the family it belongs to."""

    family: Family
    chart: Chart


@dataclass(frozen=True)
class Against:
    """What a command's errors are drawn against."""

    label: str
    value: Callable[[Row], float | None]


def _width(row: Row) -> float | None:
    # an integer beyond float's range has no place on a chart
    return float(row.width) if row.width is not None and row.width < 10**300 else None


WIDTH = Against("width n", _width)
BAND = Against("band \u03bb: |a_i| \u2264 \u03bb", lambda row: row.band)
L1 = Against("budget: |c|\u2081", lambda row: row.budget)
L2 = Against("budget B: L2 norm of the density", lambda row: row.budget)
AXES: dict[str, tuple[Against, ...]] = {
    "sandwich": (WIDTH,),
    "class bound": (WIDTH,),
    "band sweep": (BAND,),
    "frontier": (L1,),
    "budget": (L1,),
    "response": (L2,),
}


def figures(rows: Sequence[Row]) -> tuple[list[Figure], int]:
    """The charts, at most forty, and how many were left out."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    found = [
        figure
        for group in groups.values()
        for against in AXES.get(group[0].command, ())
        if (figure := _figure(group, against)) is not None
    ]
    # a sweep over bands asks for one claim per band: the same picture, across groups
    found += _across(rows)
    return found[:MOST_CHARTS], max(0, len(found) - MOST_CHARTS)


def _across(rows: Sequence[Row]) -> list[Figure]:
    """Errors against the band, where single claims differ in nothing else."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        if row.family == "ridgelet" and row.command in ("sandwich", "frontier") and row.band:
            parts = [part for part in row.setting.split(", ") if not part.startswith("|a_i|")]
            fixed = replace(row, setting=", ".join([*parts, f"|c|_1 <= {row.budget:g}"])
                            if row.budget is not None else ", ".join(parts))  # fmt: skip
            groups.setdefault((*fixed.group, str(row.width)), []).append(fixed)
    several = [group for group in groups.values() if len({row.band for row in group}) > 1]
    return [f for group in several if (f := _figure(group, BAND)) is not None]


def _figure(group: Sequence[Row], against: Against) -> Figure | None:
    """The chart of one group; None where it would show a single figure."""
    series = []
    for name, (label, shape) in NAMES.items():
        points = []
        for row in group:
            mark, x = row.marks.get(name), against.value(row)
            if mark is not None and x is not None:
                by = f" ({mark.theorem})" if mark.theorem else ""
                note = f"{mark.value:.4g} at {x:g}, {mark.status}{by}"
                points.append(Point(x, mark.value, mark.status in KNOWN, note))
        if points:
            open_ = "" if all(point.known for point in points) else ", open marks measured"
            series.append(Series(label + open_, f"s-{name}", tuple(points), shape))
    found = [point for entry in series if entry.style != "s-predicted" for point in entry.points]
    if len(found) < 2:
        return None
    first = group[0]
    error = f"{'L2' if first.norm == 'L2' else 'sup-norm'} error"
    where = f"{first.target} on {first.domain}" if first.domain else first.target
    title = f"{where}: {error} against {against.label.split(':')[0]}"
    chart = Chart(
        f"{title} ({first.setting})" if first.setting else title,
        _words(error, against, series),
        Axis(against.label),
        Axis(error),
        tuple(series),
    )
    return Figure(first.family, chart) if len(chart.drawable) else None


def _words(error: str, against: Against, series: Sequence[Series]) -> str:
    """The picture for people who do not see it: range of every series."""
    parts = []
    for entry in series:
        xs, ys = [p.x for p in entry.points], [p.y for p in entry.points]
        shown = f"{min(ys):.3g}" if min(ys) == max(ys) else f"{min(ys):.3g} to {max(ys):.3g}"
        across = f"{min(xs):g}" if min(xs) == max(xs) else f"{min(xs):g} to {max(xs):g}"
        parts.append(f"{entry.name}: {len(xs)} figures, {error} {shown} at {across}")
    return f"Both axes logarithmic; horizontal axis {against.label}. " + "; ".join(parts) + "."


def response_example() -> list[Figure]:
    """R2 for one fixed example: error against budget, and the filter m/(mu + m) by frequency."""
    from flint import arb

    from theory.ridgelet.response import Response, mass_of_target

    text, activation, band = EXAMPLE
    response = Response(mass_of_target(text, 1), activation, band)
    points = []
    for exponent in range(-10, 9):
        point = response.at_mu(arb(10) ** (arb(exponent) / 2), 1e-3)
        budget, error = float(point.budget.mid()), float(point.error.mid())
        points.append(Point(budget, error, False, f"error {error:.4g} at budget {budget:.4g}"))
    what = f"{text}, {activation} units, |a| \u2264 {band}"
    law = Chart(
        f"{what}: smallest error at a budget (R2)",
        "Infinite-width law, in L2 on the whole line: the error falls with the L2 norm of the "
        f"density, from {max(p.y for p in points):.3g} to {min(p.y for p in points):.3g}; it "
        "bounds no finite network. Drawn in floating point.",
        Axis(L2.label),
        Axis("L2 error"),
        (Series("E(f; B), measured", "s-constructed", tuple(points), "none"),),
    )
    return [Figure("ridgelet", law), Figure("ridgelet", _filter_chart(response, float(band), what))]


def _filter_chart(response: object, band: float, what: str) -> Chart:
    from flint import arb

    radii = [3 * band * (k + 1) / 60 for k in range(60)]
    gains = [float(response.filter.value(arb(r)).mid()) for r in radii]  # type: ignore[attr-defined]
    styles = ("s-constructed", "s-trained", "s-published")
    series = [
        Series(
            f"mu = {mu:g}",
            style,
            tuple(Point(r, g / (mu + g), False) for r, g in zip(radii, gains, strict=True)),
            "none",
        )
        for mu, style in zip(REGULARISATIONS, styles, strict=True)
    ]
    halves = [next((p.x for p in entry.points if p.y < 0.5), math.inf) for entry in series]
    ends = (Point(band, 0.0, False), Point(band, 1.0, False))
    edge = Series("the band", "s-lower", ends, "none", path=True)
    shown = ", ".join(
        f"{half:.2g} for {entry.name}" for half, entry in zip(halves, series, strict=True)
    )
    return Chart(
        f"{what}: the part of a frequency that is reproduced",
        "The optimal density reproduces the frequency xi up to the factor m/(mu + m), near 1 for "
        f"low and near 0 for high frequencies; the factor passes one half at |xi| = {shown}.",
        Axis("frequency |\u03be|", log=False),
        Axis("m/(\u03bc + m)", log=False),
        (*series, edge),
    )
