"""``icebound trajectory``: its JSON, its files, its certificate, what it says of bad input."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Run, icebound  # noqa: F401
from tests.trajectories.networks import content, file, simulated
from theory.trajectories.distance import cell_bounds
from verify.checker import check_file
from verify.dynamics.network_file import read_trained
from verify.report.collect import collect
from verify.trajectories.request import TrajectoryRequest
from verify.trajectories.run import refined, trajectory

BOX = "1.99,2.01,-0.01,0.01"
Command = Callable[..., Run]


def test_json_files_and_certificate(
    icebound: Command,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    file(tmp_path, "vanderpol")
    asked = ("trajectory", "--network", "network.npz", f"--box={BOX}", "--steps", "10")
    run = icebound(*asked, "--warm", "8", "--split", "2,1", "--out", "out", "--json")
    assert run.status == 0, run.err
    found = run.document
    assert (found["system"], found["mode"], found["split"]) == ("vanderpol", "free", [2, 1])
    assert found["status"] == "certified"
    assert found["box_exact"] == ["199/100", "201/100", "-1/100", "1/100"]
    low, high = found["box"][0], found["box"][1]
    assert low <= 1.99 <= 2.01 <= high
    assert [entry["step"] for entry in found["errors"]] == list(range(1, 11))
    assert all(0 <= entry["lower"] <= entry["upper"] for entry in found["errors"])
    assert found["largest"]["upper"] == max(entry["upper"] for entry in found["errors"])
    assert found["largest"]["lower"] == max(entry["lower"] for entry in found["errors"])
    assert (found["steps_certified"], found["blow_up_at"], found["reason"]) == (10, None, None)
    limit = found["threshold"]
    assert found["horizon"] == sum(
        all(e["upper"] <= limit for e in found["errors"][: t + 1]) for t in range(10)
    )
    assert set(found["fingerprint"]) == {"W", "B", "C", "b"}
    result = check_file(tmp_path / found["certificate"])
    assert (result.status, result.kind) == ("PROVED", "trajectory")
    assert "2 cells" in result.reason
    with (tmp_path / found["table"]).open() as stream:
        rows = list(csv.DictReader(stream))
    assert [float(row["error_high"]) for row in rows] == [e["upper"] for e in found["errors"]]
    assert (tmp_path / found["picture"]).stat().st_size > 10_000
    shown = icebound("show", found["certificate"]).out
    assert "199/100, 201/100, -1/100, 1/100" in shown
    row = collect(tmp_path / "out").rows[0]
    assert (row.command, row.target, row.width) == ("trajectory", "vanderpol", 6)
    assert row.marks["trained"].value == found["largest"]["upper"]
    # what the library says of the same request is the same
    request = TrajectoryRequest(
        read_trained(tmp_path / "network.npz"), _sides(BOX), 10, (2, 1), warm=8
    )
    again = trajectory(request).as_json()
    assert again["errors"] == found["errors"]
    text = icebound(*asked, "--warm", "8").out
    assert "over all steps" in text
    assert "40 true samples" in icebound(*asked).out


def test_the_mode_of_the_system(icebound: Command, tmp_path: Path) -> None:  # noqa: F811
    path = file(tmp_path, "lorenz")
    asked = ("trajectory", "--network", str(path), "--box=1,1,1,1,20,20", "--steps", "2")
    driven = icebound(*asked, "--warm", "0", "--json").document
    assert (driven["mode"], driven["delay"]) == ("driven", 27)
    # on its own output the network needs a warm-up as long as the delay
    refused = icebound(*asked, "--warm", "5", "--free")
    assert refused.status == 2
    assert "27, the delay" in refused.err


def test_a_blow_up_is_undecided(
    icebound: Command,  # noqa: F811
    tmp_path: Path,
) -> None:
    path = file(tmp_path, "vanderpol")
    run = icebound(
        "trajectory", "--network", str(path), "--box=-2,2,-2,2", "--steps", "3", "--warm", "4",
        "--json", "--out", str(tmp_path / "out"),
    )  # fmt: skip
    assert run.status == 3
    assert run.document["blow_up_at"] is not None
    assert run.document["reason"]
    assert "--split" in run.err


def test_cells_are_cut_until_they_are_small_enough(tmp_path: Path) -> None:
    request = TrajectoryRequest(content("vanderpol"), _sides("1,3,0,0"), 3, warm=8)
    assert trajectory(request).blow_up_at is not None
    found = refined(request, out=tmp_path)
    assert found.blow_up_at is None
    assert found.request.cuts == (2, 1)
    assert found.certificate is not None
    assert check_file(found.certificate).status == "PROVED"


def test_more_bits_where_rounding_grows() -> None:
    # W W = 0 and both units are on: r settles, while |W| stretches what rounding adds by 15
    asked = content("cosine", width=2)
    start = asked.network
    tall = replace(
        start,
        W=np.array([[24.0, -24.0], [24.0, -24.0]]),
        B=np.zeros((2, 1)),
        b=np.ones(2),
        alpha=-0.7,
        beta=0.3,
    )
    request = TrajectoryRequest(replace(asked, network=tall), _sides("1,1,0,0"), 55, warm=5)
    coarse = cell_bounds(request.task, request.weights, request.box, bits=3)
    assert coarse.rounding > 1e-9
    found = trajectory(request)
    assert (found.bits, found.blow_up_at) == (6, None)
    assert all(bound.upper - bound.lower < 1e-6 for bound in found.steps)


def test_the_threshold_ends_the_horizon(tmp_path: Path) -> None:
    whole = trajectory(TrajectoryRequest(content("cosine"), _sides("1,1,0,0"), 8, warm=4))
    limit = sorted(bound.upper for bound in whole.steps)[4]
    request = TrajectoryRequest(
        content("cosine"), _sides("1,1,0,0"), 8, warm=4, threshold=float(np.nextafter(limit, 0))
    )
    found = trajectory(request)
    beyond = [t for t, bound in enumerate(found.steps, 1) if bound.upper > request.threshold]
    assert found.exceeded_at == beyond[0]
    assert found.horizon == beyond[0] - 1
    assert found.surely_exceeded_at in {None, *beyond}


def test_the_true_path_is_in_the_certified_bands() -> None:
    asked = content("cosine", seed=5)
    found = trajectory(TrajectoryRequest(asked, _sides("1,1,0,0"), 12, warm=5))
    truth = np.cos(0.1 * np.arange(18)) / asked.scale
    errors = simulated(asked.network, truth, warm=5, steps=12, delay=1, mode="free")
    for bound, error in zip(found.steps, errors, strict=True):
        assert bound.lower - 1e-10 <= abs(error) <= bound.upper + 1e-10
        # 24 bits are shown of the upper end, and 2^-30 is left to the checker
        assert bound.upper - bound.lower < 2**-22


def _sides(text: str) -> tuple:  # type: ignore[type-arg]
    from verify.cli.trajectory import _box

    return _box(text)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--box", "1,2"), "--box: has '2 numbers'"),
        (("--box", "1,2,3"), "--box: has 3 numbers"),
        (("--box", "2,1,0,0"), "is empty"),
        (("--box", "a,1,0,0"), "--box"),
        (("--box", "nan,1,0,0"), "--box"),
        (("--steps", "0"), "--steps"),
        (("--steps", "1000000"), "--steps"),
        (("--warm", "-1"), "--warm"),
        (("--split", "0"), "--split"),
        (("--split", "2,2,2"), "--split"),
        (("--split", "100"), "--split"),
        (("--threshold", "0"), "--threshold"),
        (("--system", "lorenz"), "not that of the network"),
        (("--system", "cat"), "not that of the network"),
        (("--network", "nowhere.npz"), "--network"),
    ],
)
def test_bad_input(
    icebound: Command,  # noqa: F811
    tmp_path: Path,
    options: tuple[str, ...],
    said: str,
) -> None:
    chosen = {"--network": str(file(tmp_path, "vanderpol")), "--box": BOX, "--steps": "2"}
    chosen.update([options])  # type: ignore[list-item]
    out = tmp_path / "out"
    run = icebound("trajectory", *(f"{k}={v}" for k, v in chosen.items()), "--out", str(out))
    assert run.status == 2, run.out
    assert said in run.err
    assert run.err.count("\n") == 1
    assert not out.exists() or not list(out.iterdir())


@pytest.mark.parametrize("damage", ["truncated", "nan", "shape", "other", "system"])
def test_bad_network_files(
    icebound: Command,  # noqa: F811
    tmp_path: Path,
    damage: str,
) -> None:
    path = file(tmp_path, "vanderpol")
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:-200])
    else:
        with np.load(path) as stored:
            arrays = dict(stored)
        if damage == "nan":
            arrays["W"] = np.where(np.eye(6), np.nan, arrays["W"])
        if damage == "shape":
            arrays["B"] = arrays["B"][:-1]
        if damage == "other":
            arrays = {"W": np.ones((3, 1)), "C": np.ones((1, 3)), "b": np.ones(3)}
        if damage == "system":
            arrays["system"] = np.array("pendulum")
        with path.open("wb") as stream:
            np.savez(stream, **arrays)
    run = icebound("trajectory", "--network", str(path), f"--box={BOX}", "--steps", "2")
    assert run.status == 2
    assert "icebound: error: --network" in run.err
