"""The smallest width, and what the other theorems promise: exact, safe, explained."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.errors import InputError, Undecided
from theory.permutation import width as width_module
from theory.permutation.bounds import (
    AppliedBound,
    best_bounds,
    class_lower_bound,
    first_slope,
    refusal,
)
from theory.permutation.width import least, smallest_width
from theory.statements.registry import by_id
from theory.targets.enclosures import Profile
from theory.targets.target import Target

F = Fraction


def profile(text: str, low: int = 0, high: int = 1) -> Profile:
    return Profile(Target.parse(text, low, high))


# smallest_width ------------------------------------------------------------------------------

WIDTHS = [
    # (5/8) 2/(n-1)^2 <= eps, exactly at the edge
    ("x**2", "1/320", 21, "P8"),
    ("x**2", "1/321", 22, "P8"),
    ("x**2", "1/1000000", 1120, "P8"),
    ("sin(2*pi*x)", "1/1000", 159, "P8"),
    # affine: error 0 from 17 on, unless P3 needs less
    ("2*x-1/3", "1e-300", 17, "P8"),
    ("2*x-1/3", "1/2", 17, "P8"),
    ("2*x-1/3", "1", 9, "P3"),
    ("3", "1e-300", 4, "P3"),
    # a kink: 1.5 L/(n-1), L = 1 up to the width of its enclosure
    ("abs(x-1/3)", "1/10", 17, "P3'"),
    ("abs(x-1/3)", "1/100", 152, "P3'"),
    # no Lipschitz constant: 2 sqrt(1/(n-1)) up to the gap of the modulus
    ("sqrt(x)", "1.3", 7, "P3 (modulus)"),
    ("sqrt(x)", "1/2", 18, "P3' (modulus)"),
    ("sqrt(x)", "1/10", 402, "P3' (modulus)"),
    ("sqrt(x)", "1.51", 4, "P3 (modulus)"),
]


@pytest.mark.parametrize(("text", "eps", "width", "theorem"), WIDTHS)
def test_known_widths(text: str, eps: str, width: int, theorem: str) -> None:
    answer = smallest_width(profile(text), F(eps))
    assert (answer.width, answer.theorem) == (width, theorem)
    assert F(answer.bound) <= F(eps) * (1 + F(1, 2**50))


@settings(max_examples=25)
@given(
    slope=st.fractions(-50, 50, max_denominator=6),
    bend=st.fractions(F(1, 4), 8, max_denominator=6),
    digits=st.integers(1, 8),
)
def test_the_answer_is_guaranteed_and_one_less_is_not(
    slope: Fraction, bend: Fraction, digits: int
) -> None:
    """f = slope x + bend x^2: M2, s0 and L are known in closed form."""
    eps = F(1, 10**digits)
    found = profile(f"({slope})*x + ({bend})*x**2")
    answer = smallest_width(found, eps)
    L = max(abs(slope), abs(slope + 2 * bend))

    def bounds(n: int) -> list[Fraction]:
        d = F(1, n - 1)
        known = [4 * L * d] if n >= 4 else []
        if n >= 17:
            gam = max(2 * bend, 2 * abs(slope + bend * d) * (n - 1) / (n * (n - 9) - 118))
            known += [3 * L * d / 2, (gam / 2 + bend / 4) * d * d]
        return known

    slack = 1 + F(1, 10**6)  # L and M2 enter by certified upper ends
    assert min(bounds(answer.width)) <= eps
    assert not [b for b in bounds(answer.width - 1) if b * slack <= eps]


def test_a_mutated_constant_would_give_another_width() -> None:
    """5/8 and not 0.6 or 0.65: the answer for x^2 at 1e-6 tells them apart."""
    answer = smallest_width(profile("x**2"), F(1, 10**6)).width
    for constant, expected in ((F(5, 8), True), (F(6, 10), False), (F(65, 100), False)):
        n = math.isqrt(int(2 * constant * 10**6) - 1) + 2
        assert (n == answer) == expected


def test_s0_is_used_below_the_closed_form() -> None:
    """cos has slope 0 at the left end, M1 = 3 elsewhere: s0 saves widths that M1 would cost."""
    found = profile("cos(3*x)/9*3")
    n = smallest_width(found, F(1, 150)).width
    with_s0 = {"n": n, "M2": found.curvature.upper, "s0": first_slope(found, n)}
    assert by_id("P8").bound_up(with_s0) <= 1 / 150
    assert first_slope(found, n) < F(found.slope.upper) / 3


def test_explain_is_a_chain_with_numbers() -> None:
    lines = smallest_width(profile("sin(2*pi*x)"), F(1, 1000)).explain
    text = "\n".join(lines)
    for piece in (
        "M2 = sup|F''| <= 39.4785",
        "M1 = sup|F'| <= 6.28319",
        "gam = max(M2, 2 s0 (n-1)/(n(n-9)-118)) <= 39.4785 at n = 159",
        "P8 at n = 159: |f - g| <= (gam/2 + M2/8)/(n-1)^2 <= 0.000988384 <= eps = 1/1000",
        "P8 at n = 158 guarantees 0.00100102 only",
        "P3' would need n = 9426",
        "P3 would need n = 25134",
    ):
        assert piece in text
    domain = smallest_width(profile("sin(2*pi*x)", -1, 1), F(1, 1000)).explain[0]
    assert "a = -1, b = 1" in domain


def test_explain_says_why_a_theorem_does_not_apply() -> None:
    kink = smallest_width(profile("abs(x-1/3)"), F(1, 100)).explain
    assert "P8 does not apply: f'' is not shown to be bounded near x = 0.333333" in kink
    root = "\n".join(smallest_width(profile("sqrt(x)"), F(1, 10)).explain)
    assert "2*om(1/(n-1))" in root
    assert "modulus forms only: f' is not shown to be bounded near x = " in root
    small = smallest_width(profile("x**2"), F(1)).explain
    assert "P3 needs n >= 4" in smallest_width(profile("3"), F(1)).explain
    assert any("P3 at n = 9" in line for line in small)


def test_numbers_in_explain_are_rounded_up() -> None:
    assert width_module._up(F(1, 3)) == "0.333334"
    assert width_module._up(2.0) == "2"
    assert width_module._up(F(123456789)) == "1.23457e+8"


@pytest.mark.parametrize("eps", [F(0), F(-1, 3)])
def test_eps_must_be_positive(eps: Fraction) -> None:
    with pytest.raises(InputError, match="--eps: not positive"):
        smallest_width(profile("x"), eps)


def test_widths_beyond_float64_are_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(width_module, "LARGEST_MODULUS_WIDTH", 1000)
    with pytest.raises(Undecided, match="no width below 1000") as caught:
        smallest_width(profile("sqrt(x)"), F(1, 100))
    assert caught.value.exit_status == 3


def test_poles_are_refused() -> None:
    with pytest.raises(InputError, match="not shown to be finite and real near x = "):
        smallest_width(profile("1/x"), F(1, 100))


@given(edge=st.integers(1, 10**12), start=st.integers(1, 50))
def test_least_finds_the_edge(edge: int, start: int) -> None:
    asked: list[int] = []

    def holds(n: int) -> bool:
        asked.append(n)
        return n >= edge

    assert least(holds, start) == max(edge, start)
    assert len(asked) <= 2 * (edge.bit_length() + 2)
    expected = max(edge, start) if edge <= max(start, 1000) else None
    assert least(holds, start, max(start, 1000)) == expected


# best_bounds ---------------------------------------------------------------------------------


def test_bounds_of_a_smooth_target() -> None:
    applied, refused = best_bounds(profile("sin(2*pi*x)"), 200)
    assert [bound.label for bound in applied] == ["P8", "P3'", "P3", "P4"]
    assert [bound.value for bound in applied] == sorted(bound.value for bound in applied)
    d = 1 / 199
    expected = {
        "P8": 0.625 * 4 * math.pi**2 * d * d,
        "P3'": 1.5 * 2 * math.pi * d,
        "P3": 4 * 2 * math.pi * d,
    }
    for bound in applied[:3]:
        assert expected[bound.theorem] < bound.value < expected[bound.theorem] * (1 + 1e-6)
    assert {entry.label for entry in refused} == {"P3' (modulus)", "P3 (modulus)"}
    copies = applied[3].constants
    assert copies["k"] == 29
    assert copies["TV"] == pytest.approx(4, abs=1e-6)
    assert copies["ends"] < 1e-20
    both = best_bounds(profile("cos(2*pi*x)"), 400)[0][-1].constants["ends"]
    assert 2 <= both < 2 + 1e-12  # |f(0) + f(1)|


def test_bounds_of_a_kink_say_where_p8_fails() -> None:
    applied, refused = best_bounds(profile("abs(x-1/3)"), 50)
    assert [bound.label for bound in applied[:2]] == ["P3'", "P3"]
    reasons = {entry.label: entry.reason for entry in refused}
    assert reasons["P8"] == "f'' is not shown to be bounded near x = 0.333333"


def test_bounds_of_a_root_are_the_modulus_forms() -> None:
    applied, refused = best_bounds(profile("sqrt(x)"), 101)
    assert [bound.label for bound in applied] == ["P3' (modulus)", "P3 (modulus)"]
    assert applied[0].value == pytest.approx(0.2, rel=1e-3)
    assert applied[1].value == pytest.approx(0.3, rel=1e-3)
    assert applied[0].constants["omega"] >= 0.1
    reasons = {entry.label: entry.reason for entry in refused}
    assert set(reasons) == {"P8", "P3'", "P3", "P4"}
    assert all("not shown to be bounded near x = " in reason for reason in reasons.values())


def test_small_widths_name_the_hypothesis() -> None:
    applied, refused = best_bounds(profile("x**2"), 16)
    assert [bound.label for bound in applied] == ["P3"]
    reasons = {entry.label: entry.reason for entry in refused}
    assert reasons["P8"] == "hypothesis n >= 17 violated by n = 16"
    assert reasons["P3'"] == "hypothesis n >= 17 violated by n = 16"
    assert "no stride k <= n/4" in reasons["P4"]
    assert best_bounds(profile("x**2"), 1)[0] == ()


def test_without_readout_only_p9_and_p4_speak() -> None:
    applied, refused = best_bounds(profile("x**2"), 300, readout=False)
    assert [bound.label for bound in applied] == ["P9", "P4"]
    assert {entry.label for entry in refused} == {"P8", "P3'", "P3"}
    assert all("read-out" in entry.reason for entry in refused)


def test_affine_targets_have_error_zero() -> None:
    applied, _ = best_bounds(profile("2*x-1/3"), 40)
    assert (applied[0].theorem, applied[0].variant, applied[0].value) == ("P8", "affine", 0.0)
    assert applied[0].for_network(123.0) == 0.0


def test_bound_for_a_network_follows_its_factor() -> None:
    applied = best_bounds(profile("x**2"), 41)[0][0]
    assert applied.value == pytest.approx(0.625 * 2 / 1600, rel=1e-6)
    assert applied.for_network(applied.constants["M2"]) == applied.value
    steeper = F(3, 1600) * F(1, 2) + F(1, 8) * F(applied.constants["M2"]) / 1600
    assert steeper <= F(applied.for_network(3.0)) <= steeper * (1 + F(1, 2**50))
    assert AppliedBound("P3", "lipschitz", 9, 0.5, {}).for_network(7.0) == 0.5


def test_first_slope_is_an_upper_end() -> None:
    found = first_slope(profile("x**2"), 11)
    assert F(1, 10) <= found <= F(1, 10) * (1 + F(1, 2**50))
    assert first_slope(profile("1-x**2"), 11) == found


@pytest.mark.parametrize("n", [17, 18, 40])
def test_no_promise_falls_below_what_is_impossible(n: int) -> None:
    """Upper bounds against class lower bounds of the same target's class."""
    for text in ("x**2", "sin(2*pi*x)", "abs(x-1/3)", "exp(x)"):
        found = profile(text)
        floor = class_lower_bound(found, n).value
        assert floor is not None
        assert best_bounds(found, n)[0][0].value > floor


# class_lower_bound ---------------------------------------------------------------------------


def test_class_bounds() -> None:
    smooth = profile("x**2")
    p10 = class_lower_bound(smooth, 30)
    assert p10.theorem == "P10"
    assert p10.value == pytest.approx(2 / (8 * (28 + math.sqrt(2)) ** 2), rel=1e-6)
    assert p10.value <= 2 / (8 * (28 + math.sqrt(2)) ** 2)
    # certified lower ends: the enclosure of M2 must not lift the bound above the true one
    wave = class_lower_bound(profile("sin(2*pi*x)"), 30).value
    true_wave = 4 * math.pi**2 / (8 * (28 + math.sqrt(2)) ** 2)
    assert true_wave * (1 - 1e-6) < wave <= true_wave * (1 + 1e-15)
    p6 = class_lower_bound(profile("abs(x-1/3)"), 30)
    assert (p6.theorem, p6.value) == ("P6", pytest.approx(1 / 60, rel=1e-6))
    b6 = class_lower_bound(smooth, 30, equidistant=False)
    assert (b6.theorem, b6.value) == ("B6", pytest.approx(2 / 64, rel=1e-6))
    none = class_lower_bound(profile("sqrt(x)"), 30)
    assert none.value is None
    assert "f' is not shown to be bounded" in str(none.reason)
    tiny = class_lower_bound(smooth, 1)
    assert (tiny.value, tiny.reason) == (None, "hypothesis n >= 2 violated by n = 1")


def test_refusal_of_an_open_hypothesis() -> None:
    reason = refusal(by_id("P3"), {"n": 9, "L": math.inf})
    assert reason == "hypothesis f is L-Lipschitz, 0 <= L < inf not decided for L = inf"
    assert refusal(by_id("P3"), {"n": 9, "L": 1}) is None
