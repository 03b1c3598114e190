"""Tables in notebooks: escaped, well-formed, rounded in the direction each number claims."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from theory.targets.box_target import BoxTarget
from verify.api import check, sandwich
from verify.frontiers.request import FrontierRequest
from verify.frontiers.results import Frontier, FrontierPoint
from verify.html_tables import html_table
from verify.response_curve import Request, curve


class Reader(HTMLParser):
    """Captions and rows of a table; fails where tags do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.caption = ""
        self.tags: set[str] = set()
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "caption":
            self.caption += data
        elif self.open:
            self.rows[-1][-1] += data


TAGS = {"table", "caption", "thead", "tbody", "tr", "th", "td"}
HOSTILE = '<script>alert("1")</script> & </td>'


def test_cells_are_text() -> None:
    read = Reader(html_table(HOSTILE, ("a", HOSTILE), [(HOSTILE, "2")]))
    assert read.tags == TAGS
    assert read.caption == HOSTILE
    assert read.rows == [["a", HOSTILE], [HOSTILE, "2"]]


def test_a_short_row_is_refused() -> None:
    with pytest.raises(ValueError, match="1 cells for 2 columns"):
        html_table("t", ("a", "b"), [("1",)])


def test_a_sandwich_shows_safe_figures_with_their_status() -> None:
    result = sandwich("exp(x)", width=30, train=False)
    read = Reader(result._repr_html_())
    rows = {row[0]: row for row in read.rows}
    assert read.caption == "exp(x), width 30: PROVED"
    lower, made = result.lower.value, result.constructed.value
    assert made is not None
    assert Decimal(rows["lower"][1]) <= Decimal(lower)
    assert Decimal(rows["constructed"][1]) >= Decimal(made)
    assert rows["constructed"][2:] == ["certified", "P8"]
    assert rows["predicted"][2] == "theorem"
    assert "trained" not in rows
    nothing = replace(result.constructed, value=None, predicted=None, reason=HOSTILE)
    rows = {row[0]: row for row in Reader(replace(result, constructed=nothing)._repr_html_()).rows}
    assert rows["constructed"] == ["constructed", "-", "-", HOSTILE]


def test_verdicts(tmp_path: Path) -> None:
    path = tmp_path / "<b>.json"
    path.write_text("[]", encoding="utf-8")
    read = Reader(check([path])._repr_html_())
    assert read.tags == TAGS
    assert read.rows[1] == [str(path), "", "INVALID", "not a JSON object"]


def test_frontier_points_round_outward() -> None:
    request = FrontierRequest(
        BoxTarget.parse("x0*x1"), "tanh", Fraction(1), Fraction(2), (Fraction(1, 3),)
    )
    value = 0.123456789
    point = FrontierPoint(
        Fraction(1, 3), value, value, "certified", "certified", None, 5, 0.1, 0.0, "", 4
    )
    read = Reader(Frontier(request, (point,), 0.0)._repr_html_())
    cells = ["0.333333", "0.123456", "0.123457", "-", "5", "certified"]
    assert read.rows[1] == cells
    assert "|a_i| <= 1" in read.caption


def test_response_points_are_intervals() -> None:
    request = Request("exp(-x**2/2)", "target", "tanh", Fraction(2), 1, "mu", (Fraction(1, 100),))
    result = curve(request)
    read = Reader(result._repr_html_())
    low, high = read.rows[1][2].strip("[]").split(", ")
    assert Decimal(low) <= Decimal(result.points[0].error[0])
    assert Decimal(high) >= Decimal(result.points[0].error[1])
    assert read.caption.endswith("R2")
