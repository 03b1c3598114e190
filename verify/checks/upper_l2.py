"""Kind ``upper`` with norm ``L2``: a network of ridge units is within a value of f, in the mean.

The norm is that of the uniform probability on the target's box, or, with ``target`` null, of the
rows (points, values) of the witness, each of the same weight.  First the constraints (``ridge``),
then the bound, for exactly the float64 numbers of the file.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from flint import arb

from verify.checks import fields
from verify.checks.ridge import MAX_DIMENSION, Ridge, read
from verify.checks.squared_error import Enclosure, on_box, on_data
from verify.checks.verdicts import (
    PRECISIONS,
    Case,
    Clock,
    Outcome,
    ball,
    invalid,
    precision,
    quote,
    refuted,
)

# Working precision, and the wanted accuracy as a power of two relative to the claimed square.
ATTEMPTS = ((96, 60), (128, 80), (256, 180), (512, 400))


def check(case: Case) -> Outcome:
    """|f - g|_L2 <= bound.value, and g obeys the constraints it declares."""
    claimed = fields.claimed(case, "upper", "target", "norm", "network", norm="L2")
    if case.certificate["target"] is None:
        return _on_data(case, claimed)
    target = fields.box_target(case)
    network, _ = read(case, {})
    if network.dimension != len(target.sides):
        raise invalid(f"network.dimension is not that of the domain, {len(target.sides)}")
    _not_negative(claimed)
    return _on_box(target, network, claimed, case.clock)


def _on_box(target: fields.BoxTarget, network: Ridge, claimed: Fraction, clock: Clock) -> Outcome:
    found = Enclosure(arb.nan(), False, 0, 0)
    for bits, accuracy in ATTEMPTS:
        with precision(bits):
            square = ball(claimed * claimed)
            # a claim of 0 is compared with an error enclosed absolutely
            tolerance = (square if claimed else arb(1)) * arb(2) ** -accuracy
            found = on_box(target, network, tolerance, clock, partial(_decides, square))
            if _decides(square, found.mean):
                return _settled(found.mean, square, f"{found.nodes} nodes, {bits} bits")
            if not found.complete:
                break
    wide = f"after {found.boxes} boxes the error is only known as {_shown(found.mean)}"
    return Outcome("UNDECIDED", wide)


def _on_data(case: Case, claimed: Fraction) -> Outcome:
    declared = case.certificate["network"]
    d = declared.get("dimension") if isinstance(declared, dict) else None
    if type(d) is not int or not 1 <= d <= MAX_DIMENSION:
        raise invalid(f"network.dimension is not an integer from 1 to {MAX_DIMENSION}: {quote(d)}")
    rows = _rows(case.certificate["witness"])
    network, (points, values) = read(case, {"points": rows * d, "values": rows})
    _not_negative(claimed)
    for bits in PRECISIONS[:-2]:
        with precision(bits):
            square = ball(claimed * claimed)
            found = on_data(points, values, network, case.clock)
            if _decides(square, found.mean):
                return _settled(found.mean, square, f"{rows} rows, {bits} bits")
    return Outcome("UNDECIDED", f"the error is only known as {_shown(found.mean)}")


def _rows(witness: Any) -> int:
    """How many values the witness holds; the sizes of its arrays are verified afterwards."""
    found: Any = None
    if isinstance(witness, dict) and isinstance(witness.get("arrays"), dict):
        values = witness["arrays"].get("values")
        found = len(values) if isinstance(values, list) else None
    elif isinstance(witness, dict) and isinstance(witness.get("file"), dict):
        layout = witness["file"].get("layout")
        for entry in layout if isinstance(layout, list) else ():
            if isinstance(entry, list) and len(entry) == 2 and entry[0] == "values":
                found = entry[1]
    if type(found) is not int or not 1 <= found <= fields.MAX_WIDTH:
        raise invalid("without a target the witness needs the arrays points and values")
    return found


def _not_negative(claimed: Fraction) -> None:
    if claimed < 0:
        raise refuted("a norm is not negative")


def _decides(square: arb, mean: arb) -> bool:
    return bool(mean <= square or mean > square)


def _settled(mean: arb, square: arb, how: str) -> Outcome:
    if mean <= square:
        return Outcome("PROVED", how)
    raise refuted(f"|f - g| in L2 is {_shown(mean)}")


def _shown(mean: arb) -> str:
    """The root of an enclosure of the mean square."""
    if not mean.is_finite():
        return "not finite"
    low, high = mean.lower(), mean.upper()
    ends = ((end.sqrt() if end > 0 else arb(0)).mid() for end in (low, high))
    return "[" + ", ".join(end.str(8, radius=False) for end in ends) + "]"
