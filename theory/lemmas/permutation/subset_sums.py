"""P8, step 3: signs reach every small first slope, because subset sums of P_i + N_i do.

With sign + at i the value P_i sits on p, else on q: the slope on (0, d) is gam d T with
T = k_0 - n(n-1)/2 + (sum of w_i = P_i + N_i over a subset), k_0 the displacement at location 0.
Subset sums are kept as the bits of one integer.
"""

from __future__ import annotations

from typing import Any

from theory.lemmas.lemma import Control, Effort, Lemma, Method, Outcome, proved, refuted, together
from theory.lemmas.permutation.realisation import Counts, displacements, multisets
from theory.lemmas.permutation.subset_growth import (
    FEW,
    beginnings,
    check_beginnings,
    growth,
)
from theory.lemmas.solver import Problem, decide
from theory.permutation.blocks import SWAP, lay_out

LEAST_WIDTH, QUICK_WIDTH, FULL_WIDTH = 17, 21, 32


def _slope_missed(counts: Counts, reach: int) -> int | None:
    """A T with |T| <= ``reach`` missed with one of the ends first; None if there is none."""
    line = lay_out(*counts)
    steps = displacements(line)
    n = len(steps)
    sums = 1
    for source, step in enumerate(steps):
        sums |= sums << (2 * source + step)
    wanted = (1 << (2 * reach + 1)) - 1
    for end in line.ends:
        # bit j stands for T = j - reach
        lowest = n * (n - 1) // 2 + steps[end] - reach
        missing = wanted & ~(sums << -lowest if lowest < 0 else sums >> lowest)
        if missing:
            return missing.bit_length() - 1 - reach
    return None


def _subsets(effort: Effort, bonus: int) -> Outcome:
    """Every multiset of every n, with the reach n(n-7)/2 - 9 + ``bonus``."""
    last = FULL_WIDTH if effort is Effort.FULL else QUICK_WIDTH
    found = 0
    for n in range(LEAST_WIDTH, last + 1):
        reach = n * (n - 7) // 2 - 9 + bonus
        for counts in multisets(n - 2):
            found += 1
            missed = _slope_missed(counts, reach)
            if missed is not None:
                return refuted(f"n = {n}, counts {counts} of +2..-2: no signs for T = {missed}")
    return proved(f"{found} multisets, {LEAST_WIDTH} <= n <= {last}")


def _beginnings_met(effort: Effort) -> Outcome:
    """The layout itself, run on every multiset of a few n, begins as the growth lemma says."""
    last = 24 if effort is Effort.FULL else 18
    known = beginnings()
    for n in range(FEW + 2, last + 1):
        for counts in multisets(n - 2):
            line = lay_out(*counts)
            steps = enumerate(displacements(line))
            inner = [2 * source + step for source, step in steps if source not in line.ends]
            if tuple(inner[:FEW]) not in known:
                return refuted(f"n = {n}, counts {counts} of +2..-2: another beginning")
    return proved(f"met by all layouts, {FEW + 2} <= n <= {last}")


def _parity(factor: int) -> list[Problem]:
    """P + N has the parity of P - N, so subset sums of even ones are even (by induction)."""

    def entries(z3: Any) -> tuple[list[Any], Any]:
        p, n = z3.Ints("P N")
        return [], (p + factor * n) % 2 == (p - n) % 2

    def even(z3: Any) -> tuple[list[Any], Any]:
        p, n, total = z3.Ints("P N total")
        return [(p - n) % 2 == 0, total % 2 == 0], (total + p + factor * n) % 2 == 0

    def odd(z3: Any) -> tuple[list[Any], Any]:
        p, n, total = z3.Ints("P N total")
        return [(p - n) % 2 == 1], (total + p + factor * n) % 2 != total % 2

    return [entries, even, odd]


LEMMAS = (
    Lemma(
        id="P8-parity",
        name="why an odd displacement is needed",
        statement=(
            "For integers P_i and N_i, P_i + N_i has the parity of P_i - N_i: if all P_i - N_i are "
            "even, every sum of P_i + N_i over a subset is even; if P_j - N_j is odd, adding "
            "P_j + N_j to a sum without it changes the parity."
        ),
        used_by=("P8", "P8-affine", "P3'", "P9"),
        method=Method.Z3,
        argument="z3 over the integers; subsets by induction on their size.",
        prove=lambda _: decide(*_parity(1)),
        control=Control("for P_i + 2 N_i", lambda _: decide(*_parity(2))),
    ),
    Lemma(
        id="P8-subsets",
        name="signs reach every small first slope",
        statement=(
            "For every n >= 17, every multiset of n - 2 displacements in {-2, ..., 2} and every "
            "integer |T| <= n(n-7)/2 - 9, in particular |T| <= n(n-9)/2 - 58, the layout has, with "
            "either end first, a subset of the P_i + N_i with the sum n(n-1)/2 + k_0 + T, k_0 the "
            "displacement of the first location."
        ),
        used_by=("P8", "P8-affine", "P3'"),
        method=Method.Z3,
        argument=(
            "Every beginning of a layout, 14 sources, has complete subset sums from 40 on (or "
            "complete even ones from 12 on); growth from there by induction, and the two ends, by "
            "z3. An odd sum puts one odd weight in and leaves another out, which P8-realisation "
            "provides. With a sum < 0 P and N are exchanged, k_0 and T change sign, and sums go to "
            "complements."
        ),
        prove=lambda effort: together(
            check_beginnings(), _beginnings_met(effort), decide(*growth(0))
        ),
        control=Control(
            "with a zero before each swap", lambda _: check_beginnings(mixed=(0, *SWAP))
        ),
    ),
    Lemma(
        id="P8-subsets-small",
        name="signs reach every small first slope, small widths",
        statement=(
            f"For {LEAST_WIDTH} <= n <= {QUICK_WIDTH} (with --full {FULL_WIDTH}), every multiset "
            "of n - 2 displacements in {-2, ..., 2} and every integer |T| <= n(n-7)/2 - 9, the "
            "layout has, with either end first, a subset of the P_i + N_i with the sum "
            "n(n-1)/2 + k_0 + T, k_0 the displacement of the first location."
        ),
        used_by=("P8", "P8-affine", "P3'"),
        method=Method.CASES,
        argument="All subset sums as bits of one integer, for every multiset with a sum >= 0.",
        prove=lambda effort: _subsets(effort, 0),
        control=Control("|T| <= n(n-7)/2 + 9", lambda effort: _subsets(effort, 18)),
    ),
)
