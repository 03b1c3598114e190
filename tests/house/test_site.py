"""The site of ``make docs``: its pages say what the code says, and need nothing from elsewhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
import yaml

from tests.house.layout import PACKAGES, ROOT, modules
from theory.statements.registry import all_statements, by_id
from verify.site_pages import (
    api_pages,
    family_page,
    navigation,
    notebooks,
    pages,
    prose,
    site_map,
    slug,
    theory_index,
    with_site_links,
)

LINKS = {"README.md": "index.md", "docs/a.md": "a.md", "notebooks/n.ipynb": "notebooks/n.ipynb"}


def test_every_statement_has_a_row_and_a_section() -> None:
    index = theory_index()
    for statement in all_statements():
        assert f"]({statement.family}.md#{slug(statement.id)})" in index
        page = family_page(statement.family, ROOT)
        assert page.count(f"{{ #{slug(statement.id)} }}") == 1


def test_anchors_are_distinct() -> None:
    names = [statement.id for statement in all_statements()]
    assert len({slug(name) for name in names}) == len(names)
    assert slug("P3'") != slug("P3")


def test_proofs_are_there_once() -> None:
    page = family_page("permutation", ROOT)
    assert by_id("P8").proved_in == by_id("P8-closed").proved_in
    assert page.count("<em>Realisation.</em>") == 1
    assert "Proof: with that of [P8](#p8)." in page
    assert '<math display="block"' in page


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_is_in_the_api(package: str) -> None:
    made = api_pages(ROOT)
    for path in modules(package):
        if path.name.startswith("__"):
            continue
        module = ".".join(path.with_suffix("").parts)
        assert f"\n::: {module}\n" in made[f"api/{module.rpartition('.')[0]}.md"]


def test_the_menu_leads_to_every_page() -> None:
    shown = set(re.findall(r"[\w./-]+\.(?:md|ipynb)", str(navigation(ROOT))))
    there = set(pages(ROOT)) | set(site_map(ROOT).values())
    assert shown == {page for page in there if not page.endswith(".png")}


@pytest.mark.parametrize(
    ("origin", "text", "expected"),
    [
        ("README.md", "see [a](docs/a.md#x)", "see [a](a.md#x)"),
        ("README.md", "see [`a`](docs/a.md)", "see [`a`](a.md)"),
        ("README.md", "[n](notebooks/n.ipynb) [c](verify/c.py)", "[n](notebooks/n.ipynb) c"),
        ("docs/a.md", "[r](../README.md), [s](../verify/s)", "[r](index.md), s"),
        ("docs/a.md", "[h](https://x.org) [t](#t)", "[h](https://x.org) [t](#t)"),
        ("README.md", "`f[a](b)`\n```\nx[i](j)\n```\n", "`f[a](b)`\n```\nx[i](j)\n```\n"),
        ("notebooks/n.ipynb", "[a](../docs/a.md)", "[a](../a.md)"),
    ],
)
def test_links_hold_on_the_site(origin: str, text: str, expected: str) -> None:
    assert with_site_links(text, origin, LINKS) == expected


def test_docstrings_are_shown_as_they_are() -> None:
    shown = prose(
        "R[f](x) < 1 for ``a|b``, see :func:`judge`.\n\n    x*y*z\n\nProof.  *First.* 2*a*b\n\n"
        "- one\n  more\n- two <b>"
    )
    assert shown.split("\n") == [
        "<p>R[f](x) &lt; 1 for <code>a|b</code>, see <code>judge</code>.</p>",
        "<pre>    x*y*z</pre>",
        "<p><strong>Proof.</strong> <em>First.</em> 2*a*b</p>",
        "<ul><li>one more</li><li>two &lt;b&gt;</li></ul>",
    ]


def test_the_citation_is_that_of_the_project() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "authors", "title", "type"} <= citation.keys()
    assert (citation["title"], citation["version"], citation["license"]) == (
        project["name"],
        project["version"],
        project["license"],
    )


def test_formulas_of_notebooks_are_drawn() -> None:
    """They would be shown as code where matplotlib does not know a word of them."""
    pytest.importorskip("mkdocs")
    spec = spec_from_file_location("hooks", ROOT / "docs/hooks.py")
    assert spec is not None
    assert spec.loader is not None
    hooks = module_from_spec(spec)
    spec.loader.exec_module(hooks)
    drawn = [
        hooks._drawn(match)
        for path in notebooks(ROOT)
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "markdown"
        for match in hooks.MATHS.finditer("".join(cell["source"]))
    ]
    assert len(drawn) > 10
    assert [text for text in drawn if "<img" not in text] == []
    (unknown,) = hooks.MATHS.finditer(r"$\unknown{x}$")
    assert hooks._drawn(unknown) == r"`\unknown{x}`"


@pytest.mark.slow
def test_the_site_builds_strictly_and_fetches_nothing(tmp_path: Path) -> None:
    if find_spec("mkdocs") is None:
        pytest.skip("mkdocs is not installed (extra 'docs')")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    outside = re.compile(r"<(?:script|img|iframe)[^>]+src=.?https?:|<link[^>]+href=.?https?:")
    for page in tmp_path.rglob("*.html"):
        found = outside.search(page.read_text("utf-8"))
        assert found is None, f"{page.name}: {found}"
    assert "R8" in (tmp_path / "theory/ridgelet.html").read_text("utf-8")
    assert "check_file" in (tmp_path / "api/verify.html").read_text("utf-8")
