"""Pictures of results (matplotlib, optional): target, networks and error; error against width."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from theory.targets.target import Target
from verify.files import atomic_path

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
POINTS = 4001
# Okabe-Ito: told apart by colour-blind readers, and by line style in print
COLOURS = {
    "target": "#000000",
    "constructed": "#0072B2",
    "trained": "#D55E00",
    "lower": "#009E73",
    "published": "#CC79A7",
    "predicted": "#56B4E9",
}


@dataclass(frozen=True)
class Curve:
    """A named network, drawn on the domain, with its certified error."""

    name: str
    network: Callable[[Array], Array]
    error: float
    label: str


def available() -> bool:
    """Whether matplotlib can be imported."""
    from importlib.util import find_spec

    return find_spec("matplotlib") is not None


def target_and_networks(target: Target, curves: Sequence[Curve], lower: float) -> Figure:
    """Two panels: target with the networks, and |f - g| on a log scale with the lower bound."""
    from matplotlib.figure import Figure

    grid = np.linspace(float(target.low), float(target.high), POINTS)
    unit = [float(entry) for entry in np.linspace(0.0, 1.0, POINTS)]
    values = np.array(target.sample(unit)[0])
    figure = Figure(figsize=(9, 7), layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True)
    top.plot(grid, values, color=COLOURS["target"], lw=3, alpha=0.35, label=target.text)
    for curve in curves:
        shown = curve.network(grid)
        colour = COLOURS[curve.name]
        top.plot(grid, shown, color=colour, lw=1.2, label=curve.label)
        bottom.semilogy(grid, np.maximum(abs(shown - values), 1e-17), color=colour, lw=0.8)
        bottom.axhline(curve.error, color=colour, ls="--", lw=1, label=f"{curve.label}: sup")
    if lower > 0:
        text = "certified lower bound, any network of this width"
        bottom.axhline(lower, color=COLOURS["lower"], ls=":", lw=2, label=text)
    # single points where the error vanishes would stretch the scale to 1e-17
    floors = [level for level in (lower, *(curve.error for curve in curves)) if level > 0]
    if floors:
        bottom.set_ylim(bottom=min(floors) / 30)
    top.set_ylabel("f(x), g(x)")
    bottom.set_ylabel("|f(x) - g(x)|")
    bottom.set_xlabel("x")
    for axes in (top, bottom):
        _finish(axes)
    return figure


@dataclass(frozen=True)
class Series:
    """Error against width: ``points`` maps width to error; ``certified`` decides the marker."""

    name: str
    points: Mapping[int, float]
    colour: str
    style: str = "-"
    certified: bool = True


def error_against_width(title: str, series: Sequence[Series]) -> Figure:
    """The log-log picture; filled markers are certified or theorems, open ones measured."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 6), layout="constrained")
    axes = figure.subplots()
    for entry in series:
        widths = sorted(entry.points)
        errors = [entry.points[width] for width in widths]
        fill = entry.colour if entry.certified else "none"
        status = "" if entry.certified else " (measured)"
        axes.loglog(
            widths,
            errors,
            entry.style,
            color=entry.colour,
            marker="o",
            markerfacecolor=fill,
            ms=4,
            lw=1.2,
            label=entry.name + status,
        )
    axes.set_xlabel("width n")
    axes.set_ylabel("sup-norm error")
    axes.set_title(title)
    _finish(axes)
    return figure


def _finish(axes: Axes) -> None:
    axes.grid(True, which="both", lw=0.3, alpha=0.5)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=8, loc="best")


def save(figure: Figure, path: Path) -> Path:
    """Write ``figure`` as PNG, atomically; returns ``path``."""
    with atomic_path(path) as temporary:
        figure.savefig(temporary, format="png", dpi=130)
    return path
