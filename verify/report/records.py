"""One row of the page: a claim about a target, and every figure that is known about it.

Figures keep the direction they are safe in: lower bounds are rounded down, errors rounded up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Family = Literal["permutation", "bias", "ridgelet", "other"]
FAMILIES: tuple[Family, ...] = ("permutation", "bias", "ridgelet", "other")
# Worst first, so that a refutation is seen before anything else.
ORDER = (
    "REFUTED",
    "INVALID",
    "FAILED",
    "ASSUMPTION_VIOLATED",
    "BUDGET_EXHAUSTED",
    "UNDECIDED",
    "CONSISTENT",
    "PROVED",
)
MEANING = {
    "PROVED": "lower bound, construction and prediction are certified or theorems, and in order",
    "CONSISTENT": "nothing contradicts, but a part is only measured or predicts nothing",
    "REFUTED": "certified figures contradict each other: a bug or a false theorem",
    "UNDECIDED": "the precision or time allowed did not decide",
    "ASSUMPTION_VIOLATED": "a hypothesis of the theorem does not hold",
    "BUDGET_EXHAUSTED": "the time allowed was spent",
    "FAILED": "the run ended with an error",
    "INVALID": "a certificate is malformed",
    "certified": "a bound by itself: enclosed, with nothing to compare it with",
    "measured": "a figure of a run, not enclosed",
    "theorem": "a predicted bound",
    "conjecture": "a predicted bound that rests on a step that is not proved",
}


@dataclass(frozen=True)
class Mark:
    """A figure: ``value``, its ``status`` word, the ``theorem`` it rests on, its certificate."""

    value: float
    status: str = "certified"
    theorem: str | None = None
    certificate: Path | None = None


@dataclass(frozen=True)
class Row:
    """What one line of the table and one point of a chart say.

    ``setting`` names everything else that was fixed (activation, box, read-out); rows that agree in
    family, command, target, domain, norm and setting belong to one chart.  ``marks`` maps
    ``lower``, ``constructed``, ``trained``, ``published``, ``predicted`` to figures.
    """

    source: str
    family: Family
    command: str
    target: str = ""
    domain: str = ""
    norm: str = ""
    setting: str = ""
    width: int | None = None
    budget: float | None = None
    band: float | None = None
    seed: str | None = None
    marks: Mapping[str, Mark] = field(default_factory=dict)
    verdict: str = "certified"
    reason: str = ""
    certificates: tuple[Path, ...] = ()

    @property
    def group(self) -> tuple[str, ...]:
        """What the rows of one chart have in common."""
        return (self.family, self.command, self.target, self.domain, self.norm, self.setting)


@dataclass(frozen=True)
class Unreadable:
    """A file that could not be used, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Collection:
    """Everything a folder holds, in the order of its files or cells.

    ``todo`` counts the claims of a sweep that are not computed yet; ``newest`` is in seconds.
    """

    folder: Path
    rows: tuple[Row, ...]
    unreadable: tuple[Unreadable, ...]
    versions: tuple[tuple[str, str], ...]
    newest: float | None
    sweep: bool
    todo: int = 0

    @property
    def certificates(self) -> int:
        """How many certificates the rows link to."""
        return len({path for row in self.rows for path in row.certificates})

    def by_verdict(self) -> dict[str, int]:
        """Rows by verdict, worst first."""
        return count((row.verdict for row in self.rows), ORDER)

    def by_family(self) -> dict[str, int]:
        """Rows by family."""
        return count((row.family for row in self.rows), FAMILIES)


def count(words: Iterable[str], order: tuple[str, ...]) -> dict[str, int]:
    """How often each word occurs: those of ``order`` first, then the others by name."""
    found: dict[str, int] = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    known = [word for word in order if word in found]
    return {word: found[word] for word in (*known, *sorted(found.keys() - set(order)))}


def number(value: object) -> float | None:
    """``value`` as a finite float; None for anything else (booleans and text that is no number)."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        top, slash, below = value.partition("/") if isinstance(value, str) else (value, "", "1")
        found = float(top) / float(below) if slash else float(top)
    except (ValueError, OverflowError, ZeroDivisionError):
        return None
    return found if math.isfinite(found) else None


def box(ends: Sequence[object]) -> str:
    """``[a, b]``, in several dimensions ``[a0, b0] x [a1, b1]``."""
    texts = [str(end).strip() for end in ends]
    sides = zip(texts[::2], texts[1::2], strict=False)
    return " x ".join(f"[{low}, {high}]" for low, high in sides)
