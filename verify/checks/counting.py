"""Kind ``counting``: no permutation does better than a value over all L-Lipschitz targets.

On [0, 1] there are 2^N zigzags with N cells and slopes +-L, and at most (2n)!/2 < 2^N networks, as
+-b_i with b_0 = 0 holds 0 twice.  Two zigzags that share a network differ by 2L/N somewhere, so one
of them is L/N away.  With an affine read-out both count up to their sign: 2^(N-1) zigzags, (2n)!/2
networks.  Of two zigzags that share one, some cell agrees and another does not: gamma would have to
have two signs, unless one of the zigzags is L/(2N) away.
"""

from __future__ import annotations

import math

from flint import arb

from verify.checks import fields
from verify.checks.dyadic import rational
from verify.checks.verdicts import PRECISIONS, Case, Outcome, invalid, precision, refuted, undecided

# Up to here the factorial itself is computed.
EXACT_WIDTH = 1000


def check(case: Case) -> Outcome:
    """bound.value <= L/N, N = floor(log2((2n)!/2)) + 1; or L/(2N), N = floor(log2 (2n)!) + 1."""
    claimed = fields.claimed(case, "lower", "width", "lipschitz", "readout")
    n = fields.width(case.certificate["width"], least=2)
    lipschitz = rational(case.certificate["lipschitz"], "lipschitz")
    if lipschitz <= 0:
        raise invalid("lipschitz is not positive")
    readout = fields.flag(case.certificate["readout"], "readout")
    witness, scalars = fields.witness(case, ("N",))
    if witness.get("arrays") != {}:
        raise invalid("witness.arrays is not empty")
    declared = rational(scalars["N"], "N")
    cells = floor_log2_factorial(2 * n) + (1 if readout else 0)
    if declared != cells:
        raise refuted(f"N is {cells} for this width")
    if claimed * cells * (2 if readout else 1) > lipschitz:
        raise refuted("it exceeds the Lipschitz constant over N" + " times 2" * readout)
    return Outcome("PROVED", f"N = {cells}")


def floor_log2_factorial(count: int) -> int:
    """floor(log2(count!)), for count >= 1."""
    if count <= 2 * EXACT_WIDTH:
        return math.factorial(count).bit_length() - 1
    for bits in PRECISIONS:
        with precision(bits):
            # Not an integer for count >= 3, since 3 divides count!: some precision separates.
            floor = (arb(count + 1).lgamma() / arb.const_log2()).floor().unique_fmpz()
        if floor is not None:
            return int(floor)
    raise undecided(f"log2 of {count}! is too close to an integer")
