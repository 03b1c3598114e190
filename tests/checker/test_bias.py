"""Networks of form ``bias``: frozen weights bit by bit, and every false variation refuted."""

from __future__ import annotations

import hashlib
import math
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.checker import build
from verify.checker import check_file
from verify.checks.draws import uniform

# x^2 at multiples of 1/4 exactly, off by 1/64 between them.
ARRAYS, _ = build.interpolant(lambda x: x * x, 4)
EXACT = Fraction(1, 64)


def status(folder: Path, certificate: build.Certificate) -> str:
    return check_file(build.write(folder, certificate)).status


def drawn(n: int = 6, seed: str = "7", half_width: float = 0.75) -> dict[str, list[float]]:
    stream = [half_width * u for u in uniform("bias", seed, 2 * n)]
    return {"W": stream[:n], "C": stream[n:], "b": [0.125 * (k - 2) for k in range(n)]}


def named(seed: str = "7", half_width: str = "3/4", family: str = "bias") -> dict[str, Any]:
    return {"range": half_width, "draw": {"family": family, "seed": seed}}


def test_given_weights_are_proved_and_the_bound_is_sharp(tmp_path: Path) -> None:
    assert status(tmp_path, build.bias("x**2", EXACT, ARRAYS)) == "PROVED"
    assert status(tmp_path, build.bias("x**2", EXACT, ARRAYS, folder=tmp_path)) == "PROVED"
    tighter = EXACT * (1 - Fraction(1, 10**6))
    assert status(tmp_path, build.bias("x**2", tighter, ARRAYS)) == "REFUTED"


def test_a_declared_draw_is_regenerated(tmp_path: Path) -> None:
    for half_width, text in ((0.75, "3/4"), (0.1, "1/10"), (0.1, build.dyadic(0.1))):
        arrays = drawn(half_width=half_width)
        good = build.bias("x", 9, arrays, **named(half_width=text))
        assert status(tmp_path, good) == "PROVED"


@pytest.mark.parametrize("name", ["W", "C"])
@pytest.mark.parametrize("place", [0, 3, 5])
def test_one_bit_of_a_frozen_weight(tmp_path: Path, name: str, place: int) -> None:
    arrays = drawn()
    arrays[name][place] = math.nextafter(arrays[name][place], 1.0)
    assert status(tmp_path, build.bias("x", 9, arrays, **named())) == "REFUTED"


def test_swapped_weights_and_other_seeds(tmp_path: Path) -> None:
    arrays = drawn()
    arrays["W"][0], arrays["W"][1] = arrays["W"][1], arrays["W"][0]
    assert status(tmp_path, build.bias("x", 9, arrays, **named())) == "REFUTED"
    swapped = drawn()
    swapped["W"], swapped["C"] = swapped["C"], swapped["W"]
    assert status(tmp_path, build.bias("x", 9, swapped, **named())) == "REFUTED"
    for wrong in (named(seed="8"), named(half_width="1/2"), named(half_width="751/1000")):
        assert status(tmp_path, build.bias("x", 9, drawn(), **wrong)) == "REFUTED"


def test_biases_are_free_but_the_bound_is_checked(tmp_path: Path) -> None:
    moved = {**ARRAYS, "b": [ARRAYS["b"][0], ARRAYS["b"][1] + 2.0**-20, *ARRAYS["b"][2:]]}
    assert status(tmp_path, build.bias("x**2", 1, moved)) == "PROVED"
    assert status(tmp_path, build.bias("x**2", EXACT, moved)) == "REFUTED"


def test_given_weights_under_another_name(tmp_path: Path) -> None:
    other = hashlib.sha256(b"").hexdigest()
    false = build.bias("x**2", EXACT, ARRAYS, weights="given", sha256=other)
    assert status(tmp_path, false) == "REFUTED"
    # the name of C, W is another one
    frozen = struct.pack("<8d", *ARRAYS["C"], *ARRAYS["W"])
    swapped = hashlib.sha256(frozen).hexdigest()
    false = build.bias("x**2", EXACT, ARRAYS, weights="given", sha256=swapped)
    assert status(tmp_path, false) == "REFUTED"


@pytest.mark.parametrize(
    "network",
    [
        named(seed="-1"),
        named(seed="x"),
        named(family="permutation"),
        named(half_width="0"),
        named(half_width="-1"),
        named(half_width="1*2^99999"),
        {"range": "1"},
        {"range": "1", "draw": None},
        {"weights": "mine", "sha256": "0" * 64},
        {"weights": "given", "sha256": "zz"},
        {"weights": "given"},
        {**named(), "weights": "given", "sha256": "0" * 64},
    ],
)
def test_malformed(tmp_path: Path, network: dict[str, Any]) -> None:
    assert status(tmp_path, build.bias("x", 9, drawn(), **network)) == "INVALID"


def test_there_is_no_offset(tmp_path: Path) -> None:
    certificate = build.bias("x**2", EXACT, ARRAYS)
    certificate["witness"]["scalars"]["offset"] = "0"
    assert status(tmp_path, certificate) == "INVALID"


def test_width_and_array_sizes(tmp_path: Path) -> None:
    for width in (3, 5, 0, "4", 10**9):
        certificate = build.bias("x**2", EXACT, ARRAYS)
        certificate["network"]["width"] = width
        assert status(tmp_path, certificate) == "INVALID"
