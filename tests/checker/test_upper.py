"""Kind ``upper``: true bounds are proved, false ones refuted, whatever the network looks like."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb

from tests.checker import build
from verify.checker import check_file
from verify.checks.pieces import permutation_pieces, relu_pieces
from verify.checks.verdicts import precision

Arrays = dict[str, list[float]]
TARGETS: dict[str, Callable[[float], float]] = {
    "sin(2*pi*x)": lambda x: math.sin(2 * math.pi * x),
    "exp(x)-x**3": lambda x: math.exp(x) - x**3,
    "abs(x-1/7)": lambda x: abs(x - 1 / 7),
    "sqrt(abs(x))": lambda x: math.sqrt(abs(x)),
    "1/(1+25*x**2)": lambda x: 1 / (1 + 25 * x * x),
    "tanh(8*x)+0.3": lambda x: math.tanh(8 * x) + 0.3,
    "(x+2)**(3/2)": lambda x: (x + 2) ** 1.5,
    "2": lambda x: 2.0,
}


def status(folder: Path, certificate: build.Certificate) -> str:
    return check_file(build.write(folder, certificate)).status


def random_relu(rng: random.Random, n: int) -> tuple[Arrays, float]:
    """All sorts of units: rising, falling, constant, doubled, with knots outside the domain."""
    W = [rng.choice([rng.uniform(-1, 1), 1.0, -1.0, 0.0, 3e-5, -1e3]) for _ in range(n)]
    b = [rng.choice([rng.uniform(-1, 1), -w * rng.uniform(-1, 1), 0.0]) for w in W]
    if n > 3:
        W[1], b[1] = 2 * W[0], 2 * b[0]
        W[2], b[2] = -W[0], -b[0]
    return {"W": W, "C": [rng.uniform(-1, 1) for _ in range(n)], "b": b}, rng.uniform(-1, 1)


def exact(arrays: Arrays, offset: float, x: Fraction) -> Fraction:
    """g(x) in rationals."""
    terms = (
        Fraction(c) * max(Fraction(w) * x + Fraction(b), Fraction(0))
        for w, c, b in zip(arrays["W"], arrays["C"], arrays["b"], strict=True)
    )
    return Fraction(offset) + sum(terms, Fraction(0))


def largest(
    f: Callable[[float], float], arrays: Arrays, offset: float, low: Fraction, high: Fraction
) -> float:
    """The largest |f - g| over a grid that holds every knot, from below up to 1e-9."""
    knots = [-b / w for w, b in zip(arrays["W"], arrays["b"], strict=True) if w]
    grid = [float(low + (high - low) * Fraction(k, 1500)) for k in range(1501)]
    inside = [x for x in (*knots, *grid) if low <= Fraction(x) <= high]
    return max(abs(f(x) - build.network_values(arrays, offset, x)) for x in inside)


@pytest.mark.parametrize("expression", TARGETS)
@pytest.mark.parametrize("seed", range(4))
def test_random_networks_against_a_dense_grid(tmp_path: Path, expression: str, seed: int) -> None:
    rng = random.Random(f"{expression}{seed}")
    f = TARGETS[expression]
    domain = [("0", "1"), ("-1", "1"), ("-1/3", "2/7"), ("-5*2^-3", "1*2^0")][seed]
    low, high = (Fraction(end) for end in (domain if seed < 3 else ("-5/8", "1")))
    arrays, offset = random_relu(rng, rng.randint(1, 30))
    seen = largest(f, arrays, offset, low, high)
    false = build.relu(expression, seen * (1 - 1e-6) - 1e-8, arrays, offset=offset, domain=domain)
    assert status(tmp_path, false) == "REFUTED"
    # Lipschitz constants below 10 for f (apart from the root) and the grid has 1500 steps.
    slope = 10 + sum(abs(c * w) for c, w in zip(arrays["C"], arrays["W"], strict=True))
    room = 0.03 if "sqrt" in expression else slope * float(high - low) / 1500
    true = build.relu(expression, seen + room, arrays, offset=offset, domain=domain)
    result = check_file(build.write(tmp_path, true))
    assert result.status == "PROVED", result


@pytest.mark.parametrize("expression", ["sin(2*pi*x)", "exp(x)-x**3", "1/(1+25*x**2)"])
@pytest.mark.parametrize("n", [1, 2, 7, 50])
def test_a_proved_bound_tightened_by_1e_6_is_refuted(
    tmp_path: Path, expression: str, n: int
) -> None:
    arrays, offset = build.interpolant(TARGETS[expression], n)

    def verdict(value: float) -> str:
        return status(tmp_path, build.relu(expression, value, arrays, offset=offset))

    low, high = 0.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if verdict(middle) == "PROVED" else (middle, high)
    assert verdict(high) == "PROVED"
    assert verdict(high * (1 - 1e-6)) == "REFUTED"
    assert verdict(high * (1 - 1e-9)) == "REFUTED"


def test_an_exactly_tight_bound_is_proved(tmp_path: Path) -> None:
    # Chords of x^2 over steps of 1/4 are 1/64 off, and every number involved is dyadic.
    arrays, offset = build.interpolant(lambda x: x * x, 4)
    assert status(tmp_path, build.relu("x**2", "1/64", arrays, offset=offset)) == "PROVED"
    below = Fraction(1, 64) - Fraction(1, 2**300)
    assert status(tmp_path, build.relu("x**2", below, arrays, offset=offset)) == "REFUTED"


@pytest.mark.parametrize("value", ["0", "-1", "-1*2^-2000"])
def test_affine_targets(tmp_path: Path, value: str) -> None:
    arrays = {"W": [1.0, -1.0], "C": [2.0, -2.0], "b": [0.0, 0.0]}
    expected = "PROVED" if value == "0" else "REFUTED"
    result = status(tmp_path, build.relu("2*x", value, arrays, domain=("-1", "1")))
    assert result == expected


def test_one_unit_is_enough_to_exceed(tmp_path: Path) -> None:
    # The peak is 2^-60 wide and 1 high, and lies nowhere near a grid.
    spike = 2.0**-60
    knots = [0.3, 0.3 + spike * 2**8, 0.3 + spike * 2**9]
    height = 1 / (knots[1] - knots[0])
    arrays = {"W": [1.0] * 3, "C": [height, -2 * height, height], "b": [-t for t in knots]}
    assert status(tmp_path, build.relu("0", "99/100", arrays)) == "REFUTED"
    assert status(tmp_path, build.relu("0", "1", arrays)) == "PROVED"


def test_cancellation_needs_and_gets_precision(tmp_path: Path) -> None:
    arrays = {"W": [1.0], "C": [1.0], "b": [0.0]}
    target = "(x+1e40)-1e40+sin(x)/100"
    result = check_file(build.write(tmp_path, build.relu(target, "1/100", arrays)))
    assert result.status == "PROVED"
    assert "192 bits" in result.reason
    assert status(tmp_path, build.relu(target, "8/1000", arrays)) == "REFUTED"


def test_cancelling_units_cancel_exactly(tmp_path: Path) -> None:
    huge = 2.0**300
    arrays = {"W": [1.0, 1.0, 1.0], "C": [huge, -huge, 1.0], "b": [1.0, 1.0, 0.0]}
    assert status(tmp_path, build.relu("x", "0", arrays)) == "PROVED"


@pytest.mark.parametrize("seed", range(5))
def test_relu_pieces_are_the_network(seed: int) -> None:
    rng = random.Random(seed)
    arrays, offset = random_relu(rng, 25)
    low, high = Fraction(-2, 3), Fraction(5, 7)
    pieces = relu_pieces(low, high, (arrays["W"], arrays["C"], arrays["b"]), offset)
    with precision(400):
        ends = pieces.ends(range(pieces.count + 1))
        for k in range(pieces.count):
            assert not ends[k] > ends[k + 1]
            for x in (ends[k], (ends[k] + ends[k + 1]) / 2, ends[k + 1]):
                [value] = pieces.lines([x], [k])
                man, exp = x.mid().man_exp()
                near = Fraction(int(man)) * Fraction(2) ** int(exp)
                truth = exact(arrays, offset, near)
                off = value - arb(truth.numerator) / arb(truth.denominator)
                assert abs(off) < arb("1e-80")


def test_permutation_pieces_are_the_network() -> None:
    rng = random.Random(0)
    n = 12
    t = sorted(rng.choice([0.0, 0.125, rng.uniform(-0.5, 1.5)]) for _ in range(n))
    p, q = ([rng.uniform(-1, 1) for _ in range(n)] for _ in range(2))
    pieces = permutation_pieces(Fraction(1, 3), Fraction(1), (t, p, q), 0.5, -0.75)
    # The same network with two relu units for each location.
    arrays = {"W": [1.0] * n + [-1.0] * n, "C": p + q, "b": [-x for x in t] + t}
    with precision(200):
        for k, x in enumerate(pieces.ends(range(pieces.count))):
            [value] = pieces.lines([x], [k])
            man, exp = x.mid().man_exp()
            near = Fraction(int(man)) * Fraction(2) ** int(exp)
            truth = Fraction(1, 2) - Fraction(3, 4) * exact(arrays, 0.0, near)
            assert abs(value - arb(truth.numerator) / arb(truth.denominator)) < arb("1e-50")


@pytest.mark.parametrize(
    ("expression", "verdicts"),
    [
        ("1/x", {"REFUTED", "UNDECIDED"}),  # unbounded, no value at 0
        ("log(x)", {"REFUTED", "UNDECIDED"}),
        ("tan(pi*x)", {"REFUTED", "UNDECIDED"}),
        ("1/(x-1/3)", {"REFUTED", "UNDECIDED"}),
        ("1/(2*x-1)", {"UNDECIDED"}),  # no value at the first point of a bisection
        ("0/(8*x-1)", {"UNDECIDED"}),
        ("log((x-1/2)**2)", {"UNDECIDED"}),
        ("log(x-2)", {"UNDECIDED"}),  # no value anywhere
        ("sqrt(x-1/2)", {"UNDECIDED"}),
        ("(-x-1)**(1/2)", {"UNDECIDED"}),
        ("0*log(x-1)", {"UNDECIDED"}),
        ("1/(x-x)", {"UNDECIDED"}),
        ("sin(1/x)", {"UNDECIDED"}),
        ("sqrt(-1)*0", {"UNDECIDED"}),
        ("exp(exp(exp(exp(10))))*0", {"UNDECIDED"}),
        ("sin(exp(exp(exp(10))))", {"UNDECIDED", "PROVED"}),
    ],
)
def test_targets_without_values_are_never_proved(
    tmp_path: Path, expression: str, verdicts: set[str]
) -> None:
    arrays = {"W": [1.0, 1.0], "C": [1.0, -2.0], "b": [0.0, 0.4]}
    result = check_file(build.write(tmp_path, build.relu(expression, "1000", arrays)), seconds=30)
    assert result.status in verdicts, result
    assert result.seconds < 20


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("sqrt(x)", "1/20"),
        ("sqrt(1-x**2)", "1/20"),
        ("sqrt(abs(x-1/3))", "1/10"),
        ("x*sqrt(x)", "1/50"),
        ("abs(sin(7*x))", "1/10"),
        ("sqrt(x*(1-x))", "1/20"),
        ("x**(1/3)", "1/8"),
    ],
)
def test_targets_with_kinks_and_roots(tmp_path: Path, expression: str, value: str) -> None:
    names = {"sqrt": math.sqrt, "abs": abs, "sin": math.sin}
    arrays, offset = build.interpolant(lambda x: eval(expression, names | {"x": x}), 64)
    assert status(tmp_path, build.relu(expression, value, arrays, offset=offset)) == "PROVED"
    tiny = build.relu(expression, "1*2^-20", arrays, offset=offset)
    assert status(tmp_path, tiny) == "REFUTED"


def test_a_small_time_budget_is_undecided(tmp_path: Path) -> None:
    arrays, offset = build.interpolant(TARGETS["sin(2*pi*x)"], 2000)
    certificate = build.relu("sin(2*pi*x)", 1e-5, arrays, offset=offset, folder=tmp_path)
    result = check_file(build.write(tmp_path, certificate), seconds=0.0)
    assert result.status == "UNDECIDED"
    assert "time budget" in result.reason


def test_too_large_integers_are_undecided(tmp_path: Path) -> None:
    # Exact arithmetic on 2^20 numbers between 2^-1074 and 2^1023 would take gigabytes.
    n = 2**20
    arrays = {"W": [5e-324, 1e308] * (n // 2), "C": [1.0] * n, "b": [0.0] * n}
    result = check_file(build.write(tmp_path, build.relu("x", "1", arrays, folder=tmp_path)))
    assert result.status == "UNDECIDED"
    assert "exact arithmetic" in result.reason


def test_the_whole_float64_range_is_exact(tmp_path: Path) -> None:
    arrays = {
        "W": [1.7976931348623157e308, 5e-324, 1.0],
        "C": [5e-324, 1.7976931348623157e308, 1.0],
        "b": [-5e-324, 5e-324, -5e-324],
    }
    value = Fraction(5e-324) * Fraction(1.7976931348623157e308)
    result = build.relu("x", (3 + Fraction(1, 2**20)) * value, arrays)
    assert status(tmp_path, result) == "PROVED"
    below = build.relu("x", (3 - Fraction(1, 2**20)) * value, arrays)
    assert status(tmp_path, below) == "REFUTED"
