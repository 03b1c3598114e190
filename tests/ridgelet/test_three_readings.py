"""R5: the guard that asks for a budget, and the three readings side by side."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import acb, arb

from numerics.ridgelet.network import RidgeNetwork
from theory.errors import AssumptionViolated, InputError
from theory.ridgelet.activations import ACTIVATIONS, activation
from theory.ridgelet.density import STATEMENT, require_budget, why_no_floor
from theory.ridgelet.line_budget import line_lower
from theory.ridgelet.readings import ThreeReadings, line_floor, three_readings
from theory.ridgelet.response import mass_of_target
from theory.ridgelet.transform import WavePacket
from theory.rigor.balls import Truth

BAND = Fraction(2)
WAVE = WavePacket(Fraction(1), (Fraction(6),))
BUDGETS = tuple(Fraction(10) ** j for j in range(4))
NAMES = [entry.name for entry in ACTIVATIONS]


@pytest.fixture(scope="module")
def readings() -> ThreeReadings:
    mus = (Fraction(1, 100), Fraction(1, 10**8))
    return three_readings(WAVE, BAND, 41, BUDGETS, mus)


# -- the guard ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_without_a_budget_there_is_no_bound_on_a_compact_set(name: str) -> None:
    with pytest.raises(AssumptionViolated, match="have a budget") as caught:
        require_budget(name, None, theorem="R8")
    assert caught.value.theorem == "R8"
    assert why_no_floor(name) in str(caught.value)
    assert require_budget(name, Fraction(7, 3)) == Fraction(7, 3)
    assert require_budget(name, Fraction(0)) == 0
    word = "homogeneous" if name in ("relu", "step") else "analytic"
    assert word in why_no_floor(name)


def test_the_guard_refuses_nonsense() -> None:
    with pytest.raises(InputError, match="negative"):
        require_budget("tanh", Fraction(-1))
    with pytest.raises(InputError, match="did you mean 'tanh'"):
        require_budget("tnah", None)


def test_the_hypotheses_of_the_statement() -> None:
    STATEMENT.require({"analytic": 1, "interior": 1})
    for broken in ("analytic", "interior"):
        with pytest.raises(AssumptionViolated) as caught:
            STATEMENT.require({"analytic": 1, "interior": 1} | {broken: 0})
        assert caught.value.theorem == "R5"


@pytest.mark.parametrize("name", ["tanh", "gaussian", "softplus", "cos"])
def test_density_seen_on_an_interval(name: str) -> None:
    """More units of a narrow band, more budget, less error: no floor stands still."""
    x = np.linspace(-1, 1, 201)
    errors = []
    for width in (2, 4, 8):
        a = np.linspace(0.2, 1.0, width)
        b = np.linspace(-1.0, 0.9, width)
        features = activation(name).values(np.outer(x, a) - b)
        c = np.linalg.lstsq(features, np.sin(2 * x), rcond=1e-15)[0]
        errors.append(float(np.abs(features @ c - np.sin(2 * x)).max()))
    assert errors[2] < 0.05 * errors[0]
    assert errors[2] < 5e-3


@pytest.mark.parametrize("name", ["relu", "step"])
def test_homogeneous_units_ignore_the_band(name: str) -> None:
    degree = {"relu": 1, "step": 0}[name]
    x = np.linspace(-1, 1, 101)
    outside = activation(name).values(50 * x - 20)
    inside = activation(name).values(0.5 * x - 0.2)
    assert np.abs(outside - 100.0**degree * inside).max() < 1e-12


# -- the three readings ---------------------------------------------------------------------------


def test_the_unrestricted_reading_is_refuted_by_a_network(readings: ThreeReadings) -> None:
    assert readings.unrestricted_refuted is Truth.YES
    assert readings.network_error < arb("1e-8")
    assert readings.truncated_error > arb("0.94")
    assert all(abs(weight) <= float(BAND) for weight in readings.a)
    assert len(readings.a) == len(readings.b) == len(readings.c) == 41


def test_the_network_error_by_rigorous_quadrature(readings: ThreeReadings) -> None:
    few = three_readings(WAVE, BAND, 9)

    def square(x: acb, _: bool) -> acb:
        total = (-x * x / 2).exp() * (6 * x).cos()
        for a, b, c in zip(few.a, few.b, few.c, strict=True):
            t = acb(a) * x - b
            total -= acb(c) * (-t * t / 2).exp()
        return total * total

    # beyond |x| = 16 everything is below exp(-100)
    direct = sum(
        (acb.integral(square, acb(x), acb(x + 4)).real for x in range(-16, 16, 4)), arb(0)
    ).sqrt()
    assert abs(few.network_error - direct) < arb("1e-9")
    assert not abs(few.network_error * arb("1.001") - direct) < arb("1e-5")
    assert float(few.network_error.rad()) < 1e-30


def test_the_record_is_a_network(readings: ThreeReadings) -> None:
    a = np.array(readings.a)[:, None]
    network = RidgeNetwork("gaussian", a, np.array(readings.b), np.array(readings.c))
    x = np.linspace(-4, 4, 501)[:, None]
    assert np.abs(network(x) - WAVE.values(x)).max() < 1e-7
    assert network.budget == pytest.approx(float(readings.network_budget), rel=1e-12)


def test_with_a_budget_the_floor_is_real(readings: ThreeReadings) -> None:
    floors = [entry.floor for entry in readings.budgeted]
    assert floors == sorted(floors, reverse=True)
    assert floors[0] > 0.89
    assert floors[2] > 0.27
    # the network of the unrestricted reading obeys the floor at the budget it spends ...
    own = line_floor(WAVE, BAND, readings.network_budget)
    assert arb(own) <= readings.network_error
    # ... and with its budget cut to a tenth it could not exist
    assert arb(line_floor(WAVE, BAND, readings.network_budget / 10)) > readings.network_error


@pytest.mark.parametrize("budget", BUDGETS[:3])
def test_the_floor_agrees_with_r3_for_general_spectra(budget: Fraction) -> None:
    mass = mass_of_target("exp(-x**2/2)*cos(6*x)", 1)
    general = line_lower(mass, "gaussian", BAND, budget).value
    assert line_floor(WAVE, BAND, arb(int(budget))) == pytest.approx(general, abs=2e-3)


def test_smaller_networks_obey_the_floor_at_their_budget() -> None:
    for units in (1, 3, 9, 15, 21, 31):
        made = three_readings(WAVE, BAND, units)
        floor = line_floor(WAVE, BAND, made.network_budget)
        assert arb(floor) <= made.network_error
    for units in (1, 3, 5):
        made = three_readings(WAVE, BAND, units)
        assert arb(line_floor(WAVE, BAND, made.network_budget)) > arb("0.85")


def test_a_floor_twenty_percent_higher_is_refuted() -> None:
    """f minus small multiples of one unit: the floor at a small budget is nearly attained."""
    norm = WAVE.norm_square().sqrt()
    floor = line_floor(WAVE, BAND, arb(1) / 100)
    # the zero network has budget 0 <= 1/100 and the error |f|
    assert arb(floor) <= norm
    assert arb(1.2 * floor) > norm


def test_the_law_of_densities(readings: ThreeReadings) -> None:
    expected = [(1.67153, 0.90620), (464.030, 0.0212037)]
    for point, (budget, error) in zip(readings.law, expected, strict=True):
        assert float(point.budget) == pytest.approx(budget, rel=1e-5)
        assert float(point.error) == pytest.approx(error, rel=1e-4)
    # it does not bind finite networks: this one is far below it at a comparable budget
    assert readings.network_budget < 2 * readings.law[1].budget
    assert readings.network_error < readings.law[1].error / 10**6


def test_one_unit_is_the_whole_counterexample() -> None:
    """f = exp(-(2x)^2/2) is one unit at the edge of the band: error 0, truncated spectrum 0.38."""
    one = three_readings(WavePacket(Fraction(1, 2), (Fraction(0),)), BAND, 1)
    assert (one.a, one.b, one.c) == ((2.0,), (0.0,), (1.0,))
    assert one.network_error < arb("1e-15")
    assert one.network_budget == 1
    assert one.truncated_error > arb("0.37")
    assert one.unrestricted_refuted is Truth.YES


def test_a_poor_network_refutes_nothing() -> None:
    poor = three_readings(WAVE, Fraction(16), 1)
    assert poor.unrestricted_refuted is Truth.NO
    assert poor.truncated_error < arb("0.2")


@pytest.mark.parametrize(
    ("packet", "lam", "units", "argument"),
    [
        (WavePacket(Fraction(1), (Fraction(1),) * 2), BAND, 3, "dimension"),
        (WAVE, Fraction(0), 3, "lam"),
        (WAVE, Fraction(1, 3), 3, "lam"),
        (WAVE, BAND, 0, "units"),
        (WAVE, BAND, 1000, "units"),
    ],
)
def test_bad_input(packet: WavePacket, lam: Fraction, units: int, argument: str) -> None:
    with pytest.raises(InputError) as caught:
        three_readings(packet, lam, units)
    assert caught.value.argument == argument
    assert math.isfinite(float(caught.value.exit_status))
