"""A radial spectrum |fhat| given as an expression in k = |xi|: its density and its tail.

The tail needs bounds beyond R >= 1: |e| <= C k^p e^(-s k) from above and e >= c k^p from below,
carried through the expression; polynomials of degree 2 are known exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import arb, arb_series, ctx

from verify.checks.grammar import Expression
from verify.checks.kappa import quotient
from verify.checks.spectral import sinc
from verify.checks.verdicts import ball, invalid

Upper = tuple[arb, arb, arb]
Lower = tuple[arb, arb]
Poly = tuple[arb, arb, arb]
ONE = (arb(1), arb(0), arb(0))


@dataclass(frozen=True)
class Value:
    """A subexpression: Taylor coefficients, value at the point, and what is known beyond R."""

    series: arb_series
    at: arb
    poly: Poly | None = None
    upper: Upper | None = None
    lower: Lower | None = None
    minus: Lower | None = None  # of the negative: -e >= c k^p


class Spectrum:
    """(2 pi)^-d |S^(d-1)| r^(d-1) |fhat(r)|^2."""

    def __init__(self, program: Expression, d: int) -> None:
        self.program, self.d = program, d
        pi = arb.pi()
        area = 2 * (pi.log() * d / 2).exp() / (arb(d) / 2).gamma()
        self.factor = area / (2 * pi) ** d
        self.breaks: list[arb] = []
        self._run(arb(2), arb(2), arb(2), collect=True)

    def series(self, r: arb, point: arb) -> arb_series:
        value = self._run(r, point, arb(1)).series
        result = value * value * self.factor
        for _ in range(self.d - 1):
            result = result * arb_series([r, 1])
        return result

    def tail(self, R: arb) -> arb:
        upper = self._run(R, R, R).upper
        if upper is None or not R >= 1:
            return arb.pos_inf()
        C, p, s = upper[0] ** 2 * self.factor, 2 * upper[1] + self.d - 1, 2 * upper[2]
        if C.is_zero():
            return arb(0)
        if s > 0:
            rate = s - p.max(arb(0)) / R
            return C * (p * R.log() - s * R).exp() / rate if rate > 0 else arb.pos_inf()
        return C * ((p + 1) * R.log()).exp() / (-p - 1) if p < -1 else arb.pos_inf()

    def _run(self, r: arb, point: arb, R: arb, *, collect: bool = False) -> Value:
        stack: list[Value] = []
        for name, argument in self.program:
            if name == "number" or name == "pi":
                c = arb.pi() if name == "pi" else ball(argument)
                found = Value(arb_series([c]), c, (c, arb(0), arb(0)))
            elif name == "variable":
                if argument != 0:
                    raise invalid("the spectrum has a variable other than k")
                found = Value(arb_series([r, 1]), point, (arb(0), arb(1), arb(0)))
            elif name in ("add", "sub", "mul", "div"):
                right, left = stack.pop(), stack.pop()
                found = _binary(name, left, right, R)
            elif name == "neg":
                x = stack.pop()
                found = replace(_binary("mul", _constant(arb(-1)), x, R), minus=x.lower)
            elif name == "pow":
                found = _power(stack.pop(), argument)
            else:
                found = self._call(name, stack.pop(), R, collect)
            if found.poly is not None:
                found = _known(found, R)
            stack.append(found)
        return stack.pop()

    def _call(self, name: str, x: Value, R: arb, collect: bool) -> Value:
        u, at, line = x.series, x.at, x.poly is not None and x.poly[2].is_zero()
        if name in ("abs", "sqrt") or name.startswith("bspline"):
            if name == "sqrt":
                return _power(x, Fraction(1, 2))
            if not line or x.poly is None:
                raise invalid(f"the spectrum has {name} of more than an affine function")
            pieces = int(name[7:]) + 1 if name != "abs" else 0
            if collect and not x.poly[1].is_zero():
                knots = [(j - arb(pieces) / 2 - x.poly[0]) / x.poly[1] for j in range(pieces + 1)]
                self.breaks += [knot for knot in knots if not knot < 0]
            if name == "abs":
                both = u if at > 0 else -u if at < 0 else arb_series([abs(u[0])])
                return Value(both, abs(at), None, x.upper, x.lower)
            series = _spline(pieces - 1, u, at)
            off = False
            if x.lower is not None and x.lower[1] >= 0:
                off = bool(x.lower[0] * R ** x.lower[1] > arb(pieces) / 2)
            zero = (arb(0), arb(0), arb(0))
            return Value(series, arb.nan(), None, zero if off else ONE)
        if name == "exp":
            return Value(u.exp(), at.exp(), None, _exp_upper(x), _exp_lower(x))
        if name in ("sin", "cos"):
            return Value(getattr(u, name)(), getattr(at, name)(), None, ONE)
        if name == "sinc":
            if x.poly is not None and line:
                series = sinc(u) if u.length() > 1 else arb_series([u[0].sinc()])
            else:
                series = quotient(u.sin(), u)
            bound = ONE if x.lower is None else (1 / x.lower[0], -x.lower[1], arb(0))
            return Value(series, at.sinc(), None, bound)
        if name in ("sech", "tanh"):
            sign = -1 if at > 0 else 1
            small = (sign * u).exp()
            square = small * small
            if name == "tanh":
                return Value(sign * quotient(square - 1, square + 1), at.tanh(), None, ONE)
            bound = ONE
            if x.poly is not None and line and x.poly[1] > 0:
                bound = (2 * (-x.poly[0]).exp(), arb(0), x.poly[1])
            return Value(quotient(2 * small, 1 + square), at.sech(), None, bound)
        raise invalid(f"the spectrum has {name}, whose decay is not known here")


def _three(entries: Iterable[arb]) -> Poly:
    first, second, third = entries
    return first, second, third


def _constant(c: arb) -> Value:
    return _known(Value(arb_series([c]), c, (c, arb(0), arb(0))), arb(1))


def _known(x: Value, R: arb) -> Value:
    """Bounds of c0 + c1 k + c2 k^2 from its coefficients."""
    assert x.poly is not None
    c = x.poly
    n = next((i for i in (2, 1) if not c[i].is_zero()), 0)
    sizes = [abs(c[i]) * R ** (i - n) for i in range(n)]
    rest = sum(sizes, arb(0))
    lower = (c[n] - rest, arb(n)) if c[n] > rest else None
    return Value(x.series, x.at, c, (abs(c[n]) + rest, arb(n), arb(0)), lower)


def _binary(name: str, x: Value, y: Value, R: arb) -> Value:
    poly: Poly | None = None
    if x.poly is not None and y.poly is not None:
        constant = y.poly[1].is_zero() and y.poly[2].is_zero()
        if name in ("add", "sub"):
            sign = 1 if name == "add" else -1
            poly = _three(a + sign * b for a, b in zip(x.poly, y.poly, strict=True))
        elif name == "div" and constant:
            poly = _three(a / y.poly[0] for a in x.poly)
        elif name == "mul":
            a, b = x.poly, y.poly
            if (a[2] * b[1]).is_zero() and (a[1] * b[2]).is_zero() and (a[2] * b[2]).is_zero():
                squared = a[0] * b[2] + a[1] * b[1] + a[2] * b[0]
                poly = (a[0] * b[0], a[0] * b[1] + a[1] * b[0], squared)
    if name in ("add", "sub"):
        series, at = (x.series + y.series, x.at + y.at)
        if name == "sub":
            series, at = x.series - y.series, x.at - y.at
        upper = None if x.upper is None or y.upper is None else _plus(x.upper, y.upper)
        lower = None
        if name == "add" and x.lower is not None and y.lower is not None:
            lower = y.lower if y.lower[1] > x.lower[1] else x.lower
        elif x.lower is not None and y.upper is not None and y.upper[1] <= x.lower[1]:
            # e1 + e2 >= e1 (1 - |e2|/e1), the quotient falling beyond R
            size = y.upper[0] * (((y.upper[1] - x.lower[1]) * R.log()) - y.upper[2] * R).exp()
            left = x.lower[0] - size
            lower = (left, x.lower[1]) if left > 0 else None
        return Value(series, at, poly, upper, lower)
    if name == "mul":
        upper = None
        if x.upper is not None and y.upper is not None:
            upper = (x.upper[0] * y.upper[0], x.upper[1] + y.upper[1], x.upper[2] + y.upper[2])
        lower = None
        if x.lower is not None and y.lower is not None:
            lower = (x.lower[0] * y.lower[0], x.lower[1] + y.lower[1])
        return Value(x.series * y.series, x.at * y.at, poly, upper, lower)
    upper = lower = None
    if x.upper is not None and y.lower is not None:
        upper = (x.upper[0] / y.lower[0], x.upper[1] - y.lower[1], x.upper[2])
    if x.lower is not None and y.lower is not None and y.upper is not None:
        lower = (x.lower[0] / y.upper[0], x.lower[1] - y.upper[1])
    return Value(quotient(x.series, y.series), x.at / y.at, poly, upper, lower)


def _plus(x: Upper, y: Upper) -> Upper:
    """The one that decays less, the other in its shape: k^a e^(-b k) <= (a/(e b))^a."""
    if y[2] < x[2]:
        x, y = y, x
    if not x[2] < y[2]:
        return x[0] + y[0], x[1].max(y[1]), x[2].min(y[2])
    a, b = (y[1] - x[1]).max(arb(0)), y[2] - x[2]
    factor = arb(1) if a.is_zero() else (a * (a / (arb.const_e() * b)).log()).exp()
    return x[0] + y[0] * factor, x[1], x[2]


def _power(x: Value, exponent: Fraction) -> Value:
    q = ball(abs(exponent))
    poly = x.poly if exponent == 1 else None
    if exponent == 2 and x.poly is not None:
        poly = _binary("mul", x, x, arb(1)).poly
    if exponent.denominator == 1:
        series = arb_series([1])
        for _ in range(min(abs(exponent.numerator), 64)):
            series = series * x.series
        if abs(exponent) > 64:
            raise invalid("the spectrum has a power beyond 64")
        series = series if exponent >= 0 else quotient(arb_series([1]), series)
    elif x.series[0] > 0:
        series = (x.series.log() * ball(exponent)).exp()
    else:
        series = arb_series([arb.nan()] * ctx.cap)
    upper: Upper | None = None
    lower: Lower | None = None
    if exponent < 0 and x.lower is not None:
        upper = ((-q * x.lower[0].log()).exp(), -q * x.lower[1], arb(0))
    elif exponent >= 0:
        if x.upper is not None and x.upper[0] > 0:
            upper = ((q * x.upper[0].log()).exp(), q * x.upper[1], q * x.upper[2])
        if x.lower is not None:
            lower = ((q * x.lower[0].log()).exp(), q * x.lower[1])
    at = x.at ** ball(exponent) if exponent.denominator > 1 else x.at ** int(exponent)
    return Value(series, at, poly, upper, lower)


def _exp_upper(x: Value) -> Upper | None:
    if x.poly is not None:
        c0, c1, c2 = x.poly
        if c2 < 0:
            # c1 k + c2 k^2 <= -k + (c1 + 1)^2/(-4 c2)
            return (c0 + (c1 + 1) * (c1 + 1) / (-4 * c2)).exp(), arb(0), arb(1)
        return (c0.exp(), arb(0), -c1) if c2.is_zero() and c1 <= 0 else None
    if x.minus is not None and x.minus[1] >= 1:
        return arb(1), arb(0), x.minus[0]
    if x.upper is not None and x.upper[1] <= 0:
        return x.upper[0].exp(), arb(0), arb(0)
    return None


def _exp_lower(x: Value) -> Lower | None:
    """e^u >= 1 where u >= 0."""
    return (arb(1), arb(0)) if x.lower is not None else None


def _spline(degree: int, u: arb_series, at: arb) -> arb_series:
    total = arb_series([0])
    for j in range(degree + 2):
        shift = arb(degree + 1) / 2 - j
        if at + shift > 0:
            part = arb_series([(-1) ** j * arb.bin_uiui(degree + 1, j)])
            for _ in range(degree):
                part = part * (u + shift)
            total = total + part
        elif not at + shift < 0:
            return arb_series([arb(0).union(arb(1))] + [arb.nan()] * (ctx.cap - 1))
    return total / arb.fac_ui(degree)
