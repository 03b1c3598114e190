"""B2 for several outputs: one vector of biases, g(x) = C relu(W x + b) near f_1, ..., f_l at once.

A unit that turns at t adds the vector s = C_k |w_k| times relu(+-(x - t)) to the outputs: biases
still place the knots, but a knot must pay l lacking slopes with the same units.  The sweep is that
of one output, outwards from a middle, with feedback on the vector of mismatches; every knot takes
the best of many sums of ``units_per_knot`` >= l units, or of one more.
*Rate.*  ``theory.bias.outputs`` proves n^-1 (ln n/n)^(1/l) with pairs (B2-outputs).  Sums of j
units are about n^j points in R^l, so mismatches of order n^(-j/l) and errors of order n^-2 are to
be expected from j >= l while all sums can be tried.  Here a fixed number of them is: measured
(``benchmarks/bias_figures.py``) the error falls like n^-2 up to n of about 3000 for l = 2 and 1600
for l = 3, more slowly beyond; not proved.  The bound of this
very network is B2a for every output (arXiv 2407.00957).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from numerics.bias.draw import BiasDraw
from numerics.bias.kink_mass import kinks_of
from numerics.bias.kink_vectors import VectorPool
from numerics.bias.knots import Shape, balanced, mesh, middle, shape, values
from numerics.bias.network import BiasNetwork, off_biases
from numerics.bias.parking import LEFT, RIGHT, Facing, Parking
from numerics.bias.predict import Chosen, Prediction, predict
from numerics.bias.sweep import Fixed, Half, sweep
from numerics.networks import Array, frozen_array
from theory.errors import InputError
from theory.targets.target import Target

# Intervals per unit of a half.
SHARES = (0.45, 0.38, 0.31, 0.25, 0.19, 0.13, 0.08, 0.04, 0.02)
# Units kept aside for each output to set the values at the middle: those of the smallest weights.
VALUE_UNITS = 6
TOLERANCE = 0.1
GIVE_UP_AFTER = 2


@dataclass(frozen=True)
class SeveralOutputs:
    """``outputs``: a network for each output, all with the same W and b, row i of C;
    ``predictions``: sup|f_i - g_i| <= ``predictions[i].value`` (B2a); ``off``, ``parked``: units
    that are 0, and affine, on the domain; ``intervals``: of both halves.
    """

    outputs: tuple[BiasNetwork, ...]
    predictions: tuple[Prediction, ...]
    off: int
    parked: int
    intervals: int

    @property
    def b(self) -> Array:
        """The biases (n,)."""
        return self.outputs[0].b

    @property
    def predicted(self) -> float:
        """The largest of the predicted bounds."""
        return max(prediction.value for prediction in self.predictions)


def build_several(
    targets: Sequence[Target],
    W: Array,
    C: Array,
    *,
    draw: BiasDraw | None = None,
    units_per_knot: int | None = None,
) -> SeveralOutputs:
    """One vector of biases for ``targets`` on one domain; ``W`` (n,) or (n, 1), ``C`` (l, n).

    ``units_per_knot``: j >= 2, default max(2, l).  Always returns a network; how good it is the
    predictions say.  Raises InputError for other shapes, numbers that are not finite, or targets
    with different domains.
    """
    plan = _Plan.of(targets, W, C, units_per_knot)
    parking = plan.park()
    chosen = {facing: plan.best(facing, parking) for facing in (RIGHT, LEFT)}
    b = off_biases(plan.W, math.nextafter(plan.reach, math.inf))
    for unit, bias in parking[0].biases.items():
        b[unit] = bias
    pinned = [
        (unit, float(node))
        for halves in chosen.values()
        for node, units in zip(halves[0].half.nodes, halves[0].swept.taken, strict=False)
        for unit in units
    ]
    index = np.array([unit for unit, _ in pinned], dtype=np.int64)
    at = np.array([x for _, x in pinned], dtype=np.float64)
    b[index] = -plan.W[index] * at + 0.0
    predictions = [
        predict(target, [chosen[RIGHT][i], chosen[LEFT][i]], (plan.W, plan.C[i]), (index, at))
        for i, target in enumerate(plan.targets)
    ]
    return SeveralOutputs(
        outputs=tuple(BiasNetwork(plan.W, row, b, draw) for row in plan.C),
        predictions=tuple(predictions),
        off=plan.W.size - len(parking[0].biases) - index.size,
        parked=len(parking[0].biases),
        intervals=sum(len(halves[0].half.nodes) - 1 for halves in chosen.values()),
    )


class _Replay:
    """Units that were chosen before, knot by knot."""

    def __init__(self, taken: Sequence[list[int]]) -> None:
        self._taken = iter(taken)

    def take(self, need: float, tolerance: float, most: int = 2) -> list[int]:
        """The units of the next knot, whatever the need of this output alone."""
        return next(self._taken)


@dataclass(frozen=True)
class _Plan:
    """Targets, their common density of knots, frozen weights, free units of each facing."""

    targets: tuple[Target, ...]
    forms: tuple[Shape, ...]
    common: Shape
    centre: float
    W: Array
    C: Array
    pools: Mapping[Facing, VectorPool]

    @classmethod
    def of(cls, targets: Sequence[Target], W: Array, C: Array, units_per_knot: int | None) -> _Plan:
        rows = np.asarray(C)
        if not targets or rows.ndim != 2 or rows.shape[0] != len(targets):
            accepted = f"shape ({max(len(targets), 1)}, n), a row for each target, is accepted"
            raise InputError("C", rows.shape, "has shape", accepted)
        W = frozen_array("W", np.asarray(W).reshape(-1), rows.shape[1])
        C = np.array([frozen_array("C", row) for row in rows])
        if len({(target.low, target.high) for target in targets}) > 1:
            raise InputError("targets", len(targets), "have different domains:", "one domain")
        together = max(2, len(targets)) if units_per_knot is None else units_per_knot
        if together < 2:
            raise InputError("units_per_knot", together, "too small:", "2 or more is accepted")
        forms = tuple(shape(target, W.size) for target in targets)
        common = _common(forms)
        kinks = np.array([kinks_of(W, row) for row in C]).T
        pools = {
            facing: VectorPool(kinks[units], units, together=together)
            for facing in (RIGHT, LEFT)
            for units in (np.flatnonzero(facing * W > 0.0),)
        }
        work = max(len(pools[LEFT]), 1), max(len(pools[RIGHT]), 1)
        centre = middle(common, work[0] / sum(work))
        return cls(tuple(targets), forms, common, centre, W, C, pools)

    @property
    def reach(self) -> float:
        """max |x| on the domain."""
        return max(abs(float(self.targets[0].low)), abs(float(self.targets[0].high)))

    def exact(self, x: float) -> Fraction:
        """The point of the domain that a float of a mesh stands for."""
        low, high = self.targets[0].low, self.targets[0].high
        ends = {float(low): low, float(high): high}
        return ends.get(x, Fraction(x))

    def nodes(self, facing: Facing, count: int) -> Array:
        """A mesh from the middle outwards."""
        low, high = float(self.common.points[0]), float(self.common.points[-1])
        if facing == RIGHT:
            return mesh(self.common, self.centre, high, count)
        return mesh(self.common, low, self.centre, count)[::-1]

    def park(self) -> list[Parking]:
        """Units that give the values and the slopes at the middle; they leave the pools."""
        low, high = self.targets[0].low, self.targets[0].high
        parking = [Parking(self.W, row, low, high) for row in self.C]
        count = max(1, int(0.3 * min(map(len, self.pools.values()))))
        around = np.concatenate([self.nodes(LEFT, count)[1:2], self.nodes(RIGHT, count)[:2]])
        exact = [self.exact(x) for x in around.tolist()]
        f = np.array([values(target, exact)[0] for target in self.targets])
        slopes = (f[:, 2] - f[:, 0]) / (around[2] - around[0])
        goals = np.array([balanced(around, row, self.common.kinks)[1] for row in f])
        # the values need a few units in general position, whose kinks are no loss
        free = np.concatenate([pool.units for pool in self.pools.values()])
        spare = free[np.argsort(np.abs(self.W[free]), kind="stable")]
        spare = spare[: min(VALUE_UNITS * len(self.targets), free.size // 4)]
        self._at_edge(parking, spare.tolist())
        self._slope(parking, slopes)
        self._values(parking, goals, spare)
        return parking

    def _at_edge(self, parking: Sequence[Parking], units: Sequence[int]) -> None:
        for unit in units:
            for part in parking:
                part.at_edge(unit)
        for pool in self.pools.values():
            pool.drop(np.array(units, dtype=np.int64))

    def _slope(self, parking: Sequence[Parking], slopes: Array) -> None:
        while True:
            need = slopes - np.array([float(part.slope) for part in parking])
            best: tuple[float, int] | None = None
            for facing, pool in self.pools.items():
                missing = np.linalg.norm(need - facing * pool.vectors, axis=1)
                if missing.size:
                    k = int(missing.argmin())
                    option = (float(missing[k]), int(pool.units[k]))
                    best = option if best is None else min(best, option)
            if best is None or best[0] >= float(np.linalg.norm(need)):
                return
            self._at_edge(parking, [best[1]])

    def _values(self, parking: Sequence[Parking], goals: Array, spare: NDArray[np.int64]) -> None:
        from scipy.optimize import nnls

        centre = Fraction(self.centre)
        lacks = goals - np.array([float(part.at(centre)) for part in parking])
        size = float(np.abs(lacks).max(initial=0.0))
        for units in (spare, np.array(sorted(parking[0].biases), dtype=np.int64)):
            if not units.size or size == 0.0:
                continue
            extra, left = nnls(self.C[:, units], lacks)
            if left <= 1e-9 * size or units is not spare:
                for unit, more in zip(units.tolist(), extra.tolist(), strict=True):
                    if more > 0.0:
                        self._raise(parking, unit, more)
                return

    def _raise(self, parking: Sequence[Parking], unit: int, more: float) -> None:
        for part in parking:
            before = part.biases[unit]
            part.slope -= Fraction(float(part.C[unit])) * Fraction(float(part.W[unit]))
            part.offset -= Fraction(float(part.C[unit])) * Fraction(before)
            part.park(unit, before + more)

    def best(self, facing: Facing, parking: Sequence[Parking]) -> list[Chosen]:
        """Sweeps with several numbers of intervals; the smallest estimated error wins."""
        n = len(self.pools[facing])
        counts = sorted({max(1, int(share * n)) for share in SHARES} | {1}, reverse=True)
        best: list[Chosen] = []
        level, worse = math.inf, 0
        for count in counts:
            tried = self._sweep(facing, parking, count)
            now = max(part.level for part in tried)
            if now < level:
                best, level, worse = tried, now, 0
            else:
                worse += 1
            if worse >= GIVE_UP_AFTER:
                break
        return best

    def _sweep(self, facing: Facing, parking: Sequence[Parking], count: int) -> list[Chosen]:
        nodes = self.nodes(facing, count)
        exact = [self.exact(x) for x in nodes.tolist()]
        steps = np.abs(np.diff(nodes))
        ascending = slice(None, None, facing)
        sampled = [values(target, exact) for target in self.targets]
        goals = [
            balanced(nodes[ascending], f[ascending], self.common.kinks)[ascending]
            for f, _ in sampled
        ]
        shifts = [np.abs(goal - f) for goal, (f, _) in zip(goals, sampled, strict=True)]
        allowed = TOLERANCE * min(float(np.median(shift)) for shift in shifts) / steps
        taken = self._choose(facing, parking, np.array(goals), steps, allowed)
        centre = Fraction(self.centre)
        found = []
        for i, (f, eta) in enumerate(sampled):
            half = Half(exact, goals[i], allowed)
            length = float(self.targets[0].length)
            scale = float(np.abs(f).max(initial=0.0)) or 1.0
            fixed = Fixed.fine(1.0, scale, length, scale / length)
            start = parking[i].at(centre), parking[i].slope * facing
            swept = sweep(_Replay(taken), half, start, (self.W, self.C[i]), fixed)
            level = float(np.abs(swept.misses).max())
            level = max(level, float(shifts[i].max(initial=0.0)), self._seen(i, half, swept.misses))
            found.append(Chosen(half, swept, f, eta, level))
        return found

    def _choose(
        self,
        facing: Facing,
        parking: Sequence[Parking],
        goals: Array,
        steps: Array,
        allowed: Array,
    ) -> list[list[int]]:
        """Units for every knot, with feedback on the vector of mismatches."""
        pool = self.pools[facing].copy()
        centre = Fraction(self.centre)
        value = np.array([float(part.at(centre)) for part in parking])
        slope = np.array([float(part.slope) * facing for part in parking])
        taken = []
        for k, step in enumerate(steps.tolist()):
            need = (goals[:, k + 1] - value) / step - slope
            units = pool.take(need, float(allowed[k]))
            slope = slope + (self.C[:, units] * np.abs(self.W[units])).sum(axis=1)
            value = value + step * slope
            taken.append(units)
        return taken

    def _seen(self, i: int, half: Half, misses: Array) -> float:
        """The largest |f_i - g_i| at the sampled points of a half."""
        nodes = np.array([float(x) for x in half.nodes])
        order = np.argsort(nodes)
        points, f = self.forms[i].points, self.forms[i].f
        inside = (points >= nodes[order[0]]) & (points <= nodes[order[-1]])
        gap = np.interp(points[inside], nodes[order], (half.goals + misses)[order]) - f[inside]
        return float(np.abs(gap).max(initial=0.0))


def _common(forms: Sequence[Shape]) -> Shape:
    """One density of knots for all outputs: the largest of theirs, kinks of any of them."""
    root = np.max([form.root for form in forms], axis=0)
    steps = np.diff(forms[0].points)
    mass = np.concatenate([[0.0], ((root[1:] + root[:-1]) / 2 * steps).cumsum()])
    cells = np.max([np.diff(form.mass) for form in forms], axis=0)
    mass = np.concatenate([[0.0], np.maximum(cells, np.diff(mass)).cumsum()])
    kinks = tuple(sorted({kink for form in forms for kink in form.kinks}))
    return replace(forms[0], root=root, mass=mass, kinks=kinks)
