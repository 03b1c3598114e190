"""The bounds of a trajectory, cell by cell, and the files."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from numerics.dynamics.draws import frozen_matrices
from numerics.fingerprint import fingerprints
from theory.trajectories.distance import CellBounds, StepBound, cell_bounds, cells
from theory.trajectories.reach import BITS_PER_STEP
from verify.files import write_text
from verify.progress import Progress
from verify.trajectories.request import TrajectoryRequest
from verify.trajectories.results import TrajectoryResult

# Cells per coordinate that are tried at most, unless more are asked for.
MOST_CUTS = 8
# What precision alone may add to an output before more of it is taken, and how much at most.
ROUNDING, MOST_BITS = 1e-9, 24
# The bound that is shown leaves the checker, which rounds otherwise, this much room.
ROOM, FLOOR, SHORT = 2.0**-8, 2.0**-30, 24


def trajectory(
    request: TrajectoryRequest, *, out: Path | None = None, progress: Progress | None = None
) -> TrajectoryResult:
    """Bounds of |network - solution| at every step, for every start in the box.

    With ``out``, an existing folder: ``trajectory.json`` (the certificate), ``trajectory.csv`` and
    ``trajectory.png``.  A blow-up is an outcome.  Raises InputError.
    """
    begin = time.monotonic()
    task, weights = request.task, request.weights
    boxes = list(cells(request.box, request.cuts))
    bits, found = BITS_PER_STEP, list[CellBounds]()
    while len(found) < len(boxes):
        number = len(found)

        def report(done: int, total: int, number: int = number) -> None:
            if progress is not None:
                name = f"cell {number + 1} of {len(boxes)}, step {done} of {total}"
                progress(number * total + done, len(boxes) * total, name)

        bounds = cell_bounds(task, weights, boxes[number], bits=bits, progress=report)
        if bounds.rounding > ROUNDING and bits < MOST_BITS:
            # one precision for all cells, as the certificate says
            bits, found = 2 * bits, []
            continue
        found.append(bounds)
    result = _joined(request, found, bits)
    result = replace(result, seconds=time.monotonic() - begin)
    return result if out is None else _write(result, out)


def refined(
    request: TrajectoryRequest, *, out: Path | None = None, progress: Progress | None = None
) -> TrajectoryResult:
    """The same with 1, 2, 4, ... cells per coordinate until every step has a bound.

    A coordinate that is known exactly is not cut.  Where no try is enough the last one is the
    result.  Raises InputError.
    """
    cuts = 1
    while True:
        split = tuple(cuts if low < high else 1 for low, high in request.box)
        result = trajectory(replace(request, split=split), progress=progress)
        if result.blow_up_at is None or cuts >= MOST_CUTS or max(split) < cuts:
            return result if out is None else _write(result, out)
        cuts *= 2


def _joined(request: TrajectoryRequest, found: list[CellBounds], bits: int) -> TrajectoryResult:
    last = min(len(bounds.steps) for bounds in found)
    steps = tuple(_worst([bounds.steps[t] for bounds in found]) for t in range(last))
    stopped = [b for b in found if b.stopped is not None]
    first = min(stopped, key=lambda b: b.stopped or 0, default=None)
    file = request.file
    network = file.network
    return TrajectoryResult(
        request=request,
        steps=steps,
        blow_up_at=None if first is None else first.stopped,
        reason=None if first is None else first.reason,
        symbols=max(b.symbols for b in found),
        open_units=max(b.open_units for b in found),
        bits=bits,
        fingerprint=fingerprints({name: getattr(network, name) for name in "WBCb"}),
        as_drawn=_as_drawn(request),
        seconds=0.0,
    )


def _worst(bounds: list[StepBound]) -> StepBound:
    lower, upper = max(b.lower for b in bounds), max(b.upper for b in bounds)
    truths, outputs = [b.truth for b in bounds], [b.output for b in bounds]
    room = _short_above(upper + (upper - lower) * ROOM + FLOOR)
    return StepBound(lower, room, _around(truths), _around(outputs))


def _short_above(value: float) -> float:
    """The least float of ``SHORT`` bits that is greater: it survives other roundings elsewhere."""
    mantissa, exponent = math.frexp(value)
    return math.ldexp(math.floor(math.ldexp(mantissa, SHORT)) + 1, exponent - SHORT)


def _around(intervals: list[tuple[float, float]]) -> tuple[float, float]:
    return min(low for low, _ in intervals), max(high for _, high in intervals)


def _as_drawn(request: TrajectoryRequest) -> bool:
    """Whether W, B and C are bit by bit those of the seed."""
    from verify.dynamics.request import INPUT_SCALES

    file = request.file
    if file.network.width < 2 or not file.gain > 0:
        return False
    drawn = frozen_matrices(
        file.network.width, file.gain, file.seed, input_scale=INPUT_SCALES[file.system]
    )
    return all(np.array_equal(getattr(drawn, name), getattr(file.network, name)) for name in "WBC")


def _write(result: TrajectoryResult, folder: Path) -> TrajectoryResult:
    from verify import pictures
    from verify.trajectories.certificate import trajectory_certificate

    if not result.steps:
        return result
    certificate = trajectory_certificate(result).write(folder / "trajectory.json")
    table = folder / "trajectory.csv"
    lines = ["step,error_low,error_high,true_low,true_high,network_low,network_high"]
    for t, bound in enumerate(result.steps, 1):
        values = (bound.lower, bound.upper, *bound.truth, *bound.output)
        lines.append(",".join([str(t), *map(repr, values)]))
    write_text(table, "\n".join(lines) + "\n")
    result = replace(result, certificate=certificate, table=table)
    if not pictures.available():
        note = "no picture: matplotlib is not installed"
        return replace(result, notes=(*result.notes, note))
    from verify.trajectories.picture import draw

    return replace(result, picture=draw(result, folder / "trajectory.png"))
