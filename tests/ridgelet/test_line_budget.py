"""R1 and R3: certified lower bounds, met by closed forms and beaten when made twice too large."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb

from theory.errors import InputError
from theory.ridgelet.activations import activation
from theory.ridgelet.band_limit import SUPPORTS, band_limit_lower
from theory.ridgelet.line_budget import UNITS, bound_at, line_lower, unit_beyond
from theory.ridgelet.response import mass_of_spectrum, mass_of_target

PACKET = "exp(-x**2/2)*cos(6*x)"


@pytest.mark.parametrize("name", SUPPORTS)
@pytest.mark.parametrize("band", ["1/2", "1", "3"])
def test_the_band_limit_of_a_gaussian(name: str, band: str) -> None:
    found = band_limit_lower(mass_of_target("exp(-x**2/2)", 1), name, Fraction(band))
    # (1/pi) int_T^inf 2 pi e^(-r^2) dr = sqrt(pi) erfc(T)
    square = mpmath.sqrt(mpmath.pi) * mpmath.erfc(mpmath.mpf(float(Fraction(band))))
    assert abs(found - arb(float(mpmath.sqrt(square)))) < 1e-8
    assert float(found.rad()) < 1e-8


def test_the_band_limit_is_attained_by_the_cut_target_and_not_beyond() -> None:
    """Within the band nothing is lost; the part beyond is all that is, in two dimensions too."""
    assert band_limit_lower(mass_of_target("sinc(x)", 1), "cos", Fraction(2)) == 0
    half = band_limit_lower(mass_of_target("sinc(x)", 1), "cos", Fraction(1, 2))
    # pi on [-1, 1]: half of pi is beyond 1/2
    assert abs(half - arb(float(np.sqrt(np.pi / 2)))) < 1e-9
    plane = band_limit_lower(mass_of_target("exp(-r**2/2)", 2), "cos", Fraction(1))
    # (2 pi)^-2 int_{|xi|>1} (2 pi)^2 e^(-|xi|^2) = pi/e
    assert abs(plane - arb(float(np.sqrt(np.pi / np.e)))) < 1e-8


def test_a_limit_twice_too_large_is_beaten_by_the_target_cut_at_the_band() -> None:
    """The cut target is a limit of cos networks and errs by exactly the energy beyond."""
    x = np.linspace(-60, 60, 6_001)
    xi = np.linspace(0, 1, 501)
    cut = np.zeros_like(x)
    for k in 0.5 * (xi[1:] + xi[:-1]):
        cut += np.sqrt(2 * np.pi) * np.exp(-k * k / 2) * np.cos(k * x) / np.pi * (xi[1] - xi[0])
    error = np.sqrt(np.sum((np.exp(-x * x / 2) - cut) ** 2) * (x[1] - x[0]))
    bound = band_limit_lower(mass_of_target("exp(-x**2/2)", 1), "cos", Fraction(1))
    assert bound <= error * 1.02
    assert error < 2 * float(bound.mid())


def unit_norm_beyond(name: str, a: float, T: float) -> float:
    """The L2 norm beyond T of sigma(a x), from the printed spectra by mpmath."""
    rows = {
        "gaussian": lambda w: 2 * mpmath.pi * mpmath.exp(-w * w),
        "tanh": lambda w: (mpmath.pi / mpmath.sinh(mpmath.pi * w / 2)) ** 2,
        "logistic": lambda w: (mpmath.pi / mpmath.sinh(mpmath.pi * w)) ** 2,
        "relu": lambda w: w**-4,
        "step": lambda w: w**-2,
    }
    start = mpmath.mpf(T) / a
    ends = [start, start + 1, start + 3, start + 9]
    if name in ("relu", "step"):
        ends[-1] = mpmath.inf
    total = mpmath.quad(rows[name], ends)
    return float(mpmath.sqrt(2 * total / (2 * mpmath.pi * a)))


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("T", [0.3, 1.0, 2.5, 6.0])
def test_s_is_the_largest_unit_norm(name: str, T: float) -> None:
    lam = Fraction(2)
    claimed = unit_beyond(name, lam, arb(T))
    slopes = np.linspace(0.02, 2.0, 100)
    largest = max(unit_norm_beyond(name, float(a), T) for a in slopes)
    assert float(claimed.rad()) < 1e-9 * float(claimed.mid())
    assert float(claimed.mid()) >= largest * (1 - 1e-9)
    # attained up to the grid of slopes: the constant is the right one
    assert float(claimed.mid()) <= largest * 1.001


@pytest.mark.parametrize("name", UNITS)
def test_no_random_finite_network_is_below_the_bound(name: str, rng: np.random.Generator) -> None:
    """A network of the class against sech-like data, its error from frequencies beyond T."""
    mass = mass_of_target(PACKET, 1)
    bound = line_lower(mass, name, Fraction(2), Fraction(1))
    assert bound.value > 0
    found = bound_at(mass, name, Fraction(2), Fraction(1), arb(bound.T))
    assert found >= bound.value
    xi = np.linspace(bound.T, 40, 20_001)
    f = np.sqrt(2 * np.pi) / 2 * (np.exp(-((xi - 6) ** 2) / 2) + np.exp(-((xi + 6) ** 2) / 2))
    spectra = {
        "gaussian": lambda w: np.sqrt(2 * np.pi) * np.exp(-w * w / 2) + 0j,
        "tanh": lambda w: -1j * np.pi / np.sinh(np.pi * w / 2),
        "logistic": lambda w: -1j * np.pi / np.sinh(np.pi * w),
        "relu": lambda w: -1 / w**2 + 0j,
        "step": lambda w: -1j / w,
    }
    for _ in range(20):
        n = 12
        a, b = rng.uniform(0.05, 2, n), rng.uniform(-3, 3, n)
        c = rng.standard_normal(n)
        c /= np.abs(c).sum()
        with np.errstate(over="ignore"):
            units = [
                c[j] / a[j] * np.exp(-1j * xi * b[j] / a[j]) * spectra[name](xi / a[j])
                for j in range(n)
            ]
        error = np.sqrt(np.sum(np.abs(f - sum(units)) ** 2) * (xi[1] - xi[0]) / np.pi)
        assert error >= bound.value * (1 - 1e-3)


def test_a_bound_twice_too_large_is_beaten_by_an_actual_network() -> None:
    """f is one Gaussian unit plus a little: c = 1 reaches it, so twice the bound is false."""
    text = "exp(-x**2/2)+exp(-x**2/2)*cos(6*x)/10"
    bound = line_lower(mass_of_target(text, 1), "gaussian", Fraction(1), Fraction(1))
    x = np.linspace(-12, 12, 24_001)
    target = np.exp(-x * x / 2) * (1 + np.cos(6 * x) / 10)
    network = activation("gaussian").values(x)
    error = float(np.sqrt(np.sum((target - network) ** 2) * (x[1] - x[0])))
    assert 0 < bound.value <= error * (1 + 1e-9)
    assert 2 * bound.value > error


def test_a_large_budget_leaves_nothing_and_zero_budget_leaves_almost_everything() -> None:
    mass = mass_of_target(PACKET, 1)
    assert line_lower(mass, "tanh", Fraction(2), Fraction(10**9)).value < 1e-3
    assert line_lower(mass, "tanh", Fraction(2), Fraction(0)).value > 0.94


def test_bad_input_is_named() -> None:
    line = mass_of_target(PACKET, 1)
    plane = mass_of_spectrum("exp(-k)", 2)
    for call, argument in (
        (lambda: band_limit_lower(line, "tanh", Fraction(1)), "--activation"),
        (lambda: band_limit_lower(line, "cos", Fraction(0)), "--band"),
        (lambda: line_lower(line, "softplus", Fraction(1), Fraction(1)), "--activation"),
        (lambda: line_lower(plane, "tanh", Fraction(1), Fraction(1)), "--dim"),
        (lambda: line_lower(line, "tanh", Fraction(0), Fraction(1)), "--band"),
        (lambda: line_lower(line, "tanh", Fraction(1), Fraction(-1)), "--budget"),
        (lambda: unit_beyond("tanh", Fraction(1), arb(0)), "T"),
    ):
        with pytest.raises(InputError) as caught:
            call()
        assert caught.value.argument == argument
