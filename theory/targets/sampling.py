"""Values of a target at many points of the unit interval, each with the same proved error.

The constructions ask for F(u) = f(a + (b - a) u) at the n numbers i/(n-1), rounded to float64.
One ball evaluation each takes 2 us; the Taylor cells of the fast certifier give all of them in one
sweep, a few units in the last place worse.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from theory.rigor.balls import ball, float_up, working_precision
from theory.targets.cells import UNIT, Array, Cells, inner_ends
from theory.targets.enclosures import Profile
from theory.targets.taylor import all_good, taylor_cells

# Fewer points than this are evaluated in balls: it takes no longer than making the cells.
MANY = 8192
PRECISION = 96


def sampler(profile: Profile, many: int = MANY) -> Callable[[Array], tuple[Array, float]]:
    """``sample(points)`` -> (values, eta), |values_i - F(u)| <= eta where |u - points_i| <= 2^-54.

    ``points``: (m,) float64 in [0, 1]; 0 and 1 mean the ends themselves.  From ``many`` points on
    Taylor cells are used where f has them to full accuracy and a finite Lipschitz constant.  Raises
    InputError where f is not finite.
    """
    target = profile.target

    def sample(points: Array) -> tuple[Array, float]:
        if points.size >= many:
            slope, cells = profile.slope, taylor_cells(target)
            if slope.available and all_good(cells):
                return _by_cells(cells, slope.upper, points)
        values, eta = target.sample(points.tolist())
        return np.array(values), eta

    return sample


def _by_cells(cells: Cells, slope: float, points: Array) -> tuple[Array, float]:
    """f at floats near a + (b - a) u; ``slope`` bounds |F'|."""
    target = cells.target
    first, last = inner_ends(target)
    low, length = float(target.low), float(target.length)
    x = np.clip(low + length * points, first, last)
    if np.all(x[1:] >= x[:-1]):
        values = cells.value_ascending(x, cells.locate_ascending(x))
    else:
        values = cells.value(x, cells.locate(x))
    with working_precision(PRECISION):
        if target.low == 0 and target.length == 1:
            # x is the point itself
            shift = ball(UNIT / 2)
        else:
            # In units of 2^-53 s, s = max(|a|,|b|), b - a <= 2 s: u counts 1, rounding a 1 and
            # b - a 2, their product 2, the sum 2; the domain may end 1 after its last float.
            shift = 10 * UNIT * ball(max(abs(target.low), abs(target.high)))
        eta = ball(float(cells.value_error.max())) + ball(slope) / ball(target.length) * shift
        return values, float_up(eta)
