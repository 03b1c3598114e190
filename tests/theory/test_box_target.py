"""Targets in several variables: domains, dimensions, values, and the errors of bad ones."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from theory.errors import InputError
from theory.targets.box_target import BoxTarget, parse_box


def test_one_pair_serves_all_axes() -> None:
    target = BoxTarget.parse("sin(x0)*x1", ((-1, 1),))
    assert target.dimension == 2
    assert target.domain == ((-1, 1), (-1, 1))


def test_the_domain_may_have_more_axes_than_the_expression() -> None:
    assert BoxTarget.parse("x0", ((0, 1), (0, 2))).dimension == 2


def test_values_enclose_and_samples_agree() -> None:
    target = BoxTarget.parse("exp(x0)*abs(x1-1/3)", ((0, 1), (0, 1)))
    value = target.value((arb("0.5"), arb("0.25")))
    true = math.exp(0.5) * (1 / 3 - 0.25)
    assert value.contains(arb(true)) or abs(float(value.mid()) - true) < 1e-15
    assert float(value.rad()) < 1e-14
    assert target.sample(np.array([[0.5, 0.25]]))[0] == pytest.approx(true, rel=1e-15)


def test_a_sign_that_the_box_decides_removes_the_kink() -> None:
    smooth = BoxTarget.parse("abs(x0+x1)", ((0, 1), (0, 1)))
    assert "abs" not in repr(smooth.expression)
    kinked = BoxTarget.parse("abs(x0+x1)", ((-1, 1), (0, 1)))
    assert "abs" in repr(kinked.expression)


@pytest.mark.parametrize(
    ("text", "domain", "argument"),
    [
        ("x0+x1", ((0, 1), (1, 1)), "--domain"),
        ("x0+x1", ((0, 1), (2, 1)), "--domain"),
        ("x3", ((0, 1),), "--target"),
        ("x1", ((0, 1), (0, 1), (0, 1), (0, 1)), "--target"),
        ("x2", ((0, 1), (0, 1)), "--target"),
        ("y", ((0, 1),), "--target"),
    ],
)
def test_bad_targets_are_refused(
    text: str, domain: tuple[tuple[int, int], ...], argument: str
) -> None:
    with pytest.raises(InputError) as caught:
        BoxTarget.parse(text, domain)
    assert caught.value.argument == argument


def test_a_pole_is_named_with_its_place() -> None:
    with pytest.raises(InputError, match=r"0\.5, 0"):
        BoxTarget.parse("1/x1", ((0, 1), (0, 1))).sample(np.array([[0.5, 0.0]]))


def test_boxes_are_read_exactly() -> None:
    assert parse_box("-1/3,0.1") == ((Fraction(-1, 3), Fraction(1, 10)),)
    assert parse_box("0,1,-2,2") == ((0, 1), (-2, 2))


@pytest.mark.parametrize("text", ["0", "0,1,2", "1,0", "0,0", "0,1,3,2", "a,b", "", "0,nan"])
def test_bad_boxes_are_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_box(text)
    assert caught.value.argument == "--domain"
