"""P3': with read-out, kinks reach 1.5 L/(n-1) for Lipschitz targets, 2 om(1/(n-1)) always.

The construction of P8 with d = 1/(n-1), gam = 2 L/d (or 2 om(d)/d^2), so that the unit of a knot
value is u = gam d^2 = 2 L d (or 2 om(d)).

Proof.  Second differences of f at the knots are at most 2 om(d) <= u, so |x_i| <= 1; the first
difference is at most om(d), so |tau| <= 1/2 and the integer slope T = round(tau) is reached (n >=
17, P8).  The feedback keeps the error at every knot within u/2 = L d (or om(d)).  g is linear on a
cell, and f leaves its chord there by at most

    (1 - t) om(t d) + t om((1 - t) d)  <=  om(d),    t in [0, 1],

which for Lipschitz f is 2 t (1 - t) L d <= L d/2.  The sums are 1.5 L d and 2 om(d).  QED
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from theory.statements.hypotheses import continuous, lipschitz, width_at_least
from theory.statements.statement import Direction, Statement, Status

LEAST_WIDTH = 17


def read_out(width: int, modulus: Fraction) -> Fraction:
    """gam = 2 om(d)/d^2 from ``modulus`` >= om(d); for Lipschitz f that is L d, gam = 2 L/d."""
    return 2 * modulus * (width - 1) ** 2


def _lipschitz_bound() -> Any:
    import sympy

    n, L = sympy.symbols("n L", nonnegative=True)
    return sympy.Rational(3, 2) * L / (n - 1)


def _modulus_bound() -> Any:
    import sympy

    return 2 * sympy.Symbol("omega", nonnegative=True)


_WIDTH = "number of locations"
_SKETCH = (
    "P8's feedback with the unit 2 om(d) keeps knot errors within om(d); on a cell f leaves its "
    "chord by at most om(d), for Lipschitz f by L d/2."
)

STATEMENT = Statement(
    id="P3'",
    family="permutation",
    title="kinks with read-out, Lipschitz targets",
    claim=(
        "For every L-Lipschitz f and n >= 17 equidistant locations there are alpha, gamma and a "
        "permutation with sup-norm error at most 1.5 L/(n-1)."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch=_SKETCH,
    sharp=True,
    sharp_note="for this construction: attained by a tent after a first cell of slope L",
    symbols={"n": _WIDTH, "L": "Lipschitz constant of f on the unit interval"},
    hypotheses=(width_at_least(LEAST_WIDTH), lipschitz()),
    build=_lipschitz_bound,
    proved_in="theory/permutation/kinks_lipschitz.py",
    tests=("tests/theory/test_upper_bounds.py", "tests/permutation/test_bounds.py"),
    falsified_by=(
        "tests/adversary/test_false_theorems.py::"
        "test_a_sharp_constant_cannot_be_better_by_1_05[P3']"
    ),
    notebook="notebooks/03_permutation.ipynb",
)

MODULUS_STATEMENT = Statement(
    id="P3'-modulus",
    family="permutation",
    title="kinks with read-out, continuous targets",
    claim=(
        "For every continuous f and n >= 17 equidistant locations there are alpha, gamma and a "
        "permutation with sup-norm error at most 2 om(1/(n-1)), om the modulus of continuity."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch=_SKETCH,
    sharp=True,
    sharp_note="for this construction: attained by a plateau on top of a step",
    symbols={"n": _WIDTH, "omega": "om(1/(n-1)), the modulus of continuity of f at 1/(n-1)"},
    hypotheses=(width_at_least(LEAST_WIDTH), continuous("1/(n-1)")),
    build=_modulus_bound,
    proved_in="theory/permutation/kinks_lipschitz.py",
    tests=("tests/theory/test_upper_bounds.py", "tests/permutation/test_bounds.py"),
    falsified_by=(
        "tests/adversary/test_false_theorems.py::"
        "test_a_sharp_constant_cannot_be_better_by_1_05[P3'-modulus]"
    ),
    notebook="notebooks/03_permutation.ipynb",
)
