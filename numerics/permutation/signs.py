"""The subset lemma of P8: signs that give the network its initial slope.

Location i holds P_i d and -N_i d; the sign + puts P_i d on p, the sign - puts it on q.  The slope on
(0, d) is gam d T with T = sum_i s_i w_i + k_0 - n(n-1)/2, w_i = P_i + N_i, s_i = 1 for +, so that
the locations with sign - are a subset of the w with sum n(n-1)/2 + k_0 - T.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from numerics.permutation.feedback import Integers
from numerics.permutation.realise import Realisation, SelfCheckFailed

Mask = NDArray[np.bool_]

BASE = 26


def reachable(width: int) -> int:
    """n(n-9)/2 - 58: every T up to this size is a slope (n >= 17; S of the kinks at most n-1)."""
    return width * (width - 9) // 2 - 58


def assign(pairs: Realisation, slope: int) -> tuple[Integers, Integers]:
    """Integers (p, q) / d of shape (n,): the pairs with signs such that the slope on (0,d) is T.

    Exchanges the two ends if the first order of them fails.  Source: note P8, step 3.  Raises
    ``SelfCheckFailed`` if no signs are found or the slope is not T.
    """
    size = pairs.positive.size
    for candidate in (pairs, pairs.exchanged()):
        positive, negative = candidate.positive, candidate.negative
        first_kink = int(positive[0] - negative[0])
        minus = _subset(positive, negative, size * (size - 1) // 2 + first_kink - slope)
        if minus is None:
            continue
        p = np.where(minus, -negative, positive)
        q = np.where(minus, positive, -negative)
        if int(p[0] - q[1:].sum()) != slope:
            raise SelfCheckFailed("signs: the initial slope differs from the one asked for")
        return p, q
    raise SelfCheckFailed(f"signs: no subset for the initial slope {slope} at width {size}")


def _subset(positive: Integers, negative: Integers, target: int) -> Mask | None:
    """A subset of the weights w = P + N with this sum, or None.

    The smallest weights are the base, whose subset sums are a bitset; the larger ones are taken
    top-down so that the rest stays near half of what remains: mostly, in and out alternate.
    """
    weights = positive + negative
    order = _ascending(weights, positive - negative)
    base, rest = order[:BASE], order[BASE:]
    if target % 2 == 0 or (weights[base] % 2).any():
        if not (weights[base] % 2).any():
            odd = weights[rest] % 2 == 1
            return _balance(weights, base, rest[~odd], rest[odd], target)
        return _balance(weights, base, rest, rest[:0], target)
    # An odd target above an even base takes one of the two smallest odd weights, not the other.
    odd = weights[rest] % 2 == 1
    singles, odds = rest[~odd], rest[odd]
    for chosen in odds[:2]:
        minus = _balance(weights, base, singles, odds[2:], target - int(weights[chosen]))
        if minus is not None:
            minus[chosen] = True
            return minus
    return None


def _ascending(weights: Integers, displacements: Integers) -> Integers:
    """Indices by weight; a displacement and its opposite, of equal weight, in alternating order.

    Each displacement then gets both signs in turn along the line, and the network's value at the
    left end, gam d^2 sum_i i q_i, is an alternating sum of size gam instead of gam n: otherwise the
    rounding of alpha would exceed the error of P8 at large n.
    """
    order = np.argsort(weights, kind="stable")
    level = np.empty_like(weights)
    level[order] = np.concatenate([[0], (np.diff(weights[order]) > 0).cumsum()])
    return np.lexsort((np.where(level % 2 == 0, displacements, -displacements), weights))


def _balance(
    weights: Integers, base: Integers, singles: Integers, paired: Integers, target: int
) -> Mask | None:
    """Subset with this sum, the (evenly many) ``paired`` ones in or out two at a time."""
    left, right = paired[0::2], paired[1::2]
    values = np.concatenate([weights[singles], weights[left] + weights[right]])
    order = np.argsort(values, kind="stable")[::-1]
    # Twice the rest's lead over half of what remains; taking v lowers it by v, leaving v raises it.
    lead = 2 * target - int(values.sum()) - int(weights[base].sum())
    taken = []
    for value in values[order].tolist():
        taken.append(lead > 0)
        lead += -value if lead > 0 else value
    chosen = np.zeros(values.size, dtype=bool)
    chosen[order] = taken
    minus = np.zeros(weights.size, dtype=bool)
    minus[singles[chosen[: singles.size]]] = True
    for side in (left, right):
        minus[side[chosen[singles.size :]]] = True
    inside = _base_subset(weights[base].tolist(), target - int(weights[minus].sum()))
    if inside is None:
        return None
    minus[base[inside]] = True
    return minus


def _base_subset(weights: list[int], target: int) -> list[int] | None:
    """Indices of a subset of a few small weights with this sum, by a bitset of reachable sums."""
    sums = [1]
    for weight in weights:
        sums.append(sums[-1] | sums[-1] << weight)
    if target < 0 or not sums[-1] >> target & 1:
        return None
    chosen = []
    for index in range(len(weights) - 1, -1, -1):
        if not sums[index] >> target & 1:
            chosen.append(index)
            target -= weights[index]
    return chosen
