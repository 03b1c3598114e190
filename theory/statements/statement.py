"""The record of one result: its hypotheses, what it says, and where it is proved and tested.

A statement is data.  Its bound is a sympy expression, built when first asked for (``check`` never
loads sympy), and evaluated in balls only: :meth:`Statement.evaluate` checks every hypothesis first,
because a bound outside its hypotheses is still a plausible number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import arb

from theory.errors import AssumptionViolated, InputError, Undecided
from theory.rigor.balls import (
    Truth,
    ball,
    climb,
    float_down,
    float_up,
    less_equal,
    working_precision,
)
from theory.statements.enclose import Number, Value, enclose, exact_or_ball

HYPOTHESIS_PRECISION = 256
ACCURACY_BITS = 60


class Status(Enum):
    """How a figure is known; the words a user sees."""

    THEOREM = "theorem"
    CERTIFIED = "certified"
    MEASURED = "measured"
    CONJECTURE = "conjecture"


class Direction(Enum):
    """What the bound bounds: an error from below, from above, or a quantity exactly."""

    LOWER = "lower"
    UPPER = "upper"
    EXACT = "exact"


@dataclass(frozen=True)
class Hypothesis:
    """One assumption: ``test`` decides it, in three values, from the values of ``symbols``.

    The test sees exact values as Fractions and enclosures as balls; ``accepted`` is the way out
    that a user reads when it fails.
    """

    name: str
    text: str
    symbols: tuple[str, ...]
    test: Callable[[Mapping[str, Number]], Truth]
    accepted: str


@dataclass(frozen=True)
class HypothesisOutcome:
    """What became of a hypothesis, with the values it was asked about as text."""

    hypothesis: Hypothesis
    truth: Truth
    shown: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Statement:
    """One numbered result.

    ``id`` is the note's number; ``claim`` one sentence; ``symbols`` maps each symbol of the bound
    and of the hypotheses to its meaning; ``sharp`` says whether the constant is meant to be sharp
    (None: not known) and ``sharp_note`` in which sense; ``build`` makes the sympy expression of the
    bound, None where the result is not one number; ``paper`` is the arXiv number of the family;
    ``proved_in``, ``tests`` and ``notebook`` are paths from the repository root; ``falsified_by``
    is the pytest id of the test in which a false version of it is refuted.
    """

    id: str
    family: str
    title: str
    claim: str
    direction: Direction
    status: Status
    paper: str
    proof_sketch: str
    sharp: bool | None = None
    sharp_note: str = ""
    symbols: Mapping[str, str] = field(default_factory=dict)
    hypotheses: tuple[Hypothesis, ...] = ()
    build: Callable[[], Any] | None = None
    proved_in: str = ""
    tests: tuple[str, ...] = ()
    falsified_by: str = ""
    notebook: str | None = None
    implemented: bool = True

    @property
    def source(self) -> str:
        """Note id and paper, for example ``P8; arXiv 2407.01033``."""
        return f"{self.id}; arXiv {self.paper}"

    @cached_property
    def expression(self) -> Any:
        """The bound as a sympy expression, or None."""
        return None if self.build is None else self.build()

    def as_item(self) -> dict[str, object]:
        """The row of ``icebound theorems`` as plain JSON values."""
        return {
            "id": self.id,
            "family": self.family,
            "title": self.title,
            "claim": self.claim,
            "direction": self.direction.value,
            "status": self.status.value,
            "sharp": self.sharp,
            "sharp_note": self.sharp_note,
            "symbols": dict(self.symbols),
            "hypotheses": [hypothesis.text for hypothesis in self.hypotheses],
            "bound_latex": self.latex(),
            "bound_text": "" if self.expression is None else str(self.expression),
            "source": self.source,
            "proof_sketch": self.proof_sketch,
            "proved": self.proved_in,
            "tests": list(self.tests),
            "falsified_by": self.falsified_by,
            "notebook": self.notebook,
            "implemented": self.implemented,
        }

    def latex(self) -> str:
        """The bound in LaTeX; empty where the result is not one number."""
        if self.expression is None:
            return ""
        import sympy

        return str(sympy.latex(self.expression))

    def check(self, values: Mapping[str, Value]) -> tuple[HypothesisOutcome, ...]:
        """Every hypothesis with its three-valued outcome.

        Raises InputError if a symbol of a hypothesis has no value.
        """
        outcomes = []
        for hypothesis in self.hypotheses:
            self._demand(hypothesis.symbols, values)
            given = {name: exact_or_ball(values[name]) for name in hypothesis.symbols}
            with working_precision(HYPOTHESIS_PRECISION):
                truth = hypothesis.test(given)
            shown = ", ".join(f"{name} = {_shown(values[name])}" for name in hypothesis.symbols)
            outcomes.append(HypothesisOutcome(hypothesis, truth, shown))
        return tuple(outcomes)

    def require(self, values: Mapping[str, Value]) -> None:
        """Raises AssumptionViolated for a hypothesis that fails, Undecided for one left open."""
        outcomes = self.check(values)
        for outcome in outcomes:
            if outcome.truth is Truth.NO:
                raise AssumptionViolated(
                    self.id, outcome.hypothesis.text, outcome.shown, outcome.hypothesis.accepted
                )
        for outcome in outcomes:
            if outcome.truth is Truth.UNKNOWN:
                problem = f"hypothesis {outcome.hypothesis.text} is neither proved nor refuted by"
                raise Undecided(self.id, outcome.shown, problem, outcome.hypothesis.accepted)

    def evaluate(self, values: Mapping[str, Value]) -> arb:
        """An enclosure of the bound, at rising precision until it is good to 60 bits.

        Raises as :meth:`require`, and InputError without a bound or without a value for a symbol.
        """
        self._prepare(values)
        result, _ = climb(
            lambda: ball(enclose(self.expression, values)),
            lambda enclosure: bool(enclosure.rel_accuracy_bits() >= ACCURACY_BITS),
        )
        return result

    def at_most(self, values: Mapping[str, Value], limit: Fraction) -> Truth:
        """Whether the bound is <= ``limit``; decided exactly where the bound is rational.

        Raises as :meth:`evaluate`.
        """
        self._prepare(values)

        def compare() -> Truth:
            bound = enclose(self.expression, values)
            if isinstance(bound, Fraction):
                return Truth.YES if bound <= limit else Truth.NO
            return less_equal(bound, limit)

        return climb(compare, lambda truth: truth is not Truth.UNKNOWN)[0]

    def bound_up(self, values: Mapping[str, Value]) -> float:
        """A float >= the bound: what an upper bound may be quoted as."""
        return float_up(self.evaluate(values))

    def bound_down(self, values: Mapping[str, Value]) -> float:
        """A float <= the bound: what a lower bound may be quoted as."""
        return float_down(self.evaluate(values))

    def _prepare(self, values: Mapping[str, Value]) -> None:
        if self.expression is None:
            raise InputError(self.id, self.title, "has no bound to evaluate:", "see its claim")
        self.require(values)
        self._demand(sorted(str(s) for s in self.expression.free_symbols), values)

    def _demand(self, names: tuple[str, ...] | list[str], values: Mapping[str, Value]) -> None:
        missing = [name for name in names if name not in values]
        if missing:
            meanings = "; ".join(f"{name}: {self.symbols.get(name, '?')}" for name in missing)
            raise InputError(self.id, ", ".join(missing), "needs a value for", meanings)


def _shown(value: Value) -> str:
    return value.str(10) if isinstance(value, arb) else str(value)
