"""certify_sup against an independent branch and bound, dense grids, and planted mistakes."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.networks import Network, PermutationNetwork, ReluNetwork
from tests.certify.networks import networks
from tests.certify.oracle import error_at, given_network, interpolant, sup_error
from theory.errors import InputError
from theory.targets import chords
from theory.targets.target import Target
from verify.certify import SupError, certify_sup, pieces
from verify.strategies import targets

SINE = Target.parse("sin(2*pi*x)")
MODES = ("exact", "fast")
TARGETS = {
    "sine": SINE,
    "kink off the grid": Target.parse("abs(x-1/3)"),
    "kinks": Target.parse("abs(sin(7*x)) + x/3", -1, 1),
    "square root": Target.parse("sqrt(x)"),
    "square root inside": Target.parse("sqrt(abs(x-1/3))"),
    "steep": Target.parse("tanh(200*x)", -1, 1),
    "wild": Target.parse("sin(60*x)*exp(x)"),
    "third": Target.parse("exp(x)*cos(3*x)", Fraction(-1, 3), Fraction(2, 3)),
    "power": Target.parse("x**(5/2)"),
    "log": Target.parse("log(1+x)", Fraction(1, 7), 3),
    "short": Target.parse("exp(1000*x)", 0, Fraction(1, 1000)),
    "far": Target.parse("sin(x)", 1000, 1001),
}


def grid_error(network: Network, target: Target, count: int) -> float:
    """The largest |f - g| on an even grid inside the domain, all in fractions and balls."""
    x = (target.low + target.length * i / count for i in range(1, count))
    return max(float(error_at(network, target, float(point)).lower()) for point in x)


def check_record(result: SupError, network: Network, target: Target) -> None:
    """What every result promises on its own."""
    assert 0 <= result.lower <= result.upper
    assert target.low <= Fraction(result.where) <= target.high
    assert error_at(network, target, result.where) >= result.lower
    expected = (result.upper - result.lower) / result.upper if result.upper else 0.0
    assert result.gap == expected
    assert result.rounding_budget <= result.upper - result.lower


@given(data=st.data())
def test_both_modes_against_the_oracle(data: st.DataObject) -> None:
    target = data.draw(targets(smoothness="lipschitz", max_terms=2))
    network = data.draw(networks(target.low, target.high))
    low, high = sup_error(network, target)
    exact = certify_sup(network, target, mode="exact")
    fast = certify_sup(network, target, mode="fast")
    for result in (exact, fast):
        check_record(result, network, target)
        assert result.upper >= low
        assert result.lower <= high
        assert result.gap <= 1e-6 or result.upper < 1e-12
    assert exact.lower <= fast.upper
    assert fast.lower <= exact.upper


@given(data=st.data())
def test_targets_without_derivative(data: st.DataObject) -> None:
    target = data.draw(targets(smoothness="continuous", max_terms=2))
    network = data.draw(networks(target.low, target.high))
    exact = certify_sup(network, target, mode="exact", gap=1e-4)
    fast = certify_sup(network, target, mode="fast", gap=1e-4)
    check_record(exact, network, target)
    assert max(exact.gap, fast.gap) <= 1e-4 or exact.upper < 1e-6
    assert exact.lower <= fast.upper
    assert fast.lower <= exact.upper


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("n", [4, 23])
@pytest.mark.parametrize("mode", MODES)
def test_a_dense_grid_never_exceeds_the_certificate(name: str, n: int, mode: str) -> None:
    target = TARGETS[name]
    low, high = math.nextafter(float(target.low), math.inf), float(target.high)
    network = interpolant(target, np.linspace(low, high, n + 1))
    result = certify_sup(network, target, mode=mode)
    check_record(result, network, target)
    assert result.gap <= 1e-6
    seen = grid_error(network, target, 800)
    assert seen <= result.upper
    assert seen >= 0.9 * result.lower or name in ("steep", "square root", "square root inside")


def cancelling(n: int, scale: float) -> PermutationNetwork:
    """Weights of size ``scale`` whose sums cancel to the interpolant of a sine, up to rounding."""
    t = np.arange(n) / (n + 1)
    slopes = np.diff(np.sin(2 * np.pi * np.append(t, 1.0))) / np.diff(np.append(t, 1.0))
    p = np.concatenate([slopes[:1], np.diff(slopes)])
    # in groups of four the ripple adds next to nothing: its sum vanishes, and its first moment
    # but for the rounding of t
    ripple = scale * np.tile([1.0, -1.0, -1.0, 1.0], n // 4)
    return given_network(t, p + ripple, -ripple)


def test_float64_would_get_it_wrong() -> None:
    network = cancelling(64, 1e13)
    exact = certify_sup(network, SINE, mode="exact")
    check_record(exact, network, SINE)
    assert exact.gap <= 1e-6
    x = np.linspace(0, 1, 20_001)
    naive = float(np.abs(np.sin(2 * np.pi * x) - network(x)).max())
    assert not 0.999 * exact.lower <= naive <= 1.001 * exact.upper
    fast = certify_sup(network, SINE, mode="fast")
    check_record(fast, network, SINE)
    assert fast.lower <= exact.upper
    assert fast.upper >= exact.lower
    assert fast.rounding_budget > 1e-6 * exact.upper
    assert certify_sup(network, SINE).mode == "exact"


def test_auto_uses_float64_only_within_its_budget() -> None:
    t = np.linspace(0, 1, 2001)
    rough = interpolant(SINE, t, 0.01 * np.cos(np.arange(2001)))
    assert certify_sup(rough, SINE).mode == "fast"
    fine = interpolant(SINE, t)
    tight = certify_sup(fine, SINE, gap=1e-11)
    assert tight.mode == "exact"
    assert tight.gap <= 1e-11


@pytest.mark.parametrize("mode", MODES)
def test_end_points_alone_are_not_enough(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutation: with the parabola left out of the bound, a grid refutes the certificate."""
    target = Target.parse("exp(3*x)")
    network = interpolant(target, np.array([0.0, 0.3, 0.7, 1.0]))
    seen = grid_error(network, target, 500)
    assert seen <= certify_sup(network, target, mode=mode).upper
    monkeypatch.setattr(
        chords, "crest", lambda a, b, c: (np.maximum(a, b), np.full(np.shape(a), 0.5))
    )
    monkeypatch.setattr(pieces, "SLACK", 0.0)
    assert certify_sup(network, target, mode=mode).upper < seen


@pytest.mark.parametrize("factor", [1 - 3e-6, 1 + 3e-6])
def test_a_bound_off_by_little_is_told_apart(factor: float) -> None:
    """The chord error of x^2 between neighbouring knots is h^2/4, exactly."""
    target = Target.parse("x**2")
    for mode in MODES:
        result = certify_sup(interpolant(target, np.arange(9) / 8), target, mode=mode)
        assert result.lower <= 1 / 256 <= result.upper
        assert not result.lower <= factor / 256 <= result.upper


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("text", ["0", "x/3 - 2/7", "3*x - 1"])
def test_error_zero(text: str, mode: str) -> None:
    target = Target.parse(text)
    ends = [float(target.value(x)) for x in (0, 1)]
    network = ReluNetwork([ends[1] - ends[0], 0.0], [0.0, 1.0], [1.0, 0.0], ends[0])
    result = certify_sup(network, target, mode=mode)
    assert result.upper < 1e-15
    assert result.lower <= result.upper


def test_error_zero_is_found_exactly() -> None:
    assert certify_sup(ReluNetwork([3.0], [0.0], [1.0], -1.0), Target.parse("3*x - 1")).upper == 0
    bent = ReluNetwork([1.0, -1.0], [-0.5, 0.5], [1.0, 1.0])
    assert certify_sup(bent, Target.parse("abs(x-1/2)")).upper < 1e-18


def test_precision_follows_the_error() -> None:
    """An error of 1e-25 between values of size 1 needs more than the first precision."""
    target = Target.parse("3*x - 1 + 1e-25*x**2")
    result = certify_sup(ReluNetwork([3.0], [0.0], [1.0], -1.0), target)
    assert result.lower <= 1e-25 <= result.upper
    assert result.gap <= 1e-6


def test_numbers_at_the_edge_of_float64() -> None:
    target = Target.parse("x")
    with pytest.raises(InputError, match="network: beyond float64"):
        certify_sup(ReluNetwork([1e200], [1e-200], [1e200]), target)
    tiny = certify_sup(ReluNetwork([5e-324], [1.0], [1.0]), target)
    assert tiny.lower <= 1.0 <= tiny.upper
    assert tiny.gap <= 1e-6
    large = certify_sup(ReluNetwork([1e150], [0.0], [1e150]), target)
    assert large.upper == pytest.approx(1e300)
    assert large.gap <= 1e-6


@pytest.mark.parametrize("mode", MODES)
def test_knots_on_the_ends_and_repeated(mode: str) -> None:
    target = Target.parse("exp(x)", Fraction(1, 3), Fraction(4, 3))
    ends = [1 / 3, math.nextafter(1 / 3, 1), 4 / 3, math.nextafter(4 / 3, 2)]
    t = np.sort([*ends, 0.5, 0.5, 0.5, -2.0, 7.0])
    network = given_network(t, np.cos(np.arange(9)), np.sin(np.arange(9)), 1.0)
    result = certify_sup(network, target, mode=mode)
    check_record(result, network, target)
    low, high = sup_error(network, target, 1e-5)
    assert result.upper >= low
    assert result.lower <= high
    assert result.gap <= 1e-6


@pytest.mark.parametrize("mode", MODES)
def test_out_of_time_is_an_outcome(mode: str) -> None:
    network = interpolant(SINE, np.linspace(0, 1, 41))
    hurried = certify_sup(network, SINE, mode=mode, seconds=0.0)
    full = certify_sup(network, SINE, mode=mode)
    check_record(hurried, network, SINE)
    assert hurried.lower <= full.upper
    assert hurried.upper >= full.lower
    assert hurried.gap > 1e-6 >= full.gap
    assert hurried.bisections < full.bisections


def test_progress_is_reported() -> None:
    seen: list[tuple[float, float, str]] = []
    network = interpolant(SINE, np.linspace(0, 1, 41))
    certify_sup(network, SINE, progress=lambda *step: seen.append(step))
    assert {stage for _, _, stage in seen} == {"knots", "pieces"}
    assert all(0 <= done <= total for done, total, _ in seen)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("1/(x-1/3)", 0, 1), ("log(x)", 0, 1), ("sqrt(x-1/2)", 0, 1), ("tan(x)", 1, 2)],
)
@pytest.mark.parametrize("mode", [*MODES, "auto"])
def test_targets_that_are_not_finite(text: str, low: int, high: int, mode: str) -> None:
    network = ReluNetwork([1.0, 1.0], [0.0, -0.5], [1.0, 2.0])
    with pytest.raises(InputError, match="finite and real"):
        certify_sup(network, Target.parse(text, low, high), mode=mode)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gap": 0.0}, "gap: out of range"),
        ({"gap": 1.0}, "gap: out of range"),
        ({"gap": math.nan}, "gap: out of range"),
        ({"mode": "quick"}, "mode: unknown"),
    ],
)
def test_bad_options(options: dict[str, object], message: str) -> None:
    network = ReluNetwork([1.0], [0.0], [1.0])
    with pytest.raises(InputError, match=message):
        certify_sup(network, SINE, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("low", "high"),
    [(Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**30)), (0, Fraction(10) ** 200)],
)
def test_domains_beyond_float64(low: Fraction, high: Fraction) -> None:
    with pytest.raises(InputError, match="beyond float64"):
        certify_sup(ReluNetwork([1.0], [0.0], [1.0]), Target.parse("x", low, high))


def test_sums_that_overflow_float64() -> None:
    network = ReluNetwork([1.7e308, 1.7e308], [0.0, 0.0], [1.7e308, -1.7e308], 0.25)
    with pytest.raises(InputError, match="cannot bound the rounding"):
        certify_sup(network, SINE, mode="fast")
    exact = certify_sup(network, SINE)
    assert exact.mode == "exact"
    assert exact.lower <= 1.25 <= exact.upper
