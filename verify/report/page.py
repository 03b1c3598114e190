"""The whole document: one file, no outside scripts, fonts or images.

The style sheet and the script are package data, named by hash in the page's own security policy:
nothing that a result contains can run, even if it got past the escaping.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from theory.errors import InputError
from verify.files import output_folder, write_text
from verify.progress import Progress
from verify.report import formulas, sections
from verify.report.collect import collect
from verify.report.figures import figures, response_example
from verify.report.markup import Markup, element
from verify.report.records import Collection

NAME = "report.html"
SUFFIXES = (".html", ".htm")


@dataclass(frozen=True)
class Report:
    """Where the page is, and what it shows."""

    file: Path
    counts: Mapping[str, Any]
    found: Collection


def write_report(
    folder: Path, output: Path | None = None, *, progress: Progress | None = None
) -> Report:
    """Write the page for ``folder`` to ``output`` (default: ``report.html`` inside it), atomically.

    Raises InputError for a folder without results and for a place that cannot be written.
    """
    path = folder / NAME if output is None else output
    found = collect(folder, progress=progress)
    _require_place(path)
    content, drawn = render(found, path)
    try:
        write_text(path, content)
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise InputError("-o", path, f"cannot be written ({reason}):", "a file name") from None
    counts = {
        "results": len(found.rows),
        "verdicts": found.by_verdict(),
        "families": found.by_family(),
        "certificates": found.certificates,
        "charts": drawn,
        "unreadable": len(found.unreadable),
    }
    return Report(path, counts, found)


def _require_place(path: Path) -> None:
    accepted = "a file name that ends in .html is accepted"
    if path.suffix.lower() not in SUFFIXES:
        raise InputError("-o", path, "is no name of a page:", accepted)
    if path.is_dir():
        raise InputError("-o", path, "is a folder:", accepted)
    output_folder(path.parent, argument="-o")


def render(found: Collection, page: Path) -> tuple[str, int]:
    """The document for a page at ``page``, and the number of its charts."""
    drawn, omitted = figures(found.rows)
    answered = [figure for figure in drawn if figure.chart.x.label.startswith("budget B")]
    others = [figure for figure in drawn if figure not in answered]
    example = response_example()
    used = {
        known
        for row in found.rows
        for mark in row.marks.values()
        if mark.theorem and (known := formulas.known_id(mark.theorem)) is not None
    }
    heading = "Frequency response" if answered else "Frequency response, an example"
    parts = {
        "summary": sections.summary(found, metadata.version("icebound")),
        "charts": sections.charts(others, omitted, "Errors from both sides", "charts"),
        "response": sections.charts([*answered, *example], 0, heading, "response"),
        "results": sections.table(found.rows, page) if found.rows else None,
        "unreadable": sections.unreadable(found),
        "statements": sections.statements(formulas.cards(used)),
    }
    names = {
        "summary": "What was run",
        "charts": "Charts",
        "response": "Frequency response",
        "results": "Results",
        "unreadable": "Unreadable files",
        "statements": "Statements",
    }
    present = [(key, names[key]) for key, part in parts.items() if part is not None]
    title = f"icebound report: {found.folder.resolve().name or 'results'}"
    body = element(
        "body",
        element("a", "Skip to the results", href="#results" if found.rows else "#summary",
                class_="skip"),
        element("header", element("h1", title), sections.contents(present)),
        element("main", parts["summary"], sections.filters(found) if found.rows else None,
                [part for key, part in parts.items() if key != "summary" and part is not None]),
        Markup(f"<script>{_data('filters.js')}</script>"),
    )  # fmt: skip
    document = element("html", _head(title), body, lang="en")
    return f"<!DOCTYPE html>\n{document}\n", len(others) + len(answered) + len(example)


def _head(title: str) -> Markup:
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"style-src {_hash('page.css')}; script-src {_hash('filters.js')}"
    )
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        Markup(f"<style>{_data('page.css')}</style>"),
    )


def _data(name: str) -> str:
    return resources.files("verify.report").joinpath("data", name).read_text("utf-8")


def _hash(name: str) -> str:
    digest = hashlib.sha256(_data(name).encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
