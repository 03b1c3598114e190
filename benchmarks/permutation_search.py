"""The exchange search against the construction P8, LaPerm and the lower bound B6, and its ablation.

    python benchmarks/permutation_search.py --largest 1280 --output verify/data/search_training.json

Every figure is the certified sup error of the best network over the seeds.  Rows found in
``--output`` are not repeated, so an interrupted run goes on where it stopped.  ``plain`` is the
search without smoothing (the same moves on the squared error alone), ``frozen`` without read-out.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from numerics.permutation.initial import frozen_start
from numerics.permutation.protocols import SEARCH, SearchConfig
from numerics.permutation.search import search
from theory.targets.target import Target
from verify.certify.sup import certify_sup
from verify.knots.bound import knot_bound
from verify.sandwiches.constructions import construct
from verify.sandwiches.request import PermutationRequest
from verify.sandwiches.training import floats, train_network

DATA = Path(__file__).resolve().parent.parent / "verify" / "data"
TARGETS = {
    "sine": ("-sin(2*pi*x)", -1, 1),
    "sin3": ("sin(3*x)", 0, 1),
    "exp": ("exp(x)", 0, 1),
    "legendre3": ("(5*x**3-3*x)/2", -1, 1),
}
WIDTHS = (40, 80, 160, 320, 640, 1280)
VARIANTS: dict[str, tuple[SearchConfig, bool, int]] = {
    # configuration, read-out, largest width it is run at
    "search": (SEARCH, True, 2048),
    "frozen": (SEARCH, False, 320),
    "plain": (replace(SEARCH, smoothing=False, sweeps=60), True, 320),
}


def rows(largest: int) -> list[tuple[str, int, str]]:
    """(target, width, what), narrow ones first."""
    found = []
    for width in (width for width in WIDTHS if width <= largest):
        for name in TARGETS:
            found.append((name, width, "bounds"))
            found += [(name, width, kind) for kind, v in VARIANTS.items() if width <= v[2]]
            if width in (80, 320):
                found.append((name, width, "laperm"))
    return found


def measure(name: str, width: int, what: str, seeds: int) -> dict[str, Any]:
    """One figure: ``bounds`` gives P8 and B6, the rest a trained network."""
    target = Target.parse(*TARGETS[name])
    request = PermutationRequest(target, width)
    if what == "bounds":
        figure, _ = construct(request, request.profile())
        lower = knot_bound(target, width).value
        return {"constructed": figure.value, "predicted": figure.predicted, "lower": lower}
    if what == "laperm":
        trained = train_network(request, "quick")
        return _entry(trained.figure.value, trained.figure.seeds, trained.figure.seconds)
    config, readout, _ = VARIANTS[what]
    domain = (target.low, target.high)
    locations, initial, provenance = frozen_start(width, domain)
    config = replace(config, seeds=tuple(range(seeds)))
    start = time.process_time()
    found = search(
        floats(target),
        domain,
        locations,
        initial,
        config,
        readout=readout,
        provenance=provenance,
    )
    seconds = time.process_time() - start
    errors = [certify_sup(network, target).upper for network in found.networks]
    entry = _entry(min(errors), config.seeds, seconds)
    entry["errors"] = errors
    entry["kappa"] = [config.kappas[s % len(config.kappas)] for s in range(seeds)]
    return entry


def _entry(error: float, seeds: tuple[int, ...], seconds: float) -> dict[str, Any]:
    return {"certified": error, "seeds": list(seeds), "cpu_seconds": round(seconds, 1)}


def main() -> int:
    """Measure what is missing, write after each row, print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--largest", type=int, default=320)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--output", type=Path, default=DATA / "search_training.json")
    options = parser.parse_args()
    report: dict[str, Any] = {
        "source": f"benchmarks/permutation_search.py --largest {options.largest}: certified sup "
        "errors, best of the seeds",
        "targets": {name: list(entry) for name, entry in TARGETS.items()},
        "rows": {},
    }
    if options.output.exists():
        report["rows"] = json.loads(options.output.read_text(encoding="utf-8"))["rows"]
    for name, width, what in rows(options.largest):
        key = f"{name} {width} {what}"
        if key in report["rows"]:
            continue
        report["rows"][key] = measure(name, width, what, options.seeds)
        draft = options.output.with_name(options.output.name + ".tmp")
        draft.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        draft.replace(options.output)
        sys.stdout.write(f"{key}: {report['rows'][key]}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
