"""Pictures of the band-limited family: the plane (|c|_1, error), and error against the band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verify.pictures import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from verify.sandwiches.band_sweep import BandSweep
    from verify.sandwiches.ridgelet import RidgeletSandwich

OTHER = "#CC79A7"


def budget_plane(result: RidgeletSandwich) -> Figure:
    """What no network reaches (shaded), the sampled and trained networks, and the R7 path."""
    from matplotlib.figure import Figure

    request = result.request
    budget = float(request.budget)
    figure = Figure(figsize=(8, 6), layout="constrained")
    axes: Axes = figure.subplots()
    low = result.lower.value
    if low > 0:
        text = f"no network of any width: {result.lower.theorem}, {result.lower.status}"
        axes.fill_between([0, budget], [low, low], color=COLOURS["lower"], alpha=0.25, label=text)
    marks: list[tuple[str, float | None, float, str, str, str]] = [
        ("fit", result.fit.upper, budget, OTHER, "s", result.fit.upper_status),
        (f"{result.constructed.mode}, n = {request.width}", result.constructed.value, budget,
         COLOURS["constructed"], "o", result.constructed.status),
    ]  # fmt: skip
    if result.trained is not None and result.trained_figure is not None:
        marks.append(
            ("trained on one draw", result.trained_figure.value, result.trained.network.budget,
             COLOURS["trained"], "^", result.trained_figure.status)
        )  # fmt: skip
    for run in result.gradient:
        how = f"{run.optimiser}, decay {run.decay:g}" if run.decay else run.optimiser
        marks.append((how, run.value, run.budget, COLOURS["predicted"], "v", run.status))
    for name, value, mass, colour, marker, status in marks:
        if value:
            fill = colour if status == "certified" else "none"
            axes.plot([mass], [value], marker, color=colour, mfc=fill, label=f"{name} ({status})")
    if result.trained is not None:
        curve = [(m, e) for m, e in result.trained.curve if m > 0 and e > 0]
        label = "R7: this draw, |c|_2 constrained (measured)"
        if curve:
            axes.plot(*zip(*curve, strict=True), "-", color="#999999", lw=1, label=label)
        axes.set_xlim(0, 3 * max([budget, *(mass for _, value, mass, *_ in marks if value)]))
    axes.axvline(budget, color="#000000", lw=0.8, ls=":", label=f"budget {budget:g}")
    axes.set_yscale("log")
    floors = [v for v in (low, *(mark[1] or 0.0 for mark in marks)) if v > 0]
    axes.set_ylim(bottom=min(floors, default=1e-17) / 3)
    axes.set_xlabel("|c|_1")
    axes.set_ylabel("L2 error")
    axes.set_title(
        f"{request.target.text}: {request.activation}, |a_i| <= {request.lam}, "
        f"|b| <= {request.beta}",
        fontsize=10,
    )
    _finish(axes)
    return figure


def error_against_band(result: BandSweep) -> Figure:
    """Error against lambda at a fixed budget; below the shaded line no network gets."""
    from matplotlib.figure import Figure

    request, points = result.request, result.points
    bands = [float(point.lam) for point in points]
    figure = Figure(figsize=(8, 6), layout="constrained")
    axes: Axes = figure.subplots()
    lowest = [max(point.lower, 1e-17) for point in points]
    # a bound for one band holds for every smaller one, so between two bands the right one serves
    text = "no network of any width (certified)"
    axes.fill_between(bands, lowest, 1e-17, step="pre", color=COLOURS["lower"], alpha=0.25)
    axes.plot(
        bands,
        lowest,
        "-",
        drawstyle="steps-pre",
        color=COLOURS["lower"],
        marker="o",
        ms=4,
        label=text,
    )
    closed = [(float(p.lam), p.closed_form) for p in points if p.closed_form]
    if closed:
        axes.plot(*zip(*closed, strict=True), ":", color=COLOURS["lower"], label="closed form R8")
    axes.plot(bands, [p.fit for p in points], "--", color=OTHER, lw=1, label="best network found")
    made = [(float(p.lam), p.constructed) for p in points if p.constructed]
    if made:
        label = f"units of the fit with equal weights, n = {request.width} (certified)"
        axes.plot(*zip(*made, strict=True), "s-", color=COLOURS["constructed"], ms=4, label=label)
    axes.fill_between(
        bands,
        [p.trained_best for p in points],
        [p.trained_worst for p in points],
        color=COLOURS["trained"],
        alpha=0.2,
    )
    label = f"trained on random draws, n = {request.width} (median and range)"
    axes.plot(bands, [p.trained_median for p in points], "^-", color=COLOURS["trained"], ms=4,
              label=label)  # fmt: skip
    axes.set_yscale("log")
    floors = [point.fit for point in points if point.fit > 0]
    floors += [point.lower for point in points if point.lower > 0]
    if floors:
        axes.set_ylim(bottom=max(min(floors) / 3, 1e-17))
    axes.set_xlabel("band lambda: |a_i| <= lambda")
    axes.set_ylabel("L2 error")
    axes.set_title(
        f"{request.target.text}: {request.activation}, |c|_1 <= {float(request.budget):g}",
        fontsize=10,
    )
    _finish(axes)
    return figure


def _finish(axes: Axes) -> None:
    axes.grid(True, which="both", lw=0.3, alpha=0.5)
    axes.legend(fontsize=8, loc="best")
