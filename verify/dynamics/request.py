"""What ``icebound dynamics`` is asked for: checked when it is made, before any work."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from numerics.draws import check_seed
from theory.errors import InputError

if TYPE_CHECKING:
    from numerics.dynamics.config import DynamicsConfig

LARGEST_WIDTH = 4096
# The input scale and the steps of training: found by small experiments on other seeds.
INPUT_SCALES = {"cosine": 1.0, "vanderpol": 1.0, "lorenz": 3.0}
STEPS = {"cosine": 2000, "vanderpol": 3000, "lorenz": 4000}
# A small network whose weights all move wants smaller steps than biases do.
RATES = {"biases": 0.1, "all": 0.03}


@dataclass(frozen=True)
class DynamicsRequest:
    """A system by name, the width n (of the bias-only network) and the gain of its draw.

    ``train``: "biases", or "all" for the smaller network with about n trained numbers.
    ``leak`` a in (0, 1]: r_t = (1 - a) r + a relu(...), alpha = a - 1 and beta = a.
    ``threshold``: the error, in standard deviations of x, that ends the horizon, looked for over
    ``horizon`` steps of the free run.  ``steps`` of Adam, None for the default of the system;
    ``minutes``: stop after that time.
    Raises InputError.
    """

    system: str
    width: int
    gain: float = 1.5
    seed: int = 0
    train: str = "biases"
    feedback: bool = True
    leak: float = 0.5
    threshold: float = 0.4
    horizon: int = 1000
    steps: int | None = None
    minutes: float | None = None

    def __post_init__(self) -> None:
        from numerics.dynamics.measures import check_threshold
        from numerics.dynamics.systems import TEST_SAMPLES

        self.config.require_length(TEST_SAMPLES, reach=True)
        if self.width > LARGEST_WIDTH:
            accepted = f"an integer from 2 to {LARGEST_WIDTH} is accepted"
            raise InputError("--width", self.width, "out of range:", accepted)
        check_seed(self.seed)
        if not 0 < self.leak <= 1:
            raise InputError("--leak", self.leak, "out of range:", "0 < leak <= 1 is accepted")
        check_threshold(self.threshold)
        if self.minutes is not None and not (math.isfinite(self.minutes) and self.minutes > 0):
            raise InputError("--minutes", self.minutes, "is", "a positive number is accepted")

    @property
    def config(self) -> DynamicsConfig:
        """The record that training takes."""
        from numerics.dynamics.config import DynamicsConfig
        from numerics.dynamics.systems import system

        name = system(self.system).name
        rate = RATES.get(self.train, 0.1)
        return DynamicsConfig(
            name,
            self.width,
            self.gain,
            self.train,
            alpha=self.leak - 1.0,
            beta=self.leak,
            input_scale=INPUT_SCALES[name],
            feedback=self.feedback,
            reach=self.horizon,
            steps=STEPS[name] if self.steps is None else self.steps,
            rate=rate,
            last_rate=rate / 100,
        )
