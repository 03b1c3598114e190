"""R8: no network of the class beats the closed form, and false versions of it are beaten."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from theory.errors import AssumptionViolated, InputError
from theory.ridgelet import strips
from theory.ridgelet.activations import ACTIVATIONS, activation
from theory.ridgelet.alternation import alternate, quotient
from theory.ridgelet.degree import (
    closed_form_lower,
    excess,
    needed_budget,
    radius,
    span_of,
)
from theory.ridgelet.legendre import expand
from theory.rigor.balls import ball, working_precision
from theory.targets.box_target import BoxTarget
from verify.checks.fields import BoxTarget as CheckedTarget
from verify.checks.grammar import parse
from verify.checks.integrals import legendre_moments, square_integral
from verify.checks.strips import half_width, strip_bound
from verify.checks.verdicts import Clock

Array = NDArray[np.float64]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)
UNIT = ((Fraction(0), Fraction(1)),)
# sigma(u) as an expression of the grammar
FORMS: dict[str, str] = {
    "tanh": "tanh({u})",
    "cos": "cos({u})",
    "sin": "sin({u})",
    "gaussian": "exp(-({u})**2/2)",
    "logistic": "1/(1+exp(-({u})))",
    "softplus": "log(1+exp({u}))",
}


def mean_square(values: Array) -> float:
    """The L2 norm of the uniform probability measure, of values at the nodes."""
    return float(np.sqrt(np.sum(WEIGHTS / 2 * values**2)))


def places(target: BoxTarget) -> Array:
    ((low, high),) = target.domain
    return float(low + high) / 2 + float(high - low) / 2 * NODES


NUMBERS = [
    ("sin(4*pi*x)", 1, 2, 0.547),
    ("sin(4*pi*x)", 10, 2, 0.159),
    ("sin(8*pi*x)", 100, 2, 0.559),
    ("sin(16*pi*x)", 10**6, 2, 0.571),
    ("sin(16*pi*x)", 10**9, 2, 0.417),
    ("sin(16*pi*x)", 100, 5, 0.526),
]


@pytest.mark.parametrize(("text", "budget", "lam", "expected"), NUMBERS)
def test_known_values(text: str, budget: int, lam: int, expected: float) -> None:
    target = BoxTarget.parse(text)
    found = closed_form_lower(target, "tanh", Fraction(lam), None, Fraction(budget))
    assert abs(found.value - expected) < 6e-4
    # the box of the biases is not used
    again = closed_form_lower(target, "tanh", Fraction(lam), Fraction(2), Fraction(budget))
    assert again == found
    uniform = closed_form_lower(target, "tanh", Fraction(lam), None, Fraction(budget), "sup")
    assert uniform.value >= found.value


@given(data=st.data())
@settings(max_examples=4)
@pytest.mark.parametrize("name", FORMS)
def test_a_network_is_no_counterexample_to_itself(name: str, data: st.DataObject) -> None:
    """f = a network of the class: error 0 within its budget, a known error for a smaller one."""
    lam = data.draw(st.fractions(Fraction(1, 4), 4, max_denominator=4), label="band")
    count = data.draw(st.integers(1, 3), label="units")
    numbers = st.fractions(-1, 1, max_denominator=8)
    weights = [lam * data.draw(numbers) for _ in range(count)]
    shifts = [8 * data.draw(numbers) for _ in range(count)]
    outer = [3 * data.draw(numbers) for _ in range(count)]
    units = [FORMS[name].format(u=f"({a})*x-({b})") for a, b in zip(weights, shifts, strict=True)]
    text = "+".join(f"({c})*{unit}" for c, unit in zip(outer, units, strict=True))
    budget = sum(map(abs, outer), Fraction(0))
    target = BoxTarget.parse(text, ((Fraction(-1), Fraction(1)),))
    for norm in ("L2", "sup"):
        assert closed_form_lower(target, name, lam, None, budget, norm).value == 0.0
    values = target.sample(places(target)[:, None])
    for share in (Fraction(9, 10), Fraction(1, 2), Fraction(1, 100)):
        found = closed_form_lower(target, name, lam, None, budget * share)
        assert found.value <= (1 - float(share)) * mean_square(values) + 1e-12
    half = mean_square(values) / 2
    if half > 1e-6:
        needed = needed_budget(target, name, lam, Fraction(half))
        assert needed.log10 is None or 10**needed.log10 <= float(budget) / 2 * (1 + 1e-9)


@given(
    seed=st.integers(0, 2**32),
    name=st.sampled_from(["tanh", "logistic", "gaussian", "cos", "erf", "sinc", "softplus"]),
    lam=st.sampled_from([1, 2, 5]),
    log_budget=st.floats(-1, 6),
    k=st.sampled_from([2, 4, 8]),
)
@settings(max_examples=40)
def test_fitted_networks_never_beat_the_bound(
    seed: int, name: str, lam: int, log_budget: float, k: int
) -> None:
    rng = np.random.default_rng(seed)
    target = BoxTarget.parse(f"sin({k}*pi*x)")
    budget = Fraction(10**log_budget)
    x = places(target)
    values = target.sample(x[:, None])
    a, b = rng.uniform(-lam, lam, 60), rng.uniform(-lam, lam, 60)
    features = activation(name).values(x[:, None] * a - b)
    root = np.sqrt(WEIGHTS / 2)
    best = mean_square(values)
    for ridge in 10.0 ** np.arange(-13, 2):
        gram = (features * WEIGHTS[:, None] / 2).T @ features + ridge**2 * np.eye(60)
        c = np.linalg.lstsq(gram, features.T @ (root**2 * values), rcond=None)[0]
        size = float(np.abs(c).sum())
        c *= min(1.0, float(budget) / size) if size > 0 else 1.0
        best = min(best, mean_square(values - features @ c))
    bound = closed_form_lower(target, name, Fraction(lam), None, budget).value
    # float noise of sums of size |c|_1
    assert bound <= best + 1e-9 + 1e-14 * float(budget)


@pytest.mark.parametrize("name", ["cos", "tanh", "softplus", "logistic", "gelu"])
def test_the_best_network_on_a_grid_of_units_is_near_the_bound(name: str) -> None:
    """min |f - g|_inf over |c|_1 <= B, units on a grid of (a, b), is a linear program."""
    from scipy.optimize import linprog

    target, lam, budget = BoxTarget.parse("x**2-1/3", ((-1, 1),)), 0.5, Fraction(3, 10)
    x = np.polynomial.legendre.leggauss(40)[0]
    f = target.sample(x[:, None])
    a, b = (
        grid.ravel() for grid in np.meshgrid(np.linspace(-lam, lam, 15), np.linspace(-4, 4, 25))
    )
    features = activation(name).values(x[:, None] * a - b)
    count, ones = features.shape[1], np.ones((len(x), 1))
    rows = np.block([[features, -features, -ones], [-features, features, -ones]])
    total = np.r_[np.ones(2 * count), 0.0]
    found = linprog(
        np.r_[np.zeros(2 * count), 1.0],
        A_ub=np.vstack([rows, total]),
        b_ub=np.r_[f, -f, float(budget)],
        method="highs",
    ).fun
    bound = closed_form_lower(target, name, Fraction(lam), None, budget, "sup").value
    # 40 nodes miss little of the maximum of so smooth an error
    assert 0.8 * found < bound <= found * (1 + 5e-3)


Excess = Callable[[str, arb, int, Fraction], arb]


def best_bound(
    target: BoxTarget, name: str, lam: Fraction, budget: Fraction, term: Excess
) -> float:
    """max over N and a grid of y0 of dist_N - B term, sup norm."""
    best = -math.inf
    span = ball(span_of(target, lam))
    with working_precision(128):
        for degree in range(name in strips.UP_TO_AFFINE, 12):
            found = alternate(target, degree, 0)
            if found is None:
                continue
            for k in range(1, 40):
                value = found[2] - ball(budget) * term(name, span, degree, Fraction(k, 8))
                best = max(best, float(value.lower())) if value.is_finite() else best
    return best


def test_without_the_factor_two_the_bound_would_be_false() -> None:
    """sin(x/4) is a unit of band 1/4; half the excess would forbid it at |c|_1 = 1."""
    target = BoxTarget.parse("sin(x/4)", ((Fraction(-1), Fraction(1)),))
    case = (target, "sin", Fraction(1, 4), Fraction(1))
    assert best_bound(*case, excess) <= 0
    assert best_bound(*case, lambda *p: excess(*p) / 2) > 1e-2


@pytest.mark.parametrize(("text", "name", "lam"), [
    ("tanh(2*x)", "tanh", 2), ("exp(-(2*x)**2/2)", "gaussian", 2), ("sin(3*x)", "sin", 3),
    ("1/(1+exp(-4*x))", "logistic", 4), ("log(1+exp(3*x))", "softplus", 3),
])  # fmt: skip
def test_with_five_degrees_more_the_bound_would_be_false(text: str, name: str, lam: int) -> None:
    """One unit with |c|_1 = 1 and error 0 lies below the bound that claims rho^-(N+5)."""
    target = BoxTarget.parse(text, ((Fraction(-1), Fraction(1)),))
    case = (target, name, Fraction(lam), Fraction(1))

    def beyond(activation: str, span: arb, degree: int, y0: Fraction) -> arb:
        return excess(activation, span, degree + 5, y0)

    assert best_bound(*case, excess) <= 0
    assert best_bound(*case, beyond) > 1e-4


def test_the_strip_of_a_false_width_would_be_false() -> None:
    """tanh with the bound of a wider strip (M = 1 up to y0 = 3) forbids a unit."""
    target = BoxTarget.parse("tanh(4*x)", ((Fraction(-1), Fraction(1)),))

    def wide(activation: str, span: arb, degree: int, y0: Fraction) -> arb:
        rho = radius(ball(min(y0, Fraction(3))), span)
        return 2 * rho ** (-degree) / (rho - 1)

    case = (target, "tanh", Fraction(4), Fraction(1))
    assert best_bound(*case, excess) <= 0
    assert best_bound(*case, wide) > 1e-3


@pytest.mark.parametrize("name", [*sorted(FORMS), "erf", "gelu", "sinc"])
def test_units_are_polynomials_up_to_the_excess(name: str) -> None:
    """The Chebyshev interpolant of a unit is within (1 + Lebesgue constant) of the excess."""
    span, unit = 3.0, activation(name)
    s = np.cos(np.pi * (np.arange(400) + 0.5) / 400)
    with working_precision(96):
        for degree in (1, 4, 9, 16):
            least = min(
                float(size)
                for size in (excess(name, ball(3), degree, Fraction(k, 6)) for k in range(1, 40))
                if size.is_finite()
            )
            for b in (-20.0, -2.0, 0.0, 0.7, 5.0):
                values = unit.values(span * s - b)
                fitted = np.polynomial.chebyshev.chebfit(s, values, 60)
                # the truncation of the Chebyshev series at ``degree``
                tail = np.polynomial.chebyshev.chebval(
                    s, np.r_[np.zeros(degree + 1), fitted[degree + 1 :]]
                )
                assert np.abs(tail).max() <= least * (1 + 1e-9) + 1e-13


def test_the_bound_falls_with_the_budget_and_the_band_and_is_sharp_at_zero() -> None:
    target = BoxTarget.parse("sin(4*pi*x)")
    values = [
        closed_form_lower(target, "tanh", Fraction(2), None, Fraction(b)).value
        for b in (0, Fraction(1, 10), 1, 10, 40, 1000)
    ]
    assert values == sorted(values, reverse=True)
    assert values[-1] == 0.0
    # budget 0 leaves constants: |f - 0| = 1/sqrt(2)
    assert 0 <= math.sqrt(0.5) - values[0] < 1e-12
    bands = [
        closed_form_lower(target, "tanh", Fraction(lam), None, Fraction(1)).value
        for lam in (Fraction(1, 2), 1, 2, 4, 8)
    ]
    assert bands == sorted(bands, reverse=True)


@pytest.mark.parametrize("norm", ["L2", "sup"])
def test_the_needed_budget_inverts_the_bound(norm: str) -> None:
    target = BoxTarget.parse("sin(8*pi*x)")
    for eps in (Fraction(1, 2), Fraction(1, 100), Fraction(1, 10**9)):
        needed = needed_budget(target, "gaussian", Fraction(3), eps, norm)  # type: ignore[arg-type]
        assert needed.budget is not None
        assert needed.log10 is not None
        assert 0 <= math.log10(needed.budget) - needed.log10 < 1e-12 * abs(needed.log10)
        # a little below the budget the bound is above eps; twice the budget it is not
        value = closed_form_lower(
            target,
            "gaussian",
            Fraction(3),
            None,
            needed.budget * (1 - Fraction(1, 1000)),
            norm,  # type: ignore[arg-type]
        ).value
        assert value >= float(eps)
        twice = closed_form_lower(target, "gaussian", Fraction(3), None, needed.budget * 2, norm)  # type: ignore[arg-type]
        assert twice.value < float(eps)


def test_nothing_follows_for_polynomials_and_coarse_accuracies() -> None:
    for text, eps in (("x", "2/3"), ("sin(x)", "1"), ("3", "1/1000")):
        needed = needed_budget(BoxTarget.parse(text), "tanh", Fraction(1), Fraction(eps))
        assert needed.log10 is None
        assert needed.budget is None
        assert needed.reason is not None
        assert "eps" in needed.reason
    assert closed_form_lower(BoxTarget.parse("x"), "cos", Fraction(1), None, Fraction(9)).value == 0


def test_the_needed_budget_grows_with_the_frequency() -> None:
    """log10 B is about proportional to k: rho^(c k)."""
    logs = [
        needed_budget(BoxTarget.parse(f"sin({2 * k}*pi*x)"), "tanh", Fraction(2), Fraction(1, 10))
        for k in (4, 8, 16)
    ]
    found = [entry.log10 or 0.0 for entry in logs]
    assert 2 < found[1] / found[0] < 3
    assert 1.9 < found[2] / found[1] < 2.6


BOXES = [
    ("sin(2*pi*x0)*x1", (UNIT[0], UNIT[0]), 8),
    ("exp(x0*x1*x2)", UNIT * 3, 4),
    ("sin(16*pi*x)", UNIT, 60),
    ("abs(x-1/3)", UNIT, 12),
    ("sqrt(x)", UNIT, 12),
    ("tanh(20*x)", ((Fraction(-1), Fraction(1)),), 30),
]


@pytest.mark.parametrize(("text", "sides", "degree"), BOXES)
def test_expansions_agree_with_the_checker_s(
    text: str, sides: tuple[tuple[Fraction, Fraction], ...], degree: int
) -> None:
    """Derivatives on one side, complex ellipses on the other; tight on both."""
    ours = expand(BoxTarget.parse(text, sides), degree, accuracy=60)
    other = CheckedTarget(parse(text), sides)
    moments = legendre_moments(other, degree, Clock(60))
    assert moments.keys() == ours.coefficients.keys()
    for alpha, value in moments.items():
        assert value.overlaps(ours.coefficients[alpha])
        assert float(ours.coefficients[alpha].rad()) < 1e-12
    square = square_integral(other, Clock(60))
    assert square.overlaps(ours.square)
    assert float(ours.square.rad()) < 1e-12


def test_distances_are_tails_without_cancellation() -> None:
    expansion = expand(BoxTarget.parse("exp(x)"), 40)
    distances = [expansion.distance(k) for k in range(30)]
    assert all(near >= far for near, far in pairwise(distances))
    # |c_N+1| dominates: 1e-32 is far below what |f|^2 - sum would leave
    assert 1e-33 < float(distances[20]) < 1e-31
    exact = BoxTarget.parse("x**2", ((-1, 1),))
    for top in (1, 5):
        distance, last = expand(exact, top).best_distance(1)
        assert abs(float(distance) - math.sqrt(4 / 45)) < 1e-12
        assert last == top


def test_alternation_finds_the_best_polynomial() -> None:
    # T_{N+1}/2^N is the error of x^{N+1}
    for degree in (1, 4, 9):
        target = BoxTarget.parse(f"x**{degree + 1}", ((-1, 1),))
        found = alternate(target, degree, 0)
        assert found is not None
        assert 0 <= 2.0**-degree - float(found[2]) < 1e-4 * 2.0**-degree
    base, points, value = alternate(BoxTarget.parse("abs(x)", ((-1, 1),)), 2, 0) or ((), (), arb(0))
    assert abs(float(value) - 0.125) < 1e-5
    # any other points give less
    moved = tuple(p + 0.02 if -0.9 < p < 0.9 else p for p in points)
    assert quotient(BoxTarget.parse("abs(x)", ((-1, 1),)), 0, base, moved) < value


@pytest.mark.parametrize("name", [entry.name for entry in ACTIVATIONS if entry.analytic])
def test_strips_agree_with_the_checker_s(name: str) -> None:
    width, other = strips.half_width(name), half_width(name)
    assert other is not None
    assert float(width) == float(other)
    for y in ("1/10", "1", "3/2", "5/2", "6"):
        for span in (1, 5):
            ours = strips.bound(name, ball(Fraction(y)), ball(span))
            theirs = strip_bound(name, ball(Fraction(y)), ball(span))
            assert ours.is_finite() == theirs.is_finite() == bool(ball(Fraction(y)) < width)
            if ours.is_finite():
                assert abs(ours - theirs) < 1e-12 * ours


def test_bad_arguments() -> None:
    target = BoxTarget.parse("sin(x)")
    one = Fraction(1)
    for name in ("relu", "step"):
        with pytest.raises(AssumptionViolated, match="analytic"):
            closed_form_lower(target, name, one, None, one)
    with pytest.raises(InputError, match="did you mean 'tanh'"):
        closed_form_lower(target, "tahn", one, None, one)
    for field, values in (("band", (0, None, 1)), ("budget", (1, None, -1)), ("beta", (1, 0, 1))):
        lam, beta, budget = (None if v is None else Fraction(v) for v in values)
        assert lam is not None
        assert budget is not None
        with pytest.raises(InputError, match=field):
            closed_form_lower(target, "tanh", lam, beta, budget)
    with pytest.raises(InputError, match="eps"):
        needed_budget(target, "tanh", one, Fraction(0))
    with pytest.raises(InputError, match="L2 or sup"):
        needed_budget(target, "tanh", one, one, "L1")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="finite and real"):
        needed_budget(BoxTarget.parse("log(x)"), "tanh", one, one)
