"""The tables of docs/permutation_training.md, from the stored figures: print them, or ``--write``.

python benchmarks/training_tables.py --write
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.training_figures import geometric, load
from verify.display import shown_down, shown_up
from verify.files import write_text

PAGE = Path(__file__).resolve().parent.parent / "docs" / "permutation_training.md"
SERIES = ("equidistant", "pairwise", "pairwise-shuffled", "unpaired", "xavier", "he")


def search_table() -> str:
    """Certified errors of the trainers against P8 and B6."""
    rows = load("search_training.json")["rows"]
    lines = [
        "| target | n | search | seeds | CPU s | P8 | P8 / search | no read-out | plain | LaPerm "
        "| B6 |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for key, row in rows.items():
        name, width, what = key.split()
        if what != "search":
            continue
        bounds, around = rows[f"{name} {width} bounds"], f"{name} {width} "
        others = (rows.get(around + kind) for kind in ("frozen", "plain", "laperm"))
        shown = (shown_up(entry["certified"]) if entry else "-" for entry in others)
        ratio = bounds["constructed"] / row["certified"]
        lines.append(
            f"| {name} | {width} | {shown_up(row['certified'])} | {len(row['seeds'])} | "
            f"{row['cpu_seconds']:g} | {shown_up(bounds['constructed'])} | {ratio:.1f}x | "
            f"{' | '.join(shown)} | {shown_down(bounds['lower'])} |"
        )
    return "\n".join(lines)


def published_table() -> str:
    """Published, repeated with its interval, free least squares on the same locations."""
    known, free = load("permutation_training.json"), load("free_least_squares.json")["series"]
    lines = [
        "| target, initialisation | n | seeds | repeated | 95 % interval | published "
        "| free least squares |",
        "|---|---|---|---|---|---|---|",
    ]
    for target in known["targets"]:
        for kind in SERIES:
            runs = load("reproduced_training.json")["series"].get(f"{target}_{kind}", {})
            fits = free[f"{target}_{_locations(kind)}"]
            for width in sorted(runs, key=int):
                run = runs[width]
                mean, low, high = geometric(run["errors"])
                shown = "-" if run["published"] is None else f"{run['published']:.3g}"
                lines.append(
                    f"| {target}, {kind} | {width} | {len(run['seeds'])} | {mean:.3g} | "
                    f"{low:.2g} .. {high:.2g} | {shown} | {geometric(fits[width]['sup'])[0]:.2e} |"
                )
    return "\n".join(lines)


def free_table() -> str:
    """Least squares, certified floors and coverage for every initialisation and width."""
    series = load("free_least_squares.json")["series"]
    widths = list(next(iter(series.values())))
    lines = [
        f"| target, initialisation | | {' | '.join(f'n = {width}' for width in widths)} |",
        "|---|---|" + "---|" * len(widths),
    ]
    for name, rows in series.items():
        label = name.replace("_", ", ")
        cells: dict[str, Any] = {
            "least squares": [f"{geometric(rows[n]['sup'])[0]:.2e}" for n in widths],
            "certified floor": [shown_down(min(rows[n]["floor"]), 2) for n in widths],
            "covered": [f"{np.median(rows[n]['hull']):.0%}" for n in widths],
        }
        for what, values in cells.items():
            lines.append(f"| {label} | {what} | {' | '.join(values)} |")
            label = ""
    return "\n".join(lines)


def planar_table() -> str:
    """Free least squares and permuted training on the square."""
    study = load("planar_training.json")
    lines = [
        "| target | directions | locations each | free least squares | permuted | CPU s |",
        "|---|---|---|---|---|---|",
    ]
    for key, row in study["rows"].items():
        name, directions, width = key.split()
        trained = f"{row['trained']:.3g} | {row['cpu_seconds']:g}" if "trained" in row else "- | -"
        target = study["targets"][name]
        lines.append(f"| {target} | {directions} | {width} | {row['free']:.3g} | {trained} |")
    return "\n".join(lines)


TABLES = {
    "search": search_table,
    "published": published_table,
    "free": free_table,
    "planar": planar_table,
}


def updated(page: str) -> str:
    """``page`` with the text between its marks replaced by the tables."""
    for name, table in TABLES.items():
        start, stop = f"<!-- table: {name} -->\n", "<!-- end -->"
        pattern = re.compile(re.escape(start) + ".*?" + re.escape(stop), re.DOTALL)
        made = f"{start}{table()}\n{stop}"
        page = pattern.sub(lambda _, made=made: made, page)
    return page


def _locations(kind: str) -> str:
    """Whose locations they are: those of pairwise and unpaired draws are the same."""
    return "pairwise" if kind in ("pairwise-shuffled", "unpaired") else kind


def main() -> int:
    """Print or write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--write", action="store_true", help="into docs/permutation_training.md")
    if parser.parse_args().write:
        write_text(PAGE, updated(PAGE.read_text(encoding="utf-8")))
    else:
        sys.stdout.write("\n\n".join(table() for table in TABLES.values()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
