"""Training and constructing biases on the line."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.goals import Goal, once, record, seconds
from benchmarks.problems import shuffled
from numerics.bias.construction import build_biases
from numerics.bias.draw import BiasDraw
from numerics.bias.line_gradient import Line
from numerics.bias.reports import BiasConstruction
from numerics.draws import FrozenDraw
from theory.targets.target import Target

WIDTH, POINTS, SEEDS, BATCH = 512, 1024, 32, 10


@pytest.mark.parametrize(("compiled", "limit"), [(False, 30.0), (True, 100.0)])
def test_training_step(benchmark: BenchmarkFixture, compiled: bool, limit: float) -> None:
    name = f"bias step, n = 512, 1024 points, 32 seeds{', compiled' if compiled else ''}"
    goal = Goal(name, "times faster per network", limit, least=True)
    torch.set_num_threads(1)
    draw = FrozenDraw("bias", 0)
    W, C = draw.uniform(WIDTH, 1.0), draw.uniform(WIDTH, 1.0)
    biases = torch.tensor(draw.uniform(WIDTH * SEEDS, 1.0).reshape(SEEDS, WIDTH))
    x = np.linspace(0.0, 1.0, POINTS)
    line, target = Line(W, C, x, compiled=compiled), torch.tensor(np.sin(2 * np.pi * x))
    weights, outputs, points = (torch.tensor(values) for values in (W, C, x))

    def plain() -> torch.Tensor:
        b = biases[0].clone().requires_grad_()
        values = torch.relu(points[:, None] * weights + b) @ outputs
        (values - target).square().mean().backward()
        assert b.grad is not None
        return b.grad

    def ours() -> torch.Tensor:
        places = line.places(biases)
        residual = line.values(biases, places).sub_(target).mul_(2 / POINTS)
        return line.gradient(places, residual)

    assert torch.allclose(once(benchmark, ours)[0], plain(), atol=1e-10)
    fast = min(seconds(lambda: [ours() for _ in range(BATCH)]) for _ in range(9))
    fast /= BATCH * SEEDS
    slow = min(seconds(lambda: [plain() for _ in range(BATCH)]) for _ in range(9)) / BATCH
    record(benchmark, goal, slow / fast, module_us=slow * 1e6, ours_us=fast * 1e6)


def test_construction_against_a_sort(benchmark: BenchmarkFixture) -> None:
    goal = Goal("bias construction B2, n = 10^6", "times an argsort", 60.0)
    target, source, width = Target.parse("sin(2*pi*x)+0.3"), BiasDraw(1.0, 0), 1_000_000
    W, C = source.weights(width)
    numbers = shuffled(width)

    def build() -> BiasConstruction:
        return build_biases(target, W[:, 0], C[0], draw=source)

    made = once(benchmark, build)
    assert made.followed
    ours = min(seconds(build) for _ in range(3))
    theirs = min(seconds(lambda: np.argsort(numbers)) for _ in range(9))
    error = made.prediction.value
    record(benchmark, goal, ours / theirs, build=ours, argsort=theirs, predicted=error)
