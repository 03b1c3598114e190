"""LaPerm end to end on small cases: exactness, resumption, determinism, records, bad input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from numerics.permutation.initial import Start, frozen_start
from numerics.permutation.laperm import PUBLISHED, QUICK, LaPermConfig, TrainingResult, train
from numerics.permutation.module import PermutedHinges
from numerics.permutation.protocols import Refit
from numerics.permutation.readout import minimax
from theory.errors import InputError

Array = NDArray[np.float64]
DOMAIN = (Fraction(-1), Fraction(1))
SHORT = replace(QUICK, epochs=400, period=20, points=201, seeds=(0, 1, 2))
BATCHED = replace(PUBLISHED, epochs=12, period=5, points=80, rate=0.01, seeds=(0, 3))
PROTOCOLS = [SHORT, BATCHED]


def sine(x: Array) -> Array:
    return np.asarray(-np.sin(2.0 * np.pi * x))


def run(
    config: LaPermConfig,
    n: int = 20,
    start: Start = "location",
    target: Callable[[Array], Array] = sine,
    **options: object,
) -> TrainingResult:
    locations, initial, provenance = frozen_start(n, DOMAIN, start=start)
    options = {"provenance": provenance, **options}
    return train(target, DOMAIN, locations, initial, config, **options)  # type: ignore[arg-type]


def content(result: TrainingResult) -> list[object]:
    """Everything a run computed, bit by bit; not how long it took."""
    networks = [
        (w.p.tobytes(), w.q.tobytes(), w.alpha.hex(), w.gamma.hex()) for w in result.networks
    ]
    history = result.history
    arrays = (result.grid_errors, history.step, history.loss, history.sup)
    return [networks, *[array.tobytes() for array in arrays], result.algorithm]


@pytest.mark.parametrize("config", PROTOCOLS)
@pytest.mark.parametrize("start", ["location", "published-equidistant", "unpaired"])
@pytest.mark.parametrize("readout", [True, False])
def test_result_is_a_permutation_of_frozen_data(
    config: LaPermConfig, start: Start, readout: bool
) -> None:
    locations, initial, provenance = frozen_start(20, DOMAIN, start=start)
    result = run(config, start=start, readout=readout)
    for network, error in zip(result.networks, result.grid_errors, strict=True):
        assert network.is_permutation()
        assert network.locations.tobytes() == locations.tobytes()
        assert network.initial.tobytes() == initial.tobytes()
        assert (network.provenance, network.readout) == (provenance, readout)
        grid = np.linspace(-1.0, 1.0, 400)
        assert error == pytest.approx(np.abs(network(grid) - sine(grid)).max(), rel=1e-9)
        if not readout:
            assert (network.alpha, network.gamma) == (0.0, 0.5)
    assert result.frozen_unchanged
    assert ("readout" in result.fingerprints_before) == (not readout)
    assert result.readout == (config.refit if readout else "frozen")
    assert result.grid_errors[result.best] == result.grid_errors.min()
    assert result.network is result.networks[result.best]
    assert result.geometric_mean == pytest.approx(
        np.prod(result.grid_errors) ** (1 / result.grid_errors.size)
    )


@pytest.mark.parametrize("config", PROTOCOLS)
def test_training_improves_on_every_start(config: LaPermConfig) -> None:
    """Against the same shuffles, each with its own best read-out: the order was learned."""
    config = replace(config, epochs=8 * config.epochs, arrangement="shuffled")
    result = run(config)
    locations, initial, _ = frozen_start(20, DOMAIN)
    module = PermutedHinges(locations, initial, config.seeds).eval()
    x = np.linspace(-1.0, 1.0, 400)
    hinges = module(torch.tensor(x)).detach().numpy()
    for h, error in zip(hinges, result.grid_errors, strict=True):
        alpha, gamma = minimax(h, sine(x))
        assert error < 0.8 * np.abs(alpha + gamma * h - sine(x)).max()


@pytest.mark.parametrize("config", PROTOCOLS)
@pytest.mark.parametrize("stop_at", [1, 2])
def test_resumed_run_is_bit_identical(config: LaPermConfig, stop_at: int, tmp_path: Path) -> None:
    path = tmp_path / "run.pt"
    calls: list[tuple[int, int]] = []

    def interrupt(done: int, total: int, message: str) -> None:
        calls.append((done, total))
        if len(calls) == stop_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(config, checkpoint=path, checkpoint_seconds=0.0, progress=interrupt)
    assert calls[-1] == (stop_at * config.period, config.epochs)
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.pt"]
    calls.clear()
    resumed = run(
        config, checkpoint=path, progress=lambda done, total, _: calls.append((done, total))
    )
    assert calls[0][0] == min((stop_at + 1) * config.period, config.epochs)
    assert calls[-1] == (config.epochs, config.epochs)
    uninterrupted = run(config)
    assert content(resumed) == content(uninterrupted)
    # A finished run is read, not repeated.
    calls.clear()
    again = run(
        config, checkpoint=path, progress=lambda done, total, _: calls.append((done, total))
    )
    assert (content(again), calls) == (content(resumed), [])


def test_killed_while_saving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old checkpoint survives a save that dies half-way."""
    path = tmp_path / "run.pt"
    saves: list[object] = []
    honest = torch.save

    def dies(content: object, file: object) -> None:
        saves.append(content)
        if len(saves) == 3:
            file.write(b"half")  # type: ignore[attr-defined]
            raise KeyboardInterrupt
        honest(content, file)  # type: ignore[arg-type]

    monkeypatch.setattr(torch, "save", dies)
    with pytest.raises(KeyboardInterrupt):
        run(SHORT, checkpoint=path, checkpoint_seconds=0.0)
    monkeypatch.undo()
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.pt"]
    assert content(run(SHORT, checkpoint=path)) == content(run(SHORT))


def test_checkpoints_of_other_runs_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.pt"
    run(BATCHED, checkpoint=path)
    others: list[Callable[[], object]] = [
        lambda: run(replace(BATCHED, rate=0.02), checkpoint=path),
        lambda: run(replace(BATCHED, seeds=(0, 4)), checkpoint=path),
        lambda: run(BATCHED, n=21, checkpoint=path),
        lambda: run(BATCHED, start="unpaired", checkpoint=path),
        lambda: run(BATCHED, target=lambda x: sine(x) + 1e-15, checkpoint=path),
        lambda: run(BATCHED, readout=False, checkpoint=path),
    ]
    for other in others:
        with pytest.raises(InputError, match="another run"):
            other()
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="unreadable"):
        run(BATCHED, checkpoint=path)
    for torn in (b"torn", b"\x80", b"PK"):
        path.write_bytes(torn)
        with pytest.raises(InputError, match="unreadable"):
            run(BATCHED, checkpoint=path)
    path.write_bytes(b"")
    with pytest.raises(InputError, match="unreadable"):
        run(BATCHED, checkpoint=path)
    with pytest.raises(InputError, match="in no folder"):
        run(BATCHED, checkpoint=tmp_path / "missing" / "run.pt")


@pytest.mark.parametrize("config", PROTOCOLS)
def test_deterministic_and_different_per_seed(config: LaPermConfig) -> None:
    first, again = run(config), run(config)
    assert content(first) == content(again)
    assert len({network.p.tobytes() for network in first.networks}) == len(config.seeds)
    # A seed gives the same network whatever seeds run beside it, up to the rounding of sums.
    alone = run(replace(config, seeds=config.seeds[1:2]))
    assert alone.networks[0].p.tobytes() == first.networks[1].p.tobytes()
    assert alone.networks[0].q.tobytes() == first.networks[1].q.tobytes()


@pytest.mark.parametrize("config", PROTOCOLS)
def test_history(config: LaPermConfig) -> None:
    result = run(replace(config, refit="none", select="last"))
    history, seeds = result.history, len(config.seeds)
    synchronisations = -(-config.epochs // config.period)
    assert history.loss.shape == history.sup.shape == (synchronisations, seeds)
    assert history.step[-1] == config.epochs * config.steps_per_epoch
    assert (np.diff(history.step) > 0).all()
    # Without a refit the last record is the result.
    assert history.sup[-1].tolist() == result.grid_errors.tolist()
    assert result.readout == ("solved" if config.readout == "solve" else "trained")
    for array in (history.loss, history.sup, history.step, result.grid_errors):
        assert not array.flags.writeable


def test_the_best_synchronised_network_is_kept() -> None:
    last, best = (run(replace(SHORT, select=select)) for select in ("last", "best"))
    assert (best.grid_errors <= last.grid_errors * 1.01).all()
    assert (best.grid_errors < last.grid_errors).any()


@pytest.mark.parametrize("refit", ["minimax", "least-squares"])
def test_refits_are_optimal_on_the_training_points(refit: Refit) -> None:
    """No step of (alpha, gamma) lowers the fitted error, and long steps raise it."""
    x = np.linspace(-1.0, 1.0, SHORT.points)
    result = run(replace(SHORT, refit=refit))
    for network in result.networks:
        h = replace(network, alpha=0.0, gamma=1.0)(x)

        def error(alpha: float, gamma: float, h: Array = h) -> float:
            residual = np.abs(alpha + gamma * h - sine(x))
            return float(residual.max() if refit == "minimax" else (residual**2).mean())

        least = error(network.alpha, network.gamma)
        for angle in np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False):
            for length in (1e-6, 1e-3, 1e-1):
                alpha = network.alpha + length * float(np.cos(angle))
                gamma = network.gamma + length * float(np.sin(angle))
                assert error(alpha, gamma) >= least - 1e-12
                assert length < 1e-1 or error(alpha, gamma) > least


def test_scale_invariance() -> None:
    """With the rate in units of the initial vector, scaling it by 4 only divides gamma by 4."""
    locations, initial, _ = frozen_start(20, DOMAIN)
    config = replace(SHORT, eps=1e-30)
    small, large = (train(sine, DOMAIN, locations, c * initial, config) for c in (1.0, 4.0))
    for one, four in zip(small.networks, large.networks, strict=True):
        assert np.array_equal(4.0 * one.p, four.p)
        assert one.gamma == pytest.approx(4.0 * four.gamma)


def test_end_slopes_need_gamma() -> None:
    """x^2 has slopes 0 and 2 at the ends of [0, 1]; least squares alone lets gamma drift to 0."""
    unit = (Fraction(0), Fraction(1))
    locations, initial, _ = frozen_start(320, unit)
    config = replace(QUICK, epochs=4000, arrangement="shuffled", seeds=(0, 1, 2))
    kept, free = (
        train(np.square, unit, locations, initial, replace(config, slope_share=share))
        for share in (0.25, 0.0)
    )
    assert kept.geometric_mean < 0.6 * free.geometric_mean


def test_points_grow_with_the_width() -> None:
    assert (QUICK.points_for(320), QUICK.points_for(1000)) == (1601, 3997)
    assert "201 points" in run(SHORT).algorithm
    assert "237 points" in run(SHORT, n=60).algorithm


def test_threads_and_defaults_are_left_alone() -> None:
    before = (torch.get_num_threads(), torch.get_default_dtype(), torch.is_grad_enabled())
    run(BATCHED)
    assert before == (torch.get_num_threads(), torch.get_default_dtype(), torch.is_grad_enabled())


BAD_CONFIGS: list[tuple[dict[str, object], str]] = [
    ({"epochs": 0}, "epochs"),
    ({"epochs": 1.5}, "epochs"),
    ({"period": 0}, "period"),
    ({"period": 401}, "period"),
    ({"points": 1}, "points"),
    ({"test_points": True}, "test_points"),
    ({"density": -1}, "density"),
    ({"placement": "random"}, "placement"),
    ({"points_seed": -1}, "seed"),
    ({"batch": 0}, "batch"),
    ({"batch": 7, "density": 0}, "batch"),
    ({"batch": 3, "density": 0}, "readout"),
    ({"batch": 3}, "density"),
    ({"arrangement": "sorted"}, "arrangement"),
    ({"rate": 0.0}, "rate"),
    ({"rate": float("nan")}, "rate"),
    ({"rate": "fast"}, "rate"),
    ({"decay": 1.01}, "decay"),
    ({"decay": 0.0}, "decay"),
    ({"rate_unit": "relative"}, "rate_unit"),
    ({"betas": (0.9,)}, "betas"),
    ({"betas": (0.9, 1.0)}, "betas"),
    ({"eps": 0.0}, "eps"),
    ({"readout": "sgd"}, "readout"),
    ({"gamma": 0.0}, "gamma"),
    ({"gamma": float("inf")}, "gamma"),
    ({"slope_share": -1.0}, "slope_share"),
    ({"slope_share": float("nan")}, "slope_share"),
    ({"slope_share": 0.5, "readout": "adam"}, "slope_share"),
    ({"slope_share": 0.5, "placement": "uniform"}, "slope_share"),
    ({"refit": "lasso"}, "refit"),
    ({"select": "first"}, "select"),
    ({"seeds": ()}, "seeds"),
    ({"seeds": (1, 1)}, "seeds"),
    ({"seeds": (-1,)}, "seed"),
]


@pytest.mark.parametrize(("change", "argument"), BAD_CONFIGS)
def test_bad_configurations(change: dict[str, object], argument: str) -> None:
    with pytest.raises(InputError) as caught:
        replace(SHORT, **change)  # type: ignore[arg-type]
    assert caught.value.argument == argument


@pytest.mark.parametrize(
    "target",
    [
        lambda x: x[:-1],
        lambda x: np.where(x > 0, np.nan, x),
        lambda x: [None] * len(x),
        lambda x: x[:, None],
        lambda x: 1.0 // 0.0,
    ],
)
def test_bad_targets(target: Callable[[Array], Array]) -> None:
    with pytest.raises(InputError) as caught:
        run(SHORT, target=target)
    assert caught.value.argument == "target"
