"""Small recurrent networks, their file, and what they do in floats and in exact arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from numerics.bias.recurrent import RecurrentNetwork
from numerics.dynamics.draws import frozen_matrices
from numerics.dynamics.systems import system
from theory.trajectories.reach import Weights
from verify.dynamics.network_file import TrainedFile, write_trained

Array = NDArray[np.float64]


def network(width: int, seed: int, *, gain: float = 0.8) -> RecurrentNetwork:
    """A leaky network of the stream of ``seed``; tame enough to run for a long time."""
    draw = frozen_matrices(max(2, width), gain, seed)
    n = slice(0, width)
    return RecurrentNetwork(
        draw.W[n, n], 0.5 * draw.B[n], 0.3 * draw.C[:, n], draw.b[n], np.zeros(width), -0.5, 0.5
    )


def weights(found: RecurrentNetwork) -> Weights:
    return Weights(
        found.W.tolist(), found.B[:, 0].tolist(), found.C[0].tolist(), found.b.tolist(),
        found.start.tolist(), found.alpha, found.beta,
    )  # fmt: skip


def content(name: str, width: int = 6, seed: int = 0) -> TrainedFile:
    subject = system(name)
    found = network(width, seed)
    return TrainedFile(
        found, found.b, name, subject.step, subject.scale, subject.delay, True, 40, 0.8, seed
    )


def file(folder: Path, name: str, width: int = 6, seed: int = 0) -> Path:
    return write_trained(folder / "network.npz", content(name, width, seed))


def simulated(
    found: RecurrentNetwork, truth: Array, *, warm: int, steps: int, delay: int, mode: str
) -> Array:
    """Signed errors (steps,) of the network on the samples ``truth`` (in its own unit), floats."""
    r, outputs, errors = found.start, list[float](), []
    for t in range(warm + steps):
        if mode == "driven" or t < warm:
            x = truth[t]
        else:
            x = outputs[t - delay] if mode == "free" else 0.0
        r = -found.alpha * r + found.beta * np.maximum(found.W @ r + found.B[:, 0] * x + found.b, 0)
        outputs.append(float(found.C[0] @ r))
        if t >= warm:
            errors.append(outputs[-1] - truth[t + delay])
    return np.array(errors)


def exact_outputs(
    numbers: Weights, inputs: Callable[[int, Sequence[Fraction]], Fraction], steps: int
) -> list[Fraction]:
    """y_1 .. y_steps in rationals; ``inputs(t, outputs so far)`` is x_t."""
    W = [[Fraction(value) for value in row] for row in numbers.W]
    B, C, b, r = (
        [Fraction(value) for value in row]
        for row in (numbers.B, numbers.C, numbers.b, numbers.start)
    )
    alpha, beta = Fraction(numbers.alpha), Fraction(numbers.beta)
    outputs: list[Fraction] = []
    for t in range(steps):
        x = inputs(t, outputs)
        fields = [
            sum(w * v for w, v in zip(row, r, strict=True)) + e * x + c
            for row, e, c in zip(W, B, b, strict=True)
        ]
        r = [-alpha * v + beta * max(f, Fraction(0)) for v, f in zip(r, fields, strict=True)]
        outputs.append(sum((c * v for c, v in zip(C, r, strict=True)), Fraction(0)))
    return outputs
