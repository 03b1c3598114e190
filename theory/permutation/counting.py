"""P6: what no permutation can do for the Lipschitz class, by zigzags and by counting.

*Zigzag.*  On n equidistant locations g has n - 2 interior knots, n - 1 linear pieces.  The zigzag
with n cells and slopes +-L takes n + 1 values that alternate about L/(2n) with amplitude L/(2n).
If |f - g| < L/(2n) everywhere, g - L/(2n) changes sign in each of the n cells, so two of its zeros
lie on one linear piece and it vanishes between them: impossible.  Any coefficients, error >=
L/(2n).

*Counting.*  (2n)!/2 orderings of +-b_i differ as vectors (0 occurs twice).  If each of 2^N >
(2n)!/2 zigzags with N cells that start at 0 had error < L/N, two would share a network and be less
than 2 L/N apart, but where they first part they are 2 L/N apart.  With a read-out an ordering
serves at most two zigzags with error < L/(2N), one for each sign of gam, since it fixes the
direction of every cell: 2^N > (2n)! gives L/(2N).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from flint import arb

from theory.errors import InputError, Undecided
from theory.rigor.balls import climb, float_down, working_precision
from theory.statements.hypotheses import lipschitz, width_at_least
from theory.statements.statement import Direction, Statement, Status

LARGEST_FACTORIAL = 2_000
# A rational is enclosed this tightly before it is rounded to a float.
FLOAT_PRECISION = 128


def zigzag(cells: int, slope: Fraction) -> tuple[tuple[Fraction, Fraction], ...]:
    """Break points (x, f(x)) of the zigzag with slopes +-slope on [0, 1], from f(0) = 0."""
    if cells < 1:
        raise InputError("cells", cells, "too few:", "at least 1 cell is accepted")
    return tuple((Fraction(i, cells), (i % 2) * slope / cells) for i in range(cells + 1))


def counting_number(width: int, *, readout: bool) -> int:
    """N: floor(log2((2n)!/2)) + 1 without and floor(log2 (2n)!) + 1 with read-out, exactly.

    From the factorial itself up to n = 2000, beyond from an enclosure of its logarithm at rising
    precision ((2n)! has the factor 3, so the logarithm is never an integer).  Raises InputError for
    n < 2 and Undecided if no precision in use decides the floor.
    """
    if width < 2:
        raise InputError("width", width, "too small:", "at least 2 locations are accepted")
    if width <= LARGEST_FACTORIAL:
        # bit_length is floor(log2) + 1; (2n)!/2 has one bit less
        return math.factorial(2 * width).bit_length() - (0 if readout else 1)
    floor, _ = climb(
        lambda: (arb(2 * width + 1).lgamma() / arb.const_log2()).floor().unique_fmpz(),
        lambda found: found is not None,
    )
    if floor is None:
        raise Undecided("width", width, "log2 of (2n)! is too close to an integer for", "another n")
    return int(floor) + (1 if readout else 0)


def counting_bound(width: int, lipschitz: Fraction, *, readout: bool) -> tuple[float, int]:
    """L/N without and L/(2N) with read-out, rounded down, and N.

    Raises InputError for L < 0 or n < 2.
    """
    if lipschitz < 0:
        raise InputError("lipschitz", lipschitz, "negative:", "L >= 0 is accepted")
    number = counting_number(width, readout=readout)
    with working_precision(FLOAT_PRECISION):
        return float_down(lipschitz / (number * (2 if readout else 1))), number


def _zigzag_bound() -> Any:
    import sympy

    n, L = sympy.symbols("n L", nonnegative=True)
    return L / (2 * n)


def _counting_bound() -> Any:
    import sympy

    n, L = sympy.symbols("n L", nonnegative=True)
    return L / (sympy.floor(sympy.log(sympy.factorial(2 * n) / 2) / sympy.log(2)) + 1)


def _counting_readout_bound() -> Any:
    import sympy

    n, L = sympy.symbols("n L", nonnegative=True)
    return L / (2 * (sympy.floor(sympy.log(sympy.factorial(2 * n)) / sympy.log(2)) + 1))


_SYMBOLS = {"n": "number of locations", "L": "Lipschitz constant of the class"}
_HYPOTHESES = (width_at_least(2), lipschitz())
_TESTS = ("tests/theory/test_lower_bounds.py", "tests/theory/test_counting.py")

STATEMENT = Statement(
    id="P6",
    family="permutation",
    title="Lipschitz class, any coefficients on n equidistant knots",
    claim=(
        "Some L-Lipschitz f, the zigzag with n cells, has error at least L/(2n) for every choice "
        "of coefficients on n equidistant locations, with or without read-out."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch="n sign changes do not fit on n - 1 linear pieces.",
    sharp=True,
    sharp_note="for this zigzag: the constant L/(2n) attains it",
    symbols=_SYMBOLS,
    hypotheses=_HYPOTHESES,
    build=_zigzag_bound,
    proved_in="theory/permutation/counting.py",
    tests=_TESTS,
    falsified_by=(
        "tests/adversary/test_false_theorems.py::test_a_sharp_constant_cannot_be_better_by_1_05[P6]"
    ),
)

COUNTING_STATEMENT = Statement(
    id="P6-counting",
    family="permutation",
    title="Lipschitz class by counting, without read-out",
    claim=(
        "Among the 2^N zigzags of slope L with N = floor(log2((2n)!/2)) + 1 cells that start at 0, "
        "one has error at least L/N for every permutation, without read-out, of the values +-b_i."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch="More zigzags than orderings: two share a network, and they part by 2 L/N.",
    sharp=False,
    sharp_note="much weaker than P6; it needs no piecewise linearity",
    symbols=_SYMBOLS,
    hypotheses=_HYPOTHESES,
    build=_counting_bound,
    proved_in="theory/permutation/counting.py",
    tests=_TESTS,
    falsified_by="tests/theory/test_counting.py::test_fewer_cells_can_all_be_met",
)

COUNTING_READOUT_STATEMENT = Statement(
    id="P6-counting-readout",
    family="permutation",
    title="Lipschitz class by counting, with read-out",
    claim=(
        "Among the 2^N zigzags of slope L with N = floor(log2 (2n)!) + 1 cells, one has error at "
        "least L/(2N) for every permutation, with read-out, of the values +-b_i."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch=(
        "An ordering and the sign of gamma fix the direction of every cell: (2n)! patterns at most."
    ),
    sharp=False,
    sharp_note="much weaker than P6; it needs no piecewise linearity",
    symbols=_SYMBOLS,
    hypotheses=_HYPOTHESES,
    build=_counting_readout_bound,
    proved_in="theory/permutation/counting.py",
    tests=_TESTS,
    falsified_by="tests/theory/test_counting.py::test_fewer_cells_can_all_be_met",
)
