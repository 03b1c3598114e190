"""R8: on a compact box a band-limited network with a bounded budget is nearly a polynomial.

Box with half-widths r, |a_i| <= lam for every i, b free, |c|_1 <= B, any width, any draw, plus any
polynomial part of degree <= N.  S = lam sum(r), y0 inside the strip of analyticity of sigma, M(y0)
its bound there (:mod:`theory.ridgelet.strips`), rho - 1/rho = 2 y0/S.  For every N and y0

    |f - g| >= dist(f, polynomials of degree <= N) - 2 B M(y0) rho^-N/(rho - 1)

in L2 of the uniform probability measure, and likewise in the sup norm.

Proof.  On |s| <= S, s = a.(x - centre), the unit sigma(s - b') is analytic in the Bernstein ellipse
rho, |Im s| <= y0 there, and up to an affine function bounded by M; its Chebyshev truncation of
degree N errs by at most 2 M rho^-N/(rho-1); composed with s it is a polynomial of degree <= N in x;
sum with weights c_j.  QED

Solved for the budget: error eps needs |c|_1 >= max (dist_N - eps)(rho - 1) rho^N/(2M): for a target
of frequency k it grows like rho^(c k).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from flint import arb

from theory.errors import InputError
from theory.ridgelet import alternation, strips
from theory.ridgelet.density import require_budget
from theory.ridgelet.legendre import Expansion, expand
from theory.rigor.balls import ball, float_down, working_precision
from theory.targets.box_target import BoxTarget

Norm = Literal["L2", "sup"]
NORMS: tuple[Norm, ...] = ("L2", "sup")
PRECISION = 160
# Degrees of the expansions tried in turn, by dimension; the last ones are the largest N.
LADDERS = ((), (48, 96, 192, 320), (12, 24, 36), (6, 10, 16))
# Bits of the expansions, relative to the size of f, by dimension.
ACCURACY = (0, 84, 84, 64)
NEGLIGIBLE = 2.0**-42
# Largest degree tried blindly in the sup norm.
LAST_SCANNED = 162
# Strips tried before the golden section, as fractions of a finite strip or as multiples of ENTIRE.
GRID = tuple(Fraction(k, 120) for k in range(1, 120))
ENTIRE = 192
# Places whose strip is refined in the end.
REFINED = 8
GOLDEN_STEPS = 24


@dataclass(frozen=True)
class Witness:
    """What the bound at degree N is made of.

    ``distance`` is a lower bound of dist(f, polynomials of degree <= N); ``top`` the last degree
    used for it in L2 (N itself: |f|^2 minus the degrees <= N), None where ``points``, N + 2 places
    on the line through ``base`` along ``axis``, prove it in the sup norm.
    """

    degree: int
    y0: Fraction
    distance: arb
    top: int | None
    axis: int = 0
    base: tuple[float, ...] = ()
    points: tuple[float, ...] = ()


@dataclass(frozen=True)
class ClosedForm:
    """No network of the class is closer than ``value`` (rounded down, 0 if nothing follows)."""

    value: float
    degree: int
    y0: Fraction
    distance: float
    witness: Witness | None


@dataclass(frozen=True)
class NeededBudget:
    """Every network with error <= eps has |c|_1 >= 10^log10; None with a reason if none follows.

    ``log10`` is rounded down and ``budget`` an exact number below the bound, for certificates.
    """

    log10: float | None
    budget: Fraction | None
    degree: int | None
    y0: Fraction | None
    witness: Witness | None
    reason: str | None = None


def closed_form_lower(
    target: BoxTarget,
    activation: str,
    lam: Fraction,
    beta: Fraction | None,
    budget: Fraction | None,
    norm: Norm = "L2",
) -> ClosedForm:
    """The bound of R8, maximised over N and y0; ``beta`` (a bound of |b|) is not needed.

    Raises InputError for a bad number and where f is not shown to be finite, AssumptionViolated
    where sigma is not analytic and without a budget (None or infinite): R5 leaves no bound then.
    """
    budget = require_budget(activation, budget, theorem="R8", argument="budget")
    if beta is not None:
        _positive("beta", beta)
    with working_precision(PRECISION):

        def value(place: Witness) -> arb:
            return place.distance - ball(budget) * _excess(target, activation, lam, place)

        best = _search(target, activation, lam, norm, value, None)
        found = value(best)
        if not found > 0:
            return ClosedForm(0.0, best.degree, best.y0, float_down(best.distance), None)
        return ClosedForm(float_down(found), best.degree, best.y0, float_down(best.distance), best)


def needed_budget(
    target: BoxTarget, activation: str, band: Fraction, eps: Fraction, norm: Norm = "L2"
) -> NeededBudget:
    """The budget |c|_1 that no network of any width can do without for an error of ``eps``.

    Raises as :func:`closed_form_lower`.
    """
    _positive("eps", eps)
    with working_precision(PRECISION):

        def value(place: Witness) -> arb:
            room = place.distance - ball(eps)
            return (room if room > 0 else arb(0)) / _excess(target, activation, band, place)

        best = _search(target, activation, band, norm, value, ball(eps))
        found = value(best)
        if not found > 0:
            return NeededBudget(None, None, None, None, None, _nothing(best, eps))
        below = _below(found)
        log10 = float_down(ball(below).log() / arb(10).log())
        return NeededBudget(log10, below, best.degree, best.y0, best)


def _nothing(best: Witness, eps: Fraction) -> str:
    return (
        f"for no degree N is the target shown to be farther than eps = {float(eps):.4g} from the "
        f"polynomials of degree N (for N = {best.degree}: {float_down(best.distance):.4g})"
    )


def _below(value: arb) -> Fraction:
    """A dyadic number of at most 53 bits below ``value`` > 0."""
    with working_precision(53):
        mantissa, exponent = (value * (1 - arb(2) ** -50)).lower().mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def radius(y0: arb, span: arb) -> arb:
    """rho > 1 with span (rho - 1/rho)/2 = y0."""
    ratio = y0 / span
    return ratio + (ratio * ratio + 1).sqrt()


def excess(activation: str, span: arb, degree: int, y0: Fraction) -> arb:
    """2 M(y0) rho^-N/(rho - 1): how far a unit is from polynomials of degree N, at most."""
    y = ball(y0)
    rho = radius(y, span)
    # the ellipse reaches span (rho + 1/rho)/2 along the line
    size = strips.bound(activation, y, (span * span + y * y).sqrt())
    return 2 * size * rho ** (-degree) / (rho - 1)


def span_of(target: BoxTarget, band: Fraction) -> Fraction:
    """S = lam sum of the half-widths: |a.(x - centre)| <= S on the box."""
    return band * sum(((high - low) / 2 for low, high in target.domain), Fraction(0))


def _excess(target: BoxTarget, activation: str, band: Fraction, place: Witness) -> arb:
    return excess(activation, ball(span_of(target, band)), place.degree, place.y0)


def _positive(argument: str, value: Fraction, *, zero: bool = False) -> None:
    if value < 0 or (value == 0 and not zero):
        accepted = "a number of at least 0 is accepted" if zero else "a number above 0 is accepted"
        raise InputError(argument, value, "out of range:", accepted)


@lru_cache(maxsize=64)
def _expansion(target: BoxTarget, degree: int) -> Expansion:
    return expand(target, degree, accuracy=ACCURACY[target.dimension])


def _search(
    target: BoxTarget,
    activation: str,
    band: Fraction,
    norm: Norm,
    value: Callable[[Witness], arb],
    useless: arb | None,
) -> Witness:
    """The place with the largest value; y0 does not depend on the target for a given N.

    Distances up to ``useless`` (by default a negligible share of |f|) are not looked for.
    """
    if norm not in NORMS:
        raise InputError("norm", norm, "unknown:", "L2 or sup is accepted")
    _positive("band", band)
    span = span_of(target, band)
    least = _least_degree(activation)
    strips_by_degree = _Strips(activation, span)
    found: list[tuple[float, Witness]] = []
    for step, top in enumerate(LADDERS[target.dimension]):
        expansion = _expansion(target, top)
        for degree in range(least, top):
            distance, last = expansion.best_distance(degree)
            place = Witness(degree, strips_by_degree.coarse(degree), distance, last)
            found.append((_key(value(place)), place))
        score, best = max(found, key=_score)
        floor = NEGLIGIBLE * expansion.square.sqrt() if useless is None else useless
        if expansion.rest <= floor:
            break
        # a better one may need a longer expansion only if this one is near its end
        if best.degree < top - top // 4 and step > 0:
            break
        if best.degree < top // 3 and score > 0:
            break
    if norm == "sup":
        found += _uniform(target, value, strips_by_degree, floor)
    refined = []
    for score, place in sorted(found, key=_score)[-REFINED:]:
        fine = replace(place, y0=strips_by_degree.fine(place.degree))
        refined += [(score, place), (_key(value(fine)), fine)]
    return max(refined, key=_score)[1]


def _score(entry: tuple[float, Witness]) -> float:
    return entry[0]


def _uniform(
    target: BoxTarget, value: Callable[[Witness], arb], strips_by_degree: _Strips, floor: arb
) -> list[tuple[float, Witness]]:
    """Places of alternation on lines: every fourth degree, then uphill from the best."""
    found: list[tuple[float, Witness]] = []
    tried: set[int] = set()

    def attempt(degree: int) -> bool:
        """Whether the target is shown to be farther than the floor from the polynomials."""
        tried.add(degree)
        far = False
        for axis in range(target.dimension):
            made = alternation.alternate(target, degree, axis)
            if made is not None:
                base, points, distance = made
                far = far or distance > floor
                y0 = strips_by_degree.coarse(degree)
                place = Witness(degree, y0, distance, None, axis, base, points)
                found.append((_key(value(place)), place))
        return far

    least = _least_degree(strips_by_degree.activation)
    for degree in range(least, LAST_SCANNED, 4):
        if not attempt(degree):
            break
    # beyond, the target is as good as a polynomial
    last = max(tried)
    while found:
        centre = max(found, key=_score)[1].degree
        for degree in sorted(set(range(max(least, centre - 4), min(last, centre + 4) + 1)) - tried):
            attempt(degree)
        if max(found, key=_score)[1].degree == centre:
            break
    return found


def _least_degree(activation: str) -> int:
    return 1 if activation in strips.UP_TO_AFFINE else 0


def _key(value: arb) -> float:
    """A number that orders values, also where they are beyond the range of floats."""
    if not value.is_finite():
        return -math.inf
    if value > 0:
        return 1e6 + float((value.log()).mid())
    return float(max(-1e5, float_down(value)))


class _Strips:
    """For each N the y0 that makes 2 M rho^-N/(rho - 1) smallest."""

    def __init__(self, activation: str, span: Fraction) -> None:
        width = strips.half_width(activation)
        self.activation, self.span = activation, ball(span)
        if width.is_finite():
            self.grid = [_dyadic(float((ball(share) * width).mid())) for share in GRID]
            self.most = _dyadic(float_down(width) * (1 - 2.0**-40))
        else:
            # entire: M grows at most like e^(y^2/2), so the best y0 is of the order of sqrt(N) or
            # span; a geometric grid reaches both
            self.grid = [_dyadic(2.0 ** (k / 12 - 3)) for k in range(ENTIRE)]
            self.most = Fraction(2**16)
        self.rows = []
        with working_precision(64):
            for y0 in self.grid:
                rho = radius(ball(y0), self.span)
                offset = excess(activation, self.span, 0, y0)
                self.rows.append((_log(offset), _log(rho)))

    def coarse(self, degree: int) -> Fraction:
        return self.grid[self._index(degree)]

    def _index(self, degree: int) -> int:
        scores = [offset - degree * slope for offset, slope in self.rows]
        return scores.index(min(scores))

    def fine(self, degree: int) -> Fraction:
        """Golden section around the best point of the grid."""
        index = self._index(degree)
        low = self.grid[index - 1] if index else self.grid[0] / 8
        high = self.grid[index + 1] if index + 1 < len(self.grid) else self.most
        share = (math.sqrt(5) - 1) / 2
        a, b = float(low), float(high)

        def score(y: float) -> float:
            with working_precision(64):
                return _log(excess(self.activation, self.span, degree, _dyadic(y)))

        x, y = b - share * (b - a), a + share * (b - a)
        at_x, at_y = score(x), score(y)
        for _ in range(GOLDEN_STEPS):
            if at_x < at_y:
                b, y, at_y = y, x, at_x
                x = b - share * (b - a)
                at_x = score(x)
            else:
                a, x, at_x = x, y, at_y
                y = a + share * (b - a)
                at_y = score(y)
        return _dyadic((a + b) / 2)


def _log(value: arb) -> float:
    return float(value.log().mid()) if value.is_finite() and value > 0 else math.inf


def _dyadic(y: float) -> Fraction:
    """y with a short mantissa: certificates stay readable."""
    mantissa, exponent = math.frexp(y)
    return Fraction(math.floor(mantissa * 2**24)) * Fraction(2) ** (exponent - 24)
