"""Two dimensions: the floor of the span of m directions, and permuted training against it.

    python benchmarks/permutation_planar.py

Targets -sin(pi x0 x1) and -sin(2 pi x0 x1) on [-1, 1]^2.  A hinge and its mirror image use one
direction, so eight signed directions, the published kind, are m = 4 here.  ``free``: largest error
of free least squares on a grid of 201 x 201 points; ``trained``: of the exchange search, best of
the fills.  Rows found in ``--output`` are not repeated.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.permutation.planar import free_error, search_planar
from verify.files import write_text

DATA = Path(__file__).resolve().parent.parent / "verify" / "data"
Array = NDArray[np.float64]
TARGETS: dict[str, tuple[str, Callable[[Array], Array]]] = {
    "slow": ("-sin(pi*x0*x1)", lambda x: -np.sin(np.pi * x[:, 0] * x[:, 1])),
    "fast": ("-sin(2*pi*x0*x1)", lambda x: -np.sin(2.0 * np.pi * x[:, 0] * x[:, 1])),
}
DIRECTIONS = (4, 8, 16, 32)
WIDTHS = (10, 20, 40)
# A search of more units is left to free least squares.
LARGEST_SEARCH = 640
FILLS = (0.5, 1.0, 2.0)


def measure(name: str, directions: int, width: int) -> dict[str, Any]:
    """One row."""
    f = TARGETS[name][1]
    row: dict[str, Any] = {"free": float(f"{free_error(f, directions, width):.6g}")}
    if directions * width <= LARGEST_SEARCH:
        start = time.process_time()
        found = [search_planar(f, directions, width, fill=fill) for fill in FILLS]
        row["fills"] = list(FILLS)
        row["errors"] = [float(f"{result.error:.6g}") for result in found]
        row["trained"] = min(row["errors"])
        row["cpu_seconds"] = round(time.process_time() - start, 1)
    return row


def main() -> int:
    """Measure what is missing, write after each row."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--output", type=Path, default=DATA / "planar_training.json")
    options = parser.parse_args()
    report: dict[str, Any] = {
        "source": "benchmarks/permutation_planar.py: largest errors on 201 x 201 points, measured",
        "targets": {name: text for name, (text, _) in TARGETS.items()},
        "rows": {},
    }
    if options.output.exists():
        report["rows"] = json.loads(options.output.read_text(encoding="utf-8"))["rows"]
    for width in WIDTHS:
        for directions in DIRECTIONS:
            for name in TARGETS:
                key = f"{name} {directions} {width}"
                if key in report["rows"]:
                    continue
                report["rows"][key] = measure(name, directions, width)
                write_text(options.output, json.dumps(report, indent=1) + "\n")
                sys.stdout.write(f"{key}: {report['rows'][key]}\n")
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
