"""B2b: the bin lemma, in steps, and the density of the kink sizes."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import arb

from theory.lemmas.boxes import prove_below
from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Control, Lemma, Method, Outcome, together
from theory.lemmas.solver import Problem, absolute, decide


def _needed(sympy: Any, factor: int) -> list[Identity]:
    """g(x_k) = f(x_k) + h theta_{k-1} and the slope before x_k give D_k."""
    f0, f1, f2, h, before, here = sympy.symbols("f0 f1 f2 h theta0 theta1", positive=True)
    at_k = f1 + h * here
    slope = (at_k - (f0 + h * before)) / h
    needed = (f2 - at_k) / h - slope
    bend = (f2 - 2 * f1 + f0) / h
    return [Identity("needed kink", needed, bend - factor * here + before)]


def _size(gaps: int) -> Problem:
    """|D| < M2 h + ``gaps`` G from |second difference| <= M2 h^2 and |theta| < G."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        bend, M2h, before, here, G = z3.Reals("bend M2h theta0 theta1 G")
        hypotheses = [
            absolute(z3, bend) <= M2h,
            absolute(z3, before) < G,
            absolute(z3, here) < G,
        ]
        return hypotheses, absolute(z3, bend - 2 * here + before) < M2h + gaps * G

    return problem


def _two_to_one(kinks: int) -> Problem:
    """Kinks of different bins, all moved by D: no three in one bin; G = 1."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        places = [z3.Real(f"s{i}") for i in range(kinks)]
        bins = [z3.Int(f"bin{i}") for i in range(kinks)]
        D, target = z3.Real("D"), z3.Int("target")
        hypotheses = [z3.And(j <= s, s < j + 1) for s, j in zip(places, bins, strict=True)]
        hypotheses += [low < high for low, high in pairwise(bins)]
        inside = [z3.And(target <= s - D, s - D < target + 1) for s in places]
        return hypotheses, z3.Not(z3.And(*inside))

    return problem


def _leaving(reserve: int) -> list[Problem]:
    """Bins whose kink leaves [0, J) when D is taken away: at most ceil(y) + ``reserve``; G = 1.

    y = M2 h/G, |D| < y + 3; the bins that leave are the lowest (D > 0) or the highest ones.
    """

    def down(z3: Any) -> tuple[list[Any], Any]:
        s, D, y = z3.Reals("s D y")
        j, ceiling = z3.Ints("j ceiling")
        hypotheses = [j >= 0, j <= s, s < j + 1, D >= 0, y + 3 > D, s - D < 0]
        hypotheses += [y >= 0, ceiling >= y, ceiling < y + 1]
        return hypotheses, j < ceiling + reserve

    def up(z3: Any) -> tuple[list[Any], Any]:
        s, D, y = z3.Reals("s D y")
        j, J, ceiling = z3.Ints("j J ceiling")
        hypotheses = [j < J, j <= s, s < j + 1, D <= 0, y + 3 > -D, s - D >= J]
        hypotheses += [y >= 0, ceiling >= y, ceiling < y + 1]
        return hypotheses, j >= J - (ceiling + reserve)

    return [down, up]


def _counting(share: int) -> list[Problem]:
    """N <= P (J - Lb - 1)/``share`` leaves a good kink at every step k <= N.

    e = bins empty on one side, e P <= k - 1; good >= (J - e) - Lb - 2 e.
    """

    def problem(z3: Any) -> tuple[list[Any], Any]:
        N, k, P, J, Lb, empty = z3.Ints("N k P J Lb empty")
        hypotheses = [P >= 1, k >= 1, k <= N, empty >= 0, empty * P <= k - 1]
        hypotheses += [share * N <= P * (J - Lb - 1)]
        return hypotheses, (J - empty) - Lb - 2 * empty >= 1

    return [problem]


def _miss(z3: Any) -> tuple[list[Any], Any]:
    """s - D and the partner t in one bin: the pair s - t misses D by less than G."""
    s, t, D, low, G = z3.Reals("s t D low G")
    hypotheses = [low <= s - D, s - D < low + G, low <= t, t < low + G]
    return hypotheses, absolute(z3, (s - t) - D) < G


def _density(sympy: Any, sign: int) -> list[Identity]:
    """P(U V <= t) = t + int_t^1 t/u du for U, V uniform on [0, 1]; its derivative is -ln t."""
    t, u = sympy.symbols("t u", positive=True)
    below = t + sympy.integrate(t / u, (u, t, 1))
    return [Identity("density of the product", below.diff(t), sign * sympy.log(t))]


def _density_at_least(level: Fraction) -> Outcome:
    """ln u < -level on (0, 1/e): ln grows, so it is enough at 1/e; below 0.367 by boxes."""
    return prove_below(
        lambda u: u.log(), lambda: -_ball(level), Fraction(1, 100), Fraction(367, 1000)
    )


def _ball(value: Fraction) -> arb:
    return arb(value.numerator) / value.denominator


def _rounded_up(z3: Any) -> tuple[list[Any], Any]:
    return [], z3.Q(131 * 131, 8) < 2146


def _half_the_mean(eighth: Fraction) -> Outcome:
    """(1 - ln 2)/2 > ``eighth``: the exponent of Markov's inequality for 2^-X at half the mean."""
    two = Fraction(2)
    return prove_below(lambda x: x.log(), lambda: 1 - 2 * _ball(eighth), two, two)


def _tangent(sympy: Any) -> list[Identity]:
    """1 - y <= e^-y for y >= 0: h = e^-y - 1 + y has h(0) = 0 and h' = 1 - e^-y >= 0."""
    y = sympy.Symbol("y", positive=True)
    h = sympy.exp(-y) - 1 + y
    return [
        Identity("h at 0", h.subs(y, 0), 0 * y),
        Identity("h'", h.diff(y), 1 - sympy.exp(-y)),
    ]


def _union(z3: Any) -> tuple[list[Any], Any]:
    """2 J bins fail with probability at most q <= 1/(2 n^2) each: together at most 1/n."""
    n, J, q = z3.Reals("n J q")
    return [n >= 1, J >= 1, n >= J, q >= 0, 2 * n * n * q <= 1], 2 * J * q * n <= 1


def _constants(sympy: Any, bins: int) -> list[Identity]:
    """h = 131/n and G = R^2/(e J), J = n/(32 e ln(2 n^2)): the two terms of the rate."""
    n, R, M2, log = sympy.symbols("n R M2 log", positive=True)
    h, J = sympy.Rational(131) / n, n / (bins * sympy.E * log)
    G = R**2 / sympy.E / J
    return [
        Identity("mismatch term", h * G, 4192 * R**2 * log / n**2),
        Identity("chord term", M2 * h**2 / 8, sympy.Rational(17161, 8) * M2 / n**2),
    ]


LEMMAS = (
    Lemma(
        id="B2b-needed",
        name="the kink that is needed next",
        statement=(
            "If g is affine on [x, x + h] and on [x + h, x + 2 h] and differs from f by h theta_0 "
            "and h theta_1 at x and x + h, then the kink at x + h that makes g equal to f at "
            "x + 2 h is D = (f(x + 2 h) - 2 f(x + h) + f(x))/h - 2 theta_1 + theta_0, and "
            "|D| < M2 h + 3 G if |second difference| <= M2 h^2 and |theta_0|, |theta_1| < G."
        ),
        used_by=("B2b", "B2-outputs"),
        method=Method.IDENTITY,
        argument="Expanded; the size by z3.",
        prove=lambda _: together(
            prove_identities(lambda sympy: _needed(sympy, 2)), decide(_size(3))
        ),
        control=Control("|D| < M2 h + 2 G", lambda _: decide(_size(2))),
    ),
    Lemma(
        id="B2b-two-to-one",
        name="shifted kinks share a bin in pairs at most",
        statement=(
            "If s_1, s_2, s_3 lie in three different bins [j G, (j+1) G), then s_1 - D, s_2 - D, "
            "s_3 - D do not all lie in one bin, for any D."
        ),
        used_by=("B2b",),
        method=Method.Z3,
        argument="z3 over reals and integers, in units of G.",
        prove=lambda _: decide(_two_to_one(3)),
        control=Control("two kinks of two bins", lambda _: decide(_two_to_one(2))),
    ),
    Lemma(
        id="B2b-range",
        name="few shifted kinks leave the range",
        statement=(
            "If s lies in the bin [j G, (j+1) G), 0 <= j < J, |D| < M2 h + 3 G and s - D is not in "
            "[0, J G), then j is one of the Lb = ceil(M2 h/G) + 3 lowest, or of the Lb highest, "
            "bins, on the side of the sign of D."
        ),
        used_by=("B2b",),
        method=Method.Z3,
        argument="z3 over reals and integers, in units of G.",
        prove=lambda _: decide(*_leaving(3)),
        control=Control("Lb = ceil(M2 h/G) + 2", lambda _: decide(*_leaving(2))),
    ),
    Lemma(
        id="B2b-bins",
        name="a good pair is left at every step",
        statement=(
            "Let P, k, N >= 1, k <= N <= P (J - Lb - 1)/3, and let e bins with e P <= k - 1 be "
            "empty on either side. Then J - e kinks of different bins, of which at most Lb leave "
            "the range and at most 2 e meet an empty bin, hold one that does neither; and kinks s "
            "and t with s - D and t in one bin of width G have |(s - t) - D| < G."
        ),
        used_by=("B2b",),
        method=Method.Z3,
        argument="z3; e P <= k - 1 as a bin of P kinks is empty after P steps at the earliest.",
        prove=lambda _: decide(*_counting(3), _miss),
        control=Control("N <= P (J - Lb - 1)/2", lambda _: decide(*_counting(2), _miss)),
    ),
    Lemma(
        id="B2b-density",
        name="kink sizes are dense near 0",
        statement=(
            "For U, V independent and uniform on [0, 1] the density of U V at t is -ln t, and "
            "-ln t > 1 for 1/100 <= t <= 0.367; ln grows and ln(1/e) = -1, so -ln t >= 1 for every "
            "t in (0, 1/e]."
        ),
        used_by=("B2b",),
        method=Method.BOXES,
        argument="Derivative of the distribution by sympy; the bound by branch and bound.",
        prove=lambda _: together(
            prove_identities(lambda sympy: _density(sympy, -1)), _density_at_least(Fraction(1))
        ),
        control=Control("-ln t > 11/10 there", lambda _: _density_at_least(Fraction(11, 10))),
    ),
    Lemma(
        id="B2b-probability",
        name="random bins are full enough",
        statement=(
            "Let X be a sum of independent variables with values 0 and 1 and mean mu: then "
            "P(X <= mu/2) <= e^(-mu/8). With mu >= n/(4 e J) for each of 2 J bins and "
            "1 <= J <= n/(32 e ln(2 n^2)), every bin holds more than n/(8 e J) with probability at "
            "least 1 - 1/n."
        ),
        used_by=("B2b",),
        method=Method.BOXES,
        argument=(
            "Markov for 2^-X, whose mean is a product of 1 - p_i/2 <= e^(-p_i/2): at most "
            "e^(-mu (1 - ln 2)/2), and (1 - ln 2)/2 > 1/8 (balls); e^(-mu/8) <= 1/(2 n^2), union "
            "bound (z3). The mean of a bin is at least n/4 times its length in units of R^2 "
            "(B2b-density), 1/(e J)."
        ),
        prove=lambda _: together(
            prove_identities(_tangent), _half_the_mean(Fraction(1, 8)), decide(_union)
        ),
        control=Control("e^(-mu/6)", lambda _: _half_the_mean(Fraction(1, 6))),
    ),
    Lemma(
        id="B2b-constants",
        name="the constants of the rate",
        statement=(
            "With h = 131/n, J = n/(32 e ln(2 n^2)) and G = R^2/(e J): h G = "
            "4192 R^2 ln(2 n^2)/n^2, and M2 h^2/8 = (17161/8) M2/n^2, where 17161/8 < 2146."
        ),
        used_by=("B2b",),
        method=Method.IDENTITY,
        argument="Expanded.",
        prove=lambda _: together(
            prove_identities(lambda sympy: _constants(sympy, 32)), decide(_rounded_up)
        ),
        control=Control(
            "J = n/(31 e ln(2 n^2))",
            lambda _: prove_identities(lambda sympy: _constants(sympy, 31)),
        ),
    ),
)
