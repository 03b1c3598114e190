"""Images by biases alone: what is frozen stays, modes are ranked by what they may change."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")

from numerics.bias.digits import (  # noqa: E402
    MODES,
    TASKS,
    Images,
    Score,
    as_task,
    learn,
    load_images,
)
from theory.errors import InputError  # noqa: E402


@pytest.fixture(scope="module")
def images() -> Images:
    torch.set_num_threads(1)
    return load_images()


@pytest.fixture(scope="module")
def scores(images: Images) -> dict[str, Score]:
    return {mode: learn(images, mode, width=400, steps=100) for mode in MODES}


def test_the_images(images: Images) -> None:
    assert (len(images.x), len(images.test_x)) == (1437, 360)
    assert images.x.shape[1] == 64
    assert images.x.min() == -1.0
    assert images.x.max() == 1.0
    assert set(images.y.tolist()) == set(range(10))


def test_how_many_numbers_are_learned(scores: dict[str, Score]) -> None:
    counts = {mode: score.parameters for mode, score in scores.items()}
    assert counts == {
        "biases": 400, "masks": 400, "outputs": 4000, "all": 400 * 75, "baseline": 5 * 75 + 10,
    }  # fmt: skip


def test_all_learn_far_beyond_chance_and_biases_beyond_masks(scores: dict[str, Score]) -> None:
    test = {mode: score.test_accuracy for mode, score in scores.items()}
    assert min(test.values()) > 0.4
    assert test["masks"] < test["biases"] < test["outputs"]
    assert test["all"] > 0.9
    assert test["biases"] > 0.6


def test_one_frozen_network_for_all_tasks(images: Images, scores: dict[str, Score]) -> None:
    """Several tasks share W and C, each with its own biases."""
    for task in TASKS[1:]:
        other = learn(images, "biases", task=task, width=400, steps=40)
        assert other.fingerprint == scores["biases"].fingerprint
        assert set(other.fingerprint) == {"W", "C"}
        assert other.test_accuracy > (0.6 if task == "parity" else 0.3)
    assert learn(images, "biases", width=400, steps=1, seed=1).fingerprint != other.fingerprint


def test_runs_repeat(images: Images) -> None:
    one, two = (learn(images, "biases", width=50, steps=10) for _ in range(2))
    assert (one.train_accuracy, one.test_accuracy) == (two.train_accuracy, two.test_accuracy)


def test_tasks_are_what_they_say(images: Images) -> None:
    turned = as_task(images, "turned")
    first = images.x[0].reshape(8, 8)
    assert np.array_equal(turned.x[0].reshape(8, 8), np.rot90(first))
    assert np.array_equal(as_task(images, "reversed").test_y, 9 - images.test_y)
    assert set(as_task(images, "parity").y.tolist()) == {0, 1}


def test_progress(images: Images) -> None:
    seen = []
    learn(images, "masks", width=20, steps=21, progress=lambda *args: seen.append(args))
    assert seen == [(0, 21, "digits, masks"), (10, 21, "digits, masks"), (20, 21, "digits, masks")]


def test_bad_input(images: Images, tmp_path: Path) -> None:
    for call, named in (
        (lambda: learn(images, "weights"), "mode"),  # type: ignore[arg-type]
        (lambda: learn(images, "biases", task="odd"), "task"),  # type: ignore[arg-type]
        (lambda: learn(images, "biases", width=0), "width, steps"),
        (lambda: learn(images, "biases", steps=0), "width, steps"),
        (lambda: load_images("letters"), "source"),  # type: ignore[arg-type]
    ):
        with pytest.raises(InputError) as caught:
            call()
        assert caught.value.argument == named
    with pytest.raises(InputError, match=r"torchvision|MNIST"):  # absent, or without its files
        load_images("mnist", tmp_path)
