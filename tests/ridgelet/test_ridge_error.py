"""certified_l2: encloses the error of stored networks, tightly, and agrees with the checker."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from numerics.ridgelet.draws import box_units
from numerics.ridgelet.network import RidgeNetwork
from theory.errors import InputError, Undecided
from theory.ridgelet.activations import ACTIVATIONS
from theory.targets.box_target import BoxTarget
from verify.checker import check_file
from verify.checks import plane_error, squared_error
from verify.ridge_certificates import upper_l2_certificate
from verify.ridge_error import certified_l2


def drawn(name: str, width: int, d: int = 1, seed: int = 0) -> RidgeNetwork:
    a, b, draw = box_units(width, d, 2.0, 2.0, seed)
    c = np.random.default_rng(seed).normal(size=width) / width
    return RidgeNetwork(name, a, b, c, 0.125, None, draw)


@pytest.mark.parametrize("name", [entry.name for entry in ACTIVATIONS])
def test_enclosures_are_tight_contain_a_quadrature_and_pass_the_checker(
    name: str, tmp_path: Path
) -> None:
    network = drawn(name, 20)
    target = BoxTarget.parse("sin(2*pi*x) + abs(x-1/3)")
    lower, upper = certified_l2(network, target)
    assert lower <= upper <= lower * (1 + 1e-14)
    x = (np.arange(200_000)[:, None] + 0.5) / 200_000
    f = np.sin(2 * np.pi * x[:, 0]) + abs(x[:, 0] - 1 / 3)
    assert math.sqrt(np.mean((f - network(x)) ** 2)) == pytest.approx(upper, rel=1e-6)

    budget = sum((Fraction(abs(v)) for v in network.c.tolist()), Fraction(0))

    def status(bound: float, **limits: Fraction) -> str:
        certificate = upper_l2_certificate(network, target, bound, **limits)
        return check_file(certificate.write(tmp_path / "upper.json")).status

    assert status(upper, budget=budget) == "PROVED"
    assert status(upper * (1 - 1e-6)) == "REFUTED"
    assert status(math.nextafter(lower, 0.0)) == "REFUTED"
    assert status(upper, budget=budget - Fraction(1, 2**90)) == "REFUTED"


@pytest.mark.parametrize("d", [1, 3])
def test_data(d: int, tmp_path: Path, rng: np.random.Generator) -> None:
    network = drawn("tanh", 6, d)
    points, values = rng.uniform(size=(50, d)), rng.normal(size=50)
    lower, upper = certified_l2(network, (points, values))
    assert lower <= math.sqrt(np.mean((values - network(points)) ** 2)) * (1 + 1e-14)
    assert upper <= lower * (1 + 1e-14)
    certificate = upper_l2_certificate(network, (points, values), upper)
    assert check_file(certificate.write(tmp_path / "data.json")).status == "PROVED"


def test_tiny_errors_are_told_from_zero() -> None:
    network = RidgeNetwork("gaussian", [[2.0]], [0.5], [1.0])
    same = BoxTarget.parse("exp(-(2*x-1/2)**2/2)")
    lower, upper = certified_l2(network, same)
    assert lower == 0.0
    assert upper < 1e-50
    near = RidgeNetwork("gaussian", [[2.0]], [0.5], [1.0 + 2.0**-50])
    lower, upper = certified_l2(near, same)
    assert 0 < lower <= upper <= lower * (1 + 1e-14)
    assert 1e-16 < upper < 1e-15


def test_huge_coefficients_cancel() -> None:
    # 1e9 (tanh(x) - tanh(x - 2^-30)) is about tanh'(x)
    step = 2.0**-30
    network = RidgeNetwork("tanh", [[1.0], [1.0]], [0.0, step], [1 / step, -1 / step])
    lower, upper = certified_l2(network, BoxTarget.parse("1-tanh(x)**2"))
    assert upper < 1e-9
    assert upper <= lower * (1 + 1e-14)


@pytest.mark.parametrize(
    ("boxes", "width"),
    [(0, 1e-11), (1500, 0.02), pytest.param(20_000, 1e-3, marks=pytest.mark.slow)],
)
def test_kinks_in_the_plane(monkeypatch: pytest.MonkeyPatch, boxes: int, width: float) -> None:
    """Exactly; and valid but wide where there are too many units for that."""
    if boxes:
        monkeypatch.setattr(plane_error, "MOST_UNITS", 0)
        monkeypatch.setitem(squared_error.MOST_BOXES, 2, boxes)
    network = RidgeNetwork("relu", [[1.0, -1.0]], [0.0], [1.0])
    target = BoxTarget.parse("0*x1")
    lower, upper = certified_l2(network, target)
    # the mean of max(x - y, 0)^2 over the unit square is 1/12
    assert lower <= math.sqrt(1 / 12) <= upper
    assert upper < lower * (1 + width)


def test_thousands_of_units_in_seconds() -> None:
    lower, upper = certified_l2(drawn("tanh", 4000), BoxTarget.parse("cos(5*x)"), seconds=10)
    assert upper <= lower * (1 + 1e-14)


def test_bad_input() -> None:
    network = drawn("tanh", 3)
    with pytest.raises(InputError, match="dimension"):
        certified_l2(network, BoxTarget.parse("x0*x1"))
    with pytest.raises(InputError, match="shapes"):
        certified_l2(network, (np.zeros((4, 1)), np.zeros(3)))
    with pytest.raises(InputError, match="dimension"):
        certified_l2(network, (np.zeros((4, 2)), np.zeros(4)))
    with pytest.raises(InputError, match="finite"):
        certified_l2(network, (np.full((4, 1), np.inf), np.zeros(4)))
    with pytest.raises(Undecided, match="time budget"):
        certified_l2(network, BoxTarget.parse("cos(5*x)"), seconds=0.0)
