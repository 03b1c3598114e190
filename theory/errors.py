"""Errors that reach a user as one line: what is wrong, with which value, what would be accepted."""

from __future__ import annotations


class IceboundError(Exception):
    """Base of all expected failures.

    ``argument`` names the offending input, ``value`` shows it, ``problem`` says what is wrong and
    ``accepted`` says what would be right.  ``str(error)`` is the one line of the command line.
    """

    kind = "error"
    exit_status = 2

    def __init__(self, argument: str, value: object, problem: str, accepted: str) -> None:
        self.argument = argument
        self.value = shorten(value)
        self.problem = problem
        self.accepted = accepted
        super().__init__(f"{argument}: {problem} {self.value!r}; {accepted}")

    def entry(self) -> dict[str, str]:
        """The JSON form: ``kind``, ``argument``, ``value``, ``accepted``."""
        return {
            "kind": self.kind,
            "argument": self.argument,
            "value": self.value,
            "accepted": self.accepted,
        }


class InputError(IceboundError):
    """An argument, file or expression that cannot be used as it stands (exit status 2)."""

    kind = "input"


class AssumptionViolated(IceboundError):
    """A hypothesis of the theorem does not hold; no number is produced (exit status 2)."""

    kind = "assumption_violated"

    def __init__(self, theorem: str, hypothesis: str, value: object, accepted: str) -> None:
        self.theorem = theorem
        self.hypothesis = hypothesis
        super().__init__(theorem, value, f"hypothesis {hypothesis} violated by", accepted)


class Undecided(IceboundError):
    """Neither proved nor refuted within the precision or time budget (exit status 3)."""

    kind = "undecided"
    exit_status = 3


def shorten(value: object, limit: int = 80) -> str:
    """A printable, single-line form of ``value`` of at most ``limit`` characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
