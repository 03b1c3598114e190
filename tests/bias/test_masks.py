"""B3: masks are special biases; the best mask, by trying all and by a mixed-integer program."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.bias.masks import best_mask, unit_values
from numerics.draws import FrozenDraw
from numerics.networks import Array
from theory.bias.masks import mask_as_biases
from theory.errors import InputError

GRID = np.linspace(0.0, 1.0, 41)


def drawn(n: int, d: int = 1, seed: int = 0) -> tuple[Array, Array, Array]:
    draw = FrozenDraw("bias", seed)
    return draw.uniform((n, d), 1.0), draw.uniform(n, 1.0), draw.uniform(n, 1.0)


@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 12),
    d=st.integers(1, 4),
    reach=st.sampled_from([0.0, 0.1, 1.0, 3.7]),
)
def test_a_mask_is_a_bias_vector(seed: int, n: int, d: int, reach: float) -> None:
    W, b, C = drawn(n, d, seed)
    rng = np.random.default_rng(seed)
    mask = rng.random(n) < 0.5
    biases = mask_as_biases(W, b, mask, reach)
    assert np.array_equal(biases[mask].view(np.int64), b[mask].view(np.int64))
    corners = reach * np.concatenate([np.eye(d), -np.eye(d)])  # the extreme points of |x|_1 <= X1
    inside = rng.uniform(-1, 1, (50, d))
    inside *= reach / np.maximum(np.abs(inside).sum(axis=1, keepdims=True), 1.0)
    points = np.concatenate([corners, inside])
    masked = unit_values(W, b, C, points) * mask
    assert np.array_equal(unit_values(W, biases, C, points) + 0.0, masked + 0.0)
    for k in np.flatnonzero(~mask):  # exactly, not only in floats
        for x in corners.tolist():
            row = [Fraction(w) * Fraction(v) for w, v in zip(W[k].tolist(), x, strict=True)]
            assert sum(row) + Fraction(float(biases[k])) <= 0


def test_a_bias_too_high_is_no_mask() -> None:
    W, b = np.array([[2.0, -3.0]]), np.array([1.0])
    off = mask_as_biases(W, b, np.array([False]), 1.0)[0]
    assert -3.0 - 1e-14 < off < -3.0
    assert unit_values(W, np.array([-2.9]), np.ones(1), np.array([[0.0, -1.0]])).max() > 0


def test_tiny_weights_are_switched_off() -> None:
    W = np.array([[5e-324], [1e-200]])
    biases = mask_as_biases(W, np.zeros(2), np.zeros(2, dtype=bool), 1e-200)
    assert (biases < 0).all()


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 9))
def test_the_program_finds_the_best_of_all_masks(seed: int, n: int) -> None:
    W, b, C = drawn(n, 1, seed)
    units, values = unit_values(W, b, C, GRID[:, None]), np.sin(3 * GRID)
    tried, solved = best_mask(units, values), best_mask(units, values, method="milp")
    assert (tried.method, solved.method) == ("exhaustive", "milp")
    assert tried.optimal
    assert solved.optimal
    assert solved.error == pytest.approx(tried.error, abs=1e-5)
    assert solved.floor <= tried.error + 1e-6
    assert tried.error == pytest.approx(np.abs(units @ tried.mask - values).max(), abs=1e-12)
    for other in range(2**n):
        mask = (other >> np.arange(n)) & 1
        assert np.abs(units @ mask - values).max() >= tried.error - 1e-12


def test_both_blocks_of_the_search_are_used() -> None:
    """14 units, more than one block holds; a planted mask is found again."""
    W, b, C = drawn(14, 1, 3)
    units = unit_values(W, b + 1, C, GRID[:, None])
    planted = np.arange(14) % 3 == 1
    found = best_mask(units, units @ planted)
    assert found.error < 1e-12
    assert np.array_equal(found.mask, planted)


def test_biases_do_at_least_as_well_as_masks() -> None:
    """Trained from the mask's bias vector, biases only get better: masks are a special case."""
    torch = pytest.importorskip("torch")
    W, b, C = drawn(12, 1, 5)
    units, values = unit_values(W, b, C, GRID[:, None]), np.sin(3 * GRID)
    masked = best_mask(units, values)
    biases = mask_as_biases(W, b, masked.mask, 1.0)
    same = np.abs(unit_values(W, biases, C, GRID[:, None]).sum(axis=1) - values).max()
    assert same == pytest.approx(masked.error, abs=1e-12)
    from numerics.bias.training import train_biases

    torch.set_num_threads(1)
    trained = train_biases(W, C, GRID, values, seeds=range(8), steps=3000)
    assert trained.sup_errors.min() < masked.error


@pytest.mark.parametrize(
    "call",
    [
        lambda: best_mask(np.zeros((5, 21)), np.zeros(5), method="exhaustive"),
        lambda: best_mask(np.zeros((5, 2)), np.zeros(4)),
        lambda: best_mask(np.zeros(5), np.zeros(5)),
        lambda: best_mask(np.zeros((5, 2)), np.zeros(5), method="guess"),  # type: ignore[arg-type]
        lambda: unit_values(np.zeros((2, 1)), np.zeros(3), np.zeros(2), np.zeros((4, 1))),
        lambda: unit_values(np.zeros((2, 2)), np.zeros(2), np.zeros(2), np.zeros((4, 1))),
        lambda: mask_as_biases(np.zeros((2, 1)), np.zeros(3), np.zeros(3, dtype=bool), 1.0),
        lambda: mask_as_biases(np.zeros((2, 1)), np.zeros(2), np.zeros(2, dtype=bool), np.inf),
        lambda: mask_as_biases(np.zeros((2, 1)), np.zeros(2), np.zeros(2, dtype=bool), -1.0),
    ],
)
def test_bad_input(call: object) -> None:
    with pytest.raises(InputError):
        call()  # type: ignore[operator]
