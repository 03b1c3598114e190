"""Training of the biases alone: exact gradients, frozen weights that stay, errors that fall."""

from __future__ import annotations

import time

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from numerics.bias.census import census, density_distance, units_off  # noqa: E402
from numerics.bias.line_gradient import Line, LineValues  # noqa: E402
from numerics.bias.module import ACTIVATIONS, BiasModule, spread  # noqa: E402
from numerics.bias.training import TrainedBiases, train_biases  # noqa: E402
from numerics.draws import FrozenDraw  # noqa: E402
from numerics.networks import Array, ReluNetwork  # noqa: E402
from theory.errors import InputError  # noqa: E402
from theory.ridgelet.activations import activation  # noqa: E402

X = np.linspace(0.0, 1.0, 257)
SINE = np.sin(2 * np.pi * X) + 0.3


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def drawn(n: int, seed: int = 0, R: float = 1.0) -> tuple[Array, Array]:
    draw = FrozenDraw("bias", seed)
    return draw.uniform(n, R), draw.uniform(n, R)


def plain(biases: torch.Tensor, W: Array, C: Array, x: Array) -> torch.Tensor:
    """g by the definition: (S, N)."""
    hidden = torch.relu(torch.tensor(x)[:, None] * torch.tensor(W) + biases[:, None, :])
    return hidden @ torch.tensor(C)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10**6), n=st.integers(1, 40), size=st.integers(1, 60),
    rows=st.integers(1, 3), zeros=st.integers(0, 3),
)  # fmt: skip
def test_values_and_gradient_are_those_of_autograd(
    seed: int, n: int, size: int, rows: int, zeros: int
) -> None:
    rng = np.random.default_rng(seed)
    W, C = rng.uniform(-1, 1, (2, n))
    W[:zeros] = 0.0  # constant units
    x = np.sort(rng.uniform(-3, 3, size))
    start = torch.tensor(rng.uniform(-3, 3, (rows, n)))
    pull = torch.tensor(rng.normal(size=(rows, size)))
    for compiled in (False, True):
        line = Line(W, C, x, compiled=compiled)
        fast, slow = start.clone().requires_grad_(), start.clone().requires_grad_()
        values, expected = LineValues.apply(fast, line), plain(slow, W, C, x)
        assert torch.allclose(values, expected, rtol=0, atol=1e-11)
        (values * pull).sum().backward()
        (expected * pull).sum().backward()
        assert torch.allclose(fast.grad, slow.grad, rtol=0, atol=1e-10)


@given(
    points=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=40).map(sorted),
    biases=st.lists(st.floats(-1e3, 1e3) | st.just(float("inf")), min_size=3, max_size=3),
)
def test_compiled_places_are_those_of_searchsorted(
    points: list[float], biases: list[float]
) -> None:
    W, C = np.array([1.0, -1.0, 1e-3]), np.ones(3)
    b = torch.tensor([[*biases], [-p for p in (points * 3)[:3]]], dtype=torch.float64)
    slow, fast = (Line(W, C, np.array(points), compiled=way).places(b) for way in (False, True))
    assert torch.equal(slow, fast)


def test_the_gradient_passes_gradcheck() -> None:
    W, C = drawn(7)
    line = Line(W, C, np.sort(np.random.default_rng(0).uniform(0, 1, 11)))
    start = torch.tensor(np.random.default_rng(1).uniform(-1, 1, (2, 7)), requires_grad=True)
    assert torch.autograd.gradcheck(lambda b: LineValues.apply(b, line), start, eps=1e-7)


def test_repeated_and_extreme_points() -> None:
    W, C = drawn(9)
    x = np.array([0.0, 0.0, 0.5, 0.5, 0.5, 1e6])
    b = torch.tensor(np.random.default_rng(2).uniform(-1, 1, (1, 9)))
    line = Line(W, C, x)
    expected = plain(b, W, C, x)
    assert torch.allclose(line.values(b, line.places(b)), expected, rtol=1e-12, atol=1e-9)


def test_it_is_linear_in_time() -> None:
    """Four times the units and points cost far less than sixteen times as much."""

    def seconds(n: int) -> float:
        W, C = drawn(n)
        line, b = Line(W, C, np.linspace(0, 1, 2 * n)), torch.zeros(1, n, dtype=torch.float64)
        best = np.inf
        for _ in range(8):
            start = time.perf_counter()
            places = line.places(b)
            line.gradient(places, line.values(b, places))
            best = min(best, time.perf_counter() - start)
        return best

    assert seconds(40_000) < 10 * seconds(10_000)


@pytest.mark.parametrize("optimiser", ["adam", "lbfgs"])
def test_errors_fall_and_nothing_frozen_moves(optimiser: str) -> None:
    W, C = drawn(400)
    before = (W.copy(), C.copy())
    found = train_biases(W, C, X, SINE, seeds=(0, 1), steps=1500, optimiser=optimiser)  # type: ignore[arg-type]
    assert np.array_equal(W, before[0])
    assert np.array_equal(C, before[1])
    assert found.sup_errors.min() < 0.05 < found.history.sup[0].min()
    assert found.finished
    assert found.biases.shape == (2, 400)
    # the figures are those of the network that is returned
    for b, error in zip(found.biases, found.sup_errors, strict=True):
        assert np.abs(ReluNetwork(W, b, C)(X) - SINE).max() == pytest.approx(error, abs=1e-11)
    assert np.array_equal(found.b, found.biases[found.sup_errors.argmin()])
    assert set(found.fingerprint) == {"weight_0", "readout"}
    assert "biases" in found.algorithm


def test_runs_repeat_to_the_bit_and_seeds_differ() -> None:
    W, C = drawn(60)
    one, two, other = (train_biases(W, C, X, SINE, seed=seed, steps=200) for seed in (3, 3, 4))
    assert np.array_equal(one.b, two.b)
    assert not np.array_equal(one.b, other.b)


def test_side_by_side_is_the_same_as_alone() -> None:
    W, C = drawn(50)
    together = train_biases(W, C, X, SINE, seeds=(0, 5), steps=300, optimiser="adam")
    alone = train_biases(W, C, X, SINE, seed=5, steps=300, optimiser="adam")
    assert together.sup_errors[1] == pytest.approx(alone.sup_errors[0], rel=1e-6)


def test_it_can_be_interrupted_and_limited() -> None:
    W, C = drawn(50)

    def interrupt(done: float, total: float, stage: str) -> None:
        assert stage == "training"
        if done >= 50:
            raise KeyboardInterrupt

    for optimiser in ("adam", "lbfgs"):
        found: TrainedBiases = train_biases(
            W,
            C,
            X,
            SINE,
            steps=10_000,
            optimiser=optimiser,
            progress=interrupt,  # type: ignore[arg-type]
        )
        assert not found.finished
        assert 0 < found.steps < 200
        assert np.isfinite(found.b).all()
        late = train_biases(W, C, X, SINE, steps=10**7, optimiser=optimiser, seconds=1e-3)  # type: ignore[arg-type]
        assert not late.finished
        assert late.seconds < 3


def test_a_network_can_be_recovered() -> None:
    """A target that the frozen weights can represent exactly is nearly found."""
    W, C = np.ones(4), np.array([1.0, -2.0, 3.0, -1.5])
    truth = ReluNetwork(W, np.array([-0.1, -0.3, -0.6, -0.8]), C)
    found = train_biases(W, C, X, truth(X), seeds=range(12), steps=12_000)
    assert found.sup_errors.min() < 1e-3


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - {"step"}))
def test_every_activation_in_two_dimensions(name: str) -> None:
    draw = FrozenDraw("bias", 1)
    W, C = draw.uniform((30, 2), 2.0), draw.uniform(30, 1.0)
    points = draw.take((100, 2))
    values = points[:, 0] * points[:, 1]
    found = train_biases(W, C, points, values, activation=name, steps=150)
    assert found.sup_errors[0] < found.history.sup[0, 0]


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_activations_are_those_of_the_catalogue(name: str) -> None:
    t = np.concatenate([np.linspace(-9, 9, 721), [0.0, -0.0, 1e-9]])
    found = ACTIVATIONS[name](torch.tensor(t)).numpy()
    assert np.allclose(found, activation(name).values(t), rtol=1e-12, atol=1e-13)


def test_the_module_of_any_depth() -> None:
    draw = FrozenDraw("bias", 2)
    hidden = [draw.uniform((8, 3), 1.0), draw.uniform((6, 8), 1.0), draw.uniform((5, 6), 1.0)]
    C, points = draw.uniform((2, 5), 1.0), draw.take((40, 3))
    module = BiasModule(hidden, C, points, activation="tanh", seeds=(0, 1, 2))
    x = torch.tensor(points)
    assert module(x).shape == (3, 40, 2)
    assert [tuple(b.shape) for b in module.parameters()] == [(3, 8), (3, 6), (3, 5)]
    state = points
    for weight, bias in zip(hidden, module.biases, strict=True):
        state = np.tanh(state @ weight.T + bias[1].detach().numpy())
    assert np.allclose(module(x)[1].detach().numpy(), state @ C.T, atol=1e-13)
    before = module.fingerprints()
    optimiser = torch.optim.Adam(module.parameters(), lr=1e-2)
    target = torch.tensor(np.sin(points[:, :2]))
    losses = []
    for _ in range(60):
        optimiser.zero_grad()
        loss = (module(x) - target).square().mean()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0] / 2
    assert module.fingerprints() == before
    assert len(before) == 4


def test_starts_spread_the_thresholds_over_the_data() -> None:
    fields = np.random.default_rng(0).normal(size=(500, 20))
    b = spread(fields, FrozenDraw("bias-start-0", 0))
    on = np.sort((fields + b > 0).mean(axis=0))
    assert np.allclose(on, (np.arange(20) + 0.5) / 20, atol=0.01)


def test_census() -> None:
    W = np.array([1.0, -1.0, 1.0, 1.0, 0.0])
    b = np.array([-0.25, 0.5, -2.0, 3.0, -1.0])
    found = census(W, b, np.ones(5), 0.0, 1.0)
    assert (found.off, found.affine, found.bending) == (0.4, 0.2, 0.4)
    assert found.knots.tolist() == [0.25, 0.5]
    assert found.kink_budget_used == 0.5
    assert units_off(np.array([[0.0, 1.0], [0.0, 0.0]])) == 0.5


def test_knots_are_compared_with_the_right_density() -> None:
    knots = (np.arange(1000) + 0.5) / 1000
    assert density_distance(knots, np.square, 0.0, 1.0) < 0.002
    assert density_distance(knots**2, np.square, 0.0, 1.0) == pytest.approx(0.25, abs=0.002)
    assert density_distance(np.full(3, 0.5), np.square, 0.0, 1.0) == pytest.approx(0.5, abs=0.01)
    assert density_distance(np.empty(0), np.square, 0.0, 1.0) == 1.0
    assert density_distance(knots, lambda x: 3 * x, 0.0, 1.0) < 0.01


GOOD = {"W": [1.0, -1.0], "C": [1.0, 1.0], "points": X, "values": SINE}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"steps": 0}, "steps"),
        ({"optimiser": "sgd"}, "optimiser"),
        ({"activation": "step"}, "--activation"),
        ({"activation": "swish"}, "--activation"),
        ({"values": SINE[:-1]}, "values"),
        ({"points": np.zeros((257, 2))}, "layer 0"),
        ({"C": [1.0, 1.0, 1.0]}, "layer 1"),
        ({"W": [np.nan, 1.0]}, "W_0"),
        ({"W": "abc"}, "W_0"),
        ({"seeds": ()}, "seeds"),
        ({"seed": -1}, "seed"),
    ],
)
def test_bad_input(change: dict[str, object], named: str) -> None:
    with pytest.raises(InputError) as caught:
        train_biases(**GOOD | change)  # type: ignore[arg-type]
    assert caught.value.argument == named


@pytest.mark.parametrize(
    "call",
    [
        lambda: Line([1.0], [1.0], [1.0, 0.0]),
        lambda: Line([1.0], [1.0], []),
        lambda: Line([1.0], [1.0, 2.0], [0.0]),
        lambda: BiasModule([], [1.0], X),
        lambda: census([1.0], [1.0], [1.0], 1.0, 0.0),
        lambda: units_off(np.zeros(3)),
    ],
)
def test_bad_arrays(call: object) -> None:
    with pytest.raises(InputError):
        call()  # type: ignore[operator]
