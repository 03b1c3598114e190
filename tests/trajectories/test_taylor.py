"""Single validated steps: they contain the solution, tightly, and a wrong one does not."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb
from scipy.integrate import solve_ivp

from numerics.dynamics.systems import SYSTEMS
from theory.rigor.balls import ball, working_precision
from theory.trajectories.fields import FIELDS, PolynomialField, cosine, field, vanderpol
from theory.trajectories.taylor import a_priori, coefficients, remainders, step

STARTS = {"cosine": (1.0, 0.25), "vanderpol": (1.5, -0.75), "lorenz": (1.0, 2.0, 20.0)}


@pytest.mark.parametrize("name", FIELDS)
def test_the_fields_are_those_that_networks_learn(name: str, rng: np.random.Generator) -> None:
    subject = SYSTEMS[name]
    for z in rng.normal(size=(5, subject.dimension)):
        ours = [float(value) for value in field(name).evaluate([arb(float(v)) for v in z])]
        assert np.allclose(ours, subject.field(0.0, z), rtol=1e-14, atol=1e-14)


def test_the_variation_is_the_jacobian(rng: np.random.Generator) -> None:
    extended = field("lorenz").with_variation
    z = rng.normal(size=3)
    identity = np.eye(3).ravel()
    values = extended.evaluate([arb(float(v)) for v in (*z, *identity)])[3:]
    x, y, w = z
    jacobian = [[-10, 10, 0], [28 - w, -1, -x], [y, x, -8 / 3]]
    assert np.allclose([float(v) for v in values], np.ravel(jacobian), rtol=1e-13)


def test_cosine_is_the_cosine() -> None:
    with working_precision(200):
        h = ball(Fraction(1, 2))
        found = step(cosine(), [arb(1), arb(0)], h, 40, 2.0**-150)
        assert found is not None
        for value, exact in zip(found, (h.cos(), -h.sin()), strict=True):
            assert value.overlaps(exact)
            assert value.rad() < 2.0**-150


def test_van_der_pol_at_25_digits() -> None:
    with mpmath.workdps(25), working_precision(128):
        solution = mpmath.odefun(
            lambda t, z: [z[1], (1 - z[0] ** 2) * z[1] - z[0]], 0, [mpmath.mpf("1.5"), 0]
        )
        found = step(vanderpol(), [arb(1.5), arb(0)], arb(0.125), 24, 2.0**-60)
        assert found is not None
        for value, exact in zip(found, solution(mpmath.mpf("0.125")), strict=True):
            assert value.rad() < 1e-18
            assert abs(value - arb(str(exact))) < 1e-17


@pytest.mark.parametrize("name", FIELDS)
def test_dop853_as_a_second_opinion(name: str) -> None:
    length, start = 1 / 128, STARTS[name]
    reference = solve_ivp(
        SYSTEMS[name].field, (0, length), start, method="DOP853", rtol=1e-13, atol=1e-14
    ).y[:, -1]
    found = step(field(name), [arb(v) for v in start], arb(length), 16, 1e-15)
    assert found is not None
    for value, exact in zip(found, reference, strict=True):
        assert abs(float(value) - exact) < 1e-11
        assert value.rad() < 1e-14


def test_the_a_priori_box_holds_the_path() -> None:
    box = a_priori(vanderpol(), [arb(1.5), arb(0)], arb(0.125))
    assert box is not None
    for part in range(9):
        point = step(vanderpol(), [arb(1.5), arb(0)], arb(part / 64), 20, 1e-12)
        assert point is not None
        assert all(outer.contains(inner) for outer, inner in zip(box, point, strict=True))
    assert all(value.rad() < 0.2 for value in box)


def test_a_step_across_a_pole_is_refused() -> None:
    # x' = x^2 from 1 blows up at t = 1
    square = PolynomialField("square", (((Fraction(1), (2,)),),))
    assert a_priori(square, [arb(1)], arb(1)) is None
    assert step(square, [arb(1)], arb(0.125), 20, 1e-12) is not None
    assert step(square, [arb(1)], arb(0.125), 20, 1e-30) is None


@pytest.mark.parametrize("drop", [1, 2])
def test_without_its_remainder_the_polynomial_misses(drop: int) -> None:
    """The mutation: a truncated series is no enclosure, and the remainder is not wasteful."""
    start, h, order = [arb(1.5), arb(0)], arb(0.125), 6 + drop
    exact = step(vanderpol(), start, h, 30, 1e-20)
    rest = remainders(vanderpol(), start, h, order, 1.0)
    assert exact is not None
    assert rest is not None
    for row, value, remainder in zip(
        coefficients(vanderpol(), start, order), exact, rest, strict=True
    ):
        polynomial = sum((c * h**k for k, c in enumerate(row)), arb(0))
        assert not polynomial.overlaps(value)
        assert (polynomial + remainder).overlaps(value)
        assert remainder.abs_upper() < 50 * abs(value - polynomial)


def test_a_wrong_field_is_caught() -> None:
    start, h = [arb(1.5), arb(0)], arb(0.125)
    right = step(vanderpol(), start, h, 20, 1e-12)
    wrong = step(vanderpol(Fraction(1001, 1000)), start, h, 20, 1e-12)
    assert right is not None
    assert wrong is not None
    assert not any(a.overlaps(b) for a, b in zip(right, wrong, strict=True))
