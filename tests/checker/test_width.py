"""Kind ``width``: the matching width B1, its chain of inequalities, and what breaks it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.checker import build
from verify.checker import CheckResult, check_file

# g(x) = relu(x/2)/2 is x/4 exactly: all of eps is left for matching
EXACT = {"W": [0.5], "C": [0.5], "b": [0.0]}
ETA = 0.0625


def check(folder: Path, certificate: build.Certificate) -> CheckResult:
    return check_file(build.write(folder, certificate))


def needed(m0: int, eta: float, delta: float, R: float = 1.0) -> int:
    """m0 ceil(ln(m0/delta)/-ln(1-p)), in floats."""
    return m0 * math.ceil(math.log(m0 / delta) / -math.log1p(-((eta / R) ** 2)))


def test_the_least_width_and_one_less(tmp_path: Path) -> None:
    n = needed(1, ETA, 0.1)
    assert n == 589
    assert check(tmp_path, build.width("x/4", n, EXACT, eta=ETA)).status == "PROVED"
    result = check(tmp_path, build.width("x/4", n - 1, EXACT, eta=ETA))
    assert (result.status, "width" in result.reason) == ("REFUTED", True)


@pytest.mark.parametrize("m0", [2, 3, 7])
def test_groups_are_whole(tmp_path: Path, m0: int) -> None:
    # a width between two multiples of m0 counts as the smaller one
    arrays = {"W": [0.5] * m0, "C": [0.5] * m0, "b": [0.0] * m0}
    eta = 0.0625 / m0
    n = needed(m0, eta, 0.1)
    f = f"{m0}*x/4"
    assert check(tmp_path, build.width(f, n, arrays, eta=eta)).status == "PROVED"
    assert check(tmp_path, build.width(f, n + m0 - 1, arrays, eta=eta)).status == "PROVED"
    assert check(tmp_path, build.width(f, n - 1, arrays, eta=eta)).status == "REFUTED"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"gamma": "31/64"}, "exceeds gamma"),
        ({"range": "17/32"}, "eta"),
        ({"eps": "9/100"}, "matching alone"),
        ({"eps": "1/11"}, "matching alone"),
        ({"delta": "99/1000"}, "width is too small"),
        ({"range": "1001/1000"}, "width is too small"),
        ({"gamma": "51/100", "range": "57/100"}, "eta"),
    ],
)
def test_false_parameters(tmp_path: Path, change: dict[str, str], said: str) -> None:
    result = check(tmp_path, build.width("x/4", 589, EXACT, eta=ETA, **change))
    assert result.status == "REFUTED"
    assert said in result.reason


def test_a_network_that_is_too_far_from_the_target(tmp_path: Path) -> None:
    # matching takes eta (2 gamma X + gamma + eta X) = 0.09765625 of eps = 0.1
    near = build.width("x/4+117/50000", 589, EXACT, eta=ETA)
    far = build.width("x/4+118/50000", 589, EXACT, eta=ETA)
    assert check(tmp_path, near).status == "PROVED"
    assert check(tmp_path, far).status == "REFUTED"


@pytest.mark.parametrize(
    "change",
    [
        {"eps": "0"},
        {"delta": "0"},
        {"delta": "1"},
        {"gamma": "0"},
        {"gamma": "1"},
        {"range": "1/2"},
        {"eps": "nan"},
        {"theorem": "B4"},
        {"units": 2},
        {"units": 0},
        {"bound": {"direction": "upper", "value": "1179/2"}},
        {"bound": {"direction": "lower", "value": "589"}},
        {"norm": "L2"},
    ],
)
def test_malformed(tmp_path: Path, change: build.Certificate) -> None:
    certificate = build.width("x/4", 589, EXACT, eta=ETA) | change
    assert check(tmp_path, certificate).status == "INVALID"


@pytest.mark.parametrize("name", ["W", "C", "b"])
@pytest.mark.parametrize("value", [math.nextafter(0.5, 1.0), -0.75])
def test_every_parameter_is_bounded(tmp_path: Path, name: str, value: float) -> None:
    certificate = build.width("x/4", 589, EXACT | {name: [value]}, eta=ETA)
    result = check(tmp_path, certificate)
    assert (result.status, "gamma" in result.reason) == ("REFUTED", True)


@pytest.mark.parametrize("eta", [0.0, -0.0625, 0.51])
def test_eta_out_of_range(tmp_path: Path, eta: float) -> None:
    assert check(tmp_path, build.width("x/4", 10**6, EXACT, eta=eta)).status == "REFUTED"


def test_an_astronomic_width_is_no_trouble(tmp_path: Path) -> None:
    certificate = build.width("x/4", 10**60, EXACT, eta=2.0**-96, delta="1/1000")
    assert check(tmp_path, certificate).status == "PROVED"
    certificate = build.width("x/4", 10**57, EXACT, eta=2.0**-96, delta="1/1000")
    assert check(tmp_path, certificate).status == "REFUTED"


def test_the_domain_counts(tmp_path: Path) -> None:
    # X = max |x| = 2 doubles most of what a mismatch costs
    certificate = build.width("x/4", 589, EXACT, eta=ETA)
    certificate["target"] = build.target("x/4", "0", "2")
    assert check(tmp_path, certificate).status == "REFUTED"
