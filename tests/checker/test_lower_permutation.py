"""Kind ``lower-permutation``: the checker goes through every permutation itself."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.checker import build
from theory.targets.target import Target
from verify.certificates import permutation_certificate
from verify.checker import CheckResult, check_file
from verify.optima.sup import sup_optimum
from verify.optima.witness import witness

HALVES = [0.0, 0.5, 1.0]


def check(folder: Path, certificate: build.Certificate) -> CheckResult:
    return check_file(build.write(folder, certificate))


@pytest.mark.parametrize("text", ["sin(2*pi*x)", "exp(x)", "abs(x-1/3)", "sqrt(x)"])
@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("readout", [True, False])
def test_the_optimum_is_proved_and_nothing_above(
    tmp_path: Path, text: str, n: int, readout: bool
) -> None:
    target = Target.parse(text, 0, 1)
    found = sup_optimum(target, n, readout=readout)
    shown = witness(target, n, found.lower, readout=readout)
    assert shown.bound > found.upper * (1 - 1e-6)
    for bound, status in ((shown.bound, "PROVED"), (found.upper * 1.00001, "REFUTED")):
        path = permutation_certificate(
            target, n, bound, shown.points, shown.triples, readout=readout
        ).write(tmp_path / "lower-permutation.json")
        assert check_file(path).status == status


def test_four_locations_on_another_domain(tmp_path: Path) -> None:
    target = Target.parse("exp(x)*cos(3*x)", -1, Fraction(1, 3))
    found = sup_optimum(target, 4, readout=True)
    shown = witness(target, 4, found.lower, readout=True)
    path = permutation_certificate(
        target, 4, shown.bound, shown.points, shown.triples, readout=True
    ).write(tmp_path / "lower-permutation.json")
    assert check_file(path).status == "PROVED"


@pytest.mark.slow
def test_five_locations(tmp_path: Path) -> None:
    target = Target.parse("sin(2*pi*x)")
    for readout in (True, False):
        found = sup_optimum(target, 5, readout=readout)
        shown = witness(target, 5, found.lower, readout=readout)
        path = permutation_certificate(
            target, 5, shown.bound, shown.points, shown.triples, readout=readout
        ).write(tmp_path / "lower-permutation.json")
        assert check_file(path).status == "PROVED"


def test_exactly_tight_bounds(tmp_path: Path) -> None:
    # n = 2: lines only; x^2 is 1/8 from the best of all, 1/4 from the best with slope 0 or +-1
    good = build.permutations("x**2", "1/8", 2, HALVES, [0.0, 1.0, 2.0])
    assert check(tmp_path, good).status == "PROVED"
    above = Fraction(1, 8) + Fraction(1, 2**80)
    assert check(tmp_path, build.permutations("x**2", above, 2, HALVES, [0, 1, 2])).status == (
        "REFUTED"
    )
    fixed = build.permutations("x**2", "1/4", 2, HALVES, readout=False)
    assert check(tmp_path, fixed).status == "PROVED"
    assert check(tmp_path, fixed | {"readout": True}).status == "REFUTED"
    above = Fraction(1, 4) + Fraction(1, 2**80)
    assert check(tmp_path, build.permutations("x**2", above, 2, HALVES, readout=False)).status == (
        "REFUTED"
    )


def test_every_network_counts(tmp_path: Path) -> None:
    """Points that show the bound for all networks but those of one shape prove nothing."""
    n = 3
    x = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    f = x * x
    values = [*range(n), *(-v for v in range(n))]
    errors = []
    for order in set(itertools.permutations(values)):
        p, q = np.array(order[:n]), np.array(order[n:])
        h = [sum(p[i] / 2 * max(t - i / 2, 0) + q[i] / 2 * max(i / 2 - t, 0) for i in range(n))
             for t in x]  # fmt: skip
        errors.append(float(np.abs(f - np.array(h)).max()))
    best = min(errors)
    good = build.permutations("x**2", best, n, x.tolist(), readout=False)
    assert check(tmp_path, good).status == "PROVED"
    more = build.permutations("x**2", best + 2.0**-40, n, x.tolist(), readout=False)
    assert check(tmp_path, more).status == "REFUTED"
    assert sum(error < best + 2.0**-40 for error in errors) < len(errors) / 20


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"width": 1}, "INVALID"),
        ({"width": 6}, "INVALID"),
        ({"readout": "yes"}, "INVALID"),
        ({"norm": "L2"}, "INVALID"),
        ({"bound": {"direction": "upper", "value": "1/8"}}, "INVALID"),
        ({"width": 3}, "REFUTED"),  # three locations do better
    ],
)
def test_mutations(tmp_path: Path, change: dict[str, Any], status: str) -> None:
    good = build.permutations("x**2", "1/8", 2, HALVES, [0.0, 1.0, 2.0])
    assert check(tmp_path, good | change).status == status


@pytest.mark.parametrize(
    ("points", "triples", "status"),
    [
        ([0.0, 1.0, 0.5], [0, 1, 2], "REFUTED"),
        ([0.0, 0.5, 1.5], [0, 1, 2], "REFUTED"),
        ([-0.5, 0.5, 1.0], [0, 1, 2], "REFUTED"),
        (HALVES, [0, 1, 3], "INVALID"),
        (HALVES, [0, 1, 0.5], "INVALID"),
        (HALVES, [0, 1, -1], "INVALID"),
        (HALVES, [0, 1], "INVALID"),
        (HALVES, [], "REFUTED"),
        (HALVES, [1, 1, 1], "REFUTED"),
    ],
)
def test_bad_witnesses(
    tmp_path: Path, points: list[float], triples: list[float], status: str
) -> None:
    assert check(tmp_path, build.permutations("x**2", "1/8", 2, points, triples)).status == status


def test_a_function_without_values_is_never_proved(tmp_path: Path) -> None:
    for expression in ("log(x-1/2)", "1/x", "tan(1/(x-x))"):
        result = check(tmp_path, build.permutations(expression, "1/8", 2, HALVES, [0, 1, 2]))
        assert result.status == "UNDECIDED"
