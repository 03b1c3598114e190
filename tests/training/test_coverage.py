"""Free least squares on given locations, and intervals that no location covers."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from numerics.permutation.coverage import coverage, free_least_squares, nodes_inside
from numerics.permutation.initial import frozen_start
from theory.errors import InputError
from theory.targets.target import Target
from verify.free_fit.bound import fit_bound
from verify.free_fit.nodes import given_nodes

Array = NDArray[np.float64]
DOMAIN = (Fraction(-1), Fraction(1))
DATA = Path(__file__).resolve().parents[2] / "verify" / "data"


def sine(x: Array) -> Array:
    return np.asarray(-np.sin(2.0 * np.pi * x))


def test_least_squares_of_the_parabola() -> None:
    """On equal cells of length h inside, x^2 is fitted by its interpolant minus h^2/6."""
    locations = np.linspace(-1.0, 1.0, 101)
    fit = free_least_squares(lambda x: x**2, locations, DOMAIN)
    inner = slice(30, -30)
    wanted = fit.nodes[inner] ** 2 - 0.02**2 / 6.0
    assert fit.values[inner] == pytest.approx(wanted, abs=1e-12)


def test_least_squares_against_all_coefficients(rng: np.random.Generator) -> None:
    """The same function as a dense least squares over the 2n hinges and a constant."""
    locations = np.sort(rng.uniform(-1.0, 1.0, 9))
    fit = free_least_squares(sine, locations, DOMAIN)
    x = np.linspace(-1.0, 1.0, 4_001)
    offsets = x[:, None] - locations
    features = np.concatenate([offsets, -offsets], axis=1).clip(min=0.0)
    features = np.concatenate([features, np.ones((x.size, 1))], axis=1)
    dense = features @ np.linalg.lstsq(features, sine(x), rcond=1e-12)[0]
    assert fit(x) == pytest.approx(dense, abs=2e-3)


def test_coverage_counts_inside_only() -> None:
    found = coverage([-3.0, -0.5, 0.25, 0.25, 1.0, 2.0], DOMAIN)
    assert (found.inside, found.hull) == (2, 0.75 / 2.0)
    assert found.longest == (-0.5, 0.25)
    assert coverage([5.0], DOMAIN).longest == (-1.0, 1.0)
    assert nodes_inside([5.0], DOMAIN).tolist() == [-1.0, 1.0]


@pytest.mark.parametrize("start", ["xavier", "he"])
def test_uncovered_intervals_are_certified(start: str) -> None:
    """At n = 160 no coefficients on these locations are closer than 0.6, so none that permute."""
    locations, _, _ = frozen_start(160, DOMAIN, start=start)  # type: ignore[arg-type]
    target = Target.parse("-sin(2*pi*x)", *DOMAIN)
    floor = fit_bound(target, given_nodes(target, locations)).value
    fit = free_least_squares(sine, locations, DOMAIN)
    x = np.linspace(-1.0, 1.0, 4001)
    assert 0.6 < floor <= np.abs(fit(x) - sine(x)).max() < 1.3
    assert coverage(locations, DOMAIN).hull < 0.4
    # the mutation: a floor of 1 is refuted, a straight line is closer than that outside
    assert floor < 1.0


def test_bad_input() -> None:
    with pytest.raises(InputError, match="rationals a < b"):
        coverage([0.0], (Fraction(1), Fraction(1)))
    with pytest.raises(InputError, match="finite numbers"):
        free_least_squares(sine, [np.nan], DOMAIN)


def test_shipped_study_holds_together() -> None:
    """Floors below the fits of the same draw, and errors that follow the coverage."""
    study = json.loads((DATA / "free_least_squares.json").read_text(encoding="utf-8"))
    for name, series in study["series"].items():
        for row in series.values():
            floor, sup = np.array(row["floor"]), np.array(row["sup"])
            assert (floor <= sup).all()
            assert (np.array(row["error"]) <= sup).all()
            if "xavier" in name or "he" in name.split("_"):
                continue
            assert np.median(row["hull"]) > 0.6
    for target in ("sine", "legendre3"):
        for init in ("xavier", "he"):
            assert min(study["series"][f"{target}_{init}"]["1280"]["floor"]) > 0.3
        assert max(study["series"][f"{target}_pairwise"]["1280"]["sup"]) < 2e-3
