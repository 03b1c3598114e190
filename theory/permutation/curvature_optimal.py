"""P8: with read-out, permuting loses nothing in rate: error of order M2/(n-1)^2.

f in W^{2,inf}, n >= 17, d = 1/(n-1), s0 = |f(d) - f(0)|/d and

    gam = max( M2, 2 s0 (n-1)/(n(n-9) - 118) ):

there are alpha and a permutation with |f - g| <= (gam/2 + M2/8)/(n-1)^2, which is (5/8) M2/(n-1)^2
once n >= max(22, 14 + 2 M1/M2).  Affine f: error 0.

Proof.  Not steps but kinks.  Location i gets a positive value P_i d and a negative value -N_i d (P,
N permutations of 0..n-1); its kink is gam d (P_i - N_i), whichever of the two sits on p.
*Feedback.*  Unit u = gam d^2, x_i = second difference of f at b_i over u, |x_i| <= 1; tau = (f(b_1)
- f(b_0))/u, T = round(tau), E_0 = 0, E_1 = tau - T; then y = 2 E_i - E_{i-1} + x_i, |y| <= 5/2, k_i
= round(y) with ties toward 0 lies in -2..2 and E_{i+1} = y - k_i, so |E_i| <= 1/2: knots err by at
most gam d^2/2, and f leaves its chord by at most M2 d^2/8.
*Realisation.*  Every k_1, ..., k_{n-2} in -2..2 is P - N inside for some permutations P, N
(explicit blocks: lemma P8-realisation).
*Slope.*  Signs reach every T with |T| <= n(n-9)/2 - 58 (even n(n-7)/2 - 9: lemma P8-subsets);
gam is large enough that |tau| <= n(n-9)/2 - 59.  alpha = f(0) - gam g0(0).
*Closed form.*  s0 <= M1 and (n-14)(n-1) <= n(n-9) - 118 for n >= 22, so 2 M1 <= (n-14) M2 gives
gam = M2.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.errors import InputError
from theory.rigor.balls import Truth, ball
from theory.statements.enclose import Number
from theory.statements.hypotheses import (
    at_most,
    bounded_curvature,
    finite_nonnegative,
    integer,
    width_at_least,
)
from theory.statements.statement import Direction, Hypothesis, Statement, Status

LEAST_WIDTH = 17
LEAST_CLOSED_WIDTH = 22


def read_out(width: int, curvature: Fraction, first_slope: Fraction) -> Fraction:
    """gam = max(M2, 2 s0 (n-1)/(n(n-9) - 118)); raises InputError for n < 17."""
    if width < LEAST_WIDTH:
        raise InputError("width", width, "too small:", f"at least {LEAST_WIDTH} is accepted")
    return max(curvature, 2 * first_slope * (width - 1) / (width * (width - 9) - 118))


def _bound() -> Any:
    import sympy

    n, M2, s0 = sympy.symbols("n M2 s0", nonnegative=True)
    gam = sympy.Max(M2, 2 * s0 * (n - 1) / (n * (n - 9) - 118))
    return (gam / 2 + M2 / 8) / (n - 1) ** 2


def _closed_bound() -> Any:
    import sympy

    n, M2 = sympy.symbols("n M2", nonnegative=True)
    return sympy.Rational(5, 8) * M2 / (n - 1) ** 2


def _zero() -> Any:
    import sympy

    return sympy.Integer(0)


def _wide_for_slope(values: Mapping[str, Number]) -> Truth:
    """14 + 2 M1/M2 <= n, as 2 M1 <= (n - 14) M2, which holds for M1 = M2 = 0 too."""
    n, M1, M2 = integer(values["n"]), values["M1"], values["M2"]
    if n is None:
        return Truth.NO
    if isinstance(M1, Fraction) and isinstance(M2, Fraction):
        return at_most(2 * M1, (n - 14) * M2)
    return at_most(2 * ball(M1), (n - 14) * ball(M2))


def _straight(values: Mapping[str, Number]) -> Truth:
    return at_most(values["M2"], Fraction(0))


_SYMBOLS = {
    "n": "number of locations",
    "M1": "sup |f'| on the unit interval",
    "M2": "sup |f''| on the unit interval",
    "s0": "|f(d) - f(0)|/d with d = 1/(n-1); M1 bounds it",
}
_SKETCH = (
    "Prescribe the kink at every location; feedback keeps knot errors within half a unit; a "
    "realisation lemma turns kinks into a permutation and a subset lemma signs into the slope "
    "(lemmas P8-realisation and P8-subsets, by machine for every n); all of it in Coq: P8-optimal."
)
_TESTS = (
    "tests/theory/test_upper_bounds.py",
    "tests/permutation/test_bounds.py",
    "tests/permutation/test_realisation.py",
)
_PROOF = "theory/permutation/curvature_optimal.py"

STATEMENT = Statement(
    id="P8",
    family="permutation",
    title="the optimal rate, with read-out",
    claim=(
        "For f with |f''| <= M2 and n >= 17 equidistant locations there are alpha, gamma and a "
        "permutation with sup-norm error at most (gam/2 + M2/8)/(n-1)^2, "
        "gam = max(M2, 2 s0 (n-1)/(n(n-9)-118))."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch=_SKETCH,
    sharp=True,
    sharp_note="for this construction: attained where gam = M2",
    symbols={name: _SYMBOLS[name] for name in ("n", "M2", "s0")},
    hypotheses=(
        width_at_least(LEAST_WIDTH),
        bounded_curvature(),
        finite_nonnegative(
            "s0",
            name="first slope",
            text="0 <= s0 < inf",
            accepted="a finite slope over the first cell is accepted",
        ),
    ),
    build=_bound,
    proved_in=_PROOF,
    tests=_TESTS,
    falsified_by=(
        "tests/adversary/test_false_theorems.py::test_a_sharp_constant_cannot_be_better_by_1_05[P8]"
    ),
    notebook="notebooks/03_permutation.ipynb",
)

CLOSED_STATEMENT = Statement(
    id="P8-closed",
    family="permutation",
    title="the optimal rate in closed form",
    claim=(
        "For f with |f''| <= M2, |f'| <= M1 and n >= max(22, 14 + 2 M1/M2) equidistant locations "
        "there are alpha, gamma and a permutation with sup-norm error at most (5/8) M2/(n-1)^2."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch="P8 with gam = M2, which the hypothesis on n gives.",
    sharp=True,
    sharp_note="for this construction; no training of any coefficients beats 1/8 (P10)",
    symbols={name: _SYMBOLS[name] for name in ("n", "M1", "M2")},
    hypotheses=(
        width_at_least(LEAST_CLOSED_WIDTH),
        bounded_curvature(),
        Hypothesis(
            "slope",
            "n >= 14 + 2 M1/M2",
            ("n", "M1", "M2"),
            _wide_for_slope,
            "a larger width is accepted",
        ),
    ),
    build=_closed_bound,
    proved_in=_PROOF,
    tests=_TESTS,
    falsified_by=(
        "tests/adversary/test_false_theorems.py::"
        "test_a_sharp_constant_cannot_be_better_by_1_05[P8-closed]"
    ),
    notebook="notebooks/03_permutation.ipynb",
)

AFFINE_STATEMENT = Statement(
    id="P8-affine",
    family="permutation",
    title="affine targets, exactly",
    claim=(
        "Every affine f is represented exactly on n >= 17 equidistant locations: all kinks 0 and "
        "gam = f' (n-1)/T for any integer T != 0 within reach."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch="All kinks 0, P = N; signs reach T = 1, the read-out scales it to the slope.",
    sharp=True,
    sharp_note="error 0",
    symbols={name: _SYMBOLS[name] for name in ("n", "M2")},
    hypotheses=(
        width_at_least(LEAST_WIDTH),
        Hypothesis("affine", "M2 = 0", ("M2",), _straight, "an affine target is accepted"),
    ),
    build=_zero,
    proved_in=_PROOF,
    tests=_TESTS,
    falsified_by=(
        "tests/adversary/test_false_theorems.py::test_a_false_variant_is_refuted[P8-affine]"
    ),
    notebook="notebooks/03_permutation.ipynb",
)
