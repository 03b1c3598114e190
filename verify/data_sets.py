"""Data sets in CSV files: columns x0, ..., x{d-1} and y, read with care and named by content.

The data are the float64 numbers nearest to the text; every statement about them is about those.
"""

from __future__ import annotations

import csv
import hashlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from theory.errors import InputError
from verify.files import write_text
from verify.progress import Progress

Array = NDArray[np.float64]

CHUNK = 100_000
# squares and sums over many rows stay finite
LARGEST = 1e100
_SPACES = re.compile(r'(?:^|(?<=,))[ \t]+(?=")|(?<=")[ \t]+(?=,|[\r\n]|$)')
MOST_COLUMNS = 64
ACCEPTED = "a CSV file with the columns x0,...,x{d-1},y and two rows or more is accepted"


@dataclass(frozen=True)
class DataSet:
    """Rows ``points`` (m, d) and ``values`` (m,), read-only float64; ``name`` is for people."""

    name: str
    points: Array
    values: Array

    @property
    def rows(self) -> int:
        """Number m of rows."""
        return len(self.values)

    @property
    def dimension(self) -> int:
        """Number d of inputs."""
        return int(self.points.shape[1])

    @cached_property
    def sha256(self) -> str:
        """The content: points row-major, then values, as little-endian float64."""
        digest = hashlib.sha256(np.ascontiguousarray(self.points, dtype="<f8").tobytes())
        digest.update(np.ascontiguousarray(self.values, dtype="<f8").tobytes())
        return digest.hexdigest()


def read_csv(path: Path, *, argument: str = "--data", progress: Progress | None = None) -> DataSet:
    """The data set in ``path``; columns in any order, every cell a finite number.

    Raises InputError in one line for a missing file, unknown or missing columns, a cell that is
    empty, no number or not finite (row and column named; the header is row 1), and fewer than two
    rows.
    """
    try:
        size = path.stat().st_size
        with path.open(encoding="utf-8-sig", newline="") as stream:
            columns = _columns(stream, argument, path)
            table = np.concatenate(list(_blocks(stream, columns, size, argument, progress)))
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise InputError(argument, path, f"cannot be read ({reason}):", ACCEPTED) from None
    except UnicodeDecodeError:
        raise InputError(argument, path, "is not UTF-8 text:", ACCEPTED) from None
    if len(table) < 2:
        raise InputError(argument, path, f"has {len(table)} rows of data:", ACCEPTED)
    order = [columns.index(f"x{axis}") for axis in range(len(columns) - 1)]
    points, values = table[:, order].copy(), table[:, columns.index("y")].copy()
    for array in (points, values):
        array.flags.writeable = False
    return DataSet(path.name, points, values)


def write_csv(path: Path, data: DataSet) -> Path:
    """Write ``data`` so that :func:`read_csv` reads the same floats; returns ``path``."""
    names = [*(f"x{axis}" for axis in range(data.dimension)), "y"]
    rows = np.column_stack([data.points, data.values]).tolist()
    lines = [",".join(names), *(",".join(map(repr, row)) for row in rows)]
    write_text(path, "\n".join(lines) + "\n")
    return path


def _columns(stream: TextIO, argument: str, path: Path) -> list[str]:
    names = [name.strip().strip('"') for name in stream.readline().rstrip("\r\n").split(",")]
    if names == [""]:
        raise InputError(argument, path, "is empty:", ACCEPTED)
    dimension = len(names) - 1
    wanted = {"y", *(f"x{axis}" for axis in range(dimension))}
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise InputError(argument, doubled[0], "has two columns", ACCEPTED)
    if "y" not in names:
        raise InputError(argument, ",".join(names), "has no column y among", ACCEPTED)
    unknown = [name for name in names if name not in wanted]
    if unknown or not 1 <= dimension <= MOST_COLUMNS:
        shown = unknown[0] if unknown else f"{dimension} inputs"
        raise InputError(argument, shown, "has the unknown column", ACCEPTED)
    return names


def _blocks(
    stream: TextIO, columns: list[str], size: int, argument: str, progress: Progress | None
) -> Iterator[Array]:
    row, read = 2, 0
    yield np.empty((0, len(columns)))
    while lines := list(islice(stream, CHUNK)):
        yield _block(lines, columns, row, argument)
        row += len(lines)
        read += sum(map(len, lines))
        if progress is not None:
            progress(read, size, "reading the data")


def _block(lines: list[str], columns: list[str], first: int, argument: str) -> Array:
    if not any(line.strip() for line in lines):
        return np.empty((0, len(columns)))
    if any('"' in line for line in lines):
        # spaces around quotes, which the reader would take for part of the cell
        lines = [_SPACES.sub("", line) for line in lines]
    try:
        block = np.loadtxt(lines, delimiter=",", comments=None, ndmin=2, quotechar='"')
    except ValueError:
        raise _first_bad_cell(lines, columns, first, argument) from None
    if block.shape[1] != len(columns) or not (np.abs(block) <= LARGEST).all():
        raise _first_bad_cell(lines, columns, first, argument)
    return np.asarray(block, dtype=np.float64)


def _first_bad_cell(lines: list[str], columns: list[str], first: int, argument: str) -> InputError:
    for number, cells in enumerate(csv.reader(lines), first):
        if not cells:
            continue
        if len(cells) != len(columns):
            problem = f"row {number} has {len(cells)} cells instead of {len(columns)}:"
            return InputError(argument, ",".join(cells), problem, ACCEPTED)
        for name, cell in zip(columns, cells, strict=True):
            where = f"row {number}, column {name}"
            if not cell.strip():
                return InputError(argument, cell, f"{where} is empty:", "a number is accepted")
            try:
                value = float(cell)
            except ValueError:
                return InputError(argument, cell, f"{where} is no number:", "a number is accepted")
            if not math.isfinite(value):
                accepted = "finite numbers are accepted"
                return InputError(argument, cell, f"{where} is not finite:", accepted)
            if abs(value) > LARGEST:
                accepted = f"a size of at most {LARGEST:g} is accepted"
                return InputError(argument, cell, f"{where} is too large:", accepted)
    return InputError(argument, "the table", "cannot read", ACCEPTED)
