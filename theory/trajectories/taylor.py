"""One validated Taylor step of z' = f(z): an a-priori enclosure, then a polynomial with remainder.

A-priori enclosure (Moore): if Y is a box with Z + [0, h] f(Y) inside Y, every solution from Z
exists on [0, h] and stays in Z + [0, h] f(Y).  Remainder: with the Taylor coefficients z_0 .. z_p
over Z and z_{p+1} over that enclosure, z(h) lies in sum_{k<=p} z_k h^k + z_{p+1} h^{p+1}.
Source: R. E. Moore, Interval Analysis (1966); note B4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from flint import arb

from theory.rigor.balls import hull
from theory.trajectories.fields import PolynomialField
from theory.trajectories.models import Model

INFLATIONS = 8
GROWTH, SEED_RADIUS = 0.25, 2.0**-80

Ring = TypeVar("Ring", arb, Model)


def coefficients(field: PolynomialField, start: Sequence[Ring], order: int) -> list[list[Ring]]:
    """Taylor coefficients z_0 .. z_order (per coordinate) of the solution from ``start``.

    (k + 1) z_{k+1} is coefficient k of f(z): products of series by their convolution, one
    coefficient at a time.  ``start``: balls, or models in the initial state.
    """
    rows = [[value] for value in start]
    zero = start[0] * arb(0)
    series: dict[tuple[int, ...], list[Ring]] = {(i,): row for i, row in enumerate(rows)}
    for factors in field.products:
        series[factors] = []
    for k in range(order):
        for factors in field.products:
            left, right = series[factors[:-1]], series[factors[-1:]]
            total = left[0] * right[k]
            for j in range(1, k + 1):
                total = total + left[j] * right[k - j]
            series[factors].append(total)
        fresh = []
        for component in field.factored:
            value = zero
            for weight, factors in component:
                if factors:
                    value = value + series[factors][k] * weight
                elif k == 0:
                    value = value + weight
            fresh.append(value / (k + 1))
        for row, value in zip(rows, fresh, strict=True):
            row.append(value)
    return rows


def a_priori(field: PolynomialField, start: Sequence[arb], step: arb) -> list[arb] | None:
    """A box that holds every solution from ``start`` on [0, step]; None where Moore's test fails.

    Not passing the test is an outcome: the step is too long, or the solution blows up.
    """
    span = hull(arb(0), step)
    guess = [z + span * f for z, f in zip(start, field.evaluate(start), strict=True)]
    for _ in range(INFLATIONS):
        trial = [value + arb(0, 1) * (GROWTH * value.rad() + SEED_RADIUS) for value in guess]
        guess = [z + span * f for z, f in zip(start, field.evaluate(trial), strict=True)]
        if not all(value.is_finite() for value in guess):
            return None
        if all(outer.contains(inner) for outer, inner in zip(trial, guess, strict=True)):
            return guess
    return None


def remainders(
    field: PolynomialField, start: Sequence[arb], length: arb, order: int, tolerance: float
) -> list[arb] | None:
    """z_{order+1} length^(order+1) over the a-priori enclosure, (d,).

    None where Moore's test fails or one is larger than ``tolerance``.
    """
    within = a_priori(field, start, length)
    if within is None:
        return None
    power = length ** (order + 1)
    last = [row[order + 1] * power for row in coefficients(field, within, order + 1)]
    good = all(value.is_finite() and value.abs_upper() <= tolerance for value in last)
    return last if good else None


def step(
    field: PolynomialField,
    start: Sequence[Ring],
    length: arb,
    order: int,
    tolerance: float,
) -> list[Ring] | None:
    """z(length) for every solution from ``start`` (d,), balls or models; ``length`` >= 0.

    None where no step of this length and order can be validated within ``tolerance``.
    """
    box = [value.hull() if isinstance(value, Model) else value for value in start]
    rest = remainders(field, box, length, order, tolerance)
    if rest is None:
        return None
    values = []
    for row, remainder in zip(coefficients(field, start, order), rest, strict=True):
        value = row[-1]
        for coefficient in reversed(row[:-1]):
            value = value * length + coefficient
        values.append(value + remainder)
    return values
