"""Declared locations and initial values, regenerated from rule and seed.

A draw is the stream SHAKE-256("icebound-draw-1:FAMILY:SEED") read as little-endian 64-bit integers
k; u = (k >> 11) 2^-52 - 1 lies in [-1, 1), and an entry is fl(R) u, rounded to float64.  Drawn
locations come first in the stream, then the coefficients.
"""

from __future__ import annotations

import hashlib
import re
import sys
from array import array
from fractions import Fraction
from typing import Any

from verify.checks.dyadic import rational
from verify.checks.fields import members
from verify.checks.verdicts import invalid, quote

_SEED = re.compile(r"0|-?[1-9][0-9]{0,39}")


def uniform(family: str, seed: str, count: int) -> list[float]:
    """The first ``count`` numbers u of a stream; each is a multiple of 2^-52, so exact."""
    stream = hashlib.shake_256(f"icebound-draw-1:{family}:{seed}".encode("ascii"))
    words = array("Q", stream.digest(8 * count))
    if sys.byteorder == "big":
        words.byteswap()
    return [(k >> 11) * 2.0**-52 - 1.0 for k in words]


def frozen(
    network: dict[str, Any], n: int, low: Fraction, high: Fraction
) -> tuple[list[float] | None, list[float] | None]:
    """What the rules of ``network`` declare: n locations and 2n initial values, None if given.

    Raises OverflowError where a location leaves the float64 range.
    """
    place, place_range = _rule(network["locations"], ("equidistant", "drawn", "given"))
    start, start_range = _rule(
        network["initial"], ("location", "linspace", "drawn-pairs", "drawn", "given")
    )
    if n < 2 and place == "equidistant":
        raise invalid("equidistant locations need a width of 2 or more")
    head = n if place == "drawn" else 0
    tail = {"drawn-pairs": n, "drawn": 2 * n}.get(start, 0)
    source = _source(network["draw"]) if head + tail or network["draw"] is not None else ("", "")
    stream = uniform(*source, head + tail)
    # Drawn locations in units of the half domain around its centre.
    places = sorted(_plain(place_range * u) for u in stream[:head])
    coefficients = [_plain(start_range * u) for u in stream[head:]]

    locations: list[float] | None = None
    if place == "equidistant":
        locations = _spread(low, (high - low) / (n - 1), [(i, 1) for i in range(n)])
    elif place == "drawn":
        ratios = [v.as_integer_ratio() for v in places]
        locations = _spread((low + high) / 2, (high - low) / 2, ratios)

    if start == "given":
        return locations, None
    if start == "linspace":
        return locations, [(2 * k - (2 * n - 1)) / (2 * n - 1) for k in range(2 * n)]
    if start == "drawn":
        return locations, coefficients
    if start == "location":
        if place == "equidistant":
            coefficients = [i / (n - 1) for i in range(n)]
        elif place == "drawn" and place_range == 1.0:
            coefficients = [(v + 1.0) / 2.0 for v in places]
        else:
            raise invalid("the initial rule 'location' needs equidistant or drawn locations in it")
    return locations, coefficients + [_plain(-c) for c in coefficients]


def _rule(declared: object, known: tuple[str, ...]) -> tuple[str, float]:
    """The name of a rule and its range, 0 if it has none."""
    rule = declared.get("rule") if isinstance(declared, dict) else None
    if not isinstance(rule, str) or rule not in known:
        raise invalid(f"a rule is none of {', '.join(known)}: {quote(rule)}")
    if not rule.startswith("drawn"):
        members(declared, ("rule",), f"the rule {rule}")
        return rule, 0.0
    drawn = members(declared, ("rule", "range"), f"the rule {rule}")
    exact = rational(drawn["range"], "range")
    if exact <= 0:
        raise invalid("a range is not positive")
    return rule, exact.numerator / exact.denominator


def _source(draw: object) -> tuple[str, str]:
    source = members(draw, ("family", "seed"), "draw")
    family, seed = source["family"], source["seed"]
    if family != "permutation" or not isinstance(seed, str) or not _SEED.fullmatch(seed):
        raise invalid(f"draw is not of a known family with an integer as seed: {quote(draw)}")
    return family, seed


def _spread(start: Fraction, step: Fraction, ratios: list[tuple[int, int]]) -> list[float]:
    """fl(start + step p/q) for each (p, q): division of integers rounds correctly."""
    common = start.denominator * step.denominator
    base, slope = int(start * common), int(step * common)
    return [_plain((base * q + slope * p) / (common * q)) for p, q in ratios]


def _plain(value: float) -> float:
    """The same number, with 0.0 for -0.0."""
    return value + 0.0
