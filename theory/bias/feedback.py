"""B2a: the error of the feedback construction, from its mismatches alone.

g is affine between the nodes x_0 < ... < x_N (steps h_k), its value at x_k is f(x_k) + e_k.  Then
on the interval k, with m <= f'' <= M there and q(x) = (x - x_k)(x_{k+1} - x)/2 in [0, h_k^2/8],

    g - f = (affine interpolation of e_k, e_{k+1}) + q(x) f''(xi),

hence  min(e_k, e_{k+1}) + min(m, 0) h_k^2/8 <= g - f <= max(e_k, e_{k+1}) + max(M, 0) h_k^2/8, and
the largest value of the interpolation plus M q(x) is known exactly, too.

*Feedback.*  If the kinks put on x_k add up to (y_{k+1} - g(x_k))/h_k - slope + theta_k, then
g(x_{k+1}) = y_{k+1} + h_k theta_k whatever happened before, so e_{k+1} = (y_{k+1} - f(x_{k+1})) +
h_k theta_k for any node targets y.  With y = f and equal steps this is

    |f - g| <= M2 h^2/8 + max(|e_0|, h max|theta_k|);

targets y = f - f'' h^2/16 halve the first term where f'' and h vary slowly: the curvature of either
sign then enters with e of the opposite sign.
*Rounding.*  The stored float64 biases put the knots next to the nodes: with the unit k meant to
have its knot at x_k, |relu(w x + b) - relu(w (x - x_k))| <= |b + w x_k|, so the stored network is
within sum |c| |b + w x_k| of the one above.
*Kinks.*  On an interval where f'' does not exist, or varies much, the deviation of the chord from f
is enclosed by bisection instead: on a cell it is the hull of its values at the ends, widened by the
range of f'' as above or by (s2 - s1) h/4 for slopes in [s1, s2].
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from theory.rigor.balls import Real, ball, float_down, interval
from theory.statements.hypotheses import bounded_curvature, finite_nonnegative
from theory.statements.statement import Direction, Statement, Status
from theory.targets.target import Target

DEPTH = 64
# Beyond this many cells of one interval whatever is enclosed is taken.
MOST_CELLS = 4096
# A cell may exceed the largest error seen by this much.
CLOSE = 0.01


@dataclass(frozen=True)
class Deviation:
    """low <= chord - f <= high with low <= 0 <= high.

    ``parabola``: at x = x_k + s h the bounds even hold with the factor 4 s (1 - s).
    """

    low: arb
    high: arb
    parabola: bool


def chord_deviation(
    target: Target, left: Fraction, right: Fraction, coarse: float
) -> Deviation | None:
    """Enclosure of chord - f over [left, right] (user coordinates).

    Where f'' exists it is h^2/8 times the range of f'', unless that exceeds twice what is seen at
    the middle by more than ``coarse``; elsewhere by bisection until every cell is open by at most
    ``coarse``.  None where f is not shown to be continuous there.
    """
    f_left, f_right = target.value(ball(left)), target.value(ball(right))
    if not (f_left.is_finite() and f_right.is_finite()):
        return None
    rise = (f_right - f_left) / ball(right - left)

    def at(x: Fraction) -> arb:
        return f_left + rise * ball(x - left) - target.value(ball(x))

    bend = _bend(target, left, right)
    if bend is not None:
        seen = float(abs(at((left + right) / 2)))
        if float(bend.high - bend.low) <= 2 * seen + coarse:
            return bend
    zero = arb(0)
    low, high = zero, zero
    waiting = [(left, right, zero, zero, 0)]
    visited = 0
    while waiting:
        visited += 1
        a, b, at_a, at_b, depth = waiting.pop()
        limit = coarse if depth < DEPTH and visited < MOST_CELLS else None
        found = _small(_bend(target, a, b), limit) or _small(_fan(target, a, b), limit)
        if found is None and depth >= DEPTH:
            return None
        if found is None:
            c = (a + b) / 2
            at_c = at(c)
            waiting += [(a, c, at_a, at_c, depth + 1), (c, b, at_c, at_b, depth + 1)]
            continue
        low = low.min(at_a.min(at_b) + found.low)
        high = high.max(at_a.max(at_b) + found.high)
    return Deviation(low, high, parabola=False)


def interval_error(
    target: Target,
    left: Fraction,
    right: Fraction,
    errors: tuple[Real, Real],
    coarse: float,
) -> arb | None:
    """sup |g - f| over [left, right] for g affine there, g - f enclosed by bisection.

    ``errors``: g - f at the ends.  Open by ``coarse`` or a hundredth at most, unless the budget of
    cells is spent; None where f is not shown to be finite.
    """
    g_left, g_right = target.value(ball(left)), target.value(ball(right))
    if not (g_left.is_finite() and g_right.is_finite()):
        return None
    g_left, g_right = g_left + ball(errors[0]), g_right + ball(errors[1])
    rise = (g_right - g_left) / ball(right - left)

    def at(x: Fraction) -> arb:
        return abs(g_left + rise * ball(x - left) - target.value(ball(x)))

    at_left, at_right = abs(ball(errors[0])), abs(ball(errors[1]))
    seen = max(float_down(at_left), float_down(at_right))
    worst = arb(0)
    waiting = [(left, right, at_left, at_right, 0)]
    visited = 0
    while waiting:
        visited += 1
        a, b, at_a, at_b, depth = waiting.pop()
        kinds = (_bend(target, a, b), _fan(target, a, b))
        sizes = [found.high.max(-found.low) for found in kinds if found is not None]
        bound = at_a.max(at_b) + min(sizes, key=float) if sizes else arb.pos_inf()
        spent = visited >= MOST_CELLS or depth >= DEPTH
        if bound.is_finite() and (spent or float(bound) <= (1 + CLOSE) * seen + coarse):
            worst = worst.max(bound)
            continue
        if spent:
            return None
        c = (a + b) / 2
        at_c = at(c)
        seen = max(seen, float_down(at_c))
        waiting += [(a, c, at_a, at_c, depth + 1), (c, b, at_c, at_b, depth + 1)]
    return arb(worst.upper())


def _small(found: Deviation | None, limit: float | None) -> Deviation | None:
    """``found`` if it is open by at most ``limit`` (None: whatever it is)."""
    if found is None or limit is None or float(found.high - found.low) <= limit:
        return found
    return None


def _bend(target: Target, left: Fraction, right: Fraction) -> Deviation | None:
    """h^2/8 times the range of f'' and 0; None where f'' is not shown to exist."""
    over = interval(left, right)
    jet = target.jet(over, 3)
    if len(jet) < 3 or not jet[2].is_finite():
        return None
    second = 2 * jet[2]
    if len(jet) > 3 and jet[3].is_finite():
        centre = (left + right) / 2
        at = target.jet(ball(centre), 2)
        if len(at) == 3 and at[2].is_finite():
            reach = ball(right - left) / 2
            better = 2 * at[2] + 6 * jet[3] * arb(0, 1) * reach
            second = better if better.rad() < second.rad() else second
    square = ball(right - left) ** 2 / 8
    zero = arb(0)
    return Deviation(second.lower().min(zero) * square, second.upper().max(zero) * square, True)


def _fan(target: Target, left: Fraction, right: Fraction) -> Deviation | None:
    """From the range of f', or of f itself; None where f is not shown to be finite."""
    over = target.jet(interval(left, right), 1)
    if not over[0].is_finite():
        return None
    options = [2 * over[0].rad()]
    if len(over) > 1 and over[1].is_finite():
        options.append(over[1].rad() / 2 * ball(right - left))
    size = arb(min(options, key=float))
    return Deviation(-size, size, parabola=False)


def node_error_bound(deviation: Deviation, errors: tuple[Real, Real]) -> arb:
    """sup |g - f| on an interval with this chord deviation and node errors (e_k, e_{k+1}).

    For a deviation 4 s (1 - s) D the largest (1 - s) e_k + s e_{k+1} + 4 s (1 - s) D is at
    s = 1/2 + (e_{k+1} - e_k)/(8 D) where this lies in [0, 1], else at an end.
    """
    left, right = ball(errors[0]), ball(errors[1])
    above = _peak(left, right, deviation.high, deviation.parabola)
    below = _peak(-left, -right, -deviation.low, deviation.parabola)
    return arb(above.max(below).upper())


def _peak(left: arb, right: arb, size: arb, parabola: bool) -> arb:
    higher = left.max(right)
    if not parabola:
        return higher + size
    tilt = abs(right - left)
    if tilt >= 4 * size:
        return higher
    if tilt <= 4 * size and size > 0:
        return (left + right) / 2 + size + tilt**2 / (16 * size)
    return higher + size


def _bound() -> Any:
    import sympy

    M2, h, start, theta = sympy.symbols("M2 h delta0 theta", nonnegative=True)
    return M2 * h**2 / 8 + sympy.Max(start, h * theta)


STATEMENT = Statement(
    id="B2a",
    family="bias",
    title="error of the feedback construction",
    claim=(
        "If on intervals of length h the kinks at each knot make up for the slope that is lacking "
        "up to theta, and the value at the start is off by delta0, then |f - g| <= M2 h^2/8 + "
        "max(delta0, h theta)."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.00957",
    proof_sketch="Feedback: every node is off by h theta, whatever happened before; then chords.",
    sharp=False,
    sharp_note="targets f - f'' h^2/16 at the nodes halve the first term",
    symbols={
        "M2": "sup |f''|",
        "h": "longest interval",
        "theta": "largest mismatch of slope at a knot",
        "delta0": "error at the first node",
    },
    hypotheses=(
        bounded_curvature(),
        finite_nonnegative(
            "theta",
            name="mismatch",
            text="0 <= theta < inf",
            accepted="a finite mismatch is accepted",
        ),
    ),
    build=_bound,
    proved_in="theory/bias/feedback.py",
    tests=("tests/bias/test_feedback.py", "tests/bias/test_construction.py"),
    falsified_by="tests/bias/test_construction.py::test_without_theta_the_bound_is_false",
)
