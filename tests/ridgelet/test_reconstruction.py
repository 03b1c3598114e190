"""R0: constants, admissible orders, the ridgelet transform, and reconstruction with its error."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product

import mpmath
import numpy as np
import pytest
import sympy
from flint import acb, arb
from hypothesis import given
from hypothesis import strategies as st

from tests.ridgelet.balls import ANALYTIC, EPS, ODD, ONE_SIDED, REACH, SPECTRA, head, hermite
from theory.errors import AssumptionViolated, InputError
from theory.ridgelet.activations import ACTIVATIONS
from theory.ridgelet.admissibility import (
    LARGEST_ORDER,
    admissibility,
    partial_constant,
    require_admissible,
    smallest_order,
)
from theory.ridgelet.reconstruction import SUPPORTED, inner_integral, reconstruct
from theory.ridgelet.reconstruction_statement import STATEMENT
from theory.ridgelet.transform import (
    WavePacket,
    complex_transform,
    ridgelet_transform,
    transform_bound,
    values,
)
from theory.rigor.balls import working_precision

NAMES = [entry.name for entry in ACTIVATIONS]
DIMENSIONS = (1, 2, 3)
SMALLEST = {
    "gaussian": (2, 2, 4),
    "sinc": (2, 2, 4),
    "erf": (3, 3, 5),
    "step": (3, 3, 5),
    "tanh": (3, 3, 5),
    "logistic": (3, 3, 5),
    "sin": (3, 3, 5),
    "cos": (2, 4, 4),
    "relu": (4, 4, 6),
    "softplus": (4, 4, 6),
    "gelu": (4, 4, 6),
}
WAVE = WavePacket(Fraction(3, 2), (Fraction(5, 4),))
ADMISSIBLE = [
    (name, d, order)
    for name, d in product(NAMES, DIMENSIONS)
    for order in range(SMALLEST[name][d - 1], SMALLEST[name][d - 1] + 5, 2)
]


def by_quadrature(name: str, order: int, dimension: int) -> arb:
    """c_d int sigma# conj(rho_k#) |w|^-d from the note's table, rigorous, no Gamma function."""
    scale = (2 * arb.pi()) ** (dimension - 1)

    def dual(w: acb) -> acb:
        return (acb(0, -1) * w) ** order * (-w * w / 2).exp() / w**dimension

    if name in ("cos", "sin"):
        both = dual(acb(1)) + (-1) ** dimension * dual(acb(-1))
        if name == "sin":
            both = acb(0, -1) * dual(acb(1)) + acb(0, 1) * (-1) ** dimension * dual(acb(-1))
        return (scale * arb.pi() * both).real
    if name == "sinc":
        half = acb.integral(lambda w, _: arb.pi() * dual(w), acb(EPS), acb(1)) + head()
    else:
        half = acb.integral(lambda w, _: SPECTRA[name](w, False) * dual(w), acb(EPS), acb(REACH))
        half += head()
    sign = (-1) ** order * (-1 if name in ODD else 1)
    return (scale * half * (1 + sign)).real


@pytest.mark.parametrize(("name", "dimension", "order"), ADMISSIBLE)
def test_constants_by_rigorous_quadrature(name: str, dimension: int, order: int) -> None:
    constant = admissibility(name, order, dimension)
    independent = by_quadrature(name, order, dimension)
    assert constant.overlaps(independent)
    assert abs(independent - constant) < arb("1e-9") * abs(constant)
    assert float(constant.rad()) < 1e-11 * abs(float(constant))
    assert not (constant * arb("1.000001")).overlaps(independent)
    assert not constant.contains(0)


@pytest.mark.parametrize("name", ["tanh", "logistic", "softplus", "sinc", "gelu"])
def test_constants_by_a_second_opinion(name: str) -> None:
    d, k = 2, smallest_order(name, 2)
    spectra = {
        "tanh": lambda w: mpmath.pi / mpmath.sinh(mpmath.pi * w / 2),
        "logistic": lambda w: mpmath.pi / mpmath.sinh(mpmath.pi * w),
        "softplus": lambda w: -mpmath.pi / (w * mpmath.sinh(mpmath.pi * w)),
        "sinc": lambda w: mpmath.pi if w <= 1 else mpmath.mpf(0),
        "gelu": lambda w: -(1 + w * w) * mpmath.exp(-w * w / 2) / (w * w),
    }
    with mpmath.workdps(30):
        points = [0, 1] if name == "sinc" else [0, 1, 4, 12]
        integral = mpmath.quad(
            lambda w: spectra[name](w) * mpmath.exp(-w * w / 2) * w ** (k - d), points
        )
        # (-i)^k times 1 or -i
        sign = (-1) ** ((k + k % 2) // 2)
        expected = arb(str(4 * mpmath.pi * sign * integral))
    assert abs(admissibility(name, k, d) - expected) < arb("1e-12")


def test_constants_symbolically() -> None:
    w = sympy.Symbol("w", positive=True)
    rows = {
        "gaussian": (2, sympy.sqrt(2 * sympy.pi) * sympy.exp(-(w**2) / 2), -1),
        "relu": (4, -1 / w**2, 1),
        "gelu": (4, -(1 + w**2) * sympy.exp(-(w**2) / 2) / w**2, 1),
        "erf": (3, 2 * sympy.exp(-(w**2) / 2) / w, 1),
        "step": (3, 1 / w, 1),
    }
    for name, (k, modulus, sign) in rows.items():
        exact = 2 * sympy.integrate(
            modulus * w ** (k - 1) * sympy.exp(-(w**2) / 2), (w, 0, sympy.oo)
        )
        expected = arb(str(sympy.N(sign * exact, 30)))
        assert abs(admissibility(name, k, 1) - expected) < arb("1e-13")


@pytest.mark.parametrize("name", NAMES)
def test_the_smallest_order_is_the_smallest(name: str) -> None:
    for dimension in DIMENSIONS:
        smallest = smallest_order(name, dimension)
        assert smallest == SMALLEST[name][dimension - 1]
        require_admissible(name, smallest, dimension)
        for order in range(-1, smallest):
            with pytest.raises(AssumptionViolated) as caught:
                admissibility(name, order, dimension)
            assert caught.value.theorem == "R0"
        with pytest.raises(AssumptionViolated, match="parity"):
            admissibility(name, smallest + 1, dimension)


def test_bad_orders_and_dimensions() -> None:
    with pytest.raises(AssumptionViolated, match="d >= 1"):
        smallest_order("tanh", 0)
    with pytest.raises(InputError, match="too large"):
        admissibility("tanh", LARGEST_ORDER + 1, 1)
    with pytest.raises(InputError, match="unknown"):
        admissibility("tan", 3, 1)
    for tau in (arb(-1), arb.nan(), arb("inf")):
        with pytest.raises(InputError, match="tau"):
            partial_constant("relu", 4, 1, tau)
    assert STATEMENT.expression is None


@pytest.mark.parametrize("name", NAMES)
def test_partial_constants_fall_from_the_whole(name: str) -> None:
    order = smallest_order(name, 1)
    sizes = [abs(partial_constant(name, order, 1, arb(j) / 3)) for j in range(13)]
    assert (sizes[0] - abs(admissibility(name, order, 1))).contains(0)
    for above, below in pairwise(sizes):
        assert below.lower() <= above.upper()
    assert sizes[-1] < sizes[0] / 2
    wide = partial_constant(name, order, 1, arb(1).union(arb(2)))
    for inside in (arb(1), arb(3) / 2, arb(2)):
        assert wide.contains(partial_constant(name, order, 1, inside).mid())


@pytest.mark.parametrize("order", [0, 1, 2, 3, 5])
@pytest.mark.parametrize(("a", "b"), [(0, 1), (1, 0), ("-3/2", "1/3"), (4, -2)])
def test_the_transform_by_rigorous_quadrature(order: int, a: object, b: object) -> None:
    """int f(x) rho_k(ax - b) dx, rho_k = (-1)^k He_k times the normal density."""
    slope, shift = (arb(Fraction(str(v)).numerator) / Fraction(str(v)).denominator for v in (a, b))

    def integrand(x: acb, _: bool) -> acb:
        t = slope * x - shift
        s, k0 = arb(3) / 2, arb(5) / 4
        wave = (-x * x / (2 * s * s)).exp() * (k0 * x).cos()
        return wave * (-1) ** order * hermite(order, t) * (-t * t / 2).exp()

    direct = acb.integral(integrand, acb(-24), acb(24)).real / (2 * arb.pi()).sqrt()
    closed = ridgelet_transform(WAVE, order, (slope,), shift)
    # beyond |x| = 24 the packet is below exp(-128)
    assert abs(closed - direct) < arb("1e-12")
    assert float(closed.rad()) < 1e-13
    scale = abs(closed) + arb("1e-3")
    assert not abs(closed + scale / 1000 - direct) < arb("1e-7")


@given(
    a=st.floats(-20, 20),
    b=st.floats(-20, 20),
    order=st.integers(0, 8),
    scale=st.fractions(Fraction(1, 4), 3, max_denominator=8),
    frequency=st.fractions(-8, 8, max_denominator=8),
)
def test_floats_and_bounds_of_the_transform(
    a: float, b: float, order: int, scale: Fraction, frequency: Fraction
) -> None:
    packet = WavePacket(scale, (frequency,))
    with working_precision(200):
        ball = ridgelet_transform(packet, order, (arb(a),), arb(b))
        limit = transform_bound(packet, order)
        v = 1 + (arb(a) * arb(scale.numerator) / scale.denominator) ** 2
        # equality is attained, so only a certain violation counts
        assert abs(ball).lower() <= (limit * v ** (-arb(order + 1) / 2)).upper()
    found = float(values(packet, order, np.array([a]), np.array(b)))
    assert abs(found - float(ball)) <= 1e-10 * (float(limit) + 1)


def test_the_transform_in_two_dimensions_by_a_grid() -> None:
    packet = WavePacket(Fraction(3, 4), (Fraction(2), Fraction(-1)))
    a, b, order = (0.8, -1.5), 0.4, 4
    line = np.linspace(-8, 8, 1601)
    x, y = np.meshgrid(line, line, indexing="ij")
    t = a[0] * x + a[1] * y - b
    rho = (t**4 - 6 * t**2 + 3) * np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi)
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    # the trapezoidal rule is exact to rounding for such functions
    grid = float(packet.values(points) @ rho.ravel()) * (line[1] - line[0]) ** 2
    closed = ridgelet_transform(packet, order, tuple(arb(v) for v in a), arb(b))
    assert abs(grid - float(closed)) < 1e-12
    floats = values(packet, order, np.array([a]), np.array([b]))
    assert abs(floats[0] - float(closed)) < 1e-13


def test_the_fourier_slice() -> None:
    """int R[f; rho_k](a, b) exp(-i w b) db = fhat(w a) conj(rho_k#(w))."""
    a, w, order = arb(7) / 5, arb(2) / 3, 3

    def integrand(b: acb, _: bool) -> acb:
        return complex_transform(WAVE, order, acb(a), b) * (acb(0, -1) * w * b).exp()

    sliced = acb.integral(integrand, acb(-40), acb(40))
    rho = (acb(0, -1) * w) ** order * (-w * w / 2).exp()
    expected = WAVE.fourier((w * a,)) * rho
    assert abs(sliced - expected) < arb("1e-12")
    assert abs(sliced) > arb("0.01")


@pytest.mark.parametrize("name", SUPPORTED)
def test_the_inner_integral_by_rigorous_quadrature(name: str) -> None:
    order, a, x = smallest_order(name, 1), arb(6) / 5, arb(1) / 3
    sigma = ANALYTIC.get(name) or ONE_SIDED[name]

    def integrand(b: acb, analytic: bool) -> acb:
        return complex_transform(WAVE, order, acb(a), b) * sigma(a * x - b, analytic)

    end = a * x if name in ONE_SIDED else arb(40)
    direct = acb.integral(integrand, acb(-40), acb(end)).real
    closed = inner_integral(WAVE, name, order, a, x)
    assert abs(direct - closed) < arb("1e-11")
    assert abs(closed) > arb("0.01")


@pytest.mark.parametrize(
    ("name", "order"), [("gaussian", 8), ("step", 9), ("relu", 10), ("erf", 9)]
)
@pytest.mark.parametrize("x", [Fraction(0), Fraction(1, 2), Fraction(-2)])
def test_reconstruction_with_an_enclosed_error(name: str, order: int, x: Fraction) -> None:
    packet = WavePacket(Fraction(1), (Fraction(2),))
    point = arb(x.numerator) / x.denominator
    result = reconstruct(packet, name, order, point, reach=16)
    assert result.value.overlaps(result.target)
    assert float(result.value.rad()) < 1e-6
    # a constant that is one part in ten thousand off does not reconstruct
    assert not (result.value * arb("1.0001")).overlaps(result.target)


@pytest.mark.parametrize("name", SUPPORTED)
def test_the_smallest_order_reconstructs_at_its_own_slower_pace(name: str) -> None:
    packet = WavePacket(Fraction(1), (Fraction(2),))
    order = smallest_order(name, 1)
    coarse = reconstruct(packet, name, order, arb(1) / 2, reach=25)
    fine = reconstruct(packet, name, order, arb(1) / 2, reach=100)
    for result in (coarse, fine):
        assert result.value.overlaps(result.target)
    # both fall like reach^-2
    assert 15.9 < float(coarse.truncation / fine.truncation) < 16.1
    assert float(fine.value.rad()) < 1e-3


def test_reconstruction_refuses_what_it_cannot_do() -> None:
    packet = WavePacket(Fraction(1), (Fraction(2),))
    with pytest.raises(InputError, match="no enclosed reconstruction"):
        reconstruct(packet, "tanh", 3, arb(0), reach=4)
    with pytest.raises(InputError, match="no closed inner integral"):
        inner_integral(packet, "tanh", 3, arb(0), arb(0))
    with pytest.raises(AssumptionViolated):
        reconstruct(packet, "relu", 2, arb(0), reach=4)
    with pytest.raises(InputError, match="d = 1"):
        reconstruct(WavePacket(Fraction(1), (Fraction(2),) * 2), "relu", 4, arb(0), reach=4)
    with pytest.raises(InputError, match="reach"):
        reconstruct(packet, "relu", 4, arb(0), reach=0)
    with pytest.raises(InputError, match="scale"):
        WavePacket(Fraction(0), (Fraction(1),))
    with pytest.raises(InputError, match="frequency"):
        WavePacket(Fraction(1), ())
    with pytest.raises(InputError, match="order"):
        ridgelet_transform(packet, -1, (arb(0),), arb(0))
    with pytest.raises(InputError, match="dimension"):
        complex_transform(WavePacket(Fraction(1), (Fraction(2),) * 2), 1, acb(0), acb(0))
