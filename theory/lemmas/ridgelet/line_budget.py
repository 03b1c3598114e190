"""R3: the energy of one unit beyond a frequency, and its largest value over the band."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from theory.lemmas.boxes import prove_below
from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Control, Lemma, Method, Outcome, together

LOW, HIGH = Fraction(53159, 100_000), Fraction(53160, 100_000)


def _tails(sympy: Any, share: int) -> list[Identity]:
    """(2 pi a)^-1 times 2 int_{T/a}^inf |sigma#|^2 dw: derivatives in T of both sides.

    ``share`` 2 for the two half-lines.
    """
    T, a = sympy.symbols("T a", positive=True)
    z = T / a
    q = sympy.exp(-sympy.pi * z)
    # |sigma#|^2 at T/a, and the claimed value of the whole
    rows = {
        "gaussian": (2 * sympy.pi * sympy.exp(-(z**2)), sympy.sqrt(sympy.pi) * sympy.erfc(z) / a),
        "tanh": (4 * sympy.pi**2 * q / (1 - q) ** 2, 4 / a * q / (1 - q)),
        "logistic": (4 * sympy.pi**2 * q**2 / (1 - q**2) ** 2, 2 / a * q**2 / (1 - q**2)),
        "relu": (z**-4, a**2 / (3 * sympy.pi * T**3)),
        "step": (z**-2, 1 / (sympy.pi * T)),
    }
    return [
        Identity(name, value.diff(T), -share * energy / (2 * sympy.pi * a) / a)
        for name, (energy, value) in rows.items()
    ]


def _monotone(sympy: Any, factor: int) -> list[Identity]:
    """z/(e^z - 1) falls: its derivative has the sign of h = e^z (1 - z) - 1, h(0) = 0, h' < 0."""
    z = sympy.Symbol("z", positive=True)
    h = sympy.exp(z) * (1 - z) - 1
    ratio = z / (sympy.exp(z) - 1)
    return [
        Identity("derivative", ratio.diff(z), h / (sympy.exp(z) - 1) ** 2),
        Identity("h at 0", h.subs(z, 0), 0 * z),
        Identity("h' = -z e^z", h.diff(z), -factor * z * sympy.exp(z)),
    ]


def _gaussian_shape(sympy: Any) -> list[Identity]:
    """z erfc(z) has the derivative D, D' = (4/sqrt pi) e^(-z^2) (z^2 - 1): falls, rises to 0."""
    z = sympy.Symbol("z", positive=True)
    D = sympy.erfc(z) - 2 * z * sympy.exp(-(z**2)) / sympy.sqrt(sympy.pi)
    bend = 4 / sympy.sqrt(sympy.pi) * sympy.exp(-(z**2)) * (z**2 - 1)
    return [
        Identity("derivative", (z * sympy.erfc(z)).diff(z), D),
        Identity("second derivative", D.diff(z), bend),
        Identity("D at infinity", sympy.limit(D, z, sympy.oo), 0 * z),
    ]


def _slope(z: arb) -> arb:
    """D(z) = erfc(z) - 2 z e^(-z^2)/sqrt(pi)."""
    return z.erfc() - 2 * z * (-z * z).exp() / arb.pi().sqrt()


def _maximum(low: Fraction, high: Fraction) -> Outcome:
    """D > 0 at ``low`` and D < 0 at ``high``, each in balls on a point."""
    return together(
        prove_below(lambda z: -_slope(z), lambda: arb(0), low, low),
        prove_below(_slope, lambda: arb(0), high, high),
    )


LEMMAS = (
    Lemma(
        id="R3-tails",
        name="the energy of a unit beyond T",
        statement=(
            "(2 pi a)^-1 int_{|w| > T/a} |sigma#|^2 dw is sqrt(pi) erfc(T/a)/a for the Gaussian, "
            "(4/a)/(e^(pi T/a) - 1) for tanh, (2/a)/(e^(2 pi T/a) - 1) for the logistic function, "
            "a^2/(3 pi T^3) for relu and 1/(pi T) for the step; a, T > 0."
        ),
        used_by=("R3",),
        method=Method.IDENTITY,
        argument="The derivatives in T agree, for symbolic T and a; both sides tend to 0.",
        prove=lambda _: prove_identities(lambda sympy: _tails(sympy, 2)),
        control=Control(
            "one half-line only", lambda _: prove_identities(lambda sympy: _tails(sympy, 1))
        ),
    ),
    Lemma(
        id="R3-monotone",
        name="the widest unit has the most energy beyond T",
        statement=(
            "z/(e^z - 1) falls for z > 0; so (4/a)/(e^(pi T/a) - 1) and (2/a)/(e^(2 pi T/a) - 1) "
            "grow in a."
        ),
        used_by=("R3",),
        method=Method.IDENTITY,
        argument=(
            "The derivative is h/(e^z - 1)^2, h(z) = e^z (1 - z) - 1, h(0) = 0, h' = -z e^z < 0; "
            "then z = pi T/a or 2 pi T/a."
        ),
        prove=lambda _: prove_identities(lambda sympy: _monotone(sympy, 1)),
        control=Control(
            "h' = -2 z e^z", lambda _: prove_identities(lambda sympy: _monotone(sympy, 2))
        ),
    ),
    Lemma(
        id="R3-gaussian",
        name="where a Gaussian unit has the most energy beyond T",
        statement=(
            "z erfc(z), z > 0, has one maximum, at a z0 in (0.53159, 0.53160); so erfc(T/a)/a is "
            "largest over 0 < a <= lam at a = min(lam, T/z0)."
        ),
        used_by=("R3",),
        method=Method.BOXES,
        argument=(
            "The derivative falls on (0, 1), then rises to its limit 0: one zero, between "
            "two points where balls decide its sign."
        ),
        prove=lambda _: together(prove_identities(_gaussian_shape), _maximum(LOW, HIGH)),
        control=Control(
            "z0 in (0.53160, 0.53161)",
            lambda _: _maximum(HIGH, HIGH + Fraction(1, 100_000)),
        ),
    ),
)
