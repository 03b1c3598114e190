"""Targets with a Fourier transform, and spectra in k = |xi|: the density of |fhat|^2 over |xi|.

docs/spectra.md is the grammar.  A target is a sum of terms c x^n exp(-a|x|^2 + z.x) window(x); a
mass offers ``series`` (Taylor coefficients of the density over a ball, as it is near a point),
``tail`` (a bound of what lies beyond R) and ``breaks`` (where the density is not analytic).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import acb, acb_series, arb, arb_series, ctx

from verify.checks.grammar import Expression, _Parser
from verify.checks.kappa import quotient
from verify.checks.verdicts import ball, invalid

WINDOWS = ("sech", "sinc", "box")
RADIUS = Fraction(-1)
MAX_TERMS = 64
MAX_DEGREE = 12
_SPLINE = re.compile(r"bspline[ \t]*\([ \t]*([0-9])[ \t]*,", re.ASCII)
_DEGREE = re.compile(r"bspline[0-9]")


class _Spectral(_Parser):
    """The parser of targets with windows, and r or k as one more variable."""

    def __init__(self, text: str, variable: str) -> None:
        self.variable = variable
        super().__init__(text)

    def operand(self) -> None:
        token = self.peek()
        if token in WINDOWS or _DEGREE.fullmatch(token):
            self.take()
            if self.take()[1] != "(":
                raise invalid(f"the target lacks a parenthesis after {token}")
            self.group()
            self.emit("bspline0" if token == "box" else token)
        elif token == self.variable:
            self.take()
            self.emit("variable", RADIUS if token == "r" else Fraction(0))
        elif self.variable == "k" and token.startswith("x"):
            raise invalid("a spectrum is an expression in k")
        else:
            super().operand()


def parse(text: object, variable: str) -> Expression:
    """The postfix program; bspline(3, x) is ``bspline3``, box is ``bspline0``."""
    if not isinstance(text, str) or len(text) > 10_000 or _DEGREE.search(text):
        raise invalid("the expression is no text of the grammar")
    parser = _Spectral(_SPLINE.sub(r"bspline\1(", text), variable)
    parser.expression(1)
    if parser.peek() != "":
        raise invalid("the expression does not end where it should")
    return tuple(parser.program)


@dataclass(frozen=True)
class Term:
    """c x^n exp(-a|x|^2 - sum_i extra_i x_i^2 + z.x) times kind(scale x + shift).

    In d > 1 the last of n counts |x|^2; ``extra`` is empty where it is 0.
    """

    c: acb
    n: tuple[int, ...]
    a: arb
    z: tuple[acb, ...]
    window: tuple[str, arb, arb] | None = None
    extra: tuple[arb, ...] = ()

    def along(self, axis: int) -> arb:
        """The factor of -x_i^2 in the exponent."""
        return self.a + self.extra[axis] if self.extra else self.a

    @property
    def polynomial(self) -> bool:
        still = bool(self.a.is_zero()) and not self.extra and all(z.is_zero() for z in self.z)
        return self.window is None and still

    @property
    def radial(self) -> bool:
        """A Gaussian of |x| times a wave."""
        return self.window is None and not (any(self.n) or self.extra) and _imaginary(self)


Terms = list[Term]


def terms(program: Expression, d: int) -> Terms:
    """The target as a sum of terms, each square integrable; Stop (INVALID) for anything else."""
    zeros, still = (0,) * (d + (d > 1)), (acb(0),) * d
    stack: list[Terms | None] = []

    def unit(power: tuple[int, ...], c: arb | acb | int = 1) -> Term:
        return Term(acb(c), power, arb(0), still)

    def pop() -> Terms:
        found = stack.pop()
        if found is None:
            raise invalid("r occurs other than as an even power")
        return found

    def number(found: Terms) -> arb | None:
        if any(not term.polynomial or any(term.n) for term in found):
            return None
        return sum((term.c.real for term in found), arb(0))

    for name, argument in program:
        if name == "number":
            stack.append([unit(zeros, ball(argument))])
        elif name == "pi":
            stack.append([unit(zeros, arb.pi())])
        elif name == "variable":
            if argument >= d:
                raise invalid("the target has a coordinate beyond the dimension")
            power = tuple(int(i == argument) for i in range(len(zeros)))
            stack.append(None if argument == RADIUS else [unit(power)])
        elif name == "pow":
            whole = argument.denominator == 1 and 0 <= argument <= MAX_DEGREE
            times = int(argument)
            if stack[-1] is None:
                whole, times = whole and times % 2 == 0, times // 2
                stack[-1] = [unit((2,) if d == 1 else (*zeros[:-1], 1))]
            base = pop()
            constant = number(base)
            if whole:
                result = [unit(zeros)]
                for _ in range(times):
                    result = _product(result, base)
                stack.append(result)
            elif constant is not None and constant > 0:
                stack.append([unit(zeros, (constant.log() * ball(argument)).exp())])
            else:
                raise invalid("the target has a power that is not polynomial")
        elif name in ("add", "sub", "mul", "div", "neg"):
            right = pop()
            if name in ("sub", "neg"):
                right = [replace(term, c=-term.c) for term in right]
            if name == "div":
                divisor = number(right)
                if divisor is None or divisor.contains(0):
                    raise invalid("the target divides by something that is no number")
                stack.append([replace(term, c=term.c / divisor) for term in pop()])
            elif name == "mul":
                stack.append(_product(pop(), right))
            else:
                stack.append(right if name == "neg" else _collect(pop() + right))
        else:
            found = pop()
            constant = number(found)
            if constant is not None and (name == "abs" or hasattr(constant, name)):
                value = abs(constant) if name == "abs" else getattr(constant, name)()
                if not value.is_finite():
                    raise invalid(f"the target has no finite real value of {name}")
                stack.append([unit(zeros, value)])
            else:
                stack.append(_call(name, found, d, zeros))
    result = [term for term in pop() if not term.c.is_zero()]
    for term in result:
        if term.window is None:
            good = all(term.along(i) > 0 for i in range(d))
        else:
            good = bool(term.a.is_zero()) and not any(term.n) and _imaginary(term)
        if not good:
            raise invalid("the target is not shown to be square integrable")
    return result


def _imaginary(term: Term) -> bool:
    return all(z.real.is_zero() for z in term.z)


def _product(left: Terms, right: Terms) -> Terms:
    made = []
    for x in left[: MAX_TERMS + 1]:
        for y in right[: MAX_TERMS + 1]:
            n = tuple(i + j for i, j in zip(x.n, y.n, strict=True))
            if sum(n) > MAX_DEGREE or (x.window and y.window):
                raise invalid("the target has too high a degree, or a product of windows")
            z = tuple(u + v for u, v in zip(x.z, y.z, strict=True))
            extra = x.extra or y.extra
            if x.extra and y.extra:
                extra = tuple(u + v for u, v in zip(x.extra, y.extra, strict=True))
            made.append(Term(x.c * y.c, n, x.a + y.a, z, x.window or y.window, extra))
    return _collect(made)


def _collect(found: Terms) -> Terms:
    powers: dict[tuple[int, ...], Term] = {}
    rest = []
    for term in found:
        if term.polynomial:
            before = powers.get(term.n)
            powers[term.n] = term if before is None else replace(term, c=before.c + term.c)
        else:
            rest.append(term)
    result = [term for term in powers.values() if not term.c.is_zero()] + rest
    if len(result) > MAX_TERMS:
        raise invalid(f"the target has more than {MAX_TERMS} terms")
    return result


def _call(name: str, found: Terms, d: int, zeros: tuple[int, ...]) -> Terms:
    """exp of c - a|x|^2 + b.x; cos, sin and windows of an affine function."""
    shift, a, squares = arb(0), arb(0), [arb(0)] * d
    slopes = [arb(0)] * d
    for term in found:
        if not term.polynomial or sum(term.n) > 2 or (sum(term.n) == 2 and 2 not in term.n):
            raise invalid(f"the target has inside {name} more than is allowed")
        where = max(range(len(term.n)), key=term.n.__getitem__)
        if sum(term.n) == 2:
            squares[min(where, d - 1)] -= term.c.real
            if where == d:
                raise invalid("the target has |x|^4 in an exponent")
        elif where == d:
            a -= term.c.real
        elif sum(term.n) == 1:
            slopes[where] += term.c.real
        else:
            shift += term.c.real
    same = d == 1 or all(s.is_exact() and (s - squares[0]).is_zero() for s in squares)
    if name == "exp" and same:
        return [Term(acb(shift.exp()), zeros, a + squares[0], tuple(map(acb, slopes)))]
    if name == "exp":
        return [Term(acb(shift.exp()), zeros, a, tuple(map(acb, slopes)), None, tuple(squares))]
    if not (a.is_zero() and all(s.is_zero() for s in squares)):
        raise invalid(f"the target has inside {name} more than is allowed")
    if name in ("cos", "sin"):
        phase = acb(shift.cos(), shift.sin()) * (acb(0, -1) if name == "sin" else 1) / 2
        ahead = tuple(acb(0, slope) for slope in slopes)
        back = tuple(-z for z in ahead)
        return [Term(phase, zeros, arb(0), ahead), Term(phase.conjugate(), zeros, arb(0), back)]
    if (name in WINDOWS or _DEGREE.fullmatch(name)) and d == 1 and not slopes[0].contains(0):
        return [Term(acb(1), zeros, arb(0), (acb(0),), (name, slopes[0], shift))]
    raise invalid(f"the target has {name}, which has no Fourier transform here")


def lift(value: arb_series) -> acb_series:
    """A real series as a complex one."""
    return acb_series([acb(entry) for entry in value.coeffs()])


class Line:
    """d = 1: |fhat(r)|^2/pi."""

    def __init__(self, found: Terms) -> None:
        self.terms = found
        ends = [
            t.z[0].imag + sign * abs(t.window[1])
            for t in found
            if t.window is not None and t.window[0] == "sinc"
            for sign in (-1, 1)
        ]
        self.breaks = [end for end in ends if not end < 0]

    def series(self, r: arb, point: arb) -> arb_series:
        total = acb_series([0])
        for term in self.terms:
            total = total + self._transform(term, arb_series([r, 1]), point)
        real = arb_series([entry.real for entry in total.coeffs()])
        imaginary = arb_series([entry.imag for entry in total.coeffs()])
        return (real * real + imaginary * imaginary) / arb.pi()

    @staticmethod
    def _transform(term: Term, xi: arb_series, point: arb) -> acb_series:
        if term.window is None:
            z = term.z[0] - acb(0, 1) * lift(xi)
            moments = [acb_series([0]), acb_series([1])]
            for n in range(term.n[0]):
                moments.append((z * moments[-1] + n * moments[-2]) / (2 * term.a))
            front = term.c * (arb.pi() / term.a).sqrt()
            return (z * z / (4 * term.a)).exp() * moments[-1] * front
        name, scale, shift = term.window
        offset, width = xi - term.z[0].imag, abs(scale)
        if name == "sech":
            u = arb.pi() / (2 * width) * offset
            small = (-u if point > term.z[0].imag else u).exp()
            size = quotient(2 * arb.pi() * small, 1 + small * small)
        elif name == "sinc":
            distance = abs(point - term.z[0].imag)
            inside, outside = distance < width, distance > width
            edge = arb(0).union(arb.pi())
            size = arb_series([arb.pi() if inside else arb(0) if outside else edge])
        else:
            factor = sinc(offset / (2 * scale))
            size = factor
            for _ in range(int(name[7:])):
                size = size * factor
        return lift(size) * (lift(offset) * acb(0, shift / scale)).exp() * (term.c / width)

    def tail(self, R: arb) -> arb:
        """(sum over terms of the L2 norm beyond R)^2/pi."""
        root = arb(0)
        for term in self.terms:
            gap = R - abs(term.z[0].imag)
            if not gap > 1:
                return arb.pos_inf()
            c = abs(term.c)
            if term.window is None:
                a, b, n = term.a, abs(term.z[0].real), term.n[0]
                # moments of a Gaussian with mean z/2a, |z| <= |b| + |offset|: raised to degree n
                moment, before = arb(1), arb(0)
                for m in range(n):
                    step = (1 + b / gap) / (2 * a) * moment + m / (2 * a) * before
                    moment, before = step, moment
                rate = gap / (2 * a) - 2 * n / gap
                size = c * c * arb.pi() / a * (b * b / (2 * a)).exp() * moment * moment
                part = size * gap ** (2 * n) * (-gap * gap / (2 * a)).exp() / rate
                if not rate > 0:
                    return arb.pos_inf()
            elif term.window[0] == "sech":
                rate = arb.pi() / abs(term.window[1])
                part = (2 * arb.pi() * c / abs(term.window[1])) ** 2 * (-rate * gap).exp() / rate
            elif term.window[0] == "sinc":
                part = arb(0) if gap > abs(term.window[1]) else arb.pos_inf()
            else:
                width, m = abs(term.window[1]), int(term.window[0][7:]) + 1
                part = (c / width) ** 2 * (2 * width) ** (2 * m) * gap ** (1 - 2 * m) / (2 * m - 1)
            root += part.sqrt()
        return root * root / arb.pi()


def sinc(u: arb_series) -> arb_series:
    """sin(u)/u along an affine series; near 0 by the series of its derivatives."""
    if abs(u[0]) > 1:
        return u.sin() / u
    coefficients, slope, last = [], arb(1), ctx.cap + 40
    rest = arb(0, (arb(2) ** (last + 2) / arb.fac_ui(last + 1)).upper())
    for n in range(ctx.cap):
        total, power = arb(0), arb(1) if n % 2 == 0 else u[0]
        for m in range(n + n % 2, last, 2):
            total += (-1) ** (m // 2) * arb.bin_uiui(m, n) / arb.fac_ui(m + 1) * power
            power = power * u[0] * u[0]
        coefficients.append((total + rest) * slope)
        slope = slope * u[1]
    return arb_series(coefficients)


class Radial:
    """d > 1, Gaussians times cosines: the angular integrals are Bessel functions."""

    breaks: tuple[arb, ...] = ()

    def __init__(self, found: Terms, d: int) -> None:
        self.d = d
        pi = arb.pi()
        area = 2 * (pi.log() * d / 2).exp() / (arb(d) / 2).gamma() / (2 * pi) ** d
        self.pairs = []
        for x in found:
            for y in found:
                front = area * (x.c * y.c.conjugate()).real * (pi * pi / (x.a * y.a)).sqrt() ** d
                drift = [(u.imag / x.a + v.imag / y.a) / 2 for u, v in zip(x.z, y.z, strict=True)]
                q = sum((e * e for e in drift), arb(0)).nonnegative_part().sqrt()
                left = sum((u.imag * u.imag for u in x.z), arb(0)) / (4 * x.a)
                right = sum((v.imag * v.imag for v in y.z), arb(0)) / (4 * y.a)
                self.pairs.append((front, (1 / x.a + 1 / y.a) / 4, q, left + right))

    def series(self, r: arb, point: arb) -> arb_series:
        radius, total, power = arb_series([r, 1]), arb_series([0]), arb_series([1])
        for front, A, q, energy in self.pairs:
            bell = (radius * (q - A * radius) - energy).exp()
            total = total + front * bell * arb_series(self._bessel(q, r))
        for _ in range(self.d - 1):
            power = power * radius
        return total * power

    def _bessel(self, q: arb, r: arb) -> list[arb]:
        """e^(-qr) 0F1(d/2, (qr)^2/4): its derivatives alternate and shrink, so ends enclose."""
        if not r.is_exact():
            ends = (self._bessel(q, r.lower()), self._bessel(q, r.upper()))
            return [x.union(y) for x, y in zip(*ends, strict=True)]
        d, half, square = self.d, arb(self.d) / 2, q * q * r * r / 4
        decay = (-q * r).exp()
        first = square.hypgeom_0f1(half)
        h = [decay * first, decay * (q * q * r / d * square.hypgeom_0f1(half + 1) - q * first)]
        for n in range(ctx.cap - 2) if not r.is_zero() else ():
            ahead = (n + 1) * (n + d - 1 + 2 * q * r) * h[n + 1] + q * (2 * n + d - 1) * h[n]
            h.append(-ahead / (r * (n + 2) * (n + 1)))
        return (h + [arb.nan()] * ctx.cap)[: ctx.cap]

    def tail(self, R: arb) -> arb:
        total = arb(0)
        for front, A, q, energy in self.pairs:
            rate = 2 * A * R - q - (self.d - 1) / R
            if not rate > 0:
                return arb.pos_inf()
            bell = (R * (q - A * R) - energy).exp()
            total += abs(front) * R ** (self.d - 1) * bell / rate
        return total
