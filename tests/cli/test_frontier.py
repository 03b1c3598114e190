"""``icebound frontier`` as scripts rely on it: fields, files, exit statuses, error lines."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.conftest import Run
from theory.errors import Undecided

pytest.importorskip("clarabel")

SINE = ("frontier", "--target", "sin(2*pi*x)")
TANH = ("--activation", "tanh", "--box", "2", "2")


def test_fields_files_and_check(icebound: Callable[..., Run], tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = icebound(*SINE, *TANH, "--budget", "1.148,20.360", "--out", out, "--json")
    assert run.status == 0, run.err
    document = run.document
    assert document["verdict"] == "PROVED"
    assert document["box"] == {"lambda": "2", "beta": "2"}
    assert document["domain_exact"] == ["0", "1"]
    first, second = document["points"]
    for point in (first, second):
        for field in ("budget", "lower", "upper", "closed_form", "width", "certificate",
                      "certificate_upper", "gap", "status", "seconds"):  # fmt: skip
            assert field in point
        assert 0 < point["lower"] <= point["upper"] <= point["lower"] * (1 + 3e-4)
    assert first["lower"] == pytest.approx(0.40342, rel=3e-4)
    assert 0.0596 <= second["lower"] <= second["upper"] <= 0.0598
    files = sorted(out.glob("*.json"))
    assert [file.name for file in files] == [
        "point-001.lower.json",
        "point-001.upper.json",
        "point-002.lower.json",
        "point-002.upper.json",
    ]
    checked = icebound("check", *files, "--json")
    assert checked.status == 0, checked.out
    again = icebound(*SINE, *TANH, "--budget", "1.148,20.360", "--out", out)
    assert again.status == 0
    assert "2 points were kept" in again.err
    assert "1.148" in again.out
    assert "PROVED" in again.out


def test_points_are_chosen(icebound: Callable[..., Run]) -> None:
    run = icebound(*SINE, *TANH, "--points", 2, "--json", "--domain=0,1/2")
    assert run.status == 0
    budgets = [point["budget"] for point in run.document["points"]]
    assert len(budgets) == 2
    assert budgets == sorted(budgets)


def write_rows(folder: Path, rows: int, dimension: int) -> Path:
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (rows, dimension))
    y = np.cos(2 * x.sum(axis=1)) + 0.05 * rng.standard_normal(rows)
    header = ",".join([*(f"x{axis}" for axis in range(dimension)), "y"])
    path = folder / "rows.csv"
    np.savetxt(path, np.column_stack([x, y]), delimiter=",", header=header, comments="")
    return path


def test_data(icebound: Callable[..., Run], tmp_path: Path) -> None:
    path = write_rows(tmp_path, 30, 1)
    run = icebound("frontier", "--data", path, *TANH, "--affine", "--budget", 1, "--json",
                   "--out", tmp_path / "out")  # fmt: skip
    assert run.status == 0, run.err
    assert run.document["data"]["rows"] == 30
    assert run.document["target"] is None
    assert run.document["points"][0]["closed_form"] is None
    assert icebound("check", *sorted((tmp_path / "out").glob("*.json"))).status == 0


def test_more_inputs_than_can_be_enclosed(icebound: Callable[..., Run], tmp_path: Path) -> None:
    run = icebound(
        "frontier", "--data", write_rows(tmp_path, 50, 5), *TANH, "--budget", 1, "--json"
    )
    assert run.status == 0
    assert run.document["verdict"] == "CONSISTENT"
    assert run.document["points"][0]["lower_status"] == "measured"
    assert "d <= 3" in run.err


def test_undecided_exits_3_with_the_estimate(
    icebound: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    def undecided(*_: object, **__: object) -> object:
        raise Undecided("phi", "tanh", "time is up", "more time")

    monkeypatch.setattr("verify.dual.certified_dual", undecided)
    run = icebound(*SINE, *TANH, "--budget", 2, "--json")
    assert run.status == 3
    point = run.document["points"][0]
    assert point["status"] == point["lower_status"] == "measured"
    assert 0.3 < point["lower"] <= point["upper"] < 0.4
    assert "time is up" in run.err


def test_ctrl_c(
    icebound: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from verify.frontiers import curve

    real: Any = curve.frontier_point

    def interrupted(fitter: Any, budget: Any, **more: Any) -> Any:
        if budget > 1:
            raise KeyboardInterrupt
        return real(fitter, budget, **more)

    arguments = (*SINE, *TANH, "--budget", "0.5,3", "--out", tmp_path)
    monkeypatch.setattr(curve, "frontier_point", interrupted)
    run = icebound(*arguments)
    assert run.status == 130
    assert "interrupted" in run.last_error
    monkeypatch.setattr(curve, "frontier_point", real)
    again = icebound(*arguments, "--json")
    assert again.status == 0
    assert again.document["kept"] == 1


def test_seventeen_digits_of_a_budget_survive(icebound: Callable[..., Run]) -> None:
    run = icebound(*SINE, *TANH, "--budget", "1/3", "--json")
    point = run.document["points"][0]
    assert point["budget_exact"] == "1/3"
    assert math.isclose(point["budget"], 1 / 3)


# arguments, the argument that is named, a piece of what is said
ROWS: list[tuple[tuple[str, ...], str, str]] = [
    ((*SINE, *TANH, "--budget", "0"), "--budget", "out of range"),
    ((*SINE, *TANH, "--budget", "-1"), "--budget", "out of range"),
    ((*SINE, *TANH, "--budget", "1,two"), "--budget", "cannot read"),
    ((*SINE, *TANH, "--budget", ""), "--budget", "cannot read"),
    ((*SINE, *TANH, "--budget", "1e300"), "--budget", "out of range"),
    ((*SINE, *TANH, "--points", "0"), "--points", "from 1"),
    ((*SINE, *TANH, "--points", "x"), "--points", "not an integer"),
    ((*SINE, *TANH, "--points", "3", "--budget", "1"), "--points", "leave out"),
    ((*SINE, "--activation", "tanhh", "--box", "2", "2"), "--activation", "tanh"),
    ((*SINE, "--activation", "tanh", "--box", "0", "2"), "--box", "not positive"),
    ((*SINE, "--activation", "tanh", "--box", "2", "-1"), "--box", "not positive"),
    ((*SINE, "--activation", "tanh", "--box", "2", "wide"), "--box", "cannot read"),
    ((*SINE, "--activation", "tanh", "--box", "1e9", "2"), "--box", "at most 1000"),
    ((*SINE, "--activation", "tanh"), "--box", "is required"),
    ((*SINE, "--box", "2", "2"), "--activation", "is required"),
    (("frontier", *TANH), "--target", "exactly one"),
    ((*SINE, "--data", "x.csv", *TANH), "--target", "exactly one"),
    (("frontier", "--data", "missing.csv", *TANH), "--data", "no such file"),
    (("frontier", "--data", "missing.csv", "--domain=0,1", *TANH), "--domain", "leave it out"),
    ((*SINE, *TANH, "--domain=1,0"), "--domain", "reversed"),
    ((*SINE, *TANH, "--domain=0,0"), "--domain", "empty"),
    ((*SINE, *TANH, "--domain=0,1,2"), "--domain", "3 numbers"),
    (("frontier", "--target", "x0+x3", *TANH), "--target", "too many dimensions"),
    (("frontier", "--target", "foo(x)", *TANH), "--target", "unknown name"),
    (("frontier", "--target", "1/x", "--domain=-1,1", *TANH), "--target", "finite"),
]


@pytest.mark.parametrize(("arguments", "named", "said"), ROWS)
def test_bad_input(
    icebound: Callable[..., Run],
    arguments: tuple[str, ...],
    named: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    run = icebound(*arguments, "--json")
    assert run.status == 2, run.out
    assert run.last_error.startswith(f"icebound: error: {named}: "), run.last_error
    assert said in run.last_error
    assert run.document["error"]["argument"] == named
    assert not list(tmp_path.iterdir())


def test_a_bad_cell_is_named(icebound: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("x0,y\n0,1\n1,oops\n")
    run = icebound("frontier", "--data", path, *TANH)
    assert run.status == 2
    assert "row 3, column y is no number: 'oops'" in run.last_error
