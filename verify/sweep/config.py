"""The configuration file of a sweep: TOML, read strictly, multiplied out into claims.

    [sweep]                        # optional: name, timeout (seconds for one claim)
    [[claims]]                     # a grid: the product of all lists and ranges of its keys
    family = "permutation"
    target = ["sin(2*pi*x)", "exp(x)"]
    width = { from = 10, to = 1280, factor = 2 }

Raises InputError in one line that names file, table and key, the value, and what is accepted.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from theory.errors import IceboundError, InputError
from verify.files import shown
from verify.sweep.families import FAMILIES, Family
from verify.sweep.keys import Decimal, Key, Required, Value, read_scalar, read_values

SCHEMA = "icebound.sweep/1"
MOST_CLAIMS = 2_000_000
LARGEST_FILE = 4 * 2**20
# values that say where something lies, not what is claimed
LOCATORS = ("data_path",)
SWEEP_KEYS = (Key("name", "text", None), Key("timeout", "number", None))


@dataclass(frozen=True)
class Claim:
    """One cell of the grid: family and canonical request; ``where`` are locators such as paths."""

    family: str
    request: Mapping[str, Value]
    where: Mapping[str, Value]

    @property
    def text(self) -> str:
        """The canonical JSON of family and request."""
        return canonical({"family": self.family, **self.request})

    def key(self, version: str) -> str:
        """sha256 of schema, version of the code and request: the name of the cell."""
        return hashlib.sha256(f"{SCHEMA}\n{version}\n{self.text}".encode()).hexdigest()


@dataclass(frozen=True)
class SweepConfig:
    """Claims in the order of the file, each once."""

    path: Path
    name: str
    timeout: float | None
    claims: tuple[Claim, ...]

    @property
    def identity(self) -> str:
        """sha256 of the set of claims: the same whatever the order or the spelling of the file."""
        texts = "\n".join(sorted(claim.text for claim in self.claims))
        return hashlib.sha256(f"{SCHEMA}\n{texts}".encode()).hexdigest()


def canonical(document: Mapping[str, Any]) -> str:
    """JSON with sorted keys, no spaces, ASCII only: equal documents are equal texts."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)


def read_config(path: Path) -> SweepConfig:
    """The sweep in the file ``path``."""
    return parse_config(_text(path), path)


def parse_config(text: str, path: Path) -> SweepConfig:
    """The sweep in ``text``; ``path`` names it in errors and is where data files lie beside."""
    name = shown(path)
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        accepted = "a TOML file is accepted, see docs/sweep.md"
        raise InputError(name, " ".join(str(error).split()), "is no TOML:", accepted) from None
    _known(document, ("sweep", "claims"), name, "tables")
    settings = _settings(document.get("sweep", {}), f"{name}: sweep")
    tables = document.get("claims")
    if not isinstance(tables, list) or not tables:
        found = "nothing" if tables is None else str(tables)
        accepted = "one or more tables [[claims]] are accepted"
        raise InputError(f"{name}: claims", found, "holds", accepted)
    claims: dict[str, Claim] = {}
    for index, table in enumerate(tables, 1):
        where = f"{name}: claims[{index}]"
        for claim in _claims(table, where, path.parent):
            claims.setdefault(claim.text, claim)
            if len(claims) > MOST_CLAIMS:
                accepted = f"at most {MOST_CLAIMS} are accepted"
                raise InputError(where, len(claims), "has too many claims:", accepted)
    timeout = settings["timeout"]
    seconds = None if timeout is None else _seconds(str(timeout), f"{name}: sweep.timeout")
    return SweepConfig(path, str(settings["name"] or path.stem), seconds, tuple(claims.values()))


def _text(path: Path) -> str:
    accepted = "a TOML file is accepted, see docs/sweep.md"
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise InputError("CONFIG", path, "is larger than 4 MiB:", accepted)
        return content.decode("utf-8")
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise InputError("CONFIG", path, f"cannot be read ({reason}):", accepted) from None
    except UnicodeDecodeError:
        raise InputError("CONFIG", path, "is not UTF-8 text:", accepted) from None


def _known(table: Any, accepted: tuple[str, ...], where: str, what: str) -> None:
    if not isinstance(table, dict):
        raise InputError(where, table, "is no table:", f"{what} {', '.join(accepted)} are accepted")
    for key in table:
        if key not in accepted:
            near = difflib.get_close_matches(key, accepted, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            problem = f"has the unknown {what[:-1]}"
            raise InputError(where, key, problem, f"{', '.join(accepted)} are accepted{hint}")


def _settings(table: Any, where: str) -> dict[str, Value]:
    _known(table, tuple(key.name for key in SWEEP_KEYS), where, "keys")
    return {
        key.name: read_scalar(key, table[key.name], f"{where}.{key.name}")
        if key.name in table
        else None
        for key in SWEEP_KEYS
    }


def _seconds(text: str, where: str) -> float:
    from theory.rigor.numbers import parse_positive

    return float(parse_positive(text, argument=where))


def _claims(table: Any, where: str, folder: Path) -> Iterator[Claim]:
    """The product of all values of one table; every request is built once, so checked."""
    if not isinstance(table, dict):
        raise InputError(where, table, "is no table:", "a table [[claims]] is accepted")
    family = _family(table.get("family"), f"{where}.family")
    _known(table, ("family", *(key.name for key in family.keys)), where, "keys")
    axes = []
    for key in family.keys:
        if key.name in table:
            axes.append(read_values(key, table[key.name], f"{where}.{key.name}"))
        elif isinstance(key.default, Required):
            given = ", ".join(table)
            raise InputError(f"{where}.{key.name}", given, "is required beside", "give a value")
        else:
            axes.append((key.default,))
    if (count := prod(map(len, axes))) > MOST_CLAIMS:
        accepted = f"at most {MOST_CLAIMS} are accepted"
        raise InputError(where, count, "has too many claims:", accepted)
    names = [key.name for key in family.keys]
    for values in product(*axes):
        yield _claim(family, dict(zip(names, values, strict=True)), where, folder)


def _family(given: Any, where: str) -> Family:
    if isinstance(given, str) and given in FAMILIES:
        return FAMILIES[given]
    accepted = f"{', '.join(FAMILIES)} are accepted"
    near = difflib.get_close_matches(given, FAMILIES, n=1) if isinstance(given, str) else []
    hint = f"; did you mean {near[0]!r}?" if near else ""
    found = "nothing" if given is None else given
    raise InputError(where, found, "unknown family:", accepted + hint)


def _claim(family: Family, values: dict[str, Value], where: str, folder: Path) -> Claim:
    if values.get("data") is not None:
        values["data"] = str(folder / str(values["data"]))
    try:
        request = family.normal(values)
    except IceboundError as error:
        key = error.argument.removeprefix("--").replace("-", "_")
        key = {"box": "lambda, beta"}.get(key, key)
        raise InputError(f"{where}.{key}", error.value, error.problem, error.accepted) from None
    there = {name: request.pop(name) for name in LOCATORS if name in request}
    return Claim(family.name, request, there)
