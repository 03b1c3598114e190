"""The module: the recursion of the theorem, its closed loop, exact gradients, measures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from numerics.bias.recurrent import RecurrentNetwork  # noqa: E402
from numerics.dynamics.draws import frozen_matrices  # noqa: E402
from numerics.dynamics.measures import fit, jacobian, recurrent_lag, spectrum, units_off  # noqa: E402
from numerics.dynamics.module import RecurrentModule  # noqa: E402
from theory.errors import InputError  # noqa: E402

ALPHA, BETA, N, T, S, P = -0.4, 0.7, 11, 14, 2, 3


def module(**options: object) -> RecurrentModule:
    matrices = [frozen_matrices(N, 1.5, seed) for seed in range(S)]
    return RecurrentModule(matrices, alpha=ALPHA, beta=BETA, **options)  # type: ignore[arg-type]


@pytest.fixture
def inputs(rng: np.random.Generator) -> torch.Tensor:
    torch.set_num_threads(1)
    return torch.tensor(rng.normal(size=(T, S, 1, P)))


def test_teacher_forcing_is_the_network_of_the_theorem(inputs: torch.Tensor) -> None:
    networks = module()
    run = networks.run(inputs, T)
    for row in range(S):
        for window in range(P):
            states, outputs = networks.network(row).run(inputs[:, row, :, window].numpy())
            assert np.abs(run.states[1:, row, :, window].numpy() - states).max() < 1e-12
            assert np.abs(run.outputs[:, row, :, window].numpy() - outputs).max() < 1e-12


@pytest.mark.parametrize("delay", [1, 3])
def test_the_closed_loop_reads_its_own_output(inputs: torch.Tensor, delay: int) -> None:
    networks = module(delay=delay)
    warm = 5
    run = networks.run(inputs, warm)
    plain = networks.network(1)
    r, seen = plain.start, []
    for t in range(T):
        x = inputs[t, 1, :, 2].numpy() if t < warm else seen[t - delay]
        r = ALPHA * -r + BETA * np.maximum(plain.W @ r + plain.B @ x + plain.b, 0)
        seen.append(plain.C @ r)
    assert np.abs(run.outputs[:, 1, :, 2].numpy() - np.array(seen)).max() < 1e-12
    # data after the warm-up is never looked at
    changed = inputs.clone()
    changed[warm:] = 1e9
    assert torch.equal(networks.run(changed, warm).outputs, run.outputs)
    open_loop = module(delay=delay, feedback=False).run(inputs, warm)
    assert not open_loop.inputs[warm:].any()
    assert not torch.equal(open_loop.outputs, run.outputs)


def test_older_outputs_are_fed_back(rng: np.random.Generator) -> None:
    torch.set_num_threads(1)
    matrices = [frozen_matrices(N, 1.5, 4, inputs=2)]
    networks = RecurrentModule(matrices, alpha=ALPHA, beta=BETA, lags=(0, 3))
    warm, plain = 5, networks.network(0)
    inputs = torch.tensor(rng.normal(size=(T, 1, 2, 1)))
    run = networks.run(inputs, warm)
    r, seen = plain.start, []
    for t in range(T):
        x = inputs[t, 0, :, 0].numpy()
        if t >= warm:
            x = np.array([seen[t - 1][0], seen[t - 4][0]])
        r = -ALPHA * r + BETA * np.maximum(plain.W @ r + plain.B @ x + plain.b, 0)
        seen.append(plain.C @ r)
    assert np.abs(run.outputs[:, 0, :, 0].numpy() - np.array(seen)).max() < 1e-12
    with pytest.raises(InputError, match="lag per input"):
        RecurrentModule(matrices, alpha=ALPHA, beta=BETA)


def test_a_long_run_need_not_be_kept(inputs: torch.Tensor) -> None:
    networks = module()
    kept, thrown = networks.run(inputs, 5), networks.run(inputs, 5, keep=False)
    assert torch.equal(kept.outputs, thrown.outputs)
    assert torch.equal(kept.inputs, thrown.inputs)
    assert len(kept.states) == T + 1
    assert len(thrown.states) == 2


@pytest.mark.parametrize("trained", ["biases", "all"])
@pytest.mark.parametrize(
    ("delay", "feedback", "warm", "lags"),
    [(1, True, 5, (0,)), (3, True, 5, (0,)), (1, False, 4, (0,)), (2, True, T, (0,)),
     (1, True, 6, (0, 2)), (2, True, 7, (1, 4))],
)  # fmt: skip
def test_gradients_are_those_of_autograd(
    inputs: torch.Tensor,
    trained: str,
    delay: int,
    feedback: bool,
    warm: int,
    lags: tuple[int, ...],
) -> None:
    matrices = [frozen_matrices(N, 1.5, seed, inputs=len(lags)) for seed in range(S)]
    inputs = torch.cat([(j + 1) * inputs for j in range(len(lags))], dim=2)
    networks = RecurrentModule(
        matrices, alpha=ALPHA, beta=BETA, train=trained, delay=delay, feedback=feedback, lags=lags
    )
    target = torch.linspace(-1, 1, T, dtype=torch.float64)[:, None, None, None]
    run = networks.run(inputs, warm)
    found = networks.gradient(run, 2 * (run.outputs - target), warm)
    r = torch.zeros(S, N, P, dtype=torch.float64)
    outputs: list[torch.Tensor] = []
    for t in range(T):
        x = inputs[t] if t < warm else torch.zeros_like(inputs[0])
        if t >= warm and feedback:
            x = torch.cat([outputs[t - delay - lag] for lag in lags], dim=1)
        r = -ALPHA * r + BETA * torch.relu(networks.W @ r + networks.B @ x + networks.b)
        outputs.append(networks.C @ r)
    (torch.stack(outputs) - target).square().sum().backward()
    names = [name for name, _ in networks.named_parameters()]
    assert names == (["b"] if trained == "biases" else ["W", "B", "C", "b"])
    for (name, parameter), gradient in zip(networks.named_parameters(), found, strict=True):
        assert parameter.grad is not None
        assert float(parameter.grad.abs().max()) > 1e-3, name
        assert torch.allclose(gradient, parameter.grad, rtol=1e-9, atol=1e-9), name


def test_only_biases_are_parameters() -> None:
    networks = module()
    assert networks.trained_parameters() == N
    assert set(networks.fingerprints()) == {"W", "B", "C"}
    everything = module(train="all")
    assert everything.trained_parameters() == N * N + 3 * N
    assert not everything.fingerprints()


def test_the_jacobian_is_the_derivative_of_a_step(rng: np.random.Generator) -> None:
    network = module().network(0)
    r = rng.normal(size=N)

    def step(state: np.ndarray, closed: bool) -> np.ndarray:
        fed = network.B @ (network.C @ state) if closed else 0.0
        field = network.W @ state + fed + network.b
        return -network.alpha * state + network.beta * np.maximum(field, 0)

    for closed in (True, False):
        loop = network.W + network.B @ network.C if closed else network.W
        J = jacobian(network, loop @ r + network.b > 0, closed=closed)
        for column in range(N):
            e = 1e-7 * np.eye(N)[column]
            slope = (step(r + e, closed) - step(r - e, closed)) / 2e-7
            assert np.abs(slope - J[:, column]).max() < 1e-6


def test_spectra_of_known_networks() -> None:
    W = np.diag([2.0, -1.0, 0.5])
    zero, C = np.zeros((3, 1)), np.zeros((1, 3))
    network = RecurrentNetwork(W, zero, C, np.zeros(3), np.zeros(3), 0.0, 1.0)
    on = np.ones((40, 3), dtype=bool)
    found = spectrum(network, on, closed=True)
    assert found.radius == found.largest == pytest.approx(2.0)
    assert found.lyapunov == pytest.approx(np.log(2.0), abs=1e-3)
    on[:, 0] = False
    found = spectrum(network, on, closed=False, most=5)
    assert len(found.eigenvalues) == 5
    assert found.radius == pytest.approx(1.0)
    assert found.lyapunov == pytest.approx(0.0, abs=1e-3)
    assert spectrum(network, np.zeros((4, 3), dtype=bool), closed=True).lyapunov is None
    # feedback can move the spectrum: B C adds its own eigenvalue
    one, none = np.ones((3, 1)), np.zeros(3)
    fed = RecurrentNetwork(0 * W, one, one.T, none, none, 0.0, 1.0)
    on[:] = True
    assert spectrum(fed, on, closed=True).radius == pytest.approx(3.0)
    assert spectrum(fed, on, closed=False).radius == 0.0


def test_the_lag_that_recurrence_adds() -> None:
    """Against the sum it is the closed form of; for gain 0 there is none."""
    leak, n = 0.3, 60
    draw = frozen_matrices(n, 0.6, 5)
    network = RecurrentNetwork(draw.W, draw.B, draw.C, draw.b, np.zeros(n), leak - 1.0, leak)
    on = (np.arange(n) % 2 == 0)[None]
    J = jacobian(network, on[0], closed=False)
    term = leak * on[0][:, None] * draw.B
    added = np.zeros_like(term)
    plain = term.copy()
    for k in range(400):
        added += (k + 1) * (term - plain)
        term, plain = J @ term, (1 - leak) * plain
    expected = np.linalg.norm(added) / np.linalg.norm(on[0][:, None] * draw.B)
    assert recurrent_lag(network, on) == pytest.approx(float(expected), rel=1e-9)
    assert 1 < expected < 10
    without = RecurrentNetwork(0 * draw.W, draw.B, draw.C, draw.b, np.zeros(n), leak - 1.0, leak)
    assert recurrent_lag(without, on) == 0.0
    singular = RecurrentNetwork(np.eye(n), draw.B, draw.C, draw.b, np.zeros(n), leak - 1.0, leak)
    assert recurrent_lag(singular, on) == np.inf
    with pytest.raises(InputError, match="alpha, beta"):
        recurrent_lag(module().network(0), np.ones((1, N), dtype=bool))


def test_without_recurrence_the_loop_is_a_map_of_the_line() -> None:
    """y -> (1 - a) y + a C relu(B y + b): states with one output have one future."""
    leak, n = 0.3, 20
    draw = frozen_matrices(n, 1.0, 6)
    network = RecurrentNetwork(0 * draw.W, draw.B, draw.C, draw.b, np.zeros(n), leak - 1.0, leak)
    run = RecurrentModule([replace(draw, W=0 * draw.W)], alpha=leak - 1.0, beta=leak).run(
        torch.full((50, 1, 1, 1), 0.7, dtype=torch.float64), 10
    )
    y = run.outputs[:, 0, 0, 0].numpy()
    for t in range(12, 49):
        field = np.maximum(network.B[:, 0] * y[t] + network.b, 0.0)
        assert y[t + 1] == pytest.approx((1 - leak) * y[t] + leak * float(draw.C[0] @ field))


def test_fits_of_known_errors() -> None:
    targets = np.tile(np.array([1.0, -1.0])[:, None, None], (5, 1, 2))
    outputs = targets.copy()
    perfect = fit(outputs, targets, 0.4)
    assert perfect.r2.tolist() == [1.0]
    assert perfect.horizons.tolist() == [[10.0, 10.0]]
    outputs[6, 0, 1] += 0.5
    found = fit(outputs, targets, 0.4)
    assert found.r2[0] == pytest.approx(1 - 0.25 / 20)
    assert found.rmse[0] == pytest.approx((0.25 / 20) ** 0.5)
    assert found.horizons.tolist() == [[10.0, 6.0]]
    assert fit(outputs, targets, 0.5).horizons.tolist() == [[10.0, 10.0]]
    outputs[3, 0, 0] = np.nan
    lost = fit(outputs, targets, 0.4)
    assert lost.horizons.tolist() == [[3.0, 6.0]]
    assert lost.r2[0] == -np.inf
    assert fit(0 * targets, targets, 0.4).r2[0] == 0.0


def test_units_off(inputs: torch.Tensor) -> None:
    networks = module()
    networks.W.zero_()  # type: ignore[operator]
    networks.free()[0][0, :4] = -1e6
    networks.free()[0][1] = 1e6
    assert units_off(networks.run(inputs, T), 2)[1] == 0.0
    assert units_off(networks.run(inputs, T), 2)[0] >= 4 / N


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: module(train="some"), "--train"),
        (lambda: module(delay=0), "delay"),
        (lambda: RecurrentModule([], alpha=0.0, beta=1.0), "matrices"),
        (lambda: fit(np.zeros((2, 1, 1)), np.ones((2, 1, 1)), 0.0), "--threshold"),
        (lambda: fit(np.zeros((2, 1, 1)), np.ones((2, 1, 1)), float("nan")), "--threshold"),
        (lambda: fit(np.zeros((2, 1, 1)), np.ones((3, 1, 1)), 1.0), "outputs"),
        (lambda: spectrum(module().network(0), np.ones((0, N), dtype=bool), closed=True), "on"),
    ],
)
def test_bad_input(call: object, named: str) -> None:
    with pytest.raises(InputError) as caught:
        call()  # type: ignore[operator]
    assert caught.value.argument == named
