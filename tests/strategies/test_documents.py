"""The page and the README show code that runs, and output that it prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(text: str) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in BLOCK.finditer(text)]


def executed(text: str) -> dict[str, Any]:
    """Names after all python blocks; every text block looks like ``str(found)`` at its place.

    Which case is found first depends on the version of hypothesis and on what is loaded.
    """
    names: dict[str, Any] = {"print": lambda *words: None}
    shown = 0
    for language, code in blocks(text):
        if language == "python":
            exec(compile(code, "page", "exec"), names)
        else:
            ours, theirs = code.splitlines(), str(names["found"]).splitlines()
            assert ours[0] == theirs[0]
            assert [line[:12] for line in ours] == [line[:12] for line in theirs]
            assert ours[1:4] == theirs[1:4]
            shown += 1
    assert shown
    return names


def test_the_page_runs() -> None:
    names = executed((ROOT / "docs" / "strategies.md").read_text("utf-8"))
    for name in ("test_broken_line", "test_frozen", "test_my_lower_bound", "test_my_reader"):
        names[name]()
    names["TestBrokenLine"]().test_bound()


def test_the_readme_runs() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    part = text[text.index("## Property tests of your own") :]
    part = part[: part.index("\n## ", 4)]
    names = executed(part)
    with pytest.raises(AssertionError, match="exceeds its claimed bound"):
        names["test_broken_line"]()
