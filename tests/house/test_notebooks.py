"""Notebooks are kept as they were written: no outputs, no counts, no traces of a machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.house.layout import ROOT, project_files

NOTEBOOKS = [path for path in project_files() if path.suffix == ".ipynb"]
STRIP = "run: python -m nbconvert --clear-output --inplace notebooks/*.ipynb"


def leftovers(notebook: dict[str, Any]) -> list[str]:
    """What a run leaves behind, cell by cell."""
    found = []
    for index, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            found += [f"cell {index} has {key}" for key in ("outputs", "execution_count")
                      if cell[key] not in ([], None)]  # fmt: skip
        found += [f"cell {index} has {key}" for key in sorted(cell["metadata"].keys() - {"tags"})]
    return found + [f"it has {key}" for key in notebook["metadata"] if key == "widgets"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=str)
def test_notebooks_are_stored_without_outputs(path: Path) -> None:
    assert leftovers(json.loads((ROOT / path).read_text("utf-8"))) == [], STRIP


@pytest.mark.parametrize("path", NOTEBOOKS, ids=str)
def test_every_notebook_is_introduced(path: Path) -> None:
    assert f"({path.name})" in (ROOT / path.parent / "README.md").read_text("utf-8")
    first = json.loads((ROOT / path).read_text("utf-8"))["cells"][0]
    assert first["cell_type"] == "markdown"
    assert "".join(first["source"]).startswith("# ")


def test_there_are_notebooks_for_every_family() -> None:
    names = {path.stem for path in NOTEBOOKS}
    assert {
        "00_quickstart",
        "01_ridgelet",
        "02_bias_only",
        "03_permutation",
        "04_recurrent",
    } <= names


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"outputs": [{"output_type": "stream"}]}, ["cell 0 has outputs"]),
        ({"execution_count": 3}, ["cell 0 has execution_count"]),
        ({"metadata": {"collapsed": True}}, ["cell 0 has collapsed"]),
        ({}, []),
    ],
)
def test_leftovers_are_seen(change: dict[str, Any], expected: list[str]) -> None:
    cell = {"cell_type": "code", "outputs": [], "execution_count": None, "metadata": {}}
    assert leftovers({"metadata": {}, "cells": [cell | change]}) == expected
