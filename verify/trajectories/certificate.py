"""The bounds of a trajectory as a certificate of kind ``trajectory``."""

from __future__ import annotations

import hashlib

import numpy as np

from theory.rigor.balls import dyadic_text
from theory.rigor.numbers import exact_text
from theory.trajectories.fields import FIELDS
from verify.certificates import Certificate
from verify.display import shown_up
from verify.trajectories.results import TrajectoryResult

INPUTS = {"free": "output", "zero": "zero", "driven": "truth"}


def trajectory_certificate(result: TrajectoryResult) -> Certificate:
    """The first steps of ``result``, of which there is at least one, and the whole network."""
    request, task = result.request, result.request.task
    network = request.file.network
    errors = np.array([bound.upper for bound in result.steps])
    sides = " x ".join(f"[{exact_text(a)}, {exact_text(b)}]" for a, b in request.box)
    claim = (
        f"From every start in {sides} of {request.file.system}, the network of {network.width} "
        f"units stays within {shown_up(float(errors.max()), 6)} standard deviations of the true "
        f"solution for {len(errors)} steps after {task.warm} samples of warm-up."
    )
    frozen = {"W": network.W, "B": network.B, "C": network.C}
    inputs = {
        "system": request.file.system,
        "parameters": {
            name: exact_text(value) for name, value in FIELDS[request.file.system][1].items()
        },
        "step": exact_text(task.step),
        "scale": exact_text(task.scale),
        "delay": task.delay,
        "input": INPUTS[result.mode],
        "warm": task.warm,
        "steps": len(errors),
        "box": [exact_text(end) for side in request.box for end in side],
        "split": list(request.cuts),
        "units": network.width,
        "frozen": {
            name: hashlib.sha256(np.ascontiguousarray(values, dtype="<f8").tobytes()).hexdigest()
            for name, values in frozen.items()
        },
    }
    scalars = {
        "alpha": dyadic_text(network.alpha),
        "beta": dyadic_text(network.beta),
        "bits": str(result.bits),
    }
    arrays = {**frozen, "b": network.b, "start": network.start, "errors": errors}
    flat = {name: values.reshape(-1) for name, values in arrays.items()}
    return Certificate("trajectory", claim, "upper", float(errors.max()), inputs, scalars, flat)
