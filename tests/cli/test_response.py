"""``icebound response``: the fields scripts rely on, certificates, the scope, one-line errors."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

PACKET = ("--target", "exp(-x**2/2)*cos(6*x)")
BASE = ("response", *PACKET, "--activation", "gaussian", "--band", "2")


def test_points_are_pairs_that_enclose(icebound: Callable[..., Run]) -> None:
    run = icebound(*BASE, "--mu", "1e-2,1e-4", "--json")
    assert run.status == 0
    document = run.document
    for point, budget, error in zip(
        document["points"], (1.67153, 34.8962), (0.90620, 0.596616), strict=True
    ):
        assert point["budget"][0] <= point["budget"][1]
        assert point["budget"][0] == pytest.approx(budget, rel=1e-5)
        assert point["error"][1] == pytest.approx(error, rel=1e-5)
        assert point["mu"][0] <= point["mu"][1]
    assert document["norm"][0] == pytest.approx(0.94140, rel=1e-5)
    assert document["max_budget"][1] == pytest.approx(673.5, rel=1e-4)
    assert "neither finite networks" in document["scope"]


def test_budget_and_accuracy(icebound: Callable[..., Run]) -> None:
    by_budget = icebound(*BASE, "--budget", "10,1000", "--json").document["points"]
    assert by_budget[0]["budget"] == [10.0, 10.0]
    assert by_budget[1]["mu"] == [0.0, 0.0]
    assert by_budget[1]["error"] == [0.0, 0.0]
    by_error = icebound(*BASE, "--eps", "1/2,2", "--json").document["points"]
    assert by_error[0]["error"] == [0.5, 0.5]
    assert by_error[0]["budget"][1] == pytest.approx(54.14081, rel=1e-5)
    assert by_error[1]["mu"] is None
    assert "budget 0" in by_error[1]["reason"]


def test_people_read_the_scope_with_every_answer(icebound: Callable[..., Run]) -> None:
    run = icebound(*BASE, "--mu", "1")
    assert run.status == 0
    assert "scope: " in run.out
    assert "compact set" in run.out


@pytest.mark.parametrize("name", ["cos", "sin"])
def test_line_spectra_are_answered_by_r1(icebound: Callable[..., Run], name: str) -> None:
    run = icebound("response", *PACKET, "--activation", name, "--band", "6", "--mu", "1", "--json")
    assert run.status == 0
    document = run.document
    assert document["theorem"] == "R1"
    # half of the energy of the packet is beyond its own frequency
    assert document["points"][0]["error"][0] == pytest.approx(0.6656677, rel=1e-6)
    assert document["points"][0]["mu"] is None
    assert document["max_budget"] is None
    assert document["reason"]


def test_an_infinite_largest_budget_is_null_with_a_reason(icebound: Callable[..., Run]) -> None:
    run = icebound("response", "--spectrum", "1/(1+k**2)", "--activation", "tanh",
                   "--band", "2", "--budget", "1", "--json")  # fmt: skip
    assert run.status == 0
    assert run.document["max_budget"] is None
    assert "infinite" in run.document["reason"]


def test_a_cube_of_weights(icebound: Callable[..., Run], tmp_path: Path) -> None:
    start = ("response", "--target", "exp(-x0**2/2-x1**2)", "--dim", "2", "--band")
    rest = ("--activation", "tanh", "--mu", "1/10", "--json")
    ball, out = icebound(*start, "2", *rest).document, tmp_path / "out"
    run = icebound(*start, "2", *rest, "--cube", "--out", out)
    assert run.status == 0
    cube = run.document
    # the cube contains the ball and lies in the ball of radius 2 sqrt(2)
    wide = icebound(*start, "2.8285", *rest).document
    errors = [document["points"][0]["error"] for document in (wide, cube, ball)]
    assert errors[0][1] < errors[1][0]
    assert errors[1][1] < errors[2][0]
    # exactly what is missing is said, and no file claims otherwise
    assert cube["points"][0]["certificate"] is None
    assert "no independent checker" in cube["certificates"]
    assert cube["band_norm"] == "inf"
    assert "band_norm" not in ball
    assert not list(out.glob("*.json"))


def test_a_cube_beyond_the_band(icebound: Callable[..., Run]) -> None:
    run = icebound("response", "--target", "exp(-r**2/2)", "--activation", "cos", "--band", "1",
                   "--dim", "2", "--mu", "1", "--cube", "--json")  # fmt: skip
    low, high = run.document["least_error"]
    # pi (1 - erf(1)^2): the energy where |xi_0| > 1 or |xi_1| > 1
    assert low <= math.sqrt(math.pi * (1 - math.erf(1) ** 2)) <= high < low + 1e-8


def test_certificates_are_proved_and_shown(icebound: Callable[..., Run], tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = icebound(*BASE, "--budget", "1,700", "--out", out, "--json")
    assert run.status == 0
    assert (out / "response-000.json").is_file()
    assert not (out / "response-001.json").exists()  # mu = 0: nothing to integrate
    checked = icebound("check", out / "response-000.json", "--json")
    assert checked.status == 0
    assert checked.document["results"][0]["status"] == "PROVED"
    shown = icebound("show", out / "response-000.json")
    assert shown.status == 0
    assert "density" in shown.out or "densities" in shown.out
    names = {path.name for path in out.iterdir()}
    assert names <= {"response-000.json", "response.png"}
    if run.document["picture"] is not None:
        assert (out / "response.png").stat().st_size > 10_000


ACTIVATION = ("--activation", "tanh")
BAND = ("--band", "2")
BELL = ("--target", "exp(-x**2)")
CUBE = ("response", *ACTIVATION, *BAND, "--mu", "1", "--dim", "2", "--cube")
ROWS: list[tuple[tuple[str, ...], str, str]] = [
    ((*BASE, "--mu", "-1"), "--mu", "not positive"),
    ((*BASE, "--mu", "0"), "--mu", "not positive"),
    ((*BASE, "--mu", "small"), "--mu", "cannot read"),
    ((*BASE, "--mu", "1,"), "--mu", "cannot read"),
    ((*BASE, "--budget", "0"), "--budget", "not positive"),
    ((*BASE, "--eps", "0"), "--eps", "not positive"),
    ((*BASE,), "--mu", "exactly one"),
    ((*BASE, "--mu", "1", "--budget", "1"), "--mu", "exactly one"),
    ((*BASE, "--budget", "1", "--eps", "1"), "--budget", "exactly one"),
    ((*BASE, "--mu", "1", "--spectrum", "exp(-k)"), "--target", "exactly one"),
    (("response", *ACTIVATION, *BAND, "--mu", "1"), "--target", "exactly one"),
    (("response", *PACKET, *ACTIVATION, "--band", "0", "--mu", "1"), "--band", "not positive"),
    (
        ("response", *PACKET, *ACTIVATION, *BAND, "--dim", "11", "--mu", "1"),
        "--dim",
        "from 1 to 10",
    ),
    (
        ("response", *PACKET, *ACTIVATION, *BAND, "--dim", "x", "--mu", "1"),
        "--dim",
        "not an integer",
    ),
    (("response", *PACKET, "--activation", "tahn", *BAND, "--mu", "1"), "--activation", "tanh"),
    (("response", *PACKET, *BAND, "--mu", "1"), "--activation", "is required"),
    (("response", "--target", "x", *ACTIVATION, *BAND, "--mu", "1"), "--target", "integrable"),
    (("response", "--target", "1/(1+x**2)", *ACTIVATION, *BAND, "--mu", "1"), "--target", "const"),
    (("response", "--target", "x-x", *ACTIVATION, *BAND, "--mu", "1"), "--target", "zero"),
    (("response", "--spectrum", "1", *ACTIVATION, *BAND, "--mu", "1"), "--spectrum", "integrable"),
    (("response", "--spectrum", "exp(-x)", *ACTIVATION, *BAND, "--mu", "1"), "--spectrum", "k"),
    (("response", *PACKET, "--activation", "sinc", *BAND, "--eps", "1/2"), "--eps", "below what"),
    (("response", *BELL, *ACTIVATION, *BAND, "--mu", "1", "--cube"), "--dim", "2 or 3"),
    (
        (*CUBE, "--target", "exp(-r**2)*cos(x0+x1)"),
        "--target",
        "of one coordinate each: 'cos(x0+x1)'",
    ),
    ((*CUBE, "--target", "exp(-x0**2)"), "--target", "no factor in x1"),
    ((*CUBE, "--target", "x0*exp(-x1**2)"), "--target", "integrable"),
    ((*CUBE, "--target", "sinc(x0)*exp(-x1**2)"), "--target", "edge"),
    ((*CUBE, "--spectrum", "exp(-k)"), "--spectrum", "radial"),
]


@pytest.mark.parametrize(("arguments", "named", "said"), ROWS)
def test_bad_input_is_one_line(
    icebound: Callable[..., Run], arguments: tuple[str, ...], named: str, said: str
) -> None:
    run = icebound(*arguments)
    assert run.status == 2, run.err
    assert run.last_error.startswith(f"icebound: error: {named}: "), run.last_error
    assert said in run.last_error
    assert icebound(*arguments, "--json").document["error"]["argument"] == named
