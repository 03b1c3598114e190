"""Results as HTML tables, for notebooks: every cell is text, escaped, and says its status.

The numbers are those of the command line, rounded in the direction they claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Protocol

from verify.display import shown_down, shown_up

if TYPE_CHECKING:
    from verify.checker import CheckResult
    from verify.frontiers.results import Frontier
    from verify.response_curve import Curve, Pair
    from verify.results import ClassLower, ConstructedFigure, LowerFigure, TrainedFigure, Verdict


class Figures(Protocol):
    """What the sandwiches of all families have in common."""

    @property
    def lower(self) -> LowerFigure: ...
    @property
    def class_lower(self) -> ClassLower: ...
    @property
    def constructed(self) -> ConstructedFigure: ...
    @property
    def verdict(self) -> Verdict: ...


def html_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with a caption; raises ValueError for a row of another length than ``columns``."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = []
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"{len(row)} cells for {len(columns)} columns")
        body.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>")
    caption = f'<caption style="text-align:left;caption-side:top">{escape(title)}</caption>'
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def sandwich_html(title: str, figures: Figures, trained: TrainedFigure | None) -> str:
    """Lower bounds, construction with its prediction, training, and the verdict."""
    lower, worst, made = figures.lower, figures.class_lower, figures.constructed
    rows = [
        ("lower", shown_down(lower.value), lower.status, lower.reason or lower.theorem),
        ("class lower", shown_down(worst.value), _known(worst.value, worst.status),
         worst.reason or worst.theorem),
        ("constructed", shown_up(made.value), _known(made.value, made.status),
         made.reason or made.theorem or ""),
        ("predicted", shown_up(made.predicted), _known(made.predicted, made.predicted_status),
         made.theorem or ""),
    ]  # fmt: skip
    if trained is not None:
        rows.append(("trained", shown_up(trained.value), trained.status, trained.algorithm))
    caption = f"{title}: {figures.verdict.value}"
    return html_table(caption, ("figure", "error", "status", "where it comes from"), rows)


def frontier_html(result: Frontier) -> str:
    """One row per budget: both bounds, the closed form, the width of the network."""
    request = result.request
    title = (
        f"{request.subject_name}: {request.activation}, |a_i| <= {request.lam}, "
        f"|b| <= {request.beta}, L2: {result.verdict.value}"
    )
    rows = [
        (
            f"{float(point.budget):.6g}",
            shown_down(point.lower, 6),
            shown_up(point.upper, 6),
            shown_down(point.closed_form),
            str(point.width),
            point.status,
        )
        for point in result.points
    ]
    return html_table(title, ("budget", "lower", "upper", "closed form", "width", "status"), rows)


def response_html(result: Curve) -> str:
    """One row per point, every figure an interval with its ends rounded outward."""
    request = result.request
    norm = "|a|_inf" if request.cube else "|a|"
    title = (
        f"{request.text}: {request.activation}, {norm} <= {request.band}, "
        f"L2(R^{request.dimension}), {result.theorem}"
    )
    rows = [(_pair(point.mu), _pair(point.budget), _pair(point.error)) for point in result.points]
    return html_table(title, ("mu", "budget", "error"), rows)


def checks_html(results: Sequence[CheckResult]) -> str:
    """One row per file, as ``icebound check`` shows them."""
    rows = [(entry.file, entry.kind or "", entry.status, entry.reason) for entry in results]
    return html_table("independent check", ("file", "kind", "status", "reason"), rows)


def _known(value: float | None, status: str) -> str:
    return "-" if value is None else status


def _pair(ends: Pair | None) -> str:
    return "-" if ends is None else f"[{shown_down(ends[0], 6)}, {shown_up(ends[1], 6)}]"
