"""Balls: the eleven traps that make wrong certificates, each shown and each avoided."""

from __future__ import annotations

import ast
import math
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import acb, arb, ctx, fmpq, fmpz
from hypothesis import example, given
from hypothesis import strategies as st

from tests.house.layout import ROOT, modules
from theory.rigor.balls import (
    Truth,
    ball,
    ball_from_parts,
    ball_parts,
    certainly,
    climb,
    dyadic,
    dyadic_text,
    float_down,
    float_up,
    hull,
    interval,
    less,
    less_equal,
    working_precision,
)
from theory.rigor.numbers import parse_number
from theory.targets.evaluate import compile_jet
from theory.targets.grammar import parse
from theory.targets.jets import identity

TENTH = Fraction(1, 10)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
RATIONALS = st.fractions(max_denominator=10**12)
MAX = 1.7976931348623157e308


# Trap 1: three values ------------------------------------------------------------------------


def test_trap_1_comparisons_have_three_values() -> None:
    x, y = arb(1, 0.5), arb(1.25, 0.5)
    assert not (x < y)
    assert not (x >= y)  # both False: "not (x < y)" proves nothing
    assert less(x, y) is less_equal(x, y) is less(y, x) is Truth.UNKNOWN
    assert less(1, arb(2, 0.5)) is Truth.YES
    assert less(arb(2, 0.5), 1) is Truth.NO
    assert less(1, 1) is Truth.NO
    assert less_equal(1, 1) is Truth.YES
    assert less_equal(arb(1, 0.5), Fraction(151, 100)) is Truth.YES
    assert less_equal(TENTH, TENTH) is Truth.UNKNOWN  # enclosures of 1/10 overlap


@pytest.mark.parametrize("truth", Truth)
def test_trap_1_a_truth_has_no_truth_value(truth: Truth) -> None:
    with pytest.raises(TypeError, match="YES, NO or UNKNOWN"):
        bool(truth)
    assert certainly(truth) == (truth is Truth.YES)


@given(RATIONALS, RATIONALS, st.fractions(0, 1), st.fractions(0, 1))
def test_trap_1_a_decided_comparison_is_true(
    x: Fraction, y: Fraction, dx: Fraction, dy: Fraction
) -> None:
    left, right = arb(ball(x), ball(dx)), arb(ball(y), ball(dy))
    if less(left, right) is Truth.YES:
        assert x + dx < y + dy
        assert x - dx < y - dy
    if less(left, right) is Truth.NO:
        assert x >= y
    if x + dx < y - dy - Fraction(1, 100) * (1 + abs(x) + abs(y)):
        assert less(left, right) is Truth.YES


# Trap 2: nan ---------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [arb.nan(), arb.pos_inf(), arb(0, 1).log(), arb(1) / arb(0, 1)])
def test_trap_2_what_is_not_finite_is_never_a_pass(bad: arb) -> None:
    for other in (arb(0), bad, arb.neg_inf()):
        assert less(bad, other) is less(other, bad) is Truth.UNKNOWN
        assert less_equal(bad, other) is less_equal(other, bad) is Truth.UNKNOWN
    assert float_up(bad) == math.inf
    assert float_down(bad) == -math.inf
    with pytest.raises(ValueError, match="not finite"):
        ball_parts(bad)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_trap_2_floats_that_are_not_finite_are_refused(bad: float) -> None:
    for function in (ball, dyadic, dyadic_text, float_up, less_equal):
        with pytest.raises(ValueError, match="not finite"):
            function(bad, 0) if function is less_equal else function(bad)


# Trap 3: kinks under integrals ---------------------------------------------------------------


def test_trap_3_a_kink_is_never_smooth() -> None:
    """acb.integral of |t| across 0 needs the analytic flag; a jet across 0 claims no smoothness."""

    def honest(z: acb, analytic: bool) -> acb:
        if analytic and z.real.contains(0):
            return acb("nan")
        return z if z.real > 0 else -z

    def careless(z: acb, _: bool) -> acb:
        return z if z.real.mid() > 0 else -z

    exact = Fraction(5, 18)  # of |t| over [-1/3, 2/3]
    low, high = acb(ball(Fraction(-1, 3))), acb(ball(Fraction(2, 3)))
    wrong = acb.integral(careless, low, high).real
    assert wrong.rad() < arb(1e-6)
    assert not wrong.overlaps(ball(exact))  # tight and wrong
    split = acb.integral(honest, low, acb(0)).real + acb.integral(honest, acb(0), high).real
    assert split.overlaps(ball(exact))
    assert split.rad() < arb(1e-6)

    kink = compile_jet(parse("abs(x)"), ((Fraction(-1), Fraction(1)),), 3)
    assert len(kink((identity(arb(0, 0.1), 3),))) == 2  # value and generalised derivative, no more
    assert len(kink((identity(arb(0.5, 0.1), 3),))) == 4


# Trap 4: infinite ranges ---------------------------------------------------------------------


def test_trap_4_infinite_ranges_say_nothing() -> None:
    tail = acb.integral(lambda z, _: (-z * z).exp(), acb(0), acb("inf")).real
    assert not tail.is_finite()
    assert less(tail, 1) is Truth.UNKNOWN
    everything = interval(0, arb.pos_inf())
    assert not everything.is_finite()
    assert less_equal(everything, 1) is less_equal(0, everything) is Truth.UNKNOWN
    # the finite core with an explicit bound of the tail does
    core = acb.integral(lambda z, _: (-z * z).exp(), acb(0), acb(8)).real
    whole = core + interval(0, ball(2) ** -80)
    assert whole.overlaps(arb.pi().sqrt() / 2)
    assert whole.rad() < arb(1e-12)


# Trap 5: directed floats ---------------------------------------------------------------------


def test_trap_5_rounding_an_end_can_go_the_wrong_way() -> None:
    value = Fraction(1) + Fraction(1, 2**80)
    with working_precision(200):
        enclosure = ball(value)
        assert Fraction(float(enclosure.upper())) < value  # the naive way out
        assert Fraction(float_up(enclosure)) >= value


@given(RATIONALS, st.sampled_from([24, 53, 64, 200, 1000]))
@example(Fraction(1, 3), 53)
@example(Fraction(2**53 + 1), 200)
@example(Fraction(1, 2**1080), 53)
@example(Fraction(-(2**1080)), 53)
@example(Fraction(1) + Fraction(1, 2**80), 200)
def test_trap_5_float_up_and_down_are_directed_and_tight(value: Fraction, bits: int) -> None:
    with working_precision(bits):
        up, down = float_up(value), float_down(value)
    assert up == math.inf or Fraction(up) >= value
    assert down == -math.inf or Fraction(down) <= value
    if bits >= 64:
        assert down <= up <= math.nextafter(down, math.inf)
    elif bits >= 53:
        assert up <= math.nextafter(math.nextafter(math.nextafter(down, 9e999), 9e999), 9e999)


@given(FLOATS)
def test_trap_5_floats_pass_unchanged(value: float) -> None:
    assert float_up(value) == float_down(value) == value


@given(RATIONALS, st.fractions(0, 100, max_denominator=1000))
def test_trap_5_both_ends_of_a_wide_ball_stay_inside(value: Fraction, radius: Fraction) -> None:
    with working_precision(128):
        enclosure = arb(ball(value), ball(radius))
        assert Fraction(float_up(enclosure)) >= value + radius
        assert Fraction(float_down(enclosure)) <= value - radius
        width = Fraction(float_up(enclosure)) - Fraction(float_down(enclosure))
    assert width <= 2 * radius * (1 + Fraction(1, 2**20)) + abs(value) / 2**50 + Fraction(
        1, 2**1000
    )


def test_trap_5_overflow_keeps_its_direction() -> None:
    huge = arb(2) ** 5000
    assert (float_up(huge), float_down(huge)) == (math.inf, MAX)
    assert (float_up(-huge), float_down(-huge)) == (-MAX, -math.inf)
    tiny = 1 / huge
    assert (float_up(tiny), float_down(tiny)) == (5e-324, 0.0)
    assert (float_up(-tiny), float_down(-tiny)) == (0.0, -5e-324)


def test_trap_5_no_other_way_out_of_the_ball_world() -> None:
    """theory takes ``float(... .upper())`` nowhere."""
    for path in modules("theory"):
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float":
                inner = ast.unparse(node.args[0]) if node.args else ""
                assert not inner.endswith((".upper()", ".lower()")), f"{path}: float({inner})"


# Trap 6: decimals ----------------------------------------------------------------------------


def test_trap_6_the_float_is_not_the_decimal() -> None:
    with working_precision(200):
        tenth = arb(1) / 10
        assert not arb(0.1).overlaps(tenth)
        assert ball(parse_number("0.1", argument="x")).overlaps(tenth)
        assert float(ball(TENTH).rad()) < 1e-59
        assert not ball(0.1).overlaps(tenth)  # a float is the dyadic it is


@given(RATIONALS)
def test_trap_6_rationals_are_inside_their_balls(value: Fraction) -> None:
    enclosure = ball(value)
    scaled = enclosure * value.denominator - value.numerator
    assert scaled.contains(0)  # ``fmpq in arb`` may wrongly say False
    assert float(enclosure.rad()) <= 2.0**-52 * float(abs(value)) or value == 0
    assert enclosure.overlaps(arb(fmpq(value.numerator, value.denominator)))


# Trap 7 is in test_statements: rationals stay rational when a sympy tree is evaluated.


def test_trap_7_no_generic_evaluator_in_theory() -> None:
    for path in modules("theory"):
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            name = getattr(node, "attr", getattr(node, "id", ""))
            assert name not in {"lambdify", "evalf", "sympify", "eval", "nsimplify"}, str(path)


# Trap 8: storing balls -----------------------------------------------------------------------


def test_trap_8_balls_do_not_pickle_their_parts_do() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(arb(1))
    parts = ball_parts(arb(1, 0.25))
    assert pickle.loads(pickle.dumps(parts)) == parts
    assert ball_from_parts(ball_parts(arb(3))) == 3


@given(RATIONALS, st.fractions(0, 10), st.sampled_from([53, 300]))
def test_trap_8_parts_restore_a_ball_that_contains_it(
    value: Fraction, radius: Fraction, bits: int
) -> None:
    with working_precision(bits):
        original = arb(ball(value), ball(radius))
        parts = ball_parts(original)
    assert all(type(part) is int for part in parts)
    restored = ball_from_parts(parts)  # at 53 bits
    assert restored.contains(original)
    assert restored.mid() == original.mid()
    assert restored.rad() <= original.rad() * (1 + arb(2) ** -27)


# Trap 9: process-wide precision --------------------------------------------------------------


def test_trap_9_precision_is_restored_after_an_exception() -> None:
    before = ctx.prec

    def fail() -> None:
        with working_precision(500):
            assert ctx.prec == 500
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert ctx.prec == before


def test_trap_9_precision_is_restored_inside_out() -> None:
    with working_precision(100):
        with working_precision(300):
            pass
        assert ctx.prec == 100
    assert ctx.prec == 53


def test_trap_9_climbing_restores_it_too() -> None:
    def evaluate() -> arb:
        if ctx.prec > 100:
            raise ArithmeticError
        return arb(1) / 3

    with pytest.raises(ArithmeticError):
        climb(evaluate, lambda _: False)
    assert ctx.prec == 53


def test_trap_9_processes_have_their_own_precision() -> None:
    spawn = multiprocessing.get_context("spawn")
    with working_precision(777), ProcessPoolExecutor(1, mp_context=spawn) as pool:
        assert pool.submit(eval, "__import__('flint').ctx.prec").result(timeout=60) == 53
        assert ctx.prec == 777


# Trap 10: mpmath -----------------------------------------------------------------------------


def test_trap_10_mpmath_is_never_the_certificate() -> None:
    for path in modules("theory"):
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            names = [alias.name for alias in getattr(node, "names", []) if hasattr(alias, "name")]
            module = getattr(node, "module", "") or ""
            imported = isinstance(node, (ast.Import, ast.ImportFrom))
            assert not (imported and "mpmath" in " ".join([module, *names])), str(path)


@given(st.fractions(-50, 50, max_denominator=1000))
def test_trap_10_the_upper_end_of_exp_is_an_upper_end(x: Fraction) -> None:
    up = Fraction(float_up(ball(x).exp()))
    down = Fraction(float_down(ball(x).exp()))
    with working_precision(400):
        truth = ball(x).exp()
        assert less_equal(truth, up) is less_equal(down, truth) is Truth.YES
    assert up - down <= up / 2**40


# Trap 11: scalars of other libraries ---------------------------------------------------------


def test_trap_11_numpy_scalars_are_exact() -> None:
    assert dyadic(np.float64(0.1)) == dyadic(0.1) == (3602879701896397, -55)
    narrow = np.float32(0.1)
    assert dyadic(narrow) == (13421773, -27)  # widened, not reinterpreted as 1/10
    assert dyadic(narrow) != dyadic(0.1)
    assert Fraction(13421773, 2**27) == Fraction(float(narrow))
    assert ball(narrow).rad() == 0
    assert dyadic(np.float16(0.1)) == (819, -13)
    assert ball(np.int64(7)) == 7


def test_trap_11_torch_scalars_are_exact() -> None:
    torch = pytest.importorskip("torch")
    assert dyadic(torch.tensor(0.1, dtype=torch.float64)) == dyadic(0.1)
    assert dyadic(torch.tensor(0.1)) == (13421773, -27)
    assert ball(torch.tensor(0.1)).rad() == 0
    assert ball(torch.tensor(0.1)) == arb(13421773) / 2**27


@given(FLOATS)
@example(-0.0)
@example(5e-324)
@example(MAX)
def test_trap_11_dyadics_are_the_float(value: float) -> None:
    m, e = dyadic(value)
    assert Fraction(m) * Fraction(2) ** e == Fraction(value)
    assert m % 2 == 1 or (m, e) == (0, 0)
    assert dyadic_text(value) == f"{m}*2^{e}"


# The rest ------------------------------------------------------------------------------------


@given(RATIONALS, RATIONALS)
def test_intervals_contain_their_ends_and_little_more(x: Fraction, y: Fraction) -> None:
    low, high = min(x, y), max(x, y)
    for enclosure in (interval(low, high), hull(ball(y), ball(x))):
        for inside in (low, high, (low + high) / 2):
            assert enclosure.overlaps(ball(inside))
        slack = (high - low) * Fraction(1, 2**25) + (abs(low) + abs(high)) / 2**40
        assert Fraction(float_up(enclosure)) <= high + slack
        assert Fraction(float_down(enclosure)) >= low - slack


def test_climbing_stops_when_accepted_and_says_when_not() -> None:
    seen: list[int] = []

    def evaluate() -> arb:
        seen.append(ctx.prec)
        return arb(1) / 3

    value, met = climb(evaluate, lambda b: bool(b.rad() < arb(1e-50)))
    assert met
    assert seen == [64, 128, 256]
    assert value.rad() < arb(1e-50)
    _, met = climb(evaluate, lambda b: False, precisions=(64, 128))
    assert not met  # an outcome, not an exception


@pytest.mark.parametrize(
    "value", ["0.1", Decimal("0.1"), np.longdouble("0.1"), None, 1j, np.array([0.1, 0.2])]
)
def test_nothing_is_rounded_in_silence(value: Any) -> None:
    with pytest.raises(TypeError):
        ball(value)


@pytest.mark.parametrize("value", [np.int64(2**62 + 1), 2**80 + 1, fmpz(2**70 + 1), fmpq(1, 3)])
def test_exact_numbers_of_other_libraries_stay_exact(value: Any) -> None:
    exact = fmpq(1, 3) if isinstance(value, fmpq) else fmpq(int(value))
    with working_precision(128):
        assert ball(value).contains(arb(exact))
        assert ball(value).rad() < 1e-30


def test_a_rational_costs_one_rounding_to_float() -> None:
    third = Fraction(1, 3)
    assert float_up(third) - float_down(third) == np.spacing(1 / 3)
