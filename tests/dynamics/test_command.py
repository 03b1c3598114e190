"""``icebound dynamics``: its JSON, its files, what it says of bad input."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from numerics.bias.recurrent import RecurrentNetwork
from numerics.dynamics.draws import frozen_matrices
from tests.cli.conftest import Run, icebound  # noqa: F401
from verify.dynamics.request import DynamicsRequest
from verify.dynamics.results import DynamicsResult
from verify.dynamics.run import dynamics

QUICK = ("--width", "24", "--steps", "60")
FIELDS = {
    "system", "width", "gain", "trained_parameters", "r2", "horizon", "spectral_radius",
    "units_off", "seconds", "seed", "fingerprint", "teacher_forced_r2", "free_run_r2",
}  # fmt: skip


def test_json_and_files(
    icebound: Callable[..., Run],  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    run = icebound("dynamics", "cosine", *QUICK, "--seed", "3", "--out", "out", "--json")
    assert run.status == 0, run.err
    found = run.document
    assert found.keys() >= FIELDS
    assert (found["system"], found["width"], found["gain"]) == ("cosine", 24, 1.5)
    assert found["trained_parameters"] == 24
    assert found["status"] == "measured"
    assert found["r2"] == found["free_run_r2"] <= 1
    assert set(found["spectral_radius"]) == {"before", "after"}
    assert 0 <= found["units_off"] <= 1
    assert 0 <= found["horizon"] <= found["horizon_limit"]
    with np.load(tmp_path / found["network"], allow_pickle=False) as arrays:
        network = RecurrentNetwork(
            *(arrays[name] for name in ("W", "B", "C", "b")),
            np.zeros(24), float(arrays["alpha"]), float(arrays["beta"]),
        )  # fmt: skip
    draw = frozen_matrices(24, 1.5, 3)
    assert np.array_equal(network.W, draw.W)
    assert not np.array_equal(network.b, draw.b)
    with (tmp_path / found["history"]).open() as file:
        assert [int(row["step"]) for row in csv.DictReader(file)] == [50, 60]
    assert not list(tmp_path.glob("out/*.json"))
    # the same again: from the checkpoint, to the same figures
    again = icebound("dynamics", "cosine", *QUICK, "--seed", "3", "--out", "out", "--json").document
    assert again == found
    other = icebound("dynamics", "cosine", *QUICK, "--seed", "4", "--out", "out")
    assert other.status == 2
    assert "another run" in other.last_error


def test_tables_for_people() -> None:
    request = DynamicsRequest("cosine", 30, train="all", steps=3)
    found: DynamicsResult = dynamics(request)
    assert found.units == 4
    assert found.trained_parameters == 28
    shown = found._repr_html_()
    assert "teacher forcing" in shown
    assert "measured" in shown
    assert "all parameters of 4 recurrent units" in shown
    stopped = dynamics(DynamicsRequest("cosine", 30, steps=5, minutes=1e-9))
    assert not stopped.finished
    assert stopped.notes == ("stopped after 1 of 5 steps",)


def test_a_training_that_diverges_stops_and_says_where(
    icebound: Callable[..., Run],  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    run = icebound("dynamics", "cosine", *QUICK, "--gain", "1e200", "--out", "out", "--json")
    assert run.status == 0
    found = run.document
    assert (found["stopped_at"], found["finished"], found["steps"]) == (0, False, 1)
    assert found["r2"] is None
    assert found["horizon"] == 0
    assert any(
        "stopped at step 0 by a number that is not finite" in note for note in found["notes"]
    )
    # what is kept is the state before: finite, here the biases of the draw
    with np.load(tmp_path / found["network"], allow_pickle=False) as arrays:
        assert np.array_equal(arrays["b"], frozen_matrices(24, 1.5, 0).b)


def test_horizons_reach_as_far_as_they_are_asked_to() -> None:
    short, long = (
        dynamics(
            DynamicsRequest("cosine", 24, 0.3, feedback=False, steps=2, horizon=h, threshold=9)
        )
        for h in (30, 700)  # without input, at that gain, outputs die out
    )
    assert (short.horizon, short.horizon_limit) == (30, 30)
    assert (long.horizon, long.horizon_limit) == (700, 700)
    assert short.r2 == long.r2


@pytest.mark.parametrize(
    ("arguments", "named", "said"),
    [
        (("cosin", *QUICK), "SYSTEM", "did you mean 'cosine'"),
        (("pendulum", *QUICK), "SYSTEM", "cosine, vanderpol, lorenz are accepted"),
        (("cosine", "--width", "0"), "--width", "from 2 to"),
        (("cosine", "--width", "1"), "--width", "from 2 to"),
        (("cosine", "--width", "wide"), "--width", "not an integer"),
        (("cosine",), "--width", "is required"),
        (("cosine", *QUICK, "--gain", "0"), "--gain", "greater than 0"),
        (("cosine", *QUICK, "--gain", "-1"), "--gain", "greater than 0"),
        (("cosine", *QUICK, "--gain", "nan"), "--gain", "cannot read"),
        (("cosine", *QUICK, "--seed", "-1"), "--seed", "from 0"),
        (("cosine", *QUICK, "--train", "bias"), "--train", "did you mean 'biases'"),
        (("cosine", *QUICK, "--leak", "3/2"), "--leak", "0 < leak <= 1"),
        (("cosine", *QUICK, "--leak", "0"), "--leak", "greater than 0"),
        (("cosine", *QUICK, "--threshold", "0"), "--threshold", "greater than 0"),
        (("cosine", *QUICK, "--horizon", "0"), "--horizon", "from 1 to"),
        (
            ("cosine", *QUICK, "--horizon", "5000"),
            "--horizon",
            "at most 1359 steps",
        ),
        (
            ("lorenz", *QUICK, "--horizon", "1334"),
            "--horizon",
            "at most 1333 steps",
        ),
        (("cosine", "--width", "9", "--steps", "0"), "--steps", "from 1 to"),
        (("cosine", *QUICK, "--minutes", "0"), "--minutes", "greater than 0"),
    ],
)
def test_bad_input(
    icebound: Callable[..., Run],  # noqa: F811
    arguments: tuple[str, ...],
    named: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    run = icebound("dynamics", *arguments, "--out", "out")
    assert run.status == 2
    assert run.last_error.startswith(f"icebound: error: {named}: "), run.last_error
    assert said in run.last_error
    assert not list(tmp_path.iterdir())


def test_without_torch_one_line_says_what_to_install(
    icebound: Callable[..., Run],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from verify.sandwiches import bias_training

    monkeypatch.setattr(bias_training, "find_spec", lambda _: None)
    run = icebound("dynamics", "cosine", "--width", "10")
    assert run.status == 2
    assert run.last_error == (
        "icebound: error: dynamics: is not installed: 'torch'; install the extra 'train'"
    )
