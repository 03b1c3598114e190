"""Frozen draws against a reference of the standard library alone, and against known answers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.draws import FrozenDraw
from theory.errors import InputError


def reference(family: str, seed: int, count: int) -> list[float]:
    """The definition, word by word, without numpy."""
    text = f"icebound-draw-1:{family}:{seed}"
    stream = hashlib.shake_256(text.encode("ascii")).digest(8 * count)
    words = [int.from_bytes(stream[8 * j : 8 * j + 8], "little") for j in range(count)]
    return [(k >> 11) * 2.0**-52 - 1.0 for k in words]


KNOWN = [
    ("permutation", 0, ["0x1.687f80b58da3ep-1", "0x1.74fcd1cf28b74p-1", "-0x1.e76620f3e7990p-1"]),
    ("bias", 7, ["-0x1.b8de422cd0274p-2", "0x1.90f3b6b591188p-2", "-0x1.18dda284157fep-1"]),
    (
        "permutation",
        12345678901234567890,
        ["-0x1.8ef5a8fe9989cp-2", "0x1.ce77d78808b76p-1", "-0x1.a73a99ba7b250p-2"],
    ),
]


@pytest.mark.parametrize(("family", "seed", "expected"), KNOWN)
def test_known_answers(family: str, seed: int, expected: list[str]) -> None:
    assert [u.hex() for u in FrozenDraw(family, seed).take(3).tolist()] == expected


@given(
    st.sampled_from(["permutation", "bias", "ridgelet-2"]),
    st.integers(0, 2**70),
    st.lists(st.integers(0, 50), max_size=6),
)
def test_sequential_reading_is_the_stream(family: str, seed: int, sizes: list[int]) -> None:
    draw = FrozenDraw(family, seed)
    parts = [draw.take(size) for size in sizes]
    assert np.concatenate([*parts, draw.take(1)]).tolist() == reference(
        family, seed, sum(sizes) + 1
    )
    assert draw.position == sum(sizes) + 1


def test_long_reads_cross_every_refill() -> None:
    draw = FrozenDraw("permutation", 1)
    sizes = [1, 4095, 1, 5000, 20_000, 3]
    read = np.concatenate([draw.take(size) for size in sizes])
    assert read.tolist() == reference("permutation", 1, sum(sizes))
    assert read.min() >= -1.0
    assert read.max() < 1.0
    # 29,100 draws: the mean and the second moment of a uniform law within five deviations.
    assert abs(read.mean()) < 5 * (1 / 3 / read.size) ** 0.5
    assert abs((read**2).mean() - 1 / 3) < 5 * (4 / 45 / read.size) ** 0.5


def test_extreme_words_stay_in_range(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = FrozenDraw("permutation", 0)
    draw._words = np.array([0, 2**64 - 1, 2**63, 2**63 - 1], dtype="<u8")
    lowest, highest, middle, below = draw.take(4).tolist()
    assert (lowest, highest, middle, below) == (-1.0, 1.0 - 2.0**-52, 0.0, -(2.0**-52))


def test_shapes_are_row_major() -> None:
    flat = FrozenDraw("bias", 3).take(12)
    assert np.array_equal(FrozenDraw("bias", 3).take((3, 4)), flat.reshape(3, 4))
    assert FrozenDraw("bias", 3).take(()).item() == flat[0]


def test_entries_are_rounded_once() -> None:
    width = 0.1
    scaled = FrozenDraw("bias", 4).uniform(200, width).tolist()
    assert scaled == [width * u for u in reference("bias", 4, 200)]


def test_streams_differ() -> None:
    draws = [FrozenDraw(f, s).take(4).tolist() for f in ("bias", "permutation") for s in (0, 1, 10)]
    assert len({tuple(draw) for draw in draws}) == 6


def test_shuffle_is_an_order() -> None:
    draw = FrozenDraw("permutation", 5)
    first, second = draw.shuffle(30), draw.shuffle(30)
    assert sorted(first.tolist()) == list(range(30))
    assert first.tolist() != second.tolist()
    values = reference("permutation", 5, 30)
    assert first.tolist() == sorted(range(30), key=values.__getitem__)


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: FrozenDraw("", 0), "family"),
        (lambda: FrozenDraw("a:b", 0), "family"),
        (lambda: FrozenDraw("é", 0), "family"),
        (lambda: FrozenDraw("bias\n", 0), "family"),
        (lambda: FrozenDraw("bias", -1), "seed"),
        (lambda: FrozenDraw("bias", True), "seed"),
        (lambda: FrozenDraw("bias", 1.0), "seed"),  # type: ignore[arg-type]
        (lambda: FrozenDraw("bias").take(-1), "shape"),
        (lambda: FrozenDraw("bias").take(2.0), "shape"),  # type: ignore[arg-type]
        (lambda: FrozenDraw("bias").take((2, True)), "shape"),
        (lambda: FrozenDraw("bias").uniform(1, 0.0), "half_width"),
        (lambda: FrozenDraw("bias").uniform(1, float("nan")), "half_width"),
        (lambda: FrozenDraw("bias").uniform(1, float("inf")), "half_width"),
    ],
)
def test_bad_arguments(call: Callable[[], object], argument: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.argument == argument
