"""The claims of a sweep as one table: CSV always, Parquet where pyarrow is installed.

One row per claim: ``key, family, status, verdict, reason, seconds``, then every key of a request,
then every figure.  Exact numbers are floats here; their exact texts are in the database.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from theory.errors import InputError
from verify.files import atomic_path, write_text
from verify.sweep.families import FAMILIES
from verify.sweep.store import Record

LEADING = ("key", "family", "status", "verdict", "reason", "seconds")
SUFFIXES = (".csv", ".parquet")


def require_export(path: Path, *, argument: str = "--export") -> None:
    """InputError, before long work, for a file that could not be written."""
    accepted = "a name that ends in .csv or .parquet is accepted"
    if path.suffix not in SUFFIXES:
        raise InputError(argument, path, "has an unknown ending:", accepted)
    if not path.parent.is_dir():
        raise InputError(argument, path, "has no folder to lie in:", "a folder that exists")
    if path.suffix == ".parquet" and find_spec("pyarrow") is None:
        accepted = "install the extra 'parquet', or name a .csv file"
        raise InputError(argument, path, "needs pyarrow:", accepted)


def table(records: Iterable[Record]) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """Names of the columns and the rows; a claim lacks what its family does not have."""
    rows = [_row(record) for record in records]
    asked = {key.name: None for family in FAMILIES.values() for key in family.keys}
    present = {name: None for row in rows for name in row}
    figures = [name for name in present if name not in asked and name not in LEADING]
    return (*LEADING, *(name for name in asked if name in present), *figures), rows


def export(records: Iterable[Record], path: Path) -> Path:
    """Write the table to ``path``, whole or not at all."""
    require_export(path)
    columns, rows = table(records)
    if path.suffix == ".csv":
        write_text(path, _csv(columns, rows))
    else:
        _parquet(columns, rows, path)
    return path


def _row(record: Record) -> dict[str, Any]:
    row = {name: getattr(record, name) for name in LEADING}
    kinds = {key.name: key.kind for key in FAMILIES[record.family].keys}
    for name, value in record.request.items():
        if name in kinds and value is not None:
            row[name] = float(Fraction(value)) if kinds[name] == "number" else value
    return row | record.figures


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _parquet(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    # untyped, so handled as Any
    pyarrow: Any = import_module("pyarrow")
    data = {}
    for name in columns:
        values = [row.get(name) for row in rows]
        if {int, float} <= {type(value) for value in values}:
            values = [None if value is None else float(value) for value in values]
        data[name] = pyarrow.array(values)
    with atomic_path(path) as temporary:
        import_module("pyarrow.parquet").write_table(pyarrow.table(data), temporary)
