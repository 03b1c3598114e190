"""The spectral mass of a function given by |fhat| as an expression in k = |xi|.

w(r) = |S^(d-1)| (2 pi)^-d r^(d-1) |fhat(r)|^2.  That f is square integrable must be shown, from the
structure of the expression: envelopes C r^p exp(s r + t r^2) from above, and from below where
something is divided by, are carried through sums, products, powers, exp of quadratics, sech, sinc
and B-splines.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_series, ctx, fmpq

from theory.errors import InputError
from theory.ridgelet.envelopes import Envelope, envelope
from theory.ridgelet.spectral_grammar import parse_spectrum
from theory.ridgelet.spectral_mass import quotient, sinc_series, sphere
from theory.rigor.balls import float_up, hull
from theory.targets.grammar import Binary, Call, Expression, Negative, Number, Pi, Power, Variable

ACCEPTED = (
    "an expression in k = |xi| that is shown to decay fast enough, such as exp(-k), 1/(1+k**2)**3 "
    "or k**2*exp(-k**2/2), is accepted"
)


@dataclass(frozen=True)
class Bounds:
    """What is known of an expression beyond R: |e| <= upper, e >= lower > 0 (None: not known)."""

    upper: Envelope | None
    lower: Envelope | None


class SpectrumMass:
    """The mass of a radial spectrum in R^d; InputError where square integrability is not shown."""

    total: arb | None = None

    def __init__(self, text: str, dimension: int, *, argument: str = "--spectrum") -> None:
        self.dimension = dimension
        self.text = text
        self.argument = argument
        self.tree = parse_spectrum(text, argument=argument)
        self.factor = sphere(dimension) / (2 * arb.pi()) ** dimension
        self.breaks = tuple(_edges(self.tree, self.refuse))
        last = max((float_up(edge) for edge in self.breaks), default=0.0)
        R = arb(2)
        for _ in range(80):
            found = self.beyond(R) if last < R else None
            if found is not None and found.tail(R).is_finite():
                break
            R = 2 * R
        else:
            problem = "is not shown to be the modulus of a square integrable transform:"
            raise self.refuse(problem)
        if not self.bound(hull(arb(0), arb(2) ** -200)).is_finite():
            raise self.refuse("is not shown to be bounded near k = 0:")

    def refuse(self, problem: str) -> InputError:
        return InputError(self.argument, self.text, problem, ACCEPTED)

    def series(self, r: arb, point: arb) -> arb_series:
        radius = arb_series([r, 1])
        value = evaluate(self.tree, radius, point)
        result = value * value * self.factor
        for _ in range(self.dimension - 1):
            result = result * radius
        return result

    def bound(self, r: arb) -> arb:
        before = ctx.cap
        ctx.cap = 1
        try:
            value = abs(evaluate(self.tree, arb_series([r]), r)[0]).upper()
        finally:
            ctx.cap = before
        return value * value * self.factor * r.upper() ** (self.dimension - 1)

    def beyond(self, R: arb) -> Envelope | None:
        found = bounds(self.tree, R).upper
        if found is None:
            return None
        square = found.times(found)
        return square.times(envelope(self.factor, self.dimension - 1))


def _edges(node: Expression, refuse: object) -> list[arb]:
    """Where a box or B-spline ends or joins its pieces; its argument must be affine in k."""
    match node:
        case Negative(operand) | Power(operand, _):
            return _edges(operand, refuse)
        case Binary(_, left, right):
            return _edges(left, refuse) + _edges(right, refuse)
        case Call(function, inner) if function.startswith("bspline") or function == "abs":
            line = quadratic(inner)
            found = _edges(inner, refuse)
            if line is None or not line[2].is_zero():
                raise refuse(f"has inside {function[:7]} more than an affine function of k:")  # type: ignore[operator]
            shift, slope, _ = line
            if slope.is_zero():
                return found
            degree = int(function[7:]) if function != "abs" else -1
            half = arb(degree + 1) / 2
            points = [(j - half - shift) / slope for j in range(degree + 2)]
            return found + [point for point in points if not point < 0]
        case Call(_, inner):
            return _edges(inner, refuse)
    return []


def quadratic(node: Expression) -> tuple[arb, arb, arb] | None:
    """Coefficients of 1, k, k^2 where the expression is such a polynomial, else None."""
    zero = arb(0)
    match node:
        case Number(value):
            return arb(fmpq(value.numerator, value.denominator)), zero, zero
        case Pi():
            return arb.pi(), zero, zero
        case Variable(_):
            return zero, arb(1), zero
        case Negative(operand):
            found = quadratic(operand)
            return None if found is None else (-found[0], -found[1], -found[2])
        case Binary(operator, left, right):
            x, y = quadratic(left), quadratic(right)
            return None if x is None or y is None else _combine(operator, x, y)
        case Power(base, exponent):
            found = quadratic(base)
            if found is not None and exponent == 2:
                return _combine("*", found, found)
            return found if exponent == 1 else None
    return None


Triple = tuple[arb, arb, arb]


def _combine(operator: str, x: Triple, y: Triple) -> Triple | None:
    if operator == "+":
        return x[0] + y[0], x[1] + y[1], x[2] + y[2]
    if operator == "-":
        return x[0] - y[0], x[1] - y[1], x[2] - y[2]
    constant = y[1].is_zero() and y[2].is_zero()
    if operator == "/":
        return (x[0] / y[0], x[1] / y[0], x[2] / y[0]) if constant else None
    if not (x[2] * y[1]).is_zero() or not (x[1] * y[2] + x[2] * y[2]).is_zero():
        return None
    return x[0] * y[0], x[0] * y[1] + x[1] * y[0], x[0] * y[2] + x[1] * y[1] + x[2] * y[0]


def evaluate(node: Expression, k: arb_series, point: arb) -> arb_series:
    """Taylor coefficients along ``k`` of the expression as it is near ``point``.

    Not finite where it is not analytic; of length 1 the value alone, over all of the ball.
    """
    match node:
        case Number(value):
            return arb_series([arb(fmpq(value.numerator, value.denominator))])
        case Pi():
            return arb_series([arb.pi()])
        case Variable(_):
            return k
        case Negative(operand):
            return -evaluate(operand, k, point)
        case Binary(operator, left, right):
            x, y = evaluate(left, k, point), evaluate(right, k, point)
            if operator in "+-":
                return x + y if operator == "+" else x - y
            if operator == "*":
                return x * y
            return quotient(x, y)
        case Power(base, exponent):
            return _power(evaluate(base, k, point), exponent)
        case Call(function, inner):
            start = evaluate(inner, arb_series([point]), point)[0]
            return _call(function, evaluate(inner, k, point), start)
    raise AssertionError(node)


def _nowhere() -> arb_series:
    return arb_series([arb.nan()] * ctx.cap)


def _power(base: arb_series, exponent: Fraction) -> arb_series:
    if exponent.denominator == 1:
        result, square, left = arb_series([1]), base, abs(exponent.numerator)
        while left:
            if left & 1:
                result = result * square
            left >>= 1
            square = square * square if left else square
        if exponent >= 0:
            return result
        return quotient(arb_series([1]), result)
    if not base[0] > 0:
        if ctx.cap == 1 and exponent > 0 and base[0] >= 0:
            return arb_series(
                [hull(arb(0), base[0].upper() ** arb(fmpq(*exponent.as_integer_ratio())))]
            )
        return _nowhere()
    if exponent == Fraction(1, 2):
        return base.sqrt()
    return (base.log() * arb(fmpq(exponent.numerator, exponent.denominator))).exp()


def _call(function: str, u: arb_series, start: arb) -> arb_series:
    if function in ("exp", "sin", "cos"):
        return arb_series({"exp": u.exp, "sin": u.sin, "cos": u.cos}[function]())
    if function in ("sech", "tanh"):
        sign = -1 if start > 0 else 1
        small = (sign * u).exp()
        square = small * small
        if function == "sech":
            return quotient(2 * small, 1 + square)
        return quotient(sign * (square - 1), square + 1)
    if function == "sinc":
        return _sinc(u)
    if function == "tan":
        return quotient(u.sin(), u.cos())
    if function == "log":
        return u.log() if u[0] > 0 else _nowhere()
    if function == "sqrt":
        return _power(u, Fraction(1, 2))
    if function == "abs":
        if ctx.cap == 1:
            return arb_series([abs(u[0])])
        return u if start > 0 else -u if start < 0 else _nowhere()
    return _spline(int(function[7:]), u, start)


def _sinc(u: arb_series) -> arb_series:
    if u.length() <= 2 and abs(u[0]) < 3:
        return sinc_series(u)
    if ctx.cap == 1:
        return arb_series([u[0].sinc()])
    return quotient(u.sin(), u)


def _spline(degree: int, u: arb_series, start: arb) -> arb_series:
    """sum_j (-1)^j C(m+1, j) (u + (m+1)/2 - j)_+^m/m!; [0, 1] where a knot may be met."""
    total = arb_series([0])
    for j in range(degree + 2):
        shift = arb(degree + 1) / 2 - j
        if start + shift > 0:
            power = _power(u + shift, Fraction(degree))
            total = total + (-1) ** j * arb.bin_uiui(degree + 1, j) * power
        elif not start + shift < 0:
            return arb_series([hull(arb(0), arb(1))] + [arb.nan()] * (ctx.cap - 1))
    return total / arb.fac_ui(degree)


def bounds(node: Expression, R: arb) -> Bounds:
    """Envelopes of the expression beyond R >= 1, from its structure alone."""
    match node:
        case Number() | Pi():
            value = evaluate(node, arb_series([R]), R)[0]
            return Bounds(envelope(abs(value)), envelope(value) if value > 0 else None)
        case Variable(_):
            return Bounds(envelope(arb(1), 1), envelope(arb(1), 1))
        case Negative(operand):
            return Bounds(bounds(operand, R).upper, _positive_polynomial(node, R))
        case Binary("+" | "-" as operator, left, right):
            return _sum(node, operator, bounds(left, R), bounds(right, R), R)
        case Binary(operator, left, right):
            x, y = bounds(left, R), bounds(right, R)
            if operator == "/":
                y = _inverse(y)
            return Bounds(_times(x.upper, y.upper), _times(x.lower, y.lower))
        case Power(base, exponent):
            found = bounds(base, R)
            if exponent < 0:
                found, exponent = _inverse(found), -exponent
            power = arb(fmpq(exponent.numerator, exponent.denominator))
            upper = None if found.upper is None else found.upper.power(power)
            return Bounds(upper, None if found.lower is None else found.lower.power(power))
        case Call(function, inner):
            return _call_bounds(function, inner, R)
    return Bounds(None, None)


def _times(x: Envelope | None, y: Envelope | None) -> Envelope | None:
    return None if x is None or y is None else x.times(y)


def _inverse(x: Bounds) -> Bounds:
    lower = None if x.upper is None or x.upper.C.is_zero() else x.upper.inverse()
    return Bounds(None if x.lower is None else x.lower.inverse(), lower if x.lower else None)


def _sum(node: Expression, operator: str, x: Bounds, y: Bounds, R: arb) -> Bounds:
    upper = None if x.upper is None or y.upper is None else x.upper.plus(y.upper)
    lower = _positive_polynomial(node, R)
    if lower is None and operator == "+":
        known = [entry.lower for entry in (x, y) if entry.lower is not None]
        if len(known) == 2:
            first, second = known
            ahead = (first.t - second.t, first.s - second.s, first.p - second.p)
            sign = next((entry for entry in ahead if not entry.is_zero()), arb(1))
            lower = first if sign > 0 else second
    if lower is None and x.lower is not None and y.upper is not None:
        # e1 + e2 >= e1 (1 - |e2|/e1), the quotient falling from R on
        ratio = y.upper.times(x.lower.inverse())
        left = 1 - ratio.at(R)
        if ratio.t <= 0 and ratio.s <= 0 and ratio.p <= 0 and left > 0:
            lower = Envelope(x.lower.C * left, x.lower.p, x.lower.s, x.lower.t)
    return Bounds(upper, lower)


def _positive_polynomial(node: Expression, R: arb) -> Envelope | None:
    """A lower envelope of c0 + c1 k + c2 k^2 whose leading coefficient is positive."""
    found = quadratic(node)
    if found is None:
        return None
    degree = 2 if not found[2].is_zero() else 1 if not found[1].is_zero() else 0
    rest = sum((abs(found[i]) / R ** (degree - i) for i in range(degree)), arb(0))
    left = found[degree] - rest
    return envelope(left, degree) if left > 0 else None


def _call_bounds(function: str, inner: Expression, R: arb) -> Bounds:
    one = envelope(arb(1))
    found = bounds(inner, R)
    if function == "exp":
        return _exponential(inner, R)
    if function == "sech":
        line = quadratic(inner)
        if line is not None and line[2].is_zero() and line[1] > 0:
            return Bounds(envelope(2 * (-line[0]).exp(), 0, -line[1]), None)
        return Bounds(one, None)
    if function in ("sin", "cos", "tanh"):
        return Bounds(one, None)
    if function == "sinc":
        lower = found.lower
        return Bounds(one if lower is None else lower.inverse(), None)
    if function == "abs":
        return Bounds(found.upper, found.lower)
    if function == "sqrt":
        return bounds(Power(inner, Fraction(1, 2)), R)
    if function.startswith("bspline"):
        edge = arb(int(function[7:]) + 1) / 2
        lower = found.lower
        rising = lower is not None and lower.p >= 0 and lower.s >= 0 and lower.t >= 0
        outside = rising and lower is not None and lower.at(R) > edge
        return Bounds(envelope(arb(0)) if outside else one, None)
    return Bounds(None, None)


def _exponential(inner: Expression, R: arb) -> Bounds:
    exact = quadratic(inner)
    if exact is not None:
        both = envelope(exact[0].exp(), 0, exact[1], exact[2])
        return Bounds(both, both)
    negative = bounds(Negative(inner), R).lower
    if negative is None:
        negative = _negated_lower(inner, R)
    if negative is not None and negative.s.is_zero() and negative.t.is_zero() and negative.p > 0:
        if negative.p >= 2:
            return Bounds(envelope(arb(1), 0, 0, -negative.C), None)
        if negative.p >= 1:
            return Bounds(envelope(arb(1), 0, -negative.C), None)
        # e^-x <= (j/(e x))^j at x = C r^p
        j = 40 / negative.p
        C = (j * (j / (arb.const_e() * negative.C)).log()).exp()
        return Bounds(envelope(C, -40), None)
    upper = bounds(inner, R).upper
    if upper is not None and upper.p <= 0 and upper.s <= 0 and upper.t <= 0:
        size = upper.at(R)
        return Bounds(envelope(size.exp()), envelope((-size).exp()))
    return Bounds(None, None)


def _negated_lower(node: Expression, R: arb) -> Envelope | None:
    """A lower envelope of -node for products and quotients that carry their sign in front."""
    match node:
        case Negative(operand):
            return bounds(operand, R).lower
        case Binary("*" | "/" as operator, Negative(left), right):
            return bounds(Binary(operator, left, right), R).lower
    return None
