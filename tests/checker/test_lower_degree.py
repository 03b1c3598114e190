"""Kind ``lower-degree``: true bounds pass in milliseconds, every false neighbour is refused."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.checker import build
from theory.ridgelet.degree import Norm, closed_form_lower, excess, needed_budget, span_of
from theory.rigor.balls import ball, working_precision
from theory.targets.box_target import BoxTarget
from verify.checker import CheckResult, check_file
from verify.degree_certificates import degree_certificate, number_text

SQUARE = ((Fraction(0), Fraction(1)),) * 2


def check(folder: Path, certificate: build.Certificate) -> CheckResult:
    return check_file(build.write(folder, certificate))


def by_hand(**change: Any) -> build.Certificate:
    """x^2 on [-1, 1], N = 1: distance sqrt(4/45) in L2, from the coefficient of degree 2 only."""
    return build.degree("x**2", "1/10", **change)


def true_bound(activation: str, budget: str, y0: float) -> float:
    """sqrt(4/45) - 2 B M rho^-1/(rho-1) in floats, S = 1/2."""
    ratio = 2 * y0
    rho = ratio + math.sqrt(ratio**2 + 1)
    size = {"tanh": max(1.0, math.tan(y0)), "gaussian": math.exp(y0**2 / 2), "cos": math.cosh(y0)}
    return math.sqrt(4 / 45) - 2 * float(Fraction(budget)) * size[activation] / rho / (rho - 1)


@pytest.mark.parametrize("activation", ["tanh", "gaussian", "cos"])
@pytest.mark.parametrize("y0", ["1/2", "1", "5/4"])
@pytest.mark.parametrize("budget", ["0", "1/10", "1/3"])
def test_bounds_just_below_and_above(tmp_path: Path, activation: str, y0: str, budget: str) -> None:
    value = true_bound(activation, budget, float(Fraction(y0)))
    for top in ("1", "2", "7"):
        fields = {"activation": activation, "budget": budget, "y0": y0, "top": top}
        for factor, verdict in ((-1, "PROVED"), (1, "REFUTED")):
            claimed = build.text(value + factor * (1e-6 * abs(value) + 1e-13))
            certificate = by_hand(value=claimed, **fields)
            assert check(tmp_path, certificate).status == verdict, (value, top)


GROWN = ("softplus", "gelu", "erf", "logistic", "sin", "sinc")


@pytest.mark.parametrize("activation", GROWN)
def test_every_analytic_activation_is_served(tmp_path: Path, activation: str) -> None:
    target = BoxTarget.parse("sin(6*x)*x", ((-1, 2),))
    found = closed_form_lower(target, activation, Fraction(1, 2), None, Fraction(1, 50))
    assert found.witness is not None
    made = degree_certificate(
        target, activation, Fraction(1, 2), Fraction(1, 50), found.value, found.witness
    )
    assert check_file(made.write(tmp_path / "c.json")).status == "PROVED"


CASES: list[tuple[str, tuple[tuple[Fraction, Fraction], ...], int, str, Norm]] = [
    ("sin(16*pi*x)", SQUARE[:1], 2, "1000000000", "L2"),
    ("sin(4*pi*x)", SQUARE[:1], 2, "10", "L2"),
    ("sin(4*pi*x)", SQUARE[:1], 2, "10", "sup"),
    ("abs(x-1/3)", SQUARE[:1], 2, "100", "L2"),
    ("abs(x-1/3)", SQUARE[:1], 2, "100", "sup"),
    ("sin(6*pi*x0)*sin(6*pi*x1)", SQUARE, 1, "100", "L2"),
    ("sin(6*pi*x0)*sin(6*pi*x1)", SQUARE, 1, "1", "sup"),
]


@pytest.mark.parametrize(("text", "sides", "lam", "budget", "norm"), CASES)
def test_the_library_s_bounds_are_proved_fast_and_nothing_above_them(
    tmp_path: Path,
    text: str,
    sides: tuple[tuple[Fraction, Fraction], ...],
    lam: int,
    budget: str,
    norm: Norm,
) -> None:
    target, band, limit = BoxTarget.parse(text, sides), Fraction(lam), Fraction(budget)
    found = closed_form_lower(target, "tanh", band, None, limit, norm)
    assert found.value > 0
    witness = found.witness
    assert witness is not None

    def made(value: float, **change: Any) -> CheckResult:
        fields: dict[str, Any] = {"band": band, "budget": limit, "bound": value} | change
        certificate = degree_certificate(target, "tanh", witness=witness, norm=norm, **fields)
        return check_file(certificate.write(tmp_path / "c.json"))

    good = made(found.value)
    assert good.status == "PROVED"
    assert good.seconds < 3
    assert made(found.value * (1 + 1e-6)).status == "REFUTED"
    # the class may shrink, not grow
    assert made(found.value, budget=limit * 2).status == "REFUTED"
    assert made(found.value, band=band * Fraction(11, 10)).status == "REFUTED"
    assert made(found.value, budget=limit / 2).status == "PROVED"
    assert made(found.value, band=band * Fraction(9, 10)).status == "PROVED"


def test_a_needed_budget_is_a_certificate_too(tmp_path: Path) -> None:
    target, eps = BoxTarget.parse("sin(60*pi*x)"), Fraction(1, 1000)
    needed = needed_budget(target, "tanh", Fraction(1), eps)
    assert needed.budget is not None
    assert needed.witness is not None
    assert needed.log10 is not None
    assert needed.log10 > 60
    fields = {"target": target, "activation": "tanh", "band": Fraction(1)}
    for factor, verdict in ((1, "PROVED"), (1 + Fraction(1, 10**6), "REFUTED")):
        made = degree_certificate(
            **fields, budget=needed.budget * factor, bound=eps, witness=needed.witness
        )
        assert check_file(made.write(tmp_path / "c.json")).status == verdict


def test_moved_numbers_are_refuted(tmp_path: Path) -> None:
    value = true_bound("tanh", "1/10", 0.95)  # about the best y0
    tight = {"value": build.text(value * (1 - 1e-9)), "budget": "1/10", "y0": "19/20"}
    assert check(tmp_path, by_hand(**tight)).status == "PROVED"
    moved: list[dict[str, Any]] = [
        {"N": "0"},
        {"N": "2", "top": "2"},
        {"N": "2", "top": "9"},
        {"y0": "4/5"},
        {"y0": "5/4"},
        {"y0": "8/5"},  # beyond pi/2
        {"y0": "100"},
        {"activation": "gaussian"},
        {"activation": "cos"},
        {"activation": "gelu"},
        {"band": "3/4"},
        {"budget": "1/9"},
        {"expression": "x**2*99/100"},
        {"norm": "sup", "value": "1/2"},
    ]
    for change in moved:
        result = check(tmp_path, by_hand(**(tight | change)))
        assert result.status == "REFUTED", (change, result.reason)


def test_a_growing_activation_needs_degree_one(tmp_path: Path) -> None:
    with_constants = by_hand(activation="softplus", N="0", top="4", budget="1/1000", value="1/100")
    assert check(tmp_path, with_constants).status == "REFUTED"
    with_lines = by_hand(activation="softplus", top="4", budget="1/1000", value="1/100")
    assert check(tmp_path, with_lines).status == "PROVED"


@pytest.mark.parametrize(
    "change",
    [
        {"activation": "relu"},
        {"activation": "step"},
        {"activation": "tan"},
        {"activation": None},
        {"band": "0"},
        {"band": "-1"},
        {"budget": "-1"},
        {"budget": "inf"},
        {"beta": "0"},
        {"beta": "x"},
        {"norm": "L1"},
        {"N": "-1"},
        {"N": "1/2"},
        {"N": "100000"},
        {"top": "0"},
        {"y0": "0"},
        {"y0": "-1/2"},
        {"y0": "nan"},
        {"expression": "x1"},
        {"arrays": {"points": []}},
    ],
    ids=str,
)
def test_what_is_malformed_is_invalid(tmp_path: Path, change: dict[str, Any]) -> None:
    assert check(tmp_path, by_hand()).status == "PROVED"
    assert check(tmp_path, by_hand(**change)).status == "INVALID"


def test_beta_changes_nothing(tmp_path: Path) -> None:
    for beta in (None, "1/100", "7"):
        assert check(tmp_path, by_hand(beta=beta)).status == "PROVED"


def line(points: list[float], value: str, **change: Any) -> build.Certificate:
    """x^2 on [-1, 1] in the sup norm from three points; budget 0."""
    fields = {"norm": "sup", "budget": "0", "axis": "0"} | change
    base = fields.pop("base", [0.0])
    arrays = {"base": [build.dyadic(b) for b in base], "points": [build.dyadic(p) for p in points]}
    return build.degree(fields.pop("expression", "x**2"), value, arrays=arrays, **fields)


def test_points_of_a_line(tmp_path: Path) -> None:
    # the best line through x^2 on [-1, 1] misses by exactly 1/2, at -1, 0, 1
    assert check(tmp_path, line([-1.0, 0.0, 1.0], "499999/1000000")).status == "PROVED"
    assert check(tmp_path, line([-1.0, 0.0, 1.0], "500001/1000000")).status == "REFUTED"
    assert check(tmp_path, line([-1.0, 0.25, 1.0], "499999/1000000")).status == "REFUTED"
    for points in ([-1.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 0.0, math.nextafter(1.0, 2.0)]):
        assert check(tmp_path, line(points, "1/100")).status == "REFUTED"
    for points in ([-1.0, 1.0], [-1.0, 0.0, 0.5, 1.0]):
        assert check(tmp_path, line(points, "1/100")).status == "INVALID"
    assert check(tmp_path, line([-1.0, 0.0, 1.0], "1/100", norm="L2")).status == "INVALID"
    assert check(tmp_path, line([-1.0, 0.0, 1.0], "1/100", axis="1")).status == "INVALID"


def test_a_line_through_a_box(tmp_path: Path) -> None:
    sides = ["-1", "1", "0", "2"]
    fields = {"expression": "x1*x0**2", "domain": sides, "band": "1/4"}
    for height, value in ((2.0, "99/100"), (1.0, "49/100")):
        good = line([-1.0, 0.0, 1.0], value, base=[0.5, height], **fields)
        assert check(tmp_path, good).status == "PROVED"
    high = line([-1.0, 0.0, 1.0], "1/10", base=[0.5, 2.5], **fields)
    assert check(tmp_path, high).status == "REFUTED"
    # along the other axis the target is linear
    other = line([0.0, 1.0, 2.0], "1/10", base=[0.5, 0.0], axis="1", **fields)
    assert check(tmp_path, other).status == "REFUTED"


def test_a_target_without_values_is_never_proved(tmp_path: Path) -> None:
    for expression in ("log(x)", "1/x", "sqrt(x)", "0/x"):
        result = check(tmp_path, by_hand(expression=expression, value="1*2^-300"))
        assert result.status == "UNDECIDED", expression


def test_text_of_long_numbers_is_exact() -> None:
    assert number_text(Fraction(3, 7)) == "3/7"
    assert number_text(Fraction(5, 2**200)) == "5*2^-200"
    assert number_text(Fraction(12 * 2**300)) == "3*2^302"
    assert number_text(Fraction(10**40, 3)) == f"{10**40}/3"


def test_the_excess_of_the_library_is_that_of_the_checker(tmp_path: Path) -> None:
    """Both formulas of M, from one file each, through the verdicts around the provable value."""
    target = BoxTarget.parse("x**2", ((-1, 1),))
    span = span_of(target, Fraction(1, 2))
    assert span == Fraction(1, 2)
    for name in ("gaussian", "tanh", "logistic", "softplus", "erf", "gelu", "cos", "sin", "sinc"):
        for y0 in ("1/4", "3/2", "3"):
            with working_precision(96):
                size = excess(name, ball(span), 1, Fraction(y0))
                if not size.is_finite():
                    continue
                value = float((arb_distance() - size / 50).mid())
            for factor, verdict in ((-1e-9, "PROVED"), (1e-9, "REFUTED")):
                fields = {"activation": name, "budget": "1/50", "y0": y0}
                claimed = by_hand(value=build.text(value + factor), **fields)
                assert check(tmp_path, claimed).status == verdict, (name, y0)


def arb_distance() -> Any:
    return (ball(Fraction(4, 45))).sqrt()
