"""Normals from the stream: their values, their law, and the matrices made of them."""

from __future__ import annotations

import hashlib
import math
from statistics import NormalDist

import numpy as np
import pytest
from scipy import stats

from numerics.draws import FrozenDraw
from numerics.dynamics.draws import frozen_matrices, normals
from tests.statistical import FALSE_ALARM, SIGMAS
from theory.errors import InputError


def test_they_are_quantiles_of_the_published_stream() -> None:
    words = hashlib.shake_256(b"icebound-draw-1:recurrent-normal:7").digest(8 * 40)
    found = normals(FrozenDraw("recurrent-normal", 7), (8, 5)).ravel()
    for index, value in enumerate(found):
        k = int.from_bytes(words[8 * index : 8 * index + 8], "little") >> 11
        middle = (2 * k + 1) / 2**54
        assert value == pytest.approx(NormalDist().inv_cdf(middle), abs=1e-12)


def test_the_law() -> None:
    found = normals(FrozenDraw("test-normals", 0), 20_000)
    assert stats.kstest(found, "norm").pvalue > FALSE_ALARM
    assert stats.kstest(1.05 * found + 0.05, "norm").pvalue < FALSE_ALARM
    assert abs(np.corrcoef(found[:-1], found[1:])[0, 1]) < SIGMAS / math.sqrt(20_000)


def test_the_ends_of_the_stream_stay_finite(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = FrozenDraw("test-ends", 0)
    ends = np.array([-1.0, 1.0 - 2.0**-52, 0.0])
    monkeypatch.setattr(draw, "take", lambda shape: ends)
    found = normals(draw, 3)
    assert np.isfinite(found).all()
    # the quantile of 2^-54
    assert found[0] == pytest.approx(NormalDist().inv_cdf(2.0**-54), rel=1e-6)
    assert 8.1 < found[1] < 8.4
    assert 0 < found[2] < 1e-15


@pytest.mark.parametrize("gain", [0.5, 1.5])
def test_the_gain_is_the_radius(gain: float) -> None:
    """The circular law: the spectrum of W fills the disc of radius g."""
    draw = frozen_matrices(300, gain, 3, input_scale=2.0)
    radius = np.abs(np.linalg.eigvals(draw.W)).max()
    assert radius == pytest.approx(gain, rel=0.15)
    # the deviation of 300 normal numbers is off by 1/sqrt(600) of itself
    spread = SIGMAS / math.sqrt(600)
    assert draw.B.std() == pytest.approx(2.0, rel=spread)
    assert draw.C.std() * math.sqrt(300) == pytest.approx(1.0, rel=spread)
    assert [draw.W.shape, draw.B.shape, draw.C.shape, draw.b.shape] == [
        (300, 300), (300, 1), (1, 300), (300,),
    ]  # fmt: skip


def test_seeds_repeat_and_differ() -> None:
    one, two, other = (frozen_matrices(9, 1.0, seed).fingerprint() for seed in (1, 1, 2))
    assert one == two
    assert all(one[name] != other[name] for name in "WBC")
    doubled = frozen_matrices(9, 2.0, 1)
    assert np.array_equal(doubled.W, 2 * frozen_matrices(9, 1.0, 1).W)


@pytest.mark.parametrize(
    ("width", "gain", "named"),
    [
        (0, 1.0, "--width"),
        (1, 1.0, "--width"),
        (-3, 1.0, "--width"),
        (2.5, 1.0, "--width"),
        (True, 1.0, "--width"),
        (5, 0.0, "--gain"),
        (5, -1.0, "--gain"),
        (5, math.nan, "--gain"),
        (5, math.inf, "--gain"),
        (5, "high", "--gain"),
    ],
)
def test_bad_input(width: object, gain: object, named: str) -> None:
    with pytest.raises(InputError) as caught:
        frozen_matrices(width, gain, 0)  # type: ignore[arg-type]
    assert caught.value.argument == named
