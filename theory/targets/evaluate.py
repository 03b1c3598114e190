"""Expressions as functions of balls: plain values (fast) and jets (with derivatives).

An expression is compiled once to nested closures over python-flint balls; every node type of the
grammar is handled explicitly and an unknown one cannot occur, so no constant is ever rounded to a
float on the way.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from fractions import Fraction

from flint import arb, ctx, fmpq

from theory.targets import jets
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
from theory.targets.jets import Jet
from theory.targets.signs import Box, nonnegative

ValueFunction = Callable[[Sequence[arb]], arb]
JetFunction = Callable[[Sequence[Jet]], Jet]

HALF = Fraction(1, 2)

_JETS: dict[str, Callable[[Jet], Jet]] = {
    "sin": jets.sine,
    "cos": jets.cosine,
    "tan": jets.tangent,
    "exp": jets.exponential,
    "log": jets.logarithm,
    "tanh": jets.hyperbolic_tangent,
    "abs": jets.absolute,
}
_VALUES: dict[str, Callable[[arb], arb]] = {
    "sin": arb.sin,
    "cos": arb.cos,
    "tan": arb.tan,
    "exp": arb.exp,
    "log": arb.log,
    "tanh": jets.ball_tanh,
    "abs": abs,
}
_ARITHMETIC: dict[str, Callable[[arb, arb], arb]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_JET_ARITHMETIC: dict[str, Callable[[Jet, Jet], Jet]] = {
    "+": jets.add,
    "-": jets.subtract,
    "*": jets.multiply,
    "/": jets.divide,
}


def compile_value(expression: Expression, box: Box) -> ValueFunction:
    """The map (x_0, ..., x_{d-1}) -> f(x) on balls inside ``box``, at the working precision.

    Parts without a variable are computed once for each precision.
    """
    if not variables(expression):
        return _once(_value_of(expression, box))
    return _value_of(expression, box)


def _once(constant: ValueFunction) -> ValueFunction:
    known: dict[int, arb] = {}

    def value(_: Sequence[arb]) -> arb:
        found = known.get(ctx.prec)
        if found is None:
            found = known[ctx.prec] = constant(())
        return found

    return value


def _value_of(expression: Expression, box: Box) -> ValueFunction:
    match expression:
        case Number(value):
            exact = fmpq(value.numerator, value.denominator)
            return lambda _: arb(exact)
        case Pi():
            return lambda _: arb.pi()
        case Variable(index):
            return lambda xs: xs[index]
        case Negative(operand):
            inner = compile_value(operand, box)
            return lambda xs: -inner(xs)
        case Binary(symbol, left, right):
            apply, first, second = (
                _ARITHMETIC[symbol],
                compile_value(left, box),
                compile_value(right, box),
            )
            return lambda xs: apply(first(xs), second(xs))
        case Power(base, exponent):
            return _power_value(base, exponent, box)
        case Call("sqrt", argument):
            return _power_value(argument, HALF, box)
        case Call(function, argument):
            outer, inside = _VALUES[function], compile_value(argument, box)
            return lambda xs: outer(inside(xs))
    raise AssertionError(f"unknown node {expression!r}")


def _power_value(base: Expression, exponent: Fraction, box: Box) -> ValueFunction:
    inner = compile_value(base, box)
    if exponent.denominator == 1:
        power = exponent.numerator
        if power >= 0:
            return lambda xs: jets.ball_power(inner(xs), power)
        return lambda xs: 1 / jets.ball_power(inner(xs), -power)
    known = nonnegative(base, box)
    return lambda xs: jets.rational_power((inner(xs),), exponent, nonnegative=known)[0]


def compile_jet(expression: Expression, box: Box, order: int) -> JetFunction:
    """The map of coordinate jets to the jet of f; see :mod:`theory.targets.jets`."""
    match expression:
        case Number(value):
            exact = fmpq(value.numerator, value.denominator)
            return lambda _: jets.constant(arb(exact), order)
        case Pi():
            return lambda _: jets.constant(arb.pi(), order)
        case Variable(index):
            return lambda xs: xs[index]
        case Negative(operand):
            inner = compile_jet(operand, box, order)
            return lambda xs: jets.negate(inner(xs))
        case Binary(symbol, left, right):
            apply, first, second = (
                _JET_ARITHMETIC[symbol],
                compile_jet(left, box, order),
                compile_jet(right, box, order),
            )
            return lambda xs: apply(first(xs), second(xs))
        case Power(base, exponent):
            return _power_jet(base, exponent, box, order)
        case Call("sqrt", argument):
            return _power_jet(argument, HALF, box, order)
        case Call(function, argument):
            outer, inside = _JETS[function], compile_jet(argument, box, order)
            return lambda xs: outer(inside(xs))
    raise AssertionError(f"unknown node {expression!r}")


def _power_jet(base: Expression, exponent: Fraction, box: Box, order: int) -> JetFunction:
    inner = compile_jet(base, box, order)
    if exponent.denominator == 1:
        power = exponent.numerator
        return lambda xs: jets.integer_power(inner(xs), power)
    known = nonnegative(base, box)
    return lambda xs: jets.rational_power(inner(xs), exponent, nonnegative=known)
