"""The sweep over gains: its intervals, its cells, its files, its picture."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("matplotlib")

from scipy.stats import binom

from benchmarks.gain_sweep import configuration, main, train_cell
from tests.house.layout import ROOT
from theory.errors import InputError
from verify.dynamics import gain_picture
from verify.dynamics.gain_sweep import (
    Cell,
    clopper_pearson,
    explained,
    markdown,
    memory_time,
    read_cell,
    read_sweep,
    row,
    t_interval,
    write_sweep,
)


def cell(**changes: object) -> Cell:
    two = (0.5, 0.5)
    made = Cell(
        system="cosine", mode="biases", gain=1.5, leak=0.5, width=20, units=20, trained=20, steps=3,
        windows=4, seeds=(0, 1), r2=(0.95, 0.2), teacher_r2=two, horizon=(400.0, 30.0), limit=1000,
        lag=two, driven_before=(-0.5, -0.1), driven_after=(-0.25, 0.1),
        radius_before=two, radius_after=two, off_before=two, off_after=two,
        stopped=(None, None), seconds=1.0,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("hits", "count"), [(0, 10), (3, 10), (10, 10), (1, 1)])
def test_exact_intervals(hits: int, count: int) -> None:
    """At the ends the tail beyond what was seen has 2.5 percent."""
    low, high = clopper_pearson(hits, count)
    assert 0 <= low < high <= 1
    if hits:
        assert binom.sf(hits - 1, count, low) == pytest.approx(0.025)
    if hits < count:
        assert binom.cdf(hits, count, high) == pytest.approx(0.025)


def test_intervals_of_student() -> None:
    mean, low, high = t_interval([1.0, 2.0, 3.0, 4.0])
    assert mean == 2.5
    # t(0.975, 3) = 3.18245, standard error sqrt(5/3)/2
    assert (low, high) == pytest.approx((2.5 - 2.05426, 2.5 + 2.05426), abs=1e-4)
    assert math.isnan(t_interval([1.0])[1])


def test_memory_times() -> None:
    assert memory_time(-0.25) == 4.0
    assert memory_time(0.0) == memory_time(0.3) == math.inf
    assert memory_time(None) == 0.0
    assert cell().memory == (6.0, math.inf)
    assert cell(driven_after=(-0.5, None)).memory == (6.0, 1.0)


def test_successes_are_those_of_the_task() -> None:
    assert cell().hits == 1
    assert "1/2" in row(cell())
    # Lorenz is foretold, not generated
    forecast = cell(system="lorenz", teacher_r2=(0.95, 0.97), r2=(-1000.0, -1000.0))
    assert forecast.hits == 2
    assert forecast.task_r2 == (0.95, 0.97)


def test_what_was_stored_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sweep.json"
    cells = [cell(gain=1.5), cell(gain=0.5), cell(mode="all", driven_before=(None, -1.0))]
    write_sweep(path, cells)
    found = read_sweep(path)
    assert sorted(found, key=repr) == sorted(cells, key=repr)
    assert [entry.gain for entry in found if entry.mode == "biases"] == [0.5, 1.5]
    write_sweep(tmp_path / "again.json", found)
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("content", ["", "{}", '{"cells": [{"gain": 1}]}', '{"cells": 3}', "[]"])
def test_files_that_are_no_sweeps(content: str, tmp_path: Path) -> None:
    path = tmp_path / "sweep.json"
    path.write_text(content)
    with pytest.raises(InputError, match="accepted"):
        read_sweep(path)
    with pytest.raises(InputError, match="accepted"):
        read_sweep(tmp_path / "none.json")
    with pytest.raises(InputError, match="missing or unknown"):
        read_cell(asdict(cell()) | {"colour": 3})


def test_the_stored_sweep_is_whole() -> None:
    """One cell per configuration, lists as long as its seeds, both systems and modes, 0.5 to 2."""
    cells = read_sweep()
    keys = {(c.system, c.mode, c.gain, c.leak, c.width, c.steps, c.seeds) for c in cells}
    assert len(keys) == len(cells)
    for entry in cells:
        lists = [value for value in asdict(entry).values() if isinstance(value, tuple)]
        assert {len(value) for value in lists} == {len(entry.seeds)}
        assert all(0 <= h <= entry.limit for h in entry.horizon)
        # exploration used seeds 0 and 1
        assert min(entry.seeds) >= 2
    for system in ("vanderpol", "cosine"):
        for mode in ("biases", "all"):
            line = [
                c for c in cells if (c.system, c.mode, c.leak, c.steps) == (system, mode, 0.5, 300)
            ]
            assert {0.5, 1.0, 1.5, 2.0} <= {c.gain for c in line}
            assert all(len(c.seeds) == 10 for c in line)


def test_what_orders_successes() -> None:
    """Made to be told by the lag alone; a figure that says nothing explains nothing."""
    cells = [
        cell(gain=gain, leak=leak, lag=(lag, 1.1 * lag), r2=(good, 1 - good),
             driven_before=(-0.5, -0.5))
        for gain, leak, lag, good in ((1.0, 0.5, 1.0, 0.2), (1.0, 0.5, 2.0, 0.05),
                                      (1.0, 0.5, 4.0, 0.05), (1.0, 0.5, 8.0, 0.95))
    ]  # fmt: skip
    found = explained(cells)
    hits = [entry.hits for entry in cells]
    assert hits == [0, 1, 1, 1]
    p = 3 / 8
    assert found[""] == pytest.approx(8 * (p * math.log(p) + (1 - p) * math.log(1 - p)), abs=1e-6)
    assert found["gain"] == pytest.approx(found[""], abs=1e-6)
    assert found["memory"] == pytest.approx(found[""], abs=1e-6)
    assert found["lag"] > found[""] + 0.1
    # a draw that does not forget is left out
    assert explained([*cells, cell(driven_before=(0.1, 0.2))]) == found


def test_the_document_shows_the_stored_sweep() -> None:
    shown = (ROOT / "docs" / "recurrent.md").read_text("utf-8")
    for line in markdown(read_sweep()):
        assert line in shown, "out of date: " + line
    same = [c for c in read_sweep() if (c.system, c.mode, c.steps) == ("vanderpol", "biases", 300)]
    for value in explained(same).values():
        assert f"{value:.1f}" in shown


def test_a_small_sweep_and_its_resumption(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = [
        "--systems=cosine", "--gains=0.8,1.5", "--modes=biases,all", "--seeds=3-4", "--width=20",
        "--steps=3", f"--out={tmp_path}", f"--store={tmp_path}/stored/sweep.json",
    ]  # fmt: skip
    main(call)
    first = capsys.readouterr().out
    assert len(first.splitlines()) == 5
    assert len(list(tmp_path.glob("*.json"))) == 4
    stored = read_sweep(tmp_path / "stored" / "sweep.json")
    assert {(c.mode, c.gain, c.units) for c in stored} == {
        ("biases", 0.8, 20), ("biases", 1.5, 20), ("all", 0.8, 3), ("all", 1.5, 3),
    }  # fmt: skip
    for name in ("gain_sweep.png", "recurrent_lag.png"):
        assert (tmp_path / name).stat().st_size > 1000

    def fail(*arguments: object, **options: object) -> None:
        raise AssertionError("a cell was computed again")

    monkeypatch.setattr("numerics.dynamics.training.train_many", fail)
    main(call)
    assert capsys.readouterr().out == first
    with pytest.raises(AssertionError, match="again"):
        main([*call, "--steps=4"])


def test_the_modes_differ_in_what_is_fed_back() -> None:
    made = {
        mode: configuration("cosine", 1.5, mode, width=30, steps=3, windows=4, leak=0.5)
        for mode in ("biases", "silent", "lagged", "all")
    }
    assert [made[mode].feedback for mode in made] == [True, False, True, True]
    assert [len(made[mode].lags) for mode in made] == [1, 1, 2, 1]
    assert [made[mode].train for mode in made] == ["biases", "biases", "biases", "all"]
    assert made["biases"].alpha == -0.5


def test_pictures_of_few_cells(tmp_path: Path) -> None:
    cells = [cell(), cell(gain=0.5, r2=(-1000.0, 0.1)), cell(system="vanderpol", mode="silent")]
    assert gain_picture.gains(cells, tmp_path / "a.png").stat().st_size > 1000
    leaks = [cell(leak=1.0), cell(lag=(1e6, 1e7)), cell(leak=0.2)]
    assert gain_picture.lags(leaks, tmp_path / "b.png").stat().st_size > 1000


def test_lines_for_documents() -> None:
    lines = markdown([cell(), cell(r2=(-1000.0, -1000.0), lag=(1e6, 1e6))])
    assert len(lines) == 4
    assert "| 1/2 | 0.01 to 0.99 | 0.5750 | 215, 0 to 1000 |" in lines[2]
    assert "| below -1 |" in lines[3]
    assert "| 6.0 | - | 0/2 |" in lines[3]


@pytest.mark.slow
@pytest.mark.parametrize(("gain", "works"), [(0.5, False), (1.5, True)])
def test_a_stored_cell_can_be_measured_again(gain: float, works: bool, tmp_path: Path) -> None:
    """Two of its seeds, as far from the threshold as they are said to be."""
    config = configuration("cosine", gain, "biases", width=200, steps=300, windows=4, leak=0.5)
    found = train_cell(config, "biases", [100, 101], tmp_path / "state.pt")
    assert found.hits == (2 if works else 0)
    assert np.isfinite(found.r2).all()
