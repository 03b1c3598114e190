"""Kind ``lower-turn``: what a permutation without read-out cannot follow."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.checker import build
from theory.targets.target import Target
from verify import certificates
from verify.checker import check_file
from verify.sandwiches.lower import turn_lower
from verify.sandwiches.request import PermutationRequest


def status(folder: Path, certificate: build.Certificate) -> str:
    return check_file(build.write(folder, certificate)).status


def test_the_bound_and_its_neighbours(tmp_path: Path) -> None:
    """8 x^2 at n = 9, all numbers dyadic: D = 16 (1 - d), E = (D - 4 + 6 d) d/4, d = 1/8."""
    d = Fraction(1, 8)
    best = (16 * (1 - d) - 4 + 6 * d) * d / 4
    assert status(tmp_path, build.turning("8*x**2", best, 9)) == "PROVED"
    assert status(tmp_path, build.turning("8*x**2", best / 2, 9)) == "PROVED"
    assert status(tmp_path, build.turning("-8*x**2+x", best, 9)) == "PROVED"
    for factor in (Fraction(105, 100), 1 + Fraction(1, 10**9)):
        assert status(tmp_path, build.turning("8*x**2", best * factor, 9)) == "REFUTED"
    assert status(tmp_path, build.turning("x**2", "1/1000", 9)) == "REFUTED"


@pytest.mark.parametrize("domain", [("0", "1"), ("-1", "2"), ("1/3", "1/2")])
@pytest.mark.parametrize("width", [5, 40, 1001])
def test_what_the_library_writes(tmp_path: Path, domain: tuple[str, str], width: int) -> None:
    a, b = (Fraction(end) for end in domain)
    target = Target.parse(f"9*((x-({a}))/({b - a}))**3", a, b)
    found = turn_lower(PermutationRequest(target, width, readout=False))
    assert found is not None
    path = certificates.turn_certificate(target, width, found.value).write(tmp_path / "t.json")
    assert check_file(path).status == "PROVED"
    more = certificates.turn_certificate(target, width, found.value * 1.0001)
    assert check_file(more.write(tmp_path / "u.json")).status == "REFUTED"


def test_nothing_to_say() -> None:
    steep = Target.parse("8*x**2")
    assert turn_lower(PermutationRequest(steep, 20)) is None
    assert turn_lower(PermutationRequest(steep, 20, readout=False, placement="random")) is None
    assert turn_lower(PermutationRequest(Target.parse("x**2"), 20, readout=False)) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"width": 3},
        {"width": "9"},
        {"norm": "L2"},
        {"target": build.target("8*x0*x1")},
        {"target": build.target("8*x**2", "1", "1")},
        {"witness": {"scalars": {}, "arrays": {"p": []}}},
        {"witness": {"scalars": {"N": "1"}, "arrays": {}}},
        {"bound": {"direction": "upper", "value": "1/4"}},
        {"readout": False},
    ],
)
def test_malformed(tmp_path: Path, changed: build.Certificate) -> None:
    good = build.turning("8*x**2", "1/4", 9)
    assert status(tmp_path, good) == "PROVED"
    assert status(tmp_path, good | changed) == "INVALID"
