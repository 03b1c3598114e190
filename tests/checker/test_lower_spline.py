"""Kind ``lower-spline``: a profile that vanishes at the knots annihilates what bends there only."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.checker import build
from verify.checker import CheckResult, check_file


def check(folder: Path, certificate: build.Certificate) -> CheckResult:
    return check_file(build.write(folder, certificate))


def test_an_exactly_tight_bound(tmp_path: Path) -> None:
    # x^2 leaves its chord over a cell of length 1/4 by 1/64, so a line by 1/128
    good = build.spline("x**2", "1/128", 5, [0.375], [2.0])
    assert check(tmp_path, good).status == "PROVED"
    above = build.spline("x**2", Fraction(1, 128) + Fraction(1, 2**300), 5, [0.375], [2.0])
    assert check(tmp_path, above).status == "REFUTED"


def test_alternating_tents_beat_one_cell(tmp_path: Path) -> None:
    # cos(4 pi x) on knots 0, 1/4, 1/2, ...: the bends alternate, so no broken line follows them
    f, points = "cos(4*pi*x+pi/2)", [0.125, 0.375, 0.625, 0.875]
    assert check(tmp_path, build.spline(f, "1/2", 5, points[:1], [1.0])).status != "REFUTED"
    both = build.spline(f, "9/10", 5, points, [1.0, -1.0, 1.0, -1.0])
    single = build.spline(f, "9/10", 5, points[:1], [1.0])
    same = build.spline(f, "9/10", 5, points, [1.0, 1.0, 1.0, 1.0])
    assert check(tmp_path, single).status == "REFUTED"
    assert check(tmp_path, same).status == "REFUTED"
    # jumps of M' at the points 8, 16, 16, 8 in size (the inner knots carry none), at the ends 8
    for value, status in (("799/1000", "PROVED"), ("801/1000", "REFUTED")):
        claimed = both | {"bound": {"direction": "lower", "value": value}}
        assert check(tmp_path, claimed).status == status


@pytest.mark.parametrize("seed", range(4))
def test_no_broken_line_beats_a_proved_bound(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    knots = np.arange(6) / 5
    points = np.sort(rng.uniform(0, 1, 7))
    heights = rng.normal(size=7)
    places = np.unique(np.concatenate([knots, points]))
    profile = np.where(np.isin(places, points), np.interp(places, points, heights), 0.0)
    slopes = np.concatenate([[0.0], np.diff(profile) / np.diff(places), [0.0]])
    jumps = np.diff(slopes)
    bound = abs(float(jumps @ np.exp(places))) / float(np.abs(jumps).sum())
    for factor, status in ((1 - 1e-9, "PROVED"), (1 + 1e-9, "REFUTED")):
        claimed = build.spline("exp(x)", bound * factor, 6, points.tolist(), heights.tolist())
        assert check(tmp_path, claimed).status == status
    for _ in range(50):
        line = np.exp(knots) + rng.normal(scale=0.02, size=6)
        error = np.abs(np.exp(places) - np.interp(places, knots, line)).max()
        assert error >= bound * (1 - 1e-12)


def test_a_false_version_is_refuted(tmp_path: Path) -> None:
    # One more knot, under the tent: the profile would not vanish there, and the bound is false.
    tent = {"points": [0.125], "heights": [1.0]}
    honest = build.spline("x**2", "1/128", 2, **tent, locations=[0.0, 0.25])
    assert check(tmp_path, honest).status == "PROVED"
    for knots in ([0.0, 0.1, 0.25], [0.0, 0.125, 0.25], [0.0, 0.2, 0.25]):
        more = build.spline("x**2", "1/128", 3, **tent, locations=knots)
        assert check(tmp_path, more).status == "REFUTED"


@pytest.mark.parametrize(
    ("points", "heights"),
    [
        ([0.125], [0.0]),  # nothing at all
        ([0.125, 0.375], [0.0, 0.0]),
        ([0.25], [1.0]),  # on a knot
        ([0.125, 0.125], [1.0, 1.0]),
        ([0.375, 0.125], [1.0, -1.0]),
        ([0.0], [1.0]),  # on an end
        ([1.0], [1.0]),
        ([-0.125], [1.0]),
        ([math.nextafter(1.0, 2.0)], [1.0]),
    ],
)
def test_profiles_out_of_place(tmp_path: Path, points: list[float], heights: list[float]) -> None:
    result = check(tmp_path, build.spline("x**2", "1*2^-60", 5, points, heights))
    assert result.status == "REFUTED"
    assert "point" in result.reason or "heights" in result.reason


def test_ends_of_the_domain_are_exact(tmp_path: Path) -> None:
    # fl(1/3) lies below 1/3, so the first cell begins at 1/3; fl(2/3) below 2/3 is a knot inside.
    ends = ("1/3", "2/3")
    inside = [1 / 3 + 1 / 12]
    good = build.spline("x**2", "1*2^-20", 3, inside, [1.0], domain=ends)
    assert check(tmp_path, good).status == "PROVED"
    beyond = build.spline("x**2", "1*2^-20", 3, [1 / 3], [1.0], domain=ends)
    assert check(tmp_path, beyond).status == "REFUTED"
    last = build.spline("x**2", "1*2^-20", 3, [2 / 3], [1.0], domain=ends)
    assert check(tmp_path, last).status == "REFUTED"


def test_locations_must_ascend_and_match(tmp_path: Path) -> None:
    tent = {"points": [0.125], "heights": [1.0]}
    falling = build.spline("x**2", "1*2^-20", 3, **tent, locations=[0.0, 0.5, 0.25])
    assert check(tmp_path, falling).status == "REFUTED"
    good = build.spline("x**2", "1*2^-20", 3, **tent)
    for change in (
        {"width": 0},
        {"width": 1},  # equidistant needs two
        {"locations": {"rule": "drawn"}},
        {"locations": {"rule": "given"}},  # without them
        {"locations": None},
        {"norm": "L2"},
        {"bound": {"direction": "upper", "value": "1"}},
    ):
        assert check(tmp_path, good | change).status == "INVALID", change


def test_a_function_without_values_is_never_proved(tmp_path: Path) -> None:
    for expression in ("log(x-1/2)", "1/x", "sqrt(x-1/2)", "tan(1/(x-x))"):
        result = check(tmp_path, build.spline(expression, "1*2^-20", 5, [0.125], [1.0]))
        assert result.status in {"UNDECIDED", "REFUTED"}, expression
