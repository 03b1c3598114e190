"""Repeats the training experiments of arXiv 2407.01033 and sets the errors beside the published.

    python benchmarks/published_protocol.py --widths 40 160 --seeds 10

One thread; about two minutes per width and target for all seeds of an equidistant series, a minute
and a half per seed of a pairwise one (its seeds draw their own locations).  Interrupt it at any
time: the same command goes on where it stopped.  Results are merged into ``--output`` after each
width, runs found there with the same seeds are not repeated.
"""

from __future__ import annotations

import argparse
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
}


def main() -> int:
    arguments = parse()
    # Sums in one order, whatever the machine has; the tensors are too small for more threads.
    torch.set_num_threads(1)
    arguments.checkpoints.mkdir(parents=True, exist_ok=True)
    report = load(arguments.output)
    published = json.loads((DATA / "permutation_training.json").read_text(encoding="utf-8"))
    with Progress(disable=not sys.stderr.isatty(), transient=True) as bar:
        for series in arguments.series:
            for width in arguments.widths:
                runs = report["series"].setdefault(series, {})
                seeds = list(range(arguments.seeds))
                if runs.get(str(width), {}).get("seeds") == seeds:
                    continue
                task = bar.add_task(f"{series} n={width}", total=None)
                results = run(series, width, seeds, arguments.checkpoints, bar, task)
                entry = summary(results, seeds)
                at = published["widths"].index(width) if width in published["widths"] else None
                known = published["series"][series.removesuffix("-shuffled")]
                entry["published"] = None if at is None else known[at]
                runs[str(width)] = entry
                save(arguments.output, report)
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
    parser.add_argument("--series", nargs="+", choices=everything, default=everything)
    parser.add_argument("--widths", nargs="+", type=int, default=[40, 160])
    parser.add_argument("--seeds", type=int, default=10, help="run seeds 0..SEEDS-1")
    parser.add_argument("--output", type=Path, default=DATA / "reproduced_training.json")
    parser.add_argument(
        "--checkpoints", type=Path, default=ROOT / ".benchmarks" / "published_protocol"
    )
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
