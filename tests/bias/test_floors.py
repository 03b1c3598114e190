"""Floors for given frozen weights: B6', B7, B8 are proved, sharp where known, never beaten."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from numerics.draws import FrozenDraw
from numerics.networks import Array, ReluNetwork
from theory.bias.kink_budget import expected_budget
from theory.bias.signs import kink_counts, one_sign_probability
from theory.errors import InputError
from theory.targets.box_target import BoxTarget
from theory.targets.target import Target
from verify.bias_floors import Floor, given_weights_floor
from verify.bias_floors.budget import bound_of, steep_intervals
from verify.bias_floors.convexity import hull, largest_excess
from verify.bias_floors.segment import whole
from verify.bias_floors.signs import excess_triples, smallest_excess, sweep
from verify.certificates import Certificate
from verify.certify.sup import certify_sup
from verify.checker import check_file

SINE = Target.parse("sin(2*pi*x)+3/10")
CAP = Target.parse("-x**2")


def drawn(n: int, R: float = 1.0, seed: int = 0) -> tuple[Array, Array]:
    draw = FrozenDraw("bias", seed)
    return draw.uniform(n, R), draw.uniform(n, R)


def named(floors: tuple[Floor, ...]) -> dict[tuple[str, str], Floor]:
    return {(floor.theorem, floor.kinks): floor for floor in floors}


@pytest.mark.parametrize("n", [1, 3, 20, 100, 700])
def test_every_floor_is_certified_and_checked(tmp_path: Path, n: int) -> None:
    W, C = drawn(n, 0.5)
    floors = given_weights_floor(SINE, W, C)
    assert [floor.value for floor in floors] == sorted((f.value for f in floors), reverse=True)
    assert floors[0].value > 0
    for index, floor in enumerate(floors):
        assert (floor.certificate is None) == (floor.value == 0) == (floor.reason is not None)
        if floor.certificate is not None:
            path = floor.certificate.write(tmp_path / f"{index}.json")
            assert check_file(path).status == "PROVED", check_file(path).reason
            for false in mutations(floor):
                refuted = check_file(false.write(tmp_path / "false.json"))
                assert refuted.status == "REFUTED", (floor.theorem, floor.kinks, false.bound)


def mutations(floor: Floor) -> list[Certificate]:
    """The certificate, made false: tightened, its points reversed, its kinks larger or more."""
    good = floor.certificate
    assert good is not None
    made = [
        replace(good, bound=floor.value * (1 + 1e-6)),
        replace(good, arrays={**good.arrays, "points": floor.points[::-1]}),
    ]
    C = np.asarray(good.arrays["C"])
    if floor.theorem == "B8" and floor.count:
        made.append(replace(good, arrays={**good.arrays, "C": C * 1.01}))
    elif floor.theorem != "B8" and floor.count < C.size:
        sign = 1 if floor.kinks == "positive" else -1
        made.append(replace(good, arrays={**good.arrays, "C": sign * np.abs(C)}))
    return made


def test_a_convex_network_and_a_cap() -> None:
    """B7 is sharp: -x^2 is 1/8 from the nearest convex function, a constant slope."""
    floors = named(given_weights_floor(CAP, [1.0, -1.0, 0.3], [1.0, 0.5, 0.1]))
    found = floors["B7", "negative"]
    assert 0.125 - 1e-9 < found.value <= 0.125
    assert found.points.size == 3
    assert floors["B6'", "positive"].value == 0.0  # -x^2 never rises above a chord
    mirrored = named(given_weights_floor(Target.parse("x**2"), [1.0], [-1.0]))
    assert 0.125 - 1e-9 < mirrored["B7", "positive"].value <= 0.125


def test_a_single_kink_of_the_wrong_sign_lifts_it() -> None:
    floors = named(given_weights_floor(CAP, [1.0, -1.0, 0.3], [1.0, 0.5, -0.1]))
    # two triples of length 1/2, a quarter of the excess
    assert floors["B6'", "negative"].value == pytest.approx(1 / 32, rel=1e-3)
    assert floors["B6'", "negative"].value <= 1 / 32


@pytest.mark.parametrize("count", [2, 5, 40, 60, 1000])
def test_triples_of_a_parabola_are_nearly_the_best(count: int) -> None:
    triples = excess_triples(whole(CAP).sample, count)
    assert triples.shape == (count, 3)
    assert (np.diff(triples, axis=1) > 0).all()
    assert (triples[1:, 0] >= triples[:-1, 2]).all()
    best = 1 / (4 * count**2)
    assert 0.97 * best < smallest_excess(whole(CAP).sample, triples) <= best * (1 + 1e-9)


@pytest.mark.parametrize("count", [2, 7, 30, 200])
def test_only_concave_stretches_count(count: int) -> None:
    """sin(2 pi x) + const is concave on half of the period: its share of int |f''|^(1/2)."""
    triples = excess_triples(whole(SINE).sample, count)
    found = smallest_excess(whole(SINE).sample, triples)
    x = np.linspace(0, 0.5, 100_001)
    mass = np.trapezoid(2 * np.pi * np.sqrt(np.sin(2 * np.pi * x)), x)
    assert found == pytest.approx((mass / count) ** 2 / 8, rel=0.35 if count < 8 else 0.05)


def test_a_convex_target_has_no_excess() -> None:
    for count in (1, 2, 100):
        assert excess_triples(whole(Target.parse("exp(x)")).sample, count).size == 0
        assert excess_triples(whole(Target.parse("3*x-1")).sample, count).size == 0


def test_kinks_of_the_target_are_used() -> None:
    floors = named(given_weights_floor(Target.parse("-abs(x-1/2)"), [1.0], [1.0]))
    assert floors["B7", "negative"].value == pytest.approx(0.25, rel=1e-3)


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=30))
def test_the_lower_hull(heights: list[float]) -> None:
    f, s = np.array(heights), np.linspace(0, 1, len(heights))
    kept = hull(s, f)
    assert (np.interp(s, s[kept], f[kept]) <= f + 1e-12).all()
    slopes = np.diff(f[kept]) / np.diff(s[kept])
    assert (np.diff(slopes) > -1e-9).all()
    excess, (i, j, k) = largest_excess(s, f)
    brute = max(
        f[b] - np.interp(s[b], [s[a], s[c]], [f[a], f[c]])
        for a in range(len(f)) for b in range(a + 1, len(f)) for c in range(b + 1, len(f))
    )  # fmt: skip
    assert excess == pytest.approx(max(brute, 0.0), abs=1e-12)
    assert i < j < k


@given(st.lists(st.floats(-1, 1), min_size=8, max_size=40), st.floats(0.05, 0.5))
def test_the_sweep_returns_disjoint_triples_of_the_wanted_excess(
    heights: list[float], wanted: float
) -> None:
    f, s = np.array(heights), np.linspace(0, 1, len(heights))
    rows = sweep(s, f, wanted, 100)
    for a, b, c in rows:
        chord = f[a] + (f[c] - f[a]) * (s[b] - s[a]) / (s[c] - s[a])
        assert f[b] - chord >= wanted * (1 - 1e-12)
    assert all(before[2] <= after[0] for before, after in pairwise(rows))


def test_the_budget_of_a_parabola() -> None:
    """x^2 with no kinks at all: intervals of length h at both ends, (2 - 2 h)/(4/h) is largest at
    h = 1/2, where it is 1/4 of 1/2: the distance of x^2 from the affine functions."""
    square = whole(Target.parse("x**2"))
    rows = steep_intervals(square.sample, 0.0, 0)
    assert bound_of(square.sample, rows, 0.0, 0) == pytest.approx(0.125, rel=1e-6)
    # with a budget S the best h is (2 - S)/4, the bound (2 - S)^2/32
    for sign in (0, 1):
        rows = steep_intervals(square.sample, 1.0, sign)
        assert bound_of(square.sample, rows, 1.0, sign) == pytest.approx(1 / 32, rel=1e-3)
    assert steep_intervals(square.sample, 1.0, -1).size == 0
    assert steep_intervals(square.sample, 2.1, 0).size == 0


def test_one_sign_is_sharper_than_both_together() -> None:
    W, C = drawn(100)
    floors = named(given_weights_floor(SINE, W, C))
    assert max(floors["B8", k].value for k in ("positive", "negative")) > floors["B8", "all"].value


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 6), R=st.sampled_from([0.5, 1.0, 3.0]))
def test_no_biases_beat_a_floor(seed: int, n: int, R: float) -> None:
    """The best biases that a search finds, certified, stay above every floor of the draw."""
    W, C = drawn(n, R, seed)
    floors = given_weights_floor(SINE, W, C)
    grid = np.linspace(0, 1, 201)
    values = np.sin(2 * np.pi * grid) + 0.3
    rng = np.random.default_rng(seed)

    def error(b: Array) -> float:
        return float(np.abs(np.maximum(np.multiply.outer(grid, W) + b, 0) @ C - values).max())

    starts = [rng.uniform(-2 * R, 2 * R, n) for _ in range(3)]
    best = min(
        (optimize.minimize(error, b, method="Powell", options={"maxfev": 400}) for b in starts),
        key=lambda found: found.fun,
    )
    upper = certify_sup(ReluNetwork(W, best.x, C), SINE).upper
    assert floors[0].value <= upper


def test_a_false_floor_would_be_beaten() -> None:
    """The test above has teeth: with one unit the best biases come within 5% of the floor."""
    target = Target.parse("-abs(x-1/2)")
    floor = given_weights_floor(target, [1.0], [1.0])[0]
    grid = np.linspace(0, 1, 1001)
    values = -np.abs(grid - 0.5)
    errors = [np.abs(np.maximum(grid + b, 0) - values).max() for b in np.linspace(-1, 0, 201)]
    assert floor.value <= min(errors) < 2.1 * floor.value


@pytest.mark.parametrize("dimension", [2, 3])
def test_boxes(tmp_path: Path, dimension: int) -> None:
    text = "cos(2*x0)*cos(x1)" + ("+x2/9" if dimension == 3 else "")
    target = BoxTarget.parse(text, ((-1, 1),) * dimension)
    draw = FrozenDraw("bias", 5)
    W, C = draw.uniform((6, dimension), 1.0), np.abs(draw.uniform(6, 0.2))
    floors = given_weights_floor(target, W, C)
    best = floors[0]
    assert best.value > 0.3
    assert best.certificate is not None
    assert check_file(best.certificate.write(tmp_path / "c.json")).status == "PROVED"
    points = np.random.default_rng(0).uniform(-1, 1, (2000, dimension))
    values = target.sample(points)
    for trial in range(50):
        b = np.random.default_rng(trial).uniform(-2, 2, 6)
        error = np.abs(np.maximum(points @ W.T + b, 0) @ C - values).max()
        assert error > 0.9 * best.value  # the sample misses the very worst point


def test_numbers_of_the_theorems() -> None:
    assert kink_counts([1.0, -1.0, 0.0, 2.0], [[1.0, -1.0, -5.0, 0.0]]) == (1, 1)
    assert kink_counts([[0.0, 1.0], [0.0, 0.0]], [-1.0, -1.0]) == (0, 1)
    assert one_sign_probability(1) == 1
    assert one_sign_probability(5) == Fraction(1, 16)
    assert expected_budget(100, Fraction(1, 2)) == Fraction(25, 4)
    W, C = drawn(20_000)
    assert float(np.abs(W * C).sum()) == pytest.approx(
        float(expected_budget(20_000, Fraction(1))), rel=0.02
    )


@pytest.mark.parametrize(
    ("W", "C", "named_"),
    [([1.0, 2.0], [1.0], "W"), ([[1.0, 2.0]], [1.0], "W"), ([1.0], [np.nan], "C"),
     ([np.inf], [1.0], "W"), ([], [], "W"), ([1.0], "x", "C")],
)  # fmt: skip
def test_bad_weights(W: object, C: object, named_: str) -> None:
    with pytest.raises(InputError) as caught:
        given_weights_floor(SINE, W, C)
    assert caught.value.argument == named_


def test_bad_targets_and_numbers() -> None:
    with pytest.raises(InputError, match="finite"):
        given_weights_floor(Target.parse("1/(x-1/3)"), [1.0], [1.0])
    for call in (lambda: one_sign_probability(0), lambda: expected_budget(-1, Fraction(1)),
                 lambda: kink_counts([1.0], [1.0, 2.0])):  # fmt: skip
        with pytest.raises(InputError):
            call()
