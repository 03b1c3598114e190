"""The pages of the site that ``make docs`` builds, as Markdown: made from the code, never stored.

Theory pages come from the registry and the docstrings that hold the proofs, API pages from the
packages' tables of contents, the start page from README.md.  ``docs/hooks.py`` hands them to
mkdocs; nothing here needs it.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from theory.statements.statement import Statement

PACKAGES = ("theory", "numerics", "verify")
# Texts of the repository and the pages they become.
TEXTS = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
    "SECURITY.md": "security.md",
}
FAMILIES = {
    "permutation": "Learning by permuting",
    "ridgelet": "Random units in a band",
    "bias": "Learning biases",
}
_LINK = re.compile(r"(?P<image>!?)\[(?P<label>[^\]]*)\]\((?P<path>[^)\s]+)\)")
_CODE = re.compile(r"(^```.*?^```|``[^`]+``|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
_ROW = re.compile(r"^``(?P<name>\w+)``  +(?P<about>.+(?:\n {8,}.+)*)$", re.MULTILINE)


def pages(root: Path) -> dict[str, str]:
    """Markdown by page; ``root`` is the folder of the repository."""
    links = site_map(root)
    made = {
        page: with_site_links((root / text).read_text("utf-8"), text, links)
        for text, page in TEXTS.items()
    }
    made["theory/index.md"] = theory_index()
    for family in families():
        made[f"theory/{family}.md"] = family_page(family, root)
    return made | api_pages(root)


def navigation(root: Path) -> list[dict[str, object]]:
    """The menu, in the form of mkdocs."""
    theory = [{"Every statement": "theory/index.md"}]
    theory += [{FAMILIES.get(name, name): f"theory/{name}.md"} for name in families()]
    books = [{_title(path): f"notebooks/{path.name}"} for path in notebooks(root)]
    files = [
        {"Targets": "grammar.md"},
        {"Spectra": "spectra.md"},
        {"Certificates": "certificates.md"},
    ]
    others = sorted(path.name for path in (root / "docs").glob("*.md"))
    known = {"README.md", *(name for entry in files for name in entry.values())}
    files += [{_heading(root / "docs" / name): name} for name in others if name not in known]
    return [
        {"Start": "index.md"},
        {"Theory": theory},
        {"Notebooks": books},
        {"Formats": files},
        {"API": [{_dotted(page): page} for page in sorted(api_pages(root), key=_dotted)]},
        {"Security": "security.md"},
        {"Contributing": "contributing.md"},
        {"Changes": "changes.md"},
    ]


def site_map(root: Path) -> dict[str, str]:
    """Files of the repository that have a page or lie beside the pages, and where."""
    documents = [path.name for path in (root / "docs").iterdir() if path.suffix in (".md", ".png")]
    found = {f"docs/{name}": name for name in documents if name != "README.md"}
    found |= {f"notebooks/{path.name}": f"notebooks/{path.name}" for path in notebooks(root)}
    return found | TEXTS


def notebooks(root: Path) -> list[Path]:
    """The notebooks, in order."""
    return sorted((root / "notebooks").glob("*.ipynb"))


def with_site_links(text: str, origin: str, links: Mapping[str, str]) -> str:
    """``text`` of the file ``origin`` with links that hold on the site; others become their label.

    Addresses and anchors stay, code is left alone.
    """
    here = posixpath.dirname(links[origin])

    def replaced(match: re.Match[str]) -> str:
        path = match["path"]
        if re.match(r"[a-z]+:|#", path):
            return match[0]
        name, anchor, fragment = path.partition("#")
        page = links.get(posixpath.normpath(posixpath.join(posixpath.dirname(origin), name)))
        if page is None:
            return match["label"]
        target = posixpath.relpath(page, here or ".")
        return f"{match['image']}[{match['label']}]({target}{anchor}{fragment})"

    parts = _CODE.split(text)
    # The label of a link may be code: where code splits a link, the three parts are one.
    joined: list[str] = []
    for index, part in enumerate(parts):
        joined.append(part if index % 2 == 0 else f"\0{index}\0")
    linked = _LINK.sub(replaced, "".join(joined))
    return re.sub(r"\0(\d+)\0", lambda match: parts[int(match[1])], linked)


def families() -> tuple[str, ...]:
    """The families of statements."""
    from theory.statements.registry import families as known

    return known()


def theory_index() -> str:
    """One row per statement, with a link to its proof."""
    from theory.statements.registry import all_statements

    rows = [
        "# Every statement",
        "",
        "What each family can and cannot do. *Status*: `theorem` is proved here, `certified` "
        "follows from an explicit object in ball arithmetic, `measured` is a run, `conjecture` is "
        "open.",
        "",
        "| id | statement | bounds the error | status |",
        "|---|---|---|---|",
    ]
    for entry in all_statements():
        link = f"[{_cell(entry.id)}]({entry.family}.md#{slug(entry.id)})"
        cells = (link, _cell(entry.claim), _direction(entry), _status(entry))
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def family_page(family: str, root: Path) -> str:
    """Every statement of a family: claim, assumptions, bound, and the proof in full."""
    from theory.statements.registry import all_statements

    entries = [entry for entry in all_statements() if entry.family == family]
    parts = [f"# {FAMILIES.get(family, family)}", ""]
    proofs: dict[str, str] = {}
    for entry in entries:
        parts += [*_statement(entry), ""]
        if entry.proved_in in proofs:
            other = proofs[entry.proved_in]
            parts += [f"Proof: with that of [{other}](#{slug(other)}).", ""]
        elif entry.proved_in:
            proofs[entry.proved_in] = entry.id
            text = ast.get_docstring(ast.parse((root / entry.proved_in).read_text("utf-8"))) or ""
            parts += ['<div class="proof" markdown="0">', prose(text), "</div>", ""]
    return "\n".join(parts)


def _statement(entry: Statement) -> Iterator[str]:
    from verify.report.formulas import formula

    yield f"## {_cell(entry.id)}: {_cell(entry.title)} {{ #{slug(entry.id)} }}"
    yield ""
    yield f"<p>{escape(entry.claim)}</p>"
    shown = formula(entry)
    if shown is not None:
        yield f'<div class="bound">{shown}</div>'
    facts = [
        ("bounds", _direction(entry)),
        ("status", _status(entry)),
        ("assumes", "; ".join(hypothesis.text for hypothesis in entry.hypotheses)),
        ("symbols", "; ".join(f"{name}: {about}" for name, about in entry.symbols.items())),
        ("sharp", entry.sharp_note),
        ("idea", entry.proof_sketch),
        ("source", entry.source),
        ("proved in", entry.proved_in),
        ("tested in", ", ".join(entry.tests)),
        ("a false version is refuted in", entry.falsified_by),
    ]
    yield "<dl>"
    for name, text in facts:
        if text:
            yield f"<dt>{name}</dt><dd>{escape(text)}</dd>"
    yield "</dl>"


def prose(text: str) -> str:
    """A docstring as HTML: nothing in it is markup but ``code``, roles, lists and *Words.*

    Paragraphs flow; indented formulas and tables stay as they stand.
    """
    blocks = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.split("\n")
        if all(line.startswith("  ") or line.startswith("=") or "``  " in line for line in lines):
            blocks.append(f"<pre>{escape(block)}</pre>")
            continue
        head, *items = re.split(r"^(?:[-*]|\d+\.) ", block, flags=re.MULTILINE)
        if head.strip():
            blocks.append(f"<p>{_inline(head)}</p>")
        if items:
            blocks.append("<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>")
    return "\n".join(blocks)


def _inline(text: str) -> str:
    shown = escape(" ".join(text.split()), quote=False)
    shown = re.sub(r":\w+:`~?([^`]+)`", r"<code>\1</code>", shown)
    shown = re.sub(r"``([^`]+)``", r"<code>\1</code>", shown)
    shown = re.sub(r"(?<![\w*])\*([A-Z][^*]{0,60}\.)\*", r"<em>\1</em>", shown)
    return re.sub("^Proof[.]", "<strong>Proof.</strong>", shown)


def api_pages(root: Path) -> dict[str, str]:
    """One page per package: its table of contents, then every module in full."""
    made = {}
    for top in PACKAGES:
        for init in sorted((root / top).rglob("__init__.py")):
            package = ".".join(init.parent.relative_to(root).parts)
            text = ast.get_docstring(ast.parse(init.read_text("utf-8"))) or ""
            names = sorted(path.stem for path in init.parent.glob("*.py"))
            modules = [name for name in names if not name.startswith("__")]
            made[f"api/{package}.md"] = _package_page(package, text, modules, init.parent)
    return made


def _package_page(package: str, text: str, modules: Iterable[str], folder: Path) -> str:
    """``text`` is the package's docstring; what is a package itself gets a link instead."""
    about = {match["name"]: " ".join(match["about"].split()) for match in _ROW.finditer(text)}
    rows = ["| module | holds |", "|---|---|"] if about else []
    for name, words in about.items():
        link = f"[{name}]({package}.{name}.md)" if (folder / name).is_dir() else (
            f"[{name}](#{package}.{name})"
        )  # fmt: skip
        rows.append(f"| {link} | {_cell(words)} |")
    outside = re.sub(r"^=+ +=+$", "", _ROW.sub("", text), flags=re.MULTILINE)
    parts = [f"# `{package}`", "", prose(outside), "", *rows, ""]
    for name in modules:
        parts += [f"::: {package}.{name}", ""]
    return "\n".join(parts)


def slug(name: str) -> str:
    """An anchor: ``P3'`` and ``P3`` differ."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "-prime")).strip("-")


def _direction(entry: Statement) -> str:
    return {"lower": "from below", "upper": "from above"}.get(entry.direction.value, "exactly")


def _status(entry: Statement) -> str:
    return entry.status.value + ("" if entry.implemented else ", not implemented")


def _cell(text: str) -> str:
    """Text in a Markdown cell: nothing in it is markup but `code`."""
    shown = re.sub(r"([\\*_\[\]|<>])", r"\\\1", text) if "``" not in text else text
    return shown.replace("|", "\\|") if "``" in text else shown


def _heading(path: Path) -> str:
    found = re.search(r"^# (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return path.stem if found is None else found[1]


def _title(path: Path) -> str:
    """The first heading of a notebook."""
    import json

    cells = json.loads(path.read_text("utf-8"))["cells"]
    texts = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    found = re.search(r"^# (.+)$", next(texts, ""), re.MULTILINE)
    return path.stem if found is None else found[1]


def _dotted(page: str) -> str:
    return page.removeprefix("api/").removesuffix(".md")
