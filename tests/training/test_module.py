"""The torch module: exact permutations, rank assignment, frozen buffers."""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from numerics.fingerprint import fingerprint
from numerics.networks import Provenance
from numerics.permutation.initial import frozen_start
from numerics.permutation.module import PermutedHinges
from numerics.permutation.protocols import Arrangement
from theory.errors import InputError

Array = NDArray[np.float64]
UNIT = (Fraction(0), Fraction(1))
few = st.sampled_from([-1.0, -0.5, -0.0, 0.0, 0.5, 1.0])


@st.composite
def modules(draw: st.DrawFn) -> tuple[PermutedHinges, Array]:
    """A module with ties in its initial vector, and free coefficients with ties."""
    n = draw(st.integers(1, 6))
    initial = draw(st.lists(few, min_size=2 * n, max_size=2 * n))
    seeds = draw(st.lists(st.integers(0, 9), min_size=1, max_size=3, unique=True))
    arrangement: Arrangement = draw(st.sampled_from(get_args(Arrangement)))
    module = PermutedHinges(np.arange(n) / 7.0, initial, seeds, arrangement=arrangement)
    free = draw(st.lists(few, min_size=len(seeds) * 2 * n, max_size=len(seeds) * 2 * n))
    return module, np.array(free).reshape(len(seeds), 2 * n)


def bits(values: Array) -> list[int]:
    return sorted(np.asarray(values, dtype=np.float64).view(np.int64).tolist())


@given(modules())
def test_synchronise_assigns_by_stable_rank(case: tuple[PermutedHinges, Array]) -> None:
    module, free = case
    initial = module.initial.numpy().copy()
    with torch.no_grad():
        module.free.copy_(torch.tensor(free))
    module.synchronise()
    smallest_first = sorted(range(initial.size), key=lambda k: (initial[k], k))
    for s, row in enumerate(free.tolist()):
        positions = sorted(range(len(row)), key=lambda j: (row[j], j))
        expected = np.empty(len(row))
        expected[positions] = initial[smallest_first]
        assert module.free[s].tolist() == expected.tolist()
        assert sorted(module.order[s].tolist()) == list(range(len(row)))
    # Synchronised coefficients are in rank order already: once more changes nothing.
    before = module.coefficients
    module.synchronise()
    assert torch.equal(module.coefficients, before)


@given(modules())
def test_networks_are_exact_permutations(case: tuple[PermutedHinges, Array]) -> None:
    module, free = case
    for synchronised in (False, True):
        for s in range(len(module.seeds)):
            network = module.network(s)
            assert bits(np.concatenate([network.p, network.q])) == bits(network.initial)
        if not synchronised:
            with torch.no_grad():
                module.free.copy_(torch.tensor(free))
            module.synchronise()


@given(modules())
def test_paired_starts_have_extremes_together(case: tuple[PermutedHinges, Array]) -> None:
    module, _ = case
    initial = np.sort(module.initial.numpy())
    paired = PermutedHinges(module.locations.numpy(), initial, module.seeds, arrangement="paired")
    n = module.width
    for row in paired.coefficients.detach().numpy():
        lower, upper = np.minimum(row[:n], row[n:]), np.maximum(row[:n], row[n:])
        pairs = sorted(zip(lower, upper, strict=True))
        assert pairs == sorted(zip(initial[:n], initial[: n - 1 : -1], strict=True))


def example(**options: object) -> PermutedHinges:
    locations, initial, provenance = frozen_start(20, UNIT)
    return PermutedHinges(
        locations,
        initial,
        (0, 1, 2),
        provenance=provenance,
        **options,  # type: ignore[arg-type]
    )


def test_paired_symmetric_start_is_affine() -> None:
    network = example(arrangement="paired").network(1)
    assert np.abs(network.p + network.q).max() == 0.0


def test_seeds_start_differently_and_reproducibly() -> None:
    for arrangement in ("shuffled", "paired"):
        first, again = example(arrangement=arrangement), example(arrangement=arrangement)
        assert torch.equal(first.order, again.order)
        assert len({tuple(row) for row in first.order.tolist()}) == 3
    # A seed's start does not depend on its companions.
    locations, initial, _ = frozen_start(20, UNIT)
    alone = PermutedHinges(locations, initial, (2,), arrangement="alternating")
    assert torch.equal(alone.order[0], example(arrangement="alternating").order[2])
    assert torch.equal(alone.order[0], example(arrangement="shuffled").order[2])
    assert torch.equal(
        example(arrangement="alternating").order[1], example(arrangement="paired").order[1]
    )


def test_modes_and_the_exported_network_agree() -> None:
    module = example()
    with torch.no_grad():
        module.affine.copy_(torch.tensor([[0.5, 2.0], [0.0, -1.0], [1.0, 0.25]]))
        module.free.add_(0.125)
    x = torch.linspace(-0.5, 1.5, 33, dtype=torch.float64)
    free, exact = module.train()(x).detach().numpy(), module.eval()(x).detach().numpy()
    for s in range(3):
        assert np.abs(module.network(s)(x.numpy()) - exact[s]).max() < 1e-12
    assert np.abs(free - exact).max() > 0.1


def test_frozen_arrays_are_buffers() -> None:
    module = example()
    assert {name for name, _ in module.named_parameters()} == {"free", "affine"}
    assert {name for name, _ in module.named_buffers()} == {
        "locations",
        "initial",
        "ranking",
        "order",
    }
    assert all(tensor.dtype == torch.float64 for tensor in (module.free, module.affine))
    optimiser = torch.optim.Adam(module.parameters(), lr=0.1)
    before = module.fingerprints()
    module(torch.linspace(0, 1, 9, dtype=torch.float64)).square().sum().backward()
    optimiser.step()
    module.synchronise()
    assert module.fingerprints() == before
    assert before["initial"] == fingerprint(frozen_start(20, UNIT)[1])
    module.initial[3] += 1e-16
    assert module.fingerprints() != before


def test_frozen_readout() -> None:
    module = example(readout=False, scale=0.5)
    assert {name for name, _ in module.named_parameters()} == {"free"}
    network = module.network(0)
    assert (network.alpha, network.gamma, network.readout) == (0.0, 0.5, False)
    assert network.is_permutation()
    assert network.provenance == Provenance("equidistant", "location")
    assert "readout" in module.fingerprints()


def test_an_overwritten_order_is_refused() -> None:
    module = example()
    module.order[1, 0] = module.order[1, 1]
    assert module.network(0).is_permutation()
    with pytest.raises(InputError, match="no permutation"):
        module.network(1)


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"locations": [1.0, 0.0]}, "locations"),
        ({"locations": []}, "locations"),
        ({"initial": [1.0]}, "initial"),
        ({"initial": [1.0, 2.0, 3.0, float("nan")]}, "initial"),
        ({"seeds": ()}, "seeds"),
        ({"seeds": (-1,)}, "seed"),
        ({"arrangement": "sorted"}, "arrangement"),
    ],
)
def test_bad_arguments(arguments: dict[str, object], argument: str) -> None:
    good = {"locations": [0.0, 1.0], "initial": [0.0, 1.0, 2.0, 3.0], "seeds": (0,)}
    with pytest.raises(InputError) as caught:
        PermutedHinges(**{**good, **arguments})  # type: ignore[arg-type]
    assert caught.value.argument == argument
