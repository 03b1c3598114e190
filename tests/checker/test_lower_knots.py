"""Kind ``lower-knots``: three-point alternation in n + 1 intervals."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from pathlib import Path

import pytest

from tests.checker import build
from verify.checker import CheckResult, check_file


def check(folder: Path, certificate: build.Certificate) -> CheckResult:
    return check_file(build.write(folder, certificate))


def half_rise(f: str, points: list[float]) -> float:
    """min over the triples of |f(x2) - chord|/2, in floats."""
    rises = []
    for k in range(0, len(points), 3):
        x1, x2, x3 = points[k : k + 3]
        f1, f2, f3 = (eval(f, {"x": x, "sin": math.sin, "exp": math.exp}) for x in (x1, x2, x3))
        rises.append(abs(f2 - (f1 * (x3 - x2) + f3 * (x2 - x1)) / (x3 - x1)) / 2)
    return min(rises)


@pytest.mark.parametrize("n", [1, 2, 3, 20, 200])
@pytest.mark.parametrize("expression", ["exp(x)", "sin(9*x)+x**2", "-1/(1+25*x**2)"])
def test_bounds_just_below_and_above(tmp_path: Path, expression: str, n: int) -> None:
    points = build.touching_triples(n, 0.25, 0.75)
    value = half_rise(expression, points)
    slack = 1e-6 * value + 1e-14
    assert check(tmp_path, build.knots(expression, value - slack, points)).status == "PROVED"
    assert check(tmp_path, build.knots(expression, value + slack, points)).status == "REFUTED"


def test_an_exactly_tight_bound(tmp_path: Path) -> None:
    # x^2 rises h^2/4 above a chord of length h: here h = 1/4, half of it is 1/128
    points = build.touching_triples(3)
    assert check(tmp_path, build.knots("x**2", "1/128", points)).status == "PROVED"
    above = Fraction(1, 128) + Fraction(1, 2**400)
    assert check(tmp_path, build.knots("x**2", above, points)).status == "REFUTED"
    # sin(pi x) - the value is exact but not dyadic on the way
    undecidable = build.knots("sin(pi*x)", "1/2", [0.0, 0.5, 1.0, 1.0, 1.5, 2.0], domain=("0", "2"))
    assert check(tmp_path, undecidable).status == "UNDECIDED"


def test_one_low_triple_is_enough_to_refute(tmp_path: Path) -> None:
    points = build.touching_triples(5)
    points[7] = math.nextafter(points[6], 1.0)
    assert check(tmp_path, build.knots("x**2", "1/10000", points)).status == "REFUTED"


@pytest.mark.parametrize("seed", range(3))
def test_random_triples_with_gaps(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    points = sorted(rng.uniform(-1, 1) for _ in range(30))
    value = half_rise("exp(x)", points)
    domain = ("-1", "1")
    true = build.knots("exp(x)", value * 0.999, points, domain=domain, folder=tmp_path)
    assert check(tmp_path, true).status == "PROVED"
    false = build.knots("exp(x)", value * 1.001, points, domain=domain, folder=tmp_path)
    assert check(tmp_path, false).status == "REFUTED"


POINTS = build.touching_triples(3)


@pytest.mark.parametrize(
    ("index", "value"),
    [
        (2, math.nextafter(POINTS[3], 1.0)),  # two triples overlap by a bit
        (3, math.nextafter(POINTS[2], 0.0)),
        (1, POINTS[0]),  # x1 = x2
        (1, POINTS[2]),
        (1, 0.9),
        (0, -5e-324),  # outside the domain
        (11, math.nextafter(1.0, 2.0)),
        (0, -1.0),
    ],
)
def test_points_out_of_place(tmp_path: Path, index: int, value: float) -> None:
    assert check(tmp_path, build.knots("x**2", "1*2^-300", POINTS)).status == "PROVED"
    points = list(POINTS)
    points[index] = value
    result = check(tmp_path, build.knots("x**2", "1*2^-300", points))
    assert result.status == "REFUTED"
    assert "triple" in result.reason or "domain" in result.reason


@pytest.mark.parametrize("triple", range(4))
def test_a_triple_of_one_point_proves_nothing(tmp_path: Path, triple: int) -> None:
    points = list(POINTS)
    points[3 * triple : 3 * triple + 3] = [points[3 * triple + 1]] * 3
    assert check(tmp_path, build.knots("x**2", "1*2^-300", points)).status == "REFUTED"


def test_the_domain_ends_are_exact(tmp_path: Path) -> None:
    third = 1 / 3  # below 1/3
    points = [third, 0.5, 0.6, 0.6, 0.7, 0.8]
    for low, verdict in (("1/3", "REFUTED"), (build.dyadic(third), "PROVED")):
        certificate = build.knots("x**2", "1*2^-20", points, domain=(low, "1"))
        assert check(tmp_path, certificate).status == verdict


@pytest.mark.parametrize("width", [0, 2, 4, 10**8])
def test_points_must_match_the_width(tmp_path: Path, width: int) -> None:
    certificate = build.knots("x**2", "1*2^-20", POINTS) | {"width": width}
    assert check(tmp_path, certificate).status == "INVALID"


def test_a_function_without_values_is_never_proved(tmp_path: Path) -> None:
    for expression in ("log(x-1/2)", "1/x", "sqrt(x-1/2)", "0*log(x)", "tan(1/(x-x))"):
        result = check(tmp_path, build.knots(expression, "1*2^-20", POINTS))
        assert result.status in {"UNDECIDED", "REFUTED"}, expression


def test_direction_and_norm(tmp_path: Path) -> None:
    good = build.knots("x**2", "1*2^-20", POINTS)
    upward = good | {"bound": {"direction": "upper", "value": "1*2^-20"}}
    assert check(tmp_path, upward).status == "INVALID"
    assert check(tmp_path, good | {"norm": "L2"}).status == "INVALID"
