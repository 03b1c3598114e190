"""R2: check numbers, a discretised operator, a second quadrature, monotony and refutations."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.errors import InputError, Undecided
from theory.ridgelet.activations import activation
from theory.ridgelet.response import Response, mass_of_spectrum, mass_of_target
from theory.ridgelet.spectra import SPECTRA

PACKET = "exp(-x**2/2)*cos(6*x)"


def response(
    text: str, name: str, band: object = 2, d: int = 1, *, spectrum: bool = False
) -> Response:
    make = mass_of_spectrum if spectrum else mass_of_target
    return Response(make(text, d), name, Fraction(band))  # type: ignore[arg-type]


def near(ball: arb, expected: float, relative: float) -> bool:
    return bool(abs(ball - arb(expected)) <= arb(relative) * arb(expected))


def tight(ball: arb, relative: float = 1e-6) -> bool:
    return float(ball.rad()) <= relative * float(ball.mid())


@pytest.mark.parametrize(
    ("mu", "budget", "error"),
    [("1/100", 1.67153, 0.90620), ("1/10000", 34.8962, 0.596616), ("1e-8", 464.030, 0.0212037)],
)
def test_known_numbers(mu: str, budget: float, error: float) -> None:
    curve = response(PACKET, "gaussian")
    point = curve.at_mu(Fraction(mu))
    assert near(point.budget, budget, 4e-6)
    assert near(point.error, error, 4e-6)
    assert tight(point.budget)
    assert tight(point.error)
    assert near(curve.norm, 0.94140, 1e-5)
    largest = curve.largest_budget()
    assert largest is not None
    assert near(largest, 673.5, 1e-5)


@pytest.mark.parametrize("name", ["tanh", "relu"])
@pytest.mark.parametrize("text", [PACKET, "exp(-x**2/2)"])
def test_a_discretised_operator_agrees(name: str, text: str) -> None:
    """S S* from samples of the units and of f alone: no closed spectrum, no kappa.

    A ridge a.x - b of slope a passes the frequency k to the unit's frequency k/a; the transform of
    the unit off 0 is a sum over samples of its second differences (relu: one mass) over (k/a)^2.
    """
    lam, mu = 2.0, 1e-2
    h, dt = 0.05, 0.02
    grid = np.arange(-400, 400) * h
    f = np.exp(-(grid**2) / 2) * (np.cos(6 * grid) if "cos" in text else 1.0)
    xi = 2 * np.pi * np.fft.fftfreq(grid.size, h)
    slopes = (np.arange(250) + 0.5) / 250 * lam
    t = np.arange(-900, 901) * dt
    values = activation(name).values(t)
    bend = (values[2:] - 2 * values[1:-1] + values[:-2]) / dt
    m = np.zeros_like(xi)
    for position in np.flatnonzero((xi > 0) & (xi < 13)):
        w = xi[position] / slopes
        near_enough = w < 40
        transform = np.exp(-1j * np.outer(w[near_enough], t[1:-1])) @ bend
        square = np.abs(transform) ** 2 / w[near_enough] ** 4
        # V = {|a| <= lam} holds a and -a
        m[position] = 2 * np.sum(square / slopes[near_enough]) * lam / slopes.size
        m[-position] = m[position]
    m[0] = 1e300
    energy = np.abs(np.fft.fft(f) * h) ** 2 / (grid.size * h)
    error = np.sqrt(np.sum(energy * (mu / (mu + m)) ** 2))
    budget = np.sqrt(np.sum(energy / (mu + m) * (m / (mu + m))))
    point = response(text, name).at_mu(Fraction(1, 100))
    assert near(point.error, float(error), 3e-3)
    assert near(point.budget, float(budget), 3e-3)


@pytest.mark.parametrize(
    ("d", "name"), [(2, "gaussian"), (3, "gaussian"), (2, "relu"), (3, "relu")]
)
def test_a_second_quadrature_in_higher_dimensions(d: int, name: str) -> None:
    """int over r of the printed mass densities, by mpmath, with kappa from mpmath's functions."""
    k, lam, mu = 3, mpmath.mpf(2), mpmath.mpf("0.01")
    c = (2 * mpmath.pi) ** (d - 1)

    def density(r: mpmath.mpf) -> mpmath.mpf:
        z = 2 * r * k
        angular = {
            2: lambda: 2 * mpmath.pi * mpmath.besseli(0, z) + 2 * mpmath.pi,
            3: lambda: 4 * mpmath.pi * mpmath.sinh(z) / z + 4 * mpmath.pi,
        }[d]()
        return r ** (d - 1) * mpmath.exp(-r * r - k * k) * angular / 2

    def m(r: mpmath.mpf) -> mpmath.mpf:
        tau = r / lam
        if name == "relu":
            return c * 2 * tau ** -(d + 3) / (d + 3)
        return c * 2 * mpmath.pi * mpmath.gammainc(mpmath.mpf(1 - d) / 2, tau**2)

    ends = [1e-9, 1e-3, 0.1, 1, 2, 3, 4, 5, 7, 11]
    with mpmath.workdps(20):
        error = mpmath.sqrt(mpmath.quad(lambda r: density(r) * (mu / (mu + m(r))) ** 2, ends))
        budget = mpmath.sqrt(mpmath.quad(lambda r: density(r) * m(r) / (mu + m(r)) ** 2, ends))
    point = response(f"exp(-r**2/2)*cos({k}*x0)", name, d=d).at_mu(Fraction(1, 100))
    assert near(point.error, float(error), 1e-7)
    assert near(point.budget, float(budget), 1e-7)


@pytest.mark.parametrize("name", SPECTRA)
def test_the_dual_meets_the_primal_and_stays_below_it(name: str) -> None:
    curve = response("exp(-x**2/2)", name, "1/3")
    mu = Fraction(1, 50)
    point = curve.at_mu(mu)
    budget = Fraction(float(point.budget.mid()))
    dual = curve.dual(mu, budget)
    assert near(dual, float(point.error.mid()) ** 2, 1e-5)
    # any other mu is a weaker bound of the same E(B), never a stronger one
    for other in (mu / 3, mu * 3):
        assert curve.dual(other, budget) < dual
    # mutation: half the price of the budget would claim more than is true
    assert curve.dual(mu, budget) + arb(float(mu)) * arb(float(budget)) ** 2 / 2 > dual


@pytest.mark.parametrize("d", range(1, 11))
def test_every_dimension_for_a_gaussian_target_and_its_spectrum(d: int) -> None:
    """The same function through both doors: exp(-|x|^2/2) and (2 pi)^(d/2) exp(-k^2/2)."""
    one = response("exp(-r**2/2)", "tanh", d=d)
    two = response(f"(2*pi)**({d}/2)*exp(-k**2/2)", "tanh", d=d, spectrum=True)
    assert near(one.norm, np.pi ** (d / 4), 1e-8)
    first, second = one.at_mu(Fraction(1, 1000)), two.at_mu(Fraction(1, 1000))
    assert first.error.overlaps(second.error)
    assert first.budget.overlaps(second.budget)
    assert tight(first.error)
    assert tight(second.budget)


WINDOWS = [
    ("sech(x)", "pi*sech(pi*k/2)", 2.0),
    ("sinc(x)", "pi*box(k/2)", np.pi),
    ("bspline(3,x)", "sinc(k/2)**4", 151 / 315),
    ("bspline(3,2*x-1)", "sinc(k/4)**4/2", 151 / 630),
    ("x*exp(-x**2/2)", "k*sqrt(2*pi)*exp(-k**2/2)", np.sqrt(np.pi) / 2),
    ("exp(-(x-3)**2)", "sqrt(pi)*exp(-k**2/4)", np.sqrt(np.pi / 2)),
]


@pytest.mark.parametrize(("text", "spectrum", "square"), WINDOWS)
def test_targets_and_their_spectra_agree(text: str, spectrum: str, square: float) -> None:
    one, two = response(text, "relu", 1), response(spectrum, "relu", 1, spectrum=True)
    assert near(one.norm, float(np.sqrt(square)), 1e-8)
    mu = Fraction(1, 10)
    assert one.at_mu(mu).error.overlaps(two.at_mu(mu).error)
    assert one.at_mu(mu).budget.overlaps(two.at_mu(mu).budget)
    assert tight(one.at_mu(mu).error)


def test_slow_spectra_are_still_tight() -> None:
    curve = response("box(x)", "tanh")
    assert near(curve.norm, 1.0, 1e-12)
    point = curve.at_mu(Fraction(1, 100))
    assert tight(point.error)
    assert tight(point.budget)


def test_budget_and_accuracy_are_inverted_with_certified_brackets() -> None:
    curve = response(PACKET, "tanh")
    by_budget = curve.at_budget(Fraction(10))
    assert by_budget.mu is not None
    low, high = by_budget.mu.lower(), by_budget.mu.upper()
    # one step outside the bracket the budget is certainly on the other side
    assert curve.at_mu(low * arb(0.999)).budget > 10
    assert curve.at_mu(high * arb(1.001)).budget < 10
    assert tight(by_budget.error)
    back = curve.at_error(Fraction(float(by_budget.error.mid())))
    assert near(back.budget, 10.0, 1e-5)


def test_beyond_the_largest_budget_the_error_is_zero() -> None:
    curve = response(PACKET, "tanh")
    point = curve.at_budget(Fraction(100))
    assert point.mu == 0
    assert point.error == 0
    largest = curve.largest_budget()
    assert largest is not None
    assert near(largest, 54.63816827, 1e-7)
    assert curve.at_mu(Fraction(1, 10**6)).budget < largest


def test_the_sinc_never_gets_below_the_energy_beyond_its_band() -> None:
    curve = response("exp(-x**2/2)", "sinc", 1)
    # |f_{|xi|>1}|^2 = sqrt(pi) erfc(1)
    floor = float(mpmath.sqrt(mpmath.sqrt(mpmath.pi) * mpmath.erfc(1)))
    assert near(curve.least_error(), floor, 1e-8)
    assert curve.at_mu(Fraction(1, 10**6)).error > curve.least_error() * arb(0.9999999)
    assert curve.largest_budget() is None
    with pytest.raises(InputError, match="below what any budget reaches"):
        curve.at_error(Fraction(1, 10))
    inside = response("sinc(x)", "sinc", 2)
    assert inside.least_error() == 0
    assert inside.at_budget(Fraction(1)).error == 0


def test_an_accuracy_that_needs_nothing() -> None:
    point = response(PACKET, "relu").at_error(Fraction(2))
    assert point.mu is None
    assert point.budget == 0


@given(
    name=st.sampled_from(SPECTRA),
    band=st.fractions(Fraction(1, 3), 5, max_denominator=9),
    exponent=st.integers(-6, 2),
)
@settings(max_examples=15)
def test_budget_falls_error_rises_and_the_simple_bound_holds(
    name: str, band: Fraction, exponent: int
) -> None:
    curve = response("exp(-x**2/2)*cos(2*x)", name, band)
    mu = Fraction(10) ** exponent
    here, there = curve.at_mu(mu), curve.at_mu(2 * mu)
    assert there.budget < here.budget
    assert not there.error < here.error
    assert here.budget <= curve.norm / (2 * arb(float(mu)).sqrt()) * arb(1.000001)
    assert here.error <= curve.norm * arb(1.000001)


def test_a_tighter_claim_is_refuted_by_the_enclosure() -> None:
    point = response(PACKET, "gaussian").at_mu(Fraction(1, 100))
    claim = arb(float(point.error.mid())) * (1 + arb(1e-6))
    assert claim > point.error
    other = response(PACKET, "gaussian", "2000001/1000000").at_mu(Fraction(1, 100))
    assert other.budget > point.budget


REFUSED = [
    ("1", "not square integrable"),
    ("x", "not square integrable"),
    ("cos(x)", "not square integrable"),
    ("exp(x**2)", "not square integrable"),
    ("exp(-x)", "not square integrable"),
    ("exp(-x**2)+1", "not square integrable"),
    ("tanh(x)", "no Fourier transform"),
    ("1/(1+x**2)", "no constant"),
    ("x*sech(x)", "times more than cos and sin"),
    ("sech(x)**2", "two windows"),
    ("sech(x**2)", "more than an affine"),
    ("exp(-x**4)", "exponent other than"),
    ("exp(-r)", "other than as r**2"),
    ("exp(-x1**2)", "has the coordinate"),
    ("bspline(x)", "lacks a degree"),
    ("bspline3(x)", "unknown name"),
    ("sinc(x)+box(x)", "mixes sinc"),
    ("exp(-x**2)/0", "divides by 0"),
    ("exp(-x**2)*(x+1)**13", "no constant"),
    ("frog(x)", "unknown name"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_targets_without_a_response_are_one_clear_error(text: str, said: str) -> None:
    with pytest.raises(InputError, match=r"^--target: ") as caught:
        response(text, "tanh")
    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["x-x", "0", "exp(-x**2)-exp(-x**2)"])
def test_the_zero_target_is_refused(text: str) -> None:
    with pytest.raises((InputError, Undecided)):
        response(text, "tanh")


@pytest.mark.parametrize(
    "text", ["1", "1/k", "exp(k)", "sin(k)", "x", "k", "1/(k-1)", "exp(-x)", "1/sqrt(1+k)"]
)
def test_spectra_not_shown_to_be_square_integrable(text: str) -> None:
    with pytest.raises(InputError, match=r"^--spectrum: "):
        response(text, "tanh", spectrum=True)


def test_what_decays_fast_enough_depends_on_the_dimension() -> None:
    assert response("1/(1+k)", "relu", spectrum=True).norm > 0
    with pytest.raises(InputError, match="square integrable"):
        response("1/(1+k)", "relu", d=2, spectrum=True)


def test_values_out_of_range_are_named() -> None:
    curve = response(PACKET, "tanh")
    for call, argument in (
        (lambda: curve.at_mu(Fraction(0)), "--mu"),
        (lambda: curve.at_mu(Fraction(-1)), "--mu"),
        (lambda: curve.at_budget(Fraction(0)), "--budget"),
        (lambda: curve.at_error(Fraction(-1)), "--eps"),
        (lambda: response(PACKET, "tanh", 0), "--band"),
        (lambda: response(PACKET, "cos"), "--activation"),
    ):
        with pytest.raises(InputError) as caught:
            call()
        assert caught.value.argument == argument
