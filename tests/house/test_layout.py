"""Files stay short, every folder explains itself, and the project speaks of itself only."""

from __future__ import annotations

import ast
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.house.layout import PACKAGES, ROOT, modules, project_files

MAX_LINES = 400
CODE = [path for package in PACKAGES for path in modules(package)]
FOLDERS = sorted(
    {
        parent
        for path in project_files()
        for parent in path.parents
        if parent != Path() and not parent.parts[0].startswith(".")
    }
)
# Where a project was made is nothing its readers need; this file holds the words it looks for.
FOREIGN = re.compile(r"coding agent|sub-?agent|/work/|shared/theory|issue tracker", re.IGNORECASE)
TEXT_SUFFIXES = {"", ".cfg", ".csv", ".html", ".ipynb", ".json", ".md", ".py", ".toml", ".txt"}


def docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8"))) or ""


def listed(text: str) -> set[str]:
    """The names that a table of contents opens its lines with."""
    return set(re.findall(r"^``(\w+)``  ", text, flags=re.MULTILINE))


def foreign_words(text: str) -> list[str]:
    return FOREIGN.findall(text)


@pytest.mark.parametrize("path", CODE, ids=str)
def test_no_module_outgrows_a_sitting(path: Path) -> None:
    lines = (ROOT / path).read_text(encoding="utf-8").count("\n")
    assert lines <= MAX_LINES, f"{path} has {lines} lines: make it a folder, one result per file"


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_every_folder_explains_itself(folder: Path) -> None:
    if any((ROOT / folder).glob("*.py")) and not (ROOT / folder / "README.md").is_file():
        assert (ROOT / folder / "__init__.py").is_file(), f"{folder} has no __init__.py"
        assert docstring(folder / "__init__.py"), f"{folder}/__init__.py has no docstring"
    elif folder.parts[0] not in PACKAGES or folder.name not in ("data", "schemas"):
        assert (ROOT / folder / "README.md").is_file(), f"{folder} has no README.md"


@pytest.mark.parametrize(
    "package", [path.parent for path in CODE if path.name == "__init__.py"], ids=str
)
def test_tables_of_contents_are_complete(package: Path) -> None:
    contents = listed(docstring(package / "__init__.py"))
    if not contents:
        pytest.skip("described in prose")
    here = {path.stem for path in CODE if path.parent == package}
    here |= {path.parent.name for path in CODE if path.parent.parent == package}
    here -= {"__init__", "__main__"}
    assert contents == here, (
        f"{package}/__init__.py: add a line for {sorted(here - contents)}, "
        f"drop the line for {sorted(contents - here)}"
    )


def test_a_table_of_contents_is_read() -> None:
    text = "Title.\n\n====  ====\n``one``  first, see ``three``\n``two``    second\n====  ====\n"
    assert listed(text) == {"one", "two"}


def test_the_project_speaks_of_itself_only() -> None:
    found = {
        str(path): words
        for path in project_files()
        if path.suffix in TEXT_SUFFIXES and (ROOT / path) != Path(__file__).resolve()
        if (words := foreign_words((ROOT / path).read_text(encoding="utf-8")))
    }
    assert not found


@pytest.mark.parametrize("text", ["see /work/x", "A Coding Agent", "subagent", "sub-agents"])
def test_foreign_words_are_found(text: str) -> None:
    assert foreign_words(text)


def test_versions_agree() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"$', project, flags=re.MULTILINE)
    assert version is not None
    assert f"## {version[1]} - " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_constraints_cover_every_requirement() -> None:
    """A requirement without a pin would float: the installed set would change under our feet."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = chain(project["dependencies"], *project["optional-dependencies"].values())
    pins = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, version = line.split("==")
            pins[name.lower().replace("_", "-")] = version
    for requirement in map(Requirement, lines):
        if requirement.name != project["name"]:
            assert requirement.name in pins, f"constraints.txt does not pin {requirement.name}"
            assert requirement.specifier.contains(pins[requirement.name]), str(requirement)
