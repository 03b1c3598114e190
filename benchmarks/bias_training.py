"""The gradient in the biases on the line, in O(n + N), against torch's autograd, in one run.

python benchmarks/bias_training.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch

from numerics.bias.line_gradient import Line, LineValues
from numerics.draws import FrozenDraw

ROUNDS, BATCH = 20, 10


def seconds(step: Callable[[], object]) -> float:
    """The median time of a step."""
    step()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(BATCH):
            step()
        times.append((time.perf_counter() - start) / BATCH)
    return float(np.median(times))


def compare(width: int, points: int) -> tuple[float, float, float]:
    """Seconds of a step by autograd, by the autograd function, and by the bare formulas."""
    draw = FrozenDraw("bias", 0)
    W, C, start = draw.uniform(width, 1.0), draw.uniform(width, 1.0), draw.uniform(width, 1.0)
    x = np.linspace(0.0, 1.0, points)
    line, target = Line(W, C, x), torch.tensor(np.sin(2 * np.pi * x))
    weights, outputs, places_ = (torch.tensor(values) for values in (W, C, x))
    biases = torch.tensor(start[None]).requires_grad_()

    def finish(values: torch.Tensor) -> torch.Tensor:
        biases.grad = None
        (values - target).square().mean().backward()
        assert biases.grad is not None
        return biases.grad.clone()

    def plain() -> torch.Tensor:
        return finish(torch.relu(places_[:, None] * weights + biases[0]) @ outputs)

    def fast() -> torch.Tensor:
        return finish(LineValues.apply(biases, line))

    def bare() -> torch.Tensor:
        b = biases.detach()
        places = line.places(b)
        residual = line.values(b, places).sub_(target).mul_(2 / points)
        return line.gradient(places, residual)

    assert torch.allclose(plain(), fast(), atol=1e-10)
    assert torch.allclose(plain(), bare(), atol=1e-10)
    return seconds(plain), seconds(fast), seconds(bare)


def main() -> None:
    torch.set_num_threads(1)
    print("width points   autograd   function  (ratio)   formulas  (ratio)")
    for width, points in ((128, 256), (512, 1024), (2048, 4096)):
        plain, fast, bare = compare(width, points)
        print(
            f"{width:>5} {points:>6}  {plain * 1e6:>7.0f} us  {fast * 1e6:>6.0f} us  "
            f"({plain / fast:>5.1f})  {bare * 1e6:>6.0f} us  ({plain / bare:>5.1f})"
        )


if __name__ == "__main__":
    main()
