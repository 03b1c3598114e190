"""The closed form behind every piece, and the loop that splits them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from numerics.networks import ReluNetwork
from theory.targets import chords
from theory.targets.target import Target
from verify.certify import pieces
from verify.certify.exact import exact_nodes
from verify.certify.fast import fast_nodes

SIZES = st.floats(-4, 4, allow_subnormal=False)


def parabola(a: float, b: float, c: float, t: Fraction) -> Fraction:
    """a + (b - a) t + 4 c t (1 - t)."""
    return Fraction(a) + (Fraction(b) - Fraction(a)) * t + 4 * Fraction(c) * t * (1 - t)


@given(a=SIZES, b=SIZES, c=st.floats(0, 4, allow_subnormal=False))
def test_crest_is_the_maximum(a: float, b: float, c: float) -> None:
    top, where = (float(v[0]) for v in chords.crest(*(np.array([v]) for v in (a, b, c))))
    values = [parabola(a, b, c, Fraction(i, 64)) for i in range(65)]
    slack = Fraction(2.0**-50) * (abs(Fraction(a)) + abs(Fraction(b)) + Fraction(c))
    assert max(values) <= Fraction(top) + slack
    # sharp: attained at the place it names, or at an end
    attained = max(parabola(a, b, c, Fraction(where)), values[0], values[-1])
    assert attained >= Fraction(top) - slack
    assert 0 <= where <= 1


@given(a=SIZES, b=SIZES, c=st.floats(1e-3, 4))
def test_a_smaller_crest_is_refuted(a: float, b: float, c: float) -> None:
    """Mutation: curvature times h^2/8.08 instead of h^2/8."""
    if abs(b - a) > 3.9 * c:
        b = a
    top, _ = chords.crest(np.array([a]), np.array([b]), np.array([c / 1.01]))
    honest = chords.crest(np.array([a]), np.array([b]), np.array([c]))
    assert parabola(a, b, c, Fraction(float(honest[1][0]))) > Fraction(float(top[0]))


def nodes(kind: str, n: int) -> pieces.Nodes:
    target = Target.parse("exp(x)*sin(5*x)")
    t = np.arange(n) / n
    network = ReluNetwork(np.ones(n), -t, np.cos(np.arange(n)))
    made = (
        exact_nodes(network, target, 1e-6, 96)
        if kind == "exact"
        else fast_nodes(network, target, math.inf)
    )
    assert made is not None
    return made


def test_both_arithmetics_see_the_same_errors() -> None:
    exact, fast = nodes("exact", 30), nodes("fast", 30)
    for made in (exact, fast):
        count = made.errors.size
        assert made.owner.size == made.cell.size == made.lengths.size == count - 1
        # every piece lies in its cell
        edges = made.cells.edges
        middles = made.middles
        assert (edges[made.cell] <= middles).all()
        assert (middles <= edges[made.cell + 1]).all()
    x = np.array([0.01, 0.33, 0.5, 0.99])
    owner = np.array([0, 9, 15, 29])
    bits = exact.bits  # type: ignore[attr-defined]
    integers = np.array([int(Fraction(v) * (1 << bits)) for v in x.tolist()], dtype=object)
    apart = np.abs(exact.evaluate(owner, integers) - fast.evaluate(owner, x))
    assert (apart <= exact.delta + fast.delta).all()
    assert exact.delta < 1e-14
    assert fast.delta < 1e-13


def test_splitting_ends_where_it_cannot_help() -> None:
    """In a cell without f'' both halves of a piece stay suspect: 2^k pieces must not happen."""
    network = ReluNetwork([1.0, -1.0], [-0.5, 0.5], [1.0, 1.0])
    made = exact_nodes(network, Target.parse("abs(x-1/2)"), 1e-6, 96)
    assert made is not None
    found = pieces.refine(made, 1e-6, math.inf)
    assert found.splits < 20_000
    assert found.ceiling < 1e-18


def test_splits_aim_at_the_top_of_the_parabola() -> None:
    made = exact_nodes(ReluNetwork([1.0], [0.0], [1.0]), Target.parse("x**2"), 1e-9, 96)
    assert made is not None
    found = pieces.refine(made, 1e-9, math.inf)
    assert found.splits <= 200
    assert found.best <= 0.25 <= found.ceiling + made.delta
