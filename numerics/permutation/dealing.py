"""The steps of P5: closest pairs of values, signs for a slope, an order by damped feedback.

All in the unit coordinate and with gamma = 1: demands and values are on one scale.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from numerics.networks import Array

WINDOW = 12
PATIENCE = 3 * WINDOW
DAMPING = 0.3
TAIL = 48
ROUNDS = 120
# Demands above this many mean gaps between values do not fit the windows.
LARGE = 5.0

Places = NDArray[np.int64]


def closest_pairs(
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


def signs_for(high: Array, low: Array, wanted: float) -> NDArray[np.bool_]:
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


def order_of(knots: Array, slopes: Array, sums: Array, start: float) -> Places:
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


def raise_to(unit: Array, p: Array, q: Array, height: float) -> tuple[Array, Array]:
    """(p, q) with sum q_i t_i near ``height``: pairs of nearly equal kinks exchange locations.

    Neighbours in the order of the kinks, so that slopes stay nearly what they are; large changes
    first, then the two together that come closest.
    """
    places = np.argsort(p + q, kind="stable")
    place = np.arange(unit.size)
    for offset in (0, 1, 0, 1):
        pairs = places[offset : offset + (places.size - offset) // 2 * 2].reshape(-1, 2)
        one, two = pairs[:, 0], pairs[:, 1]
        missing = height - float(q[place] @ unit)
        change = (unit[two] - unit[one]) * (q[place[one]] - q[place[two]])
        taken = np.zeros(one.size, dtype=bool)
        for index in np.argsort(-np.abs(change), kind="stable").tolist():
            if abs(missing - change[index]) < abs(missing):
                taken[index] = True
                missing -= float(change[index])
        left = np.flatnonzero(~taken)
        ascending = left[np.argsort(change[left], kind="stable")]
        if left.size > 1:
            values = change[ascending]
            partner = np.clip(np.searchsorted(values, missing - values), 0, left.size - 1)
            off = np.abs(values + values[partner] - missing)
            off[partner == np.arange(left.size)] = np.inf
            best = int(off.argmin())
            if off[best] < abs(missing):
                taken[ascending[[best, int(partner[best])]]] = True
        one, two = one[taken], two[taken]
        place[one], place[two] = place[two], place[one]
    return p[place], q[place]


def hinges(unit: Array, p: Array, q: Array, points: Array) -> Array:
    """h at ascending ``points``: float64 prefix sums."""
    slope = np.concatenate([[-q.sum()], p + q]).cumsum()
    knots = np.concatenate([[q @ unit], slope[:-1] * np.diff(unit, prepend=0.0)]).cumsum()[1:]
    index = np.searchsorted(unit, points, side="right")
    anchors = np.concatenate([[0.0], unit])[index]
    heights = np.concatenate([[q @ unit], knots])[index]
    return np.asarray(heights + slope[index] * (points - anchors))
