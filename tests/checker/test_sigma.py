"""Activations over balls: containment and radius, against mpmath and against each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest
from flint import acb, arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from theory.ridgelet.activations import ACTIVATIONS, activation
from verify.checks.sigma import CONTINUATIONS, SERIES, VALUES, complex_value, taylor, value
from verify.checks.strips import half_width
from verify.checks.verdicts import Stop, precision

mp = mpmath.mp.clone()
mp.dps = 60
FORMULAS: dict[str, Callable[[Any], Any]] = {
    "gaussian": lambda t: mp.exp(-t * t / 2),
    "tanh": mp.tanh,
    "logistic": lambda t: 1 / (1 + mp.exp(-t)),
    "softplus": lambda t: mp.log(1 + mp.exp(t)),
    "erf": lambda t: mp.erf(t / mp.sqrt(2)),
    "gelu": lambda t: t * (1 + mp.erf(t / mp.sqrt(2))) / 2,
    "cos": mp.cos,
    "sin": mp.sin,
    "sinc": mp.sinc,
}
NAMES = sorted(FORMULAS)
# 2 and its neighbours: where sinc changes its method
POINTS = ("0", "0.25", "-1.75", "2", "2.0625", "-1.9375", "7.5", "-30")


def test_every_activation_is_here() -> None:
    assert set(VALUES) == {entry.name for entry in ACTIVATIONS}
    assert set(SERIES) == set(CONTINUATIONS) == {e.name for e in ACTIVATIONS if e.analytic}
    assert set(NAMES) == set(SERIES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("point", POINTS)
def test_coefficients_at_a_point(name: str, point: str) -> None:
    with precision(160):
        truth = mp.taylor(FORMULAS[name], mp.mpf(point), 9)
        for k, enclosure in enumerate(taylor(name, arb(point), 9)):
            reference = arb(mp.nstr(truth[k], 40))
            # mpmath differentiates numerically: 25 digits are good
            assert abs(enclosure - reference) < 1e-25, (k, enclosure, truth[k])
            assert enclosure.rad() < 1e-36


@given(
    st.sampled_from(NAMES),
    st.floats(-6, 6),
    st.floats(0, 0.125),
    st.floats(-1, 1),
    st.integers(1, 8),
)
def test_coefficients_over_a_ball(
    name: str, centre: float, radius: float, share: float, order: int
) -> None:
    with precision(128):
        whole = taylor(name, arb(centre, radius), order)
        inside = taylor(name, arb(centre) + arb(radius) * arb(share), order)
        assert len(whole) == len(inside) == order + 1
        for k in range(order + 1):
            assert whole[k].overlaps(inside[k])
            # recurrences of degree two blow up balls, but not beyond reason
            assert whole[k].rad() <= 4 * radius * 8.0**k + 1e-30
        assert whole[0].overlaps(value(name, arb(centre) + arb(radius) * arb(share)))


@given(st.sampled_from(NAMES), st.floats(-5, 5), st.floats(-0.25, 0.25))
def test_the_series_sums_to_the_function(name: str, at: float, step: float) -> None:
    with precision(160):
        coefficients = taylor(name, arb(at), 60)
        total, power = arb(0), arb(1)
        for c in coefficients:
            total, power = total + c * power, power * arb(step)
        # the strip has half-width at least pi/2: the tail is below 4 (1/6)^60
        assert abs(total - value(name, arb(at) + arb(step))) < 1e-40


@given(st.sampled_from(sorted(VALUES)), st.floats(-40, 40), st.floats(0, 2), st.floats(-1, 1))
def test_values_over_balls(name: str, centre: float, radius: float, share: float) -> None:
    with precision(96):
        point = arb(centre) + arb(radius) * arb(share)
        here = float(point.mid())
        enclosure = value(name, arb(centre, radius) + arb(0, 1e-300))
        near = float(activation(name).values([here])[0])
        if name != "step" or abs(here) > 1e-12:
            assert (enclosure + arb(0, 1e-12)).contains(arb(near)), (enclosure, near)


@given(st.sampled_from(NAMES), st.floats(-4, 4), st.floats(-1.5, 1.5))
def test_the_continuation(name: str, x: float, y: float) -> None:
    with precision(128):
        found = complex_value(name, acb(x, y))
        assert found.is_finite()
        truth = FORMULAS[name](mp.mpc(x, y))
        reference = acb(arb(mp.nstr(truth.real, 40)), arb(mp.nstr(truth.imag, 40)))
        assert abs(found - reference) < 1e-20 * (1 + abs(found)).upper()
        assert abs(complex_value(name, acb(x)).real - value(name, arb(x))) < 1e-30


@pytest.mark.parametrize("name", ["tanh", "logistic", "softplus"])
def test_nothing_is_promised_beyond_the_strip(name: str) -> None:
    width = half_width(name)
    assert width is not None
    assert not complex_value(name, acb(arb(1), width)).is_finite()
    assert not complex_value(name, acb(arb(1), arb(0, 4))).is_finite()
    assert complex_value(name, acb(arb(1), width * arb("0.99"))).is_finite()


def test_kinks_and_jumps() -> None:
    assert value("relu", arb(0, 1)).contains(arb(1))
    assert not value("relu", arb(0, 1)) < 0
    assert value("step", arb(0)) == 1
    assert value("step", arb(0, 1)).contains(0)
    assert value("step", arb(0, 1)).contains(1)
    assert value("step", arb(-1)) == 0
    for name in VALUES:
        assert not value(name, arb.nan()).is_finite()
    for name in SERIES:
        assert not taylor(name, arb.nan(), 3)[2].is_finite()


@pytest.mark.parametrize("name", ["relu", "step", "Tanh", ""])
def test_unknown_names(name: str) -> None:
    for call in (lambda: taylor(name, arb(0), 2), lambda: complex_value(name, acb(0))):
        with pytest.raises(Stop) as stop:
            call()
        assert stop.value.outcome.status == "INVALID"
    if name not in VALUES:
        with pytest.raises(Stop):
            value(name, arb(0))


def test_precision_is_left_alone() -> None:
    before = ctx.prec
    taylor("sinc", arb(1), 5)
    assert ctx.prec == before
