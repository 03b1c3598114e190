"""Random expressions of the grammar, their values by mpmath: another parser, another arithmetic.

``random_expression`` draws text and function together, so the truth never passes a parser.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
from flint import arb, ctx

from theory.rigor.balls import ball, interval
from theory.targets.target import Target
from verify.checks.fields import BoxTarget
from verify.checks.grammar import parse
from verify.checks.integrals import legendre_moments, square_integral
from verify.checks.taylor import jets, values
from verify.checks.verdicts import Clock, precision

TRUTH_BITS = 400
FINE, COARSE = 256, 96
CLOCK = Clock(1e6)
Function = Callable[[Any], Any]


@dataclass(frozen=True)
class Drawn:
    """The text of an expression and its function on mpmath numbers."""

    text: str
    function: Function


class TooLarge(Exception):
    """An intermediate value beyond 10^12, where sines and exponentials lose all their digits."""


def _guarded(function: Function) -> Function:
    def call(x: Any) -> Any:
        value = function(x)
        if abs(value) > 1e12:
            raise TooLarge
        return value

    return call


def random_expression(rng: random.Random, depth: int = 4) -> Drawn:
    """Finite on the whole line and, but for abs, smooth: every division is guarded."""
    if depth == 0 or rng.random() < 0.15:
        return _leaf(rng)
    a = random_expression(rng, depth - 1)
    f, t = a.function, f"({a.text})"
    unary: list[tuple[str, Function]] = [
        (f"sin{t}", lambda x: mpmath.sin(f(x))),
        (f"cos{t}", lambda x: mpmath.cos(f(x))),
        (f"exp({t}/3)", lambda x: mpmath.exp(f(x) / 3)),
        (f"exp(-{t}**2)", lambda x: mpmath.exp(-(f(x) ** 2))),
        (f"tanh{t}", lambda x: mpmath.tanh(f(x))),
        (f"abs{t}", lambda x: abs(f(x))),
        (f"sqrt(1/7+{t}**2)", lambda x: mpmath.sqrt(mpmath.mpf(1) / 7 + f(x) ** 2)),
        (f"log(1.25+abs{t})", lambda x: mpmath.log(mpmath.mpf(5) / 4 + abs(f(x)))),
        (f"tan(sin{t})", lambda x: mpmath.tan(mpmath.sin(f(x)))),
        (f"-{t}", lambda x: -f(x)),
        (f"{t}**2", lambda x: f(x) ** 2),
        (f"{t}**3", lambda x: f(x) ** 3),
        (f"(2+{t}**2)**(-3/2)", lambda x: (2 + f(x) ** 2) ** (-mpmath.mpf(3) / 2)),
    ]
    if rng.random() < 0.5:
        text, function = rng.choice(unary)
        return Drawn(text, _guarded(function))
    b = random_expression(rng, depth - 1)
    g, s = b.function, f"({b.text})"
    binary: list[tuple[str, Function]] = [
        (f"{t}+{s}", lambda x: f(x) + g(x)),
        (f"{t}-{s}", lambda x: f(x) - g(x)),
        (f"{t}*{s}", lambda x: f(x) * g(x)),
        (f"{t}/(1/3+{s}**2)", lambda x: f(x) / (mpmath.mpf(1) / 3 + g(x) ** 2)),
    ]
    text, function = rng.choice(binary)
    return Drawn(text, _guarded(function))


def _leaf(rng: random.Random) -> Drawn:
    if rng.random() < 0.7:
        return Drawn("x", lambda x: x)
    p, q = rng.randint(0, 40), rng.randint(1, 30)
    choices: list[tuple[str, Function]] = [
        (f"{p}/{q}", lambda x: mpmath.mpf(p) / q),
        (f"{p / 8}", lambda x: mpmath.mpf(p) / 8),
        (f"{p}e-2", lambda x: mpmath.mpf(p) / 100),
        ("pi", lambda x: +mpmath.pi),
    ]
    return Drawn(*rng.choice(choices))


def truth_ball(value: Any) -> arb:
    """The mpmath number with a radius far above its error and far below what is asked."""
    with precision(TRUTH_BITS):
        # exp of a large negative number: printing its exponent would take thousands of digits
        middle = arb(mpmath.nstr(value, 100)) if abs(value) > 1e-100 else arb(0)
        return middle + arb(0, 1) * (1 + abs(middle)) * arb(10) ** -80


def check_expression(rng: random.Random) -> list[str]:
    """Draw one of moderate size; what is wrong: containment or radius, of values or derivatives."""
    while True:
        try:
            return list(_check_expression(random_expression(rng), rng))
        except TooLarge:
            continue


def _check_expression(drawn: Drawn, rng: random.Random) -> Iterator[str]:
    x = Fraction(rng.randint(-2000, 2000), rng.randint(1, 1000))
    with mpmath.workprec(TRUTH_BITS):
        exact = drawn.function(_mp(x))
        truth = truth_ball(exact)
        wide = Fraction(1, 2 ** rng.randint(8, 40))
        inside = x + wide * Fraction(rng.randint(-999, 999), 1000)
        there = truth_ball(drawn.function(_mp(inside)))
    program = parse(drawn.text)
    radii = {}
    for bits in (FINE, COARSE):
        with precision(bits):
            [found] = values(program, [ball(x)], CLOCK)
            [over] = values(program, [interval(x - wide, x + wide)], CLOCK)
        radii[bits] = found.rad()
        if not found.overlaps(truth):
            yield f"{drawn.text} at {x}: {found} misses {truth}"
        if over.is_finite() and not over.overlaps(there):
            yield f"{drawn.text} on {x} +- {wide}: {over} misses {there}"
    size = 1 + abs(truth)
    if not radii[FINE] <= size * arb(2) ** -150:
        yield f"{drawn.text} at {x}: radius {radii[FINE]} at {FINE} bits"
    # 160 bits fewer lose 160 bits, and a few more where only roundings count
    if not radii[COARSE] <= radii[FINE] * arb(2) ** 172 + size * arb(2) ** -84:
        yield f"{drawn.text} at {x}: radius {radii[COARSE]} at {COARSE} bits"
    if rng.random() < 0.1:
        yield from _library(drawn, x, truth)
        yield from _derivatives(drawn, x)


def _library(drawn: Drawn, x: Fraction, truth: arb) -> Iterator[str]:
    """The library's own parser and evaluator."""
    target = Target.parse(drawn.text, x - 1, x + 1)
    with precision(FINE):
        found = target.value(ball(x))
    if not (found.overlaps(truth) and found.rad() <= (1 + abs(truth)) * arb(2) ** -150):
        yield f"{drawn.text} at {x}: the library finds {found}"


def _derivatives(drawn: Drawn, x: Fraction) -> Iterator[str]:
    """f' and f'' of the checker against mpmath's difference quotients, 30 digits; not at kinks."""
    if "abs" in drawn.text:
        return
    with mpmath.workprec(TRUTH_BITS):
        _, first, half = mpmath.taylor(drawn.function, _mp(x), 2)
        expected = {1: first, 2: 2 * half}
    with precision(FINE):
        [jet] = jets(parse(drawn.text), [ball(x)], CLOCK)
        for order, derivative in expected.items():
            wanted = truth_ball(derivative)
            if not abs(jet[order] - wanted) <= (1 + abs(wanted)) * arb(10) ** -30:
                yield f"{drawn.text} at {x}: derivative {order} is {wanted}, not {jet[order]}"


def check_integral(rng: random.Random) -> Iterator[str]:
    """Legendre moments and the mean square of a smooth target, against mpmath's quadrature."""
    terms = []
    for _ in range(rng.randint(1, 3)):
        c, a, b = (Fraction(rng.randint(-30, 30), 10) for _ in range(3))
        terms.append(rng.choice(_smooth(c, a, b)))
    text = "+".join(f"({term.text})" for term in terms)
    low = Fraction(rng.randint(-20, 10), 10)
    high = low + Fraction(rng.randint(1, 20), 10)
    target = BoxTarget(parse(text), ((low, high),))
    with precision(COARSE):
        moments = legendre_moments(target, 3, CLOCK)
        square = square_integral(target, CLOCK)
    with mpmath.workdps(40):

        def f(u: Any) -> Any:
            x = (_mp(low) + _mp(high)) / 2 + (_mp(high) - _mp(low)) / 2 * u
            return mpmath.fsum(term.function(x) for term in terms)

        pieces = [-1, -0.5, 0, 0.5, 1]
        wanted = {
            f"moment {k}": mpmath.sqrt(2 * k + 1)
            * mpmath.quad(lambda u, k=k: f(u) * mpmath.legendre(k, u), pieces)  # type: ignore[misc]
            / 2
            for k in range(4)
        }
        wanted["square"] = mpmath.quad(lambda u: f(u) ** 2, pieces) / 2
    found = {f"moment {k}": moments[(k,)] for k in range(4)} | {"square": square}
    for name, value in wanted.items():
        with precision(TRUTH_BITS):
            expected = arb(mpmath.nstr(value, 35)) + arb(0, 1) * arb(10) ** -25 * (1 + abs(value))
            close = found[name].rad() <= arb(10) ** -12 * (1 + abs(expected))
        if not (found[name].overlaps(expected) and close):
            yield f"{text} on [{low}, {high}]: {name} {found[name]} is not {value}"


def _mp(value: Fraction) -> Any:
    return mpmath.mpf(value.numerator) / value.denominator


def _smooth(c: Fraction, a: Fraction, b: Fraction) -> list[Drawn]:
    return [
        Drawn(f"({c})*x**3", lambda x: _mp(c) * x**3),
        Drawn(f"({c})*sin(({a})*x+({b}))", lambda x: _mp(c) * mpmath.sin(_mp(a) * x + _mp(b))),
        Drawn(f"({c})*exp(({a})*x)", lambda x: _mp(c) * mpmath.exp(_mp(a) * x)),
        Drawn(f"({c})*tanh(x+({b}))", lambda x: _mp(c) * mpmath.tanh(x + _mp(b))),
        Drawn(f"({c})/(2+x**2)", lambda x: _mp(c) / (2 + x**2)),
        Drawn(f"({c})*x*cos(({a})*x)", lambda x: _mp(c) * x * mpmath.cos(_mp(a) * x)),
    ]


def enclosures(seed: int, expressions: int, integrals: int) -> list[str]:
    """What is wrong in so many of either; flint's precision is left as it was."""
    rng = random.Random(seed)
    before = ctx.prec
    found = [line for _ in range(expressions) for line in check_expression(rng)]
    found += [line for _ in range(integrals) for line in check_integral(rng)]
    assert ctx.prec == before
    return found
