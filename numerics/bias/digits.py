"""Small images learned by the biases of one frozen network, several tasks sharing its weights.

logits = C relu(W x + b)/sqrt(n), W and C frozen and uniform.  What may be learned: the n biases;
hard masks of n units; the 10 n output weights; everything; or, for scale, a smaller network that is
trained in full and has about n parameters.  Measured; source: note B, arXiv 2407.00957.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.draws import FrozenDraw
from numerics.fingerprint import fingerprints
from theory.errors import InputError

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
Mode = Literal["biases", "masks", "outputs", "all", "baseline"]
MODES: tuple[Mode, ...] = get_args(Mode)
Task = Literal["digits", "turned", "reversed", "parity"]
TASKS: tuple[Task, ...] = get_args(Task)
Progress = Callable[[float, float, str], None]

CLASSES = 10
TEST_SHARE = 5  # every fifth image is for testing
# Ranges of the frozen weights: hidden ones times sqrt(pixels), output ones times sqrt(n).
HIDDEN, READOUT = 3.0, 4.0
RATES: dict[Mode, float] = {
    "biases": 0.1,
    "masks": 0.1,
    "outputs": 0.05,
    "all": 0.003,
    "baseline": 0.02,
}


@dataclass(frozen=True)
class Images:
    """``x`` (N, pixels) in [-1, 1], ``y`` (N,) labels 0..9, for training and for testing."""

    x: Array
    y: Labels
    test_x: Array
    test_y: Labels


@dataclass(frozen=True)
class Score:
    """Accuracies of one run, in [0, 1]; ``parameters``: how many numbers were learned.

    ``units_off``: share of units that no training image switches on.  ``fingerprint``: digests of
    what was frozen, the same before and after.
    """

    task: Task
    mode: Mode
    width: int
    seed: int
    parameters: int
    train_accuracy: float
    test_accuracy: float
    units_off: float
    seconds: float
    fingerprint: dict[str, str]


def load_images(
    source: Literal["digits", "mnist"] = "digits", folder: Path | None = None
) -> Images:
    """The 1797 images of 8 x 8 pixels that come with scikit-learn, or your own copy of MNIST.

    MNIST is read by torchvision from ``folder`` and never downloaded.  Raises InputError where the
    package or the files are missing.
    """
    if source == "digits":
        return _scikit_digits()
    if source != "mnist":
        raise InputError("source", source, "unknown:", "digits or mnist is accepted")
    try:
        from torchvision.datasets import MNIST  # type: ignore[import-not-found]
    except ImportError:
        accepted = "install torchvision, or use digits"
        raise InputError("source", source, "needs torchvision:", accepted) from None
    try:
        parts = [MNIST(str(folder or "."), train=train, download=False) for train in (True, False)]
    except RuntimeError:
        accepted = "a folder that holds MNIST/raw is accepted"
        raise InputError("folder", folder, "has no MNIST files:", accepted) from None
    (x, y), (test_x, test_y) = (
        (part.data.numpy().reshape(len(part), -1) / 127.5 - 1.0, part.targets.numpy())
        for part in parts
    )
    return Images(x, y.astype(np.int64), test_x, test_y.astype(np.int64))


def _scikit_digits() -> Images:
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        accepted = "install the extra 'data'"
        raise InputError("source", "digits", "needs scikit-learn:", accepted) from None
    found = load_digits()
    x, y = found.data / 8.0 - 1.0, found.target.astype(np.int64)
    test = np.arange(len(y)) % TEST_SHARE == 0
    return Images(x[~test], y[~test], x[test], y[test])


def as_task(images: Images, task: Task) -> Images:
    """The same images as another task: turned by a quarter, labels reversed (9 - y), or parity."""
    if task not in TASKS:
        raise InputError("task", task, "unknown:", f"{', '.join(TASKS)} are accepted")
    if task == "reversed":
        return Images(images.x, 9 - images.y, images.test_x, 9 - images.test_y)
    if task == "parity":
        return Images(images.x, images.y % 2, images.test_x, images.test_y % 2)
    if task == "turned":
        side = math.isqrt(images.x.shape[1])
        x, test_x = (
            np.rot90(part.reshape(-1, side, side), axes=(1, 2)).reshape(len(part), -1).copy()
            for part in (images.x, images.test_x)
        )
        return Images(x, images.y, test_x, images.test_y)
    return images


def learn(
    images: Images,
    mode: Mode,
    *,
    task: Task = "digits",
    width: int = 1000,
    seed: int = 0,
    steps: int = 300,
    progress: Progress | None = None,
) -> Score:
    """Train ``mode`` on ``task`` with full batches of Adam; the draw depends on ``seed`` alone.

    So all modes and tasks of one seed share W, C and the starting biases.  ``baseline``: a network
    trained in full, with at most ``width`` parameters (at least one unit).  ``progress(done, total,
    stage)``.  Raises InputError.
    """
    if mode not in MODES:
        raise InputError("mode", mode, "unknown:", f"{', '.join(MODES)} are accepted")
    if width < 1 or steps < 1:
        raise InputError("width, steps", (width, steps), "not positive:", "1 or more is accepted")
    started = time.monotonic()
    data = as_task(images, task)
    pixels = data.x.shape[1]
    units = max(1, (width - CLASSES) // (pixels + 1 + CLASSES)) if mode == "baseline" else width
    free, frozen = _parameters(mode, units, pixels, seed)
    before = fingerprints(frozen)
    x, y = torch.tensor(data.x, dtype=torch.float32), torch.tensor(data.y)
    optimiser = torch.optim.Adam(list(free.values()), lr=RATES[mode])
    decay = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for step in range(steps):
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(_logits(x, free, frozen), y)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        decay.step()
        if progress is not None and step % 10 == 0:
            progress(step, steps, f"{task}, {mode}")
    if fingerprints(frozen) != before:
        raise RuntimeError("training moved a frozen parameter")
    with torch.no_grad():
        test = torch.tensor(data.test_x, dtype=torch.float32)
        right = [
            float((_logits(points, free, frozen).argmax(1) == labels).double().mean())
            for points, labels in ((x, y), (test, torch.tensor(data.test_y)))
        ]
        off = float((_hidden(x, free, frozen) <= 0).all(dim=0).double().mean())
    count = sum(values.numel() for values in free.values())
    took = time.monotonic() - started
    return Score(task, mode, units, seed, count, right[0], right[1], off, took, before)


Tensors = dict[str, torch.Tensor]


def _parameters(mode: Mode, units: int, pixels: int, seed: int) -> tuple[Tensors, Tensors]:
    """What is learned, and what is frozen."""
    draw = FrozenDraw("digits", seed)
    # the baseline starts as usual for a network trained in full
    hidden, readout = (math.sqrt(6.0), 1.0) if mode == "baseline" else (HIDDEN, READOUT)
    size = hidden / math.sqrt(pixels)
    drawn = {
        "W": draw.uniform((units, pixels), size),
        "C": draw.uniform((CLASSES, units), readout),
        "b": draw.uniform(units, 1.0),
        "scores": draw.uniform(units, 1.0),
    }
    tensors = {name: torch.tensor(v, dtype=torch.float32) for name, v in drawn.items()}
    if mode != "masks":
        del tensors["scores"]
    learned = {
        "biases": ("b",),
        "masks": ("scores",),
        "outputs": ("C",),
        "all": ("W", "b", "C"),
        "baseline": ("W", "b", "C"),
    }[mode]
    free = {name: tensors.pop(name).requires_grad_() for name in learned}
    if mode == "baseline":
        free["offset"] = torch.zeros(CLASSES, requires_grad=True)
    return free, tensors


def _hidden(x: torch.Tensor, free: Tensors, frozen: Tensors) -> torch.Tensor:
    values = {**frozen, **free}
    hidden = torch.relu(x @ values["W"].T + values["b"])
    if "scores" not in free:
        return hidden
    # hard masks with the gradient of soft ones (straight through)
    soft = torch.sigmoid(4 * free["scores"])
    return hidden * ((soft > 0.5).to(soft.dtype) + soft - soft.detach())


def _logits(x: torch.Tensor, free: Tensors, frozen: Tensors) -> torch.Tensor:
    values = {**frozen, **free}
    scaled = _hidden(x, free, frozen) @ values["C"].T / math.sqrt(values["C"].shape[1])
    return scaled + values["offset"] if "offset" in values else scaled
