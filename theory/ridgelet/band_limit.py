"""R1: the hard band limit.

If sigma# is supported in [-W, W] and |a_j| <= lam, then for f in L2(R^d) and every g in L2(R^d)
that is a limit of such networks in the sense of tempered distributions

    |f - g|^2 >= (2 pi)^-d int_{|xi| > lam W} |fhat|^2 dxi,

whatever width, draw and coefficients: g has no frequency beyond lam W.  cos, sin and sinc have
W = 1.  (With merely local limits it is false: cos networks are dense in C(K), R5.)
Source: note R1; arXiv 2008.08427.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from theory.errors import InputError
from theory.ridgelet.response import energy_beyond, exact
from theory.ridgelet.spectral_mass import Mass
from theory.statements.statement import Direction, Statement, Status

# The support of sigma# is [-W, W].
SUPPORTS = {"cos": 1, "sin": 1, "sinc": 1}


def band_limit_lower(mass: Mass, activation: str, band: Fraction) -> arb:
    """An enclosure of the bound, the L2(R^d) norm of f beyond |xi| = lam W.

    Raises InputError for an activation whose spectrum is not bounded, and a band that is not > 0.
    """
    if activation not in SUPPORTS:
        accepted = f"one of {', '.join(SUPPORTS)} is accepted"
        raise InputError("--activation", activation, "has no band limit (R1):", accepted)
    if band <= 0:
        raise InputError("--band", band, "not positive:", "a number greater than 0 is accepted")
    return energy_beyond(mass, exact(band * SUPPORTS[activation]))


STATEMENT = Statement(
    id="R1",
    family="ridgelet",
    title="hard band limit",
    claim=(
        "If sigma# is supported in [-W, W] and |a_j| <= lam, the squared L2(R^d) error is at least "
        "the energy of f beyond |xi| = lam W, whatever width, draw and coefficients."
    ),
    direction=Direction.LOWER,
    status=Status.THEOREM,
    paper="2008.08427",
    proof_sketch="The network has no frequency beyond lam W.",
    sharp=True,
    sharp_note="as an infimum over all coefficients, in the sense of R2 for the sinc",
    proved_in="theory/ridgelet/band_limit.py",
    tests=("tests/ridgelet/test_line_budget.py",),
    falsified_by=(
        "tests/adversary/test_false_theorems.py::test_a_sharp_constant_cannot_be_better_by_1_05[R1]"
    ),
    notebook="notebooks/01_ridgelet.ipynb",
)
