"""Targets on [0,1] with known constants, and how the tests measure a network against them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from numerics.networks import Array
from numerics.permutation.construction import Construction, Sampler

UNIT = (Fraction(0), Fraction(1))
DOMAINS = (
    UNIT,
    (Fraction(-1), Fraction(1)),
    (Fraction(0), Fraction(1, 3)),
    (Fraction(-7, 3), Fraction(1000)),
)


@dataclass(frozen=True)
class Problem:
    """F on [0,1] with upper bounds of sup|F''|, its Lipschitz constant and total variation."""

    name: str
    function: Callable[[Array], Array]
    curvature: float
    lipschitz: float
    variation: float
    scale: float = 1.0

    def sampler(self, noise: float = 0.0, seed: int = 0) -> Sampler:
        """Float64 values, perturbed by at most ``noise``, with an honest error bound."""
        rng = np.random.default_rng(seed)

        def sample(points: Array) -> tuple[Array, float]:
            wobble = noise * rng.uniform(-1, 1, points.shape)
            return self.function(points) + wobble, noise + self.eta

        return sample

    @property
    def eta(self) -> float:
        return 2e-15 * (self.scale + self.lipschitz)


def measured_error(problem: Problem, built: Construction, extra: int = 4001) -> float:
    """max |F - g| over knots, the quarters of the cells and a uniform grid; float64."""
    n = built.network.width
    t = np.unique(np.concatenate([np.arange(4 * n - 3) / (4 * n - 4), np.linspace(0, 1, extra)]))
    a, length = built.network.locations[0], np.ptp(built.network.locations)
    return float(np.abs(built.network(a + length * t) - problem.function(t)).max())


def hinges(
    places: list[Fraction], p: list[Fraction], q: list[Fraction], t: list[Fraction]
) -> list[Fraction]:
    """sum p relu(t - b) + q relu(b - t) exactly, for sorted ``t`` and ``places``."""
    value = sum((v * (b - t[0]) for b, v in zip(places, q, strict=True)), Fraction(0))
    slope, at, values, i = -sum(q, Fraction(0)), t[0], [], 0
    for here in t:
        while i < len(places) and places[i] <= here:
            value += slope * (places[i] - at)
            at, slope = places[i], slope + p[i] + q[i]
            i += 1
        value += slope * (here - at)
        at = here
        values.append(value)
    return values


def allowance(bound: float, built: Construction) -> float:
    """What the measured error may be: bound + rounding, and float64 slack of the measurement."""
    slack = 1e-9 * bound + 1e-12 * (1 + abs(built.network.alpha) + built.gam)
    return bound + built.rounding + slack


def assert_within(problem: Problem, built: Construction, bound: float) -> None:
    assert built.network.is_permutation()
    error = measured_error(problem, built)
    assert error <= allowance(bound, built), (problem.name, built.network.width, error, bound)


def p8_bound(built: Construction, curvature: float) -> float:
    return (built.gam / 2 + curvature / 8) / (built.network.width - 1) ** 2


def p4_bound(built: Construction, lipschitz: float) -> float:
    k, d = built.details["k"], 1 / (built.network.width - 1)
    return 8 * k**2 * d**2 + 4 * lipschitz * k * d + 7 * d**2


def piecewise_quadratic(curvatures: list[float], slope: float, start: float = 0.0) -> Problem:
    """F'' = curvatures[j] on the j-th of equal cells, F'(0) = slope, F(0) = start."""
    bends = np.array(curvatures)
    cell = 1 / bends.size
    slopes = slope + cell * np.concatenate([[0.0], bends.cumsum()])
    means = (slopes[:-1] + slopes[1:]) / 2
    heights = start + cell * np.concatenate([[0.0], means.cumsum()])

    def function(t: Array) -> Array:
        j = np.minimum((t * bends.size).astype(int), bends.size - 1)
        s = t - j * cell
        return np.asarray(heights[j] + s * (slopes[j] + s * bends[j] / 2))

    steep = float(np.abs(slopes).max())
    name = f"quadratic{curvatures, slope}"
    scale = float(np.abs(heights).max()) + steep
    return Problem(name, function, float(np.abs(bends).max()), steep, steep, scale)


def zigzag(slopes: list[float], start: float = 0.0) -> Problem:
    """Piecewise linear on equal cells; curvature is meaningless (infinite)."""
    values = np.array(slopes)
    cell = 1 / values.size
    heights = start + cell * np.concatenate([[0.0], values.cumsum()])
    knots = np.linspace(0, 1, values.size + 1)
    steep, total = float(np.abs(values).max()), float(cell * np.abs(values).sum())
    scale = float(np.abs(heights).max())
    return Problem(
        f"zigzag{slopes}", lambda t: np.interp(t, knots, heights), np.inf, steep, total, scale
    )


TAU = 2 * np.pi
SMOOTH = (
    Problem("sine", lambda t: np.sin(TAU * t), TAU**2, TAU, 4.0),
    Problem("exp", np.exp, float(np.e), float(np.e), float(np.e) - 1, 3.0),
    Problem("square", lambda t: t * t, 2.0, 2.0, 1.0),
    Problem("cubic", lambda t: 4 * t**3 - 3 * t, 24.0, 9.0, 3.0),
    Problem("fast", lambda t: np.cos(40 * t), 1600.0, 40.0, 27.0),
    Problem("steep", lambda t: 1000 * t + np.sin(t), 1.0, 1001.0, 1001.0, 1001.0),
)

coordinates = st.floats(-1, 1, allow_nan=False, width=32)


@st.composite
def quadratics(draw: st.DrawFn) -> Problem:
    bends = draw(st.lists(st.sampled_from([-1.0, 1.0]) | coordinates, min_size=1, max_size=12))
    scale = draw(st.sampled_from([1e-3, 1.0, 37.5]))
    slope = draw(coordinates) * draw(st.sampled_from([0.0, 1.0, 30.0]))
    return piecewise_quadratic([scale * bend for bend in bends], scale * slope, draw(coordinates))


@st.composite
def zigzags(draw: st.DrawFn) -> Problem:
    slopes = draw(st.lists(st.sampled_from([-1.0, 1.0]) | coordinates, min_size=1, max_size=40))
    scale = draw(st.sampled_from([1e-3, 1.0, 37.5]))
    return zigzag([scale * slope for slope in slopes], draw(coordinates))


def widths(smallest: int, largest: int) -> st.SearchStrategy[int]:
    """All residues mod 4 and the smallest widths come up often."""
    near = st.integers(smallest, min(smallest + 15, largest))
    return near | st.integers(smallest, largest)
