"""Points for units that jump: areas of half-planes, where products of Gauss rules are coarse."""

from __future__ import annotations

import numpy as np

from numerics.ridgelet.quadrature import Measure, box_measure, lattice_measure

SIDES = ((-1.0, 2.0), (0.5, 1.0))


def worst(measure: Measure) -> float:
    """Largest error of the area of {u + k v <= t}, |k| <= 1, by the formula for a trapezium."""
    low, high = np.array(SIDES).T
    u, v = ((measure.points - low) / (high - low)).T
    errors = []
    for k in np.linspace(-1, 1, 21):
        for t in np.linspace(-0.9, 1.9, 57):
            # int_0^1 clip(t - k v, 0, 1) dv on a fine grid: exact but for two corners
            fine = (np.arange(20_000) + 0.5) / 20_000
            area = np.clip(t - k * fine, 0, 1).mean()
            errors.append(abs(measure.weights @ (u + k * v <= t) - area))
    return max(errors)


def test_half_planes_have_their_areas() -> None:
    lattice = lattice_measure(SIDES)
    assert (lattice.points.min(axis=0) >= [-1.0, 0.5]).all()
    assert (lattice.points.max(axis=0) <= [2.0, 1.0]).all()
    assert abs(lattice.weights.sum() - 1) < 1e-12
    found = worst(lattice)
    assert found < 2e-3
    # 5184 points in rows and columns miss far more
    assert worst(box_measure(SIDES, 3)) > 5 * found
