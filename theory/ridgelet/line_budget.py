"""R3: finite networks on the line under an l1 budget.

d = 1, |c|_1 <= B, |a_j| <= lam, g - f in L2 up to a polynomial: for every T > 0

    |f - g| >= |f_{|xi|>T}| - B s(T),
    s(T)^2 = sup_{0 < a <= lam} (2 pi a)^-1 int_{|w|>T/a} |sigma#|^2 dw,

s(T) being the largest L2 norm of one unit beyond the frequency T:

    Gaussian  s^2 = sqrt(pi) erfc(T/a)/a at the best a <= lam     relu  s^2 = lam^2/(3 pi T^3)
    tanh      s^2 = (4/lam)/(e^(pi T/lam) - 1)                    step  s^2 = 1/(pi T)
    logistic  s^2 = (2/lam)/(e^(2 pi T/lam) - 1)

Every T gives a bound; the best of a float search is enclosed.  Errors are L2(R) norms.
Source: note R3; arXiv 2008.08427.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from theory.errors import InputError
from theory.ridgelet.response import energy_beyond, exact
from theory.ridgelet.response_integrals import PRECISION
from theory.ridgelet.spectral_mass import Mass
from theory.rigor.balls import float_down, working_precision
from theory.statements.statement import Direction, Statement, Status

UNITS = ("gaussian", "tanh", "logistic", "relu", "step")
SEARCH_POINTS = 24
REFINEMENTS = 3


@dataclass(frozen=True)
class LineBound:
    """A certified lower bound of the error, rounded down, and the frequency T that gives it."""

    value: float
    T: float


def unit_beyond(activation: str, band: Fraction, T: arb) -> arb:
    """An upper bound of s(T), the L2 norm beyond |xi| = T > 0 of one unit with |a| <= lam.

    For the Gaussian the supremum over a is taken where d/da (erfc(T/a)/a) = 0, at T/a = u* with
    2 u e^(-u^2)/sqrt(pi) = erfc(u), enclosed.  Raises InputError for other activations.
    """
    if activation not in UNITS:
        accepted = f"one of {', '.join(UNITS)} is accepted"
        raise InputError("--activation", activation, "has no closed form in R3:", accepted)
    if not T > 0:
        raise InputError("T", T.str(6), "not positive:", "a frequency greater than 0 is accepted")
    lam, pi = exact(band), arb.pi()
    if activation == "relu":
        square = lam * lam / (3 * pi * T**3)
    elif activation == "step":
        square = 1 / (pi * T)
    elif activation == "gaussian":
        # with u = T/a: sqrt(pi)/T u erfc(u), rising up to u*, falling beyond
        u = (T / lam).max(_best_ratio())
        square = pi.sqrt() / T * u * u.erfc()
    else:
        front, rate = (4, pi) if activation == "tanh" else (2, 2 * pi)
        square = front / lam / (rate * T / lam).expm1()
    return square.sqrt()


def _best_ratio() -> arb:
    """u* = 0.53..., the zero of erfc(u) - 2 u e^(-u^2)/sqrt(pi), which falls; by bisection."""
    low, high = arb("0.5").mid(), arb("0.5625").mid()
    for _ in range(60):
        u = ((low + high) / 2).mid()
        value = u.erfc() - 2 * u * (-u * u).exp() / arb.pi().sqrt()
        if value > 0:
            low = u
        elif value < 0:
            high = u
        else:
            break
    return low.union(high)


def bound_at(mass: Mass, activation: str, band: Fraction, budget: Fraction, T: arb) -> arb:
    """An enclosure of |f_{|xi|>T}| - B s(T), valid for this T."""
    _demand(mass, band, budget)
    beyond = energy_beyond(mass, T)
    with working_precision(PRECISION):
        return beyond - exact(budget) * unit_beyond(activation, band, T)


def line_lower(mass: Mass, activation: str, band: Fraction, budget: Fraction) -> LineBound:
    """The best of the bounds over T, rounded down; 0 where none is positive.

    Raises InputError for activations without a closed form, d > 1, budget < 0 and band <= 0.
    """
    _demand(mass, band, budget)
    grid = [2.0 ** (k / 2 - 6) * max(float(band), 1.0) for k in range(SEARCH_POINTS)]
    best = LineBound(0.0, grid[0])
    for round_ in range(REFINEMENTS):
        for T in grid:
            value = float_down(bound_at(mass, activation, band, budget, arb(T)))
            if value > best.value:
                best = LineBound(value, T)
        step = 2.0 ** (0.5 / 4 ** (round_ + 1))
        grid = [best.T * step**k for k in (-3, -2, -1, 1, 2, 3)]
    return best


def _demand(mass: Mass, band: Fraction, budget: Fraction) -> None:
    if mass.dimension != 1:
        raise InputError("--dim", mass.dimension, "R3 is for one dimension, not", "1 is accepted")
    if band <= 0:
        raise InputError("--band", band, "not positive:", "a number greater than 0 is accepted")
    if budget < 0:
        raise InputError("--budget", budget, "negative:", "a number of at least 0 is accepted")


STATEMENT = Statement(
    id="R3",
    family="ridgelet",
    title="finite networks on the line, l1 budget",
    claim=(
        "In one dimension with |c|_1 <= B and |a_j| <= lam the L2 error is at least the norm of f "
        "beyond T minus B s(T), for every T, where s(T) bounds the norm of one unit beyond T."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2008.08427",
    proof_sketch="Compare both sides on the frequencies beyond T.",
    proved_in="theory/ridgelet/line_budget.py",
    tests=("tests/ridgelet/test_line_budget.py",),
    falsified_by=(
        "tests/ridgelet/test_line_budget.py::"
        "test_a_bound_twice_too_large_is_beaten_by_an_actual_network"
    ),
    notebook="notebooks/01_ridgelet.ipynb",
)
