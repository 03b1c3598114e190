"""Products read off expressions: the factors multiply to the target, mixtures are refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from theory.errors import InputError
from theory.ridgelet.cube import CubeMass, cube_response
from theory.ridgelet.cube_factors import cube_factors

# text, dimension, the same function by hand
PRODUCTS = [
    ("exp(-x0**2/2)*exp(-2*x1**2)*cos(3*x1)", 2,
     lambda x: np.exp(-(x[0] ** 2) / 2 - 2 * x[1] ** 2) * np.cos(3 * x[1])),
    ("-3/4*exp(-(x0**2+2*x1**2)/2+x1-1)*x0", 2,
     lambda x: -0.75 * np.exp(-(x[0] ** 2 + 2 * x[1] ** 2) / 2 + x[1] - 1) * x[0]),
    ("2*exp(1/2-(r**2-x2)*2)/pi", 3,
     lambda x: 2 * np.exp(0.5 - 2 * (x @ x - x[2])) / np.pi),
    ("(x0*exp(-r**2))**2*sin(1-x1)", 2,
     lambda x: (x[0] * np.exp(-x @ x)) ** 2 * np.sin(1 - x[1])),
]  # fmt: skip


@pytest.mark.parametrize(("text", "dimension", "by_hand"), PRODUCTS)
def test_the_factors_multiply_to_the_target(text, dimension, by_hand) -> None:
    factors = cube_factors(text, dimension)
    names = {name: getattr(np, name) for name in ("exp", "cos", "sin", "pi")}
    for x in np.random.default_rng(5).normal(size=(20, dimension)):
        found = [eval(part, {}, {**names, "x": x[i]}) for i, part in enumerate(factors)]
        assert np.prod(found) == pytest.approx(by_hand(x), rel=1e-12)


def test_windows_stand_in_products() -> None:
    factors = cube_factors("sech(2*x0)*bspline(3, x1-1)*box(x1)", 2)
    assert factors == ("sech(2*x)", "bspline(3, x-1)*box(x)")


def test_a_box_has_its_norm_from_x() -> None:
    response = cube_response(cube_factors("box(x0)*box(x1)", 2), "tanh", Fraction(2))
    assert abs(response.square_norm - 1) < 1e-9
    # |fhat|^2 falls like 1/k^2: too slowly to be integrated to the end
    mass = CubeMass(["box(x)", "box(x)"])
    assert abs(mass.total - 1) < 1e-9


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("exp(-r**2)*cos(x0+x1)", "cos(x0+x1)"),
        ("exp(-x0**2-x0*x1-x1**2)", "x0*x1"),
        ("exp(-r**2)+exp(-2*r**2)", "exp(-(r**2))"),
        ("r**2*exp(-r**2)", "'r**2'"),
        ("exp(-x0**2)", "x1"),
        ("exp(-x0**2-x1**2)/x0", "/x0"),
        ("cos(x0+x1)+cos(x0-x1)", "cos(x0+x1)"),
    ],
)
def test_what_mixes_coordinates_is_refused(text: str, piece: str) -> None:
    with pytest.raises(InputError, match="--target") as caught:
        cube_factors(text, 2)
    assert piece in str(caught.value)
