"""The assumptions that statements share, each decided in three values.

Exact values are compared exactly; enclosures as balls, where UNKNOWN is an outcome.  A figure that
is not shown to be finite (an infinite upper end) leaves a hypothesis open, it does not refute it.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from theory.rigor.balls import Truth, ball, less_equal
from theory.statements.enclose import Number
from theory.statements.statement import Hypothesis


def at_most(x: Number, y: Number) -> Truth:
    """Whether x <= y: exactly for two Fractions, else as balls."""
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return Truth.YES if x <= y else Truth.NO
    return less_equal(ball(x), ball(y))


def plus(x: Number, y: Number) -> Number:
    """x + y, exact if both are."""
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return x + y
    return ball(x) + ball(y)


def integer(x: Number) -> int | None:
    """The integer that x certainly is, or None."""
    if isinstance(x, Fraction):
        return x.numerator if x.denominator == 1 else None
    exact = x.unique_fmpz()
    return None if exact is None else int(exact)


def at_least_integer(symbol: str, least: int, *, name: str, counts: str) -> Hypothesis:
    """``symbol`` is an integer >= least; ``counts`` says what it counts."""

    def test(values: Mapping[str, Number]) -> Truth:
        number = integer(values[symbol])
        return Truth.YES if number is not None and number >= least else Truth.NO

    return Hypothesis(
        name, f"{symbol} >= {least}", (symbol,), test, f"at least {least} {counts} are accepted"
    )


def width_at_least(least: int) -> Hypothesis:
    """n >= least, the number of locations."""
    return at_least_integer("n", least, name="width", counts="locations")


def between(low: str, symbol: str, high: str) -> Hypothesis:
    """low < symbol < high for names or numbers, strictly."""

    def test(values: Mapping[str, Number]) -> Truth:
        ends = [values[end] if end in values else Fraction(end) for end in (low, high)]
        value = values[symbol]
        outside = (at_most(value, ends[0]), at_most(ends[1], value))
        if Truth.YES in outside:
            return Truth.NO
        return Truth.YES if outside == (Truth.NO, Truth.NO) else Truth.UNKNOWN

    names = tuple(name for name in (low, symbol, high) if name.isalpha())
    text = f"{low} < {symbol} < {high}"
    return Hypothesis(symbol, text, names, test, f"{text} is accepted")


def finite_nonnegative(symbol: str, *, name: str, text: str, accepted: str) -> Hypothesis:
    """0 <= symbol < infinity: the function class that the symbol measures."""

    def test(values: Mapping[str, Number]) -> Truth:
        return at_most(Fraction(0), values[symbol])

    return Hypothesis(name, text, (symbol,), test, accepted)


def lipschitz() -> Hypothesis:
    """f is L-Lipschitz."""
    return finite_nonnegative(
        "L",
        name="Lipschitz",
        text="f is L-Lipschitz, 0 <= L < inf",
        accepted="a target with a bounded derivative is accepted",
    )


def bounded_curvature() -> Hypothesis:
    """f in W^{2,inf}, |f''| <= M2."""
    return finite_nonnegative(
        "M2",
        name="curvature",
        text="f in W^{2,inf}, 0 <= M2 < inf",
        accepted="a target whose derivative is Lipschitz (no kinks) is accepted",
    )


def continuous(where: str) -> Hypothesis:
    """f is continuous, with the modulus of continuity omega = om(where)."""
    return finite_nonnegative(
        "omega",
        name="continuity",
        text=f"f is continuous, omega = om({where})",
        accepted="a target that is finite and continuous on its domain is accepted",
    )
