"""Identities and branch and bound: proved, refuted with a witness, or left open."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb

from theory.lemmas.boxes import MOST_BOXES, prove_below
from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Effort, Verdict
from theory.lemmas.permutation.layout_counts import VALUES, _model
from theory.lemmas.permutation.realisation import displacements
from theory.lemmas.permutation.subset_growth import FEW, beginnings, filled, growth
from theory.lemmas.permutation.subset_sums import _slope_missed
from theory.lemmas.registry import by_id
from theory.lemmas.solver import decide
from theory.permutation.blocks import lay_out


def rational(sympy: Any, extra: int) -> list[Identity]:
    x, y = sympy.symbols("x y")
    return [Identity("sum of fractions", 1 / x + 1 / y, (x + y + extra) / (x * y))]


def test_rational_identities_are_decided() -> None:
    assert prove_identities(lambda s: rational(s, 0)).verdict is Verdict.PROVED
    wrong = prove_identities(lambda s: rational(s, 1))
    assert wrong.verdict is Verdict.REFUTED
    assert "sum of fractions: the sides differ at x = 7/5, y = 3/7" in wrong.evidence


def test_a_difference_below_every_float_is_seen() -> None:
    def tiny(sympy: Any) -> list[Identity]:
        x = sympy.Symbol("x", positive=True)
        return [Identity("tiny", sympy.exp(x), sympy.exp(x) + sympy.Rational(1, 10**30))]

    assert prove_identities(tiny).verdict is Verdict.REFUTED


def test_what_cannot_be_enclosed_is_left_open() -> None:
    def unknown(sympy: Any) -> list[Identity]:
        f, x = sympy.Function("f"), sympy.Symbol("x")
        return [Identity("unknown", f(x), f(-x))]

    assert prove_identities(unknown).verdict is Verdict.UNDECIDED


def test_boxes_prove_and_refute() -> None:
    def square(x: arb) -> arb:
        return x * x

    good = prove_below(square, lambda: arb(2), Fraction(-1), Fraction(7, 5))
    assert good.verdict is Verdict.PROVED
    bad = prove_below(square, lambda: arb(2), Fraction(-1), Fraction(3, 2))
    assert bad.verdict is Verdict.REFUTED
    point = Fraction(bad.evidence.removeprefix("fails at "))
    assert point * point > 2


def test_an_equality_is_left_open() -> None:
    outcome = prove_below(lambda x: x.cos(), lambda: arb(1), Fraction(-1), Fraction(1))
    assert outcome.verdict is not Verdict.PROVED
    touched = prove_below(lambda x: x - x, lambda: arb(0), Fraction(0), Fraction(1))
    assert touched.verdict is Verdict.REFUTED or str(MOST_BOXES) in touched.evidence


def test_the_bookkeeping_of_z3_is_that_of_the_layout() -> None:
    """The formulas of the layout, at random counts, against the layout itself."""
    z3 = pytest.importorskip("z3")
    random_state = random.Random(11)
    hypotheses, asked, laid, _ = _model(z3, 0)
    for _ in range(40):
        counts = [random_state.choice((0, 0, 1, 2, 3, 7)) for _ in VALUES]
        if sum(value * count for value, count in zip(VALUES, counts, strict=True)) < 0:
            counts.reverse()
        solver = z3.Solver()
        solver.add(*hypotheses, *(asked[v] == c for v, c in zip(VALUES, counts, strict=True)))
        assert solver.check() == z3.sat
        model = solver.model()
        number = {block: 0 for block, _ in laid}
        for block, how_often in laid:
            number[block] += model.eval(how_often).as_long()
        line = lay_out(*counts)
        inner = [s for i, s in enumerate(displacements(line)) if i not in line.ends]
        for value in VALUES:
            assert sum(n * b.count(value) for b, n in number.items()) == inner.count(value)


@pytest.mark.slow
def test_full_ranges() -> None:
    for name in ("P8-subsets", "P8-subsets-small", "P8-multisets"):
        lemma = by_id(name)
        assert lemma.prove is not None
        outcome = lemma.prove(Effort.FULL)
        assert outcome.verdict is Verdict.PROVED, outcome.evidence


def test_what_fills_an_interval() -> None:
    assert filled((1, 2, 4)) == (0, 1)
    assert filled((2, 4, 8)) == (0, 2)
    # all from 0 to 9 but 1 and 8
    assert filled((2, 3, 4)) == (2, 1)
    low, step = filled((0, 3, 3, 6, 9, 9))
    assert step == 1
    assert low > 12


def test_a_smaller_start_is_not_enough_for_growth() -> None:
    """The first weights of an even layout, one too few for the induction that follows."""
    weights = (0, 2, 4, 6)
    low, step = filled(weights)
    assert sum(weights) - 2 * low + step < 6 * len(weights) + 24


def test_the_reach_of_growth_is_exact() -> None:
    pytest.importorskip("z3")
    assert decide(*growth(0)).verdict is Verdict.PROVED
    assert decide(*growth(1)).verdict is Verdict.REFUTED


def test_slopes_are_reached_at_random_widths(rng: np.random.Generator) -> None:
    """P8-subsets against all subset sums, at widths beyond the exhaustive check; rare values."""
    known = beginnings()
    for _ in range(300):
        n = int(rng.choice([17, 18, 23, 30, 41, 60, 97]))
        weights = rng.random(5) ** rng.choice([1, 4, 12]) * (rng.random(5) < 0.6)
        weights = weights if weights.sum() else np.eye(5)[rng.integers(5)]
        counts = rng.multinomial(n - 2, weights / weights.sum()).tolist()
        if np.dot(VALUES, counts) < 0:
            counts.reverse()
        assert _slope_missed(tuple(counts), n * (n - 7) // 2 - 9) is None, counts
        line = lay_out(*counts)
        steps = enumerate(displacements(line))
        inner = [2 * source + step for source, step in steps if source not in line.ends]
        assert tuple(inner[:FEW]) in known


def test_floats_are_no_proof() -> None:
    def rounded(sympy: Any) -> list[Identity]:
        x = sympy.Symbol("x")
        return [Identity("rounded", x / 4, sympy.Float(0.25) * x)]

    outcome = prove_identities(rounded)
    assert outcome.verdict is Verdict.UNDECIDED
    assert "holds a float" in outcome.evidence
