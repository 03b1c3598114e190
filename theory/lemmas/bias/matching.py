"""B1: the error of a matched unit, and how many units find a match."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Control, Lemma, Method, together
from theory.lemmas.solver import Problem, absolute, decide, exact, relu


def _pairing(z3: Any) -> tuple[list[Any], Any]:
    """One more coordinate: |w.x| <= gamma |x|_1 and |(w - w').x| <= eta |x|_1 alike."""
    dot, norm, w, x, most = z3.Reals("dot norm w x most")
    hypotheses = [absolute(z3, dot) <= most * norm, absolute(z3, w) <= most, norm >= 0, most >= 0]
    return hypotheses, absolute(z3, dot + w * x) <= most * (norm + absolute(z3, x))


def _lipschitz(z3: Any) -> tuple[list[Any], Any]:
    """|relu(u) - relu(v)| <= |u - v| and 0 <= relu(u) <= |u|."""
    u, v = z3.Reals("u v")
    close = absolute(z3, relu(z3, u) - relu(z3, v)) <= absolute(z3, u - v)
    return [], z3.And(close, relu(z3, u) >= 0, relu(z3, u) <= absolute(z3, u))


def _unit_steps() -> list[Problem]:
    """The two halves of c r - c' r' = (c - c') r' + c (r - r'), as bounds of products."""

    def product(z3: Any) -> tuple[list[Any], Any]:
        a, b, most_a, most_b = z3.Reals("a b most_a most_b")
        hypotheses = [absolute(z3, a) <= most_a, absolute(z3, b) <= most_b]
        return hypotheses, absolute(z3, a * b) <= most_a * most_b

    def value(z3: Any) -> tuple[list[Any], Any]:
        """|w'.x + beta| <= (gamma + eta) X1 + gamma."""
        dot, beta, gamma, eta, X1 = z3.Reals("dot beta gamma eta X1")
        hypotheses = [absolute(z3, dot) <= (gamma + eta) * X1, absolute(z3, beta) <= gamma]
        return hypotheses, relu(z3, dot + beta) <= (gamma + eta) * X1 + gamma

    return [_pairing, _lipschitz, product, value]


def _error(sympy: Any, share: int) -> list[Identity]:
    """The sum over the parts is eta (2 gamma X1 + gamma + eta X1)."""
    gamma, eta, X1, c, c1, r, r1 = sympy.symbols("gamma eta X1 c c1 r r1", positive=True)
    parts = eta * ((gamma + eta) * X1 + gamma) + gamma * eta * X1
    return [
        Identity("split", c * r - c1 * r1, (c - c1) * r1 + c * (r - r1)),
        Identity("error of a unit", parts, eta * (share * gamma * X1 + gamma + eta * X1)),
    ]


def _switched_off(margin: Fraction) -> Problem:
    """A bias below -R X1 switches a unit off; ``margin`` R X1 in the control."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        dot, b, R, X1 = z3.Reals("dot b R X1")
        threshold = exact(z3, margin) * R * X1
        hypotheses = [R > 0, X1 > 0, absolute(z3, dot) <= R * X1, b <= -threshold]
        return hypotheses, relu(z3, dot + b) == 0

    return problem


def _failure(sympy: Any, share: int) -> list[Identity]:
    """(1-p)^k at k = ln(m0/delta)/-ln(1-p) is delta/m0; m0 groups fail with probability delta."""
    m0, delta, p = sympy.symbols("m0 delta p", positive=True)
    k = sympy.log(m0 / delta) / -sympy.log(p)
    # p stands for 1 - p, the probability that one unit does not match
    return [Identity("failure", m0 * sympy.exp(k * sympy.log(p)), share * delta)]


LEMMAS = (
    Lemma(
        id="B1-unit",
        name="the error of one matched unit",
        statement=(
            "If |w_i|, |c|, |beta| <= gamma, |w_i - w'_i| <= eta for every i, |c - c'| <= eta and "
            "|x|_1 <= X1, then |c relu(w.x + beta) - c' relu(w'.x + beta)| <= "
            "eta ((gamma + eta) X1 + gamma) + gamma eta X1 = eta (2 gamma X1 + gamma + eta X1)."
        ),
        used_by=("B1", "B3"),
        method=Method.Z3,
        argument=(
            "c r - c' r' = (c - c') r' + c (r - r'); |w.x| <= max|w_i| |x|_1 by induction on the "
            "coordinates, relu is 1-Lipschitz, products of bounds: each step by z3."
        ),
        prove=lambda _: together(
            decide(*_unit_steps()), prove_identities(lambda sympy: _error(sympy, 2))
        ),
        control=Control(
            "eta (gamma X1 + gamma + eta X1)",
            lambda _: prove_identities(lambda sympy: _error(sympy, 1)),
        ),
    ),
    Lemma(
        id="B1-off",
        name="a bias that switches a unit off",
        statement=("If R, X1 > 0, |w.x| <= R X1 and b <= -R X1, then relu(w.x + b) = 0."),
        used_by=("B1", "B2a", "B4"),
        method=Method.Z3,
        argument="z3.",
        prove=lambda _: decide(_switched_off(Fraction(1))),
        control=Control("b <= -(99/100) R X1", lambda _: decide(_switched_off(Fraction(99, 100)))),
    ),
    Lemma(
        id="B1-failure",
        name="how many units a group needs",
        statement=(
            "With k = ln(m0/delta)/-ln(q), 0 < q < 1 the probability that one unit does not match, "
            "m0 q^k = delta: m0 independent groups of at least k units all hold a match with "
            "probability at least 1 - delta."
        ),
        used_by=("B1",),
        method=Method.IDENTITY,
        argument="exp(k ln q), simplified; union bound over the groups.",
        prove=lambda _: prove_identities(lambda sympy: _failure(sympy, 1)),
        control=Control(
            "m0 q^k = 2 delta", lambda _: prove_identities(lambda sympy: _failure(sympy, 2))
        ),
    ),
)
