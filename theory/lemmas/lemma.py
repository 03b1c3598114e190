"""The record of one lemma: what it says, what it is for, how it is proved, and what must fail.

A proof is a function that looks for a counterexample, or checks every step, anew whenever it is
called.  Beside it stands a *control*: a false variant of the statement, given to the same method,
which must come back refuted; a method that cannot refute proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Method(Enum):
    """How a lemma is proved; the words a user sees."""

    IDENTITY = "identity"
    Z3 = "z3"
    BOXES = "branch-and-bound"
    CASES = "cases"
    COQ = "coq"
    PAPER = "paper"


class Verdict(Enum):
    """What became of a proof; only PROVED is one."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    SKIPPED = "skipped"
    PAPER = "paper"


class Effort(Enum):
    """QUICK for every day; FULL extends the finite checks to the range that is claimed."""

    QUICK = "quick"
    FULL = "full"


@dataclass(frozen=True)
class Outcome:
    """A verdict with its evidence (what was done), or with what is wrong: a counterexample."""

    verdict: Verdict
    evidence: str


Proof = Callable[[Effort], Outcome]


@dataclass(frozen=True)
class Control:
    """A false variant in words, and the same method applied to it: must be refuted."""

    statement: str
    prove: Proof


@dataclass(frozen=True, eq=False, kw_only=True)
class Lemma:
    """One step of the proof of a theorem.

    ``statement`` holds all hypotheses; ``used_by`` are ids of statements; ``argument`` says how the
    proof goes, for people; ``control`` and ``prove`` are None where ``method`` is PAPER or COQ.
    A Coq development carries the statement word for word, as it may for any other lemma, too.
    """

    id: str
    name: str
    statement: str
    used_by: tuple[str, ...]
    method: Method
    argument: str
    prove: Proof | None = None
    control: Control | None = None


def proved(evidence: str) -> Outcome:
    """The statement holds, by ``evidence``."""
    return Outcome(Verdict.PROVED, evidence)


def refuted(counterexample: str) -> Outcome:
    """The statement is false: ``counterexample``."""
    return Outcome(Verdict.REFUTED, counterexample)


def undecided(reason: str) -> Outcome:
    """Neither, because of ``reason``."""
    return Outcome(Verdict.UNDECIDED, reason)


def together(*parts: Outcome) -> Outcome:
    """All parts of a proof: the first one that is not proved, or the joint evidence."""
    for part in parts:
        if part.verdict is not Verdict.PROVED:
            return part
    return proved("; ".join(dict.fromkeys(part.evidence for part in parts)))
