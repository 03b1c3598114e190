"""The subset lemma of P8: signs that give the network its initial slope.

Location i holds P_i d and -N_i d; the sign + puts P_i d on p, the sign - puts it on q.  The slope
on (0, d) is gam d T with T = sum_i s_i w_i + k_0 - n(n-1)/2, w_i = P_i + N_i, s_i = 1 for +, else
0.  So the locations with sign - are a subset of the w with sum n(n-1)/2 + k_0 - T.
"""

from __future__ import annotations

from math import isqrt

import numpy as np
from numpy.typing import NDArray

from numerics.permutation.feedback import Integers
from numerics.permutation.realise import Realisation, SelfCheckFailed

Mask = NDArray[np.bool_]

BASE = 26


def reachable(width: int) -> int:
    """n(n-9)/2 - 58: every T up to this size is a slope (n >= 17)."""
    return width * (width - 9) // 2 - 58


def assign(pairs: Realisation, slope: int, widest: int = 2) -> tuple[Integers, Integers]:
    """Integers (p, q) / d of shape (n,): the pairs with signs such that the slope on (0,d) is T.

    Exchanges the two ends if the first order of them fails.  Source: note P8, step 3.  Raises
    ``SelfCheckFailed`` if no signs are found or the slope is not T.
    """
    size = pairs.positive.size
    for candidate in (pairs, pairs.exchanged()):
        positive, negative = candidate.positive, candidate.negative
        first_kink = int(positive[0] - negative[0])
        wanted = int(negative.sum()) + first_kink - slope
        minus = _subset(positive, negative, wanted, widest)
        if minus is None:
            continue
        p = np.where(minus, -negative, positive)
        q = np.where(minus, positive, -negative)
        if int(p[0] - q[1:].sum()) != slope:
            raise SelfCheckFailed("signs: the initial slope differs from the one asked for")
        return p, q
    raise SelfCheckFailed(f"signs: no subset for the initial slope {slope} at width {size}")


def _subset(positive: Integers, negative: Integers, target: int, widest: int) -> Mask | None:
    """A subset of the weights w = P + N with the sum ``target``, or None.

    First with the large weights in alternation, which keeps alpha small, then without.
    """
    weights = positive + negative
    fixed, free = _alternate(weights, positive - negative, target, widest)
    everything = np.arange(weights.size)
    for minus, left in ((fixed, free), (np.zeros_like(fixed), everything)):
        found = _greedy(weights[left], target - int(weights[minus].sum()))
        if found is not None:
            minus[left[found]] = True
            return minus
        if left.size == everything.size:
            break
    return None


def _alternate(
    weights: Integers, displacements: Integers, target: int, widest: int
) -> tuple[Mask, Integers]:
    """Signs for large weights, one displacement at a time: (subset so far, indices left free).

    The largest weights are in, or out, until the rest is near half of what remains; from there on
    each displacement gets both signs in turn.  The ideal network's value at the left end,
    gam d^2 sum_i i q_i, is then an alternating sum of size gam; with signs that favour one
    displacement it is of size gam n, and the rounding of alpha would exceed the error of P8.
    Up to 4 sqrt(n) + 64 small weights (their sum outweighs the imbalance of the rest) and, for the
    parity, the two smallest odd ones stay free.
    """
    order = np.argsort(weights, kind="stable")
    few = 4 * isqrt(weights.size) + 64
    free, large = order[:few], order[few:]
    odd = large[weights[large] % 2 == 1][:2]
    large = large[~np.isin(large, odd)][::-1]
    lead = 2 * target - int(weights.sum())
    run = int(np.searchsorted(weights[large].cumsum(), abs(lead), side="right"))
    subset = np.zeros(weights.size, dtype=bool)
    subset[large[:run]] = lead > 0
    unpaired = [free, odd]
    rest = large[run:]
    for displacement in range(-widest, widest + 1):
        members = rest[displacements[rest] == displacement]
        paired = members[: members.size // 2 * 2].reshape(-1, 2)
        subset[paired[0::2, 0]] = True
        subset[paired[1::2, 1]] = True
        unpaired.append(members[paired.size :])
    unpaired.append(rest[np.abs(displacements[rest]) > widest])
    return subset, np.concatenate(unpaired)


def _greedy(weights: Integers, target: int) -> Mask | None:
    """A subset with this sum, or None: the proof's way.

    The smallest weights are the base, whose subset sums are a bitset; the larger ones are taken
    top-down so that the rest stays near half of what remains.
    """
    order = np.argsort(weights, kind="stable")
    base, rest = order[:BASE], order[BASE:]
    if (weights[base] % 2).any():
        return _balance(weights, base, rest, rest[:0], target)
    # Above an even base odd weights come in twos, but for one of the two smallest if target is odd;
    # if one is left without a partner it stays out.
    is_odd = weights[rest] % 2 == 1
    even, odd = rest[~is_odd], rest[is_odd]
    if target % 2 == 0:
        return _balance(weights, base, even, odd[odd.size % 2 :], target)
    for chosen in odd[:2]:
        others = odd[odd != chosen]
        paired = others[others.size % 2 :]
        subset = _balance(weights, base, even, paired, target - int(weights[chosen]))
        if subset is not None:
            subset[chosen] = True
            return subset
    return None


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
    subset = np.zeros(weights.size, dtype=bool)
    subset[singles[chosen[: singles.size]]] = True
    for side in (left, right):
        subset[side[chosen[singles.size :]]] = True
    inside = subset_sum(weights[base].tolist(), target - int(weights[subset].sum()))
    if inside is None:
        return None
    subset[base[inside]] = True
    return subset


def subset_sum(weights: list[int], target: int) -> list[int] | None:
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
