"""Permutations on random locations (P5): certified errors over widths and seeds, and the exponent.

    python benchmarks/random_locations.py --out verify/data/random_locations.json --seeds 20

For -sin(2 pi x) and (5 x^3 - 3 x)/2 on [-1, 1], the targets of the published series, and for the
initial vectors ``location`` (+-b_i), ``published-pairwise`` and ``unpaired``: the geometric mean of
the certified errors over seeds, and the exponent of n with a 95 % interval (bootstrap over seeds).
Resumable: rows in the file are kept.  With ``--picture FILE.png`` the file is drawn, nothing run.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from theory.targets.target import Target
from verify import pictures
from verify.files import write_text
from verify.reference import training_figures
from verify.sandwiches.constructions import construct
from verify.sandwiches.request import PermutationRequest

WIDTHS = (100, 320, 1000, 3200, 10_000, 32_000, 100_000)
VECTORS = {"location": WIDTHS, "published-pairwise": WIDTHS, "unpaired": WIDTHS[:4]}
PUBLISHED = {"published-pairwise": "pairwise", "unpaired": "unpaired_random"}
COLOURS = {"location": "constructed", "published-pairwise": "predicted", "unpaired": "lower"}
RESAMPLES = 2000


def errors(target: str, vector: str, width: int, seeds: int) -> list[float]:
    """Certified errors for seeds 0, 1, ..."""
    found = []
    for seed in range(seeds):
        request = PermutationRequest(
            Target.parse(training_figures()["targets"][target], -1, 1),
            width,
            start=vector,  # type: ignore[arg-type]
            placement="random",
            seed=seed,
        )
        figure, _ = construct(request, request.profile(), gap=1e-3)
        assert figure.value is not None
        found.append(figure.value)
    return found


def exponent(rows: list[dict[str, Any]]) -> dict[str, float]:
    """The slope of log error against log n, least squares, with a bootstrap interval over seeds."""
    rng = np.random.default_rng(0)
    logs = np.log([row["errors"] for row in rows])
    widths = np.log([row["width"] for row in rows])
    centred = widths - widths.mean()
    weights = centred / (centred @ centred)
    picks = rng.integers(0, logs.shape[1], (RESAMPLES, *logs.shape))
    means = np.take_along_axis(logs[None], picks, axis=2).mean(axis=2)
    low, high = np.quantile(means @ weights, [0.025, 0.975])
    return {"exponent": float(logs.mean(axis=1) @ weights), "low": float(low), "high": float(high)}


def summary(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The exponent of every target and vector that has two widths or more."""
    found = []
    for key in dict.fromkeys((row["target"], row["vector"]) for row in rows):
        mine = [row for row in rows if (row["target"], row["vector"]) == key]
        if len(mine) > 1:
            found.append({"target": key[0], "vector": key[1], **exponent(mine)})
    return found


def picture(rows: list[dict[str, Any]], path: Path) -> None:
    """Errors of the sine against width, beside the published series."""
    data = training_figures()
    series = []
    for vector in VECTORS:
        mine = [row for row in rows if (row["target"], row["vector"]) == ("sine", vector)]
        means = {row["width"]: float(np.exp(np.mean(np.log(row["errors"])))) for row in mine}
        colour = pictures.COLOURS[COLOURS[vector]]
        series.append(pictures.Series(f"constructed, {vector}", means, colour, "-"))
        if vector in PUBLISHED:
            published = data["series"][f"sine_{PUBLISHED[vector]}"]
            points = dict(zip(data["widths"], published, strict=True))
            series.append(pictures.Series(f"published training, {vector}", points, colour, ":"))
    title = "-sin(2 pi x) on [-1, 1], random locations (mean over seeds)"
    pictures.save(pictures.error_against_width(title, series), path)


def main() -> None:
    """Measure what is missing, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default="verify/data/random_locations.json", type=Path)
    parser.add_argument("--seeds", default=20, type=int)
    parser.add_argument("--largest", default=100_000, type=int)
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    if options.out.exists():
        rows = json.loads(options.out.read_text("utf-8"))["rows"]
    if options.picture is not None:
        picture(rows, options.picture)
        return
    done = {(row["target"], row["vector"], row["width"]) for row in rows}
    plan = [
        (target, vector, width)
        for width in WIDTHS
        for vector, widths in VECTORS.items()
        for target in training_figures()["targets"]
        if width in widths and width <= options.largest
    ]
    for target, vector, width in plan:
        if (target, vector, width) in done:
            continue
        started = time.perf_counter()
        found = errors(target, vector, width, options.seeds)
        rows.append({"target": target, "vector": vector, "width": width, "errors": found})
        mean = float(np.exp(np.mean(np.log(found))))
        seconds = time.perf_counter() - started
        print(f"{target} {vector} {width}: {mean:.3e}, {seconds:.0f} s", flush=True)
        document = {"seeds": options.seeds, "exponents": summary(rows), "rows": rows}
        write_text(options.out, json.dumps(document, indent=1) + "\n")
    for row in summary(rows):
        print(
            f"{row['target']} {row['vector']}: n^{row['exponent']:.3f} "
            f"[{row['low']:.3f}, {row['high']:.3f}]"
        )


if __name__ == "__main__":
    main()
