"""How much kink frozen weights hold, against how much f' turns: why a draw can be too small.

The sum of |c w| over n drawn units has mean n R^2/4; f' cannot turn by more (B8).  The construction
needs it of the right sign in each half, so a sixteenth of n R^2 for each of the four (B2).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from numerics.bias.draw import BiasDraw
from numerics.bias.knots import Shape, middle, shape
from numerics.bias.parking import LEFT, RIGHT, Facing
from numerics.bias.pools import Pool
from numerics.networks import Array
from theory.targets.target import Target

# Kinks beyond these sizes are left unused: their slopes would not be exact in the fixed point.
SMALLEST_KINK = 2.0**-900
GROWTH = 1.1
SHAPE_WIDTH = 1024


def kinks_of(W: Array, C: Array) -> Array:
    """s = c |w| of every unit, 0 where it cannot be used; shape (n,)."""
    with np.errstate(over="ignore", under="ignore"):
        kinks = C * np.abs(W)
    usable = np.isfinite(kinks) & (np.abs(kinks) >= SMALLEST_KINK) & (W != 0.0)
    return np.where(usable, kinks, 0.0)


def free_pools(W: Array, C: Array) -> dict[Facing, Pool]:
    """The units of each facing as pools."""
    kinks = kinks_of(W, C)
    facings = {RIGHT: np.flatnonzero(W > 0.0), LEFT: np.flatnonzero(W < 0.0)}
    return {facing: Pool(kinks[units], units) for facing, units in facings.items()}


def split(form: Shape, W: Array, C: Array) -> float:
    """The middle that gives each half work in proportion to its units."""
    usable = kinks_of(W, C) != 0.0
    right, left = int((usable & (W > 0)).sum()), int((usable & (W < 0)).sum())
    return middle(form, max(left, 1) / (max(left, 1) + max(right, 1)))


def turning(form: Shape, centre: float) -> Mapping[Facing, tuple[float, float]]:
    """Rise and fall of f' in each half."""
    low, high = float(form.points[0]), float(form.points[-1])
    return {RIGHT: form.turning(centre, high), LEFT: form.turning(low, centre)}


def covered(form: Shape, W: Array, C: Array) -> float:
    """Kink available over kink needed, of the half and sign where it is least."""
    needed = turning(form, split(form, W, C))
    ratios = [np.inf]
    for facing, pool in free_pools(W, C).items():
        for have, want in zip(masses(pool), needed[facing], strict=True):
            if want > 0:
                ratios.append(have / want)
    return float(min(ratios))


def masses(pool: Pool) -> tuple[float, float]:
    """The sums of positive kinks and of |negative kinks|."""
    sizes = pool.sizes
    return float(sizes[sizes > 0].sum()), float(-sizes[sizes < 0].sum()) + 0.0


def sufficient_width(target: Target, draw: BiasDraw, least: int, most: int) -> int | None:
    """About the smallest width >= ``least`` at which this seed holds enough kink; None beyond most.

    Masses fluctuate from width to width, so the answer is good to some ten percent.
    """
    form, width = shape(target, SHAPE_WIDTH), least
    while width <= most:
        W, C = draw.weights(width)
        ratio = covered(form, W[:, 0], C[0])
        if ratio >= 1:
            return width
        # masses grow in proportion to the width: jump most of the way, never by less than a tenth
        width = max(round(width * GROWTH), round(0.9 * width / ratio) if ratio > 0 else 2 * width)
    return None
