"""What the shape of an expression alone says about its sign on the domain.

Balls spill a little beyond the ends of an interval; ``sqrt(x)`` on [0, 1] would meet negative
numbers that the domain does not hold.  Signs of rational-affine pieces are decided exactly here.
"""

from __future__ import annotations

from fractions import Fraction

from theory.targets.grammar import (
    Binary,
    Call,
    Expression,
    Negative,
    Number,
    Pi,
    Power,
    Variable,
)

Box = tuple[tuple[Fraction, Fraction], ...]
Affine = tuple[Fraction, dict[int, Fraction]]


def affine(expression: Expression) -> Affine | None:
    """``(constant, {variable: slope})`` if the expression is affine with rational coefficients."""
    match expression:
        case Number(value):
            return value, {}
        case Variable(index):
            return Fraction(0), {index: Fraction(1)}
        case Negative(operand):
            inner = affine(operand)
            return None if inner is None else _combine((Fraction(0), {}), inner, Fraction(-1))
        case Binary(operator, left, right):
            return _binary(operator, affine(left), affine(right))
        case Power(base, exponent) if exponent == 1:
            return affine(base)
    return None


def _binary(operator: str, left: Affine | None, right: Affine | None) -> Affine | None:
    if left is None or right is None:
        return None
    if operator in "+-":
        return _combine(left, right, Fraction(1 if operator == "+" else -1))
    if operator == "*" and not left[1]:
        left, right = right, left
    if right[1] or (operator == "/" and right[0] == 0):
        return None
    factor = right[0] if operator == "*" else 1 / right[0]
    return _combine((Fraction(0), {}), left, factor)


def _combine(first: Affine, second: Affine, factor: Fraction) -> Affine:
    slopes = dict(first[1])
    for index, slope in second[1].items():
        slopes[index] = slopes.get(index, Fraction(0)) + factor * slope
    return first[0] + factor * second[0], slopes


def affine_range(expression: Expression, box: Box) -> tuple[Fraction, Fraction] | None:
    """The exact range over ``box`` of a rational-affine expression, or None if it is not one."""
    form = affine(expression)
    if form is None:
        return None
    low = high = form[0]
    for index, slope in form[1].items():
        if index >= len(box):
            return None
        ends = sorted((slope * box[index][0], slope * box[index][1]))
        low, high = low + ends[0], high + ends[1]
    return low, high


def nonnegative(expression: Expression, box: Box) -> bool:
    """Whether the expression is >= 0 on ``box`` by its shape; False means not known."""
    limits = affine_range(expression, box)
    if limits is not None:
        return limits[0] >= 0
    match expression:
        case Pi() | Call("abs" | "sqrt" | "exp", _):
            return True
        case Binary("+" | "*" | "/", left, right):
            return nonnegative(left, box) and nonnegative(right, box)
        case Power(base, exponent):
            even = exponent.denominator == 1 and exponent.numerator % 2 == 0
            return even or nonnegative(base, box)
    return False


def without_kinks(expression: Expression, box: Box) -> Expression:
    """The same function on ``box`` with every ``abs`` whose argument keeps its sign removed."""
    match expression:
        case Call("abs", inner):
            inner = without_kinks(inner, box)
            if nonnegative(inner, box):
                return inner
            return Negative(inner) if nonnegative(Negative(inner), box) else Call("abs", inner)
        case Call(function, inner):
            return Call(function, without_kinks(inner, box))
        case Negative(operand):
            return Negative(without_kinks(operand, box))
        case Binary(operator, left, right):
            return Binary(operator, without_kinks(left, box), without_kinks(right, box))
        case Power(base, exponent):
            return Power(without_kinks(base, box), exponent)
    return expression
