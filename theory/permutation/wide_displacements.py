"""P8 with kappa = 2: displacements in {-3..3}, as far as they can be realised.

For permutations P, N of 0..n-1 write k_i = P_i - N_i; two locations, the ends, are free, the other
n - 2 have |k_i| <= 3 and the sum S.
*Necessary:* |S| <= 2n - 4.  All k_i sum to 0, so -S is the sum over the ends, two distinct images
minus two distinct sources: between -(2n-4) and 2n-4.
*Sufficient, by machine for 3 <= n <= 14* (:func:`unrealised`): every multiset with |S| <= 2n - 4 is
realised, but for four at n = 9, all of whose k_i are +-3: three -3 and four +3, two -3 and five +3,
and their negatives.  (Displacements of +-3 stay within a residue class mod 3, and at n = 9 the
classes are all odd.)  For larger n it is a conjecture; a construction verifies its own.

With it gam = M2/2 gives kinks in {-3..3} and the error (gam/2 + M2/8)/(n-1)^2 = (3/8) M2/(n-1)^2,
for |f'(1) - f'(0)| <= gam (2n-4)/(n-1) - O(M2/n), about M2.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement
from typing import Any

from theory.statements.hypotheses import bounded_curvature, width_at_least
from theory.statements.statement import Direction, Statement, Status

WIDEST = 3
LARGEST_MILP_WIDTH = 20_000


def most_turned(width: int) -> int:
    """2n - 4, the largest |S|."""
    return 2 * width - 4


def realised(width: int, widest: int = WIDEST) -> set[tuple[int, ...]]:
    """All multisets of width - 2 displacements that some layout has, as counts of -widest..widest.

    Sources from left to right; a state holds the images taken around the source, the ends and the
    holes (images that no later source reaches, at most two, for the ends).
    """
    span = 2 * widest + 1
    powers = [(width + 1) ** place for place in range(span)]
    states: dict[tuple[int, int, int], set[int]] = {((1 << widest) - 1, 0, 0): {0}}
    for source in range(width):
        later: dict[tuple[int, int, int], set[int]] = {}
        for (taken, ends, holes), codes in states.items():
            choices = [(taken, ends + 1, 0)] if ends < 2 else []
            for place in range(span):
                inside = 0 <= source + place - widest < width
                if inside and not taken >> place & 1:
                    choices.append((taken | 1 << place, ends, powers[place]))
            for mask, used, power in choices:
                left = holes + (1 - (mask & 1))
                if left <= 2:
                    found = later.setdefault((mask >> 1, used, left), set())
                    found |= {code + power for code in codes}
        states = later
    whole = {code for (_, ends, _), codes in states.items() if ends == 2 for code in codes}
    return {tuple(code // power % (width + 1) for power in powers) for code in whole}


def unrealised(width: int, widest: int = WIDEST) -> Iterator[tuple[int, ...]]:
    """The multisets with |S| <= 2n - 4 that no layout has, ascending displacements."""
    known = realised(width, widest)
    steps = range(-widest, widest + 1)
    for chosen in combinations_with_replacement(steps, width - 2):
        counts = tuple(chosen.count(step) for step in steps)
        if abs(sum(chosen)) <= most_turned(width) and counts not in known:
            yield chosen


def _bound() -> Any:
    import sympy

    n, M2 = sympy.symbols("n M2", nonnegative=True)
    return sympy.Rational(3, 8) * M2 / (n - 1) ** 2


STATEMENT = Statement(
    id="P8-wide",
    family="permutation",
    title="half the unit: displacements up to 3",
    claim=(
        "For f with |f''| <= M2 that turns by less than M2, |f'(1) - f'(0)| < M2, and n large, "
        "there are alpha, gamma and a permutation with sup-norm error at most (3/8) M2/(n-1)^2."
    ),
    direction=Direction.UPPER,
    status=Status.CONJECTURE,
    paper="2407.01033",
    proof_sketch=(
        "P8's feedback with gam = M2/2; that displacements in -3..3 with |sum| <= 2n-4 are always "
        "realised is proved for n <= 14 (four exceptions at n = 9), each network is certified."
    ),
    symbols={"n": "number of locations, large", "M2": "sup |f''| on the unit interval"},
    hypotheses=(width_at_least(17), bounded_curvature()),
    build=_bound,
    proved_in="theory/permutation/wide_displacements.py",
    tests=("tests/permutation/test_wide_kinks.py",),
    falsified_by="tests/adversary/test_false_theorems.py::test_a_false_variant_is_refuted[P8-wide]",
)
