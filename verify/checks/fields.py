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
MAX_DIMENSION = 3


@dataclass(frozen=True)
class Target:
    """f(x) for x in [low, high], the ends exact."""

    expression: Expression
    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class BoxTarget:
    """f(x0, ..., x{d-1}) on a box, the ends of its sides exact."""

    expression: Expression
    sides: tuple[tuple[Fraction, Fraction], ...]


def members(value: object, names: Iterable[str], where: str) -> dict[str, Any]:
    """``value`` as an object with exactly the members ``names``."""
    if not isinstance(value, dict):
        raise invalid(f"{where} is not an object")
    if odd := sorted(value.keys() ^ set(names)):
        problem = "has the unknown member" if odd[0] in value else "lacks the member"
        raise invalid(f"{where} {problem} {quote(odd[0])}")
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


def claimed(case: Case, direction: str, *keys: str, norm: str = "sup") -> Fraction:
    """The claimed value of a certificate with exactly the members ``keys`` besides the common."""
    found = members(case.certificate, (*COMMON, *keys), "the certificate")
    if "norm" in keys and found["norm"] != norm:
        raise invalid(f"norm is not {norm!r}: {quote(found['norm'])}")
    bound = members(found["bound"], ("direction", "value"), "bound")
    if bound["direction"] != direction:
        raise invalid(f"bound.direction is not {direction!r}: {quote(bound['direction'])}")
    return rational(bound["value"], "bound.value")


def target(case: Case) -> Target:
    """The target: an expression in one variable on an interval."""
    found = members(case.certificate["target"], ("expression", "domain"), "target")
    domain = found["domain"]
    if not isinstance(domain, list) or len(domain) != 2:
        raise invalid("target.domain is not a list of two numbers")
    low, high = (rational(end, "target.domain") for end in domain)
    if low >= high:
        raise invalid("target.domain is empty or reversed")
    if not isinstance(found["expression"], str):
        raise invalid("target.expression is not a string")
    expression = parse(found["expression"])
    if any(name == "variable" and index > 0 for name, index in expression):
        raise invalid("target.expression uses a variable other than x")
    return Target(expression, low, high)


def box_target(case: Case) -> BoxTarget:
    """The target: an expression in x0, ..., x{d-1} on the box [a0, b0] x ..., d <= 3."""
    found = members(case.certificate["target"], ("expression", "domain"), "target")
    domain = found["domain"]
    if not isinstance(domain, list) or len(domain) not in range(2, 2 * MAX_DIMENSION + 1, 2):
        raise invalid("target.domain is not a list of two numbers for each of one to three axes")
    ends = [rational(end, "target.domain") for end in domain]
    sides = tuple(zip(ends[::2], ends[1::2], strict=True))
    if any(low >= high for low, high in sides):
        raise invalid("target.domain is empty or reversed")
    if not isinstance(found["expression"], str):
        raise invalid("target.expression is not a string")
    expression = parse(found["expression"])
    if any(name == "variable" and index >= len(sides) for name, index in expression):
        raise invalid("target.expression uses a variable beyond the axes of target.domain")
    return BoxTarget(expression, sides)


def witness(case: Case, scalars: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The witness, with its arrays inline or in a side file, and its scalars."""
    found = case.certificate["witness"]
    arrays = "file" if isinstance(found, dict) and "file" in found else "arrays"
    found = members(found, ("scalars", arrays), "witness")
    return found, members(found["scalars"], scalars, "witness.scalars")
