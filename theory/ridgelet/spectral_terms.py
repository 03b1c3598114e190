"""Targets with a Fourier transform: sums of terms c x^n exp(-a|x|^2 + z.x) times one window.

Products, sums and integer powers of numbers, coordinates, exp of quadratics, cos and sin of affine
functions stay sums of such terms, z complex; a window is sech, sinc, or a cardinal B-spline of an
affine function of one variable.  The expression of a target becomes such a sum here; what cannot is
refused with the piece that is at fault.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import acb, arb, fmpq

from theory.errors import InputError
from theory.ridgelet.spectral_grammar import parse_target
from theory.targets.grammar import Binary, Call, Expression, Negative, Number, Pi, Power, Variable

MAX_TERMS = 64
MAX_POWER = 12
ACCEPTED = (
    "sums of Gaussians exp(-a*x**2+b*x+c) times powers of x, cos and sin, and of sech, sinc, box "
    "and bspline(m, .) of an affine function times cos and sin are accepted (docs/spectra.md)"
)
RADIAL = (
    "beyond one dimension sums of Gaussians exp(-a0*x0**2 - a1*x1**2 + b*x0 + c), or exp(-a*r**2) "
    "with r = |x|, times polynomials, cos and sin of affine functions are accepted, or --spectrum "
    "for a radial |fhat| (docs/spectra.md)"
)


@dataclass(frozen=True)
class Window:
    """kind(scale x + shift): kind ``sech``, ``sinc`` (sin(t)/t) or ``bspline`` of this degree."""

    kind: str
    degree: int
    scale: arb
    shift: arb


@dataclass(frozen=True)
class Term:
    """c prod_i x_i^n_i exp(-a |x|^2 - sum_i extra_i x_i^2 + sum_i z_i x_i) window(x).

    In d > 1 a last entry of n counts factors |x|^2, which stay one thing: that a Gaussian is the
    same in all directions is then known, not a matter of balls that overlap; ``extra`` is empty
    where it is.
    """

    c: acb
    n: tuple[int, ...]
    a: arb
    z: tuple[acb, ...]
    window: Window | None = None
    extra: tuple[arb, ...] = ()

    def along(self, axis: int) -> arb:
        """The factor of -x_i^2 in the exponent."""
        return self.a + self.extra[axis] if self.extra else self.a

    @property
    def radial(self) -> bool:
        """Whether it is a Gaussian of |x| times a wave."""
        plain = not any(self.n) and all(z.real.is_zero() for z in self.z)
        return self.window is None and not self.extra and plain

    @property
    def polynomial(self) -> bool:
        """Whether there is neither exponential nor window."""
        still = self.a.is_zero() and not self.extra and all(z.is_zero() for z in self.z)
        return self.window is None and still

    @property
    def exact(self) -> bool:
        """Whether all of it but c is known exactly, so that equal digits mean equal functions."""
        numbers = [self.a, *self.extra, *(part for z in self.z for part in (z.real, z.imag))]
        return self.window is None and all(number.is_exact() for number in numbers)


@dataclass(frozen=True)
class TermSum:
    """A real function on R^d as a sum of terms."""

    dimension: int
    terms: tuple[Term, ...]
    text: str


def read_target(text: str, dimension: int, *, argument: str = "--target") -> TermSum:
    """The sum of terms of an expression; each term square integrable.

    Raises InputError naming the piece that has no Fourier transform here.
    """
    builder = _Builder(dimension, text, argument)
    terms = builder.terms(parse_target(text, dimension, argument=argument))
    kept = tuple(term for term in terms if not term.c.is_zero())
    for term in kept:
        builder.demand_integrable(term)
    kinds = {term.window.kind for term in kept if term.window is not None}
    if {"sinc", "bspline"} <= kinds:
        raise builder.error(text, "mixes sinc with box or bspline:")
    return TermSum(dimension, kept, text)


def _real(value: arb) -> acb:
    return acb(value)


class _Builder:
    def __init__(self, dimension: int, text: str, argument: str) -> None:
        self.d = dimension
        self.text = text
        self.argument = argument
        self.zeros = (0,) * (dimension + (dimension > 1))
        self.still = (acb(0),) * dimension

    def error(self, value: str, problem: str) -> InputError:
        return InputError(self.argument, value, problem, ACCEPTED if self.d == 1 else RADIAL)

    def constant(self, value: arb) -> list[Term]:
        return [Term(_real(value), self.zeros, arb(0), self.still)]

    def terms(self, node: Expression) -> list[Term]:
        match node:
            case Number(value):
                return self.constant(arb(fmpq(value.numerator, value.denominator)))
            case Pi():
                return self.constant(arb.pi())
            case Variable(-1):
                raise self.error(self.text, "uses r = |x| other than as r**2 in")
            case Variable(index):
                powers = tuple(int(i == index) for i in range(len(self.zeros)))
                return [Term(acb(1), powers, arb(0), self.still)]
            case Negative(operand):
                return [replace(term, c=-term.c) for term in self.terms(operand)]
            case Binary(operator, left, right):
                return self.binary(operator, self.terms(left), self.terms(right))
            case Power(base, exponent):
                return self.power(base, exponent)
            case Call(function, inner):
                return self.call(function, self.terms(inner))
        raise self.error(self.text, "cannot be read:")

    def binary(self, operator: str, left: list[Term], right: list[Term]) -> list[Term]:
        if operator == "+":
            return self.collect(left + right)
        if operator == "-":
            return self.collect(left + [replace(term, c=-term.c) for term in right])
        if operator == "*":
            return self.product(left, right)
        divisor = self.number(right, "divides by something that is no constant:")
        if not (divisor > 0 or divisor < 0):
            raise self.error(self.text, "divides by 0 in")
        return [replace(term, c=term.c / divisor) for term in left]

    def number(self, terms: list[Term], problem: str) -> arb:
        if any(not term.polynomial or any(term.n) for term in terms):
            raise self.error(self.text, problem)
        total = sum((term.c.real for term in terms), arb(0))
        return arb(total)

    def power(self, base: Expression, exponent: Fraction) -> list[Term]:
        whole = exponent.denominator == 1 and 0 <= exponent <= MAX_POWER
        if isinstance(base, Variable) and base.index == -1:
            if not whole or exponent.numerator % 2:
                raise self.error(f"r**{exponent}", "has the power")
            last = [2] if self.d == 1 else [*self.zeros[:-1], 1]
            squares = [Term(acb(1), tuple(last), arb(0), self.still)]
            return self.repeat(squares, exponent.numerator // 2)
        terms = self.terms(base)
        if whole:
            return self.repeat(terms, exponent.numerator)
        value = self.number(terms, f"has the power {exponent} of something that is no constant:")
        if not value > 0:
            raise self.error(self.text, f"has the power {exponent} of a number that is not > 0 in")
        return self.constant(
            (value.log() * arb(fmpq(exponent.numerator, exponent.denominator))).exp()
        )

    def repeat(self, terms: list[Term], times: int) -> list[Term]:
        result = self.constant(arb(1))
        for _ in range(times):
            result = self.product(result, terms)
        return result

    def product(self, left: list[Term], right: list[Term]) -> list[Term]:
        if len(left) * len(right) > MAX_TERMS**2:
            raise self.error(self.text, f"has more than {MAX_TERMS} terms:")
        return self.collect([self.times(x, y) for x in left for y in right])

    def times(self, x: Term, y: Term) -> Term:
        if x.window is not None and y.window is not None:
            raise self.error(self.text, "multiplies two windows in")
        n = tuple(i + j for i, j in zip(x.n, y.n, strict=True))
        if sum(n) > MAX_POWER:
            raise self.error(self.text, f"has a degree beyond {MAX_POWER} in")
        z = tuple(u + v for u, v in zip(x.z, y.z, strict=True))
        extra = x.extra or y.extra
        if x.extra and y.extra:
            extra = tuple(u + v for u, v in zip(x.extra, y.extra, strict=True))
        return Term(x.c * y.c, n, x.a + y.a, z, x.window or y.window, extra)

    def collect(self, terms: list[Term]) -> list[Term]:
        """Equal polynomial terms added, and terms that agree to the last bit: f - f is 0."""
        powers: dict[tuple[int, ...], acb] = {}
        others: dict[tuple[object, ...], Term] = {}
        for term in terms:
            if term.polynomial:
                powers[term.n] = powers.get(term.n, acb(0)) + term.c
                continue
            if not term.exact:
                others[(len(others),)] = term
                continue
            numbers = (term.a, *term.extra, *term.z)
            key = (term.n, len(term.extra), *(number.repr() for number in numbers))
            before = others.get(key)
            others[key] = term if before is None else replace(term, c=before.c + term.c)
        rest = [term for term in others.values() if not term.c.is_zero()]
        merged = [Term(c, n, arb(0), self.still) for n, c in powers.items() if not c.is_zero()]
        if len(merged) + len(rest) > MAX_TERMS:
            raise self.error(self.text, f"has more than {MAX_TERMS} terms:")
        return merged + rest

    def call(self, function: str, terms: list[Term]) -> list[Term]:
        if any(not term.polynomial for term in terms) and not self.is_number(terms):
            raise self.error(self.text, f"has inside {function} more than a polynomial:")
        if self.is_number(terms):
            return self.constant_call(function, terms)
        if function == "exp":
            return self.exponential(terms)
        shift, slopes = self.affine(function, terms)
        if function in ("cos", "sin"):
            return self.wave(function, shift, slopes)
        if function == "sech" or function == "sinc" or function.startswith("bspline"):
            if self.d > 1:
                raise self.error(function.replace("bspline0", "box"), "is for one dimension:")
            scale = slopes[0]
            if not (scale > 0 or scale < 0):
                raise self.error(self.text, "has a window whose scale may be 0 in")
            degree = int(function[7:]) if function.startswith("bspline") else 0
            kind = function[:7] if function.startswith("bspline") else function
            window = Window(kind, degree, scale, shift)
            return [Term(acb(1), self.zeros, arb(0), self.still, window)]
        raise self.error(function, "has no Fourier transform here:")

    def is_number(self, terms: list[Term]) -> bool:
        return all(term.polynomial and not any(term.n) for term in terms)

    def constant_call(self, function: str, terms: list[Term]) -> list[Term]:
        known: dict[str, Callable[[arb], arb]] = {
            "exp": arb.exp, "cos": arb.cos, "sin": arb.sin, "tan": arb.tan, "log": arb.log,
            "sqrt": arb.sqrt, "tanh": arb.tanh, "abs": abs, "sech": arb.sech, "sinc": arb.sinc,
        }  # fmt: skip
        if function not in known:
            raise self.error(function, "of a constant is not used:")
        value = known[function](self.number(terms, "is no constant:"))
        if not value.is_finite():
            raise self.error(self.text, f"has no finite real value of {function} in")
        return self.constant(value)

    def exponential(self, terms: list[Term]) -> list[Term]:
        """exp of c - a |x|^2 - sum_i a_i x_i^2 + b.x."""
        shift, a = arb(0), arb(0)
        squares: list[arb] = [arb(0)] * self.d
        z = [acb(0)] * self.d
        for term in terms:
            degree, where = sum(term.n), max(range(len(term.n)), key=term.n.__getitem__)
            if degree == 0:
                shift += term.c.real
            elif degree == 1 and where == self.d:
                a -= term.c.real
            elif degree == 1:
                z[where] += term.c
            elif term.n[where] == degree == 2 and where < self.d:
                squares[where] = -term.c.real
            else:
                problem = "has an exponent other than c - a*r**2 + b*x in"
                if self.d > 1:
                    problem = "has an exponent other than c - a0*x0**2 - a1*x1**2 ... + b*x in"
                raise self.error(self.text, problem)
        if self.d > 1 and not all(
            entry.is_exact() and (entry - squares[0]).is_zero() for entry in squares
        ):
            return [Term(acb(shift.exp()), self.zeros, a, tuple(z), None, tuple(squares))]
        return [Term(acb(shift.exp()), self.zeros, a + squares[0], tuple(z))]

    def affine(self, function: str, terms: list[Term]) -> tuple[arb, list[arb]]:
        shift, slopes = arb(0), [arb(0)] * self.d
        for term in terms:
            if sum(term.n) > 1 or any(term.n[self.d :]):
                raise self.error(self.text, f"has inside {function} more than an affine function:")
            if any(term.n):
                slopes[term.n.index(1)] += term.c.real
            else:
                shift += term.c.real
        return shift, slopes

    def wave(self, function: str, shift: arb, slopes: list[arb]) -> list[Term]:
        phase = acb(shift.cos(), shift.sin())
        if function == "sin":
            phase = phase * acb(0, -1)
        forward = tuple(acb(0, slope) for slope in slopes)
        backward = tuple(acb(0, -slope) for slope in slopes)
        return [
            Term(phase / 2, self.zeros, arb(0), forward),
            Term(phase.conjugate() / 2, self.zeros, arb(0), backward),
        ]

    def demand_integrable(self, term: Term) -> None:
        """Each term in L2: a > 0, or a window without growth; one line of error otherwise."""
        if term.window is None and all(term.along(i) > 0 for i in range(self.d)):
            return
        plain = not any(term.n) and all(z.real.is_zero() for z in term.z)
        if term.window is not None:
            if plain and term.a.is_zero():
                return
            raise self.error(self.text, "has a window times more than cos and sin in")
        raise self.error(self.text, "is not square integrable, or not shown to be, in each term:")
