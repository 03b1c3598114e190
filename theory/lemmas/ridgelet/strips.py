"""R8: bounds of activations in a strip around the line, and the degree that a band allows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Control, Lemma, Method, together
from theory.lemmas.solver import Problem, decide, exact


def _square(sympy: Any, z: Any) -> Any:
    """|z|^2 by real and imaginary parts."""
    real, imaginary = z.expand(complex=True).as_real_imag()
    return real**2 + imaginary**2


def _moduli(sympy: Any, sign: int) -> list[Identity]:
    """|sinh|^2, |cosh|^2, |1 + e^-z|^2, |e^(-z^2/2)|^2, |cos z|^2 at z = x + i y."""
    x, y = sympy.symbols("x y", real=True)
    z = x + sympy.I * y
    sinh, cosh, sin, cos = sympy.sinh(x), sympy.cosh(x), sympy.sin(y), sympy.cos(y)
    exponential = sympy.exp(-x)
    logistic = _square(sympy, 1 + exponential * (cos - sympy.I * sin))
    return [
        Identity("|sinh z|^2", _square(sympy, sympy.sinh(z)), sinh**2 + sign * sin**2),
        Identity("|cosh z|^2", _square(sympy, sympy.cosh(z)), sinh**2 + cos**2),
        Identity("|1 + e^-z|^2", logistic, 1 + 2 * exponential * cos + exponential**2),
        Identity("Re z^2", sympy.re(sympy.expand(z**2)), x**2 - y**2),
        Identity("|cos z|^2", _square(sympy, sympy.cos(z)), sympy.cos(x) ** 2 + sympy.sinh(y) ** 2),
        Identity("cosh^2 = 1 + sinh^2", cosh**2, 1 + sinh**2),
    ]


def _tanh(factor: Fraction) -> Problem:
    """(S + s2)/(S + c2) <= max(1, s2/c2), S = sinh(x)^2, s2 = sin(y)^2, c2 = cos(y)^2 > 0."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        S, s2, c2 = z3.Reals("S s2 c2")
        most = z3.If(s2 > c2, s2 / c2, 1) * exact(z3, factor)
        return [S >= 0, c2 > 0, s2 >= 0, s2 + c2 == 1], S + s2 <= most * (S + c2)

    return problem


def _logistic(z3: Any) -> tuple[list[Any], Any]:
    """1 + 2 q c + q^2 >= 1 for c >= 0, and >= s^2 = 1 - c^2 always; q = e^-x > 0."""
    q, c = z3.Reals("q c")
    square = 1 + 2 * q * c + q * q
    return [q > 0, c >= -1, c <= 1], z3.And(z3.Implies(c >= 0, square >= 1), square >= 1 - c * c)


def _ellipse(sympy: Any, share: int) -> list[Identity]:
    """w = (rho e^(it) + e^(-it)/rho)/2 has the imaginary part (rho - 1/rho) sin(t)/2."""
    rho, M, N = sympy.symbols("rho M N", positive=True)
    t = sympy.Symbol("t", real=True)
    unit = sympy.cos(t) + sympy.I * sympy.sin(t)
    w = sympy.expand((rho * unit + sympy.conjugate(unit) / rho) / 2)
    tail = share * M * rho**-N / (rho - 1)
    # sum_{k > N} 2 M rho^-k by its partial sums: t(N) - t(N+1) is the term of N + 1
    after = share * M * rho ** -(N + 1) / (rho - 1)
    return [
        Identity("imaginary part", sympy.im(w), (rho - 1 / rho) * sympy.sin(t) / 2),
        Identity("tail", sympy.powsimp(sympy.expand(tail - after)), 2 * M * rho ** -(N + 1)),
    ]


def _inversion(factor: int) -> Problem:
    """eps >= dist - 2 B M q/(rho - 1), q = rho^-N: B >= (dist - eps)(rho - 1)/(factor M q)."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        eps, dist, B, M, q, rho = z3.Reals("eps dist B M q rho")
        hypotheses = [M > 0, q > 0, rho > 1, eps <= dist, B >= 0]
        hypotheses.append(eps * (rho - 1) >= dist * (rho - 1) - 2 * B * M * q)
        return hypotheses, factor * M * q * B >= (dist - eps) * (rho - 1)

    return problem


LEMMAS = (
    Lemma(
        id="R8-strips",
        name="how large activations are in a strip",
        statement=(
            "For z = x + i y with |y| <= y0: |tanh z| <= max(1, tan y0) if y0 < pi/2; "
            "1/|1 + e^-z| <= 1 if y0 <= pi/2 and <= 1/sin y0 if pi/2 < y0 < pi; "
            "|e^(-z^2/2)| <= e^(y0^2/2); |cos z| <= cosh y0."
        ),
        used_by=("R8", "R4"),
        method=Method.Z3,
        argument=(
            "Squares of moduli by trigonometric identities (sympy), e.g. |tanh z|^2 = "
            "(sinh^2 x + sin^2 y)/(sinh^2 x + cos^2 y); the inequalities by z3; tan and 1/sin are "
            "monotone where they are used."
        ),
        prove=lambda _: together(
            prove_identities(lambda sympy: _moduli(sympy, 1)), decide(_tanh(Fraction(1)), _logistic)
        ),
        control=Control(
            "|tanh z|^2 <= (9/10) max(1, tan y0)^2", lambda _: decide(_tanh(Fraction(9, 10)))
        ),
    ),
    Lemma(
        id="R8-ellipse",
        name="a Bernstein ellipse in the strip, and the tail of a Chebyshev series",
        statement=(
            "The point (rho e^(it) + e^(-it)/rho)/2 has the imaginary part "
            "(rho - 1/rho) sin(t)/2, so lam |r|_1 times the ellipse rho lies in |Im| <= y0 if "
            "lam |r|_1 (rho - 1/rho)/2 = y0; and the sum of 2 M rho^-k over k > N is "
            "2 M rho^-N/(rho - 1), rho > 1."
        ),
        used_by=("R8",),
        method=Method.IDENTITY,
        argument="Parts expanded; the tails telescope and tend to 0.",
        prove=lambda _: prove_identities(lambda sympy: _ellipse(sympy, 2)),
        control=Control(
            "the sum is 3 M rho^-N/(rho - 1)",
            lambda _: prove_identities(lambda sympy: _ellipse(sympy, 3)),
        ),
    ),
    Lemma(
        id="R8-inversion",
        name="the budget that an accuracy needs",
        statement=(
            "If eps >= dist - 2 B M rho^-N/(rho - 1), rho > 1 and M > 0, then "
            "B >= (dist - eps)(rho - 1) rho^N/(2 M)."
        ),
        used_by=("R8",),
        method=Method.Z3,
        argument="z3, with q = rho^-N > 0.",
        prove=lambda _: decide(_inversion(2)),
        control=Control("(dist - eps)(rho - 1) rho^N/M", lambda _: decide(_inversion(1))),
    ),
)
