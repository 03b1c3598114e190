"""Quantified inequalities by z3: no counterexample, and hypotheses that can be met.

z3 is imported when a proof first needs it (extra ``proofs``).  A claim is proved if its negation
has no model; the hypotheses alone must have one, since from a contradiction everything follows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from importlib.util import find_spec
from typing import Any

from theory.lemmas.lemma import Outcome, Verdict, proved, refuted, undecided

MILLISECONDS = 20_000
INSTALL = "needs z3: pip install 'icebound[proofs]'"

Problem = Callable[[Any], tuple[Sequence[Any], Any]]
"""``problem(z3)`` gives the hypotheses and the claim."""


def available() -> bool:
    """Whether z3 is installed."""
    return find_spec("z3") is not None


def decide(*problems: Problem) -> Outcome:
    """PROVED if every claim follows from its hypotheses; REFUTED with a model; SKIPPED without z3.

    UNDECIDED where z3 gives up within 20 seconds, or where hypotheses contradict one another.
    """
    if not available():
        return Outcome(Verdict.SKIPPED, INSTALL)
    import z3

    for number, problem in enumerate(problems, start=1):
        hypotheses, claim = problem(z3)
        found, model = _solve(z3, [*hypotheses, z3.Not(claim)])
        if found == z3.sat:
            return refuted(f"counterexample: {_shown(model)}")
        if found != z3.unsat:
            return undecided(f"z3 gives up on claim {number} after {MILLISECONDS // 1000} s")
        if _solve(z3, hypotheses)[0] != z3.sat:
            return undecided(f"no example meets the hypotheses of claim {number}")
    count = len(problems)
    return proved("no counterexample" if count == 1 else f"no counterexample, {count} claims")


def _solve(z3: Any, constraints: Sequence[Any]) -> tuple[Any, Any]:
    # A context of its own would be slower; a solver of its own keeps claims apart.
    solver = z3.Solver()
    solver.set("timeout", MILLISECONDS)
    solver.set("random_seed", 0)
    solver.add(*constraints)
    found = solver.check()
    return found, solver.model() if found == z3.sat else None


def _shown(model: Any) -> str:
    entries = sorted((str(entry), model[entry]) for entry in model.decls() if entry.arity() == 0)
    return ", ".join(f"{name} = {_value(value)}" for name, value in entries)


def _value(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 24 else f"{text[:21]}..."


def exact(z3: Any, value: Fraction) -> Any:
    """``value`` as a rational number of z3."""
    return z3.Q(value.numerator, value.denominator)


def relu(z3: Any, value: Any) -> Any:
    """max(value, 0)."""
    return z3.If(value > 0, value, 0)


def absolute(z3: Any, value: Any) -> Any:
    """|value|."""
    return z3.If(value >= 0, value, -value)
