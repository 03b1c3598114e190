"""Repeats the training experiments of arXiv 2407.01033 and sets the errors beside the published.

    python benchmarks/published_protocol.py --widths 40 160 --seeds 10
    python benchmarks/published_protocol.py --full --shard 1/2 &
    python benchmarks/published_protocol.py --full --shard 2/2 &

The second form is the whole grid: both targets, the five initialisations, n = 10..1280, ten seeds,
about a day on two cores.  One thread each; two to ten minutes per width and target for all seeds of
an equidistant series, a minute or two per seed of any other (its seeds draw their own locations).
Interrupt it at any time: the same command goes on where it stopped.  Results are merged into
``--output`` after each width; what is found there with these seeds, or more, is not repeated.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import math
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import Progress, TaskID

from numerics.permutation.initial import Start, frozen_start
from numerics.permutation.laperm import PUBLISHED, TrainingResult, train
from numerics.permutation.protocols import Arrangement

Array = NDArray[np.float64]
ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "verify" / "data"
DOMAIN = (Fraction(-1), Fraction(1))
TARGETS: dict[str, tuple[str, Callable[[Array], Array]]] = {
    "sine": ("-sin(2*pi*x)", lambda x: -np.sin(2.0 * np.pi * x)),
    "legendre3": ("(5*x**3-3*x)/2", lambda x: (5.0 * x**3 - 3.0 * x) / 2.0),
}
# The rule of the frozen values, and how they lie at the start.  How the published pairs (c, -c) lie
# is not known: location by location (no kink at first), or shuffled.  Both readings are run.
STARTS: dict[str, tuple[Start, Arrangement]] = {
    "equidistant": ("published-equidistant", "shuffled"),
    "pairwise": ("published-pairwise", "paired"),
    "pairwise-shuffled": ("published-pairwise", "shuffled"),
    "unpaired": ("unpaired", "shuffled"),
    "xavier": ("xavier", "shuffled"),
    "he": ("he", "shuffled"),
}
# Names of the published series where they differ from ours.
PUBLISHED_NAMES = {"pairwise-shuffled": "pairwise", "unpaired": "unpaired_random"}
FULL_WIDTHS = (10, 20, 40, 80, 160, 320, 640, 1280)


def main() -> int:
    arguments = parse()
    # Sums in one order, whatever the machine has; the tensors are too small for more threads.
    torch.set_num_threads(1)
    arguments.checkpoints.mkdir(parents=True, exist_ok=True)
    published = json.loads((DATA / "permutation_training.json").read_text(encoding="utf-8"))
    seeds = list(range(arguments.seeds))
    with Progress(disable=not sys.stderr.isatty(), transient=True) as bar:
        for series, width in cells(arguments):
            known = load(arguments.output)["series"].get(series, {}).get(str(width), {})
            if set(known.get("seeds", ())) >= set(seeds):
                continue
            task = bar.add_task(f"{series} n={width}", total=None)
            results = run(series, width, seeds, arguments.checkpoints, bar, task)
            entry = summary(results, seeds)
            entry["published"] = published_figure(published, series, width)
            merge(arguments.output, series, width, entry)
            bar.remove_task(task)
            for result in results:
                checkpoint(arguments.checkpoints, series, width, result.config.seeds).unlink()
            sys.stdout.write(
                f"{series} n={width}: trained read-out {entry['geometric_mean']:.4g}, "
                f"refitted {entry['geometric_mean_refitted']:.4g}, "
                f"published {entry['published']}, {entry['seconds']:.0f} s\n"
            )
            sys.stdout.flush()
    return 0


def cells(arguments: argparse.Namespace) -> list[tuple[str, int]]:
    """The (series, width) to run, narrow ones first; one shard's share of them."""
    grid = [(series, width) for width in arguments.widths for series in arguments.series]
    index, shards = arguments.shard
    return grid[index - 1 :: shards]


def published_figure(published: dict[str, Any], series: str, width: int) -> float | None:
    """The published geometric mean, where there is one."""
    name, kind = series.split("_")
    known = published["series"].get(f"{name}_{PUBLISHED_NAMES.get(kind, kind)}")
    if known is None or width not in published["widths"]:
        return None
    return float(known[published["widths"].index(width)])


def run(
    series: str, width: int, seeds: list[int], folder: Path, bar: Progress, task: TaskID
) -> list[TrainingResult]:
    """Equidistant: all seeds share the frozen data and run side by side.  Pairwise: each seed has
    its own draw, and a run of its own."""
    name, kind = series.split("_")
    start, arrangement = STARTS[kind]
    groups = [tuple(seeds)] if kind == "equidistant" else [(seed,) for seed in seeds]
    results: list[TrainingResult] = []
    for group in groups:
        locations, initial, provenance = frozen_start(width, DOMAIN, start=start, seed=group[0])
        done_before = len(results) * PUBLISHED.epochs
        total = len(groups) * PUBLISHED.epochs

        def show(done: int, _: int, message: str, before: int = done_before) -> None:
            bar.update(task, completed=before + done, total=total)  # noqa: B023

        results.append(
            train(
                TARGETS[name][1],
                DOMAIN,
                locations,
                initial,
                replace(PUBLISHED, seeds=group, arrangement=arrangement),
                provenance=provenance,
                progress=show,
                checkpoint=checkpoint(folder, series, width, group),
            )
        )
    return results


def checkpoint(folder: Path, series: str, width: int, seeds: tuple[int, ...]) -> Path:
    return folder / f"{series}-{width}-{'-'.join(map(str, seeds))}.pt"


def summary(results: list[TrainingResult], seeds: list[int]) -> dict[str, Any]:
    """Errors per seed: with the read-out that Adam left (the published figure), and refitted."""
    trained = np.concatenate([result.history.sup[-1] for result in results])
    refitted = np.concatenate([result.grid_errors for result in results])
    return {
        "seeds": seeds,
        "errors": rounded(trained),
        "geometric_mean": rounded([np.exp(np.log(trained).mean())])[0],
        "errors_refitted": rounded(refitted),
        "geometric_mean_refitted": rounded([np.exp(np.log(refitted).mean())])[0],
        "seconds": round(math.fsum(result.seconds for result in results), 1),
        "frozen_unchanged": all(result.frozen_unchanged for result in results),
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "torch": torch.__version__,
            "machine": platform.machine(),
        },
        "date": time.strftime("%Y-%m-%d"),
    }


def rounded(values: Any) -> list[float]:
    return [float(f"{value:.6g}") for value in values]


def merge(path: Path, series: str, width: int, entry: dict[str, Any]) -> None:
    """Adds one entry to the file; a lock keeps shards that write at the same time apart."""
    with (path.parent / f".{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        report = load(path)
        runs = report["series"].setdefault(series, {})
        runs[str(width)] = entry
        report["series"][series] = dict(sorted(runs.items(), key=lambda item: int(item[0])))
        save(path, report)


def load(path: Path) -> dict[str, Any]:
    protocol = asdict(PUBLISHED)
    del protocol["seeds"], protocol["arrangement"]
    head = {
        "source": "benchmarks/published_protocol.py: max |f - g| on 400 equispaced points of "
        "[-1,1] after the last synchronisation; errors: read-out as Adam left it, "
        "errors_refitted: read-out by least squares; published: geometric mean over 10 seeds",
        "arrangements": {kind: arrangement for kind, (_, arrangement) in STARTS.items()},
        "targets": {name: text for name, (text, _) in TARGETS.items()},
        "protocol": json.loads(json.dumps(protocol)),
    }
    if not path.exists():
        return {**head, "series": {}}
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    # Figures of another protocol must not stand beside these.
    same = report.get("protocol") == head["protocol"]
    return {**head, "series": report["series"] if same else {}}


def save(path: Path, report: dict[str, Any]) -> None:
    draft = path.with_name(path.name + ".tmp")
    draft.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    everything = [f"{target}_{kind}" for target in TARGETS for kind in STARTS]
    parser.add_argument("--full", action="store_true", help="n = 10..1280, about a day on 2 cores")
    parser.add_argument("--shard", type=shard, default=(1, 1), metavar="K/M")
    parser.add_argument("--series", nargs="+", choices=everything, default=everything)
    parser.add_argument("--widths", nargs="+", type=int, default=[40, 160])
    parser.add_argument("--seeds", type=int, default=10, help="run seeds 0..SEEDS-1")
    parser.add_argument("--output", type=Path, default=DATA / "reproduced_training.json")
    parser.add_argument(
        "--checkpoints", type=Path, default=ROOT / ".benchmarks" / "published_protocol"
    )
    arguments = parser.parse_args()
    if arguments.full:
        arguments.widths = list(FULL_WIDTHS)
    return arguments


def shard(text: str) -> tuple[int, int]:
    """K/M: every M-th cell, from the K-th."""
    index, _, count = text.partition("/")
    if not (index.isdigit() and count.isdigit() and 1 <= int(index) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text!r} is no K/M with 1 <= K <= M")
    return int(index), int(count)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
