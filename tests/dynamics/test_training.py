"""Training: it learns, frozen bits stay, it can be stopped and resumed, seeds do not meet."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from numerics.dynamics.config import DynamicsConfig  # noqa: E402
from numerics.dynamics.draws import frozen_matrices  # noqa: E402
from numerics.dynamics.training import Data, Training, train_many  # noqa: E402
from numerics.fingerprint import fingerprint  # noqa: E402
from theory.errors import InputError  # noqa: E402

SMALL = DynamicsConfig(
    "cosine", 30, 1.2, steps=30, windows=4, warm=12, free=15, judged=30, unjudged=6,
    validate_every=10, reach=80,
)  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def waves(count: int, shift: float, samples: int = 120) -> np.ndarray:
    phase = 2 * np.pi * np.arange(count)[:, None] / count + shift
    return np.cos(0.1 * np.arange(samples) + phase) * 2**0.5


DATA = Data(waves(6, 0.0), waves(3, 0.3), waves(4, 0.7))


def test_biases_alone_learn_a_cosine_and_nothing_frozen_moves() -> None:
    config = dataclasses.replace(SMALL, width=80, steps=300, warm=25, free=35)
    found = train_many(config, [0, 1], data=DATA)
    assert (found.r2 > 0.9).all()
    assert (found.r2 == found.free.r2).all()
    assert (found.teacher.r2 > 0.9).all()
    assert found.history[0, 3:].max() < 0.9
    assert found.trained_parameters == 80
    assert found.finished
    assert found.stopped == (None, None)
    for row, seed in enumerate((0, 1)):
        draw = frozen_matrices(80, 1.2, seed)
        for network in (found.before[row], found.after[row]):
            assert all(np.array_equal(getattr(network, k), getattr(draw, k)) for k in "WBC")
        assert np.array_equal(found.before[row].b, draw.b)
        assert not np.array_equal(found.after[row].b, draw.b)
    stacked = np.stack([frozen_matrices(80, 1.2, seed).W for seed in (0, 1)])
    assert found.fingerprint["W"] == fingerprint(stacked)
    assert set(found.fingerprint) == {"W", "B", "C"}


def test_the_figures_are_those_of_the_returned_network() -> None:
    found = train_many(SMALL, [3], data=DATA)
    network, warm, length = found.after[0], SMALL.warm, SMALL.warm + SMALL.judged
    errors, truths = [], []
    for wave in DATA.test:
        for start in (0, len(wave) - length - 1):
            part = wave[start : start + length + 1]
            outputs = network.run(part[:-1, None])[1][warm:, 0]
            errors.append(outputs - part[warm + 1 :])
            truths.append(part[warm + 1 :])
    r2 = 1 - np.square(errors).mean() / np.var(truths)
    assert found.teacher.r2[0] == pytest.approx(r2, rel=1e-9)


def test_all_means_a_smaller_network_with_as_many_numbers() -> None:
    for width in (20, 100, 200, 333, 1024):
        units = dataclasses.replace(SMALL, width=width, train="all").units
        gap = [abs(m * m + 3 * m - width) for m in (units - 1, units, units + 1)]
        assert min(gap) == gap[1]
    found = train_many(
        dataclasses.replace(SMALL, width=200, train="all", rate=0.02), [0], data=DATA
    )
    assert found.trained_parameters == 13 * 13 + 3 * 13
    assert found.after[0].width == 13
    assert not np.array_equal(found.after[0].W, found.before[0].W)
    assert found.fingerprint == {}


def test_older_inputs_are_those_of_the_data() -> None:
    run = Training(dataclasses.replace(SMALL, lags=(0, 5)), [0], DATA)
    picked = np.array([[[2, 7], [4, 1]]])
    inputs, targets = run._gather(DATA.train, picked, 11)
    for window, (row, start) in enumerate(picked[0]):
        part = DATA.train[row, start:]
        assert np.array_equal(inputs[:, 0, 0, window].numpy(), part[5:16])
        assert np.array_equal(inputs[:, 0, 1, window].numpy(), part[:11])
        assert np.array_equal(targets[:, 0, 0, window].numpy(), part[6:17])
    for _ in range(3):
        run.advance()
    assert run.stopped == [-1]


def test_side_by_side_is_the_same_as_alone() -> None:
    together = train_many(SMALL, [4, 9], data=DATA)
    alone = train_many(SMALL, [9], data=DATA)
    assert np.allclose(together.after[1].b, alone.after[0].b, rtol=0, atol=1e-9)
    assert together.r2[1] == pytest.approx(alone.r2[0], abs=1e-8)
    assert not np.allclose(together.after[0].b, together.after[1].b, atol=1e-2)


@pytest.mark.parametrize("trained", ["biases", "all"])
def test_a_resumed_run_ends_where_an_uninterrupted_one_does(trained: str, tmp_path: Path) -> None:
    config = dataclasses.replace(SMALL, train=trained, rate=0.05)
    whole = train_many(config, [2, 5], data=DATA)
    path = tmp_path / "checkpoint.pt"

    def interrupt(done: float, total: float, message: str) -> None:
        assert total == 30
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_many(
            config, [2, 5], data=DATA, checkpoint=path, checkpoint_seconds=0.0, progress=interrupt
        )
    steps: list[float] = []
    resumed = train_many(
        config, [2, 5], data=DATA, checkpoint=path, progress=lambda done, *_: steps.append(done)
    )
    assert steps == [30]
    for one, other in zip(whole.after, resumed.after, strict=True):
        assert all(np.array_equal(getattr(one, k), getattr(other, k)) for k in ("W", "B", "C", "b"))
    assert np.array_equal(whole.history, resumed.history)
    assert np.array_equal(whole.r2, resumed.r2)
    # a run that is over is not run again
    again = train_many(config, [2, 5], data=DATA, checkpoint=path, progress=interrupt)
    assert np.array_equal(again.r2, whole.r2)
    with pytest.raises(InputError, match="another run"):
        train_many(dataclasses.replace(config, gain=1.3), [2, 5], data=DATA, checkpoint=path)
    with pytest.raises(InputError, match="another run"):
        train_many(config, [2, 6], data=DATA, checkpoint=path)
    path.write_bytes(b"torn")
    with pytest.raises(InputError, match="unreadable"):
        train_many(config, [2, 5], data=DATA, checkpoint=path)


def test_a_budget_of_time_stops_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    found = train_many(SMALL, [0], data=DATA, seconds=0.0, checkpoint=path)
    assert not found.finished
    assert found.steps == 1
    later = train_many(SMALL, [0], data=DATA, checkpoint=path)
    assert later.finished
    assert np.array_equal(later.after[0].b, train_many(SMALL, [0], data=DATA).after[0].b)


def test_numbers_that_are_not_finite_stop_their_seed_alone() -> None:
    run = Training(SMALL, [0, 1], DATA)
    for _ in range(12):
        run.advance()
    good = run.best[0].clone()
    run.free[0][0, 3] = float("nan")
    for _ in range(8):
        run.advance()
    assert run.stopped == [12, -1]
    assert torch.equal(run.free[0][0], good[0])
    assert torch.isfinite(run.free[0]).all()
    found = run.result(0.4, True)
    assert found.stopped == (12, None)
    assert np.isfinite(found.r2).all()
    assert found.steps == 20
    run.free[0][1, 3] = float("inf")
    run.advance()
    assert run.over


def test_a_network_that_explodes_at_once_is_over() -> None:
    found = train_many(dataclasses.replace(SMALL, beta=1e200), [0], data=DATA)
    assert found.stopped == (0,)
    assert found.r2[0] == -np.inf
    assert np.array_equal(found.after[0].b, found.before[0].b)
    assert found.steps == 1


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"system": "vanderpool"}, "SYSTEM"),
        ({"width": 0}, "--width"),
        ({"width": 1}, "--width"),
        ({"gain": -1.0}, "--gain"),
        ({"gain": float("nan")}, "--gain"),
        ({"train": "none"}, "--train"),
        ({"steps": 0}, "--steps"),
        ({"windows": 0}, "windows"),
        ({"unjudged": 27}, "unjudged"),
        ({"rate": 0.0}, "rate"),
        ({"clip": float("inf")}, "clip"),
        ({"alpha": float("nan")}, "alpha"),
        ({"reach": 0}, "--horizon"),
        ({"lags": ()}, "lags"),
        ({"lags": (0, -1)}, "lags"),
    ],
)
def test_bad_configurations(change: dict[str, object], named: str) -> None:
    with pytest.raises(InputError) as caught:
        dataclasses.replace(SMALL, **change)  # type: ignore[arg-type]
    assert caught.value.argument == named


def test_a_horizon_longer_than_the_data() -> None:
    with pytest.raises(InputError, match="longer than the data"):
        train_many(dataclasses.replace(SMALL, judged=500), [0], data=DATA)
    with pytest.raises(InputError, match="at most 107 steps are accepted"):
        train_many(dataclasses.replace(SMALL, reach=108), [0], data=DATA)
    with pytest.raises(InputError, match="seed"):
        train_many(SMALL, [-1], data=DATA)
