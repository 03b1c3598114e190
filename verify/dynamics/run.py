"""One network trained and measured, and its files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from verify.dynamics.network_file import TrainedFile, write_trained
from verify.dynamics.request import DynamicsRequest
from verify.dynamics.results import DynamicsResult, Pair
from verify.files import write_text
from verify.progress import Progress

if TYPE_CHECKING:
    from numerics.dynamics.measures import Spectrum
    from numerics.dynamics.training import TrainedNetworks

# Eigenvalues of an n x n matrix take n^3: fewer states for wide networks.
SPECTRA, SPECTRA_WIDTH = 24, 256


def dynamics(
    request: DynamicsRequest, *, out: Path | None = None, progress: Progress | None = None
) -> DynamicsResult:
    """Train the network of ``request`` and measure it on test trajectories.

    With ``out``, an existing folder: ``checkpoint.pt`` (a run that was stopped goes on from it to
    the same result), ``network.npz``, ``history.csv`` and ``dynamics.png``.
    Raises InputError, also for a checkpoint of another run.
    """
    from numerics.dynamics.measures import spectrum
    from numerics.dynamics.training import train_many

    config = request.config
    trained = train_many(
        config,
        [request.seed],
        threshold=request.threshold,
        seconds=None if request.minutes is None else 60.0 * request.minutes,
        progress=progress,
        checkpoint=None if out is None else out / "checkpoint.pt",
    )
    closed = config.feedback and config.subject.delay == 1
    most = max(3, int(SPECTRA * min(1.0, (SPECTRA_WIDTH / config.units) ** 2)))
    pairs = zip((trained.before[0], trained.after[0]), trained.orbits, strict=True)
    before, after = (
        spectrum(network, orbit[:, 0], closed=closed, most=most) for network, orbit in pairs
    )
    notes = []
    if not trained.finished:
        notes.append(f"stopped after {trained.steps} of {config.steps} steps")
    if trained.stopped[0] is not None:
        notes.append(
            f"stopped at step {trained.stopped[0]} by a number that is not finite; "
            "kept: the best state before it"
        )
    subject = config.subject
    how = "generates x alone" if config.feedback else "generates x without input"
    if not subject.generates:
        how = f"foretells x {subject.delay} steps ahead"
    result = DynamicsResult(
        request=request,
        task=how,
        units=config.units,
        trained_parameters=trained.trained_parameters,
        r2=float(trained.r2[0]),
        teacher_forced_r2=float(trained.teacher.r2[0]),
        free_run_r2=float(trained.free.r2[0]),
        rmse=float((trained.free if subject.generates else trained.teacher).rmse[0]),
        horizon=float(np.median(trained.far.horizons[0])),
        horizons=tuple(trained.far.horizons[0].tolist()),
        horizon_limit=trained.far.length,
        period=subject.period,
        spectral_radius=Pair(before.radius, after.radius),
        largest_radius=Pair(before.largest, after.largest),
        lyapunov=Pair(before.lyapunov, after.lyapunov),
        spectra_sampled=len(after.eigenvalues),
        units_off=float(trained.units_off[0]),
        units_off_before=float(trained.units_off_before[0]),
        steps=trained.steps,
        finished=trained.finished and trained.stopped[0] is None,
        stopped_at=trained.stopped[0],
        seconds=trained.seconds,
        fingerprint=trained.fingerprint,
        notes=tuple(notes),
    )
    if out is None:
        return result
    return _write(result, trained, (before, after), out)


def _write(
    result: DynamicsResult,
    trained: TrainedNetworks,
    spectra: tuple[Spectrum, Spectrum],
    folder: Path,
) -> DynamicsResult:
    from dataclasses import replace

    from verify import pictures

    subject, config = trained.config.subject, trained.config
    file = write_trained(
        folder / "network.npz",
        TrainedFile(
            trained.after[0],
            trained.before[0].b,
            subject.name,
            subject.step,
            subject.scale,
            subject.delay,
            config.feedback,
            config.warm,
            config.gain,
            result.request.seed,
        ),
    )
    history = folder / "history.csv"
    lines = ["step,training_loss,validation_r2"]
    lines += [f"{int(row[0])},{row[1]!r},{row[2]!r}" for row in trained.history.tolist()]
    write_text(history, "\n".join(lines) + "\n")
    result = replace(result, network=file, history=history)
    if not pictures.available():
        note = "no picture: matplotlib is not installed"
        return replace(result, notes=(*result.notes, note))
    from verify.dynamics.picture import draw

    return replace(result, picture=draw(result, trained, spectra, folder / "dynamics.png"))
