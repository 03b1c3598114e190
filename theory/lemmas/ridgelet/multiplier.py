"""R0, R2, R6: constants of reconstruction, the multiplier of S S*, and its Tikhonov path."""

from __future__ import annotations

from typing import Any

from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Control, Lemma, Method, together
from theory.lemmas.solver import Problem, decide


def _moment(sympy: Any, power: Any, rate: int) -> Any:
    """int_0^inf w^power e^(-w^2/rate) dw for rate 1 or 2, by u = w^2/rate; power > -1."""
    half = (power + 1) / 2
    return sympy.Integer(rate) ** half * sympy.gamma(half) / 2


def _moments(sympy: Any) -> list[Identity]:
    """The moments by sympy's own integral, and the phases conj(i^k), which have period 4."""
    w, power = sympy.symbols("w p", positive=True)
    found = []
    for rate in (1, 2):
        integral = sympy.integrate(w**power * sympy.exp(-(w**2) / rate), (w, 0, sympy.oo))
        found.append(Identity(f"moment, rate {rate}", integral, _moment(sympy, power, rate)))
    for k in range(8):
        rule = (-1) ** (k // 2) * (1 if k % 2 == 0 else -sympy.I)
        found.append(Identity(f"phase, k = {k}", sympy.conjugate(sympy.I**k), rule))
    return found


def _constants(sympy: Any, share: int) -> list[Identity]:
    """((sigma, rho_k))/c_d = 2 int_0^inf s(w) conj((i w)^k) e^(-w^2/2) w^-d dw for the k that are
    allowed, k = 2 j (even sigma#) or 2 j + 1; ``share`` 2 for the two half-lines.
    """
    j, d = sympy.symbols("j d", positive=True)
    even, odd = 2 * j, 2 * j + 1
    # conj((i w)^k) is (-1)^j w^k for k = 2 j and -i (-1)^j w^k for k = 2 j + 1 (see the phases);
    # -i times -2 i is -2 for erf, -i times -i is -1 for the step.  sign stands for (-1)^j.
    sign = sympy.Symbol("sign", real=True)
    root = sympy.sqrt(2 * sympy.pi)

    def twice(factor: Any, power: Any, rate: int) -> Any:
        return share * factor * _moment(sympy, power, rate)

    two = sympy.Integer(2)
    gamma = sympy.gamma
    return [
        Identity(
            "gaussian",
            twice(sign * root, even - d, 1),
            sign * root * gamma((even - d + 1) / 2),
        ),
        Identity("erf", twice(-2 * sign, odd - d - 1, 1), -2 * sign * gamma((odd - d) / 2)),
        Identity(
            "step",
            twice(-sign, odd - d - 1, 2),
            -sign * two ** ((odd - d) / 2) * gamma((odd - d) / 2),
        ),
        Identity(
            "relu",
            twice(-sign, even - d - 2, 2),
            -sign * two ** ((even - d - 1) / 2) * gamma((even - d - 1) / 2),
        ),
        Identity(
            "gelu",
            twice(-sign, even - d - 2, 1) + twice(-sign, even - d, 1),
            -sign * (gamma((even - d - 1) / 2) + gamma((even - d + 1) / 2)),
        ),
    ]


def _test_functions(sympy: Any, factor: int) -> list[Identity]:
    """|S* f|^2 and (2 pi)^-1 int |fhat|^2 m for f = exp(-x^2/2 + i k x), sigma Gaussian, d = 1.

    Both are 0 for lam = 0 (then V is empty); their derivatives in lam, written as a factor times
    the exponential of an exponent, agree.  m(xi) = ``factor`` pi E_1(xi^2/lam^2).
    """
    k, lam, xi, alpha = sympy.symbols("k lam xi alpha", positive=True)
    x = sympy.Symbol("x", real=True)
    gauss = sympy.integrate(sympy.exp(-alpha * x**2), (x, -sympy.oo, sympy.oo))
    # twice, for a = lam and a = -lam: 2 pi/(1+a^2) exp(-(b^2+k^2)/(1+a^2)), integrated over b
    left_exponent = -(k**2) / (1 + lam**2)
    left_square = (4 * sympy.pi / (1 + lam**2)) ** 2 * sympy.pi * (1 + lam**2)
    # |fhat|^2 = 2 pi exp(-(xi-k)^2), dm/dlam = factor 2 pi exp(-xi^2/lam^2)/lam, over 2 pi
    m = factor * sympy.pi * sympy.expint(1, xi**2 / lam**2)
    growth = factor * 2 * sympy.pi / lam
    rate = 1 + 1 / lam**2
    right_exponent = k**2 / rate - k**2
    right_square = growth**2 * sympy.pi / rate
    exponent = -((xi - k) ** 2) - xi**2 / lam**2
    return [
        Identity("normal integral", gauss, sympy.sqrt(sympy.pi / alpha)),
        Identity("derivative of m", m.diff(lam), growth * sympy.exp(-(xi**2) / lam**2)),
        Identity("square", exponent, -rate * (xi - k / rate) ** 2 + right_exponent),
        Identity("exponents", left_exponent, right_exponent),
        Identity("squared factors", left_square, right_square),
    ]


def _completed_square(sympy: Any) -> list[Identity]:
    """f(x) sigma(a x - b) = exp of a square plus what is left; modulus of the rest."""
    x, a, b, k = sympy.symbols("x a b k", real=True)
    exponent = -(x**2) / 2 + sympy.I * k * x - (a * x - b) ** 2 / 2
    centre = (a * b + sympy.I * k) / (1 + a**2)
    rest = (a * b + sympy.I * k) ** 2 / (2 * (1 + a**2)) - b**2 / 2
    modulus = (a**2 * b**2 - k**2) / (1 + a**2) - b**2
    z = sympy.Symbol("z", positive=True)
    return [
        Identity("square", exponent, -(1 + a**2) * (x - centre) ** 2 / 2 + rest),
        Identity("modulus", modulus, -(b**2 + k**2) / (1 + a**2)),
        Identity("E_1' = -e^-z/z", sympy.expint(1, z).diff(z), -sympy.exp(-z) / z),
    ]


def _tikhonov(sympy: Any, share: int) -> list[Identity]:
    """|f - s g|^2 + mu |g|^2 as a square plus mu |f|^2/(mu + m), for two complex frequencies.

    f a complex number, s and g in C^2, s g = s_1 g_1 + s_2 g_2, m = |s|^2: real parts written out.
    """
    fr, fi, mu = sympy.symbols("fr fi mu", real=True)
    sr = sympy.symbols("sr1 sr2", real=True)
    si = sympy.symbols("si1 si2", real=True)
    gr = sympy.symbols("gr1 gr2", real=True)
    gi = sympy.symbols("gi1 gi2", real=True)
    s = [p + sympy.I * q for p, q in zip(sr, si, strict=True)]
    g = [p + sympy.I * q for p, q in zip(gr, gi, strict=True)]
    f = fr + sympy.I * fi

    def square(z: Any) -> Any:
        return sympy.expand(z * sympy.conjugate(z))

    m = sum(square(z) for z in s)
    best = [sympy.conjugate(z) * f / (mu + m) for z in s]
    apart = [p - q for p, q in zip(g, best, strict=True)]
    value = square(f - sum(p * q for p, q in zip(s, g, strict=True)))
    value += mu * sum(square(z) for z in g)
    rest = square(sum(p * q for p, q in zip(s, apart, strict=True)))
    rest += mu * sum(square(z) for z in apart)
    lowest = share * mu * square(f) / (mu + m)
    error = square(f - sum(p * q for p, q in zip(s, best, strict=True)))
    used = sum(square(z) for z in best)
    return [
        Identity("value", value, rest + lowest),
        Identity("error", error, square(f) * mu**2 / (mu + m) ** 2),
        Identity("budget", used, square(f) * m / (mu + m) ** 2),
    ]


def _path(factor: int) -> list[Problem]:
    """m/(mu+m)^2 falls in mu and is at most 1/(factor mu)."""

    def falls(z3: Any) -> tuple[list[Any], Any]:
        m, mu, nu = z3.Reals("m mu nu")
        # m/(nu+m)^2 < m/(mu+m)^2, times both squares
        return [m > 0, mu > 0, nu > mu], m * (mu + m) * (mu + m) < m * (nu + m) * (nu + m)

    def bounded(z3: Any) -> tuple[list[Any], Any]:
        m, mu = z3.Reals("m mu")
        return [m >= 0, mu > 0], factor * mu * m <= (mu + m) * (mu + m)

    def rises(z3: Any) -> tuple[list[Any], Any]:
        """The filter mu/(mu+m) grows as m falls."""
        m, larger, mu = z3.Reals("m larger mu")
        return [m >= 0, larger >= m, mu > 0], mu * (mu + m) <= mu * (mu + larger)

    return [falls, bounded, rises]


LEMMAS = (
    Lemma(
        id="R0-constants",
        name="the constants of reconstruction",
        statement=(
            "((sigma, rho_k))/c_d = int s(w) conj((i w)^k) e^(-w^2/2) |w|^-d dw is, with e = "
            "(-1)^(k/2) for even k and -(-1)^((k+1)/2) for odd k: sqrt(2 pi) e Gamma((k-d+1)/2) "
            "for s = sqrt(2 pi) e^(-w^2/2) and even k; -2 e Gamma((k-d)/2) for "
            "-2 i e^(-w^2/2)/w and odd k; -e 2^((k-d)/2) Gamma((k-d)/2) for -i/w and odd k; "
            "-e 2^((k-d-1)/2) Gamma((k-d-1)/2) for -1/w^2 and even k; "
            "-e (Gamma((k-d-1)/2) + Gamma((k-d+1)/2)) for -(1+w^2) e^(-w^2/2)/w^2 and even k; "
            "k and d such that the integral converges."
        ),
        used_by=("R0", "R6"),
        method=Method.IDENTITY,
        argument="Twice a moment of a normal density over the half-line, for symbolic k and d.",
        prove=lambda _: together(
            prove_identities(_moments), prove_identities(lambda sympy: _constants(sympy, 2))
        ),
        control=Control(
            "one half-line only", lambda _: prove_identities(lambda sympy: _constants(sympy, 1))
        ),
    ),
    Lemma(
        id="R2-multiplier",
        name="S S* multiplies by m, on test functions",
        statement=(
            "For d = 1, sigma = e^(-t^2/2), V = {|a| <= lam} x R and f(x) = e^(-x^2/2 + i k x), "
            "every k > 0 and lam > 0: the integral over V of |int f(x) sigma(a x - b) dx|^2 is "
            "(2 pi)^-1 int |fhat(xi)|^2 m(xi) dxi with m(xi) = 2 pi E_1(xi^2/lam^2)."
        ),
        used_by=("R2",),
        method=Method.IDENTITY,
        argument=(
            "The inner integral by completing the square; both sides vanish as lam tends to 0 and "
            "have the same derivative in lam, for symbolic k and lam."
        ),
        prove=lambda _: together(
            prove_identities(_completed_square),
            prove_identities(lambda sympy: _test_functions(sympy, 2)),
        ),
        control=Control(
            "m(xi) = pi E_1(xi^2/lam^2)",
            lambda _: prove_identities(lambda sympy: _test_functions(sympy, 1)),
        ),
    ),
    Lemma(
        id="R2-tikhonov",
        name="the penalised problem at one frequency",
        statement=(
            "For complex f, s and g in C^2, mu > 0, m = |s_1|^2 + |s_2|^2 and h = "
            "conj(s) f/(m + mu): |f - s.g|^2 + mu |g|^2 = |s.(g - h)|^2 + mu |g - h|^2 + "
            "mu |f|^2/(mu + m), with |f - s.h|^2 = |f|^2 mu^2/(mu + m)^2 and "
            "|h|^2 = |f|^2 m/(mu + m)^2."
        ),
        used_by=("R2", "R7"),
        method=Method.IDENTITY,
        argument="Real and imaginary parts expanded; g = h is the only minimum as mu > 0.",
        prove=lambda _: prove_identities(lambda sympy: _tikhonov(sympy, 1)),
        control=Control(
            "2 mu |f|^2/(mu + m) at the end",
            lambda _: prove_identities(lambda sympy: _tikhonov(sympy, 2)),
        ),
    ),
    Lemma(
        id="R2-path",
        name="the budget falls along the path",
        statement=(
            "For m > 0 the function m/(mu + m)^2 of mu > 0 falls strictly and is at most "
            "1/(4 mu); the filter mu/(mu + m) does not fall as m falls."
        ),
        used_by=("R2",),
        method=Method.Z3,
        argument="z3, times the denominators.",
        prove=lambda _: decide(*_path(4)),
        control=Control("at most 1/(5 mu)", lambda _: decide(*_path(5))),
    ),
)
