"""Reading JSON objects of exactly the declared shape; anything else is INVALID."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verify.checks.dyadic import rational
from verify.checks.grammar import Expression, parse
from verify.checks.verdicts import Case, invalid, quote

COMMON = ("schema", "kind", "claim", "bound", "witness", "versions", "sha256")
MAX_WIDTH = 100_000_000


@dataclass(frozen=True)
class Target:
    """f(x) for x in [low, high], the ends exact."""

    expression: Expression
    low: Fraction
    high: Fraction


def members(value: object, names: Iterable[str], where: str) -> dict[str, Any]:
    """``value`` as an object with exactly the members ``names``."""
    if not isinstance(value, dict):
        raise invalid(f"{where} is not an object")
    wanted = set(names)
    if missing := sorted(wanted - value.keys()):
        raise invalid(f"{where} lacks {missing[0]}")
    if extra := sorted(value.keys() - wanted):
        raise invalid(f"{where} has the unknown member {quote(extra[0])}")
    return value


def text(value: object, where: str) -> str:
    """``value`` as a string."""
    if not isinstance(value, str):
        raise invalid(f"{where} is not a string")
    return value


def flag(value: object, where: str) -> bool:
    """``value`` as true or false."""
    if not isinstance(value, bool):
        raise invalid(f"{where} is neither true nor false")
    return value


def width(value: object, least: int = 1) -> int:
    """``value`` as a number of units."""
    if type(value) is not int or not least <= value <= MAX_WIDTH:
        raise invalid(f"width is not an integer from {least} to {MAX_WIDTH}: {quote(value)}")
    return value


def bound(case: Case, direction: str) -> Fraction:
    """The claimed value, which must be a bound in ``direction``."""
    claimed = members(case.certificate["bound"], ("direction", "value"), "bound")
    if claimed["direction"] != direction:
        raise invalid(f"bound.direction is not {direction!r}: {quote(claimed['direction'])}")
    return rational(claimed["value"], "bound.value")


def sup_norm(case: Case) -> None:
    """The certificate must speak of the sup norm."""
    if case.certificate["norm"] != "sup":
        raise invalid(f"norm is not 'sup': {quote(case.certificate['norm'])}")


def target(case: Case) -> Target:
    """The target: an expression in one variable on an interval."""
    found = members(case.certificate["target"], ("expression", "domain"), "target")
    domain = found["domain"]
    if not isinstance(domain, list) or len(domain) != 2:
        raise invalid("target.domain is not a list of two numbers")
    low, high = (rational(end, "target.domain") for end in domain)
    if low >= high:
        raise invalid("target.domain is empty or reversed")
    expression = parse(text(found["expression"], "target.expression"))
    if expression.variables > 1:
        raise invalid("target.expression uses a variable other than x")
    return Target(expression, low, high)


def witness(case: Case, scalars: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The witness, with its arrays inline or in a side file, and its scalars."""
    found = case.certificate["witness"]
    arrays = "file" if isinstance(found, dict) and "file" in found else "arrays"
    found = members(found, ("scalars", arrays), "witness")
    return found, members(found["scalars"], scalars, "witness.scalars")
