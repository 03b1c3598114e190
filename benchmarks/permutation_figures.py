"""The figures of the permutation family: errors, bounds and times over six decades of width.

    python benchmarks/permutation_figures.py --out figures --largest 1000000

For sin(2 pi x) on [0, 1] and every width: certified error of the construction, its predicted bound,
the lower bound B6, the times to construct and to certify.  For both published targets: the ratio of
the best published training to the certified construction.  Writes ``permutation_figures.json`` and
``permutation_figures.png``, and prints both tables.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

from theory.targets.target import Target
from verify import pictures
from verify.display import shown_down, shown_up
from verify.files import output_folder, write_text
from verify.knots.bound import knot_bound
from verify.reference import published, training_figures
from verify.sandwiches.constructions import construct
from verify.sandwiches.request import PermutationRequest

WIDTHS = (40, 80, 160, 320, 640, 1280, 10_000, 100_000, 1_000_000)
PUBLISHED_WIDTHS = (80, 160, 320, 640, 1280)


def measure(width: int) -> dict[str, Any]:
    """One row of the scaling table."""
    target = Target.parse("sin(2*pi*x)")
    request = PermutationRequest(target, width)
    figure, _ = construct(request, request.profile())
    start = time.perf_counter()
    lower = knot_bound(target, width)
    return {
        "width": width,
        "error": figure.value,
        "lower_end": figure.lower_end,
        "predicted": figure.predicted,
        "rounding": figure.rounding,
        "theorem": figure.theorem,
        "lower": lower.value,
        "mode": figure.mode,
        "seconds_construct": figure.seconds_construct,
        "seconds_certify": figure.seconds_certify,
        "seconds_lower": time.perf_counter() - start,
    }


def compare(name: str, expression: str, width: int) -> dict[str, Any]:
    """Best published training against the certified construction."""
    target = Target.parse(expression, -1, 1)
    request = PermutationRequest(target, width)
    figure, _ = construct(request, request.profile())
    trained = published(target, width)
    assert figure.value is not None
    assert trained is not None
    series, error = trained.best
    return {
        "target": name,
        "width": width,
        "published": error,
        "series": series,
        "constructed": figure.value,
        "theorem": figure.theorem,
        "ratio": error / figure.value,
    }


def picture(rows: list[dict[str, Any]], folder: Path) -> None:
    """Error and bounds against width."""
    series = [
        pictures.Series(
            label, {row["width"]: row[key] for row in rows}, pictures.COLOURS[colour], style
        )
        for label, key, colour, style in (
            ("P8, certified error", "error", "constructed", "-"),
            ("P8, predicted bound", "predicted", "predicted", "--"),
            ("B6, lower bound for any relu network", "lower", "lower", ":"),
        )
    ]
    figure = pictures.error_against_width("sin(2 pi x) on [0, 1]", series)
    pictures.save(figure, folder / "permutation_figures.png")


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default="figures")
    parser.add_argument("--largest", type=int, default=1_000_000)
    options = parser.parse_args()
    folder = output_folder(Path(options.out))
    rows = []
    print("| n | certified error | predicted | lower bound | construct | certify | lower | mode |")
    print("|---|---|---|---|---|---|---|---|")
    for width in (entry for entry in WIDTHS if entry <= options.largest):
        row = measure(width)
        rows.append(row)
        seconds = (row[f"seconds_{part}"] for part in ("construct", "certify", "lower"))
        print(
            f"| {width} | {shown_up(row['error'])} | {shown_up(row['predicted'])} | "
            f"{shown_down(row['lower'])} | {' | '.join(f'{part:.3f} s' for part in seconds)} | "
            f"{row['mode']} |",
            flush=True,
        )
    print(f"\npeak memory: {getrusage(RUSAGE_SELF).ru_maxrss / 1024:.0f} MB\n")
    ratios = []
    print("| target | n | published training | certified construction | ratio |")
    print("|---|---|---|---|---|")
    for name, expression in training_figures()["targets"].items():
        for width in PUBLISHED_WIDTHS:
            entry = compare(name, expression, width)
            ratios.append(entry)
            print(
                f"| {name} | {width} | {entry['published']:.4g} ({entry['series']}) | "
                f"{shown_up(entry['constructed'])} | {entry['ratio']:.1f}x |"
            )
    document = json.dumps({"scaling": rows, "published": ratios}, indent=1)
    write_text(folder / "permutation_figures.json", document + "\n")
    picture(rows, folder)


if __name__ == "__main__":
    main()
