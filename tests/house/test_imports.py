"""Importing costs nothing until something is used: seen in fresh interpreters."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.house.layout import PACKAGES, modules, run_python

HEAVY = ("flint", "hypothesis", "matplotlib", "mpmath", "numpy", "scipy", "sympy", "torch")
EVERY_PACKAGE = [
    ".".join(path.parent.parts)
    for package in PACKAGES
    for path in modules(package)
    if path.name == "__init__.py"
]


def loaded_by(code: str, cwd: Path) -> set[str]:
    """Top-level modules in sys.modules after ``code``, in an interpreter of its own."""
    report = "import json, sys; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    output = run_python("-c", f"{code}\n{report}", cwd=cwd)
    return set(json.loads(output.splitlines()[-1]))


def test_heavy_modules_would_be_seen(tmp_path: Path) -> None:
    assert "numpy" in loaded_by("import numpy", tmp_path)


@pytest.mark.parametrize("names", [", ".join(PACKAGES), ", ".join(EVERY_PACKAGE)], ids=len)
def test_packages_import_nothing_heavy(names: str, tmp_path: Path) -> None:
    assert not loaded_by(f"import {names}", tmp_path).intersection(HEAVY)


def test_importing_verify_loads_no_other_layer(tmp_path: Path) -> None:
    assert not loaded_by("import verify", tmp_path).intersection({"theory", "numerics"})


def test_the_checker_needs_python_flint_only(tmp_path: Path) -> None:
    """Beyond what flint itself loads: the standard library and the checker."""
    flint = loaded_by("import flint", tmp_path)
    code = (
        "import sys, pkgutil, importlib, verify.checker, verify.checks\n"
        "for m in pkgutil.iter_modules(verify.checks.__path__, 'verify.checks.'):\n"
        "    importlib.import_module(m.name)\n"
        "ours = {m for m in sys.modules if m.split('.')[0] == 'verify'}\n"
        "assert all(m == 'verify' or m.startswith('verify.check') for m in ours), ours"
    )
    assert flint.intersection(HEAVY) == {"flint"}
    assert loaded_by(code, tmp_path) - flint - set(sys.stdlib_module_names) == {"verify"}


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import contextlib, io, sys\n"
        "from verify.cli.main import main\n"
        "sys.argv = ['icebound', '--help']\n"
        "shown = io.StringIO()\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(shown):\n"
        "    main()\n"
        "assert 'sandwich' in shown.getvalue(), shown.getvalue()"
    )
    assert not loaded_by(code, tmp_path).intersection(set(HEAVY) - {"flint"})
