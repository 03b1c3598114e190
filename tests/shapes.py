"""Shapes and dtypes, checked by jaxtyping and beartype.

``check`` for the arrays of a network, ``values`` to evaluate one.  Wrapping the public surface here
and not the packages by an import hook leaves bad-input tests what they are: they must reach the
library's own checks.
"""

from __future__ import annotations

import numpy as np
from beartype import beartype
from jaxtyping import Float64, jaxtyped

from numerics.networks import Network, PermutationNetwork


@jaxtyped(typechecker=beartype)
def _permutation(
    locations: Float64[np.ndarray, " n"],
    p: Float64[np.ndarray, " n"],
    q: Float64[np.ndarray, " n"],
    initial: Float64[np.ndarray, " 2*n"],
    alpha: float,
    gamma: float,
) -> None:
    """Twice as many initial values as locations."""


@jaxtyped(typechecker=beartype)
def _relu(
    W: Float64[np.ndarray, " n"],
    b: Float64[np.ndarray, " n"],
    C: Float64[np.ndarray, " n"],
    offset: float,
) -> None:
    """One weight, bias and coefficient per unit."""


def check(network: Network) -> None:
    """Raises jaxtyping.TypeCheckError where an array of ``network`` has another shape or dtype."""
    if isinstance(network, PermutationNetwork):
        arrays = (network.locations, network.p, network.q, network.initial)
        _permutation(*arrays, network.alpha, network.gamma)
    else:
        _relu(network.W, network.b, network.C, network.offset)


@jaxtyped(typechecker=beartype)
def values(network: Network, x: Float64[np.ndarray, " *points"]) -> Float64[np.ndarray, " *points"]:
    """``network(x)``: one float64 value per point, in the shape of ``x``."""
    return network(x)
