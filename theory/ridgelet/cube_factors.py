"""f(x) = prod_i f_i(x_i) read off an expression: products split, and exp of sums.

Products, quotients by constants and whole powers are split factor by factor, and exp of a sum,
r**2 = x0**2 + x1**2 + ... among its terms, term by term.  What mixes coordinates otherwise is
refused with the piece at fault, also where it happens to be a product, as cos(x0+x1)+cos(x0-x1)
does.  For R2 on a cube (note R2); arXiv 2008.08427.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from theory.errors import InputError
from theory.ridgelet.spectral_grammar import RADIUS, parse_target
from theory.targets.grammar import (
    Binary,
    Call,
    Expression,
    Negative,
    Number,
    Pi,
    Power,
    Variable,
    variables,
)

ACCEPTED = (
    "a product of functions of one coordinate each is accepted in a cube, such as "
    "exp(-x0**2-2*x1**2)*cos(3*x1)"
)
# an axis, or None for a constant, and an expression in x
Piece = tuple[int | None, str]


def cube_factors(text: str, dimension: int, *, argument: str = "--target") -> tuple[str, ...]:
    """The d factors as expressions in x; constants go to the first.

    Raises InputError naming the piece that mixes coordinates, or the coordinate without a factor.
    """
    pieces = _Splitter(dimension, argument).factors(
        parse_target(text, dimension, argument=argument)
    )
    parts: list[list[str]] = [[] for _ in range(dimension)]
    for axis, part in pieces:
        if axis is not None:
            parts[axis].append(part)
    for axis, found in enumerate(parts):
        if not found:
            raise InputError(argument, text, f"has no factor in x{axis}:", ACCEPTED)
    parts[0] += [part for axis, part in pieces if axis is None]
    return tuple("*".join(found) for found in parts)


@dataclass(frozen=True)
class _Splitter:
    dimension: int
    argument: str

    def error(self, node: Expression) -> InputError:
        problem = "is no product of functions of one coordinate each:"
        return InputError(self.argument, _bare(_written(node, "x{}")), problem, ACCEPTED)

    def factors(self, node: Expression) -> list[Piece]:
        """Factors of ``node``."""
        alone = _alone(node)
        if alone is not None:
            return alone
        match node:
            case Negative(operand):
                return [(None, "(-1)"), *self.factors(operand)]
            case Binary("*", left, right):
                return self.factors(left) + self.factors(right)
            case Binary("/", left, right) if not variables(right):
                return [*self.factors(left), (None, f"(1/{_written(right)})")]
            case Power(Variable(), _):
                raise self.error(node)
            case Power(base, exponent) if exponent.denominator == 1 and exponent > 0:
                found = self.factors(base)
                return [(axis, f"({part}**{exponent})") for axis, part in found]
            case Call("exp", inner):
                return self.exponential(self.terms(inner))
        raise self.error(node)

    def exponential(self, terms: Sequence[Piece]) -> list[Piece]:
        sums: dict[int | None, list[str]] = {}
        for axis, part in terms:
            sums.setdefault(axis, []).append(part)
        return [(axis, f"exp({'+'.join(parts)})") for axis, parts in sums.items()]

    def terms(self, node: Expression) -> list[Piece]:
        """Terms of the sum ``node``."""
        alone = _alone(node)
        if alone is not None:
            return alone
        match node:
            case Negative(operand):
                return _scaled("(-1)*", self.terms(operand))
            case Binary("+", left, right):
                return self.terms(left) + self.terms(right)
            case Binary("-", left, right):
                return self.terms(left) + _scaled("(-1)*", self.terms(right))
            case Binary("*", left, right) if not variables(left):
                return _scaled(f"{_written(left)}*", self.terms(right))
            case Binary("*", left, right) if not variables(right):
                return _scaled(f"{_written(right)}*", self.terms(left))
            case Binary("/", left, right) if not variables(right):
                return _scaled(f"(1/{_written(right)})*", self.terms(left))
            case Power(Variable(index), Fraction(numerator=2, denominator=1)) if index == RADIUS:
                return [(axis, "x**2") for axis in range(self.dimension)]
        raise self.error(node)


def _scaled(front: str, terms: list[Piece]) -> list[Piece]:
    return [(axis, front + part) for axis, part in terms]


def _alone(node: Expression) -> list[Piece] | None:
    """``node`` by itself where it has one coordinate or none."""
    names = variables(node)
    if RADIUS in names or len(names) > 1:
        return None
    return [(next(iter(names), None), _written(node))]


def _bare(text: str) -> str:
    """Without the outer parentheses that :func:`_written` puts around sums and products."""
    return text[1:-1] if text.startswith("(") else text


def _written(node: Expression, name: str = "x") -> str:
    """The expression as text that parses to it again, coordinates written as ``name``."""
    match node:
        case Number(value):
            return f"({value})" if value.denominator > 1 else str(value)
        case Pi():
            return "pi"
        case Variable(index):
            return "r" if index == RADIUS else name.format(index)
        case Negative(operand):
            return f"(-{_written(operand, name)})"
        case Binary(operator, left, right):
            return f"({_written(left, name)}{operator}{_written(right, name)})"
        case Power(base, exponent):
            power = exponent if exponent.denominator == 1 and exponent >= 0 else f"({exponent})"
            return f"({_written(base, name)}**{power})"
        case Call(function, inner):
            text = _bare(_written(inner, name))
            if function == "bspline0":
                return f"box({text})"
            if function.startswith("bspline"):
                return f"bspline({function[7:]}, {text})"
            return f"{function}({text})"
