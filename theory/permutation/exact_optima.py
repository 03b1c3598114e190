"""P7: exact optima for small n, by going through every permutation.

On [0,1] the coefficients q_0 and p_{n-1} do not act and 0 occurs twice among +-b_i, so the 2n
values give at most (2n)!/4 + (2n-2)!/2 functions: of the (2n)!/2 vectors those that differ in the
two idle places only are one function, and exchanging the idle values pairs all but the (2n-2)!
vectors with 0 in both places.  n = 2..5: 7, 192, 10,440 and 927,360; n = 6: 121,564,800.

*Sup norm with read-out.*  For points a, b, c of [0,1] the numbers mu = (h_b - h_c, h_c - h_a, h_a -
h_b) annihilate constants and h, so |f - alpha - gam h| >= |mu . f|/|mu|_1 for all alpha and gam.
*L2.*  The best alpha and gam are a regression: error^2 = var f - cov(f,h)^2/var h.
The smallest bound over all networks is a lower end of the optimum, the certified error of the best
one an upper end.
"""

from __future__ import annotations

from typing import Any

from theory.statements.hypotheses import width_at_least
from theory.statements.statement import Direction, Statement, Status


def _distinct_functions() -> Any:
    import sympy

    n = sympy.Symbol("n", nonnegative=True)
    return sympy.factorial(2 * n) / 4 + sympy.factorial(2 * n - 2) / 2


STATEMENT = Statement(
    id="P7",
    family="permutation",
    title="exact optima for small n",
    claim=(
        "On [0, 1] the orderings give at most (2n)!/4 + (2n-2)!/2 distinct functions, so for "
        "n <= 6 enumeration with the best read-out encloses the optimum, in sup norm and in L2."
    ),
    direction=Direction.EXACT,
    status=Status.CERTIFIED,
    paper="2407.01033",
    proof_sketch=(
        "0 occurs twice, which leaves (2n)!/2 vectors; q_0 and p_{n-1} do not act on [0, 1], and "
        "exchanging them pairs all but the (2n-2)! vectors where both are 0."
    ),
    sharp_note="the bound shown is the number of functions, not an error",
    symbols={"n": "number of locations"},
    hypotheses=(width_at_least(2),),
    build=_distinct_functions,
    proved_in="theory/permutation/exact_optima.py",
    tests=("tests/theory/test_counting.py", "tests/permutation/test_optima.py"),
    falsified_by="tests/theory/test_counting.py::test_p7_a_quarter_of_the_factorial_is_too_few",
)
