"""The file of a trained network: it runs again as it was trained; torn files are refused."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from numerics.bias.recurrent import RecurrentNetwork
from numerics.dynamics.draws import frozen_matrices
from numerics.dynamics.systems import SYSTEMS
from theory.errors import InputError
from verify.dynamics.network_file import TrainedFile, read_trained, write_trained
from verify.dynamics.request import DynamicsRequest
from verify.dynamics.run import dynamics


def content() -> TrainedFile:
    draw = frozen_matrices(7, 1.5, 3)
    network = RecurrentNetwork(draw.W, draw.B, draw.C, draw.b, np.zeros(7), -0.5, 0.5)
    return TrainedFile(network, draw.b, "vanderpol", 0.1, 1.4417, 1, True, 40, 1.5, 3)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    written = content()
    found = read_trained(write_trained(tmp_path / "network.npz", written))
    for field in fields(written):
        mine, theirs = getattr(written, field.name), getattr(found, field.name)
        if field.name == "network":
            pairs = [(getattr(mine, k), getattr(theirs, k)) for k in ("W", "B", "C", "b", "start")]
            assert all(np.array_equal(*pair) for pair in pairs)
            assert (mine.alpha, mine.beta) == (theirs.alpha, theirs.beta)
        else:
            assert np.array_equal(mine, theirs), field.name
    with np.load(tmp_path / "network.npz", allow_pickle=False) as arrays:
        assert {arrays[name].dtype for name in arrays if name != "system"} == {np.dtype("f8")}
        assert all(arrays[name].flags.c_contiguous for name in arrays)


def test_the_file_of_a_run_holds_its_draw_and_its_system(tmp_path: Path) -> None:
    result = dynamics(DynamicsRequest("cosine", 12, seed=5, steps=2), out=tmp_path)
    assert result.network is not None
    found = read_trained(result.network)
    draw = frozen_matrices(12, 1.5, 5)
    assert np.array_equal(found.network.W, draw.W)
    assert np.array_equal(found.network.B, draw.B)
    assert np.array_equal(found.network.C, draw.C)
    assert np.array_equal(found.initial_b, draw.b)
    assert not np.array_equal(found.network.b, draw.b)
    subject = SYSTEMS["cosine"]
    assert (found.system, found.time_step, found.scale) == ("cosine", subject.step, subject.scale)
    assert (found.delay, found.feedback, found.gain, found.seed) == (1, True, 1.5, 5)
    assert (found.warm, found.network.alpha, found.network.beta) == (40, -0.5, 0.5)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": None}, "lacks"),
        ({"system": None}, "lacks the text"),
        ({"system": np.array(3.0)}, "lacks the text"),
        ({"system": np.array("pendulum")}, "cosine, vanderpol, lorenz are accepted"),
        ({"alpha": np.zeros(2)}, "one number is accepted"),
        ({"delay": np.float64(0.5)}, "an integer is accepted"),
        ({"b": np.zeros(6)}, "(6, 6) is accepted"),
        ({"start": np.zeros((7, 1))}, "(7,) is accepted"),
        ({"b": np.float64(1.0)}, "(1, 1) is accepted"),
        ({"W": np.full((7, 7), np.nan)}, "finite numbers are accepted"),
    ],
)
def test_files_that_are_refused(change: dict[str, object], said: str, tmp_path: Path) -> None:
    path = write_trained(tmp_path / "network.npz", content())
    with np.load(path) as arrays:
        held = dict(arrays) | change
    np.savez(path, **{name: value for name, value in held.items() if value is not None})  # type: ignore[arg-type]
    with pytest.raises(InputError) as caught:
        read_trained(path)
    assert said in str(caught.value)


def test_torn_and_missing_files(tmp_path: Path) -> None:
    path = write_trained(tmp_path / "network.npz", replace(content(), seed=4))
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(InputError, match="cannot be read"):
        read_trained(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_trained(tmp_path / "none.npz")
