"""B6', B7: the signs of the frozen output weights bound the error for every choice of biases.

g(x) = sum_k c_k relu(w_k x + b_k): wherever its bias puts it, unit k bends g by c_k |w_k|, so g is
convex between the kinks of its negative c_k.
*B6'.*  m of the c_k with w_k != 0 are negative; m + 1 intervals with disjoint interiors hold x1 <
x2 < x3 with f(x2) - chord(x2) >= D each: the error is at least D/2.  Mirrored: with m positive ones
and chord(x2) - f(x2) >= D.
Proof.  One interval has no concave kink inside, so g(x2) <= its chord there; with |f - g| <= E at
the three points f(x2) - chord_f(x2) <= 2 E.  QED
*B7.*  If no c_k with w_k != 0 is negative (positive), g is convex (concave), for every b, both
facings and every dimension, since x -> relu(w.x + b) is convex; a draw with n units and signs
decided by fair coins is of that kind with probability 2^(1-n).  The distance on an interval from f
to the convex functions is half the largest f(x2) - chord, so one triple is the whole certificate.
*Along a segment.*  In several dimensions everything holds on every segment of the domain, where
unit k bends g by c_k |w_k.v|, v the difference of its ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from theory.errors import InputError
from theory.rigor.balls import Truth
from theory.statements.enclose import Number
from theory.statements.hypotheses import at_least_integer, finite_nonnegative, integer
from theory.statements.statement import Direction, Hypothesis, Statement, Status


def kink_counts(W: object, C: object) -> tuple[int, int]:
    """(n_+, n_-): how many kinks go up and down; units with w_k = 0 or c_k = 0 make none.

    ``W`` (n, d) or (n,), ``C`` (n,) or (1, n).  Raises InputError for other shapes.
    """
    outputs = np.asarray(C, dtype=np.float64).ravel()
    matrix = np.asarray(W, dtype=np.float64).reshape(len(np.atleast_1d(np.asarray(W))), -1)
    if len(matrix) != outputs.size:
        raise InputError("C", outputs.shape, "has shape", f"({len(matrix)},) is accepted")
    bent = matrix.any(axis=1)
    return int((bent & (outputs > 0)).sum()), int((bent & (outputs < 0)).sum())


def one_sign_probability(width: int) -> Fraction:
    """2^(1-n): the probability that n independent fair signs agree."""
    if width < 1:
        raise InputError("width", width, "is", "1 or more is accepted")
    return Fraction(2, 2**width)


def _enough(values: Mapping[str, Number]) -> Truth:
    m, triples = integer(values["m"]), integer(values["triples"])
    return Truth.YES if m is not None and triples is not None and triples > m else Truth.NO


def _half() -> Any:
    import sympy

    return sympy.Symbol("D", nonnegative=True) / 2


_DISTANCE = finite_nonnegative(
    "D", name="distance", text="0 <= D < inf", accepted="a finite distance is accepted"
)
_TESTS = ("tests/bias/test_floors.py", "tests/checker/test_bias_floors.py")

STATEMENT = Statement(
    id="B6'",
    family="bias",
    title="knots of one sign",
    claim=(
        "If m of the output weights c_k with w_k != 0 are negative and m + 1 interior-disjoint "
        "triples have f(x2) - chord(x2) >= D, every choice of biases has error at least D/2; "
        "mirrored for positive ones."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2407.00957",
    proof_sketch="One interval holds no concave kink; g is convex there.",
    sharp=True,
    sharp_note="for one triple: the chord, moved half-way, attains it",
    symbols={
        "m": "number of kinks that go down (or up)",
        "triples": "number of triples with interior-disjoint intervals",
        "D": "smallest f(x2) - chord(x2) over the triples",
    },
    hypotheses=(
        at_least_integer("m", 0, name="kinks", counts="kinks of one sign"),
        Hypothesis(
            "triples", "triples >= m + 1", ("m", "triples"), _enough, "m + 1 triples are accepted"
        ),
        _DISTANCE,
    ),
    build=_half,
    proved_in="theory/bias/signs.py",
    tests=_TESTS,
    falsified_by=(
        "tests/adversary/test_false_theorems.py::"
        "test_a_sharp_constant_cannot_be_better_by_1_05[B6']"
    ),
    notebook="notebooks/02_bias_only.ipynb",
)

CONVEX_STATEMENT = Statement(
    id="B7",
    family="bias",
    title="signs matter",
    claim=(
        "If all output weights with w_k != 0 have one sign, g is convex (or concave) for every "
        "bias vector, in every dimension; a draw is of that kind with probability 2^(1-n), and one "
        "triple with f(x2) - chord(x2) >= D then bounds the error below by D/2."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2407.00957",
    proof_sketch=(
        "A sum of convex functions is convex; the distance to them is half the largest chord "
        "excess."
    ),
    sharp=True,
    sharp_note="half the largest excess is the distance to all convex functions",
    symbols={"D": "f(x2) - chord(x2) of the triple"},
    hypotheses=(_DISTANCE,),
    build=_half,
    proved_in="theory/bias/signs.py",
    tests=_TESTS,
    falsified_by=(
        "tests/adversary/test_false_theorems.py::test_a_sharp_constant_cannot_be_better_by_1_05[B7]"
    ),
    notebook="notebooks/02_bias_only.ipynb",
)
