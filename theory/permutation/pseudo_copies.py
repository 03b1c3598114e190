"""P4: steps without read-out, from quads {i, i+k, i+2k, i+3k} that jump by J = 8 k^2 d^2.

d = 1/(n-1); a block of 4 k locations holds k such quads and can rise or fall by up to k J.
Hypothesis: some k <= n/4 has

    2 k^2 d >= L     and     J (floor(n/(4k)) (k-1) - 2) >= TV + |f(0) + f(1)|,

and then |f - g| <= 8 k^2 d^2 + 4 L k d + 7 d^2 with alpha = 0, gam = 1; the bound grows with k, so
the smallest such k is the best.

Proof.  Feedback over the m = floor(n/(4k)) blocks with unit J: a block changes f by at most 4 L k d
<= k J, so at most k of its quads step, the error between blocks stays within J/2, and at most TV/J
+ m quads step in all.  The others are constant (P2): at least m (k-1) - TV/J >= |f(0) + f(1)|/J + 2
signs, whose sum fixes the offset up to the parity of their number, J/2.  Inside a block g is
monotone between its values at the ends and f moves by at most 4 L k d.  The n - 4 k m locations
left over are quads of neighbours with alternating constants 4 d^2 and at most three more locations
(P2), together at most 7 d^2.  QED
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isqrt
from typing import Any

from theory.errors import InputError
from theory.rigor.balls import Truth
from theory.statements.enclose import Number
from theory.statements.hypotheses import (
    at_least_integer,
    at_most,
    finite_nonnegative,
    integer,
    lipschitz,
    plus,
    width_at_least,
)
from theory.statements.statement import Direction, Hypothesis, Statement, Status

LEAST_WIDTH = 8


def smallest_k(
    width: int, lipschitz_constant: Fraction, variation: Fraction, ends: Fraction
) -> int | None:
    """The smallest k that meets the hypothesis of P4, or None; ``ends`` is |f(0) + f(1)|.

    Exact for exact arguments; certified upper ends of L, TV and ``ends`` give a certified k.
    Raises InputError for a width below 2 or negative figures.
    """
    if width < 2:
        raise InputError("width", width, "too small:", "at least 2 locations are accepted")
    if min(lipschitz_constant, variation, ends) < 0:
        figures = (lipschitz_constant, variation, ends)
        raise InputError("L, TV, |f(0)+f(1)|", figures, "negative:", "figures >= 0 are accepted")
    # In units of d^2: 2 k^2 >= L (n-1) and 8 k^2 (m (k-1) - 2) >= (TV + ends)(n-1)^2.
    steepest = _ceiling(lipschitz_constant * (width - 1))
    demand = _ceiling((variation + ends) * (width - 1) ** 2)
    # m (k-1) < n/4 turns the second into 2 n k^2 > demand: no smaller k needs a look.
    start = isqrt(max(steepest // 2, demand // (2 * width)))
    for k in range(max(2, start), width // 4 + 1):
        if 2 * k * k >= steepest and 8 * k * k * (width // (4 * k) * (k - 1) - 2) >= demand:
            return k
    return None


def _ceiling(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def _fits(values: Mapping[str, Number]) -> Truth:
    n, k = integer(values["n"]), integer(values["k"])
    return Truth.YES if n is not None and k is not None and 4 * k <= n else Truth.NO


def _follows(values: Mapping[str, Number]) -> Truth:
    n, k = integer(values["n"]), integer(values["k"])
    if n is None or k is None or n < 2:
        return Truth.NO
    return at_most(values["L"], Fraction(2 * k * k, n - 1))


def _enough(values: Mapping[str, Number]) -> Truth:
    n, k = integer(values["n"]), integer(values["k"])
    if n is None or k is None or n < 2 or k < 1:
        return Truth.NO
    supply = Fraction(8 * k * k * (n // (4 * k) * (k - 1) - 2), (n - 1) ** 2)
    return at_most(plus(values["TV"], values["ends"]), supply)


def _bound() -> Any:
    import sympy

    n, k, L = sympy.symbols("n k L", nonnegative=True)
    return 8 * k**2 / (n - 1) ** 2 + 4 * L * k / (n - 1) + 7 / (n - 1) ** 2


_WIDER = "a larger width is accepted"

STATEMENT = Statement(
    id="P4",
    family="permutation",
    title="steps without read-out, by pseudo-copies",
    claim=(
        "If some k <= n/4 has 2 k^2 d >= L and 8 k^2 d^2 (floor(n/(4k)) (k-1) - 2) >= "
        "TV + |f(0)+f(1)|, d = 1/(n-1), then a permutation alone (alpha = 0, gamma = 1) has error "
        "at most 8 k^2 d^2 + 4 L k d + 7 d^2."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch=(
        "Feedback over blocks of 4k locations whose k interleaved quads step by 8 k^2 d^2 each; "
        "the quads that do not step are constants and fix the offset."
    ),
    sharp=False,
    sharp_note="the rate n^-1/2 is what steps give; P9 does better",
    symbols={
        "n": "number of locations",
        "k": "stride of the quads; the smallest one that meets the hypotheses is best",
        "L": "Lipschitz constant of f on the unit interval",
        "TV": "total variation of f",
        "ends": "|f(0) + f(1)| on the unit interval",
    },
    hypotheses=(
        width_at_least(LEAST_WIDTH),
        at_least_integer("k", 2, name="stride", counts="steps between the locations of a quad"),
        Hypothesis("fit", "k <= n/4", ("n", "k"), _fits, _WIDER),
        lipschitz(),
        Hypothesis("slope", "2 k^2/(n-1) >= L", ("n", "k", "L"), _follows, _WIDER),
        finite_nonnegative(
            "TV",
            name="variation",
            text="TV < inf",
            accepted="a target of bounded variation is accepted",
        ),
        Hypothesis(
            "supply",
            "8 k^2 (floor(n/(4k)) (k-1) - 2)/(n-1)^2 >= TV + |f(0)+f(1)|",
            ("n", "k", "TV", "ends"),
            _enough,
            _WIDER,
        ),
    ),
    build=_bound,
    proved_in="theory/permutation/pseudo_copies.py",
    tests=("tests/theory/test_pseudo_copies.py", "tests/permutation/test_bounds.py"),
    falsified_by="tests/permutation/test_bounds.py::test_p4_with_a_smaller_constant_is_refuted",
)
