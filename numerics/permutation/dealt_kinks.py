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

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from numerics.networks import Array, PermutationNetwork, Provenance
from numerics.permutation.construction import Construction, Sampler
from numerics.permutation.dealing import closest_pairs, hinges, order_of, signs_for
from numerics.permutation.readout import minimax
from numerics.permutation.rounding import Domain
from theory.errors import InputError

# Share of the range of the values that one location of an end layer takes.
LAYER = 0.8
SCALES = (0.5, 0.25, 1.0, 2.0, 4.0, 8.0)
FEW_SCALES = 2
WIDE = 20_000
ROUNDED = 1e-12


@dataclass(frozen=True)
class Interpolant:
    """Knots 0, t_1, ..., t_n, 1 with the values of f there, and the slopes between them."""

    knots: Array
    heights: Array
    values: Array

    @property
    def slopes(self) -> Array:
        widths = np.diff(self.knots)
        slopes = np.diff(self.heights) / np.where(widths > 0, widths, 1.0)
        # A location at an end of the domain has no cell beyond; its demand is then 0.
        if widths[0] == 0:
            slopes[0] = slopes[1]
        if widths[-1] == 0:
            slopes[-1] = slopes[-2]
        return np.asarray(slopes)


def build_dealt_kinks(
    sample: Sampler,
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
    problem, unit, grid, heights, regular = prepare(sample, locations, initial, domain)
    length = float(domain[1] - domain[0])
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
        p, q = deal(problem, gamma, np.random.default_rng(seed))
        h = hinges(unit, p, q, grid)
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


def prepare(
    sample: Sampler, locations: Array, initial: Array, domain: Domain
) -> tuple[Interpolant, Array, Array, Array, bool]:
    """The interpolant, unit locations, a grid with f on it, and whether dealing is possible."""
    if initial.size != 2 * locations.size or locations.size < 2:
        sizes = f"{locations.size} locations and {initial.size} values"
        raise InputError("locations", sizes, "are", "n >= 2 locations and 2n values are accepted")
    a, length = float(domain[0]), float(domain[1] - domain[0])
    unit = (np.asarray(locations, dtype=np.float64) - a) / length
    # An end of the domain may come out a rounding beside 0 or 1.
    snapped = np.clip(unit, 0.0, 1.0)
    unit = np.where(np.abs(unit - snapped) < ROUNDED, snapped, unit)
    regular = bool((np.diff(unit) > 0).all() and unit[0] >= 0 and unit[-1] <= 1)
    inner = unit[(unit > 0) & (unit < 1)]
    knots = np.concatenate([[0.0], inner, [1.0]])
    # Mid-points of the cells, and enough points where the cells are few and wide.
    grid = np.unique(np.concatenate([knots, (knots[1:] + knots[:-1]) / 2, np.arange(257) / 256]))
    heights, _ = sample(grid)
    ends = np.concatenate([[0.0], unit, [1.0]])
    problem = Interpolant(ends, np.interp(ends, grid, heights), initial)
    return problem, unit, grid, np.asarray(heights), regular


def _scales(problem: Interpolant, factors: Sequence[float]) -> list[float]:
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


def deal(problem: Interpolant, gamma: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """(p, q), each (n,): a permutation of the values; gamma h is near f up to a constant."""
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
    high, low = closest_pairs(ascending[n:], -ascending[:n][::-1], demands, rng)
    on_q = signs_for(high, low, -first)
    start = -float(np.where(on_q, high, low).sum())
    order = order_of(problem.knots, slopes, high + low, start)
    high, low, on_q = high[order], low[order], on_q[order]
    return np.where(on_q, low, high), np.where(on_q, high, low)
