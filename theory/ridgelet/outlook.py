"""Results about band-limited random networks, listed with their status but not implemented yet.

V is the set the frozen parameters (a, b) come from; m = (2 pi)^(d-1) kappa(|xi|/lam) the frequency
response of the band |a| <= lam; B a budget of the output weights, in the norm that is named.
"""

from __future__ import annotations

from theory.statements.statement import Direction, Statement, Status


def _listed(name: str, title: str, claim: str, sketch: str, direction: Direction) -> Statement:
    return Statement(
        id=name,
        family="ridgelet",
        title=title,
        claim=claim,
        direction=direction,
        status=Status.THEOREM,
        paper="2008.08427",
        proof_sketch=sketch,
        implemented=False,
    )


STATEMENTS = (
    _listed(
        "R0",
        "Fourier slice and reconstruction",
        "The transform in b of the ridgelet transform is fhat(w a) conj(rho#(w)), and for an "
        "admissible pair (sigma, rho) the integral network of the ridgelet transform of f is a "
        "known constant times f.",
        "Substitute t = a.x - b, then xi = w a.",
        Direction.EXACT,
    ),
    _listed(
        "R1",
        "hard band limit",
        "If sigma# is supported in [-W, W] and |a_j| <= lam, the squared L2(R^d) error is at least "
        "the energy of f beyond |xi| = lam W, whatever width, draw and coefficients.",
        "The network has no frequency beyond lam W.",
        Direction.LOWER,
    ),
    _listed(
        "R2",
        "frequency response",
        "For coefficient densities on {|a| <= lam} x R with L2 norm at most B the smallest "
        "L2(R^d) error is attained by the low-pass filter m/(mu+m), an exact pair (B(mu), E(mu)); "
        "it speaks of densities, not of finite networks.",
        "The synthesis operator times its adjoint is the multiplier m; Tikhonov.",
        Direction.EXACT,
    ),
    _listed(
        "R3",
        "finite networks on the line, l1 budget",
        "In one dimension with |c|_1 <= B and |a_j| <= lam the L2 error is at least the norm of f "
        "beyond T minus B s(T), for every T, where s(T) bounds the norm of one unit beyond T.",
        "Compare both sides on the frequencies beyond T.",
        Direction.LOWER,
    ),
    _listed(
        "R4",
        "dual certificates",
        "For every phi != 0, width, draw in V and |c|_1 <= B the error in L2 of the input measure "
        "is at least (<f, phi> - B M(phi))/|phi|, M(phi) the largest |<phi, unit>| over V; the "
        "best phi is the residual of the best network.",
        "Pair f - g with phi.",
        Direction.LOWER,
    ),
    _listed(
        "R5",
        "the budget is essential",
        "If sigma is real-analytic, not a polynomial, and V has interior, the units are dense in "
        "C(K) for compact K: without a budget the smallest error on K is 0.",
        "A measure that annihilates all units annihilates all polynomials.",
        Direction.EXACT,
    ),
    _listed(
        "R6",
        "sampling the ridgelet spectrum",
        "n units sampled from the truncated ridgelet spectrum are within "
        "sqrt((Gamma^2-|f_V|^2)/n) + Gamma sqrt(2 ln(1/delta)/n) of the truncated target f_V in "
        "L2(K), with probability at least 1 - delta.",
        "Variance of importance sampling and a concentration inequality.",
        Direction.UPPER,
    ),
    _listed(
        "R7",
        "a given frozen draw",
        "For one draw and |c|_2 <= B the smallest error on the input measure is the Tikhonov path, "
        "every B from one singular value decomposition.",
        "Least squares in a ball.",
        Direction.EXACT,
    ),
    _listed(
        "R8",
        "the band limit on a compact set, in closed form",
        "For sigma analytic and at most M in the strip that the Bernstein ellipse rho needs, "
        "|a_i| <= lam and |c|_1 <= B, the error is at least the distance of f to polynomials of "
        "degree N minus 2 B M rho^-N/(rho-1), for every N.",
        "A unit is a polynomial of degree N up to 2 M rho^-N/(rho-1).",
        Direction.LOWER,
    ),
)
