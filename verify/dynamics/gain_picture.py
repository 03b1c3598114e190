"""Pictures of the sweep over gains: successes and horizons, and what orders them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from verify.dynamics.gain_sweep import FORGETS, LABELS, SUCCESS, Cell, clopper_pearson, t_interval
from verify.pictures import COLOURS, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STYLE: dict[str, Any] = {"marker": "o", "ms": 4, "capsize": 2, "lw": 1.1}
MODE_COLOURS = dict(zip(LABELS, ("trained", "constructed", "lower", "predicted"), strict=True))
LEAK_COLOURS = ("lower", "trained", "constructed", "predicted")


def draw_shares(axes: Axes, places: Sequence[float], cells: Sequence[Cell], **style: Any) -> None:
    """Shares of successes of ``cells`` at ``places``, with their exact intervals."""
    shares = np.array([cell.hits / len(cell.seeds) for cell in cells])
    ends = np.array([clopper_pearson(cell.hits, len(cell.seeds)) for cell in cells])
    gaps = np.maximum([shares - ends[:, 0], ends[:, 1] - shares], 0)
    axes.errorbar(places, shares, yerr=gaps, **(STYLE | style))


def draw_horizons(axes: Axes, places: Sequence[float], cells: Sequence[Cell], **style: Any) -> None:
    """Mean horizons of ``cells`` at ``places``, with intervals of Student."""
    means = np.array([t_interval(cell.horizon) for cell in cells])
    half = np.nan_to_num(means[:, 2] - means[:, 0])
    axes.errorbar(places, means[:, 0], yerr=half, **(STYLE | style))
    limit = cells[0].limit
    # an interval of few seeds can leave what horizons can be
    axes.set_ylim(-0.03 * limit, 1.06 * limit)
    axes.axhline(limit, color="0.6", ls="--", lw=0.8)


def gains(cells: Sequence[Cell], path: Path) -> Path:
    """Write the picture of cells of one leak: a column per system, against the gain.

    Above the share of successes, below the mean horizon.
    """
    from matplotlib.figure import Figure

    systems = list(dict.fromkeys(cell.system for cell in cells))
    modes = [mode for mode in LABELS if any(cell.mode == mode for cell in cells)]
    figure = Figure(figsize=(5.5 * len(systems), 7), layout="constrained")
    panels = figure.subplots(2, len(systems), squeeze=False, sharex=True)
    for column, system in enumerate(systems):
        share, horizon = panels[:, column]
        for shift, mode in enumerate(modes):
            line = [cell for cell in cells if (cell.system, cell.mode) == (system, mode)]
            line.sort(key=lambda cell: cell.gain)
            if line:
                places = [cell.gain + 0.012 * (shift - 1) for cell in line]
                colour = COLOURS[MODE_COLOURS[mode]]
                draw_shares(share, places, line, color=colour, label=LABELS[mode])
                draw_horizons(horizon, places, line, color=colour)
        share.set_title(system)
        share.set_ylabel(f"share of seeds with free-run R² ≥ {SUCCESS:g}")
        horizon.set_ylabel("mean horizon in steps")
        horizon.set_xlabel("gain g of W ~ N(0, g²/n)")
        for axes in (share, horizon):
            axes.axvline(1.0, color="0.6", ls=":", lw=1)
            axes.grid(True, lw=0.3, alpha=0.5)
    # a mode may be missing from a system
    named = {
        label: handle
        for axes in panels[0]
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(named.values(), named.keys(), fontsize=8, ncols=4, loc="outside upper center")
    return save(figure, path)


def lags(cells: Sequence[Cell], path: Path) -> Path:
    """Write the picture of one system's biases at several leaks: against the gain, and the lag."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    by_gain, by_lag = figure.subplots(1, 2, sharey=True)
    leaks = sorted({cell.leak for cell in cells})
    for leak, key in zip(leaks, LEAK_COLOURS, strict=False):
        line = sorted((cell for cell in cells if cell.leak == leak), key=lambda cell: cell.gain)
        style = {"color": COLOURS[key], "label": f"leak a = {leak:g}"}
        draw_shares(by_gain, [cell.gain for cell in line], line, **style)
        short = [cell for cell in line if np.median(cell.lag) < FORGETS]
        if short:
            draw_shares(by_lag, [float(np.median(cell.lag)) for cell in short], short, **style)
    by_gain.set_ylabel(f"share of seeds with free-run R² ≥ {SUCCESS:g}")
    by_gain.set_xlabel("gain g of W ~ N(0, g²/n)")
    by_lag.set_xlabel("past that W adds to the state of the draw, in steps")
    by_lag.set_xscale("log")
    by_lag.set_xticks([1, 2, 4, 8, 16, 32], ["1", "2", "4", "8", "16", "32"])
    by_lag.minorticks_off()
    by_gain.axvline(1.0, color="0.6", ls=":", lw=1)
    for axes in (by_gain, by_lag):
        axes.grid(True, lw=0.3, alpha=0.5)
    by_lag.legend(fontsize=8, loc="lower right")
    return save(figure, path)
