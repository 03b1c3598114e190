"""P9: the optimal rate from a permutation alone, gam = 1 and alpha = 0.

Kinks are multiples of m >= M2 in units d^2, d = 1/(n-1): feedback keeps the error at the knots
within m d^2/2 of f, residue classes turn the kinks into pairs of values (classes.py), signs give
the slope at the left end (signs.py), exchanges of pairs its height (offsets.py).  Both are integers
that f prescribes up to multiples of m, so there are m^2 starts; the first that can be tiled serves.

A slope that turns by more than 4 cannot be followed by any permutation alone: the sum of the inner
kinks is that of the four end coefficients, at most 4 - 6 d.  Then the second and the last but one
location absorb the rest: f is missed by about (turn - 4) d/4 in the first and the last cell and
between them, with opposite signs, which is what must be missed (``theory.permutation.turning``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numerics.permutation.classes import Pairs, pair_up
from numerics.permutation.construction import (
    EVALUATION,
    Assembly,
    Construction,
    Sampler,
    Samples,
    checked_constant,
    checked_domain,
    checked_width,
    moment,
    sample_at,
    to_float,
)
from numerics.permutation.feedback import Integers, feedback_kinks
from numerics.permutation.offsets import resign, settle
from numerics.permutation.realise import Realisation, SelfCheckFailed, realise
from numerics.permutation.rounding import Domain, round_up
from numerics.permutation.signs import assign
from theory.errors import AssumptionViolated

SMALLEST_WIDTH = 17
STARTS = 20
# Below this width the choice of signs matters for the height: others are tried.
SMALL, RESIGNED, FEW = 400, 40, 2
# A coarser unit costs little where the exact one cannot be tiled.
COARSER = 3
# What sampling errors may add to the residual 1/2 of the feedback; the bound then says so.
SLACK = 1e-3
LARGER = "a larger constant, or samples with a true error bound"
REACH = "the kinks, the slope at the left end and f(a) are in reach of a permutation alone"


@dataclass(frozen=True)
class _Wound:
    """Kinks in units of m between the absorbers; integers Z_i with |f_i/d^2 - Z_i| <= m/2 there."""

    kinks: Integers
    heights: Integers
    residual: float


@dataclass(frozen=True)
class _Found:
    """Integers (p, q)/d, the heights Z_i they give, and how they were found."""

    p: Integers
    q: Integers
    heights: Integers
    unit: int
    residual: float
    absorbers: int
    chains: int
    starts: int


def build_no_readout(
    sample: Sampler, n: int, domain: Domain, *, curvature: float, turn: float
) -> Construction:
    """P9: |f-g| <= (m/2 + M2/8)/(n-1)^2 + rounding, gam = 1, alpha = 0, m = max(1, ceil(M2)).

    ``curvature``: an upper bound M2 of |F''| on [0,1]; ``turn``: |F'(1) - F'(0)|, approximately; it
    only decides what is tried first.  ``details`` hold ``m`` (larger than ceil(M2) where that unit
    could not be tiled) and ``layer``: 0, or what the cells at both ends add to the bound because f
    turns by more than 4.  O(n log n).  Raises ``AssumptionViolated`` for n < 17, samples that
    refute ``curvature``, or where nothing is found, ``InputError`` for malformed input.
    Source: note P9.
    """
    n = checked_width("P9", n, SMALLEST_WIDTH)
    domain, bend = checked_domain(domain), checked_constant("curvature", curvature)
    samples = sample_at(sample, np.arange(n), n - 1)
    levels = samples.values * float((n - 1) ** 2)
    least = max(1, -(-bend.numerator // bend.denominator))
    found = _search(levels, n, least, turn)
    if found is None:
        accepted = "a larger width, a target that turns and rises less, or the read-out (P8)"
        raise AssumptionViolated("P9", REACH, f"n = {n}, m = {least}", accepted)
    return _finish(samples, levels, domain, found)


def _search(levels: np.ndarray, n: int, least: int, turn: float) -> _Found | None:
    if float(np.abs(levels[[0, -1]]).max()) > n**3 / 3:
        return None  # more than sum i |q_i| can be
    rng = np.random.default_rng(n)
    for absorbers, options in ((2, (2, 3, 4)), (4, (6, 8))):
        if absorbers == 2 and turn > 4.0:
            continue
        for unit in range(least, least + COARSER):
            for count, (offset, slope) in enumerate(_starts(unit, rng)):
                wound = _wind(levels, absorbers // 2, unit, offset, slope)
                if wound.residual > 0.5 + SLACK:
                    value = f"a residual of {wound.residual:.3g}"
                    raise AssumptionViolated("P9", "M2 >= sup |F''|", value, LARGER)
                for chains in options:
                    if (
                        found := _try(levels, wound, n, unit, absorbers, chains, count)
                    ) is not None:
                        return found
    return None


def _starts(unit: int, rng: np.random.Generator) -> Iterator[tuple[int, int]]:
    """Residues of height and slope: the nearest one first, then others at random."""
    yield 0, 0
    others = rng.permutation(unit * unit - 1)[: STARTS - 1] + 1 if unit < 1000 else ()
    for code in np.asarray(others if unit < 1000 else rng.integers(1, unit**2, STARTS)).tolist():
        yield code // unit, code % unit


def _wind(levels: np.ndarray, side: int, unit: int, offset: int, slope: int) -> _Wound:
    """Feedback in steps of ``unit`` over the locations side-1 .. n-side, from a given residue."""
    inner = levels[side - 1 : levels.size - side + 1]
    index = np.arange(inner.size)
    line = int(np.rint(inner[0])) + offset + index * (int(np.rint(inner[1] - inner[0])) + slope)
    steps = (inner - line) / unit
    wound = feedback_kinks(steps)
    start = int(np.rint(steps[0]))
    rises = (wound.first - start) + np.concatenate([[0], wound.kinks.cumsum()])
    heights = start + np.concatenate([[0], rises.cumsum()])
    return _Wound(wound.kinks, unit * heights + line, wound.residual)


def _try(
    levels: np.ndarray, wound: _Wound, n: int, unit: int, absorbers: int, chains: int, count: int
) -> _Found | None:
    if unit == 1:
        if chains > 2:
            return None
        made = realise(wound.kinks)
        pairs = Pairs(made.positive, -made.negative, (0, n - 1))
    else:
        tiled = pair_up(wound.kinks, n, unit, absorbers, chains)
        if tiled is None:
            return None
        pairs = tiled
    heights = wound.heights
    if absorbers > 2:
        heights = _layer(pairs, levels, heights, unit)
    slope, rng = int(heights[1] - heights[0]), np.random.default_rng(n)
    for variant in _ends(pairs) if absorbers == 2 and count < FEW else (pairs,):
        try:
            p, q = assign(Realisation(variant.high, -variant.low), slope)
        except SelfCheckFailed:
            continue
        settled = settle(p, q, int(heights[0]), variant.absorbers, seed=n)
        retry = settled is None and n <= SMALL and count < FEW
        for _ in range(RESIGNED if retry else 0):
            signed = resign(p, q, variant.absorbers, rng)
            settled = settle(*signed, int(heights[0]), variant.absorbers, seed=n)
            if settled is not None:
                break
        if settled is not None:
            residual = wound.residual
            return _Found(*settled, heights, unit, residual, absorbers, chains, count + 1)
    return None


def _ends(pairs: Pairs) -> Iterator[Pairs]:
    """The four values of both ends in other pairs and places: other parities of the height."""
    yield pairs
    ends = [0, -1]
    crossed = pairs.low.copy()
    crossed[ends] = crossed[[-1, 0]]
    swap = np.arange(pairs.high.size)
    swap[ends] = swap[[-1, 0]]
    if (pairs.high >= crossed).all():
        yield Pairs(pairs.high, crossed, pairs.absorbers)
        yield Pairs(pairs.high[swap], crossed[swap], pairs.absorbers)
    yield Pairs(pairs.high[swap], pairs.low[swap], pairs.absorbers)


def _layer(pairs: Pairs, levels: np.ndarray, heights: Integers, unit: int) -> Integers:
    """Heights with those of both ends, as the kinks next to them are; the whole shifted to fit."""
    sums = pairs.high + pairs.low
    first = 2 * heights[0] - heights[1] + sums[1]
    last = 2 * heights[-1] - heights[-2] + sums[-2]
    whole = np.concatenate([[first], heights, [last]])
    errors = whole - levels
    shift = round(float(errors.max() + errors.min()) / 2 / unit)
    return np.asarray(whole - shift * unit)


def _finish(samples: Samples, levels: np.ndarray, domain: Domain, found: _Found) -> Construction:
    p, q, heights = found.p, found.q, found.heights
    n = p.size
    _verify(p, q, heights)
    square = Fraction(1, (n - 1) ** 2)
    missed = Fraction(float(np.abs(levels - heights).max()))
    limit = Fraction(found.unit, 2)
    # The levels come from one subtraction and one multiplication of floats of at most this size.
    noise = samples.eta + EVALUATION * Fraction(float(np.abs(samples.values).max()))
    excess = max(missed - limit, Fraction(0)) * square
    layer = found.absorbers > 2
    if not layer and excess > 8 * noise:
        value = f"a residual of {float(missed / found.unit):.3g}"
        raise AssumptionViolated("P9", "M2 >= sup |F''|", value, LARGER)
    assembly = Assembly.of(p, q, domain)
    length = domain[1] - domain[0]
    gamma = to_float("gamma", 1 / length)
    gam = Fraction(gamma) * length
    network = assembly.network(0.0, gamma, readout=False)
    top = Fraction(int(np.abs(heights).max())) * square
    off = assembly.drift.sup(gam) + abs(gam - 1) * top
    details = {
        "m": found.unit,
        "chains": found.chains,
        "starts": found.starts,
        "residual": found.residual,
        "layer": round_up(excess) if layer else 0.0,
        "stored_against_ideal": round_up(off),
    }
    rounding = round_up(noise + off + (Fraction(0) if layer else excess))
    variant = "boundary layer" if layer else "curvature"
    return Construction("P9", variant, network, 1.0, rounding, details)


def _verify(p: Integers, q: Integers, heights: Integers) -> None:
    """The ideal network has these heights at its knots, in units d^2: exactly."""
    start, slope = moment(q), int(p[0] - q[1:].sum())
    kinks = np.diff(heights, 2)
    if start != heights[0] or slope != heights[1] - heights[0]:
        raise SelfCheckFailed("P9: the height or the slope at the left end differs")
    if not np.array_equal((p + q)[1:-1], kinks):
        raise SelfCheckFailed("P9: a kink differs from the one asked for")
