"""Property tests of a construction of one's own: copy this file and put your own network in it.

python -m pytest examples/test_my_construction.py
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from verify.strategies import targets, units, widths
from verify.testing import ConstructionTests, check_construction, frozen


def broken_line(target, width, cells=None):
    """Arrays W, b, C and an offset: the relu network through f at equidistant points."""
    cells = width if cells is None else cells
    low, high = float(target.low), float(target.high)
    x = np.array([low + (high - low) * k / cells for k in range(cells + 1)])
    f = np.array([float(target.value(Fraction(point)).mid()) for point in x.tolist()])
    slopes = np.diff(f) / np.diff(x)
    kinks = np.concatenate([slopes[:1], np.diff(slopes), np.zeros(width - cells)])
    places = np.concatenate([x[:-1], np.full(width - cells, high)])
    return {"W": np.ones(width), "b": -places, "C": kinks, "offset": f[0]}


# a function: |f - g| <= M2/(8 n^2), with 1e-10 for what rounding may cost
@check_construction(
    bound=lambda profile, n: profile.curvature.upper / (8 * n * n),
    targets=targets(smoothness="smooth"),
    widths=units(min_value=2, max_value=40),
    slack=1e-10,
    examples=15,
)
def test_broken_line(target, width):
    """The construction itself; the decorator makes it a test without arguments."""
    return broken_line(target, width)


class TestPowersOfTwo(ConstructionTests):
    """A class, one test for each claim: here frozen weights, and a bound with half of the cells."""

    targets = targets(smoothness="smooth", max_terms=1)
    widths = widths(min_value=4, max_value=40)
    constraint = frozen(lambda target, width: {"W": np.ones(width)})
    slack = 1e-10
    examples = 10

    def construction(self, target, width):
        return broken_line(target, width, cells=2 ** (width.bit_length() - 1))

    def bound(self, profile, width):
        return profile.curvature.upper / (8 * (width / 2) ** 2)
