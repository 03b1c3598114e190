"""Where in the gain of the frozen recurrent weights do biases suffice?  A sweep over seeds.

One cell is a system, a mode, a gain, a leak and a number of seeds, trained side by side:

biases   biases alone, the own output fed back
silent   biases alone, no input after the warm-up
lagged   biases alone, the own output and the one of LAG samples ago fed back
all      everything, in a smaller network with as many trained numbers

python benchmarks/gain_sweep.py [--systems vanderpol,cosine] [--modes biases,all] [--gains 0.5,...]
    [--leaks 0.5] [--seeds 100-109] [--width 200] [--steps 300] [--windows 4]
    [--out build/gain_sweep] [--store FILE]

Each cell is a small JSON file in the folder, from which it is read the next time; a sweep that was
stopped goes on where it was, also inside a cell.  ``--store`` gathers every cell of the folder in
one file, and writes gain_sweep.png, recurrent_lag.png and table.md beside the cells;
verify/data/gain_sweep.json is such a file, and the pictures in docs/ are its pictures.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from numerics.dynamics.config import DynamicsConfig
from verify.dynamics import gain_picture
from verify.dynamics.gain_sweep import Cell, markdown, read_cell, row, write_sweep
from verify.dynamics.request import DynamicsRequest
from verify.files import output_folder, write_text

GAINS = "0.5,0.7,0.85,1,1.2,1.5,2"
MODES = ("biases", "silent", "lagged", "all")
LAG = 5
# States at which eigenvalues are taken, and the least R^2 that is told from others.
STATES, LEAST_R2 = 2, -1000.0


def configuration(
    system: str, gain: float, mode: str, *, width: int, steps: int, windows: int, leak: float
) -> DynamicsConfig:
    """What is trained in a cell."""
    request = DynamicsRequest(
        system,
        width,
        gain,
        train="all" if mode == "all" else "biases",
        feedback=mode != "silent",
        leak=leak,
        steps=steps,
    )
    lags = (0, LAG) if mode == "lagged" else (0,)
    return replace(request.config, lags=lags, windows=windows)


def train_cell(config: DynamicsConfig, mode: str, seeds: list[int], checkpoint: Path) -> Cell:
    """Train and measure the seeds of a cell."""
    from numerics.dynamics.measures import growth_rate, recurrent_lag, spectrum
    from numerics.dynamics.training import train_many

    found = train_many(config, seeds, checkpoint=checkpoint)
    driven: dict[str, list[float | None]] = {"before": [], "after": []}
    radius: dict[str, list[float]] = {"before": [], "after": []}
    closed = config.feedback and config.lags == (0,)
    for when, networks, orbit in zip(
        driven, (found.before, found.after), found.orbits, strict=True
    ):
        for index, network in enumerate(networks):
            on = orbit[:, index]
            driven[when].append(growth_rate(network, on, closed=False))
            radius[when].append(spectrum(network, on, closed=closed, most=STATES).radius)

    def kept(values: np.ndarray) -> tuple[float, ...]:
        return tuple(round(max(float(value), LEAST_R2), 6) for value in values)

    return Cell(
        system=config.system,
        mode=mode,
        gain=config.gain,
        leak=config.beta,
        width=config.width,
        units=config.units,
        trained=found.trained_parameters,
        steps=config.steps,
        windows=config.windows,
        seeds=found.seeds,
        r2=kept(found.free.r2),
        teacher_r2=kept(found.teacher.r2),
        horizon=tuple(np.median(found.far.horizons, axis=1).tolist()),
        limit=found.far.length,
        lag=tuple(
            recurrent_lag(network, found.orbits[0][:, index], most=STATES)
            for index, network in enumerate(found.before)
        ),
        driven_before=tuple(driven["before"]),
        driven_after=tuple(driven["after"]),
        radius_before=tuple(radius["before"]),
        radius_after=tuple(radius["after"]),
        off_before=kept(found.units_off_before),
        off_after=kept(found.units_off),
        stopped=found.stopped,
        seconds=round(found.seconds, 1),
    )


def cell(config: DynamicsConfig, mode: str, seeds: list[int], folder: Path) -> Cell:
    """The cell from its file, or trained now."""
    key = hashlib.sha256(repr((asdict(config), seeds)).encode()).hexdigest()[:12]
    name = f"{config.system}-{mode}-a{config.beta:g}-g{config.gain:g}-{key}"
    path = folder / f"{name}.json"
    if not path.exists():
        state = folder / f"{name}.pt"
        trained = train_cell(config, mode, seeds, state)
        write_text(path, json.dumps(asdict(trained)))
        state.unlink(missing_ok=True)
    return read_cell(json.loads(path.read_text()))


def draw(cells: list[Cell], folder: Path) -> None:
    """The pictures of the cells with the shortest training."""
    shortest = min(entry.steps for entry in cells)
    same = [entry for entry in cells if entry.steps == shortest]
    half = [entry for entry in same if entry.leak == 0.5]
    alone = [e for e in same if (e.system, e.mode) == (same[-1].system, "biases")]
    if half:
        gain_picture.gains(half, folder / "gain_sweep.png")
    if alone:
        gain_picture.lags(alone, folder / "recurrent_lag.png")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="gain sweep of recurrent networks")
    parser.add_argument("--systems", default="vanderpol,cosine")
    parser.add_argument("--gains", default=GAINS)
    parser.add_argument("--modes", default="biases,all")
    parser.add_argument("--leaks", default="0.5")
    parser.add_argument("--seeds", default="100-109")
    parser.add_argument("--width", type=int, default=200)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--windows", type=int, default=4)
    parser.add_argument("--out", type=Path, default=Path("build/gain_sweep"))
    parser.add_argument("--store", type=Path)
    chosen = parser.parse_args(arguments)
    import torch

    torch.set_num_threads(1)
    folder = output_folder(chosen.out)
    if chosen.store is not None:
        output_folder(chosen.store.parent, argument="--store")
    first, last = map(int, chosen.seeds.split("-"))
    print(
        "system     mode    leak  gain   success  [95%]         horizon  [95%]          median R^2"
    )
    for system in chosen.systems.split(","):
        for mode in chosen.modes.split(","):
            for leak in map(float, chosen.leaks.split(",")):
                for gain in map(float, chosen.gains.split(",")):
                    config = configuration(
                        system,
                        gain,
                        mode,
                        width=chosen.width,
                        steps=chosen.steps,
                        windows=chosen.windows,
                        leak=leak,
                    )
                    print(row(cell(config, mode, [*range(first, last + 1)], folder)), flush=True)
    if chosen.store is not None:
        cells = [read_cell(json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))]
        write_sweep(chosen.store, cells)
        draw(cells, folder)
        write_text(folder / "table.md", "\n".join(markdown(cells)) + "\n")


if __name__ == "__main__":
    main()
