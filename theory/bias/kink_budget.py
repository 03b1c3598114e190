"""B8: the kinks of a given draw must provide the variation of f'.

g(x) = sum_k c_k relu(w_k x + b_k) with frozen w, c: the slope of g varies by at most S = sum |c_k
w_k|, rises by at most S_+ = sum over c_k > 0 and falls by at most S_- = sum over c_k < 0, whatever
the biases.  s_i are the secant slopes of f over ascending intervals of lengths h_i with disjoint
interiors (gaps are allowed):

    error >= (sum_i |s_i - s_{i-1}| - S) / sum_i (2/h_i + 2/h_{i-1}),

and over disjoint pairs of intervals, error >= (sum_pairs (s' - s) - S_+) / sum_pairs (2/h + 2/h');
mirrored with s - s' and S_-.
Proof.  The secant slopes of g are averages of g', so their differences add up to at most the
(positive, negative) variation of g'; each is within 2 E/h_i of that of f.  QED
A draw with entries uniform on [-R, R] has E[S] = n R^2/4: below the variation of f' there is a
floor that no bias vector passes.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from theory.errors import InputError
from theory.statements.hypotheses import finite_nonnegative
from theory.statements.statement import Direction, Hypothesis, Statement, Status


def expected_budget(width: int, weight_range: Fraction) -> Fraction:
    """E[S] = n R^2/4 for n units with entries uniform on [-R, R]."""
    if width < 0 or weight_range < 0:
        raise InputError("n, R", (width, weight_range), "negative:", "n >= 0 and R >= 0")
    return width * weight_range**2 / 4


def _bound() -> Any:
    import sympy

    variation, budget, blur = sympy.symbols("V S H", nonnegative=True)
    return sympy.Max(0, (variation - budget) / blur)


def _nonnegative(symbol: str, name: str) -> Hypothesis:
    return finite_nonnegative(
        symbol, name=name, text=f"0 <= {symbol} < inf", accepted="a finite number is accepted"
    )


STATEMENT = Statement(
    id="B8",
    family="bias",
    title="kink budget of a given draw",
    claim=(
        "With S = sum|c_k w_k| every choice of biases has error at least "
        "(sum|s_i - s_{i-1}| - S)/sum(2/h_i + 2/h_{i-1}), s_i the secant slopes of f over "
        "ascending intervals of lengths h_i with disjoint interiors; with the kinks of one sign "
        "alone over disjoint pairs of rising (falling) slopes."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2407.00957",
    proof_sketch="The slopes of g vary by at most S; each secant slope errs by at most 2E/h_i.",
    sharp=False,
    sharp_note="the best intervals come from a search",
    symbols={
        "V": "variation of the secant slopes of f over the chosen intervals or pairs",
        "S": "sum of the kinks |c_k w_k| that count",
        "H": "sum of 2/h + 2/h' over the same neighbours or pairs",
    },
    hypotheses=(
        _nonnegative("V", "variation"),
        _nonnegative("S", "budget"),
        _nonnegative("H", "lengths"),
    ),
    build=_bound,
    proved_in="theory/bias/kink_budget.py",
    tests=("tests/bias/test_floors.py", "tests/checker/test_bias_floors.py"),
    falsified_by="tests/adversary/test_false_theorems.py::test_a_false_variant_is_refuted[B8]",
    notebook="notebooks/02_bias_only.ipynb",
)
