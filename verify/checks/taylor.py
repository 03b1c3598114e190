"""A target over balls: enclosures of f, and of f with its first two derivatives.

Every operation acts on columns, lists with one entry per ball.  What is not established is nan: the
second derivative of ``abs`` across 0, both derivatives of ``sqrt`` at 0, everything across a pole.
Non-integer powers clip at 0 (``docs/grammar.md``): balls spill over the ends of a domain where
sqrt(x) begins.  At single points nothing is forgiven, see ``undefined``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, TypeVar

from flint import arb

from verify.checks.grammar import Expression
from verify.checks.verdicts import Clock, Stop, ball, invalid

T = TypeVar("T")
# f, f', f''
Jet = tuple[arb, arb, arb]


@dataclass(frozen=True)
class _Arithmetic(Generic[T]):
    """What the stack machine needs to know about the entries of its columns."""

    constant: Callable[[arb], T]
    functions: Mapping[str, Callable[..., T]]
    power: Callable[[T, Fraction], T]


def values(expression: Expression, points: list[arb], clock: Clock) -> list[arb]:
    """Enclosures of f over each ball; f has one variable."""
    return _run(expression, points, VALUES, clock)


def jets(expression: Expression, balls: Sequence[arb], clock: Clock) -> list[Jet]:
    """Enclosures of f, f', f'' over each ball; not finite where smoothness is not established.

    A finite f' without a finite f'' is a Lipschitz bound: |x| has the slopes [-1, 1] at 0.
    """
    one, zero = arb(1), arb(0)
    return _run(expression, [(x, one, zero) for x in balls], JETS, clock)


def undefined(expression: Expression, point: arb, clock: Clock) -> str | None:
    """Why f certainly has no real value at ``point`` (as good as exact), or None."""
    try:
        _run(expression, [point], STRICT, clock)
    except Stop as stop:
        if stop.outcome.status == "INVALID":
            return stop.outcome.reason
        raise
    return None


def _run(
    expression: Expression, variable: list[T], arithmetic: _Arithmetic[T], clock: Clock
) -> list[T]:
    stack: list[list[T]] = []
    for name, argument in expression.program:
        clock.tick()
        if name == "variable":
            stack.append(variable)
        elif name in ("number", "pi"):
            number = arb.pi() if name == "pi" else ball(Fraction(argument or 0))
            stack.append([arithmetic.constant(number)] * len(variable))
        elif name == "pow":
            exponent, power = Fraction(argument or 0), arithmetic.power
            stack.append([power(base, exponent) for base in stack.pop()])
        elif name in ("add", "sub", "mul", "div"):
            right, left = stack.pop(), stack.pop()
            stack.append(list(map(arithmetic.functions[name], left, right)))
        else:
            stack.append(list(map(arithmetic.functions[name], stack.pop())))
    return stack.pop()


def _integer_power(base: arb, exponent: int) -> arb:
    # By squaring: ball ** 2 is nan for balls around 0.
    if exponent < 0:
        return 1 / _integer_power(base, -exponent)
    result, square = arb(1), base
    while exponent:
        if exponent & 1:
            result = result * square
        exponent >>= 1
        if exponent:
            square = square * square
    return result


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


def _sqrt(base: arb) -> arb:
    return base.sqrt() if base > 0 else _power(base, Fraction(1, 2))


VALUES = _Arithmetic[arb](
    constant=lambda number: number,
    functions={
        "neg": operator.neg,
        "add": operator.add,
        "sub": operator.sub,
        "mul": operator.mul,
        "div": operator.truediv,
        "sin": arb.sin,
        "cos": arb.cos,
        "tan": arb.tan,
        "exp": arb.exp,
        "log": arb.log,
        "sqrt": _sqrt,
        "tanh": arb.tanh,
        "abs": abs,
    },
    power=_power,
)


def _strict_div(left: arb, right: arb) -> arb:
    if right.is_zero():
        raise invalid("it divides by 0")
    return left / right


def _strict_log(base: arb) -> arb:
    if base <= 0:
        raise invalid("it takes the logarithm of a number <= 0")
    return base.log()


def _strict_power(base: arb, exponent: Fraction) -> arb:
    if exponent < 0 and base.is_zero():
        raise invalid("it divides by 0")
    if exponent.denominator > 1 and base < 0:
        raise invalid("it takes a root of a number < 0")
    return _power(base, exponent)


STRICT = _Arithmetic[arb](
    constant=lambda number: number,
    functions={
        **VALUES.functions,
        "div": _strict_div,
        "log": _strict_log,
        "sqrt": lambda base: _strict_power(base, Fraction(1, 2)),
    },
    power=_strict_power,
)


def _chain(u: Jet, value: arb, first: arb, second: arb) -> Jet:
    """The jet of phi(u) from phi, phi', phi'' at u."""
    return value, first * u[1], second * (u[1] * u[1]) + first * u[2]


def _mul(u: Jet, v: Jet) -> Jet:
    return u[0] * v[0], u[1] * v[0] + u[0] * v[1], u[2] * v[0] + 2 * u[1] * v[1] + u[0] * v[2]


def _div(u: Jet, v: Jet) -> Jet:
    value = u[0] / v[0]
    first = (u[1] - value * v[1]) / v[0]
    return value, first, (u[2] - 2 * first * v[1] - value * v[2]) / v[0]


def _sin_jet(u: Jet) -> Jet:
    sine, cosine = u[0].sin_cos()
    return _chain(u, sine, cosine, -sine)


def _cos_jet(u: Jet) -> Jet:
    sine, cosine = u[0].sin_cos()
    return _chain(u, cosine, -sine, -cosine)


def _tan_jet(u: Jet) -> Jet:
    tangent = u[0].tan()
    slope = 1 + tangent * tangent
    return _chain(u, tangent, slope, 2 * tangent * slope)


def _exp_jet(u: Jet) -> Jet:
    value = u[0].exp()
    return _chain(u, value, value, value)


def _log_jet(u: Jet) -> Jet:
    slope = 1 / u[0]
    return _chain(u, u[0].log(), slope, -slope * slope)


def _tanh_jet(u: Jet) -> Jet:
    value = u[0].tanh()
    slope = 1 - value * value
    return _chain(u, value, slope, -2 * value * slope)


def _abs_jet(u: Jet) -> Jet:
    if u[0] > 0:
        return u
    if u[0] < 0:
        return -u[0], -u[1], -u[2]
    return abs(u[0]), arb(0, 1) * u[1], arb.nan()


def _power_jet(u: Jet, exponent: Fraction) -> Jet:
    first, second = exponent, exponent * (exponent - 1)
    # A vanishing factor is dropped with its power: x ** 1 has no pole in its derivatives.
    return _chain(
        u,
        _power(u[0], exponent),
        ball(first) * _power(u[0], exponent - 1) if first else arb(0),
        ball(second) * _power(u[0], exponent - 2) if second else arb(0),
    )


def _constant_jet(number: arb) -> Jet:
    return number, arb(0), arb(0)


_JET_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "neg": lambda u: (-u[0], -u[1], -u[2]),
    "add": lambda u, v: (u[0] + v[0], u[1] + v[1], u[2] + v[2]),
    "sub": lambda u, v: (u[0] - v[0], u[1] - v[1], u[2] - v[2]),
    "mul": _mul,
    "div": _div,
    "sin": _sin_jet,
    "cos": _cos_jet,
    "tan": _tan_jet,
    "exp": _exp_jet,
    "log": _log_jet,
    "sqrt": lambda u: _power_jet(u, Fraction(1, 2)),
    "tanh": _tanh_jet,
    "abs": _abs_jet,
}
JETS = _Arithmetic[Jet](constant=_constant_jet, functions=_JET_FUNCTIONS, power=_power_jet)
