"""Kind ``lower-permutation``: no order of the frozen values does better than a value (n <= 5).

Locations t_i = i/(n-1) of the unit interval, values +-t_i; F(t) = f(low + (high-low) t).  The
checker goes through every permutation in exact integers.  With a read-out, three points a, b, c and
mu = (h_b - h_c, h_c - h_a, h_a - h_b) annihilate constants and h, so |F - alpha - gam h| >=
|mu . F|/|mu|_1 for every alpha and gam: some listed triple has to show the bound.  Without, some
point has to.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations
from typing import Any

from verify.checks import fields
from verify.checks.dyadic import arrays
from verify.checks.taylor import values
from verify.checks.verdicts import Case, Outcome, ball, invalid, precision, refuted, undecided

LARGEST_WIDTH = 5
MAX_POINTS = 1000
BITS = 96
Triple = tuple[int, int, int]


def check(case: Case) -> Outcome:
    """Every permutation of +-i/(n-1), i = 0..n-1, has |f - g|_inf >= bound.value."""
    claimed = fields.claimed(case, "lower", "target", "norm", "width", "readout")
    n = fields.width(case.certificate["width"], least=2)
    if n > LARGEST_WIDTH:
        raise invalid(f"width is above {LARGEST_WIDTH}")
    readout = fields.flag(case.certificate["readout"], "readout")
    target = fields.target(case)
    witness, _ = fields.witness(case, ())
    points, listed = arrays(case, witness, _sizes(witness))
    triples = _triples(listed, len(points))
    if any(map(float.__ge__, points, points[1:])) or points[0] < 0 or points[-1] > 1:
        raise refuted("the points do not ascend in [0, 1]")
    heights, blur = _heights(case, target, points)
    places = _Places(n, points)
    show = _free if readout else _fixed
    count = 0
    seen: set[tuple[int, ...]] = set()
    for knots in _networks(case, n):
        key = tuple(h - knots[0] for h in knots) if readout else knots
        if key in seen:
            continue
        seen.add(key)
        count += 1
        if not show(places, places.at(knots), heights, blur, claimed, triples):
            return Outcome("REFUTED", "no point or triple shows it for some permutation")
    return Outcome("PROVED", f"{count} functions, {len(points)} points")


def _sizes(witness: dict[str, Any]) -> dict[str, int]:
    """The numbers of points and of indices, as declared; ``arrays`` checks them."""
    try:
        if "file" in witness:
            found = [size for _, size in witness["file"]["layout"]]
        else:
            found = [len(witness["arrays"][name]) for name in ("points", "triples")]
        points, indices = found
    except (KeyError, IndexError, TypeError, ValueError):
        raise invalid("the witness does not hold points and triples") from None
    plain = type(points) is int and type(indices) is int
    if not (plain and 1 <= points <= MAX_POINTS and indices >= 0 and indices % 3 == 0):
        raise invalid(f"there are not 1 to {MAX_POINTS} points and whole triples")
    return {"points": points, "triples": indices}


def _triples(listed: array[float], count: int) -> list[Triple]:
    """The listed indices, three at a time."""
    if any(not (x.is_integer() and 0 <= x < count) for x in listed):
        raise invalid("a triple holds something else than the number of a point")
    whole = [int(x) for x in listed]
    return [(whole[k], whole[k + 1], whole[k + 2]) for k in range(0, len(whole), 3)]


def _heights(case: Case, target: fields.Target, points: array[float]) -> tuple[list[int], int]:
    """Integers v_j and w with v_j <= 2^BITS F(points_j) <= v_j + w."""
    length = target.high - target.low
    with precision(4 * BITS):
        places = [ball(target.low + length * Fraction(t)) for t in points]
        found = [value * 2**BITS for value in values(target.expression, places, case.clock)]
        if not all(value.is_finite() for value in found):
            raise undecided("the target is not shown to be finite at a point")
        low = [int(value.lower().floor().unique_fmpz()) for value in found]
        high = [int(value.upper().ceil().unique_fmpz()) for value in found]
    return low, max(map(int.__sub__, high, low))


class _Places:
    """Network values at the points, exactly, in units of 1/(scale (n-1)^2)."""

    def __init__(self, n: int, points: array[float]) -> None:
        self.cells = n - 1
        self.scale = max(Fraction(t).denominator for t in points)
        self.spots: list[tuple[int, int]] = []
        for t in points:
            along = int(Fraction(t) * self.scale) * self.cells
            cell = min(along // self.scale, self.cells - 1)
            self.spots.append((cell, along - cell * self.scale))

    def at(self, knots: tuple[int, ...]) -> list[int]:
        return [self.scale * knots[k] + (knots[k + 1] - knots[k]) * r for k, r in self.spots]


def _free(
    _: _Places, h: list[int], f: list[int], blur: int, claimed: Fraction, triples: list[Triple]
) -> bool:
    """Whether a triple shows the bound for every read-out; one that does moves to the front."""
    over, under = claimed.numerator << BITS, claimed.denominator
    for number, (a, b, c) in enumerate(triples):
        first, second, third = h[b] - h[c], h[c] - h[a], h[a] - h[b]
        mass = abs(first) + abs(second) + abs(third)
        total = abs(first * f[a] + second * f[b] + third * f[c]) - blur * mass
        if mass and total * under >= over * mass:
            if number:
                triples.insert(0, triples.pop(number))
            return True
    # For a constant h the bound is that of the best constant; if h is not constant but looks so at
    # the points, alpha + gam h is a constant there all the same.
    return len(set(h)) == 1 and (max(f) - min(f) - blur) * under >= 2 * over


def _fixed(
    places: _Places, h: list[int], f: list[int], blur: int, claimed: Fraction, triples: list[Triple]
) -> bool:
    """Whether a point shows the bound for alpha = 0, gam = 1."""
    unit = places.scale * places.cells**2
    over = (claimed.numerator << BITS) * unit
    return any(
        (abs(v * unit - (x << BITS)) - blur * unit) * claimed.denominator >= over
        for v, x in zip(f, h, strict=True)
    )


def _networks(case: Case, n: int) -> Iterator[tuple[int, ...]]:
    """Knot values in units of d^2 of every permutation; q_0 and p_{n-1} do not act."""
    frozen = [*range(n), *(-i for i in range(n))]
    for p in sorted(set(permutations(frozen, n - 1))):
        case.clock.tick()
        rest = list(frozen)
        for value in p:
            rest.remove(value)
        right = [sum(p[i] * (j - i) for i in range(min(j, n - 1))) for j in range(n)]
        for q in sorted(set(permutations(rest, n - 1))):
            left = (sum(q[i - 1] * (i - j) for i in range(j + 1, n)) for j in range(n))
            yield tuple(map(int.__add__, right, left))
