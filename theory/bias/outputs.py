"""B2-outputs: pairs of units and l outputs; pigeonhole over cubes of vector kinks.

On [0, 1] with N equal intervals, h = 1/N, swept from 0 with right-facing units: the kinks are
vectors s = C_k |w_k| in R^l.  Cut [-T, T)^l into (2 J)^l cubes of side G = T/J.  If every cube
holds at least P >= 2 kinks, all components of the first needed kink are below Lb G,
Lb = ceil(M2 h/G) + 3, M2 >= |f_i''| for every output, and with E = floor(2 (N - 1)/(P - 1))

    (2 J - Lb)^l >= 1 + (1 + 2^l) E,

then pairs keep |theta_k|_inf < G at every knot, so (B2a)  |f_i - g_i| <= M2 h^2/8 + h G for every
output whenever the values at 0 are exact.
Proof. Needed kinks are D_k = (second differences)/h - 2 theta_{k-1} + theta_{k-2}, componentwise
below Lb G. At step k at most 2 (k-1) units are gone, so at most E cubes have fewer than two left.
In each coordinate at most Lb of the 2 J slabs hold an s with D_k - s outside [-T, T): (2 J - Lb)^l
cubes are good whatever unit they offer. Take one unit s_i from each good cube that has two left.
The points D_k - s_i of different cubes lie in one cube at most 2^l times, so at most 2^l E of them
fall into a cube with fewer than two left; the hypothesis leaves one i whose partner's cube has two,
one of them another unit: the pair misses D_k by less than G in every component.  QED
*Rate.*  The density of s is bounded below near 0, so n drawn units fill about n/ln n cubes with
P = const ln n each, with probability at least 1 - 1/n for n large: N is a constant part of n, G of
order (ln n/n)^(1/l), and the error of order n^-1 (ln n/n)^(1/l).  For l = 1 this is B2b up to
constants.  Sums of j >= l units at every knot do better in practice
(``numerics.bias.several_outputs``); the n^-2 that this suggests is not proved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.errors import InputError
from theory.rigor.balls import Truth
from theory.statements.enclose import Number
from theory.statements.hypotheses import bounded_curvature, finite_nonnegative, integer
from theory.statements.statement import Direction, Hypothesis, Statement, Status


def enough(
    intervals: int, bins: int, least: int, width: Fraction, curvature: Fraction, outputs: int
) -> bool:
    """Whether N, J, P, G, M2, l fulfil (2 J - Lb)^l >= 1 + (1 + 2^l) floor(2 (N - 1)/(P - 1)).

    Raises InputError for numbers below 1, a width that is not positive or a negative curvature.
    """
    for name, size in (("N", intervals), ("J", bins), ("l", outputs)):
        if size < 1:
            raise InputError(name, size, "too small:", "an integer >= 1 is accepted")
    if width <= 0:
        raise InputError("G", width, "not positive:", "a positive width is accepted")
    if curvature < 0:
        raise InputError("M2", curvature, "negative:", "sup |f''| >= 0 is accepted")
    if least < 2:
        return False
    reserve = math.ceil(curvature / (intervals * width)) + 3
    spent = 2 * (intervals - 1) // (least - 1)
    return 2 * bins > reserve and (2 * bins - reserve) ** outputs >= 1 + (1 + 2**outputs) * spent


def most_intervals(
    bins: int, least: int, width: Fraction, curvature: Fraction, outputs: int
) -> int:
    """The largest N that ``enough`` allows, 0 if there is none; not monotone in N: all are tried.

    N <= 1 + (P - 1) ((2 J)^l/(1 + 2^l) + 1)/2 in any case.
    """
    most = 1 + (max(least, 2) - 1) * ((2 * bins) ** outputs // (1 + 2**outputs) + 1) // 2
    for count in range(most, 0, -1):
        if enough(count, bins, least, width, curvature, outputs):
            return count
    return 0


def _fits(values: Mapping[str, Number]) -> Truth:
    """The hypothesis with h = 1/N; exact values only."""
    M2, h, G = values["M2"], values["h"], values["G"]
    J, P, outputs = (integer(values[name]) for name in ("J", "P", "l"))
    if not (isinstance(M2, Fraction) and isinstance(h, Fraction) and isinstance(G, Fraction)):
        return Truth.UNKNOWN
    if J is None or P is None or outputs is None or min(J, outputs) < 1 or h <= 0 or G <= 0:
        return Truth.NO
    count = math.ceil(1 / h)
    return Truth.YES if enough(count, J, P, G, M2, outputs) else Truth.NO


def _bound() -> Any:
    import sympy

    M2, h, G = sympy.symbols("M2 h G", nonnegative=True)
    return M2 * h**2 / 8 + h * G


STATEMENT = Statement(
    id="B2-outputs",
    family="bias",
    title="bias freedom on the line with several outputs",
    claim=(
        "If each of the (2J)^l cubes of side G around 0 holds at least P of the frozen vector "
        "kinks and (2J - Lb)^l >= 1 + (1 + 2^l) floor(2(N-1)/(P-1)), Lb = ceil(M2 h/G) + 3, pairs "
        "of units meet every needed kink within G and every output is within M2 h^2/8 + h G: for "
        "drawn weights of order n^-1 (ln n/n)^(1/l)."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.00957",
    proof_sketch="Pigeonhole over cubes; differences of one cube meet at most 2^l others.",
    sharp=False,
    sharp_note="sums of l units or more at every knot do better in practice",
    symbols={
        "M2": "sup |f_i''| over all outputs, on the unit interval",
        "h": "length 1/N of an interval",
        "G": "side of a cube",
        "J": "cubes from 0 to the edge of the box",
        "P": "kinks in every cube, at least",
        "l": "number of outputs",
    },
    hypotheses=(
        bounded_curvature(),
        finite_nonnegative(
            "G", name="side of a cube", text="0 <= G < inf", accepted="a finite side is accepted"
        ),
        Hypothesis(
            "cubes",
            "(2J - Lb)^l >= 1 + (1 + 2^l) E",
            ("M2", "h", "G", "J", "P", "l"),
            _fits,
            "fewer intervals, or a draw with more kinks in every cube, are accepted",
        ),
    ),
    build=_bound,
    proved_in="theory/bias/outputs.py",
    tests=("tests/bias/test_several_outputs.py",),
    falsified_by="tests/bias/test_several_outputs.py::test_without_the_mismatch_the_bound_is_false",
)
