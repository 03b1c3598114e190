"""Kind ``upper`` for permutation networks: the constraint is checked bit by bit."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.checker import build
from verify.checker import CheckResult, check_file

N = 9
DRAW = {"family": "permutation", "seed": "7"}


def check(folder: Path, certificate: build.Certificate) -> CheckResult:
    return check_file(build.write(folder, certificate))


def dealt(initial: Sequence[float], seed: int = 1) -> tuple[list[float], list[float]]:
    """A random arrangement (p, q) of the initial values."""
    values = [v + 0.0 for v in initial]
    random.Random(seed).shuffle(values)
    return values[: len(values) // 2], values[len(values) // 2 :]


def both_signs(values: Sequence[float]) -> list[float]:
    return [*values, *(-v + 0.0 for v in values)]


def arrays(
    locations: Sequence[float], initial: Sequence[float], seed: int = 1
) -> dict[str, list[float]]:
    p, q = dealt(initial, seed)
    return {"locations": list(locations), "p": p, "q": q}


def supremum(network: dict[str, list[float]], alpha: float, gamma: float) -> Fraction:
    """sup |g| on [0, 1] for locations with 0 and 1 among them: g is linear in between."""

    def g(x: float) -> Fraction:
        total = Fraction(0)
        for t, p, q in zip(network["locations"], network["p"], network["q"], strict=True):
            z = Fraction(x) - Fraction(t)
            total += Fraction(p) * z if z > 0 else -Fraction(q) * z
        return Fraction(alpha) + Fraction(gamma) * total

    return max(abs(g(x)) for x in network["locations"])


BASE = arrays(build.equidistant(N), both_signs(build.unit(N)))
TIGHT = supremum(BASE, 0.25, 1.5)


def base(value: Fraction = TIGHT, **changed: Any) -> build.Certificate:
    """The best bound of a permutation network on f = 0, and mutations of its parts."""
    return build.permutation("0", value, BASE | changed, alpha=0.25, gamma=1.5)


def nextafter(values: Sequence[float], index: int) -> list[float]:
    result = list(values)
    result[index] = math.nextafter(result[index], 2.0)
    return result


def swapped(values: Sequence[float], i: int, j: int) -> list[float]:
    result = list(values)
    result[i], result[j] = result[j], result[i]
    return result


def test_the_exact_bound_is_proved_and_less_is_refuted(tmp_path: Path) -> None:
    assert check(tmp_path, base()).status == "PROVED"
    assert check(tmp_path, base(TIGHT * (1 - Fraction(1, 10**6)))).status == "REFUTED"
    assert check(tmp_path, base(TIGHT - Fraction(1, 2**500))).status == "REFUTED"


@pytest.mark.parametrize("index", range(N))
@pytest.mark.parametrize("name", ["locations", "p", "q"])
def test_the_last_bit_counts(tmp_path: Path, name: str, index: int) -> None:
    mutated = base(TIGHT + 1, **{name: nextafter(BASE[name], index)})
    result = check(tmp_path, mutated)
    assert result.status == "REFUTED"
    assert ("permutation" if name != "locations" else "rule") in result.reason


def test_swapped_locations_are_refuted(tmp_path: Path) -> None:
    mutated = base(TIGHT + 1, locations=swapped(BASE["locations"], 3, 4))
    assert check(tmp_path, mutated).status == "REFUTED"


def test_swapped_coefficients_are_another_network(tmp_path: Path) -> None:
    found = set()
    for i in range(N):
        for j in range(i):
            p = swapped(BASE["p"], i, j)
            expected = supremum(BASE | {"p": p}, 0.25, 1.5) <= TIGHT
            result = check(tmp_path, base(p=p))
            assert result.status == ("PROVED" if expected else "REFUTED")
            found.add(result.status)
    assert found == {"PROVED", "REFUTED"}


@pytest.mark.parametrize(
    "mutated",
    [
        {"p": [BASE["p"][1], *BASE["p"][1:]]},  # a value twice
        {"p": [-v for v in BASE["p"]]},
        {"q": [v + 0.0 for v in [0.0] * N]},
    ],
)
def test_no_permutation(tmp_path: Path, mutated: dict[str, list[float]]) -> None:
    assert check(tmp_path, base(Fraction(1000), **mutated)).status == "REFUTED"


def test_negative_zero_is_no_zero(tmp_path: Path) -> None:
    for name in ("p", "q"):
        values = [-v if v == 0.0 else v for v in BASE[name]]
        side = build.permutation(
            "0", TIGHT, BASE | {name: values}, alpha=0.25, gamma=1.5, folder=tmp_path
        )
        has_zero = 0.0 in BASE[name]
        assert check(tmp_path, side).status == ("REFUTED" if has_zero else "PROVED")

    locations = [-0.0, *BASE["locations"][1:]]
    side = build.permutation("0", "9", BASE | {"locations": locations}, folder=tmp_path)
    assert check(tmp_path, side).status == "REFUTED"


def fl(value: Fraction) -> float:
    return float(value) + 0.0


def case(rule: str, domain: tuple[str, str]) -> tuple[dict[str, Any], list[float], list[float]]:
    """Declared network, locations and initial values of a rule, derived here from the text."""
    low, high = (Fraction(end) for end in domain)
    n = N
    equidistant = build.equidistant(n, low, high)
    if rule == "location":
        return {}, equidistant, both_signs(build.unit(n))
    if rule == "linspace":
        initial = [fl(Fraction(2 * k - (2 * n - 1), 2 * n - 1)) for k in range(2 * n)]
        return {"initial": {"rule": "linspace"}}, equidistant, initial
    if rule == "drawn-pairs":
        u = build.stream("permutation", 7, n)
        declared = {"initial": {"rule": "drawn-pairs", "range": "1"}, "draw": DRAW}
        return declared, equidistant, both_signs(u)
    # Locations come first in the stream.
    r_loc, r = (1.0, 1.0) if rule == "drawn-location" else (0.7, 0.1)
    u = build.stream("permutation", 7, 3 * n)
    v = sorted(r_loc * x for x in u[:n])
    locations = [fl((low + high) / 2 + (high - low) / 2 * Fraction(x)) for x in v]
    place = {"rule": "drawn", "range": build.dyadic(r_loc)}
    if rule == "drawn-location":
        initial = both_signs([(x + 1.0) / 2 for x in v])
        return {"locations": place, "draw": DRAW}, locations, initial
    start = {"rule": "drawn", "range": build.dyadic(r)}
    declared = {"locations": place, "initial": start, "draw": DRAW}
    return declared, locations, [r * x for x in u[n:]]


RULES = ["location", "linspace", "drawn-pairs", "drawn-location", "drawn"]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("domain", [("0", "1"), ("-1", "1"), ("-1/3", "2/7")])
def test_declared_rules(tmp_path: Path, rule: str, domain: tuple[str, str]) -> None:
    declared, locations, initial = case(rule, domain)
    network = arrays(locations, initial)
    generous = build.permutation("sin(x)", "1000", network, domain=domain, **declared)
    assert check(tmp_path, generous).status == "PROVED"
    off = network | {"locations": nextafter(locations, 4)}
    result = check(tmp_path, build.permutation("sin(x)", "1000", off, domain=domain, **declared))
    assert result.status == "REFUTED"
    off = network | {"q": nextafter(network["q"], 2)}
    result = check(tmp_path, build.permutation("sin(x)", "1000", off, domain=domain, **declared))
    assert result.status == "REFUTED"
    if declared.get("draw"):
        other = declared | {"draw": DRAW | {"seed": "8"}}
        result = check(tmp_path, build.permutation("x", "1000", network, domain=domain, **other))
        assert result.status == "REFUTED"


def test_given_locations_and_values(tmp_path: Path) -> None:
    locations = [-0.5, 0.0, 0.25, 0.25, 2.0]
    initial = [random.Random(3).uniform(-1, 1) for _ in range(10)]
    declared = {"locations": {"rule": "given"}, "initial": {"rule": "given"}}
    network = arrays(locations, initial) | {"initial": initial}
    for folder in (None, tmp_path):
        true = build.permutation("x", "100", network, folder=folder, **declared)
        assert check(tmp_path, true).status == "PROVED"
    off = network | {"initial": nextafter(initial, 0)}
    result = check(tmp_path, build.permutation("x", "100", off, **declared))
    assert result.status == "REFUTED"
    descending = network | {"locations": swapped(locations, 0, 1)}
    result = check(tmp_path, build.permutation("x", "100", descending, **declared))
    assert result.status == "REFUTED"


@pytest.mark.parametrize("domain", [("0", "1"), ("0", "3"), ("-1/3", "2/7")])
def test_without_readout(tmp_path: Path, domain: tuple[str, str]) -> None:
    low, high = (Fraction(end) for end in domain)
    network = arrays(build.equidistant(N, low, high), both_signs(build.unit(N)))
    gamma = float(1 / (high - low))

    def verdict(alpha: float, gamma: float) -> str:
        certificate = build.permutation(
            "x", "1000", network, alpha=alpha, gamma=gamma, domain=domain, readout=False
        )
        return check(tmp_path, certificate).status

    assert verdict(0.0, gamma) == "PROVED"
    assert verdict(5e-324, gamma) == "REFUTED"
    assert verdict(0.0, math.nextafter(gamma, 9.0)) == "REFUTED"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"form": "perm"}, "form"),
        ({"width": N + 1}, "list of"),
        ({"width": -1}, "width"),
        ({"width": True}, "width"),
        ({"width": str(N)}, "width"),
        ({"width": 10**12}, "width"),
        ({"readout": 1}, "readout"),
        ({"readout": None}, "readout"),
        ({"locations": {"rule": "sorted"}}, "rule"),
        ({"locations": "equidistant"}, "rule"),
        ({"locations": {"rule": ["given"]}}, "rule"),
        ({"locations": {"rule": "equidistant", "range": "1"}}, "range"),
        ({"locations": {"rule": "drawn", "range": "1"}}, "draw"),
        ({"locations": {"rule": "drawn"}, "draw": DRAW}, "range"),
        ({"locations": {"rule": "drawn", "range": "0"}, "draw": DRAW}, "range"),
        ({"locations": {"rule": "drawn", "range": "-1"}, "draw": DRAW}, "range"),
        ({"locations": {"rule": "drawn", "range": "1e3"}, "draw": DRAW}, "range"),
        ({"locations": {"rule": "drawn", "range": "1/2"}, "draw": DRAW}, "location"),
        ({"locations": {"rule": "given"}}, "location"),
        ({"locations": {"rule": "drawn", "range": "1*2^5000"}, "draw": DRAW}, "float64"),
        ({"initial": {"rule": "drawn", "range": "1"}}, "draw"),
        ({"initial": {"rule": "given"}}, "initial"),
        ({"initial": None}, "rule"),
        ({"draw": {"family": "bias", "seed": "1"}}, "draw"),
        ({"draw": {"family": "permutation", "seed": 1}}, "draw"),
        ({"draw": {"family": "permutation", "seed": "01"}}, "draw"),
        ({"draw": {"family": "permutation", "seed": "9" * 50}}, "draw"),
        ({"draw": {"family": "permutation"}}, "draw"),
        ({"draw": "7"}, "draw"),
        ({"seed": "7"}, "seed"),
    ],
)
def test_malformed_networks(tmp_path: Path, changed: dict[str, Any], reason: str) -> None:
    certificate = build.permutation("x", "1000", BASE, **changed)
    result = check(tmp_path, certificate)
    assert result.status == "INVALID"
    assert reason in result.reason


def test_one_equidistant_location_is_no_rule(tmp_path: Path) -> None:
    network = {"locations": [0.0], "p": [0.0], "q": [0.0]}
    assert check(tmp_path, build.permutation("x", "2", network)).status == "INVALID"


def test_domains_beyond_float64_are_invalid(tmp_path: Path) -> None:
    far = "1" + "0" * 400
    result = check(tmp_path, build.permutation("x", "1", BASE, domain=("0", far)))
    assert result.status == "INVALID"
    near = f"1/{far}"
    result = check(tmp_path, build.permutation("x", "1", BASE, domain=("0", near), readout=False))
    assert result.status in {"INVALID", "REFUTED"}
