"""The nodes of a network with given knots: the ends of the domain and the knots inside it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numerics.networks import Array, frozen_array
from numerics.permutation.initial import check_domain, equidistant_locations
from theory.errors import InputError
from theory.targets.cells import inner_ends
from theory.targets.target import Target

SMALLEST, LARGEST = 1, 2_000_000


@dataclass(frozen=True)
class Nodes:
    """``locations``: (n,), ascending floats; ``inner``: those strictly inside (low, high).

    A network g that bends at the locations only is linear between neighbours of low, ``inner``,
    high.  ``equidistant``: whether the locations are those of the rule.
    """

    low: Fraction
    high: Fraction
    locations: Array
    inner: Array
    equidistant: bool

    def rough(self, target: Target) -> Array:
        """All nodes in floats inside the domain: its ends are rounded, which no proof rests on."""
        first, last = inner_ends(target)
        return np.unique(np.concatenate([[first], self.inner, [last]]))


def equidistant_nodes(target: Target, width: int) -> Nodes:
    """Nodes of fl(a + (b-a) i/(n-1)); raises InputError for a width outside 2..2 10^6."""
    if isinstance(width, bool) or not 2 <= width <= LARGEST:
        raise InputError("--width", width, "out of range:", f"2 to {LARGEST} is accepted")
    places = equidistant_locations(check_domain((target.low, target.high)), width)
    return _nodes(target, places, equidistant=True)


def given_nodes(target: Target, locations: object) -> Nodes:
    """Nodes of any ascending locations, shape (n,); raises InputError."""
    places = frozen_array("locations", locations)
    if not SMALLEST <= places.size <= LARGEST:
        accepted = f"{SMALLEST} to {LARGEST} numbers are accepted"
        raise InputError("locations", places.size, "are", accepted)
    if (np.diff(places) < 0).any():
        at = int((np.diff(places) < 0).argmax())
        raise InputError("locations", places[at : at + 2].tolist(), "descend:", "ascending ones")
    return _nodes(target, places, equidistant=False)


def _nodes(target: Target, places: Array, *, equidistant: bool) -> Nodes:
    kept = np.unique(places)
    numbers = kept.tolist()
    # Floats against rational ends, exactly.
    first = bisect_right(numbers, target.low, key=Fraction)
    last = bisect_left(numbers, target.high, key=Fraction)
    return Nodes(target.low, target.high, places, kept[first:last], equidistant)
