"""The page in a browser: Chromium, driven by playwright; skipped where either is missing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.report import build
from verify.report.page import write_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
# Every element with text of its own, and every stroke of a chart, against what lies behind it.
CONTRASTS = """() => {
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const linear = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ratio = (one, two) => {
    const [low, high] = [luminance(one), luminance(two)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = node => {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 0, 255];
  };
  const found = [];
  for (const node of document.querySelectorAll("body *")) {
    if (node.closest("script") || !node.getClientRects().length) continue;
    const style = getComputedStyle(node);
    const own = [...node.childNodes].some(c => c.nodeType === 3 && c.textContent.trim());
    const name = node.tagName + "." + (node.getAttribute("class") || "");
    const drawn = node.closest("svg");
    if (own && !["title", "desc", "annotation"].includes(node.tagName))
      found.push(["text", name, ratio(parse(drawn ? style.fill : style.color), behind(node))]);
    if (drawn && ["line", "mark", "mark open", "axis"].includes(node.getAttribute("class")))
      found.push(["graphic", name, ratio(parse(style.stroke), behind(drawn))]);
  }
  return found;
}"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="playwright is not installed"),
]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with every family, long names, a hostile target and a damaged file."""
    folder = build.sweep(build.single_commands(tmp_path_factory.mktemp("page")))
    (folder / "damaged.json").write_text("{")
    long = {"expression": "sin(x)+" * 60 + "x", "domain": ["0", "1"]}
    build.upper(folder / ("long" * 30) / "upper.json", 0.25, 20, target=long)
    return write_report(folder).file


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for all tests of this file."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@contextmanager
def visit(
    browser: Any,
    file: Path,
    size: dict[str, int] = DESKTOP,
    scheme: Literal["light", "dark"] = "light",
    scripts: bool = True,
) -> Iterator[Any]:
    """The page, opened; whatever the console says or the page asks for elsewhere fails the test."""
    context = browser.new_context(
        viewport=size, color_scheme=scheme, java_script_enabled=scripts, offline=True
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda asked: asked.url == file.as_uri() or said.append(asked.url))
    page.goto(file.as_uri())
    try:
        yield page
        assert said == []
    finally:
        context.close()


def visible(page: Any, selector: str) -> int:
    """How many elements are on the page, to be seen."""
    return int(page.locator(selector).filter(visible=True).count())


def test_charts_and_formulas_are_drawn(browser: Any, page_file: Path) -> None:
    with visit(browser, page_file) as page:
        boxes = [chart.bounding_box() for chart in page.locator("svg.chart").all()]
        assert len(boxes) >= 8
        assert all(box["width"] > 250 and box["height"] > 200 for box in boxes)
        formulas = [formula.bounding_box() for formula in page.locator("math").all()]
        assert len(formulas) > 15
        # a fraction is higher than a line of text; annotations would make it much wider
        assert all(6 < box["height"] < 120 for box in formulas)
        assert max(box["height"] for box in formulas) > 30
        assert page.locator("annotation").filter(visible=True).count() == 0
        tree = page.locator("svg.chart").first.aria_snapshot()
        assert "img" in tree
        assert "error against" in tree


def test_filters(browser: Any, page_file: Path) -> None:
    with visit(browser, page_file) as page:
        total = visible(page, "tbody tr")
        charts = visible(page, "figure")
        assert total == page.locator("tbody tr").count() > 10
        page.get_by_label("family").select_option("bias")
        assert visible(page, "tbody tr") == 1
        assert visible(page, "tbody tr[data-family=bias]") == 1
        assert 0 < visible(page, "figure") < charts
        assert page.get_by_role("status").inner_text() == f"1 of {total} results shown"
        page.get_by_label("family").select_option("")
        page.get_by_label("verdict").select_option("PROVED")
        assert visible(page, "tbody tr") == visible(page, "tbody tr[data-verdict=PROVED]") == 3
        page.get_by_label("text").fill("N = 80")
        assert visible(page, "tbody tr") == 1
        page.get_by_label("text").fill("<script>")
        assert visible(page, "tbody tr") == 0
        page.get_by_role("button", name="Show all").click()
        page.wait_for_function("n => document.querySelectorAll('tr:not([hidden])').length > n",
                               arg=total - 1)  # fmt: skip
        assert visible(page, "tbody tr") == total
        page.get_by_label("text").fill("onerror")
        assert visible(page, "tbody tr") == 1


def test_hostile_results_do_nothing(browser: Any, page_file: Path) -> None:
    with visit(browser, page_file) as page:
        assert page.title().startswith("icebound report")
        assert page.get_by_text(build.HOSTILE).first.is_visible()


def test_a_foreign_script_would_be_refused(browser: Any, page_file: Path, tmp_path: Path) -> None:
    """The policy of the page holds even where markup got in: planted by hand here."""
    text = page_file.read_text("utf-8")
    planted = tmp_path / "planted.html"
    script = "<script>document.title = 'owned'</script><img src=x onerror=document.title='owned'>"
    planted.write_text(text.replace("<main>", f"<main>{script}", 1), "utf-8")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(planted.as_uri())
    assert page.title().startswith("icebound report")
    assert visible(page, "#filters") == 1
    context.close()


def test_without_scripts_everything_is_readable(browser: Any, page_file: Path) -> None:
    with visit(browser, page_file) as page:
        rows, charts = visible(page, "tbody tr"), visible(page, "figure")
    with visit(browser, page_file, scripts=False) as page:
        assert visible(page, "tbody tr") == rows
        assert visible(page, "figure") == charts
        assert visible(page, "#filters") == 0
        assert visible(page, "article") > 25


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(browser: Any, page_file: Path, scheme: Literal["light", "dark"]) -> None:
    """WCAG AA: 4.5 for text, 3 for what is drawn."""
    with visit(browser, page_file, scheme=scheme) as page:
        found = page.evaluate(CONTRASTS)
        back = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert back == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(18, 22, 27)")
    kinds = {kind for kind, _, _ in found}
    assert (len(found) > 500, kinds) == (True, {"text", "graphic"})
    least = {"text": 4.5, "graphic": 3.0}
    assert [entry for entry in found if entry[2] < least[entry[0]]] == []


def test_too_little_contrast_is_seen(browser: Any, page_file: Path) -> None:
    with visit(browser, page_file) as page:
        page.evaluate("document.documentElement.style.setProperty('--quiet', '#999999')")
        assert min(ratio for _, _, ratio in page.evaluate(CONTRASTS)) < 3.0


@pytest.mark.parametrize("width", [320, 360, 768])
def test_a_phone_scrolls_one_way(browser: Any, page_file: Path, width: int) -> None:
    with visit(browser, page_file, {"width": width, "height": 740}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        wide = page.evaluate(
            "w => [...document.querySelectorAll('main *')].filter(n => !n.closest('math, .formula')"
            " && n.getClientRects().length && n.getBoundingClientRect().right > w + 1"
            ").map(n => n.outerHTML.slice(0, 80))",
            width,
        )
        assert wide == []
        # rows become cards with labels, and stay a table for those who listen
        label = page.evaluate("getComputedStyle(document.querySelector('td'), '::before').content")
        assert label == '"Setting"'
        assert page.get_by_role("row").count() > 10
        assert page.get_by_role("cell").count() > 70


def test_the_keyboard_reaches_everything(browser: Any, page_file: Path) -> None:
    with visit(browser, page_file) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the results"
        page.keyboard.press("Enter")
        assert page.url.endswith("#results")
        reached = set()
        page.evaluate("document.activeElement.blur()")
        for _ in range(40):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.tagName"))
            style = "getComputedStyle(document.activeElement).outlineStyle"
            assert page.evaluate(style) == "solid"
        assert "A" in reached
        names = [control.get_attribute("id") for control in page.locator("select, input").all()]
        for name in names:
            page.locator(f"#{name}").focus()
            assert page.evaluate("document.activeElement.id") == name


def test_print_shows_results_on_white(browser: Any, page_file: Path) -> None:
    with visit(browser, page_file, scheme="dark") as page:
        page.emulate_media(media="print", color_scheme="dark")
        assert visible(page, "#filters") == visible(page, "nav") == 0
        assert visible(page, "tbody tr") > 10
        back = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert back == "rgb(255, 255, 255)"
        assert min(ratio for _, _, ratio in page.evaluate(CONTRASTS)) >= 3.0
