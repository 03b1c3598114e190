"""The picture of a frontier: certified error against budget, from both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from theory.rigor.numbers import exact_text
from verify.frontiers.results import Frontier, FrontierPoint
from verify.pictures import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def frontier_figure(result: Frontier) -> Figure:
    """Log-log, the gap between the two bounds shaded; open markers are measured only."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 6), layout="constrained")
    axes = figure.subplots()
    points = result.points
    floor = min((value for point in points for value in (point.lower, point.upper) if value > 0),
                default=1e-3) / 10  # fmt: skip
    budgets = [float(point.budget) for point in points]
    axes.fill_between(
        budgets,
        [max(point.lower, floor) for point in points],
        [max(point.upper, floor) for point in points],
        color=COLOURS["predicted"],
        alpha=0.35,
        lw=0,
    )
    _side(axes, points, "upper", "constructed", "a network of the class reaches")
    _side(axes, points, "lower", "lower", "no network of the class is below")
    closed = [(float(p.budget), p.closed_form) for p in points if p.closed_form]
    if closed:
        label = "closed form (degree of polynomials)"
        xs, ys = zip(*closed, strict=True)
        axes.plot(xs, ys, ":", color=COLOURS["target"], marker="s", ms=3, lw=1.2, label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(bottom=floor)
    request = result.request
    box = f"|a_i| <= {exact_text(request.lam)}, |b| <= {exact_text(request.beta)}"
    affine = ", free affine part" if request.affine else ""
    axes.set_title(
        f"{request.subject_name}: {request.activation} units, {box}{affine}", fontsize=10
    )
    axes.set_xlabel("budget |c|_1")
    axes.set_ylabel("L2 error")
    axes.grid(True, which="both", lw=0.3, alpha=0.5)
    axes.legend(fontsize=8, loc="best")
    return figure


def _side(
    axes: Axes, points: tuple[FrontierPoint, ...], side: str, colour: str, label: str
) -> None:
    """One bound as a line; filled markers are certified."""
    shown = [point for point in points if getattr(point, side) > 0]
    xs = [float(point.budget) for point in shown]
    ys = [getattr(point, side) for point in shown]
    marker, style = ("v", "-") if side == "upper" else ("^", "--")
    axes.plot(xs, ys, style, color=COLOURS[colour], lw=1.2)
    axes.plot([], [], style, color=COLOURS[colour], marker=marker, ms=5, lw=1.2, label=label)
    for point, x, y in zip(shown, xs, ys, strict=True):
        certified = getattr(point, f"{side}_status") == "certified"
        fill = COLOURS[colour] if certified else "none"
        axes.plot([x], [y], marker, ms=5, color=COLOURS[colour], markerfacecolor=fill)
