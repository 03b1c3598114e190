"""Network form ``bias``: g(x) = sum_k C_k relu(W_k x + b_k), W and C frozen, b learned.

Frozen means bit-identical to the declared draw (stream ``icebound-draw-1:bias:SEED``: W, then C,
each entry fl(R) u), or to the arrays whose sha256 is declared.  There is no offset: a network with
one would not be of this form.
"""

from __future__ import annotations

import hashlib
import re
import sys
from array import array
from fractions import Fraction
from typing import Any

from verify.checks import fields
from verify.checks.draws import uniform
from verify.checks.dyadic import arrays, rational
from verify.checks.pieces import Pieces, relu_pieces
from verify.checks.verdicts import Case, invalid, quote, refuted

DRAWN = ("form", "width", "range", "draw")
GIVEN = ("form", "width", "weights", "sha256")
_SEED = re.compile(r"0|[1-9][0-9]{0,39}")
_HASH = re.compile(r"[0-9a-f]{64}")


def pieces(case: Case, network: dict[str, Any], low: Fraction, high: Fraction) -> Pieces:
    """The network as exact pieces on [low, high], once its frozen weights are as declared."""
    given = "weights" in network
    declared = fields.members(network, GIVEN if given else DRAWN, "network")
    n = fields.width(declared["width"])
    witness, _ = fields.witness(case, ())
    # The side file is read first: its size is what bounds the work of regenerating anything.
    W, C, b = arrays(case, witness, {"W": n, "C": n, "b": n})
    case.clock.tick()
    if given:
        _named(declared, W, C)
    else:
        _drawn(declared, n, W, C)
    return relu_pieces(low, high, (W, C, b), 0.0)


def _drawn(network: dict[str, Any], n: int, W: array[float], C: array[float]) -> None:
    exact = rational(network["range"], "range")
    if exact <= 0:
        raise invalid("the range is not positive")
    draw = fields.members(network["draw"], ("family", "seed"), "draw")
    seed = draw["seed"]
    if draw["family"] != "bias" or not isinstance(seed, str) or not _SEED.fullmatch(seed):
        raise invalid(f"draw is not of family 'bias' with an integer as seed: {quote(draw)}")
    try:
        half_width = exact.numerator / exact.denominator
    except OverflowError:
        raise invalid("the range leaves the float64 range") from None
    expected = array("d", [half_width * u for u in uniform("bias", seed, 2 * n)])
    for name, ours, theirs in (("W", expected[:n], W), ("C", expected[n:], C)):
        if ours.tobytes() != theirs.tobytes():
            raise refuted(f"{name} is not that of the declared draw")


def _named(network: dict[str, Any], W: array[float], C: array[float]) -> None:
    name = network["sha256"]
    if network["weights"] != "given":
        raise invalid(f"network.weights is not 'given': {quote(network['weights'])}")
    if not isinstance(name, str) or not _HASH.fullmatch(name):
        raise invalid(f"network.sha256 is not a sha256: {quote(name)}")
    frozen = W + C
    if sys.byteorder == "big":
        frozen.byteswap()
    if hashlib.sha256(frozen.tobytes()).hexdigest() != name:
        raise refuted("W and C are not the arrays of the declared sha256")
