"""The fit behind a point: the points that stand for the input measure, budgets, and the network.

Floating point throughout.  The network that leaves this module keeps its budget exactly: the sum of
the |c_j|, as rationals, is at most B.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

import numpy as np

from numerics.ridgelet.frontier import FrontierFit, FrontierProblem, FrontierSolver
from numerics.ridgelet.network import RidgeNetwork
from numerics.ridgelet.output_weights import within
from numerics.ridgelet.quadrature import (
    Array,
    Measure,
    box_measure,
    compressed,
    lattice_measure,
    most_panels,
)
from theory.errors import InputError
from theory.ridgelet.activations import activation
from theory.rigor.balls import ball, interval, working_precision
from theory.targets.box_target import BoxTarget
from verify.frontiers.request import FrontierRequest

# panels per axis for units with kinks, whose integrands no rule integrates exactly
KINKED_PANELS = {1: 8, 2: 2, 3: 2}
# relative agreement of two rules that makes the coarser one good enough for a fit
AGREEMENT = {1: 1e-12, 2: 1e-12, 3: 1e-7}
TINY = 2e-3
MOST_DOUBLINGS = 40
LOOKS = 200
DEEPEST = 40
# from a budget at which the cone program is lost in rounding, down to smaller ones
RUNG = 100.0
MOST_RUNGS = 6
LOOSE = 0.5


@dataclass(frozen=True)
class Fitter:
    """A solver, the request that it serves, and the networks found so far with their budgets."""

    request: FrontierRequest
    solver: FrontierSolver
    found: list[tuple[float, FrontierFit]] = field(default_factory=list)

    @classmethod
    def start(cls, request: FrontierRequest) -> Fitter:
        """Sample the target or compress the data; raises InputError where f is not finite."""
        require_clarabel()
        if request.data is not None:
            measure, values = compressed(request.data.points, request.data.values)
        else:
            assert request.target is not None
            _reject_poles(request.target)
            measure, values = _sampled(request.target, request)
        problem = FrontierProblem(
            request.activation,
            float(request.lam),
            float(request.beta),
            measure,
            values,
            request.affine,
        )
        return cls(request, FrontierSolver(problem))

    @property
    def measure(self) -> Measure:
        """The weighted points of the fit."""
        return self.solver.problem.measure

    def fit(self, budget: Fraction) -> FrontierFit:
        """The fit at ``budget``; the columns of earlier budgets are kept.

        A network of a smaller budget is one of this budget too: none that is better is forgotten.
        Where rounding hides the optimum (large budgets) smaller budgets are tried for one.
        """
        fit = self._fit(float(budget))
        allowed = float(budget)
        for _ in range(MOST_RUNGS):
            if fit.status != "stalled" or self._best(float(budget)).gap < LOOSE:
                break
            allowed /= RUNG
            if self._fit(allowed).status != "stalled":
                break
        best = self._best(float(budget))
        if best.upper >= fit.upper:
            return fit
        return dataclasses.replace(fit, network=best.network, upper=best.upper)

    def _fit(self, budget: float) -> FrontierFit:
        fit = self.solver.fit(budget)
        self.found.append((budget, fit))
        return fit

    def _best(self, budget: float) -> FrontierFit:
        """The fit of the least error among those of at most this budget."""
        return min((fit for b, fit in self.found if b <= budget), key=lambda fit: fit.upper)

    def budgets(self) -> tuple[Fraction, ...]:
        """``count`` budgets, log-spaced from a tenth off the error at 0 to a tiny error.

        Three digits each, so that the same request has the same budgets on every machine.
        """
        norm = self.solver.norm
        if norm == 0.0:
            return (Fraction(1),)
        slope = self.solver.price(self.solver.start_residual) / norm
        first = 0.1 * norm / slope if slope > 0 else 1.0
        last = first
        for _ in range(MOST_DOUBLINGS):
            found = self.solver.fit(last, gap=1e-2, slim=False)
            flat = self.request.data is not None and found.network.budget < 0.9 * last
            if found.upper <= TINY * norm or found.status != "converged" or flat or last > 1e6:
                break
            last *= 2
        count = self.request.count
        exponents = (
            np.linspace(math.log(first), math.log(last), count)
            if count > 1
            else [math.log(math.sqrt(first * last))]
        )
        return tuple(sorted({Fraction(f"{math.exp(value):.2e}") for value in exponents}))


def require_clarabel() -> None:
    """Raises InputError unless the cone solver is installed."""
    from importlib.util import find_spec

    if find_spec("clarabel") is None:
        accepted = "pip install 'icebound[convex]'"
        raise InputError("frontier", "clarabel", "needs the package", accepted)


def within_budget(network: RidgeNetwork, budget: Fraction) -> RidgeNetwork:
    """The network with c scaled down until sum |c_j| <= B holds exactly, in rationals."""
    return dataclasses.replace(network, c=within(network.c, budget))


def inside_box(network: RidgeNetwork, lam: Fraction, beta: Fraction) -> RidgeNetwork:
    """The network with hidden parameters in V exactly: the sides are rationals, not floats."""
    a = np.clip(network.a, -_float_below(lam), _float_below(lam))
    b = np.clip(network.b, -_float_below(beta), _float_below(beta))
    return dataclasses.replace(network, a=a, b=b)


def _float_below(value: Fraction) -> float:
    nearest = float(value)
    return nearest if Fraction(nearest) <= value else math.nextafter(nearest, 0.0)


def _reject_poles(target: BoxTarget) -> None:
    """Raise InputError for a target that is not finite at some point that bisection runs into."""
    with working_precision(96):
        left = [target.domain]
        for _ in range(LOOKS):
            if not left:
                return
            box = left.pop()
            if target.value([interval(low, high) for low, high in box]).is_finite():
                continue
            axis = max(range(len(box)), key=lambda i: box[i][1] - box[i][0])
            low, high = box[axis]
            for corner in product(*box):
                if not target.value([ball(end) for end in corner]).is_finite():
                    where = ", ".join(f"{float(end):.6g}" for end in corner)
                    raise InputError(
                        "--target",
                        target.text,
                        f"not shown to be finite and real at ({where}):",
                        "a function that is finite and real on the whole domain is accepted",
                    )
            if high - low <= (target.domain[axis][1] - target.domain[axis][0]) / 2**DEEPEST:
                # finite at its corners: a steep place, such as the end of a square root
                continue
            middle = (low + high) / 2
            halves = ((low, middle), (middle, high))
            left.extend((*box[:axis], side, *box[axis + 1 :]) for side in halves)


def _sampled(target: BoxTarget, request: FrontierRequest) -> tuple[Measure, Array]:
    """Gauss-Legendre points that resolve f and every unit of V, and f there."""
    sides = [(float(low), float(high)) for low, high in target.domain]
    if request.activation == "step" and target.dimension == 2:
        measure = lattice_measure(sides)
        return measure, target.sample(measure.points)
    most = most_panels(target.dimension)
    if activation(request.activation).analytic:
        widest = max(high - low for low, high in sides)
        panels = min(most, max(1, math.ceil(float(request.lam) * widest / 8)))
    else:
        panels = min(most, KINKED_PANELS[target.dimension])
    measure = box_measure(sides, panels)
    values = target.sample(measure.points)
    while 2 * panels <= most:
        finer = box_measure(sides, 2 * panels)
        again = target.sample(finer.points)
        before, after = (_summary(*rule, sides) for rule in ((measure, values), (finer, again)))
        if np.abs(after - before).max() <= AGREEMENT[target.dimension] * max(
            1e-300, float(after[0])
        ):
            break
        panels, measure, values = 2 * panels, finer, again
    return measure, values


def _summary(measure: Measure, values: Array, sides: Sequence[tuple[float, float]]) -> Array:
    """|f|^2 and a few moments against oscillating weights, to compare two rules."""
    low, high = np.array(sides).T
    unit = ((measure.points - low) / (high - low)).sum(axis=1)
    mean_square = measure.inner(values, values)
    size = math.sqrt(mean_square)
    waves = [measure.inner(values, np.cos(k * unit + k)) * size for k in (2, 5, 9)]
    return np.array([mean_square, *waves])
