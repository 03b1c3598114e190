"""Points already certified, kept in a folder so that an interrupted run goes on where it stopped.

``frontier.state`` is JSON text; it is replaced whole after each point.  A point is reused only if
the request is the same, it is certified (more time may decide the others) and its certificates are
byte for byte those that were written.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from theory.errors import InputError
from theory.rigor.numbers import exact_text
from verify.files import write_text
from verify.frontiers.request import FrontierRequest
from verify.frontiers.results import FrontierPoint

NAME = "frontier.state"
SCHEMA = "icebound.frontier-state/1"
_FILES = ("certificate", "certificate_upper")


def save(
    out: Path,
    request: FrontierRequest,
    budgets: Sequence[Fraction],
    points: Mapping[int, FrontierPoint],
) -> None:
    """Write the state: all budgets and the points done so far, by position."""
    document = {
        "schema": SCHEMA,
        "request": request.fingerprint,
        "budgets": [exact_text(budget) for budget in budgets],
        "points": {str(index): _entry(point) for index, point in sorted(points.items())},
    }
    write_text(out / NAME, json.dumps(document, indent=1) + "\n")


def load(
    out: Path, request: FrontierRequest
) -> tuple[tuple[Fraction, ...] | None, dict[int, FrontierPoint]]:
    """Budgets and points kept for this very request; (None, {}) where there are none.

    A damaged state, another request's, or a changed certificate counts as nothing kept.  Raises
    InputError where the state is there but cannot be read.
    """
    path = out / NAME
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None, {}
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        accepted = "another folder is accepted"
        raise InputError("--out", path, f"cannot be read ({reason}):", accepted) from None
    except ValueError:
        return None, {}
    try:
        if document["schema"] != SCHEMA or document["request"] != request.fingerprint:
            return None, {}
        budgets = tuple(Fraction(text) for text in document["budgets"])
        points = {}
        for key, entry in document["points"].items():
            point = _point(out, entry)
            if point is None or point.budget != budgets[int(key)]:
                continue
            if point.status == "certified" or request.measured_only:
                points[int(key)] = point
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return None, {}
    return budgets, points


def _entry(point: FrontierPoint) -> dict[str, Any]:
    entry = {field.name: getattr(point, field.name) for field in dataclasses.fields(point)}
    entry["budget"] = exact_text(point.budget)
    for name in _FILES:
        path = entry[name]
        entry[name] = None if path is None else [path.name, _digest(path)]
    return entry


def _point(out: Path, entry: dict[str, Any]) -> FrontierPoint | None:
    values = dict(entry)
    values["budget"] = Fraction(entry["budget"])
    for name in _FILES:
        if entry[name] is None:
            continue
        file, digest = entry[name]
        path = out / Path(file).name
        if not path.is_file() or _digest(path) != digest:
            return None
        values[name] = path
    return FrontierPoint(**values)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
