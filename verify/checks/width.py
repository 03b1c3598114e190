"""Kind ``width``: enough random frozen units, so that biases alone reach an error.

B1.  The entries of W and C are independent and uniform on [-R, R]; N1 is a network of m0 relu units
with parameters in [-gamma, gamma] that is within eps - m0 eta (2 gamma X + gamma + eta X) of f on
[low, high], X = max |x|, eta <= R - gamma.  Split n units into m0 groups.  Group i misses unit i of
N1 by more than eta in w or c with probability at most (1 - (eta/R)^2)^(n // m0); where that is at
most delta/m0, all groups hit together with probability at least 1 - delta.  A unit that hits takes
the bias of its partner and errs by eta (2 gamma X + gamma + eta X) at most; all others are switched
off.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from verify.checks import fields
from verify.checks.dyadic import arrays, float64, rational
from verify.checks.pieces import relu_pieces
from verify.checks.suprema import decide
from verify.checks.verdicts import (
    PRECISIONS,
    Case,
    Outcome,
    ball,
    invalid,
    precision,
    quote,
    refuted,
    undecided,
)

KEYS = ("target", "norm", "theorem", "eps", "delta", "range", "gamma", "units")


def check(case: Case) -> Outcome:
    """A width of bound.value suffices for |f - g| <= eps with probability 1 - delta."""
    claimed = fields.claimed(case, "upper", *KEYS)
    if case.certificate["theorem"] != "B1":
        raise invalid(f"theorem is not 'B1': {quote(case.certificate['theorem'])}")
    target = fields.target(case)
    names = ("eps", "delta", "range", "gamma")
    eps, delta, R, gamma = (rational(case.certificate[name], name) for name in names)
    if not (eps > 0 and 0 < delta < 1 and 0 < gamma < R and claimed.denominator == 1):
        raise invalid("eps > 0, 0 < delta < 1, 0 < gamma < range and an integer bound are needed")
    m0 = fields.width(case.certificate["units"])
    witness, scalars = fields.witness(case, ("eta",))
    eta = Fraction(float64(scalars["eta"], "eta"))
    if not 0 < eta <= R - gamma:
        raise refuted("eta is not between 0 and range - gamma")
    W, C, b = arrays(case, witness, {"W": m0, "C": m0, "b": m0})
    if any(abs(Fraction(value)) > gamma for values in (W, C, b) for value in values):
        raise refuted("a parameter of the network to match exceeds gamma")
    reach = max(abs(target.low), abs(target.high))
    room = eps - m0 * eta * (2 * gamma * reach + gamma + eta * reach)
    if room < 0:
        raise refuted("matching alone may err by more than eps")
    _enough(claimed.numerator // m0, Fraction(m0) / delta, (eta / R) ** 2)
    pieces = relu_pieces(target.low, target.high, (W, C, b), 0.0)
    outcome = decide(target, pieces, room, case.clock)
    return Outcome(outcome.status, f"{m0} units to match; {outcome.reason}")


def _enough(group: int, odds: Fraction, chance: Fraction) -> None:
    """Stops unless (1 - chance)^group <= 1/odds."""
    for bits in PRECISIONS:
        with precision(bits):
            sure, needed = group * -(-ball(chance)).log1p(), ball(odds).log()
            if sure >= needed:
                return
            if sure < needed and arb(0) < needed:
                raise refuted("the width is too small for this probability")
    raise undecided("the width is too close to the one needed")
