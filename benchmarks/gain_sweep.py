"""Where in the gain of the frozen recurrent weights do biases suffice?  A sweep over seeds.

For every system, gain and mode (biases alone; biases alone without feedback; everything, in a
smaller network with as many trained numbers) one network per seed, all seeds of a cell at once.  A
seed succeeds when its free run has R^2 >= 0.9.  Shown with the share of successes and its exact
(Clopper-Pearson) interval, and the mean horizon with its t interval, both at 95 percent.  The
horizon is bounded where R^2 is not: a network that escapes has R^2 = -10^100.

python benchmarks/gain_sweep.py [--systems vanderpol,cosine] [--gains 0.5,...] [--seeds 10]
    [--width 200] [--steps 1500] [--leak 0.5] [--modes biases,silent,all] [--out build/gain_sweep]

Each cell is a .npz in the folder: a sweep that was stopped goes on where it was, also inside a
cell, and cells of another configuration have other names.  Picture: gain_sweep.png.
"""

from __future__ import annotations

import argparse
import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from numerics.dynamics.config import DynamicsConfig
from verify.dynamics.request import DynamicsRequest
from verify.files import atomic_path, output_folder

Array = NDArray[np.float64]
GAINS = "0.5,0.7,0.85,1,1.15,1.3,1.5,1.75,2"
MODES = ("biases", "silent", "all")
SUCCESS, LEVEL = 0.9, 0.95
LABELS = {
    "biases": "biases alone",
    "silent": "biases alone, no feedback",
    "all": "all parameters, as many numbers",
}


@dataclass(frozen=True)
class Cell:
    """Free-run R^2 and median horizons of the seeds, and the largest horizon there is."""

    r2: Array
    horizon: Array
    limit: int


def configuration(
    system: str, gain: float, mode: str, width: int, steps: int, leak: float
) -> DynamicsConfig:
    request = DynamicsRequest(
        system,
        width,
        gain,
        train="all" if mode == "all" else "biases",
        feedback=mode != "silent",
        leak=leak,
        steps=steps,
    )
    return request.config


def cell(config: DynamicsConfig, seeds: range, folder: Path) -> Cell:
    """The cell from its file, or trained now."""
    from numerics.dynamics.training import train_many

    named = repr((asdict(config), seeds))
    key = hashlib.sha256(named.encode()).hexdigest()[:12]
    mode = config.train if config.feedback else "silent"
    path = folder / f"{config.system}-{mode}-g{config.gain:g}-{key}.npz"
    if not path.exists():
        state = path.with_suffix(".pt")
        found = train_many(config, seeds, checkpoint=state)
        with atomic_path(path) as temporary:
            np.savez(
                temporary,
                r2=found.free.r2,
                horizon=np.median(found.free.horizons, axis=1),
                limit=found.free.length,
            )
        state.unlink(missing_ok=True)
    with np.load(path, allow_pickle=False) as arrays:
        return Cell(arrays["r2"], arrays["horizon"], int(arrays["limit"]))


def clopper_pearson(hits: int, count: int, level: float = LEVEL) -> tuple[float, float]:
    """The exact interval for the probability behind ``hits`` of ``count``."""
    from scipy.stats import beta

    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(beta.ppf(tail, hits, count - hits + 1))
    high = 1.0 if hits == count else float(beta.ppf(1 - tail, hits + 1, count - hits))
    return low, high


def t_interval(values: Array, level: float = LEVEL) -> tuple[float, float, float]:
    """Mean and interval of Student; a single value has no interval: nan."""
    from scipy.stats import t

    mean, count = float(values.mean()), len(values)
    if count < 2:
        return mean, float("nan"), float("nan")
    half = float(t.ppf((1 + level) / 2, count - 1) * values.std(ddof=1) / count**0.5)
    return mean, mean - half, mean + half


def picture(table: dict[tuple[str, str], dict[float, Cell]], path: Path) -> None:
    """One column per system: share of successes above, horizon below, with intervals."""
    from matplotlib.figure import Figure

    from verify.pictures import COLOURS, save

    systems = list(dict.fromkeys(system for system, _ in table))
    colours = dict(zip(MODES, ("trained", "lower", "constructed"), strict=True))
    figure = Figure(figsize=(5.5 * len(systems), 7), layout="constrained")
    panels = figure.subplots(2, len(systems), squeeze=False, sharex=True)
    for (system, mode), cells in table.items():
        column = systems.index(system)
        shift = 0.008 * (MODES.index(mode) - 1)
        gains = np.array(sorted(cells)) + shift
        ordered = [cells[gain] for gain in sorted(cells)]
        hits = [(int((entry.r2 >= SUCCESS).sum()), len(entry.r2)) for entry in ordered]
        shares = np.array([found / count for found, count in hits])
        ends = np.array([clopper_pearson(*pair) for pair in hits])
        style = {"color": COLOURS[colours[mode]], "marker": "o", "ms": 4, "capsize": 2, "lw": 1.1}
        gaps = np.maximum([shares - ends[:, 0], ends[:, 1] - shares], 0)
        panels[0, column].errorbar(gains, shares, yerr=gaps, label=LABELS[mode], **style)
        means = np.array([t_interval(entry.horizon) for entry in ordered])
        half = np.nan_to_num(means[:, 2] - means[:, 0])
        panels[1, column].errorbar(gains, means[:, 0], yerr=half, **style)
        # an interval of two seeds can leave what horizons can be
        panels[1, column].set_ylim(-0.03 * ordered[0].limit, 1.06 * ordered[0].limit)
        panels[1, column].axhline(ordered[0].limit, color="0.6", ls="--", lw=0.8)
    for column, system in enumerate(systems):
        panels[0, column].set_title(system)
        panels[0, column].set_ylabel(f"share of seeds with free-run R^2 >= {SUCCESS:g}")
        panels[1, column].set_ylabel("mean horizon in steps")
        panels[1, column].set_xlabel("gain g of W ~ N(0, g^2/n)")
        for row in (0, 1):
            panels[row, column].axvline(1.0, color="0.6", ls=":", lw=1)
            panels[row, column].grid(True, lw=0.3, alpha=0.5)
    panels[0, 0].legend(fontsize=8)
    save(figure, path)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="gain sweep of recurrent networks")
    parser.add_argument("--systems", default="vanderpol,cosine")
    parser.add_argument("--gains", default=GAINS)
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--width", type=int, default=200)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--leak", type=float, default=0.5)
    parser.add_argument("--out", type=Path, default=Path("build/gain_sweep"))
    chosen = parser.parse_args(arguments)
    import torch

    torch.set_num_threads(1)
    folder = output_folder(chosen.out)
    table: dict[tuple[str, str], dict[float, Cell]] = {}
    print("system     mode    gain   success  [95%]          horizon  [95%]          median R^2")
    for system in chosen.systems.split(","):
        for mode in chosen.modes.split(","):
            for gain in map(float, chosen.gains.split(",")):
                config = configuration(system, gain, mode, chosen.width, chosen.steps, chosen.leak)
                found = cell(config, range(chosen.seeds), folder)
                table.setdefault((system, mode), {})[gain] = found
                hits, count = int((found.r2 >= SUCCESS).sum()), len(found.r2)
                low, high = clopper_pearson(hits, count)
                mean, left, right = t_interval(found.horizon)
                print(
                    f"{system:<10} {mode:<7} {gain:<5g}  {hits:>3}/{count:<3}  "
                    f"[{low:.2f}, {high:.2f}]   {mean:>6.1f}  [{left:6.1f}, {right:6.1f}]  "
                    f"{np.median(found.r2):>10.4g}",
                    flush=True,
                )
    picture(table, folder / "gain_sweep.png")


if __name__ == "__main__":
    main()
