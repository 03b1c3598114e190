"""P1: the four-location step, as three lemmas.

s(x) is written out, so that each statement can be read alone.
"""

from __future__ import annotations

from typing import Any

from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Control, Lemma, Method, Outcome, refuted, together
from theory.lemmas.solver import Problem, decide, relu

STEP = (
    "s(x) = -b1 relu(x - b1) + b2 relu(x - b2) + b3 relu(x - b3) - b4 relu(x - b4) "
    "+ b4 relu(b1 - x) - b3 relu(b2 - x) - b2 relu(b3 - x) + b1 relu(b4 - x)"
)


def _step(z3: Any, b: Any, x: Any) -> Any:
    signs = (-1, 1, 1, -1)
    right = sum(sign * at * relu(z3, x - at) for sign, at in zip(signs, b, strict=True))
    left = sum(
        -sign * value * relu(z3, at - x)
        for sign, value, at in zip(signs, reversed(b), b, strict=True)
    )
    return right + left


def _ordered(z3: Any) -> tuple[list[Any], list[Any]]:
    b = list(z3.Reals("b1 b2 b3 b4"))
    return b, [b[0] < b[1], b[1] < b[2], b[2] < b[3]]


def _drift(right_of: str) -> Problem:
    """s is a line beyond the outer locations; ``right_of`` b4 in the lemma, b3 in the control."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        b, order = _ordered(z3)
        b1, b2, b3, b4 = b
        x = z3.Real("x")
        s, e = _step(z3, b, x), b1 + b4 - b2 - b3
        edge = {"b4": b4, "b3": b3}[right_of]
        left = z3.Implies(x <= b1, s == 2 * (b1 * b4 - b2 * b3) - e * x)
        right = z3.Implies(x >= edge, s == b1 * b1 - b2 * b2 - b3 * b3 + b4 * b4 - e * x)
        return order, z3.And(left, right)

    return problem


def _jump(sign: int) -> Outcome:
    """right line - left line = (b4-b1)^2 - sign (b3-b2)^2, and in the gaps u, v, w > 0 it is a
    polynomial with positive coefficients."""

    def identities(sympy: Any) -> list[Identity]:
        b1, b2, b3, b4 = sympy.symbols("b1 b2 b3 b4", real=True)
        lines = (b1**2 - b2**2 - b3**2 + b4**2) - 2 * (b1 * b4 - b2 * b3)
        return [Identity("jump", lines, (b4 - b1) ** 2 - sign * (b3 - b2) ** 2)]

    return together(prove_identities(identities), _jump_is_positive())


def _jump_is_positive() -> Outcome:
    import sympy

    u, v, w = sympy.symbols("u v w", positive=True)
    terms = sympy.Poly((u + v + w) ** 2 - v**2, u, v, w).coeffs()
    if min(terms) <= 0:
        return refuted("a coefficient of the jump in the gaps is not positive")
    return prove_identities(
        lambda _: [Identity("jump in the gaps", (u + v + w) ** 2 - v**2, (u + w) * (u + 2 * v + w))]
    )


def _monotone(balanced: bool) -> list[Problem]:
    """Never decreasing and odd about the centre if b1 + b4 = b2 + b3 (``balanced``)."""

    def setting(z3: Any) -> tuple[Any, list[Any], Any, Any]:
        b, order = _ordered(z3)
        x, y = z3.Reals("x y")
        if balanced:
            order = [*order, b[0] + b[3] == b[1] + b[2]]
        return b, order, x, y

    def rises(z3: Any) -> tuple[list[Any], Any]:
        b, order, x, y = setting(z3)
        return [*order, x <= y], _step(z3, b, x) <= _step(z3, b, y)

    def odd(z3: Any) -> tuple[list[Any], Any]:
        b, order, x, _ = setting(z3)
        return order, _step(z3, b, b[0] + b[3] - x) == -_step(z3, b, x)

    return [rises, odd]


def _slopes(share: int) -> list[Problem]:
    """-J/2, three slopes, J/2 if b1 + b4 = b2 + b3; the middle slope is ``share`` (R - r)."""

    def setting(z3: Any) -> tuple[Any, ...]:
        b, order = _ordered(z3)
        x = z3.Real("x")
        jump = (b[3] - b[0]) * (b[3] - b[0]) - (b[2] - b[1]) * (b[2] - b[1])
        return b, x, [*order, b[0] + b[3] == b[1] + b[2]], jump

    def outside(z3: Any) -> tuple[list[Any], Any]:
        b, x, order, jump = setting(z3)
        s = _step(z3, b, x)
        left = z3.Implies(x <= b[0], 2 * s == -jump)
        return order, z3.And(left, z3.Implies(x >= b[3], 2 * s == jump))

    def inside(z3: Any) -> tuple[list[Any], Any]:
        b, x, order, _ = setting(z3)
        outer, inner = (b[3] - b[0]) / 2, (b[2] - b[1]) / 2
        slopes = (2 * outer, share * (outer - inner), 2 * outer)
        claims = [
            z3.Implies(
                z3.And(b[i] <= x, x <= b[i + 1]),
                _step(z3, b, x) == _step(z3, b, b[i]) + slopes[i] * (x - b[i]),
            )
            for i in range(3)
        ]
        return order, z3.And(*claims)

    return [outside, inside]


LEMMAS = (
    Lemma(
        id="P1-drift",
        name="a four-location step is a line on either side",
        statement=(
            f"For real b1 < b2 < b3 < b4, e = b1 + b4 - b2 - b3 and every real x, {STEP} is "
            "2 (b1 b4 - b2 b3) - e x if x <= b1, and b1^2 - b2^2 - b3^2 + b4^2 - e x if x >= b4."
        ),
        used_by=("P1", "P2", "P3", "P4"),
        method=Method.Z3,
        argument="z3 looks for b and x in all cases of the eight relus.",
        prove=lambda _: decide(_drift("b4")),
        control=Control("the right line already from b3 on", lambda _: decide(_drift("b3"))),
    ),
    Lemma(
        id="P1-jump",
        name="the height of a four-location step",
        statement=(
            "For real b1 < b2 < b3 < b4 the line b1^2 - b2^2 - b3^2 + b4^2 - e x exceeds the line "
            "2 (b1 b4 - b2 b3) - e x by J = (b4 - b1)^2 - (b3 - b2)^2, and J > 0."
        ),
        used_by=("P1", "P3", "P4"),
        method=Method.IDENTITY,
        argument="Difference of the lines; in the gaps u, v, w J is (u + w)(u + 2 v + w).",
        prove=lambda _: _jump(1),
        control=Control("J = (b4 - b1)^2 + (b3 - b2)^2", lambda _: _jump(-1)),
    ),
    Lemma(
        id="P1-slopes",
        name="a balanced step from -J/2 to J/2",
        statement=(
            "For real b1 < b2 < b3 < b4 with b1 + b4 = b2 + b3, J = (b4 - b1)^2 - (b3 - b2)^2, "
            f"R = (b4 - b1)/2 and r = (b3 - b2)/2, {STEP} is -J/2 for x <= b1 and J/2 for "
            "x >= b4, and has the slopes 2 R on [b1, b2], 2 (R - r) on [b2, b3] and 2 R on "
            "[b3, b4]."
        ),
        used_by=("P1", "P2", "P3"),
        method=Method.Z3,
        argument="z3 in all cases of the relus.",
        prove=lambda _: decide(*_slopes(2)),
        control=Control("the middle slope is 3 (R - r)", lambda _: decide(*_slopes(3))),
    ),
    Lemma(
        id="P1-monotone",
        name="a balanced step never decreases and is odd about its centre",
        statement=(
            f"For real b1 < b2 < b3 < b4 with b1 + b4 = b2 + b3, {STEP} never decreases: x <= y "
            "implies s(x) <= s(y); and s(b1 + b4 - x) = -s(x) for every x."
        ),
        used_by=("P1", "P3", "P4"),
        method=Method.Z3,
        argument="z3 looks for b, x and y in all cases of the relus.",
        prove=lambda _: decide(*_monotone(balanced=True)),
        control=Control(
            "the same without b1 + b4 = b2 + b3", lambda _: decide(*_monotone(balanced=False))
        ),
    ),
)
