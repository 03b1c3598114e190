"""Steps that no machine checks here: they are listed, so that nobody takes them for checked."""

from __future__ import annotations

from theory.lemmas.lemma import Lemma, Method


def _paper(name: str, title: str, statement: str, used_by: tuple[str, ...], argument: str) -> Lemma:
    return Lemma(
        id=name,
        name=title,
        statement=statement,
        used_by=used_by,
        method=Method.PAPER,
        argument=argument,
    )


LEMMAS = (
    _paper(
        "B1-groups",
        "groups of units match independently",
        "If W and C have independent entries, uniform on [-R, R], the events that disjoint groups "
        "hold a unit within eta <= R - gamma of given targets in [-gamma, gamma] are independent, "
        "and one unit matches with probability (eta/R)^(d+l) at least.",
        ("B1", "B3", "B4"),
        "Disjoint entries; each entry lies in an interval of length 2 eta inside [-R, R].",
    ),
    _paper(
        "R0-slice",
        "the Fourier slice and reconstruction",
        "For f, rho in L1 the transform in b of R[f; rho](a, .) is fhat(w a) conj(rho#(w)); with "
        "the decay of sigma# and rho# that R0 asks for, S[R[f; rho]] = ((sigma, rho)) f.",
        ("R0", "R1", "R2", "R6"),
        "Fubini with t = a.x - b; then xi = w a, da = |w|^-d dxi for fixed w.",
    ),
    _paper(
        "R0-spectra",
        "the spectra of the activations",
        "Off w = 0 the transforms of exp(-t^2/2), tanh, logistic, softplus, erf, gelu, relu, step "
        "and sinc are those of the table of R0.",
        ("R0", "R2", "R3", "R6"),
        "Transforms of tempered distributions; derivatives of tanh and logistic are integrable.",
    ),
    _paper(
        "R1-support",
        "limits of band-limited networks are band-limited",
        "If sigma# is supported in [-W, W] and |a_j| <= lam, every limit of such networks in the "
        "sense of tempered distributions has its spectrum in |xi| <= lam W.",
        ("R1",),
        "Supports of transforms are closed under limits of tempered distributions; Plancherel.",
    ),
    _paper(
        "R2-plancherel",
        "S S* multiplies by m, for every function",
        "For every f in L2(R^d), S_V S_V* f has the transform m(xi) fhat(xi), "
        "m(xi) = (2 pi)^(d-1) kappa(|xi|/lam).",
        ("R2",),
        "Plancherel in b and R0-slice; R2-multiplier is the same for a family of test functions.",
    ),
    _paper(
        "R4-quadrature",
        "the remainder of Gauss-Legendre quadrature",
        "For a function analytic and at most M in the Bernstein ellipse rho the rule of n nodes "
        "on an interval of length L errs by at most (L/2) 8 M rho^(-2n)/(1 - 1/rho).",
        ("R4",),
        "Chebyshev coefficients at most 2 M rho^-k; the rule is exact up to degree 2 n - 1 and "
        "has positive weights.",
    ),
    _paper(
        "R5-moments",
        "analytic units are dense on compact sets",
        "If sigma is real-analytic, not a polynomial, and a measure on a compact set annihilates "
        "sigma(a.x - b) for (a, b) in an open set, then the measure is 0.",
        ("R5",),
        "The integral is analytic in (a, b), so 0 everywhere; its derivatives in a at a = 0 are "
        "moments times derivatives of sigma.",
    ),
    _paper(
        "R6-deviation",
        "a sampled network is rarely far from its mean",
        "For n independent functions of norm at most G the norm of the error of their mean exceeds "
        "its root mean square by at most G sqrt(2 ln(1/delta)/n), with probability at least "
        "1 - delta.",
        ("R6", "R6-fit"),
        "McDiarmid's inequality: one sample changes the norm by at most 2 G/n.",
    ),
    _paper(
        "R8-chebyshev",
        "the truncation of a Chebyshev series",
        "For a function analytic and at most M in the Bernstein ellipse rho the Chebyshev "
        "coefficient of degree k >= 1 is at most 2 M rho^-k.",
        ("R8", "R4"),
        "Laurent coefficients of the function of (w + 1/w)/2 on the annulus 1/rho < |w| < rho.",
    ),
)
