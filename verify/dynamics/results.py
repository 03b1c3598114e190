"""The record of ``icebound dynamics``: measured figures only, each under its own name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verify import results
from verify.dynamics.request import DynamicsRequest


@dataclass(frozen=True)
class Pair:
    """A figure before and after training; None where it is not defined."""

    before: float | None
    after: float | None


@dataclass(frozen=True)
class DynamicsResult:
    """One trained network, measured on test trajectories.

    ``r2``: of the task: the free run for cosine and van der Pol, the forecast for Lorenz.
    ``horizon``: median number of free-running steps until the error exceeds the threshold, over
    ``horizons``' windows; ``horizon_limit`` steps were judged, so that a median of that size says
    "at least".  ``spectral_radius``: mean over states of the largest |eigenvalue| of the Jacobian
    of a step along the true orbit; ``lyapunov``: growth per step of a perturbation there.
    ``units_off``: share of units that are 0 on every test orbit.
    """

    request: DynamicsRequest
    task: str
    units: int
    trained_parameters: int
    r2: float
    teacher_forced_r2: float
    free_run_r2: float
    rmse: float
    horizon: float
    horizons: tuple[float, ...]
    horizon_limit: int
    period: float
    spectral_radius: Pair
    largest_radius: Pair
    lyapunov: Pair
    spectra_sampled: int
    units_off: float
    units_off_before: float
    steps: int
    finished: bool
    stopped_at: int | None
    seconds: float
    fingerprint: dict[str, str]
    network: Path | None = None
    history: Path | None = None
    picture: Path | None = None
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The JSON object of the command line."""
        request = self.request
        document = {
            "system": request.system,
            "width": request.width,
            "gain": request.gain,
            "seed": request.seed,
            "train": request.train,
            "feedback": request.feedback,
            "leak": request.leak,
            "status": "measured",
            "task": self.task,
            "units": self.units,
            "trained_parameters": self.trained_parameters,
            "r2": self.r2,
            "teacher_forced_r2": self.teacher_forced_r2,
            "free_run_r2": self.free_run_r2,
            "rmse": self.rmse,
            "horizon": self.horizon,
            "horizon_limit": self.horizon_limit,
            "horizon_reached_end": self.horizon >= self.horizon_limit,
            "threshold": request.threshold,
            "period": self.period,
            "spectral_radius": self.spectral_radius,
            "largest_radius": self.largest_radius,
            "lyapunov": self.lyapunov,
            "spectra_sampled": self.spectra_sampled,
            "units_off": self.units_off,
            "units_off_before": self.units_off_before,
            "steps": self.steps,
            "finished": self.finished,
            "stopped_at": self.stopped_at,
            "seconds": self.seconds,
            "fingerprint": self.fingerprint,
            "network": self.network,
            "history": self.history,
            "picture": self.picture,
            "notes": self.notes,
        }
        converted: dict[str, Any] = results.as_json(document)
        return converted

    def rows(self) -> list[tuple[str, str]]:
        """Figure and value, as people read them."""
        beyond = ">= " if self.horizon >= self.horizon_limit else ""
        limit = f"until |error| > {self.request.threshold:g} standard deviations"
        periods = f"{self.horizon / self.period:.2f} periods"
        return [
            ("task", self.task),
            ("trained parameters", f"{self.trained_parameters} of {self.units} units"),
            ("R^2", f"{self.r2:.5f}"),
            ("R^2, teacher forcing", f"{self.teacher_forced_r2:.5f}"),
            ("R^2, free run", f"{self.free_run_r2:.5g}"),
            ("horizon", f"{beyond}{self.horizon:g} steps ({periods}), {limit}"),
            ("spectral radius", _arrow(self.spectral_radius)),
            ("growth per step", _arrow(self.lyapunov)),
            ("units off", f"{self.units_off_before:.1%} -> {self.units_off:.1%}"),
            ("steps, seconds", f"{self.steps}, {self.seconds:.1f}"),
        ]

    @property
    def title(self) -> str:
        """System, width, gain, seed and what is trained."""
        request = self.request
        learned = "biases" if request.train == "biases" else "all parameters"
        return (
            f"{request.system}: {learned} of {self.units} recurrent units, gain {request.gain:g}, "
            f"seed {request.seed} (measured)"
        )

    def _repr_html_(self) -> str:
        from verify.html_tables import html_table

        return html_table(self.title, ("figure", "value"), self.rows())


def _arrow(pair: Pair) -> str:
    shown = ["-" if end is None else f"{end:.4f}" for end in (pair.before, pair.after)]
    return " -> ".join(shown)
