"""The library in three calls: they agree with the commands, and refuse what is not exact."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.house.layout import run_python
from theory.errors import InputError
from theory.targets.box_target import BoxTarget
from theory.targets.target import Target
from verify.api import Checks, check, frontier, sandwich
from verify.data_sets import DataSet
from verify.results import Verdict
from verify.sandwiches import permutation
from verify.sandwiches.request import PermutationRequest

SINE = "sin(2*pi*x)"
RIDGES: dict[str, Any] = {"activation": "tanh", "box": (2, "2.5"), "budget": "1/2"}
PARABOLA = BoxTarget.parse("x0*x1", ((Fraction(0), Fraction(1)),))


def test_the_permutation_sandwich_is_that_of_the_family() -> None:
    ours = sandwich(SINE, width=30, domain="-1,1", train=False, readout=False, seed=3)
    request = PermutationRequest(Target.parse(SINE, -1, 1), 30, readout=False, seed=3)
    theirs = permutation.sandwich(request, protocol=None)
    assert ours.request == theirs.request
    assert (ours.lower.value, ours.constructed.value) == (
        theirs.lower.value,
        theirs.constructed.value,
    )
    assert ours.verdict is theirs.verdict
    assert ours.trained is None


def test_what_is_written_is_proved(tmp_path: Path) -> None:
    result = sandwich(Target.parse(SINE), width=24, train=False, out=tmp_path)
    verdicts = check(tmp_path)
    assert verdicts.proved
    assert {entry.kind for entry in verdicts} == {
        "upper",
        "lower-knots",
        "lower-spline",
        "counting",
    }
    (tmp_path / "upper.json").write_text("{}", encoding="utf-8")
    spoilt = check([tmp_path / "upper.json", tmp_path / "lower-knots.json"])
    assert [entry.status for entry in spoilt] == ["INVALID", "PROVED"]
    assert not spoilt.proved
    assert result.constructed.certificate == tmp_path / "upper.json"


def test_no_verdict_is_no_proof() -> None:
    assert not Checks().proved
    assert not check("missing.json").proved


def test_the_bias_sandwich() -> None:
    result = sandwich("x**2", width=40, family="bias", weight_range="3/2", train=False)
    assert result.request.weight_range == Fraction(3, 2)
    assert result.constructed.value is not None
    assert result.lower.value <= result.constructed.value


def test_the_ridgelet_sandwich_takes_targets_of_both_kinds() -> None:
    pytest.importorskip("clarabel")
    made = sandwich(
        Target.parse("x**2"), width=20, family="ridgelet", train=False, **RIDGES | {"budget": 1}
    )
    assert (made.request.lam, made.request.beta) == (2, Fraction(5, 2))
    assert made.request.target == BoxTarget.parse("x**2", ((0, 1),))
    assert made.lower.status == "certified"
    assert made.constructed.value is not None
    assert made.lower.value <= made.constructed.value


def test_the_frontier_brackets_and_falls() -> None:
    pytest.importorskip("clarabel")
    found = frontier("x**2", activation="tanh", box=(2, 2), budgets=["1/4", 1])
    assert [point.budget for point in found.points] == [Fraction(1, 4), 1]
    small, large = found.points
    assert small.lower > large.upper
    assert small.lower <= small.upper <= 1.01 * small.lower
    assert found.verdict is Verdict.PROVED


BAD: list[tuple[Any, str]] = [
    (lambda: sandwich(SINE, width=30, family="ridge"), "family: unknown: 'ridge'; permutation"),  # type: ignore[call-overload]
    (lambda: sandwich(SINE, width=30, budget=1), "options: unknown: 'budget'; placement"),
    (lambda: sandwich(SINE, width=2), "--width: out of range: '2'"),
    (lambda: sandwich(SINE, width=30.0), "width: not an integer: '30.0'"),  # type: ignore[call-overload]
    (lambda: sandwich(SINE, width=True), "width: not an integer: 'True'"),
    (lambda: sandwich(SINE, width=30, domain="1,0"), "domain: is reversed: '1,0'"),
    (lambda: sandwich("sin(y)", width=30), "target: "),
    (lambda: sandwich(Target.parse("x"), width=30, domain="0,2"), "domain: belongs to the target"),
    (lambda: sandwich(PARABOLA, width=30), "target: not on the line"),  # type: ignore[call-overload]
    (lambda: sandwich(SINE, width=30, start="middle"), "start: unknown: 'middle'; location"),
    (lambda: sandwich(SINE, width=30, protocol="long"), "protocol: unknown: 'long'; quick"),
    (
        lambda: sandwich(SINE, width=30, family="bias", weight_range=0.1),
        "weight_range: not exact: '0.1'; an integer, a Fraction, or text such as '0.1'",
    ),
    (
        lambda: sandwich(SINE, width=30, family="bias", weight_range=-1),
        "weight_range: not positive: '-1'",
    ),
    (lambda: sandwich("x", width=9, family="ridgelet"), "activation: is required"),
    (
        lambda: sandwich("x", width=9, family="ridgelet", **RIDGES | {"box": "22"}),
        "box: not a pair: '22'",
    ),
    (
        lambda: sandwich("x", width=9, family="ridgelet", **RIDGES | {"activation": "tan"}),
        "activation: ",
    ),
    (lambda: frontier("x", activation="tanh", box=(1, 1), budgets=[1], points=3), "points: is"),
    (lambda: frontier("x", activation="tanh", box=(1, 0.5)), "box: not exact: '0.5'"),
    (lambda: frontier(PARABOLA, activation="tanh", box=(1, 1), domain="0,1"), "domain: belongs"),
    (
        lambda: frontier(
            DataSet("d", np.zeros((2, 1)), np.zeros(2)), activation="tanh", box=(1, 1), domain="0,1"
        ),
        "domain: belongs to the target",
    ),
    (lambda: frontier(7, activation="tanh", box=(1, 1)), "target: not a target: '7'"),  # type: ignore[arg-type]
    (lambda: check("x.json", seconds=0), "seconds: not positive: '0'"),
    (lambda: check("x.json", seconds=float("nan")), "seconds: not positive: 'nan'"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_named(call: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(message)


def test_a_folder_without_certificates_is_no_verdict(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"files: holds no certificate:"):
        check(tmp_path)


ORDERS = {
    "facade first": "import verify.api, verify.sandwiches.permutation, verify.frontiers.curve",
    "families first": "import verify.sandwiches.permutation, verify.frontiers.curve, verify.api",
}


@pytest.mark.parametrize("imports", ORDERS.values(), ids=ORDERS)
def test_names_mean_the_same_in_every_order_of_imports(imports: str, tmp_path: Path) -> None:
    code = (
        f"{imports}\n"
        "from verify import sandwich, check, frontier\n"
        "from verify.api import sandwich as same\n"
        "print(callable(sandwich), callable(frontier), callable(check), same is sandwich)"
    )
    assert run_python("-c", code, cwd=tmp_path).split() == ["True"] * 4


def test_other_names_are_refused() -> None:
    import verify

    with pytest.raises(AttributeError, match="no attribute 'sandwitch'"):
        _ = verify.sandwitch  # type: ignore[attr-defined]
    assert {"check", "frontier", "sandwich"} <= set(dir(verify))


def test_importing_the_facade_loads_what_the_checker_needs_only(tmp_path: Path) -> None:
    code = "import sys, verify.api; print(sorted({'numpy', 'sympy', 'torch'} & set(sys.modules)))"
    assert run_python("-c", code, cwd=tmp_path).strip() == "[]"
