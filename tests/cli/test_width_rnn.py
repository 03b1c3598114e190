"""``icebound width rnn``: fields, the chain of inequalities, bad input."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.conftest import Run
from tests.house.layout import ROOT

TASK = ("width", "rnn", "--units", "2", "--steps", "10", "--eps", "0.1")


def test_fields(icebound: Callable[..., Run]) -> None:
    run = icebound(*TASK, "--json")
    assert run.status == 0
    document = run.document
    low, high = document["log10_width"]
    assert 20 < low <= high < low + 1e-6
    assert document["m0"] == 2
    assert document["entries"] == 8
    assert document["theorem"] == "B4"
    assert document["status"] == "theorem"
    assert 0 < document["eta"] < 1 / 2
    assert document["explain"] is None


def test_explain_shows_the_chain(icebound: Callable[..., Run]) -> None:
    run = icebound(*TASK, "--explain")
    assert run.status == 0
    for piece in ("eta =", "rho_T =", "eps/2 = 1/20", "(eta/R)^8", "log10 n in"):
        assert piece in run.out


def test_the_document_shows_what_is_printed(icebound: Callable[..., Run]) -> None:
    document = (ROOT / "docs" / "recurrent.md").read_text("utf-8")
    command = document.split("$ icebound ")[1].split("\n")[0]
    run = icebound(*command.split())
    assert run.status == 0
    assert len(run.out.splitlines()) == 9
    assert f"$ icebound {command}\n{run.out}```" in document


def test_a_longer_horizon_needs_more_width(icebound: Callable[..., Run]) -> None:
    widths = [
        icebound(*TASK[:4], "--steps", steps, "--eps", "0.1", "--json").document["log10_width"]
        for steps in ("10", "100", "2000")
    ]
    assert widths[0][1] < widths[1][0] < widths[2][0]


@pytest.mark.parametrize(
    ("option", "value", "piece"),
    [
        ("--units", "0", "from 1"),
        ("--steps", "ten", "not an integer"),
        ("--eps", "0", "eps > 0"),
        ("--delta", "1", "between 0 and 1"),
        ("--gamma", "1", "0 < gamma < R = 1"),
        ("--weight-range", "0", "0 < gamma < R"),
        ("--rmax", "-1", "0 or more"),
        ("--alpha", "x", "a number such as"),
    ],
)
def test_bad_input_is_one_line(
    icebound: Callable[..., Run], option: str, value: str, piece: str
) -> None:
    run = icebound(*TASK, f"{option}={value}")
    assert run.status == 2
    assert piece in run.last_error
    assert run.last_error.startswith("icebound: error: --")
