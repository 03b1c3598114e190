"""The measured sweep over the gain of the frozen recurrent weights: record, file, intervals.

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
# Beyond this lag the driven network does not forget, and the lag means nothing.
FORGETS = 100.0
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


def explained(cells: Sequence[Cell]) -> dict[str, float]:
    """How well gain, memory and lag tell which seeds of ``cells`` succeed: log-likelihoods.

    Logistic regression of success on the logarithm of one figure of the draw ("gain", "memory",
    "lag"), of gain and leak together ("gain, leak"), and on nothing (""); one row per seed whose
    driven state forgets before training (finite memory time, lag below 100).  Larger is better.
    """
    from scipy.optimize import minimize

    rows = [
        (cell.task_r2[k] >= SUCCESS, cell.gain, memory, lag, cell.leak)
        for cell in cells
        for k, (rate, lag) in enumerate(zip(cell.driven_before, cell.lag, strict=True))
        if 0 < (memory := memory_time(rate)) < math.inf and 0 < lag < FORGETS
    ]
    hit = np.array([entry[0] for entry in rows], dtype=np.float64)
    figures = np.log(np.array([entry[1:] for entry in rows]))

    def fitted(*columns: int) -> float:
        design = np.column_stack([np.ones(len(hit)), figures[:, list(columns)]])

        def loss(w: Array) -> float:
            return float((np.logaddexp(0.0, design @ w) - hit * (design @ w)).sum())

        return -float(minimize(loss, np.zeros(design.shape[1]), method="BFGS").fun)

    return {
        "": fitted(),
        "gain": fitted(0),
        "memory": fitted(1),
        "lag": fitted(2),
        "gain, leak": fitted(0, 3),
    }


def row(cell: Cell) -> str:
    """A line of the table: share of successes and mean horizon with intervals, median R^2."""
    low, high = clopper_pearson(cell.hits, len(cell.seeds))
    mean, left, right = t_interval(cell.horizon)
    return (
        f"{cell.system:<10} {cell.mode:<7} {cell.leak:<5g} {cell.gain:<5g}  "
        f"{cell.hits:>3}/{len(cell.seeds):<3} [{low:.2f}, {high:.2f}]   "
        f"{mean:>6.1f}  [{left:6.1f}, {right:6.1f}]  {np.median(cell.task_r2):>10.4g}"
    )


def markdown(cells: Sequence[Cell]) -> list[str]:
    """Lines of a table for documents: shares of successes, medians, mean horizons."""
    lines = [
        "| system | mode | leak | gain | units | steps x windows | memory | lag | R² ≥ 0.9 | 95% "
        "| median R² | horizon, 95% | units off |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for cell in cells:
        low, high = clopper_pearson(cell.hits, len(cell.seeds))
        mean, left, right = t_interval(cell.horizon)
        middle = float(np.median(cell.task_r2))
        lag, memory = float(np.median(cell.lag)), cell.memory[0]
        off = [float(np.mean(values)) for values in (cell.off_before, cell.off_after)]
        lines.append(
            f"| {cell.system} | {cell.mode} | {cell.leak:g} | {cell.gain:g} | {cell.units} "
            f"| {cell.steps} x {cell.windows} | {f'{memory:.1f}' if memory < math.inf else '-'} "
            f"| {f'{lag:.1f}' if lag < FORGETS else '-'} "
            f"| {cell.hits}/{len(cell.seeds)} | {low:.2f} to {high:.2f} "
            f"| {f'{middle:.4f}' if middle > -1 else 'below -1'} "
            f"| {mean:.0f}, {max(left, 0):.0f} to {min(right, cell.limit):.0f} "
            f"| {off[0]:.0%} -> {off[1]:.0%} |"
        )
    return lines
