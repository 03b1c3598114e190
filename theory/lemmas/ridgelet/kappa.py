"""R0: the rows of kappa(tau) = int_{|w| >= tau} |sigma#(w)|^2 |w|^-d dw = 2 int_tau^inf.

Rows in closed form are shown to have the derivative -2 |sigma#(tau)|^2 tau^-d, for symbolic tau and
d; they tend to 0 at infinity (powers, and tails of convergent integrals), or end with the band.
The rows of tanh, logistic and softplus are series: |sigma#|^2 is a sum of positive exponentials,
which is integrated term by term (Tonelli).
"""

from __future__ import annotations

from typing import Any

from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Control, Lemma, Method, together


def _incomplete_gamma(sympy: Any, tau: Any, s: Any) -> Any:
    """d/dtau of the upper incomplete Gamma(s, tau^2), from its integral."""
    z = sympy.Symbol("z", positive=True)
    return sympy.uppergamma(s, z).diff(z).subs(z, tau**2) * 2 * tau


def _gamma_rows(sympy: Any, factor: int) -> list[Identity]:
    """Gaussian, erf, gelu; ``factor`` 2 in kappa' = -2 |sigma#|^2 tau^-d."""
    tau, d = sympy.symbols("tau d", positive=True)
    half = sympy.Rational(1, 2)

    def slope(s: Any) -> Any:
        return _incomplete_gamma(sympy, tau, s)

    gauss = sympy.exp(-(tau**2) / 2)
    spectra = {
        "gaussian": (sympy.sqrt(2 * sympy.pi) * gauss, 2 * sympy.pi * slope(half - d / 2)),
        "erf": (2 * gauss / tau, 4 * slope(-half - d / 2)),
        "gelu": (
            (1 + tau**2) * gauss / tau**2,
            slope(-3 * half - d / 2) + 2 * slope(-half - d / 2) + slope(half - d / 2),
        ),
    }
    return [
        Identity(name, _plain(sympy, derivative), _plain(sympy, -factor * size**2 * tau**-d))
        for name, (size, derivative) in spectra.items()
    ]


def _power_rows(sympy: Any, factor: int) -> list[Identity]:
    """relu, step, sinc; the row of sinc is 0 at tau = 1, where its band ends."""
    tau, d = sympy.symbols("tau d", positive=True)
    rows = {
        "relu": (tau**-2, 2 * tau ** -(d + 3) / (d + 3)),
        "step": (1 / tau, 2 * tau ** -(d + 1) / (d + 1)),
        "sinc": (sympy.pi, 2 * sympy.pi**2 * (1 - tau ** (1 - d)) / (1 - d)),
    }
    found = [
        Identity(name, _plain(sympy, kappa.diff(tau)), _plain(sympy, -factor * size**2 * tau**-d))
        for name, (size, kappa) in rows.items()
    ]
    line = 2 * sympy.pi**2 * sympy.log(1 / tau)
    return [
        *found,
        Identity("sinc ends", rows["sinc"][1].subs(tau, 1), 0 * tau),
        Identity("sinc, d = 1", line.diff(tau), -factor * sympy.pi**2 / tau),
        Identity("sinc ends, d = 1", line.subs(tau, 1), 0 * tau),
    ]


def _plain(sympy: Any, expression: Any) -> Any:
    """Powers of tau gathered, so that the exponents cancel."""
    return sympy.powsimp(sympy.expand(expression), force=True)


def _series_rows(sympy: Any, factor: int) -> list[Identity]:
    """tanh, logistic, softplus: 8 pi^2 sum_j j q^j = ``factor`` |sigma#|^2, q = e^(-c w).

    The sum is q d/dq 1/(1-q); 1/sinh(x)^2 is 4 q/(1-q)^2 with q = e^(-2 x).
    """
    w, q = sympy.symbols("w q", positive=True)
    total = 8 * sympy.pi**2 * q * (1 / (1 - q)).diff(q)
    square = sympy.pi**2 * 4 * q / (1 - q) ** 2
    return [
        Identity("tanh and logistic", total, factor * square),
        Identity("softplus", total / w**2, factor * square / w**2),
    ]


def _series_steps(sympy: Any) -> list[Identity]:
    """1/sinh^2 in exponentials, the sum of j q^j by induction, and the integral of a term."""
    x, q, m, w, tau, d = sympy.symbols("x q m w tau d", positive=True)
    sinh = (sympy.exp(x) - sympy.exp(-x)) / 2
    in_q = 4 * sympy.exp(-2 * x) / (1 - sympy.exp(-2 * x)) ** 2

    def partial(count: Any) -> Any:
        """sum_{j <= m} j q^j, with the limit q/(1-q)^2 as q^m and m q^m tend to 0."""
        return q * (1 - (count + 1) * q**count + count * q ** (count + 1)) / (1 - q) ** 2

    step = partial(m) - partial(m - 1) - m * q**m
    # tau^(1-d) E_d(c tau) = tau^(1-d) int_1^inf t^-d e^(-c tau t) dt with w = tau t
    substituted = tau ** (1 - d) * (w / tau) ** -d / tau
    return [
        Identity("1/sinh^2", sinh**-2, in_q),
        Identity("partial sums, start", partial(0), 0 * q),
        Identity("partial sums, step", sympy.powsimp(sympy.expand(step * (1 - q) ** 2)), 0 * q),
        Identity("limit of the partial sums", q / (1 - q) ** 2, q * (1 / (1 - q)).diff(q)),
        Identity("a term of the row", sympy.powsimp(sympy.expand_power_base(substituted)), w**-d),
    ]


_KAPPA = "kappa(tau), the integral of |sigma#(w)|^2 |w|^-d over |w| >= tau > 0,"

LEMMAS = (
    Lemma(
        id="R0-kappa-gamma",
        name="kappa of the Gaussian, erf and gelu",
        statement=(
            f"{_KAPPA} is 2 pi Gamma((1-d)/2, tau^2) for sigma# = sqrt(2 pi) e^(-w^2/2), "
            "4 Gamma(-(d+1)/2, tau^2) for -2 i e^(-w^2/2)/w, and Gamma(-(d+3)/2, tau^2) + "
            "2 Gamma(-(d+1)/2, tau^2) + Gamma((1-d)/2, tau^2) for -(1 + w^2) e^(-w^2/2)/w^2."
        ),
        used_by=("R2",),
        method=Method.IDENTITY,
        argument=(
            "The derivatives are -2 |sigma#(tau)|^2 tau^-d for symbolic tau and d, and "
            "Gamma(s, tau^2) tends to 0."
        ),
        prove=lambda _: prove_identities(lambda sympy: _gamma_rows(sympy, 2)),
        control=Control(
            "derivatives -3 |sigma#|^2 tau^-d",
            lambda _: prove_identities(lambda sympy: _gamma_rows(sympy, 3)),
        ),
    ),
    Lemma(
        id="R0-kappa-powers",
        name="kappa of relu, step and sinc",
        statement=(
            f"{_KAPPA} is 2 tau^-(d+3)/(d+3) for sigma# = -1/w^2, 2 tau^-(d+1)/(d+1) for -i/w, and "
            "for sigma# = pi on [-1, 1], 0 beyond: 0 for tau > 1, else "
            "2 pi^2 (1 - tau^(1-d))/(1-d), which is 2 pi^2 ln(1/tau) for d = 1."
        ),
        used_by=("R2",),
        method=Method.IDENTITY,
        argument=(
            "The derivatives are -2 |sigma#(tau)|^2 tau^-d for symbolic tau and d; the limit is 0 "
            "at infinity, for sinc the value is 0 at tau = 1."
        ),
        prove=lambda _: prove_identities(lambda sympy: _power_rows(sympy, 2)),
        control=Control(
            "derivatives -3 |sigma#|^2 tau^-d",
            lambda _: prove_identities(lambda sympy: _power_rows(sympy, 3)),
        ),
    ),
    Lemma(
        id="R0-kappa-series",
        name="kappa of tanh, logistic and softplus",
        statement=(
            f"{_KAPPA} is 8 pi^2 times the sum over j >= 1 of j tau^(1-d) E_d(pi j tau) for "
            "sigma# = -i pi/sinh(pi w/2), of j tau^(1-d) E_d(2 pi j tau) for -i pi/sinh(pi w), and "
            "of j tau^(-1-d) E_(d+2)(2 pi j tau) for -pi/(w sinh(pi w))."
        ),
        used_by=("R2",),
        method=Method.IDENTITY,
        argument=(
            "1/sinh^2 is 4 times the sum of j q^j, q an exponential (by induction), and "
            "tau^(1-d) E_d(c tau) is the integral of w^-d e^(-c w) over w >= tau; Tonelli."
        ),
        prove=lambda _: together(
            prove_identities(_series_steps),
            prove_identities(lambda sympy: _series_rows(sympy, 2)),
        ),
        control=Control(
            "3 |sigma#|^2 for the sum",
            lambda _: prove_identities(lambda sympy: _series_rows(sympy, 3)),
        ),
    ),
)
