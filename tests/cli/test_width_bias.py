"""``icebound width bias``: fields, the chain of inequalities, the certificate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

SINE = ("width", "bias", "--target", "sin(2*pi*x)")


def test_fields(icebound: Callable[..., Run]) -> None:
    run = icebound(*SINE, "--eps", "0.1", "--delta", "0.1", "--weight-range", "2", "--gamma", "1",
                   "--json")  # fmt: skip
    assert run.status == 0
    document = run.document
    low, high = document["log10_width"]
    assert low <= high < low + 1e-12
    assert 10**low <= document["width"] * (1 + 1e-9)
    assert document["status"] == "theorem"
    assert document["theorem"] == "B1"
    assert document["m0"] == document["width"] // -(-document["width"] // document["m0"])
    assert document["eta"] <= 1.0
    assert document["gamma"] == 1.0
    assert document["explain"] is None
    assert document["certificate"] is None


def test_the_chain_is_explained(icebound: Callable[..., Run]) -> None:
    run = icebound(*SINE, "--eps", "1e-3", "--explain")
    assert run.status == 0
    for piece in ("pieces", "X1 = max|x| = 1", "m0 eta (2 gamma X1", "ln(m0/delta)"):
        assert piece in run.out
    lines = icebound(*SINE, "--eps", "1e-3", "--explain", "--json").document["explain"]
    assert len(lines) == 6


def test_astronomic_widths_are_text(icebound: Callable[..., Run]) -> None:
    document = icebound(*SINE, "--eps", "1e-9", "--json").document
    assert document["log10_width"][0] > 30
    assert isinstance(document["width"], str)
    assert len(document["width"]) == int(document["log10_width"][0]) + 1


@pytest.mark.parametrize("domain", ["0,1", "-1,1", "2,3", "1/3,2"])
def test_the_certificate_is_checked(
    icebound: Callable[..., Run], tmp_path: Path, domain: str
) -> None:
    run = icebound("width", "bias", "--target", "exp(x)-1/3", f"--domain={domain}", "--eps",
                   "1/100", "--out", tmp_path, "--json")  # fmt: skip
    assert run.status == 0
    path = tmp_path / "width.json"
    assert run.document["certificate"].endswith("width.json")
    checked = icebound("check", path, "--json")
    assert checked.status == 0
    assert checked.document["results"][0]["kind"] == "width"
    shown = icebound("show", path)
    assert shown.status == 0
    assert "probability at least 19/20" in " ".join(shown.out.split())


def test_too_many_pieces_for_a_certificate(icebound: Callable[..., Run], tmp_path: Path) -> None:
    run = icebound(*SINE, "--eps", "1e-10", "--out", tmp_path)
    assert run.status in (2, 3)
    assert "larger eps" in run.last_error
    assert not list(tmp_path.glob("*.json"))
