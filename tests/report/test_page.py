"""The page as a document: well-formed, alone, accessible, and deaf to hostile text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.conftest import Run
from tests.report import build
from tests.report.pages import Node, parse
from theory.errors import InputError
from theory.statements.registry import all_statements
from verify.report.markup import element, link_to, slug
from verify.report.page import write_report

Call = Callable[..., Run]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Node:
    """The page of single commands of every family."""
    folder = build.single_commands(tmp_path_factory.mktemp("single"))
    return parse(write_report(folder).file.read_text("utf-8"))


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Node:
    """The page of a sweep with a hostile failure and a damaged certificate."""
    folder = build.sweep(tmp_path_factory.mktemp("sweep"))
    (folder / "cells" / "<b>damaged & \u00fc.json").write_text("{")
    return parse(write_report(folder).file.read_text("utf-8"))


@pytest.mark.parametrize("name", ["page", "sweep"])
def test_nothing_comes_from_outside(name: str, request: pytest.FixtureRequest) -> None:
    root: Node = request.getfixturevalue(name)
    assert not root.all("link", "iframe", "object", "embed", "base", "img", "image", "use")
    for node in root.everything():
        for key, value in node.attributes.items():
            assert not key.startswith("on"), f"<{node.name} {key}>"
            assert key not in ("src", "srcset", "style", "action", "data", "xlink:href")
            assert not re.match(r"\s*(\w+:|//)", value or "") or key in ("content", "alttext"), (
                value
            )
    style = " ".join(node.own for node in root.all("style"))
    assert not re.search(r"url\(|@import|@font-face|https?:", style)
    assert len(root.all("script")) == 1
    assert not re.search(r"fetch|XMLHttp|import|https?:|innerHTML", root.all("script")[0].own)


@pytest.mark.parametrize("name", ["page", "sweep"])
def test_structure(name: str, request: pytest.FixtureRequest) -> None:
    root: Node = request.getfixturevalue(name)
    [document] = root.all("html")
    assert document.get("lang") == "en"
    assert (
        len(root.all("h1"))
        == len(root.all("main"))
        == len(root.all("title")) - len([t for svg in root.all("svg") for t in svg.all("title")])
        == 1
    )
    ids = [node.get("id") for node in root.everything() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    for link in root.all("a"):
        if link.get("href").startswith("#"):
            assert link.get("href")[1:] in ids
    for node in root.everything():
        for name_ in (node.attributes.get("aria-labelledby") or "").split():
            assert name_ in ids
    levels = [int(node.name[1]) for node in in_order(root) if re.fullmatch(r"h\d", node.name)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for control in root.all("select", "input"):
        assert any(control in label.everything() for label in root.all("label"))


def in_order(node: Node) -> list[Node]:
    """Elements in the order of the document."""
    return [entry for child in node.children for entry in (child, *in_order(child))]


@pytest.mark.parametrize("name", ["page", "sweep"])
def test_every_picture_speaks(name: str, request: pytest.FixtureRequest) -> None:
    root: Node = request.getfixturevalue(name)
    pictures = root.all("svg")
    assert len(pictures) >= 3
    for picture in pictures:
        assert picture.get("role") == "img"
        first, second = picture.children[:2]
        assert (first.name, second.name) == ("title", "desc")
        assert len(first.text) > 10
        assert re.search(r"\d", second.text)
        assert picture.get("aria-labelledby") == f"{first.get('id')} {second.get('id')}"
    for formula in root.all("math"):
        assert formula.get("alttext") == formula.all("annotation")[0].own


def test_all_charts_are_there(page: Node) -> None:
    titles = [node.text for node in page.all("figcaption")]
    for piece in (
        "sup-norm error against width n (equidistant",
        "sup-norm error against width n (weights in +-1",
        "L2 error against band",
        "L2 error against budget (tanh, |a_i| <= 2",
        "L2 error against budget B",
        "the part of a frequency that is reproduced",
    ):
        assert any(piece in title for title in titles), (piece, titles)
    [first] = [f for f in page.all("figure") if "width n (equidistant" in f.text]
    names = [text.own for text in first.all("text")]
    assert {"lower bound", "constructed", "trained"} <= set(names)
    assert len([p for p in first.all("polygon", "circle") if p.all("title")]) == 9


def test_published_figures_are_open_marks(sweep: Node) -> None:
    [chart] = [f for f in sweep.all("figure") if "-sin(2*pi*x)" in f.text]
    names = [text.own for text in chart.all("text")]
    assert "published training, open marks measured" in names
    assert "predicted by a theorem" in names
    [series] = [g for g in chart.all("g") if g.attributes.get("class") == "s-published"][:1]
    marks = [m for m in series.all("polygon") if m.all("title")]
    assert [m.get("class") for m in marks] == ["mark open"] * 3
    assert len(series.all("polyline")) == 1


def test_the_table(sweep: Node) -> None:
    rows = sweep.all("tbody")[0].all("tr")
    assert [row.get("data-verdict") for row in rows].count("PROVED") == 3
    first = rows[0]
    labels = {cell.get("data-label"): cell for cell in first.all("td")}
    assert "0.003" in labels["Lower bound"].text
    assert [a.get("href") for a in labels["Lower bound"].all("a")] == ["#statement-B6"]
    assert "published: 0.14" in labels["Trained"].text.replace("0.1401", "0.14")
    links = [unquote(a.get("href")) for a in labels["Certificates"].all("a")]
    assert links == [f"cells/{40:064x}/lower-knots.json", f"cells/{40:064x}/upper.json"]


def test_every_statement_has_its_card(page: Node) -> None:
    cards = [node for node in page.all("article") if "id" in node.attributes]
    assert [card.get("id") for card in cards if "used" in card.get("class")] == [
        card.get("id") for card in cards[: sum("used" in card.get("class") for card in cards)]
    ]
    assert {card.get("id") for card in cards} == {
        f"statement-{slug(statement.id)}" for statement in all_statements()
    }
    formulas = sum(statement.expression is not None for statement in all_statements())
    assert len(page.all("math")) == formulas > 15


def test_hostile_text_stays_text(sweep: Node) -> None:
    rows = sweep.all("tbody")[0].all("tr")
    [hostile] = [row for row in rows if row.get("data-verdict") == "ASSUMPTION_VIOLATED"]
    assert hostile.all("code")[0].own == build.HOSTILE
    assert build.HOSTILE in hostile.text
    damaged = " ".join(node.text for node in sweep.all("li"))
    assert "cells/<b>damaged & \u00fc.json" in damaged


@given(st.text(), st.text())
def test_any_text_survives_as_it_is(content: str, value: str) -> None:
    node = parse(element("p", content, title=value)).children[0]
    plain = all(c >= " " or c in "\t\n" for c in content + value)
    assert node.children == []
    if plain and "\r" not in content + value:
        assert (node.own, node.attributes) == (content, {"title": value})


@pytest.mark.parametrize(
    "name", ["javascript:alert(1).json", "a b#c?.json", "\u00fc&<>.json", "\udcff.json"]
)
def test_links_lead_to_files(tmp_path: Path, name: str) -> None:
    address = link_to(tmp_path / "cells" / name, tmp_path / "cells" / "report.html")
    assert not re.match(r"\w+:|//", address)
    assert not set(address) & set("<>&#? \"'")
    assert unquote(address, errors="surrogateescape") == name


def test_a_page_elsewhere_links_back(tmp_path: Path) -> None:
    build.upper(tmp_path / "my results" / "upper.json", 0.25, 20)
    made = write_report(tmp_path / "my results", tmp_path / "pages" / "page.html")
    links = [a.get("href") for a in parse(made.file.read_text("utf-8")).all("a")]
    assert "../my%20results/upper.json" in links
    assert [path.name for path in made.file.parent.iterdir()] == ["page.html"]


def test_twice_the_same(tmp_path: Path) -> None:
    """A second page does not take the first for a result, and nothing changes."""
    build.single_commands(tmp_path)
    first = write_report(tmp_path).file.read_bytes()
    assert write_report(tmp_path).file.read_bytes() == first


def test_only_damage_still_makes_a_page(tmp_path: Path) -> None:
    (tmp_path / "upper.json").write_text("{")
    made = write_report(tmp_path)
    assert (made.counts["results"], made.counts["unreadable"]) == (0, 1)
    assert "upper.json" in parse(made.file.read_text("utf-8")).all("main")[0].text


def test_the_command(tmp_path: Path, icebound: Call) -> None:
    build.single_commands(tmp_path)
    run = icebound("report", tmp_path, "-o", tmp_path / "page.html", "--json")
    assert run.status == 0
    assert run.document["file"].endswith("page.html")
    assert run.document["counts"]["results"] == 14
    assert run.document["counts"]["families"] == {"permutation": 4, "bias": 1, "ridgelet": 9}
    assert run.document["counts"]["unreadable"] == 0
    text = icebound("report", tmp_path)
    assert (text.status, text.err) == (0, "")
    assert "report.html" in text.out


BAD: list[tuple[tuple[str, ...], str, str]] = [
    (("missing",), "DIR", "does not exist"),
    (("file.json",), "DIR", "is not a folder"),
    (("empty",), "DIR", "holds no results"),
    (("good", "-o", "empty"), "-o", "no name of a page"),
    (("good", "-o", "page.json"), "-o", "no name of a page"),
    (("good", "-o", "folder.html"), "-o", "is a folder"),
    (("good", "-o", "file.json/page.html"), "-o", "cannot be used"),
    (("good", "-o", "closed/page.html"), "-o", "cannot be used"),
    ((), "folder", "is required"),
]


@pytest.mark.parametrize(("arguments", "argument", "piece"), BAD)
def test_bad_input(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    icebound: Call,
    arguments: tuple[str, ...],
    argument: str,
    piece: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    build.upper(Path("good/upper.json"), 0.25, 20)
    Path("file.json").write_text("{}")
    Path("empty").mkdir()
    Path("folder.html").mkdir()
    Path("closed").touch()
    before = sorted(tmp_path.rglob("*"))
    run = icebound("report", *arguments)
    assert (run.status, run.out) == (2, "")
    assert run.last_error.startswith(f"icebound: error: {argument}: ")
    assert piece in run.last_error
    assert run.err.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before
    document = icebound("report", *arguments, "--json").document
    assert document["error"]["argument"] == argument
    assert json.dumps(document)


def test_an_interrupted_write_leaves_the_old_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.upper(tmp_path / "upper.json", 0.25, 20)
    old = write_report(tmp_path).file.read_bytes()
    build.upper(tmp_path / "upper.json", 0.5, 20)

    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputError, match=r"no space left"):
        write_report(tmp_path)
    monkeypatch.undo()
    assert (tmp_path / "report.html").read_bytes() == old
    assert not list(tmp_path.glob(".partial-*"))
