"""Certificates about networks of ridge units (notes R; arXiv 2008.08427)."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.ridgelet.network import RidgeDraw, RidgeNetwork
from theory.rigor.balls import dyadic_text
from theory.rigor.numbers import exact_text
from theory.targets.box_target import BoxTarget
from verify.certificates import Certificate
from verify.display import shown_down, shown_up

Array = NDArray[np.float64]
Rows = tuple[Array, Array]
Exact = Fraction | float | int
# V = {|a_i| <= lambda, |b| <= beta}
Box = tuple[Exact, Exact]


def box_input(target: BoxTarget) -> dict[str, Any]:
    """The ``target`` key: the expression, and the exact ends a0, b0, a1, b1, ... of its box."""
    ends = [exact_text(end) for side in target.domain for end in side]
    return {"expression": target.text, "domain": ends}


def exact(value: Exact) -> str:
    """A number as a certificate spells it: rationals as p/q, floats as m*2^e."""
    return dyadic_text(value) if isinstance(value, float) else exact_text(Fraction(value))


def where(target: BoxTarget | Rows) -> str:
    """What is approximated, for sentences."""
    if not isinstance(target, BoxTarget):
        return f"{len(target[1])} rows of data"
    sides = " x ".join(f"[{exact_text(low)}, {exact_text(high)}]" for low, high in target.domain)
    return f"{target.text} on {sides}"


def upper_l2_certificate(
    network: RidgeNetwork,
    target: BoxTarget | Rows,
    bound: float,
    box: Box | None = None,
    budget: Exact | None = None,
    draw: RidgeDraw | None = None,
) -> Certificate:
    """``upper``, norm L2: this very network is within ``bound`` of f (uniform probability) or data.

    ``box`` (lambda, beta), ``budget`` and ``draw`` are constraints that the checker verifies
    exactly; a draw brings its own box.  ``bound`` is a float rounded up.
    """
    assert network.slope is not None
    draw = network.draw if draw is None else draw
    if draw is not None and box is None:
        box = (draw.lam, draw.beta)
    described = {
        "form": "ridge",
        "activation": network.activation,
        "dimension": network.dimension,
        "width": network.width,
        "box": None if box is None else {"lambda": exact(box[0]), "beta": exact(box[1])},
        "budget": None if budget is None else exact(budget),
        "draw": None if draw is None else {"family": "ridgelet", "seed": str(draw.seed)},
    }
    arrays = {
        "a": network.a.ravel(),
        "b": network.b,
        "c": network.c,
        "slope": network.slope,
    }
    aim = box_input(target) if isinstance(target, BoxTarget) else None
    if not isinstance(target, BoxTarget):
        arrays |= {"points": np.ravel(target[0]), "values": np.ravel(target[1])}
    within = "" if budget is None else f" with |c|_1 <= {shown_up(float(budget), 6)}"
    claim = (
        f"A network of {network.width} {network.activation} units{within} approximates "
        f"{where(target)} within {shown_up(bound, 6)} in L2."
    )
    inputs = {"target": aim, "norm": "L2", "network": described}
    scalars = {"offset": dyadic_text(float(network.offset))}
    return Certificate("upper", claim, "upper", bound, inputs, scalars, arrays)


def dual_certificate(
    subject: BoxTarget | tuple[ArrayLike, ArrayLike],
    activation: str,
    box: Box,
    budget: Exact,
    phi: ArrayLike,
    value: float,
    *,
    affine: bool = False,
) -> Certificate:
    """``lower-dual``: no network of the class is closer than ``value`` in L2 (R4).

    The class: hidden parameters in V = {|a_i| <= lambda, |b| <= beta}, |c|_1 <= ``budget``, any
    width, plus any affine part if ``affine``.  ``phi`` as in :func:`verify.dual.certified_dual`,
    ``value`` a float rounded down.
    """
    numbers = np.ravel(np.asarray(phi, dtype=np.float64))
    arrays: dict[str, Array] = {}
    scalars: dict[str, str] = {}
    if isinstance(subject, BoxTarget):
        dimension = subject.dimension
        degree = next(n for n in range(numbers.size) if comb(n + dimension, n) >= numbers.size)
        scalars, arrays = {"degree": str(degree)}, {"coefficients": numbers}
        aim, place = box_input(subject), where(subject)
    else:
        points = np.asarray(subject[0], dtype=np.float64)
        values = np.asarray(subject[1], dtype=np.float64)
        dimension = 1 if points.ndim == 1 else int(points.shape[1])
        arrays = {"points": points.ravel(), "values": values, "phi": numbers}
        aim, place = None, f"{len(values)} rows of data"
    inputs = {
        "target": aim,
        "norm": "L2",
        "activation": activation,
        "dimension": dimension,
        "box": {"lambda": exact(box[0]), "beta": exact(box[1])},
        "budget": exact(budget),
        "affine": affine,
    }
    free = ", plus an affine part," if affine else ""
    claim = (
        f"No network of {activation} units with |a_i| <= {exact(box[0])}, |b| <= {exact(box[1])} "
        f"and |c|_1 <= {exact(budget)}{free} is, at any width, closer to {place} than "
        f"{shown_down(value, 6)} in L2."
    )
    return Certificate("lower-dual", claim, "lower", value, inputs, scalars, arrays)
