"""B2b: a lemma about one draw that turns B2a into a rate; pigeonhole over bins of kink sizes.

On [0, 1] with N equal intervals, h = 1/N, swept from 0 with right-facing units: cut the sizes |s|
in [0, T) into J bins of width G = T/J.  If every bin holds at least P positive and at least P
negative kinks, the first needed kink is at most T - G, and with Lb = ceil(M2 h/G) + 3

    N <= P (J - Lb - 1)/3,

then pairs keep |theta_k| < G at every knot, so (B2a)  |f - g| <= M2 h^2/8 + h G  whenever the value
at 0 is exact.
Proof. Needed kinks are D_k = (second difference)/h - 2 theta_{k-1} + theta_{k-2}, so |D_k| < M2 h +
3 G for k >= 2. At step k at most (k-1)/P bins of each sign are empty; take one kink s_i from each
positive bin that is not. At most Lb of the values s_i - D_k leave [0, T), at most two of the rest
fall into one bin, so J - Lb - 3 (k-1)/P >= 1 leaves an i whose partner's bin is not empty: the pair
misses D_k by less than G. At the first step nothing is empty and one s_i - D_1 stays inside.  QED
*Probability.*  |c w|/R^2 has the density -ln u >= 1 on [0, 1/e]; with T = R^2/e,
J = floor(n/(32 e ln(2 n^2))) and P = ceil(n/(8 e J)) the bins are full enough with probability at
least 1 - 1/n, and N = floor(n/131) is within the lemma for n >= 960 ln(2 n^2) + 725 M2/R^2: error
at most (2146 M2 + 4192 R^2 ln(2 n^2))/n^2 (1 + o(1)).  ``draw_bins`` looks at the draw instead and
takes the J that serves it best.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from theory.errors import InputError
from theory.rigor.balls import Truth
from theory.rigor.numbers import exact_text
from theory.statements.enclose import Number
from theory.statements.hypotheses import bounded_curvature, finite_nonnegative, integer
from theory.statements.statement import Direction, Hypothesis, Statement, Status

# T = R^2 times this rational just below 1/e: the lemma holds for any T.
TOP = Fraction(367, 1000)
MOST_BINS = 4096
# A float size this close to the edge of a bin is counted in neither.
EDGE = 1e-9


@dataclass(frozen=True)
class DrawBins:
    """What B2b says of a draw: with ``count`` intervals the error is at most ``bound``.

    ``bins`` J, ``least`` P, ``width`` G; ``reason`` names the bin that is short where N = 0.
    """

    bins: int
    least: int
    width: Fraction
    count: int
    bound: Fraction
    first: Fraction
    reason: str | None


def intervals(bins: int, least: int, width: Fraction, curvature: Fraction) -> int:
    """The largest N with N <= P (J - Lb - 1)/3, Lb = ceil(M2/(N G)) + 3; 0 if there is none."""
    for reserve in range(3, bins):
        count = (least * (bins - reserve - 1)) // 3
        if count >= 1 and -((-curvature / (count * width)) // 1) + 3 <= reserve:
            return count
    return 0


def occupancy(kinks: Sequence[float], bins: int, width: float) -> tuple[list[int], list[int]]:
    """How many positive and negative ``kinks`` certainly lie in each bin [j G, (j+1) G)."""
    counts = [0] * bins, [0] * bins
    for kink in kinks:
        place = abs(kink) / width
        if not place < bins:
            continue
        index = int(place)
        if EDGE < place - index < 1 - EDGE:
            counts[kink < 0][index] += 1
    return counts


def draw_bins(kinks: Sequence[float], scale: Fraction, curvature: Fraction) -> DrawBins:
    """B2b for right-facing ``kinks`` on the unit interval, |s| <= ``scale``, M2 = ``curvature``.

    Tries about 40 numbers of bins and keeps the smallest bound.  Raises InputError for a scale that
    is not positive or a negative curvature.
    """
    if scale <= 0:
        raise InputError("scale", scale, "not positive:", "the largest |kink| is accepted")
    if curvature < 0:
        raise InputError("M2", curvature, "negative:", "sup |f''| >= 0 is accepted")
    top = scale * TOP
    numbers = [float(kink) for kink in kinks]
    best: DrawBins | None = None
    for bins in _candidates(len(numbers)):
        width = top / bins
        positive, negative = occupancy(numbers, bins, float(width))
        least = min(*positive, *negative)
        count = intervals(bins, least, width, curvature) if least else 0
        if count:
            bound = curvature / (8 * count**2) + width / count
            found = DrawBins(bins, least, width, count, bound, top - width, None)
        else:
            sign = "positive" if least == min(positive) else "negative"
            index = (positive if sign == "positive" else negative).index(least)
            reason = (
                f"of {bins} bins of kink sizes, number {index + 1} from 0 holds {least} {sign} "
                "kinks: too few for this f''"
            )
            found = DrawBins(bins, least, width, 0, Fraction(0), top - width, reason)
        if best is None or _better(found, best):
            best = found
    assert best is not None
    return best


def _candidates(units: int) -> list[int]:
    limit = max(6, min(MOST_BINS, units))
    ratio = (limit / 6) ** (1 / 40)
    return sorted({round(6 * ratio**i) for i in range(41)})


def _better(found: DrawBins, best: DrawBins) -> bool:
    if not best.count or not found.count:
        # among failures the one closest to a usable number of units
        if found.count or best.count:
            return bool(found.count)
        return found.least * (found.bins - 5) > best.least * (best.bins - 5)
    return found.bound < best.bound


def _bound() -> Any:
    import sympy

    M2, h, G = sympy.symbols("M2 h G", nonnegative=True)
    return M2 * h**2 / 8 + h * G


def _fits(values: Mapping[str, Number]) -> Truth:
    """N <= P (J - Lb - 1)/3 with Lb = ceil(M2 h/G) + 3, h = 1/N; exact values only."""
    M2, h, G = values["M2"], values["h"], values["G"]
    J, P = integer(values["J"]), integer(values["P"])
    if not (isinstance(M2, Fraction) and isinstance(h, Fraction) and isinstance(G, Fraction)):
        return Truth.UNKNOWN
    if J is None or P is None or h <= 0 or G <= 0:
        return Truth.NO
    reserve = math.ceil(M2 * h / G) + 3
    return Truth.YES if 3 / h <= P * (J - reserve - 1) else Truth.NO


def describe(found: DrawBins) -> str:
    """The lemma's outcome in words."""
    if found.reason is not None:
        return found.reason
    return (
        f"{found.bins} bins of width {exact_text(found.width)} hold {found.least} kinks or more of "
        f"each sign: {found.count} intervals"
    )


STATEMENT = Statement(
    id="B2b",
    family="bias",
    title="bias freedom on the line, for a draw",
    claim=(
        "If each of J bins of width G of the frozen kink sizes holds at least P kinks of each sign "
        "and N <= P(J - Lb - 1)/3, Lb = ceil(M2 h/G) + 3, pairs of units meet every needed kink "
        "within G and the error is at most M2 h^2/8 + h G."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.00957",
    proof_sketch="Pigeonhole over bins; the density of |c w|/R^2 is at least 1 on [0, 1/e].",
    sharp=False,
    sharp_note="the greedy sweep does better; its constant is a conjecture",
    symbols={
        "M2": "sup |f''| on the unit interval",
        "h": "length 1/N of an interval",
        "G": "width of a bin",
        "J": "number of bins",
        "P": "kinks of each sign in every bin, at least",
    },
    hypotheses=(
        bounded_curvature(),
        finite_nonnegative(
            "G", name="bin width", text="0 <= G < inf", accepted="a finite width is accepted"
        ),
        Hypothesis(
            "bins",
            "N <= P (J - Lb - 1)/3",
            ("M2", "h", "G", "J", "P"),
            _fits,
            "fewer intervals, or a draw with more kinks in every bin, are accepted",
        ),
    ),
    build=_bound,
    proved_in="theory/bias/bins.py",
    tests=("tests/bias/test_bins.py",),
    falsified_by="tests/bias/test_bins.py::test_far_more_intervals_than_the_lemma_allows_get_stuck",
)
