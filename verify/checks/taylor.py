"""A target over balls: enclosures of f, and of f with its first two derivatives.

Every operation acts on columns, lists with one entry per ball.  What is not established is nan: the
second derivative of ``abs`` across 0, both derivatives of ``sqrt`` at 0, everything across a pole.
Non-integer powers clip at 0 (``docs/grammar.md``): balls spill over the ends of a domain where
sqrt(x) begins.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from flint import arb

from verify.checks.grammar import Expression
from verify.checks.verdicts import Clock, ball

T = TypeVar("T")
# f, f', f''
Jet = tuple[arb, arb, arb]
HALF = Fraction(1, 2)


def values(expression: Expression, points: list[arb], clock: Clock) -> list[arb]:
    """Enclosures of f over each ball; f has one variable."""
    return _run(expression, points, VALUES, clock)


def jets(expression: Expression, balls: Sequence[arb], clock: Clock) -> list[Jet]:
    """Enclosures of f, f', f'' over each ball; not finite where smoothness is not established.

    A finite f' without a finite f'' is a Lipschitz bound: |x| has the slopes [-1, 1] at 0.
    """
    one, zero = arb(1), arb(0)
    return _run(expression, [(x, one, zero) for x in balls], JETS, clock)


def _run(
    expression: Expression,
    variable: list[T],
    arithmetic: Mapping[str, Callable[..., T]],
    clock: Clock,
) -> list[T]:
    stack: list[list[T]] = []
    for name, argument in expression:
        clock.tick()
        if name == "variable":
            stack.append(variable)
        elif name in ("number", "pi"):
            number = arb.pi() if name == "pi" else ball(argument)
            stack.append([arithmetic["constant"](number)] * len(variable))
        elif name == "pow":
            stack.append([arithmetic["pow"](base, argument) for base in stack.pop()])
        elif name in ("add", "sub", "mul", "div"):
            right, left = stack.pop(), stack.pop()
            stack.append(list(map(arithmetic[name], left, right)))
        else:
            stack.append(list(map(arithmetic[name], stack.pop())))
    return stack.pop()


def _integer_power(base: arb, exponent: int) -> arb:
    # By squaring: ball ** 2 is nan for balls around 0.
    if exponent < 0:
        return 1 / _integer_power(base, -exponent)
    if exponent == 0:
        return arb(1)
    root = _integer_power(base, exponent // 2)
    return root * root * base if exponent % 2 else root * root


def _power(base: arb, exponent: Fraction) -> arb:
    """base ** exponent, and max(base, 0) ** exponent for non-integer exponents > 0."""
    if exponent.denominator == 1:
        return _integer_power(base, exponent.numerator)
    if base > 0:
        root = base.sqrt() if exponent.denominator == 2 else base.root(exponent.denominator)
        return _integer_power(root, exponent.numerator)
    if exponent < 0 or not base.is_finite() or base < 0:
        return arb.nan()
    top = base.upper()
    return arb(0).union(_power(top, exponent)) if top > 0 else arb(0)


VALUES: dict[str, Callable[..., arb]] = {
    "constant": lambda number: number,
    **{name: getattr(operator, name) for name in ("neg", "add", "sub", "mul", "abs")},
    **{name: getattr(arb, name) for name in ("sin", "cos", "tan", "exp", "log", "tanh")},
    "div": operator.truediv,
    "pow": _power,
    "sqrt": lambda base: _power(base, HALF),
}


def _chain(u: Jet, value: arb, first: arb, second: arb) -> Jet:
    """The jet of phi(u) from phi, phi', phi'' at u."""
    return value, first * u[1], second * (u[1] * u[1]) + first * u[2]


def _mul(u: Jet, v: Jet) -> Jet:
    return u[0] * v[0], u[1] * v[0] + u[0] * v[1], u[2] * v[0] + 2 * u[1] * v[1] + u[0] * v[2]


def _div(u: Jet, v: Jet) -> Jet:
    value = u[0] / v[0]
    first = (u[1] - value * v[1]) / v[0]
    return value, first, (u[2] - 2 * first * v[1] - value * v[2]) / v[0]


def _power_jet(u: Jet, exponent: Fraction) -> Jet:
    second = exponent * (exponent - 1)
    # A vanishing factor is dropped with its power: x ** 1 has no pole in its derivatives.
    return _chain(
        u,
        _power(u[0], exponent),
        ball(exponent) * _power(u[0], exponent - 1) if exponent else arb(0),
        ball(second) * _power(u[0], exponent - 2) if second else arb(0),
    )


def _tan(u: Jet) -> Jet:
    tangent = u[0].tan()
    slope = 1 + tangent * tangent
    return _chain(u, tangent, slope, 2 * tangent * slope)


def _tanh(u: Jet) -> Jet:
    value = u[0].tanh()
    slope = 1 - value * value
    return _chain(u, value, slope, -2 * value * slope)


def _abs(u: Jet) -> Jet:
    if u[0] > 0:
        return u
    if u[0] < 0:
        return -u[0], -u[1], -u[2]
    return abs(u[0]), arb(0, 1) * u[1], arb.nan()


JETS: dict[str, Callable[..., Jet]] = {
    "constant": lambda number: (number, arb(0), arb(0)),
    "neg": lambda u: (-u[0], -u[1], -u[2]),
    "add": lambda u, v: (u[0] + v[0], u[1] + v[1], u[2] + v[2]),
    "sub": lambda u, v: (u[0] - v[0], u[1] - v[1], u[2] - v[2]),
    "mul": _mul,
    "div": _div,
    "pow": _power_jet,
    "sin": lambda u: _chain(u, u[0].sin(), u[0].cos(), -u[0].sin()),
    "cos": lambda u: _chain(u, u[0].cos(), -u[0].sin(), -u[0].cos()),
    "tan": _tan,
    "exp": lambda u: _chain(u, u[0].exp(), u[0].exp(), u[0].exp()),
    "log": lambda u: _chain(u, u[0].log(), 1 / u[0], -1 / (u[0] * u[0])),
    "sqrt": lambda u: _power_jet(u, HALF),
    "tanh": _tanh,
    "abs": _abs,
}
