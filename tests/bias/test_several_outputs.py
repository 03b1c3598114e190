"""B2 for several outputs: the bound of every output holds, and so does the lemma of cubes."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.bias.draw import BiasDraw
from numerics.bias.kink_vectors import VectorPool
from numerics.bias.several_outputs import SeveralOutputs, build_several
from numerics.networks import Array
from theory.bias.outputs import STATEMENT, enough, most_intervals
from theory.errors import InputError
from theory.targets.target import Target
from verify.certify.sup import SMALLEST_GAP, certify_sup
from verify.strategies import frozen_draws, targets, units

PAIR = (Target.parse("sin(2*pi*x)+0.3"), Target.parse("cos(5*x)/2"))


def built(aims: tuple[Target, ...], width: int, draw: BiasDraw) -> tuple[SeveralOutputs, Array]:
    W, C = draw.weights(width, outputs=len(aims))
    return build_several(aims, W, C, draw=draw), C


def check(aims: tuple[Target, ...], made: SeveralOutputs, C: Array) -> list[float]:
    """Certified errors, each below its prediction; W and C frozen, the rest off."""
    errors = []
    for target, network, promised, row in zip(aims, made.outputs, made.predictions, C, strict=True):
        assert network.C.tobytes() == row.tobytes()
        assert network.b.tobytes() == made.b.tobytes()
        error = certify_sup(network.relu(), target)
        if error.lower <= promised.value < error.upper:
            error = certify_sup(network.relu(), target, mode="exact", gap=SMALLEST_GAP)
        assert error.upper <= promised.value
        errors.append(error.upper)
    network = made.outputs[0]
    ends = [made.outputs[0].W * float(x) + network.b for x in (aims[0].low, aims[0].high)]
    assert int((np.maximum(*ends) < 0).sum()) >= made.off
    return errors


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        targets(domain=(Fraction(-1), Fraction(2)), smoothness="lipschitz", max_terms=2),
        min_size=1,
        max_size=3,
    ),
    units(max_value=80),
    frozen_draws(),
)
def test_the_predictions_hold(aims: list[Target], width: int, draw: BiasDraw) -> None:
    made, C = built(tuple(aims), width, draw)
    check(tuple(aims), made, C)


def test_two_outputs_follow_at_about_the_rate_of_one() -> None:
    found = []
    for width in (300, 900):
        made, C = built(PAIR, width, BiasDraw(1.0, 0))
        assert (
            made.outputs[0].W.tobytes() == BiasDraw(1.0, 0).weights(width, outputs=2)[0].tobytes()
        )
        found.append(max(check(PAIR, made, C)))
    assert found[1] < 2e-4
    # n^-2 is 9 from 300 to 900; the theorem's n^-1.5 at most 5.2
    assert found[1] < found[0] / 7


def test_three_outputs() -> None:
    aims = (*PAIR, Target.parse("exp(-4*(x-1/2)**2)"))
    made, C = built(aims, 500, BiasDraw(1.0, 0))
    assert max(check(aims, made, C)) < 2e-3


def test_one_output_for_all_is_refuted() -> None:
    """The biases that follow one target are worth nothing to the other: the rows must cooperate."""
    made, _ = built(PAIR, 400, BiasDraw(1.0, 0))
    wrong = certify_sup(made.outputs[0].relu(), PAIR[1])
    assert wrong.lower > 100 * made.predictions[0].value


def test_without_the_mismatch_the_bound_is_false() -> None:
    lines = (Target.parse("x"), Target.parse("1-x/2"))
    made, _ = built(lines, 40, BiasDraw(1.0, 0))
    errors = [certify_sup(n.relu(), t) for n, t in zip(made.outputs, lines, strict=True)]
    # chords of an affine target are exact: all that remains is theta
    assert max(e.lower for e in errors) > max(p.rounding for p in made.predictions)
    assert all(e.upper <= p.value for e, p in zip(errors, made.predictions, strict=True))


def test_the_construction_is_reproducible() -> None:
    first, second = (built(PAIR, 200, BiasDraw(1.0, 5))[0] for _ in range(2))
    assert first.b.tobytes() == second.b.tobytes()
    assert first.predictions == second.predictions


@given(st.integers(2, 3), st.integers(1, 30), st.integers(0, 99))
def test_a_pool_gives_every_unit_once(together: int, size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(size, 2))
    pool = VectorPool(vectors, np.arange(size), together=together)
    gone: list[int] = []
    for need in rng.normal(size=(size, 2)) * 2:
        before = len(pool)
        taken = pool.take(need, 1e-3)
        assert len(pool) == before - len(taken)
        # never farther than with no unit at all
        assert np.linalg.norm(vectors[taken].sum(axis=0) - need) <= np.linalg.norm(need) + 1e-12
        gone += taken
    assert len(set(gone)) == len(gone)


def test_pairs_of_a_small_pool_are_the_best_there_are() -> None:
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(40, 2))
    pool = VectorPool(vectors, np.arange(40), together=2)
    need = np.array([0.3, -0.2])
    taken = pool.take(need, 0.0)
    best = min(
        np.linalg.norm(vectors[i] + vectors[j] - need)
        for i, j in itertools.combinations(range(40), 2)
    )
    assert np.linalg.norm(vectors[taken].sum(axis=0) - need) <= best + 1e-12


# the lemma


def play(kinks: Array, bins: int, width: float, count: int, seed: int, curvature: float) -> float:
    """Its strategy against adversarial needs; the largest |theta|_inf, inf if stuck."""
    rng = np.random.default_rng(seed)
    outputs, h = kinks.shape[1], 1 / count
    cubes: dict[tuple[int, ...], list[Array]] = {}
    for s in kinks:
        cubes.setdefault(tuple(np.floor(s / width).astype(int)), []).append(s)
    reserve = int(np.ceil(curvature * h / width)) + 3
    theta = before = np.zeros(outputs)
    worst = 0.0
    for k in range(count):
        bend = rng.choice([-1.0, 1.0], size=outputs) * curvature * h
        need = bend - 2 * theta + before
        if k == 0:
            need = rng.uniform(-1, 1, outputs) * reserve * width
        for place, held in cubes.items():
            if len(held) < 2:
                continue
            partner = tuple(np.floor((need - held[0]) / width).astype(int))
            inside = all(-bins <= at < bins for at in partner)
            if inside and len(cubes.get(partner, ())) >= 2:
                first = cubes[place].pop(0)
                got = first + cubes[partner].pop(0)
                break
        else:
            return np.inf
        theta, before = got - need, theta
        worst = max(worst, float(np.abs(theta).max()))
    return worst


def filled(bins: int, least: int, width: float, outputs: int, seed: int) -> Array:
    """``least`` kinks anywhere in each of the (2 bins)^outputs cubes."""
    rng = np.random.default_rng(seed)
    corners = np.array(list(itertools.product(range(-bins, bins), repeat=outputs)))
    inside = rng.random((corners.shape[0], least, outputs)) * (1 - 1e-9)
    return np.asarray(((corners[:, None, :] + inside) * width).reshape(-1, outputs))


@pytest.mark.parametrize(("bins", "least", "outputs"), [(12, 9, 1), (8, 7, 2), (4, 5, 3)])
def test_the_lemma_holds(bins: int, least: int, outputs: int) -> None:
    width, curvature = Fraction(1, 50), Fraction(1, 5)
    count = most_intervals(bins, least, width, curvature, outputs)
    assert count >= 5
    for seed in range(3):
        kinks = filled(bins, least, float(width), outputs, seed)
        worst = play(kinks, bins, float(width), count, seed, float(curvature))
        assert 0 < worst < float(width)


def test_far_more_intervals_get_stuck() -> None:
    kinks = filled(4, 3, 0.02, 2, 0)
    assert play(kinks, 4, 0.02, kinks.shape[0], 0, 0.2) == np.inf


@given(
    st.integers(1, 12), st.integers(0, 8), st.integers(1, 3), st.integers(1, 40), st.integers(0, 9)
)
def test_the_number_of_intervals_is_the_largest(
    bins: int, least: int, outputs: int, denominator: int, curvature: int
) -> None:
    width = Fraction(1, denominator)
    found = most_intervals(bins, least, width, Fraction(curvature), outputs)
    limit = 2 * found + 50
    allowed = [
        n for n in range(1, limit)
        if enough(n, bins, least, width, Fraction(curvature), outputs)
    ]  # fmt: skip
    assert found == max(allowed, default=0)


def test_the_statement_gives_the_bound_of_b2a() -> None:
    values: dict[str, Fraction | int] = {
        "M2": Fraction(1, 3), "h": Fraction(1, 10), "G": Fraction(1, 50), "J": 9, "P": 8, "l": 2,
    }  # fmt: skip
    assert STATEMENT.bound_up(values) == pytest.approx(1 / 2400 + 1 / 500, rel=1e-12)


BAD = [
    (PAIR, np.ones(3), np.ones((3, 3)), "C"),
    (PAIR, np.ones(3), np.ones(3), "C"),
    ((), np.ones(3), np.ones((0, 3)), "C"),
    (PAIR, np.ones(4), np.ones((2, 3)), "W"),
    (PAIR, np.array([1.0, np.nan]), np.ones((2, 2)), "W"),
    (PAIR, np.ones(2), np.array([[1.0, 1.0], [np.inf, 1.0]]), "C"),
    ((PAIR[0], Target.parse("x", 0, 2)), np.ones(3), np.ones((2, 3)), "targets"),
]


@pytest.mark.parametrize(("aims", "W", "C", "named"), BAD)
def test_bad_input(aims: tuple[Target, ...], W: Array, C: Array, named: str) -> None:
    with pytest.raises(InputError) as caught:
        build_several(aims, W, C)
    assert caught.value.argument == named


def test_bad_numbers() -> None:
    with pytest.raises(InputError, match="units_per_knot"):
        build_several(PAIR, np.ones(3), np.ones((2, 3)), units_per_knot=1)
    G, M2 = Fraction(1, 9), Fraction(1)
    for bad in ((0, 1, 2, G, M2, 1), (1, 0, 2, G, M2, 1), (1, 1, 2, G, M2, 0)):
        with pytest.raises(InputError):
            enough(*bad)
    with pytest.raises(InputError, match="G"):
        enough(1, 1, 2, Fraction(0), M2, 1)
    with pytest.raises(InputError, match="M2"):
        enough(1, 1, 2, G, -M2, 1)
