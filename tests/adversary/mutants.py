"""One mutant at a time: a true certificate, and a way to make it false or malformed.

Whatever is altered is sealed again, so that only the meaning can give it away.  *False* mutants are
false by construction: their claim lies beyond a value that is known without the checker (a closed
form in rationals, or another quadrature), or a frozen entry is no longer the declared one.  A slack
bound is no mutant.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.checker import build
from verify.checker import CheckResult, check_file, exit_status

Lie = Callable[[random.Random], build.Certificate]
REFUSED = frozenset({"REFUTED", "INVALID"})


@dataclass(frozen=True)
class Family:
    """A true certificate of a kind, and named ways to make it false."""

    kind: str
    form: str
    true: build.Certificate
    lies: dict[str, Lie]

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.form}" if self.form else self.kind


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant; ``wrong`` is empty where it was refused as it should be."""

    family: str
    mutation: str
    status: str
    wrong: str


def judge(family: str, mutation: str, path: Path, seconds: float = 20.0) -> Verdict:
    """Check a mutant: refused, in one line of ASCII, in time, and with a non-zero exit status."""
    result = check_file(path, seconds=seconds)
    return Verdict(family, mutation, result.status, _wrong(result))


def _wrong(result: CheckResult) -> str:
    if result.status not in REFUSED:
        return f"{result.status}: {result.reason}"
    if "checker failed" in result.reason or exit_status([result]) == 0:
        return f"not refused for its content: {result.reason}"
    if not result.reason.isascii() or "\n" in result.reason or len(result.reason) > 300:
        return f"not one line of ASCII: {result.reason!a}"
    return f"took {result.seconds:.1f} s" if result.seconds > 15 else ""
