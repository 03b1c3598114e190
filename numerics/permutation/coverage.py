"""What the locations alone allow: coverage of the domain, and the best free coefficients.

A network bends only at its locations.  Inside [a, b] it is any continuous function that is linear
between neighbouring nodes (the locations inside, and a, b), so least squares over all coefficients
is a tridiagonal system in the values at the nodes: what no training of the same units can beat in
mean square, whether it permutes or not.  Where the locations leave an interval uncovered the
network is a straight line there, and no coefficients help.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solveh_banded

from numerics.networks import frozen_array
from numerics.permutation.initial import Domain, check_domain
from numerics.permutation.sampling import target_values

Array = NDArray[np.float64]

# Gauss points per cell: the squared error of smooth targets is integrated to rounding.
GAUSS = 4


@dataclass(frozen=True)
class Coverage:
    """Of [a, b]: ``inside`` locations in the open interval; ``hull``, the share of the length
    between the first and the last of them; ``longest`` (u, v), the longest interval without one."""

    inside: int
    hull: float
    longest: tuple[float, float]


@dataclass(frozen=True)
class FreeFit:
    """The function of least integral of (f - g)^2: ``nodes`` and ``values``, both (m,)."""

    nodes: Array
    values: Array

    def __call__(self, x: object) -> Array:
        """Float64 values at ``x`` in the domain; measured, not certified."""
        return np.asarray(np.interp(np.asarray(x, dtype=np.float64), self.nodes, self.values))


def nodes_inside(locations: object, domain: Domain) -> Array:
    """The distinct locations inside (a, b), with a and b, ascending.  Raises InputError."""
    a, b = (float(end) for end in check_domain(domain))
    places = frozen_array("locations", locations)
    return np.unique(np.concatenate([[a], places[(places > a) & (places < b)], [b]]))


def coverage(locations: object, domain: Domain) -> Coverage:
    """How the locations cover the domain.  Raises InputError."""
    nodes = nodes_inside(locations, domain)
    k = int(np.diff(nodes).argmax())
    hull = float(nodes[-2] - nodes[1]) / float(nodes[-1] - nodes[0]) if nodes.size > 3 else 0.0
    return Coverage(nodes.size - 2, hull, (float(nodes[k]), float(nodes[k + 1])))


def free_least_squares(
    target: Callable[[Array], Array], locations: object, domain: Domain
) -> FreeFit:
    """The best coefficients of all, in mean square over the domain; O(n).

    ``target``: float64 values at points of shape (N,).  Raises InputError.
    """
    nodes = nodes_inside(locations, domain)
    gaps = np.diff(nodes)
    at, weights = np.polynomial.legendre.leggauss(GAUSS)
    shares, weights = (at + 1.0) / 2.0, weights / 2.0
    points = nodes[:-1, None] + gaps[:, None] * shares
    values = target_values(target, points.ravel()).reshape(points.shape)
    left = gaps * (values @ (weights * (1.0 - shares)))
    right = gaps * (values @ (weights * shares))
    moments = np.append(left, 0.0) + np.append(0.0, right)
    diagonal = (np.append(gaps, 0.0) + np.append(0.0, gaps)) / 3.0
    # scaled to a unit diagonal: neighbours may be arbitrarily close to each other
    scale = 1.0 / np.sqrt(diagonal)
    band = np.ones((2, nodes.size))
    band[0, 0], band[0, 1:] = 0.0, gaps / 6.0 * scale[:-1] * scale[1:]
    return FreeFit(nodes, scale * solveh_banded(band, scale * moments))
