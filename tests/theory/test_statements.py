"""Statements as data: evaluation in balls, hypotheses in three values, the registry's promises."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from tests.house.layout import ROOT
from theory.errors import AssumptionViolated, InputError, Undecided
from theory.rigor.balls import Truth, ball, working_precision
from theory.statements.enclose import enclose, exact_or_ball
from theory.statements.registry import all_statements, by_id, families, items
from theory.statements.statement import Direction, Statement, Status

THIRD = Fraction(1, 3)
QUAD = {"b1": Fraction(0), "b2": Fraction(1, 7), "b3": Fraction(2, 7), "b4": Fraction(1)}
DRAW = {"m0": 3, "delta": Fraction(1, 10), "eta": Fraction(1, 100), "R": 1, "l": 1}
GOOD: dict[str, dict[str, Any]] = {
    "P1": QUAD,
    "P2": QUAD,
    "P3": {"n": 10, "L": THIRD},
    "P3-modulus": {"n": 4, "omega": 0.25},
    "P3'": {"n": 17, "L": THIRD},
    "P3'-modulus": {"n": 17, "omega": THIRD},
    "P4": {"n": 200, "k": 10, "L": THIRD, "TV": THIRD, "ends": Fraction(1, 7)},
    "P5-turn": {"a": THIRD, "b": Fraction(1, 7), "D": 2},
    "P6": {"n": 7, "L": THIRD},
    "P6-counting": {"n": 7, "L": THIRD},
    "P6-counting-readout": {"n": 7, "L": THIRD},
    "P7": {"n": 5},
    "P8": {"n": 17, "M2": THIRD, "s0": Fraction(5, 7)},
    "P8-closed": {"n": 22, "M1": 1, "M2": THIRD},
    "P8-affine": {"n": 17, "M2": 0},
    "P8-wide": {"n": 40, "M2": THIRD},
    "P8-ridge": {"n": 17, "G": THIRD, "K": Fraction(5, 7)},
    "P8-directions": {"m": 3},
    "P9": {"n": 60, "m": 2, "M2": 5 * THIRD, "turn": THIRD, "start": THIRD, "slope": 1},
    "P9-turn": {"n": 7, "D": 9},
    "P10": {"n": 7, "M2": THIRD},
    "P10-parabola": {"n": 7, "M2": THIRD},
    "P10-fit": {"D": THIRD, "V": Fraction(7, 3)},
    "B1": {**DRAW, "d": 1},
    "B2a": {"M2": THIRD, "h": Fraction(1, 9), "delta0": 0, "theta": Fraction(1, 11)},
    "B2b": {"M2": THIRD, "h": Fraction(1, 10), "G": Fraction(1, 50), "J": 20, "P": 3},
    "B2-outputs": {
        "M2": THIRD,
        "h": Fraction(1, 10),
        "G": Fraction(1, 50),
        "J": 9,
        "P": 8,
        "l": 2,
    },
    "B4": {**DRAW, "dx": 1, "eta": Fraction(1, 2)},
    "B6": {"n": 3, "triples": 4, "D": THIRD},
    "B6-class": {"n": 3, "L": THIRD},
    "R8": {"dist": THIRD, "B": Fraction(1, 7), "M": 2, "rho": Fraction(7, 2), "N": 5},
    "B6'": {"m": 0, "triples": 1, "D": THIRD},
    "B7": {"D": THIRD},
    "B8": {"V": 3, "S": THIRD, "H": Fraction(7, 3)},
    "R4": {"inner": 1, "B": 2, "M": THIRD, "norm": Fraction(1, 7)},
    "R6-fit": {"n": 100, "S": 3, "R": THIRD, "delta": Fraction(1, 20)},
    "R7": {"F": 2, "beta": 1, "s": THIRD, "B": Fraction(1, 2)},
    "R6": {"Gamma": 3, "F": THIRD, "n": 100, "delta": Fraction(1, 20)},
}
BOUNDED = [statement for statement in all_statements() if statement.build is not None]


def second_opinion(statement: Statement, values: dict[str, Any]) -> sympy.Float:
    """The bound to 60 digits by mpmath, through sympy's own evaluation."""
    exact = {
        symbol: sympy.Rational(*Fraction(values[symbol.name]).as_integer_ratio())
        for symbol in statement.expression.free_symbols
    }
    return sympy.N(statement.expression.subs(exact), 60)


def test_every_bound_has_good_values() -> None:
    assert {statement.id for statement in BOUNDED} == set(GOOD)


@pytest.mark.parametrize("statement", BOUNDED, ids=lambda s: s.id)
def test_bounds_agree_with_a_second_opinion_and_are_tight(statement: Statement) -> None:
    values = GOOD[statement.id]
    enclosure = statement.evaluate(values)
    with working_precision(300):
        expected = arb(str(second_opinion(statement, values)))
        assert abs(enclosure - expected) <= arb("1e-16") * (abs(expected) + arb("1e-40"))
    assert float(enclosure.rad()) <= 1e-17 * abs(float(enclosure.mid()))
    up, down = statement.bound_up(values), statement.bound_down(values)
    assert down <= enclosure.mid() <= up <= math.nextafter(down, math.inf)


@given(
    n=st.integers(17, 10**6),
    M2=st.fractions(0, 1000, max_denominator=1000),
    s0=st.fractions(0, 1000, max_denominator=1000),
    data=st.data(),
)
def test_a_ball_of_values_gives_a_ball_of_bounds(
    n: int, M2: Fraction, s0: Fraction, data: st.DataObject
) -> None:
    radius = data.draw(st.fractions(0, 1, max_denominator=64))
    inside = M2 + radius * data.draw(st.fractions(-1, 1, max_denominator=64))
    statement = by_id("P8")
    point = enclose(statement.expression, {"n": n, "M2": inside, "s0": s0})
    wide = enclose(statement.expression, {"n": n, "M2": arb(ball(M2), ball(radius)), "s0": s0})
    assert isinstance(point, Fraction)
    assert isinstance(wide, arb)
    with working_precision(400):
        assert wide.contains(ball(point))
    # slope 5/8 in M2 at most, and no other source of width
    assert wide.rad() <= arb(0.626) * (ball(radius) + arb(1e-12)) / (n - 1) ** 2


def test_trap_7_rationals_stay_rational() -> None:
    x = sympy.Symbol("x")
    third = sympy.lambdify([], sympy.Rational(1, 3), "math")()
    assert Fraction(third) != THIRD  # what a generic evaluator makes of it
    assert enclose(x / 3 + sympy.Rational(1, 3), {"x": 1}) == Fraction(2, 3)
    with working_precision(200):
        root = enclose(sympy.sqrt(x / 3), {"x": 1})
        assert isinstance(root, arb)
        assert (root * root).contains(arb(1) / 3)
        assert float(root.rad()) < 1e-58


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        (sympy.Float("0.1") * sympy.Symbol("x"), {"x": 1}),
        (sympy.sin(sympy.Symbol("x")), {"x": 1}),
        (sympy.Function("f")(sympy.Symbol("x")), {"x": 1}),
        (sympy.oo + sympy.Symbol("x"), {"x": 1}),
        (sympy.zoo, {}),
        (sympy.I * sympy.Symbol("x"), {"x": 1}),
        (sympy.Piecewise((1, sympy.Symbol("x") > 0), (2, True)), {"x": 1}),
    ],
    ids=str,
)
def test_unknown_nodes_are_refused(expression: Any, values: dict[str, int]) -> None:
    with pytest.raises(InputError, match="has the node"):
        enclose(expression, values)


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        ("pi*x", 2, "6.28318530717958647692528676656"),
        ("E**x", 2, "7.38905609893065022723042746058"),
        ("exp(x)", 2, "7.38905609893065022723042746058"),
        ("log(x)", 2, "0.693147180559945309417232121458"),
        ("x**(-1/2)", 2, "0.707106781186547524400844362105"),
        ("x**(3/2)", 2, "2.82842712474619009760337744842"),
        ("x**x", Fraction(1, 2), "0.707106781186547524400844362105"),
        ("floor(pi*x)", 2, "6"),
        ("ceiling(pi*x)", 2, "7"),
        ("Abs(x - pi)", 2, "1.14159265358979323846264338328"),
        ("Max(x, pi)", 2, "3.14159265358979323846264338328"),
        ("Min(x, pi, 7)", 2, "2"),
        ("factorial(x + 1/2)", 2, "3.32335097044784255118406403126"),
        ("floor(x/3) + Abs(-x)", -4, "2"),
    ],
)
def test_known_nodes(text: str, x: Fraction | int, expected: str) -> None:
    expression = sympy.sympify(text, rational=True)
    with working_precision(160):
        found = ball(enclose(expression, {"x": x}))
        assert abs(found - arb(expected)) < arb("1e-28") * abs(arb(expected))
        assert float(found.rad()) < 1e-40


def test_division_by_zero_is_never_a_number() -> None:
    x = sympy.Symbol("x")
    assert not ball(enclose(1 / x, {"x": 0})).is_finite()
    assert not ball(enclose(1 / x, {"x": arb(0, 1)})).is_finite()
    assert not ball(enclose(sympy.log(x), {"x": 0})).is_finite()


def test_trap_2_integer_powers_of_balls_around_zero() -> None:
    x = sympy.Symbol("x")
    square = ball(enclose(x**2, {"x": arb(0, 1)}))
    assert square.is_finite()
    assert square.contains(1)
    assert square.contains(0)


@pytest.mark.parametrize("value", ["0.1", "1", None, 1j, np.float32(0.1)])
def test_values_that_would_be_rounded_are_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="not a ball, rational or float"):
        exact_or_ball(value)


def test_exact_values_stay_exact() -> None:
    assert exact_or_ball(0.1) == Fraction(0.1) != Fraction(1, 10)
    assert exact_or_ball(np.int64(2**53 + 1)) == 2**53 + 1
    assert exact_or_ball(np.float64(0.1)) == Fraction(0.1)
    infinite = exact_or_ball(math.inf)
    assert isinstance(infinite, arb)
    assert not infinite.is_finite()


BROKEN = [
    ("P3", {"n": 3}, "n >= 4", "n = 3"),
    ("P3", {"n": 9.5}, "n >= 4", "n = 9.5"),
    ("P3", {"L": -1}, "f is L-Lipschitz", "L = -1"),
    ("P3-modulus", {"omega": -THIRD}, "f is continuous", "omega = -1/3"),
    ("P3'", {"n": 16}, "n >= 17", "n = 16"),
    ("P3'-modulus", {"n": 16}, "n >= 17", "n = 16"),
    ("P4", {"n": 7}, "n >= 8", "n = 7"),
    ("P4", {"k": 1}, "k >= 2", "k = 1"),
    ("P4", {"k": 51}, "k <= n/4", "n = 200, k = 51"),
    ("P4", {"L": 2}, "2 k^2/(n-1) >= L", "L = 2"),
    ("P4", {"TV": 7}, "TV + |f(0)+f(1)|", "TV = 7"),
    ("P4", {"ends": arb(7)}, "TV + |f(0)+f(1)|", "ends = 7"),
    ("P5-turn", {"a": 0}, "0 < a < 1", "a = 0"),
    ("P5-turn", {"b": Fraction(6, 7)}, "a + b <= 1", "b = 6/7"),
    ("P5-turn", {"D": -1}, "0 <= D < inf", "D = -1"),
    ("P6", {"n": 1}, "n >= 2", "n = 1"),
    ("P7", {"n": 1}, "n >= 2", "n = 1"),
    ("P8", {"n": 16}, "n >= 17", "n = 16"),
    ("P8", {"M2": -1}, "f in W^{2,inf}", "M2 = -1"),
    ("P8-closed", {"n": 21}, "n >= 22", "n = 21"),
    ("P8-closed", {"M1": 2}, "n >= 14 + 2 M1/M2", "M1 = 2"),
    ("P8-closed", {"M1": arb(2)}, "n >= 14 + 2 M1/M2", "M1 = 2"),
    ("P8-wide", {"n": 16}, "n >= 17", "n = 16"),
    ("P8-affine", {"M2": Fraction(1, 10**30)}, "M2 = 0", "M2 = 1/"),
    ("P8-ridge", {"n": 16}, "n >= 17", "n = 16"),
    ("P8-ridge", {"G": -1}, "0 <= G < inf", "G = -1"),
    ("P8-directions", {"m": 0}, "m >= 1", "m = 0"),
    ("P9", {"n": 23}, "n >= 24", "n = 23"),
    ("P9", {"m": 1}, "m >= max(1, M2)", "m = 1"),
    ("P9", {"m": 6}, "n >= max(12 m", "m = 6"),
    ("P9", {"turn": Fraction(9, 10)}, "n >= max(12 m", "turn = 9/10"),
    ("P9", {"start": 2}, "n - 1 >= 40", "start = 2"),
    ("P9", {"slope": arb(2)}, "n - 1 >= 40", "slope = 2"),
    ("P9-turn", {"n": 3}, "n >= 4", "n = 3"),
    ("P9-turn", {"D": -1}, "0 <= D < inf", "D = -1"),
    ("P10", {"M2": -THIRD}, "f in W^{2,inf}", "M2 = -1/3"),
    ("P10-parabola", {"n": 1}, "n >= 2", "n = 1"),
    ("P10-fit", {"D": -1}, "0 <= D < inf", "D = -1"),
    ("P10-fit", {"V": 0}, "V > 0", "V = 0"),
    ("B6", {"triples": 3}, "triples >= n + 1", "triples = 3"),
    ("B6", {"n": 0}, "n >= 1", "n = 0"),
    ("B6-class", {"n": 0}, "n >= 1", "n = 0"),
    ("R8", {"N": -1}, "N >= 0", "N = -1"),
    ("R8", {"rho": 1}, "rho > 1", "rho = 1"),
    ("R8", {"B": -1}, "|c|_1 <= B", "B = -1"),
    ("R8", {"M": -1}, "|sigma| <= M", "M = -1"),
    ("B1", {"m0": 0}, "m0 >= 1", "m0 = 0"),
    ("B1", {"delta": 1}, "0 < delta < 1", "delta = 1"),
    ("B1", {"eta": 1}, "0 < eta < R", "eta = 1"),
    ("B4", {"m0": 0}, "m0 >= 1", "m0 = 0"),
    ("B4", {"eta": 1}, "0 < eta < R", "eta = 1"),
    ("B2a", {"theta": -1}, "0 <= theta < inf", "theta = -1"),
    ("B2a", {"M2": -1}, "f in W^{2,inf}", "M2 = -1"),
    ("B2-outputs", {"J": 4}, "(2J - Lb)^l >= 1", "J = 4"),
    ("B2-outputs", {"G": -1}, "0 <= G < inf", "G = -1"),
    ("B2b", {"P": 2}, "N <= P (J - Lb - 1)/3", "P = 2"),
    ("B2b", {"G": -1}, "0 <= G < inf", "G = -1"),
    ("B6'", {"m": 1}, "triples >= m + 1", "m = 1"),
    ("B6'", {"D": -1}, "0 <= D < inf", "D = -1"),
    ("B7", {"D": -1}, "0 <= D < inf", "D = -1"),
    ("B8", {"S": -1}, "0 <= S < inf", "S = -1"),
    ("R4", {"B": -1}, "|c|_1 <= B", "B = -1"),
    ("R4", {"M": -1}, "units are bounded in L2 over V", "M = -1"),
    ("R4", {"norm": 0}, "phi != 0", "norm = 0"),
    ("R6", {"n": 0}, "n >= 1", "n = 0"),
    ("R6-fit", {"n": 0}, "n >= 1", "n = 0"),
    ("R6-fit", {"delta": 0}, "0 < delta < 1", "delta = 0"),
    ("R6-fit", {"S": -1}, "0 <= S < inf", "S = -1"),
    ("R6-fit", {"R": -1}, "0 <= R < inf", "R = -1"),
    ("R7", {"B": -1}, "0 <= B < inf", "B = -1"),
    ("R7", {"beta": 3}, "beta <= F", "beta = 3"),
    ("R7", {"s": -1}, "0 <= s < inf", "s = -1"),
    ("R6", {"delta": 1}, "0 < delta < 1", "delta = 1"),
    ("R6", {"F": 4}, "0 <= |f_V| <= Gamma", "F = 4"),
]


@pytest.mark.parametrize(("name", "change", "hypothesis", "shown"), BROKEN)
def test_a_broken_hypothesis_is_named_with_its_value(
    name: str, change: dict[str, Any], hypothesis: str, shown: str
) -> None:
    values = GOOD[name] | change
    with pytest.raises(AssumptionViolated) as caught:
        by_id(name).evaluate(values)
    assert caught.value.theorem == name
    assert hypothesis in caught.value.hypothesis
    assert shown in caught.value.value
    assert "accepted" in str(caught.value)
    assert caught.value.exit_status == 2


def test_every_implemented_bound_with_hypotheses_is_broken_once() -> None:
    guarded = {s.id for s in BOUNDED if s.hypotheses and s.implemented}
    assert guarded - {row[0] for row in BROKEN} == {"P6-counting", "P6-counting-readout"}


OPEN = [
    ("P3", {"L": math.inf}, "f is L-Lipschitz"),
    ("P3", {"L": arb(0, 1)}, "f is L-Lipschitz"),
    ("P8", {"M2": math.nan}, "f in W^{2,inf}"),
    ("P8", {"s0": arb.nan()}, "0 <= s0 < inf"),
    ("P4", {"L": arb(1, 0.5)}, "2 k^2/(n-1) >= L"),
    ("P8-closed", {"M1": arb(Fraction(4, 3).numerator) / 3}, "n >= 14 + 2 M1/M2"),
    ("P9", {"turn": arb(2) / 3}, "n >= max(12 m"),
    ("P9", {"slope": arb(59, 2) / 40}, "n - 1 >= 40"),
]


@pytest.mark.parametrize(("name", "change", "hypothesis"), OPEN)
def test_an_open_hypothesis_is_undecided(
    name: str, change: dict[str, Any], hypothesis: str
) -> None:
    with pytest.raises(Undecided, match="neither proved nor refuted") as caught:
        by_id(name).evaluate(GOOD[name] | change)
    assert hypothesis in str(caught.value)
    assert caught.value.exit_status == 3


def test_a_refuted_hypothesis_counts_more_than_an_open_one() -> None:
    with pytest.raises(AssumptionViolated, match="n >= 17"):
        by_id("P8").require({"n": 3, "M2": math.inf, "s0": 0})


def test_exact_values_at_the_edge_of_a_hypothesis_are_decided() -> None:
    edge = {"n": 200, "k": 10, "L": Fraction(200, 199), "TV": 0, "ends": 0}
    assert [outcome.truth for outcome in by_id("P4").check(edge)] == [Truth.YES] * 7
    supply = Fraction(800 * (5 * 9 - 2), 199**2)
    by_id("P4").require(edge | {"TV": supply})
    with pytest.raises(AssumptionViolated):
        by_id("P4").require(edge | {"TV": supply + Fraction(1, 10**40)})


def test_the_closed_form_is_decided_at_its_very_edge() -> None:
    edge = {"n": 30, "M1": Fraction(8, 3), "M2": THIRD}  # 2 M1 = (n - 14) M2
    assert by_id("P8-closed").check(edge)[2].truth is Truth.YES
    beyond = edge | {"M1": Fraction(8, 3) + Fraction(1, 10**40)}
    assert by_id("P8-closed").check(beyond)[2].truth is Truth.NO
    assert by_id("P8-closed").check(edge | {"M1": arb(2.66)})[2].truth is Truth.YES


def test_missing_values_are_named_with_their_meaning() -> None:
    with pytest.raises(InputError, match=r"needs a value for 'L'.*Lipschitz constant"):
        by_id("P3").evaluate({"n": 10})
    with pytest.raises(InputError, match="needs a value for 'l'"):
        by_id("B1").evaluate({"m0": 1, "delta": 1, "R": 1, "d": 1})


def test_a_statement_without_a_number_says_so() -> None:
    with pytest.raises(InputError, match="has no bound to evaluate"):
        by_id("R5").evaluate({})
    assert by_id("R5").latex() == ""


def test_comparison_with_a_limit_is_exact_where_the_bound_is_rational() -> None:
    statement, values = by_id("P3'"), {"n": 17, "L": THIRD}
    assert statement.at_most(values, Fraction(1, 32)) is Truth.YES
    assert statement.at_most(values, Fraction(1, 32) - Fraction(1, 10**50)) is Truth.NO
    spline = by_id("P10")
    assert spline.at_most(GOOD["P10"], Fraction(1, 1000)) is Truth.NO
    assert spline.at_most(GOOD["P10"], Fraction(1, 900)) is Truth.YES
    assert statement.at_most({"n": 17, "L": arb(1, 0.5)}, Fraction(3, 32)) is Truth.UNKNOWN


@pytest.mark.parametrize("statement", BOUNDED, ids=lambda s: s.id)
def test_latex_renders(statement: Statement) -> None:
    latex = statement.latex()
    assert latex
    assert latex.count("{") == latex.count("}")
    assert "omega" not in latex.replace(r"\omega", "")
    names = {symbol.name for symbol in statement.expression.free_symbols}
    assert names <= set(statement.symbols)


def test_latex_of_the_strongest_bound() -> None:
    assert by_id("P8-closed").latex() == r"\frac{5 M_{2}}{8 \left(n - 1\right)^{2}}"


def test_ids_are_unique_and_forgiving() -> None:
    ids = [statement.id for statement in all_statements()]
    assert len(set(ids)) == len(ids)
    assert by_id("P3'") is by_id("P3p") is by_id(" p3' ") is by_id("P3\u2032")
    assert by_id("P3") is not by_id("P3'")
    with pytest.raises(InputError, match="is not the id of a statement: 'P11'"):
        by_id("P11")


def test_families_hold_what_the_notes_number() -> None:
    assert families() == ("permutation", "bias", "ridgelet")
    ids = {statement.id for statement in all_statements()}
    assert {f"P{i}" for i in range(1, 11)} | {"P3'"} <= ids
    assert {"B1", "B2a", "B2b", "B3", "B4", "B5", "B6", "B6'", "B7", "B8"} <= ids
    assert {f"R{i}" for i in range(9)} <= ids


def test_items_are_plain_json() -> None:
    rows = json.loads(json.dumps(items(), allow_nan=False))
    assert len(rows) == len(all_statements())
    fields = {
        "id", "family", "title", "direction", "status", "sharp", "hypotheses", "bound_latex",
        "bound_text", "source", "proved", "tests", "notebook", "implemented",
    }  # fmt: skip
    assert all(fields <= set(row) for row in rows)
    assert {row["direction"] for row in rows} <= {direction.value for direction in Direction}
    assert {row["status"] for row in rows} <= {status.value for status in Status}
    strongest = next(row for row in rows if row["id"] == "P8")
    assert strongest["source"] == "P8; arXiv 2407.01033"
    assert strongest["hypotheses"][0] == "n >= 17"


def test_status_is_honest() -> None:
    listed = {s.id: (s.status, s.implemented) for s in all_statements()}
    assert listed["P5"] == (Status.CONJECTURE, True)
    assert listed["P7"] == (Status.CERTIFIED, True)
    assert listed["P9"] == (Status.CONJECTURE, True)
    assert listed["P9-turn"] == (Status.THEOREM, True)
    done = {name for name, (_, implemented) in listed.items() if implemented}
    assert {name[0] for name in done} == {"P", "B", "R"}
    assert {"B1", "B3", "B6", "B6-class", "B6'", "B7", "B8"} <= done


@pytest.mark.parametrize("statement", all_statements(), ids=lambda s: s.id)
def test_what_a_statement_points_to_exists(statement: Statement) -> None:
    pointers = [*statement.tests, statement.proved_in, statement.notebook or ""]
    for path in filter(None, pointers):
        assert (ROOT / path).is_file(), path
    if statement.implemented:
        assert statement.tests
        assert statement.proved_in
    assert statement.claim.endswith(".")
    assert statement.proof_sketch


def test_statements_load_without_sympy() -> None:
    code = (
        "import sys; from theory.statements.registry import by_id; by_id('P8'); "
        "import theory.permutation.width; "
        "assert 'flint' in sys.modules; assert not {'sympy', 'mpmath'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=60)
