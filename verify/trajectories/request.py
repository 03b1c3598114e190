"""What ``icebound trajectory`` is asked for: checked when it is made, before any work."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from numerics.dynamics.systems import system
from theory.errors import InputError
from theory.trajectories.distance import MOST_CELLS, Task
from theory.trajectories.fields import field
from theory.trajectories.reach import Weights
from theory.trajectories.tube import Box, check_box
from verify.dynamics.network_file import TrainedFile

LARGEST_STEPS = 10_000
DEFAULT_THRESHOLD = 0.4


@dataclass(frozen=True)
class TrajectoryRequest:
    """A trained network, a box of initial states z(0) and a number of steps after the warm-up.

    ``box``: (low, high) per coordinate of the system, in its own units; ``split``: cells per
    coordinate; ``warm``: None for the warm-up in the file; ``driven``: the true samples go in at
    every step, None where that is how the system is judged (Lorenz).  ``threshold``: a distance in
    standard deviations of x.  Raises InputError.
    """

    file: TrainedFile
    box: Box
    steps: int
    split: tuple[int, ...] = ()
    warm: int | None = None
    driven: bool | None = None
    threshold: float = DEFAULT_THRESHOLD

    def __post_init__(self) -> None:
        check_box(self.box, field(self.file.system).dimension, argument="--box")
        if self.split and len(self.split) != len(self.box):
            found = ",".join(map(str, self.split))
            accepted = f"one integer, or {len(self.box)} of them, is accepted"
            raise InputError("--split", found, "has another length:", accepted)
        if any(part < 1 for part in self.split) or math.prod(self.cuts) > MOST_CELLS:
            found = ",".join(map(str, self.split))
            raise InputError("--split", found, "makes", f"1 to {MOST_CELLS} cells are accepted")
        if self.steps > LARGEST_STEPS or self.task.warm > LARGEST_STEPS:
            most = max(self.steps, self.task.warm)
            raise InputError("--steps", most, "is", f"at most {LARGEST_STEPS} is accepted")
        if not (math.isfinite(self.threshold) and self.threshold > 0):
            accepted = "a positive number is accepted"
            raise InputError("--threshold", self.threshold, "is", accepted)
        _ = self.weights

    @property
    def cuts(self) -> tuple[int, ...]:
        """Cells per coordinate."""
        return self.split or (1,) * len(self.box)

    @property
    def task(self) -> Task:
        """The statement; time step and scale are the shortest decimals of the file's floats."""
        file = self.file
        driven = not system(file.system).generates if self.driven is None else self.driven
        return Task(
            field(file.system),
            Fraction(repr(file.time_step)),
            Fraction(repr(file.scale)),
            file.delay,
            file.warm if self.warm is None else self.warm,
            self.steps,
            driven,
            file.feedback,
        )

    @property
    def weights(self) -> Weights:
        """The network's numbers; they are exact."""
        network = self.file.network
        return Weights(
            network.W.tolist(),
            network.B[:, 0].tolist(),
            network.C[0].tolist(),
            network.b.tolist(),
            network.start.tolist(),
            network.alpha,
            network.beta,
        )
