"""The picture of a run: the orbit beside the network's, the error, the spectra."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from verify.dynamics.results import DynamicsResult
from verify.pictures import COLOURS, save

if TYPE_CHECKING:
    from numerics.dynamics.measures import Spectrum
    from numerics.dynamics.training import TrainedNetworks


def draw(
    result: DynamicsResult,
    trained: TrainedNetworks,
    spectra: tuple[Spectrum, Spectrum],
    path: Path,
) -> Path:
    """Write the picture to ``path``: first test window, its errors, eigenvalues along the orbit."""
    from matplotlib.figure import Figure

    truth, teacher, free = trained.example
    time = np.arange(len(truth))
    figure = Figure(figsize=(11, 7), layout="constrained")
    panels = figure.subplot_mosaic([["orbit", "orbit"], ["error", "spectra"]])
    orbit, error, plane = panels["orbit"], panels["error"], panels["spectra"]
    orbit.plot(time, truth, color=COLOURS["target"], lw=3, alpha=0.35, label="true")
    reach = 1.6 * float(np.abs(truth).max())
    for name, values, key in (
        ("own output fed back", free, "trained"),
        ("teacher forcing", teacher, "constructed"),
    ):
        # an output that escapes would flatten everything else
        inside = np.where(np.isfinite(values) & (np.abs(values) <= reach), values, np.nan)
        orbit.plot(time, inside, color=COLOURS[key], lw=1.1, label=name)
        with np.errstate(over="ignore", invalid="ignore"):
            gap = np.clip(np.nan_to_num(np.abs(values - truth), nan=1e3), 1e-8, 1e3)
        error.semilogy(time, gap, color=COLOURS[key], lw=0.9, label=name)
    threshold = result.request.threshold
    error.axhline(threshold, color=COLOURS["lower"], ls=":", lw=2, label=f"threshold {threshold:g}")
    error.set_ylabel("|error| in standard deviations")
    orbit.set_ylabel("x / standard deviation")
    orbit.set_title(result.title)
    for axes in (orbit, error):
        axes.set_xlabel("steps after the warm-up")
    angle = np.linspace(0.0, 2.0 * np.pi, 200)
    plane.plot(np.cos(angle), np.sin(angle), color=COLOURS["target"], lw=0.8, label="unit circle")
    for spectrum, name, key in (
        (spectra[0], "before", "predicted"),
        (spectra[1], "after", "trained"),
    ):
        values_ = spectrum.eigenvalues.ravel()
        plane.plot(values_.real, values_.imag, ".", ms=2, alpha=0.5, color=COLOURS[key], label=name)
    plane.set_aspect("equal")
    plane.set_title("eigenvalues of the Jacobian along the true orbit")
    for axes in (orbit, error, plane):
        axes.grid(True, lw=0.3, alpha=0.5)
        axes.legend(fontsize=8, loc="best")
    return save(figure, path)
