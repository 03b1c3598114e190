"""B1: the matching width, its network, its arithmetic, and a case small enough to simulate."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.networks import Array, ReluNetwork
from tests.statistical import refutes_at_least, refutes_at_most
from theory.bias.matching import largest_eta, matching_error, matching_units
from theory.bias.matching_target import MOST_PIECES, interpolant, matching_width
from theory.errors import AssumptionViolated, InputError
from theory.statements.registry import by_id
from theory.targets.target import Target
from verify.certify.sup import certify_sup

TENTH, HALF, ONE = Fraction(1, 10), Fraction(1, 2), Fraction(1)

# The case small enough to simulate: two units to match within 0.13 R.
UNITS, ETA, DELTA = 2, Fraction(13, 100), TENTH
DRAWS = 200_000


def test_the_small_case_has_352_units() -> None:
    assert matching_units(UNITS, ETA, DELTA, ONE).width == 352


@cache
def failures(width: int) -> int:
    """In how many of DRAWS draws some group of width/2 units misses its partner."""
    rng = np.random.default_rng(20240704)
    partners = np.array([[0.5, -0.25], [-0.4, 0.5]])  # (w, c), within gamma = 1/2 <= R - eta
    missed = 0
    for _ in range(DRAWS // 5000):
        draw = 2 * rng.random((5000, UNITS, width // UNITS, 2), dtype=np.float32) - 1
        near = (np.abs(draw - partners[None, :, None]) <= float(ETA)).all(axis=3).any(axis=2)
        missed += int((~near.all(axis=1)).sum())
    return missed


def test_the_width_suffices_with_the_promised_probability() -> None:
    count = failures(352)
    assert not refutes_at_most(count, DRAWS, float(DELTA))
    # and the theorem is no waste here: the true value is 1 - (1 - (1-p)^176)^2 = 0.0972
    true = 1 - (1 - (1 - float(ETA) ** 2) ** 176) ** 2
    assert not refutes_at_most(count, DRAWS, true)
    assert not refutes_at_least(count, DRAWS, true)
    assert refutes_at_most(count, DRAWS, 0.09)


def test_a_quarter_of_the_width_is_refuted() -> None:
    assert refutes_at_most(failures(88), DRAWS, float(DELTA))


def test_matched_units_take_over_and_the_others_go_off() -> None:
    """The proof carried out: biases from a draw, the error below what the theorem promises."""
    rng = np.random.default_rng(7)
    w, c, beta = np.array([0.5, -0.4]), np.array([-0.25, 0.5]), np.array([0.1, 0.3])
    promised = float(matching_error(UNITS, ETA, HALF, ONE))
    x = np.linspace(-1, 1, 801)
    goal = np.maximum(np.multiply.outer(x, w) + beta, 0) @ c
    done, worst = 0, 0.0
    while done < 200:
        W, C = rng.uniform(-1, 1, (2, 352))
        near = [
            np.flatnonzero(
                (np.abs(W - w[k]) <= float(ETA)) & (np.abs(C - c[k]) <= float(ETA))
                & (np.arange(352) // 176 == k)
            )
            for k in range(2)
        ]  # fmt: skip
        if not (near[0].size and near[1].size):
            continue
        b = np.full(352, -1.0)
        b[[near[0][0], near[1][0]]] = beta
        error = np.abs(ReluNetwork(W, b, C)(x) - goal).max()
        worst, done = max(worst, float(error)), done + 1
    assert worst <= promised
    assert worst > promised / 4  # half the promise would be refuted by worse luck, not by far


def test_the_error_of_a_match_is_attained() -> None:
    """|c relu(w x + b) - c* relu(w* x + b)| reaches eta (2 gamma X + gamma + eta X) exactly."""
    eta, gamma, reach = Fraction(1, 8), HALF, Fraction(2)
    one = (gamma + eta) * ((gamma + eta) * reach + gamma) - gamma * (gamma * reach + gamma)
    assert one == matching_error(1, eta, gamma, reach)


@given(
    m0=st.integers(1, 1000),
    share=st.fractions(Fraction(1, 10**6), 1, max_denominator=10**6),
    gamma=st.fractions(Fraction(1, 50), Fraction(49, 50), max_denominator=100),
    reach=st.fractions(0, 20, max_denominator=10),
)
def test_eta_is_the_largest(m0: int, share: Fraction, gamma: Fraction, reach: Fraction) -> None:
    eta = largest_eta(m0, share, gamma=gamma, weight_range=ONE, reach=reach)
    assert 0 < eta <= 1 - gamma
    assert matching_error(m0, eta, gamma, reach) <= share
    more = eta * (1 + Fraction(1, 2**40))
    assert more > 1 - gamma or matching_error(m0, more, gamma, reach) > share


@given(
    m0=st.integers(1, 10**6),
    ratio=st.fractions(Fraction(1, 10**12), Fraction(99, 100), max_denominator=10**12),
    delta=st.fractions(Fraction(1, 10**9), Fraction(999, 1000), max_denominator=10**9),
    inputs=st.integers(1, 5),
    outputs=st.integers(1, 5),
)
def test_the_width_is_the_statement_of_the_registry(
    m0: int, ratio: Fraction, delta: Fraction, inputs: int, outputs: int
) -> None:
    found = matching_units(m0, ratio * 3, delta, Fraction(3), inputs=inputs, outputs=outputs)
    values = {"m0": m0, "delta": delta, "eta": 3 * ratio, "R": 3, "d": inputs, "l": outputs}
    assert by_id("B1").evaluate(values).overlaps(type(by_id("B1").evaluate(values))(found.width))
    low, high = found.log10_width
    assert low <= math.log10(found.width) * (1 + 1e-15)
    assert high >= math.log10(found.width) * (1 - 1e-15)
    assert high - low <= 1e-14 * (1 + abs(high))


def test_masks_need_more() -> None:
    plain = matching_units(5, TENTH, TENTH, ONE)
    masks = matching_units(5, TENTH, TENTH, ONE, masks=True)
    assert masks.width > 9 * plain.width
    assert matching_error(5, TENTH, HALF, ONE, masks=True) > matching_error(5, TENTH, HALF, ONE)


def test_many_inputs_are_a_logarithm() -> None:
    found = matching_units(100, Fraction(1, 10**6), TENTH, ONE, inputs=784, outputs=10)
    assert found.log10_width[0] == pytest.approx(6 * 794 + 2 + math.log10(math.log(1000)), abs=1e-9)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("sin(2*pi*x)+3/10", 0, 1), ("exp(x)", -3, 2), ("1/(1+25*x**2)", -1, 1), ("3*x-1", 5, 6),
     ("x**2-1/2", -1, 1), ("0*x", 0, 1), ("cos(x)", -7, -5)],
)  # fmt: skip
@pytest.mark.parametrize("gamma", [Fraction(1, 3), Fraction(9, 10), Fraction(5)])
def test_the_network_has_the_parameters_and_the_error(
    text: str, low: int, high: int, gamma: Fraction
) -> None:
    target = Target.parse(text, low, high)
    share = Fraction(1, 50)
    shape = interpolant(target, share)
    W, b, C = shape.network(gamma)
    assert W.size == shape.units(gamma)
    assert all(abs(Fraction(value)) <= gamma for array in (W, b, C) for value in array.tolist())
    found = certify_sup(ReluNetwork(W, b, C), target)
    assert found.upper <= shape.error * (1 + Fraction(1, 10**9)) + Fraction(1, 10**12)
    assert shape.error <= share
    if shape.pieces > 1:  # one piece fewer would not do
        assert shape.error * Fraction(shape.pieces, shape.pieces - 1) ** 2 > share


def test_every_unit_counts() -> None:
    """m0 is a sum of ceilings: with one unit less some |c| would exceed gamma."""
    target = Target.parse("x**2", 0, 1)
    shape = interpolant(target, Fraction(1, 16))  # 2/8/N^2 <= 1/16: N = 2, slopes 1/2, 3/2
    assert (shape.pieces, shape.units(HALF)) == (2, 2 + 4)
    assert shape.units(ONE) == 2
    W, _, C = shape.network(HALF)
    assert np.abs(C).max() == pytest.approx(0.5)
    assert (W * C).sum() == pytest.approx(1.5)


def test_the_chain_holds_number_by_number() -> None:
    target = Target.parse("sin(2*pi*x)", 0, 1)
    found = matching_width(target, TENTH, Fraction(1, 20), ONE, HALF)
    eta = Fraction(found.eta)
    assert found.pieces == 10  # 4 pi^2/(4 eps) = 98.7
    assert found.interpolation <= TENTH / 2
    assert found.matching == matching_error(found.m0, eta, HALF, ONE) <= TENTH / 2
    assert eta <= 1 - HALF
    assert found.width == matching_units(found.m0, eta, Fraction(1, 20), ONE).width
    assert len(found.explain) == 6
    # about the largest eta that the theorem allows
    assert matching_error(found.m0, eta * Fraction(10001, 10000), HALF, ONE) > TENTH / 2


def test_the_default_gamma_is_the_best_tried() -> None:
    target = Target.parse("exp(x)", 0, 1)
    best = matching_width(target, TENTH, TENTH, ONE)
    for part in (Fraction(1, 8), HALF, Fraction(7, 8), Fraction(31, 32)):
        assert best.width <= matching_width(target, TENTH, TENTH, ONE, part).width


def test_smaller_errors_and_ranges_need_more() -> None:
    target = Target.parse("sin(5*x)", 0, 1)
    logs = [
        matching_width(target, Fraction(1, 10**k), TENTH, ONE).log10_width[0] for k in range(1, 7)
    ]
    assert logs == sorted(logs)
    assert logs[-1] > 20
    small = matching_width(target, TENTH, TENTH, Fraction(1, 10)).log10_width[0]
    assert small > logs[0]


def test_very_many_pieces_are_bounded_together() -> None:
    target, share = Target.parse("sin(5*x)", -2, 3), Fraction(1, 10**7)
    shape = interpolant(target, share)
    assert shape.pieces < MOST_PIECES
    lumped = interpolant(target, share / 100)
    assert lumped.pieces > MOST_PIECES
    for gamma in (HALF, Fraction(1, 100)):
        fine, coarse = shape.units(gamma), lumped.units(gamma)
        # ten times the pieces, the same variation
        variation = 3 * 125 / float(gamma) ** 2
        assert fine < coarse <= lumped.pieces + 1.1 * variation + fine
    with pytest.raises(InputError, match="--eps"):
        lumped.network(HALF)


BAD = [
    ({"eps": Fraction(0)}, "--eps"),
    ({"eps": ONE}, "--eps"),
    ({"delta": Fraction(0)}, "--delta"),
    ({"delta": ONE}, "--delta"),
    ({"weight_range": Fraction(0)}, "--weight-range"),
    ({"gamma": ONE}, "--gamma"),
    ({"gamma": Fraction(0)}, "--gamma"),
    ({"gamma": Fraction(1, 10**200)}, "--gamma"),
    ({"target": Target.parse("abs(x-1/3)")}, "B1"),
    ({"target": Target.parse("log(x)")}, "--target"),
]


@pytest.mark.parametrize(("change", "named"), BAD)
def test_bad_input(change: dict[str, object], named: str) -> None:
    good: dict[str, object] = {
        "target": Target.parse("x**2"), "eps": TENTH, "delta": TENTH, "weight_range": ONE,
        "gamma": HALF,
    }  # fmt: skip
    with pytest.raises((InputError, AssumptionViolated)) as caught:
        matching_width(**good | change)  # type: ignore[arg-type]
    assert caught.value.argument == named


@pytest.mark.parametrize(
    "call",
    [
        lambda: matching_units(1, ONE, TENTH, ONE),
        lambda: matching_units(0, HALF, TENTH, ONE),
        lambda: matching_units(1, HALF, TENTH, ONE, inputs=0),
        lambda: matching_units(1, HALF, ONE, ONE),
        lambda: largest_eta(0, TENTH, gamma=HALF, weight_range=ONE, reach=ONE),
        lambda: largest_eta(1, TENTH, gamma=ONE, weight_range=ONE, reach=ONE),
        lambda: largest_eta(1, TENTH, gamma=HALF, weight_range=Fraction(-1), reach=ONE),
    ],
)
def test_bad_numbers(call: object) -> None:
    with pytest.raises(InputError):
        call()  # type: ignore[operator]


def test_the_array_type_is_float64() -> None:
    arrays: tuple[Array, ...] = interpolant(Target.parse("x**2"), TENTH).network(HALF)
    assert all(array.dtype == np.float64 for array in arrays)
