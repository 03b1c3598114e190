"""Kind ``lower-dual``: no network with hidden parameters in a box and an l1 budget does better.

Let P be a probability measure (uniform on a box, or that of a data set) and phi != 0 in L2(P).
For g = sum_j c_j sigma(a_j.x - b_j), |c|_1 <= B, all |a_ji| <= lambda, |b_j| <= beta, any width,
    |f - g| |phi| >= <f, phi> - <g, phi> >= <f, phi> - B M,   M = sup |int phi sigma(a.x - b) dP|,
and an affine part of g changes nothing where phi is orthogonal to affine functions.  So the value E
is proved by M <= (<f, phi> - E |phi|)/B, over all of the box.
"""

from __future__ import annotations

from math import comb
from typing import Any

from flint import arb

from verify.checks import fields
from verify.checks.duals import BITS, MAX_DEGREE, BoxDual, DataDual, expected
from verify.checks.dyadic import arrays, rational
from verify.checks.strips import half_width
from verify.checks.tiles import Parameters, prove
from verify.checks.verdicts import (
    Case,
    Outcome,
    ball,
    invalid,
    precision,
    quote,
    refuted,
    undecided,
)

KEYS = ("target", "norm", "activation", "dimension", "box", "budget", "affine")
# A box or data beyond this are left alone.
MAX_SIDE = 10**9


def check(case: Case) -> Outcome:
    """Every network of the class has |f - g| >= bound.value in L2."""
    claimed = fields.claimed(case, "lower", *KEYS, norm="L2")
    parameters = _parameters(case)
    budget = rational(case.certificate["budget"], "budget")
    if budget < 0:
        raise invalid("budget is negative")
    affine = fields.flag(case.certificate["affine"], "affine")
    dual: BoxDual | DataDual
    if case.certificate["target"] is None:
        data = _data(case)
        dual = data.without_affine(case.clock) if affine else data
        inner, norm = dual.pairing(case.clock)
    else:
        dual = _box(case)
        inner, norm = dual.pairing(affine, case.clock)
    with precision(BITS):
        if not norm > 0:
            raise refuted("phi is zero") if norm == 0 else undecided("phi is not shown to be != 0")
        spare = inner - ball(claimed) * norm
        if spare < 0:
            raise refuted("<f, phi>/|phi| is below the bound, whatever the units")
        if not spare >= 0:
            raise undecided("<f, phi> is not known precisely enough")
        if budget == 0:
            return Outcome("PROVED", "no budget: <f, phi>/|phi| is at least the bound")
        limit, near = spare / ball(budget), expected(inner, norm, budget)
    found = dual.units(parameters, near, case.clock)
    with precision(BITS):
        tiles = prove(found, limit, case.clock)
    return Outcome("PROVED", f"all units, {tiles} tiles")


def _parameters(case: Case) -> Parameters:
    """The activation and V, from the members ``activation`` and ``box``."""
    name, declared = case.certificate["activation"], case.certificate["box"]
    if not isinstance(name, str):
        raise invalid("activation is not a string")
    half_width(name)
    box = fields.members(declared, ("lambda", "beta"), "box")
    band, beta = (rational(box[key], f"box.{key}") for key in ("lambda", "beta"))
    if band <= 0 or beta < 0:
        raise invalid("box is not 0 < lambda, 0 <= beta")
    if max(band, beta) > MAX_SIDE:
        raise undecided(f"a side of the box is longer than {MAX_SIDE}")
    return Parameters(name, band, beta)


def _dimension(case: Case) -> int:
    d: Any = case.certificate["dimension"]
    if type(d) is not int or not 1 <= d <= fields.MAX_DIMENSION:
        raise invalid(f"dimension is not an integer from 1 to {fields.MAX_DIMENSION}: {quote(d)}")
    return d


def _box(case: Case) -> BoxDual:
    """phi in the Legendre basis: C(degree + d, d) coefficients."""
    d, target = _dimension(case), fields.box_target(case)
    if len(target.sides) != d:
        raise invalid("dimension is not that of target.domain")
    if any(max(map(abs, side)) > MAX_SIDE for side in target.sides):
        raise undecided(f"target.domain reaches beyond {MAX_SIDE}")
    witness, scalars = fields.witness(case, ("degree",))
    degree = rational(scalars["degree"], "degree")
    if degree.denominator != 1 or not 0 <= degree <= MAX_DEGREE[d]:
        raise invalid(f"degree is not an integer from 0 to {MAX_DEGREE[d]}")
    n = int(degree)
    (coefficients,) = arrays(case, witness, {"coefficients": comb(n + d, d)})
    return BoxDual(target, n, coefficients)


def _data(case: Case) -> DataDual:
    """phi on m rows of data."""
    d = _dimension(case)
    witness, _ = fields.witness(case, ())
    m = rows(witness)
    points, values, phi = arrays(case, witness, {"points": m * d, "values": m, "phi": m})
    if max(map(abs, points)) > MAX_SIDE:
        raise undecided(f"the points reach beyond {MAX_SIDE}")
    return DataDual(d, points, values, [arb(value) for value in phi])


def rows(witness: dict[str, Any]) -> int:
    """The number of data rows, as the length of phi says; ``arrays`` verifies all lengths."""
    try:
        if "file" in witness:
            m = dict(witness["file"]["layout"])["phi"]
        else:
            m = len(witness["arrays"]["phi"])
    except (TypeError, KeyError, ValueError):
        raise invalid("the witness does not say how many rows of data there are") from None
    return fields.width(m)
