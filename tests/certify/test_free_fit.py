"""The best fit with free coefficients on given knots: a true bound, and a sharp one."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from theory.errors import InputError
from theory.targets.target import Target
from verify.certificates import spline_certificate
from verify.checker import check_file
from verify.free_fit.bound import fit_bound
from verify.free_fit.nodes import equidistant_nodes, given_nodes
from verify.free_fit.proof import prove
from verify.knots.bound import knot_bound
from verify.strategies import targets, widths


@pytest.mark.parametrize("n", [2, 3, 17, 161, 162, 5000])
def test_the_parabola_is_known(n: int) -> None:
    target = Target.parse("x**2", -1, 2)
    exact = Fraction(9, 8 * (n - 1) ** 2)  # M2 d^2/16 with M2 = 2 and cells of length 3/(n-1)
    found = fit_bound(target, equidistant_nodes(target, n))
    assert Fraction(found.value) <= exact * (1 + Fraction(1, 10**9))  # locations are rounded
    assert found.value >= float(exact) * (1 - 1e-6)


@pytest.mark.parametrize(("text", "n"), [("sin(2*pi*x)", 3), ("sin(2*pi*x)", 20), ("exp(x)", 40)])
def test_a_fit_attains_it(text: str, n: int) -> None:
    """Reweighted least squares, an independent and slower way, comes close from above."""
    target = Target.parse(text)
    found = fit_bound(target, equidistant_nodes(target, n))
    assert found.whole
    knots = np.arange(n) / (n - 1)
    x = np.unique(np.concatenate([np.linspace(0, 1, 64 * (n - 1) + 1), found.points]))
    f: Callable[[np.ndarray], np.ndarray] = {
        "sin(2*pi*x)": lambda t: np.sin(2 * np.pi * t), "exp(x)": np.exp
    }[text]  # fmt: skip
    heights, values = f(knots), f(x)
    # Lawson's iteration for the minimax fit.
    basis = np.stack([np.interp(x, knots, row) for row in np.eye(n)], axis=1)
    weight = np.full(x.size, 1 / x.size)
    best = np.inf
    for _ in range(600):
        root = np.sqrt(weight)
        heights = np.linalg.lstsq(basis * root[:, None], values * root, rcond=None)[0]
        off = np.abs(values - basis @ heights)
        best = min(best, float(off.max()))
        weight *= off + 1e-300
        weight /= weight.sum()
    assert found.value <= best * (1 + 1e-9)
    assert found.value >= best * 0.97


@settings(max_examples=12)
@given(target=targets(smoothness="lipschitz"), width=widths(min_value=4, max_value=300))
def test_no_interpolant_beats_the_bound(target: Target, width: int) -> None:
    nodes = equidistant_nodes(target, width)
    found = fit_bound(target, nodes)
    assert (found.value == 0) == (found.reason is not None)
    if found.value == 0:
        return
    rng = np.random.default_rng(width)
    x = np.unique(np.concatenate([nodes.rough(target), found.points]))
    f = np.array([float(target.value(t).mid()) for t in x.tolist()])
    for noise in (0.0, found.value, found.value):
        places = nodes.rough(target)
        heights = np.interp(places, x, f) + noise * rng.uniform(-1, 1, places.size)
        off = np.abs(f - np.interp(x, places, heights)).max()
        assert off >= found.value * (1 - 1e-9) - 1e-13 * np.abs(f).max()


def test_it_is_sharper_than_any_knots_and_below_constructions() -> None:
    target = Target.parse("sin(2*pi*x)")
    for n in (20, 80, 320):
        fit = fit_bound(target, equidistant_nodes(target, n)).value
        assert fit > 1.7 * knot_bound(target, n).value
        # max |f''| d^2/16 in the limit
        assert fit == pytest.approx(4 * np.pi**2 / 16 / (n - 1) ** 2, rel=4 / n)


@pytest.mark.parametrize("domain", [(0, 1), (Fraction(1, 3), Fraction(2, 3)), (-2, 5)])
@pytest.mark.parametrize("random", [False, True])
def test_certificates_check(
    tmp_path: Path, domain: tuple[Fraction, Fraction], random: bool
) -> None:
    target = Target.parse("exp(x)*sin(9*x)", *domain)
    nodes = equidistant_nodes(target, 30)
    if random:
        low, high = map(float, domain)
        places = np.sort(np.random.default_rng(5).uniform(low - 0.1, high + 0.1, 30))
        nodes = given_nodes(target, places)
    found = fit_bound(target, nodes)
    assert found.value > 0
    for factor, status in ((1.0, "PROVED"), (1.001, "REFUTED")):
        path = spline_certificate(
            target,
            nodes.locations,
            found.value * factor,
            found.points,
            found.heights,
            equidistant=nodes.equidistant,
        ).write(tmp_path / "lower-spline.json")
        assert check_file(path).status == status


def test_large_widths_keep_their_digits() -> None:
    target = Target.parse("sin(2*pi*x)")
    n = 200_000
    found = fit_bound(target, equidistant_nodes(target, n))
    assert found.value == pytest.approx(4 * np.pi**2 / 16 / (n - 1) ** 2, rel=1e-4)


def test_broken_lines_on_the_knots_have_no_bound() -> None:
    for text in ("3*x-1/7", "abs(x-1/2)", "1/3"):
        target = Target.parse(text)
        found = fit_bound(target, equidistant_nodes(target, 5))
        assert (found.value, found.points.size) == (0.0, 0)
        assert "broken line" in str(found.reason)


def test_bad_input() -> None:
    target = Target.parse("x**2")
    nodes = equidistant_nodes(target, 5)
    for width in (1, 0, 2_000_001, True):
        with pytest.raises(InputError, match="width"):
            equidistant_nodes(target, width)
    for places in ([], [0.5, 0.25], [0.0, np.nan], [[0.0]], "abc"):
        with pytest.raises(InputError, match="locations"):
            given_nodes(target, places)
    for points, heights in (
        ([0.25], [1.0]),  # a knot
        ([0.1, 0.1], [1.0, 1.0]),
        ([0.0], [1.0]),
        ([1.5], [1.0]),
        ([0.1], [1.0, 2.0]),
        ([], []),
        ([0.1], [np.inf]),
    ):
        with pytest.raises(InputError):
            prove(target, nodes, points, heights)
    assert prove(target, nodes, [0.1], [0.0]) == 0.0
    with pytest.raises(InputError, match="finite"):
        fit_bound(Target.parse("1/x"), nodes)
