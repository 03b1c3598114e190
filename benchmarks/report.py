"""The table of goals and the picture of time against size, from a run of the benchmarks.

    make bench          # runs them and writes bench-out/goals.md and bench-out/scaling.png

``python -m benchmarks.report bench-out/benchmarks.json --out bench-out`` does the second part only.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

from verify.files import output_folder, write_text


def table(rows: list[dict[str, Any]], machine: str) -> str:
    """One line a goal."""
    lines = [
        f"Measured on {machine}; CPU seconds, the smallest of several rounds in one run.",
        "",
        "| what | figure | measured | goal | reached |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        relation = "at least" if row["least"] else "at most"
        lines.append(
            f"| {row['goal']} | {row['figure']} | {row['value']:.3g} {row['unit']} | {relation} "
            f"{row['limit']:g} {row['unit']} | {'yes' if row['met'] else 'no'} |"
        )
    return "\n".join(lines) + "\n"


def slope(points: dict[int, float]) -> float:
    """The exponent of time in size, least squares in logarithms over the upper two decades."""
    largest = max(points)
    pairs = [(math.log(n), math.log(t)) for n, t in points.items() if n >= largest / 100]
    mean_x = sum(x for x, _ in pairs) / len(pairs)
    mean_y = sum(y for _, y in pairs) / len(pairs)
    above = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    return above / sum((x - mean_x) ** 2 for x, _ in pairs)


def picture(series: dict[str, dict[int, float]], path: Path) -> None:
    """Log-log, with n log n as the reference."""
    figure, axes = pyplot.subplots(figsize=(7.5, 5.0), layout="constrained")
    for name, points in series.items():
        sizes = sorted(points)
        label = f"{name} (exponent {slope(points):.2f})"
        axes.loglog(sizes, [points[n] for n in sizes], marker="o", label=label)
    sizes = [1_000, 10_000, 100_000, 1_000_000]
    axes.loglog(
        sizes, [2e-9 * n * math.log2(n) for n in sizes], color="0.5", ls="--", label="n log n"
    )
    axes.set_xlabel("width n")
    axes.set_ylabel("CPU seconds")
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend(fontsize=8)
    temporary = path.with_name(path.stem + ".tmp.png")
    figure.savefig(temporary, dpi=130)
    temporary.replace(path)
    pyplot.close(figure)


def main() -> None:
    """Read, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path)
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    options = parser.parse_args()
    document = json.loads(options.results.read_text(encoding="utf-8"))
    infos = [entry["extra_info"] for entry in document["benchmarks"]]
    goals = [info for info in infos if "goal" in info]
    series: dict[str, dict[int, float]] = defaultdict(dict)
    for info in infos:
        if "series" in info:
            series[info["series"]][info["size"]] = info["seconds"]
    cpu = document["machine_info"]["cpu"]
    machine = f"{cpu.get('brand_raw', 'this machine')}, {cpu.get('count', '?')} cores"
    folder = output_folder(options.out)
    text = table(goals, machine)
    write_text(folder / "goals.md", text)
    if series:
        picture(series, folder / "scaling.png")
    print(text)


if __name__ == "__main__":
    main()
