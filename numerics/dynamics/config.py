"""What is trained on which system and how: one record, checked when it is made."""

from __future__ import annotations

import math
from dataclasses import dataclass

from numerics.dynamics.draws import check_gain, check_width
from numerics.dynamics.module import TRAIN
from numerics.dynamics.systems import System, system
from theory.errors import InputError


@dataclass(frozen=True)
class DynamicsConfig:
    """One network to train; its biases alone, or all of a smaller network of about n numbers.

    ``system``, ``width`` n, ``gain`` g, ``train`` "biases" or "all" (see ``units``).
    r_t = -alpha r + beta relu(...): alpha = -1/2, beta = 1/2 is a leak of one half.
    ``warm``, ``free``, ``judged``: steps on the data, then on the own output in training, then in
    validation and test; the first ``unjudged`` steps of a window do not count.  ``windows`` per
    step and seed; ``rate`` falls geometrically to ``last_rate``; ``clip`` bounds the norm of the
    gradient.  Without ``feedback`` the input after the warm-up is 0.  ``reach``: steps of the free
    run that measures the horizon.  ``lags``: one input per entry, so many samples older than the
    newest; (0,) is a network that sees x alone.  Raises InputError.
    """

    system: str
    width: int
    gain: float = 1.5
    train: str = "biases"
    alpha: float = -0.5
    beta: float = 0.5
    input_scale: float = 1.0
    feedback: bool = True
    lags: tuple[int, ...] = (0,)
    steps: int = 2000
    windows: int = 8
    warm: int = 40
    free: int = 60
    judged: int = 200
    reach: int = 1000
    unjudged: int = 20
    rate: float = 0.1
    last_rate: float = 1e-3
    clip: float = 1.0
    validate_every: int = 50

    def __post_init__(self) -> None:
        system(self.system)
        check_width(self.width)
        check_gain(self.gain)
        if self.train not in TRAIN:
            raise InputError("--train", self.train, "unknown:", "biases or all is accepted")
        least = (
            ("--steps", self.steps, 1),
            ("windows", self.windows, 1),
            ("warm", self.warm, 1),
            ("free", self.free, 1),
            ("judged", self.judged, 1),
            ("--horizon", self.reach, 1),
            ("unjudged", self.unjudged, 0),
            ("validate_every", self.validate_every, 1),
        )
        for name, count, low in least:
            if isinstance(count, bool) or not isinstance(count, int) or count < low:
                raise InputError(name, count, "is", f"an integer from {low} is accepted")
        if not self.lags or any(isinstance(lag, bool) or lag < 0 for lag in self.lags):
            raise InputError("lags", self.lags, "are", "integers from 0 are accepted")
        if self.unjudged >= self.window:
            raise InputError("unjudged", self.unjudged, "is", f"below {self.window} is accepted")
        for name, rate in (
            ("rate", self.rate),
            ("last_rate", self.last_rate),
            ("clip", self.clip),
            ("input_scale", self.input_scale),
        ):
            if not (math.isfinite(rate) and rate > 0):
                raise InputError(name, rate, "is", "a positive finite number is accepted")
        for name, scalar in (("alpha", self.alpha), ("beta", self.beta)):
            if not math.isfinite(scalar):
                raise InputError(name, scalar, "is", "a finite number is accepted")

    @property
    def subject(self) -> System:
        """The system by its name."""
        return system(self.system)

    @property
    def window(self) -> int:
        """Steps of a training window."""
        return self.warm + self.free

    @property
    def units(self) -> int:
        """Units of the network: n, or with "all" the m for which m^2 + 3 m is nearest to n.

        W (m, m), B (m, 1), C (1, m) and b (m,) are m^2 + 3 m numbers.
        """
        if self.train == "biases":
            return self.width
        root = max(2, math.isqrt(self.width))
        sizes = range(max(2, root - 3), root + 1)
        return min(sizes, key=lambda m: abs(m * m + 3 * m - self.width))

    def require_length(self, samples: int, *, reach: bool = False) -> None:
        """Raises InputError when trajectories of ``samples`` are too short for a window.

        ``reach``: also for the free run that measures the horizon.
        """
        most = samples - self.subject.delay - self.warm - max(self.lags)
        wanted = [("judged", self.judged), *([("--horizon", self.reach)] if reach else [])]
        for name, steps in wanted:
            if steps > most:
                accepted = (
                    f"at most {most} steps are accepted: the trajectories have {samples} samples"
                )
                raise InputError(name, steps, "longer than the data:", accepted)
