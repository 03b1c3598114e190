"""kappa and |sigma#|^2: closed forms against rigorous quadrature, mpmath and each other."""

from __future__ import annotations

import random
from itertools import pairwise

import mpmath
import pytest
from flint import acb, arb, arb_series, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.errors import InputError
from theory.ridgelet.envelopes import inverse_kappa
from theory.ridgelet.response_integrals import series_length
from theory.ridgelet.spectra import (
    LINES,
    SPECTRA,
    kappa,
    spectrum_square,
    spectrum_square_series,
)
from theory.rigor.balls import working_precision

FAR = {"gaussian": 9, "erf": 9, "gelu": 9, "tanh": 26, "logistic": 13, "softplus": 13}


def modulus_square(name: str, w: acb) -> acb:
    """The rows of the table as they are printed, squared: a second program."""
    pi = acb.pi()
    rows = {
        "gaussian": lambda: 2 * pi * (-w * w).exp(),
        "tanh": lambda: (pi / (pi * w / 2).sinh()) ** 2,
        "logistic": lambda: (pi / (pi * w).sinh()) ** 2,
        "softplus": lambda: (pi / (w * (pi * w).sinh())) ** 2,
        "erf": lambda: (2 * (-w * w / 2).exp() / w) ** 2,
        "gelu": lambda: ((1 + w * w) * (-w * w / 2).exp() / w**2) ** 2,
        "relu": lambda: w**-4,
        "step": lambda: w**-2,
        "sinc": lambda: pi * pi,
    }
    return rows[name]()


@pytest.mark.parametrize("name", [name for name in SPECTRA if name in FAR])
@pytest.mark.parametrize("d", [1, 2, 3, 7, 10])
@pytest.mark.parametrize("tau", [0.25, 0.9375, 1.0, 1.5, 3.0])
def test_differences_of_kappa_agree_with_rigorous_quadrature(name: str, d: int, tau: float) -> None:
    """kappa(tau) - kappa(far) is an integral over a finite range, enclosed by flint."""
    with working_precision(128):
        far = arb(FAR[name])
        integral = acb.integral(
            lambda w, _: 2 * modulus_square(name, w) * w**-d, acb(tau), acb(far), rel_tol=1e-25
        ).real
        found = kappa(name, d, arb(tau)) - kappa(name, d, far)
        assert found.overlaps(integral)
        assert found.rel_accuracy_bits() >= 50
        assert integral.rel_accuracy_bits() >= 50


@pytest.mark.parametrize("name", SPECTRA)
@pytest.mark.parametrize("d", range(1, 11))
def test_kappa_against_mpmath(name: str, d: int) -> None:
    with mpmath.workdps(30), working_precision(128):
        for tau in (0.3, 0.7, 1.2, 2.5):
            ends = [tau, 1] if name == "sinc" else [tau, tau + 1, tau + 3, tau + 8, mpmath.inf]
            if name == "sinc" and tau > 1:
                assert kappa(name, d, arb(tau)) == 0
                continue
            two = 2 * mpmath.quad(
                lambda w: _mp(name, w) * w**-d if w < 200 or name in ("relu", "step") else 0, ends
            )
            found = kappa(name, d, arb(tau))
            assert abs(mpmath.mpf(found.mid().str(30, radius=False)) / two - 1) < 1e-12


def _mp(name: str, w: mpmath.mpf) -> mpmath.mpf:
    pi, exp, sinh = mpmath.pi, mpmath.exp, mpmath.sinh
    rows = {
        "gaussian": lambda: 2 * pi * exp(-w * w),
        "tanh": lambda: (pi / sinh(pi * w / 2)) ** 2,
        "logistic": lambda: (pi / sinh(pi * w)) ** 2,
        "softplus": lambda: (pi / (w * sinh(pi * w))) ** 2,
        "erf": lambda: 4 * exp(-w * w) / w**2,
        "gelu": lambda: (1 + w * w) ** 2 * exp(-w * w) / w**4,
        "relu": lambda: w**-4,
        "step": lambda: w**-2,
        "sinc": lambda: pi**2,
    }
    return rows[name]()


@pytest.mark.parametrize("name", SPECTRA)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=12)
def test_a_ball_of_arguments_gives_a_ball_of_values(name: str, seed: int) -> None:
    rng = random.Random(seed)
    d, tau = rng.randint(1, 10), 10 ** rng.uniform(-3, 0.9)
    radius = tau * rng.uniform(0, 0.1)
    with working_precision(96):
        wide = kappa(name, d, arb(tau, radius))
        inside = arb(tau) + arb(radius) * arb(rng.uniform(-0.99, 0.99))
        assert wide.contains(kappa(name, d, inside).mid())
        assert spectrum_square(name, arb(tau, radius)).overlaps(spectrum_square(name, inside))


@pytest.mark.parametrize("name", [name for name in SPECTRA if name != "sinc"])
@pytest.mark.parametrize("d", [1, 2, 5, 10])
def test_tight_over_many_scales_and_decreasing(name: str, d: int) -> None:
    with working_precision(96):
        values = [kappa(name, d, arb(10.0**e)) for e in (-6, -3, -1, -0.01, 0, 0.01, 0.5, 1.2)]
        assert all(value.rel_accuracy_bits() >= 45 for value in values)
        assert all(later < earlier for earlier, later in pairwise(values))


@pytest.mark.parametrize("name", SPECTRA)
def test_the_series_of_the_spectrum_is_its_taylor_series(name: str) -> None:
    with working_precision(128), series_length(8):
        w = arb(0.75)
        series = spectrum_square_series(name, arb_series([w, 1]))
        step = arb(2) ** -12
        total = sum((series[n] * step**n for n in range(8)), arb(0))
        assert abs(total - spectrum_square(name, w + step)) < arb(2) ** -80 * 2**12
    assert ctx.cap == 10


@pytest.mark.parametrize("name", [name for name in SPECTRA if name != "sinc"])
@pytest.mark.parametrize("d", [1, 3, 8])
def test_the_envelope_of_one_over_kappa_holds_and_is_not_silly(name: str, d: int) -> None:
    with working_precision(96):
        for R in (1.0, 2.0, 4.0):
            bound = inverse_kappa(name, d, arb(R))
            for tau in (R, 1.5 * R, 4 * R):
                inverse = 1 / kappa(name, d, arb(tau))
                assert inverse <= bound.at(arb(tau)) * (1 + arb(2) ** -30)
                # the erf and gelu rows lose a power or a factor, never more
                assert bound.at(arb(tau)) < 500 * inverse * arb(tau) ** 4


def test_a_wrong_row_would_be_seen() -> None:
    """Twice the logistic's argument is the tanh row: a factor of 2 in the wrong place shows."""
    with working_precision(96):
        tau = arb(1.25)
        for d in (1, 2, 3):
            true = kappa("logistic", d, tau)
            assert true.overlaps(2 ** (d - 1) * kappa("tanh", d, 2 * tau))
            assert not true.overlaps(2**d * kappa("tanh", d, 2 * tau))
            assert not kappa("erf", d, tau).overlaps(kappa("gaussian", d + 2, tau))


@pytest.mark.parametrize("name", [*LINES, "tahn", ""])
def test_names_without_a_spectrum_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="is accepted"):
        kappa(name, 1, arb(1))
    with pytest.raises(InputError, match="is accepted"):
        spectrum_square(name, arb(1))


@pytest.mark.parametrize("d", [0, 11, -1, 1.0])
def test_dimensions_out_of_range_are_refused(d: int) -> None:
    with pytest.raises(InputError, match="1 to 10"):
        kappa("tanh", d, arb(1))


@pytest.mark.parametrize("tau", [arb(0), arb(-1), arb(0, 1), arb.nan(), arb.pos_inf()])
def test_arguments_that_may_not_be_positive_give_no_number(tau: arb) -> None:
    for name in ("tanh", "gaussian", "relu", "sinc"):
        assert not kappa(name, 1, tau).is_finite()
