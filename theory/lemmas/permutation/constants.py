"""P2: constant quads, and what the left-over locations are spent on."""

from __future__ import annotations

from typing import Any

from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Control, Effort, Lemma, Method, Outcome, proved, refuted, together
from theory.lemmas.solver import Problem, decide, relu

CORNERS = (-1, 1, 1, -1)


def _constants(share: int) -> list[Problem]:
    """The quad with q = -p is a line; it is J/``share`` where e = 0."""

    def quad(z3: Any) -> tuple[Any, Any, Any, Any, Any]:
        b, x, s = z3.Reals("b1 b2 b3 b4"), z3.Real("x"), z3.Real("s")
        e = b[0] + b[3] - b[1] - b[2]
        p = [s * sign * at for sign, at in zip(CORNERS, b, strict=True)]
        value = sum(
            weight * (relu(z3, x - at) - relu(z3, at - x)) for weight, at in zip(p, b, strict=True)
        )
        return b, x, s, e, value

    def line(z3: Any) -> tuple[list[Any], Any]:
        b, x, s, e, value = quad(z3)
        squares = b[0] * b[0] - b[1] * b[1] - b[2] * b[2] + b[3] * b[3]
        return [z3.Or(s == 1, s == -1)], value == s * (squares - e * x)

    def constant(z3: Any) -> tuple[list[Any], Any]:
        b, _, s, e, value = quad(z3)
        jump = (b[3] - b[0]) * (b[3] - b[0]) - (b[2] - b[1]) * (b[2] - b[1])
        return [z3.Or(s == 1, s == -1), e == 0], share * value == s * jump

    return [line, constant]


def _signs(drift: bool) -> Problem:
    """l J/2 on the left and r J/2 on the right; ``drift`` leaves out b1 + b4 = b2 + b3."""

    def problem(z3: Any) -> tuple[list[Any], Any]:
        b, x, left, right = z3.Reals("b1 b2 b3 b4"), z3.Real("x"), z3.Real("l"), z3.Real("r")
        p = [right * sign * at for sign, at in zip(CORNERS, b, strict=True)]
        step = [-right * sign * at for sign, at in zip(CORNERS, reversed(b), strict=True)]
        q = [z3.If(left == right, -at, other) for at, other in zip(p, step, strict=True)]
        value = sum(
            z3.If(x > at, u * (x - at), v * (at - x)) for at, u, v in zip(b, p, q, strict=True)
        )
        jump = (b[3] - b[0]) * (b[3] - b[0]) - (b[2] - b[1]) * (b[2] - b[1])
        hypotheses = [b[0] < b[1], b[1] < b[2], b[2] < b[3]]
        hypotheses += [z3.Or(left == 1, left == -1), z3.Or(right == 1, right == -1)]
        if not drift:
            hypotheses.append(b[0] + b[3] == b[1] + b[2])
        first = z3.Implies(x <= b[0], 2 * value == left * jump)
        return hypotheses, z3.And(first, z3.Implies(x >= b[3], 2 * value == right * jump))

    return problem


def _leftovers(outer: int) -> list[Problem]:
    """Two and three left-over locations; the last coefficient of q is -``outer`` d."""

    def two(z3: Any) -> tuple[list[Any], Any]:
        d, x = z3.Reals("d x")
        value = d * relu(z3, x) - d * relu(z3, x - d)
        return [d > 0, x >= 0], value == d * z3.If(x < d, x, d)

    def three(z3: Any) -> tuple[list[Any], Any]:
        d, x = z3.Reals("d x")
        value = d * relu(z3, x) - d * relu(z3, x - d)
        value = value + 2 * d * relu(z3, d - x) - outer * d * relu(z3, 2 * d - x)
        shape = z3.If(
            x <= d,
            d * x - 2 * d * d,
            z3.If(x <= 2 * d, 2 * d * x - 3 * d * d, d * d),
        )
        return [d > 0, x >= 0], value == shape

    return [two, three]


def _values_used(leftovers: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]) -> Outcome:
    """p and q together are the values +-i, i < l, each once, and both sum to 0 (units of d)."""
    for count, (p, q) in enumerate(leftovers):
        if sorted(p + q) != sorted([*range(count), *(-i for i in range(count))]):
            return refuted(f"l = {count}: {p + q} are not the values +-i, i < {count}")
        if sum(p) or sum(q):
            return refuted(f"l = {count}: the sums of p and q are {sum(p)} and {sum(q)}")
    return proved(f"{len(leftovers)} cases")


def _quad_values(sign_of_q: int) -> Outcome:
    """Step and constant quads: p and q together are +-b1, ..., +-b4 as symbols."""
    b = (1, 2, 3, 4)
    wanted = sorted([*b, *(-at for at in b)])
    for s in (1, -1):
        p = [s * sign * at for sign, at in zip(CORNERS, b, strict=True)]
        step = [-s * sign * at for sign, at in zip(CORNERS, reversed(b), strict=True)]
        for q in (step, [sign_of_q * at for at in p]):
            if sorted(p + q) != wanted:
                return refuted(f"p = {p}, q = {q} (i stands for b_i) are not the eight values")
    return proved("4 quads")


LEFTOVERS = (((), ()), ((0,), (0,)), ((1, -1), (0, 0)), ((1, -1, 0), (0, 2, -2)))
UNUSED = (((), ()), ((0,), (0,)), ((1, -1), (0, 0)), ((1, -1, 0), (0, 1, -1)))


def _neighbours(sympy: Any, gap: int) -> list[Identity]:
    """Sum p = sum q = 0 for b, b + d, b + 2 d, and ``gap`` d further (1 for neighbours)."""
    b, d, r = sympy.symbols("b d r", real=True)
    places = [b, b + d, b + 2 * d, b + (2 + gap) * d]
    p = [r * sign * at for sign, at in zip(CORNERS, places, strict=True)]
    step = [-r * sign * at for sign, at in zip(CORNERS, reversed(places), strict=True)]
    return [
        Identity("sum of p", sum(p), 0 * b),
        Identity("sum of q of a step", sum(step), 0 * b),
        Identity("sum of q of a constant", -sum(p), 0 * b),
    ]


def _residues(_: Effort) -> Outcome:
    return _values_used(LEFTOVERS)


LEMMAS = (
    Lemma(
        id="P1-values",
        name="every value of four locations is used exactly once",
        statement=(
            "For s = 1 and s = -1 the entries of p = s (-b1, b2, b3, -b4) and q = "
            "s (b4, -b3, -b2, b1), and those of p and q = -p, are b1, ..., b4, -b1, ..., -b4, each "
            "once."
        ),
        used_by=("P1", "P2"),
        method=Method.CASES,
        argument="The four quads, entry by entry.",
        prove=lambda _: _quad_values(-1),
        control=Control("q = p in the constant quad", lambda _: _quad_values(1)),
    ),
    Lemma(
        id="P2-constants",
        name="constant quads",
        statement=(
            "For real b1, b2, b3, b4, x and s = 1 or s = -1, with p = s (-b1, b2, b3, -b4), q = -p "
            "and e = b1 + b4 - b2 - b3, the sum of p_i relu(x - b_i) + q_i relu(b_i - x) over i is "
            "s (b1^2 - b2^2 - b3^2 + b4^2 - e x), and it is s J/2 with "
            "J = (b4 - b1)^2 - (b3 - b2)^2 if e = 0."
        ),
        used_by=("P2", "P3", "P4"),
        method=Method.Z3,
        argument="z3 looks for b and x in all cases; relu(z) - relu(-z) = z is behind it.",
        prove=lambda _: decide(*_constants(2)),
        control=Control("the constant is s J", lambda _: decide(*_constants(1))),
    ),
    Lemma(
        id="P2-signs",
        name="a quad is a sign on its left and a sign on its right",
        statement=(
            "For real b1 < b2 < b3 < b4 with b1 + b4 = b2 + b3, J = (b4 - b1)^2 - (b3 - b2)^2 and "
            "l, r in {1, -1}, the coefficients p = r (-b1, b2, b3, -b4), and "
            "q = r (b4, -b3, -b2, b1) if l = -r, q = -p if l = r, give l J/2 for x <= b1 and "
            "r J/2 for x >= b4."
        ),
        used_by=("P2", "P3", "P4"),
        method=Method.Z3,
        argument="z3 in all cases of the signs and of the relus.",
        prove=lambda _: decide(_signs(drift=False)),
        control=Control("the same without b1 + b4 = b2 + b3", lambda _: decide(_signs(drift=True))),
    ),
    Lemma(
        id="P2-leftovers",
        name="two and three left-over locations",
        statement=(
            "For d > 0 and x >= 0, d relu(x) - d relu(x - d) = d min(x, d), and d relu(x) - "
            "d relu(x - d) + 2 d relu(d - x) - 2 d relu(2 d - x) is d x - 2 d^2 if x <= d, "
            "2 d x - 3 d^2 if d <= x <= 2 d, and d^2 if x >= 2 d."
        ),
        used_by=("P2", "P3", "P4"),
        method=Method.Z3,
        argument="z3 looks for d and x in all cases of the relus.",
        prove=lambda _: decide(*_leftovers(2)),
        control=Control("- d relu(2 d - x) at the end", lambda _: decide(*_leftovers(1))),
    ),
    Lemma(
        id="P2-residues",
        name="the left-overs use their values for every residue of n",
        statement=(
            "For l = 0, 1, 2, 3 left-over locations 0, d, ..., (l - 1) d the coefficients p = (), "
            "(0), (d, -d), (d, -d, 0) and q = (), (0), (0, 0), (0, 2 d, -2 d) are the values "
            "+-i d, i < l, each once, and both sum to 0."
        ),
        used_by=("P2",),
        method=Method.CASES,
        argument="The four residues of n mod 4, in units of d.",
        prove=_residues,
        control=Control("q = (0, d, -d) for l = 3", lambda _: _values_used(UNUSED)),
    ),
    Lemma(
        id="P2-every-width",
        name="every value is used for every width",
        statement=(
            "For every n >= 1 and d > 0, spend the n mod 4 smallest of the locations i d, i < n, "
            "as in P2-residues, and the others, four neighbours at a time, as quads with any signs "
            "as in P2-signs: the coefficients are the values +-i d, i < n, each once, and on "
            "either side they sum to 0."
        ),
        used_by=("P2", "P3"),
        method=Method.IDENTITY,
        argument=(
            "Quads of neighbours have coefficients with the sums 0 (identities) and use their "
            "eight values (cases); so do the left-overs (cases); n - n mod 4 is a multiple of 4."
        ),
        prove=lambda _: together(
            prove_identities(lambda sympy: _neighbours(sympy, 1)),
            _quad_values(-1),
            _values_used(LEFTOVERS),
        ),
        control=Control(
            "the last of four neighbours one place further",
            lambda _: prove_identities(lambda sympy: _neighbours(sympy, 2)),
        ),
    ),
    Lemma(
        id="P1-equidistant",
        name="the step of consecutive equidistant locations",
        statement=(
            "For b_i = b + i d, i = 0, ..., 3: J = (b3 - b0)^2 - (b2 - b1)^2 = 8 d^2, and with "
            "stride k, b_i = b + i k d, J = 8 k^2 d^2; b0 + b3 = b1 + b2."
        ),
        used_by=("P3", "P4"),
        method=Method.IDENTITY,
        argument="Expanded.",
        prove=lambda _: prove_identities(lambda sympy: _equidistant(sympy, 8)),
        control=Control(
            "J = 9 k^2 d^2", lambda _: prove_identities(lambda sympy: _equidistant(sympy, 9))
        ),
    ),
)


def _equidistant(sympy: Any, factor: int) -> list[Identity]:
    b, d, k = sympy.symbols("b d k", real=True)
    places = [b + i * k * d for i in range(4)]
    jump = (places[3] - places[0]) ** 2 - (places[2] - places[1]) ** 2
    return [
        Identity("jump", jump, factor * k**2 * d**2),
        Identity("no drift", places[0] + places[3], places[1] + places[2]),
    ]
