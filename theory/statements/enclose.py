"""Sympy expressions as exact numbers or balls: every node is handled by name, others are refused.

Generic evaluators turn Rational(1, 3) into a float; here what is rational stays a Fraction,
anything else is a ball, and a float inside a statement is an error.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

from flint import arb

from theory.errors import InputError
from theory.rigor.balls import ball

Value = arb | Fraction | int | float
Number = Fraction | arb

_CONSTANTS: dict[str, Callable[[], arb]] = {"Pi": arb.pi, "Exp1": arb.const_e}
_FUNCTIONS: dict[str, Callable[[arb], arb]] = {
    "log": arb.log,
    "exp": arb.exp,
    "floor": arb.floor,
    "ceiling": arb.ceil,
    "factorial": arb.fac,
    "gamma": arb.gamma,
    "Abs": abs,
}
_EXACT: dict[str, Callable[[Fraction], Fraction]] = {
    "floor": lambda x: Fraction(math.floor(x)),
    "ceiling": lambda x: Fraction(math.ceil(x)),
    "Abs": abs,
}
_FOLDS: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]] = {
    "Add": (lambda x, y: x + y, lambda x, y: x + y),
    "Mul": (lambda x, y: x * y, lambda x, y: x * y),
    "Max": (max, lambda x, y: x.max(y)),
    "Min": (min, lambda x, y: x.min(y)),
}


def exact_or_ball(value: Value) -> Number:
    """Integers, rationals and floats as exact Fractions, balls as they are.

    Infinities and nan become the ball that knows nothing.  Raises TypeError for anything else, such
    as text, that would have to be rounded.
    """
    if isinstance(value, arb):
        return value
    if isinstance(value, numbers.Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, float):
        return Fraction(value) if math.isfinite(value) else arb.nan()
    raise TypeError(f"not a ball, rational or float: {value!r}")


def enclose(expression: Any, values: Mapping[str, Value]) -> Number:
    """``expression`` with its symbols at ``values``, as a Fraction where everything is rational.

    Otherwise as a ball at the working precision.  Raises InputError for a node outside the closed
    list (floats, unknown functions, infinities) and KeyError for a symbol without a value.
    """
    if expression.is_Symbol:
        return exact_or_ball(values[expression.name])
    kind = type(expression).__name__
    if expression.is_Rational and expression.is_finite:
        return Fraction(int(expression.p), int(expression.q))
    if kind in _CONSTANTS:
        return _CONSTANTS[kind]()
    if kind in _FOLDS:
        exact, enclosed = _FOLDS[kind]
        terms = [enclose(argument, values) for argument in expression.args]
        if all(isinstance(term, Fraction) for term in terms):
            result: Number = reduce(exact, terms)
            return result
        result = reduce(enclosed, [ball(term) for term in terms])
        return result
    if kind == "Pow":
        return _power(enclose(expression.args[0], values), enclose(expression.args[1], values))
    if kind in _FUNCTIONS and len(expression.args) == 1:
        argument = enclose(expression.args[0], values)
        if isinstance(argument, Fraction) and kind in _EXACT:
            return _EXACT[kind](argument)
        return _FUNCTIONS[kind](ball(argument))
    raise InputError(
        "statement",
        expression,
        f"has the node {kind}",
        "rationals, pi, E, symbols, + * **, Max, Min, log, exp, floor, ceiling, factorial, gamma, "
        "Abs",
    )


def _power(base: Number, exponent: Number) -> Number:
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        if isinstance(base, Fraction):
            return base**exponent.numerator if base or exponent >= 0 else arb.nan()
        power = _integer_power(base, abs(exponent.numerator))
        return power if exponent >= 0 else 1 / power
    if isinstance(exponent, Fraction) and exponent.denominator == 2:
        return _power(ball(base).sqrt(), Fraction(exponent.numerator))
    # A general real power is defined for a positive base; balls that touch 0 give nan.
    return (ball(exponent) * ball(base).log()).exp()


def _integer_power(base: arb, exponent: int) -> arb:
    """x^m for m >= 0 by repeated squaring: ``arb ** int`` may give nan for a ball around 0."""
    result, square = arb(1), base
    while exponent:
        if exponent & 1:
            result = result * square
        square, exponent = square * square, exponent >> 1
    return result
