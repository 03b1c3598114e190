"""A target: an expression in x on an interval [a, b] with exact rational ends.

F(u) = f(a + (b - a) u) is the same target on the unit interval, where the theorems of note P are
stated; the change of variable is exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import arb

from theory.errors import InputError
from theory.rigor.balls import Real, ball, float_up, working_precision
from theory.rigor.numbers import exact_text
from theory.targets.evaluate import (
    JetFunction,
    ValueFunction,
    compile_jet,
    compile_value,
)
from theory.targets.grammar import Expression, parse, variables
from theory.targets.jets import Jet, identity
from theory.targets.signs import without_kinks

MAX_ORDER = 16
SAMPLE_PRECISION = 96


@dataclass(frozen=True)
class Target:
    """f(x) for x in [low, high]; built with :meth:`parse`.

    Enclosures hold for every point of the domain inside the given ball.
    """

    text: str
    low: Fraction
    high: Fraction

    @classmethod
    def parse(
        cls,
        text: str,
        low: Fraction | int = 0,
        high: Fraction | int = 1,
        *,
        argument: str = "--target",
    ) -> Target:
        """Read ``text`` by the closed grammar; raises InputError on anything outside it."""
        target = cls(text.strip(), Fraction(low), Fraction(high))
        if target.low >= target.high:
            shown = f"{exact_text(target.low)},{exact_text(target.high)}"
            raise InputError("--domain", shown, "is empty or reversed:", "a < b is accepted")
        extra = sorted(variables(parse(text, argument=argument)) - {0})
        if extra:
            raise InputError(argument, f"x{extra[0]}", "uses", "one variable, x or x0, is accepted")
        return target

    @property
    def length(self) -> Fraction:
        """b - a."""
        return self.high - self.low

    @cached_property
    def expression(self) -> Expression:
        """The syntax tree, with every ``abs`` removed whose argument keeps its sign."""
        return without_kinks(parse(self.text), ((self.low, self.high),))

    @cached_property
    def _value(self) -> ValueFunction:
        return compile_value(self.expression, ((self.low, self.high),))

    @cached_property
    def _jets(self) -> dict[int, JetFunction]:
        return {}

    def value(self, x: Real) -> arb:
        """f over the ball ``x`` (user coordinates), at the working precision."""
        return self._value((ball(x),))

    def jet(self, x: arb, order: int) -> Jet:
        """Taylor coefficients f^(j)/j!, j <= order, over the ball ``x`` (user coordinates).

        Shorter than order + 1 where smoothness is not established.
        """
        if not 0 <= order <= MAX_ORDER:
            raise InputError("order", order, "out of range:", f"0 to {MAX_ORDER} is accepted")
        if order not in self._jets:
            box = ((self.low, self.high),)
            self._jets[order] = compile_jet(self.expression, box, order)
        return self._jets[order]((identity(x, order),))

    def point(self, u: Real) -> arb:
        """x = a + (b - a) u."""
        return ball(self.low) + ball(self.length) * ball(u)

    def unit_value(self, u: Real) -> arb:
        """F over the ball ``u`` of the unit interval."""
        return self._value((self.point(u),))

    def unit_jet(self, u: arb, order: int) -> Jet:
        """Taylor coefficients of F over the ball ``u`` of the unit interval."""
        coefficients = self.jet(self.point(u), order)
        scale, power, scaled = ball(self.length), arb(1), []
        for coefficient in coefficients:
            scaled.append(coefficient * power)
            power = power * scale
        return tuple(scaled)

    def sample(self, points: Sequence[float]) -> tuple[list[float], float]:
        """Values of F and a bound eta: |values_i - F(u)| <= eta for every |u - points_i| <= 2^-54.

        The slack in u covers points such as i/(n-1) that were rounded to float64; the end points 0
        and 1 are exact.  Raises InputError where F is not finite.
        """
        values, eta = [], arb(0)
        slack = math.ldexp(1.0, -54)
        with working_precision(SAMPLE_PRECISION):
            low, length = ball(self.low), ball(self.length)
            for u in points:
                where = arb(u, slack) if 0.0 < u < 1.0 else arb(u)
                enclosure = self._value((low + length * where,))
                if not enclosure.is_finite():
                    raise self.not_finite(float_up(low + length * arb(u)))
                value = float(enclosure.mid())
                values.append(value)
                error = (enclosure - arb(value)).abs_upper()
                if error > eta:
                    eta = error
            return values, float_up(eta)

    def not_finite(self, where: float) -> InputError:
        """The one-line error for a pole, a singularity or a value that is not real."""
        return InputError(
            "--target",
            self.text,
            f"not shown to be finite and real near x = {where:.6g} in",
            "a function that is finite and real on the whole domain is accepted",
        )
