"""Exchange search end to end: exactness, the optimal rate, resumption, records, bad input."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from numerics.permutation import snapshots
from numerics.permutation.initial import Start, frozen_start
from numerics.permutation.protocols import SEARCH, SearchConfig
from numerics.permutation.search import LARGEST_WIDTH, search
from numerics.permutation.trained import TrainingResult
from theory.errors import InputError
from theory.targets.target import Target
from verify.certify.sup import certify_sup
from verify.optima.sup import sup_optimum
from verify.sandwiches.request import PermutationRequest
from verify.sandwiches.training import floats, train_network

Array = NDArray[np.float64]
DOMAIN = (Fraction(-1), Fraction(1))
SHORT = replace(SEARCH, ratio=4.0, cycles=2, sweeps=2, polish=3, seeds=(0, 5))


def sine(x: Array) -> Array:
    return np.asarray(-np.sin(2.0 * np.pi * x))


def run(
    config: SearchConfig = SHORT, n: int = 20, start: Start = "location", **options: object
) -> TrainingResult:
    locations, initial, provenance = frozen_start(n, DOMAIN, start=start)
    options = {"provenance": provenance, **options}
    return search(sine, DOMAIN, locations, initial, config, **options)  # type: ignore[arg-type]


def content(result: TrainingResult) -> list[object]:
    networks = [
        (g.p.tobytes(), g.q.tobytes(), g.alpha.hex(), g.gamma.hex()) for g in result.networks
    ]
    history = result.history
    arrays = (result.grid_errors, history.step, history.loss, history.sup)
    return [networks, *[array.tobytes() for array in arrays], result.algorithm]


@pytest.mark.parametrize("start", ["location", "published-equidistant", "unpaired", "xavier"])
@pytest.mark.parametrize("readout", [True, False])
def test_result_is_a_permutation_of_frozen_data(start: Start, readout: bool) -> None:
    locations, initial, provenance = frozen_start(20, DOMAIN, start=start)
    result = run(start=start, readout=readout)
    grid = np.linspace(-1.0, 1.0, 400)
    for network, error in zip(result.networks, result.grid_errors, strict=True):
        assert network.is_permutation()
        assert network.locations.tobytes() == locations.tobytes()
        assert network.initial.tobytes() == initial.tobytes()
        assert (network.provenance, network.readout) == (provenance, readout)
        assert error == pytest.approx(np.abs(network(grid) - sine(grid)).max(), rel=1e-9)
        if not readout:
            assert (network.alpha, network.gamma) == (0.0, 0.5)
    assert result.frozen_unchanged
    assert result.readout == ("minimax" if readout else "frozen")
    assert result.history.step.size == len(SHORT.lengths(20)) + SHORT.polish
    assert (np.diff(result.history.step) >= 0).all()


@pytest.mark.parametrize("expression", ["sin(3*x)", "exp(x)", "sin(2*pi*x)"])
def test_reaches_what_the_construction_guarantees(expression: str) -> None:
    """From shuffled starts, certified below P8's bound (5/8) M2/(n-1)^2, slopes equal or not."""
    n, target = 40, Target.parse(expression)
    trained = train_network(PermutationRequest(target, n), "search", seeds=2)
    assert trained.network.is_permutation()
    curvature = {"sin(3*x)": 9.0, "exp(x)": np.e, "sin(2*pi*x)": 4.0 * np.pi**2}[expression]
    assert trained.figure.status == "certified"
    assert trained.figure.value < 0.625 * curvature / (n - 1) ** 2
    # no network with these knots can be closer than half of M2 d^2/8 where f'' is near M2: P10
    assert trained.figure.value > 0.02 * curvature / (n - 1) ** 2


def test_smoothing_is_what_does_it() -> None:
    """The ablation: the same moves on the plain squared error alone stop far above."""
    smoothed = run(replace(SEARCH, seeds=(0,)), n=40)
    plain = run(replace(SEARCH, smoothing=False, sweeps=100, seeds=(0,)), n=40)
    assert plain.grid_errors.min() > 3.0 * smoothed.grid_errors.min()


@pytest.mark.parametrize(("expression", "ratio"), [("-sin(2*pi*x)", 1.01), ("exp(x)", 2.0)])
def test_against_the_exact_optimum(expression: str, ratio: float) -> None:
    """n = 4, all permutations known (P7): never below; the gammas miss the best one of exp."""
    target = Target.parse(expression, *DOMAIN)
    exact = sup_optimum(target, 4, readout=True)
    locations, initial, _ = frozen_start(4, DOMAIN)
    config = replace(SEARCH, kappas=(1.0, 2.0, 4.0, 8.0), seeds=tuple(range(8)), density=32)
    result = search(floats(target), DOMAIN, locations, initial, config)
    reached = min(certify_sup(network, target).upper for network in result.networks)
    assert exact.lower <= reached < ratio * exact.upper


def test_affine_and_kinked_targets_exactly() -> None:
    """2x - 1/3 and |x - 1/3| with a knot at 1/3 are networks of the class; both are found."""
    for expression, n in (("2*x-1/3", 20), ("abs(x-1/3)", 40)):
        target = Target.parse(expression)
        trained = train_network(PermutationRequest(target, n), "search")
        assert certify_sup(trained.network, target).upper < 1e-3 / n


@pytest.mark.parametrize("stop_at", [1, 4, 9])
def test_resumed_run_is_bit_identical(stop_at: int, tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    calls: list[int] = []

    def interrupt(done: int, total: int, message: str) -> None:
        calls.append(done)
        if len(calls) == stop_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(checkpoint=path, progress=interrupt)
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.npz"]
    calls.clear()
    resumed = run(checkpoint=path, progress=lambda done, *_: calls.append(done))
    assert calls[0] == stop_at + 1
    assert content(resumed) == content(run())
    calls.clear()
    assert content(run(checkpoint=path, progress=lambda done, *_: calls.append(done))) == content(
        resumed
    )
    assert calls == []


def test_other_and_torn_checkpoints_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    run(checkpoint=path)
    with pytest.raises(InputError, match="belongs to another run"):
        run(replace(SHORT, polish=4), checkpoint=path)
    whole = path.read_bytes()
    for torn in (b"", whole[: len(whole) // 2], b"no archive"):
        path.write_bytes(torn)
        with pytest.raises(InputError, match="unreadable"):
            run(checkpoint=path)
    np.savez(path, run=np.array(["something", "else"]))
    with pytest.raises(InputError, match="belongs to another run"):
        snapshots.load(path, "x")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kappas": ()}, "kappas"),
        ({"kappas": (0.0,)}, "kappas"),
        ({"ratio": 1.0}, "a number above 1"),
        ({"sweeps": 0}, "integers >= 1"),
        ({"cycles": True}, "integers >= 1"),
        ({"polish": -1}, "integers >= 0"),
        ({"density": 0}, "integers >= 1"),
        ({"seeds": (1, 1)}, "distinct integers"),
    ],
)
def test_bad_configurations(change: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        replace(SEARCH, **change)  # type: ignore[arg-type]


def test_bad_input() -> None:
    locations, initial, _ = frozen_start(10)
    with pytest.raises(InputError, match="sorted locations"):
        search(sine, DOMAIN, locations[::-1], initial)
    with pytest.raises(InputError, match=r"shape \(20,\)"):
        search(sine, DOMAIN, locations, initial[:-1])
    with pytest.raises(InputError, match=f"2 to {LARGEST_WIDTH} locations"):
        search(sine, DOMAIN, np.linspace(0, 1, LARGEST_WIDTH + 1), np.zeros(2 * LARGEST_WIDTH + 2))
    with pytest.raises(InputError, match="existing folder"):
        run(checkpoint=Path("/nowhere/run.npz"))


def test_runs_repeat_and_seeds_differ() -> None:
    together = run(replace(SHORT, seeds=(0, 5)))
    again = run(replace(SHORT, seeds=(0, 5)))
    assert content(together) == content(again)
    assert not np.array_equal(together.networks[0].p, together.networks[1].p)
