"""P5: a network on any locations and any frozen values, kinks dealt to the closest pairs of values.

Unit coordinate t in [0, 1]; locations t_1 < ... < t_n, values V of size 2n, read-out alpha, gamma.
The interpolant of f at 0, t_1, ..., t_n, 1 bends by kappa_i at t_i; the network by gamma (v + v')
with the two values v, v' that location i holds.

1. *Pairs.*  The upper half of V in ascending order, and the lower half in descending order.  A
   demand y = kappa_i/gamma takes, among the next 12 unused values of both, the pair with the
   closest sum; a value that waits too long is taken next.  Demands of both signs alternate so that
   both windows move alike; large demands take their pair first, anywhere.
2. *Slope.*  Which of the two values is on q: sum q = -f'(left)/gamma, a subset sum by greedy signs
   and exchanges.
3. *Order.*  From left to right every location takes the unused pair closest to what is left of its
   demand after feedback, y - s - e/3 (slope error s, value error e in cells), and the last
   locations exchange pairs where that lowers the error.
4. *Read-out.*  The best alpha and gamma on knots, mid-points and 257 equidistant points.

Several gamma are tried.  Without any (a draw or a target for which nothing works) the constant
remains: gamma = 0.  Nothing is promised but what the certifier says of the result.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.networks import Array, PermutationNetwork, Provenance
from numerics.permutation.construction import Construction
from numerics.permutation.readout import minimax
from numerics.permutation.rounding import Domain
from theory.errors import InputError

WINDOW = 12
PATIENCE = 3 * WINDOW
DAMPING = 0.3
TAIL = 48
ROUNDS = 120
# Share of the range of the values that one location of an end layer takes.
LAYER = 0.8
# Demands above this many mean gaps between values do not fit the windows.
LARGE = 5.0
SCALES = (1.0, 2.0, 0.5, 4.0, 0.25, 8.0)
FEW_SCALES = 2
WIDE = 20_000

Places = NDArray[np.int64]


@dataclass(frozen=True)
class _Problem:
    """Knots 0, t_1, ..., t_n, 1 with the values of f there, and the slopes between them."""

    knots: Array
    heights: Array
    values: Array

    @property
    def slopes(self) -> Array:
        return np.asarray(np.diff(self.heights) / np.diff(self.knots))


def build_dealt_kinks(
    sample: object,
    locations: Array,
    initial: Array,
    domain: Domain,
    *,
    provenance: Provenance,
    seed: int = 0,
) -> Construction:
    """The best network found on ``locations`` (n,), ascending, with coefficients from ``initial``.

    ``sample``: as for the other constructions.  ``details``: the gamma tried and the measured error
    at these points; ``rounding`` is 0, as nothing is predicted.  O(n log n) per gamma.
    Locations outside the domain, or equal ones, leave the constant.  Raises ``InputError`` for
    shapes that do not fit.  Source: note P5.
    """
    if initial.size != 2 * locations.size or locations.size < 2:
        sizes = f"{locations.size} locations and {initial.size} values"
        raise InputError("locations", sizes, "are", "n >= 2 locations and 2n values are accepted")
    a, length = float(domain[0]), float(domain[1] - domain[0])
    unit = (np.asarray(locations, dtype=np.float64) - a) / length
    regular = bool((np.diff(unit) > 0).all() and unit[0] >= 0 and unit[-1] <= 1)
    inner = unit[(unit > 0) & (unit < 1)]
    knots = np.concatenate([[0.0], inner, [1.0]])
    # Mid-points of the cells, and enough points where the cells are few and wide.
    grid = np.unique(np.concatenate([knots, (knots[1:] + knots[:-1]) / 2, np.arange(257) / 256]))
    heights, _ = sample(grid)  # type: ignore[operator]
    ends = np.concatenate([[0.0], unit, [1.0]])
    problem = _Problem(ends, np.interp(ends, grid, heights), initial)
    shown = PermutationNetwork(
        locations=locations,
        p=initial[: unit.size],
        q=initial[unit.size :],
        alpha=float(heights.max() + heights.min()) / 2,
        gamma=0.0,
        initial=initial,
        provenance=provenance,
    )
    best, least = shown, float(np.ptp(heights)) / 2
    tried: list[float] = []
    scales = SCALES[:FEW_SCALES] if unit.size > WIDE else SCALES
    for gamma in _scales(problem, scales) if least > 0 and regular else ():
        p, q = _deal(problem, gamma, np.random.default_rng(seed))
        h = _hinges(unit, p, q, grid)
        alpha, factor = minimax(h, heights)
        error = float(np.abs(alpha + factor * h - heights).max())
        tried.append(gamma)
        if np.isfinite(error) and error < least:
            least = error
            best = PermutationNetwork(
                locations, p, q, alpha, factor / length, initial, provenance, readout=True
            )
    details = {"tried": float(len(tried)), "measured": least, "gamma": best.gamma}
    return Construction("P5", "dealt", best, abs(best.gamma) * length, 0.0, details)


def _scales(problem: _Problem, factors: Sequence[float]) -> list[float]:
    """gamma to try: kinks of a few gaps between the values, slopes and large kinks in reach."""
    slopes, n = problem.slopes, problem.knots.size - 2
    kinks = np.sort(np.abs(np.diff(slopes)))
    spread = float(np.ptp(problem.values)) / 2
    typical = 0.5 * n * float(kinks[int(0.9 * n)]) / spread
    least = max(kinks[-1] / spread, 8.0 * float(np.abs(slopes).max()) / n / spread)
    found = [max(factor * typical, least) for factor in factors]
    if found[0] == least:
        found = [factor * least for factor in factors if factor >= 1.0]
    if abs(float(problem.values.sum())) > 1e-9 * spread * n:
        # The smaller gamma, the less the values that do not sum to 0 bend the network.
        found = [factor * least for factor in (1.2, 2.0, 4.0)] + found
    return list(dict.fromkeys(found))


def _deal(problem: _Problem, gamma: float, rng: np.random.Generator) -> tuple[Array, Array]:
    demands = np.diff(problem.slopes) / gamma
    # All values are used, so the kinks sum to a fixed number: both ends of the domain take the
    # rest, over as many locations as their values need.
    rest = float(problem.values.sum() - demands.sum())
    n = demands.size
    layer = 1 + int(abs(rest) / (LAYER * float(np.ptp(problem.values))))
    layer = min(layer, n // 2)
    demands[:layer] += rest / 2 / layer
    demands[n - layer :] += rest / 2 / layer
    first = float(problem.slopes[0]) / gamma - rest / 2
    slopes = first + np.concatenate([[0.0], demands.cumsum()])
    ascending = np.sort(problem.values)
    high, low = _pairs(ascending[n:], -ascending[:n][::-1], demands, rng)
    on_q = _signs(high, low, -first)
    start = -float(np.where(on_q, high, low).sum())
    order = _order(problem.knots, slopes, high + low, start)
    high, low, on_q = high[order], low[order], on_q[order]
    return np.where(on_q, low, high), np.where(on_q, high, low)


def _pairs(
    upper: Array, lower: Array, demands: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Values (v, v'), v from ``upper``, -v' from ``lower``, both ascending; sums near the demands.

    ``upper`` - ``lower`` of equal rank is what the values give by themselves.
    """
    n = demands.size
    gap = float(upper[-1] - upper[0]) / n
    order = rng.permutation(n)
    big = order[np.abs(demands[order]) > LARGE * WINDOW / 2 * gap]
    free_up, free_low = np.ones(n, dtype=bool), np.ones(n, dtype=bool)
    large = demands[big[np.argsort(-np.abs(demands[big]))]].tolist()
    first = [_anywhere(upper, lower, free_up, free_low, y, rng) for y in large]
    ups, lows = upper[free_up], lower[free_low]
    small = demands[np.setdiff1d(order, big)]
    drift = (ups - lows).cumsum().tolist()
    above = rng.permutation(small[small > 0]).tolist()
    below = rng.permutation(small[small <= 0]).tolist()
    width = min(WINDOW, ups.size)
    window_up, window_low = ups[:width].copy(), lows[:width].copy()
    born_up, born_low = np.arange(width), np.arange(width)
    high, low, total = [], [], 0.0
    for step in range(ups.size):
        side = above if (total <= drift[step] and above) or not below else below
        y = side.pop()
        gaps = np.abs(window_up[:, None] - window_low[None, :] - y)
        late_up, late_low = int(born_up.argmin()), int(born_low.argmin())
        if step - born_up[late_up] > PATIENCE:
            i, j = late_up, int(gaps[late_up].argmin())
        elif step - born_low[late_low] > PATIENCE:
            j, i = late_low, int(gaps[:, late_low].argmin())
        else:
            i, j = divmod(int(gaps.argmin()), width)
        high.append(window_up[i])
        low.append(-window_low[j])
        total += high[-1] + low[-1]
        ahead = step + width
        window_up[i], born_up[i] = (ups[ahead], ahead) if ahead < ups.size else (np.inf, 2 * n)
        window_low[j], born_low[j] = (lows[ahead], ahead) if ahead < ups.size else (-np.inf, 2 * n)
    pairs = np.array(first).reshape(-1, 2)
    return np.concatenate([high, pairs[:, 0]]), np.concatenate([low, pairs[:, 1]])


def _anywhere(
    upper: Array,
    lower: Array,
    free_up: NDArray[np.bool_],
    free_low: NDArray[np.bool_],
    y: float,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """A pair with a large sum y: of a random unused lower value and the upper one that fits."""
    lows = np.flatnonzero(free_low)
    fits = lows[(lower[lows] + y >= upper[0]) & (lower[lows] + y <= upper[-1])]
    j = int(rng.choice(fits)) if fits.size else int(lows[0] if y > 0 else lows[-1])
    ups = np.flatnonzero(free_up)
    i = int(ups[np.abs(upper[ups] - lower[j] - y).argmin()])
    free_up[i] = free_low[j] = False
    return float(upper[i]), -float(lower[j])


def _signs(high: Array, low: Array, wanted: float) -> NDArray[np.bool_]:
    """Where the upper value is on q: sum q close to ``wanted``; greedy, then exchanges."""
    weights = high - low
    rest = wanted - float(low.sum())
    taken = np.zeros(weights.size, dtype=bool)
    order = np.argsort(-weights, kind="stable")
    lead = 2 * rest - float(weights.sum())
    for index in order.tolist():
        if lead > 0:
            taken[index] = True
            lead -= float(weights[index])
        else:
            lead += float(weights[index])
    for _ in range(4):
        missing = rest - float(weights[taken].sum())
        inside, outside = np.flatnonzero(taken), np.flatnonzero(~taken)
        if not (inside.size and outside.size):
            break
        outside = outside[np.argsort(weights[outside], kind="stable")]
        place = np.searchsorted(weights[outside], weights[inside] + missing)
        place = np.clip(place, 0, outside.size - 1)
        left = np.abs(missing - weights[outside[place]] + weights[inside])
        k = int(left.argmin())
        if left[k] >= abs(missing):
            break
        taken[inside[k]], taken[outside[place[k]]] = False, True
    return taken


def _order(knots: Array, slopes: Array, sums: Array, start: float) -> Places:
    """Which pair each location takes: the closest to its demand after feedback."""
    n = sums.size
    ranks = np.argsort(sums, kind="stable")
    ascending = sums[ranks]
    cells, wanted = np.diff(knots), slopes.tolist()
    scale = DAMPING * n
    before, after = list(range(-1, n + 1)), list(range(1, n + 3))
    used = bytearray(n + 2)

    def unused(index: int, step: list[int]) -> int:
        path = []
        while 1 <= index <= n and used[index]:
            path.append(index)
            index = step[index]
        for entry in path:
            step[entry] = index
        return index

    slope, error = start, (start - wanted[0]) * float(cells[0])
    taken = np.empty(n, dtype=np.int64)
    widths, numbers = cells.tolist(), ascending.tolist()
    ideals = (np.array(wanted[1:])).tolist()
    for i in range(n):
        # In one cell the slope should undo a part of the error.
        aim = ideals[i] - scale * error - slope
        near = min(bisect_left(numbers, aim) + 1, n)
        right, left = unused(near, after), unused(near, before)
        if right > n or (left >= 1 and aim - numbers[left - 1] <= numbers[right - 1] - aim):
            chosen = left
        else:
            chosen = right
        used[chosen] = 1
        taken[i] = chosen - 1
        slope += numbers[chosen - 1]
        error += (slope - ideals[i]) * widths[i + 1]
    order = ranks[taken]
    return _tail(knots, slopes, sums, order, start)


def _tail(knots: Array, slopes: Array, sums: Array, order: Places, start: float) -> Places:
    """Exchanges among the last locations that lower the largest error there."""
    n, size = order.size, min(TAIL, order.size)
    first = n - size
    cells = np.diff(knots)
    inner = start + np.concatenate([[0.0], sums[order].cumsum()])
    errors = np.concatenate([[0.0], ((inner - slopes) * cells).cumsum()])
    base = errors[first + 1]
    widths, ideal = cells[first + 1 :], slopes[first + 1 :]
    kinks, entering = sums[order[first:]].copy(), inner[first]
    places = np.arange(size)
    i, j = np.triu_indices(size, 1)
    reach = widths.cumsum()
    ahead = np.concatenate([[0.0], reach])

    def paths(current: Array) -> Array:
        return np.asarray(base + ((entering + current.cumsum() - ideal) * widths).cumsum())

    shape = np.maximum(reach[None, :] - ahead[i][:, None], 0.0)
    shape -= np.maximum(reach[None, :] - ahead[j][:, None], 0.0)
    path = paths(kinks)
    floor = float(np.abs(errors[: first + 2]).max())
    for _ in range(ROUNDS):
        trial = path[None, :] + (kinks[j] - kinks[i])[:, None] * shape
        worst = np.abs(trial).max(axis=1)
        best = int(worst.argmin())
        if worst[best] >= np.abs(path).max() * (1 - 1e-9) or np.abs(path).max() < floor / 2:
            break
        a, b = int(i[best]), int(j[best])
        kinks[[a, b]], places[[a, b]] = kinks[[b, a]], places[[b, a]]
        path = paths(kinks)
    return np.concatenate([order[:first], order[first:][places]])


def _hinges(unit: Array, p: Array, q: Array, points: Array) -> Array:
    """h at ascending ``points``: float64 prefix sums."""
    slope = np.concatenate([[-q.sum()], p + q]).cumsum()
    knots = np.concatenate([[q @ unit], slope[:-1] * np.diff(unit, prepend=0.0)]).cumsum()[1:]
    index = np.searchsorted(unit, points, side="right")
    anchors = np.concatenate([[0.0], unit])[index]
    heights = np.concatenate([[q @ unit], knots])[index]
    return np.asarray(heights + slope[index] * (points - anchors))
