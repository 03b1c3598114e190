"""The hand-derived gradients and the hand-written Adam against autograd and torch.optim."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from numerics.permutation.adam import Adam
from numerics.permutation.batches import Batches
from numerics.permutation.hats import FullBatch, Hats
from numerics.permutation.initial import Start, frozen_start
from numerics.permutation.module import PermutedHinges

Array = NDArray[np.float64]
DOMAIN = (Fraction(-1), Fraction(1, 2))
SEEDS = (0, 1, 5)
STARTS: list[Start] = ["location", "published-pairwise", "xavier"]


def target(x: Array) -> Array:
    return np.asarray(np.exp(-x) * np.sin(5.0 * x))


def example(start: Start, n: int, rng: np.random.Generator) -> tuple[PermutedHinges, Array]:
    """Networks with generic coefficients and read-outs, and generic points, ends included."""
    locations, initial, provenance = frozen_start(n, DOMAIN, start=start, seed=3)
    module = PermutedHinges(locations, initial, SEEDS, provenance=provenance)
    with torch.no_grad():
        module.free.add_(torch.tensor(rng.normal(size=module.free.shape)))
        module.affine.add_(torch.tensor(rng.normal(size=module.affine.shape)))
    points = np.concatenate([rng.uniform(-1.0, 0.5, size=62), [-1.0, 0.5]])
    return module, points


def autograd(module: PermutedHinges, x: Array, y: Array) -> tuple[Array, Array, Array]:
    """Loss per network and its gradients in (p, q) and (alpha, gamma) by automatic derivatives."""
    module.train()
    loss = (module(torch.tensor(x)) - torch.tensor(y)).square().mean(dim=1)
    weights, affine = torch.autograd.grad(loss.sum(), [module.free, module.affine])
    return loss.detach().numpy(), weights.numpy(), affine.numpy()


def assert_close(found: torch.Tensor, expected: Array) -> None:
    assert np.abs(found.numpy() - expected).max() <= 1e-12 * np.abs(expected).max()


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("n", [2, 3, 17, 40])
def test_full_batch(start: Start, n: int, rng: np.random.Generator) -> None:
    module, x = example(start, n, rng)
    y = target(x)
    loss, weights, affine = autograd(module, x, y)
    full = FullBatch(Hats(module.locations.numpy(), x, len(SEEDS)), y, len(SEEDS))
    full.gradient(module.free.data, module.affine.data, solve=False)
    assert_close(full.weight_gradient, weights)
    assert_close(full.affine_gradient, affine)
    assert_close(full.loss(module.free.data, module.affine.data), loss)


@pytest.mark.parametrize("start", STARTS)
def test_solved_readout_is_stationary(start: Start, rng: np.random.Generator) -> None:
    """The least-squares read-out has gradient 0, and the weight gradient is the one there."""
    module, x = example(start, 17, rng)
    y = target(x)
    full = FullBatch(Hats(module.locations.numpy(), x, len(SEEDS)), y, len(SEEDS))
    full.gradient(module.free.data, module.affine.data, solve=True)
    loss, weights, affine = autograd(module, x, y)
    assert_close(full.weight_gradient, weights)
    assert np.abs(affine).max() <= 1e-11 * loss.max()
    assert_close(full.least_squares(module.free.data), module.affine.detach().numpy())


@pytest.mark.parametrize("least", [1e-9, 10.0])
def test_gamma_is_kept_away_from_zero(least: float, rng: np.random.Generator) -> None:
    """|gamma| >= least with its sign, alpha the best for it; far below, nothing changes."""
    module, x = example("location", 17, rng)
    y = target(x)
    full = FullBatch(Hats(module.locations.numpy(), x, len(SEEDS)), y, len(SEEDS), least)
    full.gradient(module.free.data, module.affine.data, solve=True)
    free = full.least_squares(module.free.data).numpy()
    gamma = module.affine[:, 1].detach().numpy()
    expected = np.sign(free[:, 1]) * np.maximum(np.abs(free[:, 1]), least)
    assert (np.abs(free[:, 1]) < 10.0).all()
    assert gamma.tolist() == expected.tolist()
    loss, weights, affine = autograd(module, x, y)
    assert_close(full.weight_gradient, weights)
    assert np.abs(affine[:, 0]).max() <= 1e-10 * np.sqrt(loss.max())


def test_batches(rng: np.random.Generator) -> None:
    module, x = example("location", 12, rng)
    y = target(x)
    batches = Batches(module.features(torch.tensor(x)), y, 8, SEEDS)
    batches.shuffle(4)
    seen: list[list[float]] = [[] for _ in SEEDS]
    for batch in range(batches.count):
        batches.gradient(batch, module.free.data, module.affine.data)
        for s in range(len(SEEDS)):
            rows = batches._order[batch].reshape(len(SEEDS), 8)[s].numpy()
            _, weights, affine = autograd(module, x[rows], y[rows])
            assert_close(batches.weight_gradient[s], weights[s])
            assert_close(batches.affine_gradient[s], affine[s])
            seen[s] += rows.tolist()
    # Every epoch is one pass, in an order of its own for every seed and epoch.
    assert all(sorted(rows) == list(range(len(x))) for rows in seen)
    assert seen[0] != seen[1]
    batches.shuffle(5)
    assert batches._order[0].reshape(len(SEEDS), 8)[0].tolist() != seen[0][:8]


def test_hat_values_are_the_network(rng: np.random.Generator) -> None:
    """Also where points lie outside the locations, and where locations coincide."""
    locations = np.array([-0.5, -0.5, 0.0, 0.25, 0.25, 0.25])
    initial = rng.normal(size=12)
    module = PermutedHinges(locations, initial, SEEDS).eval()
    x = np.concatenate([locations, [-3.0, 2.0], rng.uniform(-1.0, 1.0, size=20)])
    hats = Hats(locations, x, len(SEEDS))
    assert_close(hats.values(module.coefficients), module(torch.tensor(x)).detach().numpy())


@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.5, 0.9), (0.0, 0.99)])
def test_adam_is_torch_adam(betas: tuple[float, float], rng: np.random.Generator) -> None:
    start = torch.tensor(rng.normal(size=(3, 8)))
    theirs, ours = torch.nn.Parameter(start.clone()), start.clone()
    optimiser = torch.optim.Adam([theirs], lr=1e-2, betas=betas, eps=1e-8)
    adam = Adam(ours, betas, 1e-8)
    for step in range(200):
        gradient = torch.tensor(rng.normal(size=(3, 8)) * 0.97**step)
        rate = 1e-2 * 0.99**step
        optimiser.param_groups[0]["lr"] = rate
        theirs.grad = gradient.clone()
        optimiser.step()
        adam.step(gradient, rate)
        assert float((ours - theirs.detach()).abs().max()) <= 1e-12
