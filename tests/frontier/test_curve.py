"""Curves: progress, what an interrupted run leaves, and that nothing false is ever reused."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from theory.targets.box_target import BoxTarget
from verify.frontiers import curve as curve_module
from verify.frontiers import state
from verify.frontiers.curve import frontier
from verify.frontiers.request import FrontierRequest
from verify.results import Verdict

pytest.importorskip("clarabel")

BUDGETS = (Fraction(1, 2), Fraction(2), Fraction(6))


def request(**more: Any) -> FrontierRequest:
    settings: dict[str, Any] = {
        "subject": BoxTarget.parse("sin(2*pi*x)"),
        "activation": "tanh",
        "lam": Fraction(2),
        "beta": Fraction(2),
        "budgets": BUDGETS,
    }
    return FrontierRequest(**(settings | more))


def test_a_run_and_its_files(tmp_path: Path) -> None:
    stages: list[str] = []
    result = frontier(
        request(), out=tmp_path, progress=lambda done, total, stage: stages.append(stage)
    )
    assert result.verdict is Verdict.PROVED
    assert stages == ["budget 0.5", "budget 2", "budget 6"]
    names = {path.name for path in tmp_path.iterdir()}
    expected = {f"point-00{k}.{side}.json" for k in (1, 2, 3) for side in ("lower", "upper")}
    assert expected <= names
    assert {name for name in names if name.endswith(".json")} == expected
    assert not any(name.startswith(".partial") for name in names)
    document = result.as_json()
    json.dumps(document, allow_nan=False)
    assert [point["budget"] for point in document["points"]] == [0.5, 2.0, 6.0]
    uppers = [point["upper"] for point in document["points"]]
    assert uppers == sorted(uppers, reverse=True)


def test_an_interrupted_run_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, done = curve_module.frontier_point, []

    def interrupted(fitter: Any, budget: Fraction, **more: Any) -> Any:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(budget)
        return real(fitter, budget, **more)

    monkeypatch.setattr(curve_module, "frontier_point", interrupted)
    with pytest.raises(KeyboardInterrupt):
        frontier(request(), out=tmp_path)
    assert done == list(BUDGETS[:2])
    before = (tmp_path / "point-001.lower.json").read_bytes()

    again: list[Fraction] = []

    def counted(fitter: Any, budget: Fraction, **more: Any) -> Any:
        again.append(budget)
        return real(fitter, budget, **more)

    monkeypatch.setattr(curve_module, "frontier_point", counted)
    result = frontier(request(), out=tmp_path)
    assert again == [BUDGETS[2]]
    assert result.kept == 2
    assert result.verdict is Verdict.PROVED
    assert (tmp_path / "point-001.lower.json").read_bytes() == before
    third = frontier(request(), out=tmp_path)
    assert third.kept == 3
    assert again == [BUDGETS[2]]
    assert third.points == result.points


def test_changed_certificates_and_other_requests_are_not_reused(tmp_path: Path) -> None:
    first = frontier(request(budgets=BUDGETS[:1]), out=tmp_path)
    path = tmp_path / "point-001.lower.json"
    good = path.read_bytes()
    path.write_bytes(good.replace(b"sin", b"cos"))
    assert state.load(tmp_path, request(budgets=BUDGETS[:1]))[1] == {}
    again = frontier(request(budgets=BUDGETS[:1]), out=tmp_path)
    assert again.kept == 0
    assert path.read_bytes() == good
    assert again.points[0].lower == first.points[0].lower
    for other in (
        request(budgets=BUDGETS),
        request(budgets=BUDGETS[:1], affine=True),
        request(budgets=BUDGETS[:1], lam=Fraction(3)),
        request(budgets=BUDGETS[:1], activation="erf"),
        request(budgets=BUDGETS[:1], subject=BoxTarget.parse("sin(2*pi*x)", [(0, 2)])),
    ):
        assert state.load(tmp_path, other) == (None, {})


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema": 1}', '{"points": {}}'])
def test_a_damaged_state_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / state.NAME).write_text(text)
    assert state.load(tmp_path, request()) == (None, {})


def test_measured_points_are_tried_again(tmp_path: Path) -> None:
    result = frontier(request(budgets=BUDGETS[:1]), out=tmp_path)
    entry = json.loads((tmp_path / state.NAME).read_text())
    entry["points"]["0"]["lower_status"] = "measured"
    (tmp_path / state.NAME).write_text(json.dumps(entry))
    budgets, kept = state.load(tmp_path, result.request)
    assert budgets == BUDGETS[:1]
    assert kept == {}


def test_the_picture(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from verify.frontiers.picture import frontier_figure

    result = frontier(request(budgets=BUDGETS[:2]), out=tmp_path)
    assert result.picture == tmp_path / "frontier.png"
    assert result.picture.read_bytes().startswith(b"\x89PNG")
    axes = frontier_figure(result).axes[0]
    assert "tanh" in axes.get_title()
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert "no network of the class is below" in labels


def test_without_matplotlib_there_is_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verify.pictures.available", lambda: False)
    result = frontier(request(budgets=BUDGETS[:1]), out=tmp_path)
    assert result.picture is None
    assert any("matplotlib" in note for note in result.notes)
