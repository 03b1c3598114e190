"""A target in d variables: an expression in x0, ..., x{d-1} on a box with exact rational ends.

The band-limited family measures errors in L2 of the uniform probability measure on such a box;
d = 1 is the interval of :class:`theory.targets.target.Target`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import arb
from numpy.typing import NDArray

from theory.errors import InputError
from theory.rigor.balls import working_precision
from theory.rigor.numbers import exact_text, parse_interval
from theory.targets.evaluate import ValueFunction, compile_value
from theory.targets.grammar import Expression, parse, variables
from theory.targets.signs import without_kinks

MAX_DIMENSION = 3
SAMPLE_PRECISION = 96
Interval = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class BoxTarget:
    """f(x) for x in the box ``domain``, one (low, high) per axis; built with :meth:`parse`."""

    text: str
    domain: tuple[Interval, ...]

    @classmethod
    def parse(
        cls,
        text: str,
        domain: Sequence[tuple[Fraction | int, Fraction | int]] = ((0, 1),),
        *,
        argument: str = "--target",
    ) -> BoxTarget:
        """Read ``text``; one pair in ``domain`` serves all axes of an expression in x0, x1, ...

        The dimension is the number of pairs, or, with one pair, that of the highest variable.
        Raises InputError for text outside the grammar, an empty side, a variable beyond the
        domain, or more than ``MAX_DIMENSION`` axes.
        """
        needed = 1 + max(variables(parse(text, argument=argument)), default=0)
        sides = tuple((Fraction(low), Fraction(high)) for low, high in domain)
        if len(sides) == 1:
            sides = sides * needed
        for low, high in sides:
            if low >= high:
                shown = f"{exact_text(low)},{exact_text(high)}"
                raise InputError("--domain", shown, "is empty or reversed:", "a < b is accepted")
        if max(needed, len(sides)) > MAX_DIMENSION:
            accepted = f"at most {MAX_DIMENSION} variables are accepted"
            raise InputError(argument, text, "has too many dimensions:", accepted)
        if needed > len(sides):
            accepted = f"the domain has {len(sides)} axes; one pair serves all axes"
            raise InputError(argument, f"x{needed - 1}", "uses", accepted)
        return cls(text.strip(), sides)

    @property
    def dimension(self) -> int:
        """d, the number of axes."""
        return len(self.domain)

    @cached_property
    def expression(self) -> Expression:
        """The syntax tree, with every ``abs`` removed whose argument keeps its sign."""
        return without_kinks(parse(self.text), self.domain)

    @cached_property
    def _value(self) -> ValueFunction:
        return compile_value(self.expression, self.domain)

    def value(self, point: Sequence[arb]) -> arb:
        """f over the balls ``point``, one per axis, at the working precision."""
        return self._value(tuple(point))

    def sample(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Float64 values at ``points`` of shape (m, d), for fits and pictures; measured.

        Raises InputError where f is not finite.
        """
        values = np.empty(len(points))
        with working_precision(SAMPLE_PRECISION):
            for index, point in enumerate(points.tolist()):
                enclosure = self._value(tuple(map(arb, point)))
                if not enclosure.is_finite():
                    where = ", ".join(f"{coordinate:.6g}" for coordinate in point)
                    raise InputError(
                        "--target",
                        self.text,
                        f"not shown to be finite and real at ({where}):",
                        "a function that is finite and real on the whole domain is accepted",
                    )
                values[index] = float(enclosure.mid())
        return values


def parse_box(text: str, *, argument: str = "--domain") -> tuple[Interval, ...]:
    """``a,b`` for every axis alike, or ``a0,b0,a1,b1,...``; raises InputError otherwise."""
    parts = text.split(",")
    if len(parts) % 2:
        accepted = "pairs a,b or a0,b0,a1,b1,... are accepted, such as --domain=-1,1"
        raise InputError(argument, text, f"has {len(parts)} numbers:", accepted)
    pairs = (",".join(parts[k : k + 2]) for k in range(0, len(parts), 2))
    return tuple(parse_interval(pair, argument=argument) for pair in pairs)
