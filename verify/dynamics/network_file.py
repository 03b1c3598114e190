"""The file of a trained recurrent network: all that is needed to run it again, and nothing else.

``network.npz``: float64 arrays ``W`` (n, n), ``B`` (n, 1), ``C`` (1, n), ``b`` (n,), the biases
before training ``initial_b`` (n,), the state at the start ``start`` (n,), and numbers ``alpha``,
``beta``, ``time_step`` (time between two samples), ``scale`` (x = scale * output), ``delay`` (the
output foretells the input of that many samples later), ``feedback`` (1: after the warm-up the input
is the output of ``delay`` samples ago; 0: it is 0), ``warm`` (samples of warm-up), ``gain``,
``seed``; and the text ``system``.  No pickles.  W, B and C are those of the draw of ``seed`` where
biases alone were trained.  Source: note B4.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from numerics.bias.recurrent import RecurrentNetwork
from numerics.dynamics.systems import system
from theory.errors import InputError
from verify.files import atomic_path
from verify.network_files import read_arrays, read_text

Array = NDArray[np.float64]
ARRAYS = ("W", "B", "C", "b", "start", "initial_b")
NUMBERS = (
    "alpha", "beta", "time_step", "scale", "delay", "feedback", "warm", "gain", "seed",
)  # fmt: skip


@dataclass(frozen=True)
class TrainedFile:
    """What the file holds; y_t = C r_t foretells x_{t-1+delay} / scale (see RecurrentNetwork)."""

    network: RecurrentNetwork
    initial_b: Array
    system: str
    time_step: float
    scale: float
    delay: int
    feedback: bool
    warm: int
    gain: float
    seed: int


def write_trained(path: Path, content: TrainedFile) -> Path:
    """Write ``content`` to ``path`` atomically; returns ``path``."""
    network = content.network
    arrays = {name: getattr(network, name) for name in ("W", "B", "C", "b", "start")}
    numbers = {name: float(getattr(content, name)) for name in NUMBERS[2:]}
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        np.savez(
            stream,
            allow_pickle=False,
            initial_b=content.initial_b,
            alpha=np.float64(network.alpha),
            beta=np.float64(network.beta),
            system=np.array(content.system),
            **arrays,
            **{name: np.float64(value) for name, value in numbers.items()},
        )
    return path


def read_trained(path: Path, *, argument: str = "--network") -> TrainedFile:
    """The network in ``path``.

    Raises InputError for a file that cannot be read, missing arrays, shapes that do not fit, an
    unknown system, and numbers that are not finite.
    """
    arrays = read_arrays(path, argument=argument, texts=("system",))
    missing = [name for name in (*ARRAYS, *NUMBERS) if name not in arrays]
    if missing:
        accepted = "a network.npz of 'icebound dynamics' is accepted"
        raise InputError(argument, ", ".join(missing), f"{path.name} lacks", accepted)
    for name in NUMBERS:
        if arrays[name].shape:
            shape = f"{name} {arrays[name].shape}"
            raise InputError(argument, shape, "has shape", "one number is accepted")
    numbers = {name: float(arrays[name]) for name in NUMBERS}
    for name in ("delay", "warm", "seed"):
        if numbers[name] < 0 or not numbers[name].is_integer():
            raise InputError(argument, f"{name} {numbers[name]}", "is", "an integer is accepted")
    n = arrays["b"].size
    wanted = {"W": (n, n), "B": (n, 1), "C": (1, n), "b": (n,), "start": (n,), "initial_b": (n,)}
    for name, size in wanted.items():
        if arrays[name].shape != size:
            found = f"{name} {arrays[name].shape}"
            raise InputError(argument, found, "has shape", f"{size} is accepted")
    network = RecurrentNetwork(
        arrays["W"],
        arrays["B"],
        arrays["C"],
        arrays["b"],
        arrays["start"],
        numbers["alpha"],
        numbers["beta"],
    )
    subject = system(read_text(path, "system", argument=argument), argument=argument)
    return TrainedFile(
        network,
        arrays["initial_b"],
        subject.name,
        numbers["time_step"],
        numbers["scale"],
        int(numbers["delay"]),
        bool(numbers["feedback"]),
        int(numbers["warm"]),
        numbers["gain"],
        int(numbers["seed"]),
    )
