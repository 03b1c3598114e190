"""Every headline number by two routes that share no code: ``python -m benchmarks.two_routes``.

The second route is another formula, another library or a direct simulation.  The command writes
docs/two_routes.md; the tests run all rows and compare the differences with ``within``.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, log, log1p, sqrt, tan
from pathlib import Path

import numpy as np
from scipy import integrate as quadrature
from scipy import special
from scipy.optimize import linprog

from numerics.dynamics.systems import SYSTEMS, integrate
from numerics.networks import PermutationNetwork
from numerics.permutation.kinks import build_kinks
from numerics.ridgelet.draws import box_units
from numerics.ridgelet.network import RidgeNetwork
from theory.bias.matching import matching_units
from theory.bias.recurrent import RecurrentTask, propagation
from theory.ridgelet.degree import closed_form_lower
from theory.ridgelet.response import Response, mass_of_target
from theory.targets.box_target import BoxTarget
from theory.targets.enclosures import Profile
from theory.targets.sampling import sampler
from theory.targets.target import Target
from theory.trajectories.distance import Task, cell_bounds
from theory.trajectories.fields import field
from theory.trajectories.reach import Weights
from verify.certify import certify_sup
from verify.dual.bound import certified_dual
from verify.free_fit.bound import fit_bound
from verify.free_fit.nodes import equidistant_nodes
from verify.knots.bound import knot_bound
from verify.optima.milp import milp_optimum
from verify.optima.sup import sup_optimum
from verify.ridge_error import certified_l2

PAGE = Path(__file__).resolve().parents[1] / "docs" / "two_routes.md"
SINE = Target.parse("sin(2*pi*x)")


@dataclass(frozen=True)
class Row:
    """A number, how it is found twice, and by how much the second may differ, relatively."""

    name: str
    first: str
    second: str
    within: float
    values: Callable[[], tuple[float, float]]
    note: str = ""


def _sine(t: np.ndarray) -> np.ndarray:
    return np.sin(2 * np.pi * t)


def _p8(target: Target, n: int) -> PermutationNetwork:
    profile = Profile(target)
    domain, curvature = (target.low, target.high), profile.curvature.upper
    return build_kinks(sampler(profile), n, domain, curvature=curvature).network


def sup_norm() -> tuple[float, float]:
    """The certified error of a construction, and the largest of 400,001 samples."""
    network = _p8(SINE, 320)
    x = np.linspace(0, 1, 400_001)
    return certify_sup(network, SINE).upper, float(np.abs(network(x) - _sine(x)).max())


def exact_rationals() -> tuple[float, float]:
    """|x^2 - g| of P8's network: g at every location and both stationary points, in rationals."""
    square = Target.parse("x**2")
    network = _p8(square, 65)
    places = [Fraction(t) for t in network.locations.tolist()]
    units = [(Fraction(a), Fraction(b)) for a, b in zip(network.p, network.q, strict=True)]
    heights = []
    for x in places:
        total = Fraction(0)
        for t, (p, q) in zip(places, units, strict=True):
            total += p * (x - t) if x > t else q * (t - x)
        heights.append(Fraction(network.alpha) + Fraction(network.gamma) * total)
    worst = Fraction(0)
    for (a, ga), (b, gb) in itertools.pairwise(zip(places, heights, strict=True)):
        slope = (gb - ga) / (b - a)
        for x in (a, b, min(max(slope / 2, a), b)):
            worst = max(worst, abs(x * x - ga - slope * (x - a)))
    return certify_sup(network, square).upper, float(worst)


def knots() -> tuple[float, float]:
    """B6 by its sweep, and by dynamic programming over all disjoint triples of a grid."""
    n, cells = 5, 480
    x = np.linspace(0, 1, cells + 1)
    f = _sine(x)
    bend = np.zeros((cells + 1, cells + 1))
    for i in range(cells - 1):
        for j in range(i + 2, cells + 1):
            t = (x[i + 1 : j] - x[i]) / (x[j] - x[i])
            bend[i, j] = np.abs(f[i + 1 : j] - f[i] - t * (f[j] - f[i])).max()
    best = np.full(cells + 1, np.inf)
    for _ in range(n + 1):
        best = np.array(
            [max(np.minimum(best[: j + 1], bend[: j + 1, j])) for j in range(cells + 1)]
        )
    return knot_bound(SINE, n).value, float(best[-1]) / 2


def free_fit() -> tuple[float, float]:
    """The best free fit on 20 knots by its dual, and by a linear program over samples (HiGHS)."""
    n, target = 20, Target.parse("exp(x)")
    x = np.linspace(0, 1, 64 * (n - 1) + 1)
    hats = np.stack([np.interp(x, np.linspace(0, 1, n), row) for row in np.eye(n)], axis=1)
    ones, f = np.ones((x.size, 1)), 1e3 * np.exp(x)
    found = linprog(
        [0.0] * n + [1.0],
        A_ub=np.block([[hats, -ones], [-hats, -ones]]),
        b_ub=np.concatenate([f, -f]),
        bounds=[(None, None)] * n + [(0, None)],
    )
    return fit_bound(target, equidistant_nodes(target, n)).value, float(found.fun) / 1e3


def optimum() -> tuple[float, float]:
    """The best permutation of three locations by enumeration, and by an integer program (HiGHS)."""
    program = milp_optimum(SINE, 3, readout=True, seconds=20)
    return sup_optimum(SINE, 3, readout=True).upper, program.upper


def _ridge() -> RidgeNetwork:
    a, b, draw = box_units(20, 1, 2.0, 2.0, 0)
    c = np.random.default_rng(0).normal(size=20) / 20
    return RidgeNetwork("tanh", a, b, c, 0.125, None, draw)


def ridge_error() -> tuple[float, float]:
    """|f - g| in L2 certified, and by QUADPACK."""
    network = _ridge()

    def square(x: float) -> float:
        return float((np.sin(2 * np.pi * x) - network(np.array([[x]]))[0]) ** 2)

    found, _ = quadrature.quad(square, 0, 1, epsabs=1e-14, epsrel=1e-13)
    return certified_l2(network, BoxTarget.parse("sin(2*pi*x)"))[1], sqrt(found)


def _spectrum() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frequencies, |fhat|^2 of exp(-x^2/2) cos 6x, and m = 2 pi E1(k^2/lam^2) for lam = 2."""
    k = np.linspace(1e-9, 20, 400_001)
    f = np.sqrt(np.pi / 2) * (np.exp(-((k - 6) ** 2) / 2) + np.exp(-((k + 6) ** 2) / 2))
    return k, f**2, 2 * np.pi * special.exp1(k * k / 4)


def response_error() -> tuple[float, float]:
    """E(mu) of a packet for Gaussian units: panels of Taylor series, and a trapezoidal sum."""
    k, square, m = _spectrum()
    sum_ = np.sum(square * (0.01 / (0.01 + m)) ** 2) * (k[1] - k[0]) / np.pi
    return _response().error, float(np.sqrt(sum_))


def response_budget() -> tuple[float, float]:
    """B(mu), the same way."""
    k, square, m = _spectrum()
    sum_ = np.sum(square * m / (0.01 + m) ** 2) * (k[1] - k[0]) / np.pi
    return _response().budget, float(np.sqrt(sum_))


@dataclass(frozen=True)
class _Point:
    error: float
    budget: float


def _response() -> _Point:
    packet = mass_of_target("exp(-x**2/2)*cos(6*x)", 1)
    found = Response(packet, "gaussian", Fraction(2)).at_mu(Fraction(1, 100))
    return _Point(float(found.error.mid()), float(found.budget.mid()))


def band_limit() -> tuple[float, float]:
    """R8 for sin(4 pi x), and dist - 2 B M rho^-N/(rho - 1) with numpy's Legendre series."""
    target = BoxTarget.parse("sin(4*pi*x)")
    found = closed_form_lower(target, "tanh", Fraction(2), None, Fraction(1, 10))
    nodes, weights = np.polynomial.legendre.leggauss(120)
    f = np.sin(2 * np.pi * (nodes + 1))
    witness = found.witness
    assert witness is not None
    table = np.polynomial.legendre.legvander(nodes, 60) * np.sqrt(2 * np.arange(61) + 1)
    moments = table.T @ (weights / 2 * f)
    y, N = float(witness.y0), witness.degree
    rho = y + sqrt(1 + y * y)  # span 1: band 2 times the half-width 1/2
    beyond = sqrt(np.sum(moments[N + 1 :] ** 2))
    return found.value, beyond - 2 * 0.1 * max(1.0, tan(y)) / rho**N / (rho - 1)


def dual() -> tuple[float, float]:
    """R4 for tanh units: certified over V, and the best network on a grid of units (Clarabel)."""
    import cvxpy

    nodes, weights = np.polynomial.legendre.leggauss(24)
    f, root = np.sin(np.pi * (nodes + 1)), np.sqrt(weights / 2)
    a, b = np.meshgrid(np.linspace(-2, 2, 33), np.linspace(-2, 2, 33))
    units = np.tanh(np.outer((nodes + 1) / 2, a.ravel()) - b.ravel())
    c = cvxpy.Variable(units.shape[1])
    error = cvxpy.norm(cvxpy.multiply(root, f - units @ c))
    best = cvxpy.Problem(cvxpy.Minimize(error), [cvxpy.norm(c, 1) <= 0.5])
    best.solve(solver="CLARABEL")
    table = np.polynomial.legendre.legvander(nodes, 20) * np.sqrt(2 * np.arange(21) + 1)
    phi = table.T @ (weights / 2 * (f - units @ c.value))
    target, side = BoxTarget.parse("sin(2*pi*x)"), Fraction(2)
    found = certified_dual(target, "tanh", side, side, Fraction(1, 2), phi, seconds=60)
    return found.value, float(best.value)


def recurrent_drift() -> tuple[float, float]:
    """B4's propagated error over twelve steps in balls, and its recursion, step by step."""
    task = RecurrentTask(
        units=2,
        inputs=1,
        outputs=1,
        steps=12,
        alpha=Fraction(1, 4),
        beta=Fraction(3, 4),
        gamma=Fraction(1, 2),
        weight_range=Fraction(1),
        rmax=Fraction(2),
        xmax=Fraction(1),
    )
    eta, rho, total = 1 / 64, 0.0, 0.0
    inner = 2 * (0.5 + eta)
    for _ in range(12):
        rho = (0.25 + 0.75 * inner) * rho + 0.75 * eta * (2 * 2 + 1)
        total += inner * rho + eta * 2 * 2
    return float(propagation(task, Fraction(1, 64)).total.mid()), total


def matching_width() -> tuple[float, float]:
    """B1's width for four units, and its formula in floats."""
    eta, delta = Fraction(1, 20), Fraction(1, 10)
    found = matching_units(4, eta, delta, Fraction(1))
    return float(found.width), 4 * ceil(log(4 / 0.1) / -log1p(-(0.05**2)))


def matching_failure() -> tuple[float, float]:
    """1 - (1 - (1-p)^176)^2, the failure of B1 at eta = 1/8, and 20,000 simulated draws."""
    rng, draws, p = np.random.default_rng(11), 20_000, 0.125**2
    missed = 0
    for _ in range(draws // 2000):
        near = (np.abs(rng.uniform(-1, 1, (2000, 2, 176, 2))) <= 0.125).all(axis=3)
        missed += int((~near.any(axis=2).all(axis=1)).sum())
    return 1 - (1 - (1 - p) ** 176) ** 2, missed / draws


def trajectory() -> tuple[float, float]:
    """x_12 of van der Pol from (2, 0) by enclosures, and by DOP853."""
    subject = SYSTEMS["vanderpol"]
    step, scale = Fraction(repr(subject.step)), Fraction(repr(subject.scale))
    start = ((Fraction(2), Fraction(2)), (Fraction(0), Fraction(0)))
    echo = Weights([[0.0]], [1.0], [1.0], [0.0], [0.0], 0.0, 1.0)
    bounds = cell_bounds(Task(field("vanderpol"), step, scale, 1, 0, 12, driven=True), echo, start)
    low, high = bounds.steps[-1].truth
    path = integrate(subject, np.array([2.0, 0.0]), 14, rtol=1e-12, atol=1e-13)
    return (low + high) / 2, float(path[12, 0] / subject.scale)


ROWS: tuple[Row, ...] = (
    Row("error of P8's network, sine, n = 320", "branch and bound with proved rounding",
        "400,001 samples", 1e-6, sup_norm, "samples stay below"),
    Row("error of P8's network, parabola, n = 65", "branch and bound with proved rounding",
        "exact rationals", 1e-12, exact_rationals),
    Row("floor of any five relu units, sine (B6)", "sweep over triples",
        "dynamic programming over a grid", 2e-2, knots, "the grid stays below"),
    Row("floor of free coefficients, exp, n = 20 (P10-fit)", "dual function, proved",
        "linear program over samples", 1e-3, free_fit),
    Row("best permutation of three locations, sine (P7)", "enumeration, polished",
        "integer program", 1e-5, optimum),
    Row("L2 error of twenty tanh units", "Gauss panels with proved remainder", "QUADPACK",
        1e-9, ridge_error),
    Row("error of the response at mu = 1/100 (R2)", "Taylor panels in balls",
        "trapezoidal sum, scipy's E1", 1e-8, response_error),
    Row("budget of the response at mu = 1/100 (R2)", "Taylor panels in balls",
        "trapezoidal sum, scipy's E1", 1e-8, response_budget),
    Row("floor of a band and a budget, sin(4 pi x) (R8)", "Legendre moments in balls",
        "numpy's Legendre series", 1e-9, band_limit),
    Row("floor of a box of units and a budget (R4)", "dual function, all of V by tiles",
        "second-order cone program on a grid of units", 1e-2, dual, "the network stays above"),
    Row("drift of a matched recurrent network (B4)", "closed form in balls", "step by step", 1e-12,
        recurrent_drift),
    Row("width of the matching argument (B1)", "balls", "the formula in floats", 0.0,
        matching_width),
    Row("failure of the matching argument (B1)", "the formula", "20,000 draws", 0.15,
        matching_failure, "7.8 standard deviations, a false alarm below 1e-13"),
    Row("van der Pol after twelve steps (B4')", "Taylor models", "DOP853", 1e-9, trajectory),
)  # fmt: skip


def page() -> str:
    """The table as Markdown; runs every row."""
    lines = [
        "# Two routes to every number",
        "",
        "Numbers that this project shows, each by two routes that share no code: another formula,",
        "another library, or a direct simulation. `python -m benchmarks.two_routes` writes this",
        "page, and the everyday tests run every row.",
        "",
        "| number | first route | second route | first | second | differ by | at most |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in ROWS:
        first, second = row.values()
        gap = abs(first - second) / abs(first)
        remark = f" ({row.note})" if row.note else ""
        lines.append(
            f"| {row.name} | {row.first} | {row.second}{remark} | {first:.10g} | {second:.10g} "
            f"| {gap:.1e} | {row.within:.0e} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PAGE)
    options = parser.parse_args()
    options.out.write_text(page(), encoding="utf-8")
    print(options.out)


if __name__ == "__main__":
    main()
