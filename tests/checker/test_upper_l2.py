"""Kind ``upper``, norm L2: errors of ridge networks, against closed forms and exact rationals."""

from __future__ import annotations

import json
import math
import random
from array import array
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import mpmath
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from tests.checker import build
from verify.checker import check_file
from verify.checks.fields import BoxTarget
from verify.checks.gauss import nodes, remainder
from verify.checks.grammar import parse
from verify.checks.ridge import Ridge
from verify.checks.squared_error import on_box, on_data
from verify.checks.verdicts import Clock, precision

Arrays = dict[str, list[float]]
SIGMAS: dict[str, Callable[[Any], Any]] = {
    "gaussian": lambda t: mpmath.exp(-t * t / 2),
    "tanh": mpmath.tanh,
    "logistic": lambda t: 1 / (1 + mpmath.exp(-t)),
    "softplus": lambda t: mpmath.log1p(mpmath.exp(t)),
    "erf": lambda t: mpmath.erf(t / mpmath.sqrt(2)),
    "gelu": lambda t: t * mpmath.ncdf(t),
    "cos": mpmath.cos,
    "sin": mpmath.sin,
    "sinc": lambda t: mpmath.sin(t) / t if t else mpmath.mpf(1),
}


def units(rng: random.Random, n: int, d: int = 1, size: float = 3.0) -> Arrays:
    return {
        "a": [rng.uniform(-size, size) for _ in range(n * d)],
        "b": [rng.uniform(-size, size) for _ in range(n)],
        "c": [rng.uniform(-1, 1) for _ in range(n)],
        "slope": [rng.uniform(-1, 1) for _ in range(d)],
    }


def record(arrays: Arrays, activation: str, offset: float) -> Ridge:
    a, b, c, slope = (array("d", arrays[name]) for name in ("a", "b", "c", "slope"))
    return Ridge(activation, len(slope), a, b, c, slope, offset)


def enclosure(
    text: str, arrays: Arrays, activation: str, offset: float = 0.0, *, sides: Any = ((0, 1),)
) -> arb:
    """The mean square, to 2^-60 or so."""
    domain = tuple((Fraction(low), Fraction(high)) for low, high in sides)
    with precision(96):
        target = BoxTarget(parse(text), domain)
        found = on_box(target, record(arrays, activation, offset), arb(2) ** -62, Clock(60))
        assert found.complete
        return found.mean


def result(folder: Path, certificate: build.Certificate) -> Any:
    return check_file(build.write(folder, certificate))


def average(f: Callable[[Any], Any], ends: list[float]) -> arb:
    """A quadrature that shares nothing with the checker."""
    with mpmath.workdps(30):
        return arb(mpmath.nstr(mpmath.quad(f, ends) / (ends[-1] - ends[0]), 25))


@pytest.mark.parametrize("activation", SIGMAS)
def test_analytic_units_against_another_quadrature(activation: str) -> None:
    rng = random.Random(activation)
    arrays = units(rng, 5)
    sigma = SIGMAS[activation]

    def square(x: Any) -> Any:
        g = 0.25 + arrays["slope"][0] * x
        for a, b, c in zip(arrays["a"], arrays["b"], arrays["c"], strict=True):
            g += c * sigma(mpmath.mpf(a) * x - mpmath.mpf(b))
        return (mpmath.exp(x) * mpmath.sin(3 * x) - g) ** 2

    found = enclosure("exp(x)*sin(3*x)", arrays, activation, 0.25, sides=((-1, 2),))
    assert found.rad() < 2**-55
    with precision(96):
        assert abs(found - average(square, [-1, 0, 1, 2])) < 1e-17


def exact_mean(powers: list[int], arrays: Arrays, offset: float, activation: str) -> Fraction:
    """The mean of (sum of c_k x^k - g)^2 over [0, 1] for relu or step, in rationals."""
    triples = [
        tuple(map(Fraction, triple))
        for triple in zip(arrays["a"], arrays["b"], arrays["c"], strict=True)
    ]
    kinks = {b / a for a, b, _ in triples if a and 0 < b / a < 1}
    ends = sorted({Fraction(0), Fraction(1)} | kinks)
    total = Fraction(0)
    for low, high in pairwise(ends):
        middle = (low + high) / 2
        poly = [Fraction(k) for k in powers] + [Fraction(0)] * 2
        poly[0] -= Fraction(offset)
        poly[1] -= Fraction(arrays["slope"][0])
        for a, b, c in triples:
            if a * middle - b >= 0:
                poly[0] -= -c * b if activation == "relu" else c
                poly[1] -= c * a if activation == "relu" else 0
        for i, p in enumerate(poly):
            for j, q in enumerate(poly):
                k = i + j + 1
                total += p * q * (high**k - low**k) / k
    return total


@pytest.mark.parametrize("activation", ["relu", "step"])
@pytest.mark.parametrize("seed", range(6))
def test_relu_and_step_against_exact_rationals(activation: str, seed: int) -> None:
    rng = random.Random(f"{activation}{seed}")
    arrays = units(rng, rng.randint(1, 12))
    # a constant unit, a kink at an end of the domain, a doubled kink
    arrays["a"][0], arrays["b"][0] = 0.0, rng.choice([-1.0, 0.0, 1.0])
    if len(arrays["a"]) > 3:
        arrays["a"][1], arrays["b"][1] = 2.0, 2.0
        arrays["a"][2], arrays["b"][2] = -2 * arrays["a"][3], -2 * arrays["b"][3]
    found = enclosure("2*x**3 - x + 1", arrays, activation, 0.5)
    true = exact_mean([1, -1, 0, 2], arrays, 0.5, activation)
    with precision(128):
        expected = arb(true.numerator) / arb(true.denominator)
        assert found.overlaps(expected)
        assert found.rad() < 2**-55


@pytest.mark.parametrize("text", ["abs(x-1/3)", "sqrt(x)", "x**(3/2)", "abs(sin(5*x))"])
def test_kinks_of_the_target_cost_no_accuracy_on_the_line(text: str) -> None:
    nothing: Arrays = {"a": [1.0], "b": [0.0], "c": [0.0], "slope": [0.0]}
    found = enclosure(text, nothing, "tanh")
    third, five = arb(1) / 3, arb(5)
    with precision(96):
        expected = {
            "abs(x-1/3)": (third**3 + (1 - third) ** 3) / 3,
            "sqrt(x)": arb(1) / 2,
            "x**(3/2)": arb(1) / 4,
            "abs(sin(5*x))": arb(1) / 2 - (2 * five).sin() / 20,
        }[text]
    assert abs(found - expected) < 1e-15
    assert found.rad() < 1e-15


def test_two_and_three_variables() -> None:
    # int over [0,1]^2 of (x0 x1 - cos(x0 + 2 x1))^2, by iterated quadrature
    plane: Arrays = {"a": [1.0, 2.0], "b": [0.0], "c": [1.0], "slope": [0.0, 0.0]}
    found = enclosure("x0*x1", plane, "cos", sides=((0, 1), (0, 1)))
    with mpmath.workdps(25):
        expected = mpmath.quad(lambda x, y: (x * y - mpmath.cos(x + 2 * y)) ** 2, [0, 1], [0, 1])
    assert abs(found - arb(mpmath.nstr(expected, 20))) < 1e-16
    space: Arrays = {"a": [0.0] * 3, "b": [0.0], "c": [1.0], "slope": [1.0, 0.0, 0.0]}
    found = enclosure("x0+x1*x2", space, "gaussian", sides=((0, 1),) * 3)
    # sigma(0) = 1: the mean of (x1 x2 - 1)^2 is 1/9 - 1/2 + 1
    assert abs(found - arb(11) / 18) < 1e-15


def test_kinks_in_the_plane_are_enclosed_but_wide() -> None:
    arrays: Arrays = {"a": [1.0, -1.0], "b": [0.25], "c": [1.0], "slope": [0.0, 0.0]}
    with precision(96):
        target = BoxTarget(parse("0*x1"), ((Fraction(0), Fraction(1)),) * 2)
        found = on_box(target, record(arrays, "relu", 0.0), arb("1e-12"), Clock(60), most=1500)
        assert not found.complete
        # int_0^1 int max(x - y - 1/4, 0)^2 = (3/4)^4/12
        assert found.mean.overlaps(arb(81) / 256 / 12)
        assert found.mean.rad() < 1e-3


@pytest.mark.parametrize("activation", ["tanh", "relu", "step"])
def test_rows_of_data_exactly(activation: str) -> None:
    # at x = 1/2 the argument is exactly 0, where step is 1 by convention
    arrays: Arrays = {"a": [1.0], "b": [0.5], "c": [2.0], "slope": [0.0]}
    with precision(128):
        found = on_data([0.5, 0.0], [1.0, 1.0], record(arrays, activation, 0.0), Clock(9)).mean
        far = {"tanh": 1 + 2 * arb("0.5").tanh(), "relu": arb(1), "step": arb(1)}[activation]
        at = {"tanh": arb(1), "relu": arb(1), "step": arb(-1)}[activation]
        assert abs(found - (far * far + at * at) / 2) < 1e-30


@given(st.integers(1, 12), st.floats(1.2, 3.0))
def test_the_remainder_of_the_rule_covers_its_error(count: int, rho: float) -> None:
    # 1/(z - p) is at most 1/(p - top) on an ellipse whose top is (rho + 1/rho)/2 < p
    top = (rho + 1 / rho) / 2
    p = arb(top + 0.1)
    with precision(128):
        sum_ = sum((w / (p - x) for x, w in nodes(count)), arb(0))
        true = ((p + 1) / (p - 1)).log()
        bound = remainder(1 / (p - arb(top)), arb(rho), count)
        assert abs(sum_ - true) <= 2 * bound
        # of use: not larger than the integral by a fixed factor times rho^-2n
        assert bound <= 300 * arb(rho) ** (-2 * count)


@pytest.mark.parametrize(
    ("activation", "expression", "d"),
    [
        ("tanh", "sin(2*pi*x)", 1),
        ("softplus", "abs(x-1/3)", 1),
        ("relu", "exp(x)", 1),
        ("step", "sqrt(x)", 1),
        ("gaussian", "x0*cos(x1)", 2),
    ],
)
def test_a_bound_tightened_by_1e_6_is_refuted(
    tmp_path: Path, activation: str, expression: str, d: int
) -> None:
    arrays = units(random.Random(7), 9, d)
    domain = ["0", "1"] * d
    mean = enclosure(expression, arrays, activation, sides=((0, 1),) * d)
    value = math.sqrt(float(mean.mid()))

    def verdict(v: float, **changed: Any) -> str:
        certificate = build.ridge(
            expression, v, changed or arrays, activation=activation, domain=domain
        )
        return str(result(tmp_path, certificate).status)

    assert verdict(value * (1 + 1e-9)) == "PROVED"
    assert verdict(value * (1 - 1e-6)) == "REFUTED"
    assert verdict(-value) == "REFUTED"
    # another network: one coefficient moves the error, up or down
    errors = []
    for sign in (-1, 1):
        c = list(arrays["c"])
        c[3] += sign * 0.05
        errors.append(verdict(value * (1 + 1e-9), **(arrays | {"c": c})))
    assert "REFUTED" in errors


def test_box_and_budget_are_exact(tmp_path: Path) -> None:
    arrays: Arrays = {"a": [0.1, -0.75], "b": [0.5, 0.1], "c": [0.1, 0.2], "slope": [0.0]}
    total = Fraction(0.1) + Fraction(0.2)
    inside = {"lambda": "3/4", "beta": "1/2"}

    def verdict(**network: Any) -> str:
        return str(result(tmp_path, build.ridge("x", "9", arrays, **network)).status)

    assert verdict(box=inside, budget=str(total)) == "PROVED"
    one_ulp = Fraction(1, 2**80)
    assert verdict(budget=str(total - one_ulp)) == "REFUTED"
    assert verdict(budget="3/10") == "REFUTED"
    assert verdict(box={"lambda": str(Fraction(3, 4) - one_ulp), "beta": "1"}) == "REFUTED"
    assert verdict(box={"lambda": "1", "beta": str(Fraction(1, 2) - one_ulp)}) == "REFUTED"
    assert verdict(box={"lambda": "-1", "beta": "1"}) == "INVALID"


def test_a_draw_is_regenerated_bit_by_bit(tmp_path: Path) -> None:
    n, d, seed = 6, 2, 11
    stream = build.stream("ridgelet", seed, n * d + n)
    lam, beta = float(Fraction(1, 3)), 2.5
    arrays = {
        "a": [lam * u for u in stream[: n * d]],
        "b": [beta * u for u in stream[n * d :]],
        "c": [1.0 / n] * n,
        "slope": [0.0] * d,
    }
    box = {"lambda": build.dyadic(lam), "beta": "5/2"}
    draw = {"family": "ridgelet", "seed": str(seed)}
    domain = ["0", "1"] * d

    def verdict(arrays: Arrays, **network: Any) -> str:
        said = {"box": box, "draw": draw} | network
        return str(result(tmp_path, build.ridge("x0", "9", arrays, domain=domain, **said)).status)

    assert verdict(arrays) == "PROVED"
    assert verdict(arrays, draw={"family": "ridgelet", "seed": "12"}) == "REFUTED"
    assert verdict(arrays, draw={"family": "bias", "seed": "11"}) == "INVALID"
    assert verdict(arrays, box=None) == "INVALID"
    assert verdict(arrays, box=box | {"beta": "5"}) == "REFUTED"
    for name in "ab":
        swapped = arrays | {name: [arrays[name][1], arrays[name][0], *arrays[name][2:]]}
        assert verdict(swapped) == "REFUTED"
        nudged = [math.nextafter(arrays[name][0], 0.0), *arrays[name][1:]]
        assert verdict(arrays | {name: nudged}) == "REFUTED"


MALFORMED: list[tuple[dict[str, Any], str]] = [
    ({"activation": "swish"}, "activation"),
    ({"activation": None}, "activation"),
    ({"dimension": 2}, "list of 4 numbers"),
    ({"dimension": True}, "dimension"),
    ({"width": 3}, "list of 3 numbers"),
    ({"budget": "1e3"}, "budget"),
    ({"form": "relu"}, "form"),
    ({"extra": 1}, "extra"),
]


@pytest.mark.parametrize(("change", "said"), MALFORMED)
def test_malformed_networks_are_invalid(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    arrays: Arrays = {"a": [1.0, 1.0], "b": [0.0, 0.5], "c": [1.0, -1.0], "slope": [0.0]}
    found = result(tmp_path, build.ridge("x", "9", arrays, **change))
    assert found.status == "INVALID"
    assert said in found.reason


def test_hostile_numbers_and_files(tmp_path: Path) -> None:
    arrays: Arrays = {"a": [1.0], "b": [0.5], "c": [1.0], "slope": [0.0]}
    good = build.ridge("x", "9", arrays, folder=tmp_path)
    assert result(tmp_path, good).status == "PROVED"
    bad = build.ridge("x", "9", arrays | {"c": [math.nan]}, folder=tmp_path)
    assert result(tmp_path, bad).status == "INVALID"
    short = json.loads(json.dumps(good))
    short["witness"]["file"]["layout"][2][1] = 2
    assert result(tmp_path, short).status == "INVALID"
    side = tmp_path / good["witness"]["file"]["name"]
    side.write_bytes(side.read_bytes()[:-8])
    assert result(tmp_path, good).status == "INVALID"
    wrong = build.ridge("x0*x1", "9", arrays, domain=["0", "1"] * 2)
    assert result(tmp_path, wrong).status == "INVALID"
    assert result(tmp_path, good | {"target": None}).status == "INVALID"
    pole = result(tmp_path, build.ridge("1/(x-1/3)", "9", arrays))
    assert pole.status == "UNDECIDED"


def test_data_without_a_target(tmp_path: Path) -> None:
    arrays: Arrays = {"a": [1.0], "b": [0.0], "c": [1.0], "slope": [0.0]}
    rows = {"points": [-1.0, 0.5, 2.0], "values": [0.0, 0.5, 3.0]}

    # relu: the errors are 0, 0, 1
    def verdict(value: str, folder: Path | None, **changed: list[float]) -> Any:
        held = arrays | rows | changed
        certificate = build.ridge(None, value, held, activation="relu", folder=folder)
        return result(tmp_path, certificate)

    for folder in (None, tmp_path):
        assert verdict("578/1000", folder).status == "PROVED"
        assert verdict("577/1000", folder).status == "REFUTED"
        assert verdict("578/1000", folder, values=[0.1, 0.5, 3.0]).status == "REFUTED"
        assert verdict("9", folder, values=[0.0, 0.5]).status == "INVALID"
    exact_zero = build.ridge(
        None, "0", arrays | {"points": [1.0], "values": [1.0]}, activation="relu"
    )
    assert result(tmp_path, exact_zero).status == "PROVED"


def test_thousands_of_units_take_seconds(tmp_path: Path) -> None:
    arrays = units(random.Random(1), 3000, size=8.0)
    for activation in ("tanh", "relu"):
        certificate = build.ridge("sin(9*x)", "900", arrays, activation=activation, folder=tmp_path)
        found = result(tmp_path, certificate)
        assert found.status == "PROVED"
        assert found.seconds < 8
