"""The dynamical systems that recurrent networks learn, integrated at a stated tolerance.

cosine      x'' = -x                                   one amplitude, any phase, every 0.1
vanderpol   x'' = mu (1 - x^2) x' - x, mu = 1          starts uniform on [-3, 3]^2, every 0.1
lorenz      x' = 10 (y - x), y' = x (28 - z) - y,      on the attractor, every 0.01
            z' = x y - (8/3) z

Networks see the coordinate x alone, divided by its standard deviation on the long run; time steps
are counted in samples.  DOP853 at rtol 1e-10 and atol 1e-12.  Source: note B4; arXiv 2407.00957.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.draws import FrozenDraw
from theory.errors import InputError

Array = NDArray[np.float64]
Field = Callable[[float, Array], Array]

METHOD, RTOL, ATOL = "DOP853", 1e-10, 1e-12
FAMILY = "dynamics-data"
MU, SIGMA, RHO, BETA = 1.0, 10.0, 28.0, 8.0 / 3.0
# Time that a start on the Lorenz box is given to reach the attractor.
SETTLING = 20.0
# Samples of a test trajectory.
TEST_SAMPLES = 1400


@dataclass(frozen=True)
class System:
    """An autonomous equation z' = field(t, z), what is seen of it and what is asked.

    ``delay``: the network foretells the value that many samples ahead; ``generates``: it then runs
    on its own output (the figure of merit is the free run), else it is judged with the true input.
    ``scale``: the standard deviation by which x is divided; ``period`` in samples, for reading.
    """

    name: str
    formula: str
    dimension: int
    step: float
    delay: int
    generates: bool
    scale: float
    period: float
    field: Field

    def starts(self, count: int, draw: FrozenDraw) -> Array:
        """``count`` initial states (count, dimension) from ``draw``."""
        u = draw.take((count, self.dimension))
        if self.name == "cosine":
            phase = np.pi * u[:, 0]
            return np.stack([np.cos(phase), -np.sin(phase)], axis=1)
        if self.name == "vanderpol":
            return np.asarray(3.0 * u)
        return np.asarray(u * np.array([10.0, 10.0, 10.0]) + np.array([0.0, 0.0, 25.0]))


def _oscillator(t: float, z: Array) -> Array:
    return np.array([z[1], -z[0]])


def _vanderpol(t: float, z: Array) -> Array:
    return np.array([z[1], MU * (1.0 - z[0] ** 2) * z[1] - z[0]])


def _lorenz(t: float, z: Array) -> Array:
    x, y, w = z
    return np.array([SIGMA * (y - x), x * (RHO - w) - y, x * y - BETA * w])


SYSTEMS = {
    system.name: system
    for system in (
        System("cosine", "x'' = -x", 2, 0.1, 1, True, 0.5**0.5, 20 * np.pi, _oscillator),
        System("vanderpol", "x'' = (1 - x^2) x' - x", 2, 0.1, 1, True, 1.4417, 66.6, _vanderpol),
        System(
            "lorenz",
            "x' = 10 (y - x), y' = x (28 - z) - y, z' = x y - 8/3 z",
            3,
            0.01,
            27,
            False,
            7.924,
            75.0,
            _lorenz,
        ),
    )
}


def system(name: str, *, argument: str = "SYSTEM") -> System:
    """The system with this name; raises InputError with the nearest known name."""
    if name in SYSTEMS:
        return SYSTEMS[name]
    near = difflib.get_close_matches(str(name), SYSTEMS, n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise InputError(argument, name, "unknown:", f"{', '.join(SYSTEMS)} are accepted{hint}")


def integrate(
    subject: System,
    start: Array,
    samples: int,
    *,
    method: str = METHOD,
    rtol: float = RTOL,
    atol: float = ATOL,
) -> Array:
    """All coordinates at times 0, step, 2 step, ...: (samples, dimension), from SciPy's solver.

    Raises InputError for fewer than 2 samples, ArithmeticError where the solver gives up.
    """
    from scipy.integrate import solve_ivp

    if samples < 2:
        raise InputError("samples", samples, "is", "an integer from 2 is accepted")
    times = np.arange(samples) * subject.step
    found = solve_ivp(
        subject.field, (0.0, times[-1]), start, method=method, t_eval=times, rtol=rtol, atol=atol
    )
    if not found.success:
        raise ArithmeticError(f"{subject.name}: the solver stopped: {found.message}")
    return np.asarray(found.y.T, dtype=np.float64)


def trajectories(subject: System, part: str, count: int, samples: int) -> Array:
    """x / scale along ``count`` trajectories, (count, samples); ``part`` names the draw of starts.

    The starts of "train", "validation" and "test" come from different streams.
    """
    draw = FrozenDraw(f"{FAMILY}-{subject.name}-{part}", 0)
    lead = round(SETTLING / subject.step) if subject.name == "lorenz" else 0
    rows = [
        integrate(subject, start, lead + samples)[lead:, 0] for start in subject.starts(count, draw)
    ]
    return np.stack(rows) / subject.scale
