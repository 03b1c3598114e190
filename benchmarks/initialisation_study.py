"""Free least squares on the locations of the published experiments: is permutation to blame?

    python benchmarks/initialisation_study.py

Both targets, the locations of the five initialisations, n = 10..1280, ten seeds.  Per draw: the
error of the best free coefficients in mean square on the same locations, a certified floor for
every choice of coefficients on them (kind ``lower-spline``), and how the locations cover the
domain.  Writes ``--output`` and prints a table of geometric means.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.published_protocol import DOMAIN, FULL_WIDTHS, STARTS, TARGETS
from numerics.permutation.coverage import coverage, free_least_squares
from numerics.permutation.initial import frozen_start
from theory.targets.target import Target
from verify.files import write_text
from verify.free_fit.bound import fit_bound
from verify.free_fit.nodes import given_nodes

DATA = Path(__file__).resolve().parent.parent / "verify" / "data"
# Paired or not, shuffled or not, coefficients are drawn after the locations: these are one case.
FINE = np.linspace(0.0, 1.0, 17)
INITS = ("equidistant", "pairwise", "xavier", "he")


def measure(name: str, init: str, width: int, seeds: int) -> dict[str, Any]:
    """One row: error, floor and coverage of each seed (one seed where nothing is drawn)."""
    text, f = TARGETS[name]
    target = Target.parse(text, *DOMAIN)
    grid = np.linspace(-1.0, 1.0, 400)
    row: dict[str, Any] = {"error": [], "sup": [], "floor": [], "hull": [], "longest": []}
    for seed in range(1 if init == "equidistant" else seeds):
        locations, _, _ = frozen_start(width, DOMAIN, start=STARTS[init][0], seed=seed)
        fit = free_least_squares(f, locations, DOMAIN)
        covered = coverage(locations, DOMAIN)
        # points between the nodes as well: a grid of 400 can miss the largest error of fine fits
        dense = (fit.nodes[:-1, None] + np.diff(fit.nodes)[:, None] * FINE).ravel()
        off, fine = (float(np.abs(fit(x) - f(x)).max()) for x in (grid, dense))
        row["error"].append(float(f"{off:.6g}"))
        row["sup"].append(float(f"{max(off, fine):.6g}"))
        row["floor"].append(fit_bound(target, given_nodes(target, locations)).value)
        row["hull"].append(round(covered.hull, 6))
        row["longest"].append([round(end, 6) for end in covered.longest])
    row["geometric_mean"] = float(f"{np.exp(np.log(row['error']).mean()):.6g}")
    return row


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--widths", nargs="+", type=int, default=list(FULL_WIDTHS))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--output", type=Path, default=DATA / "free_least_squares.json")
    options = parser.parse_args()
    rows: dict[str, dict[str, Any]] = {}
    sys.stdout.write("| target, initialisation | " + " | ".join(map(str, options.widths)) + " |\n")
    for name in TARGETS:
        for init in INITS:
            series = rows.setdefault(f"{name}_{init}", {})
            for width in options.widths:
                series[str(width)] = measure(name, init, width, options.seeds)
            means = (
                f"{np.exp(np.log(series[str(width)]['sup']).mean()):.2e}"
                for width in options.widths
            )
            floors = (f"{np.median(series[str(width)]['floor']):.1e}" for width in options.widths)
            hulls = (f"{np.median(series[str(width)]['hull']):.3f}" for width in options.widths)
            sys.stdout.write(f"| {name} {init} | {' | '.join(means)} |\n")
            sys.stdout.write(f"|   certified floor, median | {' | '.join(floors)} |\n")
            sys.stdout.write(f"|   covered share, median | {' | '.join(hulls)} |\n")
            sys.stdout.flush()
    document = {
        "source": "benchmarks/initialisation_study.py: error, max |f - g| on 400 equispaced points "
        "of [-1,1] for the coefficients of least squares on the same locations; sup, the same with "
        "17 points in every cell; floor, certified for every choice of coefficients; hull, share "
        "of the domain between the outermost locations; longest, the longest interval without one",
        "targets": {name: text for name, (text, _) in TARGETS.items()},
        "series": rows,
    }
    write_text(options.output, json.dumps(document) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
