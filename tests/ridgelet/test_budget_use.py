"""What |c|_1 training uses: closed cases, monotony in the penalty, and the certified floor."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from numerics.ridgelet.budget_use import budget_in_practice
from numerics.ridgelet.draws import box_units
from numerics.ridgelet.quadrature import box_measure
from theory.errors import InputError
from theory.ridgelet.activations import activation
from theory.ridgelet.degree import closed_form_lower
from theory.targets.box_target import BoxTarget

MEASURE = box_measure([(0.0, 1.0)], 4)
X = MEASURE.points[:, 0]


def test_ridge_spends_less_and_errs_more() -> None:
    found = budget_in_practice("tanh", 2.0, 2.0, 40, MEASURE, np.sin(6 * X), seeds=(0, 1), steps=0)
    assert found[0].method == "minimum norm"
    by_penalty = [found[0], *reversed(found[1:])]
    norms, errors = [use.norms for use in by_penalty], [use.error for use in by_penalty]
    assert all(a > b for one, two in pairwise(norms)
               for a, b in zip(one, two, strict=True))  # fmt: skip
    assert errors == sorted(errors)
    for use in found:
        assert len(use.masses) == len(use.errors) == 2
        assert all(m >= n for m, n in zip(use.masses, use.norms, strict=True))
        # no way to train beats R8 at the budget that it used
        budget = Fraction(max(use.masses)) * Fraction(101, 100)
        target = BoxTarget.parse("sin(6*x)")
        floor = closed_form_lower(target, "tanh", Fraction(2), None, budget).value
        assert min(use.errors) >= floor


def test_one_unit_by_hand() -> None:
    a, b, _ = box_units(1, 1, 2.0, 2.0, 3)
    unit = activation("tanh").values(MEASURE.points @ a.T - b)[:, 0]
    (least, *_) = budget_in_practice("tanh", 2.0, 2.0, 1, MEASURE, 3 * unit, seeds=(3,), steps=0)
    assert least.masses[0] == pytest.approx(3.0, rel=1e-12)
    assert least.error < 1e-12


def test_adam_is_reported_with_its_decay() -> None:
    pytest.importorskip("torch")
    found = budget_in_practice("tanh", 2.0, 2.0, 20, MEASURE, np.sin(6 * X), seeds=(0,), steps=60)
    masses = {use.method: use.mass for use in found if use.method.startswith("adam")}
    assert list(masses) == ["adam", "adam, weight decay 0.0001", "adam, weight decay 0.01"]
    assert masses["adam, weight decay 0.01"] < masses["adam"]


def test_bad_input() -> None:
    for width, seeds in ((0, (0,)), (3, ())):
        with pytest.raises(InputError, match="width"):
            budget_in_practice("tanh", 2.0, 2.0, width, MEASURE, X, seeds=seeds, steps=0)
    with pytest.raises(InputError, match="did you mean"):
        budget_in_practice("tnah", 2.0, 2.0, 3, MEASURE, X, steps=0)
