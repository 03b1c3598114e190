"""Output weights on frozen ridge draws: feasible, reproducible, and never below the best."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.ridgelet.draws import ball_units, box_units
from numerics.ridgelet.maurey import exact_mass
from numerics.ridgelet.output_weights import best_output_weights, project, within
from numerics.ridgelet.quadrature import box_measure
from theory.errors import InputError
from theory.ridgelet.activations import ACTIVATIONS, activation

torch = pytest.importorskip("torch")

from numerics.ridgelet.module import SIGMAS, RandomFeatureNetwork, Units, project_rows  # noqa: E402
from numerics.ridgelet.training import Recipe, train  # noqa: E402

MEASURE = box_measure([(0.0, 1.0)])
VALUES = np.sin(2 * np.pi * MEASURE.points[:, 0])
TANH = Units("tanh", 1, 2.0, 2.0)
SHORT = Recipe(steps=300)


def features(seed: int, width: int) -> np.ndarray:
    a, b, _ = box_units(width, 1, 2.0, 2.0, seed)
    return np.tanh(MEASURE.points @ a.T - b)


@pytest.mark.parametrize("name", [entry.name for entry in ACTIVATIONS])
def test_torch_and_numpy_agree_on_every_activation(name: str) -> None:
    t = np.concatenate([np.linspace(-30, 30, 601), [0.0, 1e-9, -1e-9]])
    found = SIGMAS[name](torch.tensor(t)).numpy()
    assert np.allclose(found, activation(name).values(t), rtol=1e-12, atol=1e-14)


def test_the_module_is_the_record_it_exports() -> None:
    units = Units("gelu", 2, 1.5, 0.5)
    model = RandomFeatureNetwork(units, 9, [4, 5])
    with torch.no_grad():
        model.c.normal_(generator=torch.Generator().manual_seed(0))
    x = np.random.default_rng(0).uniform(size=(7, 2))
    values = model(torch.tensor(x)).detach().numpy()
    for index, seed in enumerate((4, 5)):
        network = model.network(index)
        a, b, draw = box_units(9, 2, 1.5, 0.5, seed)
        assert np.array_equal(network.a, a)
        assert np.array_equal(network.b, b)
        assert network.draw == draw
        assert np.allclose(network(x), values[index], rtol=1e-12)
    assert {name for name, _ in model.named_parameters()} == {"c"}
    assert {name for name, _ in model.named_buffers()} == {"a", "b"}


def test_training_keeps_the_draw_and_the_budget() -> None:
    budget = Fraction(7, 3)
    calls: list[tuple[float, float]] = []
    result = train(
        TANH, 30, MEASURE, VALUES, budget=budget, seeds=(0, 1, 2), recipe=SHORT,
        progress=lambda done, total, stage: calls.append((done, total)),
    )  # fmt: skip
    for index, network in enumerate(result.networks):
        assert exact_mass(network) <= budget
        a, b, draw = box_units(30, 1, 2.0, 2.0, index)
        assert np.array_equal(network.a, a)
        assert np.array_equal(network.b, b)
        assert network.draw == draw
    assert result.errors.min() == result.errors[result.best]
    assert (result.history[-1] < result.history[0]).all()
    assert calls[0][0] == 0
    assert calls[-1] == (300.0, 300.0)
    again = train(TANH, 30, MEASURE, VALUES, budget=budget, seeds=(0, 1, 2), recipe=SHORT)
    assert np.array_equal(again.errors, result.errors)
    assert again.fingerprints == result.fingerprints


def test_gradients_never_beat_the_certified_optimum_of_the_draw() -> None:
    budget = Fraction(1)
    recipe = Recipe(steps=800)
    result = train(TANH, 40, MEASURE, VALUES, budget=budget, seeds=range(3), recipe=recipe)
    for seed, error in enumerate(result.errors):
        best = best_output_weights(features(seed, 40), VALUES, MEASURE.weights, 1.0)
        assert best.lower <= best.error <= error * (1 + 1e-9)
        # a budget this small binds, and training gets close to the optimum
        assert error < 1.001 * best.error


def test_weight_decay_uses_less_budget() -> None:
    masses = []
    for decay in (0.0, 1e-3, 1e-1):
        recipe = Recipe(steps=300, decay=decay)
        masses.append(train(TANH, 40, MEASURE, VALUES, recipe=recipe).masses[0])
    assert masses[0] > masses[1] > masses[2] > 0


def test_projected_adam_is_feasible_but_not_optimal() -> None:
    projected, adam = (
        train(TANH, 40, MEASURE, VALUES, budget=Fraction(1), recipe=Recipe(800, name))
        for name in ("projected", "adam")
    )
    assert exact_mass(adam.networks[0]) <= 1
    assert projected.errors[0] < adam.errors[0] < 2 * projected.errors[0]


def test_single_precision_is_widened_and_names_no_draw() -> None:
    recipe = Recipe(steps=50, single=True)
    result = train(TANH, 10, MEASURE, VALUES, budget=Fraction(1, 3), recipe=recipe)
    network = result.networks[0]
    assert network.draw is None
    assert np.array_equal(network.a.astype(np.float32).astype(np.float64), network.a)
    assert exact_mass(network) <= Fraction(1, 3)


def test_an_interrupt_ends_the_training_only() -> None:
    def interrupt(done: float, total: float, stage: str) -> None:
        if done >= 100:
            raise KeyboardInterrupt

    result = train(TANH, 10, MEASURE, VALUES, recipe=SHORT, progress=interrupt)
    assert result.interrupted
    assert len(result.history) == 2
    assert np.isfinite(result.errors).all()


def test_a_touched_draw_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    original = RandomFeatureNetwork.features

    def meddle(self: RandomFeatureNetwork, x: object) -> object:
        self.a[0, 0, 0] += 1e-9
        return original(self, x)

    monkeypatch.setattr(RandomFeatureNetwork, "features", meddle)
    with pytest.raises(RuntimeError, match="frozen"):
        train(TANH, 5, MEASURE, VALUES, recipe=Recipe(steps=2))


@pytest.mark.parametrize("budget", [0.3, 1.148, 20.36])
@pytest.mark.parametrize("method", ["cone", "gradient"])
def test_the_best_weights_of_a_draw_have_a_small_gap(budget: float, method: str) -> None:
    if method == "cone":
        pytest.importorskip("clarabel")
    found = best_output_weights(
        features(0, 200),
        VALUES,
        MEASURE.weights,
        budget,
        method=method,  # type: ignore[arg-type]
    )
    assert np.abs(found.coefficients).sum() <= budget * (1 + 1e-12)
    assert found.error == pytest.approx(
        MEASURE.norm(VALUES - features(0, 200) @ found.coefficients), rel=1e-9
    )
    assert found.lower <= found.error
    assert found.lower >= found.error * (1 - (1e-4 if method == "cone" else 2e-2))
    # R4's figure for any draw and width at B = 1.148 is 0.4034
    if budget == 1.148:
        assert 0.4034 <= found.error < 0.42


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20),
    st.floats(1e-3, 1e3),
)
def test_projections_onto_the_ball(entries: list[float], budget: float) -> None:
    c = np.array(entries)
    found = project(c, budget)
    assert np.abs(found).sum() <= budget + 1e-14 * (budget + np.abs(c).sum())
    batch = project_rows(torch.tensor(np.stack([c, -c])), budget).numpy()
    assert np.allclose(batch, [found, -found], atol=1e-9 * (1 + np.abs(c).max()))
    # nearest: the variational inequality against the vertices
    for vertex in (*(budget * np.eye(len(c))), *(-budget * np.eye(len(c)))):
        scale = 1e-9 * (1 + np.abs(c).max()) * (1 + budget)
        assert (c - found) @ (vertex - found) <= scale


@settings(max_examples=50)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.fractions("1/1000", 1000))
def test_scaling_keeps_the_exact_budget(entries: list[float], budget: Fraction) -> None:
    c = within(np.array(entries), budget)
    total = sum((Fraction(abs(v)) for v in c.tolist()), Fraction(0))
    assert total <= budget
    before = sum((Fraction(abs(v)) for v in entries), Fraction(0))
    if before <= budget:
        assert np.array_equal(c, np.array(entries))
    else:
        assert float(total / budget) > 1 - 1e-12


def test_draws_in_a_ball() -> None:
    a, b = ball_units(200, 3, 2.0, 0.5, 7)
    norms = np.linalg.norm(a, axis=1)
    assert norms.max() <= 2.0
    # half of the volume lies beyond 2^(-1/3) of the radius
    assert 0.35 < np.mean(norms > 2.0 * 0.5 ** (1 / 3)) < 0.65
    assert np.abs(b).max() <= 0.5
    assert np.array_equal(ball_units(200, 3, 2.0, 0.5, 7)[0], a)
    box, _, _ = box_units(200, 3, 2.0, 0.5, 7)
    assert not np.array_equal(box, a)


BAD = [
    (lambda: train(TANH, 0, MEASURE, VALUES), "width"),
    (lambda: train(TANH, 3, MEASURE, VALUES, seeds=()), "seeds"),
    (lambda: train(TANH, 3, MEASURE, VALUES, seeds=(-1,)), "seed"),
    (lambda: train(TANH, 3, MEASURE, VALUES, budget=Fraction(0)), "budget"),
    (lambda: train(TANH, 3, MEASURE, VALUES[1:]), "values"),
    (lambda: train(Units("swish", 1, 1.0, 1.0), 3, MEASURE, VALUES), "--activation"),
    (lambda: train(Units("tanh", 1, -1.0, 1.0), 3, MEASURE, VALUES), "half_width"),
    (lambda: Recipe(steps=0), "steps"),
    (lambda: Recipe(decay=-1.0), "decay"),
    (lambda: RandomFeatureNetwork(TANH, 3, (0,), dtype=torch.float16), "dtype"),
    (lambda: best_output_weights(np.ones((2, 1)), np.ones(2), np.ones(2), 0.0), "budget"),
    (lambda: best_output_weights(np.ones((2, 1)), np.ones(2), np.ones(2), math.inf), "budget"),
    (lambda: best_output_weights(np.ones((2, 1)), np.ones(3), np.ones(2), 1.0), "features"),
    (lambda: ball_units(5, 40, 1.0, 1.0), "dimension"),
    (lambda: ball_units(5, 2, math.nan, 1.0), "lam"),
    (lambda: box_units(5, 0, 1.0, 1.0), "dimension"),
]


@pytest.mark.parametrize("row", range(len(BAD)))
def test_bad_input(row: int) -> None:
    act, argument = BAD[row]
    with pytest.raises(InputError) as caught:
        act()
    assert caught.value.argument == argument
