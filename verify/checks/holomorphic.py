"""A target over real and complex balls, as a proof that it is analytic.

Each variable is a real ball (arb) or a complex one (acb, a rectangle).  A finite result over a
product of such sets proves that f continues analytically to it in the complex variables, for every
value of the real ones: every step is an operation that is analytic on the rectangle it receives.
Where that is not shown (a branch cut of log, sqrt or a non-integer power, a pole, ``abs`` where its
argument may vanish) the result is nan.  In real variables alone the values are those of
``taylor.values``, except that tanh is also tight over wide balls.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from flint import acb, arb

from verify.checks import taylor
from verify.checks.grammar import Expression
from verify.checks.verdicts import Clock, ball

Number = arb | acb
# Wider balls are evaluated at their ends: arb.tanh gives nan for them.
WIDE = 2.0**-10
NAN = acb(arb.nan(), arb.nan())


def evaluate(
    expression: Expression, columns: Sequence[Sequence[Number]], clock: Clock
) -> list[Number]:
    """f at points given axis by axis: ``columns[i]`` holds the i-th coordinate of every point."""
    count = len(columns[0])
    stack: list[Sequence[Number]] = []
    for name, argument in expression:
        clock.tick()
        if name == "variable":
            stack.append(columns[int(argument)])
        elif name in ("number", "pi"):
            stack.append([arb.pi() if name == "pi" else ball(argument)] * count)
        elif name == "pow":
            stack.append([_power(base, argument) for base in stack.pop()])
        elif name in BINARY:
            right, left = stack.pop(), stack.pop()
            stack.append(list(map(BINARY[name], left, right)))
        elif name == "neg":
            stack.append([-u for u in stack.pop()])
        else:
            real, complex_ = REAL[name], COMPLEX[name]
            stack.append([real(u) if isinstance(u, arb) else complex_(u) for u in stack.pop()])
    return list(stack.pop())


def _power(base: Number, exponent: Fraction) -> Number:
    if isinstance(base, arb):
        power: arb = taylor.VALUES["pow"](base, exponent)
        return power
    if exponent.denominator == 1:
        return _integer_power(base, exponent.numerator)
    return (base.log() * ball(exponent)).exp() if base.real > 0 else NAN


def _integer_power(base: acb, exponent: int) -> acb:
    if exponent < 0:
        return 1 / _integer_power(base, -exponent)
    if exponent == 0:
        return acb(1)
    root = _integer_power(base, exponent // 2)
    return root * root * base if exponent % 2 else root * root


def _real_tanh(x: arb) -> arb:
    if x.rad() < WIDE or not x.is_finite():
        return x.tanh()
    return x.lower().tanh().union(x.upper().tanh())


def _complex_tanh(z: acb) -> acb:
    """tanh z by a formula without overflow on either side, nan where a pole may lie."""
    if z.real < 0:
        return -_complex_tanh(-z)
    if z.real > 0:
        decay = (-2 * z).exp()
        return (1 - decay) / (1 + decay)
    return z.sinh() / z.cosh()


def _absolute(z: acb) -> acb:
    # Analytic where it is z or -z; on the real points of the rectangle it is |z|.
    if z.real > 0:
        return z
    return -z if z.real < 0 else NAN


BINARY: dict[str, Callable[[Any, Any], Number]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
}
REAL: dict[str, Callable[[arb], arb]] = {
    **{name: taylor.VALUES[name] for name in ("sin", "cos", "tan", "exp", "log", "sqrt", "abs")},
    "tanh": _real_tanh,
}
COMPLEX: dict[str, Callable[[acb], acb]] = {
    "sin": acb.sin,
    "cos": acb.cos,
    "tan": lambda z: z.sin() / z.cos(),
    "exp": acb.exp,
    "log": lambda z: z.log() if z.real > 0 else NAN,
    "sqrt": lambda z: z.sqrt() if z.real > 0 else NAN,
    "tanh": _complex_tanh,
    "abs": _absolute,
}
