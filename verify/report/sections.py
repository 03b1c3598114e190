"""The parts of the page: summary, filters, charts, table of verdicts, unreadable files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from verify.display import shown_down, shown_up
from verify.report.figures import Figure
from verify.report.formulas import anchor
from verify.report.markup import Content, Markup, element, link_to, slug
from verify.report.records import MEANING, Collection, Mark, Row

COLUMNS = (
    "Claim",
    "Setting",
    "Lower bound",
    "Constructed",
    "Trained",
    "Predicted",
    "Verdict",
    "Certificates",
)


def summary(found: Collection, tool: str) -> Markup:
    """What was run: counts by verdict, versions, date of the newest result."""
    rows = found.rows
    kind = "a sweep" if found.sweep else "single commands"
    newest = "unknown"
    if found.newest is not None:
        when = datetime.fromtimestamp(found.newest, UTC)
        newest = element("time", f"{when:%Y-%m-%d %H:%M} UTC", datetime=f"{when:%Y-%m-%dT%H:%MZ}")
    versions = ", ".join(f"{name} {version}" for name, version in found.versions)
    families = ", ".join(f"{name} {number}" for name, number in found.by_family().items())
    facts: list[tuple[str, Content]] = [
        ("Results", f"{len(rows)} of {kind} ({families})" if rows else "none that can be read"),
        *([("Still to do", f"{found.todo} claims of the sweep")] if found.todo else []),
        ("Certificates", f"{found.certificates} linked from the table, {len(found.unreadable)} "
         "files unreadable"),
        ("Newest result", newest),
        ("Made with", versions or "not recorded"),
        ("This page", f"icebound {tool}"),
    ]  # fmt: skip
    return element(
        "section",
        element("h2", "What was run", id="summary"),
        element("dl", [(element("dt", name), element("dd", text)) for name, text in facts],
                class_="facts"),
        element("h3", "Verdicts"),
        element("ul", [_tally(word, number) for word, number in found.by_verdict().items()],
                class_="tally"),
        element("p", "Hashes of the certificates were verified for this page; their bounds are "
                "proved again by ", element("code", "icebound check"), ".", class_="fine"),
        aria_labelledby="summary",
    )  # fmt: skip


def _tally(word: str, number: int) -> Markup:
    meaning = MEANING.get(word, "")
    return element("li", badge(word), f" {number}", element("span", f" \u2013 {meaning}")
                   if meaning else None)  # fmt: skip


def badge(word: str) -> Markup:
    """A verdict, with a class for its colour; the word itself carries the meaning."""
    kind = {
        "PROVED": "good",
        "CONSISTENT": "fair",
        "REFUTED": "bad",
        "INVALID": "bad",
        "FAILED": "bad",
    }.get(word, "unsure" if word in MEANING and word.isupper() else "plain")
    return element("strong", word, class_=f"badge {kind}")


def filters(found: Collection) -> Markup:
    """The form that the script brings to life; without scripts it is not shown."""

    def select(name: str, label: str, words: Sequence[str]) -> Markup:
        options = [element("option", "all", value="")]
        options += [element("option", word, value=word) for word in words]
        return element("label", f"{label} ", element("select", options, id=f"filter-{name}"))

    return element(
        "form",
        element(
            "fieldset",
            element("legend", "Show"),
            select("family", "family", list(found.by_family())),
            select("verdict", "verdict", list(found.by_verdict())),
            element("label", "text ", element("input", type="search", id="filter-text",
                                              autocomplete="off")),
            element("button", "Show all", type="reset"),
            element("p", id="filter-count", role="status"),
        ),
        id="filters",
        hidden=True,
        aria_label="filters",
    )  # fmt: skip


def charts(figures: Sequence[Figure], omitted: int, heading: str, name: str) -> Markup | None:
    """Charts side by side; None where there are none."""
    drawn: list[Content] = []
    for position, figure in enumerate(figures):
        svg = figure.chart.svg(f"{name}-{position}")
        if svg is not None:
            caption = element("figcaption", figure.chart.title)
            drawn.append(element("figure", caption, svg, data_family=figure.family))
    if not drawn:
        return None
    note = f"{omitted} more charts are left out; the table holds every figure." if omitted else None
    return element(
        "section",
        element("h2", heading, id=name),
        element("p", "Filled marks are certified or theorems, open ones measured; lines only "
                "guide the eye.") if name == "charts" else None,
        element("div", drawn, class_="charts"),
        element("p", note) if note else None,
        aria_labelledby=name,
    )  # fmt: skip


def table(rows: Sequence[Row], page: Path) -> Markup:
    """The table of verdicts; on a narrow screen every row becomes a card, roles stay."""
    head = element(
        "tr",
        [element("th", name, scope="col", role="columnheader") for name in COLUMNS],
        role="row",
    )
    body = [_line(row, page) for row in rows]
    return element(
        "section",
        element("h2", "Results", id="results"),
        element(
            "table",
            element("caption", "Every figure with its status; lower bounds are rounded down, "
                    "errors up. Names of theorems lead to their statements."),
            element("thead", head, role="rowgroup"),
            element("tbody", body, role="rowgroup"),
            role="table",
        ),
        aria_labelledby="results",
    )  # fmt: skip


def _line(row: Row, page: Path) -> Markup:
    sizes = [
        f"n = {row.width}" if row.width is not None else "",
        f"budget {row.budget:.6g}" if row.budget is not None else "",
        f"band {row.band:g}" if row.band is not None else "",
        f"seed {row.seed}" if row.seed is not None else "",
    ]
    claim = element(
        "th",
        element("span", f"{row.family} {row.command}", class_="fine"),
        element("code", row.target or "(none)"),
        element("span", f"on {row.domain}", class_="fine") if row.domain else None,
        element("span", row.source, class_="fine source"),
        scope="row",
        role="rowheader",
    )
    details = (
        element("span", ", ".join(size for size in sizes if size)),
        element("span", row.setting, class_="fine") if row.setting else None,
    )
    cells: list[tuple[str, Content]] = [
        ("Setting", details),
        ("Lower bound", _figure(row.marks.get("lower"), "lower")),
        ("Constructed", _figure(row.marks.get("constructed"), "constructed")),
        ("Trained", _trained(row)),
        ("Predicted", _figure(row.marks.get("predicted"), "predicted")),
        ("Verdict", (badge(row.verdict), element("span", row.reason, class_="fine")
                     if row.reason else None)),
        ("Certificates", _links(row, page)),
    ]  # fmt: skip
    return element(
        "tr",
        claim,
        [element("td", content, role="cell", data_label=name) for name, content in cells],
        role="row",
        data_family=row.family,
        data_verdict=row.verdict,
    )


def _figure(mark: Mark | None, kind: str) -> Content:
    if mark is None:
        return "\u2013"
    shown = shown_down(mark.value) if kind == "lower" else shown_up(mark.value)
    place = anchor(mark.theorem) if mark.theorem else None
    theorem = element("a", mark.theorem, href=f"#{place}") if place else mark.theorem
    return (
        element("span", shown, class_="number"),
        element("span", mark.status, (" ", theorem) if theorem else None, class_="fine"),
    )


def _trained(row: Row) -> Content:
    own, theirs = row.marks.get("trained"), row.marks.get("published")
    if theirs is None:
        return _figure(own, "trained")
    published = element("span", f"published: {shown_up(theirs.value)}", class_="fine")
    return (_figure(own, "trained") if own is not None else None, published)


def _links(row: Row, page: Path) -> Content:
    if not row.certificates:
        return "none"
    links = [
        element("li", element("a", path.name, href=link_to(path, page)))
        for path in row.certificates
    ]
    return element("ul", links, class_="files")


def unreadable(found: Collection) -> Markup | None:
    """Files that could not be used, with the reason; None where there are none."""
    if not found.unreadable:
        return None
    lines = []
    for entry in found.unreadable:
        name = entry.path.relative_to(found.folder).as_posix()
        lines.append(element("li", element("code", name), f": {entry.reason}"))
    return element(
        "section",
        element("h2", "Unreadable files", id="unreadable"),
        element("p", "These files could not be used; nothing on this page rests on them."),
        element("ul", lines),
        aria_labelledby="unreadable",
    )


def statements(shown: Sequence[Markup]) -> Markup:
    """The statements behind the figures."""
    return element(
        "section",
        element("h2", "Statements", id="statements"),
        element("p", "What the names in the table stand for; those used above come first."),
        element("div", shown, class_="cards"),
        aria_labelledby="statements",
    )


def contents(present: Sequence[tuple[str, str]]) -> Markup:
    """Links to the sections."""
    links = [element("li", element("a", name, href=f"#{slug(key)}")) for key, name in present]
    return element("nav", element("ul", links), aria_label="sections")
