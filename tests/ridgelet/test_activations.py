"""The catalogue: values, constants, spectra against rigorous quadrature, the command, bad input."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pytest
import sympy
from flint import acb, arb
from hypothesis import given
from hypothesis import strategies as st
from sympy.parsing.sympy_parser import (
    convert_xor,
    implicit_multiplication,
    parse_expr,
    standard_transformations,
)

from tests.ridgelet.balls import SPECTRA, pair_in_frequency, pair_in_time
from theory.errors import InputError
from theory.ridgelet.activations import ACTIVATIONS, COMMANDS, Activation, activation
from theory.ridgelet.unit_spectrum import spectral_class, spectrum
from verify.cli.main import main

NAMES = [entry.name for entry in ACTIVATIONS]
LINES = ("cos", "sin", "sinc")
EVERY = pytest.mark.parametrize("unit", ACTIVATIONS, ids=NAMES)


def reference(name: str, t: float) -> sympy.Float:
    """sigma(t) to 30 digits by mpmath."""
    x = sympy.Rational(*t.as_integer_ratio())
    # 1 + erf would cancel far to the left
    normal = sympy.erfc(-x / sympy.sqrt(2)) / 2
    formulas = {
        "gaussian": sympy.exp(-(x**2) / 2),
        "tanh": sympy.tanh(x),
        "logistic": 1 / (1 + sympy.exp(-x)),
        "softplus": sympy.log(1 + sympy.exp(x)),
        "erf": sympy.erf(x / sympy.sqrt(2)),
        "gelu": x * normal,
        "relu": sympy.Max(x, 0),
        "step": sympy.Integer(1 if x >= 0 else 0),
        "cos": sympy.cos(x),
        "sin": sympy.sin(x),
        "sinc": sympy.sinc(x),
    }
    return sympy.N(formulas[name], 30)


def test_the_catalogue_is_complete() -> None:
    assert set(NAMES) == {*SPECTRA, *LINES}
    assert len(NAMES) == 11


@EVERY
@given(t=st.floats(-30, 30))
def test_values_agree_with_mpmath(unit: Activation, t: float) -> None:
    expected = float(reference(unit.name, t))
    assert math.isclose(float(unit.values(t)), expected, rel_tol=1e-12, abs_tol=1e-300)


@EVERY
def test_values_are_stable_keep_shapes_and_pass_nan_on(unit: Activation) -> None:
    t = np.array([[-800.0, -40.0, -1e-9], [0.0, 40.0, 800.0]])
    for array in (unit.values(t), unit.derivative(t)):
        assert array.shape == t.shape
        assert np.isfinite(array).all()
    assert np.isnan(unit.values(math.nan))
    assert np.isnan(unit.derivative(math.nan))
    assert unit.values([1, 2]).dtype == np.float64


@EVERY
def test_derivatives_are_difference_quotients(unit: Activation, rng: np.random.Generator) -> None:
    t, h = rng.uniform(-6, 6, 400), 1e-5
    quotient = (unit.values(t + h) - unit.values(t - h)) / (2 * h)
    off_the_kink = np.abs(t) > 2 * h
    assert np.abs(quotient - unit.derivative(t))[off_the_kink].max() < 1e-9


@EVERY
def test_lipschitz_constants_are_attained_and_not_exceeded(unit: Activation) -> None:
    t = np.linspace(-12, 12, 600_001)
    bound = unit.lipschitz_bound()
    if bound is None:
        assert unit.name == "step"
        return
    assert float(bound.rad()) < 1e-12
    steepest = np.abs(unit.derivative(t)).max()
    assert 0.9999 * float(bound) < steepest < float(bound) * (1 + 1e-12)
    second = unit.second_derivative_bound()
    if second is None:
        assert unit.name == "relu"
        return
    bend = np.abs(np.diff(unit.derivative(t))).max() / (t[1] - t[0])
    # a false constant, one part in a thousand smaller, is refuted
    assert 0.999 * float(second) < bend < float(second) * (1 + 1e-6)


def test_conventions_at_the_jump() -> None:
    assert activation("step").values([-0.0, 0.0]).tolist() == [1.0, 1.0]
    assert activation("relu").derivative(0.0) == 0.0
    assert activation("sinc").values(0.0) == 1.0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("order", [2, 3, 4, 5])
def test_every_spectrum_row_by_rigorous_quadrature(name: str, order: int) -> None:
    """<sigma, phi#> = <sigma#, phi> for phi = w^m exp(-w^2/2), which vanishes at 0."""
    time, frequency = pair_in_time(name, order), pair_in_frequency(name, order)
    for left, right in ((time.real, frequency.real), (time.imag, frequency.imag)):
        assert left.overlaps(right)
        assert float(left.rad()) < 1e-10
        assert float(right.rad()) < 1e-11
    if spectral_class(name).parity == order % 2:
        # and the check has teeth: one part in a million away is refuted
        part = (time * acb(0, 1) ** (order % 2)).real
        wrong = (frequency * acb(0, 1) ** (order % 2)).real * arb("1.000001")
        assert not part.overlaps(wrong)


@pytest.mark.parametrize("name", list(SPECTRA))
def test_the_table_the_function_and_the_note_agree(name: str) -> None:
    text = re.sub(r"\bi\b", "I", activation(name).spectrum)
    rules = (*standard_transformations, convert_xor, implicit_multiplication)
    written = parse_expr(text, transformations=rules)
    (w,) = written.free_symbols
    for point in (sympy.Rational(1, 3), sympy.Rational(-7, 5), sympy.Integer(4)):
        ball = acb(arb(point.p) / point.q)
        expected = complex(sympy.N(written.subs(w, point), 20))
        found = spectrum(name, ball)
        assert abs(complex(found.mid()) - expected) < 1e-13 * abs(expected)
        # an odd formula is odd, an even one even: the formula holds on both sides of 0
        sign = -1 if spectral_class(name).parity else 1
        assert (spectrum(name, -ball) - sign * found).contains(0)
    mean = spectrum(name, acb(arb(1) / 3)) - SPECTRA[name](acb(arb(1) / 3), False)
    assert mean.contains(0)


@pytest.mark.parametrize("name", ["gaussian", "erf"])
def test_spectra_symbolically(name: str) -> None:
    """sympy's own transform: of sigma where it is integrable, else of its derivative over i w."""
    t, w = sympy.symbols("t w", real=True)
    if name == "gaussian":
        direct = sympy.integrate(
            sympy.exp(-(t**2) / 2) * sympy.exp(-sympy.I * w * t), (t, -sympy.oo, sympy.oo)
        )
    else:
        slope = sympy.sqrt(2 / sympy.pi) * sympy.exp(-(t**2) / 2) * sympy.exp(-sympy.I * w * t)
        direct = sympy.integrate(slope, (t, -sympy.oo, sympy.oo)) / (sympy.I * w)
    table = {
        "gaussian": sympy.sqrt(2 * sympy.pi) * sympy.exp(-(w**2) / 2),
        "erf": -2 * sympy.I * sympy.exp(-(w**2) / 2) / w,
    }[name]
    assert sympy.simplify(direct - table) == 0


@pytest.mark.parametrize("name", LINES)
def test_line_spectra_have_no_analytic_formula(name: str) -> None:
    with pytest.raises(InputError, match="has no analytic spectrum"):
        spectrum(name, acb(1))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("tahn", "did you mean 'tanh'"),
        ("ReLU", "did you mean 'relu'"),
        ("sigmoid", "did you mean 'logistic'"),
        ("heaviside", "did you mean 'step'"),
        ("gausian", "did you mean 'gaussian'"),
        ("", "gaussian, tanh"),
        ("wavelet-of-unknown-kind", "gaussian, tanh"),
    ],
)
def test_an_unknown_name_suggests_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(InputError, match=re.escape(hint)) as caught:
        activation(name, argument="--activation")
    assert caught.value.argument == "--activation"
    with pytest.raises(InputError):
        spectral_class(name)


def test_the_command_prints_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["activations", "--json"]) == 0
    captured = capsys.readouterr()
    items = json.loads(captured.out)["items"]
    assert [item["name"] for item in items] == NAMES
    assert captured.err == ""
    for item in items:
        assert set(item["commands"]) | set(item["unsupported"]) == set(COMMANDS)
        assert not set(item["commands"]) & set(item["unsupported"])
        assert item["analytic"] == (item["strip"] is not None)
        assert all(item["unsupported"].values())
    by_name = {item["name"]: item for item in items}
    assert {name for name in NAMES if by_name[name]["switches_off"]} == {"relu", "step"}
    assert by_name["tanh"]["second_derivative_bound"] >= 4 / (3 * math.sqrt(3))


def test_the_command_prints_a_table_without_cutting(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["activations"]) == 0
    table = capsys.readouterr().out
    assert "…" not in table
    for name in NAMES:
        assert name in table
    assert "relu: budget is not supported: R8 needs" in table
