"""B4: the recursion of the error of a matched recurrent block."""

from __future__ import annotations

from typing import Any

from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Control, Lemma, Method
from theory.lemmas.solver import Problem, absolute, decide, relu


def _split(sympy: Any, factor: int) -> list[Identity]:
    """The arguments of relu and the outputs, for matrices that do not commute."""
    W, W1, B, B1, C, C1 = sympy.symbols("W W1 B B1 C C1", commutative=False)
    r, r1, x = sympy.symbols("r r1 x", commutative=False)
    inside = W * r + B * x - W1 * r1 - B1 * x
    return [
        Identity("inside", inside, factor * (W - W1) * r1 + W * (r - r1) + (B - B1) * x),
        Identity("output", C * r - C1 * r1, (C - C1) * r1 + C * (r - r1)),
    ]


def _step(exact: bool) -> list[Problem]:
    """rho' <= A rho + q for one unit; and A, q grow with their parts.

    inside = (difference of the arguments), at most row rho + eta (m0 rmax + xmax); the state adds
    |alpha| rho, which the control leaves out.
    """

    def unit(z3: Any) -> tuple[list[Any], Any]:
        alpha, beta, before, before1, u, v = z3.Reals("alpha beta r r1 u v")
        rho, size_alpha, size_beta, inside = z3.Reals("rho size_alpha size_beta inside")
        after = -alpha * before + beta * relu(z3, u)
        after1 = -alpha * before1 + beta * relu(z3, v)
        hypotheses = [
            rho >= 0,
            size_alpha == absolute(z3, alpha),
            size_beta == absolute(z3, beta),
            absolute(z3, before - before1) <= rho,
            absolute(z3, u - v) <= inside,
        ]
        kept = size_alpha * rho if exact else 0
        return hypotheses, absolute(z3, after - after1) <= kept + size_beta * inside

    return [unit]


def _solution(sympy: Any, shift: int) -> list[Identity]:
    """rho_t = q (A^t - 1)/(A - 1) solves rho_t = A rho_(t-1) + q, rho_0 = 0; q t for A = 1."""
    A, q, t = sympy.symbols("A q t", positive=True)

    def rho(time: Any) -> Any:
        return q * (A**time - 1) / (A - 1)

    return [
        Identity("start", rho(0), 0 * A),
        Identity("step", sympy.powsimp(sympy.expand(rho(t + 1) - shift * A * rho(t))), q),
        Identity("A = 1", (t + 1) * q, t * q + q),
    ]


def _rest(z3: Any) -> tuple[list[Any], Any]:
    """A unit at 0 with an argument below 0 stays at 0."""
    alpha, beta, r, inside = z3.Reals("alpha beta r inside")
    return [r == 0, inside <= 0], -alpha * r + beta * relu(z3, inside) == 0


LEMMAS = (
    Lemma(
        id="B4-split",
        name="what the difference of two networks is made of",
        statement=(
            "For matrices W, W1, B, B1, C, C1 and vectors r, r1, x: W r + B x - W1 r1 - B1 x = "
            "(W - W1) r1 + W (r - r1) + (B - B1) x, and C r - C1 r1 = (C - C1) r1 + C (r - r1)."
        ),
        used_by=("B4",),
        method=Method.IDENTITY,
        argument="Expanded with symbols that do not commute.",
        prove=lambda _: prove_identities(lambda sympy: _split(sympy, 1)),
        control=Control(
            "2 (W - W1) r1 for the first term",
            lambda _: prove_identities(lambda sympy: _split(sympy, 2)),
        ),
    ),
    Lemma(
        id="B4-step",
        name="one step of a unit",
        statement=(
            "If |r - r1| <= rho and |u - v| <= m, then s = -alpha r + beta relu(u) and "
            "s1 = -alpha r1 + beta relu(v) have |s - s1| <= |alpha| rho + |beta| m; a unit with "
            "r = 0 and u <= 0 stays at 0."
        ),
        used_by=("B4",),
        method=Method.Z3,
        argument="z3; with B4-split m = (|W*| + m0 eta) rho + eta (m0 rmax + xmax).",
        prove=lambda _: decide(*_step(exact=True), _rest),
        control=Control("|s - s1| <= |beta| m", lambda _: decide(*_step(exact=False), _rest)),
    ),
    Lemma(
        id="B4-recursion",
        name="the recursion solved",
        statement=(
            "rho_t = q (A^t - 1)/(A - 1), A > 0 not 1, satisfies rho_0 = 0 and "
            "rho_(t+1) = A rho_t + q; so does q t for A = 1."
        ),
        used_by=("B4",),
        method=Method.IDENTITY,
        argument="Put in, for symbolic A, q, t.",
        prove=lambda _: prove_identities(lambda sympy: _solution(sympy, 1)),
        control=Control(
            "rho_(t+1) = 2 A rho_t + q",
            lambda _: prove_identities(lambda sympy: _solution(sympy, 2)),
        ),
    ),
)
