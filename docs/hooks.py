"""What mkdocs calls while ``make docs`` builds the site, whose pages verify.site_pages makes.

Executed notebooks are taken from ``build/notebooks``; where one is missing, that without outputs.
"""

from __future__ import annotations

import base64
import html
import io
import json
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from verify.site_pages import navigation, notebooks, pages, site_map, with_site_links

ROOT = Path(__file__).resolve().parents[1]
EXECUTED = ROOT / "build/notebooks"
READY = ROOT / "build/pages"
OUTSIDE = re.compile(r"<(?:script|img|iframe)[^>]+src=[\"']?https?:|<link[^>]+href=[\"']?https?:")
SCRIPT = re.compile(r"<script[^>]+src=[\"']https?:[^>]*>\s*</script>")
MATHS = re.compile(r"\$\$(?P<display>.+?)\$\$|\$(?P<inline>[^$\n]+(?:\n[^$\n]+)*)\$", re.DOTALL)
# LaTeX that matplotlib knows by another name.
WORDS = {
    r"\\tfrac(\d)(\d)": r"\\frac{\1}{\2}",
    r"\\tfrac(?![a-z])": r"\\frac",
    r"\\(le|ge)(?![a-z])": r"\\\1q ",
    r"\\mathbb (\w)": r"\\mathbb{\1}",
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The menu, from what there is."""
    config.nav = navigation(ROOT)
    return config


@event_priority(100)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages made from the code, and the notebooks, before any plugin looks at the list."""
    for uri, text in pages(ROOT).items():
        files.append(File.generated(config, uri, content=text))
    for path in notebooks(ROOT):
        source = EXECUTED / path.name
        _write_ready(source if source.is_file() else path)
        uri = f"notebooks/{path.name}"
        files.append(File(uri, str(READY), config.site_dir, config.use_directory_urls))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links of the documents into the repository become links of the site."""
    origin = f"docs/{page.file.src_uri}"
    links = site_map(ROOT)
    return with_site_links(markdown, origin, links) if origin in links else markdown


def on_page_content(content: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Scripts from elsewhere go: the formulas they would draw are pictures already."""
    return SCRIPT.sub("", content)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Refuses a page that would fetch something."""
    output = SCRIPT.sub("", output)
    found = OUTSIDE.search(output)
    if found is not None:
        raise PluginError(f"{page.file.src_uri} fetches {found[0][:120]}")
    return output


def _write_ready(path: Path) -> None:
    """The notebook with its formulas drawn, where mkdocs-jupyter looks for it."""
    book: dict[str, Any] = json.loads(path.read_text("utf-8"))
    for cell in book["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = MATHS.sub(_drawn, "".join(cell["source"]))
    folder = READY / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / path.name).write_text(json.dumps(book), "utf-8")


def _drawn(match: re.Match[str]) -> str:
    """A formula as an SVG picture, its LaTeX as the description; as code where it is too much."""
    from matplotlib import rc_context
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import math_to_image

    latex = " ".join((match["display"] or match["inline"]).split())
    plain = latex.rstrip(",")
    for pattern, known in WORDS.items():
        plain = re.sub(pattern, known, plain)
    shown = io.BytesIO()
    try:
        with rc_context({"mathtext.fontset": "stix", "svg.hashsalt": "icebound"}):
            size = FontProperties(size=12)
            depth = math_to_image(f"${plain}$", shown, prop=size, dpi=72, format="svg")
    except ValueError:
        return f"`{latex}`"
    data = base64.b64encode(shown.getvalue()).decode("ascii")
    picture = (
        f'<img class="formula" alt="{html.escape(latex)}" style="vertical-align:-{depth:.1f}pt" '
        f'src="data:image/svg+xml;base64,{data}">'
    )
    return f"<p>{picture}</p>" if match["display"] else picture
