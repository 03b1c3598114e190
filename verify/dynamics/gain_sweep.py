"""The measured sweep over the gain of the frozen recurrent weights: record, intervals, picture.

A seed succeeds when its free run has R^2 >= 0.9 over the judged steps.  The share of successes has
the exact interval of Clopper and Pearson, mean horizons that of Student, both at 95 percent.  The
horizon is bounded where R^2 is not: a network that escapes has R^2 = -10^100.

The memory time of a network is -1/lambda steps, lambda the growth per step of a perturbation of a
network that is driven by the true input (nothing fed back): so fast it forgets its start.  It is
infinite where lambda >= 0.  Source: note B4; the sweep is benchmarks/gain_sweep.py.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory.errors import InputError
from verify.files import write_text

Array = NDArray[np.float64]
SUCCESS, LEVEL = 0.9, 0.95
STORED = Path(__file__).resolve().parent.parent / "data" / "gain_sweep.json"
LABELS = {
    "biases": "biases alone",
    "all": "all parameters, as many numbers",
    "silent": "biases alone, no feedback",
    "lagged": "biases alone, two outputs fed back",
}


@dataclass(frozen=True)
class Cell:
    """One system, mode, gain and leak; per seed R^2, horizons, growth rates, radii, units off.

    ``mode``: a key of LABELS.  ``width`` n, ``units`` m of the network, ``trained`` numbers,
    ``steps`` of Adam on so many ``windows``.
    ``r2``: of the free run over 200 steps, ``teacher_r2``: with the true input; values below
    -1000 are stored as -1000.  ``horizon``: median steps until the error passes 0.4 standard
    deviations, at most ``limit``.  ``lag``: steps of past that W adds to the state of the draw,
    before training (``numerics.dynamics.measures.recurrent_lag``).  ``driven_*``: lambda of the
    driven network, None where a perturbation dies out.  ``radius_*``: mean spectral radius of the
    Jacobian of a step, of the closed loop where it is one.  ``off_*``: share of units that never
    switch on.  ``stopped``: step of a number that is not finite, or None.
    """

    system: str
    mode: str
    gain: float
    leak: float
    width: int
    units: int
    trained: int
    steps: int
    windows: int
    seeds: tuple[int, ...]
    r2: tuple[float, ...]
    teacher_r2: tuple[float, ...]
    horizon: tuple[float, ...]
    limit: int
    lag: tuple[float, ...]
    driven_before: tuple[float | None, ...]
    driven_after: tuple[float | None, ...]
    radius_before: tuple[float, ...]
    radius_after: tuple[float, ...]
    off_before: tuple[float, ...]
    off_after: tuple[float, ...]
    stopped: tuple[int | None, ...]
    seconds: float

    @property
    def task_r2(self) -> tuple[float, ...]:
        """R^2 of the task: of the forecast for Lorenz, else of the free run."""
        return self.teacher_r2 if self.system == "lorenz" else self.r2

    @property
    def hits(self) -> int:
        """Seeds that succeed."""
        return sum(value >= SUCCESS for value in self.task_r2)

    @property
    def memory(self) -> tuple[float, float]:
        """Median memory times before and after training, in steps."""
        before, after = (
            float(np.median([memory_time(rate) for rate in rates]))
            for rates in (self.driven_before, self.driven_after)
        )
        return before, after


def memory_time(rate: float | None) -> float:
    """-1/rate in steps; infinite for rate >= 0, 0 where a perturbation dies out (None)."""
    if rate is None:
        return 0.0
    return math.inf if rate >= 0 else -1.0 / rate


def read_cell(entry: Mapping[str, Any]) -> Cell:
    """The cell of a JSON object; raises InputError for missing or unknown fields."""
    names = {field.name for field in fields(Cell)}
    if entry.keys() != names:
        wrong = ", ".join(sorted(entry.keys() ^ names))
        raise InputError("cell", wrong, "missing or unknown:", "the fields of Cell are accepted")
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    return Cell(**values)


def read_sweep(path: Path = STORED) -> tuple[Cell, ...]:
    """The cells of a stored sweep, by default of the one that ships with the package."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return tuple(read_cell(entry) for entry in document["cells"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        accepted = "a file written by benchmarks/gain_sweep.py --store is accepted"
        raise InputError("sweep", path, f"cannot be read ({error}):", accepted) from None


def write_sweep(path: Path, cells: Iterable[Cell]) -> None:
    """Write the cells to ``path`` atomically, ordered, one a line."""
    ordered = sorted(cells, key=lambda c: (c.system, c.mode, c.leak, c.gain, c.seeds))
    lines = ",\n".join(json.dumps(asdict(entry)) for entry in ordered)
    write_text(path, '{"cells": [\n' + lines + "\n]}\n")


def clopper_pearson(hits: int, count: int, level: float = LEVEL) -> tuple[float, float]:
    """The exact interval for the probability behind ``hits`` of ``count``."""
    from scipy.stats import beta

    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(beta.ppf(tail, hits, count - hits + 1))
    high = 1.0 if hits == count else float(beta.ppf(1 - tail, hits + 1, count - hits))
    return low, high


def t_interval(values: Sequence[float], level: float = LEVEL) -> tuple[float, float, float]:
    """Mean and interval of Student; a single value has no interval: nan."""
    from scipy.stats import t

    array = np.asarray(values, dtype=np.float64)
    mean, count = float(array.mean()), len(array)
    if count < 2:
        return mean, math.nan, math.nan
    half = float(t.ppf((1 + level) / 2, count - 1) * array.std(ddof=1) / count**0.5)
    return mean, mean - half, mean + half


def row(cell: Cell) -> str:
    """A line of the table: share of successes and mean horizon with intervals, median R^2."""
    low, high = clopper_pearson(cell.hits, len(cell.seeds))
    mean, left, right = t_interval(cell.horizon)
    return (
        f"{cell.system:<10} {cell.mode:<7} {cell.leak:<5g} {cell.gain:<5g}  "
        f"{cell.hits:>3}/{len(cell.seeds):<3} [{low:.2f}, {high:.2f}]   "
        f"{mean:>6.1f}  [{left:6.1f}, {right:6.1f}]  {np.median(cell.task_r2):>10.4g}"
    )


def picture(cells: Sequence[Cell], path: Path, *, leak: float = 0.5) -> Path:
    """Write the picture of the cells with ``leak``: a column per system, with intervals.

    Above the share of successes, below the mean horizon, against the gain.
    """
    from matplotlib.figure import Figure

    from verify.pictures import COLOURS, save

    shown = [cell for cell in cells if cell.leak == leak]
    systems = list(dict.fromkeys(cell.system for cell in shown))
    modes = [mode for mode in LABELS if any(cell.mode == mode for cell in shown)]
    colours = dict(zip(LABELS, ("trained", "constructed", "lower", "predicted"), strict=True))
    figure = Figure(figsize=(5.5 * len(systems), 7), layout="constrained")
    panels = figure.subplots(2, len(systems), squeeze=False, sharex=True)
    for column, system in enumerate(systems):
        share, horizon = panels[:, column]
        for shift, mode in enumerate(modes):
            line = [cell for cell in shown if (cell.system, cell.mode) == (system, mode)]
            line.sort(key=lambda cell: cell.gain)
            if not line:
                continue
            gains = np.array([cell.gain for cell in line]) + 0.008 * (shift - 1)
            style = {
                "color": COLOURS[colours[mode]], "marker": "o", "ms": 4, "capsize": 2, "lw": 1.1,
            }  # fmt: skip
            values = np.array([cell.hits / len(cell.r2) for cell in line])
            ends = np.array([clopper_pearson(cell.hits, len(cell.r2)) for cell in line])
            gaps = np.maximum([values - ends[:, 0], ends[:, 1] - values], 0)
            share.errorbar(gains, values, yerr=gaps, label=LABELS[mode], **style)
            means = np.array([t_interval(cell.horizon) for cell in line])
            half = np.nan_to_num(means[:, 2] - means[:, 0])
            horizon.errorbar(gains, means[:, 0], yerr=half, **style)
            limit = line[0].limit
            # an interval of few seeds can leave what horizons can be
            horizon.set_ylim(-0.03 * limit, 1.06 * limit)
            horizon.axhline(limit, color="0.6", ls="--", lw=0.8)
        share.set_title(system)
        share.set_ylabel(f"share of seeds with free-run R² ≥ {SUCCESS:g}")
        horizon.set_ylabel("mean horizon in steps")
        horizon.set_xlabel("gain g of W ~ N(0, g²/n)")
        for axes in (share, horizon):
            axes.axvline(1.0, color="0.6", ls=":", lw=1)
            axes.grid(True, lw=0.3, alpha=0.5)
    panels[0, 0].legend(fontsize=8)
    return save(figure, path)
