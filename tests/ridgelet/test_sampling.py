"""R6: truncation multipliers, the sampled network, its predicted variance and deviation."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import sympy
from flint import acb, arb

from numerics.ridgelet.spectrum_sampling import SpectralSampler, multiplier_bias
from tests.ridgelet.balls import REACH, SPECTRA
from tests.statistical import SIGMAS, refutes_at_least, refutes_at_most
from theory.errors import AssumptionViolated, InputError
from theory.ridgelet.admissibility import smallest_order
from theory.ridgelet.multiplier import (
    root_of_square,
    spectral_tail,
    truncation_error,
    truncation_multiplier,
)
from theory.ridgelet.sampling import STATEMENT
from theory.ridgelet.transform import WavePacket

CLOSED = ("relu", "step", "gaussian", "erf")
ALL = (*CLOSED, "tanh", "logistic", "softplus", "gelu", "sinc", "cos", "sin")
WAVE = WavePacket(Fraction(1, 2), (Fraction(3),))
TRIALS = 300


def sampler(name: str, *, weighted: bool = True) -> SpectralSampler:
    order = smallest_order(name, 1)
    return SpectralSampler(WAVE, name, order, 6.0, 10.0, -1.0, 1.0, weighted, panels=12)


# -- the multiplier -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_the_multiplier_rises_to_one_with_the_band(name: str, dimension: int) -> None:
    order = smallest_order(name, dimension)
    # |xi| = 1, lam = 1/4, 1/2, 1, ..., 32
    values = [truncation_multiplier(name, order, dimension, arb(2) ** -j) for j in range(-2, 6)]
    for narrow, wide in pairwise(values):
        assert narrow.lower() <= wide.upper()
    for value in values:
        assert float(value.rad()) < 1e-12
        assert -1e-12 < float(value) < 1 + 1e-12
    assert float(values[-1]) > 0.94
    assert float(values[0]) < 0.25
    assert abs(truncation_multiplier(name, order, dimension, arb(0)) - 1) < arb("1e-13")


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("dimension", [1, 2])
@pytest.mark.parametrize("t", [Fraction(1, 2), Fraction(2)])
def test_closed_multipliers_by_rigorous_quadrature(name: str, dimension: int, t: Fraction) -> None:
    order = smallest_order(name, dimension) + 2

    def density(w: acb, _: bool) -> acb:
        power = w**order * (-w * w / 2).exp() / w**dimension
        return SPECTRA[name](w, False) * acb(0, -1) ** order * power

    start = arb(t.numerator) / t.denominator
    beyond = acb.integral(density, acb(start), acb(REACH)).real
    below = acb.integral(density, acb(arb(2) ** -40), acb(start)).real
    direct = beyond / (beyond + below)
    closed = truncation_multiplier(name, order, dimension, start)
    assert abs(closed - direct) < arb("1e-10")
    assert not abs(closed * arb("1.001") - direct) < arb("1e-6")


@pytest.mark.parametrize("dimension", [1, 3])
def test_relu_of_order_d_plus_3_smooths_with_a_gaussian(dimension: int) -> None:
    for t in (arb(1) / 3, arb(2)):
        h = truncation_multiplier("relu", dimension + 3, dimension, t)
        assert abs(h - (-t * t / 2).exp()) < arb("1e-14")
        other = truncation_multiplier("relu", dimension + 5, dimension, t)
        assert abs(other - (-t * t / 2).exp()) > arb("0.05")


def test_in_the_plane_that_order_has_the_wrong_parity() -> None:
    with pytest.raises(AssumptionViolated, match="parity"):
        truncation_multiplier("relu", 5, 2, arb(1))


def test_a_ball_of_frequencies_gives_a_ball_of_multipliers() -> None:
    wide = truncation_multiplier("tanh", 3, 1, arb(1).union(arb(2)))
    for t in (arb(1), arb("1.3"), arb(2)):
        assert wide.contains(truncation_multiplier("tanh", 3, 1, t).mid())
    assert float(wide.rad()) < 0.5
    with pytest.raises(InputError, match="tau"):
        truncation_multiplier("relu", 4, 1, arb(-1))


@pytest.mark.parametrize("radius", [Fraction(0), Fraction(2), Fraction(7, 2)])
def test_the_spectral_tail_by_rigorous_quadrature(radius: Fraction) -> None:
    start = arb(radius.numerator) / radius.denominator
    s, k = arb(1) / 2, arb(3)

    def energy(xi: acb, _: bool) -> acb:
        lines = (-s * s * (xi - k) ** 2 / 2).exp() + (-s * s * (xi + k) ** 2 / 2).exp()
        return s * s / 4 * lines**2

    direct = 2 * acb.integral(energy, acb(start), acb(40)).real
    assert abs(spectral_tail(WAVE, start) - direct) < arb("1e-13")
    assert (spectral_tail(WAVE, arb(0)) - WAVE.norm_square()).contains(0)


def test_the_truncation_error_encloses_the_exact_one() -> None:
    """relu, k = 4: f_V is f convolved with N(0, 1/lam^2), a wave packet again."""
    lam = 4
    xi = sympy.Symbol("xi", real=True)
    fhat = sympy.exp(-((xi - 3) ** 2) / 8) + sympy.exp(-((xi + 3) ** 2) / 8)
    lost = fhat * (1 - sympy.exp(-(xi**2) / (2 * lam**2)))
    square = sympy.Integral(lost**2 / 16, (xi, -sympy.oo, sympy.oo))
    exact = math.sqrt(float(sympy.N(square, 20)))
    coarse = truncation_error(WAVE, "relu", 4, Fraction(lam), cells=64)
    fine = truncation_error(WAVE, "relu", 4, Fraction(lam), cells=1024)
    for ball in (coarse, fine):
        assert float(ball.lower()) < exact < float(ball.upper())
    assert float(fine.rad()) < 0.01 * exact < float(coarse.rad()) < 0.1 * exact


def test_bad_input_of_the_truncation() -> None:
    with pytest.raises(InputError, match="lam"):
        truncation_error(WAVE, "relu", 4, Fraction(0))
    with pytest.raises(InputError, match="dimension"):
        spectral_tail(WavePacket(Fraction(1), (Fraction(1),) * 2), arb(0))
    assert root_of_square(arb(0, 1)).contains(arb("0.5"))


# -- the sampled network --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["gaussian", "tanh", "relu"])
def test_the_integrals_do_not_depend_on_the_grid(name: str) -> None:
    coarse = sampler(name)
    fine = SpectralSampler(WAVE, name, coarse.order, 6.0, 10.0, -1.0, 1.0, panels=20)
    # the kink of relu limits the rule to third order
    limit = 1e-4 if name == "relu" else 1e-6
    assert np.abs(coarse.truncated - fine.truncated).max() < limit
    assert coarse.moments[:3] == pytest.approx(fine.moments[:3], rel=2e-3)


def test_relu_truncation_differs_from_the_multiplier_by_an_affine_function() -> None:
    """|b| <= beta with beta >= lam X cuts off affine parts only; f_V = f * N(0, 1/lam^2)."""
    lam = 4.0
    box = SpectralSampler(WAVE, "relu", 4, lam, 5.0, -1.0, 1.0, panels=24)
    x = box.nodes[0][:, 0]
    # Fourier inversion of h fhat by the trapezoidal rule
    xi = np.linspace(-30, 30, 6001)
    fhat = np.exp(-((xi - 3) ** 2) / 8) + np.exp(-((xi + 3) ** 2) / 8)
    fhat *= math.sqrt(2 * math.pi) / 4 * np.exp(-(xi**2) / (2 * lam**2))
    smooth = np.cos(np.outer(x, xi)) @ fhat * (xi[1] - xi[0]) / (2 * math.pi)
    gap = box.truncated - smooth
    affine = np.polynomial.Polynomial.fit(x, gap, 1)
    assert np.abs(gap - affine(x)).max() < 2e-4
    assert np.abs(gap).max() > 1e-2
    # with beta below lam X the kinks inside are missed, and the rest is not affine
    short = SpectralSampler(WAVE, "relu", 4, lam, 2.0, -1.0, 1.0, panels=24)
    gap = short.truncated - smooth
    assert np.abs(gap - np.polynomial.Polynomial.fit(x, gap, 1)(x)).max() > 1e-2


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("name", ["gaussian", "tanh", "relu"])
def test_variance_and_deviation_hold_in_seeded_trials(name: str, weighted: bool) -> None:
    source = sampler(name, weighted=weighted)
    n, delta = 50, 0.05
    first = source.draw(n, np.random.default_rng(0))
    errors = np.array(
        [source.error(source.draw(n, np.random.default_rng(j)).network) for j in range(TRIALS)]
    )
    squares = errors**2
    # SIGMAS standard errors: a correct prediction fails once in fifty million
    spread = SIGMAS * squares.std(ddof=1) / math.sqrt(TRIALS)
    assert abs(squares.mean() - first.variance) < spread
    assert spread < 0.5 * first.variance
    # a variance of half or twice the size is refuted
    for wrong in (0.5, 2.0):
        assert abs(squares.mean() - wrong * first.variance) > spread
    assert not refutes_at_least(int((errors <= first.deviation(delta)).sum()), TRIALS, 1 - delta)
    # the spread alone, without the deviation term, is no bound at this probability
    assert (errors <= 0.9 * math.sqrt(first.variance)).mean() < 1 - 2 * delta


def test_the_bound_of_the_sampler_is_the_bound_of_the_statement() -> None:
    sample = sampler("tanh").draw(40, np.random.default_rng(1))
    values = {"Gamma": sample.gamma, "F": sample.mean_norm, "n": 40, "delta": Fraction(1, 20)}
    assert float(STATEMENT.evaluate(values)) == pytest.approx(sample.deviation(0.05), rel=1e-12)


def test_half_of_the_bound_is_refuted() -> None:
    """Where one mode dominates, errors are nearly normal and half of the bound fails too often."""
    source = SpectralSampler(WAVE, "relu", 4, 2.0, 10.0, 0.0, 0.25, panels=12)
    delta, trials = 0.002, 600
    bound = source.draw(50, np.random.default_rng(0)).deviation(delta)
    errors = np.array(
        [source.error(source.draw(50, np.random.default_rng(j)).network) for j in range(trials)]
    )
    assert not refutes_at_most(int((errors > bound).sum()), trials, delta)
    assert refutes_at_most(int((errors > bound / 2).sum()), trials, delta)


def test_the_mass_of_the_spectrum_is_the_budget() -> None:
    plain = sampler("tanh", weighted=False)
    for width in (1, 17, 200):
        sample = plain.draw(width, np.random.default_rng(width))
        assert sample.total == pytest.approx(plain.moments[0], rel=1e-12)
        assert sample.network.width == width
        assert np.abs(sample.network.a).max() <= 6.0
        assert np.abs(sample.network.b).max() <= 10.0
    weighted = sampler("tanh").draw(50, np.random.default_rng(2))
    norms = sampler("tanh").unit_norms(weighted.network.a[:, 0], weighted.network.b)
    assert np.abs(weighted.network.c) * norms * 50 == pytest.approx(weighted.gamma, rel=1e-12)


def test_the_error_falls_like_one_over_the_root_of_the_width() -> None:
    source = sampler("gaussian")
    mean = {
        n: np.mean(
            [source.error(source.draw(n, np.random.default_rng(j)).network) ** 2 for j in range(40)]
        )
        for n in (25, 400)
    }
    assert 8 < mean[25] / mean[400] < 32


def test_a_wider_band_has_a_smaller_bias() -> None:
    bias = {}
    for lam in (2.0, 4.0, 8.0, 16.0):
        source = SpectralSampler(WAVE, "gaussian", 2, lam, 20.0, -1.0, 1.0, panels=20)
        bias[lam] = source.draw(1, np.random.default_rng(0)).bias
        whole_line = multiplier_bias(source)
        # K has length 2: the norm of its uniform probability is at most that of R / sqrt 2
        assert bias[lam] <= whole_line / math.sqrt(2) + 1e-3
    assert bias[16.0] < bias[8.0] / 3 < bias[4.0] / 6
    assert bias[2.0] > bias[4.0]


def test_draws_replay_by_seed() -> None:
    source = sampler("erf")
    one, same, other = (source.draw(20, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert np.array_equal(one.network.c, same.network.c)
    assert np.array_equal(one.network.a, same.network.a)
    assert not np.array_equal(one.network.a, other.network.a)


def test_bad_input_of_the_sampler() -> None:
    good = {"packet": WAVE, "name": "tanh", "order": 3, "lam": 2.0, "beta": 2.0}
    two = WavePacket(Fraction(1), (Fraction(1), Fraction(1)))
    for change, argument in (
        ({"packet": two}, "dimension"),
        ({"lam": 0.0}, "lam"),
        ({"beta": math.inf}, "beta"),
        ({"low": 1.0, "high": 1.0}, "domain"),
        ({"name": "tan"}, "--activation"),
    ):
        with pytest.raises(InputError) as caught:
            SpectralSampler(**(good | change))  # type: ignore[arg-type]
        assert caught.value.argument == argument
    with pytest.raises(AssumptionViolated, match="parity"):
        SpectralSampler(**(good | {"order": 4}))  # type: ignore[arg-type]
    source = sampler("tanh")
    for width in (0, 10**7):
        with pytest.raises(InputError, match="width"):
            source.draw(width, np.random.default_rng(0))
    sample = source.draw(3, np.random.default_rng(0))
    for delta in (0.0, 1.0, math.nan):
        with pytest.raises(InputError, match="delta"):
            sample.deviation(delta)
