"""Bounds under attack: random and optimised networks of the class try to beat what is proved.

Nothing here uses the machinery that proved the bound: errors are sums over a fine Gauss-Legendre
rule, the optimised networks are fits of the column generation with the class's budget, polished
from random starts.  An everyday sample of seeds; the nightly run takes many more.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.ridgelet.frontier import FrontierProblem, FrontierSolver
from numerics.ridgelet.network import RidgeNetwork
from numerics.ridgelet.output_weights import best_output_weights, within
from numerics.ridgelet.quadrature import Array, Measure, box_measure
from theory.ridgelet.activations import ACTIVATIONS, activation
from theory.ridgelet.degree import closed_form_lower
from theory.ridgelet.legendre import graded
from theory.ridgelet.response import Response, mass_of_target
from theory.ridgelet.spectra import kappa
from theory.rigor.balls import ball
from theory.targets.box_target import BoxTarget
from verify import strategies
from verify.checker import check_file
from verify.degree_certificates import degree_certificate
from verify.dual import certified_dual
from verify.ridge_certificates import upper_l2_certificate
from verify.ridge_error import certified_l2

pytest.importorskip("clarabel")

NAMES = [entry.name for entry in ACTIVATIONS]
ANALYTIC = [entry.name for entry in ACTIVATIONS if entry.analytic]
SIDE = Fraction(2)
# midpoint sums over so many points are this good, relative to |f| + B
JUDGE, NOISE = 20_000, 1e-6
EVERYDAY = [(name, seed) for seed, name in enumerate(NAMES)]
NIGHTLY = [(name, seed) for name in NAMES for seed in range(100, 125)]
TEXTS = ("sin({k}*x)", "cos({k}*x)+x", "exp(-{k}*(x-1/3)**2)", "abs(x-1/3)-{k}/20", "tanh({k}*x)")


def everyday_and_nightly(names: list[str], every: int = 1) -> list[object]:
    rows: list[object] = []
    for name, seed in EVERYDAY[::every] + NIGHTLY:
        marks = [pytest.mark.nightly] if (name, seed) in NIGHTLY else []
        if name in names:
            rows.append(pytest.param(name, seed, id=f"{name}-{seed}", marks=marks))
    return rows


def eval_text(text: str, x: Array) -> Array:
    """The expression by numpy alone: these texts mean the same to Python."""
    names = {"sin": np.sin, "cos": np.cos, "exp": np.exp, "abs": np.abs, "tanh": np.tanh, "x": x}
    return np.asarray(eval(text, {"__builtins__": {}}, names)) + 0 * x


class Class:
    """A random target, box and budget, and networks of that class."""

    def __init__(self, name: str, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        rng = self.rng
        text = TEXTS[rng.integers(len(TEXTS))].format(k=rng.integers(1, 14))
        low = int(rng.integers(-1, 1))
        self.name, self.target = name, BoxTarget.parse(text, [(low, 1)])
        self.side = Fraction(int(rng.integers(1, 9)), 2)
        self.budget = Fraction(int(rng.integers(1, 40)), 8)
        self.fine = box_measure([(float(low), 1.0)], 20)
        self.values = self.target.sample(self.fine.points)
        # not the points that networks are fitted to: between those units with a jump err
        grid = low + (1 - low) * (np.arange(JUDGE) + 0.5)[:, None] / JUDGE
        self.judge = Measure(grid, np.full(JUDGE, 1 / JUDGE))
        self.aim = np.asarray(eval_text(text, grid[:, 0]))

    def error(self, network: RidgeNetwork) -> float:
        assert sum(map(Fraction, np.abs(network.c).tolist())) <= self.budget
        assert np.abs(network.a).max() <= self.side
        return self.judge.norm(self.aim - network(self.judge.points))

    @property
    def noise(self) -> float:
        return NOISE * (self.judge.norm(self.aim) + float(self.budget))

    def network(self, units: Array, c: Array) -> RidgeNetwork:
        return RidgeNetwork(self.name, units[:, :-1], units[:, -1], within(c, self.budget))

    def attackers(self, beta: float) -> Iterator[RidgeNetwork]:
        """Random networks, best output weights of random draws, and the fit on the fine rule."""
        side, budget = float(self.side), float(self.budget)
        for width in (1, 4, 40):
            units = self.rng.uniform(-1, 1, (width, 2)) * [side, beta]
            units[0] = np.sign(units[0]) * [side, beta]
            c = self.rng.standard_normal(width)
            yield self.network(units, budget * c / np.abs(c).sum())
            features = activation(self.name).values(self.fine.points @ units[:, :1].T - units[:, 1])
            found = best_output_weights(features, self.values, self.fine.weights, budget)
            yield self.network(units, found.coefficients)
        measure = self.fine
        problem = FrontierProblem(self.name, side, beta, measure, self.values)
        fit = FrontierSolver(problem).fit(budget, gap=1e-3).network
        yield self.network(np.column_stack([fit.a, fit.b]), fit.c)

    def phi(self) -> Array:
        """The residual of a rough fit, projected, with noise: a dual function nobody tuned."""
        measure = box_measure([tuple(map(float, self.target.domain[0]))], 4)
        values = self.target.sample(measure.points)
        problem = FrontierProblem(self.name, float(self.side), float(self.side), measure, values)
        fit = FrontierSolver(problem).fit(float(self.budget), gap=0.05)
        residual = values - fit.network(measure.points)
        coefficients = legendre(measure, self.target, 24).T @ (measure.weights * residual)
        noise = 10.0 ** self.rng.uniform(-6, -1) * self.rng.standard_normal(25)
        return np.asarray(coefficients + noise * np.abs(coefficients).max())


def legendre(measure: Measure, target: BoxTarget, degree: int) -> Array:
    from numerics.ridgelet.quadrature import legendre_table

    sides = [(float(low), float(high)) for low, high in target.domain]
    return legendre_table(measure.points, sides, list(graded(target.dimension, degree)))


@pytest.mark.parametrize(("name", "seed"), everyday_and_nightly(NAMES))
def test_no_network_beats_a_dual_certificate(tmp_path: Path, name: str, seed: int) -> None:
    case = Class(name, seed)
    found = certified_dual(
        case.target, name, case.side, case.side, case.budget, case.phi(), seconds=30
    )
    best = min(map(case.error, case.attackers(float(case.side))))
    assert best >= found.value - case.noise, (case.target, case.side, case.budget)
    if found.certificate is not None:
        assert check_file(found.certificate.write(tmp_path / "lower.json")).status == "PROVED"
        # a bound that an attacker beats is not proved
        false = found.certificate
        raised = type(false)(false.kind, false.claim, "lower", best * 1.001 + 1e-9, false.inputs,
                             false.scalars, false.arrays)  # fmt: skip
        assert check_file(raised.write(tmp_path / "false.json")).status != "PROVED"


@pytest.mark.parametrize(("name", "seed"), everyday_and_nightly(ANALYTIC, every=3))
def test_no_network_beats_a_degree_certificate(tmp_path: Path, name: str, seed: int) -> None:
    case = Class(name, 1000 + seed)
    case.budget = case.budget / int(case.rng.integers(1, 500))
    found = closed_form_lower(case.target, name, case.side, None, case.budget)
    # biases are free in R8: also far ones
    for beta in (float(case.side), 50.0):
        best = min(map(case.error, case.attackers(beta)))
        assert best >= found.value - case.noise, (case.target, case.side, case.budget)
    if found.witness is not None:
        certificate = degree_certificate(
            case.target, name, case.side, case.budget, found.value, found.witness
        )
        assert check_file(certificate.write(tmp_path / "degree.json")).status == "PROVED"


@pytest.mark.parametrize(("name", "seed"), everyday_and_nightly(NAMES, every=2))
def test_an_upper_certificate_is_above_the_error(tmp_path: Path, name: str, seed: int) -> None:
    case = Class(name, 2000 + seed)
    *_, network = case.attackers(float(case.side))
    low, high = certified_l2(network, case.target)
    measured = case.error(network)
    # a jump within a cell of the grid is seen from one side only
    slack = case.noise if name != "step" else 1e-2 * measured + 1e-3
    assert low - slack <= measured <= high + slack
    certificate = upper_l2_certificate(
        network, case.target, high, (case.side, case.side), case.budget
    )
    assert check_file(certificate.write(tmp_path / "upper.json")).status == "PROVED"


RESPONSES = [("gaussian", 2.0), ("tanh", 3.0), ("softplus", 5.0), ("relu", 4.0), ("step", 1.0)]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("name", "k"), RESPONSES)
def test_no_filter_beats_the_frequency_response(name: str, k: float, seed: int) -> None:
    """Densities gamma# = conj(s) fhat h, h any filter: budget |fhat|^2 m h^2, error 1 - m h."""
    text, lam, mu = f"exp(-x**2/2)*cos({k}*x)", Fraction(2), Fraction(1, 1000)
    point = Response(mass_of_target(text, 1), name, lam).at_mu(mu)
    budget, error = float(point.budget.mid()), float(point.error.mid())
    nodes, weights = np.polynomial.legendre.leggauss(400)
    r, dr = 8 * (nodes + 1) + 1e-9, 8 * weights
    spectrum = np.sqrt(np.pi / 2) * (np.exp(-((r - k) ** 2) / 2) + np.exp(-((r + k) ** 2) / 2))
    mass = spectrum**2 * dr / np.pi
    m = np.array([float(kappa(name, 1, ball(x) / 2).mid()) for x in r.tolist()])
    best = 1 / (m + float(mu))

    def attack(h: Array) -> float:
        """The error of the filter, scaled to the budget, or to its own optimum if that is less."""
        cost = float(np.sqrt(mass @ (m * h**2)))
        gain = float(mass @ (m * h)) / float(mass @ (m * h) ** 2)
        scale = min(budget / cost, max(gain, -budget / cost))
        return float(np.sqrt(mass @ (1 - scale * m * h) ** 2))

    # attained by the theorem's own filter ...
    assert attack(best) == pytest.approx(error, rel=1e-5)
    rng = np.random.default_rng(seed)
    for _ in range(200):
        wave = np.cos(rng.uniform(0, 3) * r + rng.uniform(0, 7))
        size = 10.0 ** rng.uniform(-3, 1)
        others = [
            best * (1 + size * wave),
            best ** rng.uniform(0.5, 1.5),
            best * (r < rng.uniform(1, 8)),
            1 / (m + float(mu) * 10 ** rng.uniform(-2, 2)),
        ]
        # ... and by no other
        for h in others:
            assert attack(h) >= error * (1 - 1e-6)


@settings(max_examples=30)
@given(data=st.data())
def test_weak_duality_for_any_network_and_any_phi(data: st.DataObject) -> None:
    name = data.draw(strategies.activation_names())
    target = data.draw(strategies.box_targets(max_terms=2))
    phi = data.draw(strategies.dual_functions(max_degree=5))
    budget = Fraction(1, 4)
    found = certified_dual(target, name, SIDE, SIDE, budget, phi, gap=0.2, seconds=30)
    network = data.draw(strategies.ridge_networks(activation=name, box=(SIDE, SIDE), budget=budget))
    sides = [(float(low), float(high)) for low, high in target.domain]
    fine = box_measure(sides, 40)
    error = fine.norm(target.sample(fine.points) - network(fine.points))
    assert error >= found.value - 1e-6 * (found.norm > 0) - 1e-3 * (name == "step")
