"""Exact identities by sympy: both sides over the rationals, symbols positive where said.

Rational functions are decided: the numerator of the difference, expanded, is zero or not.  Other
expressions are simplified; a difference that does not simplify to 0 is tried at rational points in
balls, where an enclosure without 0 refutes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from theory.errors import InputError
from theory.lemmas.lemma import Outcome, proved, refuted, undecided
from theory.rigor.balls import Truth, ball, less, working_precision
from theory.statements.enclose import enclose

PRECISION = 256
# Coprime, different, of both sizes: no identity of small degree vanishes on all of them by chance.
POINTS = (
    (Fraction(7, 5), Fraction(3, 7), Fraction(11, 4), Fraction(13, 9), Fraction(5, 11)),
    (Fraction(2, 3), Fraction(9, 4), Fraction(8, 7), Fraction(5, 13), Fraction(17, 6)),
)


@dataclass(frozen=True)
class Identity:
    """``left`` = ``right``, sympy expressions; ``about`` says what it is, for the evidence."""

    about: str
    left: Any
    right: Any


def _holds_a_float(sympy: Any, side: Any) -> bool:
    return (
        bool(side.atoms(sympy.Float)) if isinstance(side, sympy.Basic) else isinstance(side, float)
    )


def prove_identities(make: Callable[[Any], Sequence[Identity]]) -> Outcome:
    """``make(sympy)`` gives the identities; every one must hold."""
    import sympy

    identities = make(sympy)
    for identity in identities:
        difference = identity.left - identity.right
        if any(_holds_a_float(sympy, side) for side in (identity.left, identity.right)):
            return undecided(f"{identity.about}: holds a float, which is not exact")
        if _vanishes(sympy, difference):
            continue
        point = _counterexample(difference)
        if point is not None:
            return refuted(f"{identity.about}: the sides differ at {point}")
        return undecided(f"{identity.about}: the difference does not simplify to 0")
    count = len(identities)
    return proved(f"{count} exact {'identity' if count == 1 else 'identities'}")


def _vanishes(sympy: Any, difference: Any) -> bool:
    numerator, _ = sympy.fraction(sympy.together(difference))
    if sympy.expand(numerator) == 0:
        return True
    if difference.is_rational_function():
        return False
    return bool(sympy.simplify(difference) == 0)


def _counterexample(difference: Any) -> str | None:
    """A rational point where the difference is certainly not 0."""
    names = sorted(symbol.name for symbol in difference.free_symbols)
    for point in POINTS:
        values = {name: point[i % len(point)] + i // len(point) for i, name in enumerate(names)}
        try:
            with working_precision(PRECISION):
                size = abs(ball(enclose(difference, values)))
                apart = less(arb(0), size) is Truth.YES
        except InputError:
            # a node that has no enclosure (undefined functions): not refuted this way
            return None
        if apart:
            return ", ".join(f"{name} = {value}" for name, value in values.items()) or "constants"
    return None
