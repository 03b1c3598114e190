"""Kind ``upper``: a one-hidden-layer network approximates f within a value.

In the sup norm a relu network on the line, here; in L2 a network of ridge units, in ``upper_l2``.
First the constraint: frozen locations and initial values as declared, coefficients a permutation of
the initial values, bit by bit.  Then the bound, for exactly the float64 numbers of the file.
"""

from __future__ import annotations

from array import array
from fractions import Fraction
from typing import Any

from verify.checks import bias, fields, upper_l2
from verify.checks.draws import frozen
from verify.checks.dyadic import arrays, float64
from verify.checks.pieces import Pieces, permutation_pieces, relu_pieces
from verify.checks.suprema import decide
from verify.checks.verdicts import Case, Outcome, invalid, quote, refuted

PERMUTATION = ("form", "width", "locations", "initial", "draw", "readout")


def check(case: Case) -> Outcome:
    """|f - g| <= bound.value in the declared norm, and g is what it is declared to be."""
    if case.certificate.get("norm") == "L2":
        return upper_l2.check(case)
    claimed = fields.claimed(case, "upper", "target", "norm", "network")
    target = fields.target(case)
    pieces = _network(case, target.low, target.high)
    return decide(target, pieces, claimed, case.clock)


def _network(case: Case, low: Fraction, high: Fraction) -> Pieces:
    network = case.certificate["network"]
    form = network.get("form") if isinstance(network, dict) else None
    if form == "permutation":
        return _permutation(case, fields.members(network, PERMUTATION, "network"), low, high)
    if form == "relu":
        n = fields.width(fields.members(network, ("form", "width"), "network")["width"])
        witness, scalars = fields.witness(case, ("offset",))
        W, C, b = arrays(case, witness, {"W": n, "C": n, "b": n})
        return relu_pieces(low, high, (W, C, b), float64(scalars["offset"], "offset"))
    if form == "bias":
        return bias.pieces(case, network, low, high)
    raise invalid(f"network.form is none of 'permutation', 'relu', 'bias': {quote(form)}")


def _permutation(case: Case, network: dict[str, Any], low: Fraction, high: Fraction) -> Pieces:
    n = fields.width(network["width"])
    given = isinstance(network["initial"], dict) and network["initial"].get("rule") == "given"
    sizes = {"locations": n, "p": n, "q": n} | ({"initial": 2 * n} if given else {})
    witness, scalars = fields.witness(case, ("alpha", "gamma"))
    alpha, gamma = (float64(scalars[name], name) for name in ("alpha", "gamma"))
    # The side file is read first: its size is what bounds the work of regenerating anything.
    locations, p, q, *start = arrays(case, witness, sizes)
    try:
        expected, initial = frozen(network, n, low, high)
        unscaled = (high - low).denominator / (high - low).numerator
    except OverflowError:
        raise invalid("a number derived from the domain leaves the float64 range") from None
    case.clock.tick()

    if expected is not None and locations.tobytes() != array("d", expected).tobytes():
        raise refuted("the locations are not those of their rule")
    if any(map(float.__gt__, locations, locations[1:])):
        raise refuted("the locations are not ascending")
    if not _same_multiset(p + q, array("d", initial) if initial is not None else start[0]):
        raise refuted("(p, q) is not a permutation of the initial values")
    readout = fields.flag(network["readout"], "network.readout")
    if not readout and (alpha, gamma) != (0.0, unscaled):
        raise refuted("without a read-out alpha is 0 and gamma is 1/(b-a), rounded")
    return permutation_pieces(low, high, (locations, p, q), alpha, gamma)


def _same_multiset(left: array[float], right: array[float]) -> bool:
    """Whether both hold the same float64 numbers, bit by bit."""
    # -0.0 equals 0.0 as a number, but it is not the same frozen value.
    plain = not array("Q", (left + right).tobytes()).count(1 << 63)
    return plain and sorted(left) == sorted(right)
