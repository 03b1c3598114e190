"""R0: the Fourier slice of the ridgelet transform, and reconstruction.

R[f;rho](a,b) = int f(x) conj(rho(a.x - b)) dx, S[gamma](x) = int gamma(a,b) sigma(a.x - b) da db.
(i) The transform in b of R[f;rho](a,.) is fhat(w a) conj(rho#(w)).
(ii) For |sigma(t)| <= C(1+|t|)^q and rho# = O(|w|^k), k > d + q: S[R[f;rho]] = ((sigma,rho)) f.

Proof.  Substitute t = a.x - b; S[gamma](x) = (2 pi)^-1 int int gamma#(a,w) sigma#(w) exp(i w a.x)
dw da; then xi = w a, da = |w|^-d dxi.  Since rho# vanishes at 0 to an order beyond the singularity
of sigma# there, the point masses of sigma# at 0 contribute nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from theory.rigor.balls import Truth
from theory.statements.enclose import Number
from theory.statements.hypotheses import at_least_integer, integer
from theory.statements.statement import Direction, Hypothesis, Statement, Status


def _beyond_growth(values: Mapping[str, Number]) -> Truth:
    k, d, q = (integer(values[name]) for name in ("k", "d", "q"))
    if k is None or d is None or q is None:
        return Truth.NO
    return Truth.YES if k > d + q else Truth.NO


def _same_parity(values: Mapping[str, Number]) -> Truth:
    k, parity = integer(values["k"]), integer(values["parity"])
    if k is None or parity is None:
        return Truth.NO
    return Truth.YES if (k - parity) % 2 == 0 else Truth.NO


STATEMENT = Statement(
    id="R0",
    family="ridgelet",
    title="Fourier slice and reconstruction",
    claim=(
        "The transform in b of the ridgelet transform is fhat(w a) conj(rho#(w)), and for "
        "|sigma(t)| <= C(1+|t|)^q and rho = rho_k, the k-th derivative of the normal density, k > "
        "d + q, the integral network of the ridgelet transform of f is ((sigma, rho_k)) f, a "
        "constant known in closed form, which is not 0 where k has the parity of sigma#."
    ),
    direction=Direction.EXACT,
    status=Status.THEOREM,
    paper="2008.08427",
    proof_sketch="Substitute t = a.x - b, then xi = w a.",
    symbols={
        "k": "order of the dual function rho_k",
        "d": "dimension of the inputs",
        "q": "growth of the activation: |sigma(t)| <= C(1+|t|)^q",
        "parity": "0 where sigma# is real and even off 0, 1 where it is imaginary and odd",
    },
    hypotheses=(
        at_least_integer("d", 1, name="dimension", counts="inputs"),
        Hypothesis(
            "order",
            "k > d + q",
            ("k", "d", "q"),
            _beyond_growth,
            "a larger order of the dual function is accepted",
        ),
        Hypothesis(
            "parity",
            "k has the parity of sigma#",
            ("k", "parity"),
            _same_parity,
            "the next order is accepted: with this one the constant is 0",
        ),
    ),
    proved_in="theory/ridgelet/reconstruction_statement.py",
    tests=("tests/ridgelet/test_reconstruction.py",),
    falsified_by="tests/ridgelet/test_reconstruction.py::test_constants_by_rigorous_quadrature",
    notebook="notebooks/01_ridgelet.ipynb",
)
