"""P7: the optimum over all permutations, against brute force, and against every bound."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.integrate import quad

from numerics.permutation.enumeration import arrangements, batches
from numerics.permutation.readout import least_squares, minimax
from theory.errors import InputError
from theory.rigor.balls import working_precision
from theory.targets.catalogue import EXAMPLES
from theory.targets.target import Target
from verify.checker import check_file
from verify.free_fit.bound import fit_bound
from verify.free_fit.nodes import equidistant_nodes
from verify.knots.bound import knot_bound
from verify.optima import sup as sup_module
from verify.optima.l2 import l2_optimum
from verify.optima.milp import milp_optimum
from verify.optima.moments import moments
from verify.optima.network import heights
from verify.optima.optimum import optimum
from verify.optima.polish import polish
from verify.optima.request import OptimumRequest
from verify.optima.screen import Grid, fixed_lower, free_lower
from verify.optima.sup import sup_optimum
from verify.strategies import targets

SINE = Target.parse("sin(2*pi*x)")
CASES = ["sin(2*pi*x)", "exp(x)", "x**2", "abs(x-1/3)", "sqrt(x)", "tanh(5*x-2)"]


def all_networks(n: int) -> np.ndarray:
    """Knot values of all (2n)!/2 orderings in units of d^2, by plain permutations."""
    values = [*range(n), *(-v for v in range(n))]
    rows = {heights(np.array(o[:n]), np.array(o[n:])).tobytes() for o in set(
        itertools.permutations(values))}  # fmt: skip
    return np.array([np.frombuffer(row, dtype=np.int64) for row in sorted(rows)])


@pytest.mark.parametrize("n", [2, 3])
def test_enumeration_finds_every_function(n: int) -> None:
    mine = np.concatenate([batch.heights for batch in batches(n, readout=False)])
    expected = all_networks(n)
    assert np.array_equal(np.unique(mine, axis=0), np.unique(expected, axis=0))
    assert len(mine) <= arrangements(n)
    kept = np.concatenate([batch.heights for batch in batches(n, readout=True)])
    shapes = {tuple(row - row[0]) for row in expected}
    for row in shapes:
        size = math.gcd(*row) or 1
        wanted = {tuple(s * v // size for v in row) for s in (1, -1)}
        assert any(
            tuple(other // (math.gcd(*(other - other[0])) or 1)) in wanted
            for other in (kept - kept[:, :1])
        )


def test_rows_give_back_their_coefficients() -> None:
    for batch in batches(4, readout=False):
        for row in (0, len(batch.heights) - 1):
            p, q = batch.coefficients(row)
            assert sorted([*p, *q]) == sorted([*range(4), *(-v for v in range(4))])
            assert np.array_equal(heights(p, q), batch.heights[row])


@pytest.mark.parametrize(
    ("text", "n"), [*((text, n) for text in CASES for n in (2, 3)), ("sin(2*pi*x)", 4)]
)
@pytest.mark.parametrize("readout", [True, False])
def test_the_enclosure_holds_the_best_of_a_dense_grid(text: str, n: int, readout: bool) -> None:
    target = Target.parse(text)
    found = sup_optimum(target, n, readout=readout)
    assert found.lower <= found.upper
    assert found.upper - found.lower <= 1e-9 + 1e-8 * found.upper
    x = np.linspace(0, 1, 120 * (n - 1) + 1)
    f = np.array(target.sample(x.tolist())[0])
    best = np.inf
    for batch in batches(n, readout=readout):
        for knots in batch.heights:
            h = np.interp(x, np.arange(n) / (n - 1), knots / (n - 1) ** 2)
            alpha, gam = minimax(h, f) if readout else (0.0, 1.0)
            best = min(best, float(np.abs(f - alpha - gam * h).max()))
    # the largest error on the grid misses the true one by about M2/(8 120^2)
    assert best == pytest.approx(found.upper, rel=3e-4, abs=1e-15)
    assert found.best.network.is_permutation()
    assert sorted([*found.p, *found.q]) == sorted([*range(n), *(-v for v in range(n))])


@pytest.mark.parametrize("text", CASES)
def test_no_permutation_beats_the_lower_bounds(text: str) -> None:
    target = Target.parse(text)
    for n in (2, 3, 4):
        upper = sup_optimum(target, n, readout=True).upper
        assert upper + 1e-15 >= knot_bound(target, n).value
        assert upper + 1e-15 >= fit_bound(target, equidistant_nodes(target, n)).value


@settings(max_examples=2)
@given(target=targets(smoothness="lipschitz"))
def test_with_read_out_is_never_worse(target: Target) -> None:
    free = sup_optimum(target, 3, readout=True)
    fixed = sup_optimum(target, 3, readout=False)
    assert free.lower <= fixed.upper
    square = l2_optimum(target, 3, readout=True)
    assert square.lower <= free.upper


def test_known_optima() -> None:
    # three locations: x^2 is met in its knots up to a constant, error d^2/8
    parabola = Target.parse("x**2")
    for n in (3, 4):
        best = sup_optimum(parabola, n, readout=True)
        assert best.upper == pytest.approx(1 / (8 * (n - 1) ** 2), rel=1e-12)
    line = l2_optimum(parabola, 2, readout=True)
    assert line.upper == pytest.approx(1 / math.sqrt(180), rel=1e-12)
    affine = sup_optimum(Target.parse("x"), 2, readout=False)
    assert (affine.lower, affine.upper < 1e-15) == (0.0, True)


def test_a_false_bound_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutation: a screen that claims too much gives a lower end above the true optimum."""
    honest = sup_optimum(SINE, 4, readout=True)
    bound = sup_module.free_lower
    monkeypatch.setattr(
        sup_module, "free_lower", lambda grid, knots, **rest: 1.1 * bound(grid, knots, **rest)
    )
    target = SINE
    search = sup_module._Search(target, 4, True)
    for batch in batches(4, readout=True):
        search.take(batch)
    bounds = [entry.lower for entry in search.finalists]
    assert not bounds or min(bounds) <= honest.upper  # the best network was dropped instead:
    assert min([search.behind, *bounds]) > honest.upper * 0.99
    assert honest.lower <= honest.upper <= honest.lower * (1 + 1e-9)


@pytest.mark.parametrize("parts", [1, 2, 4])
def test_screening_is_below_the_true_error(parts: int) -> None:
    grid = Grid.of(SINE, 4, parts)
    batch = next(iter(batches(4, readout=False)))
    x = np.linspace(0, 1, 241)
    f = np.sin(2 * np.pi * x)
    for lower, readout in ((free_lower(grid, batch.heights), True),
                           (fixed_lower(grid, batch.heights), False)):  # fmt: skip
        for row in range(0, len(lower), 17):
            h = np.interp(x, np.arange(4) / 3, batch.heights[row] / 9)
            alpha, gam = minimax(h, f) if readout else (0.0, 1.0)
            error = np.abs(f - alpha - gam * h).max()
            assert lower[row] <= error
            assert error < 2 or not readout


def test_polish_is_sharp_where_the_error_is_flat() -> None:
    target = Target.parse("abs(x-1/3)")
    found = polish(target, np.array([-1, -5, -4, -1, 2]), readout=True)
    assert found.lower == pytest.approx(1 / 18, rel=1e-9)
    assert found.lower <= found.error * (1 + 1e-12)


@pytest.mark.parametrize("text", [*CASES, "exp(3*x)*cos(9*x)"])
def test_moments_contain_quadrature_and_are_tight(text: str) -> None:
    target, n = Target.parse(text), 4
    found = moments(target, n)

    def f(x: float) -> float:
        with working_precision(64):
            return float(target.value(x).mid())

    def hat(j: int, x: float) -> float:
        return max(0.0, 1 - abs(x * (n - 1) - j))

    cuts = [1 / 3, 2 / 3]
    for j in range(n):
        expected, error = quad(lambda x, j=j: f(x) * hat(j, x), 0, 1, points=cuts, limit=200)
        assert abs(float(found.hats[j].mid()) - expected) <= 2 * error + 1e-13
        assert float(found.hats[j].rad()) < 1e-15
    expected, error = quad(lambda x: f(x) ** 2, 0, 1, points=cuts, limit=200)
    assert abs(float(found.square.mid()) - expected) <= 2 * error + 1e-13


@pytest.mark.parametrize("text", CASES[:4])
@pytest.mark.parametrize("readout", [True, False])
def test_l2_agrees_with_quadrature_over_every_network(text: str, readout: bool) -> None:
    target, n = Target.parse(text), 3
    found = l2_optimum(target, n, readout=readout)
    assert found.upper - found.lower <= 1e-7
    x = (np.arange(20_000) + 0.5) / 20_000
    f = np.array(target.sample(x.tolist())[0])
    best = np.inf
    for knots in all_networks(n):
        h = np.interp(x, np.arange(n) / (n - 1), knots / (n - 1) ** 2)
        alpha, gam = least_squares(h, f) if readout else (0.0, 1.0)
        best = min(best, math.sqrt(np.mean((f - alpha - gam * h) ** 2)))
    assert best == pytest.approx(found.upper, rel=1e-4, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
@pytest.mark.parametrize("readout", [True, False])
def test_the_catalogue_at_width_five(example: object, readout: bool) -> None:
    target = example.target  # type: ignore[attr-defined]
    found = sup_optimum(target, 5, readout=readout)
    assert found.upper - found.lower <= 1e-6 * found.upper + 1e-12
    floor = fit_bound(target, equidistant_nodes(target, 5)).value
    assert found.upper + 1e-15 >= max(floor, knot_bound(target, 5).value)


@pytest.mark.parametrize("readout", [True, False])
def test_programs_agree_with_enumeration(readout: bool) -> None:
    exact = sup_optimum(SINE, 3, readout=readout)
    program = milp_optimum(SINE, 3, readout=readout, seconds=10)
    assert program.upper >= exact.lower
    assert program.dual <= exact.upper * (1 + 1e-6)  # on a grid: below the true optimum
    assert program.best.network.is_permutation()


def test_files_and_verdict(tmp_path: Path) -> None:
    request = OptimumRequest(Target.parse("exp(x)", -1, Fraction(1, 3)), 4)
    result = optimum(request, out=tmp_path)
    assert result.verdict.value == "PROVED"
    assert check_file(tmp_path / "upper.json").status == "PROVED"
    assert check_file(tmp_path / "lower-permutation.json").status == "PROVED"
    assert (tmp_path / "network.npz").exists()
    document = result.as_json()
    assert document["optimum"]["lower"] <= document["optimum"]["upper"]
    assert document["constructed"] is not None
    assert document["constraint_price"] >= 1 - 1e-9


def test_interrupting_ends_the_run() -> None:
    for run in (sup_optimum, l2_optimum):
        with pytest.raises(InterruptedError):
            run(SINE, 4, readout=True, stop=lambda: True)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"width": 1}, "--width"),
        ({"width": 7}, "--width"),
        ({"width": 61, "method": "milp"}, "--width"),
        ({"width": True}, "--width"),
        ({"norm": "l2", "method": "milp"}, "--norm"),
        ({"seconds": 0.0}, "--time-limit"),
        ({"seconds": math.inf}, "--time-limit"),
    ],
)
def test_bad_requests(change: dict[str, object], name: str) -> None:
    with pytest.raises(InputError, match=name.lstrip("-")):
        OptimumRequest(SINE, **{"width": 4, **change})  # type: ignore[arg-type]
    for width in (1, 7):
        with pytest.raises(InputError, match="width"):
            next(batches(width, readout=True))
    with pytest.raises(InputError, match="finite"):
        optimum(OptimumRequest(Target.parse("1/x"), 3))
