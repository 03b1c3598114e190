"""Reading networks of ridge units g(x) = offset + slope.x + sum_j c_j sigma(a_j.x - b_j).

Checked here, exactly: every |a_ij| <= lambda and |b_j| <= beta where a box is declared, the sum of
all |c_j| <= budget where a budget is, and with a draw that a, then b, are bit by bit the entries
fl(lambda) u, fl(beta) u of the stream of family ``ridgelet``.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verify.checks import fields
from verify.checks.draws import uniform
from verify.checks.dyadic import arrays, float64, rational
from verify.checks.strips import half_width
from verify.checks.verdicts import Case, Clock, invalid, quote, refuted

MEMBERS = ("form", "activation", "dimension", "width", "box", "budget", "draw")
MAX_DIMENSION = 1000
_SEED = re.compile(r"0|-?[1-9][0-9]{0,39}")


@dataclass(frozen=True)
class Ridge:
    """a row-major of n*d numbers, b and c of n, slope of d; all exact float64."""

    activation: str
    dimension: int
    a: Sequence[float]
    b: Sequence[float]
    c: Sequence[float]
    slope: Sequence[float]
    offset: float

    @property
    def width(self) -> int:
        """Number n of units."""
        return len(self.b)


def read(case: Case, extra: Mapping[str, int]) -> tuple[Ridge, list[array[float]]]:
    """The network of the certificate, its constraints verified, and further witness arrays."""
    declared = fields.members(case.certificate["network"], MEMBERS, "network")
    if declared["form"] != "ridge":
        raise invalid(f"network.form is not 'ridge': {quote(declared['form'])}")
    name, d = declared["activation"], declared["dimension"]
    if not isinstance(name, str):
        raise invalid("network.activation is not a string")
    half_width(name)
    if type(d) is not int or not 1 <= d <= MAX_DIMENSION:
        raise invalid(f"network.dimension is not an integer from 1 to {MAX_DIMENSION}: {quote(d)}")
    n = fields.width(declared["width"])
    witness, scalars = fields.witness(case, ("offset",))
    offset = float64(scalars["offset"], "offset")
    sizes = {"a": n * d, "b": n, "c": n, "slope": d} | dict(extra)
    # The side file is read first: its size is what bounds the work of regenerating a draw.
    a, b, c, slope, *rest = arrays(case, witness, sizes)
    _in_box(declared, a, b)
    if declared["budget"] is not None:
        _within(rational(declared["budget"], "network.budget"), c, case.clock)
    return Ridge(name, d, a, b, c, slope, offset), rest


def _in_box(declared: Mapping[str, Any], a: array[float], b: array[float]) -> None:
    if declared["box"] is None:
        if declared["draw"] is not None:
            raise invalid("network.draw needs network.box")
        return
    box = fields.members(declared["box"], ("lambda", "beta"), "network.box")
    ranges = [rational(box[name], f"network.box.{name}") for name in ("lambda", "beta")]
    for name, values, limit in zip("ab", (a, b), ranges, strict=True):
        if limit < 0:
            raise invalid("network.box has a negative side")
        if Fraction(max(map(abs, values))) > limit:
            raise refuted(f"an entry of {name} lies outside the box")
    if declared["draw"] is None:
        return
    draw = fields.members(declared["draw"], ("family", "seed"), "network.draw")
    seed = draw["seed"]
    if draw["family"] != "ridgelet" or not isinstance(seed, str) or not _SEED.fullmatch(seed):
        raise invalid(f"network.draw is not of family ridgelet with an integer seed: {quote(draw)}")
    try:
        lam, beta = (side.numerator / side.denominator for side in ranges)
    except OverflowError:
        raise invalid("network.box leaves the float64 range") from None
    stream = uniform("ridgelet", seed, len(a) + len(b))
    drawn_a = array("d", (lam * u for u in stream[: len(a)]))
    drawn_b = array("d", (beta * u for u in stream[len(a) :]))
    if drawn_a.tobytes() != a.tobytes() or drawn_b.tobytes() != b.tobytes():
        raise refuted("a and b are not the entries of the declared draw")


def _within(budget: Fraction, c: Sequence[float], clock: Clock) -> None:
    """The exact sum of |c_j| is at most the budget."""
    total = Fraction(0)
    for start in range(0, len(c), 4096):
        clock.tick()
        total += sum((abs(Fraction(value)) for value in c[start : start + 4096]), Fraction(0))
    if total > budget:
        raise refuted("the sum of |c_j| exceeds the budget")
