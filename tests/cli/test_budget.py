"""``icebound budget``: the JSON scripts rely on, certificates, and one line for every bad input."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from verify.budget import largest_log10

SINE = ("--target", "sin(8*pi*x)")
GOOD = (*SINE, "--activation", "tanh", "--band", "2", "--eps", "0.1")


def test_json_holds_what_scripts_rely_on(icebound: Callable[..., Run]) -> None:
    run = icebound(
        "budget", *SINE, "--activation", "tanh", "--band=2", "--eps=0.1,1e-6,3", "--json"
    )
    assert run.status == 0
    document = run.document
    first, second, third = document["points"]
    for point in (first, second):
        assert set(point) == {"eps", "log10_budget", "degree", "certificate"}
        assert point["certificate"] is None
    assert [first["eps"], second["eps"]] == [0.1, 1e-6]
    assert 3 < first["log10_budget"] < second["log10_budget"] < 7
    assert isinstance(first["degree"], int)
    # 3 > |f|: the zero network is that close
    assert third["log10_budget"] is None
    assert third["degree"] is None
    assert "eps" in third["reason"]
    assert document["norm"] == "L2"
    assert document["domain_exact"] == ["0", "1"]
    assert document["estimates"]["float32"][0] == pytest.approx(math.log10(0.1 * 2**24))


def test_files_are_proved_and_say_the_same(icebound: Callable[..., Run], tmp_path: Path) -> None:
    run = icebound(
        "budget", *SINE, "--activation", "erf", "--band", "3/2", "--eps", "1/10,2,1/1000",
        "--beta", "5", "--out", tmp_path, "--json",
    )  # fmt: skip
    assert run.status == 0
    names = [point["certificate"] for point in run.document["points"]]
    assert names[1] is None
    assert sorted(path.name for path in tmp_path.glob("*.json")) == [
        "budget-000.json",
        "budget-002.json",
    ]
    checked = icebound("check", *sorted(tmp_path.glob("*.json")), "--json")
    assert checked.status == 0
    assert {entry["kind"] for entry in checked.document["results"]} == {"lower-degree"}
    shown = icebound("show", tmp_path / "budget-000.json")
    assert shown.status == 0
    assert "erf units" in shown.out
    if run.document["picture"] is not None:
        assert (tmp_path / "budget.png").read_bytes().startswith(b"\x89PNG")


def test_people_get_a_table(icebound: Callable[..., Run]) -> None:
    run = icebound("budget", "--target", "sin(16*pi*x)", "--activation", "tanh", "--band", "2",
                   "--eps", "0.1")  # fmt: skip
    assert run.status == 0
    assert "10^10.5" in run.out
    assert "estimate" in run.out
    # float32 cannot carry 10^10.5 at an error of 0.1, float64 can
    assert "beyond" in run.out
    assert "ok" in run.out


@pytest.mark.parametrize(
    "activation", ["gaussian", "logistic", "softplus", "gelu", "cos", "sin", "sinc"]
)
def test_every_analytic_activation(icebound: Callable[..., Run], activation: str) -> None:
    run = icebound("budget", *SINE, "--activation", activation, "--band=2", "--eps=0.1", "--json")
    assert run.status == 0
    assert run.document["points"][0]["log10_budget"] > 3


@pytest.mark.parametrize("norm", ["L2", "sup"])
def test_boxes(icebound: Callable[..., Run], norm: str) -> None:
    run = icebound(
        "budget", "--target", "sin(9*x0)*x1", "--domain=-1,1,0,2", "--activation", "tanh",
        "--band", "1", "--eps", "0.01", "--norm", norm, "--json",
    )  # fmt: skip
    assert run.status == 0
    assert run.document["domain"] == [-1.0, 1.0, 0.0, 2.0]
    assert run.document["points"][0]["log10_budget"] > 0


ROWS = [
    (("--activation", "relu"), "--activation", "not analytic"),
    (("--activation", "step"), "--activation", "not analytic"),
    (("--activation", "tahn"), "--activation", "did you mean 'tanh'"),
    (("--band", "0"), "--band", "greater than 0"),
    (("--band", "-1"), "--band", "greater than 0"),
    (("--band", "wide"), "--band", "cannot read"),
    (("--eps", "0"), "--eps", "greater than 0"),
    (("--eps", "0.1,-1"), "--eps", "greater than 0"),
    (("--eps", "0.1,"), "--eps", "cannot read"),
    (("--eps", "nan"), "--eps", "cannot read"),
    (("--eps", ",".join(["1"] * 65)), "--eps", "at most 64"),
    (("--beta", "0"), "--beta", "greater than 0"),
    (("--norm", "sub"), "--norm", "did you mean 'sup'"),
    (("--target", "log(x)"), "--target", "finite and real"),
    (("--target", "1/(x-1/2)"), "--target", "finite and real"),
    (("--target", "foo(x)"), "--target", "unknown name"),
    (("--target", "x0+x3"), "--target", "too many dimensions"),
    (("--target", "x1", "--domain=0,1,0"), "--domain", "pairs"),
    (("--domain=1,0",), "--domain", "reversed"),
    (("--out", "/dev/null/x"), "--out", "cannot be used"),
]


@pytest.mark.parametrize(("change", "named", "said"), ROWS)
def test_bad_input_is_one_line(
    icebound: Callable[..., Run], change: tuple[str, ...], named: str, said: str
) -> None:
    # the last of two equal options counts
    run = icebound("budget", *GOOD, *change)
    assert run.status == 2
    assert run.out == ""
    assert run.last_error.startswith("icebound: error: " + named)
    assert said in run.last_error
    assert "Traceback" not in run.err
    as_json = icebound("budget", *GOOD, *change, "--json")
    assert as_json.status == 2
    assert as_json.document["error"]["argument"] == named


@pytest.mark.parametrize("missing", ["--target", "--activation", "--band", "--eps"])
def test_what_is_missing_is_named(icebound: Callable[..., Run], missing: str) -> None:
    place = GOOD.index(missing)
    run = icebound("budget", *GOOD[:place], *GOOD[place + 2 :])
    assert run.status == 2
    assert missing in run.last_error


def test_the_estimate_is_the_ratio_of_accuracy_and_roundoff() -> None:
    assert largest_log10(Fraction(1), "float64") == pytest.approx(53 * math.log10(2))
    assert largest_log10(Fraction(1, 10**400), "float32") == pytest.approx(24 * math.log10(2) - 400)
