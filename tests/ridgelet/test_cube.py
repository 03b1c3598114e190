"""R2 under |a|_inf <= lam: against a direct quadrature in the plane, and between two balls."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from theory.errors import InputError
from theory.ridgelet.cube import CubeMass, cube_response
from theory.ridgelet.response import Response, mass_of_target
from theory.ridgelet.spectra import kappa
from theory.rigor.balls import ball

BELL, PACKET = "exp(-x**2/2)", "exp(-2*x**2)*cos(3*x)"


def spectra(text: str, xi: np.ndarray) -> np.ndarray:
    """|fhat| of the two factors, by hand."""
    if text == BELL:
        return np.sqrt(2 * np.pi) * np.exp(-(xi**2) / 2)
    return np.sqrt(np.pi / 8) * (np.exp(-((xi - 3) ** 2) / 8) + np.exp(-((xi + 3) ** 2) / 8))


@pytest.mark.parametrize("name", ["tanh", "relu", "gaussian"])
def test_against_a_sum_over_the_plane(name: str) -> None:
    lam, mu = Fraction(2), Fraction(1, 50)
    point = cube_response([BELL, PACKET], name, lam).at_mu(mu)
    nodes, weights = np.polynomial.legendre.leggauss(60)
    # panels of one quadrant; |xi|_inf has a crease on the diagonal, so the grid must be fine
    edges = np.linspace(0, 16, 17)
    xi = np.concatenate([low + (nodes + 1) / 2 for low in edges[:-1]])
    dx = np.tile(weights / 2, 16)
    m = np.array([2 * np.pi * float(kappa(name, 2, ball(t) / 2).mid()) for t in xi.tolist()])
    rank = np.arange(len(xi))
    filtered = m[np.maximum.outer(rank, rank)]
    energy = np.outer(spectra(BELL, xi) ** 2 * dx, spectra(PACKET, xi) ** 2 * dx) / np.pi**2
    error = np.sqrt((energy * (float(mu) / (float(mu) + filtered)) ** 2).sum())
    budget = np.sqrt((energy * filtered / (float(mu) + filtered) ** 2).sum())
    for found, expected in ((point.error, error), (point.budget, budget)):
        assert float(found.rad()) < 1e-6 * expected
        assert float(found.mid()) == pytest.approx(expected, rel=2e-4)


@pytest.mark.parametrize("d", [2, 3])
def test_a_cube_lies_between_two_balls(d: int) -> None:
    mu = Fraction(1, 100)
    cube = cube_response([BELL] * d, "tanh", Fraction(2))
    assert abs(cube.norm - arb.pi() ** (arb(d) / 4)) < 1e-6
    inner = Response(mass_of_target("exp(-r**2/2)", d), "tanh", Fraction(2))
    outer = Response(mass_of_target("exp(-r**2/2)", d), "tanh", Fraction(2 * d, 1))
    assert outer.at_mu(mu).error < cube.at_mu(mu).error < inner.at_mu(mu).error
    # the dual bound of each holds for the classes inside it
    assert cube.dual(mu, Fraction(1, 10)) < inner.dual(mu, Fraction(1, 10))


def test_the_density_is_the_derivative_of_a_product() -> None:
    mass = CubeMass([BELL, PACKET])
    whole = cube_response([BELL, PACKET], "tanh", Fraction(1)).square_norm
    # |f|^2 by hand: sqrt(pi) times sqrt(pi)/4 (1 + e^(-9/4))
    by_hand = arb.pi() / 4 * (1 + (arb(-9) / 4).exp())
    assert abs(whole - by_hand) < 1e-7 * by_hand
    assert mass.bound(arb(1, "0.01")) > 0


def test_bad_input() -> None:
    for factors, name in (([BELL], "factors"), ([BELL] * 4, "factors"), (["x", BELL], "factors")):
        with pytest.raises(InputError, match=name):
            cube_response(factors, "tanh", Fraction(1))
    with pytest.raises(InputError, match="edge"):
        cube_response(["sinc(x)", BELL], "tanh", Fraction(1))
    with pytest.raises(InputError, match="band"):
        cube_response([BELL, BELL], "tanh", Fraction(0))
