"""What the plans for 10^9 locations and for 10^6 claims rest on: measured parts, and a simulation.

    python -m benchmarks.plans

Prints the cost of each part at sizes that fit this machine, per location and per claim, and the
time that a driver with many workers takes for 10^6 claims (event simulation, times of a sweep).
"""

from __future__ import annotations

import argparse
import heapq
import json
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.goals import seconds
from benchmarks.problems import SINE
from numerics.permutation.construction import sample_at
from numerics.permutation.feedback import feedback_kinks
from numerics.permutation.kinks import build_kinks
from numerics.permutation.realise import realise
from theory.targets.enclosures import Profile
from theory.targets.sampling import sampler
from verify.certificates import upper_certificate
from verify.certify.sup import certify_sup
from verify.checker import check_file
from verify.sweep.cells import Outcome
from verify.sweep.config import canonical, parse_config
from verify.sweep.store import Store

LOCATIONS, ROWS = 1_000_000, 20_000
BEYOND = (10_000_000, 100_000_000, 1_000_000_000)
WORKERS = (16, 128, 1024)
CLAIMS = 1_000_000
CONFIG = """
[sweep]
name = "plan"

[[claims]]
family = "permutation"
target = "sin(2*pi*x)"
width = { from = 20, to = 100019, step = 1 }
train = false
"""


def timed(name: str, unit: str, count: int, call: Callable[[], object]) -> float:
    """Print and return the CPU seconds of a part for each of ``count`` items."""
    cost = min(seconds(call) for _ in range(3)) / count
    print(f"| {name} | {cost * 1e9:.3g} ns per {unit} |")
    return cost


def locations() -> None:
    """The parts of P8, its certification and its check, and where float64 ends."""
    profile = Profile(SINE)
    sample, domain, bend = sampler(profile), (SINE.low, SINE.high), profile.curvature.upper
    n = LOCATIONS
    print("| part | cost |\n|---|---|")
    timed("values of f", "location", n, lambda: sample_at(sample, np.arange(n), n - 1))
    values = sample_at(sample, np.arange(n), n - 1).values
    unit = bend / (n - 1) ** 2
    levels = (values - values[0]) / unit
    timed("feedback", "location", n, lambda: feedback_kinks(levels))
    kinks = feedback_kinks(levels).kinks
    timed("realisation", "location", n, lambda: realise(kinks))
    build = lambda: build_kinks(sample, n, domain, curvature=bend)  # noqa: E731
    timed("the whole construction", "location", n, build)
    made = build()
    start = time.process_time()
    error = certify_sup(made.network, SINE)
    print(
        f"| exact certification | {(time.process_time() - start) / n * 1e9:.3g} ns per location |"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = upper_certificate(made.network, SINE, error.upper).write(Path(folder) / "u.json")
        start = time.process_time()
        assert check_file(path).status == "PROVED"
        print(f"| check | {(time.process_time() - start) / n * 1e9:.3g} ns per location |")
    keys = np.random.default_rng(0).random(10 * n)
    timed("sort in memory", "number", 10 * n, lambda: np.sort(keys))
    print(f"\nrounding term at n = {n}: {made.rounding:.3g}")
    for width in BEYOND:
        print(f"bound of P8 at n = {width:.0e}: {0.625 * bend / (width - 1) ** 2:.3g}")


def outcome(key: str) -> Outcome:
    """About as much as a permutation sandwich without training stores."""
    figures = {"lower": 1e-6, "constructed": 2e-5, "predicted": 3e-5}
    result = {"alternatives": [{"theorem": "P8", "value": 1e-5, "reason": "x" * 80}] * 6}
    return Outcome(key, "done", "PROVED", None, 0.1, result, figures, host="host", pid=1)


def claims() -> float:
    """The driver's cost of a claim: reading the grid, database, file; returns seconds."""
    tracemalloc.start()
    start = time.process_time()
    config = parse_config(CONFIG, Path("plan.toml"))
    count = len(config.claims)
    spent, (_, peak) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"reading a grid of {count} claims: {spent:.3g} s, {peak / 1e6:.3g} MB")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sweep.db"
        with Store(path) as store:
            request = canonical({"target": "sin(2*pi*x)", "width": "320", "domain": "0,1"})
            start, wall = time.process_time(), time.monotonic()
            for number in range(ROWS):
                key = f"{number:064d}"
                store.begin(key, "permutation", request, "v" * 64)
                store.finish(outcome(key), ("upper.json", "lower-knots.json"))
            cost, wall = (time.process_time() - start) / ROWS, (time.monotonic() - wall) / ROWS
        size = path.stat().st_size / ROWS
    print(f"database: {cost * 1e6:.3g} us CPU, {wall * 1e6:.3g} us, {size:.4g} bytes a claim")
    return wall


def simulate(durations: np.ndarray, driver: float, workers: int, total: int) -> tuple[float, float]:
    """Makespan and use of the workers: one driver that serves requests as they arrive."""
    random = np.random.default_rng(0)
    drawn = random.choice(durations, total)
    free = [0.0] * workers
    ready, busy = 0.0, 0.0
    for duration in drawn.tolist():
        start = max(heapq.heappop(free), ready)
        # handing out and storing take the driver's time, one claim after the other
        ready = max(ready, start) + driver
        heapq.heappush(free, start + duration)
        busy += duration
    end = max(free)
    return end, busy / (end * workers)


def main() -> None:
    """Both plans."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sweep", type=Path, help="JSON of `icebound sweep --json`: claim times")
    options = parser.parse_args()
    locations()
    driver = claims()
    durations = np.full(1, 0.1)
    if options.sweep is not None:
        document = json.loads(options.sweep.read_text(encoding="utf-8"))
        durations = np.array([entry["seconds"] for entry in document["results"]])
    print(f"claims take {durations.mean():.3g} s on average, at most {durations.max():.3g} s")
    for workers in WORKERS:
        end, use = simulate(durations, driver, workers, CLAIMS)
        print(f"{CLAIMS} claims, {workers} workers: {end / 3600:.3g} h, workers {use:.0%} busy")


if __name__ == "__main__":
    main()
