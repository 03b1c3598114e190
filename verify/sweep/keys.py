"""What may stand in a table of claims: kinds of values, lists, ranges, exact numbers.

TOML decimals never become floats: ``0.1`` is read as text and means 1/10.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from theory.errors import InputError
from theory.rigor.numbers import exact_text, parse_number

Kind = Literal["text", "number", "integer", "flag"]
Value = str | int | bool | None
MOST_VALUES = 100_000


class Decimal(str):
    """The text of a TOML float, kept as written."""

    __slots__ = ()


class Required:
    """The default of a key that has none."""


REQUIRED = Required()


@dataclass(frozen=True)
class Key:
    """One key of a table of claims; ``default`` None means that it may be left out."""

    name: str
    kind: Kind
    default: Value | Required = REQUIRED


ACCEPTED: dict[Kind, str] = {
    "text": "a text in quotes, or a list of them, is accepted",
    "number": "a number such as 2, 0.5 or '1/3', a list, or a range {from, to, step or factor}"
    " is accepted",
    "integer": "an integer, a list, or a range {from, to, step or factor} is accepted",
    "flag": "true, false or [true, false] is accepted",
}


def read_values(key: Key, given: Any, where: str) -> tuple[Value, ...]:
    """All values of ``key``, canonical; raises InputError naming ``where``.

    A list stands for all its entries, a table {from, to[, step | factor]} for a range with both
    ends; numbers become exact texts ``p`` or ``p/q``.
    """
    if isinstance(given, dict):
        return _range(key, given, where)
    entries = given if isinstance(given, list) else [given]
    if not entries:
        raise InputError(where, "[]", "is empty:", ACCEPTED[key.kind])
    return tuple(read_scalar(key, entry, where) for entry in entries)


def read_scalar(key: Key, given: Any, where: str) -> Value:
    """One value in its canonical form."""
    if key.kind == "number":
        number = _number(given, where)
        if number is not None:
            return exact_text(number)
    elif key.kind == "integer":
        if isinstance(given, int) and not isinstance(given, bool):
            return given
    elif key.kind == "flag":
        if isinstance(given, bool):
            return given
    elif isinstance(given, str) and not isinstance(given, Decimal):
        return given.strip()
    name = {"text": "text", "number": "number", "integer": "integer", "flag": "flag"}[key.kind]
    raise InputError(where, _shown(given), f"no {name}:", ACCEPTED[key.kind])


def _number(given: Any, where: str) -> Fraction | None:
    if isinstance(given, bool):
        return None
    if isinstance(given, int):
        return Fraction(given)
    if isinstance(given, str):
        text = given.replace("_", "") if isinstance(given, Decimal) else given
        return parse_number(text, argument=where)
    return None


def _range(key: Key, given: Mapping[str, Any], where: str) -> tuple[Value, ...]:
    accepted = "{from, to} with step or factor is accepted, such as {from = 10, to = 80, factor=2}"
    if key.kind not in ("number", "integer"):
        raise InputError(where, _shown(given), "has no ranges:", ACCEPTED[key.kind])
    for name in given:
        if name not in ("from", "to", "step", "factor"):
            raise InputError(f"{where}.{name}", _shown(given[name]), "unknown key:", accepted)
    if not {"from", "to"} <= set(given) or {"step", "factor"} <= set(given):
        raise InputError(where, ", ".join(given), "is a range with the keys", accepted)
    ends = {name: _exactly(key, given[name], f"{where}.{name}") for name in given}
    step, factor = ends.get("step", Fraction(1)), ends.get("factor")
    if step <= 0 or (factor is not None and (factor <= 1 or ends["from"] <= 0)):
        raise InputError(where, _shown(given), "never ends:", "step > 0 or factor > 1 is accepted")
    advance: Callable[[Fraction], Fraction] = (
        (lambda value: value + step) if factor is None else (lambda value: value * factor)
    )
    found: list[Value] = []
    value = ends["from"]
    while value <= ends["to"]:
        if len(found) == MOST_VALUES:
            raise InputError(where, _shown(given), "has too many values:", f"{MOST_VALUES} at most")
        found.append(int(value) if key.kind == "integer" else exact_text(value))
        value = advance(value)
    if not found:
        raise InputError(where, _shown(given), "is empty:", "from <= to is accepted")
    return tuple(found)


def _exactly(key: Key, given: Any, where: str) -> Fraction:
    """An end of a range, exact; integers stay integers for a key of integers."""
    value = read_scalar(key, given, where)
    return Fraction(str(value))


def _shown(given: Any) -> str:
    """A value as TOML would write it, more or less."""
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, Mapping):
        return "{" + ", ".join(f"{name} = {_shown(entry)}" for name, entry in given.items()) + "}"
    if isinstance(given, list):
        return "[" + ", ".join(map(_shown, given)) + "]"
    return str(given)
