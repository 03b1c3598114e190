"""Results in JSON, as the commands print them and a sweep stores them, as rows.

What the JSON lacks is left out: results of an older version still make a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from verify.report.records import Family, Mark, Row, box, number

Document = Mapping[str, Any]
FAMILY: dict[str, Family] = {
    "permutation": "permutation",
    "bias": "bias",
    "ridgelet": "ridgelet",
    "frontier": "ridgelet",
    "response": "ridgelet",
    "budget": "ridgelet",
}


@dataclass(frozen=True)
class Cell:
    """One claim of a sweep: what was asked, what came out, and the folder of its certificates."""

    source: str
    family: str
    request: Document
    result: Document
    verdict: str
    reason: str
    folder: Path

    def certificate(self, name: object) -> Path | None:
        """The certificate that a result names: by its file name in the cell's own folder.

        Results were written elsewhere, so only the name counts; None where there is no such file.
        """
        if not isinstance(name, str):
            return None
        path = self.folder / PurePosixPath(name.replace("\\", "/")).name
        return path if path.is_file() else None

    def mark(self, entry: object, status: str = "certified") -> Mark | None:
        """A figure of the JSON: ``{value, status, theorem, certificate}``."""
        if not isinstance(entry, Mapping):
            return None
        value = number(entry.get("value"))
        if value is None:
            return None
        theorem, word = entry.get("theorem"), entry.get("status")
        return Mark(
            value,
            str(word) if word else status,
            str(theorem) if theorem else None,
            self.certificate(entry.get("certificate")),
        )

    @property
    def norm(self) -> str:
        """The norm of the errors; in the JSON of ``response`` the word means that of f."""
        given = {**self.request, **self.result}.get("norm")
        if isinstance(given, str):
            return given
        return "L2" if FAMILY.get(self.family) == "ridgelet" else "sup"

    def base(self, command: str, setting: str = "") -> Row:
        """A row with what every kind of result says."""
        request, result = self.request, self.result
        asked = {**request, **result}
        width, seed = asked.get("width"), asked.get("seed")
        limits = asked.get("box") if isinstance(asked.get("box"), Mapping) else {}
        band = (limits or {}).get("lambda", asked.get("lambda", asked.get("band")))
        return Row(
            source=self.source,
            family=FAMILY.get(self.family, "other"),
            command=command,
            target=_text(asked.get("target") or asked.get("spectrum") or asked.get("data")),
            domain=_domain(asked),
            norm=self.norm,
            setting=setting,
            width=width if isinstance(width, int) else None,
            budget=number(asked.get("budget")),
            band=number(band),
            seed=None if seed is None else str(seed),
            verdict=self.verdict,
            reason=self.reason,
            certificates=tuple(sorted(self.folder.glob("*.json"))),
        )


def rows(cell: Cell) -> list[Row]:
    """The rows of one cell; a cell without a result is one row with its reason."""
    make = MAKERS.get(cell.family)
    if make is None or not cell.result:
        return [cell.base("sandwich" if make is _sandwich else cell.family)]
    gone = sorted(name for name in _named(cell.result) if cell.certificate(name) is None)
    if not gone:
        return list(make(cell))
    note = f"missing: {', '.join(gone)}"
    return [replace(row, reason=f"{row.reason}; {note}".lstrip("; ")) for row in make(cell)]


def _named(result: object) -> set[str]:
    """The names of all certificates of a result."""
    found: set[str] = set()
    if isinstance(result, Mapping):
        for key, value in result.items():
            if isinstance(value, str) and str(key).startswith("certificate"):
                found.add(PurePosixPath(value.replace("\\", "/")).name)
            found |= _named(value)
    elif isinstance(result, list):
        for value in result:
            found |= _named(value)
    return found


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return f"data {value.get('name', '')}"
    return "" if value is None else str(value)


def _domain(asked: Document) -> str:
    exact = asked.get("domain_exact")
    if isinstance(exact, list):
        return box(exact)
    domain = asked.get("domain")
    return box(str(domain).split(",")) if isinstance(domain, str) else ""


def _kept(marks: Mapping[str, Mark | None]) -> dict[str, Mark]:
    return {name: mark for name, mark in marks.items() if mark is not None}


def _sandwich(cell: Cell) -> Iterable[Row]:
    result = cell.result
    constructed = result.get("constructed") or {}
    predicted = number(constructed.get("predicted"))
    best = min(_numbers(result.get("published")), default=None)
    theorem = constructed.get("theorem")
    promised = str(constructed.get("predicted_status") or "theorem")
    marks = {
        "lower": cell.mark(result.get("lower")),
        "constructed": cell.mark(constructed),
        "trained": cell.mark(result.get("trained"), "measured"),
        "published": None if best is None else Mark(best, "measured"),
        "predicted": None if predicted is None else Mark(predicted, promised, theorem),
    }
    row = replace(cell.base("sandwich", _setting(result, cell.request)), marks=_kept(marks))
    reason = (result.get("lower") or {}).get("reason") or constructed.get("reason") or ""
    yield replace(row, reason=row.reason or str(reason))
    bands = result.get("sweep")
    for point in bands if isinstance(bands, list) else ():
        yield _band(cell, point)


def _numbers(series: object) -> list[float]:
    values = series.values() if isinstance(series, Mapping) else ()
    return [found for found in map(number, values) if found is not None]


def _setting(result: Document, request: Document) -> str:
    if result.get("family") == "permutation":
        readout = "read-out" if result.get("readout") else "no read-out"
        where, start = result.get("locations", ""), result.get("init", "")
        return f"{where} locations, initial {start}, {readout}"
    if result.get("family") == "bias":
        return f"weights in +-{result.get('weight_range')}"
    return _ridge({**request, **result}, "|c|_1 <= " + str(result.get("budget")))


def _ridge(asked: Document, *more: str, swept: bool = False) -> str:
    limits = asked.get("box") if isinstance(asked.get("box"), Mapping) else {}
    limits = limits or {"lambda": asked.get("lambda"), "beta": asked.get("beta")}
    parts = [str(asked.get("activation", ""))]
    parts += [] if swept else [f"|a_i| <= {limits['lambda']}"]
    parts += [f"|b| <= {limits['beta']}", *more]
    return ", ".join([*parts, *(["affine part free"] if asked.get("affine") else [])])


def _band(cell: Cell, point: Document) -> Row:
    asked = {**cell.request, **cell.result}
    setting = _ridge(asked, f"|c|_1 <= {asked.get('budget')}", swept=True)
    parts = {
        "lower": ("lower", "lower_status", "R4"),
        "constructed": ("constructed", "constructed_status", None),
        "trained": ("trained_median", "", None),
        "predicted": ("predicted", "", None),
    }
    marks = {
        name: _figure(point, value, status, theorem, cell)
        for name, (value, status, theorem) in parts.items()
    }
    row = cell.base("band sweep", setting)
    known = marks["lower"] is not None and marks["lower"].status == "certified"
    return replace(
        row,
        band=number(point.get("lambda")),
        marks=_kept(marks),
        verdict="certified" if known else "measured",
        certificates=tuple(
            path for path in row.certificates if path == cell.certificate(point.get("certificate"))
        ),
    )


def _figure(
    point: Document, name: str, status: str, theorem: str | None, cell: Cell, at: str = ""
) -> Mark | None:
    value = number(point.get(name))
    if value is None:
        return None
    word = str(point.get(status) or "measured") if status else "measured"
    return Mark(value, word, theorem, cell.certificate(point.get(at or "certificate")))


def _frontier(cell: Cell) -> Iterable[Row]:
    setting = _ridge({**cell.request, **cell.result})
    points = cell.result.get("points") or ()
    for point in points:
        lower = _figure(point, "lower", "lower_status", "R4", cell)
        upper = _figure(point, "upper", "upper_status", None, cell, "certificate_upper")
        marks = _kept({"lower": lower, "constructed": upper})
        row = cell.base("frontier", setting)
        width = point.get("width")
        files = {mark.certificate for mark in marks.values() if mark.certificate is not None}
        yield replace(
            row,
            budget=number(point.get("budget")),
            width=width if isinstance(width, int) else None,
            marks=marks,
            reason=str(point.get("reason") or row.reason),
            certificates=tuple(sorted(files)),
        )


def _response(cell: Cell) -> Iterable[Row]:
    asked = {**cell.request, **cell.result}
    setting = f"{asked.get('activation')}, |a| <= {asked.get('band')}"
    dimension = asked.get("dimension", asked.get("dim", 1))
    theorem = str(asked.get("theorem") or "R2")
    for point in cell.result.get("points") or ():
        low, high = _pair(point.get("error"))
        budget = _pair(point.get("budget"))[1]
        path = cell.certificate(point.get("certificate"))
        marks = {
            "lower": None if low is None else Mark(low, "certified", theorem, path),
            "constructed": None if high is None else Mark(high, "certified", theorem, path),
        }
        row = replace(cell.base("response", setting), domain=f"R^{dimension}", budget=budget)
        yield replace(row, marks=_kept(marks), reason=str(point.get("reason") or row.reason))


def _pair(value: object) -> tuple[float | None, float | None]:
    if isinstance(value, list) and len(value) == 2:
        return number(value[0]), number(value[1])
    return None, None


def _budget(cell: Cell) -> Iterable[Row]:
    asked = {**cell.request, **cell.result}
    setting = f"{asked.get('activation')}, |a_i| <= {asked.get('band')}, any width"
    points = cell.result.get("points") or [cell.result]
    for point in points:
        log10, eps = number(point.get("log10_budget")), number(point.get("eps"))
        budget = 10.0**log10 if log10 is not None and -300 < log10 < 300 else None
        path = cell.certificate(point.get("certificate"))
        marks = (
            {} if eps is None or log10 is None else {"lower": Mark(eps, "certified", "R8", path)}
        )
        row = replace(cell.base("budget", setting), budget=budget, marks=marks)
        words = "" if log10 is None else f"|c|_1 of at least 10^{log10:.4g} for this error"
        yield replace(row, reason=row.reason or words)


MAKERS: dict[str, Callable[[Cell], Iterable[Row]]] = {
    "permutation": _sandwich,
    "bias": _sandwich,
    "ridgelet": _sandwich,
    "frontier": _frontier,
    "response": _response,
    "budget": _budget,
}
