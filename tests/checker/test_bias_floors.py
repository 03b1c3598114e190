"""Kind ``lower-given``: signs and kink budgets of given frozen weights (B6', B7, B8)."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest

from tests.checker import build
from verify.checker import CheckResult, check_file

LINE = {"from": [0.0], "to": [1.0]}
UP = {"W": [1.0, -1.0, 0.0], "C": [0.5, 2.0, -1.0]}  # W = 0 makes no kink: g is convex
BUDGET = {"W": [1.0, -1.0], "C": [0.25, -0.25], "points": [0.0, 0.25, 0.75, 1.0], **LINE}


def check(folder: Path, certificate: build.Certificate) -> CheckResult:
    return check_file(build.write(folder, certificate))


def status(folder: Path, *args: object, **more: object) -> str:
    return check(folder, build.given_weights(*args, **more)).status  # type: ignore[arg-type]


def test_a_convex_network_misses_a_cap(tmp_path: Path) -> None:
    # -x^2 rises 1/4 above its chord on [0, 1]
    arrays = UP | LINE | {"points": [0.0, 0.5, 1.0]}
    for name in ("B7", "B6'"):
        good = build.given_weights("-x**2", "1/8", arrays, theorem=name, kinks="negative")
        assert check(tmp_path, good).status == "PROVED"
        above = build.given_weights("-x**2", "126/1000", arrays, theorem=name, kinks="negative")
        assert check(tmp_path, above).status == "REFUTED"
        # a convex target is no trouble for it
        cup = build.given_weights("x**2", "1/8", arrays, theorem=name, kinks="negative")
        assert check(tmp_path, cup).status == "REFUTED"


def test_a_kink_of_the_other_sign_takes_a_triple_more(tmp_path: Path) -> None:
    arrays = {"W": [1.0, 1.0], "C": [1.0, -1.0], **LINE}
    one, two = {"points": [0.0, 0.5, 1.0]}, {"points": [0.0, 0.25, 0.5, 0.5, 0.75, 1.0]}
    more = {"theorem": "B6'", "kinks": "negative"}
    assert status(tmp_path, "-x**2", "1/8", arrays | one, **more) == "REFUTED"
    assert status(tmp_path, "-x**2", "1/32", arrays | two, **more) == "PROVED"
    assert status(tmp_path, "-x**2", "33/1000", arrays | two, **more) == "REFUTED"
    # mirrored: the same triples say nothing about positive kinks here, but do for x^2
    other = {"theorem": "B6'", "kinks": "positive"}
    assert status(tmp_path, "-x**2", "1/32", arrays | two, **other) == "REFUTED"
    assert status(tmp_path, "x**2", "1/32", arrays | two, **other) == "PROVED"


def test_signs_decide_how_many_triples_are_needed(tmp_path: Path) -> None:
    points = build.touching_triples(3)
    for negative in range(6):
        C = [-1.0] * negative + [1.0] * (6 - negative)
        arrays = {"W": [1.0] * 6, "C": C, "points": points, **LINE}
        found = status(tmp_path, "-x**2", "1/128", arrays, theorem="B6'", kinks="negative")
        assert found == ("PROVED" if negative <= 3 else "REFUTED")


def test_an_exact_budget(tmp_path: Path) -> None:
    # secant slopes 1/4 and 7/4, kinks of 1/2 in all: (3/2 - 1/2)/16
    assert status(tmp_path, "x**2", "1/16", BUDGET) == "PROVED"
    assert status(tmp_path, "x**2", "626/10000", BUDGET) == "REFUTED"
    # one unit rises by 1/4, and only that one counts: (3/2 - 1/4)/16
    assert status(tmp_path, "x**2", "5/64", BUDGET, kinks="positive") == "PROVED"
    assert status(tmp_path, "x**2", "6/64", BUDGET, kinks="positive") == "REFUTED"
    assert status(tmp_path, "x**2", "1/64", BUDGET, kinks="negative") == "REFUTED"
    assert status(tmp_path, "-x**2", "5/64", BUDGET, kinks="negative") == "PROVED"


@pytest.mark.parametrize("change", [{"C": [0.25, -0.26]}, {"W": [1.1, -1.0]}])
def test_a_larger_kink_than_claimed_with(tmp_path: Path, change: build.Certificate) -> None:
    assert status(tmp_path, "x**2", "1/16", BUDGET | change) == "REFUTED"


def test_one_interval_proves_nothing(tmp_path: Path) -> None:
    # without neighbours both sides of the inequality are 0, whatever is claimed
    flat = {"W": [0.0], "C": [1.0], **LINE}
    for kinks in ("all", "positive"):
        one = flat | {"points": [0.0, 1.0]}
        assert status(tmp_path, "x**2", "5", one, kinks=kinks) == "INVALID"
    three = flat | {"points": [0.0, 0.25, 0.5, 0.75, 0.875, 1.0]}
    assert status(tmp_path, "x**2", "1/1000", three, kinks="positive") == "INVALID"
    assert status(tmp_path, "x**2", "1/1000", three, kinks="all") == "PROVED"


@pytest.mark.parametrize("theorem", ["B6'", "B8"])
@pytest.mark.parametrize(
    "points", [[0.0, 0.5, 0.4, 0.6, 0.7, 1.0], [0.0, 0.1, 0.2, 0.2, 0.3, 1.5],
               [-0.1, 0.1, 0.2, 0.3, 0.5, 0.6], [0.0, 0.0, 0.1, 0.2, 0.3, 0.4]]
)  # fmt: skip
def test_points_out_of_place(tmp_path: Path, theorem: str, points: list[float]) -> None:
    arrays = UP | LINE | {"points": points}
    result = check(
        tmp_path, build.given_weights("-x**2", "0", arrays, theorem=theorem, kinks="negative")
    )
    assert result.status in ("REFUTED", "INVALID")


@pytest.mark.parametrize(
    "change",
    [
        {"theorem": "B9"},
        {"theorem": ["B8"]},
        {"kinks": "most"},
        {"theorem": "B6'"},  # with all kinks
        {"width": 3},
        {"norm": "L2"},
        {"bound": {"direction": "upper", "value": "1/16"}},
    ],
)
def test_malformed(tmp_path: Path, change: build.Certificate) -> None:
    assert check(tmp_path, build.given_weights("x**2", "1/16", BUDGET) | change).status == "INVALID"


@pytest.mark.parametrize("count", ["3", "1/2", "0", "-2", "99999999999"])
def test_count_must_fit(tmp_path: Path, count: str) -> None:
    certificate = build.given_weights("x**2", "1/16", BUDGET)
    certificate["witness"]["scalars"]["count"] = count
    assert check(tmp_path, certificate).status == "INVALID"


def test_several_variables_along_a_segment(tmp_path: Path) -> None:
    # on the diagonal of the square -(x0 + x1)^2/4 is -s^2, a cap of 1/4
    arrays = {
        "W": [1.0, 0.5, 0.0, -2.0], "C": [1.0, 3.0], "points": [0.0, 0.5, 1.0],
        "from": [0.0, 0.0], "to": [1.0, 1.0],
    }  # fmt: skip
    more = {"theorem": "B7", "kinks": "negative", "domain": ("0", "1", "0", "1")}
    f = "-(x0+x1)**2/4"
    assert status(tmp_path, f, "1/8", arrays, **more) == "PROVED"
    assert status(tmp_path, f, "127/1000", arrays, **more) == "REFUTED"
    outside = arrays | {"to": [1.0, math.nextafter(1.0, 2.0)]}
    assert status(tmp_path, f, "1/8", outside, **more) == "REFUTED"
    across = arrays | {"from": [0.0, 1.0], "to": [1.0, 0.0]}  # constant along it
    assert status(tmp_path, f, "1/8", across, **more) == "REFUTED"
    # kinks along the diagonal: |1 + 1/2| + 3 |0 - 2| = 7.5, the slope of 4 f falls by 7 only
    budget = arrays | {"points": [0.0, 0.125, 0.875, 1.0]}
    square = {"kinks": "all", "domain": ("0", "1", "0", "1")}
    assert status(tmp_path, "-4*(x0+x1)**2/4", "1/1000", budget, **square) == "REFUTED"
    assert status(tmp_path, "-6*(x0+x1)**2/4", "3/32", budget, **square) == "PROVED"
    assert status(tmp_path, "-6*(x0+x1)**2/4", "95/1000", budget, **square) == "REFUTED"


def test_no_network_with_the_given_weights_beats_a_proved_bound(tmp_path: Path) -> None:
    rng = random.Random(3)
    W, C = [rng.uniform(-1, 1) for _ in range(6)], [rng.uniform(-1, 1) for _ in range(6)]
    points = [0.0, 0.3, 0.6, 1.0]
    arrays = {"W": W, "C": C, "points": points, **LINE}
    budget = sum(abs(c * w) for w, c in zip(W, C, strict=True))
    f = "4*x**2"
    bound = (4 * (1.6 - 0.3) - budget) / (2 / 0.3 + 2 / 0.4)
    assert bound > 0.1
    assert status(tmp_path, f, build.text(bound - 1e-9), arrays) == "PROVED"
    assert status(tmp_path, f, build.text(bound + 1e-9), arrays) == "REFUTED"
    grid = [k / 50 for k in range(51)]
    for _ in range(300):
        b = [rng.uniform(-1.5, 1.5) for _ in W]
        net = {"W": W, "C": C, "b": b}
        worst = max(abs(4 * x * x - build.network_values(net, 0.0, x)) for x in grid)
        assert worst >= bound


def test_a_side_file(tmp_path: Path) -> None:
    good = build.given_weights("x**2", "1/16", BUDGET, folder=tmp_path)
    assert check(tmp_path, good).status == "PROVED"
    name = good["witness"]["file"]["name"]
    content = bytearray((tmp_path / name).read_bytes())
    content[0] ^= 1
    (tmp_path / name).write_bytes(bytes(content))
    assert check(tmp_path, good).status == "INVALID"
