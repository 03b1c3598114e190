"""Truncated Taylor arithmetic on balls: values and derivatives of a target over a whole cell.

A jet is a tuple ``(c_0, ..., c_k)`` of balls with f^(j)(x)/j! in c_j for every x of the cell.  Lost
smoothness shows as a shorter jet: over a cell where ``abs`` has a kink only (value, generalised
derivative) remain, where ``sqrt`` touches 0 only the value.  Nothing is ever claimed about a
missing coefficient.  A value that is not finite (pole, log of 0, even root of a negative number)
gives non-finite balls, never an exception.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb, fmpq

Jet = tuple[arb, ...]

NAN = arb.nan()
# Balls with a larger radius are wide: monotone functions are evaluated at their ends.
WIDE = 2.0**-10


def constant(value: arb, order: int) -> Jet:
    """The jet of a constant."""
    return (value, *(arb(0) for _ in range(order)))


def identity(value: arb, order: int) -> Jet:
    """The jet of x over the cell ``value``."""
    return (value, arb(1), *(arb(0) for _ in range(order - 1)))[: order + 1]


def add(left: Jet, right: Jet) -> Jet:
    """f + g, as smooth as the rougher of the two."""
    return tuple(a + b for a, b in zip(left, right, strict=False))


def subtract(left: Jet, right: Jet) -> Jet:
    """f - g."""
    return tuple(a - b for a, b in zip(left, right, strict=False))


def negate(jet: Jet) -> Jet:
    """-f."""
    return tuple(-a for a in jet)


def multiply(left: Jet, right: Jet) -> Jet:
    """f g by the Leibniz rule."""
    size = min(len(left), len(right))
    return tuple(
        sum((left[i] * right[k - i] for i in range(1, k + 1)), left[0] * right[k])
        for k in range(size)
    )


def compose(outer: Sequence[arb], inner: Jet) -> Jet:
    """h(f) from the Taylor coefficients of h over the range of f, by Horner in (f - f_0)."""
    size = min(len(outer), len(inner))
    if size == 1:
        return (outer[0],)
    step = (arb(0), *inner[1:size])
    result = constant(outer[size - 1], size - 1)
    for coefficient in reversed(outer[: size - 1]):
        product = multiply(result, step)
        result = (coefficient, *product[1:])
    return result


def reciprocal(jet: Jet) -> Jet:
    """1/f; not finite where f may vanish."""
    inverse = 1 / jet[0]
    outer, power = [], inverse
    for k in range(len(jet)):
        outer.append(power if k % 2 == 0 else -power)
        power = power * inverse
    return compose(outer, jet)


def divide(left: Jet, right: Jet) -> Jet:
    """f / g; not finite where g may vanish."""
    return multiply(left, reciprocal(right))


def sine(jet: Jet) -> Jet:
    """sin f."""
    s, c = jet[0].sin_cos()
    return compose(_cycle((s, c, -s, -c), len(jet)), jet)


def cosine(jet: Jet) -> Jet:
    """cos f."""
    s, c = jet[0].sin_cos()
    return compose(_cycle((c, -s, -c, s), len(jet)), jet)


def _cycle(derivatives: tuple[arb, arb, arb, arb], size: int) -> list[arb]:
    factorial, outer = 1, []
    for k in range(size):
        factorial *= max(k, 1)
        outer.append(derivatives[k % 4] / factorial)
    return outer


def exponential(jet: Jet) -> Jet:
    """exp f."""
    value, factorial, outer = jet[0].exp(), 1, []
    for k in range(len(jet)):
        factorial *= max(k, 1)
        outer.append(value / factorial)
    return compose(outer, jet)


def logarithm(jet: Jet) -> Jet:
    """log f; not finite where f may reach 0."""
    if not jet[0] > 0:
        return (NAN,)
    inverse = 1 / jet[0]
    outer, power = [jet[0].log()], inverse
    for k in range(1, len(jet)):
        outer.append(power / (k if k % 2 else -k))
        power = power * inverse
    return compose(outer, jet)


def _riccati(value: arb, sign: int, size: int) -> list[arb]:
    """Taylor coefficients of y with y' = 1 + sign y^2 (tan: +1, tanh: -1)."""
    outer = [value]
    for k in range(size - 1):
        square = sum((outer[i] * outer[k - i] for i in range(k + 1)), arb(0))
        outer.append(((1 if k == 0 else 0) + sign * square) / (k + 1))
    return outer


def tangent(jet: Jet) -> Jet:
    """tan f; not finite where f may meet a pole."""
    return compose(_riccati(jet[0].tan(), 1, len(jet)), jet)


def hyperbolic_tangent(jet: Jet) -> Jet:
    """tanh f."""
    return compose(_riccati(ball_tanh(jet[0]), -1, len(jet)), jet)


def ball_tanh(x: arb) -> arb:
    """tanh over a ball; from the ends where it is wide, since ``arb.tanh`` gives nan there."""
    if x.rad() < WIDE or not x.is_finite():
        return x.tanh()
    return x.lower().tanh().union(x.upper().tanh())


def absolute(jet: Jet) -> Jet:
    """|f|; where f may vanish, only the value and the generalised derivative remain."""
    if jet[0] > 0:
        return jet
    if jet[0] < 0:
        return negate(jet)
    if len(jet) == 1:
        return (abs(jet[0]),)
    slope = abs(jet[1])
    return (abs(jet[0]), slope.union(-slope))


def integer_power(jet: Jet, exponent: int) -> Jet:
    """f^m for an integer m; m < 0 is not finite where f may vanish."""
    if exponent < 0:
        return integer_power(reciprocal(jet), -exponent)
    return compose([_monomial(jet[0], exponent, k) for k in range(len(jet))], jet)


def _monomial(x: arb, exponent: int, k: int) -> arb:
    """binom(m, k) x^(m-k); the integer power of a ball around 0 is formed without 0/0."""
    if k > exponent:
        return arb(0)
    binomial = 1
    for i in range(k):
        binomial = binomial * (exponent - i) // (i + 1)
    return binomial * ball_power(x, exponent - k)


def ball_power(x: arb, exponent: int) -> arb:
    """x^m for m >= 0, tight for balls around 0 (``arb ** int`` may give nan there)."""
    if exponent == 0:
        return arb(1)
    if x > 0 or x < 0:
        return x**exponent
    if exponent % 2 == 0:
        return arb(0).union(x.abs_upper() ** exponent)
    low, high = x.lower(), x.upper()
    return _odd(low, exponent).union(_odd(high, exponent))


def _odd(end: arb, exponent: int) -> arb:
    size = abs(end)
    power = size**exponent if size > 0 else arb(0).union(size.abs_upper() ** exponent)
    return power if not end < 0 else -power


def rational_power(jet: Jet, exponent: Fraction, *, nonnegative: bool) -> Jet:
    """f^(p/q) for a non-integer exponent; f must be positive, or >= 0 when the exponent is.

    ``nonnegative`` states that f >= 0 is known from elsewhere, so that a ball that spills below 0
    by rounding may be cut.  At 0 the derivatives of order above the exponent are lost.
    """
    x = jet[0]
    if x > 0:
        root = x ** _rational(exponent)
        inverse, outer, binomial = 1 / x, [], Fraction(1)
        for k in range(len(jet)):
            outer.append(arb(_rational(binomial)) * root)
            root = root * inverse
            binomial = binomial * (exponent - k) / (k + 1)
        return compose(outer, jet)
    if exponent < 0 or not (nonnegative or x >= 0) or not x.is_finite():
        return (NAN,)
    high, outer, binomial = x.upper().nonnegative_part(), [], Fraction(1)
    for k in range(min(len(jet), int(exponent) + 1)):
        top = high ** _rational(exponent - k) if high > 0 else arb(0)
        outer.append(arb(_rational(binomial)) * arb(0).union(top))
        binomial = binomial * (exponent - k) / (k + 1)
    return compose(outer, jet)


def _rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)
