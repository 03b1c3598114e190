"""Integrals of a target against the hats of equidistant knots, in balls (note P7).

On a short interval [c-r, c+r] the Taylor polynomial of f at c is integrated exactly; the last
coefficient over the whole interval bounds the rest.  Where f is not shown to be smooth its range
is all that is used, on intervals halved again and again.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from theory.rigor.balls import ball, working_precision
from theory.targets.target import Target

ORDER = 12
PRECISION = 128
ACCURACY = 2.0**-70
DEEPEST = 48


@dataclass(frozen=True)
class Moments:
    """int F, int F^2 and int F hat_j over [0,1], j = 0..n-1; hat_j is 1 at knot j, 0 at others."""

    mean: arb
    square: arb
    hats: tuple[arb, ...]


def moments(target: Target, width: int) -> Moments:
    """Enclosures for the n = ``width`` equidistant knots of the unit interval."""
    cells = width - 1
    squared = Target.parse(f"({target.text})**2", target.low, target.high)
    with working_precision(PRECISION):
        hats = [arb(0)] * width
        mean, square = arb(0), arb(0)
        for k in range(cells):
            low, high = Fraction(k, cells), Fraction(k + 1, cells)
            whole, rising = _cell(target, low, high)
            hats[k] = hats[k] + whole - rising
            hats[k + 1] = hats[k + 1] + rising
            mean = mean + whole
            square = square + _cell(squared, low, high)[0]
        return Moments(mean, square, tuple(hats))


def _cell(target: Target, low: Fraction, high: Fraction) -> tuple[arb, arb]:
    """int F and int F(t) (t-low)/(high-low) over [low, high]."""
    whole, rising = arb(0), arb(0)
    waiting = [(low, high, 0)]
    while waiting:
        a, b, depth = waiting.pop()
        middle, radius = (a + b) / 2, (b - a) / 2
        pair = _interval(target, middle, radius)
        share = ACCURACY * float(2 * radius / (high - low))
        if depth < DEEPEST and not pair[0].rad() < share:
            waiting += [(a, middle, depth + 1), (middle, b, depth + 1)]
            continue
        zeroth, first = pair
        whole = whole + zeroth
        rising = rising + (zeroth * ball(middle - low) + first) / ball(high - low)
    return whole, rising


def _interval(target: Target, middle: Fraction, radius: Fraction) -> tuple[arb, arb]:
    """int F and int F(t) (t-middle) over [middle-radius, middle+radius]."""
    r = ball(radius)
    around = ball(middle) + arb(0, 1) * r
    jet = target.unit_jet(around, ORDER)
    if len(jet) <= ORDER or not jet[ORDER].is_finite():
        value = target.unit_value(around)
        return 2 * r * value, r * r * value.union(-value)
    centre = target.unit_jet(ball(middle), ORDER - 1)
    powers = [arb(1)]
    for _ in range(ORDER + 2):
        powers.append(powers[-1] * r)
    zeroth = sum((2 * centre[k] * powers[k + 1] / (k + 1) for k in range(0, ORDER, 2)), arb(0))
    first = sum((2 * centre[k] * powers[k + 2] / (k + 2) for k in range(1, ORDER, 2)), arb(0))
    rest = abs(jet[ORDER]).upper() * arb(0, 1)
    zeroth = zeroth + 2 * rest * powers[ORDER + 1]
    return zeroth, first + 2 * rest * powers[ORDER + 2]
