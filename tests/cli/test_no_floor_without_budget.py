"""R5 as the user meets it: on a compact set no command prints a positive bound without a budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from tests.cli.conftest import Run
from theory.errors import AssumptionViolated, InputError
from theory.ridgelet.activations import ACTIVATIONS
from theory.ridgelet.degree import closed_form_lower
from theory.targets.box_target import BoxTarget
from verify.frontiers.fitting import Fitter
from verify.frontiers.points import frontier_point
from verify.frontiers.request import FrontierRequest
from verify.sandwiches.ridgelet_request import RidgeletRequest

pytest.importorskip("clarabel")

NAMES = [entry.name for entry in ACTIVATIONS]
ANALYTIC = [entry.name for entry in ACTIVATIONS if entry.analytic]
TARGET = ("--target", "sin(8*pi*x)")
SIDE = Fraction(1)
WAVE = BoxTarget.parse("sin(8*pi*x)")


@pytest.mark.parametrize("name", NAMES)
def test_every_bound_of_the_frontier_has_its_budget(
    icebound: Callable[..., Run], name: str
) -> None:
    run = icebound(
        "frontier", *TARGET, "--activation", name, "--box", 1, 1, "--points", 1, "--json"
    )
    for point in run.document["points"]:
        assert 0 < point["budget"] < float("inf")
        assert point["budget_exact"]
    for text in ("inf", "1e999", "nan", "none", ""):
        for command in ("frontier", "sandwich ridgelet --width 5"):
            refused = icebound(
                *command.split(), *TARGET, "--activation", name, "--box", 1, 1,
                f"--budget={text}", "--json",
            )  # fmt: skip
            assert refused.status == 2
            assert list(refused.document) == ["error"]
    missing = icebound("sandwich", "ridgelet", *TARGET, "--width", 5, "--activation", name,
                       "--box", 1, 1, "--json")  # fmt: skip
    assert missing.status == 2
    assert list(missing.document) == ["error"]


@pytest.mark.parametrize("name", ANALYTIC)
def test_the_budget_command_says_what_it_asks(icebound: Callable[..., Run], name: str) -> None:
    run = icebound("budget", *TARGET, "--activation", name, "--band", 1, "--eps", "1/10", "--json")
    (point,) = run.document["points"]
    # a budget that is needed, never an error that is unavoidable
    assert set(point) >= {"eps", "log10_budget"}
    assert "lower" not in run.out


@pytest.mark.parametrize("budget", [None, float("inf")])
@pytest.mark.parametrize("name", ANALYTIC)
def test_the_library_refuses_too(name: str, budget: float | None) -> None:
    with pytest.raises(AssumptionViolated, match="dense") as caught:
        closed_form_lower(WAVE, name, SIDE, None, budget)  # type: ignore[arg-type]
    assert caught.value.theorem == "R8"
    request = FrontierRequest(WAVE, name, SIDE, SIDE, (Fraction(1),))
    with pytest.raises(AssumptionViolated, match="dense"):
        replace(request, budgets=(budget,))  # type: ignore[arg-type]
    with pytest.raises((AssumptionViolated, InputError)):
        RidgeletRequest(WAVE, 5, name, SIDE, SIDE, budget)  # type: ignore[arg-type]


def test_a_point_without_a_budget() -> None:
    fitter = Fitter.start(FrontierRequest(WAVE, "tanh", SIDE, SIDE, (Fraction(1),)))
    with pytest.raises(AssumptionViolated, match="dense"):
        frontier_point(fitter, None)  # type: ignore[arg-type]
