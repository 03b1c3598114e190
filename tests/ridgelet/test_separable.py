"""Spectra that are not radial: the density over |xi| against quadrature over the sphere."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from flint import arb, ctx

from theory.errors import InputError
from theory.ridgelet.response import Response, mass_of_target
from theory.ridgelet.separable_mass import SeparableMass
from theory.ridgelet.spectra import kappa
from verify.checker import check_file
from verify.checks.separable import Separable
from verify.checks.spectral import parse, terms
from verify.checks.verdicts import precision
from verify.response_curve import Request, curve

Array = np.ndarray


def gauss(a: float, u: Array) -> Array:
    """The transform of exp(-a x^2)."""
    return math.sqrt(math.pi / a) * np.exp(-u * u / (4 * a))


# target, dimension, fhat in closed form, written down by hand
CASES: list[tuple[str, int, Callable[[Array], Array]]] = [
    ("x0*exp(-r**2/2)", 2, lambda k: -1j * k[0] * gauss(0.5, k[0]) * gauss(0.5, k[1])),
    ("exp(-x0**2/2-x1**2)", 2, lambda k: gauss(0.5, k[0]) * gauss(1.0, k[1])),
    (
        "exp(-x0**2-2*x1**2)*cos(3*x0)",
        2,
        lambda k: (gauss(1.0, k[0] - 3) + gauss(1.0, k[0] + 3)) / 2 * gauss(2.0, k[1]),
    ),
    (
        "(1+x0*x1)*exp(-r**2/2)",
        3,
        lambda k: (1 - k[0] * k[1]) * gauss(0.5, k[0]) * gauss(0.5, k[1]) * gauss(0.5, k[2]),
    ),
    (
        "exp(-x0**2-x1**2/2-2*x2**2)",
        3,
        lambda k: gauss(1.0, k[0]) * gauss(0.5, k[1]) * gauss(2.0, k[2]),
    ),
]


def sphere_mean(transform: Callable[[Array], Array], d: int, r: Array) -> Array:
    """(2 pi)^-d r^(d-1) int over directions of |fhat(r theta)|^2, by quadrature."""
    phi = np.arange(160) * 2 * math.pi / 160
    if d == 2:
        directions = np.stack([np.cos(phi), np.sin(phi)])
        weights = np.full(160, 2 * math.pi / 160)
    else:
        t, w = np.polynomial.legendre.leggauss(60)
        s = np.sqrt(1 - t * t)
        directions = np.stack(
            [np.outer(s, np.cos(phi)), np.outer(s, np.sin(phi)), np.outer(t, np.ones(160))]
        ).reshape(3, -1)
        weights = np.outer(w, np.full(160, 2 * math.pi / 160)).ravel()
    found = [weights @ abs(transform(rho * directions)) ** 2 for rho in r]
    return np.array(found) * r ** (d - 1) / (2 * math.pi) ** d


@pytest.mark.parametrize(("text", "d", "transform"), CASES)
def test_the_density_over_the_radius(
    text: str, d: int, transform: Callable[[Array], Array]
) -> None:
    mass = mass_of_target(text, d)
    assert isinstance(mass, SeparableMass)
    with precision(1200):
        checked = Separable(terms(parse(text, "r"), d), d)
    places = np.array([0.25, 1.5, 4.0])
    expected = sphere_mean(transform, d, places)
    before = ctx.cap
    ctx.cap = 6
    try:
        with precision(112):
            for r, value in zip(places.tolist(), expected, strict=True):
                near, wide = arb(r), arb(r, 0.01)
                for side in (mass, checked):
                    here, over = side.series(near, near), side.series(wide, near)
                    assert float(here[0].mid()) == pytest.approx(value, rel=1e-9)
                    assert float(here[0].rad()) < 1e-12 * value
                    # Taylor coefficients over the ball hold those at its ends
                    for end in (r - 0.01, r + 0.01):
                        at_end = side.series(arb(end), arb(end))
                        assert all(over[k].overlaps(at_end[k]) for k in range(6))
                    assert float(over[0].rad()) < 0.5 * value
                assert float(mass.bound(near)) >= value
    finally:
        ctx.cap = before


@pytest.mark.parametrize(("text", "d", "transform"), CASES[:2] + CASES[-1:])
def test_the_response_by_quadrature(
    tmp_path: Path, text: str, d: int, transform: Callable[[Array], Array]
) -> None:
    """Error and budget at mu from the two integrals, in floats; the certificate is proved."""
    mu, band = Fraction(1, 50), Fraction(3)
    request = Request(text, "target", "relu", band, d, "mu", (mu,))
    found = curve(request, out=tmp_path)
    t, w = np.polynomial.legendre.leggauss(200)
    r, weights = 6 * (t + 1), 6 * w
    w_of_r = sphere_mean(transform, d, r)
    front = (2 * math.pi) ** (d - 1)
    m = front * np.array([float(kappa("relu", d, arb(x) / 3).mid()) for x in r])
    q = float(mu) / (float(mu) + m)
    error = math.sqrt(weights @ (w_of_r * q**2))
    budget = math.sqrt(weights @ (w_of_r * m / (float(mu) + m) ** 2))
    point = found.points[0]
    assert point.budget is not None
    for (low, high), value in ((point.error, error), (point.budget, budget)):
        assert low * (1 - 1e-7) <= value <= high * (1 + 1e-7)
        assert high <= low * (1 + 1e-6)
    assert point.certificate is not None
    assert check_file(point.certificate).status == "PROVED"


def test_a_larger_error_is_refuted(tmp_path: Path) -> None:
    """Another target under the same numbers."""
    from verify.certificates import Certificate

    request = Request("x0*exp(-r**2/2)", "target", "relu", Fraction(3), 2, "mu", (Fraction(1, 50),))
    point = curve(request, out=tmp_path).points[0]
    assert point.budget is not None
    ends = {
        "error_low": point.error[0] * 1.001,
        "error_high": point.error[1] * 1.001,
        "budget_low": point.budget[0],
        "budget_high": point.budget[1],
    }
    from theory.rigor.balls import dyadic_text

    scalars = {name: dyadic_text(value) for name, value in ends.items()}
    inputs = {
        "target": "x0*exp(-r**2/2)",
        "activation": "relu",
        "band": "3",
        "dimension": 2,
        "mu": "1/50",
    }
    false = Certificate("response", "false", "lower", ends["error_low"], inputs, scalars)
    assert check_file(false.write(tmp_path / "false.json")).status == "REFUTED"


def test_norms_known_exactly() -> None:
    mass = mass_of_target("exp(-x0**2-x1**2/2-2*x2**2)", 3)
    norm = Response(mass, "relu", Fraction(1)).norm
    exact = math.sqrt(math.pi**1.5 / math.sqrt(8))
    assert float(norm.mid()) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("text", ["exp(-x0**2)", "exp(-x0**2+x1**2)", "exp(-x0**2-x0*x1-x1**2)"])
def test_what_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="accepted"):
        mass_of_target(text, 2)


def test_a_budget_is_answered_where_the_largest_is_not_known() -> None:
    mass = mass_of_target("exp(-x0**2/2-2*x1**2)*cos(3*x1)", 2)
    response = Response(mass, "tanh", Fraction(2))
    # its integral needs the spectrum farther out than its series goes
    assert response.largest_budget() is None
    point = response.at_budget(Fraction(2))
    assert point.mu is not None
    assert float(point.mu.rad()) < 1e-6 * float(point.mu.mid())
    # exact numbers beside the bracket: the budget falls in mu
    assert (
        response.at_mu(Fraction("0.01472")).budget < 2 < response.at_mu(Fraction("0.0147")).budget
    )
