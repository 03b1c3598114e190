"""R6, R7: the variance of a sampled network, the best density, and one unit under a budget."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Control, Lemma, Method, together
from theory.lemmas.solver import Problem, absolute, decide, exact


def _variance(sympy: Any, factor: int) -> list[Identity]:
    """E|mean of n|^2 - |mu|^2 by one more sample: S_n = sum, E|S_n|^2 = n v + n (n-1) |mu|^2.

    v = E|X|^2; the step from n to n + 1 adds v + 2 n |mu|^2 by independence.
    """
    n, v, mu = sympy.symbols("n v mu", positive=True)

    def square(count: Any) -> Any:
        return count * v + count * (count - 1) * mu**2

    mean = square(n) / n**2 - mu**2
    return [
        Identity("one sample", square(1), v),
        Identity("one more", square(n + 1) - square(n), v + 2 * n * mu**2),
        Identity("error of the mean", mean, (v - factor * mu**2) / n),
    ]


def _importance(sympy: Any) -> list[Identity]:
    """sum a_i^2/p_i - (sum |a_i|)^2 = sum over pairs (a_i p_j - a_j p_i)^2/(p_i p_j), sum p = 1."""
    a1, a2, a3, p1, p2 = sympy.symbols("a1 a2 a3 p1 p2", positive=True)
    a, p = (a1, a2, a3), (p1, p2, 1 - p1 - p2)
    left = sum(x**2 / q for x, q in zip(a, p, strict=True)) - sum(a) ** 2
    pairs = [(0, 1), (0, 2), (1, 2)]
    right = sum((a[i] * p[j] - a[j] * p[i]) ** 2 / (p[i] * p[j]) for i, j in pairs)
    total, x, q, P = sympy.symbols("total x q P", positive=True)
    merged = total**2 / P + x**2 / q - (total + x) ** 2 / (P + q)
    return [
        Identity("three atoms", left, right),
        Identity("one more atom", merged, (total * q - x * P) ** 2 / (P * q * (P + q))),
    ]


def _one_more(share: Fraction) -> Problem:
    """(total + x)^2/(P + q) <= share (total^2/P + x^2/q): the induction behind Cauchy-Schwarz."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        total, x, q, P = z3.Reals("total x q P")
        factor = exact(z3, share)
        left = (total + x) * (total + x) * P * q
        right = factor * (total * total * q + x * x * P) * (P + q)
        return [q > 0, P > 0], left <= right

    return problem


def _truncation(sympy: Any, share: int) -> list[Identity]:
    """relu, k = d + 3: Gamma(1, t^2/2)/Gamma(1) = e^(-t^2/2), the transform of N(0, 1/lam^2)."""
    t, lam, xi = sympy.symbols("t lam xi", positive=True)
    x = sympy.Symbol("x", real=True)
    u = sympy.Symbol("u", positive=True)
    upper = sympy.integrate(sympy.exp(-u), (u, t**2 / 2, sympy.oo))
    density = lam / sympy.sqrt(2 * sympy.pi) * sympy.exp(-(lam**2) * x**2 / 2)
    transform = sympy.integrate(density * sympy.cos(xi * x), (x, -sympy.oo, sympy.oo))
    return [
        Identity("multiplier", upper, sympy.exp(-(t**2) / share)),
        Identity("smoothing", transform, sympy.exp(-(xi**2) / (2 * lam**2))),
    ]


def _one_unit(share: Fraction) -> list[Problem]:
    """min over |c| <= B of F^2 - 2 c beta s + c^2 s^2 is F^2 - beta^2 + max(0, beta - s B)^2."""

    def value(z3: Any, c: Any) -> tuple[Any, Any, Any]:
        F, beta, s, B = z3.Reals("F beta s B")
        rest = z3.If(beta > s * B, beta - s * B, 0)
        lowest = F * F - beta * beta + rest * rest
        return (s, B, beta), F * F - 2 * c * beta * s + c * c * s * s, lowest

    def below(z3: Any) -> tuple[list[Any], Any]:
        c = z3.Real("c")
        (s, B, beta), error, lowest = value(z3, c)
        limit = exact(z3, share) * B
        return [s > 0, B >= 0, beta >= 0, absolute(z3, c) <= limit], error >= lowest

    def attained(z3: Any) -> tuple[list[Any], Any]:
        c = z3.Real("c")
        (s, B, beta), error, lowest = value(z3, c)
        best = z3.If(beta > s * B, B, beta / s)
        return [s > 0, B >= 0, beta >= 0, c == best], error == lowest

    return [below, attained]


LEMMAS = (
    Lemma(
        id="R6-variance",
        name="the squared error of a mean of independent samples",
        statement=(
            "For independent X_1, ..., X_n with mean mu and E|X_i|^2 = v, "
            "E|(X_1 + ... + X_n)/n - mu|^2 = (v - |mu|^2)/n."
        ),
        used_by=("R6", "R6-fit"),
        method=Method.IDENTITY,
        argument="E|sum|^2 by induction on n; one more sample adds v + 2 n |mu|^2.",
        prove=lambda _: prove_identities(lambda sympy: _variance(sympy, 1)),
        control=Control(
            "(v - 2 |mu|^2)/n", lambda _: prove_identities(lambda sympy: _variance(sympy, 2))
        ),
    ),
    Lemma(
        id="R6-density",
        name="the best sampling density",
        statement=(
            "For p_i > 0 with sum 1, the sum of a_i^2/p_i is at least (|a_1| + ... + |a_N|)^2, "
            "with equality for p_i proportional to |a_i|."
        ),
        used_by=("R6", "R6-fit"),
        method=Method.Z3,
        argument=(
            "(A + x)^2/(P + q) <= A^2/P + x^2/q, atom by atom (z3); the differences are squares "
            "that vanish for a proportional to p (sympy)."
        ),
        prove=lambda _: together(decide(_one_more(Fraction(1))), prove_identities(_importance)),
        control=Control("at most 9/10 of it", lambda _: decide(_one_more(Fraction(9, 10)))),
    ),
    Lemma(
        id="R6-smoothing",
        name="truncating relu's spectrum is smoothing",
        statement=(
            "Gamma(1, t^2/2) = e^(-t^2/2), and e^(-xi^2/(2 lam^2)) is the transform of the normal "
            "density of variance 1/lam^2."
        ),
        used_by=("R6",),
        method=Method.IDENTITY,
        argument="Integrated.",
        prove=lambda _: prove_identities(lambda sympy: _truncation(sympy, 2)),
        control=Control(
            "e^(-t^2/3)", lambda _: prove_identities(lambda sympy: _truncation(sympy, 3))
        ),
    ),
    Lemma(
        id="R7-one-unit",
        name="the Tikhonov path of one unit",
        statement=(
            "For s > 0, B >= 0 and beta >= 0 the smallest F^2 - 2 c beta s + c^2 s^2 over "
            "|c| <= B is F^2 - beta^2 + max(0, beta - s B)^2, at c = min(B, beta/s)."
        ),
        used_by=("R7",),
        method=Method.Z3,
        argument="z3: nothing is lower, and it is attained.",
        prove=lambda _: decide(*_one_unit(Fraction(1))),
        control=Control("over |c| <= (11/10) B", lambda _: decide(*_one_unit(Fraction(11, 10)))),
    ),
)
