"""``icebound sandwich ridgelet``: tables, JSON, files, exit statuses and bad input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytest.importorskip("clarabel")

BASE = ("sandwich", "ridgelet", "--target", "sin(2*pi*x)", "--width", "30", "--activation", "tanh")
CLASS = ("--box", "2", "2", "--budget", "1.148")


def test_json_has_the_fields_scripts_rely_on(
    icebound: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from verify.sandwiches import ridgelet_training

    monkeypatch.setattr(ridgelet_training, "STEPS", 40)
    monkeypatch.chdir(tmp_path)
    run = icebound(*BASE, *CLASS, "--json", "--out", "here", "--sweep-band", "1,2")
    assert run.status == 0, run.err
    document = run.document
    for name in ("family", "target", "domain", "width", "seed", "lower", "class_lower",
                 "constructed", "trained", "verdict", "tikhonov", "sweep"):  # fmt: skip
        assert name in document
    assert document["verdict"] == "PROVED"
    assert document["lower"]["certificate"] == "here/lower-dual.json"
    assert document["constructed"]["certificate"] == "here/upper.json"
    assert document["trained"]["certificate"] == "here/trained.json"
    assert document["tikhonov"]["status"] == "measured"
    assert [row["lambda"] for row in document["sweep"]] == [1.0, 2.0]
    assert document["sweep"][0]["lower"] > document["sweep"][1]["lower"] > 0
    checked = icebound("check", *sorted(Path("here").glob("*.json")), "--json")
    assert checked.status == 0, checked.out
    # only certificates end in .json
    assert len(checked.document["results"]) == len(list(Path("here").glob("*.json")))


def test_people_get_a_table(icebound: Callable[..., Run]) -> None:
    run = icebound(*BASE, *CLASS, "--no-train", "--domain=-1/2,1/2")
    assert run.status == 0, run.err
    for word in ("lower", "constructed", "predicted", "verdict: PROVED", "|c|_1 <= 287/250"):
        assert word in run.out
    assert "Tikhonov" not in run.out


ROWS: list[tuple[tuple[str, ...], str, str]] = [
    ((*BASE, "--box", "2", "2"), "--budget", "is required"),
    ((*BASE, "--budget", "1"), "--box", "is required"),
    ((*BASE, *CLASS, "--width", "0"), "--width", "from 1 to"),
    ((*BASE, *CLASS, "--width", "many"), "--width", "not an integer"),
    ((*BASE, *CLASS, "--activation", "tahn"), "--activation", "did you mean 'tanh'"),
    ((*BASE, "--box", "0", "2", "--budget", "1"), "--box", "greater than 0"),
    ((*BASE, "--box", "2", "1e9", "--budget", "1"), "--box", "out of range"),
    ((*BASE, "--box", "2", "2", "--budget", "0"), "--budget", "greater than 0"),
    ((*BASE, "--box", "2", "2", "--budget", "lots"), "--budget", "cannot read"),
    ((*BASE, *CLASS, "--delta", "1"), "--delta", "between 0 and 1"),
    ((*BASE, *CLASS, "--delta", "0"), "--delta", "greater than 0"),
    ((*BASE, *CLASS, "--seed", "-1"), "--seed", "from 0"),
    ((*BASE, *CLASS, "--sweep-band", "1,x"), "--sweep-band", "cannot read"),
    ((*BASE, *CLASS, "--sweep-band", "1,0"), "--sweep-band", "greater than 0"),
    ((*BASE, *CLASS, "--sweep-band", "1,1e9"), "--sweep-band", "out of range"),
    ((*BASE, *CLASS, "--domain=1,0"), "--domain", "reversed"),
    ((*BASE, *CLASS, "--target", "foo(x)"), "--target", "unknown name"),
    ((*BASE, *CLASS, "--target", "x0*x4"), "--target", "too many dimensions"),
]


@pytest.mark.parametrize(("arguments", "named", "said"), ROWS)
def test_one_line_and_exit_2(
    icebound: Callable[..., Run],
    arguments: tuple[str, ...],
    named: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    run = icebound(*arguments)
    assert run.status == 2
    assert run.last_error.startswith(f"icebound: error: {named}: "), run.last_error
    assert said in run.last_error
    assert "Traceback" not in run.err
    assert not list(tmp_path.iterdir())
