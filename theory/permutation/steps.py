"""P3: with read-out, quads as steps reach 4 L/(n-1) for Lipschitz targets, 1.5 om(4/(n-1)) always.

d = 1/(n-1), H = 4 L d (or om(4 d)), gam = H/(8 d^2), so that a quad of consecutive locations jumps
by H (P1).  With f continued by constants and t_q the middle of the gap before quad q,

    G_0 = f(t_0),   G_{q+1} = G_q + H clip(round((f(t_{q+1}) - G_q)/H), -1, 1).

Proof.  |f(t_{q+1}) - f(t_q)| <= om(4 d) <= H, so |f(t_q) - G_q| <= H/2 at every gap.  Let x lie
between two of them.  On an up-step f(t_q) <= G_q + H/2 and f(t_{q+1}) >= G_q + H/2, hence G_q - H/2
<= f(x) <= G_q + 3 H/2 while G_q <= g <= G_q + H; a flat quad has |f(x) - G_q| <= 3 H/2: 1.5 H in
general.  For Lipschitz f, f - G_q lies between the two cones through the gaps: 0.625 H on a step
and H on a flat quad.  Left of t_0 the left-overs (P2) add at most 3 d^2 gam = 3 H/8 to om(2.5 d): H
for Lipschitz f, 11 H/8 else.  QED
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from theory.statements.hypotheses import continuous, lipschitz, width_at_least
from theory.statements.statement import Direction, Statement, Status

LEAST_WIDTH = 4


def read_out(width: int, height: Fraction) -> Fraction:
    """gam = H/(8 d^2): the scale at which a quad of consecutive locations jumps by H."""
    return height * (width - 1) ** 2 / 8


def _lipschitz_bound() -> Any:
    import sympy

    n, L = sympy.symbols("n L", nonnegative=True)
    return 4 * L / (n - 1)


def _modulus_bound() -> Any:
    import sympy

    return sympy.Rational(3, 2) * sympy.Symbol("omega", nonnegative=True)


_WIDTH = "number of locations"
_SKETCH = (
    "Feedback over the gaps between quads keeps the error there within H/2; between two gaps f "
    "moves by at most H, and the left-overs cost 3H/8 at the left edge."
)

STATEMENT = Statement(
    id="P3",
    family="permutation",
    title="steps with read-out, Lipschitz targets",
    claim=(
        "For every L-Lipschitz f and n >= 4 equidistant locations there are alpha, gamma and a "
        "permutation with sup-norm error at most 4 L/(n-1), found in O(n)."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch=_SKETCH,
    sharp=True,
    sharp_note="for this construction: attained at the left edge when n mod 4 = 3",
    symbols={"n": _WIDTH, "L": "Lipschitz constant of f on the unit interval"},
    hypotheses=(width_at_least(LEAST_WIDTH), lipschitz()),
    build=_lipschitz_bound,
    proved_in="theory/permutation/steps.py",
    tests=("tests/theory/test_upper_bounds.py", "tests/permutation/test_bounds.py"),
    falsified_by=(
        "tests/adversary/test_false_theorems.py::test_a_sharp_constant_cannot_be_better_by_1_05[P3]"
    ),
    notebook="notebooks/03_permutation.ipynb",
)

MODULUS_STATEMENT = Statement(
    id="P3-modulus",
    family="permutation",
    title="steps with read-out, continuous targets",
    claim=(
        "For every continuous f and n >= 4 equidistant locations there are alpha, gamma and a "
        "permutation with sup-norm error at most 1.5 om(4/(n-1)), om the modulus of continuity."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch=_SKETCH,
    sharp=True,
    sharp_note="for this construction: attained by a spike over a flat quad",
    symbols={"n": _WIDTH, "omega": "om(4/(n-1)), the modulus of continuity of f at 4/(n-1)"},
    hypotheses=(width_at_least(LEAST_WIDTH), continuous("4/(n-1)")),
    build=_modulus_bound,
    proved_in="theory/permutation/steps.py",
    tests=("tests/theory/test_upper_bounds.py", "tests/permutation/test_bounds.py"),
    falsified_by=(
        "tests/adversary/test_false_theorems.py::"
        "test_a_sharp_constant_cannot_be_better_by_1_05[P3-modulus]"
    ),
    notebook="notebooks/03_permutation.ipynb",
)
