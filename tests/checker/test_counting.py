"""Kind ``counting``: an integer and a quotient."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import pytest

from tests.checker import build
from verify.checker import check_file
from verify.checks.counting import EXACT_WIDTH, floor_log2_factorial


def status(folder: Path, certificate: build.Certificate) -> str:
    return check_file(build.write(folder, certificate)).status


@pytest.mark.parametrize("n", [2, 3, 5, 320, 5000])
@pytest.mark.parametrize("readout", [False, True])
def test_the_bound_and_its_neighbours(tmp_path: Path, n: int, readout: bool) -> None:
    count = math.factorial(2 * n) // (1 if readout else 2)
    N = count.bit_length()  # floor(log2) + 1
    best = Fraction(7, 3) / (2 * N if readout else N)

    def verdict(value: Fraction, N: int = N) -> str:
        return status(tmp_path, build.counting(n, value, N=N, L="7/3", readout=readout))

    assert verdict(best) == "PROVED"
    assert verdict(best / 2) == "PROVED"
    assert verdict(best * (1 + Fraction(1, 10**6))) == "REFUTED"
    assert verdict(best / 2, N + 1) == "REFUTED"
    assert verdict(best / 2, N - 1) == "REFUTED"


@pytest.mark.parametrize("count", [1, 2, 3, 4, 100, 2 * EXACT_WIDTH, 2 * EXACT_WIDTH + 1, 30_000])
def test_logarithms_of_factorials(count: int) -> None:
    assert floor_log2_factorial(count) == math.factorial(count).bit_length() - 1


def test_the_largest_width_is_quick(tmp_path: Path) -> None:
    n = 10**8
    result = check_file(build.write(tmp_path, build.counting(n, "0", N=1, readout=True)))
    assert result.status == "REFUTED"
    N = int(result.reason.split()[2])
    assert abs(N - math.lgamma(2 * n + 1) / math.log(2)) < 10
    true = build.counting(n, Fraction(1, 2 * N), N=N, readout=True)
    result = check_file(build.write(tmp_path, true))
    assert result.status == "PROVED"
    assert result.seconds < 1


@pytest.mark.parametrize(
    "changed",
    [
        {"width": 1},
        {"width": 0},
        {"width": 10**8 + 1},
        {"width": "5"},
        {"width": None},
        {"lipschitz": "0"},
        {"lipschitz": "-1"},
        {"lipschitz": "1.5"},
        {"lipschitz": 1},
        {"readout": "true"},
        {"readout": 0},
        {"witness": {"scalars": {"N": "22"}, "arrays": {"p": []}}},
        {"witness": {"scalars": {"N": "22"}}},
        {"witness": {"scalars": {}, "arrays": {}}},
        {"witness": {"scalars": {"N": 22}, "arrays": {}}},
        {"witness": {"scalars": {"N": "22"}, "file": {}}},
        {"witness": []},
        {"target": {}},
        {"norm": "sup"},
    ],
)
def test_malformed(tmp_path: Path, changed: build.Certificate) -> None:
    good = build.counting(5, "1/44", N=22, readout=True)
    assert status(tmp_path, good) == "PROVED"
    assert status(tmp_path, good | changed) == "INVALID"
