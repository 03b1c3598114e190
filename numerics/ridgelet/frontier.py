"""The best error under an l1 budget: column generation with a duality gap (note R4).

min |f - alpha - s.x - sum_j c_j sigma(a_j.x - b_j)| over |c|_1 <= B and (a_j, b_j) in V.  Each
round solves a small cone program on the columns found so far, prices all of V against the residual
r, and adds the hills of |<r, sigma>|.  Weak duality gives lower = (<f, r> - B M(r))/|r| for the
measured supremum M; the loop stops when 1 - lower/upper is small.  Floating point throughout:
the residual is a good dual certificate, the numbers are estimates.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.ridgelet.cone import simplex_least_squares
from numerics.ridgelet.network import RidgeNetwork
from numerics.ridgelet.polish import MOST_ATOMS, centres, merge, polish
from numerics.ridgelet.pricing import Box, Pricer
from numerics.ridgelet.quadrature import Measure
from theory.ridgelet.activations import activation

Array = NDArray[np.float64]

GAP = 1e-4
ROUNDS = 60
MOST_COLUMNS = 240
# an error this far below |f| is rounding noise of the cone program
FLOOR = 1e-7
# and for units with kinks, noise of the points that stand for the box
KINKED_FLOOR = 1e-4
# a target this close to affine is affine
ROUNDING = 1e-14
# and a unit this close to affine is no column
AFFINE = 1e-11
PATIENCE = 10
MARKS = 6
MOST_SEEDS = 60
ACTIVE = 1e-7
RADII = (0.1, 0.04, 0.015, 0.005, 0.001)


@dataclass(frozen=True)
class FrontierProblem:
    """The target ``values`` (m,) on ``measure``, the class (activation, V), and the affine part."""

    activation: str
    lam: float
    beta: float
    measure: Measure
    values: Array
    affine: bool = False


@dataclass(frozen=True)
class FrontierFit:
    """A fitted ``network`` with its error ``upper``, and ``dual`` (m,) with its value ``lower``.

    ``dual`` is the residual f - ``proof``: that network is optimal up to the gap, while ``network``
    has nearly the same error with far fewer units.  ``supremum`` is the measured M(dual).  Status:
    ``converged``, ``floor`` (the error is rounding noise) or ``stalled``.
    """

    network: RidgeNetwork
    proof: RidgeNetwork
    dual: Array
    lower: float
    upper: float
    supremum: float
    rounds: int
    status: str
    seconds: float

    @property
    def gap(self) -> float:
        """1 - lower/upper, the relative duality gap."""
        return 1.0 - self.lower / self.upper if self.upper > 0 else 0.0


@dataclass(frozen=True)
class _Best:
    """The round with the smallest gap so far; ``scaled`` is its residual times sqrt(weights)."""

    gap: float
    upper: float
    weights: Array
    scaled: Array
    lower: float
    supremum: float
    units: Array
    columns: Array


class FrontierSolver:
    """Fits for one problem at rising or falling budgets; columns are kept between calls."""

    def __init__(self, problem: FrontierProblem) -> None:
        self.problem = problem
        box = Box(problem.lam, problem.beta, problem.measure.dimension)
        self.pricer = Pricer(activation(problem.activation), problem.measure, box)
        self._root = np.sqrt(problem.measure.weights)
        self._frame = self._affine_frame()
        scaled = problem.values * self._root
        self._target = self._project(scaled)
        if np.linalg.norm(self._target) <= ROUNDING * np.linalg.norm(scaled):
            self._target = np.zeros_like(scaled)
        draw = np.random.default_rng(0).standard_normal((MARKS, problem.measure.size))
        self._sketch = draw / np.sqrt(problem.measure.size)
        self._units = np.zeros((0, problem.measure.dimension + 1))
        self._columns = np.zeros((problem.measure.size, 0))

    @property
    def norm(self) -> float:
        """The error at budget 0: |f|, or its distance from affine functions."""
        return float(np.linalg.norm(self._target))

    @property
    def start_residual(self) -> Array:
        """The residual (m,) at budget 0: f, or f less its affine part."""
        return np.asarray(self._target / self._root)

    def price(self, residual: Array) -> float:
        """The measured supremum M of |int residual sigma(a.x - b)| over V."""
        _, values = self.pricer.best(residual, self._units)
        return float(abs(values[0]))

    def dual_value(self, dual: Array, budget: float) -> float:
        """(<f, dual> - B M(dual))/|dual| for ``dual`` (m,), measured; 0 for dual = 0.

        With an affine part ``dual`` must be orthogonal to affine functions.
        """
        norm = self.problem.measure.norm(dual)
        if norm == 0.0:
            return 0.0
        inner = float(self._target @ (self._root * dual))
        return (inner - budget * self.price(dual)) / norm

    def fit(
        self,
        budget: float,
        *,
        gap: float = GAP,
        slim: bool = True,
        report: Callable[[int, float], None] | None = None,
    ) -> FrontierFit:
        """The network of least error with |c|_1 <= ``budget``; ``report(round, gap)`` per round.

        ``slim`` False leaves the network with all its units, for a quick look at the error.
        """
        start = time.perf_counter()
        if not len(self._units):
            units, values = self.pricer.best(self._target / self._root, self._units)
            self._add(units, values)
        status, history = "stalled", list[float]()
        empty = np.zeros(0)
        best = _Best(2.0, np.inf, empty, empty, 0.0, 0.0, self._units, self._columns)
        floor = self.norm * (FLOOR if self.pricer.activation.analytic else KINKED_FLOOR)
        for rounds in range(1, ROUNDS + 1):
            weights = simplex_least_squares(self._columns, self._target, budget)
            active = weights > ACTIVE * budget
            scaled = self._target - self._columns @ weights
            upper = float(np.linalg.norm(scaled))
            heaviest = np.argsort(-weights, kind="stable")[: min(MOST_SEEDS, int(active.sum()))]
            hills, values = self.pricer.best(scaled / self._root, self._units[heaviest])
            supremum = float(abs(values[0]))
            lower = (float(self._target @ scaled) - budget * supremum) / max(upper, 1e-300)
            current = min(1.0, 1 - lower / upper) if upper > floor else 0.0
            if (current, upper) < (best.gap, best.upper):
                kept = (self._units, self._columns)
                best = _Best(current, upper, weights, scaled, lower, supremum, *kept)
            if report is not None:
                report(rounds, best.gap)
            if upper <= floor or current <= gap / 3:
                status = "floor" if upper <= floor else "converged"
                break
            history.append(best.gap * upper)
            if len(history) > PATIENCE and history[-1] > 0.9 * history[-PATIENCE]:
                break
            self._keep(active)
            self._add(hills, values)
        return self._finish(budget, best, gap, status, rounds, start, slim)

    # columns

    def _add(self, units: Array, values: Array) -> None:
        """New columns for the highest hills, with the sign of their price."""
        good = abs(values) >= 0.3 * abs(values[0])
        units, sign = units[good], np.where(values[good] < 0, -1.0, 1.0)
        fresh = self._scaled_columns(units) * sign
        if self._frame is not None:
            # units that are affine on these points are rounding noise, once projected
            size = np.linalg.norm(self.pricer.features(units) * self._root[:, None], axis=0)
            kept = np.linalg.norm(fresh, axis=0) > AFFINE * size
            units, fresh = units[kept], fresh[:, kept]
        # the same hill is often climbed from several feet: a few random numbers tell units apart
        marks = self._sketch @ np.concatenate([self._columns, fresh], axis=1)
        old = self._columns.shape[1]
        others = list(range(old))
        keep: list[int] = []
        for index in range(len(units)):
            distance = abs(marks[:, others] - marks[:, [old + index]]).max(axis=0, initial=0.0)
            if not others or distance.min() > 1e-7 * abs(marks[:, old + index]).max():
                keep.append(index)
                others.append(old + index)
        self._units = np.concatenate([self._units, units[keep]])
        self._columns = np.concatenate([self._columns, fresh[:, keep]], axis=1)

    def _keep(self, active: NDArray[np.bool_]) -> None:
        if len(active) > MOST_COLUMNS // 3:
            self._units, self._columns = self._units[active], self._columns[:, active]

    def _scaled_columns(self, units: Array) -> Array:
        """sqrt(w) sigma, orthogonal to the affine part if there is one."""
        return self._project(self.pricer.features(units) * self._root[:, None])

    def _affine_frame(self) -> Array | None:
        if not self.problem.affine:
            return None
        points = self.problem.measure.points
        ones = np.ones((len(points), 1))
        frame, _ = np.linalg.qr(np.hstack([ones, points]) * self._root[:, None])
        return np.asarray(frame)

    def _project(self, vectors: Array) -> Array:
        if self._frame is None:
            return vectors
        once = vectors - self._frame @ (self._frame.T @ vectors)
        return np.asarray(once - self._frame @ (self._frame.T @ once))

    # the answer

    def _finish(
        self,
        budget: float,
        best: _Best,
        gap: float,
        status: str,
        rounds: int,
        start: float,
        slim: bool,
    ) -> FrontierFit:
        """The network with the fewest units that keeps the duality gap."""
        signs = self._signs(best.units, best.columns)
        proof = self._network(best.units, signs * best.weights)
        active = best.weights > ACTIVE * budget
        units, mass, signs = best.units[active], best.weights[active], signs[active]
        network = self._network(units, signs * mass)
        lower = max(best.lower, 0.0)
        error = self._error(network)
        if error > 2 * best.upper:
            # many small weights add up, where the budget is far larger than what is used
            network, error, slim = proof, self._error(proof), False
        allowed = max(lower / (1 - gap), error)
        for radius in RADII if slim and status != "floor" else ():
            fewer = self._slimmed(budget, units, signs, mass, radius)
            if fewer is None:
                break
            candidate = self._network(*fewer)
            if self._error(candidate) <= allowed:
                network, error = candidate, self._error(candidate)
                break
        if status == "floor":
            lower = 0.0
        elif 1 - lower / error <= gap:
            status = "converged"
        lower = min(lower, error)
        return FrontierFit(
            network=network,
            proof=proof,
            dual=self._project(best.scaled) / self._root,
            lower=lower,
            upper=error,
            supremum=best.supremum,
            rounds=rounds,
            status=status,
            seconds=time.perf_counter() - start,
        )

    def _error(self, network: RidgeNetwork) -> float:
        measure = self.problem.measure
        return measure.norm(self.problem.values - network(measure.points))

    def _slimmed(
        self, budget: float, units: Array, signs: Array, mass: Array, radius: float
    ) -> tuple[Array, Array] | None:
        """Units within ``radius`` merged and the network polished; None if nothing merges."""
        groups = merge(units, signs, mass, self.pricer.box.half, radius)
        if len(groups) == len(units):
            return None
        # a mean of points on a side of V may be rounded beyond it
        merged = self.pricer.box.clip(centres(units, mass, groups))
        signed = np.array([signs[group[0]] * mass[group].sum() for group in groups])
        if self.pricer.activation.analytic and len(merged) <= MOST_ATOMS:
            arguments = (self.pricer, self._target, self._frame, merged, signed, budget)
            merged, signed = polish(*arguments)
        columns = self._scaled_columns(merged) * np.where(signed < 0, -1.0, 1.0)
        again = simplex_least_squares(columns, self._target, budget)
        kept = again > ACTIVE * budget
        return merged[kept], (again * np.where(signed < 0, -1.0, 1.0))[kept]

    def _signs(self, units: Array, columns: Array) -> Array:
        plain = self._scaled_columns(units)
        return np.where((plain * columns).sum(axis=0) < 0, -1.0, 1.0)

    def _network(self, units: Array, signed: Array) -> RidgeNetwork:
        """The network with the affine part refitted; at least one unit, if of weight 0."""
        dimension = self.problem.measure.dimension
        if not len(units):
            units, signed = np.zeros((1, dimension + 1)), np.zeros(1)
        offset, slope = 0.0, np.zeros(dimension)
        if self._frame is not None:
            rest = self.problem.values - self.pricer.features(units) @ signed
            points = self.problem.measure.points
            basis = np.hstack([np.ones((len(points), 1)), points]) * self._root[:, None]
            found = np.linalg.lstsq(basis, rest * self._root, rcond=None)[0]
            offset, slope = float(found[0]), found[1:]
        return RidgeNetwork(
            self.problem.activation, units[:, :-1], units[:, -1], signed, offset, slope
        )
