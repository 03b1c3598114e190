"""Activations, boxes V, ridge networks within a class, targets on boxes, and dual functions.

Valid by construction, small defaults, keyword-only bounds.  Example::

    @given(network=ridge_networks(box=(lam, beta), budget=B))
    def test_my_lower_bound(network):
        assert error(network) >= my_bound(lam, beta, B)
"""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
from hypothesis import strategies as st

from numerics.networks import Array
from numerics.ridgelet.network import RidgeNetwork
from numerics.ridgelet.output_weights import within
from theory.errors import InputError
from theory.ridgelet.activations import ACTIVATIONS, Activation
from theory.targets.box_target import MAX_DIMENSION, BoxTarget

__all__ = [
    "activation_names",
    "activations",
    "box_targets",
    "dual_functions",
    "parameter_boxes",
    "ridge_networks",
]

UNIT_INTERVAL = (Fraction(0), Fraction(1))
SIDES = (Fraction(1, 4), Fraction(1), Fraction(2), Fraction(7, 2))
# Places in a side of V: hidden parameters are these multiples, 64ths, of its float64 ends.
STEPS = 64


def activation_names(*, analytic: bool | None = None) -> st.SearchStrategy[str]:
    """Names of activations: all, or those that are analytic, or those that are not.

    >>> activation_names(analytic=False).example() == "tanh"
    False
    """
    names = [a.name for a in ACTIVATIONS if analytic is None or a.analytic is analytic]
    return st.sampled_from(names)


def activations(*, analytic: bool | None = None) -> st.SearchStrategy[Activation]:
    """The records of the activations: all, or those that are analytic, or those that are not.

    >>> activations(analytic=True).example().strip is None
    False
    """
    return st.sampled_from([a for a in ACTIVATIONS if analytic is None or a.analytic is analytic])


def parameter_boxes(*, max_side: int = 4) -> st.SearchStrategy[tuple[Fraction, Fraction]]:
    """(lambda, beta) of V = {|a_i| <= lambda, |b| <= beta}; InputError unless max_side >= 1.

    >>> max(parameter_boxes(max_side=2).example()) <= 2
    True
    """
    if max_side < 1:
        raise InputError("max_side", max_side, "out of range:", "1 or more is accepted")
    sides = st.sampled_from([side for side in SIDES if side <= max_side])
    return st.tuples(sides, sides)


@st.composite
def ridge_networks(
    draw: st.DrawFn,
    *,
    activation: str | None = None,
    dimension: int = 1,
    max_width: int = 8,
    box: tuple[Fraction, Fraction] = (Fraction(2), Fraction(2)),
    budget: Fraction = Fraction(4),
) -> RidgeNetwork:
    """Networks with hidden parameters in ``box`` and |c|_1 <= ``budget``, both exactly.

    Units at the corners of the box, units that coincide, and networks that spend all of the budget
    or nothing occur.  InputError for max_width < 1 or a budget < 0.

    >>> ridge_networks(dimension=2, max_width=3).example().dimension
    2
    """
    if max_width < 1:
        raise InputError("max_width", max_width, "out of range:", "1 or more is accepted")
    if budget < 0:
        raise InputError("budget", budget, "negative:", "0 or more is accepted")
    name = draw(activation_names()) if activation is None else activation
    n = draw(st.integers(1, max_width))
    sides = [float(within(np.array([float(side)]), side)[0]) for side in box]
    place = st.integers(-STEPS, STEPS)
    shares = draw(st.lists(st.integers(-STEPS, STEPS), min_size=n, max_size=n))
    units = draw(st.lists(st.tuples(*[place] * (dimension + 1)), min_size=n, max_size=n))
    hidden = np.array(units, dtype=np.float64) / STEPS
    total = max(1, sum(map(abs, shares)))
    c = np.array(shares, dtype=np.float64) / total * float(budget)
    return RidgeNetwork(
        name, hidden[:, :-1] * sides[0], hidden[:, -1] * sides[1], within(c, budget)
    )


@st.composite
def box_targets(draw: st.DrawFn, *, dimension: int = 1, max_terms: int = 3) -> BoxTarget:
    """Smooth targets on [0, 1]^d or [-1, 1]^d: waves along a direction, bells, monomials.

    InputError unless 1 <= dimension <= 3 and max_terms >= 1.

    >>> box_targets(dimension=2).example().dimension
    2
    """
    if not 1 <= dimension <= MAX_DIMENSION or max_terms < 1:
        shown = f"{dimension}, {max_terms}"
        raise InputError("dimension", shown, "out of range:", "1 to 3, and max_terms >= 1")
    axes = range(dimension)
    number = st.integers(-8, 8)

    def term() -> str:
        kind = draw(st.sampled_from(["sin", "cos", "bell", "power"]))
        size = draw(st.integers(1, 6))
        if kind == "power":
            return f"{size}/4*" + "*".join(f"x{i}**{draw(st.integers(0, 3))}" for i in axes)
        inside = " + ".join(f"({draw(number)})*x{i}" for i in axes) + f" + ({draw(number)})/2"
        return f"{size}/4*exp(-({inside})**2)" if kind == "bell" else f"{size}/4*{kind}({inside})"

    text = " + ".join(term() for _ in range(draw(st.integers(1, max_terms))))
    low = draw(st.sampled_from([0, -1]))
    return BoxTarget.parse(text, [(low, 1)] * dimension)


@st.composite
def dual_functions(
    draw: st.DrawFn, *, dimension: int = 1, max_degree: int = 6, affine: bool = False
) -> Array:
    """Coefficients of phi != 0 in the orthonormal Legendre basis, graded lexicographic order.

    With ``affine`` those of degree 0 and 1 are 0.  InputError unless the largest degree leaves
    something: 0 or more, 2 or more with ``affine``.

    >>> dual_functions(affine=True).example()[:2].tolist()
    [0.0, 0.0]
    """
    least = 2 if affine else 0
    if max_degree < least:
        raise InputError("max_degree", max_degree, "out of range:", f"{least} or more is accepted")
    degree = draw(st.integers(least, max_degree))
    size = comb(degree + dimension, dimension)
    parts = draw(st.lists(st.integers(-64, 64), min_size=size, max_size=size))
    phi = np.array(parts, dtype=np.float64) / 64
    if affine:
        phi[: dimension + 1] = 0.0
    if not phi.any():
        phi[-1] = 1.0
    return phi
