"""B2: biases for a frozen draw, by feedback from the middle outwards; its error from B2a.

Right of the middle only right-facing units turn (w > 0), left of it only left-facing ones, so the
halves do not disturb each other.  Parked units give value and slope at the middle, every knot pays
what the slope lacks, and all units left over are switched off on the domain.  The number of
intervals of each half is the one with the smallest predicted error (note B2; arXiv 2407.00957).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from numerics.bias.draw import BiasDraw
from numerics.bias.kink_mass import free_pools, masses, split, turning
from numerics.bias.knots import Shape, balanced, mesh, shape, values
from numerics.bias.network import BiasNetwork, off_biases
from numerics.bias.parking import LEFT, RIGHT, Facing, Parking, park
from numerics.bias.pools import Pool
from numerics.bias.predict import Chosen, predict
from numerics.bias.reports import TOLERANCE, BiasConstruction, HalfReport
from numerics.bias.sweep import Fixed, Half, sweep
from numerics.bias.wide import applies, build_wide, suffices
from numerics.networks import Array
from theory.targets.target import Target

# Intervals per unit of a half; further down the number is halved until one fits the pool.
SHARES = (0.49, 0.47, 0.45, 0.43, 0.40, 0.36, 0.31, 0.25, 0.19, 0.13)
FEW_SHARES = (0.47, 0.44, 0.40, 0.33, 0.25, 0.15)
# With fewer intervals per unit than this, pairs have run short; above this, so have three units.
WELL_USED, THIRD = 0.35, 0.37
MANY_UNITS = 20_000
# With few units the error jumps from count to count, and all of them are tried.
GIVE_UP_AFTER, FEW_UNITS = 3, 400
# Part of the available kink that a flattened target may ask for.
COVERED = 0.8


def build_biases(
    target: Target,
    W: Array,
    C: Array,
    *,
    draw: BiasDraw | None = None,
    units_per_knot: int | None = None,
) -> BiasConstruction:
    """Biases for frozen ``W``, ``C`` of shape (n,) each, any n >= 1; user coordinates.

    ``units_per_knot``: 2 or 3 at most; by default 2, and 3 in a half where pairs run short, which
    they do where f'' is almost constant and every knot asks for the same kink.  Always returns a
    network; how good it is ``prediction`` says.  Raises InputError for arrays that are not finite
    or a target that is not finite on its domain.  O(n log n) up to the moves of ``pools``.
    """
    bare = BiasNetwork(W, C, np.zeros(np.asarray(W).size), draw)
    W, C = bare.W, bare.C
    quick = None
    if units_per_knot in (None, 2) and applies(target, bare.width):
        quick = build_wide(target, W, C, draw)
        if quick is not None and suffices(quick):
            return quick
    form = shape(target, bare.width)
    pools, centre = free_pools(W, C), split(form, W, C)
    plan = _Plan(target, form, centre, (W, C), units_per_knot)
    best = _carry_out(plan, bare, _copies(pools))
    if quick is not None:
        best = min(best, quick, key=lambda made: made.prediction.value)
    if best.shortage is None and best.followed:
        return best
    # kinks are short: follow part of the wiggles, down to none
    covered = min(1.0, best.right.covered, best.left.covered)
    for part in (COVERED * covered, COVERED * covered / 2, 0.0):
        tried = _carry_out(replace(plan, part=part), bare, _copies(pools))
        if tried.prediction.value < best.prediction.value:
            best = tried
    if best.prediction.value > float(np.abs(form.f).max()):
        # then all units off do better
        tried = _carry_out(replace(plan, part=0.0), bare, {RIGHT: Pool.empty(), LEFT: Pool.empty()})
        best = min(best, tried, key=lambda made: made.prediction.value)
    return best


def _copies(pools: Mapping[Facing, Pool]) -> dict[Facing, Pool]:
    return {facing: pool.copy() for facing, pool in pools.items()}


def _carry_out(plan: _Plan, bare: BiasNetwork, pools: Mapping[Facing, Pool]) -> BiasConstruction:
    parking = plan.park(pools)
    chosen = {facing: plan.best(facing, pools[facing], parking) for facing in (RIGHT, LEFT)}
    return _assemble(plan, bare, parking, chosen, pools)


@dataclass(frozen=True)
class _Plan:
    """What the halves share: target, shape, middle, frozen weights."""

    target: Target
    form: Shape
    centre: float
    weights: tuple[Array, Array]
    most: int | None
    part: float = 1.0

    def aim(self, f: Array) -> Array:
        """What is aimed at instead of ``f``: only a part of its wiggles, if kinks are short."""
        if self.part == 1.0:
            return f
        whole = self.form.f
        centre = float(whole.min() + (whole.max() - whole.min()) / 2)
        return centre + self.part * (f - centre)

    def park(self, pools: Mapping[Facing, Pool]) -> Parking:
        """Park units for the value and the slope of f at the middle."""
        target, centre = self.target, self.centre
        parking = Parking(*self.weights, target.low, target.high)
        sides = [self.nodes(facing, max(1, int(0.43 * len(pools[facing])))) for facing in pools]
        around = np.concatenate([sides[1][1:2][::-1], sides[0][:2]])
        f = self.aim(values(target, [self.exact(x) for x in around.tolist()])[0])
        slope = (f[2] - f[0]) / (around[2] - around[0])
        value = float(balanced(around, f, self.form.kinks)[1])
        kept = {
            facing: (self.part * rise, self.part * fall)
            for facing, (rise, fall) in turning(self.form, self.centre).items()
        }
        park(parking, pools, Fraction(centre), (value, float(slope)), kept)
        return parking

    def exact(self, x: float) -> Fraction:
        """The point of the domain that a float of a mesh stands for."""
        low, high = self.target.low, self.target.high
        if x == float(low):
            return low
        if x == float(high):
            return high
        return Fraction(x)

    def nodes(self, facing: Facing, count: int) -> Array:
        """A mesh from the middle outwards."""
        low, high = float(self.form.points[0]), float(self.form.points[-1])
        if facing == RIGHT:
            return mesh(self.form, self.centre, high, count)
        return mesh(self.form, low, self.centre, count)[::-1]

    def half(self, facing: Facing, count: int) -> tuple[Half, Array, float, float]:
        """The plan with about ``count`` intervals; f at its nodes, their error, the chord level."""
        nodes = self.nodes(facing, count)
        exact = [self.exact(x) for x in nodes.tolist()]
        f, eta = values(self.target, exact)
        ascending = slice(None, None, facing)
        aim = self.aim(f)
        goals = balanced(nodes[ascending], aim[ascending], self.form.kinks)[ascending]
        level = float(np.abs(goals - aim).max(initial=0.0))
        steps = np.abs(np.diff(nodes))
        expected = float(np.median(np.abs(goals - aim)))
        return Half(exact, goals, TOLERANCE * expected / steps), f, eta, level

    def best(self, facing: Facing, pool: Pool, parking: Parking) -> Chosen:
        """Sweep with several numbers of intervals; the smallest estimated error wins."""
        best = self._search(facing, pool, parking, self.most or 2)
        if self.most is None and len(best.half.nodes) - 1 < WELL_USED * len(pool):
            more = self._search(facing, pool, parking, 3)
            best = min(best, more, key=lambda chosen: chosen.level)
        return best

    def _search(self, facing: Facing, pool: Pool, parking: Parking, most: int) -> Chosen:
        n = len(pool)
        shares: tuple[float, ...] = FEW_SHARES if n > MANY_UNITS else SHARES
        if most > 2:
            # three units at every knot leave a third of them at best
            shares = tuple(share for share in shares if share < THIRD)
        counts = [int(share * n) for share in shares]
        smaller = counts[-1] // 2
        while smaller >= 1:
            counts.append(smaller)
            smaller //= 2
        counts = sorted({*(count for count in counts if count >= 1), 1}, reverse=True)
        best: Chosen | None = None
        worse = 0
        for count in counts:
            tried = self._sweep(facing, pool.copy(), parking, count, most)
            if best is None or tried.level < best.level:
                best, worse = tried, 0
            else:
                worse += 1
            if worse >= GIVE_UP_AFTER and n > FEW_UNITS:
                break
        assert best is not None
        return best

    def _sweep(self, facing: Facing, pool: Pool, parking: Parking, count: int, most: int) -> Chosen:
        half, f, eta, level = self.half(facing, count)
        start = parking.at(Fraction(self.centre)), parking.slope * facing
        length = float(self.target.length)
        scale = float(np.abs(f).max(initial=0.0)) or 1.0
        fixed = Fixed.fine(1.0, scale, length, scale / length)
        swept = sweep(pool, half, start, self.weights, fixed, most=most)
        reached = half.goals + swept.misses
        level = max(level, float(np.abs(swept.misses).max()), self.seen(half, reached, facing))
        return Chosen(half, swept, f, eta, level)

    def seen(self, half: Half, reached: Array, facing: Facing) -> float:
        """The largest |f - g| at the sampled points of a half, g through ``reached``."""
        nodes = np.array([float(x) for x in half.nodes])[::facing]
        points, f = self.form.points, self.form.f
        inside = (points >= nodes[0]) & (points <= nodes[-1])
        gap = np.interp(points[inside], nodes, reached[::facing]) - f[inside]
        return float(np.abs(gap).max(initial=0.0))


def _assemble(
    plan: _Plan,
    bare: BiasNetwork,
    parking: Parking,
    chosen: Mapping[Facing, Chosen],
    pools: Mapping[Facing, Pool],
) -> BiasConstruction:
    target, W = plan.target, bare.W
    reach = math.nextafter(max(abs(float(target.low)), abs(float(target.high))), math.inf)
    b = off_biases(W, reach)
    for unit, bias in parking.biases.items():
        b[unit] = bias
    pinned: list[tuple[int, float]] = []
    for part in chosen.values():
        for node, units in zip(part.half.nodes, part.swept.taken, strict=False):
            pinned += [(unit, float(node)) for unit in units]
    index = np.array([unit for unit, _ in pinned], dtype=np.int64)
    at = np.array([x for _, x in pinned], dtype=np.float64)
    b[index] = -W[index] * at + 0.0
    network = BiasNetwork(W, bare.C, b, bare.draw)
    prediction = predict(target, list(chosen.values()), (W, bare.C), (index, at))
    needed = turning(plan.form, plan.centre)
    reports = {facing: _report(chosen[facing], pools[facing], needed[facing]) for facing in pools}
    return BiasConstruction(
        network=network,
        prediction=prediction,
        middle=plan.centre,
        right=reports[RIGHT],
        left=reports[LEFT],
        parked=len(parking.biases),
        off=network.width - len(parking.biases) - index.size,
        part=plan.part,
        spread=float(np.ptp(plan.form.f)) or float(np.abs(plan.form.f).max()),
    )


def _report(part: Chosen, pool: Pool, needed: tuple[float, float]) -> HalfReport:
    return HalfReport(
        intervals=len(part.half.nodes) - 1,
        units=part.swept.units,
        theta=float(np.abs(part.swept.theta).max(initial=0.0)),
        available=masses(pool),
        needed=needed,
    )
