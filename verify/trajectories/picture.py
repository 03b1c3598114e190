"""What ``icebound trajectory`` draws: solution and network as bands, and their distance."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from verify.pictures import COLOURS, save
from verify.trajectories.results import TrajectoryResult

SMALLEST = 1e-12


def draw(result: TrajectoryResult, path: Path) -> Path:
    """Write the picture to ``path``; every band holds every start in the box."""
    from matplotlib.figure import Figure

    steps = np.arange(1, len(result.steps) + 1)
    figure = Figure(figsize=(10, 6.5), layout="constrained")
    orbit, error = figure.subplots(2, 1, sharex=True)
    for name, key, colour in (
        ("true solution", "truth", COLOURS["target"]),
        ("network", "output", COLOURS["trained"]),
    ):
        band = np.array([getattr(bound, key) for bound in result.steps])
        orbit.fill_between(steps, band[:, 0], band[:, 1], color=colour, alpha=0.35, lw=0)
        orbit.plot(steps, band.mean(axis=1), color=colour, lw=0.9, label=name)
    orbit.set_ylabel("x / standard deviation")
    orbit.set_title(f"{result.title}: starts in {result.starts}")
    low = np.maximum([bound.lower for bound in result.steps], SMALLEST)
    high = np.array([bound.upper for bound in result.steps])
    error.fill_between(
        steps, low, high, color=COLOURS["constructed"], alpha=0.4, lw=0.8,
        label="largest distance over the box: certified from both sides",
    )  # fmt: skip
    error.plot(steps, high, color=COLOURS["constructed"], lw=1.2)
    limit = result.request.threshold
    if high.max() > limit / 30:
        error.axhline(limit, color=COLOURS["lower"], ls=":", lw=2, label=f"threshold {limit:g}")
    error.set_yscale("log")
    error.set_ylim(bottom=max(SMALLEST, float(high.min()) / 30))
    error.set_ylabel("|network - solution|")
    error.set_xlabel("steps after the warm-up")
    if result.blow_up_at is not None:
        error.axvline(result.blow_up_at, color=COLOURS["lower"], lw=1.5, label="blow-up")
    for axes in (orbit, error):
        axes.grid(True, lw=0.3, alpha=0.5)
        axes.legend(fontsize=8, loc="best")
    return save(figure, path)
