"""Points of the frontier: both certificates, their mutations, and what is only measured."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.checker import build
from theory.errors import InputError, Undecided
from theory.ridgelet.legendre import graded
from theory.targets.box_target import BoxTarget
from verify.checker import check_file
from verify.data_sets import DataSet
from verify.frontiers import points as points_module
from verify.frontiers.dual import polynomial_dual, row_dual, row_error
from verify.frontiers.fitting import Fitter, inside_box, within_budget
from verify.frontiers.points import frontier_point
from verify.frontiers.request import FrontierRequest
from verify.frontiers.results import Frontier, FrontierPoint
from verify.results import Verdict

pytest.importorskip("clarabel")

SINE = BoxTarget.parse("sin(2*pi*x)")
TWO = Fraction(2)


def request(subject: BoxTarget | DataSet = SINE, **more: Any) -> FrontierRequest:
    settings: dict[str, Any] = {"activation": "tanh", "lam": TWO, "beta": TWO} | more
    return FrontierRequest(subject, **settings)


def rows(count: int, dimension: int, seed: int = 0) -> DataSet:
    rng = np.random.default_rng(seed)
    points = rng.uniform(-1, 1, (count, dimension))
    values = np.sin(3 * points.sum(axis=1)) + 0.1 * rng.standard_normal(count)
    return DataSet("rows.csv", points, values)


def status(path: Path) -> str:
    return check_file(path).status


def claimed(path: Path, factor: Fraction) -> Path:
    """A copy whose bound is ``factor`` times the bound, sealed again."""
    document = json.loads(path.read_text())
    mantissa, exponent = document["bound"]["value"].split("*2^")
    value = int(mantissa) * Fraction(2) ** int(exponent) * factor
    document["bound"]["value"] = str(value)
    return build.write(path.parent, document, f"mutated-{path.name}")


@pytest.mark.parametrize(
    ("lam", "budget", "low", "high"),
    [
        (TWO, "1.148", 0.4033, 0.4035),
        (TWO, "23.473", 0.01911, 0.01940),
        (Fraction(5), "2.733", 0.0990, 0.0992),
    ],
)
def test_a_point_is_certified_from_both_sides(
    tmp_path: Path, lam: Fraction, budget: str, low: float, high: float
) -> None:
    fitter = Fitter.start(request(lam=lam, beta=lam))
    point = frontier_point(fitter, Fraction(budget), out=tmp_path, name="point-001")
    assert point.status == "certified"
    assert low <= point.lower <= point.upper <= high
    assert point.gap is not None
    assert point.gap <= 3e-4
    assert point.closed_form is not None
    assert point.closed_form <= point.upper
    assert (point.certificate, point.certificate_upper) == (
        tmp_path / "point-001.lower.json",
        tmp_path / "point-001.upper.json",
    )
    assert status(tmp_path / "point-001.lower.json") == "PROVED"
    assert status(tmp_path / "point-001.upper.json") == "PROVED"


@pytest.mark.slow
def test_two_axes_are_certified(tmp_path: Path) -> None:
    target = BoxTarget.parse("sin(2*pi*x0)*cos(pi*x1)")
    point = frontier_point(Fitter.start(request(target)), Fraction(3), out=tmp_path)
    assert point.status == "certified"
    assert 0.2659 <= point.lower <= point.upper <= 0.2660
    assert status(tmp_path / "point.lower.json") == "PROVED"
    assert status(tmp_path / "point.upper.json") == "PROVED"


def test_false_claims_are_not_proved(tmp_path: Path) -> None:
    fitter = Fitter.start(request())
    point = frontier_point(fitter, Fraction(3), out=tmp_path, name="p")
    assert point.certificate is not None
    assert point.certificate_upper is not None
    assert status(claimed(point.certificate, Fraction(1001, 1000))) != "PROVED"
    assert status(claimed(point.certificate, Fraction(999, 1000))) == "PROVED"
    assert status(claimed(point.certificate_upper, Fraction(999, 1000))) == "REFUTED"
    document = json.loads(point.certificate.read_text())
    for key, value in (("budget", "4"), ("box", {"lambda": "3", "beta": "2"})):
        larger = build.write(tmp_path, document | {key: value}, "larger-class.json")
        assert status(larger) != "PROVED", key


def test_a_free_affine_part(tmp_path: Path) -> None:
    target = BoxTarget.parse("3*x-1+sin(2*pi*x)/2")
    plain = frontier_point(Fitter.start(request(target)), Fraction(2))
    fitter = Fitter.start(request(target, affine=True))
    point = frontier_point(fitter, Fraction(2), out=tmp_path)
    assert point.status == "certified"
    assert point.upper < plain.lower
    assert status(tmp_path / "point.lower.json") == "PROVED"
    assert status(tmp_path / "point.upper.json") == "PROVED"
    fit = fitter.fit(Fraction(2))
    dual = polynomial_dual(fitter, fit, Fraction(2))
    assert dual.coefficients[:2].tolist() == [0.0, 0.0]


def test_data_are_certified(tmp_path: Path) -> None:
    data = rows(40, 1)
    point = frontier_point(Fitter.start(request(data)), Fraction(4), out=tmp_path)
    assert point.status == "certified"
    assert 0 < point.lower <= point.upper <= point.lower * (1 + 1e-3)
    assert point.closed_form is None
    assert point.closed_form_reason is not None
    assert status(tmp_path / "point.lower.json") == "PROVED"
    assert status(tmp_path / "point.upper.json") == "PROVED"


def test_many_inputs_are_only_measured(tmp_path: Path) -> None:
    asked = request(rows(60, 4))
    point = frontier_point(Fitter.start(asked), Fraction(1), out=tmp_path)
    assert (point.lower_status, point.upper_status) == ("measured", "certified")
    assert point.certificate is None
    assert point.reason is not None
    assert "d <= 3" in point.reason
    assert Frontier(asked, (point,), 0.0).verdict is Verdict.CONSISTENT
    assert "d <= 3" in Frontier(asked, (point,), 0.0).as_json()["enclosed"]


def test_too_many_rows_are_measured_and_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = request(rows(9000, 2))
    monkeypatch.setattr(points_module, "MOST_ROWS", 100)
    fitter = Fitter.start(asked)
    assert fitter.measure.size < 9000
    point = frontier_point(fitter, Fraction(4))
    assert (point.lower_status, point.upper_status) == ("measured", "measured")
    assert 0 < point.lower <= point.upper <= point.lower * 1.01
    assert Frontier(asked, (point,), 0.0).verdict is Verdict.UNDECIDED
    fit = fitter.fit(Fraction(4))
    phi = row_dual(asked, fit)
    assert phi.shape == (9000,)
    assert row_error(asked, fit) == pytest.approx(float(np.sqrt(np.mean(phi**2))), rel=1e-2)


def test_an_undecided_side_keeps_its_estimate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def undecided(*_: object, **__: object) -> object:
        raise Undecided("phi", "tanh", "time is up", "more time")

    (tmp_path / "point.lower.json").write_text("an older certificate")
    monkeypatch.setattr("verify.dual.certified_dual", undecided)
    point = frontier_point(Fitter.start(request()), Fraction(3), out=tmp_path)
    assert (point.lower_status, point.upper_status) == ("measured", "certified")
    assert 0 < point.lower <= point.upper
    assert point.reason is not None
    assert "time is up" in point.reason
    assert not (tmp_path / "point.lower.json").exists()
    assert Frontier(request(), (point,), 0.0).verdict is Verdict.UNDECIDED


def made(lower: float, upper: float, closed: float | None = None) -> FrontierPoint:
    both = "certified"
    return FrontierPoint(
        Fraction(1), lower, upper, both, both, closed, 3, upper, 0.0, "converged", 4
    )


def test_contradicting_certificates_are_refuted() -> None:
    good = Frontier(request(), (made(0.1, 0.2, 0.05),), 0.0)
    assert good.verdict is Verdict.PROVED
    for bad in (made(0.3, 0.2), made(0.1, 0.2, 0.25)):
        assert replace(good, points=(bad,)).verdict is Verdict.REFUTED
        measured = replace(bad, lower_status="measured", upper_status="measured")
        assert replace(good, points=(measured,)).verdict is Verdict.UNDECIDED


def test_the_projection_loses_little_and_is_graded() -> None:
    target = BoxTarget.parse("sin(2*x0+x1)*exp(x1)", [(-1, 1), (0, 1)])
    fitter = Fitter.start(request(target))
    fit = fitter.fit(Fraction(1))
    dual = polynomial_dual(fitter, fit, Fraction(1))
    assert dual.estimate >= fit.lower * (1 - 2e-4)
    assert len(dual.coefficients) == len(list(graded(2, dual.degree)))


@pytest.mark.parametrize("budget", [Fraction(1, 3), Fraction(7, 10), Fraction(10**9)])
def test_budgets_and_boxes_hold_in_rationals(budget: Fraction) -> None:
    rng = np.random.default_rng(3)
    third = Fraction(1, 3)
    from numerics.ridgelet.network import RidgeNetwork

    c = rng.standard_normal(50)
    c *= float(budget) * (1 + 1e-15) / abs(c).sum()
    sides = np.nextafter(np.full((50, 1), 1 / 3), 1)
    network = inside_box(RidgeNetwork("tanh", sides, -sides[:, 0], c), third, third)
    kept = within_budget(network, budget)
    total = sum((Fraction(value) for value in abs(kept.c).tolist()), Fraction(0))
    assert total <= budget
    assert float(total / budget) >= 1 - 1e-12
    assert max(Fraction(value) for value in abs(network.a).ravel().tolist()) <= third
    assert max(Fraction(value) for value in abs(network.b).tolist()) <= third


def test_smooth_targets_need_few_points() -> None:
    assert Fitter.start(request()).measure.size <= 48
    assert Fitter.start(request(activation="step")).measure.size == 192
    rough = BoxTarget.parse("sin(200*x)")
    assert Fitter.start(request(rough)).measure.size > 48


def test_chosen_budgets_reach_from_little_to_much() -> None:
    fitter = Fitter.start(request(count=5))
    budgets = fitter.budgets()
    assert budgets == Fitter.start(request(count=5)).budgets()
    assert len(budgets) == 5
    assert list(budgets) == sorted(set(budgets))
    norm = fitter.solver.norm
    assert 0.85 * norm <= fitter.fit(budgets[0]).upper <= 0.95 * norm
    assert fitter.fit(budgets[-1]).upper <= 0.01 * norm
    ratios = [float(b / a) for a, b in pairwise(budgets)]
    assert max(ratios) <= 1.02 * min(ratios)


@pytest.mark.parametrize("budget", [10**4, 10**6, 10**9])
def test_a_huge_budget_is_no_excuse(budget: int) -> None:
    """The cone program is lost in rounding there, but smaller budgets are allowed too."""
    fit = Fitter.start(request()).fit(Fraction(budget))
    assert fit.upper <= 1e-7
    assert fit.network.budget <= budget * (1 + 1e-12)


def test_errors_do_not_rise_with_the_budget() -> None:
    fitter = Fitter.start(request())
    errors = [fitter.fit(Fraction(10) ** k).upper for k in range(-1, 10)]
    assert errors == sorted(errors, reverse=True)
    # also when a large budget comes first
    assert Fitter.start(request()).fit(Fraction(1)).upper == pytest.approx(errors[1], rel=1e-3)


@pytest.mark.parametrize(("text", "affine"), [("0*x", False), ("2*x+1", True), ("0*x", True)])
def test_nothing_to_fit(tmp_path: Path, text: str, affine: bool) -> None:
    fitter = Fitter.start(request(BoxTarget.parse(text), affine=affine))
    point = frontier_point(fitter, Fraction(1), out=tmp_path)
    assert point.status == "certified"
    assert point.lower == 0.0
    assert point.upper < 1e-14
    assert check_file(tmp_path / "point.upper.json").status == "PROVED"


def test_units_that_are_affine_on_the_data_are_no_columns() -> None:
    """All rows at one place: the affine part does all that can be done."""
    points = np.full((10, 1), 0.5)
    values = np.repeat([1.0, 2.0], 5)
    data = DataSet("one place", points, values)
    side = Fraction(2)
    fit = Fitter.start(FrontierRequest(data, "tanh", side, side, affine=True)).fit(Fraction(1))
    assert fit.upper == pytest.approx(0.5, rel=1e-6)


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"lam": Fraction(0)}, "--box", "LAMBDA out of range"),
    ({"beta": Fraction(-1)}, "--box", "BETA out of range"),
    ({"lam": Fraction(10**6)}, "--box", "at most 1000"),
    ({"activation": "tanhh"}, "--activation", "tanh"),
    ({"budgets": (Fraction(0),)}, "--budget", "out of range"),
    ({"budgets": (Fraction(1), Fraction(-2))}, "--budget", "out of range"),
    ({"budgets": ()}, "--budget", "number of budgets"),
    ({"count": 0}, "--points", "out of range"),
]


@pytest.mark.parametrize(("settings", "named", "said"), BAD)
def test_bad_requests(settings: dict[str, Any], named: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        request(**settings)
    assert caught.value.argument == named
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "domain"), [("log(x-1/2)", (0, 1)), ("1/x", (-1, 1)), ("1/(x0-x1)", (0, 1))]
)
def test_a_target_that_is_not_finite(text: str, domain: tuple[int, int]) -> None:
    with pytest.raises(InputError, match="finite"):
        Fitter.start(request(BoxTarget.parse(text, [domain])))


@pytest.mark.parametrize("text", ["sqrt(x)", "sqrt(1-x**2)", "abs(x-1/2)**(1/2)"])
def test_a_target_with_a_steep_place(text: str) -> None:
    fit = Fitter.start(request(BoxTarget.parse(text))).fit(Fraction(1, 2))
    assert 0 < fit.lower <= fit.upper
