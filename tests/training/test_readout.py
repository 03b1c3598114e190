"""The closed-form read-outs are optimal: every perturbation is worse, a linear program agrees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.optimize import linprog

from numerics.permutation.readout import least_squares, minimax

Array = NDArray[np.float64]
entries = st.integers(-1000, 1000).map(lambda k: k / 128)


def sup(h: Array, y: Array, fit: tuple[float, float]) -> float:
    return float(np.abs(fit[0] + fit[1] * h - y).max())


@st.composite
def samples(draw: st.DrawFn) -> tuple[Array, Array]:
    size = draw(st.integers(1, 30))
    return draw(arrays(float, size, elements=entries)), draw(arrays(float, size, elements=entries))


@given(samples())
def test_minimax_against_a_linear_program(sample: tuple[Array, Array]) -> None:
    h, y = sample
    ones = np.ones_like(h)
    above, below = np.stack([ones, h, -ones], axis=1), np.stack([-ones, -h, -ones], axis=1)
    program = linprog(
        [0.0, 0.0, 1.0],
        A_ub=np.concatenate([above, below]),
        b_ub=np.concatenate([y, -y]),
        bounds=[(None, None), (None, None), (0.0, None)],
    )
    assert program.status == 0
    assert abs(sup(h, y, minimax(h, y)) - program.fun) <= 1e-7


@given(samples(), st.floats(-1, 1), st.floats(-1, 1))
def test_perturbed_readouts_are_worse(
    sample: tuple[Array, Array], shift: float, stretch: float
) -> None:
    h, y = sample
    alpha, gamma = minimax(h, y)
    other = (alpha + shift, gamma + stretch)
    assert sup(h, y, other) >= sup(h, y, (alpha, gamma)) - 1e-12
    alpha, gamma = least_squares(h, y)
    best = ((alpha + gamma * h - y) ** 2).sum()
    worse = ((alpha + shift + (gamma + stretch) * h - y) ** 2).sum()
    # Pythagoras: the excess is the squared length of the perturbation, so optimality is strict.
    excess = ((shift + stretch * h) ** 2).sum()
    assert abs(worse - best - excess) <= 1e-9 * (1.0 + worse)


@given(samples())
def test_minimax_is_at_most_least_squares(sample: tuple[Array, Array]) -> None:
    h, y = sample
    assume(np.ptp(h) > 0)
    assert sup(h, y, minimax(h, y)) <= sup(h, y, least_squares(h, y)) + 1e-12


@pytest.mark.parametrize("fit", [least_squares, minimax])
def test_exact_cases(fit: object) -> None:
    h = np.linspace(-3.0, 2.0, 11)
    assert fit(h, 0.5 - 2.0 * h) == pytest.approx((0.5, -2.0), abs=1e-12)  # type: ignore[operator]
    assert fit(h, np.full(11, 7.0)) == pytest.approx((7.0, 0.0), abs=1e-12)  # type: ignore[operator]
    alpha, gamma = fit(np.full(4, 3.0), np.array([0.0, 1.0, 1.0, 2.0]))  # type: ignore[operator]
    assert (alpha, gamma) == (1.0, 0.0)


def test_minimax_equioscillates() -> None:
    """Chebyshev's line for x^2 on [0, 1]: x - 1/8, error 1/8."""
    x = np.linspace(0.0, 1.0, 1001)
    assert minimax(x, x**2) == pytest.approx((-0.125, 1.0), abs=1e-9)


@pytest.mark.parametrize("scale", [1e-150, 1.0, 1e150])
def test_scales(scale: float, rng: np.random.Generator) -> None:
    h, y = rng.normal(size=500), rng.normal(size=500)
    error = sup(h, y, minimax(h, y))
    alpha, gamma = minimax(h * scale, y)
    assert sup(h * scale, y, (alpha, gamma)) == pytest.approx(error, rel=1e-9)
