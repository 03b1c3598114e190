"""Permutations without read-out (P9): certified errors and predictions by turn of slope.

    python benchmarks/no_readout_figures.py --out figures --largest 100000

For targets whose slope turns by 0, 0.9, 1.5, 2.5, 3.9 and 5 from end to end: the certified error,
what P9 predicts, the lower bound where the turn exceeds 4, and P4's prediction.  Writes
``no_readout_figures.json`` and prints the table.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from theory.permutation.bounds import best_bounds
from theory.targets.target import Target
from verify.display import shown_down, shown_up
from verify.files import output_folder, write_text
from verify.sandwiches.constructions import construct
from verify.sandwiches.lower import turn_lower
from verify.sandwiches.request import PermutationRequest

WIDTHS = (100, 320, 1000, 10_000, 100_000)
TARGETS = (
    (0.0, "sin(2*pi*x)/4"),
    (0.9, "9/20*x**2+3/10"),
    (1.5, "3/4*x**2-1/3"),
    (2.5, "5/6*x**3+x/7"),
    (3.9, "39/40*x**4-1/5"),
    (5.0, "5/2*x**2"),
)


def measure(turn: float, expression: str, width: int) -> dict[str, Any]:
    """One row: ``error`` None where the search finds nothing."""
    request = PermutationRequest(Target.parse(expression), width, readout=False)
    profile = request.profile()
    figure, built = construct(request, profile)
    lower = turn_lower(request)
    steps = [bound.value for bound in best_bounds(profile, width, readout=False)[0]]
    return {
        "turn": turn,
        "target": expression,
        "width": width,
        "theorem": figure.theorem,
        "error": figure.value,
        "lower_end": figure.lower_end,
        "predicted": figure.predicted,
        "predicted_status": figure.predicted_status,
        "lower": None if lower is None else lower.value,
        "steps": steps[-1] if len(steps) > 1 else None,
        "unit": None if built is None else built.construction.details.get("m"),
        "seconds_construct": figure.seconds_construct,
        "seconds_certify": figure.seconds_certify,
    }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default="figures")
    parser.add_argument("--largest", type=int, default=100_000)
    options = parser.parse_args()
    folder = output_folder(Path(options.out))
    rows = []
    print("| target | turn | n | certified error | P9 predicts | lower bound | P4 predicts | s |")
    print("|---|---|---|---|---|---|---|---|")
    for turn, expression in TARGETS:
        for width in (entry for entry in WIDTHS if entry <= options.largest):
            row = measure(turn, expression, width)
            rows.append(row)
            lower = "-" if row["lower"] is None else shown_down(row["lower"])
            seconds = row["seconds_construct"] + row["seconds_certify"]
            print(
                f"| {expression} | {turn} | {width} | {shown_up(row['error'])} "
                f"({row['theorem']}) | {shown_up(row['predicted'])} | {lower} | "
                f"{shown_up(row['steps'])} | {seconds:.2f} |",
                flush=True,
            )
    write_text(folder / "no_readout_figures.json", json.dumps({"rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
