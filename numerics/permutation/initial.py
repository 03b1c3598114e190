"""The frozen data of a permutation network: locations t_i and the 2n values that are permuted.

Locations: t_i = fl(a + (b-a) i/(n-1)) (equidistant), or fl((a+b)/2 + (b-a)/2 v_i) with sorted
draws v_i = fl(R u_i) (random).  Initial values, in unit-domain scale:

=======================  ==========================================================================
location                 fl(i/(n-1)), or (v_i+1)/2 on drawn locations, and their negatives (note P)
published-equidistant    fl((2k-(2n-1))/(2n-1)), k = 0..2n-1: 2n equidistant values on [-1, 1]
published-pairwise       (c, -c), c uniform on [-1, 1]
unpaired                 2n independent uniforms on [-1, 1]
xavier                   uniform, R = fl(sqrt(12/(n+1))), for drawn locations too
he                       uniform, R = fl(sqrt(6/n)), for drawn locations too
=======================  ==========================================================================

``location`` is the vector of the theorems; the others are those of the experiments of
arXiv 2407.01033.  Every entry is correctly rounded from exact rationals or drawn from the frozen
stream of family ``permutation`` (locations first), so a checker regenerates it bit by bit.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from numerics.draws import FrozenDraw, check_seed
from numerics.networks import InitialRule, Provenance
from theory.errors import InputError

Array = NDArray[np.float64]
Start = Literal[
    "location", "published-equidistant", "published-pairwise", "unpaired", "xavier", "he"
]
Placement = Literal["equidistant", "random"]
Domain = tuple[Fraction, Fraction]

FAMILY = "permutation"
_RULES: dict[str, InitialRule] = {
    "location": "location",
    "published-equidistant": "linspace",
    "published-pairwise": "drawn-pairs",
    "unpaired": "drawn",
    "xavier": "drawn",
    "he": "drawn",
}


def frozen_start(
    width: int,
    domain: Domain = (Fraction(0), Fraction(1)),
    *,
    start: Start = "location",
    placement: Placement | None = None,
    seed: int = 0,
) -> tuple[Array, Array, Provenance]:
    """``(locations, initial, provenance)``: shapes (n,) ascending and (2n,), n = ``width`` >= 2.

    ``placement`` None takes what the rule was published with: equidistant for ``location`` and
    ``published-equidistant``, random otherwise.  Raises InputError.
    """
    if isinstance(width, bool) or not isinstance(width, int | np.integer) or width < 2:
        raise InputError("width", width, "is", "integers >= 2 are accepted")
    if start not in _RULES:
        raise InputError("init", start, "unknown rule", f"one of {', '.join(_RULES)}")
    if placement is None:
        placement = "equidistant" if _RULES[start] in ("location", "linspace") else "random"
    if placement not in get_args(Placement):
        raise InputError("locations", placement, "unknown rule", "equidistant or random")
    n, ends, seed = int(width), check_domain(domain), check_seed(seed)
    draw = FrozenDraw(FAMILY, seed)
    half_width = _range(start, n)
    if placement == "random":
        unit = np.sort(draw.uniform(n, half_width))
        locations = _affine(ends, [v.as_integer_ratio() for v in unit.tolist()])
    else:
        unit = None
        locations = equidistant_locations(ends, n)
    rule = _RULES[start]
    drawn = rule in ("drawn", "drawn-pairs")
    provenance = Provenance(
        locations="equidistant" if unit is None else "drawn",
        initial=rule,
        seed=seed if drawn or unit is not None else None,
        location_range=None if unit is None else half_width,
        initial_range=half_width if drawn else None,
    )
    if drawn:
        values = draw.uniform(n if rule == "drawn-pairs" else 2 * n, half_width)
        return locations, _pairs(values) if rule == "drawn-pairs" else values, provenance
    if rule == "linspace":
        top = 2 * n - 1
        return locations, np.array([(2 * k - top) / top for k in range(2 * n)]), provenance
    # (v+1)/2 is exact: v is a multiple of 2^-52 in [-1, 1).
    values = location_initial(n) if unit is None else _pairs((unit + 1.0) / 2.0)
    return locations, values, provenance


def location_initial(n: int) -> Array:
    """The vector of the theorems: fl(i/(n-1)), then their negatives; no -0.0; shape (2n,)."""
    return _pairs(np.arange(n) / (n - 1))


def check_domain(domain: Domain) -> Domain:
    """``domain`` as exact rationals a < b within the range of float64; raises InputError."""
    try:
        a, b = (Fraction(end) for end in domain)
        finite = all(math.isfinite(float(value)) for value in (a, b, b - a))
    except (TypeError, ValueError, OverflowError):
        raise InputError("domain", domain, "not an interval:", "two rationals a < b") from None
    if not (a < b and finite):
        raise InputError("domain", f"{a},{b}", "is", "two rationals a < b")
    return a, b


def equidistant_locations(domain: Domain, n: int) -> Array:
    """fl(a + (b-a) i/(n-1)), i = 0..n-1, correctly rounded; no -0.0; shape (n,)."""
    a, b = domain
    common = math.lcm(a.denominator, b.denominator)
    first, last = int(a * common), int(b * common)
    whole, start, step = common * (n - 1), first * (n - 1), last - first
    if max(abs(start), abs(start + step * (n - 1)), whole) < 2**53:
        # Exact float64 integers: one rounding, in the division.
        return np.asarray((start + step * np.arange(n)) / whole) + 0.0
    # Division of Python integers rounds correctly at any size; + 0.0 turns the -0.0 of a negative
    # underflow into 0.0.
    return np.array([(start + step * i) / whole for i in range(n)]) + 0.0


def _affine(domain: Domain, unit: list[tuple[int, int]]) -> Array:
    """fl((a+b)/2 + (b-a)/2 v) for dyadic v = (numerator, denominator)."""
    a, b = domain
    common = 2 * math.lcm(a.denominator, b.denominator)
    middle, half = int((a + b) / 2 * common), int((b - a) / 2 * common)
    return np.array([(middle * den + half * num) / (common * den) for num, den in unit]) + 0.0


def _range(start: str, n: int) -> float:
    """fl(R) of the uniform draws: 1, fl(sqrt(12/(n+1))) for xavier, fl(sqrt(6/n)) for he."""
    if start == "xavier":
        return correctly_rounded_sqrt(Fraction(12, n + 1))
    return correctly_rounded_sqrt(Fraction(6, n)) if start == "he" else 1.0


def correctly_rounded_sqrt(value: Fraction, bits: int = 128) -> float:
    """fl(sqrt(value)) for ``value`` in about (1e-12, 1e12): one rounding, unlike math.sqrt(p/q)."""
    scaled = value.numerator << 2 * bits
    root = math.isqrt(scaled // value.denominator)
    # The last bit says that the root is not exact, so that a tie is never mistaken for one.
    sticky = root * root * value.denominator != scaled
    return (2 * root + sticky) / (1 << bits + 1)


def _pairs(values: Array) -> Array:
    """(c, -c) with 0.0 in place of -0.0."""
    return np.concatenate([values, 0.0 - values])
