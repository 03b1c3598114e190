"""The shape checks that other tests rely on: they pass what is right and refuse what is not."""

from __future__ import annotations

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from numerics.networks import Network, PermutationNetwork, ReluNetwork
from tests import shapes

GRID = np.linspace(0.0, 1.0, 4)
PERMUTATION = PermutationNetwork(GRID, GRID, -GRID, 0.0, 1.0, np.concatenate([GRID, -GRID]))
RELU = ReluNetwork(GRID, GRID, GRID)
WRONG = [
    pytest.param(PERMUTATION, "p", GRID[:3], id="shape"),
    pytest.param(PERMUTATION, "initial", GRID, id="not twice as many"),
    pytest.param(PERMUTATION, "gamma", "1", id="scalar"),
    pytest.param(RELU, "W", GRID.astype(np.float32), id="dtype"),
    pytest.param(RELU, "C", GRID.reshape(2, 2), id="axes"),
]


@pytest.mark.parametrize("network", [PERMUTATION, RELU], ids=["permutation", "relu"])
@pytest.mark.parametrize("shape", [(), (5,), (2, 3)], ids=str)
def test_right_shapes_pass(network: Network, shape: tuple[int, ...]) -> None:
    shapes.check(network)
    assert shapes.values(network, np.full(shape, 0.5)).shape == shape


@pytest.mark.parametrize(("network", "field", "value"), WRONG)
def test_wrong_shapes_are_refused(network: Network, field: str, value: object) -> None:
    broken = object.__new__(type(network))
    broken.__dict__.update(network.__dict__ | {field: value})
    with pytest.raises(TypeCheckError):
        shapes.check(broken)


def test_wrong_values_are_refused() -> None:
    class Flattening(ReluNetwork):
        def __call__(self, x: object) -> np.ndarray:
            return super().__call__(x).ravel()

    with pytest.raises(TypeCheckError):
        shapes.values(Flattening(GRID, GRID, GRID), np.zeros((2, 3)))
