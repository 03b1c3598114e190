"""Hypotheses that fail and input that cannot be used: one line that says what would be accepted."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from numerics.networks import Array
from numerics.permutation.construction import Construction, equidistant, file_gamma
from numerics.permutation.kinks import build_kinks, build_kinks_lipschitz, build_kinks_modulus
from numerics.permutation.pseudo_copies import build_pseudo_copies, smallest_copies
from numerics.permutation.steps import build_steps, build_steps_modulus
from tests.permutation.problems import SMOOTH, UNIT
from theory.errors import AssumptionViolated, InputError

SINE = SMOOTH[0]


def p4(*args: object, **constants: float) -> Construction:
    return build_pseudo_copies(*args, variation=4.0, **constants)  # type: ignore[arg-type]


BUILDERS = (
    (build_kinks, "curvature", 17, "P8"),
    (build_kinks_lipschitz, "lipschitz", 17, "P3'"),
    (build_kinks_modulus, "modulus", 17, "P3'"),
    (build_steps, "lipschitz", 4, "P3"),
    (build_steps_modulus, "modulus", 4, "P3"),
    (p4, "lipschitz", 4, "P4"),
)
builders = pytest.mark.parametrize(("build", "constant", "smallest", "theorem"), BUILDERS)


@builders
def test_too_narrow(build, constant, smallest, theorem) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(AssumptionViolated, match=f"n >= {smallest}") as error:
        build(SINE.sampler(), smallest - 1, UNIT, **{constant: 40.0})
    assert error.value.theorem == theorem


@builders
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0])
def test_constants(build, constant, smallest, theorem, value) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=f"{constant}: .*finite number >= 0"):
        build(SINE.sampler(), 40, UNIT, **{constant: value})


@builders
@pytest.mark.parametrize("domain", [(Fraction(1), Fraction(1)), (Fraction(2), Fraction(-2))])
def test_domains(build, constant, smallest, theorem, domain) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=r"domain: .*a < b"):
        build(SINE.sampler(), 40, domain, **{constant: 40.0})


@builders
@pytest.mark.parametrize(
    "sample",
    [
        lambda t: (t[:-1], 0.0),
        lambda t: (t + np.nan, 0.0),
        lambda t: (t, -1e-9),
        lambda t: (t, float("nan")),
        lambda t: (t, float("inf")),
        lambda t: (t * 1e305, 0.0),
    ],
)
def test_samples(build, constant, smallest, theorem, sample) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="sample: "):
        build(sample, 40, UNIT, **{constant: 40.0})


@pytest.mark.parametrize(
    ("build", "constant", "value", "hypothesis"),
    [
        (build_kinks, "curvature", 5.0, "M2 >= sup"),
        (build_kinks, "curvature", 0.0, "f affine"),
        (build_kinks_lipschitz, "lipschitz", 1.0, "Lipschitz constant of F"),
        (build_kinks_lipschitz, "lipschitz", 0.0, "Lipschitz constant of F"),
        (build_kinks_modulus, "modulus", 1e-3, "modulus >= om"),
        (build_steps, "lipschitz", 1.0, "Lipschitz constant of F"),
        (build_steps, "lipschitz", 0.0, "Lipschitz constant of F"),
        (build_steps_modulus, "modulus", 1e-3, "modulus >= om"),
    ],
)
def test_constants_refuted_by_the_samples(build, constant, value, hypothesis) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(AssumptionViolated, match=hypothesis):
        build(SINE.sampler(), 100, UNIT, **{constant: value})


def test_p4_refutes_a_false_lipschitz_constant() -> None:
    def cliff(t: Array) -> tuple[Array, float]:
        return np.where(t < 0.5, 0.0, 0.5), 0.0

    with pytest.raises(AssumptionViolated, match="Lipschitz constant of F"):
        build_pseudo_copies(cliff, 500, UNIT, lipschitz=0.01, variation=0.5)


def test_p4_out_of_reach() -> None:
    with pytest.raises(AssumptionViolated, match=r"there is k <= n/4") as error:
        p4(SINE.sampler(), 40, UNIT, lipschitz=SINE.lipschitz)
    assert "a larger width" in error.value.accepted


def test_p4_takes_the_smallest_copies() -> None:
    """By the hypothesis as it is written, in exact arithmetic."""
    for n, slope, travel in (
        (200, Fraction(1, 3), Fraction(2, 7)),
        (999, Fraction(2), Fraction(3)),
    ):
        step = Fraction(1, n - 1)
        good = [
            k
            for k in range(1, n // 4 + 1)
            if 2 * k**2 * step >= slope
            and 8 * k**2 * step**2 * (n // (4 * k)) * (k - 1) >= travel + 16 * k**2 * step**2
        ]
        assert smallest_copies(n, slope, travel) == good[0]
    with pytest.raises(AssumptionViolated):
        smallest_copies(10**4, Fraction(10**300), Fraction(10**300))


def test_domains_without_room() -> None:
    with pytest.raises(InputError, match="too narrow"):
        equidistant(100, (Fraction(10**17), Fraction(10**17 + 1)))


def test_locations_are_correctly_rounded() -> None:
    """Both ways: one float64 division, and integers beyond 2^53."""
    for domain in ((Fraction(-7, 3), Fraction(1000)), (Fraction("0.1"), Fraction("1e30"))):
        a, b = domain
        exact = [a + (b - a) * Fraction(i, 36) for i in range(37)]
        assert equidistant(37, domain).tolist() == [float(x) for x in exact]


def test_overflow_is_an_input_error() -> None:
    with pytest.raises(InputError, match="overflows"):
        file_gamma(Fraction(10**10), (Fraction(0), Fraction(1, 10**300)))
