"""The offset of a network without read-out: h(0) = d^2 sum_i i q_i made an exact integer (P9).

Locations with the same kink can exchange their pairs of values: neither the kinks nor the slope at
the left end change, only the offset, by (j - i)(q_i - q_j).  Disjoint exchanges add up, so this is
a problem of subset sums with a great choice of weights: between far locations for the bulk, between
neighbours for the rest, and two or three of them at once for the last units.
"""

from __future__ import annotations

from math import gcd

import numpy as np

from numerics.permutation.feedback import Integers
from numerics.permutation.signs import subset_sum

ROUNDS = 60
THIRDS = 64
# After so many rounds the divisor of all changes seen is taken for that of all changes.
FUTILE = 4
BASE = 24


def settle(
    p: Integers, q: Integers, target: int, fixed: tuple[int, ...], seed: int = 0
) -> tuple[Integers, Integers] | None:
    """(p, q) with the same kinks and the same multiset of pairs and sum_i i q_i = ``target``.

    ``p``, ``q``: integers of shape (n,); locations in ``fixed`` keep their pairs.  None if no such
    order is found: O(n log n) each of at most 60 rounds, usually one to three.  Source: note P9.
    """
    rng = np.random.default_rng(seed)
    order = np.arange(p.size)
    free = np.setdiff1d(order, np.array(fixed))
    kinks = (p + q)[free]
    # Offsets reach n^3; n is below 2^21, so that 64 bits are enough.
    missing = target - int((order * q).sum())
    divisor = 0
    for attempt in range(ROUNDS):
        if missing == 0:
            break
        scale = rng.integers(1, free.size + 1) if attempt % 2 else 1
        first, second = _matching(kinks, free, rng, far=attempt == 0, scale=int(scale))
        if not first.size:
            continue
        change = (second - first) * (q[order[first]] - q[order[second]])
        divisor = gcd(divisor, int(np.gcd.reduce(change)))
        if attempt >= FUTILE and divisor and missing % divisor:
            return None
        if attempt >= 2 * FUTILE and abs(missing) > 4 * p.size**2:
            return None  # out of reach: large changes come first
        chosen, missing = _descend(change, missing)
        if attempt and missing and not chosen.all():
            left = np.flatnonzero(~chosen)
            exact = _exactly(change[left], missing)
            if exact is not None:
                chosen[left[exact]], missing = True, 0
        first, second = first[chosen], second[chosen]
        order[first], order[second] = order[second], order[first]
    return None if missing else (p[order], q[order])


def resign(
    p: Integers, q: Integers, fixed: tuple[int, ...], rng: np.random.Generator
) -> tuple[Integers, Integers]:
    """Other signs with the same slope at the left end: (p_i, q_i) exchanged where it pays.

    Signs at random for all locations but 24, the rest from all sums of their weights: for small n.
    """
    inner = rng.permutation(np.setdiff1d(np.arange(p.size), np.array(fixed)))
    high, low = np.maximum(p, q)[inner], np.minimum(p, q)[inner]
    weights, wanted = high - low, int((q[inner] - low).sum())
    share = wanted / max(int(weights.sum()), 1)
    minus = rng.random(inner.size) < share
    base = subset_sum(weights[:BASE].tolist(), wanted - int(weights[BASE:][minus[BASE:]].sum()))
    if base is None:
        return p, q
    minus[:BASE] = False
    minus[base] = True
    p, q = p.copy(), q.copy()
    p[inner], q[inner] = np.where(minus, low, high), np.where(minus, high, low)
    return p, q


def _matching(
    kinks: Integers, places: Integers, rng: np.random.Generator, *, far: bool, scale: int
) -> tuple[Integers, Integers]:
    """Disjoint pairs of locations of equal kink: one from each half, or ranks ``scale`` apart."""
    firsts, seconds = [], []
    for value in np.unique(kinks):
        group = places[kinks == value]
        if far:
            half = group.size // 2
            firsts.append(group[:half])
            seconds.append(rng.permutation(group[group.size - half :]))
            continue
        step = 1 + (scale - 1) % max(group.size // 2, 1)
        group = group[int(rng.integers(0, 2)) :]
        whole = group[: group.size // (2 * step) * 2 * step].reshape(-1, 2, step)
        firsts.append(whole[:, 0].ravel())
        seconds.append(whole[:, 1].ravel())
    return np.concatenate(firsts), np.concatenate(seconds)


def _descend(change: Integers, missing: int) -> tuple[np.ndarray, int]:
    """Exchanges, large ones first, each taken iff it brings the rest nearer to 0."""
    order = np.argsort(-np.abs(change), kind="stable")
    taken = np.zeros(change.size, dtype=bool)
    chosen = []
    for index, value in zip(order.tolist(), change[order].tolist(), strict=True):
        if missing and abs(missing - value) < abs(missing):
            chosen.append(index)
            missing -= value
    taken[chosen] = True
    return taken, missing


def _exactly(change: Integers, missing: int) -> list[int] | None:
    """One, two or three exchanges with the sum ``missing``, or None."""
    order = np.argsort(change, kind="stable")
    ascending = change[order]
    single = _partner(ascending, np.array([missing]), np.array([-1]))
    if single is not None:
        return [int(order[single[1]])]
    everything = np.arange(change.size)
    for third in (-1, *np.argsort(np.abs(change), kind="stable")[:THIRDS].tolist()):
        rest = missing - (int(change[third]) if third >= 0 else 0)
        usable = everything if third < 0 else everything[order != third]
        pool = ascending[usable]
        double = _partner(pool, rest - pool, np.arange(pool.size))
        if double is not None:
            found = [int(order[usable[double[0]]]), int(order[usable[double[1]]])]
            return found if third < 0 else [*found, third]
    return None


def _partner(ascending: Integers, wanted: Integers, own: Integers) -> tuple[int, int] | None:
    """(a, b) with ascending[b] = wanted[a] and b != own[a], or None."""
    at = np.searchsorted(ascending, wanted)
    for shift in (0, 1):
        where = np.minimum(at + shift, ascending.size - 1)
        good = np.flatnonzero((ascending[where] == wanted) & (where != own))
        if good.size:
            return int(good[0]), int(where[good[0]])
    return None
